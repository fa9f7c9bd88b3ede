//! The tables of the file and what one transaction does to them.

use std::sync::Arc;

use redb::{Database, ReadableDatabase, ReadableTable, Table, TableDefinition, WriteTransaction};
use rustc_hash::FxHashMap;

use super::file::Fault;
use crate::cache::envelope;
use crate::cache::key::Key;
use crate::cache::object::Kind;
use crate::cache::tags::{Mark, Marks, Stamp, Tag, Tags};

/// The layout that is read and written.
const SCHEMA: u64 = 1;

/// Sealed entries by key, each behind its place in [`ORDER`].
pub(super) const ENTRIES: TableDefinition<'static, &[u8; 32], &[u8]> =
    TableDefinition::new("entries");
/// Keys in the order in which they were written.
const ORDER: TableDefinition<'static, u64, &[u8; 32]> = TableDefinition::new("order");
/// Generation and number of entries by tag.
const TAGS: TableDefinition<'static, &str, (u64, u64)> = TableDefinition::new("tags");
/// Single numbers.
const META: TableDefinition<'static, &str, u64> = TableDefinition::new("meta");

/// Bytes of the place before a sealed entry.
pub(super) const PLACE: usize = 8;
/// Bytes of an entry beside the sealed ones: its key twice and its place twice.
const OVERHEAD: u64 = 2 * 32 + 2 * 8;

/// A tag in the file.
#[derive(Debug)]
struct TagRow {
    generation: u64,
    /// Entries in the file that carry it.
    entries: u64,
    /// Keeps the tag known, so that patterns match it.
    mark: Arc<Mark>,
}

impl TagRow {
    const fn new(mark: Arc<Mark>) -> Self {
        Self {
            generation: 0,
            entries: 0,
            mark,
        }
    }
}

/// What the file holds, by kind: entries and their bytes.
pub(super) type Holdings = [(u64, u64); Kind::COUNT];

/// The numbers of a file, which the writer keeps in memory.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) holdings: Holdings,
    /// The last event of the logical clock that the file knows of.
    pub(super) clock: u64,
    /// Entries that are older are stale.
    pub(super) floor: u64,
    /// The next place in [`ORDER`].
    next_place: u64,
    tags: FxHashMap<Tag, TagRow>,
}

impl Ledger {
    /// Bytes of all entries.
    pub(super) fn live_bytes(&self) -> u64 {
        self.holdings.iter().map(|h| h.1).sum()
    }
}

/// Creates the tables of a new file, or checks that this version wrote the file.
pub(super) fn prepare(database: &Database) -> Result<(), Fault> {
    let transaction = database.begin_write().map_err(Fault::of)?;
    {
        let mut meta = transaction.open_table(META).map_err(Fault::of)?;
        let schema = meta.get("schema").map_err(Fault::of)?.map(|v| v.value());
        match schema {
            Some(SCHEMA) => {}
            Some(other) => {
                let reason = format!("it has layout {other}; this version reads {SCHEMA}");
                return Err(Fault::Damaged(reason));
            }
            None => {
                meta.insert("schema", SCHEMA).map_err(Fault::of)?;
            }
        }
        transaction.open_table(ENTRIES).map_err(Fault::of)?;
        transaction.open_table(ORDER).map_err(Fault::of)?;
        transaction.open_table(TAGS).map_err(Fault::of)?;
    }
    transaction.commit().map_err(Fault::of)
}

/// Reads the numbers of a file, and lets `known` know its tags and generations.
pub(super) fn ledger(database: &Database, known: &Tags) -> Result<Ledger, Fault> {
    let transaction = database.begin_read().map_err(Fault::of)?;
    let meta = transaction.open_table(META).map_err(Fault::of)?;
    let number = |name: &str| -> Result<u64, Fault> {
        let value = meta.get(name).map_err(Fault::of)?;
        Ok(value.map_or(0, |v| v.value()))
    };
    let mut ledger = Ledger {
        clock: number("clock")?,
        floor: number("floor")?,
        next_place: number("next place")?,
        ..Ledger::default()
    };
    for kind in Kind::ALL {
        let (entries, bytes) = holding_names(kind);
        ledger.holdings[kind.index()] = (number(&entries)?, number(&bytes)?);
    }
    known.witness(ledger.clock);
    known.raise_floor(ledger.floor);
    let tags = transaction.open_table(TAGS).map_err(Fault::of)?;
    for row in tags.iter().map_err(Fault::of)? {
        let (name, row) = row.map_err(Fault::of)?;
        let (generation, entries) = row.value();
        let tag = Tag::new(name.value());
        let row = TagRow {
            generation,
            entries,
            mark: known.raise(&tag, generation),
        };
        ledger.tags.insert(tag, row);
    }
    Ok(ledger)
}

fn holding_names(kind: Kind) -> (String, String) {
    (format!("entries of {kind}"), format!("bytes of {kind}"))
}

/// The open tables of a write, and the ledger as it will be.
pub(super) struct Write<'t> {
    entries: Table<'t, &'static [u8; 32], &'static [u8]>,
    order: Table<'t, u64, &'static [u8; 32]>,
    tags: Table<'t, &'static str, (u64, u64)>,
    meta: Table<'t, &'static str, u64>,
    ledger: &'t mut Ledger,
    /// Tags whose rows changed.
    changed: Vec<Tag>,
}

impl<'t> Write<'t> {
    pub(super) fn begin(
        transaction: &'t WriteTransaction,
        ledger: &'t mut Ledger,
    ) -> Result<Self, Fault> {
        Ok(Self {
            entries: transaction.open_table(ENTRIES).map_err(Fault::of)?,
            order: transaction.open_table(ORDER).map_err(Fault::of)?,
            tags: transaction.open_table(TAGS).map_err(Fault::of)?,
            meta: transaction.open_table(META).map_err(Fault::of)?,
            ledger,
            changed: Vec::new(),
        })
    }

    /// Stores a sealed entry in the place of the one before.
    pub(super) fn put(&mut self, key: &Key, sealed: &[u8], marks: &Marks) -> Result<(), Fault> {
        self.remove(key, None)?;
        let place = self.ledger.next_place;
        self.ledger.next_place += 1;
        let mut bytes = Vec::with_capacity(PLACE + sealed.len());
        bytes.extend(place.to_le_bytes());
        bytes.extend(sealed);
        let key_bytes = key.as_bytes();
        self.entries
            .insert(key_bytes, bytes.as_slice())
            .map_err(Fault::of)?;
        self.order.insert(place, key_bytes).map_err(Fault::of)?;
        let holding = &mut self.ledger.holdings[key.kind().index()];
        holding.0 += 1;
        holding.1 += sealed.len() as u64 + OVERHEAD;
        for mark in marks.iter() {
            self.row(mark).entries += 1;
        }
        Ok(())
    }

    /// The row of a tag, which will be written.
    fn row(&mut self, mark: &Arc<Mark>) -> &mut TagRow {
        self.changed.push(mark.tag.clone());
        let row = self.ledger.tags.entry(mark.tag.clone());
        row.or_insert_with(|| TagRow::new(mark.clone()))
    }

    /// Removes the entry of `key`, where its stamp is `stamp` if one is given.
    pub(super) fn remove(&mut self, key: &Key, stamp: Option<Stamp>) -> Result<bool, Fault> {
        let key_bytes = key.as_bytes();
        if let Some(stamp) = stamp {
            let held = self.entries.get(key_bytes).map_err(Fault::of)?;
            let sealed = held.as_ref().and_then(|h| h.value().get(PLACE..));
            let is_it = sealed
                .and_then(envelope::read)
                // What cannot be read goes.
                .is_none_or(|opened| opened.label.stamp == stamp);
            if !is_it {
                return Ok(false);
            }
        }
        let removed = self.entries.remove(key_bytes).map_err(Fault::of)?;
        let Some(removed) = removed else {
            return Ok(false);
        };
        let bytes = removed.value();
        let holding = &mut self.ledger.holdings[key.kind().index()];
        holding.0 = holding.0.saturating_sub(1);
        let sealed_len = bytes.len().saturating_sub(PLACE) as u64;
        holding.1 = holding.1.saturating_sub(sealed_len + OVERHEAD);
        if let Some((place, sealed)) = bytes.split_first_chunk::<PLACE>() {
            self.order
                .remove(u64::from_le_bytes(*place))
                .map_err(Fault::of)?;
            let opened = envelope::read(sealed);
            for name in opened.iter().flat_map(|o| o.tags.iter()) {
                if let Some(row) = self.ledger.tags.get_mut(name) {
                    row.entries = row.entries.saturating_sub(1);
                    self.changed.push(row.mark.tag.clone());
                }
            }
        }
        Ok(true)
    }

    /// Removes the oldest entries until at most `limit` bytes are left; answers with their kinds.
    pub(super) fn evict(&mut self, limit: u64) -> Result<Vec<Kind>, Fault> {
        let mut evicted = Vec::new();
        while self.ledger.live_bytes() > limit {
            let oldest = self.order.pop_first().map_err(Fault::of)?;
            let Some(key_bytes) = oldest.map(|(_, key)| *key.value()) else {
                return Ok(evicted);
            };
            let Some(key) = Key::from_bytes(key_bytes) else {
                return Err(Fault::Damaged("it has a key of no kind".into()));
            };
            if self.remove(&key, None)? {
                evicted.push(key.kind());
            }
        }
        Ok(evicted)
    }

    /// Removes every entry for which `goes` answers true; answers with how many.
    pub(super) fn sweep(
        &mut self,
        mut goes: impl FnMut(&Key, &[u8]) -> bool,
    ) -> Result<usize, Fault> {
        let mut going = Vec::new();
        for row in self.entries.iter().map_err(Fault::of)? {
            let (key, bytes) = row.map_err(Fault::of)?;
            let Some(key) = Key::from_bytes(*key.value()) else {
                return Err(Fault::Damaged("it has a key of no kind".into()));
            };
            let sealed = bytes.value().get(PLACE..).unwrap_or_default();
            if goes(&key, sealed) {
                going.push(key);
            }
        }
        for key in &going {
            self.remove(key, None)?;
        }
        Ok(going.len())
    }

    /// Notes the generation of a tag.
    pub(super) fn generation(&mut self, mark: &Arc<Mark>, generation: u64) {
        let row = self.row(mark);
        row.generation = row.generation.max(generation);
    }

    /// Notes that entries older than `floor` are stale, for which tags need no rows any more.
    pub(super) fn floor(&mut self, floor: u64) {
        if floor > self.ledger.floor {
            self.ledger.floor = floor;
            let covered = self.ledger.tags.iter();
            let covered = covered.filter(|(_, r)| r.generation <= floor);
            self.changed.extend(covered.map(|(t, _)| t.clone()));
        }
    }

    /// Removes every entry.
    pub(super) fn clear(&mut self) -> Result<(), Fault> {
        self.entries.retain(|_, _| false).map_err(Fault::of)?;
        self.order.retain(|_, _| false).map_err(Fault::of)?;
        self.ledger.holdings = Holdings::default();
        for (tag, row) in &mut self.ledger.tags {
            row.entries = 0;
            self.changed.push(tag.clone());
        }
        Ok(())
    }

    /// Writes the ledger, as of `clock`.
    pub(super) fn end(mut self, clock: u64) -> Result<(), Fault> {
        self.changed.sort_unstable();
        self.changed.dedup();
        for tag in &self.changed {
            let row = self.ledger.tags.get(tag);
            let row = row.filter(|r| r.entries > 0 || r.generation > self.ledger.floor);
            if let Some(row) = row {
                let value = (row.generation, row.entries);
                self.tags.insert(row.mark.tag.name(), value)
            } else {
                self.ledger.tags.remove(tag);
                self.tags.remove(tag.name())
            }
            .map_err(Fault::of)?;
        }
        self.ledger.clock = self.ledger.clock.max(clock);
        let mut set = |name: &str, value| -> Result<(), Fault> {
            self.meta.insert(name, value).map_err(Fault::of)?;
            Ok(())
        };
        set("clock", self.ledger.clock)?;
        set("floor", self.ledger.floor)?;
        set("next place", self.ledger.next_place)?;
        for kind in Kind::ALL {
            let (entries, bytes) = holding_names(kind);
            let holding = self.ledger.holdings[kind.index()];
            set(&entries, holding.0)?;
            set(&bytes, holding.1)?;
        }
        Ok(())
    }
}
