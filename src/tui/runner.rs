//! Runs effects: files, threads, the journal.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;

use crate::engine::{Background, Embedder};
use crate::monitor::{self, Monitor};
use crate::store::dictionary;
use crate::store::journal::{Change, DraftId, Drafts, Journal, Told};

use super::Options;
use super::app::{App, Effect, Input, Save};
use super::arrival::{Arrival, listed, posted, refused};
use super::documents::{self, Loaded};
use super::focus::Focus;
use super::probe::Probe;
use super::saver::{is_same, save_in_order};

/// What the effects need beside the state: files, threads, the journal.
pub(super) struct Desk<'a> {
    pub(super) options: &'a Options,
    drafts: Option<Drafts>,
    journal: Option<Journal>,
    /// Whether the journal holds the text of now; it starts with the first change.
    is_started: bool,
    /// Whether the journal was given up for the post to be opened anew.
    is_given_up: bool,
    /// Tells whether a journal that is being closed keeps its text.
    closing: Option<Receiver<bool>>,
    list_drafts: bool,
    /// Who measures, if somebody does.
    pub(super) probe: Option<Probe>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(options: &'a Options, journal: Option<Journal>, list_drafts: bool) -> Self {
        Self {
            options,
            drafts: options.drafts_folder.clone().map(Drafts::new),
            journal,
            is_started: false,
            is_given_up: false,
            closing: None,
            list_drafts,
            probe: None,
        }
    }

    /// Ends the journal; the text stays in it where `keep` says so. Returns whether it does.
    /// `anew` is a text that the journal may lack, as after a panic or before its first change.
    pub(super) fn close(mut self, keep: bool, anew: Option<&str>) -> bool {
        if let Some(closing) = self.closing.take() {
            return closing.recv_timeout(PATIENCE).unwrap_or(false) && keep && anew.is_none();
        }
        if let (true, Some(text), Some(journal)) = (keep, anew, &mut self.journal)
            && let Err(error) = journal.start(text, false, documents::log)
        {
            tracing::error!("the journal: {error}");
            return false;
        }
        close(self.journal, keep)
    }

    /// Whether the journal follows the text.
    pub(super) fn is_started(&self) -> bool {
        self.is_started
    }
}

/// How long a journal that is being closed is waited for at the end.
const PATIENCE: Duration = Duration::from_secs(5);

fn close(journal: Option<Journal>, keep: bool) -> bool {
    match journal.map(|j| j.close(keep)) {
        Some(Ok(())) => keep,
        Some(Err(error)) => {
            tracing::error!("the journal: {error}");
            false
        }
        None => false,
    }
}

pub(super) struct Runner<'d, 'o> {
    desk: &'d mut Desk<'o>,
    background: Background,
    embedder: Embedder,
    monitor: Monitor,
    arrivals: UnboundedSender<Arrival>,
    saves: UnboundedSender<Save>,
    /// When the slow stages are due, and when they were first asked for.
    pub(super) due: Option<(Instant, Instant)>,
}

/// What is to be done to the screen, which only the loop has.
pub(super) enum Wish {
    Redraw,
    Suspend,
    Copy(String),
    Quit,
}

impl<'d, 'o> Runner<'d, 'o> {
    pub(super) fn start(
        desk: &'d mut Desk<'o>,
        app: &App,
        arrivals: UnboundedSender<Arrival>,
    ) -> io::Result<Self> {
        let options = desk.options;
        let replies = arrivals.clone();
        let background = Background::start(
            options.dialect,
            options.words.clone(),
            options.memo_lines,
            move |reply| {
                // The loop has ended where nobody listens; so will the thread.
                let _ = replies.send(Arrival::Input(Input::Engine(reply)));
            },
        )?;
        let vectors = arrivals.clone();
        let embedder = Embedder::start(options.encoders.clone(), move |embedded| {
            let _ = vectors.send(Arrival::Input(Input::Embedded(embedded)));
        })?;
        let samples = arrivals.clone();
        let monitor = monitor::start(options.monitor_interval, move |snapshot| {
            let _ = samples.send(Arrival::Input(Input::Sampled(snapshot)));
        })?;
        let (saves, to_save) = unbounded_channel();
        tokio::spawn(save_in_order(
            to_save,
            arrivals.clone(),
            desk.drafts.clone(),
        ));
        let runner = Self {
            desk,
            background,
            embedder,
            monitor,
            arrivals,
            saves,
            due: None,
        };
        runner.watch(app);
        if runner.desk.list_drafts {
            runner.list_drafts(false);
        }
        Ok(runner)
    }

    /// Samples only what is seen.
    pub(super) fn watch(&self, app: &App) {
        self.monitor
            .set_active(app.panes.at(Focus::Monitor).is_some());
    }

    /// Who measures, if somebody does.
    pub(super) fn probe(&self) -> Option<&Probe> {
        self.desk.probe.as_ref()
    }

    /// Whether something that arrives can change the screen.
    pub(super) fn is_seen(&self, app: &App, arrival: &Arrival) -> bool {
        match arrival {
            Arrival::Input(Input::Sampled(_)) => app.panes.at(Focus::Monitor).is_some(),
            _ => true,
        }
    }

    pub(super) fn take(&mut self, app: &mut App, arrival: Arrival) -> Vec<Wish> {
        let input = match arrival {
            Arrival::Input(input) => input,
            Arrival::KeptAside(result) => {
                let is_kept = result.is_ok();
                let effects = app.handle(Input::KeptAside(result));
                if is_kept {
                    // The journal of the post held that text until now.
                    self.start_journal(app, !app.editor.buffer().is_modified());
                }
                return self.run(app, effects);
            }
            Arrival::Post(next) => {
                let Some(journal) = self.desk.journal.take() else {
                    return self.replace(app, *next, false);
                };
                // Nothing is typed into the post before: it waits for the next one.
                let keep = app.is_owed();
                let done = self.begin_closing();
                self.off_thread(move || {
                    let is_kept = close(Some(journal), keep);
                    // The loop may have ended meanwhile, and nobody asked.
                    let _ = done.send(is_kept);
                    Arrival::PutAway { next, is_kept }
                });
                return Vec::new();
            }
            Arrival::PutAway { next, is_kept } => return self.replace(app, *next, is_kept),
            Arrival::Claimed(revision, journal) => {
                if app.is_of_this_post(revision) && self.desk.journal.is_none() {
                    self.claimed(app, journal);
                }
                return Vec::new();
            }
            Arrival::Saved { save, result } => {
                if result.is_ok() && app.is_of_this_post(save.revision) {
                    if self.desk.journal.is_some() && !self.desk.is_started {
                        // Only a journal that has begun can move to another name.
                        self.start_journal(app, false);
                    }
                    match &self.desk.journal {
                        Some(journal) => journal.saved(&save.path, &save.text),
                        // A copy of a post that is open elsewhere has a journal of its own.
                        None => self.claim(app, Some(save.path.clone())),
                    }
                }
                Input::Saved {
                    revision: save.revision,
                    path: save.path,
                    then_quit: save.then_quit,
                    result,
                }
            }
        };
        let effects = app.handle(input);
        self.run(app, effects)
    }

    /// Runs effects, but for those on the screen.
    pub(super) fn run(&mut self, app: &App, effects: Vec<Effect>) -> Vec<Wish> {
        let mut wishes = Vec::new();
        for effect in effects {
            match effect {
                Effect::Quit => wishes.push(Wish::Quit),
                Effect::Redraw => wishes.push(Wish::Redraw),
                Effect::Suspend => wishes.push(Wish::Suspend),
                Effect::Copy(text) => wishes.push(Wish::Copy(text)),
                Effect::Analyse(revision) => {
                    self.background.supersede(revision);
                    self.postpone();
                }
                Effect::AnalyseNow => {
                    self.due = None;
                    self.analyse(app);
                }
                Effect::Embed(texts) => self.embedder.submit(texts),
                Effect::SetWords(words) => self.background.set_words(words),
                Effect::Journal(changes) => self.journal(app, changes),
                Effect::Save(save) => {
                    // The task ends with the runtime, after this loop.
                    let _ = self.saves.send(save);
                }
                Effect::AddWord(word) => {
                    let path = self.desk.options.dictionary.clone();
                    self.off_thread(move || {
                        let result =
                            dictionary::add(path.as_deref(), &word).map_err(|e| e.to_string());
                        Arrival::Input(Input::WordAdded { word, result })
                    });
                }
                Effect::Open(path) => self.open(app, path),
                Effect::NewDraft(text) => self.new_draft(text),
                Effect::Reopen(id) => self.with_drafts(move |drafts| {
                    documents::reopen(&id, drafts).map_or_else(refused, posted)
                }),
                Effect::KeepAside(text) => self.with_drafts(move |drafts| {
                    Arrival::KeptAside(documents::keep_aside(&text, drafts))
                }),
                Effect::ListDrafts => self.list_drafts(true),
                Effect::DeleteDraft(id) => {
                    let own = self.own_id();
                    self.with_drafts(move |drafts| match documents::delete(&id, drafts) {
                        Ok(()) => listed(drafts, own, true),
                        Err(reason) => refused(reason),
                    });
                }
            }
        }
        wishes
    }

    /// Puts changes into the journal. It starts with the whole text as the first of them left it,
    /// so that there is no moment at which it holds less than before.
    fn journal(&mut self, app: &App, changes: Vec<Change>) {
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

    /// Asks for the journal of the post at `path`; what is typed meanwhile goes into it whole.
    fn claim(&self, app: &App, path: Option<PathBuf>) {
        let revision = app.editor.buffer().revision();
        let drafts = self.desk.drafts.clone();
        self.off_thread(move || {
            let journal = documents::claim(path.as_deref(), drafts.as_ref());
            Arrival::Claimed(revision, journal)
        });
    }

    fn claimed(&mut self, app: &mut App, journal: Option<Journal>) {
        self.desk.is_started = false;
        match journal {
            Some(journal) => {
                self.desk.journal = Some(journal);
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

    /// Puts `next` in place of the post, whose journal is closed.
    fn replace(&mut self, app: &mut App, next: Loaded, is_kept: bool) -> Vec<Wish> {
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
        self.desk.is_started = false;
        self.desk.is_given_up = false;
        let effects = app.handle(Input::Opened(Ok(Box::new(next.document))));
        if app.editor.buffer().is_modified() {
            self.journal(app, Vec::new());
        }
        let told: Vec<String> = kept.into_iter().chain(next.warning).collect();
        if !told.is_empty() {
            app.warn(told.join("; "));
        }
        self.run(app, effects)
    }

    /// Starts the journal with the text of now; `is_saved` says whether its file holds the same.
    fn start_journal(&mut self, app: &App, is_saved: bool) {
        let Some(journal) = &mut self.desk.journal else {
            return;
        };
        let arrivals = self.arrivals.clone();
        let tell = move |told| {
            // The loop has ended where nobody listens.
            let _ = arrivals.send(Arrival::Input(Input::Journal(told)));
        };
        match journal.start(app.editor.buffer().text(), is_saved, tell) {
            Ok(()) => self.desk.is_started = true,
            Err(error) => {
                let input = Input::Journal(Told::Failed(error.to_string()));
                let _ = self.arrivals.send(Arrival::Input(input));
                self.desk.journal = None;
            }
        }
    }

    /// Sees to the text of the post that gives way to another. Says where it is, if it is in a file
    /// of its own; an error where it could be put nowhere.
    fn put_away(&self, app: &App, is_kept: bool) -> Result<Option<String>, String> {
        if is_kept || !app.is_owed() || self.desk.is_given_up {
            return Ok(None);
        }
        let folder = self.desk.options.rescue_folder.as_deref();
        let rescued = folder.map(|folder| super::run::rescue(app, folder));
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

    /// Opens a file. Where it is the post's own, its journal must be free to be opened again, and
    /// what the post holds now becomes a draft of its own where the file holds something else.
    fn open(&mut self, app: &App, path: PathBuf) {
        let is_own = app.path.as_deref().is_some_and(|own| is_same(own, &path));
        let text = is_own.then(|| app.editor.buffer().text().to_owned());
        let (journal, keep) = (self.desk.journal.take_if(|_| is_own), app.is_owed());
        let done = is_own.then(|| self.begin_closing());
        self.desk.is_given_up |= is_own;
        let drafts = self.desk.drafts.clone();
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
                    loaded.document.recovered = None;
                    loaded.warning = Some("what was here before is among the drafts".to_owned());
                }
                Ok(loaded)
            });
            loaded.map_or_else(refused, posted)
        });
    }

    fn new_draft(&self, text: Option<String>) {
        let drafts = self.desk.drafts.clone();
        self.off_thread(move || {
            let mut loaded = documents::new_draft("", drafts.as_ref());
            // A copy is work that is on no disk yet.
            loaded.document.recovered = text.map(|text| crate::store::journal::Recovered {
                text,
                changed_at: SystemTime::now(),
                damaged: false,
            });
            posted(loaded)
        });
    }

    /// Lists the drafts, for the writer who asked, or to say that there are some.
    fn list_drafts(&self, asked: bool) {
        let own = self.own_id();
        self.with_drafts(move |drafts| listed(drafts, own, asked));
    }

    fn with_drafts(&self, work: impl FnOnce(&Drafts) -> Arrival + Send + 'static) {
        match self.desk.drafts.clone() {
            Some(drafts) => self.off_thread(move || work(&drafts)),
            None => {
                let arrival = refused("there are no drafts: no home folder is known".to_owned());
                let _ = self.arrivals.send(arrival);
            }
        }
    }

    fn off_thread(&self, work: impl FnOnce() -> Arrival + Send + 'static) {
        let arrivals = self.arrivals.clone();
        tokio::task::spawn_blocking(move || {
            // The loop has ended where nobody listens.
            let _ = arrivals.send(work());
        });
    }

    /// Runs the slow stages of the current text.
    pub(super) fn analyse(&self, app: &App) {
        self.background.submit(app.job());
        let texts = app.unknown_texts();
        if !texts.is_empty() {
            self.embedder.submit(texts);
        }
    }

    /// Trailing debounce that steady typing cannot starve.
    fn postpone(&mut self) {
        let now = Instant::now();
        let (quiet, most) = self.desk.options.debounce_ms;
        let since = self.due.map_or(now, |(_, since)| since);
        let at = (now + Duration::from_millis(quiet)).min(since + Duration::from_millis(most));
        self.due = Some((at, since));
    }
}
