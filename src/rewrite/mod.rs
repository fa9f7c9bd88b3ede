//! Rewrites that keep the facts: operators, the fact lock, and the difference of two texts.
//!
//! [`propose()`] asks each [`Operator`] for [`Edit`]s and rejects those that lose or invent a fact;
//! [`apply_edits`] makes a text of those that a writer takes; [`diff`] shows it. All of it is pure.

pub mod diff;
mod draft;
mod edit;
pub mod facts;
mod operators;
mod options;
mod propose;
mod protected;
pub mod search;
#[cfg(test)]
mod tests;

pub use draft::{Draft, Sentence};
pub use edit::{Edit, apply_edits};
pub use operators::Operator;
pub use options::{Options, Tone, Trim};
pub use propose::{LONGEST, Proposals, Rejected, propose};
