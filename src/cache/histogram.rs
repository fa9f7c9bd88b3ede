//! Latencies, counted in buckets that grow with them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

/// Buckets for each doubling, so that a figure is at most an eighth too high.
const STEPS: usize = 8;
const STEP_BITS: u32 = STEPS.trailing_zeros();
/// From a nanosecond to above a minute.
const BUCKETS: usize = STEPS * 34;

/// Counts of latencies that many threads add to.
#[derive(Debug)]
pub(super) struct Histogram([AtomicU64; BUCKETS]);

impl Default for Histogram {
    fn default() -> Self {
        Self([const { AtomicU64::new(0) }; BUCKETS])
    }
}

/// How long something took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Latency {
    /// How often it was measured.
    pub count: u64,
    /// Half took no longer; in nanoseconds, as are the others, and at most 12.5 % too high.
    pub p50_ns: u64,
    /// 95 % took no longer.
    pub p95_ns: u64,
    /// 99 % took no longer.
    pub p99_ns: u64,
}

impl Histogram {
    pub(super) fn add(&self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.0[bucket(nanos)].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn latency(&self) -> Latency {
        let counts: Vec<u64> = self.0.iter().map(|b| b.load(Ordering::Relaxed)).collect();
        let count: u64 = counts.iter().sum();
        let percentile = |percent: u64| {
            // The nearest rank: the smallest value that so many are not above.
            let rank = (count * percent).div_ceil(100).max(1);
            let mut seen = 0;
            let found = counts.iter().position(|c| {
                seen += c;
                seen >= rank
            });
            found.map_or(0, upper)
        };
        Latency {
            count,
            p50_ns: percentile(50),
            p95_ns: percentile(95),
            p99_ns: percentile(99),
        }
    }
}

/// The bucket of a number: its highest bits.
fn bucket(nanos: u64) -> usize {
    let bits = u64::BITS - nanos.leading_zeros();
    let shift = bits.saturating_sub(STEP_BITS + 1);
    // Below twice the steps a bucket holds one number; above, `shift` doublings precede it.
    let index = (u64::from(shift) << STEP_BITS) + (nanos >> shift);
    usize::try_from(index).map_or(BUCKETS - 1, |i| i.min(BUCKETS - 1))
}

/// The largest number in a bucket.
fn upper(bucket: usize) -> u64 {
    let shift = (bucket / STEPS).saturating_sub(1);
    let top = bucket - shift * STEPS;
    ((top as u64 + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let histogram = Histogram::default();
        assert_eq!(histogram.latency(), Latency::default());
        for nanos in 1..=100 {
            histogram.add(Duration::from_nanos(nanos));
        }
        let latency = histogram.latency();
        assert_eq!(latency.count, 100);
        // 50 lies in 48..=51, 95 in 88..=95, 99 in 96..=103.
        let found = (latency.p50_ns, latency.p95_ns, latency.p99_ns);
        assert_eq!(found, (51, 95, 103));
    }

    #[test]
    fn what_is_longer_than_all_buckets_counts_in_the_last() {
        let histogram = Histogram::default();
        histogram.add(Duration::MAX);
        assert_eq!(histogram.latency().p50_ns, upper(BUCKETS - 1));
        assert!(upper(BUCKETS - 1) > 60_000_000_000);
    }

    proptest! {
        #[test]
        fn a_bucket_ends_at_most_an_eighth_above_its_numbers(nanos in 0u64..60_000_000_000) {
            let end = upper(bucket(nanos));
            prop_assert!(end >= nanos);
            prop_assert!(end - nanos <= nanos / 8, "{nanos} in a bucket to {end}");
            prop_assert_eq!(bucket(end), bucket(nanos));
            prop_assert_eq!(bucket(end + 1), bucket(nanos) + 1);
        }
    }
}
