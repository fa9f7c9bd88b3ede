//! One binary for all integration tests, so that it links once.

mod incremental;
mod parity;
mod pty;
mod tui;
