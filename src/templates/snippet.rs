//! Hooks, to open a post, and calls to action, to close one.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::fields::{Fields, RawVariables};
use super::problem::Fault;
use super::text::Text;

/// A line or two to insert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet<K> {
    /// One line; unique among its like.
    pub name: String,
    /// How it works.
    pub kind: K,
    /// What is inserted.
    pub text: Text,
    /// The writer's file; `None` for one that is shipped.
    pub file: Option<PathBuf>,
}

/// An opening.
pub type Hook = Snippet<HookKind>;
/// A call to action.
pub type Call = Snippet<CallKind>;

/// What makes a hook stop a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HookKind {
    /// It asks.
    Question,
    /// It counts or measures.
    Number,
    /// It sets one thing against another.
    Contrast,
    /// It judges.
    Claim,
    /// It tells what happened.
    Story,
}

/// What a call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallKind {
    /// An answer.
    Question,
    /// To show the post to somebody.
    Share,
    /// A message or a meeting.
    Contact,
    /// To read what comes next.
    Follow,
}

impl fmt::Display for HookKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Question => "question",
            Self::Number => "number",
            Self::Contrast => "contrast",
            Self::Claim => "claim",
            Self::Story => "story",
        })
    }
}

impl fmt::Display for CallKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Question => "question",
            Self::Share => "share",
            Self::Contact => "contact",
            Self::Follow => "follow",
        })
    }
}

/// One table of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw<K> {
    name: Spanned<String>,
    kind: K,
    text: Spanned<String>,
    #[serde(default)]
    variables: RawVariables,
}

/// Reads the tables called `table` of a file into `all`, replacing what other files say under the
/// same name. Returns what is wrong with those that are left out.
pub(super) fn read<K: DeserializeOwned>(
    table: &str,
    source: &str,
    file: Option<&Path>,
    all: &mut BTreeMap<String, Snippet<K>>,
) -> Vec<Fault> {
    let fields = Fields {
        text: source,
        at: 0,
    };
    let raws = match tables(table, fields) {
        Ok(raws) => raws,
        Err(fault) => return vec![fault],
    };
    let mut faults = Vec::new();
    for raw in raws {
        let at = fields.place(&raw.name, 0);
        match snippet(fields, raw, file) {
            Ok(new) if all.get(&new.name).is_some_and(|old| old.file == new.file) => {
                let message = format!("there is a `{}` above", new.name);
                faults.push(Fault::new(at, message, "give it a name of its own"));
            }
            Ok(new) => drop(all.insert(new.name.clone(), new)),
            Err(fault) => faults.push(fault),
        }
    }
    faults
}

fn tables<K: DeserializeOwned>(table: &str, fields: Fields) -> Result<Vec<Raw<K>>, Fault> {
    let form = format!(
        "each [[{table}]] has name, kind, text, and variables.NAME with label, default, required"
    );
    let all: BTreeMap<Spanned<String>, Vec<Raw<K>>> = fields.parse(&form)?;
    let mut raws = Vec::new();
    for (key, tables) in all {
        if key.get_ref() != table {
            let message = format!("unknown key `{}`", key.get_ref());
            return Err(Fault::new(fields.place(&key, 0), message, form));
        }
        raws = tables;
    }
    Ok(raws)
}

fn snippet<K>(fields: Fields, raw: Raw<K>, file: Option<&Path>) -> Result<Snippet<K>, Fault> {
    let declared = fields.declared(raw.variables)?;
    let place = |at| fields.place(&raw.text, at);
    Ok(Snippet {
        text: Text::parse(raw.text.get_ref(), declared, place)?,
        name: fields.line(raw.name)?,
        kind: raw.kind,
        file: file.map(Path::to_owned),
    })
}
