//! Block traces as published with ARC (Megiddo & Modha, FAST 2003).
//!
//! A line is `start count ignored id`: a request for the blocks from `start` to before
//! `start + count`, in this order.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use ruzstd::decoding::StreamingDecoder;

/// Most requests for a block that are read; they take 4 bytes each.
const MOST: usize = 1 << 27;
/// Most bytes of a line.
const LONGEST: u64 = 1 << 10;

/// Why a trace could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The file could not be read or unpacked.
    #[error("cannot read the trace {} after line {line}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Lines read so far.
        line: usize,
        /// Why not.
        source: io::Error,
    },
    /// A line is no request.
    #[error("{}:{line}: {reason}; a line must be `start count ignored id`", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// There are more requests than are read.
    #[error("{}:{line}: more than {MOST} blocks are asked for; cut the trace", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// There is no request.
    #[error("the trace {} asks for no block; give one with lines", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// Requests for blocks, which are numbered from 0 in the order of their first request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlockTrace {
    requests: Vec<u32>,
    distinct: usize,
}

impl BlockTrace {
    /// Reads a trace; a file whose name ends in `.zst` is unpacked. Blank lines are passed over.
    ///
    /// # Errors
    /// Where the file cannot be read, or a line is no request.
    pub fn read(path: &Path) -> Result<Self, TraceError> {
        let failed = |source| TraceError::Read {
            path: path.to_owned(),
            line: 0,
            source,
        };
        let file = File::open(path).map_err(failed)?;
        let is_packed = path.extension().is_some_and(|e| e == "zst");
        let reader: Box<dyn Read> = if is_packed {
            let decoder = StreamingDecoder::new(BufReader::new(file));
            Box::new(decoder.map_err(|e| failed(io::Error::other(e)))?)
        } else {
            Box::new(file)
        };
        Self::parse(BufReader::new(reader), path)
    }

    fn parse(mut lines: impl BufRead, path: &Path) -> Result<Self, TraceError> {
        let mut trace = Self::default();
        let mut known = FxHashMap::default();
        let mut text = Vec::new();
        for line in 1.. {
            text.clear();
            let read = lines.by_ref().take(LONGEST).read_until(b'\n', &mut text);
            let read = read.map_err(|source| TraceError::Read {
                path: path.to_owned(),
                line: line - 1,
                source,
            })?;
            if read == 0 {
                break;
            }
            if text.trim_ascii().is_empty() {
                continue;
            }
            let (start, count) = request(&text).map_err(|reason| TraceError::Line {
                path: path.to_owned(),
                line,
                reason,
            })?;
            let room = (MOST - trace.requests.len()) as u64;
            if count > room {
                let path = path.to_owned();
                return Err(TraceError::TooLong { path, line });
            }
            for block in start..start + count {
                // There are no more different blocks than requests.
                let next = known.len() as u32;
                trace.requests.push(*known.entry(block).or_insert(next));
            }
        }
        if trace.requests.is_empty() {
            let path = path.to_owned();
            return Err(TraceError::Empty { path });
        }
        trace.distinct = known.len();
        Ok(trace)
    }

    /// The blocks in the order in which they were asked for.
    #[must_use]
    pub fn requests(&self) -> &[u32] {
        &self.requests
    }

    /// Number of different blocks.
    #[must_use]
    pub const fn distinct(&self) -> usize {
        self.distinct
    }

    /// A trace of these requests, of any numbering.
    #[cfg(test)]
    pub(super) fn of(blocks: &[u32]) -> Self {
        let lines: String = blocks.iter().map(|b| format!("{b} 1 0 0\n")).collect();
        Self::parse(lines.as_bytes(), Path::new("test")).expect("these are requests")
    }
}

/// First block and number of blocks of a line.
fn request(line: &[u8]) -> Result<(u64, u64), String> {
    let line = str::from_utf8(line).map_err(|e| e.to_string())?;
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let &[start, count, _, _] = fields.as_slice() else {
        return Err(format!("{} fields", fields.len()));
    };
    let number = |name: &str, field: &str| {
        let parsed = field.parse::<u64>();
        parsed.map_err(|e| format!("{name} `{field}`: {e}"))
    };
    let (start, count) = (number("start", start)?, number("count", count)?);
    if count == 0 {
        return Err("a request for no block".to_owned());
    }
    if start.checked_add(count).is_none() {
        return Err(format!(
            "{count} blocks from {start} on go beyond all numbers"
        ));
    }
    Ok((start, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<BlockTrace, TraceError> {
        BlockTrace::parse(text.as_bytes(), Path::new("some.lis"))
    }

    #[test]
    fn a_request_covers_its_blocks_in_order() {
        let trace = parse("7 3 0 0\n\n8 1 0 1\r\n  100 2 0 2").unwrap();
        assert_eq!(trace.requests(), [0, 1, 2, 1, 3, 4]);
        assert_eq!(trace.distinct(), 5);
    }

    #[test]
    fn errors_name_file_and_line() {
        let long = format!("{} 1 0 0", "0".repeat(2_000));
        let cases = [
            ("1 1 0 0\n1 2 3\n", "some.lis:2: 3 fields; a line must be"),
            ("1 1 0 0 9\n", "some.lis:1: 5 fields"),
            ("1 -1 0 0\n", "some.lis:1: count `-1`: invalid digit"),
            ("x 1 0 0\n", "some.lis:1: start `x`: invalid digit"),
            ("\n\n5 0 0 0", "some.lis:3: a request for no block"),
            (
                "18446744073709551615 1 0 0",
                "some.lis:1: 1 blocks from 18446744073709551615",
            ),
            (
                "1 99999999999 0 0",
                "some.lis:1: more than 134217728 blocks",
            ),
            (&long, "some.lis:1: 1 fields"),
            (" \n", "the trace some.lis asks for no block"),
        ];
        for (text, start) in cases {
            let message = parse(text).unwrap_err().to_string();
            assert!(message.starts_with(start), "{message}");
        }
        let missing = BlockTrace::read(Path::new("/nowhere.lis")).unwrap_err();
        assert!(missing.to_string().contains("/nowhere.lis after line 0"));
    }

    #[test]
    fn packed_and_plain_files_are_the_same() {
        use ruzstd::encoding::{CompressionLevel, compress_to_vec};
        let folder = tempfile::tempdir().unwrap();
        let text = "7 3 0 0\n8 1 0 1\n".repeat(5_000);
        let (plain, packed) = (folder.path().join("a.lis"), folder.path().join("a.lis.zst"));
        std::fs::write(&plain, &text).unwrap();
        let bytes = compress_to_vec(text.as_bytes(), CompressionLevel::Fastest);
        std::fs::write(&packed, &bytes).unwrap();
        let trace = BlockTrace::read(&plain).unwrap();
        assert_eq!(trace.requests().len(), 20_000);
        assert_eq!(BlockTrace::read(&packed).unwrap(), trace);
        std::fs::write(&packed, &bytes[..bytes.len() / 2]).unwrap();
        let cut = BlockTrace::read(&packed).unwrap_err();
        assert!(matches!(cut, TraceError::Read { .. }), "{cut}");
        std::fs::write(&packed, &text).unwrap();
        let no_archive = BlockTrace::read(&packed).unwrap_err();
        assert!(
            matches!(no_archive, TraceError::Read { line: 0, .. }),
            "{no_archive}"
        );
    }
}
