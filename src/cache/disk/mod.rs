//! The disk tier: one redb file, written by one thread.
//!
//! Callers read the file themselves, on their own threads. What they put is queued for the writer,
//! which commits batches without waiting for the disk and makes them durable now and then; a kill
//! loses the puts since then. Invalidations are durable before their receipt says so. The file may
//! be deleted at any time while no Postwright runs.

mod file;
mod op;
mod read;
mod tables;
mod writer;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use redb::Database;
use serde::Serialize;

use self::file::Fault;
use self::op::{Change, Op};
use self::writer::Writer;
use super::error::CacheError;
use super::key::Key;
use super::stats::{Count, Recorder};
use super::tags::{Marks, Stamp, Tags};
use super::wall::Wall;
use crate::resilience::{Breaker, Point};

pub(super) use self::read::Found;
pub use self::read::Verified;

/// Smallest capacity of a file.
const SMALLEST: u64 = 4 << 20;

/// How the disk tier is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskSettings {
    /// The file, which this process holds alone. Its folder is created where it is missing.
    pub path: PathBuf,
    /// Most bytes of the file; below 4 MiB counts as 4 MiB, because an empty one has 1.5 MiB.
    pub capacity: u64,
    /// Most bytes of the entries, with their keys. They never take more than a quarter of the
    /// file's capacity, because the file doubles when it grows and holds changed pages twice until
    /// they are durable; less where it outgrew it.
    pub live_capacity: u64,
    /// Bytes of the file that are kept in memory.
    pub page_bytes: usize,
    /// How long puts may wait to be made durable.
    pub durable_every: Duration,
    /// Most bytes that wait for the writer; beyond, puts stay in memory only.
    pub queue_bytes: u64,
}

impl DiskSettings {
    /// A file of at most 256 MiB.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            capacity: 256 << 20,
            live_capacity: 64 << 20,
            page_bytes: 16 << 20,
            durable_every: Duration::from_secs(5),
            queue_bytes: 16 << 20,
        }
    }

    /// Bytes up to which entries need not make room.
    fn live_limit(&self) -> u64 {
        self.live_capacity.min(self.file_limit() / 4)
    }

    fn file_limit(&self) -> u64 {
        self.capacity.max(SMALLEST)
    }

    /// Bytes that are written before they are made durable: changed pages are not used again
    /// before.
    fn batch_limit(&self) -> u64 {
        self.file_limit() / 32
    }
}

/// Whether the disk tier works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DiskState {
    /// None is configured.
    Off,
    /// It works.
    Ready,
    /// It works, with an empty file: the one before was damaged and is kept under another name.
    Recovered {
        /// Where the damaged file is.
        aside: PathBuf,
        /// What was wrong with it.
        reason: String,
    },
    /// It does not work now, and why. It is tried again.
    Unavailable(String),
    /// The cache was closed.
    Closed,
}

impl std::fmt::Display for DiskState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Ready => f.write_str("ready"),
            Self::Recovered { aside, reason } => {
                write!(f, "began anew: {reason}; see {}", aside.display())
            }
            Self::Unavailable(reason) => write!(f, "unavailable: {reason}"),
            Self::Closed => f.write_str("closed"),
        }
    }
}

/// Figures of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiskStats {
    /// Whether it works.
    pub state: DiskState,
    /// Bytes of the entries, with their keys.
    pub live_bytes: u64,
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Most bytes of the file.
    pub capacity: u64,
    /// Bytes that wait for the writer.
    pub queued_bytes: u64,
    /// Puts that found the queue full or the file unavailable.
    pub dropped: u64,
    /// Commits, durable ones included.
    pub commits: u64,
    /// Commits that waited for the disk.
    pub durable_commits: u64,
    /// Compactions that made the file smaller.
    pub compactions: u64,
}

/// What callers and the writer share.
#[derive(Debug)]
struct Shared {
    settings: DiskSettings,
    database: RwLock<Option<Database>>,
    state: Mutex<DiskState>,
    tags: Arc<Tags>,
    recorder: Arc<Recorder>,
    breaker: Breaker,
    point: Point,
    wall: Wall,
    live_bytes: Count,
    file_bytes: Count,
    queued_bytes: Count,
    dropped: Count,
    commits: Count,
    durable_commits: Count,
    compactions: Count,
}

impl Shared {
    fn state(&self) -> DiskState {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.clone()
    }

    fn set_state(&self, new: DiskState) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = new;
    }

    /// Why nothing can be read or written now.
    fn reason(&self) -> String {
        match self.state() {
            DiskState::Unavailable(reason) => reason,
            state @ (DiskState::Off | DiskState::Closed) => state.to_string(),
            DiskState::Ready | DiskState::Recovered { .. } => "busy with its upkeep".into(),
        }
    }
}

/// What the disk tier needs of its surroundings.
#[derive(Debug)]
pub(super) struct Surroundings {
    pub(super) tags: Arc<Tags>,
    pub(super) recorder: Arc<Recorder>,
    pub(super) breaker: Breaker,
    pub(super) point: Point,
    pub(super) wall: Wall,
}

/// The disk tier.
#[derive(Debug)]
pub(super) struct Disk {
    shared: Arc<Shared>,
    queue: Sender<Op>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Says when something is done. Dropping it changes nothing.
#[derive(Debug)]
pub(super) struct Receipt<T>(Receiver<Result<T, Fault>>);

impl<T> Receipt<T> {
    /// Waits until it is done, or for the reason why it cannot be.
    pub(super) fn wait(self) -> Result<T, String> {
        // The writer answers all it takes; what it does not take comes after its end.
        let closed = |_| Err(Fault::Io(DiskState::Closed.to_string()));
        let answer = self.0.recv().unwrap_or_else(closed);
        answer.map_err(|fault| fault.to_string())
    }
}

impl Disk {
    /// Opens the file, or begins anew where it is damaged. Where it cannot be opened now, the
    /// tier is unavailable and is tried again.
    pub(super) fn open(settings: DiskSettings, around: Surroundings) -> Result<Self, CacheError> {
        let shared = Arc::new(Shared {
            settings,
            database: RwLock::new(None),
            state: Mutex::new(DiskState::Unavailable("not opened yet".into())),
            tags: around.tags,
            recorder: around.recorder,
            breaker: around.breaker,
            point: around.point,
            wall: around.wall,
            live_bytes: Count::default(),
            file_bytes: Count::default(),
            queued_bytes: Count::default(),
            dropped: Count::default(),
            commits: Count::default(),
            durable_commits: Count::default(),
            compactions: Count::default(),
        });
        let (queue, ops) = unbounded();
        let mut writer = Writer::new(shared.clone(), ops);
        writer.open();
        let thread = thread::Builder::new()
            .name("cache-disk".into())
            .spawn(move || writer.run())
            .map_err(|e| CacheError::Thread {
                name: "disk",
                reason: e.to_string(),
            })?;
        Ok(Self {
            shared,
            queue,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Queues an entry, unless too much waits already.
    pub(super) fn put(&self, key: Key, sealed: Vec<u8>, marks: Marks) {
        let shared = &self.shared;
        let bytes = sealed.len() as u64;
        let is_full = shared.queued_bytes.get() + bytes > shared.settings.queue_bytes;
        // An entry that would push out most of the others is not worth it.
        let is_large = bytes > shared.settings.live_limit() / 4;
        if is_full || is_large {
            shared.dropped.add(1);
            return;
        }
        shared.queued_bytes.add(bytes);
        let put = Op::Change(Change::Put { key, sealed, marks });
        if self.queue.send(put).is_err() {
            shared.queued_bytes.subtract(bytes);
            shared.dropped.add(1);
        }
    }

    /// Queues the removal of an entry, where it is still the one of this stamp.
    pub(super) fn remove(&self, key: Key, stamp: Option<Stamp>) {
        // A closed queue has nothing to remove from.
        let _ = self.queue.send(Op::Change(Change::Remove { key, stamp }));
    }

    /// Saves generations of tags with the next durable commit, or once [`Self::flush`] asks for it.
    pub(super) fn invalidate(&self, marks: Marks, generation: u64) {
        // A closed queue has no file to save them in.
        let _ = self.queue.send(Op::Invalidate { marks, generation });
    }

    /// Saves that all entries older than `floor` are stale, and removes them.
    pub(super) fn clear(&self, floor: u64) -> Receipt<()> {
        self.ask(|done| Op::Clear { floor, done })
    }

    /// Says that a pattern was invalidated, matched with the tags known since `seen`: where the file
    /// was not open by then, it may hold others that match, so all that it holds becomes stale.
    pub(super) fn pattern(&self, seen: Stamp, generation: u64) {
        // A closed tier is not opened again.
        let _ = self.queue.send(Op::Pattern { seen, generation });
    }

    /// Makes everything that was queued durable.
    pub(super) fn flush(&self) -> Receipt<()> {
        self.ask(|done| Op::Flush { done })
    }

    /// Removes what may not be served any more and makes the file as small as it can be; answers
    /// with its bytes before and after.
    pub(super) fn compact(&self) -> Receipt<(u64, u64)> {
        self.ask(|done| Op::Compact { done })
    }

    fn ask<T>(&self, op: impl FnOnce(Sender<Result<T, Fault>>) -> Op) -> Receipt<T> {
        let (done, receipt) = bounded(1);
        // Where the writer is gone, the receipt is disconnected, which says so.
        let _ = self.queue.send(op(done));
        Receipt(receipt)
    }

    /// Makes everything durable, closes the file and ends the thread.
    pub(super) fn close(&self) {
        let thread = {
            let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
            thread.take()
        };
        let Some(thread) = thread else { return };
        // The writer is there as long as its thread is.
        let _ = self.queue.send(Op::Stop);
        if thread.join().is_err() {
            tracing::error!("the thread that writes the cache had ended with a panic");
        }
    }

    pub(super) fn stats(&self) -> DiskStats {
        let shared = &self.shared;
        DiskStats {
            state: shared.state(),
            live_bytes: shared.live_bytes.get(),
            file_bytes: shared.file_bytes.get(),
            capacity: shared.settings.file_limit(),
            queued_bytes: shared.queued_bytes.get(),
            dropped: shared.dropped.get(),
            commits: shared.commits.get(),
            durable_commits: shared.durable_commits.get(),
            compactions: shared.compactions.get(),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.close();
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Held => f.write_str("in use by another Postwright"),
            Self::Io(reason) => f.write_str(reason),
            Self::Damaged(reason) => write!(f, "its file is damaged: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests;
