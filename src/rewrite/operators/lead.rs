//! The first concrete sentence, where the fold hides it, moved to the top.

use super::clause::has_verb;
use super::{Operator, hook};
use crate::analysis::rules;
use crate::post::{ParsedLine, Span, fold};
use crate::rewrite::draft::{Draft, LineKind, Sentence};
use crate::rewrite::edit::Edit;
use crate::rewrite::facts::{Facts, Kind};
use crate::rewrite::options::Options;

/// First words that lean on the sentence before.
const LEANING: [&str; 32] = [
    "it",
    "its",
    "this",
    "that",
    "these",
    "those",
    "he",
    "she",
    "they",
    "his",
    "her",
    "their",
    "but",
    "and",
    "so",
    "then",
    "also",
    "because",
    "however",
    "therefore",
    "which",
    "or",
    "yet",
    "still",
    "instead",
    "there",
    "it's",
    "that's",
    "they're",
    "he's",
    "she's",
    "after",
];

/// One edit from the top of the post to the end of the sentence that moves.
pub(super) fn apply(draft: &Draft, options: &Options) -> Vec<Edit> {
    let parsed: Vec<&ParsedLine> = draft.parsed.iter().collect();
    let findings = rules::post_findings(draft.post, &parsed, &options.rules, options.fold);
    let found = findings.iter().find(|f| f.rule == "structure/buried-lead");
    found
        .and_then(|f| move_up(draft, f.span, options))
        .into_iter()
        .collect()
}

/// The first sentence from `lead` on that holds a figure and reads well above everything.
fn move_up(draft: &Draft, lead: Span, options: &Options) -> Option<Edit> {
    let facts = Facts::of(draft.text());
    let figure = |s: &Sentence| {
        let here = |k: Kind| {
            facts
                .all()
                .iter()
                .any(|f| f.kind == k && s.span.contains(f.span))
        };
        here(Kind::Number) && !here(Kind::Date)
    };
    let all = draft.sentences();
    let first = all.iter().position(|s| s.span == lead)?;
    let fits = |i: &usize| {
        let text = all[*i].span.of(draft.text());
        (*i == first || figure(&all[*i]))
            && may_open(draft, &all[*i])
            && text.ends_with(['.', '!'])
            && has_verb(text)
            && fold::cut_at(text, options.fold.mobile) == text.len()
            && hook::stands_free(draft, *i)
            && !hook::leans_back(text)
    };
    let found = (first..all.len()).find(fits)?;
    Some(lift(draft, &all[found], Operator::MoveLead))
}

/// Whether `sentence` stands by itself as far as its first word tells.
pub(super) fn may_open(draft: &Draft, sentence: &Sentence) -> bool {
    let text = sentence.span.of(draft.text());
    let first = text.split_whitespace().next().unwrap_or_default();
    let first = first.to_lowercase().replace('’', "'");
    draft.kinds[sentence.line] == LineKind::Prose && !LEANING.contains(&first.trim_end_matches(','))
}

/// The bytes that go where `sentence` leaves its place: a sentence with a line to itself takes its
/// line break along, and one blank line of two.
pub(super) fn taken(draft: &Draft, sentence: &Sentence) -> Span {
    let (text, lead) = (draft.text(), sentence.span);
    let line = draft.line_span(sentence.line);
    let alone = line.of(text).trim() == lead.of(text);
    if alone {
        let breaks = text[..line.start].len() - text[..line.start].trim_end_matches('\n').len();
        Span::new(line.start - breaks, line.end)
    } else if lead.start > line.start {
        let space = text[..lead.start].len() - text[..lead.start].trim_end_matches(' ').len();
        Span::new(lead.start - space, lead.end)
    } else {
        let space = text[lead.end..].len() - text[lead.end..].trim_start_matches(' ').len();
        Span::new(lead.start, lead.end + space)
    }
}

/// `sentence` as the first paragraph of the post: one edit from the top to where it stood.
pub(super) fn lift(draft: &Draft, sentence: &Sentence, operator: Operator) -> Edit {
    let text = draft.text();
    let gone = taken(draft, sentence);
    let top = text.len() - text.trim_start().len();
    let after = format!("{}\n\n{}", sentence.span.of(text), &text[top..gone.start]);
    operator.edit(draft, Span::new(top, gone.end), after)
}
