//! Cells that were drawn once and are copied at every frame, so that a frame costs next to
//! nothing while nothing is sampled.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::super::figures::{Ink, Row};
use super::super::super::theme::Theme;
use super::super::super::widgets::fit;

/// Cells without colours; the theme comes in when they are copied.
#[derive(Debug, Clone, Default)]
pub(super) struct Canvas {
    cells: Buffer,
    inks: Vec<Ink>,
}

impl Canvas {
    /// Empties it, and gives it its size in columns and rows.
    pub(super) fn clear(&mut self, (width, height): (u16, u16)) {
        let area = Rect::new(0, 0, width, height);
        self.cells.resize(area);
        self.cells.reset();
        self.inks.clear();
        self.inks.resize(self.cells.content.len(), Ink::Text);
    }

    /// All of it.
    pub(super) fn area(&self) -> Rect {
        self.cells.area
    }

    /// Writes `text` from a place on, cut to `room` columns and to the canvas. Returns the column
    /// behind it.
    pub(super) fn put(&mut self, (x, y): (u16, u16), ink: Ink, text: &str, room: u16) -> u16 {
        let area = self.cells.area;
        let room = room.min(area.right().saturating_sub(x));
        if y >= area.bottom() || room == 0 {
            return x;
        }
        let room = usize::from(room);
        let is_cut = text.len() > room && text.width() > room;
        let cut = is_cut.then(|| fit(text, room));
        let text = cut.as_deref().unwrap_or(text);
        let (end, _) = self.cells.set_stringn(x, y, text, room, Style::new());
        self.dye(Rect::new(x, y, end - x, 1), ink);
        end
    }

    /// Writes characters that take one column each, which is quicker.
    pub(super) fn put_narrow(&mut self, (x, y): (u16, u16), ink: Ink, text: &str) {
        let area = self.cells.area;
        if y >= area.bottom() {
            return;
        }
        for (x, c) in (x..area.right()).zip(text.chars()) {
            let at = self.cells.index_of(x, y);
            if c != ' ' {
                self.cells.content[at].set_char(c);
                self.inks[at] = ink;
            }
        }
    }

    /// Writes `text` so that it ends before the column `right`.
    pub(super) fn put_right(&mut self, (right, y): (u16, u16), ink: Ink, text: &str) {
        // A line of the screen is no longer than a u16 counts.
        let width = u16::try_from(text.width()).unwrap_or(u16::MAX);
        let x = right.saturating_sub(width);
        self.put((x, y), ink, text, right - x);
    }

    /// Writes a row at the top of `area`.
    pub(super) fn put_row(&mut self, area: Rect, row: &Row) {
        if area.is_empty() {
            return;
        }
        let mut x = area.x;
        for (ink, text) in row {
            x = self.put((x, area.y), *ink, text, area.right().saturating_sub(x));
        }
    }

    /// Writes a row at the top of `area`; where a figure would be cut, blanks go before it does.
    pub(super) fn put_snugly(&mut self, area: Rect, row: &Row) {
        match squeezed(row, area.width.into()) {
            Some(row) => self.put_row(area, &row),
            None => self.put_row(area, row),
        }
    }

    /// Writes rows from the top of `area` on, as many as fit.
    pub(super) fn put_rows<'a>(&mut self, area: Rect, rows: impl IntoIterator<Item = &'a Row>) {
        for (place, row) in area.rows().zip(rows) {
            self.put_row(place, row);
        }
    }

    /// Takes away what stands in `area`.
    pub(super) fn blank(&mut self, area: Rect) {
        let area = area.intersection(self.cells.area);
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                self.cells[(x, y)].reset();
            }
        }
        self.dye(area, Ink::Text);
    }

    /// Gives the cells of `area` another ink.
    pub(super) fn dye(&mut self, area: Rect, ink: Ink) {
        let area = area.intersection(self.cells.area);
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                let at = self.cells.index_of(x, y);
                self.inks[at] = ink;
            }
        }
    }

    /// Copies the cells to the top left of `area`, as far as they fit there.
    pub(super) fn render(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        let own = self.cells.area;
        let width = usize::from(own.width);
        let mut last = (Ink::Text, Ink::Text.style(theme));
        for y in 0..area.height.min(own.height) {
            let from = usize::from(y) * width;
            let row = from..from + usize::from(area.width.min(own.width));
            let cells = self.cells.content[row.clone()].iter();
            for (x, (cell, ink)) in (area.x..).zip(cells.zip(&self.inks[row])) {
                // The frame is empty, so a blank says something only where it has a ground.
                if cell.symbol() == " " && *ink != Ink::Selected {
                    continue;
                }
                if last.0 != *ink {
                    last = (*ink, ink.style(theme));
                }
                buf[(x, area.y + y)]
                    .set_symbol(cell.symbol())
                    .set_style(last.1);
            }
        }
    }
}

/// The row with fewer blanks between its words, where it is too long for so many columns, a figure
/// would be cut, and so it fits.
fn squeezed(row: &Row, columns: usize) -> Option<Row> {
    let width: usize = row.iter().map(|(_, text)| text.width()).sum();
    let mut excess = width.checked_sub(columns).filter(|excess| *excess > 0)?;
    let text: String = row.iter().map(|(_, text)| text.as_str()).collect();
    let digits = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    // A unit stands at its number, or a blank behind it.
    let unit = text[digits..].strip_prefix(' ').unwrap_or(&text[digits..]);
    let behind = unit.find(' ').unwrap_or(unit.len());
    let figure = text.len() - unit.len() + behind;
    // An ellipsis takes the last column.
    if text[..figure].width() < columns {
        return None;
    }
    let mut out = Row::new();
    for (nth, (ink, text)) in row.iter().enumerate() {
        let mut kept = String::with_capacity(text.len());
        let mut blanks = 0;
        for (at, c) in text.char_indices() {
            blanks = if c == ' ' { blanks + 1 } else { 0 };
            // How far a row is moved in says something.
            let is_inside = nth > 0 || !text[..at].trim_start().is_empty();
            if blanks > 1 && is_inside && excess > 0 {
                excess -= 1;
            } else {
                kept.push(c);
            }
        }
        out.push((*ink, kept));
    }
    (excess == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_fits_and_copies_it() {
        let mut canvas = Canvas::default();
        canvas.clear((6, 2));
        assert_eq!(canvas.put((0, 0), Ink::Text, "longer text", 6), 6);
        assert_eq!(canvas.put((4, 1), Ink::Error, "字", 9), 6);
        assert_eq!(canvas.put((9, 0), Ink::Text, "x", 9), 9, "outside");
        assert_eq!(canvas.put((0, 9), Ink::Text, "x", 9), 0, "below");
        canvas.put_right((3, 1), Ink::Title, "ab");
        canvas.put_narrow((0, 1), Ink::Graph, " ⣿");
        canvas.put_narrow((5, 0), Ink::Graph, " ⣿⣿");
        canvas.put_narrow((0, 9), Ink::Graph, "⣿");
        let theme = Theme::built_in("sixteen").unwrap();
        for area in [
            Rect::new(1, 1, 6, 2),
            Rect::new(1, 1, 3, 1),
            Rect::new(0, 0, 0, 0),
        ] {
            let mut buf = Buffer::empty(Rect::new(0, 0, 8, 4));
            canvas.render(&theme, area, &mut buf);
            let text: String = buf.content.iter().map(|c| c.symbol()).collect();
            assert_eq!(text.contains("longe…"), area.width == 6, "{text}");
            assert_eq!(text.contains(" ⣿b "), area.height == 2, "{text}");
            if area.width == 6 {
                assert_eq!(buf[(5, 2)].fg, ratatui::style::Color::Red);
            }
        }
        let mut small = Buffer::empty(Rect::new(0, 0, 2, 1));
        canvas.render(&theme, Rect::new(0, 0, 200, 50), &mut small);
        assert_eq!(small[(0, 0)].symbol(), "l");
    }

    #[test]
    fn blanks_go_before_figures_are_cut() {
        let row = |texts: &[&str]| -> Row {
            let texts = texts.iter();
            texts.map(|t| (Ink::Text, (*t).to_owned())).collect()
        };
        let told = |row: Row| -> String { row.iter().map(|(_, t)| t.as_str()).collect() };
        let memory = row(&[" memory   ", "     9.0 GiB"]);
        assert_eq!(squeezed(&memory, 22), None);
        let snug = squeezed(&memory, 18).map(told);
        assert_eq!(snug.as_deref(), Some(" memory    9.0 GiB"));
        let least = squeezed(&memory, 16).map(told);
        assert_eq!(least.as_deref(), Some(" memory  9.0 GiB"));
        assert_eq!(squeezed(&memory, 15), None, "there are no more");
        let share = row(&[" cpu       ", "        50 %"]);
        let snug = squeezed(&share, 22).map(told);
        assert_eq!(snug.as_deref(), Some(" cpu              50 %"), "its unit");
        // A name may be cut.
        let named = row(&["  ✗ firing  ", " a long name"]);
        assert_eq!(squeezed(&named, 18), None);
        let moved_in = row(&["    a   1234"]);
        assert_eq!(
            squeezed(&moved_in, 10).map(told).as_deref(),
            Some("    a 1234")
        );
    }
}
