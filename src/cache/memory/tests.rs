use std::time::Duration;

use super::*;
use crate::cache::tags::{Stamp, Tag};
use crate::cache::testing::{Text, World, sentence};

struct Tier1 {
    memory: Memory<Text>,
    pins: Arc<Pins>,
    tags: Arc<Tags>,
    recorder: Arc<Recorder>,
}

fn tier(bytes: u64, entries: u64) -> Tier1 {
    let pins = Arc::new(Pins::default());
    let tags = Arc::new(Tags::new(100, World::new().parts.wall));
    let recorder = Arc::new(Recorder::default());
    let memory = Memory::new(bytes, entries, pins.clone(), tags.clone(), recorder.clone());
    Tier1 {
        memory,
        pins,
        tags,
        recorder,
    }
}

impl Tier1 {
    fn put(&self, name: &str, text: &str, tag: &str) -> Key {
        self.put_until(name, text, tag, None)
    }

    fn put_until(&self, name: &str, text: &str, tag: &str, expires: Option<u64>) -> Key {
        let key = sentence(name);
        let label = Label {
            stamp: self.tags.now(),
            expires,
            cost: Duration::ZERO,
        };
        let marks = self.tags.resolve(&[Tag::new(tag)]);
        self.memory.put(key, Text::of(&key, text), label, marks);
        key
    }

    fn has(&self, key: &Key) -> bool {
        // Without counting as a use, which would make it stay.
        self.memory.entries.peek(key).is_some()
    }

    fn held(&self) -> (u64, u64) {
        let total = self.recorder.tier(Tier::Memory).total;
        (total.entries, total.bytes)
    }
}

#[test]
fn it_never_holds_more_bytes_or_entries_than_it_may() {
    let text = "x".repeat(1000);
    let small = tier(100_000, 1000);
    let few = tier(100 << 20, 20);
    for i in 0..500 {
        small.put(&i.to_string(), &text, "t");
        few.put(&i.to_string(), &text, "t");
        assert!(small.held().1 <= 100_000);
        assert!(few.held().0 <= 20);
    }
    assert!(small.held().0 > 50, "{:?}", small.held());
    assert!(few.held().0 > 15, "{:?}", few.held());
    let total = few.recorder.tier(Tier::Memory).total;
    assert_eq!(total.evictions + total.entries, 500);
}

#[test]
fn what_is_pinned_stays_through_any_scan() {
    let tier = tier(100 << 20, 20);
    // What comes when the hot part is full is the first to go.
    for i in 0..30 {
        tier.put(&format!("hot {i}"), "hot", "t");
    }
    tier.pins.replace(1, &[sentence("pinned")]);
    let pinned = tier.put("pinned", "kept", "t");
    let other = tier.put("other", "goes", "t");
    for i in 0..500 {
        tier.put(&i.to_string(), "scan", "t");
    }
    assert!(tier.has(&pinned));
    assert!(!tier.has(&other));
    tier.pins.replace(1, &[]);
    for i in 0..500 {
        tier.put(&i.to_string(), "scan", "t");
    }
    assert!(!tier.has(&pinned));
}

#[test]
fn more_pinned_than_fits_keeps_others_moving() {
    let tier = tier(100 << 20, 10);
    let names: Vec<String> = (0..30).map(|i| format!("pinned {i}")).collect();
    let keys: Vec<Key> = names.iter().map(|n| sentence(n)).collect();
    tier.pins.replace(1, &keys);
    for name in &names {
        tier.put(name, "kept", "t");
    }
    for i in 0..200 {
        tier.put(&i.to_string(), "scan", "t");
    }
    assert!(keys.iter().all(|k| tier.has(k)));
    assert!(tier.held().0 < 40, "{:?}", tier.held());
}

#[test]
fn stale_and_expired_entries_go_when_they_are_met() {
    let tier = tier(1 << 20, 100);
    let stale = tier.put("stale", "x", "old");
    let expired = tier.put_until("expired", "x", "t", Some(7));
    let kept = tier.put_until("kept", "x", "t", Some(8));
    tier.tags.invalidate(&[Tag::new("old")]);
    assert_eq!(tier.memory.get(&stale, 7).unwrap_err(), Lack::Stale);
    assert_eq!(tier.memory.get(&stale, 7).unwrap_err(), Lack::Miss);
    assert_eq!(tier.memory.get(&expired, 7).unwrap_err(), Lack::Expired);
    assert_eq!(tier.memory.get(&expired, 7).unwrap_err(), Lack::Miss);
    assert_eq!(tier.memory.get(&kept, 7).unwrap().label.expires, Some(8));
    assert_eq!(tier.held().0, 1);
    assert_eq!(tier.memory.sweep(8), 1);
    assert_eq!(tier.held(), (0, 0));
}

#[test]
fn a_small_cache_has_one_shard_and_takes_what_nearly_fills_it() {
    let tier = tier(1 << 20, 100_000);
    let large = tier.put("large", &"x".repeat(900_000), "t");
    assert!(tier.has(&large));
    let too_large = tier.put("too large", &"x".repeat(2 << 20), "t");
    assert!(!tier.has(&too_large));
    assert!(tier.has(&large));
}

#[test]
fn a_value_in_the_place_of_another_is_counted_once() {
    let tier = tier(1 << 20, 100);
    let key = tier.put("a", "long text", "t");
    let before = tier.held();
    tier.put("a", "text", "t");
    assert_eq!(tier.held(), (1, before.1 - 5));
    assert_eq!(tier.recorder.tier(Tier::Memory).total.evictions, 0);
    assert_eq!(
        tier.memory.get(&key, 0).unwrap().value.text.as_ref(),
        "text"
    );
    assert!(tier.memory.get(&key, 0).unwrap().label.stamp > Stamp(0));
    tier.memory.clear();
    assert_eq!(tier.held(), (0, 0));
}
