//! Reading a recording, at any place.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::monitor::snapshot::Snapshot;
use crate::telemetry::Line;

use super::error::RecordError;
use super::record::{FORMAT, Header};
use super::wire::read_line;

/// Most bytes of a line.
const LONGEST: u64 = 16 << 20;
/// How a member of a gzip file begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A recording with an index of its moments.
#[derive(Debug)]
pub struct Recording {
    path: PathBuf,
    file: File,
    is_gzip: bool,
    index: Vec<Entry>,
    is_torn: bool,
}

/// Where a moment is.
#[derive(Debug, Clone, Copy)]
struct Entry {
    offset: u64,
    length: u64,
    at_ms: u64,
}

/// What a line holds beside its snapshot.
#[derive(Deserialize)]
struct Beside {
    log: Option<Vec<Line>>,
}

/// What the index needs of a snapshot.
#[derive(Deserialize)]
struct Moment {
    at_ms: u64,
}

impl Recording {
    /// Reads through the file once.
    ///
    /// # Errors
    /// Where it cannot be read, is no recording, or is damaged before its last line. A last line
    /// that its writer did not end is left out.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        Self::open_told(path, |_| ())
    }

    /// Whether there is something to open, without reading through it.
    ///
    /// # Errors
    /// Where the file cannot be read, is no recording, or holds no sample.
    pub fn check(path: &Path) -> Result<(), RecordError> {
        let (_, mut lines) = Self::begin(path)?;
        match lines.next() {
            Next::End | Next::Torn => Err(RecordError::Empty {
                path: path.to_owned(),
            }),
            // What is wrong with it is told where all are read.
            Next::Line(_) | Next::Failed(_) => Ok(()),
        }
    }

    /// Reads the header.
    fn begin(path: &Path) -> Result<(Self, Lines), RecordError> {
        let read_failed = |source| RecordError::File {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(read_failed)?;
        let reader = file.try_clone().map_err(read_failed)?;
        let mut reader = BufReader::with_capacity(64 << 10, reader);
        let is_gzip = reader.fill_buf().map_err(read_failed)?.starts_with(&GZIP);
        let mut lines = Lines {
            reader: Counted {
                inner: reader,
                at: 0,
            },
            is_gzip,
        };
        check_header(path, lines.next())?;
        let recording = Self {
            path: path.to_owned(),
            file,
            is_gzip,
            index: Vec::new(),
            is_torn: false,
        };
        Ok((recording, lines))
    }

    /// The same as [`Self::open`]; `tell` is called with the share that was read, from 0 to 1.
    ///
    /// # Errors
    /// As there.
    pub fn open_told(path: &Path, mut tell: impl FnMut(f64)) -> Result<Self, RecordError> {
        let (mut recording, mut lines) = Self::begin(path)?;
        let bytes = recording.file.metadata().map_or(0, |m| m.len()).max(1);
        loop {
            let offset = lines.reader.at;
            let line = match lines.next() {
                Next::Line(line) => line,
                Next::End => break,
                Next::Torn => {
                    recording.is_torn = true;
                    break;
                }
                Next::Failed(error) => return Err(recording.damaged(&error)),
            };
            let moment: Moment =
                serde_json::from_slice(&line).map_err(|error| recording.damaged(&error))?;
            recording.index.push(Entry {
                offset,
                length: lines.reader.at - offset,
                at_ms: moment.at_ms,
            });
            tell((lines.reader.at as f64 / bytes as f64).min(1.0));
        }
        Ok(recording)
    }

    /// Moments in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Whether its writer was cut off in the midst of a line.
    #[must_use]
    pub fn is_torn(&self) -> bool {
        self.is_torn
    }

    /// The moment of number `index`, from 0 on.
    ///
    /// # Errors
    /// Where there is none, or its line cannot be read any more.
    pub fn get(&self, index: usize) -> Result<Snapshot, RecordError> {
        self.read(index)
    }

    /// What was logged from the moment before up to that of number `index`; none where no log was
    /// recorded.
    ///
    /// # Errors
    /// As of [`Self::get`].
    pub fn log(&self, index: usize) -> Result<Option<Vec<Line>>, RecordError> {
        let beside: Beside = self.read(index)?;
        let scrubbed = |log: Vec<Line>| log.into_iter().map(Line::scrubbed).collect();
        Ok(beside.log.map(scrubbed))
    }

    /// What the line of a moment holds of some kind.
    fn read<T: DeserializeOwned>(&self, index: usize) -> Result<T, RecordError> {
        let entry = self.index.get(index).ok_or_else(|| RecordError::NoSuch {
            path: self.path.clone(),
            index,
            count: self.len(),
        })?;
        let line = self.line(*entry).map_err(|source| RecordError::File {
            path: self.path.clone(),
            source,
        })?;
        // The first line is the header, and people count from 1.
        serde_json::from_slice(&line).map_err(|error| RecordError::Damaged {
            path: self.path.clone(),
            line: index + 2,
            reason: error.to_string(),
        })
    }

    /// When the moment of number `index` was, in milliseconds since 1970.
    #[must_use]
    pub fn time(&self, index: usize) -> Option<u64> {
        self.index.get(index).map(|entry| entry.at_ms)
    }

    /// Number of the last moment that was no later than `at_ms`, in milliseconds since 1970;
    /// `None` before the first. The recorded clock may have been set back in between.
    #[must_use]
    pub fn at(&self, at_ms: u64) -> Option<usize> {
        self.index.iter().rposition(|entry| entry.at_ms <= at_ms)
    }

    fn line(&self, entry: Entry) -> io::Result<Vec<u8>> {
        // A line is held in memory by whoever made the index.
        let length = usize::try_from(entry.length).map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, entry.offset)?;
        if !self.is_gzip {
            return Ok(bytes);
        }
        let mut line = Vec::new();
        let decoder = GzDecoder::new(&*bytes);
        decoder.take(LONGEST).read_to_end(&mut line)?;
        Ok(line)
    }

    /// The line after those of the index.
    fn damaged(&self, reason: &impl ToString) -> RecordError {
        RecordError::Damaged {
            path: self.path.clone(),
            line: self.len() + 2,
            reason: reason.to_string(),
        }
    }
}

fn check_header(path: &Path, line: Next) -> Result<(), RecordError> {
    let foreign = |reason: String| RecordError::Foreign {
        path: path.to_owned(),
        reason,
    };
    let line = match line {
        Next::Line(line) => line,
        Next::End => return Err(foreign("it is empty".to_owned())),
        Next::Torn => return Err(foreign("its first line has no end".to_owned())),
        Next::Failed(error) => return Err(foreign(error.to_string())),
    };
    let header: Header = serde_json::from_slice(&line).map_err(|e| foreign(e.to_string()))?;
    if header.postwright_recording != FORMAT {
        return Err(RecordError::Format {
            path: path.to_owned(),
            theirs: header.postwright_recording,
        });
    }
    Ok(())
}

/// Reads line by line, compressed or not.
struct Lines {
    reader: Counted<BufReader<File>>,
    is_gzip: bool,
}

enum Next {
    Line(Vec<u8>),
    End,
    /// The file ends before the line does.
    Torn,
    Failed(io::Error),
}

impl Lines {
    fn next(&mut self) -> Next {
        let read = if self.is_gzip {
            self.member()
        } else {
            self.plain()
        };
        read.unwrap_or_else(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Next::Torn,
            _ => Next::Failed(error),
        })
    }

    fn plain(&mut self) -> io::Result<Next> {
        let start = self.reader.at;
        Ok(match read_line(&mut self.reader, LONGEST)? {
            // Its end was read too.
            Some(line) if self.reader.at - start > line.len() as u64 => Next::Line(line),
            Some(_) => Next::Torn,
            None => Next::End,
        })
    }

    /// The line of one member. The decoder takes no byte of the next.
    fn member(&mut self) -> io::Result<Next> {
        if self.reader.fill_buf()?.is_empty() {
            return Ok(Next::End);
        }
        let mut line = Vec::new();
        let decoder = GzDecoder::new(&mut self.reader);
        let read = decoder.take(LONGEST + 1).read_to_end(&mut line)?;
        if read as u64 > LONGEST {
            let reason = format!("a line is longer than {LONGEST} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        Ok(Next::Line(line))
    }
}

/// Knows how far it has read.
struct Counted<R> {
    inner: R,
    at: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount as u64;
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests;
