//! What the heads read besides an encoder's vectors: numbers of known meaning and hashed words.
//!
//! A head was trained on exactly these, so whatever changes here raises [`VERSION`].

mod lists;
pub mod post;
pub mod surface;
pub mod tone;
pub mod words;

/// Version of all features; a head names the one that it was trained on.
pub const VERSION: u32 = 1;
