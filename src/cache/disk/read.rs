//! Reads of the file, on the caller's thread.

use std::sync::TryLockError;

use redb::{Database, ReadableDatabase, ReadableTable};
use serde::Serialize;

use super::Disk;
use super::file::{self, Fault};
use super::op::Op;
use super::tables::{ENTRIES, PLACE};
use crate::cache::envelope::{self, Opened, Unreadable};
use crate::cache::key::Key;
use crate::cache::object::Kind;

/// What the file holds under a key.
#[derive(Debug)]
pub(in crate::cache) enum Found<'a> {
    Nothing,
    Entry(Opened<'a>),
    Unreadable(Unreadable),
}

/// An entry met by a scan.
#[derive(Debug)]
pub(in crate::cache) struct Row<'a> {
    pub(in crate::cache) key: Key,
    pub(in crate::cache) opened: Opened<'a>,
    /// Bytes of the sealed entry.
    pub(in crate::cache) bytes: u64,
}

/// What a check of every entry found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Verified {
    /// Sound entries.
    pub sound: u64,
    /// Entries whose bytes are damaged or are no such value; they are removed.
    pub corrupt: u64,
    /// Bytes that were read.
    pub bytes: u64,
}

impl Disk {
    /// Shows `visit` what is held under each of `keys`, with its index.
    ///
    /// # Errors
    ///
    /// With the reason, where the file cannot be read now; keys that were not shown are unknown.
    pub(in crate::cache) fn read(
        &self,
        keys: &[Key],
        mut visit: impl FnMut(usize, Found<'_>),
    ) -> Result<(), String> {
        self.with(|database| {
            let transaction = database.begin_read().map_err(Fault::of)?;
            let entries = transaction.open_table(ENTRIES).map_err(Fault::of)?;
            for (i, key) in keys.iter().enumerate() {
                let held = entries.get(key.as_bytes()).map_err(Fault::of)?;
                let Some(held) = held else {
                    visit(i, Found::Nothing);
                    continue;
                };
                let sealed = held.value().get(PLACE..).unwrap_or_default();
                visit(
                    i,
                    match envelope::open(key, sealed) {
                        Ok(opened) => Found::Entry(opened),
                        Err(why) => Found::Unreadable(why),
                    },
                );
            }
            Ok(())
        })
    }

    /// Shows every sound entry to `visit`.
    pub(in crate::cache) fn scan(&self, mut visit: impl FnMut(Row<'_>)) -> Result<(), String> {
        self.each(|key, sealed| {
            if let Ok(opened) = envelope::open(&key, sealed) {
                let bytes = sealed.len() as u64;
                visit(Row { key, opened, bytes });
            }
        })
    }

    /// Checks every entry, with `decodes` for its value, and removes those that fail.
    pub(in crate::cache) fn verify(
        &self,
        decodes: impl Fn(Kind, &[u8]) -> bool,
    ) -> Result<Verified, String> {
        let mut verified = Verified::default();
        let mut corrupt = Vec::new();
        self.each(|key, sealed| {
            verified.bytes += sealed.len() as u64;
            let opened = envelope::open(&key, sealed);
            if opened.is_ok_and(|o| decodes(o.kind, o.payload)) {
                verified.sound += 1;
            } else {
                verified.corrupt += 1;
                let stamp = envelope::read(sealed).map(|o| o.label.stamp);
                corrupt.push((key, stamp));
            }
        })?;
        for (key, stamp) in corrupt {
            self.remove(key, stamp);
        }
        Ok(verified)
    }

    fn each(&self, mut visit: impl FnMut(Key, &[u8])) -> Result<(), String> {
        self.with(|database| {
            let transaction = database.begin_read().map_err(Fault::of)?;
            let entries = transaction.open_table(ENTRIES).map_err(Fault::of)?;
            for row in entries.iter().map_err(Fault::of)? {
                let (key, held) = row.map_err(Fault::of)?;
                if let Some(key) = Key::from_bytes(*key.value()) {
                    visit(key, held.value().get(PLACE..).unwrap_or_default());
                }
            }
            Ok(())
        })
    }

    fn with(&self, work: impl FnOnce(&Database) -> Result<(), Fault>) -> Result<(), String> {
        let slot = match self.shared.database.try_read() {
            Ok(slot) => slot,
            Err(TryLockError::Poisoned(slot)) => slot.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(self.shared.reason()),
        };
        let Some(database) = slot.as_ref() else {
            return Err(self.shared.reason());
        };
        let worked = file::guarded(|| work(database));
        worked.map_err(|fault| {
            let reason = fault.to_string();
            // A closed queue has no file to open again.
            let _ = self.queue.send(Op::Suspect(fault));
            reason
        })
    }
}
