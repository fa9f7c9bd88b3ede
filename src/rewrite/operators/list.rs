//! An enumeration behind a colon as bullets: no number is written that was not there.

use super::Operator;
use crate::post::Span;
use crate::rewrite::draft::{Draft, Sentence};
use crate::rewrite::edit::Edit;

/// Items from which a list pays.
const FEWEST: usize = 3;
/// Words of an item at most.
const LONGEST: usize = 9;

pub(super) fn apply(draft: &Draft) -> Vec<Edit> {
    draft.prose().filter_map(|s| bullets(draft, s)).collect()
}

/// "… three things: a, b, and c." from its colon on, where the items are plain phrases.
fn bullets(draft: &Draft, sentence: &Sentence) -> Option<Edit> {
    let text = sentence.span.of(draft.text());
    let (intro, items) = text.split_once(": ")?;
    let items = items.strip_suffix('.')?;
    let plain =
        |s: &str| !s.contains(['"', '“', '”', '(', ')', ';', ':', '?', '!', '—', '–', '\n']);
    if intro.split_whitespace().count() < 2 || !plain(intro) || !plain(items) || intro.contains(',')
    {
        return None;
    }
    let mut parts: Vec<&str> = items.split(", ").collect();
    let last = parts.pop()?;
    match last.strip_prefix("and ") {
        Some(last) => parts.push(last),
        None => {
            let (a, b) = last.split_once(" and ")?;
            parts.extend([a, b]);
        }
    }
    let fits = |p: &&str| {
        let words = p.split_whitespace();
        let joined = words
            .clone()
            .any(|w| matches!(w, "and" | "or" | "but" | "nor" | "then"));
        let count = words.count();
        count > 0 && count <= LONGEST && !joined && p.trim().len() == p.len()
    };
    // A comma behind the colon that is no list ("one thing: honestly, we won, and lost") has a
    // clause for its last item.
    let clause = parts.iter().any(|p| {
        let first = p.split(' ').next().unwrap_or_default().to_lowercase();
        matches!(
            first.as_str(),
            "i" | "we" | "he" | "she" | "they" | "it" | "you" | "which" | "who" | "that" | "not"
        )
    });
    if parts.len() < FEWEST || !parts.iter().all(fits) || clause {
        return None;
    }
    let start = sentence.span.start + intro.len() + 1;
    let line = draft.line_span(sentence.line);
    let behind = &draft.text()[sentence.span.end..line.end];
    let space = behind.len() - behind.trim_start().len();
    let more = space < behind.len();
    let mut after = String::new();
    for part in parts {
        after.push_str("\n- ");
        after.push_str(part);
    }
    let end = sentence.span.end + if more { space } else { 0 };
    if more {
        after.push_str("\n\n");
    }
    Some(Operator::List.edit(draft, Span::new(start, end), after))
}
