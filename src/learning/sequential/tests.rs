use proptest::prelude::*;

use super::{Analysis, Decision, MOST_NEEDED, Posting, Settings, Variant, analyse};
use crate::learning::LearningError;
use crate::learning::math::{generator, normal};

fn variant(name: &str, postings: &[(u64, u64)]) -> Variant {
    let postings = postings
        .iter()
        .map(|&(impressions, engagements)| Posting {
            impressions,
            engagements,
        })
        .collect();
    Variant {
        name: name.to_owned(),
        postings,
    }
}

/// `n` postings shown 10 000 times whose log rates lie `away` on both sides of that of `rate`.
fn around(name: &str, rate: f64, away: f64, n: u32) -> Variant {
    let postings: Vec<_> = (0..n)
        .map(|i| {
            let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
            (
                10_000,
                (10_000.0 * rate * (sign * away).exp()).round() as u64,
            )
        })
        .collect();
    variant(name, &postings)
}

fn analysed(variants: &[Variant]) -> Analysis {
    analyse(variants, &Settings::default()).unwrap()
}

#[test]
fn no_rate_is_above_one() {
    let told = analysed(&[variant("all", &[(100, 100)]), variant("most", &[(100, 98)])]);
    for standing in &told.variants {
        let [low, high] = standing.interval;
        assert!(low > 0.0 && low < high && high <= 1.0, "{standing:?}");
        assert!(standing.rate <= 1.0, "{standing:?}");
    }
}

#[test]
fn a_clear_winner_stops_the_test() {
    let told = analysed(&[
        around("plain", 0.02, 0.4, 12),
        around("question", 0.06, 0.4, 12),
    ]);
    assert_eq!(told.decision, Decision::Stop { best: 1 });
    let [plain, question] = &told.variants[..] else {
        panic!("{told:?}");
    };
    assert!(
        question.best >= 0.985 && question.loss < 0.01,
        "{question:?}"
    );
    assert!((plain.best + question.best - 1.0).abs() < 1e-9);
    assert!(
        (0.04..0.06).contains(&question.rate),
        "shrunk towards the other: {question:?}"
    );
    let [low, high] = question.interval;
    assert!(low < question.rate && question.rate < high);
    assert!((0.35..0.6).contains(&told.spread), "{}", told.spread);
    assert!(told.explanation.starts_with("“question” leads with "));
    assert!(told.explanation.ends_with("→ stop, “question” is better"));
}

#[test]
fn five_postings_decide_nothing() {
    let told = analysed(&[around("a", 0.01, 0.01, 30), around("b", 0.08, 0.01, 5)]);
    assert!(told.variants[1].best > 0.985, "{told:?}");
    assert_eq!(told.decision, Decision::KeepGoing { more: 1 });
}

#[test]
fn equal_variants_end_without_a_difference_once_there_is_enough() {
    let few = analysed(&[around("a", 0.03, 0.3, 8), around("b", 0.03, 0.3, 8)]);
    let Decision::KeepGoing { more } = few.decision else {
        panic!("{few:?}");
    };
    let n = 8 + u32::try_from(more).unwrap();
    let enough = analysed(&[around("a", 0.03, 0.3, n + 4), around("b", 0.03, 0.3, n + 4)]);
    assert_eq!(
        enough.decision,
        Decision::NoDifference,
        "{more}: {enough:?}"
    );
    assert!(enough.variants.iter().all(|v| v.loss < 0.05));
}

#[test]
fn a_plan_holds_where_the_rates_are_as_they_look() {
    let at = |n| analysed(&[around("a", 0.05, 0.8, n), around("b", 0.03, 0.8, n)]).decision;
    let Decision::KeepGoing { more } = at(10) else {
        panic!("{:?}", at(10));
    };
    let n = 10 + u32::try_from(more).unwrap();
    assert!(
        matches!(at(n - more.div_ceil(3) as u32), Decision::KeepGoing { .. }),
        "{more}"
    );
    assert_eq!(
        at(n + more.div_ceil(3) as u32),
        Decision::Stop { best: 0 },
        "{more}"
    );
}

#[test]
fn a_small_difference_under_a_great_spread_is_out_of_reach() {
    let told = analysed(&[around("a", 0.031, 2.2, 6), around("b", 0.03, 2.2, 6)]);
    assert_eq!(told.decision, Decision::KeepGoing { more: MOST_NEEDED });
    assert!(
        told.explanation.contains("even 500 more of each"),
        "{}",
        told.explanation
    );
}

#[test]
fn postings_nobody_saw_and_variants_without_any_are_no_trouble() {
    let told = analysed(&[variant("a", &[]), variant("b", &[(0, 0), (0, 3)])]);
    assert_eq!([told.variants[0].n, told.variants[1].n], [0, 0]);
    assert!((told.variants[0].best - 0.5).abs() < 0.05, "{told:?}");
    assert!(
        matches!(told.decision, Decision::KeepGoing { more: 6.. }),
        "{told:?}"
    );
}

#[test]
fn nine_intervals_of_ten_hold_the_rate_and_probabilities_are_frequencies() {
    let (mut inside, mut claimed, mut best) = (0.0, 0.0, 0.0);
    let runs = 300;
    for seed in 0..runs {
        let random = &mut generator(seed);
        let centre = 0.03f64.ln() + 0.3 * normal(random);
        let truths = [0, 1].map(|_| centre + 0.2 * normal(random));
        let variants = truths.map(|mu| {
            let postings: Vec<_> = (0..10)
                .map(|_| {
                    (
                        20_000,
                        (20_000.0 * (mu + 0.8 * normal(random)).exp()).round() as u64,
                    )
                })
                .collect();
            variant("v", &postings)
        });
        let settings = Settings {
            draws: 500,
            ..Settings::default()
        };
        let told = analyse(&variants, &settings).unwrap();
        let [low, high] = told.variants[0].interval;
        inside += f64::from(u8::from((low..high).contains(&truths[0].exp())));
        let leads = told.variants[0].best > 0.5;
        let leader = &told.variants[usize::from(!leads)];
        claimed += leader.best;
        best += f64::from(u8::from(leads == (truths[0] > truths[1])));
    }
    let share = |x: f64| x / runs as f64;
    println!(
        "90 % intervals hold {:.3}; leaders are best in {:.3}, claimed {:.3}",
        share(inside),
        share(best),
        share(claimed)
    );
    assert!((0.85..0.95).contains(&share(inside)));
    assert!((share(best) - share(claimed)).abs() < 0.07);
}

#[test]
fn the_same_postings_give_the_same_answer_in_words_a_program_reads() {
    let variants = [around("a", 0.03, 0.5, 7), around("b", 0.04, 0.5, 7)];
    assert_eq!(analysed(&variants), analysed(&variants));
    let json = serde_json::to_value(analysed(&variants)).unwrap();
    assert_eq!(json["decision"], "keep-going");
    assert!(json["more"].is_u64(), "{json}");
    assert_eq!(json["variants"][1]["name"], "b");
}

#[test]
fn what_cannot_be_tested_is_refused() {
    let one = analyse(&[variant("a", &[(10, 1)])], &Settings::default());
    assert_eq!(one, Err(LearningError::Variants { have: 1 }));
    for (settings, named) in [
        (
            Settings {
                certainty: 0.5,
                ..Settings::default()
            },
            "`certainty` is 0.5",
        ),
        (
            Settings {
                caring: f64::NAN,
                ..Settings::default()
            },
            "`caring` is NaN",
        ),
        (
            Settings {
                min_postings: 1,
                ..Settings::default()
            },
            "`min_postings` is 1",
        ),
        (
            Settings {
                draws: 0,
                ..Settings::default()
            },
            "`draws` is 0",
        ),
    ] {
        let error = analyse(&[], &settings).unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_number_told_is_one(
        a in prop::collection::vec((0..=u64::MAX, 0..=u64::MAX), 0..12),
        b in prop::collection::vec((0..50u64, 0..90u64), 0..12),
        c in prop::collection::vec((0..=u64::MAX, 0..3u64), 0..12),
    ) {
        let settings = Settings { draws: 100, ..Settings::default() };
        let variants = [variant("a", &a), variant("b", &b), variant("c", &c)];
        let told = analyse(&variants, &settings).unwrap();
        for v in &told.variants {
            let numbers = [v.rate, v.interval[0], v.interval[1], v.best, v.loss];
            prop_assert!(numbers.iter().all(|x| x.is_finite() && *x >= 0.0), "{v:?}");
            prop_assert!(v.loss < 1.0 + 1e-9 && v.interval[0] <= v.interval[1], "{v:?}");
        }
        let best: f64 = told.variants.iter().map(|v| v.best).sum();
        prop_assert!((best - 1.0).abs() < 1e-9);
    }
}
