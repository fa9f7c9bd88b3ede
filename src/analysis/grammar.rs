//! Grammar and spelling of one line, by harper-core.
//!
//! Each line is checked by itself: on LinkedIn a line break ends a thought, and a line's result
//! can then be kept by its content alone.

mod looking_forward;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use harper_core::linting::{Lint, LintGroup, LintKind, Suggestion};
use harper_core::parsers::PlainEnglish;
use harper_core::spell::{FstDictionary, MergedDictionary, MutableDictionary};
use harper_core::{
    Dialect as Harper, DictWordMetadata, Document, TokenStringExt, remove_overlaps_map,
};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use self::looking_forward::LookingForward;
use super::finding::{Finding, Severity};
use crate::post::{ParsedLine, Span, sentence};

/// Which English spelling and usage are checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// American.
    #[default]
    Us,
    /// British.
    Gb,
    /// Australian.
    Au,
    /// Canadian.
    Ca,
    /// Indian.
    In,
}

impl Dialect {
    /// All dialects.
    pub const ALL: [Self; 5] = [Self::Us, Self::Gb, Self::Au, Self::Ca, Self::In];

    /// The name used in configuration and flags.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Gb => "gb",
            Self::Au => "au",
            Self::Ca => "ca",
            Self::In => "in",
        }
    }
}

impl From<Dialect> for Harper {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Us => Self::American,
            Dialect::Gb => Self::British,
            Dialect::Au => Self::Australian,
            Dialect::Ca => Self::Canadian,
            Dialect::In => Self::Indian,
        }
    }
}

/// Harper's rules that the rules of our own already cover, that a feed post breaks on purpose, or
/// that write to the terminal while they check (the last two, in 3.0.0).
const OFF: [&str; 7] = [
    "LongSentences",
    "SpelledNumbers",
    "Hedging",
    "UseTitleCase",
    "BoringWords",
    "LookingForwardTo",
    "ChickenAndEgg",
];

/// Version of what is found in a line; a part of its cache key. Raise it with harper's version and
/// with any change here.
pub const VERSION: u32 = 2;

/// Longest prose, in bytes, that is checked: thirty times LinkedIn's limit. Harper takes 0.04 s for
/// a thousand bytes; see [`refusal`].
pub const LONGEST: usize = 100_000;
/// Longest stretch handed to harper, in bytes: some of its rules take time with the square of it.
const STRETCH: usize = 2_000;
/// Longest word handed to harper, in bytes: its search for near words takes seconds where a word is
/// a line of base64. The longest word of its dictionary has 45 letters.
const WORD: usize = 60;

/// Why prose of `len` bytes is not checked, if it is not.
#[must_use]
pub fn refusal(len: usize) -> Option<String> {
    (len > LONGEST)
        .then(|| format!("{len} bytes of prose; grammar and keywords read {LONGEST} at most"))
}

/// The id of harper's spell checker.
pub const SPELLING: &str = "spelling/spell-check";

/// Words every checker shares: harper's dictionary and the writer's own.
///
/// Clones share one dictionary. It is built by the first checker, in about 0.4 s, so that a run
/// that checks no grammar does not pay for it.
#[derive(Clone)]
pub struct Words {
    user: Arc<[String]>,
    merged: Arc<OnceLock<Arc<MergedDictionary>>>,
}

impl Words {
    /// Harper's dictionary with the writer's words.
    pub fn new(user: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            user: user.into_iter().map(Into::into).collect(),
            merged: Arc::default(),
        }
    }

    fn merged(&self) -> &Arc<MergedDictionary> {
        self.merged.get_or_init(|| {
            let mut own = MutableDictionary::new();
            for word in self.user.iter() {
                own.append_word_str(word, DictWordMetadata::default());
            }
            let mut merged = MergedDictionary::new();
            merged.add_dictionary(FstDictionary::curated());
            merged.add_dictionary(Arc::new(own));
            Arc::new(merged)
        })
    }
}

/// What the checker says of one line; spans count from the start of the line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineGrammar {
    /// Grammar and spelling findings, by position.
    pub findings: Vec<Finding>,
    /// Nominal phrases, without the determiner in front.
    pub noun_phrases: Vec<Span>,
}

/// A checker. Its chunker model belongs to the thread that first uses it, so keep one a thread.
pub struct Checker {
    words: Words,
    group: LintGroup,
    /// Lines checked so far.
    checked: usize,
    ids: FxHashMap<String, Arc<str>>,
}

/// Lines after which a group is made anew. It remembers what hundreds of rules said of each of the
/// last thousand chunks and sentences, found or not: some 110 kB each, over 200 MB in time.
const LINES_A_GROUP: usize = 64;

impl Checker {
    /// A checker with harper's curated rules for `dialect`.
    #[must_use]
    pub fn new(words: Words, dialect: Dialect) -> Self {
        let mut group = LintGroup::new_curated(words.merged().clone(), dialect.into());
        for rule in OFF {
            group.config.set_rule_enabled(rule, false);
        }
        let looking = LookingForward::new(words.merged().clone());
        group.add_chunk_expr_linter(LookingForward::NAME, looking);
        group.config.set_rule_enabled(LookingForward::NAME, true);
        Self {
            words,
            group,
            checked: 0,
            ids: FxHashMap::default(),
        }
    }

    /// Runs a realistic text, so that the first real one does not pay for lazy tables.
    pub fn warm_up(&mut self) {
        const TEXT: &str = "We've been thinking about how our teams work, and it's clear that an \
            hour of focus is worth more then a day of meetings. Does your's agree?";
        self.check(TEXT, &ParsedLine::parse(TEXT));
    }

    /// Checks one line.
    pub fn check(&mut self, line: &str, parsed: &ParsedLine) -> LineGrammar {
        if parsed.sentences.is_empty() {
            return LineGrammar::default();
        }
        self.checked += 1;
        if self.checked.is_multiple_of(LINES_A_GROUP) {
            self.forget();
        }
        let mut out = LineGrammar::default();
        for (text, offsets) in CharOffsets::stretches(parsed) {
            let document = self.document(&text);
            let mut lints = self.group.organized_lints(&document);
            lints.retain(|_, found| !found.is_empty());
            remove_overlaps_map(&mut lints);
            out.findings
                .extend(self.findings(lints, line, parsed, &offsets));
            out.noun_phrases.extend(noun_phrases(&document, &offsets));
        }
        out.findings
            .sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        out
    }

    /// Moves the rules into a group that remembers nothing.
    fn forget(&mut self) {
        let old = std::mem::replace(&mut self.group, LintGroup::empty());
        self.group.merge_from(old);
    }

    fn document(&self, text: &str) -> Document {
        Document::new(text, &PlainEnglish, self.words.merged())
    }

    fn findings(
        &mut self,
        lints: BTreeMap<String, Vec<Lint>>,
        line: &str,
        parsed: &ParsedLine,
        offsets: &CharOffsets<'_>,
    ) -> Vec<Finding> {
        let masked: Vec<Span> = parsed
            .tokens
            .iter()
            .filter(|t| t.kind.is_masked() || holds_long_word(parsed.normal_of(t.span)))
            .map(|t| t.span)
            .collect();
        let is_masked = |span: Span| {
            let from = masked.partition_point(|m| m.end <= span.start);
            masked.get(from).is_some_and(|m| m.overlaps(span))
        };
        let mut out = Vec::new();
        for (rule, found) in lints {
            let id = self
                .ids
                .entry(rule)
                .or_insert_with_key(|rule| rule_id(rule).into())
                .clone();
            for lint in found {
                let span = offsets.line_span(lint.span.start, lint.span.end);
                // A masked token leaves a gap that looks like a missing word or a double space.
                if is_masked(span) || ends_no_sentence(&lint, &line[span.end..]) {
                    continue;
                }
                let old = span.of(line);
                out.push(Finding {
                    rule: Cow::Owned(id.to_string()),
                    severity: severity(lint.lint_kind),
                    span,
                    replacements: lint.suggestions.iter().map(|s| apply(s, old)).collect(),
                    message: plain_message(&lint.message),
                    reason: None,
                });
            }
        }
        out
    }

    /// Every rule of harper's with its description, by id.
    #[must_use]
    pub fn rules(&self) -> BTreeMap<String, String> {
        self.group
            .all_descriptions()
            .into_iter()
            .filter(|(name, _)| self.group.config.is_rule_enabled(name))
            .map(|(name, text)| (rule_id(name), plain_message(text)))
            .collect()
    }
}

/// Harper counts characters of a stretch of the normalised line; findings count bytes of the line.
struct CharOffsets<'a> {
    parsed: &'a ParsedLine,
    /// Bytes of the normalised line that the stretch has.
    stretch: Span,
    /// Byte of each character, and the end; empty where they run in step.
    bytes: Vec<usize>,
}

impl<'a> CharOffsets<'a> {
    fn new(parsed: &'a ParsedLine, stretch: Span) -> Self {
        let text = stretch.of(&parsed.normal);
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices()
                .map(|(i, _)| stretch.start + i)
                .chain([stretch.end])
                .collect()
        };
        Self {
            parsed,
            stretch,
            bytes,
        }
    }

    /// What harper is given of a line, piece by piece.
    fn stretches(parsed: &'a ParsedLine) -> impl Iterator<Item = (Cow<'a, str>, Self)> {
        let mut at = 0;
        sentence::stretches(&parsed.normal, STRETCH).map(move |text| {
            let stretch = Span::new(at, at + text.len());
            at = stretch.end;
            (without_long_words(text), Self::new(parsed, stretch))
        })
    }

    fn line_span(&self, start: usize, end: usize) -> Span {
        let byte = |i: usize| {
            if self.bytes.is_empty() {
                (self.stretch.start + i).min(self.stretch.end)
            } else {
                self.bytes[i.min(self.bytes.len() - 1)]
            }
        };
        self.parsed
            .normal_map
            .span(Span::new(byte(start), byte(end)))
    }
}

/// `text` with blanks, as many characters, in place of words that are too long for harper.
fn without_long_words(text: &str) -> Cow<'_, str> {
    if !holds_long_word(text) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(parts_words) {
        let word = piece.trim_end_matches(parts_words);
        if word.len() > WORD {
            out.extend(word.chars().map(|_| ' '));
            out.push_str(&piece[word.len()..]);
        } else {
            out.push_str(piece);
        }
    }
    out.into()
}

fn holds_long_word(text: &str) -> bool {
    text.len() > WORD && text.split(parts_words).any(|word| word.len() > WORD)
}

fn parts_words(c: char) -> bool {
    !c.is_alphanumeric()
}

fn noun_phrases(document: &Document, offsets: &CharOffsets<'_>) -> Vec<Span> {
    document
        .iter_nominal_phrases()
        .filter_map(|phrase| {
            let first = phrase.iter().position(|t| {
                t.kind.is_word() && !t.kind.is_determiner() && !t.kind.is_pronoun()
            })?;
            let span = phrase[first..].span()?;
            Some(offsets.line_span(span.start, span.end))
        })
        .collect()
}

/// Whether `lint` takes the space before a dash, or before a tag that the checker does not see, for
/// one before the mark that ends a sentence; `rest` stands behind it.
fn ends_no_sentence(lint: &Lint, rest: &str) -> bool {
    let is_space = lint.lint_kind == LintKind::Formatting
        && matches!(lint.suggestions[..], [Suggestion::Remove]);
    is_space && rest.starts_with(['-', '–', '—', '#', '@'])
}

/// `spelling/spell-check` for the speller, `grammar/kebab-case` for the rest.
fn rule_id(name: &str) -> String {
    if name == "SpellCheck" {
        return SPELLING.to_owned();
    }
    let mut id = String::from("grammar/");
    let mut before_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && before_lower {
            id.push('-');
        }
        before_lower = c.is_lowercase() || c.is_ascii_digit();
        id.extend(if c.is_alphanumeric() {
            c.to_lowercase().next()
        } else {
            Some('-')
        });
    }
    id
}

fn severity(kind: LintKind) -> Severity {
    match kind {
        LintKind::Enhancement
        | LintKind::Formatting
        | LintKind::Miscellaneous
        | LintKind::Nonstandard
        | LintKind::Readability
        | LintKind::Redundancy
        | LintKind::Regionalism
        | LintKind::Style
        | LintKind::WordChoice => Severity::Hint,
        _ => Severity::Warning,
    }
}

fn apply(suggestion: &Suggestion, old: &str) -> String {
    match suggestion {
        Suggestion::ReplaceWith(with) => with.iter().collect(),
        Suggestion::InsertAfter(more) => old.chars().chain(more.iter().copied()).collect(),
        Suggestion::Remove => String::new(),
    }
}

/// Harper writes Markdown code spans; a terminal shows quotes.
fn plain_message(markdown: &str) -> String {
    let mut open = false;
    markdown
        .chars()
        .map(|c| {
            if c != '`' {
                return c;
            }
            open = !open;
            if open { '“' } else { '”' }
        })
        .collect()
}

#[cfg(test)]
mod tests;
