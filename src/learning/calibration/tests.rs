use proptest::prelude::*;
use rand::rngs::ChaCha8Rng;

use super::{Calibration, Measure, Outcome, PastPost, Settings, Verdict, outcome};
use crate::learning::math::{generator, normal};

fn past(score: f64, value: f64) -> PastPost {
    PastPost {
        score,
        outcome: Outcome {
            value,
            measure: Measure::PerImpression,
        },
    }
}

fn calibrated(posts: &[PastPost]) -> Calibration {
    Calibration::new(posts, &Settings::default()).unwrap()
}

/// Posts whose outcomes have correlation `r` with their scores, spread 0.8, and drift by `drift`
/// from post to post.
fn history(random: &mut ChaCha8Rng, n: usize, r: f64, drift: f64) -> Vec<PastPost> {
    (0..n)
        .map(|i| {
            let score = normal(random);
            let noise = (1.0 - r * r).sqrt() * normal(random);
            past(
                3.0 * score,
                0.8 * (r * score + noise) + drift * i as f64 - 4.0,
            )
        })
        .collect()
}

/// Share of `seeds` histories that have skill.
fn skilled(seeds: u64, n: usize, r: f64, drift: f64) -> f64 {
    let skilled = (0..seeds)
        .filter(|seed| {
            let posts = history(&mut generator(*seed), n, r, drift);
            calibrated(&posts).verdict == Verdict::Skill
        })
        .count();
    skilled as f64 / seeds as f64
}

#[test]
fn noise_has_no_skill() {
    for (n, drift) in [
        (40, 0.0),
        (60, 0.0),
        (100, 0.0),
        (200, 0.0),
        (100, 0.02),
        (100, -0.02),
    ] {
        let rate = skilled(200, n, 0.0, drift);
        println!(
            "{n} posts of noise, drift {drift}: skill claimed in {:.1} %",
            100.0 * rate
        );
        assert!(rate <= 0.05, "{n} posts, drift {drift}: {rate}");
    }
}

#[test]
fn a_number_that_holds_has_skill() {
    for (n, r, least) in [
        (200, 0.6, 0.98),
        (100, 0.6, 0.75),
        (60, 0.6, 0.4),
        (200, 0.3, 0.3),
    ] {
        let rate = skilled(50, n, r, 0.01);
        println!("{n} posts, r {r}: skill found in {:.1} %", 100.0 * rate);
        assert!(rate >= least, "{n} posts, r {r}: {rate}");
    }
    assert!(
        skilled(50, 200, -0.6, 0.0) == 0.0,
        "upside down is no skill"
    );
}

#[test]
fn four_of_five_posts_end_inside_the_interval() {
    let (mut inside, mut asked) = (0, 0);
    for seed in 0..40 {
        let mut posts = history(&mut generator(seed), 220, 0.6, 0.0);
        let later = posts.split_off(200);
        let model = calibrated(&posts);
        for post in later {
            let Some(told) = model.forecast(post.score) else {
                continue;
            };
            assert!(told.low <= told.median && told.median <= told.high);
            assert_eq!(told.n, 180);
            asked += 1;
            inside += usize::from((told.low..=told.high).contains(&post.outcome.value));
        }
    }
    let share = inside as f64 / asked as f64;
    println!(
        "{:.1} % of {asked} posts inside the 80 % interval",
        100.0 * share
    );
    assert!(
        asked > 700 && (0.76..0.84).contains(&share),
        "{share} of {asked}"
    );
}

#[test]
fn a_forecast_follows_the_number_and_needs_skill() {
    let posts = history(&mut generator(1), 200, 0.6, 0.0);
    let model = calibrated(&posts);
    let [low, high] = [-3.0, 3.0].map(|score| model.forecast(score).unwrap().median);
    // Six points of score are two deviations, each worth 0.6 of 0.8.
    assert!((0.6..1.3).contains(&(high - low)), "{low} {high}");
    assert!(model.forecast(f64::NAN).is_none());
    let noise = calibrated(&history(&mut generator(1), 200, 0.0, 0.0));
    assert_eq!(noise.verdict, Verdict::NoSkill);
    assert!(noise.forecast(0.0).is_none());
    assert_eq!(
        calibrated(&posts),
        model,
        "the same posts and seed, the same answer"
    );
}

#[test]
fn few_posts_are_told_and_counted() {
    let have = |n| calibrated(&history(&mut generator(0), n, 0.9, 0.0)).verdict;
    assert_eq!(have(0), Verdict::TooFew { have: 0, need: 40 });
    assert_eq!(have(39), Verdict::TooFew { have: 39, need: 40 });
    assert!(!matches!(have(40), Verdict::TooFew { .. }));
    let none = calibrated(&[]);
    assert_eq!((none.measure, none.skill, none.tested), (None, None, 0));
    assert_eq!(
        none.explanation,
        "0 posts with an outcome; 40 are needed: 20 to learn from and 20 to be tried on"
    );
}

#[test]
fn equal_outcomes_and_equal_scores_have_no_skill() {
    let random = &mut generator(3);
    let constant: Vec<_> = (0..80).map(|_| past(normal(random), -3.0)).collect();
    let model = calibrated(&constant);
    assert_eq!(model.verdict, Verdict::NoSkill);
    assert_eq!(
        (model.skill.unwrap().value, model.ranking.unwrap().value),
        (0.0, 0.5)
    );
    let tied: Vec<_> = (0..80).map(|_| past(1.0, normal(random))).collect();
    let model = calibrated(&tied);
    assert_eq!(model.verdict, Verdict::NoSkill);
    assert_eq!(
        (model.skill.unwrap().value, model.ranking.unwrap().value),
        (0.0, 0.5)
    );
}

#[test]
fn what_is_no_number_or_measured_otherwise_is_left_out() {
    let posts = history(&mut generator(5), 100, 0.6, 0.0);
    let mut mixed = Vec::new();
    for post in &posts {
        mixed.push(past(f64::NAN, 1.0));
        mixed.push(past(1.0, f64::INFINITY));
        mixed.push(*post);
    }
    let counted = PastPost {
        score: 9.0,
        outcome: outcome(None, 12, 3, 0, None),
    };
    mixed.extend([counted; 90]);
    assert_eq!(calibrated(&mixed), calibrated(&posts));
}

#[test]
fn outcomes_use_the_finest_measure_there_is() {
    let same = |a: Outcome, value: f64, measure| {
        assert_eq!(a.measure, measure);
        assert!((a.value - value).abs() < 1e-12, "{a:?}");
    };
    let ln = f64::ln;
    same(
        outcome(Some(999), 20, 4, 1, Some(50)),
        ln(0.0255),
        Measure::PerImpression,
    );
    same(
        outcome(None, 20, 4, 1, Some(499)),
        ln(0.051),
        Measure::PerFollower,
    );
    same(
        outcome(Some(0), 20, 4, 1, Some(0)),
        ln(26.0),
        Measure::Count,
    );
    same(outcome(None, 0, 0, 0, None), 0.0, Measure::Count);
    assert!((Measure::Count.natural(ln(26.0)) - 25.0).abs() < 1e-9);
    assert!((Measure::PerImpression.natural(ln(0.0255)) - 0.0255).abs() < 1e-12);
}

#[test]
fn the_arithmetic_is_told_and_serialised() {
    let model = calibrated(&history(&mut generator(1), 200, 0.6, 0.0));
    let (skill, ranking) = (model.skill.unwrap(), model.ranking.unwrap());
    let wanted = format!(
        "skill {:.2}, 95 % from {:.2} to {:.2}; of 1745 pairs of near posts the higher number did \
         better in {:.0} %",
        skill.value,
        skill.low,
        skill.high,
        100.0 * ranking.value
    );
    assert!(model.explanation.contains(&wanted), "{}", model.explanation);
    assert!(model.explanation.ends_with("the number helps"));
    let json = serde_json::to_value(&model).unwrap();
    assert_eq!(json["verdict"], "skill");
    assert_eq!(json["measure"], "per-impression");
    assert_eq!(json["posts"], 200);
    let few = serde_json::to_value(calibrated(&[])).unwrap();
    assert_eq!(
        (&few["verdict"], &few["need"]),
        (&"too-few".into(), &40.into())
    );
}

#[test]
fn one_post_is_told_in_a_line_and_as_arithmetic() {
    let model = calibrated(&history(&mut generator(1), 200, 0.6, 0.0));
    let told = model.told(Some(3.0));
    let (f, rates) = (told.forecast.unwrap(), told.rates.unwrap());
    assert_eq!(f, model.forecast(3.0).unwrap());
    assert!(rates.low < rates.median && rates.median < rates.high);
    assert!(
        rates.median > rates.usual,
        "a high score is more than usual"
    );
    assert!((rates.median.ln() - f.median).abs() < 1e-12);
    let line = format!(
        "{:.4} engagements an impression; 8 of 10 such posts from {:.4} to {:.4} (of 180 of yours)",
        rates.median, rates.low, rates.high
    );
    assert_eq!(told.line(), line);
    let rows = model.arithmetic(Some(3.0));
    assert_eq!(rows.len(), 4, "{rows:#?}");
    let usual = format!(
        "{:.4} engagements an impression: the median of the last 25 of your 200 posts",
        rates.usual
    );
    assert!(rows[0].starts_with(&usual), "{}", rows[0]);
    assert_eq!(rows[1], model.explanation);
    // The sum as written comes to what it says.
    let numbers: Vec<f64> = rows[2]
        .split(|c: char| !(c.is_ascii_digit() || ".+-".contains(c)))
        .filter_map(|n| n.parse().ok())
        .collect();
    let [lift, centre, usual, slope, away, median] = numbers[..] else {
        panic!("{}", rows[2]);
    };
    assert!((lift - centre - away).abs() < 2e-3, "{}", rows[2]);
    assert!(((usual + slope * away).exp() - median).abs() < 0.01 * median);
    assert!(rows[3].ends_with("the errors of the 180 forecasts, 10th and 90th percentile"));
    assert!(rows[3].contains(&format!("= {:.4} to", rates.low)));
    assert!(rows[3].contains(&format!("= {:.4}: ", rates.high)));
}

#[test]
fn without_a_forecast_the_line_says_why() {
    let few = calibrated(&history(&mut generator(0), 12, 0.9, 0.0));
    let told = few.told(Some(1.0));
    assert_eq!((told.forecast, told.rates), (None, None));
    assert_eq!(told.line(), "no forecast: 12 of 40 posts needed");
    let rows = few.arithmetic(Some(1.0));
    assert!(
        rows[0].contains("the last 12 of your 12 posts"),
        "{rows:#?}"
    );
    assert_eq!((rows.len(), &rows[1]), (2, &few.explanation));
    let none = calibrated(&[]);
    assert_eq!(none.arithmetic(None).join(""), none.explanation);
    let noise = calibrated(&history(&mut generator(1), 200, 0.0, 0.0));
    let skill = noise.skill.unwrap();
    let wanted = format!(
        "no forecast: no skill ({:.2}, 95 % from {:.2} to {:.2})",
        skill.value, skill.low, skill.high
    );
    assert_eq!(noise.told(Some(1.0)).line(), wanted);
    let good = calibrated(&history(&mut generator(1), 200, 0.6, 0.0));
    assert_eq!(
        good.told(None).line(),
        "no forecast: the head has no number for this post"
    );
}

#[test]
fn counts_are_told_as_counts() {
    let posts: Vec<_> = (0..60u64)
        .map(|i| PastPost {
            score: (i % 7) as f64,
            outcome: outcome(None, 10 + 10 * (i % 7), 0, 0, None),
        })
        .collect();
    let model = calibrated(&posts);
    let line = model.told(Some(3.0)).line();
    let told: f64 = line.split(' ').next().unwrap().parse().unwrap();
    assert!((30.0..50.0).contains(&told), "{line}");
    assert!(line.contains("engagements in all; 8 of 10"), "{line}");
    let rows = model.arithmetic(Some(3.0));
    assert!(rows[2].contains(") - 1 = "), "{}", rows[2]);
}

#[test]
fn settings_below_their_least_are_refused() {
    let settings = Settings {
        min_tested: 9,
        ..Settings::default()
    };
    let error = Calibration::new(&[], &settings).unwrap_err();
    assert!(error.to_string().contains("`min_tested` is 9"), "{error}");
}

proptest! {
    #[test]
    fn every_number_told_is_one(
        posts in prop::collection::vec((0..5i32, -3..3i32), 0..90)
    ) {
        let posts: Vec<_> =
            posts.into_iter().map(|(s, v)| past(f64::from(s), f64::from(v))).collect();
        let settings = Settings { resamples: 100, ..Settings::default() };
        let model = Calibration::new(&posts, &settings).unwrap();
        for told in [model.skill, model.ranking].into_iter().flatten() {
            prop_assert!(told.low <= told.high && told.value.is_finite(), "{told:?}");
            prop_assert!(told.low.is_finite() && told.high.is_finite(), "{told:?}");
        }
        prop_assert!(!model.explanation.contains("NaN"), "{}", model.explanation);
    }
}
