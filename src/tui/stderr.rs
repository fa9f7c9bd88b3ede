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
    let swapped = own_stderr().and_then(|own| rustix::stdio::dup2_stderr(file).map(|()| own));
    match swapped {
        Ok(own) => *kept = Some(own),
        Err(error) => tracing::warn!("standard error stays on the screen: {error}"),
    }
}

/// Another descriptor of standard error, which no child gets: it is the terminal.
fn own_stderr() -> rustix::io::Result<OwnedFd> {
    // The standard three stay what they are.
    rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stderr(), 3)
}

/// Brings the terminal's own back.
pub(super) fn bring_back() {
    let own = KEPT.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Err(error)) = own.map(rustix::stdio::dup2_stderr) {
        tracing::warn!("standard error stays in the log: {error}");
    }
}

#[cfg(test)]
mod tests {
    use rustix::io::{FdFlags, fcntl_getfd};

    use super::*;

    #[test]
    fn no_child_gets_the_terminal() {
        let own = own_stderr().unwrap();
        assert!(fcntl_getfd(&own).unwrap().contains(FdFlags::CLOEXEC));
    }
}
