//! The editor pane.

pub mod buffer;
mod layout;
mod render;
mod search;
pub mod wrap;

use crate::post::scrub::scrub;
use crate::post::styled;
use crate::post::{Revision, Span};

use super::super::command::{Command, Motion};
use super::super::units::left_out;
pub use buffer::TextBuffer;
use layout::Layout;
pub use render::{Mark, Ruler, View, render};
pub use search::Search;

/// What the pane asks of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing but a redraw.
    Done,
    /// Something the writer should know.
    Notice(String),
    /// This text was copied; other programs may want it too.
    Copied(String),
}

/// The editor's state.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    buffer: TextBuffer,
    layout: Layout,
    /// First visible layout line, and the row within it.
    top: (usize, usize),
    /// Column that up and down aim for.
    goal: Option<usize>,
    /// What was cut or copied here.
    clipboard: String,
    height: usize,
    /// Rows at its foot that something lies over.
    covered: usize,
    search: Search,
}

impl Editor {
    /// An editor of `text`, whose changes are counted from `revision` on.
    #[must_use]
    pub fn new(text: String, revision: Revision) -> Self {
        let buffer = TextBuffer::new(text).counting_from(revision);
        let layout = Layout::new(buffer.text());
        Self {
            buffer,
            layout,
            height: 1,
            ..Self::default()
        }
    }

    /// The text and its cursor.
    #[must_use]
    pub fn buffer(&self) -> &TextBuffer {
        &self.buffer
    }

    /// An editor of another text that knows what was cut or copied here.
    #[must_use]
    pub fn succeeded_by(&self, text: String, revision: Revision) -> Self {
        Self {
            clipboard: self.clipboard.clone(),
            ..Self::new(text, revision)
        }
    }

    /// The text and its cursor, to be told what became of it.
    pub fn buffer_mut(&mut self) -> &mut TextBuffer {
        &mut self.buffer
    }

    /// The search for some text.
    #[must_use]
    pub fn search(&self) -> &Search {
        &self.search
    }

    /// Searches for `needle` and goes to the first hit at or behind the cursor. Returns how many
    /// hits there are.
    pub fn search_for(&mut self, needle: &str) -> usize {
        self.search.set(needle, self.buffer.text());
        let from = self
            .buffer
            .selection()
            .map_or(self.buffer.cursor(), |s| s.start);
        self.go_to_hit(self.search.at_or_behind(from));
        self.search.hits().len()
    }

    /// Goes to the next hit, or to the one before. Returns its number and how many there are.
    pub fn search_on(&mut self, back: bool) -> Option<(usize, usize)> {
        self.search.look(self.buffer.text());
        let here = self
            .buffer
            .selection()
            .map_or(self.buffer.cursor(), |s| s.start);
        let hit = if back {
            self.search.before(here)
        } else {
            self.search.behind(here)
        };
        self.go_to_hit(hit);
        Some((hit? + 1, self.search.hits().len()))
    }

    /// Marks hits no longer; what was searched for stays known.
    pub fn end_search(&mut self) {
        self.search.show(false);
    }

    fn go_to_hit(&mut self, hit: Option<usize>) {
        if let Some(span) = hit.and_then(|i| self.search.hits().get(i).copied()) {
            self.show(span);
        }
    }

    /// Makes styled letters plain, in one step. Returns how many there were.
    pub fn make_plain(&mut self) -> usize {
        let text = self.buffer.text();
        let count = styled::styled_letters(text).count();
        if count > 0 {
            let (plain, _) = styled::fold(text);
            let cursor = self.buffer.cursor();
            self.replace(Span::new(0, text.len()), &plain);
            self.buffer.move_to(cursor.min(plain.len()), false);
            self.keep_cursor_in_view();
        }
        count
    }

    /// Gives the pane its inner size and keeps the cursor in view.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.layout.set_width(usize::from(width));
        self.height = usize::from(height).max(1);
        self.keep_cursor_in_view();
    }

    /// Takes note of how many rows at its foot something lies over, and keeps the cursor above them.
    pub fn cover(&mut self, rows: u16) {
        let rows = usize::from(rows);
        if std::mem::replace(&mut self.covered, rows) != rows {
            self.keep_cursor_in_view();
        }
    }

    /// Carries out a command.
    pub fn update(&mut self, command: Command) -> Outcome {
        let mut outcome = Outcome::Done;
        let revision = self.buffer.revision();
        let goal = self.goal.take();
        match command {
            Command::Move(motion) => self.go(motion, false, goal),
            Command::Select(motion) => self.go(motion, true, goal),
            Command::SelectAll => self.buffer.select_all(),
            Command::Newline => self.buffer.insert("\n"),
            Command::Backspace => self.buffer.backspace(),
            Command::Delete => self.buffer.delete(),
            Command::DeleteWord => self.buffer.delete_word(),
            Command::Undo if !self.buffer.undo() => {
                outcome = Outcome::Notice("nothing to undo".to_owned());
            }
            Command::Redo if !self.buffer.redo() => {
                outcome = Outcome::Notice("nothing to redo".to_owned());
            }
            Command::Copy | Command::Cut => outcome = self.copy(command == Command::Cut),
            Command::Paste if self.clipboard.is_empty() => {
                outcome = Outcome::Notice("nothing was cut or copied here".to_owned());
            }
            Command::Paste => {
                let text = self.clipboard.clone();
                self.buffer.insert(&text);
            }
            _ => {}
        }
        if self.buffer.revision() != revision {
            self.text_changed();
        }
        self.keep_cursor_in_view();
        outcome
    }

    fn text_changed(&mut self) {
        self.layout.set_text(self.buffer.text());
        self.search.refresh(self.buffer.text());
    }

    fn copy(&mut self, cut: bool) -> Outcome {
        let Some(text) = self.buffer.selected_text() else {
            return Outcome::Notice("nothing is selected".to_owned());
        };
        text.clone_into(&mut self.clipboard);
        if cut {
            self.buffer.insert("");
        }
        Outcome::Copied(self.clipboard.clone())
    }

    /// Takes typed or pasted text, scrubbed.
    pub fn insert(&mut self, text: &str) -> Outcome {
        let scrubbed = scrub(text);
        self.goal = None;
        self.buffer.insert(&scrubbed.text);
        self.text_changed();
        self.keep_cursor_in_view();
        match scrubbed.removed.len() {
            0 => Outcome::Done,
            n => Outcome::Notice(left_out(n)),
        }
    }

    /// Puts `new` in place of `span`.
    pub fn replace(&mut self, span: Span, new: &str) {
        self.buffer.replace(span, new);
        self.text_changed();
        self.keep_cursor_in_view();
    }

    /// Puts `new` in place of the whole text, in one step that touches no more than what differs,
    /// and goes to byte `cursor` of it.
    pub fn rewrite(&mut self, new: &str, cursor: usize) {
        let old = self.buffer.text();
        let same = |(a, b): &(char, char)| a == b;
        let len = |(c, _): (char, char)| c.len_utf8();
        let head: usize = old.chars().zip(new.chars()).take_while(same).map(len).sum();
        let ends = old[head..].chars().rev().zip(new[head..].chars().rev());
        let tail: usize = ends.take_while(same).map(len).sum();
        let span = Span::new(head, old.len() - tail);
        self.replace(span, &new[head..new.len() - tail]);
        self.buffer.move_to(cursor.min(new.len()), false);
        self.keep_cursor_in_view();
    }

    /// Selects `span` and shows it.
    pub fn show(&mut self, span: Span) {
        self.buffer.move_to(span.end, false);
        self.keep_cursor_in_view();
        self.buffer.move_to(span.start, false);
        self.buffer.move_to(span.end, true);
        self.keep_cursor_in_view();
    }

    /// Moves the cursor to the cell at these columns and rows of the pane.
    pub fn click(&mut self, column: u16, row: u16, select: bool) {
        self.goal = None;
        let text = self.buffer.text();
        let mut rows = self.layout.rows_from(text, self.top, self.height);
        let clicked = rows.nth(row.into()).map(|row| row.at_column(column.into()));
        let to = clicked.unwrap_or(text.len());
        drop(rows);
        self.buffer.move_to(to, select);
        self.keep_cursor_in_view();
    }

    /// Moves the view by `by` rows, and the cursor along where it would leave the view.
    pub fn scroll(&mut self, by: isize) {
        let text = self.buffer.text();
        self.top = self.layout.moved(text, self.top, by);
        let cursor = self.layout.place(text, self.buffer.cursor());
        let last = self.layout.moved(text, self.top, self.height as isize - 1);
        let column = cursor.column;
        if (cursor.line, cursor.row) < self.top {
            self.jump_to_row(self.top, column);
        } else if (cursor.line, cursor.row) > last {
            self.jump_to_row(last, column);
        }
    }

    fn jump_to_row(&mut self, row: (usize, usize), column: usize) {
        let to = self.layout.row(self.buffer.text(), row).at_column(column);
        self.buffer.move_to(to, false);
    }

    fn go(&mut self, motion: Motion, select: bool, goal: Option<usize>) {
        let text = self.buffer.text();
        let cursor = self.buffer.cursor();
        let page = self.height.saturating_sub(1).max(1) as isize;
        let by_rows = |by: isize| {
            let place = self.layout.place(text, cursor);
            let column = goal.unwrap_or(place.column);
            let from = (place.line, place.row);
            let to = self.layout.moved(text, from, by);
            let at = match to == from {
                true if by < 0 => 0,
                true => text.len(),
                false => self.layout.row(text, to).at_column(column),
            };
            (at, Some(column))
        };
        let here = || {
            let place = self.layout.place(text, cursor);
            self.layout.row(text, (place.line, place.row))
        };
        let selected = self.buffer.selection().filter(|_| !select);
        let (to, goal) = match motion {
            Motion::Left => (
                selected.map_or_else(|| self.buffer.left(), |s| s.start),
                None,
            ),
            Motion::Right => (
                selected.map_or_else(|| self.buffer.right(), |s| s.end),
                None,
            ),
            Motion::WordLeft => (self.buffer.word_left(), None),
            Motion::WordRight => (self.buffer.word_right(), None),
            Motion::Up => by_rows(-1),
            Motion::Down => by_rows(1),
            Motion::PageUp => by_rows(-page),
            Motion::PageDown => by_rows(page),
            Motion::RowStart => (here().start(), None),
            Motion::RowEnd => (here().end(), None),
            Motion::Start => (0, None),
            Motion::End => (text.len(), None),
        };
        self.buffer.move_to(to, select);
        self.goal = goal;
    }

    fn keep_cursor_in_view(&mut self) {
        let text = self.buffer.text();
        let place = self.layout.place(text, self.buffer.cursor());
        let cursor = (place.line, place.row);
        self.top = self.layout.clamped(text, self.top);
        if cursor < self.top {
            self.top = cursor;
            return;
        }
        // Only as far up from the cursor as the part of the view is high that nothing lies over.
        let free = self.height.saturating_sub(self.covered).max(1);
        let highest = self.layout.moved(text, cursor, 1 - free as isize);
        self.top = self.top.max(highest);
    }
}
