//! The states of a breaker and the ways between them.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::resilience::serial::seconds;

/// What a breaker does with calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreakerState {
    /// All go through and are judged.
    Closed,
    /// None goes through until the break is over.
    Open,
    /// A few go through, to see whether the part has recovered.
    HalfOpen,
    /// None goes through until somebody says so.
    ForcedOpen,
    /// All go through and nothing is judged.
    Disabled,
}

impl BreakerState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Closed,
        Self::Open,
        Self::HalfOpen,
        Self::ForcedOpen,
        Self::Disabled,
    ];

    /// The name in reports: `closed`, `open`, `half-open`, `forced-open` or `disabled`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half-open",
            Self::ForcedOpen => "forced-open",
            Self::Disabled => "disabled",
        }
    }

    /// Whether a breaker may go from this state to `to`. Half-open comes only after a break, and
    /// a break only after calls were judged; what somebody orders is always allowed.
    #[must_use]
    pub fn may_become(self, to: Self) -> bool {
        match to {
            Self::Closed | Self::ForcedOpen | Self::Disabled => true,
            Self::Open => matches!(self, Self::Closed | Self::HalfOpen),
            Self::HalfOpen => matches!(self, Self::Open),
        }
    }
}

impl fmt::Display for BreakerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A transition that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BreakerEvent {
    /// When, since the start of the clock.
    #[serde(rename = "at_seconds", serialize_with = "seconds")]
    pub at: Duration,
    /// The state before.
    pub from: BreakerState,
    /// The state after.
    pub to: BreakerState,
    /// Why, for people.
    pub why: String,
}

/// A transition that a breaker does not make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("breaker `{name}` is {from} and cannot become {to} from there; wait until it opens")]
pub struct IllegalTransition {
    /// The breaker.
    pub name: &'static str,
    /// Its state.
    pub from: BreakerState,
    /// What was asked for.
    pub to: BreakerState,
}

#[cfg(test)]
mod tests {
    use super::*;
    use BreakerState::{Closed, HalfOpen, Open};

    #[test]
    fn only_these_transitions_are_illegal() {
        let illegal: Vec<_> = BreakerState::ALL
            .iter()
            .flat_map(|&from| BreakerState::ALL.map(|to| (from, to)))
            .filter(|(from, to)| !from.may_become(*to))
            .collect();
        let expected = [
            (Closed, HalfOpen),
            (Open, Open),
            (HalfOpen, HalfOpen),
            (BreakerState::ForcedOpen, Open),
            (BreakerState::ForcedOpen, HalfOpen),
            (BreakerState::Disabled, Open),
            (BreakerState::Disabled, HalfOpen),
        ];
        assert_eq!(illegal, expected);
    }

    #[test]
    fn names_are_the_same_shown_and_serialised() {
        let names = ["closed", "open", "half-open", "forced-open", "disabled"];
        for (state, name) in BreakerState::ALL.into_iter().zip(names) {
            assert_eq!(state.to_string(), name);
            assert_eq!(serde_json::json!(state), name);
        }
    }
}
