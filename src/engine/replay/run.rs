//! One pass over typing histories, as a writer's terminal would ask.

use std::time::Duration;

use serde::Serialize;

use crate::analysis::Settings;
use crate::cache::{Counts, Kind, Stats, Tier};
use crate::engine::Engine;

use super::typist::Typist;
use super::{Document, Trace, TraceError};

/// Time between two transactions where the trace's own is not used.
const APART: Duration = Duration::from_millis(200);
/// Kinds of values that a model computes.
const NEURAL: [Kind; 1] = [Kind::Sentence];

/// How a history is typed again.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Transactions at the start that are left out of the figures.
    pub warm_up: usize,
    /// Characters from which a text is not typed on.
    pub longest: usize,
    /// Transactions that are typed at most.
    pub most: Option<usize>,
    /// Whether the trace's own times are gone by, where it has them.
    pub real_time: bool,
    /// Quiet before the slow stages run, and the most they wait.
    pub debounce: (Duration, Duration),
    /// Whether the open document's segments are pinned.
    pub pinning: bool,
    /// Whether an edit gives up what runs for the text before.
    pub cancellation: bool,
    /// Quiet after the slow stages from which the writer rests.
    pub rest: Duration,
    /// Whether fixes are computed while the writer rests.
    pub superposition: bool,
}

/// What typing it again gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replayed {
    /// Transactions that count.
    pub keystrokes: usize,
    /// Share of the lookups of sentences and keywords that any tier answered, 0 to 1.
    pub segment_hit_rate: Option<f64>,
    /// Share of the models' computing time that was saved, 0 to 1.
    pub cost_weighted_hit_rate: Option<f64>,
    /// Segments that a model had to compute in a keystroke.
    pub misses_per_keystroke: Quantiles,
    /// The 95th percentile of it.
    pub misses_per_keystroke_p95: f64,
    /// From a keystroke to what is told of it.
    pub freshness_ms: Freshness,
    /// Runs of the slow stages whose answer came for a text that was no longer there.
    pub stale_runs: usize,
    /// What each tier did, kind by kind.
    pub tiers: Vec<Figures>,
}

/// What a tier did with one kind of value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// The tier.
    pub tier: Tier,
    /// The kind.
    pub kind: Kind,
    /// Lookups.
    pub lookups: u64,
    /// Lookups that found a value.
    pub hits: u64,
    /// Their share, 0 to 1.
    pub hit_rate: Option<f64>,
    /// Computing time that they saved, in milliseconds.
    pub saved_ms: f64,
}

/// Times from a keystroke to what is told of it, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Freshness {
    /// To what rules, lexicons and formulas tell.
    pub lexical: Quantiles,
    /// From the end of the debounce to what grammar, models and heads tell.
    pub neural: Quantiles,
}

/// The middle and the upper end of values.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Quantiles {
    /// Half are below it.
    pub p50: f64,
    /// 95 in 100 are.
    pub p95: f64,
    /// 99 in 100 are.
    pub p99: f64,
}

impl Quantiles {
    /// Of `values`, by the nearest rank; 0 of nothing.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let rank = (share * values.len() as f64).ceil() as usize;
            let index = rank.saturating_sub(1).min(values.len().saturating_sub(1));
            values.get(index).copied().unwrap_or_default()
        };
        Self {
            p50: at(0.5),
            p95: at(0.95),
            p99: at(0.99),
        }
    }
}

/// What was measured of the transactions that count.
#[derive(Default)]
struct Measured {
    lexical: Vec<f64>,
    neural: Vec<f64>,
    misses: Vec<f64>,
    stale: usize,
}

/// Types `trace` again through `engine`, as document `number`. Answers with the figures and the text
/// at the end.
///
/// # Errors
/// Where a transaction goes beyond the text, or the system gives no thread.
pub fn run(
    engine: &Engine,
    settings: &Settings,
    (trace, number): (&Trace, u64),
    plan: &Plan,
) -> Result<(Replayed, String), TraceError> {
    let mut typist = Typist::new(engine, settings, number, plan)?;
    let mut document = Document::new(trace.start());
    let mut measured = Measured::default();
    let mut before = engine.cache().stats();
    let mut since = Duration::ZERO;
    let all = trace.transactions().iter().enumerate();
    for (index, transaction) in all.take(plan.most.unwrap_or(usize::MAX)) {
        let text = trace.apply(&mut document, index)?;
        if text.chars().count() > plan.longest {
            break;
        }
        if index == plan.warm_up {
            measured = Measured::default();
            before = engine.cache().stats();
        }
        let computed = neural(&engine.cache().stats());
        let lexical = typist.edit(text);
        measured.lexical.push(millis(lexical));
        let next = trace.transactions().get(index + 1);
        let gap = if plan.real_time {
            next.and_then(|n| transaction.until(n)).unwrap_or(APART)
        } else {
            APART
        };
        since += gap;
        let (quiet, most) = plan.debounce;
        if gap >= quiet || since >= most {
            since = Duration::ZERO;
            // The next edit may come before the answer.
            let left = gap.saturating_sub(quiet);
            let took = typist.settle();
            if took <= left || !plan.cancellation {
                measured.neural.push(millis(took));
            } else {
                measured.stale += 1;
            }
            if let Some(idle) = left.checked_sub(took.max(plan.rest)) {
                typist.rest(idle);
            }
        }
        let now = neural(&engine.cache().stats());
        measured.misses.push((now - computed) as f64);
    }
    let after = engine.cache().stats();
    let last = typist.text().to_owned();
    Ok((told(measured, &before, &after), last))
}

pub(super) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Values that models computed so far.
fn neural(stats: &Stats) -> u64 {
    let kinds = stats.overall.kinds.iter();
    kinds
        .filter(|(kind, _)| NEURAL.contains(kind))
        .map(|(_, computed)| computed.values)
        .sum()
}

/// The figures of what was measured between two looks at the cache.
fn told(measured: Measured, before: &Stats, after: &Stats) -> Replayed {
    let mut tiers = Vec::new();
    for (old, new) in before.tiers.iter().zip(&after.tiers) {
        for ((kind, old), (_, now)) in old.kinds.iter().zip(&new.kinds) {
            tiers.push(Figures::since(new.tier, *kind, old, now));
        }
    }
    tiers.retain(|f| f.lookups > 0);
    let of = |what: fn(&Figures) -> f64| -> f64 {
        let own = tiers.iter().filter(|f| NEURAL.contains(&f.kind));
        own.map(what).sum()
    };
    // What memory has not is asked for below: its lookups are all there are.
    let lookups: u64 = tiers
        .iter()
        .filter(|f| f.tier == Tier::Memory && NEURAL.contains(&f.kind))
        .map(|f| f.lookups)
        .sum();
    let hits = of(|f| f.hits as f64);
    let saved = of(|f| f.saved_ms);
    let cost = |stats: &Stats| -> f64 {
        let own = stats.overall.kinds.iter();
        let own = own.filter(|(kind, _)| NEURAL.contains(kind));
        own.map(|(_, c)| c.cost_ns as f64 / 1e6).sum()
    };
    let spent = cost(after) - cost(before);
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let misses = Quantiles::of(measured.misses);
    Replayed {
        keystrokes: measured.lexical.len(),
        segment_hit_rate: share(hits, lookups as f64),
        cost_weighted_hit_rate: share(saved, saved + spent),
        misses_per_keystroke: misses,
        misses_per_keystroke_p95: misses.p95,
        freshness_ms: Freshness {
            lexical: Quantiles::of(measured.lexical),
            neural: Quantiles::of(measured.neural),
        },
        stale_runs: measured.stale,
        tiers,
    }
}

impl Figures {
    /// What a tier did with `kind` since it counted `old`.
    fn since(tier: Tier, kind: Kind, old: &Counts, now: &Counts) -> Self {
        let lookups = now.lookups() - old.lookups();
        let hits = now.hits - old.hits;
        Self {
            tier,
            kind,
            lookups,
            hits,
            hit_rate: (lookups > 0).then(|| hits as f64 / lookups as f64),
            saved_ms: (now.saved_ns - old.saved_ns) as f64 / 1e6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_nearest_rank() {
        let of = Quantiles::of((1..=100).rev().map(f64::from).collect());
        assert_eq!((of.p50, of.p95, of.p99), (50.0, 95.0, 99.0));
        let few = Quantiles::of(vec![3.0, 1.0]);
        assert_eq!((few.p50, few.p95), (1.0, 3.0));
        assert_eq!(Quantiles::of(Vec::new()), Quantiles::default());
    }
}
