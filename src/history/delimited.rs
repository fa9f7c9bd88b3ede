//! Rows of a text whose fields commas, semicolons or tabs part.

use csv::{Position, ReaderBuilder, StringRecord};

use super::header::{self, SCANNED};
use super::source::{Cell, Row, Sheet};

/// In the order of preference where the header does not tell.
const SEPARATORS: [u8; 3] = *b",;\t";

/// Reads `text` with the separator by which most of a header is recognised.
pub(super) fn sheet(text: &str) -> Sheet {
    let score = |separator| header::score(&rows(text, separator, SCANNED));
    let mut best = (SEPARATORS[0], 0);
    for separator in SEPARATORS {
        let score = score(separator);
        if score > best.1 {
            best = (separator, score);
        }
    }
    Sheet {
        name: None,
        rows: rows(text, best.0, usize::MAX),
    }
}

fn rows(text: &str, separator: u8, most: usize) -> Vec<Row> {
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let (mut rows, mut record, mut last) = (Vec::new(), StringRecord::new(), None);
    // A flexible reader of memory that holds UTF-8 has nothing to fail at.
    while rows.len() < most && reader.read_record(&mut record).is_ok_and(|more| more) {
        let cells: Vec<_> = record.iter().map(Cell::text).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row {
                line: line(text, &record),
                cells,
                is_open: false,
            });
            last = record.position().map(Position::byte);
        }
    }
    // Only the end of the text closes a field that nothing else has closed.
    if reader.is_done()
        && let (Some(row), Some(start)) = (rows.last_mut(), last)
    {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        row.is_open = text
            .get(start..)
            .is_some_and(|rest| is_open(rest, separator));
    }
    rows
}

/// Whether the last field of `text`, which begins with a record, lacks its last quotation mark.
fn is_open(text: &str, separator: u8) -> bool {
    let mut bytes = text.bytes().peekable();
    let (mut is_quoted, mut is_start) = (false, true);
    while let Some(byte) = bytes.next() {
        match (is_quoted, byte) {
            // Two of them stand for one.
            (true, b'"') if bytes.next_if_eq(&b'"').is_some() => {}
            (true, b'"') => is_quoted = false,
            (true, _) => {}
            (false, b'"') if is_start => is_quoted = true,
            (false, _) => {}
        }
        is_start = !is_quoted && (byte == separator || matches!(byte, b'\r' | b'\n'));
    }
    is_quoted
}

/// The line on which `record` begins, from 1. The reader counts from the end of the record
/// before, so blank lines in between are passed.
fn line(text: &str, record: &StringRecord) -> usize {
    let Some(at) = record.position() else {
        return 1;
    };
    let start = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let blank = text.as_bytes().get(start..).unwrap_or_default().iter();
    let blank = blank
        .take_while(|b| matches!(b, b'\r' | b'\n'))
        .filter(|b| **b == b'\n');
    usize::try_from(at.line()).unwrap_or(usize::MAX) + blank.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, Vec<String>)> {
        let rows = sheet(text).rows.into_iter();
        rows.map(|row| {
            let cells = row.cells.into_iter().map(|cell| match cell {
                Cell::Text(text) => text,
                other => format!("{other:?}"),
            });
            (row.line, cells.collect())
        })
        .collect()
    }

    #[test]
    fn the_header_tells_the_separator() {
        for text in ["date,text\n1,a;b", "date;text\n1;a;b", "date\ttext\n1\ta;b"] {
            let rows = read(text);
            assert_eq!(rows[0].1, ["date", "text"], "{text}");
            assert_eq!(rows[1].1[0], "1", "{text}");
        }
        // Commas in a line of notes above do not count.
        assert_eq!(read("a,b,c,d\ndate;text\n1;x")[2].1, ["1", "x"]);
    }

    #[test]
    fn a_last_quotation_mark_that_is_missing_is_seen() {
        for (text, is_open) in [
            ("date,text\n1,\"a\"", false),
            ("date,text\n1,\"a\n2,b\n", true),
            ("date,text\n1,\"a\"\"", true),
            ("date,text\n1,\"a\"\"\"\n", false),
            ("date,text\n1,a \"b\n", false),
            ("date,text\n\"x\",1\n2,\"", true),
            ("date,text\n1,\"a\"\n2,\"b", true),
        ] {
            assert_eq!(sheet(text).rows.last().unwrap().is_open, is_open, "{text}");
        }
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let rows = read("\r\ntext,date\r\n\r\n\r\n\"a\r\nb\",1\r\nc,2\n\n,\nd,3");
        let lines: Vec<_> = rows.iter().map(|row| row.0).collect();
        assert_eq!(lines, [2, 5, 7, 10]);
        assert_eq!(rows[1].1, ["a\nb", "1"]);
    }
}
