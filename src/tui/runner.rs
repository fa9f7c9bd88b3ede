//! Runs effects: files, threads, the journal.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;

use crate::engine::{Background, Embedder, Rewriting, Superposition};
use crate::monitor::Need;
use crate::store::dictionary;
use crate::store::file::Stamp;
use crate::store::journal::{Drafts, Journal};

use super::Options;
use super::app::{App, DOCUMENT, Effect, Input, Listing, Save};
use super::arrival::Arrival;
use super::documents;
use super::focus::Focus;
use super::keeper::Keeper;
use super::overlays::{MOST_ENTRIES, Wanted};
use super::panes::cache::Shown;
use super::probe::Probe;
use super::saver::save_in_order;
use super::watching::{OpenPost, Watching};

mod history;
mod learning;
mod posts;
mod versions;

pub(super) use history::Looked;
use history::PastPosts;

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
    /// A save, and its text, that the journal is to be told of once it starts.
    saved_before: Option<(PathBuf, String)>,
    list_drafts: bool,
    /// Who keeps versions.
    pub(super) keeper: Keeper,
    /// Who measures, if somebody does.
    pub(super) probe: Option<Probe>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(options: &'a Options, journal: Option<Journal>, list_drafts: bool) -> Self {
        let folder = options.rescue_folder.as_ref();
        let exports = folder.map_or_else(|| ".".into(), |folder| folder.join(EXPORTS));
        let offset = options.watch.utc_offset;
        let mut keeper = Keeper::new(options.user.clone(), exports, offset);
        keeper.draft = journal.as_ref().map(Journal::id);
        Self {
            options,
            keeper,
            drafts: options.drafts_folder.clone().map(Drafts::new),
            journal,
            is_started: false,
            is_given_up: false,
            closing: None,
            saved_before: None,
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

    /// Takes note of the draft that is open now.
    fn follow_draft(&mut self) {
        self.keeper.draft = self.journal.as_ref().map(Journal::id);
    }

    /// Whether the journal follows the text.
    pub(super) fn is_started(&self) -> bool {
        self.is_started
    }
}

/// The folder of exports, beside the drafts.
const EXPORTS: &str = "exports";

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

/// What is at work, for those who watch from elsewhere.
fn title(app: &App) -> String {
    let name = app.path.as_deref().and_then(std::path::Path::file_name);
    name.map_or("a draft".to_owned(), |n| n.to_string_lossy().into_owned())
}

pub(super) struct Runner<'d, 'o> {
    desk: &'d mut Desk<'o>,
    background: Background,
    embedder: Embedder,
    /// Where the configuration wants it.
    superposition: Option<Superposition>,
    rewriting: Rewriting,
    watching: Watching,
    open: OpenPost,
    arrivals: UnboundedSender<Arrival>,
    saves: UnboundedSender<Save>,
    /// Whether a file is being looked at.
    is_looking: bool,
    past: PastPosts,
    /// When the slow stages are due, and when they were first asked for.
    pub(super) due: Option<(Instant, Instant)>,
    /// When the writer counts as resting.
    pub(super) rest: Option<Instant>,
}

/// What is to be done to the screen, which only the loop has.
pub(super) enum Wish {
    Redraw,
    Suspend,
    Copy(String),
    /// Bytes that make the terminal ring or notify.
    Ring(Vec<u8>),
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
        let background = Background::start(options.engine.clone(), DOCUMENT, move |reply| {
            // The loop has ended where nobody listens; so will the thread.
            let _ = replies.send(Arrival::Input(Input::Engine(reply)));
        })?;
        let vectors = arrivals.clone();
        let embedder = Embedder::start(options.engine.clone(), DOCUMENT, move |embedded| {
            let _ = vectors.send(Arrival::Input(Input::Embedded(embedded)));
        })?;
        let superposition = options
            .superposition
            .then(|| {
                // Nobody waits for it.
                let done = |_, _| {};
                Superposition::start(options.engine.clone(), &options.settings, DOCUMENT, done)
            })
            .transpose()?;
        let rewrites = arrivals.clone();
        let rewriting = Rewriting::start(
            &options.engine,
            &options.settings,
            DOCUMENT,
            &options.aims,
            move |told| {
                let _ = rewrites.send(Arrival::Input(Input::Rewritten(told)));
            },
        )?;
        let samples = arrivals.clone();
        let open = OpenPost::default();
        let watching = Watching::start(
            &options.watch,
            (Some(options.engine.clone()), open.clone()),
            move |sampled| {
                let _ = samples.send(Arrival::Input(Input::Sampled(Box::new(sampled))));
            },
        )
        .map_err(io::Error::other)?;
        // The loop has not begun yet, so somebody listens.
        let _ = arrivals.send(Arrival::Input(Input::Watching(watching.history())));
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
            superposition,
            rewriting,
            watching,
            open,
            arrivals,
            saves,
            is_looking: false,
            past: PastPosts::default(),
            due: None,
            rest: None,
        };
        runner.watch(app);
        if runner.desk.list_drafts {
            runner.list_drafts(Listing::Start);
        }
        Ok(runner)
    }

    /// Samples only what is seen.
    pub(super) fn watch(&self, app: &App) {
        let shown = [Focus::Monitor, Focus::Cache];
        let is_seen = shown.iter().any(|f| app.panes.at(*f).is_some());
        self.watching.control().need(Need::Pane, is_seen);
        let lag = self.desk.journal.as_ref().and_then(Journal::lag);
        self.open.follow(lag, title(app));
    }

    /// Takes note of the bytes and the time in all that frames took which no key asked for.
    pub(super) fn count(&self, (sent, drawing): (u64, Duration)) {
        let control = self.watching.control();
        control.terminal_bytes(sent);
        control.drawing(drawing);
    }

    /// Who measures, if somebody does.
    pub(super) fn probe(&self) -> Option<&Probe> {
        self.desk.probe.as_ref()
    }

    /// Whether something that arrives can change the screen.
    pub(super) fn is_seen(&self, app: &App, arrival: &Arrival) -> bool {
        match arrival {
            Arrival::Input(Input::Sampled(_)) => {
                let shown = [Focus::Monitor, Focus::Cache];
                shown.iter().any(|f| app.panes.at(*f).is_some())
            }
            Arrival::History(looked) => looked.is_news(),
            _ => true,
        }
    }

    pub(super) fn take(&mut self, app: &mut App, arrival: Arrival) -> Vec<Wish> {
        let input = match arrival {
            Arrival::Input(input) => {
                self.is_looking &= !matches!(input, Input::FileSeen { .. });
                if matches!(input, Input::Sampled(_)) && app.panes.at(Focus::Cache).is_some() {
                    let engine = &self.desk.options.engine;
                    app.handle(Input::Cached(Box::new(Shown {
                        stats: engine.cache().stats(),
                        engine: engine.snapshot(),
                    })));
                }
                input
            }
            Arrival::History(looked) => match self.past.follow(looked) {
                Some(own) => Input::Own(own),
                None => return Vec::new(),
            },
            Arrival::KeptAside(revision, result) => {
                if app.is_of_this_post(revision) {
                    return self.kept_aside(app, result);
                }
                // The journal of the post before still holds the text.
                return Vec::new();
            }
            Arrival::Compared { path, own, is_own } => {
                if own == app.path {
                    self.open_compared(app, path, is_own);
                } else {
                    // A save gave the post another name meanwhile.
                    self.open(app, path);
                }
                return Vec::new();
            }
            Arrival::Post(next) => return self.posted(app, next),
            Arrival::PutAway {
                next,
                revision,
                is_kept,
            } => {
                // What was typed since is in no journal.
                let is_kept = is_kept && revision == app.editor.buffer().revision();
                return self.replace(app, *next, is_kept);
            }
            Arrival::Claimed(revision, journal) => {
                if app.is_of_this_post(revision) && self.desk.journal.is_none() {
                    self.claimed(app, journal);
                }
                return Vec::new();
            }
            Arrival::Saved { save, result } => {
                if result.is_ok() && app.is_of_this_post(save.revision) {
                    self.journal_saved(app, &save.path, &save.text);
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
                Effect::Superpose(revision, texts) => {
                    if let Some(superposition) = &self.superposition {
                        superposition.submit(revision, texts);
                    }
                }
                Effect::Suggest(revision, text) => self.rewriting.suggest(revision, text),
                Effect::Vary(revision, text, goal) => self.rewriting.vary(revision, text, goal),
                Effect::Feedback(feedback) => self.learn(feedback),
                Effect::Learn => self.learn(Vec::new()),
                Effect::Embed(revision, texts) => self.embedder.submit(revision, texts),
                Effect::SetWords(words) => self.background.set_words(words),
                Effect::Journal(changes) => self.journal(app, changes),
                Effect::Save(save) => {
                    // The task ends with the runtime, after this loop.
                    let _ = self.saves.send(save);
                }
                Effect::LookAtFile(path, known) => self.look_at_file(path, known),
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
                Effect::Reopen(id) => self.reopen(id),
                Effect::KeepAside(text) => self.keep_aside(app, text),
                Effect::ListDrafts => self.list_drafts(Listing::Asked),
                Effect::DeleteDraft(id) => self.delete_draft(id),
                Effect::Watch(effect) => {
                    if let Some(work) = self.watching.perform(effect) {
                        self.off_thread(move || Arrival::Input(Input::Done(work())));
                    }
                }
                Effect::Record(record) => self.record(*record),
                Effect::Versions(subject, task) => self.version_task(&subject, task),
                Effect::ReadTemplates => self.read_templates(),
                Effect::Ring(bytes) => wishes.push(Wish::Ring(bytes)),
                Effect::ListEntries(wanted) => self.list_entries(wanted),
                Effect::Invalidate(pattern) => {
                    let engine = self.desk.options.engine.clone();
                    self.off_thread(move || {
                        let tags = engine.cache().invalidate_pattern(&pattern);
                        let told = tags.map(|t| Some(t.len())).map_err(|e| e.to_string());
                        Arrival::Input(Input::Forgotten(told))
                    });
                }
                Effect::ClearCache => {
                    let engine = self.desk.options.engine.clone();
                    self.off_thread(move || {
                        let told = engine.cache().invalidate_all();
                        let told = told.map(|()| None).map_err(|e| e.to_string());
                        Arrival::Input(Input::Forgotten(told))
                    });
                }
            }
        }
        wishes
    }

    fn list_entries(&self, wanted: Wanted) {
        let engine = self.desk.options.engine.clone();
        self.off_thread(move || {
            let cache = engine.cache();
            let entries = cache.entries(&wanted.filter, wanted.order, MOST_ENTRIES);
            Arrival::Input(Input::Entries {
                wanted,
                result: entries.map_err(|e| e.to_string()),
            })
        });
    }

    fn off_thread(&self, work: impl FnOnce() -> Arrival + Send + 'static) {
        let arrivals = self.arrivals.clone();
        tokio::task::spawn_blocking(move || {
            // The loop has ended where nobody listens.
            let _ = arrivals.send(work());
        });
    }

    /// Runs the slow stages of the current text.
    pub(super) fn analyse(&mut self, app: &App) {
        // The writer pauses: a time to notice that another program wrote the file.
        if let Some((path, known)) = app.file_to_look_at() {
            self.look_at_file(path, known);
        }
        self.background.submit(app.job());
        let texts = app.read_texts();
        if !texts.is_empty() {
            self.embedder.submit(app.editor.buffer().revision(), texts);
        }
        self.rest = Some(Instant::now() + self.desk.options.rest);
    }

    /// Looks at a file, one at a time: a disk that does not answer is not asked again.
    fn look_at_file(&mut self, path: PathBuf, known: Option<Stamp>) {
        if std::mem::replace(&mut self.is_looking, true) {
            return;
        }
        self.off_thread(move || {
            // What cannot be read is told by the save.
            let stamp = Stamp::of(&path).unwrap_or(known);
            Arrival::Input(Input::FileSeen { path, stamp, known })
        });
    }

    /// Trailing debounce that steady typing cannot starve.
    fn postpone(&mut self) {
        self.rest = None;
        let now = Instant::now();
        let (quiet, most) = self.desk.options.debounce_ms;
        let since = self.due.map_or(now, |(_, since)| since);
        let at = (now + Duration::from_millis(quiet)).min(since + Duration::from_millis(most));
        self.due = Some((at, since));
    }
}
