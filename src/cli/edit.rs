//! No subcommand: the workstation.

use std::path::Path;

use crate::config::{Colour, LogLevel, Paths};
use crate::telemetry;
use crate::tui::{self, Options};

use super::args::Common;
use super::config::{dictionary_path, user_words};
use super::{Outcome, load_config};

pub(super) fn run(common: &Common, file: Option<&Path>) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let config = &loaded.config;
    let state = Paths::new().ok().map(|p| p.state);
    // Without a place for a log the editor still works.
    let log = state
        .as_ref()
        .map(|folder| telemetry::start(folder, level(config.log.level)));
    if let Some(Err(error)) = &log {
        eprintln!("postwright: no log is written: {error}");
    }
    tui::run(Options {
        file: file.map(Path::to_owned),
        settings: config.analysis_settings(),
        dialect: config.analysis.dialect,
        words: user_words(&loaded)?,
        dictionary: dictionary_path(&loaded)?,
        rescue_folder: state,
        debounce_ms: (config.engine.debounce_ms, config.engine.debounce_max_ms),
        memo_lines: config.engine.memo_lines,
        mouse: config.terminal.mouse,
        colour: use_colour(config.terminal.colour),
    })?;
    Ok(Outcome::Fine)
}

fn use_colour(setting: Colour) -> bool {
    match setting {
        Colour::Auto => std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        Colour::Always => true,
        Colour::Never => false,
    }
}

fn level(setting: LogLevel) -> &'static str {
    match setting {
        LogLevel::Off => "off",
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
    }
}
