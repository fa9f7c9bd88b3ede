//! The breaker against a naive one, which keeps every outcome in a list and counts anew.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

/// Follows the same rules as a [`Breaker`] without jitter.
struct Naive {
    settings: BreakerSettings,
    now: Duration,
    state: BreakerState,
    since: Duration,
    until: Duration,
    openings: i32,
    /// When each judged call of this state ended, whether it failed, whether it was slow. Kept
    /// while open.
    outcomes: Vec<(Duration, bool, bool)>,
    /// Whether `outcomes` are of a half-open state.
    half_open: bool,
    permits: u32,
    generation: usize,
    refused: u64,
    late: u64,
}

impl Naive {
    fn go(&mut self, to: BreakerState, at: Duration) {
        if to == BreakerState::Open {
            let grown = self.settings.open_for.as_secs_f64() * 2f64.powi(self.openings);
            let longest = self.settings.open_longest.as_secs_f64();
            self.until = at + Duration::from_secs_f64(grown.min(longest));
            self.openings += 1;
        } else {
            self.outcomes.clear();
            self.half_open = to == BreakerState::HalfOpen;
        }
        if to != BreakerState::Open && to != BreakerState::HalfOpen {
            self.openings = 0;
        }
        self.permits = self.settings.half_open_permits;
        self.generation += 1;
        self.state = to;
        self.since = at;
    }

    fn look_at_the_clock(&mut self) {
        if let (BreakerState::HalfOpen, Some(wait)) = (self.state, self.settings.half_open_wait)
            && self.now >= self.since + wait
        {
            self.go(BreakerState::Open, self.since + wait);
        }
    }

    /// Generation and start of a call let through.
    fn acquire(&mut self) -> Option<(usize, Duration)> {
        self.look_at_the_clock();
        if self.state == BreakerState::Open && self.now >= self.until {
            self.go(BreakerState::HalfOpen, self.now);
        }
        let closed = matches!(self.state, BreakerState::Closed | BreakerState::Disabled);
        if closed {
            return Some((self.generation, self.now));
        }
        if self.state == BreakerState::HalfOpen && self.permits > 0 {
            self.permits -= 1;
            return Some((self.generation, self.now));
        }
        self.refused += 1;
        None
    }

    /// `failed` is `None` where the call counts as neither.
    fn settle(&mut self, (generation, start): (usize, Duration), failed: Option<bool>) {
        self.look_at_the_clock();
        if generation != self.generation {
            self.late += 1;
            return;
        }
        let Some(failed) = failed else {
            self.permits += 1;
            return;
        };
        if self.state == BreakerState::Disabled {
            return;
        }
        let slow = self.now - start > self.settings.slow_after;
        self.outcomes.push((self.now, failed, slow));
        let (calls, failed, slow) = self.counted();
        let enough = match self.state {
            BreakerState::HalfOpen => self
                .settings
                .minimum_calls
                .min(self.settings.half_open_permits),
            _ => self.settings.minimum_calls,
        };
        if calls < enough {
            return;
        }
        let of = f64::from(calls);
        if f64::from(failed) / of >= self.settings.failure_rate
            || f64::from(slow) / of >= self.settings.slow_rate
        {
            self.go(BreakerState::Open, self.now);
        } else if self.state == BreakerState::HalfOpen {
            self.go(BreakerState::Closed, self.now);
        }
    }

    /// Calls, failed and slow ones: in the window while closed, all while half-open, and while
    /// open as they were when it opened.
    fn counted(&self) -> (u32, u32, u32) {
        let mut held = self.outcomes.clone();
        match self.settings.window {
            // It ends before it has more calls than permits.
            _ if self.half_open => {}
            BreakerWindow::Count(most) => {
                drop(held.drain(..held.len().saturating_sub(most as usize)))
            }
            BreakerWindow::Time(length) => {
                let is_open = self.state == BreakerState::Open;
                let at = if is_open { self.since } else { self.now };
                let tenth = |t: Duration| t.as_nanos() / (length.as_nanos() / 10);
                held.retain(|o| tenth(at) - tenth(o.0) < 10);
            }
        }
        let count = |is: fn(&(Duration, bool, bool)) -> bool| held.iter().filter(|o| is(o)).count();
        [held.len(), count(|o| o.1), count(|o| o.2)]
            .map(|n| n as u32)
            .into()
    }
}

#[derive(Debug, Clone)]
enum Step {
    Acquire,
    /// The permit to end, and how.
    Settle(prop::sample::Index, Option<bool>),
    Pass(u64),
    Order(BreakerState),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let verdict = prop_oneof![2 => Just(Some(true)), 3 => Just(Some(false)), 1 => Just(None)];
    let order = prop::sample::select(BreakerState::ALL.to_vec());
    let step = prop_oneof![
        12 => Just(Step::Acquire),
        12 => (any::<prop::sample::Index>(), verdict).prop_map(|(i, v)| Step::Settle(i, v)),
        6 => (0u64..3000).prop_map(Step::Pass),
        1 => order.prop_map(Step::Order),
    ];
    prop::collection::vec(step, 0..200)
}

fn settings() -> impl Strategy<Value = BreakerSettings> {
    let window = prop_oneof![
        (1u32..8).prop_map(BreakerWindow::Count),
        (1u64..8).prop_map(|s| BreakerWindow::Time(Duration::from_secs(s))),
    ];
    let wait = prop::option::of((1u64..6).prop_map(Duration::from_secs));
    (window, 1u32..6, 1u32..5, wait, 0.1f64..1.0, 0.1f64..1.0).prop_map(
        |(window, minimum_calls, half_open_permits, half_open_wait, failure_rate, slow_rate)| {
            let most = match window {
                BreakerWindow::Count(most) => most,
                BreakerWindow::Time(_) => u32::MAX,
            };
            BreakerSettings {
                window,
                minimum_calls: minimum_calls.min(most),
                failure_rate,
                slow_rate,
                slow_after: Duration::from_secs(2),
                half_open_permits,
                half_open_wait,
                open_for: Duration::from_secs(2),
                open_growth: 2.0,
                open_longest: Duration::from_secs(9),
                open_jitter: 0.0,
                ..BreakerSettings::default()
            }
        },
    )
}

proptest! {
    #[test]
    fn the_breaker_does_as_the_naive_one(settings in settings(), steps in steps()) {
        let (clock, hand) = Clock::manual();
        let breaker = Breaker::new("test", settings.clone(), clock);
        let mut naive = Naive {
            settings,
            now: Duration::ZERO,
            state: BreakerState::Closed,
            since: Duration::ZERO,
            until: Duration::ZERO,
            openings: 0,
            outcomes: Vec::new(),
            half_open: false,
            permits: 0,
            generation: 0,
            refused: 0,
            late: 0,
        };
        let mut out = Vec::new();
        for step in steps {
            match step {
                Step::Acquire => match (breaker.acquire(), naive.acquire()) {
                    (Ok(permit), Some(call)) => out.push((permit, call)),
                    (Err(refused), None) => prop_assert_eq!(refused.state, naive.state),
                    (permit, call) => prop_assert!(false, "{permit:?} but {call:?}"),
                },
                Step::Settle(index, failed) if !out.is_empty() => {
                    let (permit, call) = out.swap_remove(index.index(out.len()));
                    match failed {
                        Some(true) => permit.fail("failed"),
                        Some(false) => permit.succeed(),
                        None => permit.ignore(),
                    }
                    naive.settle(call, failed);
                }
                Step::Settle(..) => {}
                Step::Pass(milliseconds) => {
                    let passed = Duration::from_millis(milliseconds);
                    hand.advance(passed);
                    naive.now += passed;
                }
                Step::Order(to) => {
                    naive.look_at_the_clock();
                    let legal = match to {
                        BreakerState::Closed => { breaker.close("order"); true }
                        BreakerState::ForcedOpen => { breaker.force_open("order"); true }
                        BreakerState::Disabled => { breaker.disable("order"); true }
                        BreakerState::HalfOpen => {
                            let legal = naive.state == BreakerState::Open;
                            prop_assert_eq!(breaker.half_open("order").is_ok(), legal);
                            legal
                        }
                        // Nobody can order a break.
                        BreakerState::Open => false,
                    };
                    if legal {
                        naive.go(to, naive.now);
                    }
                }
            }
            naive.look_at_the_clock();
            let seen = breaker.snapshot();
            prop_assert_eq!((seen.state, seen.since), (naive.state, naive.since));
            prop_assert_eq!((seen.calls, seen.failed, seen.slow), naive.counted());
            prop_assert_eq!((seen.refused, seen.late), (naive.refused, naive.late));
            let remaining = (naive.state == BreakerState::Open)
                .then(|| naive.until.saturating_sub(naive.now));
            prop_assert_eq!(seen.retry_in, remaining);
        }
    }
}
