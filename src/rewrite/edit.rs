//! One change to a post, and how several become one text.

use serde::Serialize;

use super::operators::Operator;
use crate::post::Span;

/// One change that an operator proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// Who proposes it.
    pub operator: Operator,
    /// Bytes of the text that it was proposed for.
    pub span: Span,
    /// What stands there.
    pub before: String,
    /// What would stand there.
    pub after: String,
    /// What it does for the reader, one sentence.
    pub why: String,
}

/// The text after `edits`, in the order of their spans. An edit is left out where it overlaps one
/// that starts before it, or where its `before` is not what `text` holds at its span: nothing
/// outside the spans of the edits ever changes.
#[must_use]
pub fn apply_edits(text: &str, edits: &[Edit]) -> String {
    let mut ordered: Vec<&Edit> = edits.iter().collect();
    ordered.sort_by_key(|e| e.span);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in ordered {
        let fits = edit.span.start >= at
            && text.get(edit.span.start..edit.span.end) == Some(edit.before.as_str());
        if fits {
            out.push_str(&text[at..edit.span.start]);
            out.push_str(&edit.after);
            at = edit.span.end;
        }
    }
    out.push_str(&text[at..]);
    out
}

/// Where the `after` of each edit stands in the text that they make; they are in order and apart.
pub(super) fn moved(edits: &[Edit]) -> Vec<Span> {
    let (mut removed, mut added) = (0, 0);
    let mut out = Vec::with_capacity(edits.len());
    for edit in edits {
        let start = edit.span.start + added - removed;
        out.push(Span::new(start, start + edit.after.len()));
        removed += edit.span.len();
        added += edit.after.len();
    }
    out
}

/// A run of edits of two rounds that touch each other; bytes of the text between the rounds.
struct Run {
    span: Span,
    last: Edit,
}

/// The edits that make of `text` in one step what `first` and then `second` make of it. `first`
/// holds spans of `text`, `second` spans of `between`, the text after `first`; neither overlaps
/// itself, and both are in order. Edits of the two rounds that touch become one.
pub(super) fn compose(text: &str, first: &[Edit], between: &str, second: Vec<Edit>) -> Vec<Edit> {
    let moved = moved(first);
    let mut all: Vec<(Span, Edit)> = moved.iter().copied().zip(first.iter().cloned()).collect();
    all.extend(second.iter().map(|e| (e.span, e.clone())));
    all.sort_by_key(|(s, _)| *s);
    let mut runs: Vec<Run> = Vec::new();
    for (span, edit) in all {
        match runs.last_mut().filter(|r| span.start <= r.span.end) {
            Some(run) => {
                run.span.end = run.span.end.max(span.end);
                run.last = edit;
            }
            None => runs.push(Run { span, last: edit }),
        }
    }
    // A run's ends lie in no edit of the first round, so each offset maps to one place.
    let back = |at: usize, with: bool| {
        let before = moved
            .iter()
            .zip(first)
            .filter(|(m, _)| m.start < at || with && m.start == at);
        before.fold(at, |at, (m, e)| at + e.span.len() - m.len())
    };
    let original = |run: &Run| Span::new(back(run.span.start, false), back(run.span.end, true));
    let edits = runs.into_iter().map(|run| {
        let span = original(&run);
        let inner: Vec<Edit> = second
            .iter()
            .filter(|e| run.span.contains(e.span))
            .map(|e| Edit {
                span: Span::new(e.span.start - run.span.start, e.span.end - run.span.start),
                ..e.clone()
            })
            .collect();
        Edit {
            span,
            before: span.of(text).to_owned(),
            after: apply_edits(run.span.of(between), &inner),
            ..run.last
        }
    });
    edits.filter(|e| e.before != e.after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(text: &str, start: usize, end: usize, after: &str) -> Edit {
        let span = Span::new(start, end);
        Edit {
            operator: Operator::Tighten,
            span,
            before: span.of(text).to_owned(),
            after: after.to_owned(),
            why: String::new(),
        }
    }

    /// Edits of `text` that part it at every `step` characters and replace every other piece.
    fn every_other(text: &str, step: usize, with: &str) -> Vec<Edit> {
        let mut bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).step_by(step).collect();
        bounds.push(text.len());
        bounds
            .chunks_exact(2)
            .map(|w| edit(text, w[0], w[1], with))
            .collect()
    }

    #[test]
    fn edits_that_do_not_fit_are_left_out() {
        let text = "one two three";
        let stale = Edit {
            before: "tow".to_owned(),
            ..edit(text, 4, 7, "2")
        };
        assert_eq!(apply_edits(text, &[stale]), text);
        let both = [edit(text, 4, 13, "x"), edit(text, 0, 7, "y")];
        assert_eq!(apply_edits(text, &both), "y three");
    }

    #[test]
    fn two_rounds_become_one() {
        let text = "a bb ccc";
        let first = [edit(text, 2, 4, "xyz")];
        let between = apply_edits(text, &first);
        let second = vec![edit(&between, 3, 5, ""), edit(&between, 6, 7, "C")];
        let want = apply_edits(&between, &second);
        let both = compose(text, &first, &between, second);
        assert_eq!((want.as_str(), both.len()), ("a x Ccc", 2));
        assert_eq!(apply_edits(text, &both), want);
        assert_eq!(both[0].span, Span::new(2, 4));
    }

    proptest! {
        #[test]
        fn what_no_edit_touches_stays(text in "[a-zé🚀 ]{0,40}", step in 1usize..5, with in "[xy]{0,3}") {
            let edits = every_other(&text, step, &with);
            let out = apply_edits(&text, &edits);
            let mut at = 0;
            let mut rest = out.as_str();
            for e in &edits {
                let kept = &text[at..e.span.start];
                prop_assert!(rest.starts_with(kept));
                rest = rest[kept.len()..].strip_prefix(with.as_str()).unwrap();
                at = e.span.end;
            }
            prop_assert_eq!(rest, &text[at..]);
        }

        #[test]
        fn composing_equals_applying_twice(
            text in "[a-zé🚀 ]{0,40}", a in 1usize..5, b in 1usize..5, x in "[xyü]{0,3}", y in "[pq]{0,3}",
        ) {
            let first = every_other(&text, a, &x);
            let between = apply_edits(&text, &first);
            let second = every_other(&between, b, &y);
            let want = apply_edits(&between, &second);
            let both = compose(&text, &first, &between, second);
            prop_assert_eq!(apply_edits(&text, &both), want);
            prop_assert!(both.windows(2).all(|w| w[0].span.end <= w[1].span.start));
        }
    }
}
