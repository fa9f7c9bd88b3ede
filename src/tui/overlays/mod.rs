//! What lies over the panes. The topmost overlay gets every key.

mod drafts;
mod entries;
mod input;
mod page;
mod palette;
mod preview;
mod question;
mod render;
mod templates;
mod variants;
mod versions;

use std::path::PathBuf;

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;

use crate::cache::EntryInfo;
use crate::monitor::Table;
use crate::rewrite::search::Goal;
use crate::store::journal::DraftId;

use super::command::{Command, Place};
use super::panes::monitor::BreakerAction;
pub use drafts::DraftList;
pub use entries::{
    EntryList, MOST_ENTRIES, Wanted, clear_question, entry_lines, invalidate_question,
};
pub use input::LineInput;
pub use page::Page;
pub use palette::Palette;
pub use preview::Preview;
pub use question::{Choice, Question};
pub use render::{Look, help_lines, page_size, render, search_place};
pub use templates::{Insert, Shelf, TemplateList};
pub use variants::Variants;
pub use versions::{
    Clock, VersionAsk, VersionList, Versions, cause, comparison_lines, versions_dropped,
};

/// Something over the panes.
#[derive(Debug, Clone, PartialEq)]
pub enum Overlay {
    /// Text to read.
    Page(Page),
    /// The post as a feed shows it.
    Preview(Preview),
    /// The post beside better ones.
    Variants(Box<Variants>),
    /// A question with a command for each answer.
    Question(Question),
    /// Asks for a file name, or a pattern.
    Prompt {
        ask: Ask,
        input: LineInput,
        /// Why the name that was typed before did not do.
        error: Option<String>,
    },
    /// Finds a command.
    Palette(Palette),
    /// What is searched for, with the number of hits.
    Search { input: LineInput, hits: usize },
    /// The drafts that are kept.
    Drafts(DraftList),
    /// What the cache holds.
    Entries(EntryList),
    /// The versions of the post.
    Versions(VersionList),
    /// Templates, hooks and calls to action.
    Templates(TemplateList),
}

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// To save there; `then_quit` remembers why.
    SaveAs { then_quit: bool },
    /// To open it.
    Open,
    /// To list the entries with a tag that matches.
    Tags,
    /// To forget them.
    Invalidate,
    /// To filter a table of the monitor.
    Filter(Table),
    /// To say why a suggestion is turned down.
    Refuse,
    /// To name this version.
    VersionName(u64),
}

/// What an overlay answers to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Still open.
    Stay,
    /// Closed without more.
    Close,
    /// Show the keys over the question.
    Help,
    /// Quit as from a pane; the question stays where that asks.
    AskToQuit,
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
    /// List these entries of the cache.
    ListEntries(Wanted),
    /// Show everything that is known of an entry.
    ShowEntry(Box<EntryInfo>),
    /// Ask for a line; the text is suggested.
    Ask(Ask, String),
    /// List the entries with a tag that matches; all where the pattern is empty.
    FilterTags(String),
    /// Ask whether to forget what has a tag that matches.
    AskToInvalidate(String),
    /// Ask whether to forget everything.
    AskToClear,
    /// Forget what has a tag that matches.
    Invalidate(String),
    /// Forget everything.
    ClearCache,
    /// Filter a table of the monitor; all of it where the text is empty.
    FilterTable(Table, String),
    /// Change a breaker.
    ChangeBreaker(String, BreakerAction),
    /// Turn the suggestion down, for this reason; none where it is empty.
    Refuse(String),
    /// Look for variants that serve this goal.
    Vary(Goal),
    /// Take what is shown.
    TakeVariant,
    /// Do something with versions; the list stays open.
    Version(VersionAsk),
    /// Name a version.
    NameVersion(u64, String),
    /// Put a template, a hook or a call into the post.
    Insert(Insert),
    /// Show what is wrong with a file.
    ShowProblem(String),
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
    /// Where its keys are looked up.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::Page(_) => Place::Page,
            Self::Preview(_) => Place::Preview,
            Self::Variants(_) => Place::Variants,
            Self::Question(question) => question.place,
            Self::Prompt { .. } => Place::Prompt,
            Self::Palette(_) => Place::Palette,
            Self::Search { .. } => Place::Search,
            Self::Drafts(list) if list.deleting => Place::Deleting,
            Self::Drafts(_) => Place::Drafts,
            Self::Entries(_) => Place::Entries,
            Self::Versions(_) => Place::Versions,
            Self::Templates(_) => Place::Templates,
        }
    }

    /// Gives it its size in columns and rows, as far as that matters to it.
    pub fn fit(&mut self, size: (usize, usize)) {
        match self {
            Self::Page(page) => page.fit(size),
            Self::Preview(preview) => preview.fit(size),
            _ => {}
        }
    }

    /// Takes note of the screen, where that matters to it.
    pub fn see(&mut self, screen: Rect) {
        if let Self::Variants(variants) = self {
            variants.see(screen);
        }
    }

    /// Carries out a command; `size` is what a page shows, in columns and rows.
    pub fn update(&mut self, command: Command, size: (usize, usize)) -> Answer {
        match self {
            Self::Page(page) => page.update(command, size.1),
            Self::Preview(preview) => preview.update(command, size),
            Self::Variants(variants) => variants.update(command),
            Self::Question(question) => question.update(command),
            Self::Prompt { ask, input, error } => match command {
                Command::Close => Answer::Close,
                Command::Choose => line(*ask, input.text()),
                _ => {
                    if input.update(command) {
                        *error = None;
                    }
                    Answer::Stay
                }
            },
            Self::Palette(palette) => palette.update(command),
            Self::Search { input, .. } => match command {
                Command::Close => Answer::Close,
                Command::SearchNext => Answer::SearchOn { back: false },
                Command::SearchPrevious => Answer::SearchOn { back: true },
                _ if input.update(command) => Answer::Search,
                _ => Answer::Stay,
            },
            Self::Drafts(list) => list.update(Some(command)),
            Self::Entries(list) => list.update(command),
            Self::Versions(list) => list.update(command),
            Self::Templates(list) => list.update(command),
        }
    }

    /// Takes a key that stands for no command here.
    pub fn key(&mut self, key: KeyEvent) -> Answer {
        match self {
            Self::Page(_) | Self::Preview(_) => return Answer::Close,
            // Any other key is a no.
            Self::Question(Question {
                place: Place::Forgetting | Place::Ordering,
                ..
            }) => {
                return Answer::Close;
            }
            Self::Question(_) | Self::Entries(_) | Self::Variants(_) | Self::Versions(_) => {}
            Self::Prompt { input, error, .. } => {
                if input.key(key) {
                    *error = None;
                }
            }
            Self::Palette(palette) => return palette.key(key),
            Self::Templates(list) => return list.key(key),
            Self::Search { input, .. } => {
                if input.key(key) {
                    return Answer::Search;
                }
            }
            Self::Drafts(list) => return list.update(None),
        }
        Answer::Stay
    }

    /// Moves what is shown by `rows`.
    pub fn scroll(&mut self, rows: isize, size: (usize, usize)) {
        match self {
            Self::Page(page) => page.scroll(rows, size.1),
            Self::Preview(preview) => preview.scroll(rows, size.1),
            Self::Variants(variants) => variants.scroll(rows),
            Self::Palette(palette) => palette.select_by(rows),
            Self::Drafts(list) => list.select_by(rows),
            Self::Entries(list) => list.select_by(rows),
            Self::Versions(list) => list.select_by(rows),
            Self::Templates(list) => list.select_by(rows),
            Self::Question(_) | Self::Prompt { .. } | Self::Search { .. } => {}
        }
    }

    /// Takes pasted text. Returns what follows from it.
    pub fn paste(&mut self, text: &str) -> Answer {
        match self {
            Self::Prompt { input, error, .. } => {
                input.insert(text);
                *error = None;
            }
            Self::Palette(palette) => palette.insert(text),
            Self::Templates(list) => list.insert(text),
            Self::Search { input, .. } => {
                input.insert(text);
                return Answer::Search;
            }
            _ => {}
        }
        Answer::Stay
    }
}

/// What follows from a line that was typed. A name is taken as it is: blanks may be part of it.
fn line(ask: Ask, typed: &str) -> Answer {
    let is_blank = typed.trim().is_empty();
    let path = PathBuf::from(typed);
    match ask {
        Ask::Filter(table) => Answer::FilterTable(table, typed.trim().to_owned()),
        Ask::Refuse => Answer::Refuse(typed.to_owned()),
        Ask::VersionName(id) => Answer::NameVersion(id, typed.trim().to_owned()),
        Ask::Tags => Answer::FilterTags(typed.trim().to_owned()),
        Ask::Invalidate if is_blank => {
            Answer::Tell("a pattern names tags, as kind:sentence or draft:*")
        }
        Ask::Invalidate => Answer::AskToInvalidate(typed.trim().to_owned()),
        Ask::Open | Ask::SaveAs { .. } if is_blank => Answer::Tell("a name is more than blanks"),
        Ask::Open => Answer::Open(path),
        Ask::SaveAs { then_quit } => Answer::SaveAs {
            path,
            then_quit,
            over_another: false,
        },
    }
}

/// A selection moved by a command within `count` items.
fn moved(selected: usize, command: Command, count: usize) -> usize {
    let by = match command {
        Command::ItemUp => -1,
        Command::ItemDown => 1,
        Command::ItemPageUp => -10,
        Command::ItemPageDown => 10,
        _ => 0,
    };
    moved_by(selected, by, count)
}

/// A selection moved by `by` within `count` items.
fn moved_by(selected: usize, by: isize, count: usize) -> usize {
    selected
        .saturating_add_signed(by)
        .min(count.saturating_sub(1))
}
