//! What a measurement learns from the loop.

use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use crate::post::Revision;

/// A frame that is whole.
pub(super) struct Drawn {
    pub(super) at: Instant,
    /// Bytes sent so far.
    pub(super) sent: u64,
    /// The text that it shows.
    pub(super) revision: Revision,
}

/// Where the loop tells what it did. Nobody may listen any more.
pub(super) struct Probe {
    pub(super) frames: Sender<Drawn>,
    /// How long the state and its effects took to follow an event.
    pub(super) work: Sender<Duration>,
}

impl Probe {
    pub(super) fn drawn(&self, sent: u64, revision: Revision) {
        let at = Instant::now();
        let _ = self.frames.send(Drawn { at, sent, revision });
    }

    pub(super) fn worked(&self, took: Duration) {
        let _ = self.work.send(took);
    }
}
