//! The command table: the one source of keys, help and names.

/// Everything a key can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    Save,
    SaveAs,
    Quit,
    Help,
    Palette,
    NextPane,
    PreviousPane,
    FocusEditor,
    FocusResults,
    FocusCache,
    FocusMonitor,
    Zoom,
    OpenFile,
    NewDraft,
    Drafts,
    Preview,
    Spoken,
    PlainLetters,
    CopyPost,
    Search,
    SearchNext,
    SearchPrevious,
    Redraw,
    Suspend,
    Undo,
    Redo,
    Cut,
    Copy,
    Paste,
    SelectAll,
    Move(Motion),
    Select(Motion),
    Newline,
    Backspace,
    Delete,
    DeleteWord,
    ItemUp,
    ItemDown,
    ItemPageUp,
    ItemPageDown,
    ItemFirst,
    ItemLast,
    Open,
    ApplyFix,
    Ignore,
    AddWord,
}

impl Command {
    /// Whether it changes the text of the editor.
    #[must_use]
    pub fn edits(self) -> bool {
        matches!(
            self,
            Self::Undo
                | Self::Redo
                | Self::Cut
                | Self::Paste
                | Self::Newline
                | Self::Backspace
                | Self::Delete
                | Self::DeleteWord
        )
    }
}

/// Where a move goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Motion {
    Left,
    Right,
    Up,
    Down,
    WordLeft,
    WordRight,
    RowStart,
    RowEnd,
    PageUp,
    PageDown,
    Start,
    End,
}

/// Where a command can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    Anywhere,
    Editor,
    Results,
    /// The panes that hold a list: results, cache and monitor.
    Lists,
}

impl Context {
    /// All contexts, in the order of the help.
    pub const ALL: [Self; 4] = [Self::Anywhere, Self::Editor, Self::Results, Self::Lists];

    /// Where a key is looked for that has no meaning here.
    #[must_use]
    pub fn outer(self) -> Option<Self> {
        match self {
            Self::Results => Some(Self::Lists),
            Self::Editor | Self::Lists => Some(Self::Anywhere),
            Self::Anywhere => None,
        }
    }

    /// The heading of its commands in the help.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Anywhere => "Anywhere",
            Self::Editor => "Editor",
            Self::Results => "Results",
            Self::Lists => "Results, cache, monitor",
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Entry {
    pub command: Command,
    /// For the palette and the configuration.
    pub name: &'static str,
    pub context: Context,
    /// Key chords, the one to tell first.
    pub keys: &'static [&'static str],
    /// What it does; rows with an empty text are left out of the help.
    pub help: &'static str,
}

const fn entry(
    command: Command,
    name: &'static str,
    context: Context,
    keys: &'static [&'static str],
    help: &'static str,
) -> Entry {
    Entry {
        command,
        name,
        context,
        keys,
        help,
    }
}

use Command as C;
use Context::{Anywhere, Editor, Lists, Results};
use Motion as M;

/// All commands.
pub static TABLE: &[Entry] = &[
    entry(C::Save, "save", Anywhere, &["ctrl-s"], "save"),
    entry(
        C::SaveAs,
        "save-as",
        Anywhere,
        &["f2"],
        "save under another name",
    ),
    entry(
        C::Quit,
        "quit",
        Anywhere,
        &["ctrl-q"],
        "quit; asks where text is not saved",
    ),
    entry(C::Help, "help", Anywhere, &["f1"], "show the keys"),
    entry(
        C::Palette,
        "palette",
        Anywhere,
        &["ctrl-p"],
        "find a command by its name",
    ),
    entry(
        C::NextPane,
        "next-pane",
        Anywhere,
        &["tab"],
        "go to the next pane",
    ),
    entry(
        C::PreviousPane,
        "previous-pane",
        Anywhere,
        &["backtab"],
        "go to the pane before",
    ),
    entry(
        C::FocusEditor,
        "focus-editor",
        Anywhere,
        &["alt-1"],
        "go to the editor",
    ),
    entry(
        C::FocusResults,
        "focus-results",
        Anywhere,
        &["alt-2"],
        "go to the results",
    ),
    entry(
        C::FocusCache,
        "focus-cache",
        Anywhere,
        &["alt-3"],
        "go to the cache",
    ),
    entry(
        C::FocusMonitor,
        "focus-monitor",
        Anywhere,
        &["alt-4"],
        "go to the monitor",
    ),
    entry(
        C::Zoom,
        "zoom",
        Anywhere,
        &["alt-z"],
        "give the pane the whole screen, and back",
    ),
    entry(
        C::OpenFile,
        "open-file",
        Anywhere,
        &["ctrl-o"],
        "open a file",
    ),
    entry(
        C::NewDraft,
        "new-draft",
        Anywhere,
        &["ctrl-n"],
        "start a new draft",
    ),
    entry(
        C::Drafts,
        "drafts",
        Anywhere,
        &["f4"],
        "list the drafts that are kept",
    ),
    entry(
        C::Search,
        "search",
        Anywhere,
        &["ctrl-f"],
        "search the text",
    ),
    entry(
        C::SearchNext,
        "search-next",
        Anywhere,
        &["f3"],
        "go to the next hit",
    ),
    entry(
        C::SearchPrevious,
        "search-previous",
        Anywhere,
        &["shift-f3"],
        "go to the hit before",
    ),
    entry(
        C::Preview,
        "preview",
        Anywhere,
        &["f5"],
        "see the post as the feed shows it",
    ),
    entry(
        C::Spoken,
        "spoken-preview",
        Anywhere,
        &["f6"],
        "read what a screen reader makes of styled letters",
    ),
    entry(
        C::PlainLetters,
        "plain-letters",
        Anywhere,
        &["f7"],
        "make styled letters plain",
    ),
    entry(
        C::CopyPost,
        "copy-post",
        Anywhere,
        &["alt-c"],
        "copy the whole post as plain text",
    ),
    entry(
        C::Redraw,
        "redraw",
        Anywhere,
        &["ctrl-l"],
        "draw the screen anew",
    ),
    entry(
        C::Suspend,
        "suspend",
        Anywhere,
        &[],
        "go to the shell; fg comes back",
    ),
    entry(C::Undo, "undo", Editor, &["ctrl-z"], "undo"),
    entry(C::Redo, "redo", Editor, &["ctrl-y", "ctrl-shift-z"], "redo"),
    entry(C::Cut, "cut", Editor, &["ctrl-x"], "cut the selection"),
    entry(C::Copy, "copy", Editor, &["ctrl-c"], "copy the selection"),
    entry(
        C::Paste,
        "paste",
        Editor,
        &["ctrl-v"],
        "paste what was cut or copied here",
    ),
    entry(
        C::SelectAll,
        "select-all",
        Editor,
        &["ctrl-a"],
        "select everything",
    ),
    entry(C::Newline, "newline", Editor, &["enter"], ""),
    entry(
        C::Backspace,
        "backspace",
        Editor,
        &["backspace", "ctrl-h", "shift-backspace"],
        "",
    ),
    entry(C::Delete, "delete", Editor, &["delete", "ctrl-d"], ""),
    entry(
        C::DeleteWord,
        "delete-word",
        Editor,
        &["ctrl-w", "alt-backspace", "ctrl-backspace"],
        "delete the word before the cursor",
    ),
    entry(C::Move(M::Left), "left", Editor, &["left"], ""),
    entry(C::Move(M::Right), "right", Editor, &["right"], ""),
    entry(C::Move(M::Up), "up", Editor, &["up"], ""),
    entry(C::Move(M::Down), "down", Editor, &["down"], ""),
    entry(
        C::Move(M::WordLeft),
        "word-left",
        Editor,
        &["ctrl-left", "alt-b"],
        "go a word back",
    ),
    entry(
        C::Move(M::WordRight),
        "word-right",
        Editor,
        &["ctrl-right", "alt-f"],
        "go a word on",
    ),
    entry(
        C::Move(M::RowStart),
        "row-start",
        Editor,
        &["home"],
        "go to the start of the row",
    ),
    entry(
        C::Move(M::RowEnd),
        "row-end",
        Editor,
        &["end", "ctrl-e"],
        "go to the end of the row",
    ),
    entry(
        C::Move(M::PageUp),
        "page-up",
        Editor,
        &["pageup"],
        "go a page up",
    ),
    entry(
        C::Move(M::PageDown),
        "page-down",
        Editor,
        &["pagedown"],
        "go a page down",
    ),
    entry(
        C::Move(M::Start),
        "start",
        Editor,
        &["ctrl-home"],
        "go to the start of the post",
    ),
    entry(
        C::Move(M::End),
        "end",
        Editor,
        &["ctrl-end"],
        "go to the end of the post",
    ),
    entry(
        C::Select(M::Left),
        "select-left",
        Editor,
        &["shift-left"],
        "select, with any of the moves",
    ),
    entry(
        C::Select(M::Right),
        "select-right",
        Editor,
        &["shift-right"],
        "",
    ),
    entry(C::Select(M::Up), "select-up", Editor, &["shift-up"], ""),
    entry(
        C::Select(M::Down),
        "select-down",
        Editor,
        &["shift-down"],
        "",
    ),
    entry(
        C::Select(M::WordLeft),
        "select-word-left",
        Editor,
        &["ctrl-shift-left"],
        "",
    ),
    entry(
        C::Select(M::WordRight),
        "select-word-right",
        Editor,
        &["ctrl-shift-right"],
        "",
    ),
    entry(
        C::Select(M::RowStart),
        "select-row-start",
        Editor,
        &["shift-home"],
        "",
    ),
    entry(
        C::Select(M::RowEnd),
        "select-row-end",
        Editor,
        &["shift-end"],
        "",
    ),
    entry(
        C::Select(M::PageUp),
        "select-page-up",
        Editor,
        &["shift-pageup"],
        "",
    ),
    entry(
        C::Select(M::PageDown),
        "select-page-down",
        Editor,
        &["shift-pagedown"],
        "",
    ),
    entry(
        C::Select(M::Start),
        "select-start",
        Editor,
        &["ctrl-shift-home"],
        "",
    ),
    entry(
        C::Select(M::End),
        "select-end",
        Editor,
        &["ctrl-shift-end"],
        "",
    ),
    entry(
        C::Open,
        "open",
        Results,
        &["enter"],
        "show the arithmetic, or go to the place",
    ),
    entry(
        C::ApplyFix,
        "apply-fix",
        Results,
        &["a"],
        "apply the first replacement",
    ),
    entry(
        C::Ignore,
        "ignore",
        Results,
        &["i"],
        "ignore this finding here",
    ),
    entry(
        C::AddWord,
        "add-word",
        Results,
        &["d"],
        "add the word to the dictionary",
    ),
    entry(C::ItemUp, "item-up", Lists, &["up", "k"], "go up"),
    entry(C::ItemDown, "item-down", Lists, &["down", "j"], "go down"),
    entry(
        C::ItemPageUp,
        "item-page-up",
        Lists,
        &["pageup"],
        "go a page up",
    ),
    entry(
        C::ItemPageDown,
        "item-page-down",
        Lists,
        &["pagedown"],
        "go a page down",
    ),
    entry(
        C::ItemFirst,
        "item-first",
        Lists,
        &["home"],
        "go to the top",
    ),
    entry(
        C::ItemLast,
        "item-last",
        Lists,
        &["end"],
        "go to the bottom",
    ),
];
