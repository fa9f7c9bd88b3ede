//! Threads that work off a queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::resilience::Clock;

use super::lanes::{self, Queue, Revisions};
use super::task::Task;

/// A queue with the threads that work it off.
pub(super) struct Pool<I> {
    pub(super) queue: Arc<Queue<Task<I>>>,
    /// Threads at work.
    pub(super) busy: Arc<AtomicUsize>,
    /// Threads alive.
    pub(super) threads: Arc<AtomicUsize>,
    /// How many of them there should be.
    wanted: Arc<AtomicUsize>,
}

impl<I: Send + Sync + 'static> Pool<I> {
    pub(super) fn new(settings: lanes::Settings, clock: Clock, revisions: &Arc<Revisions>) -> Self {
        Self {
            queue: Arc::new(Queue::new(settings, clock, revisions.clone())),
            busy: Arc::default(),
            threads: Arc::default(),
            wanted: Arc::new(AtomicUsize::new(1)),
        }
    }

    /// Whether a thread of the pool should go on; asked once a batch, by threads that end where it
    /// says no.
    pub(super) fn stays(&self) -> impl Fn() -> bool + Send + use<I> {
        let (threads, wanted) = (self.threads.clone(), self.wanted.clone());
        move || {
            let wanted = wanted.load(Ordering::Acquire);
            let leave = |n: usize| (n > wanted).then(|| n - 1);
            threads
                .fetch_update(Ordering::AcqRel, Ordering::Acquire, leave)
                .is_err()
        }
    }

    /// Starts another thread where fewer than `wanted` run.
    pub(super) fn grow(&self, wanted: usize, name: &str, work: impl FnOnce() + Send + 'static) {
        self.wanted.store(wanted, Ordering::Release);
        let add = |n: usize| (n < wanted).then_some(n + 1);
        let added = self
            .threads
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, add);
        if added.is_err() {
            return;
        }
        if let Err(error) = thread::Builder::new().name(name.to_owned()).spawn(work) {
            self.threads.fetch_sub(1, Ordering::AcqRel);
            tracing::error!("no thread for {name}: {error}");
        }
    }
}
