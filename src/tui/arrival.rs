//! What arrives from threads.

use std::path::PathBuf;
use std::time::SystemTime;

use crate::post::Revision;
use crate::store::file::Stamp;
use crate::store::journal::{DraftId, Drafts, Journal};

use super::app::{Input, Listing, Save, SaveFailure};
use super::documents::Loaded;
use super::runner::Looked;

/// What arrives from threads.
pub(super) enum Arrival {
    Input(Input),
    /// The writer's past posts were looked at.
    History(Looked),
    /// A post with its journal, which is no part of the state.
    Post(Box<Loaded>),
    /// Whether the file to open is the post's own, which was at `own`.
    Compared {
        path: PathBuf,
        own: Option<PathBuf>,
        is_own: bool,
    },
    /// The journal of the post before was closed at this revision; whether its text is in it.
    PutAway {
        next: Box<Loaded>,
        revision: Revision,
        is_kept: bool,
    },
    /// The journal of the post that was open at this revision, where it was to be had.
    Claimed(Revision, Option<Journal>),
    /// The recovered text of the post that was open at this revision became a draft of its own, or
    /// could not.
    KeptAside(Revision, Result<(), String>),
    /// A save came to an end.
    Saved {
        save: Save,
        result: Result<Stamp, SaveFailure>,
    },
}

pub(super) fn posted(loaded: Loaded) -> Arrival {
    Arrival::Post(Box::new(loaded))
}

pub(super) fn refused(reason: String) -> Arrival {
    Arrival::Input(Input::Opened(Err(reason)))
}

pub(super) fn listed(
    drafts: Result<&Drafts, String>,
    own: Option<DraftId>,
    why: Listing,
) -> Arrival {
    Arrival::Input(Input::Listed {
        result: drafts.and_then(|drafts| drafts.list().map_err(|e| e.to_string())),
        now: SystemTime::now(),
        own,
        why,
    })
}
