//! Which of two openings is opened more often.

use std::collections::BTreeMap;

use crate::engine::Reader;
use crate::model::heads::{Head, Heads, Task};
use crate::train::TrainError;
use crate::train::data::{Source, find};
use crate::train::datasets::{HeadlinePair, headline_pairs};
use crate::train::metrics::{Hits, share_right};
use crate::train::problem::Lesson;
use crate::train::trainer::Plan;

use super::staged::{Staged, openings};
use super::{Evaluation, Mistake, Run, is_apart};

const BUCKETS: usize = 1 << 15;
/// Percent of the tests that the epoch is chosen by.
const CHOICE: u32 = 10;
/// What differences are multiplied by before they are taken for the truth: winners are lucky, too.
const SHRUNK: f64 = 0.8;
/// Standard errors from which a difference is no accident at the 5 % level.
const SIGNIFICANT: f64 = 1.96;

const FROZEN: Plan = Plan {
    epochs: 8,
    patience: 2,
    rate: 1e-3,
    upper_rate: 0.0,
    warm_up: 0.05,
    decay: 0.1,
    seed: 0,
};
const TUNED: Plan = Plan {
    epochs: 3,
    patience: 3,
    rate: 1e-3,
    upper_rate: 5e-5,
    warm_up: 0.1,
    decay: 0.01,
    seed: 0,
};

/// Trains a head and measures it.
///
/// # Errors
/// Where the data or the model cannot be used.
pub fn train(run: &Run<'_>) -> Result<Head, TrainError> {
    let wanted = "the data folder holds engagement/upworthy_pairs.tsv.zst";
    let path = find(&run.data.join("engagement"), "upworthy_pairs.tsv");
    let source = Source::read(&path, wanted)?;
    let pairs: Vec<HeadlinePair> = headline_pairs(&source)?
        .into_iter()
        .filter(|p| !p.faulty)
        .collect();
    let (held, rest): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|p| p.held_out);
    // Whole tests, since the arms of one share their words.
    let (choice, learned): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|p| is_apart(&p.test, CHOICE));
    let choice: Vec<_> = choice.into_iter().filter(significant).collect();
    let mut lines: Vec<&str> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let mut item = |text| {
        *known.entry(text).or_insert_with(|| {
            lines.push(text);
            lines.len() - 1
        })
    };
    let mut arms: BTreeMap<&str, usize> = BTreeMap::new();
    for pair in &learned {
        *arms.entry(&pair.test).or_default() += 1;
    }
    let mut lessons = Vec::new();
    let mut tuned = Vec::new();
    for pair in &learned {
        let (first, second) = (item(&pair.a), item(&pair.b));
        // A test of many arms has pairs that are no news to each other.
        let share = 1.0 / (arms[pair.test.as_str()] as f32).sqrt();
        let target = f32::from(u8::from(pair.z > 0.0));
        lessons.push(Lesson::Pair {
            first,
            second,
            target,
            weight: share * pair.z.abs() as f32,
        });
        tuned.push(Lesson::Pair {
            first,
            second,
            target: normal_cdf(SHRUNK * pair.z) as f32,
            weight: share,
        });
    }
    let mut held_out = Vec::new();
    for pair in &choice {
        held_out.extend([item(&pair.a), item(&pair.b)]);
    }
    let plain = run.encoder(Heads::default())?;
    let texts = openings(&plain, &lines)?;
    let score = |outputs: &[f32]| {
        let mut hits = Hits::default();
        for (pair, told) in choice.iter().zip(outputs.as_chunks::<2>().0) {
            hits.count(pair.z, f64::from(told[0] - told[1]));
        }
        hits.right / hits.n.max(1) as f64
    };
    let mut card = run.card(Task::Headline, &[&source]);
    let made = Staged {
        texts,
        lessons,
        tuned,
        outputs: 1,
        buckets: BUCKETS,
        batch: 32,
        frozen_plan: FROZEN,
        tuned_plan: TUNED,
        held_out,
        score: &score,
        calibration: learned.iter().step_by(50).map(|p| p.a.as_str()).collect(),
    }
    .train(run, &card)?;
    let mut head = Head::new(card.clone(), made.network, Some(made.branch), Vec::new());
    let reader = run.reader(&head)?;
    card.figures = evaluate(&reader, &held, false)?.all_figures("held out");
    head.card = card;
    Ok(head)
}

fn significant(pair: &HeadlinePair) -> bool {
    pair.z.abs() > SIGNIFICANT
}

/// The normal distribution, after Abramowitz and Stegun 7.1.26: off by 1.5e-7 at most.
fn normal_cdf(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let terms = [
        0.254_829_592,
        -0.284_496_736,
        1.421_413_741,
        -1.453_152_027,
        1.061_405_429,
    ];
    let sum = terms.iter().rev().fold(0.0, |sum, a| (sum + a) * t);
    let upper = 0.5 * sum * (-x * x).exp();
    if z < 0.0 { upper } else { 1.0 - upper }
}

/// Measures the head of `reader` on the pairs that differ by more than accident, outside the faulty
/// weeks.
///
/// # Errors
/// Where there is no head for the task, or the encoder fails.
pub fn evaluate(
    reader: &Reader,
    pairs: &[HeadlinePair],
    with_errors: bool,
) -> Result<Evaluation, TrainError> {
    let used: Vec<&HeadlinePair> = pairs
        .iter()
        .filter(|p| significant(p) && !p.faulty)
        .collect();
    if used.is_empty() {
        return Err(TrainError::Request(format!(
            "no pair differs by more than {SIGNIFICANT} standard errors outside the faulty weeks\n  \
             help: the columns are z and problem_window"
        )));
    }
    let texts: Vec<&str> = used
        .iter()
        .flat_map(|p| [p.a.as_str(), p.b.as_str()])
        .collect();
    let told = reader.openings(&texts, Task::Headline)?;
    let (told, _) = told.as_chunks::<2>();
    // Arms of one test are drawn together.
    let mut tests: BTreeMap<&str, (Hits, Hits)> = BTreeMap::new();
    let mut mistakes = Vec::new();
    for (pair, told) in used.iter().zip(told) {
        let difference = f64::from(told[0] - told[1]);
        let longer = pair.a.chars().count() as f64 - pair.b.chars().count() as f64;
        let of = tests.entry(&pair.test).or_default();
        of.0.count(pair.z, difference);
        of.1.count(pair.z, longer);
        if with_errors && difference * pair.z < 0.0 {
            let (winner, loser) = if pair.z > 0.0 {
                (&pair.a, &pair.b)
            } else {
                (&pair.b, &pair.a)
            };
            mistakes.push(Mistake {
                text: format!("{winner} | {loser}"),
                truth: format!("the first, by {:.1} standard errors", pair.z.abs()),
                told: "the second".to_owned(),
                confidence: 1.0 / (1.0 + (-difference.abs()).exp()),
            });
        }
    }
    let (by_head, by_length): (Vec<Hits>, Vec<Hits>) = tests.into_values().unzip();
    let mut out = Evaluation::new(Task::Headline, used.len());
    out.figure("pair_accuracy", share_right(&by_head, 1));
    out.baseline(
        "the longer one",
        "pair_accuracy",
        share_right(&by_length, 1),
    );
    out.keep_worst(mistakes);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution_at_known_points() {
        for (z, p) in [(0.0, 0.5), (1.96, 0.975), (-1.96, 0.025), (3.0, 0.998_65)] {
            assert!((normal_cdf(z) - p).abs() < 1e-4, "{z}");
        }
    }
}
