//! The engine: what is kept, what is done once, what happens when a part fails.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use postwright::analysis::engagement::Context;
use postwright::analysis::grammar::Dialect;
use postwright::analysis::{PartSet, Report, Settings};
use postwright::cache::{CacheSettings, DiskSettings, DiskState, Kind, Parts, TieredCache, Wall};
use postwright::engine::{Analyst, Ask, Engine, EngineError, EngineSettings, Fittings, Lane};
use postwright::resilience::{Breaker, BreakerSettings, BreakerState, Clock, Faults};
use serde_json::Value;

const SAMPLE: &str = include_str!("../data/post.md");
const POINTS: [&str; 3] = ["cpu-model", "disk", "remote"];

/// What a test's engine is made of.
struct World {
    faults: Faults,
    clock: Clock,
    disk: Option<std::path::PathBuf>,
    settings: EngineSettings,
}

impl World {
    fn new(faults: &str) -> Self {
        Self {
            faults: Faults::parse(faults, &POINTS).unwrap(),
            clock: Clock::system(),
            disk: None,
            settings: EngineSettings {
                breaker: BreakerSettings {
                    minimum_calls: 2,
                    half_open_permits: 1,
                    open_for: Duration::from_secs(5),
                    open_jitter: 0.0,
                    ..BreakerSettings::default()
                },
                ..EngineSettings::default()
            },
        }
    }

    fn on_disk(folder: &Path) -> Self {
        let mut world = Self::new("");
        world.disk = Some(folder.join("cache.redb"));
        world
    }

    fn open(&self) -> Engine {
        let disk = Breaker::new("disk", self.settings.breaker.clone(), self.clock.clone());
        let cache = TieredCache::open(
            CacheSettings {
                disk: self.disk.clone().map(DiskSettings::new),
                ..CacheSettings::default()
            },
            Parts {
                breaker: disk.clone(),
                clock: self.clock.clone(),
                wall: Wall::system(),
                faults: self.faults.clone(),
                remote: None,
            },
        );
        let fittings = Fittings {
            encoders: crate::encoders(),
            user_words: Vec::new(),
            dialect: Dialect::Us,
            cache: cache.unwrap(),
            clock: self.clock.clone(),
            faults: self.faults.clone(),
            breakers: vec![disk],
        };
        Engine::new(self.settings.clone(), fittings)
    }
}

fn analyse(engine: &Engine, lane: Lane, text: &str) -> Report {
    let mut analyst = Analyst::new(Settings::default(), engine.clone(), lane);
    analyst.analyse(text, &Context::default(), PartSet::ALL, false)
}

/// A report as told, without the receipt, which holds times.
fn told(report: &Report) -> Value {
    let mut value = serde_json::to_value(report.with_id(&Value::Null)).unwrap();
    value.as_object_mut().unwrap().remove("receipt");
    value
}

/// Values of a kind that were computed.
fn computed(engine: &Engine, kind: Kind) -> u64 {
    let kinds = engine.cache().stats().overall.kinds;
    kinds.iter().find(|(k, _)| *k == kind).unwrap().1.values
}

fn state(engine: &Engine, name: &str) -> BreakerState {
    let breakers = engine.snapshot().breakers;
    breakers.iter().find(|b| b.name == name).unwrap().state
}

#[test]
fn fifty_at_once_lose_nothing_and_compute_nothing_twice() {
    let engine = World::new("").open();
    let posts: Vec<String> = (0..10)
        .map(|i| format!("We shipped part {i} on Monday. It was was late.\n{SAMPLE}"))
        .collect();
    let expected: Vec<Value> = {
        let alone = World::new("").open();
        let all = posts.iter();
        all.map(|p| told(&analyse(&alone, Lane::Batch, p)))
            .collect()
    };
    let posts = Arc::new(posts);
    let threads: Vec<_> = (0..50)
        .map(|n| {
            let (engine, posts) = (engine.clone(), posts.clone());
            let lane = Lane::ALL[n % 3];
            thread::spawn(move || (n % 10, told(&analyse(&engine, lane, &posts[n % 10]))))
        })
        .collect();
    for thread in threads {
        let (post, report) = thread.join().unwrap();
        assert_eq!(report, expected[post]);
    }
    let stats = engine.cache().stats();
    for kind in [Kind::Grammar, Kind::Sentence, Kind::Post] {
        let held = stats.tiers[0].kinds.iter().find(|(k, _)| *k == kind);
        assert_eq!(computed(&engine, kind), held.unwrap().1.entries, "{kind}");
    }
    let snapshot = engine.snapshot();
    assert_eq!(snapshot.limiter.in_flight, 0);
    assert_eq!(snapshot.lines_waiting.iter().sum::<usize>(), 0);
    assert_eq!(snapshot.texts_waiting.iter().sum::<usize>(), 0);
}

#[test]
fn a_known_post_needs_neither_checker_nor_model_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = World::on_disk(folder.path()).open();
    let cold = told(&analyse(&first, Lane::Interactive, SAMPLE));
    assert!(computed(&first, Kind::Grammar) > 0 && computed(&first, Kind::Sentence) > 0);
    first.cache().flush().unwrap();
    first.cache().close();
    drop(first);
    let second = World::on_disk(folder.path()).open();
    assert_eq!(second.cache().stats().disk.state, DiskState::Ready);
    let warm = told(&analyse(&second, Lane::Interactive, SAMPLE));
    assert_eq!(warm, cold);
    for kind in [Kind::Grammar, Kind::Sentence, Kind::Post] {
        assert_eq!(computed(&second, kind), 0, "{kind}");
    }
    let snapshot = second.snapshot();
    assert_eq!(snapshot.check_workers, 0, "no checker was made");
}

#[test]
fn who_finds_the_file_in_use_works_on_memory_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let first = World::on_disk(folder.path()).open();
    let second = World::on_disk(folder.path()).open();
    let DiskState::Unavailable(why) = second.cache().stats().disk.state else {
        panic!("two hold one file");
    };
    assert!(why.contains("in use"), "{why}");
    let report = analyse(&second, Lane::Interactive, SAMPLE);
    assert!(report.findings.ready().is_some());
    drop(first);
}

#[test]
fn a_model_that_fails_rests_and_comes_back() {
    let mut world = World::new("cpu-model=io");
    // Batches would wait for company for ever by such a clock; nobody asks for any here.
    let (clock, hand) = Clock::manual();
    world.clock = clock;
    let engine = world.open();
    let reason = |text: &str| {
        let report = analyse(&engine, Lane::Interactive, text);
        assert!(
            report.findings.ready().is_some(),
            "the lexical report stays"
        );
        report.meaning.reason().map(str::to_owned)
    };
    let first = reason("The first text is short.").unwrap();
    assert!(first.contains("I/O error at `cpu-model`"), "{first}");
    reason("The second text is short, too.").unwrap();
    assert_eq!(state(&engine, "cpu-model"), BreakerState::Open);
    let resting = reason("The third text is as short.").unwrap();
    assert!(resting.contains("breaker `cpu-model` is open"), "{resting}");
    world.faults.rest(true);
    hand.advance(Duration::from_secs(6));
    assert_eq!(reason("The fourth text is no longer."), None);
    assert_eq!(state(&engine, "cpu-model"), BreakerState::Closed);
}

#[test]
fn a_model_that_panics_is_no_end() {
    let world = World::new("cpu-model=panic");
    let engine = world.open();
    let report = analyse(&engine, Lane::Interactive, SAMPLE);
    let reason = report.meaning.reason().unwrap();
    assert!(reason.contains("panicked"), "{reason}");
    world.faults.rest(true);
    let report = analyse(&engine, Lane::Interactive, SAMPLE);
    assert!(report.meaning.ready().is_some());
}

#[test]
fn without_its_disk_the_engine_goes_on_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::on_disk(folder.path());
    world.faults = Faults::parse("disk=io", &POINTS).unwrap();
    let engine = world.open();
    let reports: Vec<Value> = (0..4)
        .map(|i| {
            let text = format!("Text number {i} is short.");
            told(&analyse(&engine, Lane::Interactive, &text));
            told(&analyse(&engine, Lane::Interactive, &text))
        })
        .collect();
    assert!(reports.iter().all(|r| !r["meaning"].is_null()));
    assert_eq!(state(&engine, "disk"), BreakerState::Open);
}

#[test]
fn a_question_that_nobody_waits_for_is_not_answered() {
    let engine = World::new("").open();
    let ask = Ask::new(Lane::Batch);
    ask.cancel.cancel();
    let answer = engine.encode(&ask, &["Nobody waits for this."]);
    assert_eq!(answer.err(), Some(EngineError::Cancelled));
    assert_eq!(computed(&engine, Kind::Sentence), 0);
}

#[test]
fn as_many_questions_are_worked_on_as_the_settings_allow() {
    let mut world = World::new("cpu-model=slow:30ms");
    world.settings.max_concurrent = 1;
    let engine = world.open();
    let threads: Vec<_> = (0..4)
        .map(|i| {
            let engine = engine.clone();
            let text = format!("Text number {i} is short.");
            thread::spawn(move || analyse(&engine, Lane::Batch, &text))
        })
        .collect();
    for thread in threads {
        // Who is refused asks again.
        assert!(thread.join().unwrap().meaning.ready().is_some());
    }
    let limiter = engine.snapshot().limiter;
    assert_eq!(limiter.limit, 1);
    assert!(limiter.refused > 0, "{limiter:?}");
}

#[test]
fn new_words_are_checked_anew_and_old_ones_stay_known() {
    let engine = World::new("").open();
    let spelling = |engine: &Engine| {
        let report = analyse(engine, Lane::Interactive, "Our stratgy is short.");
        let findings = report.findings.ready().unwrap();
        findings.iter().any(|f| f.rule.starts_with("spelling/"))
    };
    assert!(spelling(&engine));
    engine.set_words(vec!["stratgy".to_owned()]);
    assert!(!spelling(&engine));
    engine.set_words(Vec::new());
    let before = computed(&engine, Kind::Grammar);
    assert!(spelling(&engine));
    assert_eq!(computed(&engine, Kind::Grammar), before);
}
