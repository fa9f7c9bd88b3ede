//! The segment memo: what is known of a line, by its content.
//!
//! Two generations: a value that was not asked for while a whole generation filled up is dropped.
//! So an open post, whose lines are asked for at every keystroke, always stays.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// blake3 over kind, versions, settings and bytes.
pub type Key = [u8; 32];

/// How often the memo helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MemoStats {
    /// Answers from the memo.
    pub hits: u64,
    /// Values that had to be computed.
    pub misses: u64,
    /// Values held.
    pub entries: usize,
    /// Values that are surely held, where so many were asked for; at most twice as many are.
    pub capacity: usize,
    /// Bytes of the lines that the values held were computed from, and of the values where they
    /// are weighed.
    pub bytes: usize,
}

/// A value with the bytes of its line.
#[derive(Debug)]
struct Held<V> {
    value: Arc<V>,
    bytes: usize,
}

#[derive(Debug)]
struct Generation<V> {
    values: FxHashMap<Key, Held<V>>,
    /// The sum over the values.
    bytes: usize,
}

impl<V> Default for Generation<V> {
    fn default() -> Self {
        Self {
            values: FxHashMap::default(),
            bytes: 0,
        }
    }
}

impl<V> Generation<V> {
    fn insert(&mut self, key: Key, held: Held<V>) {
        self.bytes += held.bytes;
        if let Some(before) = self.values.insert(key, held) {
            self.bytes -= before.bytes;
        }
    }

    fn remove(&mut self, key: &Key) -> Option<Held<V>> {
        let held = self.values.remove(key)?;
        self.bytes -= held.bytes;
        Some(held)
    }
}

/// Values by the content of the line they were computed from.
#[derive(Debug)]
pub struct SegmentMemo<V> {
    prefix: blake3::Hasher,
    young: Generation<V>,
    old: Generation<V>,
    /// Most values of a generation.
    capacity: usize,
    /// Bytes of a value.
    weigh: fn(&V) -> usize,
    hits: u64,
    misses: u64,
}

impl<V> SegmentMemo<V> {
    /// An empty memo for values of `kind`, computed under `settings` (both go into every key),
    /// that holds at most twice `capacity` values.
    #[must_use]
    pub fn new(kind: &str, settings: &str, capacity: usize) -> Self {
        let mut prefix = blake3::Hasher::new();
        for part in [kind, settings] {
            prefix.update(&(part.len() as u64).to_le_bytes());
            prefix.update(part.as_bytes());
        }
        Self {
            prefix,
            young: Generation::default(),
            old: Generation::default(),
            capacity: capacity.max(1),
            weigh: |_| 0,
            hits: 0,
            misses: 0,
        }
    }

    /// The same memo, which counts the bytes of its values too.
    #[must_use]
    pub fn weighing(self, weigh: fn(&V) -> usize) -> Self {
        Self { weigh, ..self }
    }

    fn key(&self, line: &str) -> Key {
        let mut hasher = self.prefix.clone();
        hasher.update(line.as_bytes());
        *hasher.finalize().as_bytes()
    }

    /// The value for `line`, where it is held. Where it is not, it counts as missed once it is
    /// computed and put.
    pub fn get(&mut self, line: &str) -> Option<Arc<V>> {
        let key = self.key(line);
        let found = match self.young.values.get(&key) {
            Some(held) => held.value.clone(),
            None => {
                let held = self.old.remove(&key)?;
                let value = held.value.clone();
                self.insert(key, held);
                value
            }
        };
        self.hits += 1;
        Some(found)
    }

    /// The value for `line`, where it is held, without counting it as asked for.
    #[must_use]
    pub fn peek(&self, line: &str) -> Option<&Arc<V>> {
        let key = self.key(line);
        let held = self
            .young
            .values
            .get(&key)
            .or_else(|| self.old.values.get(&key));
        held.map(|h| &h.value)
    }

    /// The value for `line`, computed where it is not held.
    pub fn get_or(&mut self, line: &str, compute: impl FnOnce() -> V) -> Arc<V> {
        if let Some(value) = self.get(line) {
            return value;
        }
        let value = Arc::new(compute());
        self.put(line, value.clone());
        value
    }

    /// Holds `value`, which was computed for `line`.
    pub fn put(&mut self, line: &str, value: Arc<V>) {
        let key = self.key(line);
        let is_known = [&self.young, &self.old].map(|g| g.values.contains_key(&key));
        self.misses += u64::from(is_known == [false; 2]);
        let bytes = line.len() + (self.weigh)(&value);
        self.insert(key, Held { value, bytes });
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.young = Generation::default();
        self.old = Generation::default();
    }

    fn insert(&mut self, key: Key, held: Held<V>) {
        // A value lives in one generation only, and a new one for an old key takes no room.
        self.old.remove(&key);
        let is_new = !self.young.values.contains_key(&key);
        if is_new && self.young.values.len() >= self.capacity {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, held);
    }

    /// How often it helped.
    #[must_use]
    pub fn stats(&self) -> MemoStats {
        MemoStats {
            hits: self.hits,
            misses: self.misses,
            entries: self.young.values.len() + self.old.values.len(),
            capacity: self.capacity,
            bytes: self.young.bytes + self.old.bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_asked_for_stays() {
        let mut memo = SegmentMemo::new("k", "s", 10);
        memo.get_or("kept", || 1);
        for i in 0..100 {
            memo.get_or(&format!("line {i}"), || 2);
            assert_eq!(
                *memo.get_or("kept", || unreachable!("dropped after {i}")),
                1
            );
        }
        assert!(memo.stats().entries <= 20);
    }

    #[test]
    fn a_value_put_again_takes_no_more_room() {
        let mut memo = SegmentMemo::new("k", "s", 2);
        for line in ["one", "three", "one", "one", "three"] {
            memo.put(line, Arc::new(()));
        }
        let stats = memo.stats();
        assert_eq!((stats.entries, stats.bytes, stats.capacity), (2, 8, 2));
        // Old now, and young again.
        memo.put("fifteen", Arc::new(()));
        memo.put("one", Arc::new(()));
        let stats = memo.stats();
        assert_eq!((stats.entries, stats.bytes), (3, 15));
        memo.clear();
        let stats = memo.stats();
        assert_eq!((stats.entries, stats.bytes), (0, 0));
    }

    #[test]
    fn what_was_computed_counts_as_missed_once_and_is_weighed() {
        let mut memo = SegmentMemo::new("k", "s", 10).weighing(|v: &[u8; 4]| v.len());
        assert!(memo.get("one").is_none());
        assert!(memo.get("one").is_none(), "still being computed");
        memo.put("one", Arc::new([0; 4]));
        memo.put("one", Arc::new([0; 4]));
        memo.get_or("one", || unreachable!());
        memo.get_or("two", || [0; 4]);
        let stats = memo.stats();
        assert_eq!((stats.hits, stats.misses, stats.bytes), (1, 2, 14));
    }

    proptest! {
        #[test]
        fn its_sizes_are_of_what_it_holds(
            calls in prop::collection::vec((0..8u8, "[ab]{0,3}"), 1..200),
            capacity in 0usize..6,
        ) {
            let mut memo = SegmentMemo::new("k", "s", capacity);
            for (call, line) in calls {
                match call {
                    0 => memo.clear(),
                    1..4 => memo.put(&line, Arc::new(line.clone())),
                    4..6 => drop(memo.get(&line)),
                    _ => drop(memo.get_or(&line, || line.clone())),
                }
                let stats = memo.stats();
                let held = memo.young.values.values().chain(memo.old.values.values());
                let lines: Vec<&str> = held.map(|h| h.value.as_str()).collect();
                let different: std::collections::BTreeSet<_> = lines.iter().collect();
                prop_assert_eq!(different.len(), lines.len());
                prop_assert_eq!(stats.entries, lines.len());
                prop_assert_eq!(stats.bytes, lines.iter().map(|l| l.len()).sum::<usize>());
                prop_assert!(stats.entries <= 2 * stats.capacity);
            }
        }

        #[test]
        fn never_answers_for_another_line(lines in prop::collection::vec("[ab]{0,3}", 1..200)) {
            let mut memo = SegmentMemo::new("k", "s", 3);
            for line in lines {
                let value = memo.get_or(&line, || line.clone());
                prop_assert_eq!(&*value, &line);
            }
        }
    }
}
