//! Hashtags at the end, and as many as asked for, made of the post's own words.

use rustc_hash::FxHashSet;

use super::Operator;
use super::topics::Words;
use crate::analysis::rules::edit::capitalise;
use crate::post::Span;
use crate::post::token::TokenKind;
use crate::rewrite::draft::{Draft, LineKind};
use crate::rewrite::edit::Edit;
use crate::rewrite::options::Options;

/// One edit, from the first change to the end of the text.
pub(super) fn apply(draft: &Draft, options: &Options) -> Vec<Edit> {
    let text = draft.text();
    let tail = tail_start(draft);
    let Some(tail) = tail else { return Vec::new() };
    let (mut changes, mut moved) = (Vec::new(), Vec::new());
    for i in (0..draft.parsed.len())
        .filter(|&i| draft.kinds[i] == LineKind::Prose && draft.line_span(i).end <= tail)
    {
        line_changes(draft, i, &mut changes, &mut moved);
    }
    let mut all = moved.clone();
    let kept = (0..draft.parsed.len())
        .flat_map(|i| draft.tokens(i, TokenKind::Hashtag))
        .map(|s| s.of(text).to_owned());
    let kept: Vec<String> = kept.filter(|t| !moved.contains(t)).collect();
    let mut known: FxHashSet<String> = kept
        .iter()
        .chain(&moved)
        .map(|t| t.to_lowercase())
        .collect();
    let at_end: FxHashSet<String> = (0..draft.parsed.len())
        .filter(|&i| draft.line_span(i).start >= tail)
        .flat_map(|i| draft.tokens(i, TokenKind::Hashtag))
        .map(|s| s.of(text).to_lowercase())
        .collect();
    all.retain(|t| !at_end.contains(&t.to_lowercase()));
    for tag in candidates(draft, options) {
        if known.len() >= options.hashtags {
            break;
        }
        if known.insert(tag.to_lowercase()) {
            all.push(tag);
        }
    }
    if changes.is_empty() && all.is_empty() {
        return Vec::new();
    }
    let from = changes
        .first()
        .map_or(text.trim_end().len().max(tail), |(s, _): &(Span, &str)| {
            s.start
        });
    let mut after = String::new();
    let mut at = from;
    for (span, with) in changes {
        after.push_str(&text[at..span.start]);
        after.push_str(with);
        at = span.end;
    }
    let end = text.trim_end().len().max(at);
    after.push_str(&text[at..end]);
    if !all.is_empty() {
        let ends_in_tag = at_end.is_empty();
        after.push_str(if ends_in_tag { "\n\n" } else { " " });
        after.push_str(&all.join(" "));
    }
    vec![Operator::Hashtags.edit(draft, Span::new(from, end), after)]
}

/// Where the last line that speaks ends; `None` where no line does.
fn tail_start(draft: &Draft) -> Option<usize> {
    let last = draft.kinds.iter().rposition(|k| *k != LineKind::Wordless)?;
    Some(draft.line_span(last).end)
}

/// Takes the tags behind the last word of a line off it, and the sign off those that are a word of
/// a sentence.
fn line_changes(
    draft: &Draft,
    i: usize,
    changes: &mut Vec<(Span, &'static str)>,
    moved: &mut Vec<String>,
) {
    let text = draft.text();
    let line = draft.line_span(i);
    let tags: Vec<Span> = draft.tokens(i, TokenKind::Hashtag).collect();
    let body = line.start + line.of(text).trim_end().len();
    let mut run = body;
    let mut trailing = 0;
    for tag in tags.iter().rev().filter(|t| t.end <= body) {
        if !text[tag.end..run].trim().is_empty() {
            break;
        }
        trailing += 1;
        run = tag.start;
    }
    for tag in &tags[..tags.len() - trailing] {
        let name = &tag.of(text)[1..];
        let before = text[line.start..tag.start].chars().next_back();
        let joined = text[tag.end..line.end]
            .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '#'));
        let one_word = tag.of(text).starts_with('#')
            && name.chars().all(char::is_alphabetic)
            && !name.chars().skip(1).any(char::is_uppercase);
        if one_word && !joined && before.is_none_or(char::is_whitespace) {
            changes.push((Span::new(tag.start, tag.start + 1), ""));
            moved.push(tag.of(text).to_owned());
        }
    }
    if trailing > 0 && !text[line.start..run].trim().is_empty() {
        let from = line.start + text[line.start..run].trim_end().len();
        changes.push((Span::new(from, body), ""));
        moved.extend(
            tags[tags.len() - trailing..]
                .iter()
                .map(|t| t.of(text).to_owned()),
        );
    }
}

/// Tags that the post's own words make: the caller's keyphrases, else what the post names most often;
/// of either only what readers could follow.
fn candidates(draft: &Draft, options: &Options) -> Vec<String> {
    let words = Words::of(draft);
    let own;
    let phrases = if options.keywords.is_empty() {
        own = words.by_frequency();
        &own
    } else {
        &options.keywords
    };
    phrases
        .iter()
        .filter(|p| words.makes_tag(p))
        .filter_map(|p| tag_of(&words.written(p)))
        .collect()
}

/// `#SocialSelling` of "social selling"; `None` where nothing but marks or digits is left.
fn tag_of(phrase: &str) -> Option<String> {
    let words = phrase
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    let count = words.clone().count();
    let name: String = if count == 1 {
        words.collect()
    } else {
        words.map(capitalise).collect()
    };
    name.contains(char::is_alphabetic)
        .then(|| format!("#{name}"))
}
