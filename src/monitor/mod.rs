//! What this process and the machine are doing, sampled on one thread and published as immutable
//! snapshots. What the system does not tell is `None`, never 0.

mod history;
mod sampler;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

pub use history::{History, SAMPLES};
pub use sampler::Sampler;

/// Everything known at one moment; the default knows nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// This process.
    pub process: Process,
    /// The machine it runs on.
    pub machine: Machine,
    /// The moments before, this one included.
    pub history: History,
}

/// What this process uses.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Process {
    /// Cores kept busy since the sample before; 1 is one core.
    pub cpu: Option<f64>,
    /// Resident bytes.
    pub memory: Option<u64>,
    /// Threads alive.
    pub threads: Option<usize>,
}

/// What the whole machine uses.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Machine {
    /// Logical cores; 0 while they are not known.
    pub cores: usize,
    /// Share of all cores that was busy since the sample before, 0 to 1.
    pub cpu: Option<f64>,
    /// Bytes that no program could have without swapping.
    pub memory_used: Option<u64>,
    /// Bytes of main memory.
    pub memory_total: Option<u64>,
    /// Tasks that run or wait to run, as means over 1, 5 and 15 minutes.
    pub load: Option<[f64; 3]>,
}

/// A handle on the sampling thread; dropping it ends the thread.
#[derive(Debug)]
pub struct Monitor {
    orders: Sender<bool>,
    active: AtomicBool,
}

/// Starts a thread that takes a sample now and every `interval`. `publish` is called on it and
/// must not block.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(
    interval: Duration,
    publish: impl Fn(Arc<Snapshot>) + Send + 'static,
) -> io::Result<Monitor> {
    let (orders, inbox) = unbounded();
    thread::Builder::new()
        .name("postwright-watch".to_owned())
        .spawn(move || run(interval, &inbox, publish))?;
    Ok(Monitor {
        orders,
        active: AtomicBool::new(true),
    })
}

impl Monitor {
    /// Lets the thread sample, or sleep until it is wanted again.
    pub fn set_active(&self, active: bool) {
        // Told only of changes: an order cuts the wait for the next sample short.
        let changed = self.active.swap(active, Ordering::Relaxed) != active;
        if changed && self.orders.send(active).is_err() {
            tracing::error!("the monitor's thread has ended; its figures stay as they are");
        }
    }
}

fn run(interval: Duration, inbox: &Receiver<bool>, publish: impl Fn(Arc<Snapshot>)) {
    let mut sampler = Sampler::new();
    // Rates need two samples; the second one need not keep the reader waiting.
    let early = interval.min(Sampler::LEAST_INTERVAL);
    let mut wait = early;
    loop {
        publish(Arc::new(sampler.sample()));
        let mut active = match inbox.recv_timeout(wait) {
            Ok(active) => active,
            Err(RecvTimeoutError::Timeout) => {
                wait = interval;
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        while !active {
            let Ok(order) = inbox.recv() else { return };
            active = order;
            sampler.forget_rates();
            wait = early;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    const SOON: Duration = Duration::from_millis(5);
    /// Far longer than a loaded machine takes.
    const LATE: Duration = Duration::from_secs(20);

    fn watched() -> (Monitor, Receiver<Arc<Snapshot>>) {
        let (out, snapshots) = unbounded();
        let publish = move |snapshot| drop(out.send(snapshot));
        (start(SOON, publish).unwrap(), snapshots)
    }

    #[test]
    fn publishes_one_sample_after_the_other() {
        let (_monitor, snapshots) = watched();
        for n in 1..=3 {
            let snapshot = snapshots.recv_timeout(LATE).unwrap();
            assert_eq!(snapshot.history.len(), n);
        }
    }

    #[test]
    fn publishes_nothing_while_inactive() {
        let (monitor, snapshots) = watched();
        snapshots.recv_timeout(LATE).unwrap();
        monitor.set_active(false);
        // What was under way when the order came may still arrive.
        let began = Instant::now();
        while snapshots.recv_timeout(Duration::from_millis(300)).is_ok() {
            assert!(began.elapsed() < LATE, "still publishing");
        }
        assert!(snapshots.recv_timeout(Duration::from_millis(300)).is_err());
        monitor.set_active(true);
        monitor.set_active(true);
        let first = snapshots.recv_timeout(LATE).unwrap();
        assert_eq!(first.process.cpu, None, "a rate over the time asleep");
        snapshots.recv_timeout(LATE).unwrap();
    }

    #[test]
    fn ends_its_thread_when_dropped() {
        for asleep in [false, true] {
            let (monitor, snapshots) = watched();
            monitor.set_active(!asleep);
            drop(monitor);
            let began = Instant::now();
            // The thread drops its end of the channel with the closure.
            loop {
                match snapshots.recv_timeout(LATE) {
                    Ok(_) => assert!(began.elapsed() < LATE, "still alive"),
                    Err(RecvTimeoutError::Disconnected) => break,
                    Err(RecvTimeoutError::Timeout) => panic!("the thread hangs"),
                }
            }
        }
    }
}
