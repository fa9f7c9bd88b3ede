use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::*;
use crate::cache::key::Scope;
use crate::cache::object::Kind;
use proptest::prelude::*;

fn key(n: u8) -> Key {
    Scope::new(Kind::Sentence, 1, b"", b"").key(&[n])
}

fn lead(seat: Seat<u32>) -> Leader<u32> {
    match seat {
        Seat::Lead(leader) => leader,
        Seat::Join(_) => panic!("joined"),
    }
}

fn join(seat: Seat<u32>) -> Joiner<u32> {
    match seat {
        Seat::Join(joiner) => joiner,
        Seat::Lead(_) => panic!("leads"),
    }
}

const NO_TIME: Option<Duration> = Some(Duration::ZERO);

#[test]
fn joiners_get_the_leaders_value_or_error() {
    let flights = Arc::new(Flights::default());
    for result in [Ok(7), Err(Arc::from("broken"))] {
        let leader = lead(flights.board(key(1)));
        let joiner = join(flights.board(key(1)));
        let other = lead(flights.board(key(2)));
        let joiner = joiner.wait(NO_TIME).unwrap_err();
        leader.finish(result.clone());
        match (joiner.wait(None).unwrap(), result) {
            (Landing::Value(a), Ok(b)) => assert_eq!(a, b),
            (Landing::Failed(a), Err(b)) => assert_eq!(a, b),
            (landing, _) => panic!("{landing:?}"),
        }
        drop(other);
        assert_eq!(flights.len(), 0);
    }
}

#[test]
fn a_leader_that_gives_up_hands_over_to_one_joiner() {
    let flights = Arc::new(Flights::default());
    let leader = lead(flights.board(key(1)));
    let first = join(flights.board(key(1)));
    let second = join(flights.board(key(1)));
    drop(leader);
    let Landing::Lead(leader) = first.wait(NO_TIME).unwrap() else {
        panic!("does not lead");
    };
    let second = second.wait(NO_TIME).unwrap_err();
    leader.finish(Ok(1));
    assert!(matches!(second.wait(NO_TIME), Ok(Landing::Value(1))));
    assert_eq!(flights.len(), 0);
}

#[test]
fn one_who_asks_takes_over_where_no_joiner_waits() {
    let flights = Arc::new(Flights::default());
    let leader = lead(flights.board(key(1)));
    let joiner = join(flights.board(key(1)));
    assert!(leader.hand_over());
    let leader = lead(flights.board(key(1)));
    let joiner = joiner.wait(NO_TIME).unwrap_err();
    drop(joiner);
    assert!(!leader.hand_over());
    assert_eq!(flights.len(), 0);
    // The last joiner leaves a vacant flight.
    let leader = lead(flights.board(key(1)));
    let joiner = join(flights.board(key(1)));
    drop(leader);
    assert_eq!(flights.len(), 1);
    drop(joiner);
    assert_eq!(flights.len(), 0);
}

#[test]
fn threads_compute_once_although_leaders_give_up() {
    let flights = Arc::new(Flights::default());
    let running = AtomicUsize::new(0);
    let computed = AtomicUsize::new(0);
    let given_up = AtomicUsize::new(0);
    // The first leader holds on until all others have joined, so that nobody comes too late.
    let first = lead(flights.board(key(1)));
    let seats: Vec<_> = (0..8).map(|_| flights.board(key(1))).collect();
    thread::scope(|scope| {
        for seat in seats {
            scope.spawn(|| match join(seat).wait(None).unwrap() {
                Landing::Lead(leader) => {
                    assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0);
                    let gives_up = given_up.fetch_add(1, Ordering::SeqCst) < 3;
                    running.fetch_sub(1, Ordering::SeqCst);
                    if gives_up {
                        drop(leader);
                    } else {
                        computed.fetch_add(1, Ordering::SeqCst);
                        leader.finish(Ok(9));
                    }
                }
                Landing::Value(value) => assert_eq!(value, 9),
                Landing::Failed(reason) => panic!("{reason}"),
            });
        }
        drop(first);
    });
    assert_eq!(computed.load(Ordering::SeqCst), 1);
    assert_eq!(given_up.load(Ordering::SeqCst), 4);
    assert_eq!(flights.len(), 0);
}

proptest! {
    /// Whatever the order, there is one leader at most, every joiner lands, and nothing is left.
    #[test]
    fn any_order_of_events_ends_well(events in prop::collection::vec(0..6u8, 1..60)) {
        let flights = Arc::new(Flights::default());
        let mut leader: Option<Leader<u32>> = None;
        let mut joiners: Vec<Joiner<u32>> = Vec::new();
        for event in events {
            match event {
                0 | 1 => match flights.board(key(1)) {
                    Seat::Lead(new) => {
                        prop_assert!(leader.is_none(), "two leaders");
                        leader = Some(new);
                    }
                    Seat::Join(joiner) => joiners.push(joiner),
                },
                2 => drop(leader.take()),
                3 => {
                    if let Some(leader) = leader.take() {
                        leader.finish(Ok(3));
                    }
                }
                4 => drop(joiners.pop()),
                _ => {
                    let Some(joiner) = joiners.pop() else { continue };
                    match joiner.wait(NO_TIME) {
                        Ok(Landing::Lead(new)) => {
                            prop_assert!(leader.is_none(), "two leaders");
                            leader = Some(new);
                        }
                        Ok(Landing::Value(value)) => prop_assert_eq!(value, 3),
                        Ok(Landing::Failed(reason)) => panic!("{reason}"),
                        Err(joiner) => joiners.push(joiner),
                    }
                }
            }
        }
        drop(leader);
        for joiner in joiners {
            let landed = joiner.wait(NO_TIME);
            prop_assert!(landed.is_ok());
        }
        prop_assert_eq!(flights.len(), 0);
    }
}
