//! Writing texts to their files.

use std::path::PathBuf;

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
}

/// Writes one text after another: two writers of one file could leave the older text.
pub(super) async fn save_in_order(
    mut saves: UnboundedReceiver<Save>,
    arrivals: UnboundedSender<Arrival>,
) {
    while let Some(save) = saves.recv().await {
        let arrivals = arrivals.clone();
        let write = move || {
            let result = write(&save);
            // The loop has ended where nobody listens.
            let _ = arrivals.send(Arrival::Saved { save, result });
        };
        if let Err(error) = tokio::task::spawn_blocking(write).await {
            tracing::error!("a save failed: {error}");
        }
    }
}

fn write(save: &Save) -> Result<Stamp, SaveFailure> {
    let failed = |e: &dyn std::fmt::Display| SaveFailure::Failed(e.to_string());
    if let Expected::Stamp(expected) = &save.expected {
        let found = Stamp::of(&save.path).map_err(|e| failed(&e))?;
        if found != *expected {
            return Err(SaveFailure::Changed);
        }
    }
    file::save(&save.path, &save.text, save.line_ending).map_err(|e| failed(&e))
}
