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
}

/// Values by the content of the line they were computed from.
#[derive(Debug)]
pub struct SegmentMemo<V> {
    prefix: blake3::Hasher,
    young: FxHashMap<Key, Arc<V>>,
    old: FxHashMap<Key, Arc<V>>,
    capacity: usize,
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
            young: FxHashMap::default(),
            old: FxHashMap::default(),
            capacity: capacity.max(1),
            hits: 0,
            misses: 0,
        }
    }

    fn key(&self, line: &str) -> Key {
        let mut hasher = self.prefix.clone();
        hasher.update(line.as_bytes());
        *hasher.finalize().as_bytes()
    }

    /// The value for `line`, where it is held.
    pub fn get(&mut self, line: &str) -> Option<Arc<V>> {
        let key = self.key(line);
        let found = match self.young.get(&key) {
            Some(value) => Some(value.clone()),
            None => self
                .old
                .remove(&key)
                .inspect(|value| self.insert(key, value.clone())),
        };
        match found {
            Some(_) => self.hits += 1,
            None => self.misses += 1,
        }
        found
    }

    /// The value for `line`, computed where it is not held.
    pub fn get_or(&mut self, line: &str, compute: impl FnOnce() -> V) -> Arc<V> {
        if let Some(value) = self.get(line) {
            return value;
        }
        let value = Arc::new(compute());
        self.insert(self.key(line), value.clone());
        value
    }

    /// Holds `value` for `line`.
    pub fn put(&mut self, line: &str, value: Arc<V>) {
        self.insert(self.key(line), value);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }

    fn insert(&mut self, key: Key, value: Arc<V>) {
        if self.young.len() >= self.capacity {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    /// How often it helped.
    #[must_use]
    pub fn stats(&self) -> MemoStats {
        MemoStats {
            hits: self.hits,
            misses: self.misses,
            entries: self.young.len() + self.old.len(),
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

    proptest! {
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
