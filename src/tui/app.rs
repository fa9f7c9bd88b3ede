//! The program's state and what happens to it. Pure: effects are data, and only the loop runs
//! them.

use std::path::PathBuf;
use std::time::Duration;

use crossterm::event::{
    KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::{Position, Rect};

use crate::analysis::{Report, Settings};
use crate::engine::{Live, Reply};
use crate::post::{LineEnding, Revision};
use crate::store::file::Opened;

use super::command::{Command, Context};
use super::keymap::Keymap;
use super::layout::{Panes, panes};
use super::overlays::{Answer, Overlay, help_lines, page_size};
use super::panes::editor::{self, Editor, Mark};
use super::panes::results::Results;
use super::theme::Theme;

mod findings;
mod saving;

/// Beyond this many bytes a text is edited but not analysed live.
pub const LIVE_BYTES: usize = 256 << 10;

/// Which pane has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    #[default]
    Editor,
    Results,
}

/// Something that happened.
pub enum Input {
    Key(KeyEvent),
    Paste(String),
    Mouse(MouseEvent),
    Resize(u16, u16),
    Engine(Reply),
    /// A save came to an end.
    Saved {
        revision: Revision,
        path: PathBuf,
        then_quit: bool,
        result: Result<(), String>,
    },
    /// The dictionary was written.
    WordAdded {
        word: String,
        result: Result<Vec<String>, String>,
    },
}

/// Something for the loop to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The text has changed: run the slow stages when the writer pauses.
    Analyse(Revision),
    /// Run the slow stages at once.
    AnalyseNow,
    /// Write the text.
    Save {
        revision: Revision,
        path: PathBuf,
        text: String,
        line_ending: LineEnding,
        then_quit: bool,
    },
    /// Add a word to the dictionary and read it anew.
    AddWord(String),
    /// Tell the checker its new words.
    SetWords(Vec<String>),
    /// End.
    Quit,
}

/// A line of text for the writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub text: String,
    pub is_error: bool,
}

/// The whole state.
pub struct App {
    pub editor: Editor,
    pub results: Results,
    pub focus: Focus,
    pub overlays: Vec<Overlay>,
    pub message: Option<Message>,
    pub path: Option<PathBuf>,
    pub theme: Theme,
    /// Wall time of the last synchronous analysis.
    pub analysis_time: Duration,
    /// Working time of the last background analysis.
    pub background_time: Option<Duration>,
    pub panes: Panes,
    pub marks: Vec<Mark>,
    /// Whether the writer chose to throw the text away.
    pub discarded: bool,
    line_ending: LineEnding,
    keymap: Keymap,
    live: Live,
    report: Report,
    screen: Rect,
    analysed: Option<Revision>,
}

impl App {
    /// The state for an opened post.
    #[must_use]
    pub fn new(
        opened: Opened,
        path: Option<PathBuf>,
        settings: Settings,
        memo_lines: usize,
        theme: Theme,
        keymap: Keymap,
    ) -> Self {
        let message = saving::opening_message(&opened, path.as_ref());
        Self {
            editor: Editor::new(opened.text),
            results: Results::default(),
            focus: Focus::Editor,
            overlays: Vec::new(),
            message,
            path,
            theme,
            analysis_time: Duration::ZERO,
            background_time: None,
            panes: Panes::default(),
            marks: Vec::new(),
            discarded: false,
            line_ending: opened.line_ending,
            keymap,
            live: Live::new(settings, memo_lines),
            report: Report::default(),
            screen: Rect::default(),
            analysed: None,
        }
    }

    /// Takes what happened and says what is to be done. Before [`Self::start`] nothing is
    /// computed, so that the text comes on the screen first.
    pub fn handle(&mut self, input: Input) -> Vec<Effect> {
        let effects = match input {
            Input::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
            Input::Key(key) => self.key(key),
            Input::Paste(text) => self.paste(&text),
            Input::Mouse(event) => self.mouse(event),
            Input::Resize(width, height) => {
                self.fit(Rect::new(0, 0, width, height));
                Vec::new()
            }
            Input::Engine(reply) => self.engine(reply),
            Input::Saved {
                revision,
                path,
                then_quit,
                result,
            } => self.saved(revision, path, then_quit, result),
            Input::WordAdded { word, result } => self.word_added(&word, result),
        };
        match self.analysed {
            Some(_) => self.analyse_if_changed(effects),
            None => effects,
        }
    }

    /// The analysis of the text as it is when the program starts.
    pub fn start(&mut self) -> Vec<Effect> {
        self.analyse_if_changed(Vec::new())
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
        if !self.overlays.is_empty() {
            return self.overlay_key(key);
        }
        self.message = None;
        let context = match self.focus {
            Focus::Editor => Context::Editor,
            Focus::Results => Context::Results,
        };
        match self.keymap.resolve(context, key) {
            Some(command) => self.command(command),
            None => {
                let plain = key.modifiers - KeyModifiers::SHIFT;
                // AltGr arrives as Ctrl-Alt on some terminals, and its letters are text.
                let altgr = KeyModifiers::CONTROL | KeyModifiers::ALT;
                if let KeyCode::Char(c) = key.code
                    && (plain.is_empty() || plain == altgr)
                    && self.focus == Focus::Editor
                {
                    let outcome = self.editor.insert(c.encode_utf8(&mut [0; 4]));
                    self.editor_outcome(outcome);
                }
                Vec::new()
            }
        }
    }

    fn overlay_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let size = page_size(self.screen);
        let Some(top) = self.overlays.last_mut() else {
            return Vec::new();
        };
        match top.key(key, size) {
            Answer::Stay => Vec::new(),
            Answer::Close => {
                self.overlays.pop();
                Vec::new()
            }
            Answer::Discard => {
                self.discarded = true;
                vec![Effect::Quit]
            }
            Answer::SaveAndQuit => {
                self.overlays.pop();
                self.save(true)
            }
            Answer::SaveAs { path, then_quit } => {
                self.overlays.pop();
                vec![self.save_effect(PathBuf::from(path), then_quit)]
            }
        }
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Save => return self.save(false),
            Command::SaveAs => self.ask_for_name(false),
            Command::Quit if self.editor.buffer().is_modified() => {
                self.overlays.push(Overlay::ConfirmQuit);
            }
            Command::Quit => return vec![Effect::Quit],
            Command::Help => {
                let lines = help_lines(&self.theme, &self.keymap);
                self.overlays.push(Overlay::Page {
                    title: "Keys",
                    lines,
                    top: 0,
                });
            }
            Command::NextPane => {
                self.focus = match self.focus {
                    Focus::Editor => Focus::Results,
                    Focus::Results => Focus::Editor,
                };
            }
            Command::FocusEditor => self.focus = Focus::Editor,
            Command::FocusResults => self.focus = Focus::Results,
            _ => match self.focus {
                Focus::Editor => {
                    let outcome = self.editor.update(command);
                    self.editor_outcome(outcome);
                }
                Focus::Results => {
                    let outcome = self.results.update(command);
                    return self.results_outcome(outcome);
                }
            },
        }
        Vec::new()
    }

    fn editor_outcome(&mut self, outcome: editor::Outcome) {
        match outcome {
            editor::Outcome::Done => {}
            editor::Outcome::Notice(text) => self.notice(text),
        }
    }

    fn paste(&mut self, text: &str) -> Vec<Effect> {
        if let Some(top) = self.overlays.last_mut() {
            top.paste(text);
        } else if self.focus == Focus::Editor {
            let outcome = self.editor.insert(text);
            self.editor_outcome(outcome);
        } else {
            self.notice("the results take no text; Tab goes to the editor".to_owned());
        }
        Vec::new()
    }

    fn mouse(&mut self, event: MouseEvent) -> Vec<Effect> {
        let rows = match event.kind {
            MouseEventKind::ScrollUp => -3,
            MouseEventKind::ScrollDown => 3,
            _ => 0,
        };
        if let Some(top) = self.overlays.last_mut() {
            top.scroll(rows, page_size(self.screen));
            return Vec::new();
        }
        let at = Position {
            x: event.column,
            y: event.row,
        };
        let (editor, results) = (self.panes.editor, self.panes.results);
        let is_seen = !self.panes.single || self.focus == Focus::Editor;
        if is_seen && editor.contains(at) {
            let (column, row) = (at.x - editor.x, at.y - editor.y);
            match event.kind {
                MouseEventKind::Down(MouseButton::Left) => {
                    self.focus = Focus::Editor;
                    self.editor.click(column, row, false);
                }
                MouseEventKind::Drag(MouseButton::Left) => self.editor.click(column, row, true),
                _ if rows != 0 => self.editor.scroll(rows),
                _ => {}
            }
        } else if results.contains(at) {
            match event.kind {
                MouseEventKind::Down(MouseButton::Left) => {
                    self.focus = Focus::Results;
                    let outcome = self.results.click(at.y - results.y);
                    return self.results_outcome(outcome);
                }
                _ if rows != 0 => self.results.select_by(rows),
                _ => {}
            }
        }
        Vec::new()
    }

    /// Takes note of the screen that is about to be drawn.
    pub fn fit(&mut self, screen: Rect) {
        if self.screen != screen {
            self.resize(screen);
        }
    }

    fn resize(&mut self, screen: Rect) {
        self.screen = screen;
        self.panes = panes(screen);
        self.editor
            .resize(self.panes.editor.width, self.panes.editor.height);
        self.results
            .resize(self.panes.results.width, self.panes.results.height);
        self.show_report();
    }

    fn engine(&mut self, reply: Reply) -> Vec<Effect> {
        match reply {
            Reply::Warm { took } => {
                tracing::info!(?took, "grammar checker is warm");
                self.background_time = Some(took);
            }
            Reply::Slow {
                revision,
                slow,
                took,
            } => {
                // What is beyond the limit is not analysed, so the reply is of an older text.
                if self.is_live() && self.live.accept(revision, *slow) {
                    self.background_time = Some(took);
                    self.refresh();
                }
            }
            Reply::Failed { reason } => self.fail(reason),
        }
        Vec::new()
    }

    /// Runs the fast stages where the text has changed.
    fn analyse_if_changed(&mut self, mut effects: Vec<Effect>) -> Vec<Effect> {
        let revision = self.editor.buffer().revision();
        if self.analysed == Some(revision) {
            return effects;
        }
        self.analysed = Some(revision);
        if self.is_live() {
            let began = std::time::Instant::now();
            self.live.edit(revision, self.editor.buffer().text());
            self.refresh();
            self.analysis_time = began.elapsed();
            effects.push(Effect::Analyse(revision));
        } else {
            self.report = Report::default();
            self.show_report();
        }
        effects
    }

    fn refresh(&mut self) {
        self.report = self.live.report(false);
        self.show_report();
    }

    fn show_report(&mut self) {
        let findings = self.report.findings.ready().map_or(&[][..], Vec::as_slice);
        self.marks = findings
            .iter()
            .map(|f| Mark {
                span: f.span.span(),
                style: self.theme.severity(f.severity),
            })
            .collect();
        if self.is_live() {
            self.results
                .set_report(&self.report, self.editor.buffer().text(), &self.theme);
        } else {
            let reason = format!("The analysis rests: the text is longer than {LIVE_BYTES} bytes.");
            self.results.set_reason(&reason, &self.theme);
        }
    }

    fn notice(&mut self, text: String) {
        self.message = Some(Message {
            text,
            is_error: false,
        });
    }

    fn fail(&mut self, text: String) {
        tracing::error!("{text}");
        self.message = Some(Message {
            text,
            is_error: true,
        });
    }
}
