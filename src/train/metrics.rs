//! Figures and their intervals.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;

use crate::model::heads::Figure;

/// Samples drawn for an interval.
const RESAMPLES: usize = 1_000;

/// Share of a class's examples that were told to be of it, averaged over `classes` classes: macro
/// recall. Classes without examples are left out.
#[must_use]
pub fn macro_recall(pairs: impl Iterator<Item = (usize, usize)>, classes: usize) -> f64 {
    let mut of = vec![(0usize, 0usize); classes];
    for (label, told) in pairs {
        of[label].0 += 1;
        of[label].1 += usize::from(label == told);
    }
    mean(
        of.iter()
            .filter(|c| c.0 > 0)
            .map(|c| c.1 as f64 / c.0 as f64),
    )
}

/// The mean; 0 of nothing.
pub fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut n) = (0.0, 0usize);
    for value in values {
        sum += value;
        n += 1;
    }
    if n == 0 { 0.0 } else { sum / n as f64 }
}

/// The harmonic mean of precision and recall of `told` things, of which `hits` are among the
/// `golds` that are right; 0 without a hit.
#[must_use]
pub fn f1_at(hits: usize, told: usize, golds: usize) -> f64 {
    if hits == 0 {
        return 0.0;
    }
    2.0 * hits as f64 / (told + golds) as f64
}

/// How often a positive example is told to be more so than a negative one, equals counting half:
/// the area under the receiver operating characteristic. `0.5` where a class is missing.
#[must_use]
pub fn area_under_curve(scored: &[(bool, f64)]) -> f64 {
    let mut sorted: Vec<&(bool, f64)> = scored.iter().collect();
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (mut positives, mut rank_sum, mut at) = (0usize, 0.0, 0usize);
    while at < sorted.len() {
        let ties = sorted[at..]
            .iter()
            .take_while(|s| s.1 == sorted[at].1)
            .count();
        // Ranks count from 1; equals share the mean of theirs.
        let rank = at as f64 + (ties as f64 + 1.0) / 2.0;
        let here = sorted[at..at + ties].iter().filter(|s| s.0).count();
        positives += here;
        rank_sum += rank * here as f64;
        at += ties;
    }
    let negatives = sorted.len() - positives;
    if positives == 0 || negatives == 0 {
        return 0.5;
    }
    let p = positives as f64;
    (rank_sum - p * (p + 1.0) / 2.0) / (p * negatives as f64)
}

/// A figure over `units` (rows, authors, documents) with its 95 % interval: the percentiles of what
/// `measure` gives for units drawn anew, with repetition (Efron 1979). `n` is the number of
/// examples that is told.
pub fn with_interval(
    units: usize,
    n: usize,
    seed: u64,
    measure: impl Fn(&mut dyn Iterator<Item = usize>) -> f64,
) -> Figure {
    let value = measure(&mut (0..units));
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let mut chosen = (0..units).map(|_| rng.random_range(0..units));
            measure(&mut chosen)
        })
        .collect();
    drawn.sort_by(f64::total_cmp);
    let at = |share: f64| drawn[((RESAMPLES - 1) as f64 * share).round() as usize];
    Figure {
        value,
        low: at(0.025),
        high: at(0.975),
        n,
    }
}

/// Hits among `n` trials.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Hits {
    /// Weight of what was right; a tie counts half.
    pub right: f64,
    /// Number of trials.
    pub n: usize,
}

impl Hits {
    /// Counts one trial: whether the difference of the scores has the sign of the outcome.
    pub fn count(&mut self, outcome: f64, difference: f64) {
        self.n += 1;
        self.right += if difference == 0.0 {
            0.5
        } else {
            f64::from(u8::from((difference > 0.0) == (outcome > 0.0)))
        };
    }
}

/// Share that was right, over groups that are drawn as a whole.
#[must_use]
pub fn share_right(groups: &[Hits], seed: u64) -> Figure {
    let n = groups.iter().map(|g| g.n).sum();
    with_interval(groups.len(), n, seed, |chosen| {
        let (mut right, mut n) = (0.0, 0usize);
        for group in chosen.map(|i| groups[i]) {
            right += group.right;
            n += group.n;
        }
        if n == 0 { 0.5 } else { right / n as f64 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recall_weighs_classes_alike() {
        let pairs = [(0, 0), (0, 0), (0, 0), (1, 0), (1, 1)];
        assert_eq!(macro_recall(pairs.into_iter(), 3), 0.75);
    }

    #[test]
    fn the_area_counts_pairs_in_the_right_order() {
        let scored = [(true, 3.0), (false, 1.0), (true, 1.0), (false, 0.0)];
        assert_eq!(area_under_curve(&scored), 3.5 / 4.0);
        assert_eq!(area_under_curve(&[(true, 1.0)]), 0.5);
    }

    #[test]
    fn an_interval_holds_the_value_and_narrows_with_examples() {
        let width = |n: usize| {
            let figure = with_interval(n, n, 7, |chosen| {
                mean(chosen.map(|i| f64::from(u8::from(i % 4 != 0))))
            });
            assert!(figure.low <= figure.value && figure.value <= figure.high);
            assert!((figure.value - 0.75).abs() < 0.01);
            figure.high - figure.low
        };
        // 2 · 1.96 · sqrt(.75 · .25 / n)
        assert!((width(100) - 0.17).abs() < 0.03, "{}", width(100));
        assert!((width(10_000) - 0.017).abs() < 0.003);
    }

    #[test]
    fn a_tie_is_half_right() {
        let mut hits = Hits::default();
        hits.count(1.0, 0.5);
        hits.count(-1.0, 0.5);
        hits.count(1.0, 0.0);
        assert_eq!((hits.right, hits.n), (1.5, 3));
        let figure = share_right(&[hits, hits], 1);
        assert_eq!(
            (figure.value, figure.low, figure.high, figure.n),
            (0.5, 0.5, 0.5, 6)
        );
    }
}
