//! What can be wrong with a writer's templates; each names its place and its remedy.

use std::io;
use std::path::{Path, PathBuf};

use crate::mistake;

/// A mistake in a text, by its place.
#[derive(Debug)]
pub(super) struct Fault {
    /// Byte of the text.
    at: usize,
    message: String,
    remedy: String,
}

impl Fault {
    pub fn new(at: usize, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// The problem that this is for the file at `path`, which holds `text`.
    pub fn of(self, path: &Path, text: &str) -> Problem {
        let (line, column) = mistake::line_and_column(text, self.at);
        Problem::Invalid {
            path: path.to_owned(),
            line,
            column,
            message: self.message,
            remedy: self.remedy,
        }
    }
}

/// Something of a writer's folder that cannot be used; the rest of the folder can.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The folder or a file could not be read.
    #[error("{}: cannot read it: {source}\n  help: check its rights and where its links lead", path.display())]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is left out for its name, kind or length.
    #[error("{}: {message}\n  help: {remedy}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What was wrong.
        message: String,
        /// What to do.
        remedy: String,
    },
    /// The text of a file is wrong somewhere.
    #[error("{}:{line}:{column}: {message}\n  help: {remedy}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What was wrong.
        message: String,
        /// What to do.
        remedy: String,
    },
}

impl Problem {
    /// The folder or file.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Read { path, .. } | Self::Refused { path, .. } | Self::Invalid { path, .. } => {
                path
            }
        }
    }
}
