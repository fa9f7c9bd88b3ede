//! The draft journal: what is typed reaches the disk within a second, whatever ends the program.
//!
//! Each draft has an append-only file of its own, `<id>.journal`, beside a lock that names its
//! owner. The file is a header and records of a length, a checksum and a payload: first the base
//! (a whole text), then the changes made to it and marks of saves to the user's file. A reader
//! goes up to the first record that is cut, fails its checksum or does not fit the text.
//!
//! What must not happen: a byte appended behind torn bytes, a text recovered that never stood in
//! the editor, two owners of one draft, a journal given up before its successor is on disk.

mod claim;
mod drafts;
mod error;
mod handle;
mod id;
mod record;
mod replay;
#[cfg(test)]
mod tests;
mod writer;

use std::path::PathBuf;
use std::time::SystemTime;

pub use drafts::Drafts;
pub use error::JournalError;
pub use handle::{Journal, Lag};
pub use id::DraftId;
pub(in crate::store) use id::canonical;

/// One change of a text: `removed` bytes at byte `at` give way to `inserted`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where, in bytes.
    pub at: usize,
    /// How many bytes go.
    pub removed: usize,
    /// What comes in their place.
    pub inserted: String,
}

/// What a journal held that its file on disk does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// The text.
    pub text: String,
    /// When the journal was last written.
    pub changed_at: SystemTime,
    /// The tail was torn or corrupt; the text is up to there.
    pub damaged: bool,
}

/// A draft in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftInfo {
    /// Names it to [`Drafts::reopen`].
    pub id: DraftId,
    /// The file it belongs to; `None` while it has no name.
    pub path: Option<PathBuf>,
    /// Its first line that is not blank.
    pub first_line: String,
    /// When the journal was last written.
    pub changed_at: SystemTime,
    /// Somebody has it open, maybe this process.
    pub in_use: bool,
}

/// What came of opening a draft.
#[derive(Debug)]
pub enum Opening {
    /// It is ours until its journal is closed or dropped.
    Owned(Box<Draft>),
    /// Somebody else has it open, maybe this process.
    Taken {
        /// Whose process it is, where that can be read.
        pid: Option<u32>,
    },
}

/// A draft that is ours.
#[derive(Debug)]
pub struct Draft {
    /// Where its changes go.
    pub journal: Journal,
    /// The file it belongs to, absolute and free of links.
    pub path: Option<PathBuf>,
    /// What an earlier session left; [`Journal::start`] replaces it on disk.
    pub recovered: Option<Recovered>,
    /// Where a journal is kept that could not be read, and stood in the way.
    pub set_aside: Option<PathBuf>,
}

/// A draft that somebody has open, as its journal tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glimpse {
    /// The file it belongs to.
    pub path: Option<PathBuf>,
    /// Its text as of its last record.
    pub text: String,
}

/// What a journal has to tell while it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It cannot be written: the text is in memory alone. Told once per run of failures.
    Failed(String),
    /// It is written again.
    Mended,
    /// Something else that the writer should know.
    Warned(String),
}
