//! What a breaker tells of itself.

use std::time::Duration;

use serde::Serialize;

use super::state::{BreakerEvent, BreakerState};
use crate::resilience::serial::{maybe_seconds, seconds};

/// A call that was not let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("breaker `{name}` is {state} and lets no call through{}", when(*.retry_in))]
pub struct Refused {
    /// The breaker.
    pub name: &'static str,
    /// Its state.
    pub state: BreakerState,
    /// When the break is over. `None` while calls out half-open are awaited, and where only
    /// somebody's order ends it.
    pub retry_in: Option<Duration>,
}

fn when(retry_in: Option<Duration>) -> String {
    retry_in.map_or_else(String::new, |t| {
        format!("; try again in {:.1} s", t.as_secs_f64())
    })
}

/// A breaker at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BreakerSnapshot {
    /// The breaker.
    pub name: &'static str,
    /// Its state.
    pub state: BreakerState,
    /// Since when, from the start of the clock.
    #[serde(rename = "since_seconds", serialize_with = "seconds")]
    pub since: Duration,
    /// When an open breaker will let calls through again.
    #[serde(rename = "retry_in_seconds", serialize_with = "maybe_seconds")]
    pub retry_in: Option<Duration>,
    /// How it came to its state; `None` where it never left the first.
    pub last_transition: Option<BreakerEvent>,
    /// Share of failed calls in the window, 0 to 1; `None` below the minimum of calls.
    pub failure_rate: Option<f64>,
    /// Share of slow calls in the window, 0 to 1; `None` below the minimum of calls.
    pub slow_rate: Option<f64>,
    /// Calls in the window. An open breaker keeps those that opened it.
    pub calls: u32,
    /// Failed ones of them.
    pub failed: u32,
    /// Slow ones of them.
    pub slow: u32,
    /// Calls refused since the start.
    pub refused: u64,
    /// Calls since the start that ended without a verdict, ignored or cancelled.
    pub uncounted: u64,
    /// Calls since the start that ended after the state they began in.
    pub late: u64,
    /// Openings in a row, without a recovery between them.
    pub openings: u32,
    /// What the last failure was that counted.
    pub last_failure: Option<String>,
    /// Transitions since the start.
    pub transitions: u64,
    /// The last transitions, oldest first.
    pub events: Vec<BreakerEvent>,
}
