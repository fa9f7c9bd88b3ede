//! The thread that writes a journal.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::claim::{Claim, Claimed};
use super::handle::Shared;
use super::id::canonical;
use super::record::{self, Record};
use super::replay::apply;
use super::{Change, DraftId, JournalError, Told};

/// Age at which a record is synced: a slow disk then still makes the second.
const SYNC_AFTER: Duration = Duration::from_millis(800);
/// Time between two attempts where nothing is typed.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// A journal shorter than this is never rotated for its length.
const SMALLEST_ROTATED: u64 = 1 << 20;
/// Most messages written at once, so that a flood of them cannot put the sync off.
const BATCH: usize = 1_024;

/// What the editor tells the thread.
#[derive(Debug)]
pub(super) enum Message {
    Changes(Vec<Change>),
    Saved { path: PathBuf, text: String },
    End { keep: bool },
}

/// What the thread begins with.
pub(super) struct Base {
    pub(super) claim: Claim,
    pub(super) of_file: Option<Claim>,
    pub(super) text: String,
    pub(super) path: Option<PathBuf>,
    pub(super) saved: bool,
}

/// What the thread gives back.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) claim: Claim,
    pub(super) of_file: Option<Claim>,
    pub(super) path: Option<PathBuf>,
    /// Whether all is on disk.
    pub(super) result: io::Result<()>,
}

pub(super) struct Writer {
    inbox: Receiver<Message>,
    shared: Arc<Shared>,
    tell: Box<dyn Fn(Told) + Send>,
    claim: Claim,
    /// The right to the draft of the file, where `claim` is to another one.
    of_file: Option<Claim>,
    /// Drafts moved away from, until the new journal is on disk.
    left: Vec<Claim>,
    /// The text as of the last message.
    text: String,
    path: Option<PathBuf>,
    saved: bool,
    /// `None` where nothing may be appended: only a fresh base will do.
    file: Option<File>,
    bytes: u64,
    /// Messages taken since the last sync.
    taken: usize,
    retry_at: Option<Instant>,
    failing: bool,
    /// A change did not fit, so `text` is not what the editor shows.
    astray: bool,
}

impl Writer {
    pub(super) fn new(
        base: Base,
        inbox: Receiver<Message>,
        shared: Arc<Shared>,
        tell: Box<dyn Fn(Told) + Send>,
    ) -> Self {
        Self {
            inbox,
            shared,
            tell,
            claim: base.claim,
            of_file: base.of_file,
            left: Vec::new(),
            text: base.text,
            path: base.path,
            saved: base.saved,
            file: None,
            bytes: 0,
            // The base.
            taken: 1,
            retry_at: None,
            failing: false,
            astray: false,
        }
    }

    /// Writes until the editor's end closes.
    pub(super) fn run(mut self) -> Ended {
        self.settle(&[], false);
        loop {
            let first = match self.due() {
                Some(at) => self.inbox.recv_deadline(at),
                None => self.inbox.recv().map_err(RecvTimeoutError::from),
            };
            let keep = match first {
                Ok(first) => self.batch(first),
                Err(RecvTimeoutError::Timeout) => {
                    self.settle(&[], false);
                    None
                }
                Err(RecvTimeoutError::Disconnected) => Some(true),
            };
            match keep {
                None => {}
                Some(true) => {
                    let result = self.finish();
                    return self.ended(result);
                }
                Some(false) => {
                    self.remove_left();
                    return self.ended(Ok(()));
                }
            }
        }
    }

    fn ended(self, result: io::Result<()>) -> Ended {
        Ended {
            claim: self.claim,
            of_file: self.of_file,
            path: self.path,
            result,
        }
    }

    fn remove_left(&mut self) {
        for claim in self.left.drain(..) {
            if let Err(error) = claim.remove() {
                tracing::warn!("an old journal stays: {error}");
            }
        }
    }

    /// When something is to be done even where nothing comes.
    fn due(&self) -> Option<Instant> {
        if self.retry_at.is_some() || self.taken == 0 {
            return self.retry_at;
        }
        let oldest = self.shared.get().unsynced.front().copied();
        oldest.map(|at| at + SYNC_AFTER)
    }

    /// Takes `first` and what waits behind it. Returns whether to keep the journal, where it ends.
    fn batch(&mut self, first: Message) -> Option<bool> {
        let (mut records, mut fresh, mut end) = (Vec::new(), false, None);
        let inbox = self.inbox.clone();
        for message in std::iter::once(first).chain(inbox.try_iter()).take(BATCH) {
            self.taken += 1;
            match message {
                Message::Changes(changes) => {
                    for change in changes {
                        fresh |= !self.change(&change, &mut records);
                    }
                }
                Message::Saved { path, text } => {
                    let path = canonical(&path).unwrap_or(path);
                    let hash = *blake3::hash(text.as_bytes()).as_bytes();
                    let mark = Record::Saved { path: &path, hash };
                    fresh = true;
                    // The fresh base says the same, should the mark find no room.
                    let _ = mark.put(&mut records);
                    self.saved = blake3::hash(self.text.as_bytes()) == hash;
                    self.move_to(&path, &text);
                    self.path = Some(path);
                }
                Message::End { keep } => {
                    end = Some(keep);
                    break;
                }
            }
        }
        if end != Some(false) {
            self.settle(&records, fresh);
        }
        end
    }

    /// Moves to the draft of `path`, which holds `text` now, where that is another one and free.
    fn move_to(&mut self, path: &Path, text: &str) {
        let of_file = self.of_file.take();
        let id = DraftId::of(path);
        if id == self.claim.id {
            return;
        }
        let drafts = self.claim.drafts.clone();
        let claimed = match of_file.filter(|claim| claim.id == id) {
            Some(claim) => Ok(Claimed::Ours(claim)),
            None => drafts.claim(&id),
        };
        let name = path.display();
        let claim = match claimed {
            Ok(Claimed::Ours(claim)) => claim,
            Ok(Claimed::Theirs(_)) => {
                let told =
                    format!("{name} is open in another Postwright: two write over each other");
                return (self.tell)(Told::Warned(told));
            }
            Err(error) => return tracing::warn!("the journal keeps its old name: {error}"),
        };
        match drafts.make_way(&claim, text) {
            Ok(aside) => {
                if let Some(aside) = aside {
                    let told = format!("{name} had a damaged journal: it is {}", aside.display());
                    (self.tell)(Told::Warned(told));
                }
                self.shared.get().id = id;
                self.left.push(std::mem::replace(&mut self.claim, claim));
            }
            Err(error) => {
                tracing::warn!("the journal keeps its old name: {error}");
                // Nobody else is to have the file's.
                self.of_file = Some(claim);
            }
        }
    }

    /// Follows a change. Returns whether `records` tells of it.
    fn change(&mut self, change: &Change, records: &mut Vec<u8>) -> bool {
        let (at, removed) = (change.at, change.removed);
        if self.astray {
            return true;
        }
        if !apply(&mut self.text, at, removed, &change.inserted) {
            self.astray = true;
            self.report(io::Error::other(format!(
                "a change of {removed} bytes at {at} does not fit the text"
            )));
            return true;
        }
        self.saved = false;
        let record = Record::Change {
            // A usize has at most 64 bits on every system Rust knows.
            at: at as u64,
            removed: removed as u64,
            inserted: &change.inserted,
        };
        record.put(records).is_ok()
    }

    /// Brings the disk up to the text, and tells how that went.
    fn settle(&mut self, records: &[u8], fresh: bool) {
        let result = self.write(records, fresh);
        match result {
            Ok(()) => {
                self.retry_at = None;
                let is_mended = self.failing && !self.astray;
                self.failing = self.astray;
                if is_mended {
                    (self.tell)(Told::Mended);
                }
            }
            Err(error) => {
                self.file = None;
                self.retry_at = Some(Instant::now() + RETRY_AFTER);
                self.report(error);
            }
        }
    }

    fn write(&mut self, records: &[u8], fresh: bool) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return self.rotate();
        };
        file.write_all(records)?;
        self.bytes += records.len() as u64;
        let longest = (4 * self.text.len() as u64).max(SMALLEST_ROTATED);
        if fresh || self.bytes > longest {
            self.rotate()
        } else if self.due().is_some_and(|at| at <= Instant::now()) {
            self.sync()
        } else {
            Ok(())
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        if let Some(file) = &self.file {
            self.claim.sync(file)?;
            self.all_on_disk();
        }
        Ok(())
    }

    /// Begins the journal anew with the text as its base.
    fn rotate(&mut self) -> io::Result<()> {
        let mut bytes = record::header();
        let base = Record::Base {
            path: self.path.as_deref(),
            saved: self.saved,
            text: &self.text,
        };
        base.put(&mut bytes)?;
        self.file = Some(self.claim.replace(&bytes)?);
        self.bytes = bytes.len() as u64;
        self.all_on_disk();
        self.remove_left();
        Ok(())
    }

    fn all_on_disk(&mut self) {
        let unsynced = &mut self.shared.get().unsynced;
        unsynced.drain(..self.taken.min(unsynced.len()));
        self.taken = 0;
    }

    fn report(&mut self, source: io::Error) {
        if !self.failing {
            self.failing = true;
            let path = self.claim.drafts.journal(&self.claim.id);
            let error = JournalError::Write { path, source };
            tracing::error!("{error}");
            (self.tell)(Told::Failed(error.to_string()));
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        match &self.file {
            None => self.rotate(),
            Some(_) => self.sync().or_else(|_| self.rotate()),
        }?;
        if self.astray {
            return Err(io::Error::other("a change did not fit its text"));
        }
        Ok(())
    }
}
