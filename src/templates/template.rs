//! A template: TOML between two `+++` lines, then the text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::fields::{Fields, RawVariables};
use super::problem::Fault;
use super::text::Text;

/// The line before and after the front matter.
const FENCE: &str = "+++";
const FORM: &str = "between the `+++` lines stand title, description, and [variables.NAME] with label, default, required";

/// A post to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The file's name without its ending.
    pub name: String,
    /// One line; the name where none is given.
    pub title: String,
    /// What it is for; may be empty.
    pub description: String,
    /// What is inserted.
    pub text: Text,
    /// The writer's file; `None` for one that is shipped.
    pub file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    title: Option<Spanned<String>>,
    description: Option<Spanned<String>>,
    #[serde(default)]
    variables: RawVariables,
}

impl Template {
    /// Parses `source`, whose lines end in LF alone. The text begins with the first line after the
    /// front matter that is not blank, and goes to the end as it is.
    pub(super) fn parse(name: &str, source: &str, file: Option<&Path>) -> Result<Self, Fault> {
        let (front, body_at) = split(source)?;
        let mut template = Self {
            name: name.to_owned(),
            title: name.to_owned(),
            description: String::new(),
            text: Text::default(),
            file: file.map(Path::to_owned),
        };
        let mut declared = BTreeMap::new();
        if let Some(fields) = front {
            let front: Front = fields.parse(FORM)?;
            if let Some(title) = front.title {
                template.title = fields.line(title)?;
            }
            if let Some(description) = front.description {
                template.description = fields.prose(description)?;
            }
            declared = fields.declared(front.variables)?;
        }
        template.text = Text::parse(&source[body_at..], declared, |at| body_at + at)?;
        Ok(template)
    }
}

/// The front matter, where there is one, and the byte at which the text begins.
fn split(source: &str) -> Result<(Option<Fields<'_>>, usize), Fault> {
    let mut lines = source.split_inclusive('\n');
    let Some(first) = lines.next().filter(|l| l.trim_end() == FENCE) else {
        return Ok((None, 0));
    };
    let start = first.len();
    let mut end = start;
    let mut closing = None;
    for line in lines.by_ref() {
        if line.trim_end() == FENCE {
            closing = Some(line.len());
            break;
        }
        end += line.len();
    }
    let Some(closing) = closing else {
        let message = "the front matter is not closed";
        return Err(Fault::new(0, message, "write a line `+++` before the text"));
    };
    let blank = lines.take_while(|l| l.trim().is_empty()).map(str::len);
    let body_at = end + closing + blank.sum::<usize>();
    let text = &source[start..end];
    Ok((Some(Fields { text, at: start }), body_at))
}
