//! The first concrete sentence, where the fold hides it, moved to the top.

use super::Operator;
use crate::analysis::rules;
use crate::post::{ParsedLine, Span};
use crate::rewrite::draft::{Draft, LineKind};
use crate::rewrite::edit::Edit;
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
        .and_then(|f| move_up(draft, f.span))
        .into_iter()
        .collect()
}

fn move_up(draft: &Draft, lead: Span) -> Option<Edit> {
    let text = draft.text();
    let sentence = draft.sentences().iter().find(|s| s.span == lead)?;
    let first = lead
        .of(text)
        .split_whitespace()
        .next()?
        .to_lowercase()
        .replace('’', "'");
    let leans = LEANING.contains(&first.trim_end_matches(','));
    if draft.kinds[sentence.line] != LineKind::Prose
        || leans
        || !lead.of(text).ends_with(['.', '!'])
    {
        return None;
    }
    let line = draft.line_span(sentence.line);
    let alone = line.of(text).trim() == lead.of(text);
    // A sentence with a line to itself takes its line break along, and one blank line of two.
    let gone = if alone {
        let breaks = text[..line.start].len() - text[..line.start].trim_end_matches('\n').len();
        Span::new(line.start - breaks, line.end)
    } else if lead.start > line.start {
        let space = text[..lead.start].len() - text[..lead.start].trim_end_matches(' ').len();
        Span::new(lead.start - space, lead.end)
    } else {
        let space = text[lead.end..].len() - text[lead.end..].trim_start_matches(' ').len();
        Span::new(lead.start, lead.end + space)
    };
    let top = text.len() - text.trim_start().len();
    let span = Span::new(top, gone.end);
    let after = format!("{}\n\n{}", lead.of(text), &text[top..gone.start]);
    Some(Operator::MoveLead.edit(draft, span, after))
}
