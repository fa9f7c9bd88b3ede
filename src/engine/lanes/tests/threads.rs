//! Real threads: what goes in comes out once.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use super::*;

const PRODUCERS: usize = 50;
const JOBS: usize = 40;
const WORKERS: usize = 4;

/// How each job came back, from whoever got it.
type Log = Mutex<Vec<(usize, &'static str)>>;

fn work(queue: &Queue<Job>, log: &Log) {
    let mut batches = 0;
    while let Some(batch) = queue.pop_batch() {
        batches += 1;
        // Now and then a worker fails.
        if batches % 50 == 0 {
            drop(batch);
            continue;
        }
        let rows: Vec<_> = batch
            .parts
            .iter()
            .flat_map(|p| p.texts().map(|t| p.item().name * 10 + t))
            .collect();
        for whole in batch.finish(rows) {
            let name = whole.item.name;
            let expected: Vec<_> = (0..whole.item.tokens.len())
                .map(|t| name * 10 + t)
                .collect();
            assert_eq!(whole.outputs, expected);
            log.lock().unwrap().push((name, "whole"));
        }
    }
}

fn produce(queue: &Queue<Job>, log: &Log, client: &Client, producer: usize) {
    for n in 0..JOBS {
        let name = producer * JOBS + n;
        let tokens: Vec<usize> = (0..=name % 5)
            .map(|t| 1 + (name * 7 + t * 13) % 60)
            .collect();
        // A tenth shares documents whose revisions go up.
        let mut job = match name % 10 {
            0 => client.of(name, producer as u64 % 5, n as u64, &tokens),
            _ => client.job(name, &tokens),
        };
        if name.is_multiple_of(11) {
            job.closed.store(true, Ordering::Release);
        }
        let lane = Lane::ALL[name % 3];
        while let Err(refused) = queue.push(lane, job) {
            match refused.reason {
                Refusal::Overloaded { .. } => thread::yield_now(),
                Refusal::Superseded { .. } => {
                    log.lock().unwrap().push((name, "refused"));
                    break;
                }
                reason => panic!("refused job {name}: {reason}"),
            }
            job = refused.item;
        }
    }
}

#[test]
fn fifty_producers_and_four_workers_lose_nothing_and_repeat_nothing() {
    let queue = Queue::new(
        Settings {
            capacity: PerLane::new(|_| 64),
            linger: MS,
            ..settings(100, 4)
        },
        Clock::system(),
        Arc::new(Revisions::new(4)),
    );
    let log = Log::default();
    let (tell, heard) = channel();
    let client = |tell: &Sender<Heard>| Client {
        heard: channel().1,
        tell: tell.clone(),
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| scope.spawn(|| work(&queue, &log)))
            .collect();
        let producers: Vec<_> = (0..PRODUCERS)
            .map(|producer| {
                let client = client(&tell);
                let (queue, log) = (&queue, &log);
                scope.spawn(move || produce(queue, log, &client, producer))
            })
            .collect();
        for producer in producers {
            producer.join().expect("no producer panicked");
        }
        // Whatever still waits is either worked on or told; both count below.
        queue.close();
        for worker in workers {
            worker.join().expect("no worker panicked");
        }
    });
    drop(tell);
    let mut fates: BTreeMap<usize, usize> = BTreeMap::new();
    let log = log.into_inner().unwrap();
    for name in log
        .iter()
        .map(|(name, _)| *name)
        .chain(heard.iter().map(|h| h.0))
    {
        *fates.entry(name).or_default() += 1;
    }
    let once: BTreeMap<usize, usize> = (0..PRODUCERS * JOBS).map(|name| (name, 1)).collect();
    assert_eq!(fates, once);
    assert!(log.iter().any(|(_, fate)| *fate == "whole"));
    let stats = queue.stats();
    for (lane, stats) in stats.iter() {
        let ended = stats.superseded + stats.cancelled + stats.abandoned + stats.shut_down;
        assert_eq!(stats.accepted, stats.dispatched + ended, "{lane}");
        assert!(stats.dispatched > 0, "{lane}");
    }
    assert_eq!(queue.lens(), PerLane([0; 3]));
}

#[test]
fn closing_wakes_every_worker() {
    let queue = queue(settings(100, 4));
    thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| scope.spawn(|| queue.pop_batch().is_none()))
            .collect();
        queue.close();
        for worker in workers {
            assert!(worker.join().expect("no worker panicked"));
        }
    });
}
