//! One binary for all integration tests, so that it links once.

mod broken;
mod cli;
mod config;
mod engine;
mod heads;
mod incremental;
mod kernels;
mod model;
mod parity;
mod pty;
mod readme;
mod tiny;
mod tui;

use std::sync::LazyLock;

use postwright::engine::{Encoders, Engine};
use postwright::model::Settings;

/// One model for all tests of this binary that need no other: it takes a hundred megabytes.
fn encoders() -> Encoders {
    static ENCODERS: LazyLock<Encoders> = LazyLock::new(|| Encoders::new(Settings::default()));
    ENCODERS.clone()
}

/// One engine for all tests of this binary that need no other.
fn engine() -> Engine {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::in_memory(encoders()));
    ENGINE.clone()
}
