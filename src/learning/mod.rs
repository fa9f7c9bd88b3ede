//! What the program learns from one writer: which suggestions they take, whether the engagement
//! head's number holds for their posts, and which variant of a post does better.
//!
//! All of it is pure: the same events and seed give the same result, to the last bit, on one
//! machine. Every number comes with the arithmetic that made it.

pub mod calibration;
mod error;
mod math;
pub mod ranking;
pub mod sequential;

pub use error::LearningError;
