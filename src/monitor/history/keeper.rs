//! Keeps histories in a file, on a thread of its own: a disk may hang.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::History;
use super::file::{self, HistoryError, Stored};
use super::rings::Rings;
use crate::monitor::lease::Lease;
use crate::monitor::snapshot::Health;
use crate::monitor::time::{Time, thread_cpu};

/// Time up to the first writing, and from one to the next: what a killed program loses at most.
pub(in crate::monitor) const SAVE_FIRST: Duration = Duration::from_secs(30);
pub(in crate::monitor) const SAVE_EVERY: Duration = Duration::from_secs(60);
/// How long the end waits for the last writing.
const LAST: Duration = Duration::from_secs(2);

/// Puts bytes into a file.
pub(super) type Write = fn(&Path, &[u8]) -> io::Result<()>;

/// Keeps histories in a file.
pub(in crate::monitor) struct Keeper {
    orders: Sender<()>,
    done: Receiver<()>,
    told: Arc<Told>,
}

#[derive(Default)]
struct Told {
    busy: AtomicBool,
    bytes: AtomicU64,
    /// Nanoseconds.
    cpu: AtomicU64,
    last: Mutex<Last>,
}

/// How the last writing went.
#[derive(Debug, Clone, Default)]
pub(in crate::monitor) struct Last {
    /// How the file fares.
    pub(in crate::monitor) health: Health,
    /// How long it took.
    pub(in crate::monitor) took: Option<Duration>,
    /// When it ended, by the steady clock.
    pub(in crate::monitor) at: Option<Duration>,
}

impl Keeper {
    /// Begins with what the file at `path` holds, which is put before what `history` has by then.
    /// `origin` is the axis's time at the start of `time`.
    pub(in crate::monitor) fn start(
        path: PathBuf,
        history: History,
        time: Time,
        origin: u64,
    ) -> io::Result<Self> {
        Self::with(path, history, time, origin, file::write)
    }

    pub(super) fn with(
        path: PathBuf,
        history: History,
        time: Time,
        origin: u64,
        write: Write,
    ) -> io::Result<Self> {
        let (orders, inbox) = unbounded();
        let (ended, done) = bounded(0);
        let told = Arc::new(Told::default());
        let work = Work {
            lease: Lease::new(path.with_added_extension("lock")),
            path,
            history,
            time,
            origin,
            write,
            told: told.clone(),
            saved: None,
            complained: false,
        };
        thread::Builder::new()
            .name("watch-history".to_owned())
            .spawn(move || work.run(&inbox, ended))?;
        Ok(Self { orders, done, told })
    }

    /// Has the file written, unless that is under way.
    pub(in crate::monitor) fn save(&self) {
        if !self.told.busy.swap(true, Ordering::AcqRel) {
            // The thread ends after us.
            let _ = self.orders.send(());
        }
    }

    /// How the last writing went.
    pub(in crate::monitor) fn last(&self) -> Last {
        self.told.last().clone()
    }

    /// Bytes written so far.
    pub(in crate::monitor) fn bytes(&self) -> u64 {
        self.told.bytes.load(Ordering::Relaxed)
    }

    /// CPU time used so far.
    pub(in crate::monitor) fn cpu(&self) -> Duration {
        Duration::from_nanos(self.told.cpu.load(Ordering::Relaxed))
    }

    /// Has the file written a last time and waits for that, two seconds at most.
    pub(in crate::monitor) fn close(self) {
        let Self { orders, done, told } = self;
        drop(orders);
        // It ends by going away.
        if done.recv_timeout(LAST) == Err(crossbeam_channel::RecvTimeoutError::Timeout) {
            let state = &told.last().health;
            tracing::warn!("the last histories are not written yet, and are lost ({state:?})");
        }
    }
}

impl Told {
    fn last(&self) -> std::sync::MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Work {
    path: PathBuf,
    /// Of several processes one writes the file: each would undo what the others wrote.
    lease: Lease,
    history: History,
    time: Time,
    origin: u64,
    write: Write,
    told: Arc<Told>,
    /// Axis time of the newest sample in the file.
    saved: Option<u64>,
    complained: bool,
}

impl Work {
    fn run(mut self, inbox: &Receiver<()>, ended: Sender<()>) {
        self.load();
        for () in inbox {
            self.save();
            self.told.busy.store(false, Ordering::Release);
        }
        self.save();
        // Who waits for the end finds the file free.
        drop(self);
        drop(ended);
    }

    fn load(&mut self) {
        match file::load(&self.path) {
            Ok(Some(stored)) => {
                let rings = stored.rings(self.origin);
                self.history.put_before(rings);
            }
            Ok(None) => {}
            Err(error) => tracing::warn!("{error}"),
        }
        // Now, and not when it is to be written first.
        if let Err(source) = file::probe(&self.path) {
            let health = self.failed(source);
            self.told.last().health = health;
        }
        self.account();
    }

    fn save(&mut self) {
        let newest = self.history.lock().rings.newest().map(|row| row.at);
        if newest == self.saved || !self.lease.is_ours() {
            return;
        }
        let (began, now) = (Instant::now(), self.time.now());
        let axis = self.origin + super::milliseconds(now.steady);
        // Copied under the lock, packed outside.
        let stored = Stored::of(&self.history.lock().rings, now.wall, axis);
        let written = stored.encode().and_then(|bytes| {
            (self.write)(&self.path, &bytes)?;
            Ok(bytes.len())
        });
        let health = match written {
            Ok(length) => {
                (self.saved, self.complained) = (newest, false);
                self.told.bytes.fetch_add(length as u64, Ordering::Relaxed);
                Health::Fine
            }
            Err(source) => self.failed(source),
        };
        *self.told.last() = Last {
            health,
            took: Some(began.elapsed()),
            at: Some(self.time.now().steady),
        };
        self.account();
    }

    fn failed(&mut self, source: io::Error) -> Health {
        let path = self.path.clone();
        let error = HistoryError::Write { path, source }.to_string();
        // Once, not with every try.
        if !self.complained {
            tracing::warn!("{error}");
            self.complained = true;
        }
        Health::Failed(error)
    }

    fn account(&self) {
        let nanoseconds = u64::try_from(thread_cpu().as_nanos()).unwrap_or(u64::MAX);
        self.told.cpu.store(nanoseconds, Ordering::Relaxed);
    }
}

impl History {
    /// Puts `older` before what is held by now.
    fn put_before(&self, mut older: Rings) {
        let mut store = self.lock();
        let rings = &store.rings;
        for (slot, row) in rings.rows() {
            let columns = rings.columns().iter();
            let known = columns.filter_map(|c| Some((c.series, c.value(slot)?)));
            older.push(row, known);
        }
        store.rings = older;
    }
}
