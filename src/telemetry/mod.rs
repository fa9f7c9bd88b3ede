//! What the program tells of itself: lines of a log and figures.
//!
//! - [`start`] logs into dated files of the state folder, never to the screen.
//! - [`ring`] keeps the last lines in memory, for whoever looks.
//! - [`counters`] counts requests; [`exposition`] writes figures as Prometheus reads them.
//! - [`secret`] has the type that keeps secrets out of all of these.

pub mod counters;
pub mod exposition;
mod file;
mod layer;
pub mod line;
pub mod metric;
pub mod ring;
pub mod secret;
mod settings;

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tracing::Subscriber;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, fmt};

pub use counters::{Counters, Tally};
pub use line::{Filter, Level, Line};
pub use ring::Ring;
pub use secret::{SecretUrl, redacted_url};
pub use settings::{Format, Settings};

use file::{DailyFile, Losses};

/// The file that takes what C libraries print while the screen is in use.
pub const STDERR_FILE: &str = "stderr.log";
/// Bytes above which that file begins anew at the next start.
const STDERR_LARGEST: u64 = 1 << 20;
/// Lines that wait for the disk, at most; a line more is dropped, counted and told.
const QUEUE: usize = 8192;

/// The log, as long as it is written. Dropping it writes what is left.
#[derive(Debug)]
pub struct Log {
    /// For what does not go through the logger: [`STDERR_FILE`], open for appending.
    pub file: File,
    /// The last lines. It stays empty where the process had a log before this one.
    pub ring: Ring,
    folder: PathBuf,
    losses: Arc<Losses>,
    _guard: WorkerGuard,
}

impl Log {
    /// Where the files are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Lines that are in no file, because they came faster than the disk takes them or because it
    /// refused them.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.losses.count()
    }
}

/// Starts logging into `folder`, which is made where it is missing. Lines are written by a thread
/// of its own.
///
/// A second start in one process keeps the first one's subscriber.
///
/// # Errors
/// Where the folder or a file cannot be made, or a room of `settings` has no possible name.
pub fn start(folder: &Path, settings: &Settings) -> io::Result<Log> {
    let (log, subscriber) = open(folder, settings)?;
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        tracing::debug!("the log goes where it went before");
    }
    Ok(log)
}

/// Logs into memory alone, for where no file can be written; the lines of this log.
///
/// # Errors
/// Where a room of `settings` has no possible name.
pub fn start_in_memory(settings: &Settings) -> io::Result<Ring> {
    let ring = Ring::new(settings.ring_lines, settings.ring_bytes);
    let subscriber = tracing_subscriber::registry()
        .with(settings.filter()?)
        .with(ring.clone());
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        tracing::debug!("the log goes where it went before");
    }
    Ok(ring)
}

/// The log and what feeds it.
fn open(
    folder: &Path,
    settings: &Settings,
) -> io::Result<(Log, impl Subscriber + Send + Sync + 'static)> {
    let filter = settings.filter()?;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let losses = Arc::new(Losses::default());
    let daily = DailyFile::open(folder, settings, losses.clone())?;
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(QUEUE)
        .lossy(true)
        .thread_name("postwright-log")
        .finish(daily);
    losses.watch(writer.error_counter());
    let lines = fmt::layer().with_writer(writer).with_ansi(false);
    let lines = match settings.format {
        Format::Text => lines.boxed(),
        Format::Json => lines.json().boxed(),
    };
    let ring = Ring::new(settings.ring_lines, settings.ring_bytes);
    let subscriber = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .with(ring.clone());
    let log = Log {
        file: stderr_file(folder)?,
        ring,
        folder: folder.to_owned(),
        losses,
        _guard: guard,
    };
    Ok((log, subscriber))
}

fn stderr_file(folder: &Path) -> io::Result<File> {
    let path = folder.join(STDERR_FILE);
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)?;
    if file.metadata()?.len() > STDERR_LARGEST {
        file.set_len(0)?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests;
