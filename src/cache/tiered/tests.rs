use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::*;
use crate::cache::testing::{Text, World, key, sentence};
use crate::cache::{RemoteError, RemoteTier};
use rustc_hash::FxHashMap;

mod machine;

const COST: Duration = Duration::from_millis(2);
const SHORT: Duration = Duration::ZERO;

/// A remote tier in memory.
#[derive(Default)]
struct Shared {
    entries: Mutex<FxHashMap<Key, (Vec<u8>, Duration)>>,
    generations: Mutex<Vec<(Tag, u64)>>,
    trips: AtomicUsize,
    is_down: AtomicBool,
}

impl RemoteTier for Shared {
    fn get(&self, keys: &[Key]) -> Vec<Result<Vec<u8>, RemoteError>> {
        self.trips.fetch_add(1, Ordering::SeqCst);
        let entries = self.entries.lock().unwrap();
        let answer = |key| {
            if self.is_down.load(Ordering::SeqCst) {
                return Err(RemoteError::Unavailable("down".into()));
            }
            let entry = entries.get(key).ok_or(RemoteError::Miss)?;
            Ok(entry.0.clone())
        };
        keys.iter().map(answer).collect()
    }

    fn put(&self, entries: Vec<(Key, Vec<u8>, Duration)>) {
        let mut held = self.entries.lock().unwrap();
        held.extend(entries.into_iter().map(|(k, b, ttl)| (k, (b, ttl))));
    }

    fn invalidate(&self, tags: &[Tag], generation: u64) {
        let new = tags.iter().map(|t| (t.clone(), generation));
        self.generations.lock().unwrap().extend(new);
    }

    fn invalidated_since(&self, since: u64) -> Result<Vec<(Tag, u64)>, RemoteError> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(RemoteError::Unavailable("down".into()));
        }
        let generations = self.generations.lock().unwrap();
        Ok(generations
            .iter()
            .filter(|g| g.1 > since)
            .cloned()
            .collect())
    }

    fn name(&self) -> String {
        "shared".into()
    }
}

fn with_remote() -> (World, Arc<Shared>) {
    let mut world = World::new();
    let shared = Arc::new(Shared::default());
    world.parts.remote = Some(shared.clone());
    (world, shared)
}

fn put(cache: &TieredCache<Text>, name: &str, tags: &[&str]) -> Key {
    let key = sentence(name);
    let tags: Vec<Tag> = tags.iter().map(|t| Tag::new(*t)).collect();
    cache.put(key, Text::of(&key, name), COST, &tags);
    key
}

fn lead(claim: Option<Claim<Text>>) -> Lead<Text> {
    match claim {
        Some(Claim::Lead(lead)) => lead,
        other => panic!("{other:?}"),
    }
}

fn join(claim: Option<Claim<Text>>) -> Join<Text> {
    match claim {
        Some(Claim::Join(join)) => join,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_lower_hit_fills_the_tiers_above() {
    let folder = tempfile::tempdir().unwrap();
    let (mut world, shared) = with_remote();
    world.settings.disk = World::on_disk(folder.path()).settings.disk;
    // Another machine without a disk puts it.
    let other = {
        let mut other = World::new();
        other.parts.remote = world.parts.remote.clone();
        other.open()
    };
    let key = put(&other, "a", &["t"]);
    let ttl = shared.entries.lock().unwrap()[&key].1;
    assert_eq!(ttl, world.settings.lifetime);
    let tier_of = |cache: &TieredCache<Text>| match cache.get(&key) {
        Lookup::Hit { value, tier, .. } => {
            assert_eq!(value.text.as_ref(), "a");
            tier
        }
        miss => panic!("{miss:?}"),
    };
    let cache = world.open();
    assert_eq!(tier_of(&cache), Tier::Remote);
    assert_eq!(tier_of(&cache), Tier::Memory);
    drop(cache);
    let cache = world.open();
    assert_eq!(tier_of(&cache), Tier::Disk);
    assert_eq!(tier_of(&cache), Tier::Memory);
    let stats = cache.stats();
    let hits: Vec<u64> = stats.tiers.iter().map(|t| t.total.hits).collect();
    assert_eq!(hits, [1, 1, 0]);
    assert_eq!(stats.hit_rate(), Some(1.0));
    assert_eq!(stats.cost_hit_rate(), Some(1.0));
    assert_eq!(stats.remote.as_deref(), Some("shared"));
    serde_json::to_string(&stats).unwrap();
}

#[test]
fn many_keys_take_one_round_trip_and_keep_their_order() {
    let (world, shared) = with_remote();
    let other = world.open();
    let keys = ["a", "b", "c"].map(|n| put(&other, n, &[]));
    let cache = world.open();
    put(&cache, "b", &[]);
    let asked = [keys[0], keys[1], sentence("none"), keys[2], keys[0]];
    let texts = |answers: Vec<Lookup<Text>>| -> Vec<String> {
        let text = |l: Lookup<Text>| l.hit().map_or("-".into(), |t| t.text.to_string());
        answers.into_iter().map(text).collect()
    };
    assert_eq!(texts(cache.get_many(&asked)), ["a", "b", "-", "c", "a"]);
    assert_eq!(shared.trips.load(Ordering::SeqCst), 1);
}

#[test]
fn a_miss_an_outage_and_damage_are_told_apart() {
    let (world, shared) = with_remote();
    let cache = world.open();
    assert_eq!(cache.get(&sentence("a")), Lookup::Miss);
    shared.is_down.store(true, Ordering::SeqCst);
    assert_eq!(
        cache.get(&sentence("a")),
        Lookup::Unavailable("down".into())
    );
    shared.is_down.store(false, Ordering::SeqCst);
    let other = world.open();
    let key = put(&other, "a", &[]);
    shared.entries.lock().unwrap().get_mut(&key).unwrap().0[20] ^= 1;
    assert_eq!(cache.get(&key), Lookup::Corrupt);
    let counts = cache.stats().tiers[2].total;
    let found = (counts.misses, counts.unavailable, counts.corrupt);
    assert_eq!(found, (1, 1, 1));
}

#[test]
fn other_machines_invalidations_are_read_before_their_entries() {
    let (world, shared) = with_remote();
    let other = world.open();
    let [stale, all] = [put(&other, "stale", &["t"]), put(&other, "all", &["u"])];
    other.invalidate(&Tag::new("t")).unwrap();
    let cache = world.open();
    assert_eq!(cache.get(&stale), Lookup::Miss);
    assert!(cache.get(&all).hit().is_some());
    drop(cache);
    other.invalidate_all().unwrap();
    let cache = world.open();
    assert_eq!(cache.get(&all), Lookup::Miss);
    drop(cache);
    // As long as they cannot be read, nothing is believed.
    let key = put(&other, "new", &["t"]);
    shared.is_down.store(true, Ordering::SeqCst);
    let cache = world.open();
    shared.is_down.store(false, Ordering::SeqCst);
    let trips = shared.trips.load(Ordering::SeqCst);
    assert!(matches!(cache.get(&key), Lookup::Unavailable(_)));
    assert_eq!(shared.trips.load(Ordering::SeqCst), trips);
}

#[test]
fn entries_from_far_ahead_are_not_believed() {
    let (world, _) = with_remote();
    let ahead = World::new();
    ahead.hand.advance(Duration::from_secs(3600));
    let other = {
        let mut ahead = ahead;
        ahead.parts.remote = world.parts.remote.clone();
        ahead.open()
    };
    let key = put(&other, "a", &[]);
    assert_eq!(world.open().get(&key), Lookup::Miss);
    world.hand.advance(Duration::from_secs(3595));
    assert!(world.open().get(&key).hit().is_some());
}

#[test]
fn a_value_expires_by_the_lifetime_of_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::on_disk(folder.path());
    world.settings.lifetime = Duration::from_secs(100);
    world.settings.lifetimes = vec![(Kind::Grammar, Duration::from_secs(10))];
    let cache = world.open();
    let long = put(&cache, "a", &[]);
    let short = key(Kind::Grammar, "r");
    cache.put(short, Text::of(&short, "r"), COST, &[]);
    world.hand.advance(Duration::from_secs(9));
    assert!(cache.get(&short).hit().is_some());
    world.hand.advance(Duration::from_secs(1));
    // Memory's is dropped as it is met, and the disk's says so too.
    cache.flush().unwrap();
    assert_eq!(cache.get(&short), Lookup::Expired);
    cache.flush().unwrap();
    assert_eq!(cache.get(&short), Lookup::Miss);
    assert!(cache.get(&long).hit().is_some());
    drop(cache);
    world.hand.advance(Duration::from_secs(90));
    assert_eq!(world.open().get(&long), Lookup::Expired);
}

#[test]
fn a_kind_is_a_tag_of_its_own() {
    let cache = World::new().open();
    let post = key(Kind::Post, "p");
    cache.put(post, Text::of(&post, "p"), COST, &[]);
    let sentence = put(&cache, "s", &["kind:sentence/7"]);
    cache.invalidate(&Tag::new("kind:post")).unwrap();
    assert_eq!(cache.get(&post), Lookup::Miss);
    assert!(cache.get(&sentence).hit().is_some());
    let hit = cache.invalidate_pattern("kind:sentence/*").unwrap();
    assert_eq!(hit, [Tag::new("kind:sentence/7")]);
    assert_eq!(cache.get(&sentence), Lookup::Miss);
    assert_eq!(cache.get(&sentence), Lookup::Miss);
    let counts = cache.stats().tiers[0].total;
    assert_eq!((counts.hits, counts.stale, counts.misses), (1, 2, 1));
}

#[test]
fn a_value_under_a_key_of_another_kind_is_refused() {
    let cache = World::new().open();
    let value = Text::of(&key(Kind::Post, "p"), "p");
    cache.put(sentence("p"), value, COST, &[]);
    assert_eq!(cache.get(&sentence("p")), Lookup::Miss);
}

#[test]
fn one_leads_and_the_others_get_its_value() {
    let cache = World::new().open();
    let hit = put(&cache, "hit", &[]);
    let new = sentence("new");
    let mut claims = cache.claim_many(&[hit, new, new]);
    let joined = join(claims.pop());
    let lead = lead(claims.pop());
    assert!(matches!(claims.pop(), Some(Claim::Hit(v, _)) if v.text.as_ref() == "hit"));
    let joined = joined.wait_timeout(SHORT).unwrap_err();
    assert!(lead.fulfil(Text::of(&new, "value"), COST, &[]));
    assert!(matches!(joined.wait(), Outcome::Value(v) if v.text.as_ref() == "value"));
    assert!(cache.peek_memory(&new).is_some());
    let computed = cache.stats().overall.total;
    assert_eq!((computed.joins, computed.values), (1, 2));
}

#[test]
fn a_leader_finds_what_lower_tiers_have_for_all_who_join() {
    let (world, _) = with_remote();
    let other = world.open();
    let key = put(&other, "a", &[]);
    let cache = world.open();
    let mut claims = cache.claim_many(&[key, key]);
    let joined = join(claims.pop());
    assert!(matches!(claims.pop(), Some(Claim::Hit(v, _)) if v.text.as_ref() == "a"));
    assert!(matches!(joined.wait(), Outcome::Value(_)));
    assert_eq!(cache.stats().overall.total.values, 0);
}

#[test]
fn what_was_invalidated_meanwhile_is_neither_kept_nor_shared() {
    let cache = World::new().open();
    let key = sentence("a");
    let tag = [Tag::new("draft:1")];
    let mut claims = cache.claim_many(&[key, key]);
    let joined = join(claims.pop());
    let first = lead(claims.pop());
    cache.invalidate(&tag[0]).unwrap();
    assert!(!first.fulfil(Text::of(&key, "old"), COST, &tag));
    assert_eq!(cache.get(&key), Lookup::Miss);
    let Outcome::Lead(second) = joined.wait() else {
        panic!("does not lead");
    };
    let late = join(cache.claim_many(&[key]).pop());
    assert!(second.fulfil(Text::of(&key, "new"), COST, &tag));
    // A join that is waited for late does not get what was invalidated since.
    cache.invalidate(&tag[0]).unwrap();
    assert!(matches!(late.wait(), Outcome::Lead(_)));
    assert_eq!(cache.stats().overall.total.hand_overs, 1);
}

#[test]
fn a_failure_reaches_those_who_wait_and_is_not_a_value() {
    let world = World::new();
    let cache = world.open();
    let key = sentence("a");
    let mut claims = cache.claim_many(&[key, key]);
    let joined = join(claims.pop());
    lead(claims.pop()).fail("no memory");
    assert!(matches!(joined.wait(), Outcome::Failed(r) if &*r == "no memory"));
    // It is tried again at once, unless it would fail again.
    let tag = [Tag::new("model:1")];
    let second = lead(cache.claim_many(&[key]).pop());
    second.fail_for("too long", Duration::from_secs(5), &tag);
    let claim = || cache.claim_many(&[key]).pop();
    assert!(matches!(claim(), Some(Claim::Failed(r)) if &*r == "too long"));
    assert_eq!(cache.get(&key), Lookup::Miss);
    world.hand.advance(Duration::from_secs(5));
    let third = lead(claim());
    third.fail_for("too long", Duration::from_secs(5), &tag);
    assert!(matches!(claim(), Some(Claim::Failed(_))));
    cache.invalidate(&tag[0]).unwrap();
    drop(lead(claim()));
    assert_eq!(cache.stats().overall.total.failures, 3);
}

#[test]
fn a_leader_that_panics_hands_over() {
    let cache = World::new().open();
    let key = sentence("a");
    let mut claims = cache.claim_many(&[key, key]);
    let joined = join(claims.pop());
    let first = lead(claims.pop());
    let ended = thread::spawn(move || {
        let _held = first;
        panic!("in the test");
    });
    assert!(ended.join().is_err());
    assert!(matches!(joined.wait(), Outcome::Lead(_)));
}

#[test]
fn threads_compute_a_key_once() {
    let cache = World::new().open();
    let computed = AtomicUsize::new(0);
    let keys: Vec<Key> = (0..20).map(|i| sentence(&i.to_string())).collect();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for key in &keys {
                    let value = match cache.claim_many(&[*key]).pop() {
                        Some(Claim::Hit(value, _)) => value,
                        Some(Claim::Lead(lead)) => {
                            computed.fetch_add(1, Ordering::SeqCst);
                            let value = Text::of(key, "x");
                            assert!(lead.fulfil(value.clone(), COST, &[]));
                            value
                        }
                        Some(Claim::Join(join)) => match join.wait() {
                            Outcome::Value(value) => value,
                            other => panic!("{other:?}"),
                        },
                        other => panic!("{other:?}"),
                    };
                    assert_eq!(value, Text::of(key, "x"));
                }
            });
        }
    });
    assert_eq!(computed.load(Ordering::SeqCst), keys.len());
}

#[test]
fn entries_are_listed_as_asked() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on_disk(folder.path());
    let cache = world.open();
    let keys: Vec<Key> = (0..5)
        .map(|i| {
            world.hand.advance(Duration::from_secs(1));
            let key = sentence(&i.to_string());
            let tags = [Tag::new(format!("draft:{i}"))];
            let text = "x".repeat(10 * (i + 1));
            let cost = Duration::from_millis(10 - i as u64);
            cache.put(key, Text::of(&key, &text), cost, &tags);
            key
        })
        .collect();
    let other = key(Kind::Grammar, "r");
    cache.put(other, Text::of(&other, "r"), COST, &[]);
    cache.pin(1, &keys[..1]);
    cache.invalidate(&Tag::new("draft:4")).unwrap();
    cache.flush().unwrap();
    let listed = |filter: &Filter, order, limit| {
        let entries = cache.entries(filter, order, limit).unwrap();
        let name = |e: &EntryInfo| keys.iter().position(|k| k.to_string() == e.key);
        entries.iter().map(name).collect::<Vec<_>>()
    };
    for tier in [Tier::Memory, Tier::Disk] {
        let filter = Filter {
            kind: Some(Kind::Sentence),
            tier: Some(tier),
            tag: None,
        };
        let names = |numbers: &[usize]| numbers.iter().map(|n| Some(*n)).collect::<Vec<_>>();
        assert_eq!(listed(&filter, Order::Newest, 9), names(&[3, 2, 1, 0]));
        assert_eq!(listed(&filter, Order::Oldest, 2), names(&[0, 1]));
        assert_eq!(listed(&filter, Order::Largest, 1), names(&[3]));
        assert_eq!(listed(&filter, Order::Costliest, 1), names(&[0]));
        let tagged = Filter {
            tag: Some("draft:[24]".into()),
            ..filter.clone()
        };
        assert_eq!(listed(&tagged, Order::Newest, 9), names(&[]));
        let tagged = Filter {
            tag: Some("*:2".into()),
            ..filter
        };
        assert_eq!(listed(&tagged, Order::Newest, 9), names(&[2]));
    }
    let all = cache
        .entries(&Filter::default(), Order::Newest, 99)
        .unwrap();
    assert_eq!(all.len(), 10);
    let first = all.last().unwrap();
    assert_eq!((first.is_pinned, first.age), (true, Duration::from_secs(4)));
    assert!(first.tags.contains(&Tag::new("draft:0")));
}

#[test]
fn a_closed_cache_goes_on_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on_disk(folder.path());
    let cache = world.open();
    cache.close();
    let key = put(&cache, "a", &[]);
    assert!(cache.get(&key).hit().is_some());
    let none = cache.get(&sentence("none"));
    assert_eq!(none, Lookup::Unavailable("closed".into()));
    assert!(cache.flush().is_err());
    assert_eq!(cache.stats().disk.state, DiskState::Closed);
}
