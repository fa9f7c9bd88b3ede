use proptest::prelude::*;

use super::*;

fn rules_of(text: &str, token: &str) -> Vec<Rule> {
    let trace = trace(text);
    let token = trace.tokens.iter().find(|t| t.text == token).unwrap();
    token.adjustments.iter().map(|a| a.rule).collect()
}

#[test]
fn rounding_is_pythons() {
    for (value, places, expected) in [
        (0.0625, 3, 0.062),
        (0.1875, 3, 0.188),
        (0.3125, 3, 0.312),
        (0.0005, 3, 0.001),
        (2.675, 2, 2.67),
        (-0.00001, 4, 0.0),
        (0.99995, 4, 1.0),
        (1.0, 3, 1.0),
    ] {
        assert_eq!(round(value, places), expected, "{value}");
    }
}

#[test]
fn each_rule_shows_in_the_trace() {
    use Rule::*;
    for (text, token, expected) in [
        ("there is no good reason", "no", vec![NoBeforeSentiment]),
        ("there is no good reason", "good", vec![AfterNo]),
        ("this was GREAT today", "GREAT", vec![Capitals]),
        ("a very good day", "good", vec![Degree]),
        ("not one bit good", "good", vec![Negation]),
        ("we were just enough fine", "fine", vec![DegreePair]),
        (
            "it was never so good",
            "good",
            vec![Degree, NeverSo, NeverSo],
        ),
        ("they all say yeah right", "yeah", vec![Idiom]),
        ("the least good option", "good", vec![Least]),
        ("good but bad", "good", vec![BeforeBut]),
        ("good but bad", "bad", vec![AfterBut]),
        ("at least good", "good", vec![]),
    ] {
        assert_eq!(rules_of(text, token), expected, "{text:?}");
    }
}

#[test]
fn equal_valences_are_weighed_at_the_first_place() {
    let trace = trace("good and good but good");
    let valences: Vec<f64> = trace.tokens.iter().map(|t| t.valence).collect();
    assert_eq!(valences, [0.95, 0.0, 0.95, 0.0, 1.9 * 1.5]);
}

#[test]
fn an_empty_text_scores_nothing() {
    for text in ["", " \n\t", "\u{1c}\u{1f}"] {
        assert_eq!(polarity(text), Polarity::default(), "{text:?}");
    }
}

#[test]
fn a_trace_serialises() {
    let json = serde_json::to_value(trace("very good 😀")).unwrap();
    assert_eq!(json["tokens"][1]["adjustments"][0]["rule"], "degree");
    assert_eq!(json["tokens"][1]["adjustments"][0]["effect"]["add"], 0.293);
    assert_eq!(json["tokens"][2]["span"]["start"], 10);
}

/// A quadratic search would not come to an end here.
#[test]
fn megabytes_are_scored() {
    for unit in ["good ", "not so very good, but bad! ", "😂", "good", "no "] {
        let score = polarity(&unit.repeat(4_000_000 / unit.len()));
        assert!((-1.0..=1.0).contains(&score.compound), "{unit:?}");
    }
}

fn wordy() -> impl Strategy<Value = String> {
    let words = "good bad GREAT not no never so this but very kind of least at without doubt \
        😂 ❤️ :) !!! ??? or sort just enough the shit yeah right isn't VERY hope café";
    let words: Vec<&str> = words.split(' ').collect();
    prop::collection::vec(prop::sample::select(words), 0..30).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn trace_and_polarity_agree(text in prop_oneof![wordy(), any::<String>()]) {
        let trace = trace(&text);
        prop_assert_eq!(trace.polarity, polarity(&text));
        let sum = trace.tokens.iter().fold(0.0, |sum, t| sum + t.valence);
        prop_assert_eq!(trace.sum, sum);
        for token in &trace.tokens {
            prop_assert!(text.get(token.span.clone()).is_some());
        }
    }

    #[test]
    fn adjustments_lead_from_the_listed_to_the_final_valence(text in wordy()) {
        for token in trace(&text).tokens {
            let mut valence = token.listed.unwrap_or(0.0);
            if token.adjustments.is_empty() && token.valence == 0.0 {
                continue;
            }
            for step in &token.adjustments {
                valence = step.effect.apply(valence);
                prop_assert_eq!(valence, step.after);
            }
            prop_assert_eq!(valence, token.valence);
        }
    }
}
