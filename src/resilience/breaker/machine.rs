//! The state machine of a breaker, without lock and clock.
//!
//! Its transitions are those of the circuit breaker of resilience4j (`CircuitBreakerStateMachine`),
//! except that breaks grow with every opening in a row, and that every state has an epoch: what a
//! call of an earlier epoch reports is of a part as it was, and does not count.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::settings::{BreakerSettings, BreakerWindow};
use super::snapshot::{BreakerSnapshot, Refused};
use super::state::{BreakerEvent, BreakerState, IllegalTransition};
use super::window::{Outcome, Totals, Window};

/// What a call reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Succeeded,
    Failed(String),
    /// Neither: the caller's own mistake, say, or a call given up.
    Uncounted,
}

/// What a call takes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    pub epoch: u64,
    pub started: Duration,
}

/// The state of a breaker. Times are since the start of the clock and never run back.
#[derive(Debug)]
pub struct Machine {
    name: &'static str,
    settings: BreakerSettings,
    rng: ChaCha8Rng,
    state: BreakerState,
    since: Duration,
    /// Counts the states entered.
    epoch: u64,
    window: Window,
    /// Calls in the window that a judgement needs.
    judged_from: u32,
    /// Half-open permits that are out or used.
    taken: u32,
    /// When the break is over. Only of use while open.
    break_ends: Duration,
    openings: u32,
    refused: u64,
    uncounted: u64,
    late: u64,
    last_failure: Option<String>,
    events: VecDeque<BreakerEvent>,
}

impl Machine {
    pub(super) fn new(name: &'static str, settings: BreakerSettings, now: Duration) -> Self {
        let settings = settings.in_range();
        // The keys of a `RandomState` differ from one to the next.
        let seed = settings
            .seed
            .unwrap_or_else(|| RandomState::new().hash_one(name));
        Self {
            name,
            rng: ChaCha8Rng::seed_from_u64(seed),
            state: BreakerState::Closed,
            since: now,
            epoch: 0,
            window: Window::new(settings.window),
            judged_from: settings.minimum_calls,
            taken: 0,
            break_ends: now,
            openings: 0,
            refused: 0,
            uncounted: 0,
            late: 0,
            last_failure: None,
            events: VecDeque::new(),
            settings,
        }
    }

    /// Lets a call through, or counts it as refused.
    pub(super) fn acquire(&mut self, now: Duration) -> Result<Ticket, Refused> {
        self.expire(now);
        if self.state == BreakerState::Open && now >= self.break_ends {
            self.enter(BreakerState::HalfOpen, now, "the break is over".into());
        }
        let passes = match self.state {
            BreakerState::Closed | BreakerState::Disabled => true,
            BreakerState::Open | BreakerState::ForcedOpen => false,
            BreakerState::HalfOpen => self.taken < self.settings.half_open_permits,
        };
        if !passes {
            self.refused += 1;
            return Err(Refused {
                name: self.name,
                state: self.state,
                retry_in: self.retry_in(now),
            });
        }
        self.taken += u32::from(self.state == BreakerState::HalfOpen);
        Ok(Ticket {
            epoch: self.epoch,
            started: now,
        })
    }

    /// Takes note of how a call ended.
    pub(super) fn settle(&mut self, ticket: Ticket, verdict: Verdict, now: Duration) {
        self.expire(now);
        if ticket.epoch != self.epoch {
            self.late += 1;
            return;
        }
        let failure = match verdict {
            Verdict::Succeeded => None,
            Verdict::Failed(why) => Some(why),
            Verdict::Uncounted => {
                self.uncounted += 1;
                self.taken -= u32::from(self.state == BreakerState::HalfOpen);
                return;
            }
        };
        match self.state {
            BreakerState::Closed | BreakerState::HalfOpen => {
                let outcome = Outcome {
                    failed: failure.is_some(),
                    slow: now.saturating_sub(ticket.started) > self.settings.slow_after,
                };
                self.last_failure = failure.or(self.last_failure.take());
                self.window.record(outcome, now);
                self.judge(now);
            }
            // Nothing is judged while disabled, and no call begins in the others.
            BreakerState::Disabled | BreakerState::Open | BreakerState::ForcedOpen => {}
        }
    }

    /// Ends the break early, so that the next calls go through half-open.
    pub(super) fn half_open(&mut self, why: &str, now: Duration) -> Result<(), IllegalTransition> {
        self.expire(now);
        if !self.state.may_become(BreakerState::HalfOpen) {
            return Err(IllegalTransition {
                name: self.name,
                from: self.state,
                to: BreakerState::HalfOpen,
            });
        }
        self.enter(BreakerState::HalfOpen, now, why.into());
        Ok(())
    }

    /// Goes where somebody orders it: closed, forced open or disabled.
    pub(super) fn order(&mut self, to: BreakerState, why: &str, now: Duration) {
        self.expire(now);
        self.enter(to, now, why.into());
    }

    pub(super) fn snapshot(&mut self, now: Duration) -> BreakerSnapshot {
        self.expire(now);
        let judged_at = match self.state {
            BreakerState::Closed => now,
            // What opened it stays to be seen.
            BreakerState::Open
            | BreakerState::HalfOpen
            | BreakerState::ForcedOpen
            | BreakerState::Disabled => self.since,
        };
        let totals = self.window.totals(judged_at);
        let rates = self.rates(totals);
        BreakerSnapshot {
            name: self.name,
            state: self.state,
            since: self.since,
            retry_in: self.retry_in(now),
            last_transition: self.events.back().cloned(),
            failure_rate: rates.map(|(failed, _)| failed),
            slow_rate: rates.map(|(_, slow)| slow),
            calls: totals.calls,
            failed: totals.failed,
            slow: totals.slow,
            refused: self.refused,
            uncounted: self.uncounted,
            late: self.late,
            openings: self.openings,
            last_failure: self.last_failure.clone(),
            transitions: self.epoch,
            events: self.events.iter().cloned().collect(),
        }
    }

    /// Opens again where half-open took too long, as of when it did.
    fn expire(&mut self, now: Duration) {
        let Some(wait) = self.settings.half_open_wait else {
            return;
        };
        let ends = self.since.saturating_add(wait);
        if self.state == BreakerState::HalfOpen && now >= ends {
            let calls = self.window.totals(now).calls;
            let why = format!(
                "half-open for {:.1} s with {calls} of {} calls answered",
                wait.as_secs_f64(),
                self.judged_from,
            );
            self.enter(BreakerState::Open, ends, why);
        }
    }

    fn judge(&mut self, now: Duration) {
        let totals = self.window.totals(now);
        let Some((failed, slow)) = self.rates(totals) else {
            return;
        };
        let said = format!(
            "of {} calls {:.0} % failed and {:.0} % were slow",
            totals.calls,
            failed * 100.0,
            slow * 100.0
        );
        if failed >= self.settings.failure_rate {
            let last = self.last_failure.as_deref().unwrap_or("none");
            let why = format!("{said}; the last failure: {last}");
            self.enter(BreakerState::Open, now, why);
        } else if slow >= self.settings.slow_rate {
            self.enter(BreakerState::Open, now, said);
        } else if self.state == BreakerState::HalfOpen {
            self.enter(BreakerState::Closed, now, said);
        }
    }

    /// Shares of failed and of slow calls, where there are enough calls.
    fn rates(&self, totals: Totals) -> Option<(f64, f64)> {
        let share = |n: u32| f64::from(n) / f64::from(totals.calls);
        (totals.calls >= self.judged_from).then(|| (share(totals.failed), share(totals.slow)))
    }

    fn retry_in(&self, now: Duration) -> Option<Duration> {
        (self.state == BreakerState::Open).then(|| self.break_ends.saturating_sub(now))
    }

    fn enter(&mut self, to: BreakerState, at: Duration, why: String) {
        debug_assert!(self.state.may_become(to), "{} to {to}", self.state);
        match to {
            // The window stays to be seen.
            BreakerState::Open => {
                self.openings = self.openings.saturating_add(1);
                let draw = self.rng.random();
                let length = self.settings.break_length(self.openings, draw);
                self.break_ends = at.saturating_add(length);
            }
            BreakerState::HalfOpen => {
                self.taken = 0;
                let permits = BreakerWindow::Count(self.settings.half_open_permits);
                self.window = Window::new(permits);
                self.judged_from = self
                    .settings
                    .minimum_calls
                    .min(self.settings.half_open_permits);
            }
            BreakerState::Closed | BreakerState::ForcedOpen | BreakerState::Disabled => {
                self.openings = 0;
                self.window = Window::new(self.settings.window);
                self.judged_from = self.settings.minimum_calls;
            }
        }
        if self.events.len() == self.settings.events {
            self.events.pop_front();
        }
        self.events.push_back(BreakerEvent {
            at,
            from: self.state,
            to,
            why,
        });
        self.state = to;
        self.since = at;
        self.epoch += 1;
    }
}
