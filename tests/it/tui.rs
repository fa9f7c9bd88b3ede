//! The workstation without a terminal: inputs in, screens out.

pub mod driver;
mod editing;
mod findings;
mod looks;
mod screens;
