//! What can be wrong with a journal, and what to do about it.

use std::io;
use std::path::PathBuf;

/// A journal that could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The folder of the drafts could not be made or read.
    #[error("{}: the folder of the drafts cannot be used: {source}; make it yours and writable, or set XDG_STATE_HOME", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The path of a post leads nowhere.
    #[error("{}: the path cannot be followed: {source}; name the file by another path", path.display())]
    Place {
        /// The path.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The lock could not be asked for.
    #[error("{}: the draft cannot be locked: {source}; set XDG_STATE_HOME to a local disk", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// There is no such draft any more.
    #[error("{}: the draft is gone; list the drafts again", path.display())]
    Gone {
        /// Its journal.
        path: PathBuf,
    },
    /// The journal could not be read, or not set aside.
    #[error("{}: the journal cannot be read: {source}; make it readable, or move it away", path.display())]
    Read {
        /// The journal.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The head of the journal is damaged: there is no text to begin with.
    #[error("{}: no journal, or damaged from its start; move it away", path.display())]
    Unreadable {
        /// The journal.
        path: PathBuf,
    },
    /// Another version of the program wrote the journal.
    #[error("{}: a journal of format {version}, which this program does not know; open it with the one that wrote it, or move it away", path.display())]
    Format {
        /// The journal.
        path: PathBuf,
        /// The format it names.
        version: u32,
    },
    /// The journal could not be written.
    #[error("{}: the journal cannot be written: {source}; make room or save the post, until then its text is in memory alone", path.display())]
    Write {
        /// The journal.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The writer's thread could not be started, or it panicked.
    #[error("{}: the journal has no writer: {source}; save the post and start again", path.display())]
    Writer {
        /// The journal.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}
