//! One binary for all integration tests, so that it links once.

mod broken;
mod cli;
mod config;
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

use postwright::engine::Encoders;
use postwright::model::Settings;

/// One encoder for all tests of this binary.
fn encoders() -> Encoders {
    static ENCODERS: LazyLock<Encoders> = LazyLock::new(|| Encoders::new(Settings::default()));
    ENCODERS.clone()
}
