//! Which row of the screen shows which bytes.

use unicode_segmentation::GraphemeCursor;

use super::wrap::{Cell, cells, rows};

/// A line longer than this is laid out in stretches, in bytes, so that a row costs the same in
/// any text.
const STRETCH: usize = 8 << 10;

/// The starts of the lines (or stretches of a very long one), and the width to wrap to.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    starts: Vec<usize>,
    len: usize,
    width: usize,
}

/// A byte's place: layout line, row within it, column within the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub line: usize,
    pub row: usize,
    pub column: usize,
}

/// A row of the screen.
#[derive(Debug, Clone)]
pub(super) struct Row<'a> {
    /// Byte that the cells count from.
    pub base: usize,
    pub cells: Vec<Cell<'a>>,
    /// Whether the line goes on in the next row.
    pub continues: bool,
}

impl Row<'_> {
    /// First byte.
    pub(super) fn start(&self) -> usize {
        self.base + self.cells.first().map_or(0, |c| c.span.start)
    }

    /// The last place for a cursor: the end of the line, or the last cell of a row that goes on.
    pub(super) fn end(&self) -> usize {
        match self.cells.last() {
            None => self.base,
            Some(last) if self.continues => self.base + last.span.start,
            Some(last) => self.base + last.span.end,
        }
    }

    /// The byte of the cell that covers `column`, or the end of the row.
    pub(super) fn at_column(&self, column: usize) -> usize {
        let mut used = 0;
        for cell in &self.cells {
            used += cell.width;
            if used > column {
                return self.base + cell.span.start;
            }
        }
        self.end()
    }
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            starts: vec![0],
            len: 0,
            width: 80,
        }
    }
}

impl Layout {
    pub(super) fn new(text: &str) -> Self {
        let mut layout = Self::default();
        layout.set_text(text);
        layout
    }

    pub(super) fn set_width(&mut self, width: usize) {
        self.width = width.max(1);
    }

    pub(super) fn set_text(&mut self, text: &str) {
        self.starts.clear();
        self.len = text.len();
        let mut start = 0;
        for line in text.split('\n') {
            self.starts.push(start);
            let mut at = start;
            let end = start + line.len();
            while end - at > STRETCH {
                at = stretch_end(text, at + STRETCH);
                self.starts.push(at);
            }
            start = end + 1;
        }
    }

    /// The bytes of layout line `index`, without its line break.
    fn line<'a>(&self, text: &'a str, index: usize) -> &'a str {
        let end = self.starts.get(index + 1).copied().unwrap_or(self.len);
        let line = &text[self.starts[index]..end];
        line.strip_suffix('\n').unwrap_or(line)
    }

    fn index_of(&self, at: usize) -> usize {
        self.starts.partition_point(|s| *s <= at).saturating_sub(1)
    }

    pub(super) fn place(&self, text: &str, at: usize) -> Place {
        let line = self.index_of(at);
        let cells = cells(self.line(text, line));
        let starts = rows(&cells, self.width);
        let within = at - self.starts[line];
        let cell = cells.partition_point(|c| c.span.end <= within);
        let row = starts.partition_point(|s| *s <= cell).saturating_sub(1);
        let column = cells[starts[row]..cell].iter().map(|c| c.width).sum();
        Place { line, row, column }
    }

    fn row_count(&self, text: &str, line: usize) -> usize {
        rows(&cells(self.line(text, line)), self.width).len()
    }

    pub(super) fn row<'a>(&self, text: &'a str, (line, row): (usize, usize)) -> Row<'a> {
        let mut cells = cells(self.line(text, line));
        let starts = rows(&cells, self.width);
        let row = row.min(starts.len() - 1);
        let end = starts.get(row + 1).copied();
        cells.truncate(end.unwrap_or(cells.len()));
        cells.drain(..starts[row]);
        Row {
            base: self.starts[line],
            cells,
            continues: end.is_some(),
        }
    }

    /// At most `most` rows from `top` on.
    pub(super) fn rows_from<'a>(
        &'a self,
        text: &'a str,
        top: (usize, usize),
        most: usize,
    ) -> impl Iterator<Item = Row<'a>> + 'a {
        (top.0..self.starts.len())
            .flat_map(move |line| {
                let first = if line == top.0 { top.1 } else { 0 };
                (first..self.row_count(text, line)).map(move |row| (line, row))
            })
            .take(most)
            .map(move |at| self.row(text, at))
    }

    /// The row `by` rows from `from`, or the first or last one.
    pub(super) fn moved(&self, text: &str, from: (usize, usize), by: isize) -> (usize, usize) {
        let (mut line, mut row) = from;
        for _ in 0..by.unsigned_abs() {
            if by < 0 {
                if row > 0 {
                    row -= 1;
                } else if line > 0 {
                    line -= 1;
                    row = self.row_count(text, line) - 1;
                } else {
                    break;
                }
            } else if row + 1 < self.row_count(text, line) {
                row += 1;
            } else if line + 1 < self.starts.len() {
                line += 1;
                row = 0;
            } else {
                break;
            }
        }
        (line, row)
    }

    /// `place`, or the nearest row that there is.
    pub(super) fn clamped(&self, text: &str, (line, row): (usize, usize)) -> (usize, usize) {
        let line = line.min(self.starts.len() - 1);
        (line, row.min(self.row_count(text, line) - 1))
    }
}

/// The grapheme boundary at or before `at`.
fn stretch_end(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at);
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(true) => at,
        // A cluster as long as a stretch is cut where it is.
        _ => cursor
            .prev_boundary(text, 0)
            .ok()
            .flatten()
            .filter(|b| at - b < STRETCH / 2)
            .unwrap_or(at),
    }
}
