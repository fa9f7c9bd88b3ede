//! One binary for all integration tests, so that it links once.

mod cli;
mod config;
mod parity;
mod readme;
