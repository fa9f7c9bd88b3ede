//! Words and signs of a filter.

use super::FilterError;

/// A word or a sign with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// In characters, from 1 on.
    column: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    /// One of [`SIGNS`].
    Sign(&'static str),
    Word(String),
    /// In double quotes, never a keyword or a field.
    Quoted(String),
}

/// Signs that compare, the longer before those that they begin with.
const SIGNS: [&str; 8] = [">=", "<=", "!=", "!~", ">", "<", "=", "~"];

impl Token {
    pub(super) fn is_word(&self, keyword: &str) -> bool {
        matches!(&self.kind, Kind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// An error at its place.
    pub(super) fn wrong(&self, message: &str) -> FilterError {
        FilterError {
            column: self.column,
            message: message.to_owned(),
        }
    }
}

/// Cuts a filter into words and signs.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut column = 1;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = if first.is_whitespace() {
            (None, first.len_utf8())
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            (Some(Kind::Sign(sign)), sign.len())
        } else {
            match first {
                '(' => (Some(Kind::Open), 1),
                ')' => (Some(Kind::Close), 1),
                '"' => {
                    let Some(length) = rest[1..].find('"') else {
                        return Err(FilterError {
                            column,
                            message: "the quote has no end; add `\"`".to_owned(),
                        });
                    };
                    let quoted = rest[1..=length].to_owned();
                    (Some(Kind::Quoted(quoted)), length + 2)
                }
                '!' => {
                    return Err(FilterError {
                        column,
                        message: "`!` stands before `=` or `~`; else write `not`".to_owned(),
                    });
                }
                _ => {
                    let is_end = |c: char| c.is_whitespace() || "()<>=!~\"".contains(c);
                    let length = rest.find(is_end).unwrap_or(rest.len());
                    (Some(Kind::Word(rest[..length].to_owned())), length)
                }
            }
        };
        out.extend(kind.map(|kind| Token { column, kind }));
        column += rest[..length].chars().count();
        rest = &rest[length..];
    }
    Ok(out)
}
