//! What this process and the machine are doing: sampled by collectors, published as immutable
//! snapshots, and kept in histories. What the system does not tell is `None`, never 0.
//!
//! - [`start`] begins it, and [`Monitor`] owns its threads.
//! - [`Control`] says who looks on, what is wanted, and how often.
//! - [`Snapshot`] is one moment, sent through a `watch` channel.
//! - [`History`] tells what was before.
//!
//! One thread samples. A collector that may block has one of its own, so that it keeps no other
//! waiting; the sampler takes the newest answer there is. What all of it costs is measured, and
//! over its budget it samples less often ([`Cost`]).

pub mod alerts;
mod collectors;
mod control;
mod cost;
mod history;
mod lease;
pub mod metrics;
mod rate;
mod sampler;
pub mod share;
mod slot;
pub mod snapshot;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod time;
mod worker;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};
use tokio::sync::watch;

pub use collectors::CollectorKind;
use collectors::Named;
pub use control::{Control, Need, Table};
use control::{Shared, Wishes};
use history::Keeper;
pub use history::{History, Moment, Point, Series, UnknownSeries};
use sampler::Sampler;
pub use snapshot::*;
pub use time::{Now, Time, TimeHand};

/// Shortest time between two samples.
pub const SHORTEST: Duration = Duration::from_millis(250);
/// Longest time between two samples.
pub const LONGEST: Duration = Duration::from_secs(60);

/// Why the monitor cannot do what it is told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MonitorError {
    /// The system gives no thread.
    #[error("the monitor cannot start, as the system gives it no thread: {source}")]
    Thread {
        /// Why.
        source: io::Error,
    },
    /// No collector has that name.
    #[error("`{name}` is no collector; there are {}", CollectorKind::ALL.map(CollectorKind::name).join(", "))]
    UnknownCollector {
        /// The name.
        name: String,
    },
}

/// What is watched, how often, and where histories are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Time between two samples, from [`SHORTEST`] to [`LONGEST`]. Default: a second.
    pub interval: Duration,
    /// Collectors that are off at first. Default: none.
    pub off: Vec<CollectorKind>,
    /// Cores that watching may keep busy. Default: 0.01.
    pub budget: f64,
    /// File of the histories, which are in memory only without one. Default: none.
    pub history: Option<PathBuf>,
    /// Folders whose file systems are shown beside the root. Default: none.
    pub folders: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(1),
            off: Vec::new(),
            budget: 0.01,
            history: None,
            folders: Vec::new(),
        }
    }
}

/// The owner of the threads. Dropping it ends them, once the histories are written; that takes two
/// seconds at most.
#[derive(Debug)]
pub struct Monitor {
    control: Control,
    history: History,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the threads. Nothing is sampled before somebody needs it ([`Control::need`]). `program`
/// tells of this program's own parts; it is called on a thread of its own with each sample.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(
    settings: Settings,
    program: impl Fn() -> Program + Send + 'static,
) -> Result<Monitor, MonitorError> {
    let folders = settings.folders.clone();
    let collectors = collectors::of_this_machine(folders, program);
    start_with(settings, Time::system(), collectors)
}

fn start_with(
    settings: Settings,
    time: Time,
    collectors: Vec<Named>,
) -> Result<Monitor, MonitorError> {
    let failed = |source| MonitorError::Thread { source };
    let wishes = Wishes::new(settings.interval, &settings.off);
    let (control, shared, woken) = Control::new(wishes);
    let (publish, snapshots) = watch::channel(Arc::new(Snapshot::default()));
    let history = History::detached();
    let now = time.now();
    let origin = now.wall.saturating_sub(time::milliseconds(now.steady));
    let keep = |path| Keeper::start(path, history.clone(), time.clone(), origin);
    let keeper = settings.history.map(keep).transpose().map_err(failed)?;
    let clocks = (time.clone(), origin);
    let sampler = Sampler::new(clocks, collectors, settings.budget, history.clone(), keeper);
    let thread = thread::Builder::new()
        .name("watch".to_owned())
        .spawn(move || run(sampler, &shared, &woken, &publish))
        .map_err(failed)?;
    Ok(Monitor {
        control,
        history,
        snapshots,
        thread: Some(thread),
    })
}

fn run(
    mut sampler: Sampler,
    shared: &Shared,
    woken: &Receiver<()>,
    publish: &watch::Sender<Arc<Snapshot>>,
) {
    loop {
        // What was called for by now is in the wishes.
        while woken.try_recv().is_ok() {}
        let wishes = shared.wishes();
        if wishes.closing {
            return sampler.close();
        }
        if !wishes.is_needed() {
            sampler.forget_rates();
            // The last one who could wake us is gone where that fails.
            if woken.recv().is_err() {
                return sampler.close();
            }
            continue;
        }
        publish.send_replace(sampler.sample(shared));
        match woken.recv_timeout(sampler.wait(&shared.wishes())) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return sampler.close(),
        }
    }
}

impl Monitor {
    /// The newest snapshot, and those that follow. The first is the default, which knows nothing
    /// and has the number 0.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.snapshots.clone()
    }

    /// The snapshots as they come, for a thread that does nothing else.
    ///
    /// # Errors
    /// Where the system gives no timer or event queue.
    pub fn samples(&self) -> io::Result<Samples> {
        Ok(Samples {
            runtime: tokio::runtime::Builder::new_current_thread().build()?,
            snapshots: self.subscribe(),
        })
    }

    /// What may be wished of it.
    #[must_use]
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// What was before.
    #[must_use]
    pub fn history(&self) -> History {
        self.history.clone()
    }

    /// Ends the threads, as dropping it does.
    pub fn close(self) {
        drop(self);
    }
}

/// Snapshots as they come; a slow reader misses some. It ends with the monitor.
#[derive(Debug)]
pub struct Samples {
    runtime: tokio::runtime::Runtime,
    snapshots: watch::Receiver<Arc<Snapshot>>,
}

impl Iterator for Samples {
    type Item = Arc<Snapshot>;

    fn next(&mut self) -> Option<Self::Item> {
        self.runtime.block_on(self.snapshots.changed()).ok()?;
        Some(self.snapshots.borrow_and_update().clone())
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.control.close();
        let ended = self.thread.take().map(JoinHandle::join);
        if let Some(Err(_)) = ended {
            tracing::error!("the monitor's thread panicked; the log has the place");
        }
    }
}
