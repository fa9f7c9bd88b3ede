//! The workstation. State, update and render stay apart: [`app::App`] takes inputs and gives
//! effects, [`view`] draws it, and only [`run()`] touches the terminal, files and threads.

pub mod app;
pub mod command;
pub mod explain;
pub mod keymap;
pub mod layout;
pub mod overlays;
pub mod palette;
pub mod panes;
mod run;
mod terminal;
pub mod theme;
pub mod view;
pub mod widgets;

use std::path::PathBuf;

use crate::analysis::Settings;
use crate::analysis::grammar::Dialect;

pub use run::run;

/// What the workstation is started with.
pub struct Options {
    /// The post to open.
    pub file: Option<PathBuf>,
    /// What the analysis follows.
    pub settings: Settings,
    /// English to check against.
    pub dialect: Dialect,
    /// The writer's own words.
    pub words: Vec<String>,
    /// Where a new word goes; `None` where no home folder is known.
    pub dictionary: Option<PathBuf>,
    /// Where text is put that could not be saved otherwise.
    pub rescue_folder: Option<PathBuf>,
    /// Milliseconds of quiet before the slow stages run, and the most they wait.
    pub debounce_ms: (u64, u64),
    /// Lines whose facts are kept.
    pub memo_lines: usize,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// The styles, in colours that the terminal has.
    pub theme: theme::Theme,
    /// The keys.
    pub keymap: keymap::Keymap,
}

/// Why the workstation could not start or had to end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TuiError {
    /// There is no terminal to draw on.
    #[error("the editor needs a terminal: {0}\n  help: `postwright analyze` works in a pipe")]
    NoTerminal(&'static str),
    /// The post could not be opened.
    #[error(transparent)]
    Open(#[from] crate::store::file::FileError),
    /// The terminal failed.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] std::io::Error),
    /// The program failed; the text was put somewhere safe where that was possible.
    #[error("the editor failed; this is a bug, please report it{}", rescued.as_ref().map_or(String::new(), |p| format!("\n  the text is in {}", p.display())))]
    Panicked {
        /// Where the text is.
        rescued: Option<PathBuf>,
    },
}
