//! Links moved to the end of the post, before its hashtags.

use super::Operator;
use crate::post::Span;
use crate::post::token::TokenKind;
use crate::rewrite::draft::{Draft, LineKind};
use crate::rewrite::edit::Edit;

/// Words at most on a line that goes to the end with its link.
const SHORT_LINE: usize = 6;

/// Whether line `i` is a link with hardly a word beside it.
fn is_link_line(draft: &Draft, i: usize) -> bool {
    draft.kinds[i] == LineKind::Prose
        && draft.tokens(i, TokenKind::Url).next().is_some()
        && draft.parsed[i].words <= SHORT_LINE
}

/// Where the last line ends that is no link and no row of tags; none where every line is.
pub(super) fn body_end(draft: &Draft) -> Option<usize> {
    let speaks = |i: &usize| draft.kinds[*i] != LineKind::Wordless && !is_link_line(draft, *i);
    let last = (0..draft.kinds.len()).rev().find(speaks)?;
    let line = draft.line_span(last);
    Some(line.start + line.of(draft.text()).trim_end().len())
}

/// One edit, from the first line that moves to where the lines go.
pub(super) fn apply(draft: &Draft) -> Vec<Edit> {
    let text = draft.text();
    let Some(last) = draft.kinds.iter().rposition(|k| *k == LineKind::Prose) else {
        return Vec::new();
    };
    let short = |i: usize| is_link_line(draft, i);
    // Lines of links that end the post already stand where they should.
    let mut end = last + 1;
    while end > 0 && (short(end - 1) || draft.line_span(end - 1).of(text).trim().is_empty()) {
        end -= 1;
    }
    let moving: Vec<usize> = (0..end).filter(|&i| short(i)).collect();
    let (Some(&first), true) = (moving.first(), end > 0) else {
        return Vec::new();
    };
    let start = draft.line_span(first).start;
    let stop = draft.line_span(last).end;
    let mut kept: Vec<&str> = Vec::new();
    for i in (first..=last).filter(|i| !moving.contains(i)) {
        let line = draft.line_span(i).of(text);
        // The blank lines around a line that moved become one.
        if line.trim().is_empty()
            && kept.last().is_none_or(|l| l.trim().is_empty())
            && moving.contains(&(i.wrapping_sub(1)))
        {
            continue;
        }
        kept.push(line);
    }
    let moved: Vec<&str> = moving
        .iter()
        .map(|&i| draft.line_span(i).of(text).trim())
        .collect();
    let joint = if end <= last { "\n" } else { "\n\n" };
    let after = format!("{}{joint}{}", kept.join("\n"), moved.join("\n"));
    vec![Operator::LinksLast.edit(draft, Span::new(start, stop), after)]
}
