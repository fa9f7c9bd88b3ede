//! A draft's files and the lock that makes them ours.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::super::folder::make_folder;
use super::{DraftId, Drafts};

/// A listing holds a lock for an instant, and a child being spawned for a few milliseconds.
const TRIES: usize = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(5);

/// The right to a draft's files; ends when dropped, and the lock file goes with it.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) drafts: Drafts,
    pub(super) id: DraftId,
    lock: File,
}

/// What came of asking for a draft.
#[derive(Debug)]
pub(super) enum Claimed {
    Ours(Claim),
    /// The owner's process.
    Theirs(Option<u32>),
}

impl Claim {
    /// Asks for the draft `id`, whose folder is there.
    pub(super) fn take(drafts: &Drafts, id: &DraftId) -> io::Result<Claimed> {
        Ok(match lock(&drafts.lock(id))? {
            Ok(lock) => Claimed::Ours(Self {
                drafts: drafts.clone(),
                id: id.clone(),
                lock,
            }),
            Err(pid) => Claimed::Theirs(pid),
        })
    }

    /// Makes folder and lock again where somebody removed them.
    fn renew(&mut self) -> io::Result<()> {
        make_folder(self.drafts.folder())?;
        let path = self.drafts.lock(&self.id);
        if !is_at(&self.lock, &path)? {
            self.lock = lock(&path)?.map_err(|_| {
                io::Error::other("its lock was removed, and another Postwright has it now")
            })?;
        }
        Ok(())
    }

    /// Puts `bytes` in place of the journal; whatever fails, the old one stands. Returns the
    /// journal with its cursor at the end.
    pub(super) fn replace(&mut self, bytes: &[u8]) -> io::Result<File> {
        self.renew()?;
        // Its name is known, so that what a kill left is written over and not piled up.
        let temporary = self.drafts.temporary(&self.id);
        let written = self.write_over(&temporary, bytes);
        if written.is_err() {
            // The room it takes may be all that is missing.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    fn write_over(&self, temporary: &Path, bytes: &[u8]) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(temporary, self.drafts.journal(&self.id))?;
        File::open(self.drafts.folder())?.sync_all()?;
        Ok(file)
    }

    /// Writes what is in `file`, the journal, to the disk.
    pub(super) fn sync(&self, file: &File) -> io::Result<()> {
        // Writes to a removed file succeed, and nobody will ever read them.
        if !is_at(file, &self.drafts.journal(&self.id))? {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "somebody removed it",
            ));
        }
        file.sync_data()
    }

    /// Gives the draft up, with all its files.
    pub(super) fn remove(self) -> io::Result<()> {
        for path in [
            self.drafts.journal(&self.id),
            self.drafts.temporary(&self.id),
        ] {
            match fs::remove_file(path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Only while it is held: whoever waits for the removed file looks again.
        let path = self.drafts.lock(&self.id);
        if matches!(is_at(&self.lock, &path), Ok(true)) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether somebody holds the lock at `path`.
pub(super) fn is_locked(path: &Path) -> bool {
    // Shared, so that two listings do not see each other.
    File::open(path).is_ok_and(|f| matches!(f.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Locks the file at `path` and writes our process into it, or says whose it is.
fn lock(path: &Path) -> io::Result<Result<File, Option<u32>>> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).mode(0o600);
    let mut tries = 1;
    loop {
        let mut file = options.open(path)?;
        match file.try_lock() {
            // Its last owner may have removed it after we opened it.
            Ok(()) if is_at(&file, path)? => {
                file.set_len(0)?;
                writeln!(file, "{}", std::process::id())?;
                return Ok(Ok(file));
            }
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if tries < TRIES => {
                tries += 1;
                thread::sleep(BETWEEN_TRIES);
            }
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                // A pid that cannot be read is merely not shown.
                let _ = file.take(20).read_to_string(&mut pid);
                return Ok(Err(pid.trim().parse().ok()));
            }
            Err(TryLockError::Error(e)) => return Err(e),
        }
    }
}

/// Whether `path` names this open file.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}
