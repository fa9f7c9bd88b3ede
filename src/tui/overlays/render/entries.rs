//! Draws the entries of the cache.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget};
use unicode_width::UnicodeWidthStr;

use super::super::super::command::{Command, Context};
use super::super::super::widgets::fit_line;
use super::super::entries::{EntryList, HEADS};
use super::{Look, PAGE_WIDTH, first_row, items, place, titled, window};

pub(super) fn render(list: &EntryList, look: &Look<'_>, area: Rect, frame: &mut Buffer) {
    let theme = look.theme;
    let outer = place(area, PAGE_WIDTH, u16::MAX);
    let key = |command| look.key(Context::Entries, command);
    let wanted = list.wanted.told();
    let titles = [
        format!(" Cache · {wanted} "),
        format!(" {wanted} "),
        " Cache ".to_owned(),
    ];
    let hints = [
        format!(
            " {} shows · {} sorts · {} tier · {} kind · {} tags · {} forgets ",
            look.key(Context::Picker, Command::Choose),
            key(Command::SortEntries),
            key(Command::NextTier),
            key(Command::NextKind),
            key(Command::FilterTags),
            key(Command::Invalidate),
        ),
        format!(" {} closes ", look.key(Context::Overlay, Command::Close)),
    ];
    let count = format!(" {} ", list.count());
    let room = usize::from(outer.width).saturating_sub(2 + count.width());
    let hint = hints.into_iter().find(|h| h.width() <= room);
    let block = titled(titles, outer)
        .title_bottom(hint.unwrap_or_default())
        .title_bottom(Line::raw(count).right_aligned());
    let inner = window(outer, block, theme, frame);
    if list.entries.as_ref().is_some_and(Vec::is_empty) {
        let none = Line::styled(" nothing is kept that was asked for", theme.faint);
        return Paragraph::new(none).render(inner, frame);
    }
    let [first, rest] = first_row(inner);
    let heads = Line::styled(HEADS, theme.faint);
    fit_line(heads, first.width.into()).render(first, frame);
    items(list.rows(theme.faint), list.selected, rest, theme, frame);
}
