//! The user's own files.

pub mod dictionary;
pub mod file;
pub mod journal;
pub mod user;
