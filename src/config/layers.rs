//! The layers, and where each value came from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::{Config, ConfigError, config_file, validate};
use crate::mistake;

/// Environment variables start with this: `POSTWRIGHT_FOLD_DESKTOP` sets `fold.desktop`.
const PREFIX: &str = "POSTWRIGHT_";
/// Names the configuration file, read by the command line, and what is to fail, for developers.
const NOT_A_KEY: [&str; 3] = [
    "POSTWRIGHT_CONFIG",
    "POSTWRIGHT_LOG_DIR",
    "POSTWRIGHT_FAULTS",
];

/// The section whose keys the workstation knows, not this room: it names commands.
const FREE_SECTION: &str = "keys";

/// The layer that a value came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Built in.
    Default,
    /// The configuration file, with the line.
    File(PathBuf, usize),
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// A value given outside the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// `section.key`
    pub key: String,
    /// As written.
    pub value: String,
    /// Who gave it.
    pub origin: Origin,
}

/// A configuration and where it came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What is in force.
    pub config: Config,
    /// The file that was read, where there is one.
    pub file: Option<PathBuf>,
    /// Origin of every key that is not a default.
    pub origins: BTreeMap<String, Origin>,
}

impl Loaded {
    /// Reads `explicit`, or the file at its usual place where there is one, and lays environment
    /// and flags over it.
    ///
    /// # Errors
    /// Names the place of the first mistake and what to do about it.
    pub fn load(
        explicit: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: Vec<Override>,
    ) -> Result<Self, ConfigError> {
        let file = match explicit {
            Some(path) => Some(path.to_owned()),
            // Without a home there is no file to read; the defaults still work.
            None => config_file().ok().filter(|p| p.exists()),
        };
        let mut table = defaults()?;
        let mut origins = BTreeMap::new();
        if let Some(path) = &file {
            let text = read(path)?;
            let (from_file, lines) = parse_file(path, &text)?;
            merge(&mut table, from_file);
            origins.extend(
                lines
                    .into_iter()
                    .map(|(k, line)| (k, Origin::File(path.clone(), line))),
            );
        }
        for given in environment_overrides(environment)?.into_iter().chain(flags) {
            apply(&mut table, &given)?;
            origins.insert(given.key, given.origin);
        }
        let config = Config::deserialize(table).map_err(|e| ConfigError::Invalid {
            place: "configuration".to_owned(),
            message: e.message().to_owned(),
            remedy: "run `postwright config explain` to see where each value comes from".to_owned(),
        })?;
        validate::validate(&config, &origins)?;
        Ok(Self {
            config,
            file,
            origins,
        })
    }

    /// Every key with its value, as TOML, and its origin.
    ///
    /// # Errors
    /// Never for a configuration that was loaded.
    pub fn explain(&self) -> Result<Vec<(String, String, Origin)>, ConfigError> {
        let table = to_table(&self.config)?;
        Ok(leaves(&table)
            .into_iter()
            .map(|(key, value)| {
                let origin = self.origins.get(&key).cloned().unwrap_or(Origin::Default);
                (key, value.to_string(), origin)
            })
            .collect())
    }
}

/// The text of the file at `path`.
fn read(path: &Path) -> Result<String, ConfigError> {
    let bytes = std::fs::read(path).map_err(|source| ConfigError::Read {
        path: path.to_owned(),
        source,
    })?;
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
        ConfigError::Invalid {
            place: format!("{}:{line}", path.display()),
            message: format!("not UTF-8 at byte {at}"),
            remedy: "save the file as UTF-8".to_owned(),
        }
    })
}

/// What the parser has to say, without the words of its trade.
fn in_plain_words(message: &str) -> String {
    let mut told = message.replace(" as i128", "");
    for (theirs, ours) in [
        ("unknown variant", "unknown value"),
        ("expected usize", "expected a whole number, 0 or above"),
        ("expected u64", "expected a whole number, 0 or above"),
        (
            "expected a sequence",
            "expected a list, as in `[\"a\", \"b\"]`",
        ),
        ("invalid type: map", "invalid type: a table"),
        ("invalid type: sequence", "invalid type: a list"),
        ("expected a boolean", "expected `true` or `false`"),
        ("wanted string or table", "expected a value in quotes"),
    ] {
        told = told.replace(theirs, ours);
    }
    told
}

fn defaults() -> Result<Table, ConfigError> {
    to_table(&Config::default())
}

fn to_table(config: &Config) -> Result<Table, ConfigError> {
    Table::try_from(config).map_err(|e| ConfigError::Invalid {
        place: "configuration".to_owned(),
        message: e.to_string(),
        remedy: "this is a bug: please report it".to_owned(),
    })
}

/// `key` or `section.key` and value of every setting.
fn leaves(table: &Table) -> Vec<(String, &Value)> {
    let mut out = Vec::new();
    for (name, value) in table {
        match value.as_table() {
            Some(section) => {
                out.extend(section.iter().map(|(key, v)| (format!("{name}.{key}"), v)));
            }
            None => out.push((name.clone(), value)),
        }
    }
    out
}

fn merge(into: &mut Table, from: Table) {
    for (section, values) in from {
        match (into.get_mut(&section), values) {
            (Some(Value::Table(old)), Value::Table(new)) => old.extend(new),
            (_, new) => {
                into.insert(section, new);
            }
        }
    }
}

/// The table of a file, and the line of each of its keys.
fn parse_file(path: &Path, text: &str) -> Result<(Table, Vec<(String, usize)>), ConfigError> {
    let place = |at: usize| {
        let (line, column) = mistake::line_and_column(text, at);
        (line, format!("{}:{line}:{column}", path.display()))
    };
    let invalid = |e: toml::de::Error| ConfigError::Invalid {
        place: e
            .span()
            .map_or_else(|| path.display().to_string(), |s| place(s.start).1),
        message: in_plain_words(e.message()),
        remedy: "see config.example.toml for the form of each value".to_owned(),
    };
    let known = defaults()?;
    let root = DeTable::parse(text).map_err(invalid)?;
    let mut lines = Vec::new();
    for (section, values) in root.get_ref() {
        let name = section.get_ref().as_ref();
        let at = place(section.span().start);
        let known_section = match known.get(name) {
            Some(Value::Table(known_section)) => known_section,
            Some(_) if matches!(values.get_ref(), DeValue::Table(_)) => {
                return Err(ConfigError::Invalid {
                    place: at.1,
                    message: format!("`{name}` is a value, not a section"),
                    remedy: format!("write `{name} = …` above the first section"),
                });
            }
            // Its type is checked below.
            Some(_) => {
                lines.push((name.to_owned(), at.0));
                let items = values.get_ref().as_array();
                for (nth, item) in items.into_iter().flatten().enumerate() {
                    lines.push((format!("{name}[{nth}]"), place(item.span().start).0));
                }
                continue;
            }
            None => {
                let is_section = matches!(values.get_ref(), DeValue::Table(_));
                let what = if is_section { "section" } else { "key" };
                let is_like = |v: &Value| v.is_table() == is_section;
                let candidates = known.iter().filter(|(_, v)| is_like(v));
                return Err(unknown(
                    at.1,
                    what,
                    name,
                    candidates.map(|(n, _)| n.as_str()),
                ));
            }
        };
        let DeValue::Table(values) = values.get_ref() else {
            return Err(ConfigError::Invalid {
                place: at.1,
                message: format!("`{name}` is a section, not a value"),
                remedy: format!("write `[{name}]` on a line of its own and its keys below"),
            });
        };
        for key in values.keys() {
            let at = place(key.span().start);
            let key = key.get_ref().as_ref();
            if name != FREE_SECTION && !known_section.contains_key(key) {
                let what = format!("key in [{name}]");
                return Err(unknown(
                    at.1,
                    &what,
                    key,
                    known_section.keys().map(String::as_str),
                ));
            }
            lines.push((format!("{name}.{key}"), at.0));
        }
    }
    // Checks the types, with places.
    toml::from_str::<Config>(text).map_err(invalid)?;
    Ok((toml::from_str(text).map_err(invalid)?, lines))
}

fn unknown<'a>(
    place: String,
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> ConfigError {
    ConfigError::Invalid {
        place,
        message: format!("unknown {what}: `{name}`"),
        remedy: mistake::nearest_or_all(name, known),
    }
}

fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

/// The key of the free section that a variable sets: `POSTWRIGHT_KEYS_SAVE_AS` is `keys.save-as`.
fn free_key(variable_name: &str) -> Option<String> {
    let name = variable_name.strip_prefix(&variable(&format!("{FREE_SECTION}.")))?;
    let name = name.to_lowercase().replace('_', "-");
    Some(format!("{FREE_SECTION}.{name}"))
}

fn environment_overrides(
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Vec<Override>, ConfigError> {
    let defaults = defaults()?;
    let names: BTreeMap<String, String> = leaves(&defaults)
        .into_iter()
        .map(|(key, _)| (variable(&key), key))
        .collect();
    let mut out = Vec::new();
    for (name, value) in environment {
        if !name.starts_with(PREFIX) || NOT_A_KEY.contains(&name.as_str()) {
            continue;
        }
        let Some(key) = names.get(&name).cloned().or_else(|| free_key(&name)) else {
            let place = "environment".to_owned();
            return Err(unknown(
                place,
                "variable",
                &name,
                names.keys().map(String::as_str),
            ));
        };
        out.push(Override {
            key,
            value,
            origin: Origin::Environment(name),
        });
    }
    out.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(out)
}

/// The value of a key in a section.
fn slot<'a>(table: &'a mut Table, section: &str, key: &str) -> Option<&'a mut Value> {
    let values = table.get_mut(section)?.as_table_mut()?;
    if section == FREE_SECTION {
        let empty = || Value::Array(Vec::new());
        return Some(values.entry(key).or_insert_with(empty));
    }
    values.get_mut(key)
}

/// Sets one key, reading the value as what the default there is.
fn apply(table: &mut Table, given: &Override) -> Result<(), ConfigError> {
    let place = given.origin.to_string();
    let slot = match given.key.split_once('.') {
        None => table.get_mut(&given.key).filter(|value| !value.is_table()),
        Some((section, key)) => slot(table, section, key),
    };
    let Some(slot) = slot else {
        let defaults = defaults()?;
        let known = leaves(&defaults);
        return Err(unknown(
            place,
            "key",
            &given.key,
            known.iter().map(|(k, _)| k.as_str()),
        ));
    };
    let parsed = match &*slot {
        Value::String(_) => Some(Value::String(given.value.clone())),
        Value::Array(_) if !given.value.trim_start().starts_with('[') => {
            let items = given
                .value
                .split(',')
                .map(str::trim)
                .filter(|s| !s.is_empty());
            Some(Value::Array(items.map(Value::from).collect()))
        }
        old => given
            .value
            .parse::<Value>()
            .ok()
            .map(|new| match (old, new) {
                (Value::Float(_), Value::Integer(n)) => Value::Float(n as f64),
                (_, new) => new,
            })
            .filter(|new| new.same_type(old)),
    };
    let candidate = parsed.ok_or_else(|| ConfigError::Invalid {
        place: place.clone(),
        message: format!("`{}` cannot be `{}`", given.key, given.value),
        remedy: format!("give {}, as in `{slot}`", article(slot.type_str())),
    })?;
    *slot = candidate;
    // A value of the right type may still be none of those allowed.
    Config::deserialize(table.clone()).map_err(|e| ConfigError::Invalid {
        place,
        message: format!("`{}`: {}", given.key, in_plain_words(e.message())),
        remedy: "see config.example.toml for the values allowed".to_owned(),
    })?;
    Ok(())
}

fn article(noun: &str) -> String {
    let an = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if an { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, env: &[(&str, &str)], flags: Vec<Override>) -> Result<Loaded, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.toml");
        std::fs::write(&path, text).unwrap();
        let env = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Loaded::load(Some(&path), env, flags)
    }

    fn flag(key: &str, value: &str) -> Override {
        Override {
            key: key.into(),
            value: value.into(),
            origin: Origin::Flag("--set".into()),
        }
    }

    #[test]
    fn later_layers_win_and_say_so() {
        let text = "[fold]\ndesktop = 1\nmobile = 1\n";
        let env = [("POSTWRIGHT_FOLD_MOBILE", "2"), ("HOME", "/x")];
        let loaded = load(text, &env, vec![flag("rules.off", "style, grammar/an-a")]).unwrap();
        assert_eq!(
            loaded.config.fold,
            super::super::FoldConfig {
                desktop: 1,
                mobile: 2
            }
        );
        assert_eq!(loaded.config.rules.off, ["style", "grammar/an-a"]);
        assert!(matches!(
            &loaded.origins["fold.desktop"],
            Origin::File(_, 2)
        ));
        assert_eq!(
            loaded.origins["fold.mobile"].to_string(),
            "environment POSTWRIGHT_FOLD_MOBILE"
        );
    }

    #[test]
    fn commands_can_be_named_in_every_layer() {
        let text = "[keys]\nsave = ['f12']\nundo = ['f3']\n";
        let env = [("POSTWRIGHT_KEYS_SAVE_AS", "f5, ctrl-o")];
        let loaded = load(text, &env, vec![flag("keys.undo", "[]")]).unwrap();
        let keys = &loaded.config.keys;
        assert_eq!(keys["save"], ["f12"]);
        assert_eq!(keys["save-as"], ["f5", "ctrl-o"]);
        assert!(keys["undo"].is_empty());
        assert!(matches!(&loaded.origins["keys.save"], Origin::File(_, 2)));
    }

    #[test]
    fn mistakes_outside_the_file_name_their_place() {
        for (env, flags, wants) in [
            (
                ("POSTWRIGHT_FOLD_MOBLE", "2"),
                vec![],
                "POSTWRIGHT_FOLD_MOBILE",
            ),
            (("POSTWRIGHT_FOLD_MOBILE", "two"), vec![], "cannot be `two`"),
            (
                ("POSTWRIGHT_ANALYSIS_DIALECT", "nz"),
                vec![],
                "analysis.dialect",
            ),
            (("HOME", "/"), vec![flag("fold.width", "3")], "unknown key"),
        ] {
            let error = load("", &[env], flags).unwrap_err().to_string();
            assert!(error.contains(wants), "{error}");
            assert!(error.contains("help: "), "{error}");
        }
    }
}
