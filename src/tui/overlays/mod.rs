//! What lies over the panes. The topmost overlay gets every key.

mod render;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::text::Line;

use super::widgets::wrap_line;
pub use render::{help_lines, page_size, render};

/// Something over the panes.
#[derive(Debug, Clone, PartialEq)]
pub enum Overlay {
    /// Text to read, with the first visible line.
    Page {
        title: &'static str,
        lines: Vec<Line<'static>>,
        top: usize,
    },
    /// Whether to throw text away.
    ConfirmQuit,
    /// Asks for a file name; `then_quit` remembers why.
    SaveAs { input: String, then_quit: bool },
}

/// What an overlay answers to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Still open.
    Stay,
    /// Closed without more.
    Close,
    /// Quit and throw the text away.
    Discard,
    /// Save, then quit.
    SaveAndQuit,
    /// Save under this name.
    SaveAs { path: String, then_quit: bool },
}

impl Overlay {
    /// Takes a key; `size` is what a page shows, in columns and rows.
    pub fn key(&mut self, key: KeyEvent, size: (usize, usize)) -> Answer {
        match self {
            Self::Page { lines, top, .. } => {
                let page = size.1.max(1);
                let last = last_top(lines, size);
                *top = (*top).min(last);
                match key.code {
                    KeyCode::Down | KeyCode::Char('j') => *top = (*top + 1).min(last),
                    KeyCode::Up | KeyCode::Char('k') => *top = top.saturating_sub(1),
                    KeyCode::PageDown | KeyCode::Char(' ') => *top = (*top + page).min(last),
                    KeyCode::PageUp => *top = top.saturating_sub(page),
                    KeyCode::Home => *top = 0,
                    KeyCode::End => *top = last,
                    _ => return Answer::Close,
                }
                Answer::Stay
            }
            Self::ConfirmQuit => match key.code {
                KeyCode::Char('s' | 'S') => Answer::SaveAndQuit,
                KeyCode::Char('d' | 'D') => Answer::Discard,
                KeyCode::Esc | KeyCode::Char('c' | 'C') => Answer::Close,
                _ => Answer::Stay,
            },
            Self::SaveAs { input, then_quit } => match key.code {
                KeyCode::Esc => Answer::Close,
                KeyCode::Enter if !input.trim().is_empty() => Answer::SaveAs {
                    path: input.trim().to_owned(),
                    then_quit: *then_quit,
                },
                KeyCode::Backspace => {
                    input.pop();
                    Answer::Stay
                }
                KeyCode::Char('u') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                    input.clear();
                    Answer::Stay
                }
                KeyCode::Char(c) if !key.modifiers.contains(KeyModifiers::CONTROL) => {
                    input.push(c);
                    Answer::Stay
                }
                _ => Answer::Stay,
            },
        }
    }

    /// Moves a page by `rows`.
    pub fn scroll(&mut self, rows: isize, size: (usize, usize)) {
        if let Self::Page { lines, top, .. } = self {
            *top = top.saturating_add_signed(rows).min(last_top(lines, size));
        }
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        if let Self::SaveAs { input, .. } = self {
            input.extend(text.chars().filter(|c| !c.is_control()));
        }
    }
}

/// The first row of the last page.
fn last_top(lines: &[Line<'_>], (width, height): (usize, usize)) -> usize {
    let rows: usize = lines.iter().map(|l| wrap_line(l, width).len()).sum();
    rows.saturating_sub(height.max(1))
}
