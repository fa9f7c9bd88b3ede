//! The calls that a breaker judges by.

use std::collections::VecDeque;
use std::time::Duration;

use super::settings::BreakerWindow;

/// Parts of a timed window. More would follow time more closely and take more room.
const BUCKETS: u32 = 10;

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    pub failed: bool,
    pub slow: bool,
}

/// Sums over calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Totals {
    pub calls: u32,
    pub failed: u32,
    pub slow: u32,
}

impl Totals {
    fn add(&mut self, other: Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.failed = self.failed.saturating_add(other.failed);
        self.slow = self.slow.saturating_add(other.slow);
    }
}

impl From<Outcome> for Totals {
    fn from(outcome: Outcome) -> Self {
        Self {
            calls: 1,
            failed: u32::from(outcome.failed),
            slow: u32::from(outcome.slow),
        }
    }
}

/// The calls of a [`BreakerWindow`].
#[derive(Debug)]
pub(super) enum Window {
    Counted {
        most: u32,
        outcomes: VecDeque<Outcome>,
        totals: Totals,
    },
    Timed {
        bucket: Duration,
        /// By number of the bucket since the start of the clock, youngest last; none is empty.
        buckets: VecDeque<(u64, Totals)>,
    },
}

impl Window {
    pub fn new(shape: BreakerWindow) -> Self {
        match shape {
            BreakerWindow::Count(most) => Self::Counted {
                most,
                outcomes: VecDeque::new(),
                totals: Totals::default(),
            },
            BreakerWindow::Time(length) => Self::Timed {
                bucket: Duration::from_nanos(1).max(length / BUCKETS),
                buckets: VecDeque::new(),
            },
        }
    }

    /// Counts a call that ended `now`, and drops what is no longer in the window.
    pub fn record(&mut self, outcome: Outcome, now: Duration) {
        match self {
            Self::Counted {
                most,
                outcomes,
                totals,
            } => {
                outcomes.push_back(outcome);
                totals.add(outcome.into());
                if outcomes.len() > *most as usize
                    && let Some(gone) = outcomes.pop_front()
                {
                    let gone = Totals::from(gone);
                    totals.calls -= gone.calls;
                    totals.failed -= gone.failed;
                    totals.slow -= gone.slow;
                }
            }
            Self::Timed { bucket, buckets } => {
                let current = number(now, *bucket);
                match buckets.back_mut() {
                    Some((number, totals)) if *number == current => totals.add(outcome.into()),
                    _ => buckets.push_back((current, outcome.into())),
                }
                buckets.retain(|(number, _)| number + u64::from(BUCKETS) > current);
            }
        }
    }

    /// Sums over the calls in the window `at` this time.
    pub fn totals(&self, at: Duration) -> Totals {
        match self {
            Self::Counted { totals, .. } => *totals,
            Self::Timed { bucket, buckets } => {
                let current = number(at, *bucket);
                let mut sum = Totals::default();
                for (_, totals) in buckets
                    .iter()
                    .filter(|(n, _)| n + u64::from(BUCKETS) > current)
                {
                    sum.add(*totals);
                }
                sum
            }
        }
    }
}

/// Number of the bucket that `at` lies in.
fn number(at: Duration, bucket: Duration) -> u64 {
    // Time beyond 584 years of nanoseconds falls into the last bucket.
    u64::try_from(at.as_nanos() / bucket.as_nanos()).unwrap_or(u64::MAX - u64::from(BUCKETS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a window holds, counted anew from everything that happened.
    fn reference(shape: BreakerWindow, all: &[(Duration, Outcome)], at: Duration) -> Totals {
        let held: Vec<Outcome> = match shape {
            BreakerWindow::Count(most) => {
                let young = all.len().saturating_sub(most as usize);
                all[young..].iter().map(|(_, o)| *o).collect()
            }
            BreakerWindow::Time(length) => {
                let part = (length.as_nanos() / 10).max(1);
                let tenth = |t: Duration| t.as_nanos() / part;
                all.iter()
                    .filter(|(ended, _)| tenth(at) - tenth(*ended) < 10)
                    .map(|(_, o)| *o)
                    .collect()
            }
        };
        let count = |is: fn(&Outcome) -> bool| held.iter().filter(|o| is(o)).count() as u32;
        Totals {
            calls: held.len() as u32,
            failed: count(|o| o.failed),
            slow: count(|o| o.slow),
        }
    }

    #[test]
    fn a_timed_window_forgets_and_holds_at_most_its_buckets() {
        let mut window = Window::new(BreakerWindow::Time(Duration::from_secs(10)));
        let failed = Outcome {
            failed: true,
            slow: false,
        };
        for second in 0..100 {
            window.record(failed, Duration::from_secs(second));
            window.record(failed, Duration::from_secs(second));
        }
        let Window::Timed { buckets, .. } = &window else {
            panic!("the window is timed");
        };
        assert_eq!(buckets.len(), 10);
        let calls = |at| window.totals(Duration::from_secs(at)).calls;
        assert_eq!([99, 100, 108, 109].map(calls), [20, 18, 2, 0]);
    }

    proptest! {
        #[test]
        fn totals_are_those_of_a_plain_list(
            shape in prop_oneof![
                (1u32..8).prop_map(BreakerWindow::Count),
                (0u64..50).prop_map(|n| BreakerWindow::Time(Duration::from_nanos(n))),
            ],
            calls in prop::collection::vec((0u64..12, any::<bool>(), any::<bool>()), 0..60),
            later in 0u64..60,
        ) {
            let mut window = Window::new(shape);
            let mut all = Vec::new();
            let mut now = Duration::ZERO;
            for (passed, failed, slow) in calls {
                now += Duration::from_nanos(passed);
                let outcome = Outcome { failed, slow };
                window.record(outcome, now);
                all.push((now, outcome));
                prop_assert_eq!(window.totals(now), reference(shape, &all, now));
            }
            let at = now + Duration::from_nanos(later);
            prop_assert_eq!(window.totals(at), reference(shape, &all, at));
        }
    }
}
