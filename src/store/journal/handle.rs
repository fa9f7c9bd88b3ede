//! The editor's end of a journal.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use crossbeam_channel::{Sender, unbounded};

use super::claim::{Claim, Claimed};
use super::id::canonical;
use super::writer::{Message, Writer};
use super::{Change, DraftId, Drafts, JournalError, JournalStatus};

/// Where the changes of one draft go. Dropping it writes and syncs what is under way.
#[derive(Debug)]
pub struct Journal {
    drafts: Drafts,
    id: DraftId,
    path: Option<PathBuf>,
    /// Until the thread has it.
    claim: Option<Claim>,
    thread: Option<Thread>,
}

#[derive(Debug)]
struct Thread {
    outbox: Sender<Message>,
    shared: Arc<Shared>,
    handle: JoinHandle<(Claim, io::Result<()>)>,
}

/// What both ends look at. The thread holds it for moments, never while it writes.
#[derive(Debug, Default)]
pub(super) struct Shared(Mutex<Progress>);

#[derive(Debug, Default)]
pub(super) struct Progress {
    /// When each message was sent that is not on disk yet.
    pub(super) unsynced: VecDeque<Instant>,
    pub(super) bytes: u64,
    pub(super) failing: bool,
}

impl Shared {
    pub(super) fn get(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal {
    pub(super) fn new(claim: Claim, path: Option<PathBuf>) -> Self {
        Self {
            drafts: claim.drafts.clone(),
            id: claim.id.clone(),
            path,
            claim: Some(claim),
            thread: None,
        }
    }

    /// Names the draft; a save to another path changes it.
    #[must_use]
    pub fn id(&self) -> &DraftId {
        &self.id
    }

    /// Starts the writer's thread over `text`, which becomes the base of what follows and takes
    /// the place of all that the journal held. `saved`: whether the draft's file holds exactly
    /// this text. `failed` is called on the thread, once per run of failures.
    ///
    /// Where the journal has been started, it begins anew.
    ///
    /// # Errors
    /// Where there is no thread to be had.
    pub fn start(
        &mut self,
        text: &str,
        saved: bool,
        failed: impl Fn(String) + Send + 'static,
    ) -> Result<(), JournalError> {
        let claim = match (self.claim.take(), self.thread.take()) {
            (Some(claim), _) => claim,
            // What it could not write is in the new base.
            (None, Some(thread)) => self.end(thread, true)?.0,
            // A start that failed gave the claim up.
            (None, None) => match self.drafts.claim(&self.id)? {
                Claimed::Ours(claim) => claim,
                Claimed::Theirs(_) => {
                    return Err(self.no_writer(io::Error::other("another Postwright has it")));
                }
            },
        };
        let (outbox, inbox) = unbounded();
        let shared = Arc::new(Shared::default());
        shared.get().unsynced.push_back(Instant::now());
        let writer = Writer::new(
            claim,
            inbox,
            Arc::clone(&shared),
            Box::new(failed),
            (text.to_owned(), self.path.clone(), saved),
        );
        let handle = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || writer.run())
            .map_err(|e| self.no_writer(e))?;
        self.thread = Some(Thread {
            outbox,
            shared,
            handle,
        });
        Ok(())
    }

    /// Takes changes down, in the order they were made. Never waits; before [`Self::start`] it
    /// does nothing.
    ///
    /// A change that does not fit the text ends the journal with a report and
    /// [`JournalStatus::failing`]; another [`Self::start`] heals it.
    pub fn append(&self, changes: Vec<Change>) {
        if !changes.is_empty() {
            self.send(Message::Changes(changes));
        }
    }

    /// Takes note that `text` is on disk at `path`. Where that is a new path and nobody has its
    /// draft, the journal moves there. What was typed while the file was written may have been
    /// appended before: the draft then counts as not saved.
    ///
    /// A new path costs a few file operations here, and 20 ms where its draft is taken; before
    /// [`Self::start`] this does nothing.
    pub fn saved(&mut self, path: &Path, text: &str) {
        if self.thread.is_none() {
            return;
        }
        let path = canonical(path).unwrap_or_else(|_| path.to_owned());
        let moved = self.claim_of(&path, text);
        if let Some(claim) = &moved {
            self.id = claim.id.clone();
        }
        self.path = Some(path.clone());
        let hash = *blake3::hash(text.as_bytes()).as_bytes();
        self.send(Message::Saved { path, hash, moved });
    }

    /// The right to the draft of `path`, where that is another one and free.
    fn claim_of(&self, path: &Path, text: &str) -> Option<Claim> {
        let id = DraftId::of(path);
        if id == self.id {
            return None;
        }
        let claimed = self.drafts.claim(&id).and_then(|claimed| match claimed {
            Claimed::Ours(claim) => self.drafts.make_way(&claim, text).map(|()| Some(claim)),
            Claimed::Theirs(_) => Ok(None),
        });
        claimed.unwrap_or_else(|error| {
            tracing::warn!("the journal keeps its old name: {error}");
            None
        })
    }

    fn send(&self, message: Message) {
        if let Some(thread) = &self.thread {
            thread.shared.get().unsynced.push_back(Instant::now());
            // Only a panic ends the thread early; `status` and `close` tell of it.
            let _ = thread.outbox.send(message);
        }
    }

    /// How the journal stands.
    #[must_use]
    pub fn status(&self) -> JournalStatus {
        let Some(thread) = &self.thread else {
            return JournalStatus::default();
        };
        let progress = thread.shared.get();
        JournalStatus {
            unsynced: progress
                .unsynced
                .front()
                .map(Instant::elapsed)
                .unwrap_or_default(),
            bytes: progress.bytes,
            failing: progress.failing || thread.handle.is_finished(),
        }
    }

    /// Writes and syncs what is under way and gives the draft up; `keep` false removes it.
    ///
    /// # Errors
    /// Where the last of the text could not be written, or the files not removed.
    pub fn close(mut self, keep: bool) -> Result<(), JournalError> {
        let ended = match (self.thread.take(), self.claim.take()) {
            (Some(thread), _) => {
                let (claim, ended) = self.end(thread, keep)?;
                if keep { ended } else { claim.remove() }
            }
            (None, Some(claim)) if !keep => claim.remove(),
            (None, _) => Ok(()),
        };
        ended.map_err(|source| JournalError::Write {
            path: self.drafts.journal(&self.id),
            source,
        })
    }

    fn end(&self, thread: Thread, keep: bool) -> Result<(Claim, io::Result<()>), JournalError> {
        // A thread that has ended needs no telling.
        let _ = thread.outbox.send(Message::End { keep });
        thread
            .handle
            .join()
            .map_err(|_| self.no_writer(io::Error::other("it panicked")))
    }

    fn no_writer(&self, source: io::Error) -> JournalError {
        JournalError::Writer {
            path: self.drafts.journal(&self.id),
            source,
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take()
            && let Err(error) = self.end(thread, true)
        {
            tracing::error!("{error}");
        }
    }
}
