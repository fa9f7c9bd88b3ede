//! A first line that ends before the fold.

use super::Operator;
use super::split;
use crate::post::{Span, fold};
use crate::rewrite::draft::{Draft, LineKind};
use crate::rewrite::edit::Edit;
use crate::rewrite::facts::Facts;
use crate::rewrite::options::Options;

/// Words at least before a break within a sentence.
const SHORTEST: usize = 3;

/// Words before which a sentence may be broken where no mark helps, best first.
const JOINTS: [&[&str]; 3] = [
    &[
        "because", "but", "so", "when", "while", "although", "whether", "if", "until",
    ],
    &[
        "and", "that", "which", "who", "where", "after", "before", "than", "or", "as",
    ],
    &[
        "to", "with", "for", "from", "in", "on", "at", "by", "about", "into", "through", "of",
    ],
];

/// Breaks the first line where the phone's fold would cut it: after a sentence, else into two
/// sentences, else behind a mark, else before a joining word.
pub(super) fn apply(draft: &Draft, options: &Options) -> Vec<Edit> {
    let text = draft.text();
    let Some(i) = (0..draft.parsed.len()).find(|&i| !draft.line_span(i).of(text).trim().is_empty())
    else {
        return Vec::new();
    };
    let line = draft.line_span(i);
    // Line breaks above the line count as well.
    let limit = fold::cut_at(text, options.fold.mobile);
    if line.end <= limit || !matches!(draft.kinds[i], LineKind::Prose | LineKind::Item) {
        return Vec::new();
    }
    let sentences: Vec<_> = draft.sentences().iter().filter(|s| s.line == i).collect();
    let after_sentence = sentences.windows(2).rev().find_map(|pair| {
        let gap = Span::new(pair[0].span.end, pair[1].span.start);
        let blank = !gap.is_empty() && gap.of(text).chars().all(char::is_whitespace);
        (blank && gap.start <= limit).then(|| (gap, "\n\n".to_owned()))
    });
    let into_two = || {
        let cuts = split::cuts(draft, sentences.first()?);
        let cut = cuts.into_iter().rev().find(|c| c.span.start < limit)?;
        Some((cut.span, cut.with.replacen(". ", ".\n\n", 1)))
    };
    let found = after_sentence
        .or_else(into_two)
        .or_else(|| within(text, line, limit));
    found
        .map(|(span, with)| Operator::FirstLine.edit(draft, span, with))
        .into_iter()
        .collect()
}

/// A break within the sentence: the last one that fits behind the strongest mark, and that keeps
/// what is locked on one line.
fn within(text: &str, line: Span, limit: usize) -> Option<(Span, String)> {
    let visible = &text[line.start..limit];
    let facts = Facts::of(line.of(text));
    let marks: [&[&str]; 3] = [&[": ", "; ", "… ", "... "], &[" — ", " – ", " - "], &[", "]];
    let by_mark = marks.iter().flat_map(|m| breaks(visible, m, true));
    let by_word = JOINTS.iter().flat_map(|words| {
        let spaced: Vec<String> = words.iter().map(|w| format!(" {w} ")).collect();
        let spaced: Vec<&str> = spaced.iter().map(String::as_str).collect();
        breaks(visible, &spaced, false)
    });
    let by_space = breaks(visible, &[" "], false);
    let gap = by_mark.chain(by_word).chain(by_space).find(|gap| {
        let enough = visible[..gap.start].split_whitespace().count() >= SHORTEST;
        let mut broken = line.of(text).to_owned();
        broken.replace_range(gap.start..gap.end, "\n\n");
        enough && facts.lost_or_invented(&Facts::of(&broken)).is_empty()
    })?;
    Some((gap.shifted(line.start), "\n\n".to_owned()))
}

/// The spaces at which `text` may be broken, last first: those that end a mark, or start a word.
fn breaks(text: &str, at: &[&str], behind: bool) -> Vec<Span> {
    let mut out: Vec<Span> = at
        .iter()
        .flat_map(|m| text.match_indices(m))
        .map(|(i, m)| {
            let space = if behind { i + m.len() - 1 } else { i };
            Span::new(space, space + 1)
        })
        .collect();
    out.sort_by_key(|s| std::cmp::Reverse(s.start));
    out
}
