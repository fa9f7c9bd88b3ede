//! `postwright config`

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::analysis::grammar::{Checker, Words};
use crate::analysis::rules;
use crate::config::{self, ConfigError, Loaded, Origin, expand};
use crate::model;
use crate::post::directive;
use crate::store::dictionary;
use crate::tui::units::counted;

use super::args::{Common, ConfigAction, ConfigArgs};
use super::{Outcome, load_config, looks, watch};

pub(super) fn run(common: &Common, args: &ConfigArgs) -> anyhow::Result<Outcome> {
    let mut out = anstream::stdout();
    match args.action {
        ConfigAction::Path => {
            let path = match &common.config {
                Some(path) => path.clone(),
                None => config::config_file()?,
            };
            writeln!(out, "{}", path.display())?;
        }
        ConfigAction::Check => {
            let loaded = load_config(common, Vec::new())?;
            let words = user_words(&loaded)?;
            check_rule_names(&loaded)?;
            looks::theme(&loaded)?;
            looks::keymap(&loaded)?;
            watch::options(&loaded, None)?;
            watch::log(&loaded)?;
            let file = loaded.file.as_ref();
            let what = file.map_or("defaults (no file)".to_owned(), |f| f.display().to_string());
            writeln!(
                out,
                "{what}: fine; {} in the dictionary",
                counted(words.len(), "word")
            )?;
        }
        ConfigAction::Explain => {
            let loaded = load_config(common, Vec::new())?;
            let rows = loaded.explain()?;
            let width = rows
                .iter()
                .map(|(k, v, _)| k.len() + v.len() + 3)
                .max()
                .unwrap_or(0);
            for (key, value, origin) in rows {
                writeln!(out, "{:width$}  # {origin}", format!("{key} = {value}"))?;
            }
        }
    }
    Ok(Outcome::Fine)
}

/// Refuses names in `rules.off` that no rule has, which needs harper to be loaded.
fn check_rule_names(loaded: &Loaded) -> anyhow::Result<()> {
    let config = &loaded.config;
    if config.rules.off.is_empty() {
        return Ok(());
    }
    let checker = Checker::new(Words::new(Vec::<String>::new()), config.analysis.dialect);
    let theirs = checker.rules();
    let known: Vec<&str> = rules::rules()
        .iter()
        .map(|r| r.id)
        .chain(theirs.keys().map(String::as_str))
        .collect();
    for selector in &config.rules.off {
        anyhow::ensure!(
            known.iter().any(|id| directive::names(selector, id)),
            "{}: `{selector}` is no rule and no group of rules\n  help: `postwright rules` lists both",
            place(loaded, "rules.off")
        );
    }
    Ok(())
}

/// The writer's own words: one a line, `#` starts a comment. A file that is not there holds none,
/// unless the configuration names it.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn user_words(loaded: &Loaded) -> anyhow::Result<Vec<String>> {
    let Some(path) = dictionary_path(loaded)? else {
        return Ok(Vec::new());
    };
    let named = !loaded.config.analysis.dictionary.is_empty();
    if !named && !path.exists() {
        return Ok(Vec::new());
    }
    dictionary::read(&path).map_err(|error| {
        let place = place(loaded, "analysis.dictionary");
        anyhow::anyhow!("{place}: `analysis.dictionary`: {error}\n  help: mend the path, or make the file: one word a line, in UTF-8")
    })
}

/// Who set `key`.
pub(super) fn place(loaded: &Loaded, key: &str) -> Origin {
    loaded.origins.get(key).cloned().unwrap_or(Origin::Default)
}

/// Where the configuration file is, or would be; `None` where no home folder is known.
pub(super) fn folder(loaded: &Loaded) -> Option<PathBuf> {
    let file = loaded.file.clone().or_else(|| config::config_file().ok())?;
    file.parent().map(Path::to_owned)
}

/// What the configuration says of models.
pub(super) fn model_settings(loaded: &Loaded) -> Result<model::Settings, ConfigError> {
    loaded.config.model_settings(folder(loaded).as_deref())
}

/// Where the writer's words are kept; `None` where no home folder is known.
pub(super) fn dictionary_path(loaded: &Loaded) -> Result<Option<PathBuf>, ConfigError> {
    let Some(folder) = folder(loaded) else {
        return Ok(None);
    };
    let name = match loaded.config.analysis.dictionary.as_str() {
        "" => "dictionary.txt",
        name => name,
    };
    Ok(Some(expand(name, &folder)?))
}
