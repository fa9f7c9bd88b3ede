//! What the writer is asked to do.

use crossbeam_channel::Sender;

use super::file::Fault;
use crate::cache::key::Key;
use crate::cache::tags::{Marks, Stamp};

/// Where the answer goes.
pub(super) type Done<T> = Sender<Result<T, Fault>>;

/// A change of the entries.
#[derive(Debug)]
pub(super) enum Change {
    Put {
        key: Key,
        sealed: Vec<u8>,
        marks: Marks,
    },
    Remove {
        key: Key,
        stamp: Option<Stamp>,
    },
}

impl Change {
    /// Bytes that wait while it is queued; `None` for what is no put.
    pub(super) const fn bytes(&self) -> Option<u64> {
        match self {
            Self::Put { sealed, .. } => Some(sealed.len() as u64),
            Self::Remove { .. } => None,
        }
    }
}

/// What the writer is asked to do.
#[derive(Debug)]
pub(super) enum Op {
    Change(Change),
    Invalidate {
        marks: Marks,
        generation: u64,
    },
    /// A pattern was matched with the tags known since `seen`.
    Pattern {
        seen: Stamp,
        generation: u64,
    },
    Clear {
        floor: u64,
        done: Done<()>,
    },
    Flush {
        done: Done<()>,
    },
    Compact {
        done: Done<(u64, u64)>,
    },
    /// A read failed: the file has to be opened again.
    Suspect(Fault),
    Stop,
}
