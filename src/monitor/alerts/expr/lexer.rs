//! Text of an expression, cut into tokens.

use std::fmt;
use std::time::Duration;

use super::error::{ExprError, Problem, Span};
use crate::monitor::alerts::duration;

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Number(f64),
    Duration(Duration),
    Text(String),
    Word(String),
    /// An operator or a bracket.
    Sign(&'static str),
    End,
}

/// A piece and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// Operators and brackets; those that begin like another stand before it.
const SIGNS: [&str; 20] = [
    "==", "=~", "!=", "!~", ">=", "<=", ">", "<", "=", "+", "-", "*", "/", "(", ")", "{", "}", "[",
    "]", ",",
];

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "number {number}"),
            Self::Duration(length) => write!(f, "duration {}", duration::format(*length)),
            Self::Text(text) => write!(f, "string {text:?}"),
            Self::Word(word) => write!(f, "`{word}`"),
            Self::Sign(sign) => write!(f, "`{sign}`"),
            Self::End => write!(f, "end"),
        }
    }
}

/// Cuts `source`; the last token is [`Kind::End`].
pub(super) fn lex(source: &str) -> Result<Vec<Token>, ExprError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        if first.is_ascii_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if first == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let (kind, length) = one(source, at, first)?;
        let span = Span {
            start: at,
            end: at + length,
        };
        tokens.push(Token { kind, span });
        at += length;
    }
    let span = Span { start: at, end: at };
    let kind = Kind::End;
    tokens.push(Token { kind, span });
    Ok(tokens)
}

/// The token at `at`, which begins with `first`, and its bytes.
fn one(source: &str, at: usize, first: char) -> Result<(Kind, usize), ExprError> {
    let rest = &source[at..];
    let followed_by_digit = rest[first.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
    if first.is_ascii_digit() || (first == '.' && followed_by_digit) {
        let length = number_length(rest);
        let text = &rest[..length];
        let kind = number(text).ok_or_else(|| {
            let span = Span {
                start: at,
                end: at + length,
            };
            ExprError::new(source, span, Problem::Number(text.to_owned()))
        })?;
        return Ok((kind, length));
    }
    if first.is_ascii_alphabetic() || first == '_' || first == ':' {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        let length = rest.len() - rest.trim_start_matches(is_part).len();
        return Ok((Kind::Word(rest[..length].to_owned()), length));
    }
    if matches!(first, '"' | '\'' | '`') {
        return text(source, at, first);
    }
    if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
        return Ok((Kind::Sign(sign), sign.len()));
    }
    let span = Span {
        start: at,
        end: at + first.len_utf8(),
    };
    let problem = match first {
        '%' | '^' => Problem::Unsupported {
            what: format!("the operator `{first}`"),
            instead: "one of + - * /",
        },
        '@' => Problem::Unsupported {
            what: "the time `@`".to_owned(),
            instead: "a rule about now",
        },
        _ => Problem::Character(first),
    };
    Err(ExprError::new(source, span, problem))
}

/// Bytes that belong to the number or duration at the start of `rest`.
fn number_length(rest: &str) -> usize {
    let is_hex = rest.starts_with("0x") || rest.starts_with("0X");
    let mut before = ' ';
    rest.find(|c: char| {
        let is_sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E') && !is_hex;
        before = c;
        !(c.is_ascii_alphanumeric() || c == '.' || c == '_' || is_sign)
    })
    .unwrap_or(rest.len())
}

fn number(text: &str) -> Option<Kind> {
    if let Some(hex) = text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        // 13 digits of 4 bits are exact in a double; more would be rounded silently.
        let digits = hex.len() <= 13 && hex.chars().all(|c| c.is_ascii_hexdigit());
        let value = digits
            .then(|| u64::from_str_radix(hex, 16).ok())
            .flatten()?;
        #[allow(clippy::cast_precision_loss)] // At most 52 bits.
        return Some(Kind::Number(value as f64));
    }
    let is_decimal = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    if text.chars().all(is_decimal)
        && let Ok(value) = text.parse::<f64>()
        && value.is_finite()
    {
        return Some(Kind::Number(value));
    }
    duration::parse(text).map(Kind::Duration)
}

/// The string that `quote` opens at `at`. Between backticks a backslash is an ordinary character.
fn text(source: &str, at: usize, quote: char) -> Result<(Kind, usize), ExprError> {
    let mut out = String::new();
    let mut chars = source[at..].char_indices().skip(1);
    while let Some((place, c)) = chars.next() {
        if c == quote {
            return Ok((Kind::Text(out), place + 1));
        }
        if c == '\n' && quote != '`' {
            break;
        }
        if c != '\\' || quote == '`' {
            out.push(c);
            continue;
        }
        let Some((end, escaped)) = chars.next() else {
            break;
        };
        out.push(match escaped {
            '\\' | '"' | '\'' => escaped,
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => {
                let span = Span {
                    start: at + place,
                    end: at + end + escaped.len_utf8(),
                };
                return Err(ExprError::new(source, span, Problem::Escape));
            }
        });
    }
    let span = Span {
        start: at,
        end: at + 1,
    };
    Err(ExprError::new(source, span, Problem::OpenString(quote)))
}
