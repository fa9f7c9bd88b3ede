//! The breaker under loom, which runs every order in which its threads can take the lock.

use std::collections::BTreeSet;
use std::sync::Mutex as StdMutex;
use std::time::Duration;

use loom::sync::atomic::{AtomicU32, Ordering};
use loom::thread;

use super::*;
use crate::resilience::clock::Hand;

/// The same guard with loom's mutex in it.
struct Modelled(loom::sync::Mutex<Machine>);

impl Lock for Modelled {
    fn around(machine: Machine) -> Self {
        Self(loom::sync::Mutex::new(machine))
    }

    fn with<R>(&self, work: impl FnOnce(&mut Machine) -> R) -> R {
        work(&mut self.0.lock().unwrap())
    }
}

const BREAK: Duration = Duration::from_secs(1);

fn breaker(minimum_calls: u32, half_open_permits: u32) -> (Breaker<Modelled>, Hand) {
    let (clock, hand) = Clock::manual();
    let settings = BreakerSettings {
        window: BreakerWindow::Count(10),
        minimum_calls,
        failure_rate: 0.5,
        half_open_permits,
        half_open_wait: None,
        open_for: BREAK,
        open_jitter: 0.0,
        ..BreakerSettings::default()
    };
    (Breaker::guarded("test", settings, clock), hand)
}

/// An open breaker whose break is over.
fn rested(minimum_calls: u32, half_open_permits: u32) -> Breaker<Modelled> {
    let (breaker, hand) = breaker(minimum_calls, half_open_permits);
    for _ in 0..minimum_calls {
        breaker.acquire().unwrap().fail("no answer");
    }
    assert_eq!(breaker.snapshot().state, BreakerState::Open);
    hand.advance(BREAK);
    breaker
}

/// Runs `work` with 0, 1, 2 ... on a thread each, and waits for them.
fn on_threads<T: 'static>(
    threads: u32,
    breaker: &Breaker<Modelled>,
    work: impl Fn(u32, Breaker<Modelled>) -> T + Send + Sync + 'static,
) -> Vec<T> {
    let work = Arc::new(work);
    let started: Vec<_> = (0..threads)
        .map(|n| {
            let (work, breaker) = (work.clone(), breaker.clone());
            thread::spawn(move || work(n, breaker))
        })
        .collect();
    started.into_iter().map(|t| t.join().unwrap()).collect()
}

/// Runs every interleaving of `run`, and returns the different results.
fn every<T: Ord + Send + 'static>(run: impl Fn() -> T + Send + Sync + 'static) -> BTreeSet<T> {
    explore(None, run)
}

/// Runs the interleavings of `run` in which at most `preemptions` threads are interrupted.
fn explore<T: Ord + Send + 'static>(
    preemptions: Option<usize>,
    run: impl Fn() -> T + Send + Sync + 'static,
) -> BTreeSet<T> {
    let results = Arc::new(StdMutex::new(BTreeSet::new()));
    let kept = results.clone();
    let mut model = loom::model::Builder::new();
    model.preemption_bound = preemptions;
    model.check(move || {
        let result = run();
        kept.lock().unwrap().insert(result);
    });
    std::mem::take(&mut results.lock().unwrap())
}

/// Three ask at once for `permits`; the first gives its own back. How many passed, and were late.
fn crowd(permits: u32) -> (u32, u64) {
    let breaker = rested(permits, permits);
    let out = Arc::new(AtomicU32::new(0));
    let passed = on_threads(3, &breaker, move |n, breaker| {
        let Ok(permit) = breaker.acquire() else {
            return 0;
        };
        // An operation of loom's, so that others may run between it and the next.
        let others = out.fetch_add(1, Ordering::AcqRel);
        assert!(others < permits, "{others} others are out");
        out.fetch_sub(1, Ordering::AcqRel);
        match n {
            0 => drop(permit),
            // Those who fail make no room, and end by opening the breaker: its clock stands.
            _ => permit.fail("no answer"),
        }
        1
    });
    let snapshot = breaker.snapshot();
    let passed = passed.into_iter().sum();
    assert_eq!(u64::from(passed) + snapshot.refused, 3);
    (passed, snapshot.late)
}

#[test]
fn half_open_never_has_more_calls_out_than_permits() {
    // One that comes between two that ask may be refused, or make room by giving back.
    // All interleavings of so many steps would take minutes.
    let seen = explore(Some(3), || crowd(1));
    assert_eq!(seen, BTreeSet::from([(1, 0), (2, 0)]));
    let seen = explore(Some(3), || crowd(2));
    assert_eq!(seen, BTreeSet::from([(2, 0), (3, 0)]));
}

#[test]
fn the_end_of_a_break_is_one_transition() {
    let seen = every(|| {
        let breaker = rested(1, 1);
        let permits = on_threads(2, &breaker, |_, breaker| breaker.acquire().ok());
        assert_eq!(permits.iter().flatten().count(), 1);
        let snapshot = breaker.snapshot();
        assert_eq!(snapshot.state, BreakerState::HalfOpen);
        assert_eq!((snapshot.events.len(), snapshot.refused), (2, 1));
        permits[0].is_some()
    });
    assert_eq!(seen.len(), 2, "either thread may be first");
}

#[test]
fn a_permit_that_is_given_back_is_never_lost() {
    let seen = every(|| {
        let breaker = rested(2, 2);
        on_threads(3, &breaker, |n, breaker| match (n, breaker.acquire()) {
            (0, Ok(permit)) => drop(permit),
            (_, Ok(permit)) => permit.ignore(),
            (_, Err(_)) => {}
        });
        let refused = breaker.snapshot().refused;
        let held = [breaker.acquire().unwrap(), breaker.acquire().unwrap()];
        assert!(breaker.acquire().is_err());
        for permit in held {
            permit.succeed();
        }
        assert_eq!(breaker.snapshot().state, BreakerState::Closed);
        refused
    });
    assert_eq!(seen, BTreeSet::from([0, 1]));
}

#[test]
fn concurrent_failures_open_once() {
    let seen = every(|| {
        let (breaker, _) = breaker(2, 1);
        let late = breaker.acquire().unwrap();
        let late = StdMutex::new(Some(late));
        on_threads(3, &breaker, move |n, breaker| {
            let permit = match n {
                0 => Ok(late.lock().unwrap().take().unwrap()),
                _ => breaker.acquire(),
            };
            match permit {
                Ok(permit) => permit.fail("no answer"),
                Err(refused) => assert_eq!(refused.state, BreakerState::Open),
            }
        });
        let snapshot = breaker.snapshot();
        assert_eq!((snapshot.state, snapshot.openings), (BreakerState::Open, 1));
        assert_eq!((snapshot.events.len(), snapshot.failed), (1, 2));
        assert_eq!(snapshot.late + snapshot.refused, 1);
        snapshot.late
    });
    assert_eq!(seen, BTreeSet::from([0, 1]));
}

#[test]
fn a_result_of_an_earlier_epoch_is_ignored() {
    let seen = every(|| {
        let (breaker, _) = breaker(1, 1);
        let permit = StdMutex::new(Some(breaker.acquire().unwrap()));
        on_threads(2, &breaker, move |n, breaker| match n {
            0 => permit.lock().unwrap().take().unwrap().fail("no answer"),
            _ => breaker.close("fresh start"),
        });
        // Whoever was first: the failure is of before the order.
        let snapshot = breaker.snapshot();
        assert_eq!((snapshot.state, snapshot.calls), (BreakerState::Closed, 0));
        (snapshot.late, snapshot.events.len())
    });
    assert_eq!(seen, BTreeSet::from([(0, 2), (1, 1)]));
}

#[test]
fn an_order_during_half_open_leaves_no_trace_of_it() {
    let seen = every(|| {
        let breaker = rested(1, 1);
        on_threads(3, &breaker, |n, breaker| match n {
            0 => breaker.force_open("maintenance"),
            1 => {
                if let Ok(permit) = breaker.acquire() {
                    permit.succeed();
                }
            }
            _ => drop(breaker.acquire()),
        });
        let snapshot = breaker.snapshot();
        let forced = BreakerState::ForcedOpen;
        assert_eq!((snapshot.state, snapshot.calls), (forced, 0));
        breaker.close("over");
        breaker.acquire().unwrap().succeed();
        assert_eq!(breaker.snapshot().calls, 1);
        (snapshot.refused, snapshot.late)
    });
    // Both refused, one caught out by the order, ...
    assert!(seen.contains(&(2, 0)) && seen.contains(&(1, 1)), "{seen:?}");
}
