//! Walls of text broken between sentences.

use super::Operator;
use crate::analysis::rules;
use crate::post::{ParsedLine, Span};
use crate::rewrite::draft::{Draft, LineKind};
use crate::rewrite::edit::Edit;
use crate::rewrite::options::Options;

/// Sentences of a new paragraph at most.
const MOST_SENTENCES: usize = 3;

pub(super) fn apply(draft: &Draft, options: &Options) -> Vec<Edit> {
    let parsed: Vec<&ParsedLine> = draft.parsed.iter().collect();
    let findings = rules::post_findings(draft.post, &parsed, &options.rules, options.fold);
    let walls: Vec<Span> = findings
        .iter()
        .filter(|f| f.rule == "structure/wall-of-text")
        .map(|f| f.span)
        .collect();
    let mut out = Vec::new();
    for wall in walls {
        let lines = (0..draft.parsed.len()).filter(|&i| wall.contains(draft.line_span(i)));
        let lines: Vec<usize> = lines.collect();
        for &i in &lines {
            if draft.kinds[i] == LineKind::Prose {
                break_line(draft, i, options.rules.wall_characters, &mut out);
            }
        }
        for pair in lines.windows(2) {
            if pair.iter().all(|&i| draft.kinds[i] == LineKind::Prose) {
                let (end, next) = (draft.line_span(pair[0]).end, draft.line_span(pair[1]).start);
                out.push(Operator::Paragraphs.edit(draft, Span::new(end, next), "\n\n"));
            }
        }
    }
    out
}

/// Breaks line `i` after at most [`MOST_SENTENCES`] sentences and half a wall.
fn break_line(draft: &Draft, i: usize, wall: usize, out: &mut Vec<Edit>) {
    let text = draft.text();
    let sentences: Vec<Span> = draft
        .sentences()
        .iter()
        .filter(|s| s.line == i)
        .map(|s| s.span)
        .collect();
    let Some(first) = sentences.first() else {
        return;
    };
    let (mut start, mut count) = (first.start, 1);
    for pair in sentences.windows(2) {
        let gap = Span::new(pair[0].end, pair[1].start);
        let grown = text[start..pair[1].end].chars().count();
        let full = count >= MOST_SENTENCES || grown > wall / 2;
        if full && !gap.is_empty() && gap.of(text).chars().all(char::is_whitespace) {
            out.push(Operator::Paragraphs.edit(draft, gap, "\n\n"));
            (start, count) = (pair[1].start, 1);
        } else {
            count += 1;
        }
    }
}
