//! What a search does in the time that it has.

use std::cell::Cell;

use super::*;
use crate::rewrite::propose::{LONGEST, propose_until};

const WORDY: &str = "In order to grow, we utilize a very good tool. ";

#[test]
fn the_end_of_the_time_is_looked_for_between_edits_and_moves() {
    let text = WORDY.repeat(20);
    let asked = Cell::new(0);
    let count = || {
        asked.set(asked.get() + 1);
        false
    };
    let edits = propose_until(&text, &Options::default(), &count)
        .edits
        .len();
    assert!(
        edits > 10 && asked.get() > edits,
        "{edits}, {}",
        asked.get()
    );
    assert!(
        propose_until(&text, &Options::default(), &|| true)
            .edits
            .is_empty()
    );
    for after in [0, 30] {
        let asked = Cell::new(0);
        let is_over = || {
            asked.set(asked.get() + 1);
            asked.get() > after
        };
        let mut scorer = toy();
        let found = optimise(&request(&text, Goal::Overall), &mut scorer, &is_over);
        assert!(!found.is_complete);
        // Operators alone ask more often.
        assert_eq!((found.scored, scorer.calls.len()), (0, 0));
        assert!(found.nothing_to_improve.unwrap().contains("more time"));
    }
}

#[test]
fn long_texts_are_measured_a_few_at_once() {
    let text = WORDY.repeat(64);
    let mut scorer = Toy {
        stop_after: Some(4),
        ..toy()
    };
    let found = optimise(&request(&text, Goal::Overall), &mut scorer, &|| false);
    assert!(!found.is_complete);
    assert!(scorer.calls.iter().all(|n| *n <= 6), "{:?}", scorer.calls);
}

#[test]
fn a_text_far_over_the_limit_gets_the_trim_alone() {
    let text = "We met a lot of people in the town and talked. In order to win we sold 7 of them. "
        .repeat(200);
    let request = Request {
        fixes: Toy::default().fixes(&text),
        ..Request::new(&text, Goal::Overall, trimmed_to(&text, 3_000))
    };
    let found = optimise(&request, &mut toy(), &|| false);
    assert!(found.is_complete && found.scored <= 2, "{}", found.scored);
    let told = found
        .refused
        .iter()
        .any(|r| r.why.contains("more than 4 times"));
    assert!(told, "{:?}", found.refused);
    let of_trim = |s: &Step| s.change.source == Source::Operator(Operator::Trim);
    assert!(found.variants.iter().all(|v| v.edits.iter().all(of_trim)));
}

#[test]
fn a_text_that_is_no_post_is_not_even_measured() {
    let text = "a".repeat(LONGEST + 1);
    let found = search(&Request::new(&text, Goal::Overall, Options::default()));
    assert_eq!(found.scored, 0);
    assert!(
        found
            .nothing_to_improve
            .unwrap()
            .contains("Cut it into posts")
    );
}
