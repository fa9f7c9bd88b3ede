//! Draws templates, hooks and calls to action.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use super::super::super::command::{Command, Context};
use super::super::super::theme::Theme;
use super::super::super::widgets::wrap_line;
use super::super::TemplateList;
use super::super::templates::{Group, Item};
use super::{Look, PAGE_WIDTH, first_row, items, place, titled, typed, window};

/// Columns inside from which on the text of the chosen item is shown beside the list.
const WITH_PREVIEW: u16 = 90;
/// Columns of the list then.
const BESIDE: u16 = 40;

pub(super) fn render(
    list: &TemplateList,
    look: &Look<'_>,
    area: Rect,
    frame: &mut Buffer,
) -> Option<Position> {
    let theme = look.theme;
    let outer = place(area, PAGE_WIDTH, u16::MAX);
    let titles = [
        format!(
            " Templates, hooks, calls · type to filter, {} takes one, {} closes ",
            look.key(Context::Picker, Command::Choose),
            look.key(Context::Overlay, Command::Close),
        ),
        " Templates, hooks, calls ".to_owned(),
        " Templates ".to_owned(),
    ];
    let inner = window(outer, titled(titles, outer), theme, frame);
    let [first, mut rest] = first_row(inner);
    let cursor = typed(list.input(), first, theme, frame);
    if list.is_reading() {
        Paragraph::new(Line::styled(" reading", theme.faint)).render(rest, frame);
        return cursor;
    }
    let is_wide = rest.width >= WITH_PREVIEW;
    if let Some(chosen) = list.chosen().filter(|_| is_wide) {
        let beside = Rect {
            x: rest.x + BESIDE,
            width: rest.width - BESIDE,
            ..rest
        };
        rest.width = BESIDE;
        preview(chosen, beside, theme, frame);
    }
    let (rows, selected) = rows(list, is_wide, theme);
    items(rows, selected, rest, theme, frame);
    cursor
}

/// The items under the titles of their groups, and the row of the chosen one.
fn rows(list: &TemplateList, is_wide: bool, theme: &Theme) -> (Vec<Line<'static>>, usize) {
    let (found, chosen) = list.found();
    let (mut rows, mut selected) = (Vec::new(), 0);
    let mut group = None;
    for (nth, item) in found.enumerate() {
        if group.replace(item.group) != Some(item.group) {
            rows.push(Line::styled(item.group.title(), theme.title));
        }
        if nth == chosen {
            selected = rows.len();
        }
        rows.push(match item.group {
            Group::Problems => Line::styled(format!(" {}", item.name), theme.error),
            _ if is_wide => Line::raw(format!(" {}", item.name)),
            Group::Templates | Group::Hooks | Group::Calls => Line::from(vec![
                Span::raw(format!(" {:<22} ", item.name)),
                Span::styled(item.about.clone(), theme.faint),
            ]),
        });
    }
    if rows.is_empty() {
        rows.push(Line::styled(" nothing fits what was typed", theme.faint));
    }
    (rows, selected)
}

/// What the item is for, and its text.
fn preview(item: &Item, area: Rect, theme: &Theme, frame: &mut Buffer) {
    let room = usize::from(area.width.saturating_sub(2));
    let about = (!item.about.is_empty()).then(|| Line::styled(item.about.clone(), theme.faint));
    let about = about.into_iter().flat_map(|l| [l, Line::default()]);
    let text = item.text.lines().map(|l| Line::raw(l.to_owned()));
    let rows = about.chain(text).flat_map(|l| wrap_line(&l, room));
    let inside = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(1),
        ..area
    };
    Paragraph::new(rows.collect::<Vec<_>>()).render(inside, frame);
    for y in area.top()..area.bottom() {
        frame.set_string(area.x, y, "│", theme.border);
    }
}
