//! What can go wrong in training and measuring.

use std::io;
use std::path::PathBuf;

use crate::model::ModelError;

/// A run that cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A file of data could not be read.
    #[error("{}: cannot read: {source}\n  help: check the path; {wanted}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
        /// What should be there.
        wanted: &'static str,
    },
    /// A line of data has no sense in it.
    #[error("{}:{line}: {reason}\n  help: {wanted}", path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong.
        reason: String,
        /// What should be there.
        wanted: &'static str,
    },
    /// The data cannot be used for the task.
    #[error("{}: {reason}", path.display())]
    Data {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// What a run keeps to go on from could not be read or written.
    #[error("{}: {reason}\n  help: remove the folder to begin anew", path.display())]
    State {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The encoder or a head failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// What was asked for cannot be done.
    #[error("{0}")]
    Request(String),
}
