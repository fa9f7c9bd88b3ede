//! Text with variables: parsed once, filled as often as wanted.

use std::collections::BTreeMap;

use super::fields::refuse_controls;
use super::problem::Fault;
use crate::post::Span;

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// What a writer fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// An ASCII identifier.
    pub name: String,
    /// What to ask for, on one line; the name with spaces where none is declared.
    pub label: String,
    /// Stands where no value is given.
    pub default: Option<String>,
    /// Whether a blank value is refused. Unless declared, it is where there is no default.
    pub required: bool,
}

/// What a file declares of a variable.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// Byte of the file where its name stands.
    pub at: usize,
    pub label: Option<String>,
    pub default: Option<String>,
    pub required: Option<bool>,
}

/// Text with variables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// All but the variables.
    literal: String,
    slots: Vec<Slot>,
    variables: Vec<Variable>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Slot {
    /// Byte of the literal text before which it stands.
    at: usize,
    /// Index of its variable.
    variable: usize,
    /// The default of this place alone.
    default: Option<String>,
}

/// A text with what is filled in so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// A place without a value shows its default; without that, its label in brackets where the
    /// variable is required, and else nothing.
    pub text: String,
    /// The places without a value, in order.
    pub places: Vec<Place>,
}

/// Where a variable stands in a [`Draft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its name; a variable may have several places.
    pub variable: String,
    /// Bytes of the draft's text; empty where nothing is shown.
    pub span: Span,
}

/// Required variables that have no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no value for {}\n  help: fill in each of them", names.join(", "))]
pub struct Missing {
    /// In the order of their first use.
    pub names: Vec<String>,
}

/// What stands at one place.
enum Content<'a> {
    Value(&'a str),
    Default(&'a str),
    Missing,
}

impl Text {
    /// Parses `source`; `place` gives the byte of the file for a byte of `source`.
    pub(super) fn parse(
        source: &str,
        mut declared: BTreeMap<String, Declared>,
        place: impl Fn(usize) -> usize,
    ) -> Result<Self, Fault> {
        refuse_controls(source, &place)?;
        if source.trim().is_empty() {
            let remedy = "write the text that is to be inserted";
            return Err(Fault::new(place(0), "there is no text", remedy));
        }
        let mut literal = String::new();
        let mut slots = Vec::new();
        let mut used: Vec<(&str, Declared)> = Vec::new();
        let mut at = 0;
        while let Some(found) = source[at..].find(OPEN) {
            let open = at + found;
            let before = &source[at..open];
            at = open + OPEN.len();
            if let Some(before) = before.strip_suffix('\\') {
                literal.extend([before, OPEN]);
                continue;
            }
            literal.push_str(before);
            let inside = source[at..].split_once(CLOSE).map(|(inside, _)| inside);
            let closed = inside.filter(|i| !i.contains('\n') && !i.contains(OPEN));
            let inside = closed.ok_or_else(|| {
                let remedy = r"write `}}` after the name on the same line, or `\{{` for two braces";
                Fault::new(place(open), "`{{` is not closed", remedy)
            })?;
            let (name, default) = match inside.split_once('|') {
                Some((name, default)) => (name, Some(default.trim().to_owned())),
                None => (inside, None),
            };
            let indent = name.len() - name.trim_start().len();
            let name = name.trim();
            check_name(name, || place(at + indent))?;
            at += inside.len() + CLOSE.len();

            let known = used.iter().position(|(n, _)| *n == name);
            let variable = known.unwrap_or_else(|| {
                used.push((name, declared.remove(name).unwrap_or_default()));
                used.len() - 1
            });
            let general = &mut used[variable].1.default;
            *general = general.take().or_else(|| default.clone());
            slots.push(Slot {
                at: literal.len(),
                variable,
                default,
            });
        }
        literal.push_str(&source[at..]);
        if let Some((name, unused)) = declared.iter().min_by_key(|(_, d)| d.at) {
            let message = format!("the variable `{name}` is not used");
            let remedy = format!("write `{{{{{name}}}}}` in the text, or delete the variable");
            return Err(Fault::new(unused.at, message, remedy));
        }
        Ok(Self {
            literal,
            slots,
            variables: used.into_iter().map(Variable::new).collect(),
        })
    }

    /// What is to be filled in, in the order of first use.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The text with `values` in their places as they are: braces in them mean nothing. Values of
    /// other names are ignored.
    ///
    /// # Errors
    /// Where required variables are blank, or have neither value nor default.
    pub fn fill(&self, values: &BTreeMap<String, String>) -> Result<String, Missing> {
        let is_missing = |v: &&Variable| matches!(v.content(values, None), Content::Missing);
        let missing = self.variables.iter().filter(is_missing);
        let names: Vec<_> = missing.map(|v| v.name.clone()).collect();
        if names.is_empty() {
            Ok(self.draft(values).text)
        } else {
            Err(Missing { names })
        }
    }

    /// The text with `values` in their places, and where the others are to go, so that an editor
    /// can lead from one to the next. Its text is that of [`Text::fill`] where that one succeeds.
    #[must_use]
    pub fn draft(&self, values: &BTreeMap<String, String>) -> Draft {
        let mut text = String::new();
        let mut places = Vec::new();
        let mut done = 0;
        for slot in &self.slots {
            text.push_str(&self.literal[done..slot.at]);
            done = slot.at;
            let variable = &self.variables[slot.variable];
            let start = text.len();
            match variable.content(values, slot.default.as_deref()) {
                Content::Value(value) => {
                    text.push_str(value);
                    continue;
                }
                Content::Default(default) => text.push_str(default),
                Content::Missing => text.extend(["[", &variable.label, "]"]),
            }
            places.push(Place {
                variable: variable.name.clone(),
                span: Span::new(start, text.len()),
            });
        }
        text.push_str(&self.literal[done..]);
        Draft { text, places }
    }
}

impl Variable {
    fn new((name, declared): (&str, Declared)) -> Self {
        Self {
            name: name.to_owned(),
            label: declared.label.unwrap_or_else(|| name.replace('_', " ")),
            required: declared.required.unwrap_or(declared.default.is_none()),
            default: declared.default,
        }
    }

    /// What stands at a place of the variable that has the default `own`.
    fn content<'a>(
        &'a self,
        values: &'a BTreeMap<String, String>,
        own: Option<&'a str>,
    ) -> Content<'a> {
        match values.get(&self.name) {
            Some(blank) if self.required && blank.trim().is_empty() => Content::Missing,
            Some(value) => Content::Value(value),
            None => match own.or(self.default.as_deref()) {
                Some(default) => Content::Default(default),
                None if self.required => Content::Missing,
                None => Content::Default(""),
            },
        }
    }
}

/// Refuses what is no ASCII identifier; `place` gives its byte of the file.
pub(super) fn check_name(name: &str, place: impl FnOnce() -> usize) -> Result<(), Fault> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.starts_with(|c: char| is_part(c) && !c.is_ascii_digit()) && name.chars().all(is_part) {
        return Ok(());
    }
    let message = format!("`{name}` is no name for a variable");
    let remedy =
        r"take ASCII letters, digits and `_`, no digit first, or write `\{{` for two braces";
    Err(Fault::new(place(), message, remedy))
}
