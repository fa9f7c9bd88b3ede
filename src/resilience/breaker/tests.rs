use std::time::Duration;

use super::*;
use crate::resilience::clock::Hand;
use BreakerState::{Closed, ForcedOpen, HalfOpen, Open};

const BREAK: Duration = Duration::from_secs(5);

/// 5 minimum calls, 50 %, 4 half-open permits, slow over 4 s, and breaks without luck.
fn settings() -> BreakerSettings {
    BreakerSettings {
        window: BreakerWindow::Count(5),
        minimum_calls: 5,
        failure_rate: 0.5,
        slow_rate: 0.5,
        slow_after: Duration::from_secs(4),
        half_open_permits: 4,
        half_open_wait: None,
        open_for: BREAK,
        open_jitter: 0.0,
        ..BreakerSettings::default()
    }
}

fn breaker(settings: BreakerSettings) -> (Breaker, Hand) {
    let (clock, hand) = Clock::manual();
    (Breaker::new("test", settings, clock), hand)
}

/// An open breaker whose break is over.
fn rested(settings: BreakerSettings) -> (Breaker, Hand) {
    let failures = "F".repeat(settings.minimum_calls as usize);
    let (breaker, hand) = breaker(settings);
    run(&breaker, &hand, &failures);
    assert_eq!(breaker.snapshot().state, Open);
    hand.advance(BREAK);
    (breaker, hand)
}

/// One call after the other: `F`ails, `S`ucceeds, `f`ails or `s`ucceeds slowly, is `i`gnored,
/// is `c`ancelled, or is `x`, refused.
fn run(breaker: &Breaker, hand: &Hand, calls: &str) {
    for call in calls.chars() {
        let permit = match breaker.acquire() {
            Err(_) => {
                assert_eq!(call, 'x', "a call of {calls} was refused");
                continue;
            }
            Ok(permit) => permit,
        };
        if call.is_lowercase() && "fs".contains(call) {
            hand.advance(Duration::from_millis(4001));
        }
        match call {
            'F' | 'f' => permit.fail("no answer"),
            'S' | 's' => permit.succeed(),
            'i' => permit.ignore(),
            'c' => drop(permit),
            _ => panic!("{call} of {calls} went through"),
        }
    }
}

/// State, failure rate, slow rate, calls in the window, and refused calls.
fn seen(breaker: &Breaker) -> (BreakerState, Option<f64>, Option<f64>, u32, u64) {
    let s = breaker.snapshot();
    (s.state, s.failure_rate, s.slow_rate, s.calls, s.refused)
}

#[test]
fn calls_lead_from_closed_to_these_states() {
    let table = [
        ("FFFS", Closed, None, None, 4, 0),
        ("FFFSS", Open, Some(0.6), Some(0.0), 5, 0),
        ("FFFSSx", Open, Some(0.6), Some(0.0), 5, 1),
        ("FFFSSxxx", Open, Some(0.6), Some(0.0), 5, 3),
        ("FFSSS", Closed, Some(0.4), Some(0.0), 5, 0),
        ("FFSSSSSS", Closed, Some(0.0), Some(0.0), 5, 0),
        ("SSSFFF", Open, Some(0.6), Some(0.0), 5, 0),
        ("fsFSs", Open, Some(0.4), Some(0.6), 5, 0),
        ("sSSSs", Closed, Some(0.0), Some(0.4), 5, 0),
        ("FFFicSciS", Open, Some(0.6), Some(0.0), 5, 0),
        ("iciciciciciciciiic", Closed, None, None, 0, 0),
    ];
    for (calls, state, failed, slow, window, refused) in table {
        let (breaker, hand) = breaker(settings());
        run(&breaker, &hand, calls);
        let expected = (state, failed, slow, window, refused);
        assert_eq!(seen(&breaker), expected, "after {calls}");
        let events = breaker.snapshot().events;
        assert_eq!(events.len(), usize::from(state == Open), "after {calls}");
    }
}

#[test]
fn calls_lead_from_half_open_to_these_states() {
    let table = [
        ("FFS", HalfOpen, None, None, 3),
        ("FFSF", Open, Some(0.75), Some(0.0), 4),
        ("sssS", Open, Some(0.0), Some(0.75), 4),
        ("FSSS", Closed, None, None, 0),
        ("SSSSS", Closed, None, None, 1),
        ("FFSS", Open, Some(0.5), Some(0.0), 4),
        // Freed by calls that count as neither.
        ("SSSi", HalfOpen, None, None, 3),
        ("SSSicicF", Closed, None, None, 0),
        ("iiiiccccSSS", HalfOpen, None, None, 3),
    ];
    for (calls, state, failed, slow, window) in table {
        let (breaker, hand) = rested(settings());
        run(&breaker, &hand, calls);
        let expected = (state, failed, slow, window, 0);
        assert_eq!(seen(&breaker), expected, "after {calls}");
    }
}

#[test]
fn an_open_breaker_says_why_and_until_when() {
    let (breaker, hand) = breaker(settings());
    run(&breaker, &hand, "FFFSS");
    let before = breaker.snapshot();
    let [event] = &before.events[..] else {
        panic!("one event, not {:?}", before.events);
    };
    assert_eq!((event.from, event.to), (Closed, Open));
    assert_eq!(
        event.why,
        "of 5 calls 60 % failed and 0 % were slow; the last failure: no answer"
    );
    assert_eq!(before.last_transition.as_ref(), Some(event));

    hand.advance(Duration::from_secs(2));
    let refused = breaker.acquire().unwrap_err();
    let retry_in = Some(Duration::from_secs(3));
    assert_eq!((refused.state, refused.retry_in), (Open, retry_in));
    assert_eq!(
        refused.to_string(),
        "breaker `test` is open and lets no call through; try again in 3.0 s"
    );
    let after = breaker.snapshot();
    assert_eq!((after.calls, after.refused), (before.calls, 1));
    assert_eq!((after.events, after.retry_in), (before.events, retry_in));
}

#[test]
fn half_open_lets_its_permits_through_and_refuses_the_next() {
    let (breaker, _) = rested(settings());
    let mut permits: Vec<_> = (0..4).map(|_| breaker.acquire().unwrap()).collect();
    for _ in 5..=6 {
        let refused = breaker.acquire().unwrap_err();
        assert_eq!((refused.state, refused.retry_in), (HalfOpen, None));
    }
    // One that ends uncounted makes room for one.
    permits.pop().unwrap().ignore();
    permits.push(breaker.acquire().unwrap());
    assert!(breaker.acquire().is_err());
    drop(permits.pop());
    permits.push(breaker.acquire().unwrap());
    assert!(breaker.acquire().is_err());
    // One that counts does not.
    permits.pop().unwrap().succeed();
    assert!(breaker.acquire().is_err());
    assert_eq!(seen(&breaker), (HalfOpen, None, None, 1, 5));
}

#[test]
fn half_open_needs_no_more_calls_than_closed() {
    let few = BreakerSettings {
        minimum_calls: 2,
        ..settings()
    };
    for (calls, state) in [("S", HalfOpen), ("SS", Closed), ("FS", Open)] {
        let (breaker, hand) = breaker(few.clone());
        run(&breaker, &hand, "FF");
        hand.advance(BREAK);
        run(&breaker, &hand, calls);
        assert_eq!(breaker.snapshot().state, state, "after {calls}");
    }
    // Results that come after the judgement belong to an earlier epoch.
    let (breaker, _) = rested(few);
    let permits: Vec<_> = (0..4).map(|_| breaker.acquire().unwrap()).collect();
    for permit in permits {
        permit.succeed();
    }
    let snapshot = breaker.snapshot();
    assert_eq!((snapshot.state, snapshot.calls), (Closed, 0));
    assert_eq!(snapshot.late, 2);
}

#[test]
fn half_open_that_waits_too_long_opens_as_of_then() {
    let (breaker, hand) = rested(BreakerSettings {
        half_open_wait: Some(Duration::from_secs(7)),
        ..settings()
    });
    let late = breaker.acquire().unwrap();
    breaker.acquire().unwrap().succeed();
    hand.advance(Duration::from_millis(6999));
    assert_eq!(breaker.snapshot().state, HalfOpen);
    hand.advance(Duration::from_secs(1));
    let snapshot = breaker.snapshot();
    assert_eq!(snapshot.state, Open);
    assert_eq!(snapshot.since, BREAK + Duration::from_secs(7));
    assert_eq!(
        snapshot.last_transition.unwrap().why,
        "half-open for 7.0 s with 1 of 4 calls answered"
    );
    late.fail("too late");
    let snapshot = breaker.snapshot();
    assert_eq!((snapshot.late, snapshot.calls), (1, 1));
    assert_eq!(snapshot.last_failure.unwrap(), "no answer");
    // The second break in a row is twice as long, from when the wait was over.
    assert_eq!(snapshot.retry_in, Some(Duration::from_millis(9001)));
}

#[test]
fn breaks_grow_until_a_recovery() {
    let (breaker, hand) = breaker(settings());
    run(&breaker, &hand, "FFFFF");
    for seconds in [5, 10, 20] {
        hand.advance(Duration::from_secs(seconds) - Duration::from_nanos(1));
        run(&breaker, &hand, "x");
        hand.advance(Duration::from_nanos(1));
        run(&breaker, &hand, "FFFF");
    }
    assert_eq!(breaker.snapshot().openings, 4);
    hand.advance(Duration::from_secs(40));
    run(&breaker, &hand, "SSSSFFFFF");
    let snapshot = breaker.snapshot();
    assert_eq!((snapshot.openings, snapshot.retry_in), (1, Some(BREAK)));
}

#[test]
fn jitter_differs_by_seed_and_repeats_with_it() {
    let length = |seed| {
        let (breaker, hand) = breaker(BreakerSettings {
            open_jitter: 0.5,
            seed: Some(seed),
            ..settings()
        });
        run(&breaker, &hand, "FFFFF");
        breaker.snapshot().retry_in.unwrap()
    };
    assert_eq!(length(1), length(1));
    let lengths: Vec<Duration> = (0..50).map(length).collect();
    let [least, most] = [2500, 7500].map(Duration::from_millis);
    assert!(lengths.iter().all(|l| (least..most).contains(l)));
    let spread = *lengths.iter().max().unwrap() - *lengths.iter().min().unwrap();
    assert!(spread > Duration::from_secs(4), "spread over {spread:?}");
}

#[test]
fn a_late_result_does_not_count() {
    let (breaker, hand) = breaker(settings());
    let late: Vec<_> = (0..10).map(|_| breaker.acquire().unwrap()).collect();
    breaker.close("fresh start");
    for permit in late {
        permit.fail("long ago");
    }
    assert_eq!(seen(&breaker), (Closed, None, None, 0, 0));
    assert_eq!(breaker.snapshot().late, 10);
    // Nor does it free a permit of a later half-open state.
    run(&breaker, &hand, "FFFF");
    let late = breaker.acquire().unwrap();
    run(&breaker, &hand, "F");
    hand.advance(BREAK);
    let _held: Vec<_> = (0..4).map(|_| breaker.acquire().unwrap()).collect();
    drop(late);
    assert!(breaker.acquire().is_err());
}

#[test]
fn orders_hold_until_the_next() {
    let (breaker, hand) = breaker(settings());
    breaker.force_open("maintenance");
    hand.advance(Duration::from_secs(3600));
    let refused = breaker.acquire().unwrap_err();
    assert_eq!((refused.state, refused.retry_in), (ForcedOpen, None));
    breaker.disable("it lies");
    run(&breaker, &hand, "FFFFFFFFFFfff");
    assert_eq!(seen(&breaker), (BreakerState::Disabled, None, None, 0, 1));
    breaker.close("repaired");
    run(&breaker, &hand, "FFFFFx");
    breaker.close("surely");
    run(&breaker, &hand, "F");
    assert_eq!(seen(&breaker), (Closed, None, None, 1, 2));
    let events = breaker.snapshot().events;
    let whys: Vec<_> = events.iter().map(|e| e.why.as_str()).collect();
    assert_eq!(whys[..3], ["maintenance", "it lies", "repaired"]);
    assert_eq!(whys.last(), Some(&"surely"));
}

#[test]
fn only_an_open_breaker_can_be_half_opened() {
    let (breaker, hand) = breaker(settings());
    assert_eq!(
        breaker.half_open("try").unwrap_err().to_string(),
        "breaker `test` is closed and cannot become half-open from there; wait until it opens"
    );
    assert_eq!(breaker.snapshot().state, Closed);
    run(&breaker, &hand, "FFFFFx");
    breaker.half_open("try").unwrap();
    assert!(breaker.half_open("try").is_err());
    run(&breaker, &hand, "SSSS");
    assert_eq!(breaker.snapshot().state, Closed);
}

#[test]
fn events_are_a_ring() {
    let (breaker, _) = breaker(BreakerSettings {
        events: 3,
        ..settings()
    });
    for why in ["1", "2", "3", "4", "5"] {
        breaker.close(why);
    }
    let events = breaker.snapshot().events;
    let whys: Vec<_> = events.iter().map(|e| e.why.as_str()).collect();
    assert_eq!(whys, ["3", "4", "5"]);
}

#[test]
fn a_snapshot_serialises() {
    let (breaker, hand) = breaker(settings());
    hand.advance(Duration::from_millis(1500));
    run(&breaker, &hand, "FFFSS");
    let json = serde_json::to_value(breaker.snapshot()).unwrap();
    assert_eq!(json["state"], "open");
    assert_eq!(json["since_seconds"], 1.5);
    assert_eq!(json["retry_in_seconds"], 5.0);
    assert_eq!(json["failure_rate"], 0.6);
    assert_eq!(json["last_transition"]["from"], "closed");
    assert_eq!(json["events"][0]["at_seconds"], 1.5);
    breaker.force_open("maintenance");
    let json = serde_json::to_value(breaker.snapshot()).unwrap();
    assert!(json["retry_in_seconds"].is_null() && json["failure_rate"].is_null());
}

#[test]
fn a_handle_goes_to_other_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Breaker>();
    check::<Permit>();
}
