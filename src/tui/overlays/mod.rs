//! What lies over the panes. The topmost overlay gets every key.

mod drafts;
mod input;
mod palette;
mod preview;
mod render;

use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::text::Line;

use crate::store::journal::DraftId;

use super::command::Command;
use super::widgets::wrap_line;
pub use drafts::DraftList;
pub use input::LineInput;
pub use palette::Palette;
pub use preview::Preview;
pub use render::{Look, help_lines, page_size, render};

/// Something over the panes.
#[derive(Debug, Clone, PartialEq)]
pub enum Overlay {
    /// Text to read, with the first visible line.
    Page {
        title: &'static str,
        lines: Vec<Line<'static>>,
        top: usize,
    },
    /// The post as a feed shows it.
    Preview(Preview),
    /// A question with a key for each answer.
    Question(Question),
    /// Asks for a file name.
    Prompt { ask: Ask, input: LineInput },
    /// Finds a command.
    Palette(Palette),
    /// What is searched for, with the number of hits.
    Search { input: LineInput, hits: usize },
    /// The drafts that are kept.
    Drafts(DraftList),
}

/// What a file name is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// To save there; `then_quit` remembers why.
    SaveAs { then_quit: bool },
    /// To open it.
    Open,
}

/// A question with a key for each answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub title: &'static str,
    /// Whether it is idle once the post is saved: whether to quit with changes.
    pub ends_with_save: bool,
    /// In full, and in as few words as it takes.
    pub text: [String; 2],
    pub choices: Vec<Choice>,
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The letter, or `None` for Esc.
    pub key: Option<char>,
    /// In full, and in as few words as it takes.
    pub text: [&'static str; 2],
    pub answer: Answer,
}

impl Choice {
    /// The answer of a letter.
    #[must_use]
    pub fn letter(key: char, text: [&'static str; 2], answer: Answer) -> Self {
        Self {
            key: Some(key),
            text,
            answer,
        }
    }

    /// What Esc does.
    #[must_use]
    pub fn escape(text: [&'static str; 2]) -> Self {
        Self {
            key: None,
            text,
            answer: Answer::Close,
        }
    }
}

/// What an overlay answers to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Still open.
    Stay,
    /// Closed without more.
    Close,
    /// Quit, keeping what is not saved as a draft where that is so.
    Quit,
    /// Quit and throw the text away.
    Discard,
    /// Save, then quit.
    SaveAndQuit,
    /// Save under this name.
    SaveAs {
        path: PathBuf,
        then_quit: bool,
        /// Even where there is another file.
        over_another: bool,
    },
    /// Ask for a name to save under.
    AskForName { then_quit: bool },
    /// Open this file.
    Open(PathBuf),
    /// Read the file anew.
    Reload,
    /// Run a command.
    Run(Command),
    /// Search for what the input holds now.
    Search,
    /// Go to the next hit, or to the one before.
    SearchOn { back: bool },
    /// Open this draft.
    OpenDraft(DraftId),
    /// Delete this draft.
    DeleteDraft(DraftId),
    /// Tell the writer.
    Tell(&'static str),
    /// Take the recovered text.
    Recover,
    /// Keep what is in the file; the recovered text becomes a draft of its own.
    KeepFile,
    /// Look at the post without changing it.
    ReadOnly,
    /// Work on a copy.
    WorkOnCopy,
}

impl Overlay {
    /// Takes a key; `size` is what a page shows, in columns and rows.
    pub fn key(&mut self, key: KeyEvent, size: (usize, usize)) -> Answer {
        match self {
            Self::Page { lines, top, .. } => page_key(key, lines, top, size),
            Self::Preview(preview) => preview.key(key, size),
            Self::Question(question) => question.key(key),
            Self::Prompt { ask, input } => match key.code {
                KeyCode::Esc => Answer::Close,
                KeyCode::Enter if !input.text().trim().is_empty() => {
                    let path = PathBuf::from(input.text().trim());
                    match *ask {
                        Ask::Open => Answer::Open(path),
                        Ask::SaveAs { then_quit } => Answer::SaveAs {
                            path,
                            then_quit,
                            over_another: false,
                        },
                    }
                }
                _ => {
                    input.key(key);
                    Answer::Stay
                }
            },
            Self::Palette(palette) => palette.key(key),
            Self::Search { input, .. } => match key.code {
                KeyCode::Esc => Answer::Close,
                KeyCode::Enter | KeyCode::Down | KeyCode::F(3) => Answer::SearchOn { back: false },
                KeyCode::Up => Answer::SearchOn { back: true },
                _ if input.key(key) => Answer::Search,
                _ => Answer::Stay,
            },
            Self::Drafts(list) => list.key(key),
        }
    }

    /// Moves what is shown by `rows`.
    pub fn scroll(&mut self, rows: isize, size: (usize, usize)) {
        match self {
            Self::Page { lines, top, .. } => {
                *top = top.saturating_add_signed(rows).min(last_top(lines, size));
            }
            Self::Preview(preview) => preview.scroll(rows, size),
            Self::Palette(palette) => palette.select_by(rows),
            Self::Drafts(list) => list.select_by(rows),
            Self::Question(_) | Self::Prompt { .. } | Self::Search { .. } => {}
        }
    }

    /// Takes pasted text. Returns what follows from it.
    pub fn paste(&mut self, text: &str) -> Answer {
        match self {
            Self::Prompt { input, .. } => input.insert(text),
            Self::Palette(palette) => palette.insert(text),
            Self::Search { input, .. } => {
                input.insert(text);
                return Answer::Search;
            }
            _ => {}
        }
        Answer::Stay
    }
}

impl Question {
    fn key(&self, key: KeyEvent) -> Answer {
        let pressed = match key.code {
            KeyCode::Esc => None,
            KeyCode::Char(c) if is_plain(key) => Some(c.to_ascii_lowercase()),
            _ => return Answer::Stay,
        };
        let chosen = self.choices.iter().find(|c| c.key == pressed);
        chosen.map_or(Answer::Stay, |c| c.answer.clone())
    }
}

/// Whether a key is a letter by itself: Ctrl-D is no answer to a question.
fn is_plain(key: KeyEvent) -> bool {
    (key.modifiers - KeyModifiers::SHIFT).is_empty()
}

fn page_key(key: KeyEvent, lines: &[Line<'_>], top: &mut usize, size: (usize, usize)) -> Answer {
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

/// The first row of the last page.
fn last_top(lines: &[Line<'_>], (width, height): (usize, usize)) -> usize {
    let rows: usize = lines.iter().map(|l| wrap_line(l, width).len()).sum();
    rows.saturating_sub(height.max(1))
}

/// A selection moved by `by` within `count` items.
fn moved(selected: usize, by: isize, count: usize) -> usize {
    selected
        .saturating_add_signed(by)
        .min(count.saturating_sub(1))
}
