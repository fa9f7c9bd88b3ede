//! What only one of several processes does.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

/// A claim on what one process of a user does for all: whoever asks first has it until it ends.
#[derive(Debug)]
pub(super) struct Lease {
    path: PathBuf,
    held: Option<File>,
}

impl Lease {
    /// A claim by the lock of the file at `path`, which is made when it is asked for first.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, held: None }
    }

    /// Whether it is ours now. Where files cannot be locked it is: what is done twice is better
    /// than what nobody does.
    pub(super) fn is_ours(&mut self) -> bool {
        if self.held.is_some() {
            return true;
        }
        let opened = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&self.path);
        let locked = opened.and_then(|file| match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        });
        match locked {
            Ok(held) => {
                self.held = held;
                self.held.is_some()
            }
            Err(error) => {
                tracing::debug!("{}: cannot be locked: {error}", self.path.display());
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_until_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let lease = || Lease::new(folder.path().join("lock"));
        let (mut first, mut second) = (lease(), lease());
        assert!(first.is_ours() && !second.is_ours());
        assert!(first.is_ours() && !second.is_ours(), "asked again");
        drop(first);
        assert!(second.is_ours());
        let mut nowhere = Lease::new(folder.path().join("missing/lock"));
        assert!(nowhere.is_ours(), "nobody to share it with");
    }
}
