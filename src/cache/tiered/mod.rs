//! The three tiers as one cache.

mod claim;
mod drill;
mod invalidate;
mod lookup;
mod settings;
mod sync;

use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::Cache as QuickCache;
use serde::Serialize;

use self::claim::{Failure, Fresh};
use self::sync::Sync;
use super::disk::{Disk, DiskState, DiskStats, Surroundings, Verified};
use super::envelope::{self, Label};
use super::error::CacheError;
use super::flight::Flights;
use super::key::Key;
use super::memory::Memory;
use super::object::{Kind, Object};
use super::pins::Pins;
use super::stats::{Counts, Overall, Recorder, Tier, TierStats, ratio};
use super::tags::{Marks, Stamp, Tag, Tags};

pub use self::claim::{Claim, Join, Lead, Outcome};
pub use self::drill::{EntryInfo, Filter, Order};
pub use self::invalidate::Invalidation;
pub use self::lookup::Lookup;
pub use self::settings::{CacheSettings, Parts};

/// Most failures that are kept at once.
const FAILURES: usize = 1024;

/// A cache of values of type `V`. Clones share everything.
#[derive(Debug)]
pub struct TieredCache<V: Object>(Arc<Inner<V>>);

impl<V: Object> Clone for TieredCache<V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct Inner<V: Object> {
    settings: CacheSettings,
    parts: Parts,
    memory: Memory<V>,
    failures: QuickCache<Key, Failure>,
    disk: Option<Arc<Disk>>,
    sync: Option<Sync>,
    flights: Arc<Flights<Fresh<V>>>,
    pins: Arc<Pins>,
    tags: Arc<Tags>,
    /// The tag of each kind, which every entry carries.
    kind_tags: [Tag; Kind::COUNT],
    recorder: Arc<Recorder>,
}

impl<V: Object> std::fmt::Debug for Inner<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").finish_non_exhaustive()
    }
}

/// What the cache did and holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Memory, disk and remote.
    pub tiers: [TierStats; 3],
    /// What was computed because no tier had it.
    pub overall: Overall,
    /// The file.
    pub disk: DiskStats,
    /// Where the remote tier is; `None` where there is none.
    pub remote: Option<String>,
    /// Keys that are pinned, held or not.
    pub pinned: usize,
    /// Tags that entries carry or that were invalidated.
    pub tags: usize,
}

impl Stats {
    /// Lookups that any tier answered with a value, from 0 to 1; `None` before the first.
    #[must_use]
    pub fn hit_rate(&self) -> Option<f64> {
        let [memory, ..] = &self.tiers;
        let hits = self.tiers.iter().map(|t| t.total.hits).sum();
        ratio(hits, memory.total.lookups())
    }

    /// What the tiers did together with objects of `kind`: a lookup that none of them answered is
    /// one miss.
    #[must_use]
    pub fn of_kind(&self, kind: Kind) -> Counts {
        let mut out = Counts::default();
        for tier in &self.tiers {
            let (_, counts) = &tier.kinds[kind.index()];
            out.hits += counts.hits;
            out.saved_ns += counts.saved_ns;
            out.entries += counts.entries;
            out.bytes += counts.bytes;
            out.evictions += counts.evictions;
        }
        // What memory has not is asked for below: its lookups are all there are.
        let (_, first) = &self.tiers[0].kinds[kind.index()];
        out.misses = first.lookups().saturating_sub(out.hits);
        out
    }

    /// Computing time that hits saved, of all that would have been spent without a cache, from 0
    /// to 1; `None` before the first value.
    #[must_use]
    pub fn cost_hit_rate(&self) -> Option<f64> {
        let saved: u64 = self.tiers.iter().map(|t| t.total.saved_ns).sum();
        ratio(saved, saved + self.overall.total.cost_ns)
    }
}

/// What a compaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Compacted {
    /// Entries that were dropped from memory because they could not be served any more.
    pub swept: usize,
    /// Bytes of the file before.
    pub bytes_before: u64,
    /// Bytes of the file after.
    pub bytes_after: u64,
}

impl<V: Object> TieredCache<V> {
    /// Opens the tiers. One that cannot be used now is no error: see [`Stats`].
    ///
    /// # Errors
    ///
    /// When a thread cannot be started.
    pub fn open(settings: CacheSettings, parts: Parts) -> Result<Self, CacheError> {
        let recorder = Arc::new(Recorder::default());
        let pins = Arc::new(Pins::default());
        let tags = Arc::new(Tags::new(settings.most_tags, parts.wall.clone()));
        let memory = Memory::new(
            settings.memory_bytes,
            settings.memory_entries,
            pins.clone(),
            tags.clone(),
            recorder.clone(),
        );
        let disk = settings.disk.clone().map(|disk| {
            let around = Surroundings {
                tags: tags.clone(),
                recorder: recorder.clone(),
                breaker: parts.breaker.clone(),
                point: parts.faults.at("disk"),
                wall: parts.wall.clone(),
            };
            Disk::open(disk, around).map(Arc::new)
        });
        let disk = disk.transpose()?;
        let sync = parts.remote.clone().map(|remote| {
            let every = settings.sync_every;
            Sync::start(remote, tags.clone(), disk.clone(), every)
        });
        Ok(Self(Arc::new(Inner {
            settings,
            parts,
            memory,
            failures: QuickCache::new(FAILURES),
            disk,
            sync: sync.transpose()?,
            flights: Arc::default(),
            pins,
            tags,
            kind_tags: Kind::ALL.map(|k| Tag::new(format!("kind:{k}"))),
            recorder,
        })))
    }

    /// Keeps a value that took `cost` to compute from what is current now, under `tags` and
    /// `kind:…` of its kind. For a value whose computation takes long, claim the key instead.
    pub fn put(&self, key: Key, value: V, cost: Duration, tags: &[Tag]) {
        self.store(self.0.tags.now(), key, value, cost, tags);
    }

    /// Keeps what was computed since `stamp`; `None` where it is stale already or of another kind
    /// than its key.
    fn store(
        &self,
        stamp: Stamp,
        key: Key,
        value: V,
        cost: Duration,
        tags: &[Tag],
    ) -> Option<Marks> {
        let inner = &*self.0;
        let kind = key.kind();
        if value.kind() != kind {
            tracing::error!(%key, kind = %value.kind(), "a value of another kind is not cached");
            return None;
        }
        inner.recorder.computed(kind, cost);
        let own = &inner.kind_tags[kind.index()];
        let tags: Vec<Tag> = tags.iter().chain([own]).cloned().collect();
        let marks = inner.tags.resolve(&tags);
        if !inner.tags.is_current(stamp, &marks) {
            return None;
        }
        let lifetime = inner.settings.lifetime(kind);
        let expires = inner
            .parts
            .wall
            .seconds()
            .saturating_add(lifetime.as_secs());
        let label = Label {
            stamp,
            expires: Some(expires),
            cost,
        };
        let is_alone = inner.disk.is_none() && inner.parts.remote.is_none();
        let payload = if is_alone { None } else { value.encode() };
        let sealed = payload.and_then(|payload| envelope::seal(&key, &label, &tags, &payload));
        inner.failures.remove(&key);
        inner.memory.put(key, value, label, marks.clone());
        if let Some(sealed) = sealed {
            if let Some(remote) = &inner.parts.remote {
                remote.put(vec![(key, sealed.clone(), lifetime)]);
            }
            if let Some(disk) = &inner.disk {
                disk.put(key, sealed, marks.clone());
            }
        }
        Some(marks)
    }

    /// Keeps `keys` in memory once they are there, and no others for `owner`. Pinned entries may
    /// take more than the memory tier's capacity.
    pub fn pin(&self, owner: u64, keys: &[Key]) {
        self.0.pins.replace(owner, keys);
    }

    /// What the cache did and holds.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let inner = &*self.0;
        let off = || DiskStats {
            state: DiskState::Off,
            live_bytes: 0,
            file_bytes: 0,
            capacity: 0,
            queued_bytes: 0,
            dropped: 0,
            commits: 0,
            durable_commits: 0,
            compactions: 0,
        };
        Stats {
            tiers: Tier::ALL.map(|t| inner.recorder.tier(t)),
            overall: inner.recorder.overall(),
            disk: inner.disk.as_ref().map_or_else(off, |d| d.stats()),
            remote: inner.parts.remote.as_ref().map(|r| r.name()),
            pinned: inner.pins.len(),
            tags: inner.tags.len(),
        }
    }

    /// Drops what may not be served any more and makes the file as small as it can be. Lookups go
    /// on without the disk meanwhile.
    ///
    /// # Errors
    ///
    /// When the disk tier is off or does not work.
    pub fn compact(&self) -> Result<Compacted, CacheError> {
        let swept = self.0.memory.sweep(self.0.parts.wall.seconds());
        let (bytes_before, bytes_after) = self.ask(|d| d.compact().wait())?;
        Ok(Compacted {
            swept,
            bytes_before,
            bytes_after,
        })
    }

    /// Checks every entry of the file and removes those that are damaged.
    ///
    /// # Errors
    ///
    /// When the disk tier is off or cannot be read.
    pub fn verify(&self) -> Result<Verified, CacheError> {
        self.ask(|d| d.verify(|kind, bytes| V::decode(kind, bytes).is_some()))
    }

    /// Makes durable what was put before; without a disk tier there is nothing to do.
    ///
    /// # Errors
    ///
    /// When the disk tier does not work.
    pub fn flush(&self) -> Result<(), CacheError> {
        if self.0.disk.is_none() {
            return Ok(());
        }
        self.ask(|d| d.flush().wait())
    }

    /// The disk tier of a test that has one.
    #[cfg(test)]
    pub(super) fn disk(&self) -> Arc<Disk> {
        self.0.disk.clone().unwrap()
    }

    fn ask<T>(&self, ask: impl FnOnce(&Disk) -> Result<T, String>) -> Result<T, CacheError> {
        let disk = self.0.disk.as_deref();
        let answer = disk.map_or_else(|| Err(DiskState::Off.to_string()), ask);
        answer.map_err(|reason| CacheError::DiskUnavailable { reason })
    }

    /// Makes everything durable and closes the file. Memory and the remote tier go on. Dropping the
    /// last clone closes too.
    pub fn close(&self) {
        if let Some(disk) = &self.0.disk {
            disk.close();
        }
    }
}

#[cfg(test)]
mod tests;
