//! Changes of a text with their source, and how they are put together.

use std::fmt;

use serde::{Serialize, Serializer};

use super::measured::Found;
use crate::post::Span;
use crate::rewrite::edit::{Edit, compose};
use crate::rewrite::operators::Operator;

/// Who proposes a change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// An operator.
    Operator(Operator),
    /// The fix of a finding.
    Fix {
        /// Id of the rule that found it.
        rule: String,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator(operator) => f.write_str(operator.name()),
            Self::Fix { rule } => write!(f, "fix:{rule}"),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A replacement that a finding suggests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Id of the rule.
    pub rule: String,
    /// Bytes of the input.
    pub span: Span,
    /// What would stand there.
    pub after: String,
    /// What is wrong, for the writer.
    pub why: String,
}

/// One change of the original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Who proposes it; of a change made of several, the one that made most of it.
    pub source: Source,
    /// Bytes of the original.
    pub span: Span,
    /// What stands there.
    pub before: String,
    /// What would stand there.
    pub after: String,
    /// What it does for the reader.
    pub why: String,
    /// The findings of the original that it answers; none where operators alone made it.
    #[serde(skip)]
    pub(super) answers: Vec<Found>,
    /// Whether a tone or a length was asked for, and it serves that alone: it is not counted.
    #[serde(skip)]
    pub(super) asked: bool,
    /// Whether each of its makers is one whose effect on readers the head can tell.
    #[serde(skip)]
    pub(super) distinguished: bool,
}

/// What may be said of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Claim {
    /// The forecast rises, and the head was shown to tell this operator from no change at all.
    Engagement,
    /// It reads better; nothing is known of how many will like it.
    Clearer,
}

impl Change {
    /// The bytes that give way, and how many come.
    #[must_use]
    pub fn swap(&self) -> (Span, usize) {
        (self.span, self.after.len())
    }

    /// Whether the two cannot both be applied. Changes of one operator were made to stand side by
    /// side; others that touch could run words together.
    pub(super) fn conflicts(&self, other: &Self) -> bool {
        let (a, b) = (self.span, other.span);
        let siblings = self.source == other.source && matches!(self.source, Source::Operator(_));
        if siblings {
            return a.overlaps(b) || a == b;
        }
        a.start <= b.end && b.start <= a.end
    }

    /// The change as [`compose`] reads it. Its source is told by [`composed`] afterwards: the fix of
    /// a finding is no operator's edit.
    fn as_edit(&self) -> Edit {
        let operator = match self.source {
            Source::Operator(operator) => operator,
            Source::Fix { .. } => Operator::ALL[0],
        };
        Edit {
            operator,
            span: self.span,
            before: self.before.clone(),
            after: self.after.clone(),
            why: self.why.clone(),
        }
    }
}

/// `text` with `changes`, which are in order and apart.
pub(super) fn applied<'c>(text: &str, changes: impl IntoIterator<Item = &'c Change>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for change in changes {
        out.push_str(&text[at..change.span.start]);
        out.push_str(&change.after);
        at = change.span.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Where the byte `at` of the text, outside of `changes`, stands after them.
pub(super) fn moved_by(changes: &[&Change], at: usize) -> usize {
    let before = changes.iter().filter(|c| c.span.end <= at);
    let (gone, come) = before.fold((0, 0), |(gone, come), c| {
        (gone + c.span.len(), come + c.after.len())
    });
    at + come - gone
}

/// The changes of `text` that do what `first` and then `second`, changes of the text `between`, do.
pub(super) fn composed(
    text: &str,
    first: &[&Change],
    between: &str,
    second: &[&Change],
) -> Vec<Change> {
    let edits = |of: &[&Change]| of.iter().map(|c| c.as_edit()).collect::<Vec<_>>();
    let all = compose(text, &edits(first), between, edits(second));
    let one = |edit: Edit| {
        let same = |c: &&&Change| c.span == edit.span && c.after == edit.after;
        if let Some(same) = first.iter().find(same) {
            return (*same).clone();
        }
        let (parts, others): (Vec<&Change>, Vec<&Change>) =
            first.iter().partition(|c| edit.span.contains(c.span));
        let start = moved_by(&others, edit.span.start);
        let grown: usize = parts.iter().map(|c| c.after.len()).sum();
        let shrunk: usize = parts.iter().map(|c| c.span.len()).sum();
        let here = Span::new(start, start + edit.span.len() + grown - shrunk);
        let news = second.iter().copied().filter(|c| here.contains(c.span));
        let makers: Vec<&Change> = parts.into_iter().chain(news).collect();
        let most = makers
            .iter()
            .max_by_key(|c| c.span.len().max(c.after.len()));
        let mut whys: Vec<&str> = Vec::new();
        for maker in &makers {
            if !whys.contains(&maker.why.as_str()) {
                whys.push(&maker.why);
            }
        }
        Change {
            source: most.map_or(Source::Operator(edit.operator), |c| c.source.clone()),
            span: edit.span,
            before: edit.before,
            after: edit.after,
            why: whys.join(" "),
            answers: makers.iter().flat_map(|c| c.answers.clone()).collect(),
            asked: makers.iter().all(|c| c.asked),
            distinguished: makers.iter().all(|c| c.distinguished),
        }
    };
    all.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite::edit::apply_edits;
    use proptest::prelude::*;

    fn change(text: &str, rule: &str, start: usize, end: usize, after: &str) -> Change {
        let span = Span::new(start, end);
        Change {
            source: Source::Fix {
                rule: rule.to_owned(),
            },
            span,
            before: span.of(text).to_owned(),
            after: after.to_owned(),
            why: format!("{rule}."),
            answers: Vec::new(),
            asked: false,
            distinguished: false,
        }
    }

    #[test]
    fn sources_have_names() {
        let fix = Source::Fix {
            rule: "style/wordiness".to_owned(),
        };
        let told = serde_json::to_string(&[Source::Operator(Operator::Tighten), fix]).unwrap();
        assert_eq!(told, r#"["tighten","fix:style/wordiness"]"#);
    }

    #[test]
    fn what_touches_conflicts_unless_one_operator_made_both() {
        let text = "one two three";
        let (a, b) = (change(text, "a", 0, 4, "1"), change(text, "a", 4, 7, "2"));
        assert!(a.conflicts(&b) && !a.conflicts(&change(text, "a", 5, 7, "2")));
        let of = |c: &Change| Change {
            source: Source::Operator(Operator::Tighten),
            ..c.clone()
        };
        assert!(!of(&a).conflicts(&of(&b)) && of(&a).conflicts(&b));
        assert!(of(&a).conflicts(&of(&change(text, "a", 3, 7, ""))));
        let insert = of(&change(text, "a", 4, 4, "x"));
        assert!(insert.conflicts(&insert));
    }

    #[test]
    fn a_change_of_two_rounds_names_the_one_that_made_most() {
        let text = "a bb ccc dddd";
        let first = [
            change(text, "long", 2, 8, "xyz uvw"),
            change(text, "end", 9, 13, "D"),
        ];
        let refs: Vec<&Change> = first.iter().collect();
        let between = applied(text, refs.iter().copied());
        assert_eq!(between, "a xyz uvw D");
        let second = change(&between, "short", 6, 7, "U");
        let both = composed(text, &refs, &between, &[&second]);
        assert_eq!(applied(text, &both), "a xyz Uvw D");
        assert_eq!(
            (both[0].source.to_string().as_str(), both[0].why.as_str()),
            ("fix:long", "long. short.")
        );
        assert!(!both[0].distinguished);
        assert_eq!(both[1], first[1]);
    }

    proptest! {
        #[test]
        fn changes_apply_as_edits_do_and_compose(
            text in "[a-zé🚀 ]{2,40}", a in 1usize..5, b in 1usize..5, x in "[xyü]{0,3}", y in "[pq]{0,3}",
        ) {
            let pieces = |text: &str, step: usize| -> Vec<Span> {
                let mut bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).step_by(step).collect();
                bounds.push(text.len());
                bounds.chunks_exact(2).map(|w| Span::new(w[0], w[1])).collect()
            };
            let first: Vec<Change> =
                pieces(&text, a).into_iter().map(|s| change(&text, "r", s.start, s.end, &x)).collect();
            let refs: Vec<&Change> = first.iter().collect();
            let between = applied(&text, &first);
            let edits: Vec<Edit> = first.iter().map(Change::as_edit).collect();
            prop_assert_eq!(&between, &apply_edits(&text, &edits));
            let second: Vec<Change> =
                pieces(&between, b).into_iter().map(|s| change(&between, "q", s.start, s.end, &y)).collect();
            let both = composed(&text, &refs, &between, &second.iter().collect::<Vec<_>>());
            prop_assert_eq!(applied(&text, &both), applied(&between, &second));
            prop_assert!(both.iter().all(|c| c.span.of(&text) == c.before && !c.why.is_empty()));
            // What follows a place outside of the changes is the rest of the text with the rest of them.
            for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                if first.iter().any(|c| c.span.start < at && at < c.span.end) {
                    continue;
                }
                let rest: Vec<Change> = first
                    .iter()
                    .filter(|c| c.span.start >= at && c.span.end > at)
                    .map(|c| Change { span: Span::new(c.span.start - at, c.span.end - at), ..c.clone() })
                    .collect();
                prop_assert_eq!(&between[moved_by(&refs, at)..], applied(&text[at..], &rest));
            }
        }
    }
}
