//! Configuration: defaults < file < environment < flags. Each room gets its own settings.

mod error;
mod layers;
mod paths;
mod validate;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use error::ConfigError;
pub use layers::{Loaded, Origin, Override};
pub use paths::{Paths, config_file, expand};

use crate::analysis::grammar::Dialect;
use crate::analysis::rules::RuleSettings;
use crate::analysis::{Mode, Settings};
use crate::model::{self, Backend, Kernels, Precision};
use crate::post::FoldLimits;

/// Everything that can be configured. `config.example.toml` holds the same values, explained.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What is checked, and against what.
    pub analysis: AnalysisConfig,
    /// Where a feed cuts a post.
    pub fold: FoldConfig,
    /// Rules that are switched off.
    pub rules: RulesConfig,
    /// Thresholds of the rules.
    pub thresholds: RuleSettings,
    /// The sentence encoder.
    pub model: ModelConfig,
    /// Work done off the terminal's thread.
    pub engine: EngineConfig,
    /// The workstation.
    pub terminal: TerminalConfig,
    /// Keys by command, instead of its usual ones; the workstation knows the commands.
    pub keys: BTreeMap<String, Vec<String>>,
    /// The monitor.
    pub monitor: MonitorConfig,
    /// The log file.
    pub log: LogConfig,
}

/// `[analysis]`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnalysisConfig {
    /// Rules of text.
    pub mode: Mode,
    /// Which English.
    pub dialect: Dialect,
    /// The writer's own words; empty means `dictionary.txt` beside the configuration file.
    pub dictionary: String,
}

/// `[fold]`, in grapheme clusters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FoldConfig {
    /// Shown in a browser.
    pub desktop: usize,
    /// Shown on a phone.
    pub mobile: usize,
}

impl Default for FoldConfig {
    fn default() -> Self {
        let limits = FoldLimits::default();
        Self {
            desktop: limits.desktop,
            mobile: limits.mobile,
        }
    }
}

/// `[rules]`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RulesConfig {
    /// Rule ids or groups.
    pub off: Vec<String>,
}

/// `[model]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelConfig {
    /// Where it runs.
    pub backend: Backend,
    /// In which numbers it computes.
    pub precision: Precision,
    /// Which instructions of the processor it uses.
    pub kernels: Kernels,
    /// Seconds without a question after which it is dropped from memory.
    pub idle_seconds: u64,
    /// Where models are kept; empty means `models` in the data folder.
    pub folder: String,
    /// A folder with heads, as `postwright train` writes them, to use before those inside the
    /// program; empty means none.
    pub heads: String,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            backend: Backend::default(),
            precision: Precision::default(),
            kernels: Kernels::default(),
            idle_seconds: 300,
            folder: String::new(),
            heads: String::new(),
        }
    }
}

/// `[engine]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EngineConfig {
    /// Workers of a batch; 0 means one a core.
    pub workers: usize,
    /// Milliseconds of quiet before grammar and keywords run again.
    pub debounce_ms: u64,
    /// Milliseconds after which they run even under steady typing.
    pub debounce_max_ms: u64,
    /// Lines whose facts are kept.
    pub memo_lines: usize,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            workers: 0,
            debounce_ms: 150,
            debounce_max_ms: 800,
            memo_lines: 4_096,
        }
    }
}

/// `[terminal]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TerminalConfig {
    /// Whether the mouse moves the cursor and scrolls.
    pub mouse: bool,
    /// A theme's name: a built-in one, or a file of the folder `themes` beside the configuration.
    pub theme: String,
    /// How many colours are used.
    pub colour: Colour,
    /// Longest paste that is taken, in bytes.
    pub paste_bytes: usize,
    /// Whether at most four frames a second are drawn.
    pub low_bandwidth: bool,
}

impl Default for TerminalConfig {
    fn default() -> Self {
        Self {
            mouse: true,
            theme: "dark".to_owned(),
            colour: Colour::Auto,
            paste_bytes: 4 << 20,
            low_bandwidth: false,
        }
    }
}

/// How many colours to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// As many as the terminal says it has, and none where `NO_COLOR` is set.
    #[default]
    Auto,
    /// None.
    Never,
    /// The terminal's own sixteen.
    #[serde(rename = "16")]
    Ansi16,
    /// The 256 of xterm.
    #[serde(rename = "256")]
    Ansi256,
    /// All of them.
    True,
}

/// `[monitor]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MonitorConfig {
    /// Milliseconds between two samples.
    pub interval_ms: u64,
}

impl Default for MonitorConfig {
    fn default() -> Self {
        Self { interval_ms: 1_000 }
    }
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// The least that is written.
    pub level: LogLevel,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            level: LogLevel::Info,
        }
    }
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// Failures.
    Error,
    /// And what may become one.
    Warn,
    /// And what happened.
    Info,
    /// And how.
    Debug,
}

impl Config {
    /// The settings of the model room; a relative folder is taken from `base`, the folder of the
    /// configuration.
    ///
    /// # Errors
    /// Where the folder is one of the home folder and none is known.
    pub fn model_settings(&self, base: Option<&Path>) -> Result<model::Settings, ConfigError> {
        let given = &self.model;
        let place = |folder: &str| expand(folder, base.unwrap_or(Path::new("")));
        let folder = if given.folder.is_empty() {
            // Without a home there are no imported models; the one inside the program works.
            Paths::new().ok().map(|p| p.data.join("models"))
        } else {
            Some(place(&given.folder)?)
        };
        let heads = (!given.heads.is_empty()).then(|| place(&given.heads));
        Ok(model::Settings {
            backend: given.backend,
            precision: given.precision,
            kernels: given.kernels,
            folder,
            heads: heads.transpose()?,
            idle: Duration::from_secs(given.idle_seconds),
        })
    }

    /// The settings of the analysis room.
    #[must_use]
    pub fn analysis_settings(&self) -> Settings {
        Settings {
            mode: self.analysis.mode,
            fold: FoldLimits {
                desktop: self.fold.desktop,
                mobile: self.fold.mobile,
            },
            rules: self.thresholds.clone(),
            off: self.rules.off.clone(),
        }
    }
}
