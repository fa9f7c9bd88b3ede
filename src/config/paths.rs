//! Where the program keeps its files, after the XDG Base Directory Specification.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use super::ConfigError;

/// The folders of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// `$XDG_CONFIG_HOME/postwright`
    pub config: PathBuf,
    /// `$XDG_STATE_HOME/postwright`
    pub state: PathBuf,
    /// `$XDG_DATA_HOME/postwright`
    pub data: PathBuf,
    /// `$XDG_CACHE_HOME/postwright`
    pub cache: PathBuf,
    /// `$XDG_RUNTIME_DIR/postwright`, where there is one: for sockets.
    pub runtime: Option<PathBuf>,
}

impl Paths {
    /// The folders for the current user.
    ///
    /// # Errors
    /// Where no home folder is known.
    pub fn new() -> Result<Self, ConfigError> {
        let base = etcetera::choose_base_strategy()?;
        let state = base.state_dir().unwrap_or_else(|| base.data_dir());
        Ok(Self {
            config: base.config_dir().join("postwright"),
            state: state.join("postwright"),
            data: base.data_dir().join("postwright"),
            cache: base.cache_dir().join("postwright"),
            runtime: base.runtime_dir().map(|r| r.join("postwright")),
        })
    }
}

/// The configuration file that is read unless another one is named.
///
/// # Errors
/// Where no home folder is known.
pub fn config_file() -> Result<PathBuf, ConfigError> {
    Ok(Paths::new()?.config.join("config.toml"))
}

/// `path` with a leading `~/` expanded; a relative one is taken from `base`.
///
/// # Errors
/// Where no home folder is known.
pub fn expand(path: &str, base: &Path) -> Result<PathBuf, ConfigError> {
    match path.strip_prefix("~/") {
        Some(rest) => Ok(etcetera::home_dir()?.join(rest)),
        None => Ok(base.join(path)),
    }
}
