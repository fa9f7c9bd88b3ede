//! A first line that ends before the fold.

use super::clause::{self, has_verb, tokens};
use super::{Operator, boundary, pause, phrase_end, split};
use crate::analysis::rules::edit::capitalise;
use crate::post::{Span, fold};
use crate::rewrite::draft::{Draft, LineKind, Sentence};
use crate::rewrite::edit::Edit;
use crate::rewrite::facts::Facts;
use crate::rewrite::options::Options;

/// Marks that open a quotation.
const QUOTES: [char; 6] = ['"', '“', '„', '«', '‘', '\''];

/// Breaks the first line where the phone's fold would cut it: after a sentence, else into two
/// sentences, else where a reader pauses, else where a phrase ends. Where there is no such place it
/// stays.
pub(super) fn apply(draft: &Draft, options: &Options) -> Vec<Edit> {
    broken_line(draft, options, true).into_iter().collect()
}

/// Whether a reader would pause where the first line can end.
pub(super) fn has_pause(draft: &Draft, options: &Options) -> bool {
    broken_line(draft, options, false).is_some()
}

/// The break of the first line, at the end of a `phrase` too where no better place is.
fn broken_line(draft: &Draft, options: &Options, phrase: bool) -> Option<Edit> {
    let text = draft.text();
    let i = (0..draft.parsed.len()).find(|&i| !draft.line_span(i).of(text).trim().is_empty())?;
    let line = draft.line_span(i);
    // Line breaks above the line count as well.
    let limit = fold::cut_at(text, options.fold.mobile);
    if line.end <= limit || !matches!(draft.kinds[i], LineKind::Prose | LineKind::Item) {
        return None;
    }
    let sentences: Vec<_> = draft.sentences().iter().filter(|s| s.line == i).collect();
    let after_sentence = sentences.windows(2).rev().filter_map(|pair| {
        let gap = Span::new(pair[0].span.end, pair[1].span.start);
        let blank = !gap.is_empty() && gap.of(text).chars().all(char::is_whitespace);
        (blank && gap.start <= limit).then(|| (gap, "\n\n".to_owned()))
    });
    let first = sentences.first().filter(|_| options.english);
    let into_two = first.into_iter().flat_map(|s| two(draft, s, limit));
    let pauses = sentences.first().into_iter().flat_map(|s| {
        let places = pause::places(s.span.of(text), options.english).into_iter();
        places.map(|at| broken(text, s.span, s.span.start + at))
    });
    // A quotation keeps its words and marks.
    let in_quotation = sentences.first().into_iter().flat_map(|s| {
        let skipped = opening_mark(s.span.of(text));
        let inner = &s.span.of(text)[skipped.unwrap_or_default()..];
        let places = skipped.map(|_| pause::places(inner, options.english));
        places.into_iter().flatten().map(move |at| {
            let at = s.span.end - inner.len() + at;
            (Span::new(at, at + 1), "\n\n".to_owned())
        })
    });
    let news = first.and_then(|s| announced(text, s.span));
    let phrases = first.filter(|_| phrase).into_iter().flat_map(|s| {
        let ends = phrase_end::phrase_ends(s.span.of(text)).into_iter();
        ends.map(|at| s.span.start + at)
            .map(|at| (Span::new(at, at + 1), "\n\n".to_owned()))
    });
    let facts = Facts::of(line.of(text));
    let found = after_sentence
        .chain(into_two)
        .chain(pauses)
        .chain(in_quotation)
        .chain(news)
        .chain(phrases)
        .find(|(span, with)| {
            let mut after = line.of(text).to_owned();
            let inner = Span::new(span.start - line.start, span.end - line.start);
            after.replace_range(inner.start..inner.end, with);
            span.start + usize::from(with.starts_with(['.', ':'])) <= limit
                && facts.lost_or_invented(&Facts::of(&after)).is_empty()
        });
    found.map(|(span, with)| Operator::FirstLine.edit(draft, span, with))
}

/// Bytes up to the end of the quotation mark with which `sentence` opens.
fn opening_mark(sentence: &str) -> Option<usize> {
    let start = sentence.find(|c: char| c.is_alphanumeric() || QUOTES.contains(&c))?;
    let mark = sentence[start..].chars().next()?;
    QUOTES.contains(&mark).then(|| start + mark.len_utf8())
}

/// Words of an announcement at most, "that" aside: "We are very happy to share".
const LONGEST_NEWS: usize = 8;

/// "Proud to share that we won" as "Proud to share:" and a sentence.
fn announced(text: &str, sentence: Span) -> Option<(Span, String)> {
    const VERBS: [&str; 5] = ["announce", "announcing", "share", "sharing", "reveal"];
    let inner = sentence.of(text);
    let (before, news) = inner.split_once(" that ")?;
    let words = tokens(before);
    // "The share that we hold" announces nothing.
    let told = words.windows(2).rev().take(2).any(|w| {
        let does = matches!(
            w[0].lower.as_str(),
            "to" | "we" | "i" | "and" | "now" | "just"
        ) || w[1].lower.ends_with("ing");
        does && VERBS.contains(&w[1].lower.as_str())
    });
    let first = news.split(' ').next()?;
    if words.len() > LONGEST_NEWS
        || !told
        || before.contains([',', ':', '"', '“'])
        || news.contains(" and that ")
    {
        return None;
    }
    let start = sentence.start + before.len();
    let end = start + " that ".len() + first.len();
    Some((Span::new(start, end), format!(":\n\n{}", capitalise(first))))
}

/// The break at byte `at`, a pause of `sentence`: a clause of its own behind "and" starts a new one.
fn broken(text: &str, sentence: Span, at: usize) -> (Span, String) {
    let (before, rest) = (&text[sentence.start..at], &text[at + 1..sentence.end]);
    let bare = before.strip_suffix(',').unwrap_or(before);
    let apart = has_verb(bare)
        && bare.ends_with(char::is_alphanumeric)
        && !clause::leans(bare)
        && !clause::is_order(bare)
        && !rest.ends_with('?');
    let clause = rest.strip_prefix("and ").filter(|_| apart);
    match clause.and_then(|c| c.split(' ').next()) {
        Some(first) => {
            let start = sentence.start + bare.len();
            let end = at + 1 + "and ".len() + first.len();
            (Span::new(start, end), format!(".\n\n{}", capitalise(first)))
        }
        None => (Span::new(at, at + 1), "\n\n".to_owned()),
    }
}

/// The cuts of `sentence` into two of which the first ends before byte `limit`, the last one first.
fn two(draft: &Draft, sentence: &Sentence, limit: usize) -> Vec<(Span, String)> {
    let text = draft.text();
    let mut cuts = split::cuts(draft, sentence);
    cuts.extend(boundary::cuts(draft, sentence));
    // The full stop needs room as well, and a word to stand behind. "Ann, Bo, and I went" is one
    // clause.
    cuts.retain(|c| {
        let before = &text[sentence.span.start..c.span.start];
        let clause = has_verb(before) || !before.contains(',');
        c.span.start < limit && before.ends_with(char::is_alphanumeric) && clause
    });
    cuts.sort_by_key(|c| std::cmp::Reverse(c.span.start));
    cuts.into_iter()
        .map(|c| (c.span, c.with.replacen(". ", ".\n\n", 1)))
        .collect()
}
