//! The workstation without a terminal: inputs in, screens out.

mod asking;
mod cache;
mod documents;
pub mod driver;
mod editing;
mod findings;
mod looks;
mod own;
mod screens;
mod suggesting;
mod templates;
mod tools;
mod variants;
mod versions;
