//! A post cut to a length by leaving out whole sentences that hold no fact.

use rustc_hash::FxHashSet;

use super::Operator;
use super::clause::tokens;
use crate::analysis::structure::lists;
use crate::post::Span;
use crate::post::line::utf16_units;
use crate::rewrite::draft::{Draft, LineKind};
use crate::rewrite::edit::Edit;
use crate::rewrite::facts::Facts;
use crate::rewrite::options::{Options, Trim};

/// First words by which a sentence leans on the one before it, which then stays.
const LEANING: [&str; 20] = [
    "it", "this", "that", "these", "those", "they", "he", "she", "its", "their", "his", "her",
    "so", "but", "and", "which", "because", "then", "however", "it's",
];

/// Share of the words of two sentences that both hold, from which one of them is redundant.
const SAME: f64 = 0.6;
/// Content words at least of a sentence that may be redundant.
const FEWEST_WORDS: usize = 3;

/// Leaves out sentences, redundant ones first and then the least important first, until the post fits. Nothing where it fits
/// already or cannot be made to.
pub(super) fn apply(draft: &Draft, options: &Options) -> Vec<Edit> {
    let Some(trim) = &options.trim else {
        return Vec::new();
    };
    plan(draft, trim).unwrap_or_default()
}

/// Why the post cannot be trimmed to the length that was asked for.
pub(in crate::rewrite) fn shortfall(draft: &Draft, trim: &Trim) -> Option<String> {
    plan(draft, trim).err()
}

fn plan(draft: &Draft, trim: &Trim) -> Result<Vec<Edit>, String> {
    let text = draft.text();
    let length = utf16_units(text);
    if length <= trim.limit {
        return Ok(Vec::new());
    }
    let sentences = draft.sentences();
    if trim.importance.len() != sentences.len() {
        return Err(format!(
            "trim was given {} importance scores for {} sentences; give one for each",
            trim.importance.len(),
            sentences.len()
        ));
    }
    let facts = Facts::of(text);
    let leans = |i: usize| {
        sentences.get(i).is_some_and(|s| {
            let inner = s.span.of(text);
            let word = inner.split_whitespace().next().unwrap_or_default();
            // "1. May" at the start of its line would be an item, and its number gone.
            let item = lists::marker(inner).is_some();
            s.line == sentences[i - 1].line
                && (item || LEANING.contains(&word.to_lowercase().replace('’', "'").as_str()))
        })
    };
    let free = |i: &usize| {
        let s = sentences[*i];
        draft.kinds[s.line] != LineKind::Code && !facts.any_in(s.span) && !leans(i + 1)
    };
    let mut order: Vec<usize> = (0..sentences.len()).filter(free).collect();
    let said = said_elsewhere(draft, &trim.importance);
    order.sort_by(|&a, &b| {
        let first = said[b].cmp(&said[a]);
        first.then(trim.importance[a].total_cmp(&trim.importance[b]))
    });
    let mut gone = vec![false; sentences.len()];
    let mut left = length;
    for i in order {
        if left <= trim.limit {
            break;
        }
        gone[i] = true;
        left = length
            - cuts(draft, &gone)
                .iter()
                .map(|c| utf16_units(c.of(text)))
                .sum::<usize>();
    }
    if left > trim.limit {
        return Err(format!(
            "without every sentence that holds no fact the post still has {left} UTF-16 units, {} more than {}; shorten \
             or drop a sentence with a fact yourself",
            left - trim.limit,
            trim.limit
        ));
    }
    Ok(cuts(draft, &gone)
        .into_iter()
        .map(|c| Operator::Trim.edit(draft, c, ""))
        .collect())
}

/// Which sentences say hardly more than another one that matters as much: by the share of their
/// content words that both hold (Jaccard's index).
fn said_elsewhere(draft: &Draft, importance: &[f64]) -> Vec<bool> {
    let words: Vec<FxHashSet<String>> = draft
        .sentences()
        .iter()
        .map(|s| {
            tokens(s.span.of(draft.text()))
                .into_iter()
                .map(|t| t.lower)
                .filter(|w| w.chars().count() > 3)
                .collect()
        })
        .collect();
    let alike = |a: usize, b: usize| {
        let shared = words[a].intersection(&words[b]).count();
        let all = words[a].len() + words[b].len() - shared;
        #[expect(clippy::cast_precision_loss, reason = "word counts are far below 2^52")]
        let share = shared as f64 / all.max(1) as f64;
        share >= SAME
    };
    // Of two equals the later one is redundant.
    let outranks = |b: usize, a: usize| {
        let order = importance[b].total_cmp(&importance[a]);
        order.is_gt() || order.is_eq() && b < a
    };
    let redundant = |a: usize| {
        words[a].len() >= FEWEST_WORDS
            && (0..words.len()).any(|b| b != a && outranks(b, a) && alike(a, b))
    };
    (0..words.len()).map(redundant).collect()
}

/// The bytes to leave out: each sentence with the space before it; a line of nothing else whole,
/// with the line breaks behind it.
fn cuts(draft: &Draft, gone: &[bool]) -> Vec<Span> {
    let text = draft.text();
    let sentences = draft.sentences();
    let mut out: Vec<Span> = Vec::new();
    for i in 0..draft.parsed.len() {
        let here: Vec<usize> = (0..sentences.len())
            .filter(|&k| sentences[k].line == i)
            .collect();
        let lost: Vec<usize> = here.iter().copied().filter(|&k| gone[k]).collect();
        if lost.is_empty() {
            continue;
        }
        let line = draft.line_span(i);
        if lost.len() == here.len() && !draft.is_masked(i, line) {
            let rest = &text[line.end..];
            let breaks = rest.len() - rest.trim_start_matches('\n').len();
            let before = text[..line.start].trim_end_matches('\n').len();
            // At the end of the text it is the breaks before the line that go.
            let span = if line.end + breaks == text.len() {
                Span::new(before, text.len())
            } else {
                Span::new(line.start, line.end + breaks)
            };
            out.push(span);
            continue;
        }
        for k in lost {
            let span = sentences[k].span;
            let before =
                text[line.start..span.start].len() - text[line.start..span.start].trim_end().len();
            let behind =
                text[span.end..line.end].len() - text[span.end..line.end].trim_start().len();
            out.push(if before > 0 {
                Span::new(span.start - before, span.end)
            } else {
                Span::new(span.start, span.end + behind)
            });
        }
    }
    merged(out)
}

/// Cuts that meet are one.
fn merged(cuts: Vec<Span>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for cut in cuts {
        match out.last_mut().filter(|last| cut.start <= last.end) {
            Some(last) => last.end = last.end.max(cut.end),
            None => out.push(cut),
        }
    }
    out
}
