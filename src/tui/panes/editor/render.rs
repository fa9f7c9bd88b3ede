//! Draws the editor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

use crate::post::Span;

use super::super::super::theme::Theme;
use super::Editor;

/// A stretch of the text to underline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the text.
    pub span: Span,
    /// How.
    pub style: Style,
}

/// A place where the feed folds the post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruler {
    /// First byte that is hidden.
    pub at: usize,
    /// Whose fold it is.
    pub name: &'static str,
}

/// What the editor is drawn with.
pub struct View<'a> {
    pub theme: &'a Theme,
    /// Ordered by start.
    pub marks: &'a [Mark],
    /// Ordered by place.
    pub rulers: &'a [Ruler],
}

/// Draws the visible rows into `area`, with a border on its right, and says where the cursor is.
pub fn render(
    editor: &Editor,
    view: &View<'_>,
    area: Rect,
    frame: &mut Buffer,
) -> Option<Position> {
    let text = editor.buffer.text();
    let selection = editor.buffer.selection();
    let cursor = editor.buffer.cursor();
    let mut position = None;
    let mut marks = Marks {
        marks: view.marks,
        next: 0,
        open: Vec::new(),
    };
    let hits = editor.search.shown();
    let rows = editor
        .layout
        .rows_from(text, editor.top, area.height.into());
    for (y, row) in (area.y..).zip(rows) {
        let mut x = area.x;
        for cell in &row.cells {
            let at = row.base + cell.span.start;
            if at == cursor {
                position = Some(Position {
                    x: x.min(area.right().saturating_sub(1)),
                    y,
                });
            }
            let room = area.right().saturating_sub(x);
            let mut style = view.theme.text.patch(marks.style_at(at));
            if cell.hidden {
                style = style.patch(view.theme.warning);
            }
            if view.rulers.iter().any(|r| r.at == at) {
                style = style.patch(view.theme.ruler);
            }
            if is_hit(hits, at) {
                style = style.patch(view.theme.match_);
            }
            if selection.is_some_and(|s| s.start <= at && at < s.end) {
                style = style.patch(view.theme.selection);
            }
            // Blanks hang over the edge; anything else fits by construction.
            if usize::from(room) >= cell.width {
                x = frame.set_stringn(x, y, &cell.shown, room.into(), style).0;
            }
        }
        let end = row.base + row.cells.last().map_or(0, |c| c.span.end);
        let is_break = !row.continues && text[end..].starts_with('\n');
        if is_break && x < area.right() && selection.is_some_and(|s| s.start <= end && end < s.end)
        {
            frame.set_string(x, y, " ", view.theme.selection);
            x += 1;
        }
        if !row.continues && cursor == end {
            position = Some(Position {
                x: x.min(area.right().saturating_sub(1)),
                y,
            });
            x += 1;
        }
        // A fold at a line break is drawn where the line ends.
        let last = if is_break { end + 1 } else { end };
        let here = |r: &&Ruler| row.start() <= r.at && r.at < last;
        let names: Vec<_> = view.rulers.iter().filter(here).map(|r| r.name).collect();
        if !names.is_empty() {
            ruler(&names, view.theme, (x, y), area, frame);
        }
    }
    position
}

/// Draws the ruler of a fold behind the text of its row, up to the border, which always shows it.
fn ruler(names: &[&str], theme: &Theme, from: (u16, u16), area: Rect, frame: &mut Buffer) {
    let (x, y) = from;
    let border = area.right();
    let room = usize::from(border.saturating_sub(x + 1));
    let initial = names.iter().filter_map(|n| n.chars().next()).next_back();
    let names = names.join(", ");
    let label = [format!(" {names} fold "), format!(" {names} ")]
        .into_iter()
        .find(|l| l.width() + 2 <= room)
        .unwrap_or_default();
    // Where there is no room for its name, the border says whose it is: m or d.
    let mark = match initial.filter(|_| label.is_empty()) {
        Some(initial) => initial.to_string(),
        None => "◂".to_owned(),
    };
    if frame.area.contains(Position { x: border, y }) {
        frame.set_string(border, y, mark, theme.ruler);
    }
    let line = "┄".repeat(room - label.width());
    frame.set_stringn(x + 1, y, format!("{line}{label}"), room, theme.ruler);
}

/// Whether byte `at` is within one of the hits, which are ordered and apart.
fn is_hit(hits: &[Span], at: usize) -> bool {
    let next = hits.partition_point(|h| h.end <= at);
    hits.get(next).is_some_and(|h| h.start <= at)
}

/// Walks marks forward beside the cells.
struct Marks<'a> {
    marks: &'a [Mark],
    next: usize,
    open: Vec<Mark>,
}

impl Marks<'_> {
    fn style_at(&mut self, at: usize) -> Style {
        while let Some(mark) = self.marks.get(self.next).filter(|m| m.span.start <= at) {
            self.open.push(*mark);
            self.next += 1;
        }
        self.open.retain(|m| m.span.end > at);
        match self.open.last() {
            Some(mark) => mark.style.add_modifier(Modifier::UNDERLINED),
            None => Style::new(),
        }
    }
}
