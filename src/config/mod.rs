//! Configuration: defaults < file < environment < flags. Each room gets its own settings.

mod error;
mod layers;
mod optimize;
mod paths;
mod validate;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use error::ConfigError;
pub use layers::{Loaded, Origin, Override};
pub use optimize::OptimizeConfig;
pub use paths::{Paths, config_file, expand};

use crate::analysis::grammar::Dialect;
use crate::analysis::rules::RuleSettings;
use crate::analysis::{Mode, Settings};
use crate::model::{self, Backend, Kernels, Precision};
use crate::post::FoldLimits;
use crate::telemetry::SecretUrl;

/// Everything that can be configured. `config.example.toml` holds the same values, explained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Most threads that check grammar, and workers of a batch; 0 means one a core.
    pub max_workers: usize,
    /// Most values that the cache keeps in memory, beside `cache.memory_bytes`.
    pub cache_size: u64,
    /// Most texts of a batch of the model.
    pub batch_size: usize,
    /// Most questions that the engine works on at once; it finds out by itself how many fewer are
    /// good.
    pub max_concurrent: u32,
    /// Whether models may run on a GPU.
    pub enable_gpu: bool,
    /// Whether models may compute in 8-bit integers.
    pub enable_quantization: bool,
    /// Whether an installed model with fewer layers is taken in place of the one in use.
    pub enable_pruning: bool,
    /// Whether what is likely to be asked next is computed in idle time, and whether what was
    /// derived from a text that has changed is dropped at once.
    pub enable_quantum_inspired: bool,
    /// Whether models run at all.
    pub enable_ai_optimization: bool,
    /// Whether suggestions are ordered by what the writer took and refused before.
    pub enable_adaptive_learning: bool,
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
    /// What is kept of it.
    pub cache: CacheConfig,
    /// The workstation.
    pub terminal: TerminalConfig,
    /// Keys by command, instead of its usual ones; the workstation knows the commands.
    pub keys: BTreeMap<String, Vec<String>>,
    /// Rewrites.
    pub optimize: OptimizeConfig,
    /// The monitor.
    pub monitor: MonitorConfig,
    /// The log, and what others may ask.
    pub telemetry: TelemetryConfig,
    /// Rules of the monitor's alerts, beside those built in; one with the name of such a rule
    /// takes its place.
    pub alert: Vec<AlertConfig>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_workers: 0,
            cache_size: 65_536,
            batch_size: 32,
            max_concurrent: 64,
            enable_gpu: true,
            enable_quantization: true,
            enable_pruning: false,
            enable_quantum_inspired: true,
            enable_ai_optimization: true,
            enable_adaptive_learning: true,
            analysis: AnalysisConfig::default(),
            fold: FoldConfig::default(),
            rules: RulesConfig::default(),
            thresholds: RuleSettings::default(),
            model: ModelConfig::default(),
            engine: EngineConfig::default(),
            cache: CacheConfig::default(),
            terminal: TerminalConfig::default(),
            keys: BTreeMap::new(),
            optimize: OptimizeConfig::default(),
            monitor: MonitorConfig::default(),
            telemetry: TelemetryConfig::default(),
            alert: Vec::new(),
        }
    }
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
    /// Milliseconds of quiet before grammar and keywords run again.
    pub debounce_ms: u64,
    /// Milliseconds after which they run even under steady typing.
    pub debounce_max_ms: u64,
    /// Milliseconds of quiet after that, before a sentence is read in the middle of a word and
    /// fixes are computed ahead.
    pub rest_ms: u64,
    /// Whether what each suggested fix would change is computed in idle time.
    pub superposition: bool,
    /// Whether what was derived from a text that has changed is dropped at once.
    pub entanglement: bool,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            debounce_ms: 150,
            debounce_max_ms: 800,
            rest_ms: 350,
            superposition: true,
            entanglement: true,
        }
    }
}

/// `[cache]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CacheConfig {
    /// Most bytes of values in memory.
    pub memory_bytes: u64,
    /// Whether values are kept on disk.
    pub disk: bool,
    /// Most bytes of the file on disk.
    pub disk_bytes: u64,
    /// Where the file is; empty means the cache folder.
    pub folder: String,
    /// Days after which a value is not used any more.
    pub days: u64,
    /// Address of a Valkey or Redis server that several machines share; empty means none.
    pub remote: SecretUrl,
    /// What the keys there begin with.
    pub namespace: String,
    /// Milliseconds that the server is waited for.
    pub remote_timeout_ms: u64,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self {
            memory_bytes: 64 << 20,
            disk: true,
            disk_bytes: 256 << 20,
            folder: String::new(),
            days: 30,
            remote: SecretUrl::default(),
            namespace: "postwright".to_owned(),
            remote_timeout_ms: 5,
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
    /// Collectors that are off.
    pub off: Vec<String>,
    /// Share of one core that watching may take, in percent.
    pub budget_percent: f64,
    /// Whether histories are kept on disk.
    pub history: bool,
    /// Bytes a second to the terminal at most; 0 for any.
    pub max_bytes_per_second: u64,
    /// Whether rules are watched.
    pub alerts: bool,
    /// What is done when an alert fires or is resolved.
    pub actions: Vec<String>,
    /// Where a webhook goes; empty for nowhere.
    pub webhook: SecretUrl,
    /// A program and its arguments, run without a shell; empty for none.
    pub command: Vec<String>,
}

impl Default for MonitorConfig {
    fn default() -> Self {
        Self {
            interval_ms: 1_000,
            off: Vec::new(),
            budget_percent: 1.0,
            history: true,
            max_bytes_per_second: 0,
            alerts: true,
            actions: vec!["log".to_owned()],
            webhook: SecretUrl::default(),
            command: Vec::new(),
        }
    }
}

/// `[[alert]]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertConfig {
    /// Its name.
    pub name: String,
    /// When it holds; empty switches the built-in rule of that name off.
    pub expr: String,
    /// How long it must hold before it fires, such as `5m`.
    #[serde(default, rename = "for")]
    pub hold: String,
    /// How long it fires on once it holds no more.
    #[serde(default)]
    pub keep_firing_for: String,
    /// What must hold for it to end, where that is not the end of `expr`.
    #[serde(default)]
    pub clear: String,
    /// `info`, `warning` or `critical`.
    #[serde(default)]
    pub severity: String,
    /// What it means, for people.
    #[serde(default)]
    pub annotation: String,
}

/// `[telemetry]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetryConfig {
    /// How a line is written.
    pub format: LogFormat,
    /// The least that is written.
    pub level: LogLevel,
    /// Rooms of which more or less is written, as `engine=debug`.
    pub rooms: Vec<String>,
    /// Days of files that are kept; 0 keeps all.
    pub keep_days: usize,
    /// Whether other processes of this user may watch.
    pub share: bool,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            level: LogLevel::Info,
            rooms: Vec::new(),
            keep_days: 7,
            share: true,
        }
    }
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// An object a line.
    Json,
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
        let backend = match given.backend {
            _ if !self.enable_ai_optimization => Backend::Off,
            Backend::Auto | Backend::Cuda if !self.enable_gpu => Backend::Cpu,
            backend => backend,
        };
        let precision = match given.precision {
            Precision::Auto | Precision::Int8 if !self.enable_quantization => Precision::F32,
            precision => precision,
        };
        Ok(model::Settings {
            backend,
            precision,
            kernels: given.kernels,
            folder,
            heads: heads.transpose()?,
            pruned: self.enable_pruning,
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
