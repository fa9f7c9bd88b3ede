//! The workstation. State, update and render stay apart: [`app::App`] takes inputs and gives
//! effects, [`view`] draws it, and only [`run()`] touches the terminal, files and threads.

pub mod app;
mod arrival;
pub mod bench;
pub mod command;
mod documents;
mod event;
mod event_loop;
pub mod explain;
pub mod figures;
pub mod focus;
mod frames;
pub mod graph;
mod keeper;
pub mod keymap;
pub mod layout;
mod meter;
mod operator;
pub mod overlays;
pub mod palette;
pub mod panes;
mod pieces;
mod probe;
mod run;
mod runner;
mod saver;
pub mod stderr;
pub mod suggestions;
mod terminal;
pub mod theme;
pub mod units;
pub mod view;
pub mod watching;
pub mod widgets;

use std::path::PathBuf;
use std::time::Duration;

use crate::analysis::Settings;
use crate::engine::{Aims, Engine};
use crate::monitor::share::{RecordError, ShareError};
use crate::store::user::UserStore;

use keymap::Keymap;
pub use operator::{OperatorOptions, Watched, run as operate};
pub use run::run;
use theme::Theme;
pub use watching::WatchOptions;

/// What the workstation is started with.
pub struct Options {
    /// The post to open; without one, a new draft.
    pub file: Option<PathBuf>,
    /// What the analysis follows.
    pub settings: Settings,
    /// Where a new word goes; `None` where no home folder is known.
    pub dictionary: Option<PathBuf>,
    /// Where the journals of drafts are; `None` where no home folder is known.
    pub drafts_folder: Option<PathBuf>,
    /// Where versions are kept; `None` where no home folder is known.
    pub user: Option<UserStore>,
    /// The folder of the writer's templates.
    pub templates: Option<PathBuf>,
    /// Where text is put that could neither be saved nor journaled.
    pub rescue_folder: Option<PathBuf>,
    /// What analyses.
    pub engine: Engine,
    /// Whether what fixes would change is computed while nobody types.
    pub superposition: bool,
    /// What rewrites are to serve.
    pub aims: Aims,
    /// Where the writer's choices are kept; without it nothing is learnt from them.
    pub feedback: Option<UserStore>,
    /// Milliseconds of quiet before the slow stages run, and the most they wait.
    pub debounce_ms: (u64, u64),
    /// Quiet after which everything is read, and fixes are computed ahead.
    pub rest: Duration,
    /// Longest paste that is taken, in bytes.
    pub paste_bytes: usize,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Whether frames are few, and parted keys waited for longer, for a slow line.
    pub low_bandwidth: bool,
    /// What the monitor watches, and who is told.
    pub watch: WatchOptions,
    /// How things look.
    pub theme: Theme,
    /// Which keys do what.
    pub keymap: Keymap,
    /// The commands of the shell's command line with what they do, for the help.
    pub command_line: Vec<(String, String)>,
}

impl Options {
    /// What the state is made with.
    fn setup(&self) -> app::Setup {
        app::Setup {
            home: std::env::home_dir(),
            settings: self.settings.clone(),
            engine: self.engine.clone(),
            goal: self.aims.goal,
            suggests: self.superposition,
            learns: self.feedback.is_some(),
            theme: self.theme.clone(),
            keymap: self.keymap.clone(),
            paste_bytes: self.paste_bytes,
            command_line: self.command_line.clone(),
        }
    }
}

/// Why the workstation could not start or had to end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TuiError {
    /// There is no terminal to draw on.
    #[error("the editor needs a terminal: {0}\n  help: `postwright analyze` works in a pipe")]
    NoTerminal(&'static str),
    /// There is no terminal to show the monitor on.
    #[error(
        "the monitor needs a terminal\n  help: `postwright monitor --once` and `--record FILE` work \
         in a pipe"
    )]
    NoView,
    /// Another Postwright cannot be watched.
    #[error(transparent)]
    Share(ShareError),
    /// A recording cannot be written or read.
    #[error(transparent)]
    Record(RecordError),
    /// The post could not be opened.
    #[error(transparent)]
    Open(#[from] crate::store::file::FileError),
    /// The terminal failed.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] std::io::Error),
    /// The text was not saved and has no journal; it says where it is.
    #[error("the text was not saved and could not be journaled; {0}")]
    Unkept(String),
    /// The text was neither saved nor kept.
    #[error("the text was not saved and could be kept nowhere: {0}")]
    Lost(String),
    /// The program failed; the text was put somewhere safe where that was possible.
    #[error("the editor failed; this is a bug, please report it{}", kept.as_ref().map_or(String::new(), |k| format!("\n  the text was not saved; {k}")))]
    Panicked {
        /// Where the text is.
        kept: Option<String>,
    },
}
