//! What happened to alerts, kept on disk.
//!
//! One transition a line, as JSON, appended to a file of mode 0600. A full file becomes the older
//! one, whose predecessor goes. Several processes may write at once: each line is one write, under
//! the file's lock. Nothing is synced: after a power cut the last lines may be gone or torn, and a
//! torn line costs itself only.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::watch::Transition;

/// A usual capacity of a [`History`], in bytes: some 4000 lines in each of two files.
pub const CAPACITY: u64 = 1 << 20;
/// Lines that wait while they cannot be written; then the oldest go.
const MOST_WAITING: usize = 1024;
/// What stands behind the name of the older file.
const OLDER: &str = ".1";

/// A history that could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// Lines could not be written; they wait, and are written with later ones.
    #[error("{}: cannot write the history of alerts: {source}; {waiting} lines wait in memory, make room or mend it", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Lines that wait.
        waiting: usize,
        /// Why not.
        source: io::Error,
    },
    /// There is no file, and none can be made.
    #[error("{}: no history of alerts is kept: {source}; mend the folder, or set XDG_STATE_HOME to another", path.display())]
    Closed {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file could not be read.
    #[error("{}: cannot read the history of alerts: {source}; mend it or remove the file", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Which transitions are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Those at or after this date, in milliseconds since 1970.
    pub since_ms: Option<u64>,
    /// Those before this date.
    pub until_ms: Option<u64>,
    /// Those of this rule.
    pub rule: Option<String>,
}

/// What a query found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// In the order in which they were written; where the system's date was set back their dates
    /// go back.
    pub transitions: Vec<Transition>,
    /// Lines that are torn or of another format.
    pub unreadable: usize,
}

/// The writing end.
#[derive(Debug)]
pub struct History {
    path: PathBuf,
    capacity: u64,
    file: Option<File>,
    waiting: VecDeque<String>,
    /// Lines dropped because too many waited.
    dropped: u64,
    is_failing: bool,
}

impl History {
    /// A history at `path`, which is made with the first line; its folder must exist. `capacity`
    /// is in bytes, for each of two files.
    #[must_use]
    pub fn new(path: PathBuf, capacity: u64) -> Self {
        Self {
            path,
            capacity,
            file: None,
            waiting: VecDeque::new(),
            dropped: 0,
            is_failing: false,
        }
    }

    /// Writes what waited and `transitions`. Call it with none to try again.
    ///
    /// # Errors
    /// The first time that lines could not be written since they last could; they wait. Later
    /// failures are told by [`History::waiting`] only.
    pub fn append<'t>(
        &mut self,
        transitions: impl IntoIterator<Item = &'t Transition>,
    ) -> Result<(), HistoryError> {
        for transition in transitions {
            // Strings, numbers and maps of strings always become JSON.
            let Ok(mut line) = serde_json::to_string(transition) else {
                continue;
            };
            line.push('\n');
            if self.waiting.len() >= MOST_WAITING {
                self.waiting.pop_front();
                self.dropped += 1;
            }
            self.waiting.push_back(line);
        }
        if self.waiting.is_empty() {
            return Ok(());
        }
        match self.write() {
            Ok(()) => {
                self.is_failing = false;
                Ok(())
            }
            Err(source) => {
                if std::mem::replace(&mut self.is_failing, true) {
                    return Ok(());
                }
                let path = self.path.clone();
                let waiting = self.waiting.len();
                Err(HistoryError::Write {
                    path,
                    waiting,
                    source,
                })
            }
        }
    }

    /// Lines that wait to be written.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Lines lost because too many waited.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    fn write(&mut self) -> io::Result<()> {
        let path = self.path.clone();
        let mut file = match self.file.take() {
            // Another process may have made it the older one.
            Some(file) if is_at(&file, &path) => file,
            Some(_) | None => open(&path)?,
        };
        lock(&file)?;
        let mut size = mended(&mut file)?;
        while let Some(line) = self.waiting.front() {
            let bytes = line.len() as u64;
            if size > 0 && size + bytes > self.capacity && is_at(&file, &path) {
                fs::rename(&path, older(&path))?;
                file = open(&path)?;
                lock(&file)?;
                size = mended(&mut file)?;
            }
            if let Err(error) = file.write_all(line.as_bytes()) {
                // Room for a part of the line only. Where the cut fails too, the next writer ends
                // the torn line.
                let _ = file.set_len(size);
                return Err(error);
            }
            size += bytes;
            self.waiting.pop_front();
        }
        file.unlock()?;
        self.file = Some(file);
        Ok(())
    }
}

fn older(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(OLDER);
    PathBuf::from(name)
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(0o600);
    options.open(path)
}

/// Takes the file's lock unless another process has it, which has it for the time of a write.
fn lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::Error(error) => error,
        TryLockError::WouldBlock => {
            io::Error::new(io::ErrorKind::WouldBlock, "another process writes it")
        }
    })
}

fn is_at(file: &File, path: &Path) -> bool {
    let of = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let there = fs::metadata(path).map(of).ok();
    there.is_some() && there == file.metadata().map(of).ok()
}

/// Ends a torn last line. Returns the file's size.
fn mended(file: &mut File) -> io::Result<u64> {
    let size = file.metadata()?.len();
    if size == 0 {
        return Ok(0);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    if last == *b"\n" {
        return Ok(size);
    }
    file.write_all(b"\n")?;
    Ok(size + 1)
}

/// Whether the history at `path` is there, or could be: one that could not be written tells nothing
/// of what happened.
///
/// # Errors
/// Where there is no such file, and none can be made.
pub fn check(path: &Path) -> Result<(), HistoryError> {
    let failed = |source| HistoryError::Closed {
        path: path.to_owned(),
        source,
    };
    if fs::exists(path).map_err(failed)? {
        return Ok(());
    }
    let folders = path.ancestors().skip(1);
    // A relative path ends at the folder where we are.
    let folder = folders.map(|f| match f.as_os_str().is_empty() {
        true => Path::new("."),
        false => f,
    });
    for folder in folder {
        match fs::metadata(folder) {
            Ok(found) if !found.is_dir() => {
                return Err(failed(io::ErrorKind::NotADirectory.into()));
            }
            Ok(_) => {
                let may = Access::WRITE_OK | Access::EXEC_OK;
                return access(folder, may).map_err(|error| failed(error.into()));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(())
}

/// What the files at `path` and beside it tell; none are no transitions.
///
/// # Errors
/// Where a file is there and cannot be read.
pub fn query(path: &Path, query: &Query) -> Result<Found, HistoryError> {
    let mut found = Found::default();
    for path in [older(path), path.to_owned()] {
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(source) => return Err(HistoryError::Read { path, source }),
        };
        for line in BufReader::new(file).split(b'\n') {
            let line = line.map_err(|source| HistoryError::Read {
                path: path.clone(),
                source,
            })?;
            if line.is_empty() {
                continue;
            }
            match serde_json::from_slice::<Transition>(&line) {
                Ok(transition) if query.asks(&transition) => found.transitions.push(transition),
                Ok(_) => {}
                Err(_) => found.unreadable += 1,
            }
        }
    }
    Ok(found)
}

impl Query {
    fn asks(&self, transition: &Transition) -> bool {
        self.since_ms.is_none_or(|since| transition.at_ms >= since)
            && self.until_ms.is_none_or(|until| transition.at_ms < until)
            && self
                .rule
                .as_ref()
                .is_none_or(|rule| transition.rule == *rule)
    }
}

/// The transitions as comma-separated values (RFC 4180) with a heading; labels as JSON. A text that
/// a spreadsheet would take for a formula gets an apostrophe before it.
#[must_use]
pub fn csv(transitions: &[Transition]) -> String {
    let mut out = "at_ms,rule,severity,event,from,to,value,labels,annotation\r\n".to_owned();
    for transition in transitions {
        // A transition always becomes an object.
        let fields = serde_json::to_value(transition).unwrap_or_default();
        let names = [
            "at_ms",
            "rule",
            "severity",
            "event",
            "from",
            "to",
            "value",
            "labels",
            "annotation",
        ];
        let cells = names.map(|name| match &fields[name] {
            serde_json::Value::String(text) => quoted(text),
            serde_json::Value::Null => String::new(),
            other => quoted(&other.to_string()),
        });
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn quoted(text: &str) -> String {
    let is_number = text.parse::<f64>().is_ok();
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number;
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\r', '\n']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests;
