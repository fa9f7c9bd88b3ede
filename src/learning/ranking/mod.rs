//! Which suggestion a writer sees first.
//!
//! A suggestion is worth its predicted gain times the probability that the writer takes it. That
//! probability starts at a shipped prior and moves with the writer's decisions:
//!
//! 1. *Level.* A writer may take fewer or more suggestions of every kind than the priors say. One
//!    number moves all priors: below 0 it scales them down (`m(1 + level)`), which leaves their
//!    order as it was; above 0 it scales down what is missing to 1 (`1 - (1 - m)(1 - level)`).
//! 2. *Operator.* What remains is the operator's own: its decisions are added to a Beta prior whose
//!    mean is the levelled prior. This is partial pooling (Gelman et al., "Bayesian Data
//!    Analysis", 3rd edition, chapter 5), with the level estimated once rather than integrated out.
//!
//! The order follows the posterior mean. It is no lottery, as Thompson sampling would be: the same
//! decisions give the same order, and one more decision moves it a little or not at all.

mod acceptance;
mod priors;
#[cfg(test)]
mod simulations;
#[cfg(test)]
mod tests;

pub use acceptance::{Acceptance, Belief, Candidate, Decision, Ranked, Verdict};
pub use priors::Priors;
