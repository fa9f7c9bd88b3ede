//! Lanes: which work a model's thread does next.
//!
//! Work waits in one of three lanes, each bounded. Interactive work goes before speculative work,
//! and that before batches, but no lane starves ([`Patience`]). Within a lane the oldest work goes
//! first, together with waiting work of similar length ([`super::batcher`]). What a newer revision
//! of its document has superseded, or whose client has gone, is never handed out.
//!
//! [`Queue`] is the blocking face for threads, [`Lanes`] the state machine behind it. Everything
//! that was accepted ends in exactly one way: in a [`Whole`], or in one call of [`Work::ended`].

mod item;
mod queue;
mod revisions;
mod settings;
mod state;
mod stats;
mod sync;
mod turns;
mod work;

#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::{Index, IndexMut};

pub use item::{Batch, Part, Whole};
pub use queue::Queue;
pub use revisions::Revisions;
pub use settings::{Patience, Settings};
pub use state::{Lanes, Leftovers, Next};
pub use stats::{LaneStats, Waits};
pub use work::{Ending, Refusal, Refused, Version, Work};

/// How urgent work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Somebody waits for it.
    Interactive,
    /// Somebody may ask for it next.
    Speculative,
    /// It is done when there is time.
    Batch,
}

impl Lane {
    /// All lanes, the most urgent one first.
    pub const ALL: [Self; 3] = [Self::Interactive, Self::Speculative, Self::Batch];

    /// Its name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::Speculative => "speculative",
            Self::Batch => "batch",
        }
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A value for each lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PerLane<T>([T; 3]);

impl<T> PerLane<T> {
    /// The values that `value` gives, from the most urgent lane on.
    pub fn new(value: impl FnMut(Lane) -> T) -> Self {
        Self(Lane::ALL.map(value))
    }

    /// The lanes with their values, the most urgent one first.
    pub fn iter(&self) -> impl Iterator<Item = (Lane, &T)> {
        Lane::ALL.into_iter().zip(&self.0)
    }
}

impl<T> Index<Lane> for PerLane<T> {
    type Output = T;

    fn index(&self, lane: Lane) -> &T {
        &self.0[lane as usize]
    }
}

impl<T> IndexMut<Lane> for PerLane<T> {
    fn index_mut(&mut self, lane: Lane) -> &mut T {
        &mut self.0[lane as usize]
    }
}
