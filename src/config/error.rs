//! What can be wrong with a configuration; each error names its place and its remedy.

use std::io;
use std::path::PathBuf;

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file could not be read.
    #[error("{}: cannot read the configuration: {source}\n  help: check the path, or run without --config to use the defaults", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is no TOML, or a value has the wrong type.
    #[error("{place}: {message}\n  help: {remedy}")]
    Invalid {
        /// `file:line:column`, an environment variable, or a flag.
        place: String,
        /// What was wrong.
        message: String,
        /// What to do.
        remedy: String,
    },
    /// No home folder is known.
    #[error(
        "no home folder: {0}\n  help: set HOME or XDG_CONFIG_HOME, or name a file with --config"
    )]
    NoHome(#[from] etcetera::HomeDirError),
}
