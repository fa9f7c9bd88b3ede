//! Which fixes of findings a search makes by itself.
//!
//! A writer may take any fix, one by one, and looks at each. Nobody looks while a search is at work,
//! so that it makes those alone that are nearly always right: all that our own rules suggest, and of
//! the checkers' rules those of a list.

use std::collections::BTreeMap;

use super::change::{Fix, Source};
use super::moves::Refused;

/// The checkers' rules whose fixes are made, `rule | reason` a line.
const LIST: &str = include_str!("data/fixes.txt");

/// Rules of the list.
fn listed() -> impl Iterator<Item = &'static str> {
    let lines = LIST.lines().filter(|l| !l.starts_with('#'));
    lines.filter_map(|l| Some(l.split_once('|')?.0.trim()))
}

/// Whether a search makes the fixes of `rule` by itself.
fn is_allowed(rule: &str) -> bool {
    let is_checkers = rule.starts_with("grammar/") || rule.starts_with("spelling/");
    !is_checkers || listed().any(|r| r == rule)
}

/// Those of `fixes` that a search makes by itself, and for each rule of the others why it does not.
pub(super) fn parted(fixes: &[Fix]) -> (Vec<&Fix>, Vec<Refused>) {
    let (made, left): (Vec<&Fix>, Vec<&Fix>) = fixes.iter().partition(|f| is_allowed(&f.rule));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for fix in left {
        *counts.entry(&fix.rule).or_default() += 1;
    }
    let refused = counts.into_iter().map(|(rule, n)| {
        let s = if n == 1 { "" } else { "s" };
        let why = if rule.starts_with("spelling/") {
            "Spelling is left to you: the nearest word of a dictionary is often not the word meant"
        } else {
            "This fix is left to you: it is not nearly always right"
        };
        Refused {
            source: Source::Fix {
                rule: rule.to_owned(),
            },
            why: format!("{why} ({n} place{s}; the workstation offers them one by one)."),
        }
    });
    (made, refused.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::Span;

    fn fix(rule: &str) -> Fix {
        Fix {
            rule: rule.to_owned(),
            span: Span::new(0, 1),
            after: "x".to_owned(),
            why: String::new(),
        }
    }

    #[test]
    fn what_is_often_wrong_is_left_to_the_writer() {
        for rule in [
            "spelling/spell-check",
            "grammar/its-possessive",
            "grammar/one-of-the-singular",
            "grammar/to-two-too",
            "grammar/missing-to",
            "grammar/split-words",
            "grammar/mass-nouns",
            "grammar/the-how-why",
            "grammar/orthographic-consistency",
            "grammar/sentence-capitalization",
            "grammar/oxford-comma",
            "grammar/an-a",
            "grammar/not-known-to-us",
        ] {
            let fixes = [fix(rule), fix(rule)];
            let (made, left) = parted(&fixes);
            assert_eq!((made, left.len()), (Vec::new(), 1), "{rule}");
            assert!(left[0].why.contains("2 places"), "{}", left[0].why);
        }
        let (_, left) = parted(&[fix("spelling/spell-check")]);
        assert!(left[0].why.starts_with("Spelling is left to you"));
    }

    #[test]
    fn what_is_nearly_always_right_is_made() {
        for rule in ["grammar/an-another", "grammar/spaces", "style/wordiness"] {
            assert_eq!(parted(&[fix(rule)]), (vec![&fix(rule)], Vec::new()));
        }
    }

    #[test]
    fn each_rule_of_the_list_is_one_of_the_checkers_with_a_reason() {
        use crate::analysis::grammar::{Checker, Dialect, Words};
        let known = Checker::new(Words::new([""; 0]), Dialect::Us).rules();
        let lines = LIST
            .lines()
            .filter(|l| !l.starts_with('#') && !l.is_empty());
        for line in lines {
            let (rule, why) = line.split_once(" | ").expect(line);
            assert!(known.contains_key(rule) && !why.is_empty(), "{line}");
            assert_eq!(listed().filter(|r| *r == rule).count(), 1, "{line}");
        }
    }
}
