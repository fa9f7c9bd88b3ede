//! Some of the changes that were found, put together as a writer chooses.

use super::change::{Change, applied};
use super::lock::Lock;
use crate::post::Span;

/// Those of `changes` that can stand side by side, in order and once each: of two that conflict
/// the one that is named first.
#[must_use]
pub fn together<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Vec<Change> {
    let mut out: Vec<Change> = Vec::new();
    for change in changes {
        let is_known = |c: &Change| c.span == change.span && c.after == change.after;
        if !out.iter().any(|c| is_known(c) || c.conflicts(change)) {
            out.push(change.clone());
        }
    }
    out.sort_by_key(|c| (c.span.start, c.span.end));
    out
}

/// `text` with `changes`, which are in order and apart.
///
/// # Errors
/// Where they are not of this text, or together lose what each of them keeps: a fact, a passage to
/// keep, a directive or the length that LinkedIn accepts. The reason is for the writer.
pub fn with_changes<'c>(
    text: &str,
    keep: &[Span],
    changes: impl IntoIterator<Item = &'c Change>,
) -> Result<String, String> {
    let changes: Vec<&Change> = changes.into_iter().collect();
    let mut at = 0;
    for change in &changes {
        let stands = text.get(change.span.start..change.span.end) == Some(&change.before);
        if !stands || change.span.start < at {
            return Err("The changes are of another text.".to_owned());
        }
        at = change.span.end;
    }
    let changed = applied(text, changes.iter().copied());
    match Lock::new(text, keep).breach(&changed, changes) {
        None => Ok(changed),
        Some(why) => Err(why),
    }
}

/// Where byte `at` of a text stands once each of these spans, which are in order, has given way to
/// so many bytes; what was inside of one is at its end.
#[must_use]
pub fn carried(changes: impl IntoIterator<Item = (Span, usize)>, at: usize) -> usize {
    let (mut gone, mut come) = (0, 0);
    for (span, len) in changes {
        if span.end <= at {
            gone += span.len();
            come += len;
        } else if span.start < at {
            return span.start - gone + come + len;
        }
    }
    at - gone + come
}

#[cfg(test)]
mod tests {
    use super::super::change::Source;
    use super::*;

    fn change(text: &str, rule: &str, before: &str, after: &str) -> Change {
        let start = text.find(before).unwrap();
        Change {
            source: Source::Fix {
                rule: rule.to_owned(),
            },
            span: Span::new(start, start + before.len()),
            before: before.to_owned(),
            after: after.to_owned(),
            why: String::new(),
            answers: Vec::new(),
            asked: false,
            distinguished: false,
        }
    }

    #[test]
    fn what_conflicts_and_what_is_there_twice_is_left_out() {
        let text = "ant bee cow dog";
        let (a, b) = (
            change(text, "a", "dog", "d"),
            change(text, "b", "bee cow", "b c"),
        );
        let (c, d) = (change(text, "c", "cow", "c"), change(text, "d", "dog", "d"));
        let all = together([&a, &b, &c, &d]);
        assert_eq!(all, [b, a]);
        assert_eq!(with_changes(text, &[], &all).unwrap(), "ant b c d");
    }

    #[test]
    fn facts_stay_and_another_text_is_refused() {
        let text = "We sold 40 boats in order to win.";
        let fact = change(text, "a", "40 ", "");
        assert!(with_changes(text, &[], [&fact]).is_err_and(|why| why.contains("40")));
        let wordy = change(text, "b", "in order to", "to");
        assert!(with_changes(text, &[], [&wordy]).is_ok());
        assert!(with_changes(&text[1..], &[], [&wordy]).is_err());
        assert!(with_changes(text, &[], [&wordy, &fact]).is_err());
    }

    #[test]
    fn a_place_is_carried_along() {
        let text = "one two three four";
        let all = [
            change(text, "a", "two", "2"),
            change(text, "b", "three", "threefold"),
        ];
        let at = |at| carried(all.iter().map(Change::swap), at);
        assert_eq!((at(0), at(4), at(5), at(7)), (0, 4, 5, 5));
        assert_eq!((at(8), at(9), at(13), at(18)), (6, 15, 15, 20));
    }
}
