//! The command table: the one source of keys, help and names.

/// Everything a key can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    Save,
    SaveAs,
    Quit,
    Help,
    NextPane,
    FocusEditor,
    FocusResults,
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
}

impl Context {
    /// The heading of its commands in the help.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Anywhere => "Anywhere",
            Self::Editor => "Editor",
            Self::Results => "Results",
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
use Context::{Anywhere, Editor, Results};
use Motion as M;

/// All commands.
pub const TABLE: [Entry; 51] = [
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
        C::NextPane,
        "next-pane",
        Anywhere,
        &["tab", "backtab"],
        "switch pane",
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
    entry(C::ItemUp, "item-up", Results, &["up", "k"], "go up"),
    entry(C::ItemDown, "item-down", Results, &["down", "j"], "go down"),
    entry(
        C::ItemPageUp,
        "item-page-up",
        Results,
        &["pageup"],
        "go a page up",
    ),
    entry(
        C::ItemPageDown,
        "item-page-down",
        Results,
        &["pagedown"],
        "go a page down",
    ),
    entry(
        C::ItemFirst,
        "item-first",
        Results,
        &["home"],
        "go to the top",
    ),
    entry(
        C::ItemLast,
        "item-last",
        Results,
        &["end"],
        "go to the bottom",
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
];
