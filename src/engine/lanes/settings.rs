//! What the lanes go by.

use std::time::Duration;

use super::{Lane, PerLane};
use crate::engine::batcher::Budget;

/// How long a lane below others is passed over.
///
/// A lane is overdue once `batches` batches of other lanes were handed out while it waited, or
/// `time` has passed, since its own last one (or since it was last empty). An overdue lane gets
/// the next batch, but out of turn never two in a row. So a lane that waits is passed over by at
/// most `batches` + 2 batches in a row, and by at most 3 once `time` has passed; and interactive
/// work, while it waits, gets at least every second batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Batches of other lanes; 0 counts as 1.
    pub batches: u32,
    /// Time without a batch.
    pub time: Duration,
}

/// What the lanes go by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Most texts that wait in each lane.
    pub capacity: PerLane<usize>,
    /// The most a batch may hold.
    pub budget: Budget,
    /// How long a lane below others is passed over.
    pub patience: Patience,
    /// How long the oldest work of the batch lane waits for more to fill its batch, while no other
    /// lane has work; [`Patience::time`] at most. Work in other lanes never waits for more.
    pub linger: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            capacity: PerLane::new(|lane| match lane {
                Lane::Interactive => 1_024,
                Lane::Speculative => 256,
                Lane::Batch => 4_096,
            }),
            budget: Budget::default(),
            patience: Patience {
                batches: 8,
                time: Duration::from_secs(2),
            },
            linger: Duration::from_millis(5),
        }
    }
}
