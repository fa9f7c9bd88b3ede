//! Long sentences cut in two where an independent clause starts.
//!
//! A sentence is long from the limit of the rules on; while the post reads above the grade that
//! the writer asks for, from [`LONG_UNDER_GRADE`] words on, and then also at the boundaries of
//! [`super::boundary`].

use super::clause::{closed, count, is_order};
use super::{Operator, boundary};
use crate::analysis::rules::edit::capitalise;
use crate::post::Span;
use crate::rewrite::draft::{Draft, LineKind, Sentence};
use crate::rewrite::edit::Edit;
use crate::rewrite::options::Options;

/// Words at least on either side of a cut.
const SHORTEST: usize = 4;

/// Words above which a sentence may be cut while the post reads above its grade.
const LONG_UNDER_GRADE: usize = 9;

/// Words that start a clause with a subject of its own.
const SUBJECTS: [&str; 19] = [
    "i", "we", "you", "he", "she", "it", "they", "this", "these", "those", "there", "i'm", "we're",
    "it's", "they're", "i've", "we've", "that's", "there's",
];

/// Words in front of a clause that make it lean on another.
const LEANING: [&str; 22] = [
    "if", "when", "whenever", "while", "because", "although", "though", "since", "unless", "until",
    "as", "after", "before", "once", "whether", "whoever", "that", "which", "who", "where", "what",
    "how",
];

/// Those of them behind which "and" may go on with the same condition or reason.
const GOVERNING: [&str; 14] = [
    "if", "when", "whenever", "while", "because", "although", "though", "since", "unless", "until",
    "before", "once", "whether", "what",
];

/// A place where a sentence may be cut, and what stands there then.
pub(super) struct Cut {
    pub span: Span,
    pub with: String,
}

/// One cut a round in each sentence longer than the limit, nearest to its middle; then, while the
/// post reads above its grade, one in each shorter one, the longest first.
pub(super) fn apply(draft: &Draft, options: &Options) -> Vec<Edit> {
    let nearest = |s: &Sentence, cuts: Vec<Cut>| {
        let middle = usize::midpoint(s.span.start, s.span.end);
        let cut = cuts
            .into_iter()
            .min_by_key(|c| c.span.start.abs_diff(middle))?;
        Some(Operator::SplitSentences.edit(draft, cut.span, cut.with))
    };
    let mut cut_already = Vec::new();
    let mut edits = Vec::new();
    for s in draft
        .prose()
        .filter(|s| s.words > options.rules.max_sentence_words)
    {
        if let Some(edit) = nearest(s, cuts(draft, s)) {
            cut_already.push(s.span);
            edits.push(edit);
        }
    }
    let written = |s: &&Sentence| matches!(draft.kinds[s.line], LineKind::Prose | LineKind::Item);
    let mut others: Vec<&Sentence> = draft
        .sentences()
        .iter()
        .filter(written)
        .filter(|s| s.words > LONG_UNDER_GRADE && !cut_already.contains(&s.span))
        .collect();
    others.sort_by_key(|s| (std::cmp::Reverse(s.words), s.span));
    let Some(goal) = options.grade else {
        return edits;
    };
    let mut reading = draft.reading();
    reading.sentences += edits.len() as u64;
    for s in others {
        if reading.grade() <= goal {
            break;
        }
        let mut places = cuts(draft, s);
        places.extend(boundary::cuts(draft, s));
        if let Some(edit) = nearest(s, places) {
            reading.sentences += 1;
            edits.push(edit);
        }
    }
    edits
}

/// The places where `sentence` may be cut into two that stand by themselves.
pub(super) fn cuts(draft: &Draft, sentence: &Sentence) -> Vec<Cut> {
    let text = sentence.span.of(draft.text());
    let first = text
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let leans = LEANING.contains(&first.as_str());
    if text.ends_with('?')
        || leans
        || draft.is_masked(sentence.line, sentence.span) && text.contains("://")
    {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (at, mark) in text.match_indices([',', ';']) {
        let (before, rest) = (&text[..at], &text[at + 1..]);
        let Some(clause) = rest.strip_prefix(' ') else {
            continue;
        };
        let Some((drop, opening)) = opening(clause, mark == ";") else {
            continue;
        };
        let tail = &clause[drop..];
        let long_enough = count(before) >= SHORTEST && count(tail) >= SHORTEST;
        // "Ask once, and you will know": the order is a condition.
        let condition = opening == Opening::And && is_order(before);
        if !long_enough || !closed(before) || condition || leaning_clause(before, opening) {
            continue;
        }
        let first = tail.split(' ').next().unwrap_or_default();
        let start = sentence.span.start + at;
        out.push(Cut {
            span: Span::new(start, start + 2 + drop + first.len()),
            with: format!(". {}", capitalise(first)),
        });
    }
    out
}

/// What starts a clause.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    And,
    Turn,
    Bare,
}

/// Bytes to drop from `clause` ("and " goes, "but" stays), where a subject follows.
fn opening(clause: &str, semicolon: bool) -> Option<(usize, Opening)> {
    let mut words = clause.split(' ');
    let first = words.next()?.to_lowercase();
    let second = words.next().map(|w| w.replace('’', "'").to_lowercase());
    let subject = second.as_deref().is_some_and(|w| SUBJECTS.contains(&w));
    match first.as_str() {
        "and" if subject => Some(("and ".len(), Opening::And)),
        "but" | "so" | "yet" if subject => Some((0, Opening::Turn)),
        _ if semicolon && SUBJECTS.contains(&first.replace('’', "'").as_str()) => {
            Some((0, Opening::Bare))
        }
        _ => None,
    }
}

/// Whether "and" could go on with a clause that leans: "because we won, and we knew it".
fn leaning_clause(before: &str, opening: Opening) -> bool {
    let last = before.rsplit([',', ';']).next().unwrap_or(before);
    // "Because, currently, we are late": what is put in has no verb of its own.
    let aside = before.contains("because,") || before.contains("that,");
    opening == Opening::And && (aside || governs(last))
}

/// Whether a word of `part` governs a clause: "before we left", not "before the year".
fn governs(part: &str) -> bool {
    let words: Vec<String> = part.split_whitespace().map(str::to_lowercase).collect();
    words.iter().enumerate().any(|(i, w)| {
        let subject = words
            .get(i + 1)
            .is_some_and(|n| SUBJECTS.contains(&n.as_str()) || n == "the" || n == "a");
        let time = matches!(w.as_str(), "before" | "until" | "since");
        GOVERNING.contains(&w.as_str()) && (subject || !time)
    })
}
