//! The state of the operator's view: the pane, what lies over it, and a status line.

use crossterm::event::{KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};
use unicode_width::UnicodeWidthStr;

use super::super::app::{Due, Effect, Input, Message};
use super::super::command::{Command, Context, Place};
use super::super::keymap::Keymap;
use super::super::overlays::{self, Answer, Look, Overlay, Page, help_lines, page_size};
use super::super::panes::monitor::{self, MonitorEffect, MonitorPane};
use super::super::theme::Theme;
use super::super::units::bytes;
use super::super::view::too_small;
use super::super::widgets::fit_line;
use super::{OperatorOptions, Watched};

/// Columns and rows that show anything of use.
const LEAST: (u16, u16) = (20, 5);
/// Rows that a turn of the wheel moves.
const WHEEL: isize = 3;
/// What the status line offers, the most telling first; what does not fit is left out.
const HINTS: [(Command, &str); 3] = [
    (Command::Help, "keys"),
    (Command::Quit, "quit"),
    (Command::Redraw, "redraw"),
];

/// The whole state.
pub(super) struct Operator {
    title: String,
    pane: MonitorPane,
    overlays: Vec<Overlay>,
    message: Option<Message>,
    theme: Theme,
    keymap: Keymap,
    screen: Rect,
    /// Columns and rows to use at most.
    most: Option<(u16, u16)>,
    /// Bytes a second that were sent to the terminal of late, and may be.
    budget: Option<(u64, u64)>,
    /// Whether no sample has come for a while.
    pub(super) is_silent: bool,
    /// Seconds of the time zone from UTC.
    utc_offset: i32,
    /// Whether samples come at all, which those of a recording do not.
    is_live: bool,
}

impl Operator {
    pub(super) fn new(title: String, options: &OperatorOptions) -> Self {
        let mut pane = match options.watched {
            Watched::Here => MonitorPane::default(),
            Watched::Other(_) | Watched::Recording(_) => MonitorPane::of_elsewhere(),
        };
        pane.set_utc_offset(options.watch.utc_offset);
        Self {
            title,
            pane,
            overlays: Vec::new(),
            message: options.trouble.clone().map(|text| Message {
                text,
                is_error: true,
            }),
            theme: options.theme.clone(),
            keymap: options.keymap.clone(),
            screen: Rect::default(),
            most: None,
            budget: None,
            is_silent: false,
            utc_offset: options.watch.utc_offset,
            is_live: !matches!(options.watched, Watched::Recording(_)),
        }
    }

    /// Takes note of the screen that is about to be drawn.
    pub(super) fn fit(&mut self, screen: Rect) {
        self.screen = screen;
        let inner = self.frame();
        self.pane.resize(
            inner.width.saturating_sub(2),
            inner.height.saturating_sub(2),
        );
        let size = page_size(screen);
        self.overlays.iter_mut().for_each(|o| o.fit(size));
    }

    /// Takes the rate and the budget to tell, and uses no more columns and rows than that allows.
    pub(super) fn set_budget(
        &mut self,
        told: Option<(u64, u64)>,
        detail: impl FnOnce(Rect) -> Option<(u16, u16)>,
    ) {
        self.budget = told;
        self.most = detail(self.screen);
    }

    /// Where the pane is, with its frame.
    fn frame(&self) -> Rect {
        let whole = Rect {
            height: self.screen.height.saturating_sub(1),
            ..self.screen
        };
        let (width, height) = self.most.unwrap_or((u16::MAX, u16::MAX));
        Rect {
            width: whole.width.min(width),
            height: whole.height.min(height),
            ..whole
        }
    }

    /// Takes what happened and says what is to be done.
    pub(super) fn handle(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
            Input::Key(key) => match self.overlays.last_mut() {
                Some(top) => {
                    let size = page_size(self.screen);
                    let answer = match self.keymap.resolve(top.place(), key) {
                        Some(command) => top.update(command, size),
                        None => top.key(key),
                    };
                    self.answer(answer)
                }
                None => {
                    self.message = None;
                    let command = self.keymap.resolve(Place::Monitor, key);
                    command.map_or(Vec::new(), |c| self.command(c))
                }
            },
            Input::Paste(text) => {
                let answer = self.overlays.last_mut().map(|top| top.paste(&text));
                self.answer(answer.unwrap_or(Answer::Stay))
            }
            Input::Mouse(event) => self.mouse(event),
            Input::Resize(width, height) => {
                self.fit(Rect::new(0, 0, width, height));
                Vec::new()
            }
            Input::Watching(history) => {
                self.pane.set_history(history);
                Vec::new()
            }
            Input::Sampled(sampled) => {
                self.is_silent = false;
                let bytes = sampled.show_in(&mut self.pane);
                bytes.map(Effect::Ring).into_iter().collect()
            }
            Input::Done(told) => {
                self.message = Some(match told {
                    Ok(text) => Message {
                        text,
                        is_error: false,
                    },
                    Err(text) => Message {
                        text,
                        is_error: true,
                    },
                });
                Vec::new()
            }
            // The editor's affairs.
            _ => Vec::new(),
        }
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Quit => vec![Effect::Quit],
            Command::Redraw => vec![Effect::Redraw],
            Command::Suspend => vec![Effect::Suspend],
            Command::Help => {
                let look = Look {
                    theme: &self.theme,
                    keymap: &self.keymap,
                };
                let mut lines = help_lines(&look, &[Context::Monitor, Context::Lists], &[]);
                lines.push(Line::default());
                lines.push(Line::raw(self.zone()));
                self.open(Overlay::Page(Page::new("Keys", lines)));
                Vec::new()
            }
            _ => {
                let effects = self.pane.update(command);
                self.ask(effects)
            }
        }
    }

    /// Carries out what the pane asks for, as far as that is the state's.
    fn ask(&mut self, effects: Vec<MonitorEffect>) -> Vec<Effect> {
        let mut out = Vec::new();
        for effect in effects {
            match Due::of(effect) {
                Due::Open(overlay) => self.open(overlay),
                Due::Tell(text) => {
                    self.message = Some(Message {
                        text,
                        is_error: false,
                    });
                }
                Due::Effect(effect) => out.push(effect),
            }
        }
        out
    }

    fn answer(&mut self, answer: Answer) -> Vec<Effect> {
        match answer {
            Answer::Close => {
                self.overlays.pop();
            }
            Answer::FilterTable(table, text) => match self.pane.set_filter(table, &text) {
                Ok(()) => {
                    self.overlays.pop();
                }
                Err(wrong) => {
                    if let Some(Overlay::Prompt { error, .. }) = self.overlays.last_mut() {
                        *error = Some(wrong.to_string());
                    }
                }
            },
            Answer::ChangeBreaker(name, action) => {
                self.overlays.pop();
                let effect = self.pane.confirmed(name, action);
                return self.ask(vec![effect]);
            }
            // No other overlay is opened here.
            _ => {}
        }
        Vec::new()
    }

    fn open(&mut self, mut overlay: Overlay) {
        overlay.fit(page_size(self.screen));
        self.overlays.push(overlay);
    }

    fn mouse(&mut self, event: MouseEvent) -> Vec<Effect> {
        let rows = match event.kind {
            MouseEventKind::ScrollUp => -WHEEL,
            MouseEventKind::ScrollDown => WHEEL,
            _ => 0,
        };
        if let Some(top) = self.overlays.last_mut() {
            top.scroll(rows, page_size(self.screen));
            return Vec::new();
        }
        if rows != 0 {
            self.pane.scroll_by(rows);
            return Vec::new();
        }
        let inner = Block::bordered().inner(self.frame());
        let at = Position {
            x: event.column,
            y: event.row,
        };
        if event.kind == MouseEventKind::Down(MouseButton::Left) && inner.contains(at) {
            let effects = self.pane.click(at.x - inner.x, at.y - inner.y);
            return self.ask(effects);
        }
        Vec::new()
    }

    /// Draws everything and says where the cursor is.
    pub(super) fn draw(&self, area: Rect, frame: &mut Buffer) -> Option<Position> {
        frame.set_style(area, self.theme.text);
        if area.width < LEAST.0 || area.height < LEAST.1 {
            too_small(LEAST, area, frame);
            return None;
        }
        let outer = self.frame();
        let block = Block::bordered()
            .border_style(self.theme.border_focused)
            .title(format!(
                " {}Monitor · {}{} ",
                self.calls(),
                self.title,
                self.silence()
            ));
        let inner = block.inner(outer);
        block.render(outer, frame);
        monitor::render(&self.pane, &self.theme, inner, frame);
        self.status(area, frame);
        let look = Look {
            theme: &self.theme,
            keymap: &self.keymap,
        };
        let overlays = self.overlays.iter();
        overlays
            .map(|o| overlays::render(o, &look, area, frame))
            .last()
            .flatten()
    }

    /// How many alerts are firing: the frame has room for that at any size.
    fn calls(&self) -> String {
        match self.pane.firing() {
            0 => String::new(),
            firing => format!("✗ {firing} firing · "),
        }
    }

    /// Which times of the day are told.
    fn zone(&self) -> String {
        let sign = if self.utc_offset < 0 { '-' } else { '+' };
        let minutes = (self.utc_offset / 60).abs();
        let (hours, minutes) = (minutes / 60, minutes % 60);
        format!("  Times are local ones, UTC{sign}{hours:02}:{minutes:02}.")
    }

    fn silence(&self) -> &'static str {
        match self.is_silent && self.is_live {
            true => " · no answer, what is shown is old",
            false => "",
        }
    }

    /// The rate and the budget, where there is one.
    fn rate(&self) -> String {
        let Some((rate, budget)) = self.budget else {
            return String::new();
        };
        let mut told = format!("{:>9}/s of {} ", bytes(rate), bytes(budget));
        if let Some((width, height)) = self.most {
            told += &format!("· less detail ({width}x{height}) ");
        }
        told
    }

    /// Where that stands, which is painted before all else.
    pub(super) fn rate_place(&self) -> Rect {
        // Words of a screen.
        let width = (self.rate().width() as u16).min(self.screen.width);
        Rect {
            x: self.screen.right() - width,
            y: self.screen.bottom().saturating_sub(1),
            width,
            height: self.screen.height.min(1),
        }
    }

    fn status(&self, area: Rect, frame: &mut Buffer) {
        let row = Rect {
            y: area.bottom().saturating_sub(1),
            height: area.height.min(1),
            ..area
        };
        frame.set_style(row, self.theme.status);
        let right = self.rate();
        let left = match &self.message {
            Some(message) if message.is_error => Line::from(vec![
                Span::styled(" ✗ ", self.theme.error),
                Span::raw(message.text.clone()),
            ]),
            Some(message) => Line::raw(format!(" {}", message.text)),
            None => Line::from_iter(HINTS.iter().flat_map(|(command, what)| {
                [
                    Span::styled(format!(" {}", self.keymap.told(*command)), self.theme.key),
                    Span::raw(format!(" {what} ")),
                ]
            })),
        };
        let room = usize::from(row.width).saturating_sub(right.width());
        let left = fit_line(left, room).style(self.theme.status);
        frame.set_line(row.x, row.y, &left, row.width);
        // The room was kept for it.
        let x = row.right().saturating_sub(right.width() as u16).max(row.x);
        frame.set_stringn(x, row.y, right, row.width.into(), self.theme.status);
    }
}

#[cfg(test)]
mod tests;
