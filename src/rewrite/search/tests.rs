//! Searches over posts of many kinds with a scorer made of the real analysis.

mod constraints;
mod fixes;
mod honesty;
mod previews;
mod time;
mod tone;
mod toy;

use super::*;
use crate::post::Post;
use crate::rewrite::options::{Options, Trim};
use crate::rewrite::{Draft, Operator};
use toy::{Toy, posts};

/// A request with everything that the toy knows about `text`.
fn request(text: &str, goal: Goal) -> Request<'_> {
    Request {
        fixes: Toy::default().fixes(text),
        distinguished: [Operator::Tighten, Operator::Hashtags].into(),
        ..Request::new(text, goal, Options::default())
    }
}

fn toy() -> Toy {
    Toy {
        forecasts: true,
        vectors: true,
        ..Toy::default()
    }
}

fn search(request: &Request<'_>) -> Optimised {
    optimise(request, &mut toy(), &|| false)
}

fn post(kind: &str) -> String {
    let (_, text) = posts().into_iter().find(|(k, _)| *k == kind).expect(kind);
    text
}

/// A post with a sentence for each of its sentences, the first ones the most important.
fn trimmed_to(text: &str, limit: usize) -> Options {
    let sentences = Draft::new(&Post::new(text)).sentences().len();
    Options {
        trim: Some(Trim {
            limit,
            importance: (0..sentences).map(|i| -(i as f64)).collect(),
        }),
        ..Options::default()
    }
}

#[test]
fn every_goal_is_served() {
    let mean = |goal: Goal| {
        let gains = posts().into_iter().map(|(_, text)| {
            let found = search(&request(&text, goal));
            found.variants.first().map_or(0.0, |v| v.gain)
        });
        gains.sum::<f64>() / posts().len() as f64
    };
    for goal in [Goal::Overall, Goal::Engagement, Goal::Clarity] {
        assert!(mean(goal) > 0.5, "{}: {:.2}", goal.name(), mean(goal));
    }
    assert!(mean(Goal::Sentiment) > 0.1, "{:.2}", mean(Goal::Sentiment));
}

#[test]
fn a_post_is_cut_to_a_length() {
    let text = post("chatter");
    let request = Request::new(&text, Goal::Length, trimmed_to(&text, 300));
    assert_eq!(request.objective.limit, 300);
    let found = search(&request);
    let best = &found.variants[0];
    let over = |m: &Measured| m.utf16_units.saturating_sub(300);
    assert!(over(&best.measured) < over(found.original.as_ref().unwrap()));
    assert!(
        best.edits
            .iter()
            .any(|e| e.change.source == Source::Operator(Operator::Trim))
    );
    assert!(best.measured.first_line_fits);
}

#[test]
fn fixes_are_taken_and_named() {
    let text = post("typos");
    let found = search(&request(&text, Goal::Overall));
    let best = &found.variants[0];
    assert!(best.text.contains("receive the mail"), "{}", best.text);
    let names: Vec<_> = best
        .edits
        .iter()
        .map(|e| e.change.source.to_string())
        .collect();
    assert!(names.contains(&format!("fix:{}", toy::SLIP)), "{names:?}");
    let told = serde_json::to_value(&best.edits[0]).unwrap();
    assert!(
        told["source"].is_string() && told["delta"].is_f64(),
        "{told}"
    );
    assert!(serde_json::to_value(best).unwrap()["measured"]["facets"]["clarity"].is_f64());
}

#[test]
fn operators_read_what_others_made() {
    // The lead moves over the whole upper part of the post; what is wordy in there goes as well.
    let text = post("buried");
    let best = search(&request(&text, Goal::Overall)).variants.remove(0);
    assert!(best.text.starts_with("Sales fell 38%"), "{}", best.text);
    assert!(!best.text.contains("in order to"), "{}", best.text);
    let lead = &best.edits[0].change;
    assert_eq!(lead.source, Source::Operator(Operator::MoveLead));
    assert!(best.text.contains("would receive"), "{}", best.text);
    assert_ne!(
        lead.why,
        Operator::MoveLead.rationale(),
        "both reasons are told"
    );
}

#[test]
fn the_best_variant_is_closed() {
    for (kind, text) in posts() {
        for goal in Goal::ALL {
            let first = search(&request(&text, goal));
            let Some(best) = first.variants.first() else {
                continue;
            };
            if best.edits.len() == Limits::default().max_edits {
                continue;
            }
            let again = search(&request(&best.text, goal));
            assert_eq!(
                again.variants.first().map(|v| (v.gain, &v.text)),
                None,
                "{kind}, {}: {}",
                goal.name(),
                best.text
            );
            assert!(again.nothing_to_improve.is_some());
        }
    }
}

#[test]
fn one_seed_one_result() {
    for (kind, text) in posts() {
        let request = Request {
            seed: 9,
            ..request(&text, Goal::Clarity)
        };
        assert_eq!(search(&request), search(&request), "{kind}");
    }
}

#[test]
fn variants_differ() {
    let is_part = |a: &Variant, b: &Variant| {
        let has = |s: &Step| b.edits.iter().any(|o| o.change == s.change);
        a.edits.iter().all(has)
    };
    let mut several = 0;
    for with_vectors in [true, false] {
        for (kind, text) in posts() {
            let mut scorer = Toy {
                vectors: with_vectors,
                ..toy()
            };
            let found = optimise(&request(&text, Goal::Overall), &mut scorer, &|| false);
            let mut texts: Vec<_> = found.variants.iter().map(|v| &v.text).collect();
            assert!(
                found
                    .variants
                    .iter()
                    .all(|v| v.gain <= found.variants[0].gain)
            );
            texts.sort();
            texts.dedup();
            assert_eq!(texts.len(), found.variants.len(), "{kind}");
            assert!(texts.iter().all(|t| **t != text), "{kind}");
            several += usize::from(texts.len() > 1);
            let wanted = Limits::default().variants;
            let is_fewer = !texts.is_empty() && texts.len() < wanted;
            assert_eq!(found.fewer.is_some(), is_fewer, "{kind}");
            for (i, a) in found.variants.iter().enumerate() {
                for b in &found.variants[..i] {
                    assert!(!is_part(a, b) && !is_part(b, a), "{kind}");
                }
            }
        }
    }
    assert!(several > 5, "{several}");
}

#[test]
fn leaving_one_change_out_is_what_it_is_worth() {
    let mut checked = 0;
    for (kind, text) in posts() {
        let request = request(&text, Goal::Overall);
        for variant in search(&request).variants {
            let mut scorer = toy();
            let original = scorer.measure(&text);
            for (i, step) in variant.edits.iter().enumerate() {
                let without = |only_credited: bool| {
                    let rest = variant.edits.iter().enumerate().filter(|(k, _)| *k != i);
                    let rest = rest.map(|(_, s)| &s.change);
                    change::applied(&text, rest.filter(|c| !only_credited || c.distinguished))
                };
                let mut measured = scorer.measure(&without(false));
                measured.engagement = scorer.measure(&without(true)).engagement;
                let rest = request.objective.gain(&original, &measured);
                let delta = step.delta.unwrap();
                assert!(
                    (variant.gain - rest - delta).abs() < 1e-5,
                    "{kind}: {step:?}"
                );
                checked += 1;
            }
            if let [only] = variant.edits.as_slice() {
                assert!((only.delta.unwrap() - variant.gain).abs() < 1e-5);
            }
        }
    }
    assert!(checked > 60, "{checked}");
}

#[test]
fn settings_default_and_refuse_what_is_unknown() {
    let limits: Limits = toml::from_str("beam = 2").unwrap();
    assert_eq!((limits.beam, limits.max_edits), (2, 12));
    assert!(toml::from_str::<Limits>("beams = 2").is_err());
}
