//! One binary for all integration tests, so that it links once.

mod cli;
mod config;
mod engine;
mod heads;
mod incremental;
mod model;
mod parity;
mod pty;
mod readme;
mod tiny;
mod tui;

use std::sync::LazyLock;

use postwright::engine::{Encoders, Engine};
use postwright::model::Settings;

/// One engine for all tests of this binary that need no other.
fn engine() -> Engine {
    static ENGINE: LazyLock<Engine> =
        LazyLock::new(|| Engine::in_memory(Encoders::new(Settings::default())));
    ENGINE.clone()
}
