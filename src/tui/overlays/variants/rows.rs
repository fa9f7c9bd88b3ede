//! Two texts row by row, with marks around what differs.

use crate::post::scrub::scrub;
use crate::rewrite::diff::{PieceKind, diff};
use crate::rewrite::search::Change;

use super::super::super::panes::editor::wrap;

/// What stands for a line break that comes or goes.
const BREAK: &str = "¶";

/// How the texts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Beside each other.
    BySide,
    /// In one, what goes before what comes.
    Inline,
}

/// What a piece of text is to the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Same,
    Removed,
    Added,
}

/// Text of one tone and one edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub tone: Tone,
    /// The edit that it belongs to.
    pub edit: Option<usize>,
}

/// One row of the original and of the variant; of one text that holds both where that is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    pub left: Vec<Piece>,
    pub right: Vec<Piece>,
}

impl Row {
    /// Whether a piece of edit `index` is in it.
    #[must_use]
    pub fn holds(&self, index: usize) -> bool {
        let mut pieces = self.left.iter().chain(&self.right);
        pieces.any(|p| p.edit == Some(index))
    }
}

/// Lines that are being made.
#[derive(Default)]
struct Lines(Vec<Vec<Piece>>);

impl Lines {
    fn push(&mut self, text: &str, tone: Tone, edit: Option<usize>) {
        // Escape sequences of a file that was not scrubbed.
        let text = scrub(text).text;
        if self.0.is_empty() {
            self.0.push(Vec::new());
        }
        if let Some(line) = self.0.last_mut().filter(|_| !text.is_empty()) {
            line.push(Piece { text, tone, edit });
        }
    }

    fn break_line(&mut self) {
        if self.0.is_empty() {
            self.0.push(Vec::new());
        }
        self.0.push(Vec::new());
    }

    /// The rows of what is there, which goes.
    fn wrapped(&mut self, width: usize) -> Vec<Vec<Piece>> {
        let lines = std::mem::take(&mut self.0);
        lines.iter().flat_map(|line| wrapped(line, width)).collect()
    }
}

struct Page {
    left: Lines,
    right: Lines,
    side: Side,
    width: usize,
    out: Vec<Row>,
}

impl Page {
    fn same(&mut self, text: &str, edit: Option<usize>) {
        for (nth, line) in text.split('\n').enumerate() {
            if nth > 0 {
                self.flush();
            }
            self.left.push(line, Tone::Same, edit);
            if self.side == Side::BySide {
                self.right.push(line, Tone::Same, edit);
            }
        }
    }

    fn differing(&mut self, text: &str, tone: Tone, edit: Option<usize>) {
        let is_added = tone == Tone::Added;
        let (open, close) = match is_added {
            true => ("{+", "+}"),
            false => ("[-", "-]"),
        };
        let is_inline = self.side == Side::Inline;
        let lines = match is_added && !is_inline {
            true => &mut self.right,
            false => &mut self.left,
        };
        let mut parts = text.split('\n').peekable();
        while let Some(part) = parts.next() {
            let breaks = parts.peek().is_some();
            let mark = if breaks { BREAK } else { "" };
            if !part.is_empty() || breaks {
                lines.push(&format!("{open}{part}{mark}{close}"), tone, edit);
            }
            // A break that goes leaves what stands there on one line.
            if breaks && (is_added || !is_inline) {
                lines.break_line();
            }
        }
    }

    /// Ends a line that both texts end.
    fn flush(&mut self) {
        let [left, right] = [&mut self.left, &mut self.right].map(|l| l.wrapped(self.width));
        let count = left.len().max(right.len()).max(1);
        let (mut left, mut right) = (left.into_iter(), right.into_iter());
        self.out.extend((0..count).map(|_| Row {
            left: left.next().unwrap_or_default(),
            right: right.next().unwrap_or_default(),
        }));
    }
}

/// The rows of `original` and what `edits`, which are in order, make of it where they are on.
pub(super) fn rows<'c>(
    original: &str,
    edits: impl Iterator<Item = (&'c Change, bool)>,
    side: Side,
    width: usize,
) -> Vec<Row> {
    let mut page = Page {
        left: Lines::default(),
        right: Lines::default(),
        side,
        width,
        out: Vec::new(),
    };
    let mut at = 0;
    for (index, (change, is_on)) in edits.enumerate() {
        page.same(&original[at..change.span.start], None);
        at = change.span.end;
        let edit = Some(index);
        if !is_on {
            page.same(&change.before, edit);
            continue;
        }
        for piece in diff(&change.before, &change.after) {
            let (before, after) = (
                piece.before.of(&change.before),
                piece.after.of(&change.after),
            );
            match piece.kind {
                PieceKind::Same => page.same(before, edit),
                PieceKind::Removed => page.differing(before, Tone::Removed, edit),
                PieceKind::Added => page.differing(after, Tone::Added, edit),
            }
        }
    }
    page.same(&original[at..], None);
    page.flush();
    page.out
}

fn wrapped(line: &[Piece], width: usize) -> Vec<Vec<Piece>> {
    let text: String = line.iter().map(|p| p.text.as_str()).collect();
    let mut ends = Vec::with_capacity(line.len());
    let mut end = 0;
    for piece in line {
        end += piece.text.len();
        ends.push(end);
    }
    let cells = wrap::cells(&text);
    let starts = wrap::rows(&cells, width);
    let mut out: Vec<Vec<Piece>> = vec![Vec::new(); starts.len()];
    for (i, cell) in cells.iter().enumerate() {
        // The first row starts at the first cell.
        let row = &mut out[starts.partition_point(|s| *s <= i) - 1];
        let of = &line[ends.partition_point(|e| *e <= cell.span.start)];
        match row
            .last_mut()
            .filter(|p| p.tone == of.tone && p.edit == of.edit)
        {
            Some(piece) => piece.text.push_str(&cell.shown),
            None => row.push(Piece {
                text: cell.shown.clone().into_owned(),
                ..of.clone()
            }),
        }
    }
    out
}
