//! Fields of TOML that a writer wrote, checked and with their places.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::problem::Fault;
use super::text::{Declared, check_name};

/// What a file says of its variables.
pub(super) type RawVariables = BTreeMap<Spanned<String>, RawVariable>;

/// What a file says of one variable.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawVariable {
    label: Option<Spanned<String>>,
    default: Option<Spanned<String>>,
    required: Option<bool>,
}

/// The TOML of a file, or the stretch of it that is TOML.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    /// The TOML.
    pub text: &'a str,
    /// Where in the file it starts, in bytes.
    pub at: usize,
}

impl Fields<'_> {
    /// Reads the whole; `form` says what may stand there.
    pub fn parse<T: DeserializeOwned>(self, form: &str) -> Result<T, Fault> {
        toml::from_str(self.text).map_err(|e| {
            let at = self.at + e.span().map_or(0, |s| s.start);
            Fault::new(at, e.message(), form)
        })
    }

    /// Byte of the file where byte `at` of the value stands; the start of the value where escapes
    /// hide it.
    pub fn place(self, value: &Spanned<String>, at: usize) -> usize {
        let span = value.span();
        let raw = self.text.get(span.clone()).unwrap_or_default();
        let inside = raw.find(value.get_ref().as_str()).map_or(0, |i| i + at);
        self.at + span.start + inside
    }

    /// The value, which may have several lines.
    pub fn prose(self, value: Spanned<String>) -> Result<String, Fault> {
        refuse_controls(value.get_ref(), |at| self.place(&value, at))?;
        Ok(value.into_inner())
    }

    /// The value, which has one line that is not blank.
    pub fn line(self, value: Spanned<String>) -> Result<String, Fault> {
        if value.get_ref().trim().is_empty() || value.get_ref().contains(char::is_control) {
            let message = "it is blank, or holds line breaks or other control characters";
            let at = self.place(&value, 0);
            return Err(Fault::new(at, message, "write one line of text"));
        }
        Ok(value.into_inner())
    }

    /// The variables that are declared, by name.
    pub fn declared(self, raw: RawVariables) -> Result<BTreeMap<String, Declared>, Fault> {
        raw.into_iter()
            .map(|(name, raw)| {
                let at = self.place(&name, 0);
                check_name(name.get_ref(), || at)?;
                let declared = Declared {
                    at,
                    label: raw.label.map(|l| self.line(l)).transpose()?,
                    default: raw.default.map(|d| self.prose(d)).transpose()?,
                    required: raw.required,
                };
                Ok((name.into_inner(), declared))
            })
            .collect()
    }
}

/// Refuses what a terminal could act on; `place` gives the byte of the file for one of `text`.
pub(super) fn refuse_controls(text: &str, place: impl Fn(usize) -> usize) -> Result<(), Fault> {
    let is_control = |c: char| c.is_control() && c != '\n' && c != '\t';
    match text.char_indices().find(|&(_, c)| is_control(c)) {
        None => Ok(()),
        Some((at, c)) => {
            let message = format!("it holds the control character U+{:04X}", u32::from(c));
            Err(Fault::new(place(at), message, "delete the character"))
        }
    }
}
