//! Standard error while the screen is ours: what C libraries write there goes to the log file.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};

/// The terminal's own standard error while it is diverted, and where to.
static KEPT: Mutex<Option<OwnedFd>> = Mutex::new(None);
static TARGET: Mutex<Option<File>> = Mutex::new(None);

/// Names the file that takes what is written while the screen is ours.
pub fn divert_to(file: File) {
    *TARGET.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
}

/// Diverts standard error, where a file was named. Where it cannot be, it stays: a stray message on
/// the screen is better than no program.
pub(super) fn divert() {
    let target = TARGET.lock().unwrap_or_else(PoisonError::into_inner);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(file) = target.as_ref().filter(|_| kept.is_none()) else {
        return;
    };
    let swapped = rustix::io::dup(rustix::stdio::stderr())
        .and_then(|own| rustix::stdio::dup2_stderr(file).map(|()| own));
    match swapped {
        Ok(own) => *kept = Some(own),
        Err(error) => tracing::warn!("standard error stays on the screen: {error}"),
    }
}

/// Brings the terminal's own back.
pub(super) fn bring_back() {
    let own = KEPT.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Err(error)) = own.map(rustix::stdio::dup2_stderr) {
        tracing::warn!("standard error stays in the log: {error}");
    }
}
