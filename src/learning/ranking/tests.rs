use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Acceptance, Candidate, Decision, Priors, Verdict};
use crate::learning::LearningError;

fn decision(operator: &str, verdict: Verdict) -> Decision {
    Decision {
        operator: operator.to_owned(),
        verdict,
    }
}

fn decisions(operator: &str, accepted: usize, rejected: usize) -> Vec<Decision> {
    let mut all = vec![decision(operator, Verdict::Accepted); accepted];
    all.extend(vec![decision(operator, Verdict::Rejected); rejected]);
    all
}

fn order(model: &Acceptance, candidates: &[(&str, f64)]) -> Vec<usize> {
    let candidates: Vec<Candidate> = candidates
        .iter()
        .map(|&(operator, gain)| Candidate { operator, gain })
        .collect();
    model.rank(&candidates).iter().map(|r| r.index).collect()
}

proptest! {
    #[test]
    fn without_decisions_the_order_is_that_of_gain_times_prior(
        gains in prop::collection::vec(-1.0..9.0f64, 17)
    ) {
        let priors = Priors::default();
        let names: Vec<&str> = priors.operators().collect();
        let candidates: Vec<_> = names.iter().copied().zip(gains).collect();
        let ranked = order(&Acceptance::default(), &candidates);
        let value = |i: &usize| candidates[*i].1 * priors.mean(candidates[*i].0);
        for pair in ranked.windows(2) {
            prop_assert!(value(&pair[0]) >= value(&pair[1]) - 1e-12);
        }
    }

    #[test]
    fn beliefs_are_probabilities_whatever_happened(
        events in prop::collection::vec((0..4usize, 0..4usize), 0..400)
    ) {
        let names = ["fix", "tone", "trim", "unheard-of"];
        let verdicts = [
            Verdict::Accepted,
            Verdict::Rejected,
            Verdict::EditedAfter,
            Verdict::TakenBack,
        ];
        let events: Vec<_> =
            events.into_iter().map(|(n, v)| decision(names[n], verdicts[v])).collect();
        let model = Acceptance::replay(Priors::default(), &events);
        for belief in model.beliefs() {
            let [low, high] = belief.interval;
            prop_assert!(0.0 <= low && low < high && high <= 1.0, "{belief:?}");
            prop_assert!(0.0 < belief.mean && belief.mean < 1.0, "{belief:?}");
            prop_assert!(belief.edited <= belief.accepted);
        }
    }
}

#[test]
fn decisions_move_an_operator_and_an_edit_takes_half_back() {
    let mean = |events: &[Decision]| {
        Acceptance::replay(Priors::default(), events)
            .belief("verbs")
            .mean
    };
    let none = mean(&[]);
    assert!((none - 0.55).abs() < 1e-12);
    let taken = mean(&decisions("verbs", 5, 0));
    let dismissed = mean(&decisions("verbs", 0, 5));
    let mut events = decisions("verbs", 5, 0);
    events.extend(vec![decision("verbs", Verdict::EditedAfter); 5]);
    let edited = mean(&events);
    assert!(
        dismissed < edited && edited < taken,
        "{dismissed} {edited} {taken}"
    );
    assert!(edited < none, "half of 5 is fewer than 0.55 of 5");
    events.push(decision("verbs", Verdict::EditedAfter));
    assert_eq!(mean(&events), edited, "there was no sixth to edit");
}

#[test]
fn what_is_taken_back_was_never_taken() {
    let belief =
        |events: &[Decision]| Acceptance::replay(Priors::default(), events).belief("verbs");
    let mut events = decisions("verbs", 2, 1);
    let before = belief(&events);
    for verdict in [Verdict::Accepted, Verdict::TakenBack] {
        events.push(decision("verbs", verdict));
    }
    assert_eq!(belief(&events), before);
    events.extend([Verdict::EditedAfter; 2].map(|v| decision("verbs", v)));
    events.push(decision("verbs", Verdict::TakenBack));
    events.push(decision("verbs", Verdict::Accepted));
    let after = belief(&events);
    assert_eq!(
        (after.accepted, after.edited),
        (2, 1),
        "one edit went with its acceptance"
    );
    let lone = belief(&[decision("verbs", Verdict::TakenBack)]);
    assert_eq!(lone, belief(&[]), "an old acceptance may be forgotten");
}

#[test]
fn the_arithmetic_is_told() {
    let mut events = decisions("tighten", 3, 7);
    events.push(decision("tighten", Verdict::EditedAfter));
    let model = Acceptance::replay(Priors::default(), &events);
    // 2.5 were taken of 6 expected; 20 more decisions at 0.6 would have brought 12.
    assert!((model.level() - (2.5 - 6.0) / (6.0 + 12.0)).abs() < 1e-12);
    let belief = model.belief("tighten");
    assert_eq!(
        belief.explanation,
        "prior 0.60, your level -0.19 → 0.48, worth 12.4 decisions; 3 of 10 taken, 1 of them \
         edited and counted 0.5 → (6.00 + 2.5) / (12.4 + 10) = 0.38, with probability 0.9 from \
         0.22 to 0.55"
    );
    let one = model.rank(&[Candidate {
        operator: "tighten",
        gain: 2.0,
    }]);
    assert_eq!(one[0].explanation, "+2.0 points × 0.38 acceptance = +0.76");
}

#[test]
fn a_writer_who_rejects_everything_alike_keeps_the_order() {
    let priors = Priors::default();
    let names: Vec<String> = priors.operators().map(str::to_owned).collect();
    let events: Vec<Decision> = names
        .iter()
        .flat_map(|name| decisions(name, 0, 5))
        .collect();
    let model = Acceptance::replay(priors, &events);
    assert!(model.level() < -0.7, "{}", model.level());
    let candidates: Vec<_> = names.iter().map(|name| (name.as_str(), 3.0)).collect();
    assert_eq!(
        order(&model, &candidates),
        order(&Acceptance::default(), &candidates)
    );
}

#[test]
fn a_writer_who_rejects_one_operator_sees_it_later() {
    let candidates = [("tighten", 3.0), ("tone", 4.0)];
    assert_eq!(order(&Acceptance::default(), &candidates), [0, 1]);
    let mut events = decisions("tighten", 0, 10);
    events.extend(decisions("tone", 8, 2));
    let model = Acceptance::replay(Priors::default(), &events);
    assert_eq!(order(&model, &candidates), [1, 0]);
}

#[test]
fn ties_and_odd_gains_have_a_place() {
    let model = Acceptance::default();
    let nan = f64::NAN;
    let candidates = [
        ("tone", 0.0),
        ("fix", nan),
        ("trim", -1.0),
        ("fix", -0.0),
        ("tone", 0.1),
    ];
    assert_eq!(order(&model, &candidates), [4, 1, 3, 0, 2]);
    assert!(order(&model, &[]).is_empty());
}

#[test]
fn a_model_survives_its_file_and_no_events_reset_it() {
    let mut events = decisions("hook", 4, 1);
    events.extend(decisions("unheard-of", 0, 2));
    let model = Acceptance::replay(Priors::default(), &events);
    let json = serde_json::to_string(&model).unwrap();
    let read: Acceptance = serde_json::from_str(&json).unwrap();
    assert_eq!(read, model);
    assert!(read.beliefs().iter().any(|b| b.operator == "unheard-of"));
    assert_eq!(
        Acceptance::replay(Priors::default(), []),
        Acceptance::default()
    );
}

#[test]
fn impossible_priors_are_refused_by_name() {
    let bad = Priors::new(BTreeMap::from([("tone".to_owned(), 1.0)]), 0.5, 8.0);
    let error = bad.unwrap_err();
    assert!(error.to_string().contains("`tone` is 1"), "{error}");
    let weak = Priors::new(BTreeMap::new(), 0.5, 0.0);
    assert_eq!(weak, Err(LearningError::Strength { value: 0.0 }));
    let json = r#"{"acceptance": {"fix": 0.7}, "other": -0.5, "strength": 8.0}"#;
    let error = serde_json::from_str::<Priors>(json).unwrap_err();
    assert!(error.to_string().contains("`other` is -0.5"), "{error}");
}
