use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use redb::ReadableTable;

use super::*;
use crate::cache::testing::{Text, World, sentence};
use crate::cache::{CacheError, Kind, Lookup, Tag, Tier, TieredCache};

const COST: Duration = Duration::from_millis(3);

fn put(cache: &TieredCache<Text>, name: &str, text: &str, tags: &[&str]) -> Key {
    let key = sentence(name);
    let tags: Vec<Tag> = tags.iter().map(|t| Tag::new(*t)).collect();
    cache.put(key, Text::of(&key, text), COST, &tags);
    key
}

fn text(cache: &TieredCache<Text>, key: &Key) -> Option<String> {
    cache.get(key).hit().map(|t| t.text.to_string())
}

fn path(world: &World) -> &Path {
    &world.settings.disk.as_ref().unwrap().path
}

#[test]
fn entries_and_invalidations_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on_disk(folder.path());
    let cache = world.open();
    let kept = put(&cache, "kept", "one", &["draft:1"]);
    let stale = put(&cache, "stale", "two", &["draft:2"]);
    cache.invalidate(&Tag::new("draft:2")).unwrap();
    let after = put(&cache, "after", "three", &["draft:2"]);
    drop(cache);
    let cache = world.open();
    match cache.get(&kept) {
        Lookup::Hit { value, tier, .. } => {
            assert_eq!((value.text.as_ref(), tier), ("one", Tier::Disk));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(cache.get(&stale), Lookup::Miss);
    assert_eq!(text(&cache, &after).as_deref(), Some("three"));
    let tiers = cache.stats().tiers;
    assert_eq!((tiers[1].total.hits, tiers[1].total.stale), (2, 1));
    assert_eq!(tiers[1].total.saved_ns, 6_000_000);
    // A pattern finds tags that only the file knows, and a hit on disk is in memory from now on.
    assert!(cache.peek_memory(&kept).is_some());
    assert_eq!(
        cache.invalidate_pattern("draft:*").unwrap().len(),
        2,
        "both tags"
    );
    assert_eq!(cache.get(&kept), Lookup::Miss);
    assert_eq!(cache.get(&after), Lookup::Miss);
}

#[test]
fn the_file_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on_disk(&folder.path().join("new"));
    let cache = world.open();
    let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path(&world)), 0o600);
    assert_eq!(mode(path(&world).parent().unwrap()), 0o700);
    drop(cache);
}

#[test]
fn a_second_process_goes_on_without_the_file_and_takes_it_over() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on_disk(folder.path());
    let first = world.open();
    let mine = put(&first, "mine", "one", &["draft:1"]);
    let pattern = put(&first, "pattern", "one", &["mark:1"]);
    first.flush().unwrap();
    let second = world.open();
    let state = DiskState::Unavailable("in use by another Postwright".into());
    assert_eq!(second.stats().disk.state, state);
    let reason = "in use by another Postwright";
    assert_eq!(second.get(&mine), Lookup::Unavailable(reason.into()));
    let yours = put(&second, "yours", "two", &[]);
    assert_eq!(text(&second, &yours).as_deref(), Some("two"));
    // What it invalidates meanwhile holds for the file too, once it has it.
    let saved = second.invalidate(&Tag::new("draft:1"));
    assert!(
        matches!(saved, Err(CacheError::NotSaved { .. })),
        "{saved:?}"
    );
    assert!(second.invalidate_pattern("mark:*").is_err());
    drop(first);
    second.flush().unwrap();
    assert_eq!(second.stats().disk.state, DiskState::Ready);
    assert_eq!(second.get(&mine), Lookup::Miss);
    assert_eq!(second.get(&pattern), Lookup::Miss);
}

#[test]
fn a_damaged_file_is_set_aside_and_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on_disk(folder.path());
    let cache = world.open();
    let keys: Vec<Key> = (0..50)
        .map(|i| put(&cache, &i.to_string(), &"text ".repeat(100), &["t"]))
        .collect();
    drop(cache);
    let sound = fs::read(path(&world)).unwrap();
    let mut flipped = sound.clone();
    let middle = sound.len() / 2;
    flipped[middle - 20_000..middle + 20_000].fill(0xa5);
    let damaged: [&[u8]; 4] = [
        b"no database",
        &sound[..sound.len() / 2],
        &sound[..100],
        &flipped,
    ];
    for (i, bytes) in damaged.iter().enumerate() {
        fs::write(path(&world), bytes).unwrap();
        let cache = world.open();
        let DiskState::Recovered { aside, reason } = cache.stats().disk.state else {
            panic!("damage {i}: {}", cache.stats().disk.state);
        };
        assert_eq!(fs::read(&aside).unwrap().len(), bytes.len(), "{reason}");
        assert!(keys.iter().all(|k| cache.get(k) == Lookup::Miss));
        let key = put(&cache, "new", "one", &[]);
        cache.flush().unwrap();
        drop(cache);
        assert_eq!(text(&world.open(), &key).as_deref(), Some("one"));
    }
}

#[test]
fn a_file_of_another_layout_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on_disk(folder.path());
    drop(world.open());
    {
        let database = Database::open(path(&world)).unwrap();
        let transaction = database.begin_write().unwrap();
        let meta = redb::TableDefinition::<&str, u64>::new("meta");
        transaction
            .open_table(meta)
            .unwrap()
            .insert("schema", 99)
            .unwrap();
        transaction.commit().unwrap();
    }
    let state = world.open().stats().disk.state;
    assert!(state.to_string().contains("layout 99"), "{state}");
}

/// Rewrites the value of a key behind the cache's back.
fn tamper(world: &World, key: &Key, change: impl Fn(&mut Vec<u8>)) {
    let database = Database::open(path(world)).unwrap();
    let transaction = database.begin_write().unwrap();
    {
        let mut entries = transaction.open_table(tables::ENTRIES).unwrap();
        let mut bytes = entries
            .get(key.as_bytes())
            .unwrap()
            .unwrap()
            .value()
            .to_vec();
        change(&mut bytes);
        entries.insert(key.as_bytes(), bytes.as_slice()).unwrap();
    }
    transaction.commit().unwrap();
}

#[test]
fn altered_entries_are_found_missed_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on_disk(folder.path());
    let cache = world.open();
    let [read, checked, sound] = ["read", "checked", "sound"].map(|n| put(&cache, n, n, &["t"]));
    drop(cache);
    for key in [&read, &checked] {
        tamper(&world, key, |bytes| *bytes.last_mut().unwrap() ^= 1);
    }
    let cache = world.open();
    assert_eq!(cache.get(&read), Lookup::Corrupt);
    cache.flush().unwrap();
    assert_eq!(cache.get(&read), Lookup::Miss);
    let verified = cache.verify().unwrap();
    assert_eq!((verified.sound, verified.corrupt), (1, 1));
    cache.flush().unwrap();
    assert_eq!(cache.verify().unwrap().corrupt, 0);
    assert_eq!(cache.get(&checked), Lookup::Miss);
    assert_eq!(text(&cache, &sound).as_deref(), Some("sound"));
    assert_eq!(cache.stats().tiers[1].total.corrupt, 1);
}

#[test]
fn a_failing_disk_rests_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on_disk(folder.path());
    let cache = world.open();
    let before = put(&cache, "before", "one", &["draft:1"]);
    cache.flush().unwrap();
    world.parts.faults.rest(false);
    let lost = put(&cache, "lost", "two", &[]);
    for _ in 0..5 {
        let flushed = cache.flush();
        assert!(matches!(flushed, Err(CacheError::DiskUnavailable { .. })));
    }
    assert!(
        world.parts.breaker.acquire().is_err(),
        "the breaker is open"
    );
    let saved = cache.invalidate(&Tag::new("draft:1"));
    assert!(matches!(saved, Err(CacheError::NotSaved { .. })));
    assert_eq!(text(&cache, &lost).as_deref(), Some("two"), "in memory");
    assert!(matches!(
        cache.get(&sentence("other")),
        Lookup::Unavailable(_)
    ));
    world.parts.faults.rest(true);
    world.hand.advance(Duration::from_secs(60));
    cache.flush().unwrap();
    assert_eq!(cache.stats().disk.state, DiskState::Ready);
    assert_eq!(cache.stats().disk.dropped, 1);
    drop(cache);
    // The invalidation was saved when the disk came back.
    let cache = world.open();
    assert_eq!(cache.get(&before), Lookup::Miss);
    assert_eq!(cache.get(&lost), Lookup::Miss);
}

#[test]
fn the_file_stays_within_its_capacity_and_drops_the_oldest() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::on_disk(folder.path());
    let capacity = 16 << 20;
    world.settings.disk.as_mut().unwrap().capacity = capacity;
    world.settings.memory_entries = 1;
    let cache = world.open();
    let text_of = |i: usize| format!("{i} ").repeat(400 + i % 500);
    let mut keys = Vec::new();
    for i in 0..20_000 {
        keys.push(put(&cache, &i.to_string(), &text_of(i), &["t"]));
        if i % 500 == 0 {
            cache.flush().unwrap();
            let disk = cache.stats().disk;
            assert!(disk.file_bytes <= capacity, "{disk:?}");
            assert!(disk.live_bytes <= capacity / 4);
        }
    }
    cache.flush().unwrap();
    let stats = cache.stats();
    let counts = stats.tiers[1].total;
    assert!(counts.evictions > 5000, "{counts:?}");
    assert_eq!(
        counts.entries + counts.evictions,
        20_000 - stats.disk.dropped
    );
    assert_eq!(counts.entries, cache.verify().unwrap().sound);
    assert_eq!(cache.get(&keys[0]), Lookup::Miss);
    assert!(cache.get(&keys[19_990]).hit().is_some());
    // Compacted, the file has little beside its entries; cleared, nearly nothing.
    let compacted = cache.compact().unwrap();
    let live = cache.stats().disk.live_bytes;
    assert!(
        compacted.bytes_after <= 2 * live + (2 << 20),
        "{compacted:?}"
    );
    cache.invalidate_all().unwrap();
    let compacted = cache.compact().unwrap();
    assert!(compacted.bytes_after < 2 << 20, "{compacted:?}");
    assert_eq!(cache.stats().disk.live_bytes, 0);
}

#[test]
fn what_does_not_encode_stays_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on_disk(folder.path());
    let cache = world.open();
    let key = crate::cache::testing::key(Kind::Facts, "a");
    cache.put(key, Text::of(&key, "x"), COST, &[]);
    cache.flush().unwrap();
    assert!(cache.get(&key).hit().is_some());
    assert_eq!(cache.stats().tiers[1].total.entries, 0);
}

#[test]
fn a_removal_spares_what_took_the_entrys_place() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on_disk(folder.path());
    let cache = world.open();
    let key = put(&cache, "a", "old", &["t"]);
    let old = cache.stamp();
    world.hand.advance(Duration::from_secs(1));
    put(&cache, "a", "new", &["t"]);
    let disk = cache.disk();
    disk.remove(key, Some(old));
    cache.flush().unwrap();
    assert_eq!(cache.stats().tiers[1].total.entries, 1);
    disk.remove(key, None);
    cache.flush().unwrap();
    assert_eq!(
        cache.stats().tiers[1].total,
        crate::cache::Counts::default()
    );
    assert_eq!(cache.stats().disk.live_bytes, 0);
}
