//! Times of stages.

use std::time::Instant;

use super::report::{CacheUse, Stage};

/// Times stages for the receipt.
#[derive(Debug)]
pub struct Stopwatch {
    last: Instant,
    stages: Vec<Stage>,
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self {
            last: Instant::now(),
            stages: Vec::new(),
        }
    }
}

impl Stopwatch {
    /// Ends the stage that has run since the last call.
    pub fn lap(&mut self, name: &'static str, cache: CacheUse) {
        let now = Instant::now();
        let micros = now
            .duration_since(self.last)
            .as_micros()
            .try_into()
            .unwrap_or(u64::MAX);
        self.stages.push(Stage {
            name,
            micros,
            cache,
        });
        self.last = now;
    }

    /// The stages that have ended, in order.
    #[must_use]
    pub fn stages(self) -> Vec<Stage> {
        self.stages
    }
}
