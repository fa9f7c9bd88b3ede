//! What holds of every result, on any text and wherever the search is stopped.

use super::*;
use crate::post::line::utf16_units;
use crate::post::{LIMIT, Span};
use crate::rewrite::facts::Facts;
use proptest::prelude::*;
use std::cell::Cell;

/// What must hold of every variant.
fn check(kind: &str, request: &Request<'_>, found: &Optimised) {
    let text = request.text;
    let post = Post::new(text);
    let facts = Facts::of(post.text());
    let mut scorer = toy();
    assert_eq!(
        found.variants.is_empty(),
        found.nothing_to_improve.is_some()
    );
    for variant in &found.variants {
        let after = Post::new(&variant.text);
        let breaches = facts.lost_or_invented(&Facts::of(after.text()));
        assert!(
            breaches.is_empty(),
            "{kind}: {breaches:?}\n{}",
            variant.text
        );
        let units = utf16_units(after.text());
        assert!(units <= LIMIT.max(utf16_units(post.text())), "{kind}");
        assert_eq!(after.directives(), post.directives(), "{kind}");
        let (before, measured) = (scorer.measure(text), scorer.measure(&variant.text));
        assert_eq!(measured, variant.measured, "{kind}");
        assert!(measured.errors <= before.errors, "{kind}");
        assert!(variant.gain > request.limits.min_gain, "{kind}");
        assert!(variant.edits.len() <= request.limits.max_edits, "{kind}");
        let mut end = 0;
        for step in &variant.edits {
            let change = &step.change;
            assert!(change.span.start >= end, "{kind}: {change:?}");
            assert_eq!(
                text.get(change.span.start..change.span.end),
                Some(change.before.as_str())
            );
            end = change.span.end;
            for keep in &request.options.keep {
                assert!(!keep.overlaps(change.span), "{kind}: {change:?}");
            }
        }
        let changes = variant.edits.iter().map(|s| &s.change);
        assert_eq!(change::applied(text, changes), variant.text, "{kind}");
        let points: f64 = variant.terms.iter().map(|t| t.points).sum();
        let of_original = request.objective.explain(&before);
        let before: f64 = of_original.iter().map(|t| t.points).sum();
        assert!((points - before - variant.gain).abs() < 1e-5, "{kind}");
        let shown: String = variant
            .diff
            .iter()
            .map(|p| p.after.of(&variant.text))
            .collect();
        assert_eq!(shown, variant.text, "{kind}");
        assert_eq!(variant.facts, facts.len());
    }
}

#[test]
fn every_variant_keeps_what_must_stay() {
    let posts = posts();
    assert!(posts.len() >= 25);
    for (kind, text) in &posts {
        for goal in Goal::ALL {
            let request = request(text, goal);
            let found = search(&request);
            assert!(found.is_complete);
            check(kind, &request, &found);
        }
    }
}

#[test]
fn kept_passages_stay() {
    for (kind, text) in posts() {
        let Some(at) = text.find("n order to") else {
            continue;
        };
        let mut request = request(&text, Goal::Overall);
        let keep = Span::new(at, at + 10);
        request.options.keep = vec![keep];
        let found = search(&request);
        check(kind, &request, &found);
        for variant in &found.variants {
            assert!(variant.text.contains("n order to"), "{kind}");
        }
    }
}

#[test]
fn a_fix_that_changes_a_fact_or_adds_an_error_is_refused() {
    let text = "We recieve 40 letters a day. It is fine.";
    let fix = |rule: &str, from: &str, to: &str| {
        let at = text.find(from).unwrap();
        Fix {
            rule: rule.to_owned(),
            span: Span::new(at, at + from.len()),
            after: to.to_owned(),
            why: "Because.".to_owned(),
        }
    };
    let request = Request {
        fixes: vec![
            fix("x/number", "40", "50"),
            fix("x/typo", "fine", "teh"),
            fix(toy::SLIP, "recieve", "receive"),
        ],
        ..Request::new(text, Goal::Overall, Options::default())
    };
    let found = search(&request);
    check("fixes", &request, &found);
    assert!(
        found.variants[0].text.contains("receive 40") && !found.variants[0].text.contains("teh")
    );
    let why = |source: &str| {
        let refused = found
            .refused
            .iter()
            .find(|r| r.source.to_string() == source);
        refused.map(|r| r.why.clone()).unwrap_or_default()
    };
    assert!(why("fix:x/number").contains("40"), "{:?}", found.refused);
    assert!(
        why("fix:x/typo").contains("2 findings instead of 1"),
        "{:?}",
        found.refused
    );
}

#[test]
fn posts_with_nothing_to_improve_say_so() {
    for kind in [
        "short",
        "empty",
        "blank",
        "emoji only",
        "rtl hebrew",
        "rtl arabic",
    ] {
        let text = post(kind);
        let found = search(&request(&text, Goal::Overall));
        assert_eq!(found.variants, [], "{kind}");
        assert!(
            found.is_complete && found.nothing_to_improve.is_some(),
            "{kind}"
        );
    }
    let text = post("launch");
    let mut none = request(&text, Goal::Overall);
    none.limits.max_edits = 0;
    assert!(
        search(&none)
            .nothing_to_improve
            .unwrap()
            .contains("max_edits")
    );
    none.limits = Limits {
        min_gain: 1e6,
        ..Limits::default()
    };
    assert!(
        search(&none)
            .nothing_to_improve
            .unwrap()
            .contains("least that counts")
    );
}

#[test]
fn one_sentence_of_3_000_characters_is_survived() {
    let text = "and in order to win we went on to the next town and met more people ".repeat(45);
    let text = &text[..2_999];
    let request = request(text, Goal::Overall);
    check("one sentence", &request, &search(&request));
}

#[test]
fn a_search_that_is_stopped_returns_the_best_so_far() {
    for kind in ["launch", "buried", "typos", "short"] {
        let text = post(kind);
        let request = request(&text, Goal::Overall);
        let mut whole = toy();
        let full = optimise(&request, &mut whole, &|| false);
        let mut best = 0.0;
        for k in 0..=whole.calls.len() {
            let mut scorer = Toy {
                stop_after: Some(k),
                ..toy()
            };
            let found = optimise(&request, &mut scorer, &|| false);
            check(kind, &request, &found);
            assert_eq!(found.is_complete, k == whole.calls.len(), "{kind}, {k}");
            let gain = found.variants.first().map_or(0.0, |v| v.gain);
            assert!(
                gain >= best,
                "{kind}: {k} calls give {gain}, fewer gave {best}"
            );
            best = gain;
            if found.is_complete {
                assert_eq!(found, full, "{kind}");
            }
            let asked = Cell::new(0);
            let is_over = || {
                asked.set(asked.get() + 1);
                asked.get() > k
            };
            let found = optimise(&request, &mut toy(), &is_over);
            check(kind, &request, &found);
        }
    }
}

#[test]
fn a_post_over_the_limit_comes_under_it_within_the_usual_edits() {
    let line = |i: usize| {
        let word = ["bread", "soup", "tea", "cake", "fruit", "rice", "milk"][i % 7];
        format!(
            "The people at the market liked the {word} and talked about the weather all day.\n\n"
        )
    };
    let text: String = (0..45).map(line).collect();
    assert!(utf16_units(&text) > LIMIT + 200);
    let mut request = Request::new(&text, Goal::Overall, trimmed_to(&text, LIMIT));
    request.limits.max_edits = 1;
    request.options.operators = vec![Operator::Tighten, Operator::Trim];
    let found = search(&request);
    let best = &found.variants[0];
    assert!(
        best.measured.utf16_units <= LIMIT,
        "{}",
        best.measured.utf16_units
    );
    assert!(
        found
            .refused
            .iter()
            .all(|r| !r.why.contains("more than 3000")),
        "{:?}",
        found.refused
    );
}

#[test]
fn a_post_that_stays_over_the_limit_says_by_how_much() {
    let text = "In order to win we sold 40 boats to Ann Lee in Oslo on 4 May. ".repeat(60);
    let mut request = Request::new(&text, Goal::Overall, trimmed_to(&text, LIMIT));
    request.options.operators = vec![Operator::Tighten, Operator::Trim];
    let found = search(&request);
    let units = match found.variants.first() {
        Some(best) => best.measured.utf16_units,
        None => utf16_units(&text),
    };
    let told = format!("{units} UTF-16 units, {} more than {LIMIT}", units - LIMIT);
    assert!(
        found.refused.iter().any(|r| r.why.contains(&told)),
        "{:?}",
        found.refused
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn posts_of_random_pieces_are_served_and_closed(
        text in "(In order to |very |made a decision to |It seems that |was written by Ann|, and we |, but it |: a, b, and c|\\. |We |I think |40% |not |#tag |#OneTwo |https://x\\.io |@bob |“|”|\n|\n\n|- |1\\. |𝗕𝗼|é|🚀|\u{200b}|utilise |Oslo |don't |teh |\r\n|<!-- postwright: off x -->){0,30}",
        goal in 0..Goal::ALL.len(),
        without_fixes: bool,
    ) {
        let mut request = request(&text, Goal::ALL[goal]);
        if without_fixes {
            request.fixes.clear();
        }
        let found = search(&request);
        check("generated", &request, &found);
        // What the checkers find in the new text alone, a search cannot know.
        let best = found.variants.first().filter(|_| request.fixes.is_empty());
        if let Some(best) = best.filter(|v| v.edits.len() < request.limits.max_edits) {
            let again = self::request(&best.text, Goal::ALL[goal]);
            let again = search(&Request { fixes: Vec::new(), ..again });
            prop_assert_eq!(again.variants.first().map(|v| (v.gain, &v.text)), None, "{}", best.text);
        }
    }
}
