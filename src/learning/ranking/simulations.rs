//! Simulated writers: what learning wins for one with a taste, and costs one without.
//!
//! A simulated post has three to six suggestions of different operators, with gains that spread
//! log-normally around 2 points. Only the first in the order is decided on, which is the least that
//! a model can be told. The value of an order is the gain of its first suggestion times the
//! probability that this writer takes it; regret is what the best choice would have had more.

use std::collections::BTreeMap;

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::{Acceptance, Candidate, Decision, Priors, Verdict};
use crate::learning::math::{generator, mean, normal};

/// Decisions of a run.
const DECISIONS: usize = 200;
/// Standard deviation of the logarithm of gains.
const GAIN_SPREAD: f64 = 0.6;

/// What one run came to, by decision.
struct Run {
    /// Value of the learnt order's first suggestion.
    learnt: Vec<f64>,
    /// Value of the shipped order's.
    fixed: Vec<f64>,
    /// Value of the best.
    best: Vec<f64>,
}

fn post<'a>(random: &mut ChaCha8Rng, names: &[&'a str]) -> Vec<Candidate<'a>> {
    let mut names = names.to_vec();
    names.shuffle(random);
    let count = random.random_range(3..=6);
    names[..count]
        .iter()
        .map(|operator| Candidate {
            operator,
            gain: 2.0 * (GAIN_SPREAD * normal(random)).exp(),
        })
        .collect()
}

/// A writer who takes suggestions with the probabilities `taste`, and edits a fifth of them later.
fn run(random: &mut ChaCha8Rng, priors: &Priors, taste: &BTreeMap<&str, f64>) -> Run {
    let names: Vec<&str> = taste.keys().copied().collect();
    let shipped = Acceptance::replay(priors.clone(), []);
    let mut model = shipped.clone();
    let mut run = Run {
        learnt: Vec::new(),
        fixed: Vec::new(),
        best: Vec::new(),
    };
    for _ in 0..DECISIONS {
        let candidates = post(random, &names);
        let value = |i: usize| candidates[i].gain * taste[candidates[i].operator];
        let first = model.rank(&candidates)[0].index;
        run.learnt.push(value(first));
        run.fixed.push(value(shipped.rank(&candidates)[0].index));
        run.best
            .push((0..candidates.len()).map(value).fold(0.0, f64::max));
        let operator = candidates[first].operator;
        let taken = random.random_bool(taste[operator]);
        let mut verdicts = vec![if taken {
            Verdict::Accepted
        } else {
            Verdict::Rejected
        }];
        if taken && random.random_bool(0.2) {
            verdicts.push(Verdict::EditedAfter);
        }
        for verdict in verdicts {
            model.record(&Decision {
                operator: operator.to_owned(),
                verdict,
            });
        }
    }
    run
}

/// Regret per decision over the decisions of `window`, as a share of the best value.
fn regret(runs: &[Run], of: fn(&Run) -> &Vec<f64>, window: std::ops::Range<usize>) -> f64 {
    let sum = |of: fn(&Run) -> &Vec<f64>| -> f64 {
        runs.iter().flat_map(|r| &of(r)[window.clone()]).sum()
    };
    1.0 - sum(of) / sum(|r| &r.best)
}

/// A taste that strays from the priors by `spread` on the logit scale.
fn taste<'a>(random: &mut ChaCha8Rng, priors: &'a Priors, spread: f64) -> BTreeMap<&'a str, f64> {
    priors
        .operators()
        .map(|name| {
            let m = priors.mean(name);
            let logit = (m / (1.0 - m)).ln() + spread * normal(random);
            (name, 1.0 / (1.0 + (-logit).exp()))
        })
        .collect()
}

#[test]
fn a_writer_with_a_taste_is_served_better_within_fifty_decisions() {
    let priors = Priors::default();
    for spread in [0.7, 1.0, 1.5] {
        let runs: Vec<Run> = (0..200)
            .map(|seed| {
                let random = &mut generator(seed);
                let taste = taste(random, &priors, spread);
                run(random, &priors, &taste)
            })
            .collect();
        let learnt = |window| regret(&runs, |r| &r.learnt, window);
        let fixed = |window| regret(&runs, |r| &r.fixed, window);
        for (from, to) in [(0, 10), (10, 25), (25, 50), (50, 100), (100, 200), (0, 50)] {
            println!(
                "taste {spread}: decisions {:>3} to {to:>3}: regret {:.3} learnt, {:.3} shipped",
                from + 1,
                learnt(from..to),
                fixed(from..to)
            );
        }
        assert!(learnt(0..50) < fixed(0..50), "taste {spread}");
        assert!(learnt(25..50) < 0.9 * fixed(25..50), "taste {spread}");
    }
}

#[test]
fn a_writer_without_a_taste_loses_next_to_nothing() {
    let shipped = Priors::default();
    let names: Vec<&str> = shipped.operators().collect();
    let flat = names.iter().map(|name| ((*name).to_owned(), 0.5));
    let flat = Priors::new(flat.collect(), 0.5, shipped.strength()).unwrap();
    for (kind, priors) in [("shipped", &shipped), ("equal", &flat)] {
        for p in [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98] {
            let taste: BTreeMap<&str, f64> = names.iter().map(|name| (*name, p)).collect();
            let runs: Vec<Run> = (0..60)
                .map(|seed| run(&mut generator(seed), priors, &taste))
                .collect();
            for decisions in [10, 25, 50, 100, 200] {
                let losses = runs.iter().map(|r| {
                    let sum = |values: &[f64]| values[..decisions].iter().sum::<f64>();
                    1.0 - sum(&r.learnt) / sum(&r.fixed)
                });
                let losses: Vec<f64> = losses.collect();
                let (mean, worst) = (mean(&losses), losses.iter().copied().fold(-1.0, f64::max));
                println!(
                    "{kind} priors, takes {p}: after {decisions:>3} decisions {mean:+.4} of the \
                     value lost on average, {worst:+.4} at worst"
                );
                assert!(mean < 0.01, "{kind}, {p}, {decisions}: {mean}");
                assert!(
                    decisions < 50 || worst < 0.05,
                    "{kind}, {p}, {decisions}: {worst}"
                );
            }
        }
    }
}
