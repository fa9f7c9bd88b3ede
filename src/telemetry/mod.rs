//! Logging: to a file in the state folder, never to the screen.

use std::fs::File;
use std::io;
use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

/// Name of the log file.
pub const LOG_FILE: &str = "postwright.log";

/// The log, as long as it is written.
pub struct Log {
    /// For what does not go through the logger.
    pub file: File,
    _guard: WorkerGuard,
}

/// Starts logging at `level` (a `tracing` level name) into `folder`, which is made where it is
/// missing. Lines are written by a thread of its own; dropping the log writes what is left.
///
/// # Errors
/// Where the folder or the file cannot be made.
pub fn start(folder: &Path, level: &str) -> io::Result<Log> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(LOG_FILE);
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)?;
    let (writer, guard) = tracing_appender::non_blocking(file.try_clone()?);
    // A second start in one process (tests) keeps the first subscriber.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(level))
        .with_writer(writer)
        .with_ansi(false)
        .try_init();
    Ok(Log {
        file,
        _guard: guard,
    })
}
