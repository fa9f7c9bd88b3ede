//! What happens to the state, and what it asks for.

use std::path::PathBuf;
use std::time::SystemTime;

use crossterm::event::{KeyEvent, MouseEvent};

use super::super::overlays::{Shelf, Wanted};
use super::super::panes::cache::Shown;
use super::super::panes::monitor::MonitorEffect;
use super::super::watching::Sampled;
use super::versions::{Record, Subject, VersionNews, VersionTask};
use crate::cache::EntryInfo;
use crate::engine::{Embedded, Reply, Rewritten};
use crate::learning::calibration::Calibration;
use crate::learning::ranking::Acceptance;
use crate::monitor::History;
use crate::post::Revision;
use crate::rewrite::search::Goal;
use crate::store::file::{Form, Opened, Stamp};
use crate::store::journal::{Change, DraftId, DraftInfo, Recovered, Told};
use crate::store::user::Feedback;

/// Something that happened.
pub enum Input {
    Key(KeyEvent),
    Paste(String),
    /// A paste whose end did not come, as far as it came.
    CutPaste(String),
    Mouse(MouseEvent),
    Resize(u16, u16),
    /// The terminal's window is looked at again.
    Focused,
    Engine(Reply),
    /// Sentences were embedded, or cannot be.
    Embedded(Embedded),
    /// Better versions were looked for.
    Rewritten(Rewritten),
    /// What the writer's choices so far say, or why they could not be kept or read.
    Learned(Result<Box<Acceptance>, String>),
    /// What the writer's past posts say of the forecast; none are kept where there is nothing.
    Own(Option<Box<Calibration>>),
    /// The writer has typed nothing for a while since this revision was read.
    Resting(Revision),
    /// What the engine and its cache did and hold.
    Cached(Box<Shown>),
    /// The monitor took a sample.
    Sampled(Box<Sampled>),
    /// The monitor has begun, with these histories.
    Watching(History),
    /// What was asked for was done, or could not be; it is told.
    Done(Result<String, String>),
    /// A post was opened, or could not be.
    Opened(Result<Box<Document>, String>),
    /// The drafts that are kept, as of now.
    Listed {
        result: Result<Vec<DraftInfo>, String>,
        now: SystemTime,
        /// The one that is open here.
        own: Option<DraftId>,
        why: Listing,
    },
    /// A draft could not be deleted, and why.
    NotDeleted(String),
    /// The recovered text became a draft of its own, or could not.
    KeptAside(Result<(), String>),
    /// A save came to an end.
    Saved {
        revision: Revision,
        path: PathBuf,
        then_quit: bool,
        result: Result<Stamp, SaveFailure>,
    },
    /// What the file at `path` is, which was `known` when it was looked at.
    FileSeen {
        path: PathBuf,
        stamp: Option<Stamp>,
        known: Option<Stamp>,
    },
    /// What the journal has to tell.
    Journal(Told),
    /// These entries of the cache were wanted.
    Entries {
        wanted: Wanted,
        result: Result<Vec<EntryInfo>, String>,
    },
    /// So many tags were forgotten, or everything.
    Forgotten(Result<Option<usize>, String>),
    /// The dictionary was written.
    WordAdded {
        word: String,
        result: Result<Vec<String>, String>,
    },
    /// A version was kept, or something was done with versions.
    Versions(VersionNews),
    /// Templates, hooks and calls were read.
    Templates(Box<Shelf>),
}

/// Why drafts are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// The program starts: the writer is only to know that there are some.
    Start,
    /// The writer asked for them.
    Asked,
    /// One was deleted: a list that is still open is brought up to date.
    Deleted,
}

/// A post as it was opened.
#[derive(Debug, Default)]
pub struct Document {
    pub opened: Opened,
    /// The file it is saved to; none for an untitled draft.
    pub path: Option<PathBuf>,
    /// What the journal held that the file does not.
    pub recovered: Option<Recovered>,
    /// Another program that has it open, by its number where that is known.
    pub taken_by: Option<Option<u32>>,
    /// Whether it is the text that greets on the first run.
    pub is_welcome: bool,
    /// Whether what is typed goes into no journal.
    pub is_unjournaled: bool,
    /// When it was opened; ages count from here.
    pub as_of: Option<SystemTime>,
}

/// Why a save failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveFailure {
    /// The file is not what it was when it was opened or last saved.
    Changed,
    /// There is no file any more.
    Gone,
    /// The reason.
    Failed(String),
}

/// What a file must be for a save to go ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// This; without a stamp, nothing at all.
    Stamp(Option<Stamp>),
    /// Whatever it is.
    Anything,
}

/// A text to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    pub revision: Revision,
    pub path: PathBuf,
    pub text: String,
    pub form: Form,
    pub then_quit: bool,
    pub expected: Expected,
    /// The post's own file, which it is before the save too.
    pub own: Option<PathBuf>,
    /// A file that somebody else has open, which it must not be.
    pub other_than: Option<PathBuf>,
}

/// Something for the loop to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// The text has changed: run the slow stages when the writer pauses.
    Analyse(Revision),
    /// Run the slow stages at once.
    AnalyseNow,
    /// Compute what these candidates of a revision need, while nobody types.
    Superpose(Revision, Vec<String>),
    /// Look for single suggestions for a revision, while nobody types.
    Suggest(Revision, String),
    /// Look for variants of a revision.
    Vary(Revision, String, Goal),
    /// Keep what the writer made of suggestions, then tell what it says of them; the loop knows when
    /// that was.
    Feedback(Vec<Feedback>),
    /// Tell what the writer's choices so far say.
    Learn,
    /// Embed these texts of a revision.
    Embed(Revision, Vec<String>),
    /// Put the changes into the journal.
    Journal(Vec<Change>),
    /// Write the text.
    Save(Save),
    /// See whether the file at this path is still what is known of it.
    LookAtFile(PathBuf, Option<Stamp>),
    /// Open a file in place of the post.
    Open(PathBuf),
    /// Open a draft in place of the post.
    Reopen(DraftId),
    /// Start a new draft in place of the post; with a text, it is one already.
    NewDraft(Option<String>),
    /// Keep a text as a draft of its own, beside the post.
    KeepAside(String),
    /// List the drafts.
    ListDrafts,
    /// Delete a draft for good, then list them.
    DeleteDraft(DraftId),
    /// Offer a text to the terminal's clipboard.
    Copy(String),
    /// Add a word to the dictionary and read it anew.
    AddWord(String),
    /// Tell the checker its new words.
    SetWords(Vec<String>),
    /// Read what the cache holds.
    ListEntries(Wanted),
    /// Forget what has a tag that matches the pattern.
    Invalidate(String),
    /// Forget everything that was computed.
    ClearCache,
    /// Keep a version, after those before it.
    Record(Box<Record>),
    /// Do something with the versions of a post, after what was recorded before.
    Versions(Subject, VersionTask),
    /// Read templates, hooks and calls.
    ReadTemplates,
    /// Do what the monitor pane asks for.
    Watch(MonitorEffect),
    /// Make the terminal ring or notify.
    Ring(Vec<u8>),
    /// Draw the whole screen anew.
    Redraw,
    /// Go to the shell until it brings the program back.
    Suspend,
    /// End.
    Quit,
}
