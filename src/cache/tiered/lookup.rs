//! Lookups: memory, then disk, then remote.

use std::sync::Arc;
use std::time::Duration;

use super::TieredCache;
use super::sync::Sync;
use crate::cache::disk::Found;
use crate::cache::envelope::{self, Label, Opened, Unreadable};
use crate::cache::key::Key;
use crate::cache::object::Object;
use crate::cache::remote::RemoteError;
use crate::cache::stats::{Lack, Tier};

/// What the cache knows under a key.
///
/// Where no tier has a value, the answer is the gravest of what the tiers said: corrupt, expired,
/// unavailable, miss. The caller computes in each of these cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<V> {
    /// A value.
    Hit {
        /// The value.
        value: V,
        /// Where it was found.
        tier: Tier,
        /// Time since its computation began.
        age: Duration,
    },
    /// No tier has one, or it was invalidated.
    Miss,
    /// No tier that could be asked has one; why one could not be asked.
    Unavailable(Arc<str>),
    /// A tier had bytes that are no such value; they are removed.
    Corrupt,
    /// A tier had one that is past its lifetime; it is removed.
    Expired,
}

impl<V> Lookup<V> {
    /// The value of a hit.
    #[must_use]
    pub fn hit(self) -> Option<V> {
        match self {
            Self::Hit { value, .. } => Some(value),
            Self::Miss | Self::Unavailable(_) | Self::Corrupt | Self::Expired => None,
        }
    }

    const fn gravity(&self) -> u8 {
        match self {
            Self::Miss => 0,
            Self::Unavailable(_) => 1,
            Self::Expired => 2,
            Self::Corrupt => 3,
            Self::Hit { .. } => 4,
        }
    }
}

/// A question that goes down the tiers.
struct Asked<V> {
    key: Key,
    answer: Lookup<V>,
}

impl<V> Asked<V> {
    const fn is_open(&self) -> bool {
        !matches!(self.answer, Lookup::Hit { .. })
    }

    /// Takes a tier's answer over, where it says more than those before.
    fn take(&mut self, answer: Lookup<V>) {
        if answer.gravity() > self.answer.gravity() {
            self.answer = answer;
        }
    }
}

impl<V: Object> TieredCache<V> {
    /// What the cache knows under `key`. Blocks on the disk and the remote tier.
    #[must_use]
    pub fn get(&self, key: &Key) -> Lookup<V> {
        if let Some(hit) = self.memory_hit(key) {
            return hit;
        }
        let mut below = self.look_below(&[*key]);
        below.pop().unwrap_or(Lookup::Miss)
    }

    /// What the cache knows under each of `keys`, with one read of the disk and one round trip to
    /// the remote tier.
    #[must_use]
    pub fn get_many(&self, keys: &[Key]) -> Vec<Lookup<V>> {
        let memory: Vec<_> = keys.iter().map(|k| self.memory_hit(k)).collect();
        let missed = keys.iter().zip(&memory).filter(|(_, hit)| hit.is_none());
        let missed: Vec<Key> = missed.map(|(k, _)| *k).collect();
        let mut below = self.look_below(&missed).into_iter();
        let answers = memory.into_iter();
        let answers = answers.map(|hit| hit.or_else(|| below.next()).unwrap_or(Lookup::Miss));
        answers.collect()
    }

    /// The value of `key` where memory has it. Never blocks on a disk or a network: for the thread
    /// that draws.
    #[must_use]
    pub fn peek_memory(&self, key: &Key) -> Option<V> {
        self.memory_hit(key).and_then(Lookup::hit)
    }

    /// The same, without counting it as a lookup: for what is looked at again and again.
    #[must_use]
    pub fn glance(&self, key: &Key) -> Option<V> {
        let now = self.0.parts.wall.seconds();
        let held = self.0.memory.get(key, now).ok()?;
        Some(held.value.clone())
    }

    /// Memory's hit, counted.
    pub(super) fn memory_hit(&self, key: &Key) -> Option<Lookup<V>> {
        let inner = &*self.0;
        let start = inner.parts.clock.now();
        let found = inner.memory.get(key, inner.parts.wall.seconds());
        match found {
            Ok(held) => {
                let hit = self.hit(held.value.clone(), Tier::Memory, &held.label);
                inner
                    .recorder
                    .hit(Tier::Memory, key.kind(), held.label.cost);
                let took = inner.parts.clock.now().saturating_sub(start);
                inner.recorder.latency(Tier::Memory, took);
                Some(hit)
            }
            Err(lack) => {
                inner.recorder.lack(Tier::Memory, key.kind(), lack);
                None
            }
        }
    }

    fn hit(&self, value: V, tier: Tier, label: &Label) -> Lookup<V> {
        let age = self.0.parts.wall.micros().saturating_sub(label.stamp.0);
        let age = Duration::from_micros(age);
        Lookup::Hit { value, tier, age }
    }

    /// What disk and remote know under `keys`, counted; hits fill the tiers above.
    pub(super) fn look_below(&self, keys: &[Key]) -> Vec<Lookup<V>> {
        let ask = |key: &Key| Asked {
            key: *key,
            answer: Lookup::Miss,
        };
        let mut asked: Vec<Asked<V>> = keys.iter().map(ask).collect();
        self.look_on_disk(&mut asked);
        self.look_remotely(&mut asked);
        asked.into_iter().map(|a| a.answer).collect()
    }

    fn look_on_disk(&self, asked: &mut [Asked<V>]) {
        let inner = &*self.0;
        let Some(disk) = inner.disk.as_ref().filter(|_| !asked.is_empty()) else {
            return;
        };
        let start = inner.parts.clock.now();
        let keys: Vec<Key> = asked.iter().map(|a| a.key).collect();
        let mut seen = 0;
        let read = disk.read(&keys, |i, found| {
            seen = i + 1;
            let answer = match found {
                Found::Nothing => Err((Lack::Miss, None)),
                Found::Entry(opened) => {
                    let stamp = opened.label.stamp;
                    let value = self.take_in(&keys[i], &opened, Tier::Disk);
                    value.map_err(|lack| (lack, Some(Some(stamp))))
                }
                Found::Unreadable(Unreadable::Damaged) => Err((Lack::Corrupt, Some(None))),
                Found::Unreadable(Unreadable::OtherFormat) => Err((Lack::Miss, Some(None))),
            };
            match answer {
                Ok(hit) => asked[i].take(hit),
                Err((lack, removal)) => {
                    if let Some(stamp) = removal {
                        disk.remove(keys[i], stamp);
                    }
                    inner.recorder.lack(Tier::Disk, keys[i].kind(), lack);
                    asked[i].take(answer_of(lack));
                }
            }
        });
        if let Err(reason) = read {
            let reason: Arc<str> = reason.into();
            for asked in &mut asked[seen..] {
                let kind = asked.key.kind();
                inner.recorder.lack(Tier::Disk, kind, Lack::Unavailable);
                asked.take(Lookup::Unavailable(reason.clone()));
            }
        }
        self.time(Tier::Disk, start, asked);
    }

    fn look_remotely(&self, asked: &mut [Asked<V>]) {
        let inner = &*self.0;
        let open: Vec<usize> = (0..asked.len()).filter(|&i| asked[i].is_open()).collect();
        let Some(remote) = inner.parts.remote.as_ref().filter(|_| !open.is_empty()) else {
            return;
        };
        let start = inner.parts.clock.now();
        let keys: Vec<Key> = open.iter().map(|&i| asked[i].key).collect();
        let answers = match inner.sync.as_ref().and_then(Sync::obstacle) {
            Some(reason) => vec![Err(RemoteError::Unavailable(reason)); keys.len()],
            None => remote.get(&keys),
        };
        let mut answers = answers.into_iter();
        for (&i, key) in open.iter().zip(&keys) {
            // A tier that answers too little has no more.
            let answer = answers.next().unwrap_or(Err(RemoteError::Miss));
            let lack = match answer {
                Ok(sealed) => match envelope::open(key, &sealed) {
                    Ok(opened) => match self.take_in(key, &opened, Tier::Remote) {
                        Ok(hit) => {
                            asked[i].take(hit);
                            if let Some(disk) = &inner.disk {
                                disk.put(
                                    *key,
                                    sealed.clone(),
                                    inner.tags.resolve_names(opened.tags),
                                );
                            }
                            continue;
                        }
                        Err(lack) => lack,
                    },
                    Err(Unreadable::Damaged) => Lack::Corrupt,
                    Err(Unreadable::OtherFormat) => Lack::Miss,
                },
                Err(RemoteError::Miss) => Lack::Miss,
                Err(RemoteError::Unavailable(reason)) => {
                    asked[i].take(Lookup::Unavailable(reason.into()));
                    Lack::Unavailable
                }
            };
            inner.recorder.lack(Tier::Remote, key.kind(), lack);
            if lack != Lack::Unavailable {
                asked[i].take(answer_of(lack));
            }
        }
        let first = open.first().copied().unwrap_or(0);
        self.time(Tier::Remote, start, &asked[first..]);
    }

    /// The value of a sound entry, which memory holds from now on.
    fn take_in(&self, key: &Key, opened: &Opened<'_>, tier: Tier) -> Result<Lookup<V>, Lack> {
        let inner = &*self.0;
        let label = opened.label;
        if tier == Tier::Remote && !inner.tags.witness_remote(label.stamp.0) {
            // Nothing here could ever make it stale.
            return Err(Lack::Miss);
        }
        let marks = inner.tags.resolve_names(opened.tags);
        if !inner.tags.is_current(label.stamp, &marks) {
            return Err(Lack::Stale);
        }
        if label.is_expired(inner.parts.wall.seconds()) {
            return Err(Lack::Expired);
        }
        let value = V::decode(opened.kind, opened.payload).filter(|v| v.kind() == opened.kind);
        let value = value.ok_or(Lack::Corrupt)?;
        inner.memory.put(*key, value.clone(), label, marks);
        inner.recorder.hit(tier, key.kind(), label.cost);
        Ok(self.hit(value, tier, &label))
    }

    /// Notes how long the hits of a tier took, each its part of the time.
    fn time(&self, tier: Tier, start: Duration, asked: &[Asked<V>]) {
        let took = self.0.parts.clock.now().saturating_sub(start);
        let count = u32::try_from(asked.len()).unwrap_or(u32::MAX).max(1);
        let is_hit = |a: &&Asked<V>| matches!(a.answer, Lookup::Hit { tier: t, .. } if t == tier);
        for _ in asked.iter().filter(is_hit) {
            self.0.recorder.latency(tier, took / count);
        }
    }
}

fn answer_of<V>(lack: Lack) -> Lookup<V> {
    match lack {
        Lack::Miss | Lack::Stale => Lookup::Miss,
        Lack::Expired => Lookup::Expired,
        Lack::Corrupt => Lookup::Corrupt,
        Lack::Unavailable => Lookup::Unavailable("it could not be asked".into()),
    }
}
