//! The memory tier.
//!
//! `quick_cache` weighs entries by their bytes. An entry weighs at least a share of the capacity, so
//! that the number of entries is capped too. Each shard holds its part of the capacity and refuses
//! what does not fit it, so there are few shards where the capacity is small.

use std::sync::Arc;

use quick_cache::sync::Cache;
use quick_cache::{Lifecycle, OptionsBuilder, Weighter};
use rustc_hash::FxBuildHasher;

use super::envelope::Label;
use super::key::Key;
use super::object::{Kind, Object};
use super::pins::Pins;
use super::stats::{Lack, Recorder, Tier};
use super::tags::{Marks, Tags};

/// Fewest bytes of a shard.
const SHARD_BYTES: u64 = 4 << 20;
/// Fewest entries of a shard.
const SHARD_ENTRIES: u64 = 256;
/// Most shards; enough that threads of a workstation seldom meet.
const MOST_SHARDS: u64 = 32;

/// An entry in memory.
#[derive(Debug)]
pub(super) struct Held<V> {
    pub(super) value: V,
    pub(super) label: Label,
    pub(super) marks: Marks,
    /// Bytes of the value and what is kept beside it.
    pub(super) bytes: u64,
    /// Counts the entry while it lives.
    _gauge: Gauge,
}

/// Counts an entry as held for as long as it lives.
#[derive(Debug)]
struct Gauge {
    recorder: Arc<Recorder>,
    kind: Kind,
    bytes: u64,
}

impl Drop for Gauge {
    fn drop(&mut self) {
        self.recorder.removed(Tier::Memory, self.kind, self.bytes);
    }
}

#[derive(Debug, Clone)]
struct ByBytes {
    least: u64,
}

impl<V> Weighter<Key, Arc<Held<V>>> for ByBytes {
    fn weight(&self, _: &Key, held: &Arc<Held<V>>) -> u64 {
        held.bytes.max(self.least)
    }
}

#[derive(Debug, Clone)]
struct Keeper {
    pins: Arc<Pins>,
}

impl<V> Lifecycle<Key, Arc<Held<V>>> for Keeper {
    /// Entries that went, which are dropped when no lock is held.
    type RequestState = Vec<(Key, Arc<Held<V>>)>;

    fn is_pinned(&self, key: &Key, _: &Arc<Held<V>>) -> bool {
        self.pins.is_pinned(key)
    }

    fn on_evict(&self, gone: &mut Self::RequestState, key: Key, held: Arc<Held<V>>) {
        gone.push((key, held));
    }
}

/// Values by key.
#[derive(Debug)]
pub(super) struct Memory<V> {
    entries: Cache<Key, Arc<Held<V>>, ByBytes, FxBuildHasher, Keeper>,
    tags: Arc<Tags>,
    recorder: Arc<Recorder>,
}

impl<V: Object> Memory<V> {
    /// Holds at most about `bytes` and `entries`, and pinned entries beyond.
    pub(super) fn new(
        bytes: u64,
        entries: u64,
        pins: Arc<Pins>,
        tags: Arc<Tags>,
        recorder: Arc<Recorder>,
    ) -> Self {
        let entries = entries.max(1);
        let bytes = bytes.max(entries);
        let shards = (bytes / SHARD_BYTES).min(entries / SHARD_ENTRIES);
        let shards = shards.clamp(1, MOST_SHARDS);
        // The largest power of two that is not above: quick_cache would round up.
        let shards = 1 << shards.ilog2();
        let options = OptionsBuilder::new()
            .shards(shards)
            .estimated_items_capacity(usize::try_from(entries).unwrap_or(usize::MAX))
            .weight_capacity(bytes)
            .build()
            // Both capacities are set, which is all that it checks.
            .expect("capacities are set");
        let least = bytes.div_ceil(entries);
        let weighter = ByBytes { least };
        let keeper = Keeper { pins };
        Self {
            entries: Cache::with_options(options, weighter, FxBuildHasher, keeper),
            tags,
            recorder,
        }
    }

    /// The entry of `key`, where it is current `now` seconds after 1970.
    pub(super) fn get(&self, key: &Key, now: u64) -> Result<Arc<Held<V>>, Lack> {
        let held = self.entries.get(key).ok_or(Lack::Miss)?;
        let lack = self.lack(&held, now);
        let Some(lack) = lack else {
            return Ok(held);
        };
        self.remove(key, &held);
        Err(lack)
    }

    fn lack(&self, held: &Held<V>, now: u64) -> Option<Lack> {
        if !self.tags.is_current(held.label.stamp, &held.marks) {
            Some(Lack::Stale)
        } else if held.label.is_expired(now) {
            Some(Lack::Expired)
        } else {
            None
        }
    }

    /// Drops that entry, unless another took its place.
    fn remove(&self, key: &Key, held: &Arc<Held<V>>) {
        self.entries.remove_if(key, |e| Arc::ptr_eq(e, held));
    }

    /// Holds a value.
    pub(super) fn put(&self, key: Key, value: V, label: Label, marks: Marks) {
        let overhead = size_of::<Key>() + size_of::<Held<V>>() + size_of_val(&*marks);
        let bytes = (value.weight() + overhead) as u64;
        let kind = key.kind();
        self.recorder.added(Tier::Memory, kind, bytes);
        let gauge = Gauge {
            recorder: self.recorder.clone(),
            kind,
            bytes,
        };
        let held = Held {
            value,
            label,
            marks,
            bytes,
            _gauge: gauge,
        };
        let new = Arc::new(held);
        let mut gone = Vec::new();
        let entries = &self.entries;
        entries.insert_with_lifecycle(key, new.clone(), &mut gone);
        // What the new value replaced was not evicted, though the cache reports it too.
        let evicted = gone
            .iter()
            .filter(|(k, h)| *k != key || Arc::ptr_eq(h, &new));
        for (key, _) in evicted {
            self.recorder.evicted(Tier::Memory, key.kind());
        }
    }

    /// Every current entry.
    pub(super) fn iter(&self, now: u64) -> impl Iterator<Item = (Key, Arc<Held<V>>)> {
        let current = move |(_, held): &(Key, Arc<Held<V>>)| self.lack(held, now).is_none();
        self.entries.iter().filter(current)
    }

    /// Drops every entry that may not be served any more; answers with how many.
    pub(super) fn sweep(&self, now: u64) -> usize {
        let before = self.entries.len();
        self.entries
            .retain(|_, held| self.lack(held, now).is_none());
        before.saturating_sub(self.entries.len())
    }

    /// Drops everything.
    pub(super) fn clear(&self) {
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests;
