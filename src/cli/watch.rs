//! What the configuration says of the monitor, its alerts and the log.

use std::time::Duration;

use anyhow::Context as _;
use tracing::level_filters::LevelFilter;

use crate::config::{AlertConfig, Loaded, LogFormat, LogLevel, MonitorConfig, Paths};
use crate::monitor::alerts::actions::Targets;
use crate::monitor::alerts::expr::Known;
use crate::monitor::alerts::rule::{CheckedRule, Rule, RuleError, validate};
use crate::monitor::alerts::{SentrySettings, defaults};
use crate::monitor::metrics::NAMES;
use crate::monitor::{self, CollectorKind};
use crate::telemetry::{self, Format, Ring};
use crate::tui::WatchOptions;

use super::config::place;

/// Name of the file of histories, in the state folder.
const HISTORY: &str = "monitor.history";
/// Name of the file of alerts, there too.
pub(super) const ALERTS: &str = "alerts.jsonl";
/// Name of the folder of bundles, there too.
const BUNDLES: &str = "bundles";
/// Name of the folder of sockets in the state folder, where there is no runtime folder.
const SOCKETS: &str = "run";

/// What the workstation's monitor is started with.
///
/// # Errors
/// Where the configuration names what cannot be used.
pub(super) fn options(loaded: &Loaded, ring: Option<Ring>) -> anyhow::Result<WatchOptions> {
    let config = &loaded.config.monitor;
    let paths = Paths::new().ok();
    let state = paths.as_ref().map(|p| p.state.clone());
    let targets = targets(loaded)?;
    let rules = rules(loaded)?;
    let interval = Duration::from_millis(config.interval_ms);
    let mut folders: Vec<_> = paths
        .iter()
        .flat_map(|p| [p.state.clone(), p.cache.clone()])
        .collect();
    folders.extend(std::env::current_dir().ok());
    let off = config.off.iter().map(|name| name.parse::<CollectorKind>());
    let off = off.collect::<Result<Vec<_>, _>>();
    let off = off.with_context(|| format!("{}: `monitor.off`", place(loaded, "monitor.off")))?;
    Ok(WatchOptions {
        monitor: monitor::Settings {
            interval,
            off,
            budget: config.budget_percent / 100.0,
            history: state
                .as_ref()
                .filter(|_| config.history)
                .map(|s| s.join(HISTORY)),
            folders,
        },
        sentry: config.alerts.then(|| SentrySettings {
            rules,
            interval,
            targets,
            history: state.as_ref().map(|s| s.join(ALERTS)),
        }),
        share: (loaded.config.telemetry.share)
            .then(|| paths.as_ref().map(sockets))
            .flatten(),
        ring,
        bundles: state.map(|s| s.join(BUNDLES)),
        utc_offset: jiff::ZonedDateTime::now().offset().seconds(),
    })
}

/// The folder of the sockets on which others may watch.
pub(super) fn sockets(paths: &Paths) -> std::path::PathBuf {
    let runtime = paths.runtime.clone();
    runtime.unwrap_or_else(|| paths.state.join(SOCKETS))
}

/// The rules built in, as the configuration changes them, and its own.
///
/// # Errors
/// Where one of them cannot be used.
pub(super) fn rules(loaded: &Loaded) -> anyhow::Result<Vec<CheckedRule>> {
    let given: &[AlertConfig] = &loaded.config.alert;
    let mut all = defaults();
    for (nth, alert) in given.iter().enumerate() {
        let before = all.len();
        all.retain(|rule| rule.name != alert.name);
        anyhow::ensure!(
            before > all.len() || !alert.expr.trim().is_empty(),
            "{}: [[alert]] \"{}\": `expr` is empty, and there is no rule of that name to switch off\n  \
             help: {}",
            place(loaded, &format!("alert[{nth}]")),
            alert.name.escape_debug(),
            crate::mistake::nearest_or_all(
                &alert.name,
                defaults().iter().map(|rule| rule.name.as_str())
            )
        );
    }
    let own = given.iter().filter(|alert| !alert.expr.trim().is_empty());
    all.extend(own.map(|alert| Rule {
        name: alert.name.clone(),
        expr: alert.expr.clone(),
        hold: alert.hold.clone(),
        keep_firing_for: alert.keep_firing_for.clone(),
        clear: alert.clear.clone(),
        severity: alert.severity.clone(),
        annotation: alert.annotation.clone(),
    }));
    validate(&all, Known(NAMES)).map_err(|error| {
        // Of two of one name the second is too many.
        let nth = given.iter().rposition(|alert| alert.name == error.name());
        let key = nth.map_or("alert".to_owned(), |nth| format!("alert[{nth}]"));
        anyhow::anyhow!("{}: {}", place(loaded, &key), in_full(&error))
    })
}

/// What is wrong with a rule, with a picture of the place.
fn in_full(error: &RuleError) -> String {
    match error.picture() {
        Some(picture) => format!("[[alert]]: {error}\n{picture}"),
        None => format!("[[alert]]: {error}"),
    }
}

fn targets(loaded: &Loaded) -> anyhow::Result<Targets> {
    let config: &MonitorConfig = &loaded.config.monitor;
    let at = place(loaded, "monitor.actions");
    const ACTIONS: [&str; 5] = ["log", "bell", "notify", "webhook", "command"];
    for action in &config.actions {
        anyhow::ensure!(
            ACTIONS.contains(&action.as_str()),
            "{at}: `monitor.actions` holds `{action}`\n  help: {}",
            crate::mistake::nearest_or_all(action, ACTIONS.into_iter())
        );
    }
    let has = |action: &str| config.actions.iter().any(|a| a == action);
    let unset = |action: &str, is_empty: bool| has(action) && is_empty;
    for (action, is_empty) in [
        ("webhook", config.webhook.is_empty()),
        ("command", config.command.is_empty()),
    ] {
        anyhow::ensure!(
            !unset(action, is_empty),
            "{at}: `monitor.actions` holds `{action}`, and `monitor.{action}` is empty\n  help: set it, or \
             take the action out"
        );
    }
    let targets = Targets {
        bell: has("bell"),
        notify: has("notify"),
        log: has("log"),
        webhook: has("webhook").then(|| config.webhook.clone()),
        command: match has("command") {
            true => config.command.clone(),
            false => Vec::new(),
        },
        ..Targets::default()
    };
    targets
        .validate()
        .with_context(|| format!("{}: `monitor`", place(loaded, "monitor.webhook")))?;
    Ok(targets)
}

/// What is logged.
///
/// # Errors
/// Where a room is not given as `room=level`.
pub(super) fn log(loaded: &Loaded) -> anyhow::Result<telemetry::Settings> {
    const ROOMS: [&str; 14] = [
        "analysis",
        "cache",
        "cli",
        "config",
        "engine",
        "model",
        "monitor",
        "post",
        "resilience",
        "rewrite",
        "store",
        "telemetry",
        "train",
        "tui",
    ];
    let config = &loaded.config.telemetry;
    let at = place(loaded, "telemetry.rooms");
    let room = |given: &String| {
        let (room, level) = given.split_once('=').with_context(|| {
            format!(
                "{at}: `telemetry.rooms` holds `{given}`\n  help: write room=level, as engine=debug"
            )
        })?;
        anyhow::ensure!(
            ROOMS.contains(&room.trim()),
            "{at}: `telemetry.rooms` holds `{given}`\n  help: {}",
            crate::mistake::nearest_or_all(room.trim(), ROOMS.into_iter())
        );
        let level = match level.trim() {
            "off" => LevelFilter::OFF,
            level => level.parse::<tracing::Level>().map(LevelFilter::from_level).map_err(|_| {
                anyhow::anyhow!(
                    "{at}: `telemetry.rooms` holds `{given}`\n  help: the levels are off, error, warn, info, \
                     debug"
                )
            })?,
        };
        anyhow::Ok((room.trim().to_owned(), level))
    };
    Ok(telemetry::Settings {
        format: match config.format {
            LogFormat::Text => Format::Text,
            LogFormat::Json => Format::Json,
        },
        level: match config.level {
            LogLevel::Off => LevelFilter::OFF,
            LogLevel::Error => LevelFilter::ERROR,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Info => LevelFilter::INFO,
            LogLevel::Debug => LevelFilter::DEBUG,
        },
        rooms: config
            .rooms
            .iter()
            .map(room)
            .collect::<anyhow::Result<_>>()?,
        keep: config.keep_days,
        ..telemetry::Settings::default()
    })
}
