//! Commands. Their table is the one source of keys, help and names.

mod place;
mod table;
mod watch;

pub use place::{Context, Place};
pub use table::TABLE;
pub use watch::{MonitorPage, Watch};

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
    /// Lists the versions of the post.
    Versions,
    /// Lists templates, hooks and calls to action.
    Templates,
    /// Selects the next `[label]`.
    NextBlank,
    Preview,
    Spoken,
    PlainLetters,
    CopyPost,
    /// Looks for variants of the post.
    Variants,
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
    /// Go from section to section of the results.
    NextSection,
    PreviousSection,
    /// Goes to the suggestions, in the results.
    Suggestions,
    Open,
    ApplyFix,
    /// Applies a suggestion with all others of its kind.
    ApplyKind,
    Ignore,
    AddWord,
    /// Closes the topmost overlay.
    Close,
    /// Takes what is chosen or typed.
    Choose,
    SwitchScreen,
    SwitchFold,
    DeleteDraft,
    PreviousVariant,
    NextVariant,
    SwitchEdit,
    NextGoal,
    NameVersion,
    CompareVersions,
    ExportVersions,
    /// Lists what the cache holds.
    Entries,
    SortEntries,
    NextTier,
    NextKind,
    FilterTags,
    Invalidate,
    ClearCache,
    Erase,
    EraseWord,
    EraseAll,
    Answer(Verdict),
    /// Of the monitor pane.
    Watch(Watch),
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

/// The answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    Save,
    Keep,
    SaveAs,
    Discard,
    Overwrite,
    Reload,
    Recover,
    KeepFile,
    Read,
    Copy,
    Quit,
    Delete,
    Forget,
    Order,
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
    /// What it does, for the help and the palette.
    pub help: &'static str,
}
