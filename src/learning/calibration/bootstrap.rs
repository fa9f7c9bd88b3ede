//! How sure skill and ranking are: a block bootstrap over the tried posts.

use rand::RngExt;
use serde::Serialize;

use super::Settings;
use super::forward::Tested;
use crate::learning::math::{generator, quantile};

/// Farthest that two posts of a pair are apart, in posts: near ones had much the same audience.
const NEAR: usize = 10;
/// Share of the resamples below an interval, and above it.
const TAIL: f64 = 0.025;

/// A number with an interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// Lower end of the central 95 % of the bootstrap.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Pairs of near posts whose outcomes differ.
pub struct Pairs(Vec<(usize, usize, f64)>);

impl Pairs {
    /// Those among `tested`, each with 1 where the higher score did better, 0 where the lower did,
    /// and half of that where the scores are equal.
    pub fn of(tested: &[Tested]) -> Self {
        let mut pairs = Vec::new();
        for (i, a) in tested.iter().enumerate() {
            for (j, b) in tested.iter().enumerate().skip(i + 1).take(NEAR) {
                let (score, outcome) = (a.score - b.score, a.outcome - b.outcome);
                if outcome != 0.0 {
                    let agree = if score == 0.0 {
                        0.5
                    } else {
                        f64::from(u8::from((score > 0.0) == (outcome > 0.0)))
                    };
                    pairs.push((i, j, agree));
                }
            }
        }
        Self(pairs)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Share that agrees where post `i` counts `times[i]`; a coin's where there are none.
    fn accuracy(&self, times: &[f64]) -> f64 {
        let (mut agreeing, mut all) = (0.0, 0.0);
        for &(i, j, agree) in &self.0 {
            let weight = times[i] * times[j];
            agreeing += weight * agree;
            all += weight;
        }
        if all > 0.0 { agreeing / all } else { 0.5 }
    }
}

/// One less the ratio of the errors where post `i` counts `times[i]`; 0 where the median never errs.
fn skill(tested: &[Tested], times: &[f64]) -> f64 {
    let (mut with, mut without) = (0.0, 0.0);
    for (post, times) in tested.iter().zip(times) {
        with += times * post.error();
        without += times * post.plain_error();
    }
    if without > 0.0 {
        1.0 - with / without
    } else {
        0.0
    }
}

/// Skill and accuracy on `pairs`, with intervals by the circular block bootstrap (Politis and
/// Romano 1992): neighbours in time share their audience and their running median, so blocks of
/// them are drawn. A block is the cube root of the number of posts long, rounded up.
pub fn estimates(tested: &[Tested], pairs: &Pairs, settings: &Settings) -> (Estimate, Estimate) {
    let n = tested.len();
    let block = (n as f64).cbrt().ceil() as usize;
    let mut random = generator(settings.seed);
    let (mut skills, mut accuracies) = (Vec::new(), Vec::new());
    for _ in 0..settings.resamples {
        let mut times = vec![0.0; n];
        let mut drawn = 0;
        while drawn < n {
            let start = random.random_range(0..n);
            let length = block.min(n - drawn);
            (start..start + length).for_each(|i| times[i % n] += 1.0);
            drawn += length;
        }
        skills.push(skill(tested, &times));
        accuracies.push(pairs.accuracy(&times));
    }
    let once = vec![1.0; n];
    let estimate = |value, resampled: &mut [f64]| Estimate {
        value,
        low: quantile(resampled, TAIL),
        high: quantile(resampled, 1.0 - TAIL),
    };
    (
        estimate(skill(tested, &once), &mut skills),
        estimate(pairs.accuracy(&once), &mut accuracies),
    )
}
