//! Pure functions over text: no I/O, no async, nothing from the rooms above.

pub mod readability;
pub mod sentiment;
