//! What a hit of the cache costs, beside a read of redb without one, and what opening a known post
//! costs from memory and from disk.
//!
//! `cargo bench --bench cache`; quote ratios of one run, machines differ.

use std::hint::black_box;
use std::time::{Duration, Instant};

use postwright::analysis::engagement::Context;
use postwright::analysis::{PartSet, Settings};
use postwright::cache::{CacheSettings, DiskSettings, Kind, Parts, Scope, TieredCache};
use postwright::engine::{Analyst, Encoded, Encoders, Engine, Lane, Object};
use postwright::engine::{EngineSettings, Fittings};
use postwright::model;
use postwright::resilience::{Clock, Faults};
use redb::{Database, ReadableDatabase, TableDefinition};

const VALUES: u64 = 4_096;
const ROUNDS: usize = 5;
const READS: usize = 50_000;
const OPENS: usize = 30;
const SAMPLE: &str = include_str!("../tests/data/post.md");
const TABLE: TableDefinition<'static, &[u8; 32], &[u8]> = TableDefinition::new("raw");

/// Median and 99th percentile in microseconds.
fn quantiles(mut times: Vec<Duration>) -> [f64; 2] {
    times.sort_unstable();
    [0.5, 0.99].map(|share| times[(share * (times.len() - 1) as f64) as usize].as_secs_f64() * 1e6)
}

fn timed(mut work: impl FnMut(u64)) -> Vec<Duration> {
    // A stride that visits all values, far apart.
    (0..READS as u64)
        .map(|i| {
            let began = Instant::now();
            work(i * 1_663 % VALUES);
            began.elapsed()
        })
        .collect()
}

fn value(number: u64) -> Object {
    Object::Sentence(
        Encoded {
            vector: (0..384).map(|i| (number * 31 + i) as f32 / 1e6).collect(),
            sentiment: None,
        }
        .into(),
    )
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let scope = Scope::new(Kind::Sentence, 1, b"model", b"");
    let key = |number: u64| scope.key(&number.to_le_bytes());
    let open = |memory_entries| {
        let settings = CacheSettings {
            memory_entries,
            disk: Some(DiskSettings::new(folder.path().join("cache.redb"))),
            ..CacheSettings::default()
        };
        TieredCache::open(settings, Parts::system()).unwrap()
    };
    let cache = open(VALUES * 2);
    for number in 0..VALUES {
        cache.put(key(number), value(number), Duration::from_millis(1), &[]);
    }
    cache.flush().unwrap();
    let raw = Database::create(folder.path().join("raw.redb")).unwrap();
    let write = raw.begin_write().unwrap();
    {
        let mut table = write.open_table(TABLE).unwrap();
        for number in 0..VALUES {
            let hash = blake3::hash(&number.to_le_bytes());
            // As many bytes as the cache keeps of a sentence.
            table
                .insert(hash.as_bytes(), [7u8; 1_640].as_slice())
                .unwrap();
        }
    }
    write.commit().unwrap();

    let mut told: [Vec<Duration>; 3] = Default::default();
    for _ in 0..ROUNDS {
        told[0].extend(timed(|n| {
            black_box(cache.get(&key(n)).hit().unwrap());
        }));
    }
    cache.close();
    drop(cache);
    // Next to nothing stays in memory.
    let cache = open(1);
    for _ in 0..ROUNDS {
        told[1].extend(timed(|n| {
            black_box(cache.get(&key(n)).hit().unwrap());
        }));
        told[2].extend(timed(|n| {
            let hash = blake3::hash(&n.to_le_bytes());
            let read = raw.begin_read().unwrap();
            let table = read.open_table(TABLE).unwrap();
            let bytes = table.get(hash.as_bytes()).unwrap().unwrap();
            black_box(bytes.value().to_vec());
        }));
    }
    let disk = cache.stats().tiers[1].total;
    assert!(disk.hits > (READS * ROUNDS / 2) as u64, "{disk:?}");
    println!("{:<32}{:>10}{:>10}", "microseconds", "p50", "p99");
    for (name, times) in ["memory hit", "disk hit", "read of redb alone"]
        .iter()
        .zip(told)
    {
        let [p50, p99] = quantiles(times);
        println!("{name:<32}{p50:>10.2}{p99:>10.2}");
    }
    let own = cache.stats().tiers[1].latency;
    let [p50, p99] = [own.p50_ns, own.p99_ns].map(|nanos| nanos as f64 / 1e3);
    println!(
        "{:<32}{p50:>10.2}{p99:>10.2}",
        "disk hit, as the tier tells it"
    );
    drop(cache);
    opening();
}

/// A known post, all of it in memory or all of it on disk: what a prefetch could save at most.
fn opening() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        let settings = CacheSettings {
            disk: Some(DiskSettings::new(folder.path().join("cache.redb"))),
            ..CacheSettings::default()
        };
        Engine::new(
            EngineSettings::default(),
            Fittings {
                encoders: Encoders::new(model::Settings::default()),
                user_words: Vec::new(),
                dialect: Default::default(),
                cache: TieredCache::open(settings, Parts::system()).unwrap(),
                clock: Clock::system(),
                faults: Faults::none(),
                breakers: Vec::new(),
            },
        )
    };
    let report = |engine: &Engine| {
        let mut analyst = Analyst::new(Settings::default(), engine.clone(), Lane::Interactive);
        let began = Instant::now();
        black_box(analyst.analyse(SAMPLE, &Context::default(), PartSet::ALL, false));
        began.elapsed()
    };
    let engine = open();
    report(&engine);
    engine.cache().flush().unwrap();
    drop(engine);
    let (mut cold, mut warm) = (Vec::new(), Vec::new());
    for _ in 0..OPENS {
        let engine = open();
        cold.push(report(&engine));
        warm.push(report(&engine));
    }
    println!(
        "\n{:<32}{:>10}{:>10}",
        "a known post, milliseconds", "p50", "p99"
    );
    for (name, times) in [("from disk", cold), ("from memory", warm)] {
        let [p50, p99] = quantiles(times).map(|t| t / 1e3);
        println!("{name:<32}{p50:>10.2}{p99:>10.2}");
    }
}
