//! What the engine does, as the monitor publishes it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::cache::TierStats;
use crate::engine::lanes::{Lane, LaneStats};
use crate::monitor::{
    BreakerState, LaneState, LimiterState, ModelState, Program, Requests, TierState,
};
use crate::resilience::Breaker;
use crate::telemetry::Tally;

use super::{Engine, EngineSnapshot};

/// The quantiles that are told of times.
const QUANTILES: [f64; 3] = [0.5, 0.95, 0.99];

impl Engine {
    /// What the engine does now: its lanes, limiter, workers, models, tiers and breakers. What
    /// only its owner knows, such as the journal's lag, is left open.
    #[must_use]
    pub fn program(&self) -> Program {
        let shared = &self.0;
        let EngineSnapshot {
            breakers,
            limiter,
            check_workers,
            check_busy,
            ..
        } = self.snapshot();
        let now = shared.clock.now();
        let stats = shared.cache.stats();
        Program {
            lanes: self.lanes(),
            limiter: Some(LimiterState {
                limit: limiter.limit.into(),
                inside: limiter.in_flight,
                refused: limiter.refused,
            }),
            workers: Some((check_workers, check_busy)),
            models: self.model_state().into_iter().collect(),
            tiers: stats.tiers.iter().map(tier).collect(),
            breakers: breakers.iter().map(|b| BreakerState::of(b, now)).collect(),
            requests: Some(requests(&shared.questions.tally())),
            ..Program::default()
        }
    }

    /// The lanes of lines and of texts together.
    fn lanes(&self) -> Vec<LaneState> {
        let shared = &self.0;
        let waiting = [shared.checks.queue.lens(), shared.texts.queue.lens()];
        let stats = [shared.checks.queue.stats(), shared.texts.queue.stats()];
        let of = |lane: Lane| {
            let mut waits = stats[0][lane].waits.clone();
            waits.add(&stats[1][lane].waits);
            let sum = |what: fn(&LaneStats) -> u64| stats.iter().map(|s| what(&s[lane])).sum();
            let quantile = |share| waits.quantile(share).map(|wait| wait.as_secs_f64());
            let [p50, p95, p99] = QUANTILES.map(quantile);
            LaneState {
                name: lane.name().to_owned(),
                waiting: waiting.iter().map(|w| w[lane]).sum(),
                taken: sum(|s| s.dispatched),
                refused: sum(|s| s.overloaded),
                superseded: sum(|s| s.superseded),
                wait: p50.zip(p95).zip(p99).map(|((a, b), c)| [a, b, c]),
            }
        };
        Lane::ALL.into_iter().map(of).collect()
    }

    /// The model, once one was asked.
    fn model_state(&self) -> Option<ModelState> {
        let shared = &self.0;
        let models = shared.models.get()?.as_ref().ok()?;
        let told = shared.batches.counters.tally();
        let (used, _) = models.next();
        Some(ModelState {
            name: format!("{} {} {}", used.name, used.backend, used.precision),
            batches: told.total,
            texts: shared.batches.texts.load(Ordering::Relaxed),
            latency: told.quantiles(QUANTILES),
        })
    }

    /// The breakers that may be ordered about.
    pub fn breakers(&self) -> Vec<Breaker> {
        let shared = &self.0;
        let models = shared.models.get().and_then(|m| m.as_ref().ok());
        let devices = models.iter().flat_map(|m| m.ladder.breakers());
        devices.chain(&shared.breakers).cloned().collect()
    }
}

fn requests(told: &Tally) -> Requests {
    Requests {
        total: told.total,
        failed: told.failed,
        seconds: told.seconds,
        buckets: told.buckets,
    }
}

fn tier(stats: &TierStats) -> TierState {
    let (total, latency) = (&stats.total, &stats.latency);
    let seconds = |nanos: u64| Duration::from_nanos(nanos).as_secs_f64();
    // Another process's entries are not ours to count.
    let is_own = stats.tier != crate::cache::Tier::Remote;
    TierState {
        name: stats.tier.to_string(),
        hits: total.hits,
        misses: total.lookups().saturating_sub(total.hits),
        entries: is_own.then_some(total.entries),
        bytes: is_own.then_some(total.bytes),
        evictions: total.evictions,
        latency: (latency.count > 0)
            .then(|| [latency.p50_ns, latency.p95_ns, latency.p99_ns].map(seconds)),
    }
}
