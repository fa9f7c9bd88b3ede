//! Draws a line that is asked for.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget};

use super::super::super::command::{Command, Context};
use super::super::super::widgets::wrap_line;
use super::super::{Ask, LineInput};
use super::{LIST_WIDTH, Look, first_row, inside, place, titled, typed, window};

/// Draws what is typed, and why what was typed before did not do.
pub(super) fn render(
    (ask, input): (Ask, &LineInput),
    error: Option<&str>,
    look: &Look<'_>,
    area: Rect,
    frame: &mut Buffer,
) -> Option<Position> {
    let theme = look.theme;
    let [take, close] = [
        look.key(Context::Prompt, Command::Choose),
        look.key(Context::Overlay, Command::Close),
    ];
    let titles = match ask {
        Ask::SaveAs { .. } => [
            format!(" Save as · {take} saves, {close} stays "),
            " Save as ".to_owned(),
        ],
        Ask::Open => [
            format!(" Open · {take} opens, {close} stays "),
            " Open ".to_owned(),
        ],
        Ask::Tags => [
            format!(" Tags to list, * for any · {take} lists, {close} stays "),
            " Tags to list ".to_owned(),
        ],
        Ask::Filter(_) => [
            format!(" Filter, as cpu>10 and name~post · {take} filters, {close} stays "),
            " Filter ".to_owned(),
        ],
        Ask::VersionName(id) => [
            format!(" Name of version {id} · {take} names, {close} stays "),
            " Name ".to_owned(),
        ],
        Ask::Refuse => [
            format!(" Why not? · {take} turns it down, {close} keeps it "),
            " Why not? ".to_owned(),
        ],
        Ask::Invalidate => [
            format!(" Tags to forget, * for any · {take} asks, {close} stays "),
            " Tags to forget ".to_owned(),
        ],
    };
    let room = inside(place(area, LIST_WIDTH, 3)).width;
    let told = error.map_or(Vec::new(), |error| {
        wrap_line(&Line::from(format!("✗ {error}")), room.into())
    });
    // The place has no more rows than the screen.
    let outer = place(area, LIST_WIDTH, 3 + told.len() as u16);
    let inner = window(outer, titled(titles, outer), theme, frame);
    let [first, rest] = first_row(inner);
    Paragraph::new(told).style(theme.error).render(rest, frame);
    typed(input, first, theme, frame)
}
