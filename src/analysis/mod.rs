//! Pure functions from a post to what it tells a writer. No I/O, no async, no room above.

pub mod finding;
pub mod rules;
pub mod structure;
