//! What every result must keep.

use super::change::{Change, moved_by};
use super::measured::Measured;
use crate::post::line::utf16_units;
use crate::post::{Directive, LIMIT, Post, Span};
use crate::rewrite::facts::Facts;

/// The facts, the length, the directives and the passages to keep of one original.
pub(super) struct Lock<'a> {
    facts: Facts,
    most_units: usize,
    directives: Vec<Directive>,
    keep: &'a [Span],
}

impl<'a> Lock<'a> {
    pub fn new(text: &str, keep: &'a [Span]) -> Self {
        let post = Post::new(text);
        Self {
            facts: Facts::of(post.text()),
            most_units: utf16_units(post.text()).max(LIMIT),
            directives: post.directives().to_vec(),
            keep,
        }
    }

    /// Places of the original where a fact stands.
    pub fn facts(&self) -> usize {
        self.facts.len()
    }

    /// Why `text`, the original with `changes`, may not be; for the writer.
    pub fn breach<'c>(
        &self,
        text: &str,
        changes: impl IntoIterator<Item = &'c Change>,
    ) -> Option<String> {
        let touches = |c: &Change| {
            self.keep.iter().any(|k| {
                k.overlaps(c.span)
                    || c.span.is_empty() && k.start < c.span.start && c.span.start < k.end
            })
        };
        if changes.into_iter().any(touches) {
            return Some("You asked to keep this passage as it is.".to_owned());
        }
        let post = Post::new(text);
        if utf16_units(post.text()) > self.most_units {
            return Some(format!(
                "The post would grow past the {LIMIT} UTF-16 units that LinkedIn accepts."
            ));
        }
        if post.directives() != self.directives {
            return Some("A comment that steers the analysis would change.".to_owned());
        }
        let after = Facts::of(post.text());
        let breach = self.facts.lost_or_invented(&after).into_iter().next();
        breach.map(|b| b.why)
    }

    /// Why a text measured as `after` may not stand in place of the original.
    pub fn new_errors(before: &Measured, after: &Measured) -> Option<String> {
        (after.errors > before.errors).then(|| {
            format!(
                "Grammar and spelling would have {} findings instead of {}.",
                after.errors, before.errors
            )
        })
    }

    /// Why a text measured as `after`, the original with `changes`, may not be: a finding that a
    /// change answers is there still, so that the change would be made again and again.
    pub fn unanswered(before: &Measured, after: &Measured, changes: &[&Change]) -> Option<String> {
        let count = |of: &Measured, rule: &str, span: Span| {
            of.findings.iter().filter(|f| f.is_at(rule, span)).count()
        };
        for change in changes.iter().filter(|c| !c.answers.is_empty()) {
            let others: Vec<&Change> = changes.iter().copied().filter(|c| *c != *change).collect();
            let start = moved_by(&others, change.span.start);
            let place = Span::new(start, start + change.after.len());
            for answered in &change.answers {
                let rule = answered.rule.as_str();
                let wanted = change.answers.iter().filter(|a| a.rule == rule).count();
                let left = count(before, rule, change.span).saturating_sub(wanted);
                if count(after, rule, place) > left {
                    return Some(format!(
                        "{rule} would still find the same fault there afterwards."
                    ));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::change::Source;
    use super::*;
    use crate::rewrite::search::change::applied;

    fn breach(text: &str, keep: &[Span], span: Span, after: &str) -> Option<String> {
        let change = Change {
            source: Source::Fix {
                rule: "x/y".to_owned(),
            },
            span,
            before: span.of(text).to_owned(),
            after: after.to_owned(),
            why: String::new(),
            answers: Vec::new(),
            asked: false,
            distinguished: false,
        };
        Lock::new(text, keep).breach(&applied(text, [&change]), [&change])
    }

    #[test]
    fn facts_length_directives_and_kept_passages_are_locked() {
        let text = "We hired 4 people.\n<!-- postwright: off style -->\nIt is good.";
        let all = |span, after: &str| breach(text, &[], span, after);
        assert_eq!(all(Span::new(0, 2), "They"), None);
        assert!(all(Span::new(9, 10), "5").is_some_and(|w| w.contains('4')));
        assert!(all(Span::new(18, 49), "").is_some_and(|w| w.contains("comment")));
        assert!(all(Span::new(0, 2), &"we ".repeat(1_000)).is_some_and(|w| w.contains("3000")));
        let keep = [Span::new(0, 8)];
        for (start, end, kept) in [(0, 2, true), (4, 4, true), (8, 8, false), (8, 9, false)] {
            let found = breach(text, &keep, Span::new(start, end), " ");
            assert_eq!(
                found.is_some_and(|w| w.contains("keep")),
                kept,
                "{start}..{end}"
            );
        }
    }

    #[test]
    fn a_post_over_the_limit_may_not_grow() {
        let text = "word ".repeat(700);
        assert_eq!(breach(&text, &[], Span::new(0, 4), "word"), None);
        assert_eq!(breach(&text, &[], Span::new(0, 5), ""), None);
        assert!(breach(&text, &[], Span::new(0, 4), "words").is_some());
    }
}
