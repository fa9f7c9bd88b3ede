use std::time::Duration;

use super::*;
use crate::analysis::facts::LineFacts;
use crate::cache::{Kind, Scope};
use crate::engine::{Encoders, Engine, Object};
use crate::model;

/// An engine whose cache was asked so often for what it has and for what it lacks.
fn engine(hits: usize, misses: usize) -> Engine {
    let engine = Engine::in_memory(Encoders::new(model::Settings::default()));
    let scope = Scope::new(Kind::Facts, 1, b"", b"");
    let facts = Object::Facts(LineFacts::of("A line.", None).into());
    let cost = Duration::from_millis(500);
    engine.cache().put(scope.key(b"known"), facts, cost, &[]);
    for _ in 0..hits {
        assert!(engine.cache().peek_memory(&scope.key(b"known")).is_some());
    }
    for _ in 0..misses {
        assert!(engine.cache().peek_memory(&scope.key(b"unknown")).is_none());
    }
    engine
}

fn shown(engine: &Engine) -> Shown {
    let mut shown = Shown {
        stats: engine.cache().stats(),
        engine: engine.snapshot(),
    };
    // How long it took is another one each time.
    for tier in &mut shown.stats.tiers {
        tier.latency = crate::cache::Latency {
            count: 1,
            p50_ns: 400,
            p95_ns: 900,
            p99_ns: 1_200_000,
        };
    }
    shown
}

fn drawn(state: &mut Cache, width: u16, height: u16) -> String {
    state.resize(width, height);
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    render(state, &Theme::built_in("sixteen").unwrap(), area, &mut buf);
    let row = |y| (0..width).map(|x| buf[(x, y)].symbol()).collect::<String>();
    let rows: Vec<_> = (0..height).map(|y| row(y).trim_end().to_owned()).collect();
    rows.join("\n").trim_end().to_owned()
}

#[test]
fn tells_how_often_the_tiers_help() {
    let mut cache = Cache::default();
    assert_eq!(drawn(&mut cache, 30, 2), "no figures yet");
    assert!(cache.show(shown(&engine(59, 21))));
    let screen = drawn(&mut cache, 50, 30);
    for row in [
        "memory",
        " hit rate 73.7 % ",
        " hits     59 · misses 21",
        " entries  1 · size ",
        " a hit    0.4 µs · p95 0.9 µs · p99 1.2 ms",
        "disk off",
        "remote off",
        "kinds 98.3 % of all computing saved",
        " kind          hits    rate computed    saved",
        " facts           59  73.7 %        1   29.5 s",
    ] {
        assert!(
            screen.lines().any(|l| l.starts_with(row)),
            "{row}\n{screen}"
        );
    }
    // Nothing new, nothing to draw.
    let same = cache.shown.as_deref().unwrap().clone();
    assert!(!cache.show(same));
}

#[test]
fn tells_the_hit_rate_since_the_last_look() {
    let mut cache = Cache::default();
    let engine = engine(1, 3);
    cache.show(shown(&engine));
    assert_eq!(cache.lately.tiers[0], [0.25]);
    let scope = Scope::new(Kind::Facts, 1, b"", b"");
    for _ in 0..3 {
        let _ = engine.cache().peek_memory(&scope.key(b"known"));
    }
    cache.show(shown(&engine));
    assert_eq!(cache.lately.tiers[0], [0.25, 1.0]);
    assert!(
        cache.lately.tiers[1].is_empty(),
        "nobody asks a tier that is off"
    );
}

#[test]
fn draws_at_any_size() {
    let mut used = Cache::default();
    used.show(shown(&engine(3, 1)));
    for mut cache in [Cache::default(), used] {
        for width in 0..=60 {
            for height in 0..=20 {
                drawn(&mut cache, width, height);
                cache.update(Command::ItemPageDown);
            }
        }
        cache.scroll_by(isize::MIN);
    }
}
