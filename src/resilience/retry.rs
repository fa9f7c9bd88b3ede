//! When to try again, and when to stop.
//!
//! Delays follow "full jitter": evenly drawn from zero to an exponentially growing bound, which
//! spreads those who failed together (M. Brooker, "Exponential Backoff And Jitter", AWS
//! Architecture Blog, 2015). A budget over all calls keeps retries a small share of them, so that
//! they cannot multiply an overload ("Handling Overload" in Site Reliability Engineering, 2016).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::{Rng, RngExt};

/// Settings of [`Delays`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetrySettings {
    /// Tries after the first. Default: 3.
    pub retries: u32,
    /// Bound of the first delay; each is twice the one before. Default: 50 ms.
    pub base: Duration,
    /// Bound of every delay. Default: 2 s.
    pub longest: Duration,
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            retries: 3,
            base: Duration::from_millis(50),
            longest: Duration::from_secs(2),
        }
    }
}

/// How many retries all calls together have left. Clones are the same budget.
#[derive(Debug, Clone)]
pub struct RetryBudget {
    share: f64,
    most: f64,
    left: Arc<Mutex<f64>>,
}

impl RetryBudget {
    /// Every call adds `share` of a retry; `most` may be saved up, and are there at first. Numbers
    /// below 0 and numbers that are none count as 0.
    #[must_use]
    pub fn new(share: f64, most: f64) -> Self {
        let most = most.max(0.0);
        Self {
            share: share.max(0.0),
            most,
            left: Arc::new(Mutex::new(most)),
        }
    }

    /// Counts a call, before its first try.
    pub fn count_call(&self) {
        self.with(|left| *left = (*left + self.share).min(self.most));
    }

    /// Takes a retry; false where none is left.
    #[must_use]
    pub fn take(&self) -> bool {
        self.with(|left| {
            let is_left = *left >= 1.0;
            *left -= f64::from(u8::from(is_left));
            is_left
        })
    }

    fn with<R>(&self, work: impl FnOnce(&mut f64) -> R) -> R {
        // A number is whole whatever panicked.
        work(&mut self.left.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The delays of one call: how long to wait before each next try. It ends where the call should
/// be given up. A retry is taken off the budget with each delay.
#[derive(Debug, Clone)]
pub struct Delays<R> {
    settings: RetrySettings,
    budget: RetryBudget,
    rng: R,
    made: u32,
}

impl<R: Rng> Delays<R> {
    /// The delays of a call that begins now, drawn from `rng`. Counts it in the budget.
    pub fn new(settings: RetrySettings, budget: &RetryBudget, rng: R) -> Self {
        budget.count_call();
        Self {
            settings,
            budget: budget.clone(),
            rng,
            made: 0,
        }
    }
}

impl<R: Rng> Iterator for Delays<R> {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        if self.made >= self.settings.retries || !self.budget.take() {
            return None;
        }
        let factor = 2u32.checked_pow(self.made).unwrap_or(u32::MAX);
        let bound = self.settings.base.saturating_mul(factor);
        self.made += 1;
        Some(
            bound
                .min(self.settings.longest)
                .mul_f64(self.rng.random::<f64>()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    const SETTINGS: RetrySettings = RetrySettings {
        retries: 6,
        base: Duration::from_millis(100),
        longest: Duration::from_millis(1000),
    };

    fn delays(budget: &RetryBudget, seed: u64) -> Vec<Duration> {
        Delays::new(SETTINGS, budget, ChaCha8Rng::seed_from_u64(seed)).collect()
    }

    #[test]
    fn delays_fill_growing_bounds_evenly() {
        let plenty = RetryBudget::new(6.0, 1e9);
        let all: Vec<_> = (0..2000).map(|seed| delays(&plenty, seed)).collect();
        for (nth, bound) in [100, 200, 400, 800, 1000, 1000].into_iter().enumerate() {
            let bound = f64::from(bound) / 1000.0;
            let drawn: Vec<f64> = all.iter().map(|d| d[nth].as_secs_f64() / bound).collect();
            assert!(drawn.iter().all(|d| (0.0..1.0).contains(d)));
            // The standard error of each share is 1 %.
            let below = |x: f64| drawn.iter().filter(|d| **d < x).count() as f64 / 2000.0;
            for x in [0.25, 0.5, 0.75] {
                assert!((below(x) - x).abs() < 0.05, "{} below {x}", below(x));
            }
        }
        assert!(all.iter().all(|d| d.len() == 6));
        assert_eq!(all[3], delays(&plenty, 3));
    }

    #[test]
    fn the_budget_ends_retries_of_all_calls() {
        let budget = RetryBudget::new(0.25, 3.0);
        assert_eq!(delays(&budget, 1).len(), 3);
        let later: Vec<_> = (0..8).map(|seed| delays(&budget, seed).len()).collect();
        assert_eq!(later, [0, 0, 0, 1, 0, 0, 0, 1]);
        // A call that needs none saves up, to the most.
        for _ in 0..100 {
            budget.count_call();
        }
        assert_eq!(delays(&budget.clone(), 1).len(), 3);
        assert_eq!(delays(&RetryBudget::new(-1.0, f64::NAN), 1).len(), 0);
    }

    proptest! {
        #[test]
        fn no_settings_overflow(retries in 0u32..80, base: u64, longest: u64) {
            let settings = RetrySettings {
                retries,
                base: Duration::from_nanos(base),
                longest: Duration::from_nanos(longest),
            };
            let budget = RetryBudget::new(0.0, 100.0);
            let rng = ChaCha8Rng::seed_from_u64(base);
            let delays: Vec<_> = Delays::new(settings, &budget, rng).collect();
            prop_assert_eq!(delays.len(), retries as usize);
            prop_assert!(delays.iter().all(|d| *d <= settings.longest));
        }
    }
}
