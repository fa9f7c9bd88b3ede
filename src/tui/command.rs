//! Commands. Their table is the one source of keys, help and names.

mod table;

pub use table::TABLE;

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
