//! No subcommand: the workstation.

use std::path::Path;

use crate::config::{LogLevel, Origin, Override, Paths};
use crate::telemetry;
use crate::tui::{self, Options};

use super::args::Common;
use super::config::{dictionary_path, user_words};
use super::{Outcome, load_config, looks};

pub(super) fn run(
    common: &Common,
    file: Option<&Path>,
    theme: Option<String>,
) -> anyhow::Result<Outcome> {
    let theme = theme.map(|name| Override {
        key: "terminal.theme".to_owned(),
        origin: Origin::Flag(format!("--theme {name}")),
        value: name,
    });
    let loaded = load_config(common, theme.into_iter().collect())?;
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
        theme: looks::theme(&loaded)?.at(looks::depth(&loaded, common.color)),
        keymap: looks::keymap(&loaded)?,
    })?;
    Ok(Outcome::Fine)
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
