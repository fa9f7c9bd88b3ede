//! From a file to sheets of cells, whatever kind of file it is.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::date::When;
use super::{HistoryError, delimited, workbook};
use crate::post::scrub::scrub;

/// Largest file that is read, in bytes.
pub(super) const LARGEST: u64 = 64 << 20;

const ZIP: &[u8] = b"PK\x03\x04";
/// How an .xls begins, and an .xlsx that a password locks.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// What a cell holds. Text is free of controls but tab and newline.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Cell {
    /// Nothing, or blanks.
    #[default]
    Empty,
    /// A text.
    Text(String),
    /// A number, which can be a date.
    Number(f64),
    /// A date that is none of a post where it is `None`.
    Date(Option<When>),
}

impl Cell {
    /// The cell of a text, which is scrubbed.
    pub(super) fn text(text: &str) -> Self {
        let text = scrub(text).text;
        if text.trim().is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}

/// A row with its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Line of a text or row of a sheet, from 1.
    pub line: usize,
    /// From the first column on; those that are missing at the end are empty.
    pub cells: Vec<Cell>,
    /// Whether its last quotation mark is missing.
    pub is_open: bool,
}

/// One sheet of a workbook, or a text as a whole.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    /// Its name in a workbook; a text has none.
    pub name: Option<String>,
    /// Rows that hold something.
    pub rows: Vec<Row>,
}

/// Reads the sheets of `file`, which is recognised by what it holds.
pub(super) fn load(file: &Path) -> Result<Vec<Sheet>, HistoryError> {
    let bytes = read(file)?;
    if bytes.is_empty() {
        return Err(HistoryError::Empty {
            file: file.to_owned(),
        });
    }
    if bytes.starts_with(COMPOUND) {
        return Err(HistoryError::OldWorkbook {
            file: file.to_owned(),
        });
    }
    if bytes.starts_with(ZIP) {
        // The names of its parts stand in a zip file as they are.
        return if bytes.windows(3).any(|w| w == b"xl/") {
            workbook::sheets(file, &bytes)
        } else {
            Err(HistoryError::Archive {
                file: file.to_owned(),
            })
        };
    }
    let is_named_workbook = file
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("xlsx") || e.eq_ignore_ascii_case("xls"));
    let text = decode(file, bytes).map_err(|error| match error {
        HistoryError::Encoding { file, .. } if is_named_workbook => {
            HistoryError::NotAWorkbook { file }
        }
        other => other,
    })?;
    Ok(vec![delimited::sheet(&text)])
}

fn read(file: &Path) -> Result<Vec<u8>, HistoryError> {
    let failed = |source| HistoryError::Read {
        file: file.to_owned(),
        source,
    };
    let found = fs::metadata(file).map_err(failed)?;
    // Opening a pipe would wait for somebody to write into it.
    if !found.is_file() {
        return Err(HistoryError::NotAFile {
            file: file.to_owned(),
        });
    }
    let too_large = |size| HistoryError::TooLarge {
        file: file.to_owned(),
        size,
    };
    if found.len() > LARGEST {
        return Err(too_large(found.len()));
    }
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(failed)?;
    opened
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    // It can have grown since it was measured.
    match bytes.len() as u64 {
        size if size > LARGEST => Err(too_large(size)),
        _ => Ok(bytes),
    }
}

/// The text of UTF-8 with or without a byte order mark, or of UTF-16 LE with one.
fn decode(file: &Path, bytes: Vec<u8>) -> Result<String, HistoryError> {
    let bad = |at: usize, byte| HistoryError::Encoding {
        file: file.to_owned(),
        at,
        byte,
    };
    if let Some(units) = bytes.strip_prefix(b"\xff\xfe") {
        let (pairs, rest) = units.as_chunks::<2>();
        if let [byte] = rest {
            return Err(bad(bytes.len() - 1, *byte));
        }
        let (mut text, mut at) = (String::with_capacity(pairs.len()), 2);
        for unit in char::decode_utf16(pairs.iter().copied().map(u16::from_le_bytes)) {
            let c = unit.map_err(|_| bad(at, bytes[at]))?;
            at += 2 * c.len_utf16();
            text.push(c);
        }
        return Ok(text);
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        bad(at, error.as_bytes()[at])
    })?;
    // UTF-16 without its mark is valid UTF-8 full of these; so are many binary files.
    if let Some(at) = text.find('\0') {
        return Err(bad(at, 0));
    }
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Result<String, HistoryError> {
        decode(Path::new("posts.csv"), bytes.to_vec())
    }

    fn utf16(text: &str) -> Vec<u8> {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect()
    }

    #[test]
    fn both_encodings_give_the_same_text() {
        let text = "text\r\n\"é 👩‍💻\"";
        assert_eq!(decoded(text.as_bytes()).unwrap(), text);
        assert_eq!(decoded(format!("\u{feff}{text}").as_bytes()).unwrap(), text);
        assert_eq!(decoded(&utf16(text)).unwrap(), text);
    }

    #[test]
    fn another_encoding_is_told_with_place_and_remedy() {
        let mut halved = utf16("ab");
        halved.pop();
        let mut torn = utf16("ab👩");
        torn.truncate(torn.len() - 2);
        for (bytes, place) in [
            (b"text\ncaf\xe9".to_vec(), "byte 0xe9 at offset 8"),
            (b"t\0e\0x\0t\0".to_vec(), "byte 0x00 at offset 1"),
            (b"\xfe\xff\0t".to_vec(), "byte 0xfe at offset 0"),
            (halved, "byte 0x62 at offset 4"),
            (torn, "byte 0x3d at offset 6"),
        ] {
            let error = decoded(&bytes).unwrap_err().to_string();
            assert!(
                error.contains(place) && error.contains("CSV UTF-8"),
                "{error}"
            );
        }
    }

    #[test]
    fn what_is_no_file_or_too_large_is_refused_unread() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(
            load(dir.path()),
            Err(HistoryError::NotAFile { .. })
        ));
        let file = dir.path().join("posts.csv");
        assert!(matches!(load(&file), Err(HistoryError::Read { .. })));
        File::create(&file).unwrap().set_len(LARGEST + 1).unwrap();
        let error = load(&file).unwrap_err().to_string();
        assert!(
            error.contains("posts.csv: 67108865 bytes; at most 67108864"),
            "{error}"
        );
        File::create(&file).unwrap();
        assert!(matches!(load(&file), Err(HistoryError::Empty { .. })));
    }

    #[test]
    fn an_archive_says_what_to_take_from_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("export.csv");
        fs::write(&file, b"PK\x03\x04....Shares.csv").unwrap();
        let error = load(&file).unwrap_err().to_string();
        assert!(error.contains("unpack it and give Shares.csv"), "{error}");
    }

    #[test]
    fn controls_leave_a_cell_and_blanks_are_empty() {
        let text = Cell::text("a\x1b[31m\tb\r\nc\x07");
        assert_eq!(text, Cell::Text("a\tb\nc".to_owned()));
        assert_eq!(Cell::text(" \x07\n"), Cell::Empty);
    }
}
