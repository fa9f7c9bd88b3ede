//! Words that the operators know, in any order.

use super::Operator;
use super::tests_by_goal::at_grade;
use crate::rewrite::facts::Facts;
use proptest::prelude::*;
use proptest::sample::select;

/// What sentences are cut at, with marks and signs that may stand anywhere.
const PIECES: [&str; 66] = [
    "We",
    "It",
    "They",
    "Ann Lee",
    "The new tool",
    "Our team",
    "These plans",
    "helps",
    "tracks",
    "build",
    "is",
    "are",
    "was",
    "has",
    "will",
    "planned",
    "led",
    "making",
    "using",
    "keeping",
    "saving",
    "and",
    ", and",
    ", but",
    ", so",
    ", then",
    ", which",
    ", who has",
    ", where we",
    ", as they",
    ", thanks to",
    ", including",
    ", led by",
    "while",
    "while keeping",
    "because",
    "that",
    "to",
    "to help",
    "If you want to",
    "If you're looking",
    "Hosted by",
    "In Oslo,",
    "Although",
    "the plan",
    "a new guide",
    "all the teams",
    "three things:",
    "trust,",
    "Thanks to",
    "Proud to",
    "for making",
    "care,",
    "time",
    "of the year",
    "for the north",
    "not",
    ", \u{1f680}\u{1f680} which is new,",
    "also,",
    ", maps new",
    "\u{1f30d}",
    "–",
    "“so”",
    "(now)",
    "5 %",
    "é",
];

proptest! {
    #[test]
    fn no_order_of_words_breaks_an_operator(
        sign in select(&["", "", "\u{1f30d} ", "– ", "“"][..]),
        front in select(&["", "", "In Oslo this year, ", "Hosted by Ann in Oslo, "][..]),
        subject in select(&["We", "It", "Thanks to Ann", "Proud to", "The new tool", "This plan", "Ann Lee"][..]),
        pieces in prop::collection::vec(select(&PIECES[..]), 3..28),
        end in select(&[".", "!", "?", "", " 🚀", ".\n\nIt is so."][..]),
    ) {
        let text = format!(
            "{sign}{front}{subject} {}{end}",
            pieces.join(" ").replace(" ,", ",")
        );
        for operator in Operator::ALL {
            let after = at_grade(operator, -9.0, &text);
            if operator != Operator::Trim {
                let gone = Facts::of(&text).lost_or_invented(&Facts::of(&after));
                prop_assert!(gone.is_empty(), "{operator:?}: {text} / {after}: {gone:?}");
            }
        }
    }
}
