//! Files of the editing-traces collection (github.com/josephg/editing-traces).
//!
//! JSON with `startContent`, `endContent` and `txns`, each `{time?, patches}`; a patch is
//! `[position, deleted, inserted]`. Positions and lengths are in Unicode code points.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Document, PatchError};

/// Most bytes of a file, unpacked.
const MOST: u64 = 1 << 28;

/// Why a typing history cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The file could not be read or unpacked.
    #[error("cannot read the typing history {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file has more bytes than are read.
    #[error("the typing history {} has more than {MOST} bytes; cut it", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file is no typing history.
    #[error(
        "{} is no typing history: {source}; it needs startContent, endContent and txns",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// Where it is none.
        source: serde_json::Error,
    },
    /// The system gives no thread.
    #[error("the system gives no thread: {0}")]
    Thread(io::Error),
    /// A transaction cannot be applied.
    #[error("{}: transaction {transaction}: {source}; the file is damaged", path.display())]
    Patch {
        /// The file.
        path: PathBuf,
        /// Which one, from 0.
        transaction: usize,
        /// What is wrong with it.
        source: PatchError,
    },
    /// The transactions lead to another text.
    #[error(
        "{}: after all {transactions} transactions the text is not endContent, from character {at} \
         on; the file is damaged",
        path.display()
    )]
    End {
        /// The file.
        path: PathBuf,
        /// How many there are.
        transactions: usize,
        /// The first code point that differs, from 0.
        at: usize,
    },
}

/// One change of a text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "(usize, usize, String)")]
pub struct Patch {
    /// Where, in code points.
    pub position: usize,
    /// Code points that are deleted there.
    pub deleted: usize,
    /// What is inserted there.
    pub inserted: String,
}

impl From<(usize, usize, String)> for Patch {
    fn from((position, deleted, inserted): (usize, usize, String)) -> Self {
        Self {
            position,
            deleted,
            inserted,
        }
    }
}

/// What was changed at once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Transaction {
    /// When, as the file has it (RFC 3339).
    pub time: Option<String>,
    /// The changes, each of the text that the one before it left.
    pub patches: Vec<Patch>,
}

impl Transaction {
    /// The time from this one to `next`; `None` where one of them has none, or they go back.
    #[must_use]
    pub fn until(&self, next: &Self) -> Option<Duration> {
        let at =
            |transaction: &Self| OffsetDateTime::parse(transaction.time.as_ref()?, &Rfc3339).ok();
        (at(next)? - at(self)?).try_into().ok()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    start_content: String,
    end_content: String,
    txns: Vec<Transaction>,
}

/// A typing history.
#[derive(Debug)]
pub struct Trace {
    path: PathBuf,
    content: Content,
}

impl Trace {
    /// Reads a file; one whose name ends in `.gz` is unpacked.
    ///
    /// # Errors
    /// Where it cannot be read, or is no typing history.
    pub fn read(path: &Path) -> Result<Self, TraceError> {
        let path = path.to_owned();
        match contents(&path) {
            Ok(bytes) if bytes.len() as u64 > MOST => Err(TraceError::TooLarge { path }),
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(content) => Ok(Self { path, content }),
                Err(source) => Err(TraceError::Format { path, source }),
            },
            Err(source) => Err(TraceError::Read { path, source }),
        }
    }

    /// The text before the first transaction.
    #[must_use]
    pub fn start(&self) -> &str {
        &self.content.start_content
    }

    /// The text after the last transaction.
    #[must_use]
    pub fn end(&self) -> &str {
        &self.content.end_content
    }

    /// What was changed, in order.
    #[must_use]
    pub fn transactions(&self) -> &[Transaction] {
        &self.content.txns
    }

    /// Applies the transaction of this number to `document`, and gives the text after it.
    ///
    /// # Errors
    /// Where it goes beyond the text.
    ///
    /// # Panics
    /// Where there is no such transaction.
    pub fn apply<'a>(
        &self,
        document: &'a mut Document,
        number: usize,
    ) -> Result<&'a str, TraceError> {
        document
            .apply(&self.transactions()[number])
            .map_err(|source| TraceError::Patch {
                path: self.path.clone(),
                transaction: number,
                source,
            })
    }

    /// Types it all again: calls `typed` with the number of each transaction, from 0, and the
    /// text after it.
    ///
    /// # Errors
    /// Where a transaction goes beyond the text, or the last text is not [`Trace::end`].
    pub fn replay(&self, mut typed: impl FnMut(usize, &str)) -> Result<(), TraceError> {
        let mut document = Document::new(self.start());
        for n in 0..self.transactions().len() {
            typed(n, self.apply(&mut document, n)?);
        }
        if document.text() == self.end() {
            return Ok(());
        }
        let both = document.text().chars().zip(self.end().chars());
        Err(TraceError::End {
            path: self.path.clone(),
            transactions: self.transactions().len(),
            at: both.take_while(|(a, b)| a == b).count(),
        })
    }
}

/// The bytes of a file, unpacked, but no more than one above [`MOST`].
fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let file = BufReader::new(File::open(path)?);
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|e| e == "gz") {
        MultiGzDecoder::new(file)
            .take(MOST + 1)
            .read_to_end(&mut bytes)?;
    } else {
        file.take(MOST + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    const HISTORY: &str = r#"{
        "startContent": "né",
        "endContent": "ne!",
        "txns": [
            {"time": "2026-01-01T00:00:00Z", "patches": [[2, 0, "?"]], "agent": 0},
            {"patches": [[2, 1, ""], [1, 1, "e"], [2, 0, "!"]]}
        ]
    }"#;

    fn read(name: &str, bytes: &[u8]) -> Result<Trace, TraceError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Trace::read(&path)
    }

    fn packed(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_history_is_typed_again_packed_or_not() {
        let files = [
            ("a.json", HISTORY.as_bytes().to_vec()),
            ("a.json.gz", packed(HISTORY)),
        ];
        for (name, bytes) in files {
            let trace = read(name, &bytes).unwrap();
            assert_eq!(trace.transactions().len(), 2);
            assert_eq!(trace.transactions()[1].time, None);
            let mut texts = Vec::new();
            trace
                .replay(|n, text| texts.push((n, text.to_owned())))
                .unwrap();
            assert_eq!(texts, [(0, "né?".to_owned()), (1, "ne!".to_owned())]);
        }
    }

    #[test]
    fn damage_is_named() {
        let replaced = |from: &str, to: &str| read("a.json", HISTORY.replace(from, to).as_bytes());
        let failure = |trace: Result<Trace, TraceError>| {
            let replayed = trace.and_then(|t| t.replay(|_, _| ()));
            replayed.unwrap_err().to_string()
        };
        let message = failure(replaced("[1, 1, \"e\"]", "[2, 1, \"e\"]"));
        let expected =
            "a.json: transaction 1: patch 1 deletes 1 characters at 2, where the text has 2";
        assert!(message.contains(expected), "{message}");
        let message = failure(replaced("\"ne!\"", "\"ne.\""));
        let expected = "after all 2 transactions the text is not endContent, from character 2 on";
        assert!(message.contains(expected), "{message}");
        let message = failure(replaced("[2, 0, \"?\"]", "[-2, 0, \"?\"]"));
        assert!(message.contains("a.json is no typing history"), "{message}");
        assert!(message.contains("line 5 column"), "{message}");
        let gz = packed(HISTORY);
        let message = failure(read("a.json.gz", &gz[..gz.len() / 2]));
        assert!(
            message.starts_with("cannot read the typing history"),
            "{message}"
        );
    }
}
