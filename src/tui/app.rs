//! The program's state and what happens to it. Pure: effects are data, and only the loop runs
//! them.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crossterm::event::{KeyEvent, KeyEventKind};
use ratatui::layout::Rect;

use crate::analysis::{Report, Settings};
use crate::engine::Engine;
use crate::engine::Live;
use crate::learning::calibration::Calibration;
use crate::post::Revision;
use crate::rewrite::search::Goal;
use crate::store::file::{Form, Stamp};
use crate::store::journal::Recovered;

use super::command::Command;
use super::focus::Focus;
use super::keymap::{Keymap, typed};
use super::layout::Panes;
use super::overlays::{Ask, Overlay};
use super::panes::cache::Cache;
use super::panes::editor::{self, Editor, Mark, Ruler};
use super::panes::monitor::MonitorPane;
use super::panes::results::Results;
use super::suggestions::Suggestions;
use super::theme::Theme;

mod analysis;
mod documents;
mod entries;
mod event;
mod findings;
mod monitor;
mod mouse;
mod overlay;
mod pages;
mod paste;
mod places;
mod saving;
mod suggestions;
mod telling;
mod templates;
mod variants;
mod versions;

pub(super) use monitor::Due;

pub use event::{Document, Effect, Expected, Input, Listing, Save, SaveFailure};
pub use versions::{Record, Subject, VersionNews, VersionTask};

/// What tells the open post from others of the engine; revisions grow from post to post.
pub const DOCUMENT: u64 = 1;

/// Beyond this many bytes a text is edited but not analysed live.
pub const LIVE_BYTES: usize = 256 << 10;

/// A line of text for the writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub text: String,
    pub is_error: bool,
}

/// What a file is, against what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDisk {
    /// The same, or still none.
    AsKnown,
    Changed,
    Gone,
}

/// What the state is made with.
pub struct Setup {
    /// What `~/` stands for.
    pub home: Option<PathBuf>,
    pub settings: Settings,
    pub engine: Engine,
    /// What suggestions are measured by.
    pub goal: Goal,
    /// Whether suggestions are looked for while nobody types.
    pub suggests: bool,
    /// Whether the writer's choices rank them.
    pub learns: bool,
    pub theme: Theme,
    pub keymap: Keymap,
    /// Longest paste that is taken, in bytes.
    pub paste_bytes: usize,
    /// The commands of the shell's command line with what they do, for the help.
    pub command_line: Vec<(String, String)>,
}

/// The whole state.
pub struct App {
    pub editor: Editor,
    pub results: Results,
    pub cache: Cache,
    pub monitor: MonitorPane,
    pub focus: Focus,
    pub overlays: Vec<Overlay>,
    pub message: Option<Message>,
    pub path: Option<PathBuf>,
    pub theme: Theme,
    pub keymap: Keymap,
    /// Wall time of the last synchronous analysis.
    pub analysis_time: Duration,
    /// Working time of the last background analysis.
    pub background_time: Option<Duration>,
    /// The revision at which the writer rests.
    resting: Option<Revision>,
    /// The revision whose fixes were computed ahead.
    superposed: Option<Revision>,
    suggestions: Suggestions,
    /// The forecast tried on the writer's past posts, where some are kept.
    own: Option<Box<Calibration>>,
    goal: Goal,
    suggests: bool,
    /// The suggestion that the writer is about to turn down, and of which text.
    refusing: Option<(Revision, usize)>,
    /// The variants that are being looked for.
    looking: Option<(Revision, Goal)>,
    /// What was last told of why the encoder does not run where it was asked to.
    encoder_note: Option<String>,
    /// Bytes a second that were sent to the terminal of late.
    pub sent_rate: Option<u64>,
    pub panes: Panes,
    pub marks: Vec<Mark>,
    pub rulers: Vec<Ruler>,
    /// Whether the writer chose to throw the text away.
    pub discarded: bool,
    /// Whether the post can only be looked at.
    pub read_only: bool,
    /// Whether what is typed goes into no journal.
    pub is_unjournaled: bool,
    /// Whether another post is on its way.
    is_waiting: bool,
    /// What was typed since.
    queue: Vec<Input>,
    /// The file that a save found changed, until the writer has said what to do.
    conflict: Option<PathBuf>,
    /// The name that the post could not be saved under.
    wanted: Option<PathBuf>,
    /// What another program was seen to have done to the file.
    pub on_disk: OnDisk,
    /// Which of results, cache and monitor is seen where they take turns.
    side: Focus,
    zoomed: bool,
    home: Option<PathBuf>,
    paste_bytes: usize,
    command_line: Vec<(String, String)>,
    form: Form,
    /// What the file was when it was opened or last saved.
    stamp: Option<Stamp>,
    recovered: Option<Recovered>,
    /// Where the writer is to be asked about it anew, at a word of theirs: whether what is typed
    /// went into no journal even before that text stood in its way.
    asks_again: Option<bool>,
    /// When the post was opened.
    as_of: Option<SystemTime>,
    /// Whether there was no such file.
    is_new: bool,
    /// The revision at which this post was opened.
    opened_at: Revision,
    recording: versions::Recording,
    /// Whether the post that is on its way is a template to fill in.
    is_filling: bool,
    live: Live,
    report: Report,
    screen: Rect,
    analysed: Option<Revision>,
}

impl App {
    /// The state for an opened post.
    #[must_use]
    pub fn new(document: Document, setup: Setup) -> Self {
        let mut app = Self {
            editor: Editor::default(),
            results: Results::default(),
            cache: Cache::default(),
            monitor: MonitorPane::default(),
            focus: Focus::Editor,
            overlays: Vec::new(),
            message: None,
            path: None,
            theme: setup.theme,
            keymap: setup.keymap,
            analysis_time: Duration::ZERO,
            background_time: None,
            encoder_note: None,
            sent_rate: None,
            panes: Panes::default(),
            marks: Vec::new(),
            rulers: Vec::new(),
            discarded: false,
            read_only: false,
            is_unjournaled: false,
            is_waiting: false,
            queue: Vec::new(),
            conflict: None,
            wanted: None,
            resting: None,
            superposed: None,
            suggestions: Suggestions::new(setup.learns),
            own: None,
            goal: setup.goal,
            suggests: setup.suggests,
            refusing: None,
            looking: None,
            on_disk: OnDisk::AsKnown,
            side: Focus::Results,
            zoomed: false,
            home: setup.home,
            paste_bytes: setup.paste_bytes,
            command_line: setup.command_line,
            form: Form::default(),
            stamp: None,
            recovered: None,
            asks_again: None,
            as_of: None,
            is_new: false,
            opened_at: Revision::default(),
            recording: versions::Recording::default(),
            is_filling: false,
            live: Live::new(setup.settings, setup.engine, DOCUMENT),
            report: Report::default(),
            screen: Rect::default(),
            analysed: None,
        };
        app.show_document(document);
        app
    }

    /// Takes what happened and says what is to be done. Before [`Self::start`] nothing is
    /// computed, so that the text comes on the screen first.
    pub fn handle(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = match input {
            Input::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
            Input::Key(key) => self.key(key),
            Input::Paste(text) => self.paste(&text),
            Input::CutPaste(text) => self.cut_paste(&text),
            Input::Mouse(event) => self.mouse(event),
            Input::Resize(width, height) => {
                self.fit(Rect::new(0, 0, width, height));
                Vec::new()
            }
            Input::Focused => {
                let file = self.file_to_look_at().into_iter();
                file.map(|(path, known)| Effect::LookAtFile(path, known))
                    .collect()
            }
            Input::FileSeen { path, stamp, known } => {
                self.file_seen(&path, stamp, known);
                Vec::new()
            }
            Input::Engine(reply) => self.engine(reply),
            Input::Embedded(embedded) => self.embedded(embedded),
            Input::Resting(revision) => self.rest(revision),
            Input::Rewritten(told) => self.rewritten(told),
            Input::Learned(result) => self.learned(result),
            Input::Own(own) => self.own_posts(own),
            Input::Cached(shown) => {
                self.cache.show(*shown);
                Vec::new()
            }
            Input::Sampled(sampled) => self.sampled(*sampled),
            Input::Watching(history) => {
                self.monitor.set_history(history);
                Vec::new()
            }
            Input::Done(told) => {
                match told {
                    Ok(text) => self.notice(text),
                    Err(reason) => self.fail(reason),
                }
                Vec::new()
            }
            Input::Opened(result) => self.opened(result),
            Input::Listed {
                result,
                now,
                own,
                why,
            } => self.listed(result, (now, own), why),
            Input::NotDeleted(reason) => {
                self.fail(reason);
                Vec::new()
            }
            Input::KeptAside(result) => self.kept_aside(result),
            Input::Saved {
                revision,
                path,
                then_quit,
                result,
            } => self.saved(revision, path, then_quit, result),
            Input::Journal(told) => {
                self.journal_told(told);
                Vec::new()
            }
            Input::WordAdded { word, result } => self.word_added(&word, result),
            Input::Entries { wanted, result } => {
                self.entries_listed(&wanted, result);
                Vec::new()
            }
            Input::Forgotten(result) => self.forgotten(result),
            Input::Versions(news) => self.version_news(news),
            Input::Templates(shelf) => {
                self.templates_read(*shelf);
                Vec::new()
            }
        };
        effects.extend(self.replay());
        self.keep_hit_in_sight();
        let changes = self.editor.buffer_mut().take_changes();
        if !changes.is_empty() {
            self.suggestions.follow(&changes);
            effects.push(Effect::Journal(changes));
        }
        match self.analysed {
            Some(_) => self.analyse_if_changed(effects),
            None => effects,
        }
    }

    /// The analysis of the text as it is when the program starts.
    pub fn start(&mut self) -> Vec<Effect> {
        let mut first = self.record_opened();
        first.extend(self.suggestions.is_learning().then_some(Effect::Learn));
        self.analyse_if_changed(first)
    }

    /// Whether `revision` is one of the post that is open now.
    #[must_use]
    pub fn is_of_this_post(&self, revision: Revision) -> bool {
        revision >= self.opened_at
    }

    /// The slow stages that the current text needs.
    #[must_use]
    pub fn job(&self) -> crate::engine::Job {
        self.live.job()
    }

    /// Whether grammar and keywords are of an older text.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.live.is_behind() && self.is_live()
    }

    /// Whether the text is short enough to be analysed at every keystroke.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.editor.buffer().text().len() <= LIVE_BYTES
    }

    /// What is known of the text.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        if self.is_waiting {
            // Meant for the post that is on its way.
            self.queue.push(Input::Key(key));
            return Vec::new();
        }
        if !self.overlays.is_empty() {
            return self.overlay_key(key);
        }
        self.message = None;
        match self.keymap.resolve(self.focus.place(), key) {
            Some(command) => self.command(command),
            None => {
                if let Some(c) = typed(key)
                    && self.focus == Focus::Editor
                    && self.may_edit()
                {
                    let outcome = self.editor.insert(c.encode_utf8(&mut [0; 4]));
                    return self.editor_outcome(outcome);
                }
                Vec::new()
            }
        }
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        if let Some(pane) = Focus::asked_for(command) {
            self.set_focus(pane);
            return Vec::new();
        }
        match command {
            Command::Save => return self.save(false),
            Command::SaveAs => self.ask_for_name(false),
            Command::Quit => return self.quit(),
            Command::Undo | Command::Redo if self.may_edit() => return self.go_over(command),
            Command::Undo | Command::Redo => {}
            Command::Help => self.show_help(),
            Command::Palette => self.overlays.push(Overlay::Palette(Default::default())),
            Command::NextPane => self.set_focus(self.focus.step(1)),
            Command::PreviousPane => self.set_focus(self.focus.step(-1)),
            Command::Zoom => {
                self.zoomed = !self.zoomed;
                self.arrange();
            }
            Command::OpenFile => self.ask_what_to_open(),
            Command::NewDraft => {
                self.is_waiting = true;
                return vec![Effect::NewDraft(None)];
            }
            Command::Drafts => return self.drafts(),
            Command::Versions => return self.list_versions(),
            Command::Templates => return self.list_templates(),
            Command::NextBlank => self.next_blank(),
            Command::Preview => self.show_preview(),
            Command::Spoken => self.show_spoken(),
            Command::PlainLetters => self.make_plain(),
            Command::CopyPost => return self.copy_post(),
            Command::Variants => return self.vary(),
            Command::Search => self.start_search(),
            Command::SearchNext => self.search_on(false),
            Command::SearchPrevious => self.search_on(true),
            Command::Watch(_) => {
                // The palette may ask while another pane has the focus.
                self.set_focus(Focus::Monitor);
                return self.pane_command(command);
            }
            Command::Suggestions => {
                self.set_focus(Focus::Results);
                return self.pane_command(command);
            }
            Command::Entries => return self.list_entries(),
            Command::Invalidate => self.ask_for_line(Ask::Invalidate, String::new()),
            Command::ClearCache => self.ask_to_clear(),
            Command::Redraw => return vec![Effect::Redraw],
            Command::Suspend => return vec![Effect::Suspend],
            _ => return self.pane_command(command),
        }
        Vec::new()
    }

    /// A command of the pane that has the focus, or of the one that the command belongs to.
    fn pane_command(&mut self, command: Command) -> Vec<Effect> {
        if self.focus == Focus::Editor && command.edits() && !self.may_edit() {
            return Vec::new();
        }
        match self.focus {
            Focus::Editor => {
                let outcome = self.editor.update(command);
                self.editor_outcome(outcome)
            }
            Focus::Results => {
                let outcome = self.results.update(command);
                self.results_outcome(outcome)
            }
            Focus::Cache => {
                self.cache.update(command);
                Vec::new()
            }
            Focus::Monitor => {
                let effects = self.monitor.update(command);
                self.monitor_effects(effects)
            }
        }
    }

    fn editor_outcome(&mut self, outcome: editor::Outcome) -> Vec<Effect> {
        match outcome {
            editor::Outcome::Done => Vec::new(),
            editor::Outcome::Notice(text) => {
                self.notice(text);
                Vec::new()
            }
            editor::Outcome::Copied(text) => self.copied(text),
        }
    }
}
