//! The steps that a text allows: single changes, and all of one source together.

use std::collections::BTreeSet;

use serde::Serialize;

use super::change::{Change, Fix, Source};
use super::measured::Found;
use crate::post::Span;
use crate::rewrite::operators::Operator;
use crate::rewrite::options::Options;
use crate::rewrite::propose::{LONGEST, propose_until};
use crate::rewrite::protected::Protected;

/// What was not done, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Refused {
    /// Who proposed it, or would have.
    pub source: Source,
    /// The reason, for the writer.
    pub why: String,
}

/// A fix of a finding of the original, and where it would stand in the text that is read now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'f> {
    pub fix: &'f Fix,
    pub span: Span,
}

impl<'f> Placed<'f> {
    /// `fixes` of the text that is read.
    pub fn here(fixes: impl IntoIterator<Item = &'f Fix>) -> Vec<Self> {
        let place = |fix: &'f Fix| Self {
            fix,
            span: fix.span,
        };
        fixes.into_iter().map(place).collect()
    }
}

/// The changes that a text allows, and the steps made of them.
#[derive(Debug, Default)]
pub(super) struct Moves {
    /// Changes of the text, source by source.
    pub changes: Vec<Change>,
    /// Steps: numbers of changes that go together, in the order of their places. Of each source its
    /// changes together, where there are several, then one by one.
    pub steps: Vec<Vec<usize>>,
    /// What was not proposed.
    pub refused: Vec<Refused>,
}

impl Moves {
    /// Asks the operators about `text` until `is_over` holds, and adds `fixes`. No step has more than `most` changes that count.
    pub fn of(
        text: &str,
        options: &Options,
        fixes: &[Placed<'_>],
        distinguished: &BTreeSet<Operator>,
        most: usize,
        is_over: &dyn Fn() -> bool,
    ) -> Self {
        let proposals = propose_until(text, options, is_over);
        let refused = proposals.rejected.into_iter().map(|r| Refused {
            source: Source::Operator(r.operator),
            why: r.why,
        });
        let mut out = Self {
            refused: refused.collect(),
            ..Self::default()
        };
        out.changes
            .extend(proposals.edits.into_iter().map(|e| Change {
                source: Source::Operator(e.operator),
                span: e.span,
                before: e.before,
                after: e.after,
                why: e.why,
                answers: Vec::new(),
                asked: matches!(e.operator, Operator::Tone | Operator::Trim),
                distinguished: distinguished.contains(&e.operator),
            }));
        if text.len() <= LONGEST {
            out.add_fixes(text, fixes);
        }
        out.add_steps(most);
        out
    }

    fn add_fixes(&mut self, text: &str, fixes: &[Placed<'_>]) {
        if fixes.is_empty() {
            return;
        }
        let protected = Protected::of_input(text);
        for Placed { fix, span } in fixes {
            let span = *span;
            let source = Source::Fix {
                rule: fix.rule.clone(),
            };
            let Some(before) = text.get(span.start..span.end) else {
                let why = "The fix was made for another text; ask for the findings of this one.";
                self.refused.push(Refused {
                    source,
                    why: why.to_owned(),
                });
                continue;
            };
            if let Some(why) = protected.breach(text, None, span, &fix.after) {
                self.refused.push(Refused {
                    source,
                    why: why.to_owned(),
                });
                continue;
            }
            // An operator that does the same is asked already.
            let known = |c: &Change| c.span == span && c.after == fix.after;
            if before != fix.after && !self.changes.iter().any(known) {
                self.changes.push(Change {
                    source,
                    span,
                    before: before.to_owned(),
                    after: fix.after.clone(),
                    why: fix.why.clone(),
                    answers: vec![Found {
                        rule: fix.rule.clone(),
                        span: fix.span,
                    }],
                    asked: false,
                    distinguished: false,
                });
            }
        }
    }

    fn add_steps(&mut self, most: usize) {
        let mut of_source: Vec<(&Source, Vec<usize>)> = Vec::new();
        for (i, change) in self.changes.iter().enumerate() {
            match of_source.iter_mut().find(|(s, _)| *s == &change.source) {
                Some((_, ids)) => ids.push(i),
                None => of_source.push((&change.source, vec![i])),
            }
        }
        let mut steps = Vec::new();
        for (_, ids) in of_source {
            let mut together = Vec::new();
            for &id in &ids {
                together = self.joined(&together, &[id], most).unwrap_or(together);
            }
            if together.len() > 1 {
                steps.push(together);
            }
            let singles = ids.into_iter().map(|id| vec![id]);
            steps.extend(singles.filter(|s| self.counted(s) <= most));
        }
        self.steps = steps;
    }

    /// `set` with `more`; `None` where they conflict, nothing is new, or more than `most` that count come out.
    pub fn joined(&self, set: &[usize], more: &[usize], most: usize) -> Option<Vec<usize>> {
        let mut out = set.to_vec();
        for id in more.iter().filter(|id| !set.contains(id)) {
            let change = &self.changes[*id];
            if set.iter().any(|s| self.changes[*s].conflicts(change)) {
                return None;
            }
            out.push(*id);
        }
        out.sort_by_key(|id| self.changes[*id].span);
        (out.len() > set.len() && self.counted(&out) <= most).then_some(out)
    }

    /// Those of `ids` that count as changes; what a writer asked for in so many words does not.
    fn counted(&self, ids: &[usize]) -> usize {
        ids.iter().filter(|id| !self.changes[**id].asked).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "In order to win, we utilise it. It is very good in order to rest.";

    fn fix(span: Span, after: &str) -> Fix {
        Fix {
            rule: "style/wordiness".to_owned(),
            span,
            after: after.to_owned(),
            why: "Wordy.".to_owned(),
        }
    }

    fn moves(fixes: &[Fix], most: usize) -> Moves {
        let options = Options {
            operators: vec![Operator::Tighten],
            ..Options::default()
        };
        Moves::of(
            TEXT,
            &options,
            &Placed::here(fixes),
            &BTreeSet::new(),
            most,
            &|| false,
        )
    }

    #[test]
    fn a_source_goes_together_and_one_by_one() {
        let moves = moves(&[fix(Span::new(13, 16), "was")], 12);
        let n = moves.changes.len();
        assert!(n >= 4, "{:?}", moves.changes);
        let all: Vec<usize> = (0..n - 1).collect();
        assert_eq!(moves.steps[0], all);
        let singles: Vec<Vec<usize>> = (0..n).map(|i| vec![i]).collect();
        assert_eq!(moves.steps[1..], singles);
    }

    #[test]
    fn steps_keep_to_the_bound() {
        let moves = moves(&[], 2);
        assert_eq!(moves.steps[0], [0, 1]);
        assert_eq!(moves.joined(&[0, 1], &[2], 2), None);
        assert_eq!(moves.joined(&[1], &[0], 2), Some(vec![0, 1]));
        assert_eq!(moves.joined(&[1], &[1], 2), None);
        assert!(self::moves(&[], 0).steps.is_empty());
    }

    #[test]
    fn fixes_that_do_not_fit_or_are_known_are_left_out() {
        let known = moves(&[], 12).changes[0].clone();
        let fixes = [
            fix(known.span, &known.after),
            fix(Span::new(0, 2), "In"),
            fix(Span::new(60, 900), "x"),
        ];
        let with = moves(&fixes, 12);
        assert_eq!(with.changes, moves(&[], 12).changes);
        assert_eq!(with.refused.len(), 1);
        assert_eq!(with.refused[0].source.to_string(), "fix:style/wordiness");
    }
}
