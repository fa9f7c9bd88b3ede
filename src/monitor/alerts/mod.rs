//! Alerts: rules over metrics, their states, what is done about them, and what happened.
//!
//! - [`rule`] is a rule as configured, [`defaults()`] are those that hold where none are.
//! - [`expr`] is the language of conditions, a subset of PromQL; [`series`] holds the samples that
//!   conditions look back on.
//! - [`Alerts`] evaluates rules over each snapshot's families; [`state`] is one alert's state.
//! - [`Sentry`] does all of this for one snapshot after the other.
//! - [`actions`] tells people and programs, [`history`] keeps what happened on disk.
//! - [`export`] writes the rules for Prometheus.
//!
//! Where a file of rules means something else than in Prometheus:
//! - A series is missing after three evaluations without it, not only after five minutes, and an
//!   alert whose series is missing has no data, which is not resolved.
//! - `clear` ends a firing alert; without it alerts end as in Prometheus.
//! - A gap between two evaluations, in which nobody looked, does not count for `for` and
//!   `keep_firing_for`. Time is a clock's that only moves on; setting the system's date back or
//!   forth changes no state, only the dates in the history.

pub mod actions;
mod defaults;
pub mod duration;
pub mod export;
pub mod expr;
pub mod history;
pub mod rule;
pub mod sentry;
pub mod series;
pub mod state;
pub mod template;
pub mod watch;

#[cfg(test)]
mod promtool;
#[cfg(test)]
mod scenarios;

pub use defaults::defaults;
pub use sentry::{Sentry, SentrySettings, Standing, Watched};
pub use watch::{AlertSettings, AlertStatus, Alerts, RuleStatus, Transition};
