//! The writer's own data: versions of posts, feedback, past posts and experiments.
//!
//! All of it is in one redb file, `user.redb`, which is opened for each transaction and closed
//! after it, so that several instances work side by side; who finds it held waits. Every change is
//! on the disk before its function returns.
//!
//! What must not happen: a change that was acknowledged and is lost, a file that is emptied or
//! replaced because it could not be read, a byte of the file changed by a transaction that fails
//! before its commit, a text in a log or in an error.

mod error;
mod experiments;
mod feedback;
mod history;
mod open;
mod outlet;
mod prune;
mod seal;
mod session;
mod staged;
mod tables;
mod total;
mod tree;
mod versions;
mod wait;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use staged::Sound;

pub use error::UserError;
pub use feedback::{Feedback, FeedbackKind};
pub use history::{Past, Upserted};
pub use outlet::{LONGEST_NAME, document_of_draft, document_of_file, given_name, is_draft};
pub use staged::Stamp;
pub use tree::Limits;
pub use versions::{Cause, DocumentInfo, Export, NewVersion, Version, VersionInfo};
pub use wait::Wait;

/// Name of the file in the data folder.
const FILE: &str = "user.redb";

/// The writer's own data. Clones are cheap and hold nothing open.
#[derive(Debug, Clone)]
pub struct UserStore {
    path: Arc<Path>,
    wait: Wait,
    limits: Limits,
    /// The state of the file that was checked, or that this process left.
    sound: Sound,
}

impl UserStore {
    /// The store in `folder`. Both are made by the first change.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self::with(folder, Wait::default(), Limits::default())
    }

    /// The same, with another wait for a file that is held and other limits.
    #[must_use]
    pub fn with(folder: &Path, wait: Wait, limits: Limits) -> Self {
        Self {
            path: PathBuf::from(folder).join(FILE).into(),
            wait,
            limits,
            sound: Sound::default(),
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file is now, without opening it; `None` where there is none to be seen.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        let metadata = fs::metadata(&self.path).ok()?;
        Some(Stamp::of(&metadata))
    }
}

#[cfg(test)]
mod tests;
