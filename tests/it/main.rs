//! One binary for all integration tests, so that it links once.

mod cli;
mod config;
mod incremental;
mod parity;
mod pty;
mod readme;
mod tui;
