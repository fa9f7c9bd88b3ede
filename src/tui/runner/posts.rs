//! The post that is open, the one that takes its place, and their journals.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::time::SystemTime;

use crate::store::journal::{Change, DraftId, Drafts, Journal, Recovered, Told};

use super::super::app::{App, Effect, Input, Listing};
use super::super::arrival::{Arrival, listed, posted, refused};
use super::super::command::Command;
use super::super::documents::{self, Loaded};
use super::super::saver::is_same;
use super::{Runner, Wish, close};

impl Runner<'_, '_> {
    /// Puts changes into the journal. It starts with the whole text as the first of them left it,
    /// so that there is no moment at which it holds less than before.
    pub(super) fn journal(&mut self, app: &App, changes: Vec<Change>) {
        match &self.desk.journal {
            Some(journal) if self.desk.is_started => journal.append(changes),
            Some(_) => self.start_journal(app, false),
            None if std::mem::take(&mut self.desk.is_given_up) => {
                // The file could not be read anew, and the writer goes on.
                self.desk.closing = None;
                self.claim(app, app.path.clone());
            }
            None => {}
        }
    }

    /// Starts the journal with the text of now; `is_saved` says whether its file holds the same.
    /// While it holds recovered text that is nowhere else it keeps that, and waits.
    pub(super) fn start_journal(&mut self, app: &App, is_saved: bool) {
        if app.is_undecided() {
            return;
        }
        let Some(journal) = &mut self.desk.journal else {
            return;
        };
        let arrivals = self.arrivals.clone();
        let tell = move |told| {
            // The loop has ended where nobody listens.
            let _ = arrivals.send(Arrival::Input(Input::Journal(told)));
        };
        match journal.start(app.editor.buffer().text(), is_saved, tell) {
            Ok(()) => {
                self.desk.is_started = true;
                if let Some((path, text)) = self.desk.saved_before.take() {
                    journal.saved(&path, &text);
                }
            }
            Err(error) => {
                let input = Input::Journal(Told::Failed(error.to_string()));
                let _ = self.arrivals.send(Arrival::Input(input));
                self.desk.journal = None;
            }
        }
    }

    /// Tells the journal of a save to `path`.
    pub(super) fn journal_saved(&mut self, app: &App, path: &Path, text: &str) {
        match &self.desk.journal {
            Some(journal) if self.desk.is_started => journal.saved(path, text),
            Some(_) => {
                // Only a journal that has begun can move to another name.
                self.desk.saved_before = Some((path.to_owned(), text.to_owned()));
                self.start_journal(app, false);
            }
            // A copy of a post that is open elsewhere has a journal of its own.
            None => self.claim(app, Some(path.to_owned())),
        }
    }

    /// Asks for the journal of the post at `path`; what is typed meanwhile goes into it whole.
    fn claim(&self, app: &App, path: Option<PathBuf>) {
        let revision = app.editor.buffer().revision();
        let drafts = self.desk.drafts.clone();
        self.off_thread(move || {
            let journal = documents::claim(path.as_deref(), drafts.as_ref());
            Arrival::Claimed(revision, journal)
        });
    }

    pub(super) fn claimed(&mut self, app: &mut App, journal: Option<Journal>) {
        self.desk.is_started = false;
        // What the journal before kept is not what this one, or none, will.
        self.desk.is_given_up = false;
        self.desk.closing = None;
        self.desk.saved_before = None;
        match journal {
            Some(journal) => {
                self.desk.journal = Some(journal);
                self.desk.follow_draft();
                if app.editor.buffer().is_modified() {
                    self.start_journal(app, false);
                }
            }
            None => {
                let reason = "what you type is not journaled: the journal is not to be had";
                app.handle(Input::Journal(Told::Failed(reason.to_owned())));
            }
        }
    }

    /// What is to tell whether the journal that is being closed keeps its text.
    fn begin_closing(&mut self) -> Sender<bool> {
        let (done, closing) = channel();
        self.desk.closing = Some(closing);
        done
    }

    /// Puts `next` in place of the post, once that one's journal is closed.
    pub(super) fn posted(&mut self, app: &mut App, next: Box<Loaded>) -> Vec<Wish> {
        let Some(journal) = self.desk.journal.take() else {
            return self.replace(app, *next, false);
        };
        let revision = app.editor.buffer().revision();
        let keep = app.is_owed();
        // One that waits for recovered text to be put elsewhere has nothing of what was typed.
        let is_complete = self.desk.is_started || !app.editor.buffer().is_modified();
        let done = self.begin_closing();
        self.off_thread(move || {
            let is_kept = close(Some(journal), keep) && is_complete;
            // The loop may have ended meanwhile, and nobody asked.
            let _ = done.send(is_kept);
            Arrival::PutAway {
                next,
                revision,
                is_kept,
            }
        });
        Vec::new()
    }

    /// Puts `next` in place of the post, whose journal is closed.
    pub(super) fn replace(&mut self, app: &mut App, next: Loaded, is_kept: bool) -> Vec<Wish> {
        let kept = match self.put_away(app, is_kept) {
            Ok(kept) => kept,
            Err(reason) => {
                // The post on the screen is nowhere else.
                let effects = app.handle(Input::Opened(Err(reason)));
                return self.run(app, effects);
            }
        };
        self.desk.closing = None;
        self.desk.journal = next.journal;
        self.desk.follow_draft();
        self.desk.is_started = false;
        self.desk.is_given_up = false;
        self.desk.saved_before = None;
        let mut effects = app.handle(Input::Opened(Ok(Box::new(next.document))));
        if app.editor.buffer().is_modified() {
            self.start_journal(app, false);
            if self.desk.is_started {
                // What was typed ahead is in the text that the journal begins with.
                effects.retain(|effect| !matches!(effect, Effect::Journal(_)));
            }
        }
        let wrong: Vec<String> = kept.into_iter().chain(next.warning).collect();
        match (wrong.is_empty(), next.note) {
            (true, Some(note)) => app.notice(note),
            (true, None) => {}
            (false, note) => app.warn(wrong.into_iter().chain(note).collect::<Vec<_>>().join("; ")),
        }
        self.run(app, effects)
    }

    /// Sees to the text of the post that gives way to another. Says where it is, if it is in a file
    /// of its own; an error where it could be put nowhere.
    fn put_away(&self, app: &App, is_kept: bool) -> Result<Option<String>, String> {
        if is_kept || !app.is_owed() || self.desk.is_given_up {
            return Ok(None);
        }
        let folder = self.desk.options.rescue_folder.as_deref();
        let rescued = folder.map(|folder| super::super::run::rescue(app, folder));
        match rescued {
            Some(Ok(path)) => Ok(Some(format!(
                "the post before had no journal; its text is in {}",
                path.display()
            ))),
            Some(Err(error)) => Err(format!(
                "not opened: this post is not saved, and could be kept nowhere: {error}"
            )),
            None => Err("not opened: this post is not saved, and could be kept nowhere".to_owned()),
        }
    }

    /// The draft that is open here.
    fn own_id(&self) -> Option<DraftId> {
        self.desk.journal.as_ref().map(Journal::id)
    }

    /// Finds out whether the file to open is the post's own, which needs a look at the disk.
    pub(super) fn open(&self, app: &App, path: PathBuf) {
        let own = app.path.clone();
        self.off_thread(move || {
            let is_own = own.as_deref().is_some_and(|own| is_same(own, &path));
            Arrival::Compared { path, own, is_own }
        });
    }

    /// Opens a file. Where it is the post's own, its journal must be free to be opened again, and
    /// what the post holds now becomes a draft of its own where the file holds something else.
    pub(super) fn open_compared(&mut self, app: &App, path: PathBuf, is_own: bool) {
        let text = is_own.then(|| app.editor.buffer().text().to_owned());
        let (journal, keep) = (self.desk.journal.take_if(|_| is_own), app.is_owed());
        let done = is_own.then(|| self.begin_closing());
        self.desk.is_given_up |= is_own;
        let was_started = self.desk.is_started;
        let drafts = self.desk.drafts.clone();
        let key = app.keymap.told(Command::Drafts);
        let note = format!("what was here before is among the drafts ({key})");
        self.off_thread(move || {
            if let Some(done) = done {
                // The loop may have ended meanwhile, and nobody asked.
                let _ = done.send(close(journal, keep));
            }
            let loaded = documents::load_file(&path, drafts.as_ref()).map_err(|e| e.to_string());
            let loaded = loaded.and_then(|mut loaded| {
                let differs =
                    |text: &String| !text.is_empty() && *text != loaded.document.opened.text;
                if let Some(text) = text.filter(differs) {
                    let drafts = drafts.ok_or("there are no drafts: no home folder is known")?;
                    documents::keep_aside(&text, &drafts)?;
                    if was_started {
                        // It is that very text; another was recovered when the post was opened.
                        loaded.document.recovered = None;
                    }
                    loaded.note = Some(note);
                }
                Ok(loaded)
            });
            loaded.map_or_else(refused, posted)
        });
    }

    pub(super) fn new_draft(&self, text: Option<String>) {
        let drafts = self.desk.drafts.clone();
        self.off_thread(move || {
            let mut loaded = documents::new_draft("", drafts.as_ref());
            // A copy is work that is on no disk yet.
            loaded.document.recovered = text.map(|text| Recovered {
                text,
                changed_at: SystemTime::now(),
                damaged: false,
            });
            posted(loaded)
        });
    }

    pub(super) fn reopen(&self, id: DraftId) {
        self.with_drafts(move |drafts| {
            let loaded = drafts.and_then(|drafts| documents::reopen(&id, drafts));
            loaded.map_or_else(refused, posted)
        });
    }

    pub(super) fn keep_aside(&self, app: &App, text: String) {
        let revision = app.editor.buffer().revision();
        self.with_drafts(move |drafts| {
            let result = drafts.and_then(|drafts| documents::keep_aside(&text, drafts));
            Arrival::KeptAside(revision, result)
        });
    }

    /// Takes note that the recovered text is a draft of its own, or that it is not.
    pub(super) fn kept_aside(&mut self, app: &mut App, result: Result<(), String>) -> Vec<Wish> {
        let effects = app.handle(Input::KeptAside(result));
        if !self.desk.is_started {
            // The journal of the post held that text until now.
            self.start_journal(app, !app.editor.buffer().is_modified());
        }
        self.run(app, effects)
    }

    pub(super) fn list_drafts(&self, why: Listing) {
        let own = self.own_id();
        self.with_drafts(move |drafts| listed(drafts, own, why));
    }

    pub(super) fn delete_draft(&self, id: DraftId) {
        let own = self.own_id();
        self.with_drafts(move |drafts| {
            let deleted = drafts.and_then(|drafts| {
                documents::delete(&id, drafts)?;
                Ok(drafts)
            });
            match deleted {
                Ok(drafts) => listed(Ok(drafts), own, Listing::Deleted),
                Err(reason) => Arrival::Input(Input::NotDeleted(reason)),
            }
        });
    }

    fn with_drafts(&self, work: impl FnOnce(Result<&Drafts, String>) -> Arrival + Send + 'static) {
        let drafts = self.desk.drafts.clone();
        self.off_thread(move || {
            let missing = || "there are no drafts: no home folder is known".to_owned();
            work(drafts.as_ref().ok_or_else(missing))
        });
    }
}
