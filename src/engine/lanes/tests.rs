//! Tables of what the lanes do; beside them the comparison with a naive scheduler, and threads.

mod reference;
mod threads;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use super::*;
use crate::engine::batcher::Budget;
use crate::resilience::Clock;
use Lane::{Batch as Slow, Interactive, Speculative};

const MS: Duration = Duration::from_millis(1);

/// What a client hears of its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Heard(usize, Ending);

/// Work that a test can name.
#[derive(Debug)]
struct Job {
    name: usize,
    tokens: Vec<usize>,
    version: Option<Version>,
    closed: Arc<AtomicBool>,
    heard: Sender<Heard>,
}

impl Work for Job {
    type Output = usize;

    fn tokens(&self) -> &[usize] {
        &self.tokens
    }

    fn version(&self) -> Option<Version> {
        self.version
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    fn ended(self, why: Ending) {
        // A test that is over listens no longer.
        let _gone = self.heard.send(Heard(self.name, why));
    }
}

/// Makes jobs, and hears how they end.
struct Client {
    heard: Receiver<Heard>,
    tell: Sender<Heard>,
}

impl Client {
    fn new() -> Self {
        let (tell, heard) = channel();
        Self { heard, tell }
    }

    fn job(&self, name: usize, tokens: &[usize]) -> Job {
        Job {
            name,
            tokens: tokens.to_vec(),
            version: None,
            closed: Arc::default(),
            heard: self.tell.clone(),
        }
    }

    fn of(&self, name: usize, document: u64, revision: u64, tokens: &[usize]) -> Job {
        Job {
            version: Some(Version { document, revision }),
            ..self.job(name, tokens)
        }
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.try_iter().collect()
    }
}

fn settings(padded_tokens: usize, batch_size: usize) -> Settings {
    Settings {
        capacity: PerLane::new(|_| 8),
        budget: Budget {
            padded_tokens,
            batch_size,
        },
        patience: Patience {
            batches: 3,
            time: Duration::from_secs(1),
        },
        linger: Duration::ZERO,
    }
}

fn revisions() -> Arc<Revisions> {
    Arc::new(Revisions::new(4))
}

fn queue(settings: Settings) -> Queue<Job> {
    Queue::new(settings, Clock::manual().0, revisions())
}

/// The texts of the next batch, as names and texts.
fn popped(queue: &Queue<Job>) -> Vec<(usize, usize)> {
    let batch = queue.pop_batch().expect("the queue is open");
    let texts = batch
        .parts
        .iter()
        .flat_map(|p| p.texts().map(|t| (p.item().name, t)));
    let texts = texts.collect();
    let outputs = vec![0; batch.rows()];
    drop(batch.finish(outputs));
    texts
}

#[test]
fn urgent_lanes_go_first_and_no_batch_mixes_lanes() {
    let (client, queue) = (Client::new(), queue(settings(100, 8)));
    for (name, lane) in [(1, Slow), (2, Speculative), (3, Interactive), (4, Slow)] {
        queue.push(lane, client.job(name, &[5])).unwrap();
    }
    assert_eq!(queue.lens(), PerLane([1, 1, 2]));
    assert_eq!(popped(&queue), [(3, 0)]);
    assert_eq!(popped(&queue), [(2, 0)]);
    assert_eq!(popped(&queue), [(1, 0), (4, 0)]);
    assert_eq!(queue.lens(), PerLane([0; 3]));
    assert_eq!(client.heard(), []);
}

#[test]
fn work_of_other_length_is_passed_over_but_not_within_a_document() {
    let (client, queue) = (Client::new(), queue(settings(1_000, 8)));
    let jobs = [
        client.job(1, &[10]),
        client.of(2, 7, 1, &[90]),
        client.of(3, 7, 1, &[10]),
        client.job(4, &[12]),
    ];
    for job in jobs {
        queue.push(Slow, job).unwrap();
    }
    assert_eq!(popped(&queue), [(1, 0), (4, 0)], "3 must not overtake 2");
    assert_eq!(popped(&queue), [(2, 0)]);
    assert_eq!(popped(&queue), [(3, 0)]);
}

#[test]
fn work_above_the_budget_is_cut_and_joined_in_the_order_of_its_texts() {
    let (client, queue) = (Client::new(), queue(settings(40, 8)));
    queue
        .push(Slow, client.job(1, &[5, 20, 3, 20, 50]))
        .unwrap();
    queue.push(Slow, client.job(2, &[4])).unwrap();
    let mut wholes = Vec::new();
    let mut seen = Vec::new();
    let batches: Vec<_> = (0..3).map(|_| queue.pop_batch().unwrap()).collect();
    // The last batch is finished first.
    for batch in batches.into_iter().rev() {
        let texts: Vec<_> = batch
            .parts
            .iter()
            .map(|p| p.texts().collect::<Vec<_>>())
            .collect();
        seen.push((batch.padded_tokens(), texts));
        let outputs = batch
            .parts
            .iter()
            .flat_map(|p| p.texts().map(|t| p.item().name * 10 + t));
        let outputs = outputs.collect();
        wholes.extend(batch.finish(outputs));
    }
    seen.reverse();
    let expected = [
        (50, vec![vec![4]]),
        (40, vec![vec![1, 3]]),
        (15, vec![vec![0, 2], vec![0]]),
    ];
    assert_eq!(seen, expected);
    let wholes: Vec<_> = wholes
        .into_iter()
        .map(|w| (w.item.name, w.outputs))
        .collect();
    assert_eq!(wholes, [(2, vec![20]), (1, vec![10, 11, 12, 13, 14])]);
    let stats = &queue.stats()[Slow];
    assert_eq!((stats.accepted, stats.dispatched, stats.batches), (2, 2, 3));
    assert_eq!(
        (stats.texts, stats.tokens, stats.padded_tokens),
        (6, 102, 105)
    );
}

#[test]
fn a_newer_revision_ends_what_waits_in_every_lane() {
    let (client, queue) = (Client::new(), queue(settings(20, 8)));
    queue
        .push(Interactive, client.of(1, 7, 1, &[20, 20]))
        .unwrap();
    let running = queue.pop_batch().unwrap();
    assert!(running.is_wanted());
    queue.push(Speculative, client.of(2, 7, 1, &[5])).unwrap();
    queue.push(Slow, client.of(3, 7, 2, &[5])).unwrap();
    assert_eq!(client.heard(), [Heard(2, Ending::Superseded)]);
    assert!(!running.is_wanted());
    assert_eq!(running.finish(vec![0]).len(), 0);
    assert_eq!(
        client.heard(),
        [Heard(1, Ending::Superseded)],
        "its other text never came"
    );
    let refused = queue
        .push(Interactive, client.of(4, 7, 1, &[5]))
        .unwrap_err();
    let reason = Refusal::Superseded {
        document: 7,
        revision: 1,
        latest: 2,
    };
    assert_eq!((refused.item.name, refused.reason), (4, reason));
    let version = |revision| Version {
        document: 7,
        revision,
    };
    queue.supersede(version(3)).unwrap();
    queue.supersede(version(2)).unwrap_err();
    assert_eq!(client.heard(), [Heard(3, Ending::Superseded)]);
    assert_eq!(queue.lens(), PerLane([0; 3]));
    let superseded = Lane::ALL.map(|lane| queue.stats()[lane].superseded);
    assert_eq!(superseded, [1, 1, 1]);
}

#[test]
fn a_revision_told_to_another_queue_is_seen_before_work_is_handed_out() {
    let (client, shared) = (Client::new(), revisions());
    let [first, second] = [(); 2].map(|()| {
        let clock = Clock::manual().0;
        Queue::new(settings(20, 8), clock, shared.clone())
    });
    first.push(Slow, client.of(1, 7, 1, &[20])).unwrap();
    first.push(Slow, client.of(2, 8, 1, &[20])).unwrap();
    second.push(Interactive, client.of(3, 7, 2, &[20])).unwrap();
    assert_eq!(popped(&first), [(2, 0)]);
    assert_eq!(client.heard(), [Heard(1, Ending::Superseded)]);
    assert_eq!(popped(&second), [(3, 0)]);
}

#[test]
fn what_ran_to_the_end_is_whole_though_superseded() {
    let (client, queue) = (Client::new(), queue(settings(20, 8)));
    queue.push(Interactive, client.of(1, 7, 1, &[20])).unwrap();
    let running = queue.pop_batch().unwrap();
    queue.push(Interactive, client.of(2, 7, 2, &[20])).unwrap();
    assert!(!running.parts[0].is_wanted());
    assert_eq!(
        running.finish(vec![9])[0].outputs,
        [9],
        "the cache keeps it"
    );
    assert_eq!(client.heard(), []);
}

#[test]
fn what_nobody_waits_for_is_skipped_and_told() {
    let (client, queue) = (Client::new(), queue(settings(20, 8)));
    let jobs = [1, 2, 3].map(|name| client.job(name, &[20]));
    let closed = jobs[1].closed.clone();
    for job in jobs {
        queue.push(Interactive, job).unwrap();
    }
    closed.store(true, Ordering::Release);
    assert_eq!(popped(&queue), [(1, 0)]);
    assert_eq!(popped(&queue), [(3, 0)]);
    assert_eq!(client.heard(), [Heard(2, Ending::Cancelled)]);
    assert_eq!(queue.stats()[Interactive].cancelled, 1);
}

#[test]
fn a_dropped_part_abandons_its_work() {
    let (client, queue) = (Client::new(), queue(settings(20, 8)));
    queue.push(Slow, client.job(1, &[20, 20, 20])).unwrap();
    queue.push(Slow, client.job(2, &[20])).unwrap();
    let batches = [queue.pop_batch(), queue.pop_batch()];
    let [running, dropped] = batches.map(Option::unwrap);
    drop(dropped);
    assert_eq!(popped(&queue), [(2, 0)], "the rest of 1 is not handed out");
    assert_eq!(client.heard(), [], "a part of it runs");
    assert_eq!(running.finish(vec![0]).len(), 0);
    assert_eq!(client.heard(), [Heard(1, Ending::Abandoned)]);
    assert_eq!(queue.stats()[Slow].abandoned, 1);
}

#[test]
fn a_full_lane_refuses_with_a_hint_at_the_observed_rate() {
    let (clock, hand) = Clock::manual();
    let (client, queue) = (
        Client::new(),
        Queue::new(settings(100, 2), clock, revisions()),
    );
    queue.push(Slow, client.job(1, &[1; 6])).unwrap();
    hand.advance(MS * 80);
    assert_eq!(popped(&queue).len(), 2, "40 ms a text");
    queue.push(Slow, client.job(2, &[1; 4])).unwrap();
    let refused = queue.push(Slow, client.job(3, &[1; 3])).unwrap_err();
    let reason = Refusal::Overloaded {
        lane: Slow,
        waiting: 8,
        retry_in: MS * 120,
    };
    assert_eq!((refused.item.name, refused.reason), (3, reason));
    queue
        .push(Speculative, client.job(4, &[1; 8]))
        .expect("another lane has room");
    let refused = queue.push(Speculative, client.job(5, &[1; 9])).unwrap_err();
    assert!(matches!(
        refused.reason,
        Refusal::TooLarge {
            texts: 9,
            capacity: 8,
            ..
        }
    ));
    let refused = queue.push(Interactive, client.job(6, &[])).unwrap_err();
    assert_eq!(refused.reason, Refusal::NoTexts);
    assert_eq!(queue.stats()[Slow].overloaded, 1);
    assert_eq!(
        client.heard(),
        [],
        "what is refused is given back, not told"
    );
}

#[test]
fn what_nobody_waits_for_makes_room_in_a_full_lane() {
    let (client, queue) = (Client::new(), queue(settings(100, 8)));
    let gone = client.job(1, &[1; 5]);
    let closed = gone.closed.clone();
    queue.push(Slow, gone).unwrap();
    queue.push(Slow, client.job(2, &[1; 3])).unwrap();
    queue.push(Slow, client.job(3, &[1; 5])).unwrap_err();
    closed.store(true, Ordering::Release);
    queue.push(Slow, client.job(3, &[1; 5])).unwrap();
    assert_eq!(client.heard(), [Heard(1, Ending::Cancelled)]);
    // A newer revision makes room for itself, too.
    queue
        .push(Interactive, client.of(4, 1, 1, &[1; 8]))
        .unwrap();
    queue
        .push(Interactive, client.of(5, 1, 2, &[1; 8]))
        .unwrap();
    assert_eq!(client.heard(), [Heard(4, Ending::Superseded)]);
}

#[test]
fn only_the_batch_lane_waits_for_more_and_not_for_long() {
    let settings = Settings {
        linger: MS * 5,
        ..settings(30, 3)
    };
    let mut lanes = Lanes::new(settings, revisions());
    let (client, mut ended) = (Client::new(), Leftovers::default());
    let mut push = |lanes: &mut Lanes<Job>, lane, tokens: &[usize], at| {
        lanes
            .push(lane, client.job(0, tokens), at, &mut ended)
            .unwrap();
    };
    let mut ended = Leftovers::default();
    let mut rows = |lanes: &mut Lanes<Job>, at| match lanes.next(at, &mut ended) {
        Next::Batch(batch) => Ok((batch.lane, batch.rows())),
        Next::Later(wait) => Err(Some(wait)),
        Next::Idle => Err(None),
    };
    push(&mut lanes, Slow, &[1], MS * 10);
    assert_eq!(rows(&mut lanes, MS * 12), Err(Some(MS * 3)));
    push(&mut lanes, Interactive, &[1], MS * 12);
    assert_eq!(rows(&mut lanes, MS * 12), Ok((Interactive, 1)));
    push(&mut lanes, Slow, &[1, 1], MS * 13);
    assert_eq!(rows(&mut lanes, MS * 13), Ok((Slow, 3)), "full by rows");
    push(&mut lanes, Slow, &[30], MS * 14);
    assert_eq!(rows(&mut lanes, MS * 14), Ok((Slow, 1)), "full by tokens");
    push(&mut lanes, Slow, &[1], MS * 20);
    assert_eq!(
        rows(&mut lanes, MS * 25),
        Ok((Slow, 1)),
        "waited long enough"
    );
    assert_eq!(rows(&mut lanes, MS * 25), Err(None));
}

#[test]
fn waits_are_counted_once_a_work() {
    let (clock, hand) = Clock::manual();
    let (client, queue) = (
        Client::new(),
        Queue::new(settings(20, 8), clock, revisions()),
    );
    queue.push(Interactive, client.job(1, &[20, 20])).unwrap();
    hand.advance(MS * 3);
    popped(&queue);
    hand.advance(MS * 50);
    popped(&queue);
    let waits = &queue.stats()[Interactive].waits;
    assert_eq!(
        (waits.count(), waits.quantile(1.0)),
        (1, Some(Duration::from_micros(4_096)))
    );
}

#[test]
fn a_closed_queue_tells_who_waits_and_lets_what_runs_finish() {
    let (client, queue) = (Client::new(), queue(settings(20, 1)));
    for name in 1..=3 {
        queue.push(Slow, client.job(name, &[20])).unwrap();
    }
    let running = queue.pop_batch().unwrap();
    queue.close();
    assert_eq!(
        client.heard(),
        [2, 3].map(|name| Heard(name, Ending::ShutDown))
    );
    assert!(queue.pop_batch().is_none());
    let refused = queue.push(Slow, client.job(4, &[20])).unwrap_err();
    assert_eq!(refused.reason, Refusal::Closed);
    assert_eq!(running.finish(vec![5])[0].outputs, [5]);
    assert_eq!(queue.stats()[Slow].shut_down, 2);
}

#[test]
#[should_panic(expected = "one result a row")]
fn results_must_be_one_a_row() {
    let (client, queue) = (Client::new(), queue(settings(20, 8)));
    queue.push(Slow, client.job(1, &[1, 1])).unwrap();
    drop(queue.pop_batch().unwrap().finish(vec![0]));
}
