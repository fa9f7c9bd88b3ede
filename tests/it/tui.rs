//! The workstation without a terminal: inputs in, screens out.

mod driver;
mod editing;
mod findings;
mod screens;
