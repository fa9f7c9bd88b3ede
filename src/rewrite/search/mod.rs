//! Search over rewrites: which edits together serve a goal best, as a [`Scorer`] measures it.
//!
//! [`optimise()`] scores every single edit of the operators and of the fixes that the caller found,
//! combines those that gain in a beam, lets the operators read the best result until no step gains
//! more than [`Limits::min_gain`], and returns a few variants that differ. [`preview()`] scores single
//! steps only. Every variant is the original with a set of changes whose spans lie in the original.
//! Nothing here knows a model or a clock.

mod allowed;
mod beam;
mod candidate;
mod change;
mod choose;
mod diverse;
mod family;
mod follow;
mod goal;
mod ledger;
mod lock;
mod measured;
mod moves;
mod optimise;
mod preview;
mod request;
#[cfg(test)]
mod tests;
mod tone;
mod variant;

pub use change::{Change, Claim, Fix, Source};
pub use choose::{carried, together, with_changes};
pub use goal::{Goal, GoalWeights, Objective, Term, Weights};
pub use measured::{EngagementForecast, Found, Measured, Scorer, Stopped};
pub use moves::Refused;
pub use optimise::{Optimised, optimise};
pub use preview::{Previews, Suggestion, preview};
pub use request::{Limits, Request};
pub use variant::{Delta, Step, Variant};
