//! The editor's end of a journal.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, unbounded};

use super::claim::{Claim, Claimed};
use super::writer::{Base, Ended, Message, Writer};
use super::{Change, DraftId, Drafts, JournalError, Told};

/// Where the changes of one draft go. Dropping it writes and syncs what is under way.
#[derive(Debug)]
pub struct Journal {
    drafts: Drafts,
    /// As long as there is no thread.
    id: DraftId,
    path: Option<PathBuf>,
    /// Until the thread has it.
    claim: Option<Claim>,
    /// The right to the draft of its file, where it has another name itself.
    of_file: Option<Claim>,
    thread: Option<Thread>,
}

#[derive(Debug)]
struct Thread {
    outbox: Sender<Message>,
    shared: Arc<Shared>,
    handle: JoinHandle<Ended>,
}

/// What both ends look at. The thread holds it for moments, never while it writes.
#[derive(Debug)]
pub(super) struct Shared(Mutex<Progress>);

#[derive(Debug)]
pub(super) struct Progress {
    /// When each message was sent that is not on disk yet.
    pub(super) unsynced: VecDeque<Instant>,
    /// The draft that is written to.
    pub(super) id: DraftId,
}

impl Shared {
    pub(super) fn get(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells how far a journal is behind the text; clones look at the same one.
#[derive(Debug, Clone)]
pub struct Lag(Arc<Shared>);

impl Lag {
    /// Age of the oldest change that is not on disk yet; zero where all are.
    #[must_use]
    pub fn behind(&self) -> Duration {
        let oldest = self.0.get().unsynced.front().copied();
        oldest.map_or(Duration::ZERO, |at| at.elapsed())
    }
}

impl Journal {
    /// Tells how far it is behind, once it was started.
    #[must_use]
    pub fn lag(&self) -> Option<Lag> {
        self.thread.as_ref().map(|t| Lag(t.shared.clone()))
    }

    pub(super) fn new(claim: Claim, of_file: Option<Claim>, path: Option<PathBuf>) -> Self {
        Self {
            drafts: claim.drafts.clone(),
            id: claim.id.clone(),
            path,
            claim: Some(claim),
            of_file,
            thread: None,
        }
    }

    /// Names the draft; some time after a save to another path it is another one.
    #[must_use]
    pub fn id(&self) -> DraftId {
        match &self.thread {
            Some(thread) => thread.shared.get().id.clone(),
            None => self.id.clone(),
        }
    }

    /// Starts the writer's thread over `text`, which becomes the base of what follows and takes
    /// the place of all that the journal held. `saved`: whether the draft's file holds exactly
    /// this text. `tell` is called on the thread.
    ///
    /// Where the journal has been started, it begins anew.
    ///
    /// # Errors
    /// Where there is no thread to be had.
    pub fn start(
        &mut self,
        text: &str,
        saved: bool,
        tell: impl Fn(Told) + Send + 'static,
    ) -> Result<(), JournalError> {
        let claim = match (self.claim.take(), self.thread.take()) {
            (Some(claim), _) => claim,
            // What it could not write is in the new base.
            (None, Some(thread)) => {
                let ended = self.end(thread, true)?;
                self.id = ended.claim.id.clone();
                self.path = ended.path;
                self.of_file = ended.of_file;
                ended.claim
            }
            // A start that failed gave the claim up.
            (None, None) => match self.drafts.claim(&self.id)? {
                Claimed::Ours(claim) => claim,
                Claimed::Theirs(_) => {
                    return Err(self.no_writer(io::Error::other("another Postwright has it")));
                }
            },
        };
        let (outbox, inbox) = unbounded();
        let shared = Arc::new(Shared(Mutex::new(Progress {
            unsynced: VecDeque::from([Instant::now()]),
            id: claim.id.clone(),
        })));
        let base = Base {
            claim,
            of_file: self.of_file.take(),
            text: text.to_owned(),
            path: self.path.clone(),
            saved,
        };
        let writer = Writer::new(base, inbox, Arc::clone(&shared), Box::new(tell));
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
    /// [`Told::Failed`]; another [`Self::start`] heals it.
    pub fn append(&self, changes: Vec<Change>) {
        if !changes.is_empty() {
            self.send(Message::Changes(changes));
        }
    }

    /// Takes note that `text` is on disk at `path`. Where that is a new path and nobody has its
    /// draft, the journal moves there, on its thread. What was typed while the file was written may
    /// have been appended before: the draft then counts as not saved.
    ///
    /// Before [`Self::start`] this does nothing.
    pub fn saved(&self, path: &Path, text: &str) {
        self.send(Message::Saved {
            path: path.to_owned(),
            text: text.to_owned(),
        });
    }

    fn send(&self, message: Message) {
        if let Some(thread) = &self.thread {
            thread.shared.get().unsynced.push_back(Instant::now());
            // Only a panic ends the thread early; `close` tells of it.
            let _ = thread.outbox.send(message);
        }
    }

    /// Writes and syncs what is under way and gives the draft up; `keep` false removes it.
    ///
    /// # Errors
    /// Where the last of the text could not be written, or the files not removed.
    pub fn close(mut self, keep: bool) -> Result<(), JournalError> {
        let ended = match (self.thread.take(), self.claim.take()) {
            (Some(thread), _) => {
                let ended = self.end(thread, keep)?;
                if keep {
                    ended.result
                } else {
                    ended.claim.remove()
                }
            }
            (None, Some(claim)) if !keep => claim.remove(),
            (None, _) => Ok(()),
        };
        ended.map_err(|source| JournalError::Write {
            path: self.drafts.journal(&self.id),
            source,
        })
    }

    fn end(&self, thread: Thread, keep: bool) -> Result<Ended, JournalError> {
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

#[cfg(test)]
impl Journal {
    /// Age of the oldest record that is not synced.
    pub(super) fn unsynced(&self) -> std::time::Duration {
        let thread = self.thread.as_ref().unwrap();
        let progress = thread.shared.get();
        progress
            .unsynced
            .front()
            .map(Instant::elapsed)
            .unwrap_or_default()
    }
}
