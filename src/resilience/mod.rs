//! What keeps one failing or overloaded part from taking the rest with it. The room knows nothing
//! of what it protects.
//!
//! - [`breaker`] stops asking a part that fails or crawls, and asks again later, carefully.
//! - [`limiter`] admits as many calls at once as a part answers without queueing.
//! - [`scaler`] says how many workers a load needs.
//! - [`retry`] spaces out repeated attempts and bounds how many there are.
//! - [`faults`] breaks things on purpose, for developers.
//! - [`clock`] is the time they all go by, so that tests need not wait.
//!
//! Everything here is synchronous and may be called from any thread. Nothing runs in the
//! background: what is due (the end of a break, say) happens at the next call.

pub mod breaker;
pub mod clock;
pub mod faults;
pub mod limiter;
pub mod retry;
pub mod scaler;
mod serial;

pub use breaker::{
    Breaker, BreakerEvent, BreakerSettings, BreakerSnapshot, BreakerState, BreakerWindow,
    IllegalTransition, Permit, Refused,
};
pub use clock::{Clock, Hand};
pub use faults::{FaultCount, FaultKind, Faults, FaultsError, Point};
pub use limiter::{Limiter, LimiterSettings, LimiterSnapshot, Saturated, Slot};
pub use retry::{Delays, RetryBudget, RetrySettings};
pub use scaler::{Decision, Reason, Scaler, ScalerSettings};
