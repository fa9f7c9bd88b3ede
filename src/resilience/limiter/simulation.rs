//! The limiter before a server, event by event, on a clock moved by hand.
//!
//! Calls come at random and are answered by a few workers in turn. A caller waits for
//! [`PATIENCE`]; what is answered later is wasted. So the goodput of a server that queues without
//! end is nothing, though it works all the time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::resilience::clock::Hand;

/// Mean time to answer a call, in seconds.
const MEAN: f64 = 0.1;
/// How long a caller waits, in seconds.
const PATIENCE: f64 = 1.0;

/// How times to answer are spread; each with the mean [`MEAN`].
#[derive(Debug, Clone, Copy)]
enum Spread {
    /// Evenly from half to three halves.
    Even,
    /// Exponentially: many short, few long.
    Exponential,
}

impl Spread {
    fn draw(self, rng: &mut ChaCha8Rng) -> f64 {
        let u: f64 = rng.random();
        match self {
            Self::Even => MEAN * (0.5 + u),
            Self::Exponential => -MEAN * (1.0 - u).ln(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrival,
    Answer { call: usize },
}

struct Server {
    limiter: Limiter,
    hand: Hand,
    workers: u32,
    spread: Spread,
    /// Times slower than usual.
    slowness: f64,
    /// Of what the server can answer.
    load: f64,
    rng: ChaCha8Rng,
    now: Duration,
    due: BinaryHeap<Reverse<(Duration, Event)>>,
    calls: Vec<Option<(Duration, Slot)>>,
    queue: VecDeque<usize>,
    idle: u32,
}

/// What came of the calls in a stretch of time.
#[derive(Debug)]
struct Figures {
    /// Answers a second.
    throughput: f64,
    /// Answers in time a second.
    goodput: f64,
    /// Latency that 95 of 100 answers keep, in seconds.
    p95: f64,
}

impl Server {
    fn new(settings: LimiterSettings, workers: u32, spread: Spread, seed: u64) -> Self {
        let (clock, hand) = Clock::manual();
        Self {
            limiter: Limiter::new("server", settings, clock),
            hand,
            workers,
            spread,
            slowness: 1.0,
            load: 1.0,
            rng: ChaCha8Rng::seed_from_u64(seed),
            now: Duration::ZERO,
            due: BinaryHeap::from([Reverse((Duration::ZERO, Event::Arrival))]),
            calls: Vec::new(),
            queue: VecDeque::new(),
            idle: workers,
        }
    }

    /// Runs on for `seconds`.
    fn run(&mut self, seconds: f64) -> Figures {
        let end = self.now + Duration::from_secs_f64(seconds);
        let mut latencies = Vec::new();
        while let Some(Reverse((at, event))) = self.due.pop() {
            self.hand.advance(at - self.now);
            self.now = at;
            match event {
                Event::Arrival => {
                    let rate = self.load * f64::from(self.workers) / MEAN;
                    let pause = -(1.0 - self.rng.random::<f64>()).ln() / rate;
                    self.plan(pause, Event::Arrival);
                    if let Ok(slot) = self.limiter.acquire() {
                        self.queue.push_back(self.calls.len());
                        self.calls.push(Some((at, slot)));
                    }
                }
                Event::Answer { call } => {
                    let (began, slot) = self.calls[call].take().unwrap();
                    slot.finish();
                    latencies.push((at - began).as_secs_f64());
                    self.idle += 1;
                }
            }
            while self.idle > 0
                && let Some(call) = self.queue.pop_front()
            {
                self.idle -= 1;
                let time = self.spread.draw(&mut self.rng) * self.slowness;
                self.plan(time, Event::Answer { call });
            }
            if at >= end {
                break;
            }
        }
        latencies.sort_by(f64::total_cmp);
        let in_time = latencies.iter().filter(|l| **l <= PATIENCE).count();
        Figures {
            throughput: latencies.len() as f64 / seconds,
            goodput: in_time as f64 / seconds,
            p95: latencies[latencies.len() * 95 / 100],
        }
    }

    fn plan(&mut self, seconds: f64, event: Event) {
        let at = self.now + Duration::from_secs_f64(seconds);
        self.due.push(Reverse((at, event)));
    }
}

fn fixed(limit: u32) -> LimiterSettings {
    LimiterSettings {
        floor: limit,
        cap: limit,
        ..LimiterSettings::default()
    }
}

/// Figures of a server asked for a tenth of what it can do, and, thrice, with a limit that is too
/// great and with one that adapts.
fn compare(workers: u32, spread: Spread, seed: u64) -> [Figures; 3] {
    let under = |load, settings| {
        let mut server = Server::new(settings, workers, spread, seed);
        server.load = load;
        server.run(100.0);
        server.run(600.0)
    };
    [
        under(0.1, fixed(1000)),
        under(3.0, fixed(workers * 20)),
        under(3.0, LimiterSettings::default()),
    ]
}

#[test]
fn at_thrice_the_load_most_is_answered_in_time_and_a_fixed_limit_answers_too_late() {
    for spread in [Spread::Even, Spread::Exponential] {
        for (workers, seed) in [1, 4, 16].into_iter().flat_map(|w| [(w, 1), (w, 2)]) {
            let [calm, loose, adaptive] = compare(workers, spread, seed);
            let said = format!(
                "{spread:?}, {workers} workers, seed {seed}: calm {calm:?}, loose {loose:?}, \
                 adaptive {adaptive:?}"
            );
            // All workers of the loose one are always busy.
            let saturation = loose.throughput;
            let expected = f64::from(workers) / MEAN;
            assert!((saturation / expected - 1.0).abs() < 0.05, "{said}");
            assert!(adaptive.goodput >= 0.9 * saturation, "{said}");
            assert!(adaptive.p95 <= 2.0 * calm.p95, "{said}");
            assert!(loose.goodput < 0.1 * saturation, "{said}");
            assert!(loose.p95 > 5.0 * calm.p95, "{said}");
        }
    }
}

#[test]
fn a_server_that_changes_is_measured_anew() {
    let settings = LimiterSettings {
        probe_every: 200,
        ..LimiterSettings::default()
    };
    let mut server = Server::new(settings, 4, Spread::Even, 1);
    server.load = 3.0;
    for slowness in [1.0, 3.0, 1.0, 0.2, 1.0] {
        server.slowness = slowness;
        // The time of some probes: 200 windows of 20 calls, of which it answers 40 a second.
        server.run(350.0 * slowness.max(1.0));
        let figures = server.run(200.0);
        let saturation = 4.0 / (MEAN * slowness);
        let load = 3.0 * 4.0 / MEAN;
        let share = figures.goodput / saturation.min(load);
        assert!(
            share >= 0.9,
            "{slowness} times slower: {share} of {figures:?}"
        );
        // Unloaded, at most three halves of the mean.
        let unloaded = 1.5 * MEAN * slowness;
        assert!(
            figures.p95 <= 2.0 * unloaded,
            "{slowness} times slower: {figures:?}"
        );
    }
}

#[test]
fn a_light_load_is_hardly_refused() {
    let mut server = Server::new(LimiterSettings::default(), 8, Spread::Even, 1);
    server.load = 0.05;
    server.run(2000.0);
    let snapshot = server.limiter.snapshot();
    assert!(snapshot.admitted > 7000);
    // At random, a few come while four are in flight.
    assert!(snapshot.refused * 200 < snapshot.admitted, "{snapshot:?}");
}
