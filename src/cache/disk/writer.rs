//! The thread that writes the file.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use redb::{Database, Durability};
use rustc_hash::FxHashMap;

use super::file::{self, Fault};
use super::op::{Change, Done, Op};
use super::tables::{self, Ledger, Write};
use super::{DiskState, Shared};
use crate::cache::envelope;
use crate::cache::key::Key;
use crate::cache::object::Kind;
use crate::cache::stats::Tier;
use crate::cache::tags::{Mark, Tag};
use crate::resilience::Permit;

/// Most operations of a commit.
const BATCH: usize = 4096;
/// How often a file that cannot be used is tried again, and a large file is looked at.
const UPKEEP: Duration = Duration::from_secs(5);
/// A file is not compacted below this many bytes.
const SMALL: u64 = 4 << 20;

/// What a batch asks for.
#[derive(Debug, Default)]
struct Asked {
    changes: Vec<Change>,
    clear: bool,
    durable: Vec<Done<()>>,
    compact: Vec<Done<(u64, u64)>>,
    suspect: Option<Fault>,
    stop: bool,
}

/// How a commit was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Commit {
    Durable,
    /// Lost with the process, unless a durable one follows.
    Quick,
}

#[derive(Debug)]
pub(super) struct Writer {
    shared: Arc<Shared>,
    ops: Receiver<Op>,
    ledger: Ledger,
    /// Generations that are not durable yet.
    unsaved: FxHashMap<Tag, (Arc<Mark>, u64)>,
    /// A floor that is not durable yet.
    unsaved_floor: u64,
    /// When the last durable commit was, and how much was written since.
    durable_at: Instant,
    written: u64,
    upkept_at: Instant,
    /// When the tags of the file became known, on the logical clock.
    opened: u64,
    /// Whether another process held the file when it was last tried.
    is_in_use: bool,
    /// Bytes of entries beyond which the oldest make room.
    live_limit: u64,
    /// Bytes of the file that a compaction could not make smaller.
    compact_size: u64,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, ops: Receiver<Op>) -> Self {
        let now = Instant::now();
        let live_limit = shared.settings.live_limit();
        Self {
            shared,
            ops,
            ledger: Ledger::default(),
            unsaved: FxHashMap::default(),
            unsaved_floor: 0,
            durable_at: now,
            written: 0,
            upkept_at: now,
            opened: 0,
            is_in_use: false,
            live_limit,
            compact_size: 0,
        }
    }

    /// Opens the file where the breaker lets it; begins anew where it is damaged.
    pub(super) fn open(&mut self) {
        let Ok(permit) = self.shared.breaker.acquire() else {
            return;
        };
        let mut state = DiskState::Ready;
        let mut opened = self.try_open();
        if let Err(Fault::Damaged(reason)) = opened {
            let path = &self.shared.settings.path;
            opened = match file::set_aside(path) {
                Ok(aside) => {
                    tracing::warn!(?path, ?aside, reason, "the cache begins anew");
                    state = DiskState::Recovered { aside, reason };
                    // The invalidations in it are lost, so what is older counts as stale.
                    self.unsaved_floor = self.shared.tags.invalidate_all();
                    self.try_open()
                }
                Err(e) => {
                    let path = path.display();
                    let reason = format!("{reason}, and {path} cannot be renamed: {e}; remove it");
                    Err(Fault::Io(reason))
                }
            };
        }
        self.is_in_use = matches!(opened, Err(Fault::Held));
        match opened {
            Ok((database, ledger)) => {
                // A file that opens may still refuse writes, so only a commit counts as success.
                permit.ignore();
                self.ledger = ledger;
                self.report();
                // What a pattern missed while the tags of the file were not known.
                self.shared.tags.raise_floor(self.unsaved_floor);
                self.opened = self.shared.tags.next();
                self.set_database(Some(database));
                self.shared.set_state(state);
            }
            Err(fault) => {
                // That another process holds the file says nothing about the disk.
                if self.is_in_use {
                    permit.ignore();
                } else {
                    permit.fail(fault.to_string());
                }
                self.shared
                    .set_state(DiskState::Unavailable(fault.to_string()));
            }
        }
    }

    fn try_open(&self) -> Result<(Database, Ledger), Fault> {
        let settings = &self.shared.settings;
        let point = &self.shared.point;
        let database = file::open(&settings.path, settings.page_bytes, point)?;
        let ledger = file::guarded(|| tables::ledger(&database, &self.shared.tags))?;
        Ok((database, ledger))
    }

    fn set_database(&self, database: Option<Database>) {
        let slot = self.shared.database.write();
        *slot.unwrap_or_else(PoisonError::into_inner) = database;
    }

    fn is_open(&self) -> bool {
        let slot = self.shared.database.read();
        slot.unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Closes the file because of `fault`, to open it again: redb gives up after any error.
    fn shut(&self, fault: &Fault, permit: Option<Permit>) {
        tracing::warn!(%fault, "the cache on disk failed");
        if let Some(permit) = permit {
            permit.fail(fault.to_string());
        }
        let closed: Result<(), Fault> = file::guarded(|| {
            self.set_database(None);
            Ok(())
        });
        if closed.is_err() {
            tracing::warn!("the cache on disk was closed with a panic");
        }
        self.shared
            .set_state(DiskState::Unavailable(fault.to_string()));
    }

    /// Works until it is told to stop or nobody is left to tell it.
    pub(super) fn run(mut self) {
        loop {
            let asked = match self.ops.recv_timeout(self.pause()) {
                Ok(op) => self.batch(op),
                Err(RecvTimeoutError::Timeout) => {
                    self.upkeep();
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => Asked {
                    stop: true,
                    ..Asked::default()
                },
            };
            if asked.stop {
                self.stop();
                return;
            }
            if self.upkept_at.elapsed() >= UPKEEP {
                self.upkeep();
            }
        }
    }

    /// How long nothing is to be done.
    fn pause(&self) -> Duration {
        let upkeep = UPKEEP.saturating_sub(self.upkept_at.elapsed());
        if self.written == 0 {
            return upkeep;
        }
        let durable = self.shared.settings.durable_every;
        upkeep.min(durable.saturating_sub(self.durable_at.elapsed()))
    }

    /// Does `op` and what waits behind it.
    fn batch(&mut self, op: Op) -> Asked {
        let mut asked = Asked::default();
        let mut next = Some(op);
        let (mut count, mut bytes) = (0, 0);
        let limit = self.shared.settings.batch_limit();
        while let Some(op) = next {
            if let Op::Change(change) = &op {
                bytes += change.bytes().unwrap_or(0);
            }
            self.sort(op, &mut asked);
            count += 1;
            let is_full = count >= BATCH || bytes >= limit || asked.stop;
            next = if is_full {
                None
            } else {
                self.ops.try_recv().ok()
            };
        }
        let is_asked = !asked.durable.is_empty() || !asked.compact.is_empty() || asked.stop;
        if let Some(fault) = asked.suspect.take().filter(|_| self.is_open()) {
            self.shut(&fault, self.shared.breaker.acquire().ok());
        }
        // What another process holds is tried at the upkeep, unless somebody waits for it.
        if !self.is_open() && (is_asked || !self.is_in_use) {
            self.open();
        }
        let changes = std::mem::take(&mut asked.changes);
        let result = self.commit(&changes, asked.clear, is_asked);
        let result = result.and_then(|()| self.shrink());
        for done in asked.durable.drain(..) {
            // Who asked need not wait for the answer.
            let _ = done.send(result.clone());
        }
        for done in asked.compact.drain(..) {
            let compacted = self.compact();
            // As above.
            let _ = done.send(compacted);
        }
        asked
    }

    fn sort(&mut self, op: Op, asked: &mut Asked) {
        match op {
            Op::Change(change) => asked.changes.push(change),
            Op::Invalidate { marks, generation } => {
                for mark in marks.iter() {
                    let unsaved = self.unsaved.entry(mark.tag.clone());
                    let unsaved = unsaved.or_insert_with(|| (mark.clone(), 0));
                    unsaved.1 = unsaved.1.max(generation);
                }
            }
            Op::Pattern { seen, generation } => {
                if !self.is_open() {
                    self.unsaved_floor = self.unsaved_floor.max(generation);
                } else if seen.0 < self.opened {
                    self.shared.tags.raise_floor(generation);
                }
            }
            Op::Clear { floor, done } => {
                self.unsaved_floor = self.unsaved_floor.max(floor);
                asked.clear = true;
                asked.durable.push(done);
            }
            Op::Flush { done } => asked.durable.push(done),
            Op::Compact { done } => asked.compact.push(done),
            Op::Suspect(fault) => asked.suspect = Some(fault),
            Op::Stop => asked.stop = true,
        }
    }

    /// Writes changes, after a clearing where one is asked, and whatever is not saved yet.
    fn commit(&mut self, changes: &[Change], clear: bool, is_asked: bool) -> Result<(), Fault> {
        let bytes: u64 = changes.iter().filter_map(Change::bytes).sum();
        let permit = self.shared.breaker.acquire().ok();
        let result = self.try_commit(changes, clear, is_asked);
        self.shared.queued_bytes.subtract(bytes);
        match &result {
            Ok(Commit::Durable) => {
                self.unsaved.clear();
                self.durable_at = Instant::now();
                self.written = 0;
                self.shared.durable_commits.add(1);
                permit.into_iter().for_each(Permit::succeed);
            }
            Ok(Commit::Quick) => {
                self.written += bytes.max(1);
                permit.into_iter().for_each(Permit::ignore);
            }
            Err(fault) => {
                let lost = changes.iter().filter_map(Change::bytes);
                self.shared.dropped.add(lost.count() as u64);
                if self.is_open() {
                    self.shut(fault, permit);
                } else {
                    permit.into_iter().for_each(Permit::ignore);
                }
            }
        }
        self.report();
        result.map(|_| ())
    }

    fn try_commit(
        &mut self,
        changes: &[Change],
        clear: bool,
        is_asked: bool,
    ) -> Result<Commit, Fault> {
        let shared = self.shared.clone();
        let slot = shared.database.read();
        let slot = slot.unwrap_or_else(PoisonError::into_inner);
        let Some(database) = slot.as_ref() else {
            return Err(Fault::Io(shared.reason()));
        };
        let settings = &shared.settings;
        let bytes: u64 = changes.iter().filter_map(Change::bytes).sum();
        let is_due = self.durable_at.elapsed() >= settings.durable_every
            // Changed pages are not used again before they are durable.
            || self.written + bytes > settings.batch_limit();
        let floor = self.unsaved_floor.max(shared.tags.floor());
        // Generations are durable when somebody waits for them, or with the next durable commit: to
        // sync the file at each pause of a writer would cost more than a kill in between.
        let is_durable = is_asked || is_due || floor > self.ledger.floor;
        let (ledger, unsaved) = (&mut self.ledger, &self.unsaved);
        let live_limit = self.live_limit;
        let evicted = file::guarded(|| {
            let mut transaction = database.begin_write().map_err(Fault::of)?;
            if !is_durable {
                let none = transaction.set_durability(Durability::None);
                none.map_err(Fault::of)?;
            }
            let mut write = Write::begin(&transaction, ledger)?;
            if clear {
                write.clear()?;
            }
            write.floor(floor);
            for (mark, generation) in unsaved.values() {
                write.generation(mark, *generation);
            }
            for change in changes {
                match change {
                    Change::Put { key, sealed, marks } => write.put(key, sealed, marks)?,
                    Change::Remove { key, stamp } => {
                        write.remove(key, *stamp)?;
                    }
                }
            }
            let evicted = write.evict(live_limit)?;
            write.end(shared.tags.clock())?;
            transaction.commit().map_err(Fault::of)?;
            Ok(evicted)
        })?;
        shared.commits.add(1);
        for kind in evicted {
            shared.recorder.evicted(Tier::Disk, kind);
        }
        Ok(if is_durable {
            Commit::Durable
        } else {
            Commit::Quick
        })
    }

    /// Makes a file smaller that outgrew its capacity, and lets it hold less from now on: how much
    /// room entries take beside their bytes depends on their sizes.
    fn shrink(&mut self) -> Result<(), Fault> {
        let capacity = self.shared.settings.file_limit();
        while self.shared.file_bytes.get() > capacity && self.ledger.live_bytes() > 0 {
            self.live_limit = self.live_limit.min(self.ledger.live_bytes()) * 3 / 4;
            self.commit(&[], false, true)?;
            self.compact()?;
        }
        Ok(())
    }

    /// Publishes what the file holds.
    fn report(&self) {
        let shared = &self.shared;
        for kind in Kind::ALL {
            let (entries, bytes) = self.ledger.holdings[kind.index()];
            shared.recorder.held(Tier::Disk, kind, entries, bytes);
        }
        shared.live_bytes.set(self.ledger.live_bytes());
        shared.file_bytes.set(file::len(&shared.settings.path));
    }

    /// What is to be done now and then.
    fn upkeep(&mut self) {
        if !self.is_open() {
            self.open();
        }
        let is_due = self.written > 0 || !self.unsaved.is_empty();
        if self.is_open() && is_due {
            // A failure was logged and has closed the file, which is opened again later.
            let _ = self.commit(&[], false, true);
        }
        if self.upkept_at.elapsed() >= UPKEEP {
            self.upkept_at = Instant::now();
            let size = self.shared.file_bytes.get();
            let pays = size > SMALL && size > 3 * self.ledger.live_bytes();
            let is_new = size != self.compact_size;
            if self.is_open() && self.ops.is_empty() && pays && is_new {
                self.compact_size = self.compact().map_or(size, |(_, after)| after);
            }
        }
    }

    /// Removes what is stale or expired and compacts the file.
    fn compact(&mut self) -> Result<(u64, u64), Fault> {
        let before = file::len(&self.shared.settings.path);
        let result = self.sweep().and_then(|()| {
            let slot = self.shared.database.write();
            let mut slot = slot.unwrap_or_else(PoisonError::into_inner);
            let Some(database) = slot.as_mut() else {
                return Err(Fault::Io(self.shared.reason()));
            };
            file::guarded(|| {
                // Each round moves what it can; the last one finds nothing to move.
                while database.compact().map_err(Fault::of)? {}
                Ok(())
            })
        });
        if let Err(fault) = &result
            && self.is_open()
        {
            self.shut(fault, self.shared.breaker.acquire().ok());
        }
        self.report();
        result?;
        let after = self.shared.file_bytes.get();
        if after < before {
            self.shared.compactions.add(1);
        }
        Ok((before, after))
    }

    /// Removes what may not be served any more.
    fn sweep(&mut self) -> Result<(), Fault> {
        let shared = self.shared.clone();
        let slot = shared.database.read();
        let slot = slot.unwrap_or_else(PoisonError::into_inner);
        let Some(database) = slot.as_ref() else {
            return Err(Fault::Io(shared.reason()));
        };
        let now = shared.wall.seconds();
        let goes = |_: &Key, sealed: &[u8]| {
            let Some(opened) = envelope::read(sealed) else {
                return true;
            };
            let marks = shared.tags.resolve_names(opened.tags);
            opened.label.is_expired(now) || !shared.tags.is_current(opened.label.stamp, &marks)
        };
        let ledger = &mut self.ledger;
        file::guarded(|| {
            let transaction = database.begin_write().map_err(Fault::of)?;
            let mut write = Write::begin(&transaction, ledger)?;
            write.sweep(goes)?;
            write.end(shared.tags.clock())?;
            transaction.commit().map_err(Fault::of)
        })?;
        shared.commits.add(1);
        shared.durable_commits.add(1);
        Ok(())
    }

    /// Closes the file; what was asked before is durable.
    fn stop(&mut self) {
        if self.is_open() && self.written > 0 {
            // As at the upkeep.
            let _ = self.commit(&[], false, true);
        }
        let closed: Result<(), Fault> = file::guarded(|| {
            self.set_database(None);
            Ok(())
        });
        if let Err(fault) = closed {
            tracing::warn!(%fault, "the cache on disk was not closed well");
        }
        self.shared.set_state(DiskState::Closed);
    }
}
