//! Opening posts with their journals. Reads files: called off the terminal's thread, but for the
//! first post.

use std::path::Path;

use crate::post::LineEnding;
use crate::store::file::{self, Opened};
use crate::store::journal::{Draft, DraftId, Drafts, Journal, Opening};

use super::app::Document;
use super::run::First;
use super::{Options, TuiError};

/// What greets on the first run.
const WELCOME: &str = include_str!("welcome.md");

/// A post and its journal, where it has one.
pub(super) struct Loaded {
    pub document: Document,
    pub journal: Option<Journal>,
    /// Why the text is not journaled.
    pub warning: Option<String>,
}

/// The post that the program starts with.
pub(super) fn first(options: &Options) -> Result<First, TuiError> {
    let drafts = options.drafts_folder.clone().map(Drafts::new);
    let is_first_run = options
        .drafts_folder
        .as_ref()
        .is_some_and(|folder| !folder.exists());
    let loaded = match &options.file {
        Some(path) => load_file(path, drafts.as_ref())?,
        None => {
            let text = if is_first_run { WELCOME } else { "" };
            let mut loaded = new_draft(text, drafts.as_ref());
            loaded.document.is_welcome = is_first_run;
            loaded
        }
    };
    let kept = match (&options.file, &drafts) {
        (None, Some(drafts)) if !is_first_run => drafts.list().unwrap_or_default(),
        _ => Vec::new(),
    };
    Ok(First {
        list_drafts: kept.iter().any(|d| !d.in_use),
        document: loaded.document,
        journal: loaded.journal,
        warning: loaded.warning,
    })
}

/// Opens `path` with its journal. Without a place for journals the post opens all the same.
pub(super) fn load_file(path: &Path, drafts: Option<&Drafts>) -> Result<Loaded, file::FileError> {
    let opened = file::open(path)?;
    let document = Document {
        opened,
        path: Some(path.to_owned()),
        ..Document::default()
    };
    Ok(with_journal(document, drafts, |d| d.open(Some(path))))
}

/// An untitled draft that holds `text`.
pub(super) fn new_draft(text: &str, drafts: Option<&Drafts>) -> Loaded {
    let document = Document {
        opened: Opened {
            text: text.to_owned(),
            line_ending: LineEnding::default(),
            is_new: true,
            ..Opened::default()
        },
        ..Document::default()
    };
    with_journal(document, drafts, |d| d.open(None))
}

/// Opens a draft that was kept: its file with what was not saved, or the text alone.
pub(super) fn reopen(id: &DraftId, drafts: &Drafts) -> Result<Loaded, String> {
    let opening = drafts.reopen(id).map_err(|e| e.to_string())?;
    let Opening::Owned(draft) = opening else {
        return Err("this draft is open in another Postwright".to_owned());
    };
    let Draft {
        journal,
        path,
        recovered,
    } = draft;
    let opened = match &path {
        Some(path) => file::open(path).map_err(|e| e.to_string())?,
        None => Opened {
            is_new: true,
            ..Opened::default()
        },
    };
    Ok(Loaded {
        document: Document {
            opened,
            path,
            recovered,
            ..Document::default()
        },
        journal: Some(journal),
        warning: None,
    })
}

/// The journal of the post at `path`, where it is free.
pub(super) fn claim(path: Option<&Path>, drafts: Option<&Drafts>) -> Option<Journal> {
    match drafts?.open(path) {
        Ok(Opening::Owned(draft)) => Some(draft.journal),
        Ok(Opening::Taken { .. }) => None,
        Err(error) => {
            tracing::error!("the journal: {error}");
            None
        }
    }
}

fn with_journal(
    mut document: Document,
    drafts: Option<&Drafts>,
    open: impl FnOnce(&Drafts) -> Result<Opening, crate::store::journal::JournalError>,
) -> Loaded {
    let (mut journal, mut warning) = (None, None);
    match drafts.map(open) {
        Some(Ok(Opening::Owned(draft))) => {
            document.recovered = draft.recovered;
            journal = Some(draft.journal);
        }
        Some(Ok(Opening::Taken { pid })) => document.taken_by = Some(pid),
        Some(Err(error)) => warning = Some(format!("what you type is not journaled: {error}")),
        None => {
            warning = Some("what you type is not journaled: no home folder is known".to_owned());
        }
    }
    Loaded {
        document,
        journal,
        warning,
    }
}
