//! Draws a list with its heading.

use ratatui::layout::Rect;

use super::super::super::figures::{Ink, Row};
use super::canvas::Canvas;
use super::list::List;

/// Fewest rows of a table with a heading.
const HEADED: u16 = 3;

/// A table in its place.
pub(super) struct Table<'a> {
    /// Over the rows.
    pub(super) head: &'a str,
    /// Where there is no row.
    pub(super) nothing: &'a str,
    pub(super) area: Rect,
}

impl Table<'_> {
    /// Draws the rows in view, by their places, and returns where they stand.
    pub(super) fn draw<K: Clone + PartialEq>(
        &self,
        list: &mut List<K>,
        keys: Vec<K>,
        row: impl Fn(usize) -> Row,
        canvas: &mut Canvas,
    ) -> Rect {
        let mut area = self.area;
        if area.height >= HEADED {
            canvas.put((area.x, area.y), Ink::Faint, self.head, area.width);
            area.y += 1;
            area.height -= 1;
        }
        list.show(keys, area.height.into());
        if list.len() == 0 {
            canvas.put((area.x, area.y), Ink::Faint, self.nothing, area.width);
        }
        let chosen = list.place();
        for (place, nth) in area.rows().zip(list.in_view()) {
            canvas.put_row(place, &row(nth));
            if chosen == Some(nth) {
                canvas.dye(place, Ink::Selected);
            }
        }
        area
    }
}

/// Cuts rows off the end of `area` for what is told of the chosen row, where enough are left.
pub(super) fn split_details(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = if area.height >= 3 * rows { rows } else { 0 };
    let height = area.height - rows;
    let details = Rect {
        y: area.y + height,
        height: rows,
        ..area
    };
    (Rect { height, ..area }, details)
}
