//! The program's state and what happens to it. Pure: effects are data, and only the loop runs
//! them.

use std::path::PathBuf;
use std::time::Duration;

use crossterm::event::{
    KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::{Position, Rect};

use crate::analysis::report::LocatedFinding;
use crate::analysis::{Report, Settings};
use crate::engine::{Live, Reply};
use crate::post::directive::ignore_line;
use crate::post::{LineEnding, Revision, Span};
use crate::store::file::Opened;

use super::command::{Command, Context};
use super::explain::explain_lines;
use super::keymap::Keymap;
use super::layout::{Panes, panes};
use super::overlays::{Answer, Overlay, help_lines};
use super::panes::editor::{self, Editor, Mark};
use super::panes::results::{self, Results};
use super::theme::Theme;

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
    ) -> Self {
        let message = opening_message(&opened, path.as_ref());
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
            keymap: Keymap::default(),
            live: Live::new(settings, memo_lines),
            report: Report::default(),
            screen: Rect::default(),
            analysed: None,
        }
    }

    /// Takes what happened and says what is to be done.
    pub fn handle(&mut self, input: Input) -> Vec<Effect> {
        let effects = match input {
            Input::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
            Input::Key(key) => self.key(key),
            Input::Paste(text) => self.paste(&text),
            Input::Mouse(event) => self.mouse(event),
            Input::Resize(width, height) => {
                self.resize(Rect::new(0, 0, width, height));
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
        self.analyse_if_changed(effects)
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
        let page = usize::from(self.screen.height.saturating_sub(4)).max(1);
        let Some(top) = self.overlays.last_mut() else {
            return Vec::new();
        };
        match top.key(key, page) {
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
                let lines = help_lines(&self.theme);
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

    fn results_outcome(&mut self, outcome: results::Outcome) -> Vec<Effect> {
        match outcome {
            results::Outcome::Done => {}
            results::Outcome::Notice(text) => self.notice(text.to_owned()),
            results::Outcome::Explain(topic) => {
                let report = self.live.report(true);
                if let Some(explain) = &report.explain {
                    let (title, lines) = explain_lines(topic, explain, &self.theme);
                    self.overlays.push(Overlay::Page {
                        title,
                        lines,
                        top: 0,
                    });
                }
            }
            results::Outcome::Show(span) => self.show(span),
            results::Outcome::ShowFinding(i) => {
                if let Some(f) = self.finding(i).cloned() {
                    self.show(f.span.span());
                    self.notice(format!("{} [{}]", f.message, f.rule));
                }
            }
            results::Outcome::ApplyFix(i) => self.apply_fix(i),
            results::Outcome::Ignore(i) => self.ignore(i),
            results::Outcome::AddWord(i) => return self.add_word(i),
        }
        Vec::new()
    }

    fn finding(&self, index: usize) -> Option<&LocatedFinding> {
        self.report.findings.ready()?.get(index)
    }

    fn show(&mut self, span: Span) {
        self.focus = Focus::Editor;
        self.editor.show(span);
    }

    fn apply_fix(&mut self, index: usize) {
        let Some(finding) = self.finding(index).cloned() else {
            return;
        };
        match finding.replacements.first() {
            Some(fix) => {
                self.editor.replace(finding.span.span(), fix);
                self.notice(format!("applied; Ctrl-Z undoes it [{}]", finding.rule));
            }
            None => self.notice(format!("no replacement is known for {}", finding.rule)),
        }
    }

    /// Puts a comment above the line, which export strips.
    fn ignore(&mut self, index: usize) {
        let Some(finding) = self.finding(index).cloned() else {
            return;
        };
        let start = self.editor.buffer().line_start(finding.span.start);
        let line = format!("{}\n", ignore_line(&finding.rule));
        self.editor.replace(Span::new(start, start), &line);
        self.notice(format!("{} is ignored in that line", finding.rule));
    }

    fn add_word(&mut self, index: usize) -> Vec<Effect> {
        let Some(finding) = self.finding(index) else {
            return Vec::new();
        };
        if !finding.rule.starts_with("spelling/") {
            self.notice("only words that the speller does not know can be added".to_owned());
            return Vec::new();
        }
        let word = finding
            .span
            .span()
            .of(self.editor.buffer().text())
            .to_owned();
        vec![Effect::AddWord(word)]
    }

    fn word_added(&mut self, word: &str, result: Result<Vec<String>, String>) -> Vec<Effect> {
        match result {
            Ok(words) => {
                self.notice(format!("“{word}” is in the dictionary now"));
                self.live.forget_grammar();
                vec![Effect::SetWords(words), Effect::AnalyseNow]
            }
            Err(reason) => {
                self.fail(reason);
                Vec::new()
            }
        }
    }

    fn save(&mut self, then_quit: bool) -> Vec<Effect> {
        match self.path.clone() {
            Some(path) => vec![self.save_effect(path, then_quit)],
            None => {
                self.ask_for_name(then_quit);
                Vec::new()
            }
        }
    }

    fn save_effect(&self, path: PathBuf, then_quit: bool) -> Effect {
        Effect::Save {
            revision: self.editor.buffer().revision(),
            path,
            text: self.editor.buffer().text().to_owned(),
            line_ending: self.line_ending,
            then_quit,
        }
    }

    fn ask_for_name(&mut self, then_quit: bool) {
        let input = self
            .path
            .as_ref()
            .map_or_else(String::new, |p| p.display().to_string());
        self.overlays.push(Overlay::SaveAs { input, then_quit });
    }

    fn saved(
        &mut self,
        revision: Revision,
        path: PathBuf,
        then_quit: bool,
        result: Result<(), String>,
    ) -> Vec<Effect> {
        match result {
            Ok(()) => {
                self.notice(format!("saved {}", path.display()));
                self.path = Some(path);
                let current = self.editor.buffer().revision() == revision;
                if current {
                    self.editor.mark_saved();
                }
                // What was typed while the file was written is not on disk yet.
                if then_quit && current {
                    vec![Effect::Quit]
                } else {
                    Vec::new()
                }
            }
            Err(reason) => {
                self.fail(format!(
                    "{reason}; the text is still here, F2 saves it elsewhere"
                ));
                Vec::new()
            }
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
        if !self.overlays.is_empty() {
            return Vec::new();
        }
        let at = Position {
            x: event.column,
            y: event.row,
        };
        let rows = match event.kind {
            MouseEventKind::ScrollUp => -3,
            MouseEventKind::ScrollDown => 3,
            _ => 0,
        };
        let (editor, results) = (self.panes.editor, self.panes.results);
        if editor.contains(at) {
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
                if self.live.accept(revision, *slow) {
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
            self.marks.clear();
            self.show_report();
            self.notice(format!("analysis pauses beyond {LIVE_BYTES} bytes"));
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
        self.results
            .set_report(&self.report, self.editor.buffer().text(), &self.theme);
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

fn opening_message(opened: &Opened, path: Option<&PathBuf>) -> Option<Message> {
    let text = match (path, opened.removed.len()) {
        (_, n) if n > 0 => {
            format!(
                "left out {n} control characters or sequences; a save writes the post without them"
            )
        }
        (Some(path), _) if opened.is_new => format!("new draft: {}", path.display()),
        (None, _) => "new draft; Ctrl-S asks for a name, F1 shows the keys".to_owned(),
        _ => return None,
    };
    Some(Message {
        text,
        is_error: false,
    })
}
