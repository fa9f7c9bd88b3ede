//! The state of one alert: a rule and one set of labels.
//!
//! ```text
//!              expr                 held for `for`
//!   INACTIVE --------> PENDING ----------------------> FIRING
//!     ^  ^               |  ^                           |  |
//!     |  +---------------+  +---------------------------+  |
//!     |     no longer             `for` was raised         |
//!     +----------------------------------------------------+
//!        cleared (or no longer), and `keep_firing_for` over
//! ```
//!
//! From PENDING and FIRING a series that vanishes leads to NO DATA, which is not the end of the
//! alert: when data is back, an alert that fired goes on where it was, or is resolved by what is
//! then known. Apart from that and `clear`, states follow `rules/alerting.go` of Prometheus.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long an alert without data is remembered; as long as Prometheus keeps resolved ones.
pub const FORGET_AFTER: Duration = Duration::from_secs(15 * 60);

/// What is seen of an alert in one evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// `expr` holds.
    Holds,
    /// `expr` does not hold, and `clear` does not either.
    Between,
    /// `expr` does not hold, and `clear` does or there is none.
    Cleared,
    /// The series are not there.
    Nothing,
}

/// Where an alert stands. Times are of [`super::Alerts`]' own, which only runs while it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// The condition does not hold.
    #[default]
    Inactive,
    /// The condition holds, not yet for long enough.
    Pending {
        /// Since when it holds.
        since: Duration,
    },
    /// The alert.
    Firing(Fire),
    /// Nothing is known.
    NoData {
        /// Since when.
        since: Duration,
        /// The alert, where there was one.
        fire: Option<Fire>,
    },
}

/// A firing alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fire {
    /// When its condition began to hold.
    pub since: Duration,
    /// When it ended, while `keep_firing_for` keeps the alert.
    pub ended: Option<Duration>,
}

/// A state's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// [`State::Inactive`]
    Inactive,
    /// [`State::NoData`]
    NoData,
    /// [`State::Pending`]
    Pending,
    /// [`State::Firing`]
    Firing,
}

/// What happened to an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The condition began to hold, or `for` was raised.
    Pending,
    /// The condition stopped before the alert fired.
    Cancelled,
    /// The alert fires.
    Firing,
    /// The alert is over.
    Resolved,
    /// Its series vanished.
    NoData,
    /// Its series are back, and it is where it was.
    Returned,
    /// Its series have been gone for so long that it is given up.
    Forgotten,
}

impl Event {
    /// Its name, as it is serialised.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Cancelled => "cancelled",
            Self::Firing => "firing",
            Self::Resolved => "resolved",
            Self::NoData => "no-data",
            Self::Returned => "returned",
            Self::Forgotten => "forgotten",
        }
    }
}

impl State {
    /// Its name.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self {
            Self::Inactive => Phase::Inactive,
            Self::Pending { .. } => Phase::Pending,
            Self::Firing(_) => Phase::Firing,
            Self::NoData { .. } => Phase::NoData,
        }
    }

    /// The state after `seen` at `now`, and what happened. `hold` and `keep` are the rule's `for`
    /// and `keep_firing_for`.
    #[must_use]
    pub fn step(
        self,
        seen: Seen,
        now: Duration,
        hold: Duration,
        keep: Duration,
    ) -> (Self, Option<Event>) {
        match (self, seen) {
            (Self::Inactive, Seen::Holds) if hold.is_zero() => (fires(now), Some(Event::Firing)),
            (Self::Inactive, Seen::Holds) => (Self::Pending { since: now }, Some(Event::Pending)),
            (Self::Inactive, Seen::Between | Seen::Cleared | Seen::Nothing) => (self, None),
            (Self::Pending { since }, Seen::Holds) if passed(since, now) >= hold => {
                (fires(since), Some(Event::Firing))
            }
            (Self::Pending { .. }, Seen::Holds) => (self, None),
            (Self::Pending { .. }, Seen::Between | Seen::Cleared) => {
                (Self::Inactive, Some(Event::Cancelled))
            }
            (Self::Pending { .. }, Seen::Nothing) => (
                Self::NoData {
                    since: now,
                    fire: None,
                },
                Some(Event::NoData),
            ),
            (Self::Firing(Fire { since, .. }), Seen::Holds) if passed(since, now) < hold => {
                (Self::Pending { since }, Some(Event::Pending))
            }
            (Self::Firing(fire), Seen::Holds | Seen::Between) => (fire.goes_on(), None),
            (Self::Firing(fire), Seen::Cleared) => {
                let ended = fire.ended.unwrap_or(now);
                if passed(ended, now) >= keep {
                    return (Self::Inactive, Some(Event::Resolved));
                }
                let ended = Some(ended);
                (Self::Firing(Fire { ended, ..fire }), None)
            }
            (Self::Firing(fire), Seen::Nothing) => {
                let fire = Some(fire);
                (Self::NoData { since: now, fire }, Some(Event::NoData))
            }
            (Self::NoData { since, .. }, Seen::Nothing) if passed(since, now) >= FORGET_AFTER => {
                (Self::Inactive, Some(Event::Forgotten))
            }
            (Self::NoData { .. }, Seen::Nothing) => (self, None),
            (Self::NoData { fire, .. }, Seen::Holds | Seen::Between | Seen::Cleared) => {
                let before = fire.map_or(Self::Inactive, Self::Firing);
                let (after, event) = before.step(seen, now, hold, keep);
                (after, event.or(Some(Event::Returned)))
            }
        }
    }
}

impl Fire {
    fn goes_on(self) -> State {
        State::Firing(Self {
            ended: None,
            ..self
        })
    }
}

fn fires(since: Duration) -> State {
    let ended = None;
    State::Firing(Fire { since, ended })
}

fn passed(since: Duration, now: Duration) -> Duration {
    now.saturating_sub(since)
}

#[cfg(test)]
mod tests;
