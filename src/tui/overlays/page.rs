//! Text to read, wrapped once for the width that it has.

use ratatui::text::Line;

use super::super::command::Command;
use super::super::widgets::wrap_line;
use super::Answer;

/// Rows to read, and the first one in view.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    rows: Vec<Line<'static>>,
    top: usize,
}

impl Rows {
    pub(super) fn set(&mut self, rows: Vec<Line<'static>>, height: usize) {
        self.rows = rows;
        self.scroll(0, height);
    }

    pub(super) fn begin_anew(&mut self) {
        self.top = 0;
    }

    pub(super) fn scroll(&mut self, by: isize, height: usize) {
        let last = self.rows.len().saturating_sub(height.max(1));
        self.top = self.top.saturating_add_signed(by).min(last);
    }

    /// Carries out a command of reading. Returns whether it is one.
    pub(super) fn update(&mut self, command: Command, height: usize) -> bool {
        // A screen has far fewer rows than the type can count.
        let page = height.max(1) as isize;
        let by = match command {
            Command::ItemUp => -1,
            Command::ItemDown => 1,
            Command::ItemPageUp => -page,
            Command::ItemPageDown => page,
            Command::ItemFirst => isize::MIN,
            Command::ItemLast => isize::MAX,
            _ => return false,
        };
        self.scroll(by, height);
        true
    }

    /// All rows, and the index of the first one in view.
    #[must_use]
    pub fn shown(&self) -> (&[Line<'static>], usize) {
        (&self.rows, self.top)
    }
}

/// A text with its title.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub title: &'static str,
    lines: Vec<Line<'static>>,
    rows: Rows,
    /// Columns that the rows were made for.
    width: Option<usize>,
}

impl Page {
    /// A page of `lines`, which are wrapped when it is given its size.
    #[must_use]
    pub fn new(title: &'static str, lines: Vec<Line<'static>>) -> Self {
        Self {
            title,
            lines,
            rows: Rows::default(),
            width: None,
        }
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    pub(super) fn fit(&mut self, (width, height): (usize, usize)) {
        if self.width != Some(width) {
            self.width = Some(width);
            let rows = self.lines.iter().flat_map(|l| wrap_line(l, width));
            self.rows.set(rows.collect(), height);
        }
        self.rows.scroll(0, height);
    }

    pub(super) fn update(&mut self, command: Command, height: usize) -> Answer {
        match self.rows.update(command, height) {
            true => Answer::Stay,
            false => Answer::Close,
        }
    }

    pub(super) fn scroll(&mut self, by: isize, height: usize) {
        self.rows.scroll(by, height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_for_the_width_and_not_again() {
        let mut page = Page::new("Words", vec![Line::raw("one two three"), Line::raw("four")]);
        page.fit((8, 2));
        let (rows, top) = page.rows().shown();
        assert_eq!((rows.len(), top), (3, 0));
        let before = rows.as_ptr();
        page.fit((8, 1));
        assert_eq!(page.rows().shown().0.as_ptr(), before, "the same rows");
        page.update(Command::ItemLast, 1);
        assert_eq!(page.rows().shown().1, 2);
        page.fit((20, 1));
        assert_eq!(page.rows().shown().0.len(), 2);
        assert_eq!(page.rows().shown().1, 1, "no further than there are rows");
        assert_eq!(page.update(Command::Close, 1), Answer::Close);
    }
}
