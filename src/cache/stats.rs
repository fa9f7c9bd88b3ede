//! What the cache did, by tier and kind of object.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

use super::histogram::{Histogram, Latency};
use super::object::Kind;

/// Where an entry is held, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// This process's memory.
    Memory,
    /// A file of this machine.
    Disk,
    /// A store that several machines share.
    Remote,
}

impl Tier {
    /// Every tier, in the order in which they are asked.
    pub const ALL: [Self; 3] = [Self::Memory, Self::Disk, Self::Remote];

    const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Remote => "remote",
        })
    }
}

/// How a tier answered when it had no value to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lack {
    Miss,
    Stale,
    Expired,
    Corrupt,
    Unavailable,
}

/// Figures of one tier, for one kind of object or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Lookups that found a value.
    pub hits: u64,
    /// Lookups that found nothing.
    pub misses: u64,
    /// Lookups that found an entry of an invalidated tag.
    pub stale: u64,
    /// Lookups that found an entry past its lifetime.
    pub expired: u64,
    /// Lookups that found bytes that are no sound entry.
    pub corrupt: u64,
    /// Lookups that the tier could not answer.
    pub unavailable: u64,
    /// What computing the values of the hits took when they were computed, in nanoseconds.
    pub saved_ns: u64,
    /// Entries held; zero for the remote tier, which is not this process's to count.
    pub entries: u64,
    /// Bytes of the entries held.
    pub bytes: u64,
    /// Entries that had to make room.
    pub evictions: u64,
}

impl Counts {
    /// Lookups.
    #[must_use]
    pub const fn lookups(&self) -> u64 {
        self.hits + self.misses + self.stale + self.expired + self.corrupt + self.unavailable
    }

    /// Hits of all lookups, from 0 to 1; `None` before the first.
    #[must_use]
    pub fn hit_rate(&self) -> Option<f64> {
        ratio(self.hits, self.lookups())
    }

    fn add(&mut self, other: &Self) {
        self.hits += other.hits;
        self.misses += other.misses;
        self.stale += other.stale;
        self.expired += other.expired;
        self.corrupt += other.corrupt;
        self.unavailable += other.unavailable;
        self.saved_ns += other.saved_ns;
        self.entries += other.entries;
        self.bytes += other.bytes;
        self.evictions += other.evictions;
    }
}

/// What was computed because no tier had it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Computed {
    /// Values that were computed and put.
    pub values: u64,
    /// What that took, in nanoseconds.
    pub cost_ns: u64,
    /// Lookups that waited for another's computation instead of doing it again.
    pub joins: u64,
    /// Computations that were given up and handed to one who waited.
    pub hand_overs: u64,
    /// Computations that failed.
    pub failures: u64,
}

impl Computed {
    fn add(&mut self, other: &Self) {
        self.values += other.values;
        self.cost_ns += other.cost_ns;
        self.joins += other.joins;
        self.hand_overs += other.hand_overs;
        self.failures += other.failures;
    }
}

/// Figures of one tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TierStats {
    /// Which.
    pub tier: Tier,
    /// Sums over the kinds.
    pub total: Counts,
    /// By kind, in the order of [`Kind::ALL`].
    pub kinds: Vec<(Kind, Counts)>,
    /// How long hits took, of lookups of one key; a batch counts as its mean.
    pub latency: Latency,
}

/// Figures of the lookups and computations over all tiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overall {
    /// Sums over the kinds.
    pub total: Computed,
    /// By kind, in the order of [`Kind::ALL`].
    pub kinds: Vec<(Kind, Computed)>,
}

pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a share needs no 53 bits")]
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A number that many threads add to.
#[derive(Debug, Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    pub(super) fn subtract(&self, n: u64) {
        self.0.fetch_sub(n, Ordering::Relaxed);
    }

    pub(super) fn set(&self, n: u64) {
        self.0.store(n, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[derive(Debug, Default)]
struct Cell {
    hits: Count,
    lacks: [Count; 5],
    saved_ns: Count,
    entries: Count,
    bytes: Count,
    evictions: Count,
}

#[derive(Debug, Default)]
struct ComputedCell {
    values: Count,
    cost_ns: Count,
    joins: Count,
    hand_overs: Count,
    failures: Count,
}

/// Counters that every part of the cache writes to.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    tiers: [[Cell; Kind::COUNT]; 3],
    latencies: [Histogram; 3],
    computed: [ComputedCell; Kind::COUNT],
}

impl Recorder {
    fn cell(&self, tier: Tier, kind: Kind) -> &Cell {
        &self.tiers[tier.index()][kind.index()]
    }

    /// A hit whose value took `cost` to compute.
    pub(super) fn hit(&self, tier: Tier, kind: Kind, cost: Duration) {
        let cell = self.cell(tier, kind);
        cell.hits.add(1);
        cell.saved_ns.add(nanos(cost));
    }

    pub(super) fn lack(&self, tier: Tier, kind: Kind, lack: Lack) {
        self.cell(tier, kind).lacks[lack as usize].add(1);
    }

    /// How long a hit took.
    pub(super) fn latency(&self, tier: Tier, took: Duration) {
        self.latencies[tier.index()].add(took);
    }

    pub(super) fn evicted(&self, tier: Tier, kind: Kind) {
        self.cell(tier, kind).evictions.add(1);
    }

    pub(super) fn added(&self, tier: Tier, kind: Kind, bytes: u64) {
        let cell = self.cell(tier, kind);
        cell.entries.add(1);
        cell.bytes.add(bytes);
    }

    pub(super) fn removed(&self, tier: Tier, kind: Kind, bytes: u64) {
        let cell = self.cell(tier, kind);
        cell.entries.subtract(1);
        cell.bytes.subtract(bytes);
    }

    /// Sets what a tier holds.
    pub(super) fn held(&self, tier: Tier, kind: Kind, entries: u64, bytes: u64) {
        let cell = self.cell(tier, kind);
        cell.entries.set(entries);
        cell.bytes.set(bytes);
    }

    pub(super) fn computed(&self, kind: Kind, cost: Duration) {
        let cell = &self.computed[kind.index()];
        cell.values.add(1);
        cell.cost_ns.add(nanos(cost));
    }

    pub(super) fn joined(&self, kind: Kind) {
        self.computed[kind.index()].joins.add(1);
    }

    pub(super) fn handed_over(&self, kind: Kind) {
        self.computed[kind.index()].hand_overs.add(1);
    }

    pub(super) fn failed(&self, kind: Kind) {
        self.computed[kind.index()].failures.add(1);
    }

    pub(super) fn tier(&self, tier: Tier) -> TierStats {
        let counts = |kind| {
            let cell = self.cell(tier, kind);
            let [misses, stale, expired, corrupt, unavailable] =
                cell.lacks.each_ref().map(Count::get);
            let counts = Counts {
                hits: cell.hits.get(),
                misses,
                stale,
                expired,
                corrupt,
                unavailable,
                saved_ns: cell.saved_ns.get(),
                entries: cell.entries.get(),
                bytes: cell.bytes.get(),
                evictions: cell.evictions.get(),
            };
            (kind, counts)
        };
        let kinds: Vec<_> = Kind::ALL.into_iter().map(counts).collect();
        let mut total = Counts::default();
        for (_, counts) in &kinds {
            total.add(counts);
        }
        TierStats {
            tier,
            total,
            kinds,
            latency: self.latencies[tier.index()].latency(),
        }
    }

    pub(super) fn overall(&self) -> Overall {
        let computed = |kind: Kind| {
            let cell = &self.computed[kind.index()];
            let computed = Computed {
                values: cell.values.get(),
                cost_ns: cell.cost_ns.get(),
                joins: cell.joins.get(),
                hand_overs: cell.hand_overs.get(),
                failures: cell.failures.get(),
            };
            (kind, computed)
        };
        let kinds: Vec<_> = Kind::ALL.into_iter().map(computed).collect();
        let mut total = Computed::default();
        for (_, computed) in &kinds {
            total.add(computed);
        }
        Overall { total, kinds }
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_counts_where_it_belongs() {
        let recorder = Recorder::default();
        recorder.hit(Tier::Disk, Kind::Sentence, Duration::from_micros(3));
        let lacks = [
            (Lack::Miss, 1),
            (Lack::Stale, 2),
            (Lack::Expired, 3),
            (Lack::Corrupt, 4),
            (Lack::Unavailable, 5),
        ];
        for (lack, times) in lacks {
            for _ in 0..times {
                recorder.lack(Tier::Disk, Kind::Post, lack);
            }
        }
        recorder.added(Tier::Disk, Kind::Post, 10);
        recorder.added(Tier::Disk, Kind::Sentence, 20);
        recorder.removed(Tier::Disk, Kind::Post, 10);
        let stats = recorder.tier(Tier::Disk);
        let expected = Counts {
            hits: 1,
            misses: 1,
            stale: 2,
            expired: 3,
            corrupt: 4,
            unavailable: 5,
            saved_ns: 3000,
            entries: 1,
            bytes: 20,
            evictions: 0,
        };
        assert_eq!(stats.total, expected);
        assert_eq!(stats.total.hit_rate(), Some(1.0 / 16.0));
        assert_eq!(stats.kinds[Kind::Sentence.index()].1.hits, 1);
        assert_eq!(recorder.tier(Tier::Memory).total, Counts::default());
        assert_eq!(Counts::default().hit_rate(), None);
    }
}
