//! Servers that die, hang, refuse, or are not there.

use std::net::TcpListener;
use std::time::Instant;

use super::*;

/// What no call may take, whatever the server does: many times the timeout of 5 ms, because the
/// machine may be busy.
const BOUND: Duration = Duration::from_millis(250);

fn quick(url: &str) -> RedisSettings {
    RedisSettings {
        timeout: Duration::from_millis(5),
        ..settings(url)
    }
}

/// Asks once, within the bound.
fn bounded_one(tier: &RedisTier, number: usize) -> Result<Vec<u8>, RemoteError> {
    let start = Instant::now();
    let answer = one(tier, number);
    let took = start.elapsed();
    assert!(took < BOUND, "{took:?} for {answer:?}");
    answer
}

fn reason(answer: Result<Vec<u8>, RemoteError>) -> String {
    match answer {
        Err(RemoteError::Unavailable(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

/// Asks until nobody waits any more.
fn until_open(tier: &RedisTier) {
    until("the breaker to open", || {
        reason(bounded_one(tier, 1));
        !tier.is_up()
    });
}

#[test]
fn a_server_that_dies_and_comes_back() {
    let Some(mut server) = Server::start(&[]) else {
        return;
    };
    let (tier, hand) = tier_of(&settings(&server.url()));
    until("the connection", || tier.is_up());
    put(&tier, vec![entry(1)]);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| until("the loss", || bounded_one(&tier, 1) != Ok(entry(1).1)));
        }
        server.kill();
    });
    until("the loss to be known", || {
        reason(bounded_one(&tier, 1));
        !tier.is_up()
    });
    tier.put(vec![entry(2)]);
    server.run();
    until("the writes of meanwhile", || {
        // Attempts to connect fail too, and may have opened the breaker.
        hand.advance(HOUR);
        one(&tier, 2) == Ok(entry(2).1)
    });
    assert_eq!(one(&tier, 1), Err(RemoteError::Miss), "it came back empty");
    assert_eq!(tier.counts().connections, 2);
}

#[test]
fn a_server_that_hangs_keeps_nobody_waiting_once_the_breaker_is_open() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let (tier, hand) = tier_of(&quick(&server.url()));
    until("the connection", || tier.is_up());
    tier.put(vec![entry(1)]);
    until("the write", || bounded_one(&tier, 1) == Ok(entry(1).1));
    server.hang();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| until_open(&tier));
        }
    });
    // Nobody waits for an answer, whether the break lasts or is over.
    let before = tier.counts();
    assert!(before.late >= 3, "{before:?}");
    for round in 0..2000 {
        let reason = reason(bounded_one(&tier, 1));
        assert!(reason.contains("no answer within"), "{reason}");
        if round % 500 == 499 {
            hand.advance(HOUR);
            thread::sleep(Duration::from_millis(5));
        }
    }
    let after = tier.counts();
    assert_eq!(after.late, before.late);
    assert_eq!(after.unasked - before.unasked, 2000);
    assert_eq!(after.connections, 1);
    server.wake();
    until("the recovery", || {
        hand.advance(HOUR);
        bounded_one(&tier, 1) == Ok(entry(1).1)
    });
}

#[test]
fn a_hung_server_does_not_hold_up_the_end() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let tier = tier(&server);
    server.hang();
    tier.put(vec![entry(1)]);
    let start = Instant::now();
    drop(tier);
    assert!(start.elapsed() < FAREWELL + BOUND);
}

#[test]
fn a_refused_login_is_tried_again_and_its_password_not_told() {
    let Some(server) = Server::start(&["--requirepass", "hunter2"]) else {
        return;
    };
    let with = |password: &str| tier_of(&settings(&format!("{}?pass={password}", server.url())));
    let (wrong, hand) = with("hunter3");
    let (right, _) = with("hunter2");
    until("the right one", || right.is_up());
    put(&right, vec![entry(1)]);
    until("the refusal", || {
        reason(bounded_one(&wrong, 1)) != "not connected yet"
    });
    let told = reason(bounded_one(&wrong, 1));
    assert!(told.contains("uthentication"), "{told}");
    assert!(!format!("{told}{}", wrong.name()).contains("hunter"));
    let mut connection = redis::Client::open(format!("{}?pass=hunter2", server.url()))
        .and_then(|client| client.get_connection())
        .unwrap();
    let () = redis::cmd("CONFIG")
        .arg(&["SET", "requirepass", "hunter3"])
        .query(&mut connection)
        .unwrap();
    until("the password to be right", || {
        hand.advance(HOUR);
        one(&wrong, 1) == Ok(entry(1).1)
    });
}

#[test]
fn an_address_that_nobody_answers_blocks_nobody() {
    // Takes connections, as its backlog, and never says a word.
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = silent.local_addr().unwrap().port();
    // 192.0.2.0/24 is reserved for documentation (RFC 5737); no packet to it is answered.
    for url in [&format!("redis://127.0.0.1:{port}"), "redis://192.0.2.1"] {
        let start = Instant::now();
        let (tier, _) = tier_of(&quick(url));
        for number in 0..100 {
            tier.put(vec![entry(number)]);
            reason(bounded_one(&tier, number));
        }
        assert_eq!(tier.counts().unasked, 100);
        assert!(tier.invalidated_since(0).is_err());
        drop(tier);
        assert!(start.elapsed() < BOUND, "{url}: {:?}", start.elapsed());
    }
}

#[test]
fn a_server_that_refuses_writes_still_answers() {
    let Some(server) = Server::start(&["--maxmemory-policy", "noeviction"]) else {
        return;
    };
    let tier = tier(&server);
    put(&tier, vec![entry(1)]);
    let () = redis::cmd("CONFIG")
        .arg(&["SET", "maxmemory", "1"])
        .query(&mut server.connection())
        .unwrap();
    tier.put((2..200).map(entry).collect());
    until("the refusals", || tier.counts().lost == 198);
    assert_eq!(one(&tier, 1), Ok(entry(1).1));
    assert!(tier.is_up());
    assert_eq!(tier.counts().failed, 0);
}

#[test]
fn an_invalidation_that_cannot_be_sent_is_sent_later() {
    let Some(mut server) = Server::start(&[]) else {
        return;
    };
    let (tier, hand) = tier_of(&settings(&server.url()));
    until("the connection", || tier.is_up());
    // Nothing tells of the loss but the next attempt to write.
    server.kill();
    tier.invalidate(&[Tag::new("t")], 5);
    until("the failure", || !tier.is_up());
    server.run();
    until("the invalidation", || {
        hand.advance(HOUR);
        tier.invalidated_since(0) == Ok(vec![(Tag::new("t"), 5)])
    });
}

#[test]
fn a_corrupting_fault_changes_one_byte() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let tier = faulty(&settings(&server.url()), "remote=corrupt").0;
    until("the connection", || tier.is_up());
    put(&tier, vec![entry(1)]);
    let (changed, expected) = (one(&tier, 1).unwrap(), entry(1).1);
    assert_eq!(changed.len(), expected.len());
    let differ = changed.iter().zip(&expected).filter(|(a, b)| a != b);
    assert_eq!(differ.count(), 1);
}

#[test]
fn faults_and_panics_end_neither_the_thread_nor_its_tasks() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    for fault in ["remote=io:0.2", "remote=panic:0.2"] {
        let (tier, hand) = faulty(&settings(&server.url()), fault);
        let ask = || {
            hand.advance(HOUR);
            tier.put(vec![entry(1)]);
            match one(&tier, 1) {
                Ok(bytes) => assert_eq!(bytes, entry(1).1),
                Err(RemoteError::Miss) => {}
                Err(RemoteError::Unavailable(reason)) => assert!(!reason.is_empty()),
            }
            tier.counts()
        };
        until("failures of both tasks", || {
            let counts = ask();
            counts.failed > 0 && counts.lost > 0
        });
        let before = tier.counts();
        until("both tasks to go on", || {
            let counts = ask();
            counts.hits > before.hits && counts.written > before.written
        });
    }
    for (fault, expected) in [("remote=io", "I/O error"), ("remote=panic", "a panic")] {
        let (tier, _) = faulty(&settings(&server.url()), fault);
        until("the reason", || {
            reason(bounded_one(&tier, 1)).contains(expected)
        });
        assert!(!tier.is_up());
    }
}

#[test]
fn a_thread_that_is_stuck_itself_keeps_nobody_waiting() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    // It sleeps on the thread, so that not even the thread's own watch is looked at.
    let (tier, hand) = faulty(&quick(&server.url()), "remote=slow:400ms:0.3");
    until("a late answer", || {
        hand.advance(HOUR);
        drop(bounded_one(&tier, 1));
        tier.counts().late > 0
    });
}
