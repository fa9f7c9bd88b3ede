//! A file whose changes are held in memory until they are released.
//!
//! redb marks a file as open, repairs it and records its free pages before anything is asked of
//! it. Here none of that reaches the file unless a transaction comes as far as its commit: what
//! fails on a damaged file leaves its bytes as they are, and who only reads never writes.

use std::fs::{File, Metadata};
use std::io;
use std::ops::Bound;
use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::backends::FileBackend;
use redb::{BackendError, DatabaseError, StorageBackend};

/// Tells whether a file was written since, though not by a failing disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    file: (u64, u64),
    len: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            file: (metadata.dev(), metadata.ino()),
            len: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// The file as it was when it was last known to be sound; clones are the same one.
#[derive(Debug, Clone, Default)]
pub(super) struct Sound(Arc<Mutex<Option<Stamp>>>);

impl Sound {
    /// Whether nobody has written the file since.
    pub(super) fn is(&self, stamp: Stamp) -> bool {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) == Some(stamp)
    }

    pub(super) fn set(&self, stamp: Option<Stamp>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = stamp;
    }
}

/// A change of the file.
#[derive(Debug)]
enum Op {
    Write { offset: u64, data: Vec<u8> },
    SetLen(u64),
    Sync,
}

/// Where changes go.
#[derive(Debug)]
enum Stage {
    /// Into memory, in their order.
    Held(Vec<Op>),
    /// To the file.
    Released,
    /// Nowhere: a release failed, and what would follow has lost what it builds on.
    Failed,
}

#[derive(Debug)]
struct Inner {
    file: FileBackend,
    /// The same file, to ask for its stamp.
    handle: File,
    stage: Mutex<Stage>,
    sound: Sound,
}

/// The file; clones are the same one.
#[derive(Debug, Clone)]
pub(super) struct Staged(Arc<Inner>);

impl Staged {
    /// Holds the changes of `file`. Once they are released and the file is closed, its stamp is
    /// the one in `sound`.
    pub(super) fn new(file: File, sound: Sound) -> Result<Self, DatabaseError> {
        Ok(Self(Arc::new(Inner {
            handle: file.try_clone()?,
            file: FileBackend::new(file)?,
            stage: Mutex::new(Stage::Held(Vec::new())),
            sound,
        })))
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        // Each change of the stage is one assignment or push.
        let stage = self.0.stage.lock();
        stage.unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the changes that were held, in their order and with their syncs, and holds no more.
    pub(super) fn release(&self) -> io::Result<()> {
        let mut stage = self.stage();
        let Stage::Held(ops) = std::mem::replace(&mut *stage, Stage::Failed) else {
            return Err(failed());
        };
        for op in &ops {
            match op {
                Op::Write { offset, data } => self.0.file.write(*offset, data)?,
                Op::SetLen(len) => self.0.file.set_len(*len)?,
                Op::Sync => self.0.file.sync_data()?,
            }
        }
        *stage = Stage::Released;
        Ok(())
    }

    /// Holds what `op` answers, or makes the change by `pass`.
    fn change(
        &self,
        op: impl FnOnce() -> Op,
        pass: impl FnOnce(&FileBackend) -> io::Result<()>,
    ) -> io::Result<()> {
        match &mut *self.stage() {
            Stage::Held(ops) => {
                ops.push(op());
                Ok(())
            }
            Stage::Released => pass(&self.0.file),
            Stage::Failed => Err(failed()),
        }
    }
}

fn failed() -> io::Error {
    io::Error::other("an earlier write failed")
}

/// Length of a file of `len` bytes after `ops`.
fn len_after(ops: &[Op], len: u64) -> u64 {
    let mut lens = ops.iter().filter_map(|op| match op {
        Op::SetLen(len) => Some(*len),
        Op::Write { .. } | Op::Sync => None,
    });
    lens.next_back().unwrap_or(len)
}

/// Puts what `op` does to the bytes from `offset` on into `out`.
fn overlay(op: &Op, offset: u64, out: &mut [u8]) {
    // An index into `out` of a place in the file; places before it count as its start.
    let index = |place: u64, out: &[u8]| {
        usize::try_from(place.saturating_sub(offset)).map_or(out.len(), |i| i.min(out.len()))
    };
    match op {
        Op::Write { offset: at, data } => {
            let start = index(*at, out);
            let end = index(at.saturating_add(data.len() as u64), out);
            if start < end {
                // Both lie within the write, so within `data`.
                let skipped = usize::try_from((offset + start as u64) - at).unwrap_or(usize::MAX);
                out[start..end].copy_from_slice(&data[skipped..skipped + (end - start)]);
            }
        }
        Op::SetLen(len) => {
            let start = index(*len, out);
            out[start..].fill(0);
        }
        Op::Sync => {}
    }
}

impl StorageBackend for Staged {
    fn len(&self) -> io::Result<u64> {
        let len = self.0.file.len()?;
        Ok(match &*self.stage() {
            Stage::Held(ops) => len_after(ops, len),
            Stage::Released | Stage::Failed => len,
        })
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let stage = self.stage();
        let Stage::Held(ops) = &*stage else {
            drop(stage);
            return self.0.file.read(offset, out);
        };
        let len = self.0.file.len()?;
        if offset.saturating_add(out.len() as u64) > len_after(ops, len) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let kept = usize::try_from(len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let (kept, beyond) = out.split_at_mut(kept.min(out.len()));
        if !kept.is_empty() {
            self.0.file.read(offset, kept)?;
        }
        beyond.fill(0);
        for op in ops {
            overlay(op, offset, out);
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.change(|| Op::SetLen(len), |file| file.set_len(len))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.change(|| Op::Sync, FileBackend::sync_data)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let held = || Op::Write {
            offset,
            data: data.to_vec(),
        };
        self.change(held, |file| file.write(offset, data))
    }

    fn close(&self) -> io::Result<()> {
        // The lock is held until the file is closed, so these are the bytes that redb wrote.
        match &*self.stage() {
            Stage::Held(_) => {}
            Stage::Released => {
                let metadata = self.0.handle.metadata();
                self.0.sound.set(metadata.ok().map(|m| Stamp::of(&m)));
            }
            Stage::Failed => self.0.sound.set(None),
        }
        self.0.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        self.0.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.file.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.file.query_lock_range(start, end)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;

    fn ops() -> impl Strategy<Value = Vec<(u8, u64, Vec<u8>)>> {
        let data = prop::collection::vec(any::<u8>(), 1..20);
        prop::collection::vec((0..4u8, 0..60u64, data), 0..12)
    }

    proptest! {
        #[test]
        fn reads_see_held_changes_which_the_file_has_only_once_released(ops in ops()) {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            let before: Vec<u8> = (1..=40).collect();
            io::Write::write_all(&mut file, &before).unwrap();
            let staged = Staged::new(file.reopen().unwrap(), Sound::default()).unwrap();
            let mut wanted = before.clone();
            for (kind, place, data) in &ops {
                let start = usize::try_from(*place).unwrap();
                match kind {
                    0 => {
                        staged.set_len(*place).unwrap();
                        wanted.resize(start, 0);
                    }
                    1 => staged.sync_data().unwrap(),
                    _ if start + data.len() <= wanted.len() => {
                        staged.write(*place, data).unwrap();
                        wanted[start..start + data.len()].copy_from_slice(data);
                    }
                    _ => {}
                }
            }
            prop_assert_eq!(staged.len().unwrap(), wanted.len() as u64);
            for start in 0..wanted.len() {
                for end in start..=wanted.len() {
                    let mut out = vec![7; end - start];
                    staged.read(start as u64, &mut out).unwrap();
                    prop_assert_eq!(&out, &wanted[start..end]);
                }
            }
            prop_assert!(staged.read(0, &mut vec![0; wanted.len() + 1]).is_err());
            prop_assert_eq!(fs::read(file.path()).unwrap(), before);
            staged.release().unwrap();
            prop_assert_eq!(fs::read(file.path()).unwrap(), wanted);
            prop_assert!(staged.release().is_err());
        }
    }
}
