//! What can be wrong with the writer's data, and what to do about it.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why something could not be read or kept. Nothing of a failed change is kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UserError {
    /// The data folder could not be made.
    #[error("{}: the data folder cannot be used: {source}; make it yours and writable", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file could not be opened, read or written.
    #[error("{}: cannot be used: {reason}; make room, or make it yours and writable", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Others held the file for the whole wait.
    #[error("{}: in use by another Postwright for {} ms; try again, or end the other one", path.display(), waited.as_millis())]
    Held {
        /// The file.
        path: PathBuf,
        /// How long was waited.
        waited: Duration,
    },
    /// The file's bytes are not sound.
    #[error("{}: damaged: {reason}; it is left as it is: put a copy in its place, or move it away to begin anew", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A later version of the program wrote the file, or something in it.
    #[error("{}: written by a newer Postwright: {found}; update the program", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// What this version does not know.
        found: String,
    },
    /// No version of the document is kept.
    #[error("{document}: no version is kept of it; list the documents")]
    NoDocument {
        /// The document.
        document: String,
    },
    /// Another document has the name already.
    #[error("{document}: versions of it are kept already; record under that name instead")]
    DocumentTaken {
        /// The name.
        document: String,
    },
    /// The document has no such version.
    #[error("{document}: there is no version {id}; list its versions, old ones without a name go")]
    NoVersion {
        /// The document.
        document: String,
        /// The version.
        id: u64,
    },
    /// Another version of the document has the name already.
    #[error(
        "{document}: version {holder} is named {name:?} already; choose another name, or take it from that one first"
    )]
    NameTaken {
        /// The document.
        document: String,
        /// The name.
        name: String,
        /// The version that has it.
        holder: u64,
    },
    /// A name that no row could show.
    #[error("the name {name:?} {why}; choose another")]
    Name {
        /// Its first characters.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A number that JSON cannot hold.
    #[error("{what}: {value} is no finite number; leave it out")]
    NotFinite {
        /// Which number.
        what: String,
        /// Its value.
        value: f64,
    },
    /// A value that is no JSON, or is not what was asked for.
    #[error("experiment {name}: {reason}; remove it, or read it with the version that wrote it")]
    Experiment {
        /// Its name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
}
