//! The tier against real servers, well and unwell.

mod cluster;
mod server;
mod unwell;

use std::thread;

use redis::Commands;

use super::*;
use crate::cache::object::Kind;
use crate::resilience::{BreakerSettings, Clock, Hand};
use server::{Server, until};

const HOUR: Duration = Duration::from_hours(1);

/// The key of this number.
pub(super) fn key(number: usize) -> Key {
    let mut bytes = [0; 32];
    bytes[0] = Kind::ALL[0].code();
    bytes[24..].copy_from_slice(&(number as u64).to_be_bytes());
    Key::from_bytes(bytes).unwrap()
}

/// An entry whose bytes tell its number.
fn entry(number: usize) -> (Key, Vec<u8>, Duration) {
    (key(number), number.to_be_bytes().repeat(9), HOUR)
}

fn settings(url: &str) -> RedisSettings {
    RedisSettings {
        url: url.to_owned(),
        // The machine may be busy; what a timeout does is tested with shorter ones.
        timeout: Duration::from_millis(500),
        ..RedisSettings::default()
    }
}

/// A tier whose breaker opens after few failures, for a break that the hand ends.
fn tier_of(settings: &RedisSettings) -> (RedisTier, Hand) {
    faulty(settings, "")
}

/// The same, where these go wrong on purpose.
fn faulty(settings: &RedisSettings, faults: &str) -> (RedisTier, Hand) {
    let (clock, hand) = Clock::manual();
    let soon = BreakerSettings {
        minimum_calls: 3,
        half_open_permits: 2,
        // A test moves the clock by hours.
        half_open_wait: None,
        ..BreakerSettings::default()
    };
    let breaker = Breaker::new("remote", soon, clock);
    let faults = Faults::parse(faults, &["remote"]).unwrap();
    let tier = RedisTier::start(settings, breaker, &faults).unwrap();
    (tier, hand)
}

/// A tier that is connected to `server`.
fn tier(server: &Server) -> RedisTier {
    let (tier, _) = tier_of(&settings(&server.url()));
    until("the connection", || tier.is_up());
    tier
}

fn put(tier: &RedisTier, entries: Vec<(Key, Vec<u8>, Duration)>) {
    let written = tier.counts().written + entries.len() as u64;
    tier.put(entries);
    until("the writes", || tier.counts().written == written);
}

fn one(tier: &RedisTier, number: usize) -> Result<Vec<u8>, RemoteError> {
    tier.get(&[key(number)]).remove(0)
}

#[test]
fn what_one_machine_stores_another_finds() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let (mine, theirs) = (tier(&server), tier(&server));
    put(&mine, (0..200).map(entry).collect());
    let keys: Vec<Key> = [3, 500, 199, 3, 0].map(key).to_vec();
    let expected = [
        Ok(entry(3).1),
        Err(RemoteError::Miss),
        Ok(entry(199).1),
        Ok(entry(3).1),
        Ok(entry(0).1),
    ];
    assert_eq!(theirs.get(&keys), expected);
    assert_eq!(theirs.get(&[]), []);
    let counts = theirs.counts();
    assert_eq!((counts.hits, counts.misses, counts.connections), (4, 1, 1));
    assert_eq!(theirs.name(), server.url());
}

#[test]
fn every_key_expires() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let day = 24 * HOUR;
    let (tier, _) = tier_of(&RedisSettings {
        ttl: day,
        ..settings(&server.url())
    });
    let ttls = [HOUR, 1000 * day, day / 2];
    let entries = ttls.iter().enumerate();
    let entries = entries.map(|(n, ttl)| (key(n), vec![1], *ttl)).collect();
    tier.invalidate(&[Tag::new("draft:7")], 1 << 50);
    put(&tier, entries);
    put(&tier, vec![(key(9), vec![1], Duration::ZERO)]);
    let mut connection = server.connection();
    let names: Vec<String> = connection.keys("*").unwrap();
    let mut left: Vec<(String, i64)> = names
        .into_iter()
        .map(|name| {
            let left = connection.pttl(&name).unwrap();
            (name, left)
        })
        .filter(|(name, _)| *name != format!("postwright:1:{}", key(9)))
        .collect();
    left.sort();
    let expected = ttls.map(|ttl| day.min(ttl)).into_iter().enumerate();
    let mut expected: Vec<(String, Duration)> = expected
        .map(|(n, ttl)| (format!("postwright:1:{}", key(n)), ttl))
        .collect();
    let kept = LONGEST_TTL + day;
    expected.push(("postwright:1:generations".to_owned(), kept));
    assert_eq!(left.len(), expected.len(), "{left:?}");
    for ((name, left), (expected_name, ttl)) in left.iter().zip(&expected) {
        assert_eq!(name, expected_name);
        let ttl = i64::try_from(ttl.as_millis()).unwrap();
        let spent = i64::try_from(HOUR.as_millis()).unwrap() / 2;
        assert!(
            (ttl - spent..=ttl).contains(left),
            "{name}: {left} of {ttl}"
        );
    }
    until("the shortest to expire", || {
        one(&tier, 9) == Err(RemoteError::Miss)
    });
}

#[test]
fn namespaces_do_not_meet() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let in_space = |namespace: &str| {
        let (tier, _) = tier_of(&RedisSettings {
            namespace: namespace.to_owned(),
            ..settings(&server.url())
        });
        until("the connection", || tier.is_up());
        tier
    };
    let (ours, theirs) = (in_space("ours"), in_space("ours:2"));
    ours.invalidate(&[Tag::new("t")], 5);
    put(&ours, vec![entry(1)]);
    assert_eq!(one(&ours, 1), Ok(entry(1).1));
    assert_eq!(one(&theirs, 1), Err(RemoteError::Miss));
    assert_eq!(theirs.invalidated_since(0), Ok(Vec::new()));
    assert_eq!(ours.invalidated_since(0), Ok(vec![(Tag::new("t"), 5)]));
}

#[test]
fn what_somebody_else_wrote_is_a_miss_or_left_to_the_checksum() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let tier = tier(&server);
    let mut connection = server.connection();
    let name = |number: usize| format!("postwright:1:{}", key(number));
    let () = connection.lpush(name(0), "a list").unwrap();
    let () = connection.set(name(1), vec![b'x'; LARGEST + 1]).unwrap();
    let () = connection.set(name(2), "").unwrap();
    let () = connection.set(name(3), "not sealed").unwrap();
    let () = connection.set(name(4), vec![b'x'; LARGEST]).unwrap();
    let answers = tier.get(&[0, 1, 2, 3, 4].map(key));
    let miss = || Err(RemoteError::Miss);
    assert_eq!(answers[..3], [miss(), miss(), miss()]);
    assert_eq!(answers[3], Ok(b"not sealed".to_vec()));
    assert_eq!(answers[4].as_ref().map(Vec::len), Ok(LARGEST));
    let counts = tier.counts();
    assert_eq!((counts.wrong_type, counts.oversized), (1, 1));
    assert_eq!((counts.hits, counts.misses, counts.failed), (2, 3, 0));

    tier.put(vec![(key(5), vec![0; LARGEST + 1], HOUR)]);
    assert_eq!(tier.counts().oversized, 2, "neither is it written");

    let () = connection.set("postwright:1:generations", "text").unwrap();
    tier.invalidate(&[Tag::new("t")], 5);
    // Replaces the list; written in one batch with the invalidation or after it.
    put(&tier, vec![entry(0)]);
    until("the refusal", || tier.counts().dropped == 1);
    assert!(matches!(
        tier.invalidated_since(0),
        Err(RemoteError::Unavailable(reason)) if reason.contains("WRONGTYPE")
    ));
    assert_eq!(one(&tier, 0), Ok(entry(0).1), "and the rest goes on");
}

#[test]
fn generations_only_grow_and_reach_other_machines() {
    let Some(mut server) = Server::start(&[]) else {
        return;
    };
    let (mine, theirs) = (tier(&server), tier(&server));
    let tag = Tag::new;
    let raised = |since| {
        let mut raised = theirs.invalidated_since(since).unwrap();
        raised.sort();
        raised
    };
    let now = 1_800_000_000_000_000;
    mine.invalidate(&[tag("a"), tag("b")], now);
    until("both", || raised(0).len() == 2);
    mine.invalidate(&[tag("a")], now - 7);
    mine.invalidate(&[tag("b"), tag("ü 漢")], now + 3);
    until("the third", || raised(0).len() == 3);
    let all = [(tag("a"), now), (tag("b"), now + 3), (tag("ü 漢"), now + 3)];
    assert_eq!(raised(0), all);
    assert_eq!(raised(now), all[1..]);
    assert_eq!(raised(now + 3), []);

    let late = now + 32 * 24 * 3_600_000_000;
    mine.invalidate(&[tag("late")], late);
    until("the others to be forgotten", || {
        raised(0) == [(tag("late"), late)]
    });

    let mut connection = server.connection();
    let scores = [(-1.0, "old"), (1e300, "far"), (1.0, "\u{1b}[2J"), (2.0, "")];
    for (score, name) in scores {
        let () = connection
            .zadd("postwright:1:generations", name, score)
            .unwrap();
    }
    assert_eq!(
        raised(0),
        [(tag("late"), late)],
        "nobody of ours wrote these"
    );

    server.kill();
    until("the loss", || {
        theirs.invalidated_since(0).is_err() && one(&mine, 0).is_err()
    });
    mine.invalidate(&[tag("meanwhile")], now);
    server.run();
    until("what was told meanwhile", || {
        theirs.invalidated_since(0) == Ok(vec![(tag("meanwhile"), now)])
    });
}

#[test]
fn many_threads_get_their_own_answers() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let tier = tier(&server);
    put(&tier, (0..64).map(entry).collect());
    thread::scope(|scope| {
        for number in 0..16 {
            let tier = &tier;
            scope.spawn(move || {
                for round in 0..100 {
                    let numbers = [number, number + 16, number + 32 + round % 16, 1000];
                    let answers = tier.get(&numbers.map(key));
                    for (number, answer) in numbers.into_iter().zip(answers) {
                        let expected = if number < 64 {
                            Ok(entry(number).1)
                        } else {
                            Err(RemoteError::Miss)
                        };
                        assert_eq!(answer, expected);
                    }
                    tier.put(vec![entry(number)]);
                }
            });
        }
    });
    let counts = tier.counts();
    assert_eq!((counts.hits, counts.misses), (4800, 1600));
    until("the writes", || tier.counts().written == 64 + 1600);
}

#[test]
fn a_full_queue_drops_the_oldest() {
    let Some(mut server) = Server::stopped(&[]) else {
        return;
    };
    let (tier, hand) = tier_of(&RedisSettings {
        queue: 8,
        ..settings(&server.url())
    });
    tier.put((0..20).map(entry).collect());
    assert_eq!(tier.counts().dropped, 12);
    assert!(matches!(one(&tier, 0), Err(RemoteError::Unavailable(_))));
    server.run();
    until("the writes", || {
        // Attempts to connect have failed, and may have opened the breaker.
        hand.advance(HOUR);
        tier.counts().written == 8
    });
    let answers = tier.get(&(0..20).map(key).collect::<Vec<_>>());
    for (number, answer) in answers.into_iter().enumerate() {
        let expected = match number {
            0..12 => Err(RemoteError::Miss),
            _ => Ok(entry(number).1),
        };
        assert_eq!(answer, expected, "{number}");
    }
}

#[test]
fn the_last_writes_are_made_at_the_end() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let tier = tier(&server);
    tier.put((0..300).map(entry).collect());
    drop(tier);
    let written: usize = redis::cmd("DBSIZE")
        .query(&mut server.connection())
        .unwrap();
    assert_eq!(written, 300);
}
