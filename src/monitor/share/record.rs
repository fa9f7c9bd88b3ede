//! Writing snapshots into a file.
//!
//! A line of JSON as header, then a snapshot a line, each with the lines that were logged since the
//! one before as its field `log`. Compressed, each line is a member of a gzip
//! file (RFC 1952, 2.2), so that `zcat` shows the same lines.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use crate::monitor::snapshot::Snapshot;
use crate::telemetry::Line;

use super::error::RecordError;
use super::finite::finite;

/// The format that is written and read.
pub const FORMAT: u32 = 1;

/// How to record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecorderSettings {
    /// Whether to compress.
    pub gzip: bool,
    /// Bytes of the file, at most; no limit where it is `None`.
    pub most_bytes: Option<u64>,
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    /// Its name tells what the file is.
    pub postwright_recording: u32,
    /// Version of the program.
    #[serde(default)]
    pub program: String,
}

/// A further line. Who does not know the log reads the snapshot alone.
#[derive(Serialize)]
struct Recorded<'a> {
    #[serde(flatten)]
    snapshot: &'a Snapshot,
    log: &'a [Line],
}

/// Writes snapshots into a file. Each is handed to the system at once, so that whoever is killed
/// leaves all of them but one that was under way.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    file: File,
    settings: RecorderSettings,
    bytes: u64,
}

impl Recorder {
    /// Makes the file, for its user alone.
    ///
    /// # Errors
    /// Where there is a file already, it cannot be made, or even its header is too long.
    pub fn create(path: &Path, settings: RecorderSettings) -> Result<Self, RecordError> {
        let file = OpenOptions::new()
            .create_new(true)
            .append(true)
            .mode(0o600)
            .open(path);
        let path = path.to_owned();
        let file = match file {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(RecordError::Exists { path });
            }
            Err(source) => return Err(RecordError::File { path, source }),
        };
        let mut recorder = Self {
            path,
            file,
            settings,
            bytes: 0,
        };
        recorder.put(&Header {
            postwright_recording: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
        })?;
        Ok(recorder)
    }

    /// Appends a snapshot with what was logged since the one before. After one that failed, a later
    /// one may succeed.
    ///
    /// # Errors
    /// Where the file has the size that it may have, or cannot be written.
    pub fn record(&mut self, snapshot: &Snapshot, log: &[Line]) -> Result<(), RecordError> {
        self.put(&Recorded {
            snapshot: &finite(snapshot),
            log,
        })
    }

    /// Where the recording is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    fn put(&mut self, value: &impl Serialize) -> Result<(), RecordError> {
        let encoded = encode(value, self.settings.gzip);
        let path = || self.path.clone();
        let line = encoded.map_err(|source| RecordError::File {
            path: path(),
            source,
        })?;
        let bytes = self.bytes + line.len() as u64;
        if let Some(most) = self.settings.most_bytes.filter(|most| bytes > *most) {
            return Err(RecordError::Full { path: path(), most });
        }
        let written = self
            .cut_what_failed()
            .and_then(|()| self.file.write_all(&line));
        written.map_err(|source| RecordError::File {
            path: path(),
            source,
        })?;
        self.bytes = bytes;
        Ok(())
    }

    /// What a full disk cut must not stand in the midst of what follows.
    fn cut_what_failed(&self) -> io::Result<()> {
        if self.file.metadata()?.len() > self.bytes {
            self.file.set_len(self.bytes)?;
        }
        Ok(())
    }
}

fn encode(value: &impl Serialize, gzip: bool) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    if !gzip {
        return Ok(line);
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&line)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::super::recording::Recording;
    use super::super::testing::numbered;
    use super::*;

    #[test]
    fn after_a_failed_write_the_file_goes_on_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rec");
        let mut recorder = Recorder::create(&path, RecorderSettings::default()).unwrap();
        recorder.record(&numbered(1, 1), &[]).unwrap();
        // As a full disk leaves it: a part of a line.
        let mut disk = OpenOptions::new().append(true).open(&path).unwrap();
        disk.write_all(b"{\"at_ms\":").unwrap();
        assert!(Recording::open(&path).unwrap().is_torn());
        // A handle that takes no write.
        let good = std::mem::replace(&mut recorder.file, File::open(&path).unwrap());
        assert!(recorder.record(&numbered(2, 1), &[]).is_err());
        recorder.file = good;
        recorder.record(&numbered(3, 1), &[]).unwrap();
        let recording = Recording::open(&path).unwrap();
        let read: Vec<u64> = (0..2).map(|n| recording.get(n).unwrap().number).collect();
        assert_eq!(
            (recording.len(), recording.is_torn(), read),
            (2, false, vec![1, 3])
        );
    }
}
