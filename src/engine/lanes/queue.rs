//! The lanes for threads: producers push, each worker blocks for its next batch.

use std::sync::{Arc, PoisonError};

use super::state::{Lanes, Leftovers, Next};
use super::stats::LaneStats;
use super::sync::{Condvar, Mutex, lock};
use super::{Batch, Lane, PerLane, Refusal, Refused, Revisions, Settings, Version, Work};
use crate::resilience::Clock;

/// Bounded lanes between any number of producers and workers.
///
/// Share it as an `Arc`. Clients are told of endings on the thread whose call caused them.
pub struct Queue<T: Work> {
    state: Mutex<State<T>>,
    /// There is work, or the queue was closed.
    ready: Condvar,
    clock: Clock,
}

struct State<T: Work> {
    lanes: Lanes<T>,
    closed: bool,
}

impl<T: Work> Queue<T> {
    /// An empty queue that goes by `clock`, and keeps documents' revisions in `revisions`, which
    /// the queues of several models may share.
    #[must_use]
    pub fn new(settings: Settings, clock: Clock, revisions: Arc<Revisions>) -> Self {
        Self {
            state: Mutex::new(State {
                lanes: Lanes::new(settings, revisions),
                closed: false,
            }),
            ready: Condvar::new(),
            clock,
        }
    }

    /// Accepts `item` into `lane`; see [`Lanes::push`].
    ///
    /// # Errors
    /// Where it is refused; the item is given back.
    pub fn push(&self, lane: Lane, item: T) -> Result<(), Refused<T>> {
        let mut leftovers = Leftovers::default();
        let mut state = lock(&self.state);
        let pushed = if state.closed {
            let reason = Refusal::Closed;
            Err(Refused { item, reason })
        } else {
            let now = self.clock.now();
            state.lanes.push(lane, item, now, &mut leftovers)
        };
        drop(state);
        if pushed.is_ok() {
            self.ready.notify_one();
        }
        pushed
    }

    /// Takes note of a revision of a document, without work of it; see [`Lanes::supersede`].
    ///
    /// # Errors
    /// [`Refusal::Superseded`] where a newer one is known.
    pub fn supersede(&self, version: Version) -> Result<(), Refusal> {
        let mut leftovers = Leftovers::default();
        let mut state = lock(&self.state);
        let known = state.lanes.supersede(version, &mut leftovers);
        drop(state);
        known
    }

    /// The next batch; blocks until there is one. `None` once the queue is closed.
    pub fn pop_batch(&self) -> Option<Batch<T>> {
        let mut state = lock(&self.state);
        loop {
            if state.closed {
                return None;
            }
            let mut leftovers = Leftovers::default();
            let next = state.lanes.next(self.clock.now(), &mut leftovers);
            if let Next::Batch(batch) = next {
                let is_empty = state.lanes.is_empty();
                drop(state);
                if !is_empty {
                    // One push may have made more than one batch.
                    self.ready.notify_one();
                }
                return Some(batch);
            }
            if !leftovers.is_empty() {
                // Clients are told before this thread sleeps, and never under the lock.
                drop(state);
                drop(leftovers);
                state = lock(&self.state);
                continue;
            }
            state = match next {
                Next::Later(wait) => {
                    let waited = self.ready.wait_timeout(state, wait);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                Next::Batch(_) | Next::Idle => {
                    let woken = self.ready.wait(state);
                    woken.unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
    }

    /// Refuses work from now on, ends what waits and wakes the workers. Batches that run can
    /// still be finished.
    pub fn close(&self) {
        let mut leftovers = Leftovers::default();
        let mut state = lock(&self.state);
        state.closed = true;
        state.lanes.shut_down(&mut leftovers);
        drop(state);
        self.ready.notify_all();
    }

    /// Texts that wait in each lane.
    #[must_use]
    pub fn lens(&self) -> PerLane<usize> {
        lock(&self.state).lanes.lens()
    }

    /// What each lane counted.
    #[must_use]
    pub fn stats(&self) -> PerLane<LaneStats> {
        lock(&self.state).lanes.stats()
    }
}
