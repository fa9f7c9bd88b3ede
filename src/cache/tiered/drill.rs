//! What the cache holds, entry by entry.

use std::cmp::Reverse;
use std::time::Duration;

use serde::Serialize;
use wildmatch::WildMatch;

use super::TieredCache;
use crate::cache::envelope::Label;
use crate::cache::error::CacheError;
use crate::cache::key::Key;
use crate::cache::object::{Kind, Object};
use crate::cache::stats::Tier;
use crate::cache::tags::Tag;

/// Which entries are wanted; the default is all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only of this tier.
    pub tier: Option<Tier>,
    /// Only with a tag that matches this pattern, in which `*` stands for any characters and `?`
    /// for one.
    pub tag: Option<String>,
}

/// Which entries come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The newest.
    #[default]
    Newest,
    /// The oldest.
    Oldest,
    /// The largest.
    Largest,
    /// Those that took longest to compute.
    Costliest,
}

/// An entry that may be served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryInfo {
    /// Its key in hexadecimal digits.
    pub key: String,
    /// What it is.
    pub kind: Kind,
    /// Where it is held.
    pub tier: Tier,
    /// Bytes it takes there.
    pub bytes: u64,
    /// What it took to compute.
    pub cost: Duration,
    /// Time since its computation began.
    pub age: Duration,
    /// Time left to serve it, in whole seconds; `None` for ever.
    pub left: Option<Duration>,
    /// Whether it is pinned in memory.
    pub is_pinned: bool,
    /// Its tags.
    pub tags: Vec<Tag>,
}

/// The first entries of those that were offered.
struct Best {
    entries: Vec<EntryInfo>,
    order: Order,
    limit: usize,
}

impl Best {
    fn offer(&mut self, entry: Option<EntryInfo>) {
        self.entries.extend(entry);
        // Sorting now and then costs less than keeping them sorted.
        if self.entries.len() >= 2 * self.limit + 64 {
            self.cut();
        }
    }

    fn cut(&mut self) {
        let entries = &mut self.entries;
        match self.order {
            Order::Newest => entries.sort_by_key(|e| e.age),
            Order::Oldest => entries.sort_by_key(|e| Reverse(e.age)),
            Order::Largest => entries.sort_by_key(|e| Reverse(e.bytes)),
            Order::Costliest => entries.sort_by_key(|e| Reverse(e.cost)),
        }
        entries.truncate(self.limit);
    }
}

impl<V: Object> TieredCache<V> {
    /// The first `limit` entries in memory and on disk that pass `filter`. One that both hold comes
    /// twice. Reads the whole file, unless only memory is asked for.
    ///
    /// # Errors
    ///
    /// When the disk tier is asked for by name and cannot be read. Otherwise its entries are left
    /// out then.
    pub fn entries(
        &self,
        filter: &Filter,
        order: Order,
        limit: usize,
    ) -> Result<Vec<EntryInfo>, CacheError> {
        let inner = &*self.0;
        let now = inner.parts.wall.seconds();
        let micros = inner.parts.wall.micros();
        let pattern = filter.tag.as_deref().map(WildMatch::new);
        let info = |key: Key, tier, bytes, label: &Label, tags: Vec<Tag>| {
            let kind = key.kind();
            let is_kind = filter.kind.is_none_or(|k| k == kind);
            let matches = |p: &WildMatch| tags.iter().any(|t| p.matches(t.name()));
            let is_wanted = is_kind && pattern.as_ref().is_none_or(matches);
            is_wanted.then(|| EntryInfo {
                key: key.to_string(),
                kind,
                tier,
                bytes,
                cost: label.cost,
                age: Duration::from_micros(micros.saturating_sub(label.stamp.0)),
                left: label
                    .expires
                    .map(|e| Duration::from_secs(e.saturating_sub(now))),
                is_pinned: inner.pins.is_pinned(&key),
                tags,
            })
        };
        let mut best = Best {
            entries: Vec::new(),
            order,
            limit,
        };
        let is_asked = |tier| filter.tier.is_none_or(|t| t == tier);
        if is_asked(Tier::Memory) {
            for (key, held) in inner.memory.iter(now) {
                let tags = held.marks.iter().map(|m| m.tag.clone()).collect();
                let entry = info(key, Tier::Memory, held.bytes, &held.label, tags);
                best.offer(entry);
            }
        }
        if is_asked(Tier::Disk) {
            let scanned = self.ask(|disk| {
                disk.scan(|row| {
                    let label = row.opened.label;
                    let marks = inner.tags.resolve_names(row.opened.tags);
                    if label.is_expired(now) || !inner.tags.is_current(label.stamp, &marks) {
                        return;
                    }
                    let entry = info(
                        row.key,
                        Tier::Disk,
                        row.bytes,
                        &label,
                        row.opened.tags.to_tags(),
                    );
                    best.offer(entry);
                })
            });
            if filter.tier == Some(Tier::Disk) {
                scanned?;
            }
        }
        best.cut();
        Ok(best.entries)
    }
}
