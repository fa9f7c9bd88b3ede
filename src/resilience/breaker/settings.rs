//! When a breaker opens, and for how long.

use std::time::Duration;

/// Which calls a rate is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerWindow {
    /// The last so many calls.
    Count(u32),
    /// The calls that ended within so long. Time is cut into tenths of it, so the window covers
    /// between nine tenths and the whole.
    Time(Duration),
}

/// Settings of a [`Breaker`](super::Breaker). Numbers out of range are brought into it: counts to
/// at least 1, rates and jitter to between 0 and 1, growth to at least 1; a number that is none
/// becomes the least.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakerSettings {
    /// Which calls are judged while closed. Default: the last 20.
    pub window: BreakerWindow,
    /// Calls in the window before it is judged; at most the size of a counted window. Default: 5.
    pub minimum_calls: u32,
    /// Opens at this share of failed calls, 0 to 1. Default: 0.5.
    pub failure_rate: f64,
    /// Opens at this share of slow calls, 0 to 1. Default: 0.8.
    pub slow_rate: f64,
    /// A call that takes longer is slow, whether it succeeds or fails. Default: 4 s.
    pub slow_after: Duration,
    /// Calls let through half-open, before it is judged. Default: 3.
    pub half_open_permits: u32,
    /// Opens again where it could not be judged within this time; `None` waits for ever.
    /// Default: 30 s.
    pub half_open_wait: Option<Duration>,
    /// The first break. Default: 5 s.
    pub open_for: Duration,
    /// Each break is longer than the one before by this factor, until the breaker closes.
    /// Default: 2.
    pub open_growth: f64,
    /// The longest break. Default: 2 min.
    pub open_longest: Duration,
    /// A break is longer or shorter by up to this share, drawn evenly, so that several programs
    /// do not ask again at the same time. Default: 0.2.
    pub open_jitter: f64,
    /// Transitions kept. Default: 32.
    pub events: usize,
    /// What the jitter is drawn from; `None` is another one each time. Default: `None`.
    pub seed: Option<u64>,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self {
            window: BreakerWindow::Count(20),
            minimum_calls: 5,
            failure_rate: 0.5,
            slow_rate: 0.8,
            slow_after: Duration::from_secs(4),
            half_open_permits: 3,
            half_open_wait: Some(Duration::from_secs(30)),
            open_for: Duration::from_secs(5),
            open_growth: 2.0,
            open_longest: Duration::from_secs(120),
            open_jitter: 0.2,
            events: 32,
            seed: None,
        }
    }
}

impl BreakerSettings {
    /// The same settings with every number in its range.
    pub(super) fn in_range(self) -> Self {
        let window = match self.window {
            BreakerWindow::Count(calls) => BreakerWindow::Count(calls.max(1)),
            BreakerWindow::Time(length) => BreakerWindow::Time(length),
        };
        let most = match window {
            BreakerWindow::Count(calls) => calls,
            BreakerWindow::Time(_) => u32::MAX,
        };
        let share = |s: f64| if s.is_nan() { 0.0 } else { s.clamp(0.0, 1.0) };
        Self {
            window,
            minimum_calls: self.minimum_calls.clamp(1, most),
            failure_rate: share(self.failure_rate),
            slow_rate: share(self.slow_rate),
            half_open_permits: self.half_open_permits.max(1),
            // `max` turns what is no number into the least.
            open_growth: self.open_growth.max(1.0),
            open_jitter: share(self.open_jitter),
            events: self.events.max(1),
            ..self
        }
    }

    /// The break of the `nth` opening in a row, from 1. `draw` in `0.0..1.0` is its luck.
    ///
    /// `min(longest, first * growth^(n - 1) * (1 + jitter * (2 * draw - 1)))`, as
    /// `IntervalFunction.ofExponentialRandomBackoff` of resilience4j has it.
    pub(super) fn break_length(&self, nth: u32, draw: f64) -> Duration {
        let longest = self.open_longest.as_secs_f64();
        let exponent = i32::try_from(nth.saturating_sub(1)).unwrap_or(i32::MAX);
        // Held below infinity, which times a first break of zero would be no number.
        let growth = self.open_growth.powi(exponent).min(f64::MAX);
        let grown = self.open_for.as_secs_f64() * growth;
        let jittered = grown * (1.0 + self.open_jitter * (2.0 * draw - 1.0));
        // Only the longest of all durations, rounded up, does not fit.
        Duration::try_from_secs_f64(jittered.min(longest)).unwrap_or(self.open_longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_grow_to_the_longest_and_jitter_stays_within_its_share() {
        let settings = BreakerSettings::default();
        let at = |nth, draw| settings.break_length(nth, draw).as_secs_f64();
        let middle: Vec<f64> = (1..=7).map(|n| at(n, 0.5)).collect();
        assert_eq!(middle, [5.0, 10.0, 20.0, 40.0, 80.0, 120.0, 120.0]);
        assert_eq!(at(1, 0.0), 4.0);
        assert!(at(1, 0.999) > 5.9 && at(1, 0.999) < 6.0);
        assert_eq!(at(u32::MAX, 0.999), 120.0);
        let none = BreakerSettings {
            open_for: Duration::ZERO,
            open_longest: Duration::MAX,
            ..settings
        };
        assert_eq!(none.break_length(u32::MAX, 0.5), Duration::ZERO);
        let endless = BreakerSettings {
            open_for: Duration::MAX,
            ..none
        };
        assert_eq!(endless.break_length(3, 0.5), Duration::MAX);
    }

    #[test]
    fn numbers_out_of_range_are_brought_into_it() {
        let settings = BreakerSettings {
            window: BreakerWindow::Count(0),
            minimum_calls: 9,
            failure_rate: f64::NAN,
            slow_rate: 7.0,
            half_open_permits: 0,
            open_growth: 0.5,
            open_jitter: -1.0,
            events: 0,
            ..BreakerSettings::default()
        }
        .in_range();
        assert_eq!(settings.window, BreakerWindow::Count(1));
        assert_eq!((settings.minimum_calls, settings.half_open_permits), (1, 1));
        assert_eq!((settings.failure_rate, settings.slow_rate), (0.0, 1.0));
        assert_eq!((settings.open_growth, settings.open_jitter), (1.0, 0.0));
        assert_eq!(settings.events, 1);
    }
}
