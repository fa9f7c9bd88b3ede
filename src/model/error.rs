//! What can go wrong with a model; each error names the file or model and what to do.

use std::io;
use std::path::PathBuf;

/// A model that cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// There is no model of this name.
    #[error("no model is called `{name}`\n  help: {remedy}")]
    Unknown {
        /// As asked for.
        name: String,
        /// What there is.
        remedy: String,
    },
    /// A file could not be read.
    #[error("{}: cannot read: {source}\n  help: check that it is there, and who may read it", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is longer than one of its kind can be.
    #[error(
        "{}: has {bytes} bytes, {kind} has at most {most}\n  help: another file stands there than belongs there; get it again from where it was published", path.display()
    )]
    TooLong {
        /// The file.
        path: PathBuf,
        /// As many as it has.
        bytes: u64,
        /// What it should be.
        kind: String,
        /// As many as that can have.
        most: u64,
    },
    /// A file needs more memory than there is.
    #[error(
        "{}: there is no memory for {bytes} bytes of it\n  help: end what else runs, or `postwright models use all-minilm-l6-v2` for the small model inside the program", path.display()
    )]
    Memory {
        /// The file.
        path: PathBuf,
        /// Bytes asked for.
        bytes: u64,
    },
    /// A file or folder could not be written.
    #[error("{}: cannot write: {source}\n  help: the models folder is `model.folder` of the configuration", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is not what its manifest says.
    #[error(
        "{file}: sha256 is {found}, the manifest says {wanted}\n  help: import the model again; `postwright models verify` looks at every file"
    )]
    Checksum {
        /// The file.
        file: String,
        /// Of the bytes found, in hexadecimal.
        found: String,
        /// As the manifest says.
        wanted: String,
    },
    /// A file has no sense in it.
    #[error("{file}: {reason}\n  help: get the file again from where it was published")]
    Invalid {
        /// The file, with the tensor or key.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The model is sound but none that this program can run.
    #[error(
        "{file}: {reason}\n  help: BERT encoders with GELU, absolute positions and a WordPiece tokenizer can be imported"
    )]
    Unsupported {
        /// The file, with the key.
        file: String,
        /// What it asks for.
        reason: String,
    },
    /// What was asked for contradicts itself.
    #[error("{0}")]
    Request(String),
    /// The device failed.
    #[error("{device}: {reason}\n  help: --backend cpu computes on the processor")]
    Device {
        /// Its name.
        device: &'static str,
        /// What it said.
        reason: String,
    },
}

impl ModelError {
    /// What reading `bytes` of the file at `path` failed with.
    pub(super) fn reading(path: PathBuf, bytes: u64, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::OutOfMemory {
            return Self::Memory { path, bytes };
        }
        Self::Read { path, source }
    }
}
