//! What is said of engagement.

use super::*;

/// A scorer in whose forecast anything that is shorter does better.
fn found(distinguished: &[Operator], goal: Goal) -> Optimised {
    let text = post("launch");
    let request = Request {
        distinguished: distinguished.iter().copied().collect(),
        ..request(&text, goal)
    };
    search(&request)
}

#[test]
fn without_a_distinguished_operator_the_forecast_counts_nothing() {
    let found = found(&[], Goal::Engagement);
    let original = found.original.unwrap();
    let forecast = original.engagement.unwrap().percentile;
    for variant in &found.variants {
        assert_ne!(variant.measured.engagement.unwrap().percentile, forecast);
        let term = variant
            .terms
            .iter()
            .find(|t| t.label == "engagement")
            .unwrap();
        assert_eq!(term.value, forecast);
        assert_eq!(variant.claim, Claim::Clearer);
        assert!(variant.edits.iter().all(|e| e.claim == Claim::Clearer));
        let deltas = variant.deltas.iter();
        let told: Vec<_> = deltas.filter(|d| d.label == "engagement").collect();
        assert_eq!(
            (told.len(), told[0].before, told[0].after),
            (1, forecast, forecast)
        );
        assert!(told[0].interval.is_some());
        let overall = 0.2 * (variant.measured.overall - original.overall);
        assert!((variant.gain - overall).abs() < 1e-5);
    }
}

#[test]
fn a_distinguished_operator_may_claim_what_it_alone_gains() {
    let found = found(&[Operator::Tighten], Goal::Engagement);
    let best = &found.variants[0];
    assert_eq!(best.claim, Claim::Engagement);
    for step in &best.edits {
        let tightens = step.change.source == Source::Operator(Operator::Tighten);
        if !tightens {
            assert_eq!(step.claim, Claim::Clearer, "{step:?}");
        }
    }
    assert!(best.edits.iter().any(|e| e.claim == Claim::Engagement));
    let delta = best
        .deltas
        .iter()
        .find(|d| d.label == "engagement")
        .unwrap();
    let whole = best.measured.engagement.unwrap().percentile;
    assert!(delta.before < delta.after && delta.after <= whole);
    let [low, high] = delta.interval.unwrap();
    assert!(low < delta.after && delta.after < high);
}

#[test]
fn a_forecast_that_is_not_there_claims_nothing() {
    let text = post("launch");
    let mut scorer = Toy {
        forecasts: false,
        ..toy()
    };
    let found = optimise(&request(&text, Goal::Overall), &mut scorer, &|| false);
    for variant in &found.variants {
        assert_eq!(variant.claim, Claim::Clearer);
        assert!(variant.edits.iter().all(|e| e.claim == Claim::Clearer));
        assert!(variant.terms.iter().all(|t| t.label != "engagement"));
    }
    assert!(!found.variants.is_empty());
}

#[test]
fn every_facet_is_told_before_and_after_and_forecasts_with_their_interval() {
    for kind in ["launch", "typos", "hedged"] {
        let text = post(kind);
        for variant in search(&request(&text, Goal::Overall)).variants {
            let told = |label: &str| variant.deltas.iter().find(|d| d.label == label);
            for facet in crate::analysis::score::Facet::ALL {
                let score = variant.measured.facet(facet);
                let delta = told(facet.name());
                assert_eq!(delta.map(|d| d.after), score, "{kind}, {}", facet.name());
                assert!(delta.is_none_or(|d| d.interval.is_none()));
            }
            let [low, high] = told("engagement").unwrap().interval.unwrap();
            assert!(low < high, "{kind}");
        }
    }
}
