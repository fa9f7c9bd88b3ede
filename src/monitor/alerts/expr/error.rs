//! What is wrong with an expression, and where.

use std::fmt;

/// Bytes of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub start: usize,
    /// One behind the last.
    pub end: usize,
}

impl Span {
    /// From the start of `self` to the end of `other`.
    pub(super) fn to(self, other: Self) -> Self {
        Self {
            start: self.start,
            end: other.end,
        }
    }
}

/// An expression that cannot be used. Displayed it is one line that begins with the column;
/// [`ExprError::picture`] shows the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprError {
    source: String,
    span: Span,
    problem: Problem,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The source has more than [`super::LONGEST`] bytes.
    #[error(
        "the expression has {bytes} bytes, expected at most {}; split it into several rules",
        super::LONGEST
    )]
    TooLong {
        /// Bytes.
        bytes: usize,
    },
    /// Parts are nested deeper than [`super::DEEPEST`].
    #[error(
        "nested too deep, expected at most {} levels; split it into several rules",
        super::DEEPEST
    )]
    TooDeep,
    /// A character that begins nothing.
    #[error("unexpected character {0:?}, expected a metric, a number or an operator; remove it")]
    Character(char),
    /// A string without its end.
    #[error("this string does not end, expected a closing {0}; add it")]
    OpenString(char),
    /// An escape sequence that a string does not know.
    #[error(
        "unknown escape in a string, expected one of \\\\ \\\" \\' \\n \\r \\t; write \\\\ for a backslash"
    )]
    Escape,
    /// Digits that are neither number nor duration.
    #[error("`{0}` is no number and no duration, expected such as 0.9, 1e6 or 5m; correct it")]
    Number(String),
    /// Another thing than what must stand here.
    #[error("unexpected {found}, expected {expected}")]
    Unexpected {
        /// What stands there.
        found: String,
        /// What would be right.
        expected: &'static str,
    },
    /// A metric that nobody publishes.
    #[error("unknown metric `{name}`, expected a documented name{}", did_you_mean(.nearest.as_deref()))]
    Metric {
        /// The name.
        name: String,
        /// The documented name that is most like it.
        nearest: Option<String>,
    },
    /// A function that is not of the subset.
    #[error("unknown function `{name}`, expected one of {}{}", super::ast::FUNCTIONS_AND_AGGREGATES, did_you_mean(.nearest.as_deref()))]
    Function {
        /// The name.
        name: String,
        /// The function that is most like it.
        nearest: Option<String>,
    },
    /// PromQL that is not of the subset.
    #[error("{what} is not supported here, expected {instead}")]
    Unsupported {
        /// What it is.
        what: String,
        /// What does the same.
        instead: &'static str,
    },
    /// A number where a metric must stand, or the other way round.
    #[error("{what}, expected {expected}")]
    Kind {
        /// What is wrong.
        what: &'static str,
        /// What would be right.
        expected: &'static str,
    },
    /// A regular expression that does not compile.
    #[error("this is no regular expression: {0}; expected RE2 syntax, correct it")]
    Regex(String),
    /// A window that is 0 or above [`super::LONGEST_WINDOW`].
    #[error("a window of {0}, expected more than 0s and at most 1h; choose one in between")]
    Window(String),
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || "; `postwright monitor rules --names` lists them".to_owned(),
        |name| format!("; did you mean `{name}`?"),
    )
}

/// Most characters of a line that are shown.
const PICTURED: usize = 200;

impl ExprError {
    pub(super) fn new(source: &str, span: Span, problem: Problem) -> Self {
        Self {
            source: source.to_owned(),
            span,
            problem,
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Line and column of the place, both from 1 on; columns count characters.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        let before = &self.source[..self.span.start];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (line, before[start..].chars().count() + 1)
    }

    /// The line of the source, and carets under the place. Of a long line what is around it.
    #[must_use]
    pub fn picture(&self) -> String {
        let (line, column) = self.position();
        let text = self.source.split('\n').nth(line - 1).unwrap_or_default();
        let first = (column - 1).saturating_sub(PICTURED / 2);
        let text: String = text.chars().skip(first).take(PICTURED).collect();
        // A tab is drawn as wide as the terminal likes; one space keeps the carets in place.
        let text: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let marked = &self.source[self.span.start..self.span.end];
        let marked = marked
            .split('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count();
        let before = column - 1 - first;
        let carets = "^".repeat(marked.clamp(1, PICTURED - before));
        format!("{text}\n{:before$}{carets}", "")
    }
}

impl fmt::Display for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.position();
        if line > 1 {
            write!(f, "line {line}, ")?;
        }
        write!(f, "column {column}: {}", self.problem)
    }
}

impl std::error::Error for ExprError {}
