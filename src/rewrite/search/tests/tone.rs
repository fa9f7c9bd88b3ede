//! A tone that is asked for.

use super::*;
use crate::post::Span;
use crate::rewrite::Tone;

const TEXT: &str = "We don't wait. In order to win, we utilize what we have, and we can't rest now. \
                    They're very good people.";

fn formal(max_edits: usize) -> Request<'static> {
    let mut request = request(TEXT, Goal::Clarity);
    request.options.tone = Some(Tone::MoreFormal);
    request.limits.max_edits = max_edits;
    request
}

fn check(request: &Request<'_>) -> Optimised {
    let found = search(request);
    assert!(!found.variants.is_empty());
    for v in &found.variants {
        for word in ["don't", "can't", "They're"] {
            assert!(!v.text.contains(word), "{word}: {}", v.text);
        }
        assert!(
            v.text.contains("do not") && v.text.contains("They are"),
            "{}",
            v.text
        );
    }
    found
}

#[test]
fn every_variant_has_the_tone_and_what_gains_besides() {
    let found = check(&formal(12));
    assert!(
        found.variants[0].text.contains("To win, we "),
        "{}",
        found.variants[0].text
    );
}

#[test]
fn a_tone_does_not_count_as_edits() {
    let best = check(&formal(1)).variants.remove(0);
    let others = best.edits.iter();
    let others = others.filter(|s| s.change.source != Source::Operator(Operator::Tone));
    assert!(
        others.count() <= 1 && best.edits.len() > 1,
        "{:?}",
        best.edits
    );
}

#[test]
fn a_tone_is_taken_where_it_gains_nothing() {
    let text = "We don't wait.";
    let mut request = Request::new(text, Goal::Sentiment, Options::default());
    request.options.tone = Some(Tone::MoreFormal);
    request.limits.min_gain = 50.0;
    let found = search(&request);
    let texts: Vec<&str> = found.variants.iter().map(|v| v.text.as_str()).collect();
    assert_eq!(texts, ["We do not wait."]);
}

#[test]
fn a_word_that_stays_is_named() {
    let mut request = formal(12);
    let at = TEXT.find("can't").unwrap();
    request.options.keep = vec![Span::new(at, at + 5)];
    let found = search(&request);
    assert!(
        found
            .variants
            .iter()
            .all(|v| v.text.contains("can't") && v.text.contains("do not"))
    );
    let named = |r: &Refused| {
        r.source == Source::Operator(Operator::Tone) && r.why.contains("“can't” stays")
    };
    assert!(found.refused.iter().any(named), "{:?}", found.refused);
    let mut plain = Request::new("We won.", Goal::Overall, Options::default());
    plain.options.tone = Some(Tone::MoreFormal);
    let refused = search(&plain).refused;
    assert!(
        refused.iter().any(|r| r.why.contains("No word")),
        "{refused:?}"
    );
}
