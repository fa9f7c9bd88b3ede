//! What the lanes count: works, waits, and the rate at which a lane is served.

use std::time::Duration;

/// Buckets of [`Waits`].
const BUCKETS: usize = 32;
/// Weight of the latest batch in the rate.
const NEWEST: f64 = 0.2;
/// Hint where no batch was handed out yet.
const FIRST_HINT: Duration = Duration::from_millis(100);
/// Bounds of a hint.
const HINTS: (Duration, Duration) = (Duration::from_millis(10), Duration::from_mins(1));

/// What one lane counted since it was made.
///
/// Of accepted works, each that neither waits nor was handed out wholly is one of `superseded`,
/// `cancelled`, `abandoned` and `shut_down`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LaneStats {
    /// Works accepted.
    pub accepted: u64,
    /// Works whose last text was handed out.
    pub dispatched: u64,
    /// Batches handed out.
    pub batches: u64,
    /// Texts handed out, each a row of a batch.
    pub texts: u64,
    /// Estimated tokens of these texts.
    pub tokens: u64,
    /// Estimated tokens that a model computed for them, filling up rows.
    pub padded_tokens: u64,
    /// Works dropped for a newer revision.
    pub superseded: u64,
    /// Works dropped because nobody waited any longer.
    pub cancelled: u64,
    /// Works of which a worker dropped a part while other parts waited.
    pub abandoned: u64,
    /// Works dropped when the queue was closed.
    pub shut_down: u64,
    /// Works refused because the lane was full.
    pub overloaded: u64,
    /// From being accepted to the first text being handed out.
    pub waits: Waits,
}

/// A histogram of times, in buckets that double.
///
/// Bucket `i` counts times below 2^i microseconds that are in no bucket before it; the last one
/// everything above.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waits([u64; BUCKETS]);

impl Waits {
    pub(super) fn note(&mut self, wait: Duration) {
        let micros = wait.as_micros();
        let bits = (u128::BITS - micros.leading_zeros()) as usize;
        self.0[bits.min(BUCKETS - 1)] += 1;
    }

    /// Takes the times of `other` too.
    pub fn add(&mut self, other: &Self) {
        for (own, more) in self.0.iter_mut().zip(other.0) {
            *own += more;
        }
    }

    /// Upper bounds of the buckets (exclusive; `None` for the last) and how many times are in
    /// each.
    pub fn buckets(&self) -> impl Iterator<Item = (Option<Duration>, u64)> {
        let bound = |i| (i < BUCKETS - 1).then(|| Duration::from_micros(1_u64 << i));
        (0..BUCKETS).zip(self.0).map(move |(i, n)| (bound(i), n))
    }

    /// Number of times.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// A bound below which a `share` (0 to 1) of the times is, at most twice too high; `None`
    /// where there are no times, or it is among the longest.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let wanted = (share.clamp(0.0, 1.0) * self.count() as f64).max(1.0);
        let mut below = 0;
        let bucket = self.buckets().find(|(_, n)| {
            below += n;
            below as f64 >= wanted
        });
        bucket.and_then(|(bound, _)| bound)
    }
}

/// How fast texts leave a lane: a moving average of the seconds a text, taken over each batch.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rate {
    seconds_a_text: Option<f64>,
    /// The last batch, or when the lane was filled after it.
    since: Duration,
}

impl Rate {
    /// Takes note that the lane, which was empty, has texts.
    pub(super) const fn filled(&mut self, now: Duration) {
        self.since = now;
    }

    /// Takes note of a batch of `texts`.
    pub(super) fn served(&mut self, texts: usize, now: Duration) {
        let took = now.saturating_sub(self.since).as_secs_f64();
        let newest = took / texts.max(1) as f64;
        let before = self.seconds_a_text.unwrap_or(newest);
        self.seconds_a_text = Some(before + NEWEST * (newest - before));
        self.since = now;
    }

    /// When `texts` should have left.
    pub(super) fn hint(&self, texts: usize) -> Duration {
        let (least, most) = HINTS;
        let Some(seconds) = self.seconds_a_text else {
            return FIRST_HINT;
        };
        // What is no duration is longer than any.
        let hint = Duration::try_from_secs_f64(seconds * texts as f64).unwrap_or(most);
        hint.clamp(least, most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn waits_go_into_doubling_buckets() {
        let mut waits = Waits::default();
        assert_eq!(waits.quantile(0.5), None);
        let micros = [0, 1, 2, 3, 4, 1_000, u64::MAX];
        for micros in micros {
            waits.note(Duration::from_micros(micros));
        }
        let filled: Vec<_> = waits.buckets().filter(|(_, n)| *n > 0).collect();
        let bound = |micros| Some(Duration::from_micros(micros));
        assert_eq!(
            filled,
            [
                (bound(1), 1),
                (bound(2), 1),
                (bound(4), 2),
                (bound(8), 1),
                (bound(1_024), 1),
                (None, 1)
            ]
        );
        assert_eq!(waits.count(), 7);
        assert_eq!(waits.quantile(0.0), bound(1));
        assert_eq!(waits.quantile(0.5), bound(4));
        assert_eq!(waits.quantile(0.85), bound(1_024));
        assert_eq!(waits.quantile(1.0), None);
    }

    #[test]
    fn a_hint_is_the_time_that_texts_take_at_the_rate_seen() {
        let mut rate = Rate::default();
        assert_eq!(rate.hint(1_000), FIRST_HINT);
        rate.filled(MS * 100);
        rate.served(4, MS * 140);
        assert_eq!(rate.hint(5), MS * 50);
        assert_eq!(rate.hint(0), MS * 10);
        assert_eq!(rate.hint(usize::MAX), Duration::from_mins(1));
        // An idle hour is no slow service, and a slower batch counts for a fifth.
        rate.filled(MS * 3_600_000);
        rate.served(1, MS * 3_600_060);
        assert_eq!(rate.hint(5), MS * 100);
    }
}
