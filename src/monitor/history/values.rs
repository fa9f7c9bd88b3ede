//! What a snapshot says of each series.

use super::Series;
use super::series::{CARDS, CORES};
use crate::monitor::snapshot::{Program, Requests, Snapshot};
use crate::telemetry::metric::SECONDS;

/// Puts the known figures of `now` into `out`. What is counted is told against `before`, which
/// was `seconds` ago; `None` after a gap.
pub(super) fn values(
    now: &Snapshot,
    before: Option<(&Program, f64)>,
    out: &mut Vec<(Series, f64)>,
) {
    out.clear();
    let mut put = |series, value: Option<f64>| out.extend(value.map(|value| (series, value)));
    // Bytes and counts: graphs show fewer digits than a floating-point number holds.
    let count = |value: Option<u64>| value.map(|value| value as f64);
    let (machine, own, program) = (&now.machine, &now.process, &now.program);
    put(Series::Cpu, machine.cpu);
    for (core, share) in (0..CORES).zip(&machine.cores) {
        put(Series::Core(core), *share);
    }
    put(Series::Load, machine.load.map(|[one, ..]| one));
    put(Series::Memory, count(machine.memory_used));
    put(Series::Swap, count(machine.swap_used));
    let hottest = machine.temperatures.iter().map(|t| t.celsius);
    put(Series::Temperature, hottest.reduce(f64::max));
    put(
        Series::Received,
        sum(machine.networks.iter().map(|n| n.received)),
    );
    put(Series::Sent, sum(machine.networks.iter().map(|n| n.sent)));
    put(Series::OwnCpu, own.cpu);
    put(Series::OwnMemory, count(own.memory));
    put(
        Series::OwnThreads,
        own.threads.map(|threads| threads as f64),
    );
    put(Series::DiskRead, own.read);
    put(Series::DiskWritten, own.written);
    for gpu in &now.gpus {
        let Some(card) = u8::try_from(gpu.index).ok().filter(|card| *card < CARDS) else {
            continue;
        };
        put(Series::GpuUtilisation(card), gpu.utilisation);
        put(Series::GpuMemory(card), count(gpu.memory_used));
        put(Series::GpuTemperature(card), gpu.temperature);
        put(Series::GpuPower(card), gpu.power);
    }
    let waiting = program.lanes.iter().map(|lane| lane.waiting as f64);
    put(Series::QueueDepth, waiting.reduce(|a, b| a + b));
    put(Series::Limit, program.limiter.as_ref().map(|l| l.limit));
    put(Series::MonitorCpu, now.cost.cpu);
    if let Some((before, seconds)) = before {
        put(Series::HitRatio, hit_ratio(before, program));
        let requests = before.requests.zip(program.requests);
        let rate = requests
            .and_then(|(before, now)| Some(now.total.checked_sub(before.total)? as f64 / seconds));
        put(Series::RequestRate, rate);
        let latency = requests.and_then(|(before, now)| percentile95(&before, &now));
        put(Series::Latency95, latency);
    }
}

/// The sum of those that are known, where one is.
fn sum(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    values.flatten().reduce(|a, b| a + b)
}

/// Share of the questions to the fastest tier that it or one behind it answered in between.
fn hit_ratio(before: &Program, now: &Program) -> Option<f64> {
    let hits = |program: &Program| program.tiers.iter().map(|tier| tier.hits).sum::<u64>();
    let asked = |program: &Program| program.tiers.first().map(|tier| tier.hits + tier.misses);
    let questions = asked(now)?.checked_sub(asked(before)?)?;
    let answered = hits(now).checked_sub(hits(before))?;
    // A lower tier may be asked ahead of need, and answer more than was asked.
    (questions > 0).then(|| (answered as f64 / questions as f64).min(1.0))
}

/// 95th percentile of the requests in between, by a straight line within its bucket; the last
/// bound where it lies beyond that (as `histogram_quantile` of Prometheus).
fn percentile95(before: &Requests, now: &Requests) -> Option<f64> {
    let total = now.total.checked_sub(before.total).filter(|t| *t > 0)?;
    let rank = 0.95 * total as f64;
    let (mut lower, mut below) = (0.0, 0.0);
    let counted = now.buckets.iter().zip(&before.buckets);
    for ((now, before), bound) in counted.zip(SECONDS) {
        let cumulative = now.checked_sub(*before)? as f64;
        if cumulative >= rank {
            let share = (rank - below) / (cumulative - below).max(f64::MIN_POSITIVE);
            return Some(lower + (bound - lower) * share);
        }
        (lower, below) = (bound, cumulative);
    }
    Some(lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::snapshot::{Gpu, LaneState, TierState};
    use std::collections::HashMap;

    fn tier(hits: u64, misses: u64) -> TierState {
        TierState {
            hits,
            misses,
            ..TierState::default()
        }
    }

    fn told(now: &Snapshot, before: Option<&Program>) -> HashMap<Series, f64> {
        let mut out = vec![(Series::Swap, 9.0)];
        values(now, before.map(|b| (b, 2.0)), &mut out);
        out.into_iter().collect()
    }

    #[test]
    fn what_is_not_known_has_no_value() {
        assert!(told(&Snapshot::default(), None).is_empty());
        let program = Program::default();
        assert!(told(&Snapshot::default(), Some(&program)).is_empty());
    }

    #[test]
    fn counters_are_told_against_the_sample_before() {
        let mut now = Snapshot::default();
        let buckets = |fast, all| {
            let mut buckets = [fast; 12];
            buckets[5..].fill(all);
            buckets
        };
        let requests = |total, buckets| Requests {
            total,
            buckets,
            ..Requests::default()
        };
        let before = Program {
            tiers: vec![tier(100, 10), tier(5, 5)],
            requests: Some(requests(10, buckets(10, 10))),
            ..Program::default()
        };
        now.program = Program {
            tiers: vec![tier(106, 14), tier(7, 7)],
            // 90 of 100 within 25 milliseconds, all within 50.
            requests: Some(requests(110, buckets(100, 110))),
            lanes: vec![
                LaneState {
                    waiting: 2,
                    ..LaneState::default()
                };
                2
            ],
            ..Program::default()
        };
        let all = told(&now, Some(&before));
        assert_eq!(all[&Series::HitRatio], 0.8);
        assert_eq!(all[&Series::RequestRate], 50.0);
        assert!((all[&Series::Latency95] - 0.0375).abs() < 1e-9, "{all:?}");
        assert_eq!(all[&Series::QueueDepth], 4.0);
        assert_eq!(told(&now, None).get(&Series::HitRatio), None);
        let restarted = told(&now, Some(&now.program));
        assert_eq!(restarted.get(&Series::HitRatio), None, "nothing was asked");
        assert_eq!(restarted[&Series::RequestRate], 0.0);
        assert_eq!(restarted.get(&Series::Latency95), None);
    }

    #[test]
    fn beyond_the_last_bound_the_percentile_is_that_bound() {
        let now = Requests {
            total: 3,
            ..Requests::default()
        };
        assert_eq!(percentile95(&Requests::default(), &now), Some(10.0));
    }

    #[test]
    fn only_the_first_cores_and_cards_have_histories() {
        let mut now = Snapshot::default();
        now.machine.cores = vec![Some(0.5); 200];
        now.machine.cores[1] = None;
        now.gpus = (0..300)
            .map(|index| Gpu {
                index,
                power: Some(1.0),
                ..Gpu::default()
            })
            .collect();
        let all = told(&now, None);
        assert_eq!(all.len(), 63 + 8);
        assert!(!all.contains_key(&Series::Core(1)));
    }
}
