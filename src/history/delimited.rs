//! Rows of a text whose fields commas, semicolons or tabs part.

use csv::{ReaderBuilder, StringRecord};

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
    let (mut rows, mut record) = (Vec::new(), StringRecord::new());
    // A flexible reader of memory that holds UTF-8 has nothing to fail at.
    while rows.len() < most && reader.read_record(&mut record).is_ok_and(|more| more) {
        let cells: Vec<_> = record.iter().map(Cell::text).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row {
                line: line(text, &record),
                cells,
            });
        }
    }
    rows
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
    fn lines_are_those_of_the_file() {
        let rows = read("\r\ntext,date\r\n\r\n\r\n\"a\r\nb\",1\r\nc,2\n\n,\nd,3");
        let lines: Vec<_> = rows.iter().map(|row| row.0).collect();
        assert_eq!(lines, [2, 5, 7, 10]);
        assert_eq!(rows[1].1, ["a\nb", "1"]);
    }
}
