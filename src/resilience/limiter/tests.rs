use super::*;

const MS: Duration = Duration::from_millis(1);

fn fixed(limit: u32) -> LimiterSettings {
    LimiterSettings {
        floor: limit,
        cap: limit,
        ..LimiterSettings::default()
    }
}

#[test]
fn a_refusal_says_how_many_there_are() {
    let limiter = Limiter::new("test", fixed(2), Clock::manual().0);
    let first = limiter.acquire().unwrap();
    let _second = limiter.acquire().unwrap();
    assert_eq!(
        limiter.acquire().unwrap_err().to_string(),
        "limiter `test` has 2 calls in flight and admits 2 at once; try later"
    );
    drop(first);
    let third = limiter.acquire().unwrap();
    assert!(limiter.acquire().is_err());
    third.finish();
    let s = limiter.snapshot();
    assert_eq!((s.admitted, s.refused, s.cancelled), (3, 2, 1));
    assert_eq!((s.in_flight, s.limit), (1, 2));
}

#[test]
fn cancelled_calls_leave_no_sample() {
    let (clock, hand) = Clock::manual();
    let limiter = Limiter::new("test", LimiterSettings::default(), clock);
    for _ in 0..100 {
        let slot = limiter.acquire().unwrap();
        hand.advance(MS);
        drop(slot);
    }
    assert_eq!(limiter.snapshot().latency, None);
    for _ in 0..20 {
        let slot = limiter.acquire().unwrap();
        hand.advance(3 * MS);
        slot.finish();
    }
    assert_eq!(limiter.snapshot().latency, Some(3 * MS));
}

/// A limiter that has just begun to probe, with three calls in flight.
fn probing() -> (Limiter, crate::resilience::clock::Hand, Vec<Slot>) {
    let (clock, hand) = Clock::manual();
    let limiter = Limiter::new("test", LimiterSettings::default(), clock);
    let mut slots = Vec::new();
    while !limiter.snapshot().is_probing {
        while let Ok(slot) = limiter.acquire() {
            slots.push(slot);
        }
        hand.advance(10 * MS);
        slots.remove(0).finish();
    }
    assert_eq!(limiter.snapshot().limit, 1);
    slots.truncate(3);
    (limiter, hand, slots)
}

#[test]
fn a_probe_measures_calls_that_began_alone() {
    let (limiter, hand, slots) = probing();
    let before = limiter.snapshot();
    for slot in slots {
        assert!(limiter.acquire().is_err(), "admitted beside others");
        hand.advance(10 * MS);
        slot.finish();
    }
    for n in 0..40 {
        if n == 10 {
            drop(limiter.acquire().unwrap());
        }
        assert!(limiter.snapshot().is_probing);
        let slot = limiter.acquire().unwrap();
        assert!(limiter.acquire().is_err());
        hand.advance(4 * MS);
        slot.finish();
    }
    let after = limiter.snapshot();
    assert!(!after.is_probing && after.limit > 1);
    assert_eq!(
        (before.unloaded, after.unloaded),
        (before.unloaded, Some(4 * MS))
    );
    assert!(before.unloaded > Some(10 * MS));
}

#[test]
fn a_probe_ends_where_nobody_calls() {
    let (limiter, hand, slots) = probing();
    let before = limiter.snapshot();
    drop(slots);
    hand.advance(82 * before.latency.unwrap());
    let after = limiter.snapshot();
    assert!(!after.is_probing);
    assert_eq!(after.unloaded, before.unloaded);
    let _two = [limiter.acquire().unwrap(), limiter.acquire().unwrap()];
}

#[test]
fn a_snapshot_serialises() {
    let limiter = Limiter::new("test", fixed(2), Clock::manual().0);
    let json = serde_json::to_value(limiter.snapshot()).unwrap();
    assert_eq!(json["limit"], 2);
    assert!(json["unloaded_seconds"].is_null());
}
