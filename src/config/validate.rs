//! Checks that types cannot make.

use std::collections::BTreeMap;

use super::{Config, ConfigError, Origin};

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
        return fail(
            "engine.debounce_max_ms",
            format!(
                "`engine.debounce_max_ms` ({}) is below `engine.debounce_ms` ({})",
                config.engine.debounce_max_ms, config.engine.debounce_ms
            ),
            "raise it, or lower the other",
        );
    }
    if config.engine.workers > 1024 {
        return fail(
            "engine.workers",
            format!("`engine.workers` is {}", config.engine.workers),
            "give at most 1024, or 0 for one a core",
        );
    }
    if config.engine.memo_lines == 0 {
        return fail(
            "engine.memo_lines",
            "`engine.memo_lines` is 0".to_owned(),
            "give at least 1",
        );
    }
    if let Some(bad) = config.rules.off.iter().find(|r| !names_a_group(r)) {
        return fail(
            "rules.off",
            format!("`{bad}` is no rule and no group of rules"),
            "`postwright rules` lists both",
        );
    }
    Ok(())
}

/// Whether a selector starts with a group there is; the names of harper's rules are only known
/// once it is loaded, so `postwright config check` looks at those.
fn names_a_group(selector: &str) -> bool {
    let group = selector.split('/').next().unwrap_or_default();
    [
        "grammar",
        "spelling",
        "style",
        "structure",
        "linkedin",
        "unicode",
    ]
    .contains(&group)
}
