//! Writing texts to their files.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::store::file::{self, Stamp};
use crate::store::journal::Drafts;

use super::app::{Expected, Save, SaveFailure};
use super::arrival::Arrival;

/// Writes one text after another: two writers of one file could leave the older text.
pub(super) async fn save_in_order(
    mut saves: UnboundedReceiver<Save>,
    arrivals: UnboundedSender<Arrival>,
    drafts: Option<Drafts>,
) {
    // What was written last: a second save asked for before the first has ended expects it, too.
    let last: Arc<Mutex<Option<(PathBuf, Stamp)>>> = Arc::default();
    while let Some(save) = saves.recv().await {
        let (arrivals, last, drafts) = (arrivals.clone(), last.clone(), drafts.clone());
        let write = move || {
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            let own = last.as_ref().filter(|(path, _)| *path == save.path);
            let result = write(&save, own.map(|(_, stamp)| *stamp), drafts.as_ref());
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
fn write(save: &Save, own: Option<Stamp>, drafts: Option<&Drafts>) -> Result<Stamp, SaveFailure> {
    let failed = |e: &dyn std::fmt::Display| SaveFailure::Failed(e.to_string());
    let is = |path: &Option<PathBuf>| path.as_deref().is_some_and(|p| is_same(p, &save.path));
    // What the save before made has the lock of this very post.
    let is_own = is(&save.own) || own.is_some();
    if is(&save.other_than) || !is_own && drafts.is_some_and(|d| d.is_taken(&save.path)) {
        let name = save.path.display();
        return Err(SaveFailure::Failed(format!(
            "{name}: not saved: it is open in another Postwright"
        )));
    }
    if let Expected::Stamp(expected) = &save.expected {
        let found = Stamp::of(&save.path)
            .map_err(|e| failed(&format!("{}: not saved: {e}", save.path.display())))?;
        if found != *expected && (own.is_none() || found != own) {
            return Err(match found {
                Some(_) => SaveFailure::Changed,
                None => SaveFailure::Gone,
            });
        }
    }
    file::save(&save.path, &save.text, save.form).map_err(|e| failed(&e))
}

/// Whether two names lead to one file.
pub(super) fn is_same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
