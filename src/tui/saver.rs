//! Writing texts to their files.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::post::{LineEnding, Revision};
use crate::store::file::{self, Stamp};

use super::app::{Expected, SaveFailure};
use super::runner::Arrival;

/// A text to write.
pub(super) struct Save {
    pub revision: Revision,
    pub path: PathBuf,
    pub text: String,
    pub line_ending: LineEnding,
    pub then_quit: bool,
    pub expected: Expected,
    /// A file that somebody else has open, which it must not be.
    pub other_than: Option<PathBuf>,
}

/// Writes one text after another: two writers of one file could leave the older text.
pub(super) async fn save_in_order(
    mut saves: UnboundedReceiver<Save>,
    arrivals: UnboundedSender<Arrival>,
) {
    // What was written last: a second save asked for before the first has ended expects it, too.
    let last: Arc<Mutex<Option<(PathBuf, Stamp)>>> = Arc::default();
    while let Some(save) = saves.recv().await {
        let (arrivals, last) = (arrivals.clone(), last.clone());
        let write = move || {
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            let own = last.as_ref().filter(|(path, _)| *path == save.path);
            let result = write(&save, own.map(|(_, stamp)| *stamp));
            if let Ok(stamp) = &result {
                *last = Some((save.path.clone(), *stamp));
            }
            // The loop has ended where nobody listens.
            let _ = arrivals.send(Arrival::Saved { save, result });
        };
        if let Err(error) = tokio::task::spawn_blocking(write).await {
            tracing::error!("a save failed: {error}");
        }
    }
}

/// Writes a text where its file is as expected, or as it was left by `own`, the save before.
fn write(save: &Save, own: Option<Stamp>) -> Result<Stamp, SaveFailure> {
    let failed = |e: &dyn std::fmt::Display| SaveFailure::Failed(e.to_string());
    if save
        .other_than
        .as_deref()
        .is_some_and(|other| is_same(other, &save.path))
    {
        let name = save.path.display();
        return Err(SaveFailure::Failed(format!(
            "{name}: not saved: it is open in another Postwright"
        )));
    }
    if let Expected::Stamp(expected) = &save.expected {
        let found = Stamp::of(&save.path)
            .map_err(|e| failed(&format!("{}: not saved: {e}", save.path.display())))?;
        if found != *expected && (own.is_none() || found != own) {
            return Err(SaveFailure::Changed);
        }
    }
    file::save(&save.path, &save.text, save.line_ending).map_err(|e| failed(&e))
}

/// Whether two names lead to one file.
pub(super) fn is_same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
