//! The user's own files.

pub mod dictionary;
pub mod file;
mod folder;
pub mod journal;
pub mod user;
