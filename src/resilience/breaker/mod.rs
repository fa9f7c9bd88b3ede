//! A circuit breaker: it stops asking a part that fails or crawls, lets a few calls through after
//! a break, and goes back to normal when they are well.
//!
//! ```text
//!            failed or slow >= rate                break over
//!   CLOSED ------------------------> OPEN ------------------------> HALF-OPEN
//!     ^                                ^   failed or slow, or waited    |  |
//!     |                                +--------------------------------+  |
//!     +--------------------------------------------------------------------+
//!                                 answered well
//! ```
//!
//! Anybody may order it closed, forced open or disabled at any time.

mod lock;
mod machine;
mod settings;
mod snapshot;
mod state;
mod window;

#[cfg(test)]
mod interleavings;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex};

use super::clock::Clock;
use lock::Lock;
use machine::{Machine, Ticket, Verdict};

pub use settings::{BreakerSettings, BreakerWindow};
pub use snapshot::{BreakerSnapshot, Refused};
pub use state::{BreakerEvent, BreakerState, IllegalTransition};

/// A shared handle; clones are the same breaker. `L` is what guards it, of use to tests only.
pub struct Breaker<L = Mutex<Machine>>(Arc<Shared<L>>);

struct Shared<L> {
    machine: L,
    clock: Clock,
}

/// A call that was let through. Dropped without a verdict it was cancelled: that counts as neither
/// success nor failure. Where a panic is to count as a failure, keep the permit out of its reach.
#[must_use = "a permit dropped at once reports a cancelled call"]
pub struct Permit<L: Lock = Mutex<Machine>> {
    breaker: Breaker<L>,
    ticket: Ticket,
    is_settled: bool,
}

impl Breaker {
    /// A closed breaker. `name` goes into errors and reports.
    #[must_use]
    pub fn new(name: &'static str, settings: BreakerSettings, clock: Clock) -> Self {
        Self::guarded(name, settings, clock)
    }
}

impl<L: Lock> Breaker<L> {
    fn guarded(name: &'static str, settings: BreakerSettings, clock: Clock) -> Self {
        let machine = L::around(Machine::new(name, settings, clock.now()));
        Self(Arc::new(Shared { machine, clock }))
    }

    /// Runs `step` alone with the time, which is read inside so that no step sees an earlier time
    /// than the one before it.
    fn step<R>(&self, step: impl FnOnce(&mut Machine, std::time::Duration) -> R) -> R {
        let clock = &self.0.clock;
        self.0.machine.with(|machine| step(machine, clock.now()))
    }

    /// Asks to make a call. Its time runs from now until the verdict.
    ///
    /// # Errors
    /// Where the breaker lets no call through; what it protects must not be asked then.
    pub fn acquire(&self) -> Result<Permit<L>, Refused> {
        let ticket = self.step(Machine::acquire)?;
        Ok(Permit {
            breaker: self.clone(),
            ticket,
            is_settled: false,
        })
    }

    /// What the breaker tells of itself.
    #[must_use]
    pub fn snapshot(&self) -> BreakerSnapshot {
        self.step(Machine::snapshot)
    }

    /// Lets no call through until another order.
    pub fn force_open(&self, why: &str) {
        self.step(|m, now| m.order(BreakerState::ForcedOpen, why, now));
    }

    /// Lets every call through, and judges none, until another order.
    pub fn disable(&self, why: &str) {
        self.step(|m, now| m.order(BreakerState::Disabled, why, now));
    }

    /// Goes back to normal: closed, with nothing counted yet.
    pub fn close(&self, why: &str) {
        self.step(|m, now| m.order(BreakerState::Closed, why, now));
    }

    /// Ends the break now: the next calls go through half-open.
    ///
    /// # Errors
    /// Where the breaker is not open.
    pub fn half_open(&self, why: &str) -> Result<(), IllegalTransition> {
        self.step(|m, now| m.half_open(why, now))
    }
}

impl<L> Clone for Breaker<L> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<L: Lock> fmt::Debug for Breaker<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Breaker").field(&self.snapshot()).finish()
    }
}

impl<L: Lock> Permit<L> {
    /// The call did what it should.
    pub fn succeed(self) {
        self.settle(Verdict::Succeeded);
    }

    /// The call failed, and what it called is to blame.
    pub fn fail(self, why: impl Into<String>) {
        self.settle(Verdict::Failed(why.into()));
    }

    /// The call says nothing of what it called: the request was at fault, say.
    pub fn ignore(self) {
        self.settle(Verdict::Uncounted);
    }

    fn settle(mut self, verdict: Verdict) {
        self.is_settled = true;
        let ticket = self.ticket;
        self.breaker.step(|m, now| m.settle(ticket, verdict, now));
    }
}

impl<L: Lock> Drop for Permit<L> {
    fn drop(&mut self) {
        if !self.is_settled {
            let ticket = self.ticket;
            let cancelled = Verdict::Uncounted;
            self.breaker.step(|m, now| m.settle(ticket, cancelled, now));
        }
    }
}

impl<L: Lock> fmt::Debug for Permit<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Permit").field(&self.ticket).finish()
    }
}
