//! Findings: what a rule has to say about a stretch of a post.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::post::Span;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look.
    Hint,
    /// Likely to cost readers.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// The name used in every output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A rule of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Stable id, `group/name`.
    pub id: &'static str,
    /// How much its findings matter.
    pub severity: Severity,
    /// One line that says what it finds.
    pub summary: &'static str,
    /// Why it holds: a publication, a guideline, or LinkedIn's documentation.
    pub source: &'static str,
}

impl Rule {
    /// A finding of this rule.
    #[must_use]
    pub fn finding(&self, span: Span, message: impl Into<String>) -> Finding {
        Finding {
            rule: Cow::Borrowed(self.id),
            severity: self.severity,
            span,
            message: message.into(),
            replacements: Vec::new(),
            reason: None,
        }
    }
}

/// Why a rule spoke that has more than one reason to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// `structure/weak-hook`: the first words are an empty phrase.
    EmptyOpening,
    /// `structure/weak-hook`: the first sentence runs past the fold.
    OpeningPastFold,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the rule.
    pub rule: Cow<'static, str>,
    /// How much it matters.
    pub severity: Severity,
    /// Bytes of the text that the finding's maker was given: a line, or the published text.
    pub span: Span,
    /// What is wrong and what to do, one sentence or two.
    pub message: String,
    /// Texts that could stand in place of the span, best first; an empty one deletes it.
    pub replacements: Vec<String>,
    /// Why it was found, where its rule has several reasons; the message says so too. It is not kept
    /// with findings on disk, which are of the checker.
    #[serde(skip)]
    pub reason: Option<Reason>,
}

impl Finding {
    /// The finding with the reason for it.
    #[must_use]
    pub fn because(mut self, reason: Reason) -> Self {
        self.reason = Some(reason);
        self
    }

    /// The finding with replacements.
    #[must_use]
    pub fn with(mut self, replacements: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.replacements = replacements.into_iter().map(Into::into).collect();
        self
    }

    /// The finding moved right by `by` bytes.
    #[must_use]
    pub fn shifted(mut self, by: usize) -> Self {
        self.span = self.span.shifted(by);
        self
    }
}
