//! Keys that must stay in memory: those of open documents, whose re-scan is the worst case of
//! every policy that goes by recency.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::key::Key;

#[derive(Debug, Default)]
struct Owners {
    keys: FxHashMap<u64, FxHashSet<Key>>,
    /// How many owners pin a key.
    counts: FxHashMap<Key, u32>,
}

/// Who pins what.
#[derive(Debug, Default)]
pub(super) struct Pins {
    owners: RwLock<Owners>,
    /// Pinned keys, to be asked without the lock.
    len: AtomicUsize,
}

impl Pins {
    /// Lets `owner` pin `keys` and nothing else.
    pub(super) fn replace(&self, owner: u64, keys: &[Key]) {
        let mut owners = self.owners.write().unwrap_or_else(PoisonError::into_inner);
        let new: FxHashSet<Key> = keys.iter().copied().collect();
        for key in &new {
            *owners.counts.entry(*key).or_default() += 1;
        }
        let old = if new.is_empty() {
            owners.keys.remove(&owner)
        } else {
            owners.keys.insert(owner, new)
        };
        for key in old.unwrap_or_default() {
            if let Some(count) = owners.counts.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    owners.counts.remove(&key);
                }
            }
        }
        self.len.store(owners.counts.len(), Ordering::Release);
    }

    pub(super) fn is_pinned(&self, key: &Key) -> bool {
        if self.len.load(Ordering::Acquire) == 0 {
            return false;
        }
        let owners = self.owners.read().unwrap_or_else(PoisonError::into_inner);
        owners.counts.contains_key(key)
    }

    /// Pinned keys, held in memory or not.
    pub(super) fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::key::Scope;
    use crate::cache::object::Kind;

    #[test]
    fn a_key_is_pinned_while_any_owner_pins_it() {
        let scope = Scope::new(Kind::Post, 1, b"", b"");
        let [a, b, c] = [b"a", b"b", b"c"].map(|t| scope.key(t));
        let pins = Pins::default();
        assert!(!pins.is_pinned(&a));
        pins.replace(1, &[a, b, b]);
        pins.replace(2, &[b, c]);
        assert_eq!([a, b, c].map(|k| pins.is_pinned(&k)), [true; 3]);
        pins.replace(1, &[a]);
        assert_eq!([a, b, c].map(|k| pins.is_pinned(&k)), [true; 3]);
        pins.replace(2, &[]);
        let pinned = [a, b, c].map(|k| pins.is_pinned(&k));
        assert_eq!(pinned, [true, false, false]);
        assert_eq!(pins.len(), 1);
    }
}
