//! Checks that types cannot make.

use std::collections::BTreeMap;

use super::{Config, ConfigError, Origin};
use crate::analysis::rules;

/// Least bytes of the cache's file: what is around the values takes some of them.
const LEAST_DISK: u64 = 4 << 20;

/// Refuses values that make no sense together.
pub(super) fn validate(
    config: &Config,
    origins: &BTreeMap<String, Origin>,
) -> Result<(), ConfigError> {
    let fail = |key: &str, message: String, remedy: &str| {
        let place = origins.get(key).unwrap_or(&Origin::Default).to_string();
        Err(ConfigError::Invalid {
            place,
            message,
            remedy: remedy.to_owned(),
        })
    };
    for (key, value) in [
        ("fold.desktop", config.fold.desktop),
        ("fold.mobile", config.fold.mobile),
    ] {
        if value == 0 {
            return fail(
                key,
                format!("`{key}` is 0"),
                "give the number of characters shown",
            );
        }
    }
    if config.engine.debounce_max_ms < config.engine.debounce_ms {
        // Where only one of them was set, that one is to blame.
        let keys = ["engine.debounce_max_ms", "engine.debounce_ms"];
        let set = keys.into_iter().find(|k| origins.contains_key(*k));
        return fail(
            set.unwrap_or(keys[0]),
            format!(
                "`engine.debounce_max_ms` ({}) is below `engine.debounce_ms` ({})",
                config.engine.debounce_max_ms, config.engine.debounce_ms
            ),
            "raise the first, or lower the second",
        );
    }
    if config.max_workers > 1024 {
        return fail(
            "max_workers",
            format!("`max_workers` is {}", config.max_workers),
            "give at most 1024, or 0 for one a core",
        );
    }
    if !(250..=60_000).contains(&config.monitor.interval_ms) {
        return fail(
            "monitor.interval_ms",
            format!("`monitor.interval_ms` is {}", config.monitor.interval_ms),
            "give 250 to 60000 milliseconds",
        );
    }
    // Nothing that is no number is in a range.
    if !(0.01..=100.0).contains(&config.monitor.budget_percent) {
        return fail(
            "monitor.budget_percent",
            format!(
                "`monitor.budget_percent` is {}",
                config.monitor.budget_percent
            ),
            "give 0.01 to 100 percent of a core",
        );
    }
    if config.terminal.paste_bytes == 0 {
        return fail(
            "terminal.paste_bytes",
            "`terminal.paste_bytes` is 0".to_owned(),
            "give the most bytes that a paste may have",
        );
    }
    let zero = [
        ("cache_size", config.cache_size),
        ("batch_size", config.batch_size as u64),
        ("max_concurrent", u64::from(config.max_concurrent)),
        ("cache.memory_bytes", config.cache.memory_bytes),
        ("cache.days", config.cache.days),
        ("cache.remote_timeout_ms", config.cache.remote_timeout_ms),
    ];
    if let Some((key, _)) = zero.into_iter().find(|(_, value)| *value == 0) {
        return fail(key, format!("`{key}` is 0"), "give at least 1");
    }
    if config.cache.disk && config.cache.disk_bytes < LEAST_DISK {
        return fail(
            "cache.disk_bytes",
            format!("`cache.disk_bytes` is {}", config.cache.disk_bytes),
            "give at least 4194304, or set `cache.disk` to false",
        );
    }
    let optimize = &config.optimize;
    let none = [
        ("optimize.beam", optimize.beam),
        ("optimize.variants", optimize.variants),
        ("optimize.max_edits", optimize.max_edits),
        ("optimize.suggestions", optimize.suggestions),
    ];
    if let Some((key, _)) = none.into_iter().find(|(_, value)| *value == 0) {
        return fail(key, format!("`{key}` is 0"), "give at least 1");
    }
    let diversity = optimize.diversity;
    if !(0.0..=1.0).contains(&diversity) {
        return fail(
            "optimize.diversity",
            format!("`optimize.diversity` is {diversity}"),
            "give a number from 0 to 1",
        );
    }
    // The smallest number above 0 still ends a search: every step must gain it.
    if optimize.min_gain.is_nan() || optimize.min_gain <= 0.0 {
        return fail(
            "optimize.min_gain",
            format!("`optimize.min_gain` is {}", optimize.min_gain),
            "give a number of points above 0",
        );
    }
    let cosine = config.thresholds.redundant_cosine;
    if !(0.0..=1.0).contains(&cosine) {
        return fail(
            "thresholds.redundant_cosine",
            format!("`thresholds.redundant_cosine` is {cosine}"),
            "give a number from 0 to 1",
        );
    }
    if let Some(bad) = config.rules.off.iter().find(|r| !names_rules(r)) {
        return fail(
            "rules.off",
            format!("`{bad}` is no rule and no group of rules"),
            "`postwright rules` lists both",
        );
    }
    Ok(())
}

/// Whether a selector names a rule of ours, or starts with a group of harper's: the names of its
/// rules are only known once it is loaded, so `postwright config check` looks at those.
fn names_rules(selector: &str) -> bool {
    let group = selector.split('/').next().unwrap_or_default();
    ["grammar", "spelling"].contains(&group) || rules::selects_any(selector)
}
