//! Drives the state and draws it into text.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, unbounded};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use postwright::analysis::Settings;
use postwright::cache::{Kind, Latency, Scope};
use postwright::engine::{Ask, Background, Embedded, Encoded, Engine, Lane, Object, Reply};
use postwright::rewrite::search::Goal;
use postwright::store::file::Opened;
use postwright::store::journal::Change;
use postwright::tui::app::{App, Document, Effect, Input, Record, Setup};
use postwright::tui::keymap::Keymap;
use postwright::tui::panes::cache::Shown;
use postwright::tui::theme::Theme;
use postwright::tui::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

/// Long enough for a loaded machine; a test that gets there fails.
const PATIENCE: Duration = Duration::from_secs(60);

pub const SAMPLE: &str = include_str!("../../data/post.md");

/// Another document each time: revisions of one only grow.
fn document() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(2_000);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// What an engine tells of its cache: always the same.
pub fn cache_figures() -> Input {
    let engine = Engine::in_memory(crate::encoders());
    let scope = Scope::new(Kind::Sentence, 1, b"", b"");
    let encoded = Encoded {
        vector: vec![0.5; 384].into(),
        sentiment: None,
    };
    let key = scope.key(b"known");
    let cost = Duration::from_millis(2);
    engine
        .cache()
        .put(key, Object::Sentence(encoded.into()), cost, &[]);
    for n in 0..80 {
        let asked = if n % 4 == 0 {
            scope.key(b"unknown")
        } else {
            key
        };
        let _ = engine.cache().peek_memory(&asked);
    }
    let mut shown = Shown {
        stats: engine.cache().stats(),
        engine: engine.snapshot(),
    };
    // Times are others at each run.
    for tier in &mut shown.stats.tiers {
        tier.latency = Latency {
            count: tier.latency.count,
            p50_ns: 400,
            p95_ns: 700,
            p99_ns: 900,
        };
    }
    Input::Cached(Box::new(shown))
}

/// An app with a screen, and the checker's thread where it was asked for.
pub struct Driver {
    pub app: App,
    /// What the loop is to do, but for the journal.
    pub effects: VecDeque<Effect>,
    /// What went into the journal.
    pub journal: Vec<Change>,
    /// What is to be kept as versions.
    pub records: Vec<Record>,
    size: (u16, u16),
    background: Option<(Background, Receiver<Reply>)>,
}

impl Driver {
    /// The app as it is right after its start.
    pub fn new(text: &str, size: (u16, u16)) -> Self {
        let opened = Opened {
            text: text.to_owned(),
            ..Opened::default()
        };
        Self::of(opened, Some("post.md".into()), size)
    }

    pub fn of(opened: Opened, path: Option<PathBuf>, size: (u16, u16)) -> Self {
        Self::with(opened, path, size, Keymap::default())
    }

    /// The app with other keys.
    pub fn with(opened: Opened, path: Option<PathBuf>, size: (u16, u16), keymap: Keymap) -> Self {
        let document = Document {
            opened,
            path,
            ..Document::default()
        };
        Self::on(document, size, keymap)
    }

    /// The app on any document.
    pub fn on(document: Document, size: (u16, u16), keymap: Keymap) -> Self {
        Self::made(document, size, keymap, false)
    }

    /// The app that looks for suggestions and learns from the writer's choices.
    pub fn learning(text: &str, size: (u16, u16)) -> Self {
        let document = Document {
            opened: Opened {
                text: text.to_owned(),
                ..Opened::default()
            },
            path: Some("post.md".into()),
            ..Document::default()
        };
        Self::made(document, size, Keymap::default(), true)
    }

    fn made(document: Document, size: (u16, u16), keymap: Keymap, learns: bool) -> Self {
        let setup = Setup {
            home: Some("/home/me".into()),
            settings: Settings::default(),
            engine: crate::engine(),
            goal: Goal::Overall,
            suggests: learns,
            learns,
            theme: Theme::built_in("sixteen").unwrap(),
            keymap,
            paste_bytes: 4 << 20,
            command_line: vec![("postwright analyze".into(), "Analyses posts".into())],
        };
        let app = App::new(document, setup);
        let mut driver = Self {
            app,
            effects: VecDeque::new(),
            journal: Vec::new(),
            records: Vec::new(),
            size,
            background: None,
        };
        driver.send(Input::Resize(size.0, size.1));
        let first = driver.app.start();
        driver.take(first);
        driver
    }

    pub fn send(&mut self, input: Input) {
        let effects = self.app.handle(input);
        self.take(effects);
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Journal(changes) => self.journal.extend(changes),
                Effect::Record(record) => self.records.push(*record),
                effect => self.effects.push_back(effect),
            }
        }
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        self.size = (width, height);
        self.send(Input::Resize(width, height));
    }

    /// Presses a key told as in the key map: `ctrl-s`, `shift-left`, `tab`, `x`.
    pub fn press(&mut self, keys: &[&str]) -> &mut Self {
        for key in keys {
            let event = event(key);
            self.send(Input::Key(event));
        }
        self
    }

    pub fn type_text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            let code = if c == '\n' {
                KeyCode::Enter
            } else {
                KeyCode::Char(c)
            };
            self.send(Input::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        }
        self
    }

    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.send(Input::Paste(text.to_owned()));
        self
    }

    pub fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) -> &mut Self {
        self.send(Input::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        }));
        self
    }

    pub fn click(&mut self, column: u16, row: u16) -> &mut Self {
        self.mouse(MouseEventKind::Down(MouseButton::Left), column, row)
    }

    /// Runs the slow stages of the current text to their end.
    pub fn settle(&mut self) -> &mut Self {
        let (background, replies) = self.background.get_or_insert_with(|| {
            let (sender, replies) = unbounded();
            let reply = move |r| sender.send(r).unwrap();
            let background = Background::start(crate::engine(), document(), reply).unwrap();
            (background, replies)
        });
        background.submit(self.app.job());
        let mut told = Vec::new();
        loop {
            let reply = replies.recv_timeout(PATIENCE).unwrap();
            let is_last = matches!(reply, Reply::Slow { .. } | Reply::Failed { .. });
            let effects = self.app.handle(Input::Engine(reply));
            told.extend(effects);
            if is_last {
                break;
            }
        }
        self.take(told);
        assert!(!self.app.is_behind(), "the reply was not taken");
        let texts = self.app.resting_texts();
        if !texts.is_empty() {
            let ask = Ask::new(Lane::Interactive);
            let embedded = Embedded::new(&crate::engine(), &ask, texts);
            self.send(Input::Embedded(embedded.unwrap()));
        }
        self
    }

    pub fn text(&self) -> &str {
        self.app.editor.buffer().text()
    }

    /// The place of the cursor and the cells of the screen.
    pub fn draw(&mut self) -> (Option<(u16, u16)>, Buffer) {
        self.app.analysis_time = Duration::ZERO;
        let area = Rect::new(0, 0, self.size.0, self.size.1);
        let mut buffer = Buffer::empty(area);
        let cursor = view::draw(&self.app, area, &mut buffer);
        (cursor.map(|p| (p.x, p.y)), buffer)
    }

    /// The rows of the screen.
    pub fn rows(&mut self) -> Vec<String> {
        let (_, buffer) = self.draw();
        (0..self.size.1).map(|y| row(&buffer, y)).collect()
    }

    /// The last row.
    pub fn status(&mut self) -> String {
        self.rows().pop().unwrap_or_default()
    }

    /// Which style each cell has, in the theme named: a legend, and runs of cells by row.
    pub fn styles(&mut self, theme: &str) -> String {
        let own = std::mem::replace(&mut self.app.theme, Theme::built_in(theme).unwrap());
        // Marks and rows are made with the theme.
        let (width, height) = self.size;
        self.resize(width, height.saturating_sub(1));
        self.resize(width, height);
        let (_, buffer) = self.draw();
        self.app.theme = own;
        self.resize(width, height.saturating_sub(1));
        self.resize(width, height);
        let mut legend: Vec<String> = Vec::new();
        let mut out = String::new();
        for y in 0..height {
            let mut runs: Vec<(usize, usize)> = Vec::new();
            for x in 0..width {
                let cell = &buffer[(x, y)];
                let mut style = format!("{} on {}", cell.fg, cell.bg);
                for (name, _) in cell.modifier.iter_names() {
                    style += &format!(" {}", name.to_lowercase());
                }
                let known = legend.iter().position(|l| *l == style);
                let index = known.unwrap_or_else(|| {
                    legend.push(style);
                    legend.len() - 1
                });
                match runs.last_mut() {
                    Some((last, count)) if *last == index => *count += 1,
                    _ => runs.push((index, 1)),
                }
            }
            let runs: Vec<String> = runs
                .iter()
                .map(|(i, n)| format!("{}{n}", letter(*i)))
                .collect();
            out += &format!("{}\n", runs.join(" "));
        }
        let legend: String = legend
            .iter()
            .enumerate()
            .map(|(i, style)| format!("{} = {style}\n", letter(i)))
            .collect();
        format!("{theme}:\n{legend}{out}")
    }

    /// The screen with the cursor's place, and what is underlined or reversed but for the status
    /// line.
    pub fn screen(&mut self) -> String {
        let (cursor, buffer) = self.draw();
        let mut out = self.rows().join("\n");
        let cursor = cursor.map_or("hidden".to_owned(), |(x, y)| format!("{x},{y}"));
        out.push_str(&format!("\ncursor: {cursor}\n"));
        for (name, modifier) in [
            ("underlined", Modifier::UNDERLINED),
            ("reversed", Modifier::REVERSED),
        ] {
            for y in 0..self.size.1.saturating_sub(1) {
                for (x, run) in runs(&buffer, y, modifier) {
                    out.push_str(&format!("{name}: {x},{y} “{}”\n", run.trim_end()));
                }
            }
        }
        out
    }
}

fn letter(index: usize) -> char {
    char::from(b'a' + u8::try_from(index).unwrap())
}

fn event(key: &str) -> KeyEvent {
    let mut modifiers = KeyModifiers::NONE;
    let mut rest = key;
    while let Some((head, tail)) = rest.split_once('-').filter(|(_, tail)| !tail.is_empty()) {
        modifiers |= match head {
            "ctrl" => KeyModifiers::CONTROL,
            "alt" => KeyModifiers::ALT,
            "shift" => KeyModifiers::SHIFT,
            other => panic!("no modifier: {other}"),
        };
        rest = tail;
    }
    let code = match rest {
        "tab" => KeyCode::Tab,
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "backspace" => KeyCode::Backspace,
        "delete" => KeyCode::Delete,
        "space" => KeyCode::Char(' '),
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        "backtab" => KeyCode::BackTab,
        f if f.len() > 1 && f.starts_with('f') => KeyCode::F(f[1..].parse().unwrap()),
        one => KeyCode::Char(one.chars().next().unwrap()),
    };
    KeyEvent::new(code, modifiers)
}

/// The symbols of a row; the cell behind a wide one is not told.
fn cells(buffer: &Buffer, y: u16) -> Vec<(u16, &str, Modifier)> {
    let mut out = Vec::new();
    let mut x = 0;
    while x < buffer.area.width {
        let cell = &buffer[(x, y)];
        out.push((x, cell.symbol(), cell.modifier));
        x += cell.symbol().width().max(1) as u16;
    }
    out
}

fn row(buffer: &Buffer, y: u16) -> String {
    let all: String = cells(buffer, y).into_iter().map(|(_, s, _)| s).collect();
    all.trim_end().to_owned()
}

fn runs(buffer: &Buffer, y: u16, modifier: Modifier) -> Vec<(u16, String)> {
    let mut out: Vec<(u16, String)> = Vec::new();
    let mut open = false;
    for (x, symbol, has) in cells(buffer, y) {
        if !has.contains(modifier) {
            open = false;
        } else if open {
            out.last_mut().unwrap().1.push_str(symbol);
        } else {
            out.push((x, symbol.to_owned()));
            open = true;
        }
    }
    out
}
