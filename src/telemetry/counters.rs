//! Counts of requests, which many threads add to without waiting for each other.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::metric::{SECONDS, Sample};

/// Requests answered, how many failed and how long they took. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct Counters(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Of each bound of [`SECONDS`], and of what is longer than all.
    buckets: [AtomicU64; SECONDS.len() + 1],
    failed: AtomicU64,
    nanoseconds: AtomicU64,
}

/// What was counted until a moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// All requests.
    pub total: u64,
    /// Those that failed.
    pub failed: u64,
    /// Seconds they took together.
    pub seconds: f64,
    /// Those that took no longer than each bound of [`SECONDS`], cumulative.
    pub buckets: [u64; SECONDS.len()],
}

impl Counters {
    /// Counts a request that took so long. Its seconds stop at 584 years.
    pub fn count(&self, took: Duration, failed: bool) {
        let shared = &*self.0;
        let seconds = took.as_secs_f64();
        let bucket = SECONDS.iter().position(|bound| seconds <= *bound);
        let bucket = bucket.unwrap_or(SECONDS.len());
        shared.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        shared
            .nanoseconds
            .update(Ordering::Relaxed, Ordering::Relaxed, |sum| {
                sum.saturating_add(nanos)
            });
        if failed {
            // Whoever sees it sees the request too, so that no more fail than there are.
            shared.failed.fetch_add(1, Ordering::Release);
        }
    }

    /// What was counted so far. The total is always that of the buckets.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let shared = &*self.0;
        let failed = shared.failed.load(Ordering::Acquire);
        let mut total = 0;
        let cumulative = shared.buckets.each_ref().map(|bucket| {
            total += bucket.load(Ordering::Relaxed);
            total
        });
        let nanos = Duration::from_nanos(shared.nanoseconds.load(Ordering::Relaxed));
        Tally {
            total,
            failed,
            seconds: nanos.as_secs_f64(),
            buckets: std::array::from_fn(|i| cumulative[i]),
        }
    }
}

impl Tally {
    /// Seconds within which such shares (0 to 1) of the requests were answered, as
    /// `histogram_quantile` of Prometheus tells it: evenly spread within a bucket, and the highest
    /// bound where it is beyond. `None` before the first request.
    #[must_use]
    pub fn quantiles<const N: usize>(&self, shares: [f64; N]) -> Option<[f64; N]> {
        let of = |share: f64| {
            let rank = share.clamp(0.0, 1.0) * as_float(self.total);
            let at = self.buckets.iter().position(|n| as_float(*n) >= rank);
            let Some(at) = at else {
                return SECONDS[SECONDS.len() - 1];
            };
            let (from, below) = match at.checked_sub(1) {
                Some(before) => (SECONDS[before], as_float(self.buckets[before])),
                None => (0.0, 0.0),
            };
            let inside = as_float(self.buckets[at]) - below;
            let part = if inside > 0.0 {
                (rank - below) / inside
            } else {
                0.0
            };
            from + (SECONDS[at] - from) * part
        };
        (self.total > 0).then(|| shares.map(of))
    }
}

/// Samples of a histogram of durations: `_bucket` with `le`, `_sum` in seconds and `_count`.
/// `buckets` are cumulative, at the bounds of [`SECONDS`]; each sample has `labels` as well.
#[must_use]
pub fn duration_samples(
    labels: &[(&'static str, Cow<'static, str>)],
    buckets: &[u64; SECONDS.len()],
    seconds: f64,
    count: u64,
) -> Vec<Sample> {
    let bounds = SECONDS.iter().map(f64::to_string).map(Cow::Owned);
    let bounds = bounds.chain([Cow::Borrowed("+Inf")]);
    let counts = buckets.iter().copied().chain([count]);
    let mut samples: Vec<_> = bounds
        .zip(counts)
        .map(|(bound, count)| {
            let mut labels = labels.to_vec();
            labels.push(("le", bound));
            Sample {
                suffix: "_bucket",
                labels,
                value: as_float(count),
            }
        })
        .collect();
    for (suffix, value) in [("_sum", seconds), ("_count", as_float(count))] {
        samples.push(Sample {
            suffix,
            labels: labels.to_vec(),
            value,
        });
    }
    samples
}

/// Exact up to 2^53, as are all numbers of Prometheus.
#[expect(clippy::cast_precision_loss, reason = "the format has nothing else")]
fn as_float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_in_its_bucket_and_all_above() {
        let counters = Counters::default();
        assert_eq!(counters.tally(), Tally::default());
        counters.count(Duration::from_millis(1), false);
        counters.clone().count(Duration::from_micros(1001), true);
        counters.count(Duration::from_secs(11), false);
        let tally = counters.tally();
        assert_eq!((tally.total, tally.failed), (3, 1));
        assert!((tally.seconds - 11.002_001).abs() < 1e-9);
        assert_eq!(tally.buckets, [1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
        counters.count(Duration::MAX, false);
        counters.count(Duration::MAX, false);
        assert!(counters.tally().seconds > 1.8e10);
    }

    #[test]
    fn quantiles_are_those_of_prometheus() {
        let counters = Counters::default();
        assert_eq!(counters.tally().quantiles([0.5]), None);
        for _ in 0..3 {
            counters.count(Duration::from_micros(1500), false);
        }
        counters.count(Duration::from_secs(60), false);
        let told = counters
            .tally()
            .quantiles([0.0, 0.375, 0.75, 0.99])
            .unwrap();
        let expected = [0.0, 0.00175, 0.0025, 10.0];
        for (told, expected) in told.iter().zip(expected) {
            assert!((told - expected).abs() < 1e-12, "{told} {expected}");
        }
    }

    #[test]
    fn a_tally_never_contradicts_itself() {
        let counters = Counters::default();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                let counters = counters.clone();
                scope.spawn(move || {
                    for n in 0..5000 {
                        counters.count(Duration::from_millis(n % 30), true);
                    }
                });
            }
            for _ in 0..5000 {
                let tally = counters.tally();
                assert!(tally.failed <= tally.total, "{tally:?}");
                assert!(tally.buckets.is_sorted(), "{tally:?}");
                assert!(tally.buckets[11] <= tally.total, "{tally:?}");
            }
        });
        let tally = counters.tally();
        assert_eq!(
            (tally.total, tally.failed, tally.buckets[11]),
            (15_000, 15_000, 15_000)
        );
    }

    #[test]
    fn a_histogram_has_all_its_samples() {
        let labels = [("lane", Cow::Borrowed("batch"))];
        let samples = duration_samples(&labels, &[2; 12], 7.5, 3);
        assert_eq!(samples.len(), 15);
        assert_eq!(samples[1].labels[1], ("le", Cow::Borrowed("0.0025")));
        assert_eq!(samples[11].labels[1].1, "10");
        assert_eq!(
            (samples[12].labels[1].1.as_ref(), samples[12].value),
            ("+Inf", 3.0)
        );
        assert_eq!((samples[13].suffix, samples[13].value), ("_sum", 7.5));
        assert_eq!((samples[14].suffix, samples[14].value), ("_count", 3.0));
        assert!(samples.iter().all(|s| s.labels[0] == labels[0]));
    }
}
