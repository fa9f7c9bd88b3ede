//! What the lanes must know of work, and what they say of it.

use std::time::Duration;

use super::Lane;

/// A state of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Version {
    /// Which document.
    pub document: u64,
    /// Its state; a greater number is newer.
    pub revision: u64,
}

/// A group of texts that one client waits for.
///
/// `tokens`, `version` and `is_closed` are called with the lanes locked: they must be quick, must
/// not panic, and must not call the queue.
pub trait Work {
    /// What a model makes of one text.
    type Output;

    /// Estimated tokens of each text. An estimate of 0 counts as 1.
    fn tokens(&self) -> &[usize];

    /// The state of the document it was asked for, where a newer state makes it moot.
    fn version(&self) -> Option<Version>;

    /// Whether nobody waits for the results any longer.
    fn is_closed(&self) -> bool;

    /// Called once, with no lock held, where accepted work ends without results.
    fn ended(self, why: Ending);
}

/// How accepted work ended without results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// A newer revision of its document came.
    Superseded,
    /// Nobody waited for it any longer.
    Cancelled,
    /// A worker dropped a part of it unfinished.
    Abandoned,
    /// The queue was closed.
    ShutDown,
}

/// Why work was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The lane is full.
    #[error("the {lane} lane is full, with {waiting} texts waiting; try again in {retry_in:?}")]
    Overloaded {
        /// The lane.
        lane: Lane,
        /// Texts that wait in it.
        waiting: usize,
        /// When there should be room, at the rate at which texts left the lane lately.
        retry_in: Duration,
    },
    /// The work has more texts than the lane ever holds.
    #[error("{texts} texts at once, where the {lane} lane holds {capacity}; send fewer at a time")]
    TooLarge {
        /// The lane.
        lane: Lane,
        /// Texts of the work.
        texts: usize,
        /// Most texts of the lane.
        capacity: usize,
    },
    /// A newer revision of the document is known.
    #[error("revision {revision} of document {document} is superseded by {latest}; drop it")]
    Superseded {
        /// The document.
        document: u64,
        /// The revision that was pushed.
        revision: u64,
        /// The latest one known.
        latest: u64,
    },
    /// There is nothing to do.
    #[error("the work has no texts; answer it without a model")]
    NoTexts,
    /// The queue was closed.
    #[error("the queue is closed, because the engine shuts down; start it anew")]
    Closed,
}

/// Work that was not accepted; it was not told that it ended.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Refused<T> {
    /// The work.
    pub item: T,
    /// Why not.
    pub reason: Refusal,
}
