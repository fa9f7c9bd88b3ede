//! No subcommand: the workstation.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cache::DiskState;
use crate::config::{Config, Loaded, Origin, Override, Paths};
use crate::engine::Aims;
use crate::engine::owner::Owner;
use crate::store::user::{UserStore, Wait};
use crate::telemetry::{self, Ring};
use crate::tui::{self, Options};

use super::args::Common;
use super::config::{dictionary_path, folder};
use super::engine::{self, Storage};
use super::templates::TEMPLATES;
use super::{Outcome, args, load_config, looks, optimize, versions, watch};

pub(super) fn run(
    common: &Common,
    file: Option<&Path>,
    theme: Option<String>,
    low_bandwidth: bool,
) -> anyhow::Result<Outcome> {
    let theme = theme.map(|name| Override {
        key: "terminal.theme".to_owned(),
        origin: Origin::Flag(format!("--theme {name}")),
        value: name,
    });
    let slow = low_bandwidth.then(|| Override {
        key: "terminal.low_bandwidth".to_owned(),
        origin: Origin::Flag("--low-bandwidth".to_owned()),
        value: "true".to_owned(),
    });
    let loaded = load_config(common, theme.into_iter().chain(slow).collect())?;
    // Without a place for a log the editor still works.
    let settings = watch::log(&loaded)?;
    let log = Paths::new()
        .ok()
        .map(|p| telemetry::start(&p.state, &settings));
    match &log {
        Some(Ok(log)) => tui::stderr::divert_to(log.file.try_clone()?),
        Some(Err(error)) => eprintln!("postwright: no log is written: {error}"),
        None => {}
    }
    let ring = log.as_ref().and_then(|log| log.as_ref().ok());
    let ring = ring.map(|log| log.ring.clone());
    let options = options(&loaded, common, file.map(Path::to_owned), ring)?;
    let _owner = owner(&loaded, &options)?;
    let cache = options.engine.cache().clone();
    let done = tui::run(options);
    // Threads that end with the editor may hold the engine a little longer.
    cache.close();
    done?;
    Ok(Outcome::Fine)
}

/// Answers for the cache's file while this process holds it.
fn owner(loaded: &Loaded, options: &Options) -> anyhow::Result<Option<Owner>> {
    let cache = options.engine.cache();
    let held = matches!(
        cache.stats().disk.state,
        DiskState::Ready | DiskState::Recovered { .. }
    );
    let Some(socket) = engine::socket(loaded)?.filter(|_| held) else {
        return Ok(None);
    };
    // Without it the editor works as well; only `postwright cache` cannot ask.
    let owner = Owner::listen(cache.clone(), socket);
    let told = owner.inspect_err(|e| tracing::warn!("nobody can ask about the cache: {e}"));
    Ok(told.ok())
}

/// What the configuration and the flags say of the workstation.
pub(super) fn options(
    loaded: &Loaded,
    common: &Common,
    file: Option<PathBuf>,
    ring: Option<Ring>,
) -> anyhow::Result<Options> {
    let config = &loaded.config;
    let paths = Paths::new().ok();
    let user = paths
        .as_ref()
        .map(|p| UserStore::with(&p.data, Wait::default(), versions::limits(config)));
    let state = paths.map(|p| p.state);
    Ok(Options {
        file,
        settings: config.analysis_settings(),
        dictionary: dictionary_path(loaded)?,
        drafts_folder: state.as_ref().map(|folder| folder.join("drafts")),
        feedback: user.clone().filter(|_| config.enable_adaptive_learning),
        user,
        templates: folder(loaded).map(|f| f.join(TEMPLATES)),
        rescue_folder: state,
        engine: engine::open(loaded, &Storage::Shared)?,
        superposition: config.enable_quantum_inspired && config.engine.superposition,
        aims: aims(config),
        debounce_ms: (config.engine.debounce_ms, config.engine.debounce_max_ms),
        rest: Duration::from_millis(config.engine.rest_ms),
        paste_bytes: config.terminal.paste_bytes,
        mouse: config.terminal.mouse,
        low_bandwidth: config.terminal.low_bandwidth,
        watch: watch::options(loaded, ring)?,
        theme: looks::theme(loaded)?.at(looks::depth(loaded, common.color)),
        keymap: looks::keymap(loaded)?,
        command_line: args::commands(),
    })
}

/// What the configuration wants of rewrites.
fn aims(config: &Config) -> Aims {
    let settings = &config.optimize;
    Aims {
        goal: settings.goal,
        weights: settings.weights.clone(),
        wish: optimize::wish(settings, settings.goal),
        budget: Duration::from_millis(settings.time_budget_ms),
    }
}
