//! Drives the state and draws it into text.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use crossbeam_channel::{Receiver, unbounded};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use postwright::analysis::Settings;
use postwright::analysis::grammar::Dialect;
use postwright::engine::{Background, Reply};
use postwright::store::file::Opened;
use postwright::tui::app::{App, Effect, Input};
use postwright::tui::keymap::Keymap;
use postwright::tui::theme::Theme;
use postwright::tui::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

/// Long enough for a loaded machine; a test that gets there fails.
const PATIENCE: Duration = Duration::from_secs(60);

pub const SAMPLE: &str = include_str!("../../data/post.md");

/// An app with a screen, and the checker's thread where it was asked for.
pub struct Driver {
    pub app: App,
    pub effects: VecDeque<Effect>,
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
        let theme = Theme::built_in("sixteen").unwrap();
        let app = App::new(opened, path, Settings::default(), 4_096, theme, keymap);
        let mut driver = Self {
            app,
            effects: VecDeque::new(),
            size,
            background: None,
        };
        driver.send(Input::Resize(size.0, size.1));
        let first = driver.app.start();
        driver.effects.extend(first);
        driver
    }

    pub fn send(&mut self, input: Input) {
        let effects = self.app.handle(input);
        self.effects.extend(effects);
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
            let background = Background::start(Dialect::Us, Vec::new(), 4_096, reply).unwrap();
            (background, replies)
        });
        background.submit(self.app.job());
        loop {
            let reply = replies.recv_timeout(PATIENCE).unwrap();
            let is_last = matches!(reply, Reply::Slow { .. } | Reply::Failed { .. });
            let effects = self.app.handle(Input::Engine(reply));
            self.effects.extend(effects);
            if is_last {
                break;
            }
        }
        assert!(!self.app.is_behind(), "the reply was not taken");
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
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        "f1" => KeyCode::F(1),
        "f2" => KeyCode::F(2),
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
