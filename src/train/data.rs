//! Reading data: lines of text, tab-separated values, JSON lines, each of them plain or as `.zst`.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ruzstd::decoding::StreamingDecoder;
use serde::de::DeserializeOwned;

use super::TrainError;
use crate::model::manifest::sha256;

/// Most bytes of a file, unpacked.
const MOST: u64 = 1 << 30;

/// A file that was read.
#[derive(Debug)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// Its text, unpacked.
    text: String,
    /// sha256 of its bytes as they are stored.
    pub sha256: String,
}

/// A table with a header or, where the first line is none, without.
#[derive(Debug)]
pub struct Table<'a> {
    source: &'a Source,
    header: Vec<&'a str>,
    /// Lines from which rows are read.
    body: Vec<(usize, &'a str)>,
}

impl Source {
    /// Reads `path`; `wanted` tells in errors what should be there.
    ///
    /// # Errors
    /// Where it cannot be read, or is no UTF-8.
    pub fn read(path: &Path, wanted: &'static str) -> Result<Self, TrainError> {
        let failed = |source| TrainError::Read {
            path: path.to_owned(),
            source,
            wanted,
        };
        let bytes = fs::read(path).map_err(failed)?;
        let sum = sha256(&bytes);
        let unpacked = if path.extension().is_some_and(|e| e == "zst") {
            unpack(&bytes).map_err(failed)?
        } else {
            bytes
        };
        let text = String::from_utf8(unpacked)
            .map_err(|e| failed(io::Error::new(io::ErrorKind::InvalidData, e.utf8_error())))?;
        Ok(Self {
            path: path.to_owned(),
            text,
            sha256: sum,
        })
    }

    /// Its lines with their numbers, from 1; blank ones are left out.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self
            .text
            .split('\n')
            .map(|l| l.strip_suffix('\r').unwrap_or(l));
        (1..).zip(lines).filter(|(_, l)| !l.trim().is_empty())
    }

    /// An error about one of its lines.
    pub fn wrong(
        &self,
        line: usize,
        reason: impl Into<String>,
        wanted: &'static str,
    ) -> TrainError {
        TrainError::Row {
            path: self.path.clone(),
            line,
            reason: reason.into(),
            wanted,
        }
    }

    /// Its lines as JSON objects.
    ///
    /// # Errors
    /// Where one is none.
    pub fn objects<T: DeserializeOwned>(&self, wanted: &'static str) -> Result<Vec<T>, TrainError> {
        let parse = |(line, text): (usize, &str)| {
            serde_json::from_str(text).map_err(|e| self.wrong(line, e.to_string(), wanted))
        };
        self.lines().map(parse).collect()
    }

    /// Its lines as rows. The first one is a header where it holds one of `names`.
    #[must_use]
    pub fn table(&self, names: &[&str]) -> Table<'_> {
        let mut lines = self.lines().peekable();
        let header = lines.peek().map(|(_, l)| l.split('\t').collect::<Vec<_>>());
        let header = header.filter(|h| h.iter().any(|c| names.contains(c)));
        if header.is_some() {
            lines.next();
        }
        Table {
            source: self,
            header: header.unwrap_or_default(),
            body: lines.collect(),
        }
    }
}

impl<'a> Table<'a> {
    /// Where the first column is that `is` holds for; `None` where there is no header or no such.
    pub fn column(&self, is: impl Fn(&str) -> bool) -> Option<usize> {
        self.header.iter().position(|name| is(name))
    }

    /// Where the column called `name` is.
    ///
    /// # Errors
    /// Where there is none.
    pub fn named(&self, name: &str, wanted: &'static str) -> Result<usize, TrainError> {
        self.column(|c| c == name)
            .ok_or_else(|| self.source.wrong(1, format!("no column `{name}`"), wanted))
    }

    /// The rows with their line numbers.
    pub fn rows(&self) -> impl Iterator<Item = (usize, Vec<&'a str>)> {
        let cells = |(n, line): &(usize, &'a str)| (*n, line.split('\t').collect());
        self.body.iter().map(cells)
    }
}

/// A cell with its escapes resolved.
#[must_use]
pub fn unescaped(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        match (c, (c == '\\').then(|| chars.clone().next()).flatten()) {
            ('\\', Some('u')) => match code_point(chars.as_str()) {
                Some(c) => {
                    out.push(c);
                    chars = chars.as_str()[5..].chars();
                }
                None => out.push('\\'),
            },
            ('\\', Some(next @ ('n' | 't' | 'r' | '\\' | '"' | '\''))) => {
                chars.next();
                out.push(match next {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => other,
                });
            }
            (other, _) => out.push(other),
        }
    }
    out
}

/// The character of `uXXXX` at the start; half a surrogate pair is none.
fn code_point(escape: &str) -> Option<char> {
    let digits = escape.get(1..5)?;
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

/// All frames of a zstd file.
fn unpack(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut rest = bytes;
    let mut out = Vec::new();
    while !rest.is_empty() {
        let decoder = StreamingDecoder::new(&mut rest)
            .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.to_string()))?;
        decoder
            .take(MOST - out.len() as u64)
            .read_to_end(&mut out)?;
        if out.len() as u64 >= MOST {
            let reason = format!("more than {MOST} bytes, unpacked");
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
    }
    Ok(out)
}

/// The file called `name` in `folder`, or the same with `.zst`.
#[must_use]
pub fn find(folder: &Path, name: &str) -> PathBuf {
    let packed = folder.join(format!("{name}.zst"));
    if packed.exists() {
        packed
    } else {
        folder.join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, bytes: &[u8]) -> (tempfile::TempDir, Result<Source, TrainError>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let read = Source::read(&path, "a test");
        (folder, read)
    }

    #[test]
    fn escapes_are_resolved_and_others_kept() {
        assert_eq!(unescaped(r#"a\nb\\n \"c\" \x \"#), "a\nb\\n \"c\" \\x \\");
        assert_eq!(
            unescaped(r"isn\u2019t \u00e9 \u20 \ud83d"),
            "isn’t é \\u20 \\ud83d"
        );
    }

    #[test]
    fn a_header_is_one_where_it_has_a_known_name() {
        let (_kept, read) = source("a.tsv", b"label\ttext\n1\tone\n\n0\ttwo\n");
        let read = read.unwrap();
        let table = read.table(&["text"]);
        assert_eq!(table.named("text", "").unwrap(), 1);
        let rows: Vec<_> = table.rows().collect();
        assert_eq!(rows, [(2, vec!["1", "one"]), (4, vec!["0", "two"])]);
        let error = table.named("z", "columns").unwrap_err().to_string();
        assert!(error.contains("a.tsv:1: no column `z`"), "{error}");
        let bare = read.table(&["other"]);
        assert_eq!(bare.rows().count(), 3);
    }

    #[test]
    fn packed_files_are_unpacked_and_garbage_is_told() {
        // `zstd` of "hello\n" twice, one frame after another.
        let frame = [
            0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0x31, 0x00, 0x00, b'h', b'e', b'l', b'l', b'o',
            b'\n',
        ];
        let (_kept, read) = source("a.zst", &[frame, frame].concat());
        assert_eq!(read.unwrap().text, "hello\nhello\n");
        let (_kept, read) = source("b.zst", b"garbage");
        assert!(read.unwrap_err().to_string().contains("b.zst: cannot read"));
    }
}
