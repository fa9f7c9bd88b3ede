//! Single suggestions.

use super::*;

#[test]
fn suggestions_come_from_one_batch_best_first() {
    for (kind, text) in posts() {
        let request = request(&text, Goal::Overall);
        let mut scorer = toy();
        let told = preview(&request, &mut scorer);
        assert_eq!(scorer.calls.len(), 1, "{kind}");
        let gains: Vec<_> = told.suggestions.iter().map_while(|s| s.gain).collect();
        assert!(gains.is_sorted_by(|a, b| a >= b), "{kind}: {gains:?}");
        for s in &told.suggestions {
            assert_eq!(s.text, change::applied(&text, &s.changes), "{kind}");
            assert!(s.changes.iter().all(|c| c.source == s.source));
            let mut measured = scorer.measure(&s.text);
            if let Some(overall) = s.overall_after {
                assert_eq!(overall, measured.overall);
                let original = told.original.as_ref().unwrap();
                let counts = matches!(
                    s.source,
                    Source::Operator(Operator::Tighten | Operator::Hashtags)
                );
                if !counts {
                    measured.engagement = original.engagement;
                    assert_eq!(s.claim, Claim::Clearer);
                }
                assert_eq!(s.gain, Some(request.objective.gain(original, &measured)));
            }
        }
    }
}

#[test]
fn only_so_many_are_scored_and_every_source_has_its_turn() {
    let text = post("launch");
    let mut request = request(&text, Goal::Clarity);
    let all = preview(&request, &mut toy()).suggestions.len();
    let mut sources: Vec<_> = preview(&request, &mut toy())
        .suggestions
        .into_iter()
        .map(|s| s.source)
        .collect();
    sources.sort();
    sources.dedup();
    request.limits.most = sources.len();
    let mut scorer = toy();
    let told = preview(&request, &mut scorer);
    assert_eq!(scorer.calls, [sources.len() + 1]);
    assert_eq!(told.suggestions.len(), all);
    let (scored, others) = told.suggestions.split_at(sources.len());
    assert!(scored.iter().all(|s| s.gain.is_some()) && others.iter().all(|s| s.gain.is_none()));
    let mut of_scored: Vec<_> = scored.iter().map(|s| s.source.clone()).collect();
    of_scored.sort();
    assert_eq!(of_scored, sources);
}

#[test]
fn an_original_that_is_known_is_not_measured_again() {
    let text = post("launch");
    let asked = request(&text, Goal::Clarity);
    let told = preview(&asked, &mut toy());
    let searched = search(&asked);
    let known = Request {
        original: Some(toy().measure(&text)),
        ..asked
    };
    let mut scorer = toy();
    assert_eq!(preview(&known, &mut scorer), told);
    assert!(scorer.calls[0] > 0 && !scorer.seen.contains(&text));
    let mut scorer = toy();
    assert_eq!(optimise(&known, &mut scorer, &|| false), searched);
    assert!(!scorer.seen.contains(&text));
    let mut stopped = Toy {
        stop_after: Some(0),
        ..toy()
    };
    assert!(preview(&known, &mut stopped).original.is_none());
}

#[test]
fn a_scorer_that_stops_leaves_the_suggestions_unscored() {
    let text = post("typos");
    let mut scorer = Toy {
        stop_after: Some(0),
        ..toy()
    };
    let told = preview(&request(&text, Goal::Overall), &mut scorer);
    assert!(told.original.is_none() && told.suggestions.len() > 2);
    assert!(
        told.suggestions
            .iter()
            .all(|s| s.gain.is_none() && s.claim == Claim::Clearer)
    );
}

#[test]
fn what_adds_an_error_or_changes_a_fact_is_not_suggested() {
    let text = "We sent 40 letters. It is fine.";
    let fix = |from: &str, to: &str| {
        let at = text.find(from).unwrap();
        Fix {
            rule: format!("x/{from}"),
            span: crate::post::Span::new(at, at + from.len()),
            after: to.to_owned(),
            why: "Because.".to_owned(),
        }
    };
    let request = Request {
        fixes: vec![fix("40", "50"), fix("fine", "teh"), fix("sent", "wrote")],
        ..Request::new(text, Goal::Overall, Options::default())
    };
    let told = preview(&request, &mut toy());
    let left: Vec<_> = told
        .suggestions
        .iter()
        .map(|s| s.source.to_string())
        .collect();
    assert_eq!(left, ["fix:x/sent"]);
    assert_eq!(told.refused.len(), 2, "{:?}", told.refused);
}
