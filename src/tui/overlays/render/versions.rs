//! Draws the versions of the post.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget};
use unicode_width::UnicodeWidthStr;

use super::super::super::command::{Command, Context};
use super::super::super::suggestions::shown;
use super::super::super::widgets::wrap_line;
use super::super::VersionList;
use super::{Look, PAGE_WIDTH, items, place, titled, window};

pub(super) fn render(list: &VersionList, look: &Look<'_>, area: Rect, frame: &mut Buffer) {
    let theme = look.theme;
    let outer = place(area, PAGE_WIDTH, u16::MAX);
    let key = |command| look.key(Context::Versions, command);
    let close = look.key(Context::Overlay, Command::Close);
    let compares = key(Command::CompareVersions);
    let titles = match list.marked() {
        Some(id) => [
            format!(" Versions · {compares} on another compares it with {id} "),
            format!(" {compares} compares with {id} "),
        ],
        None => [
            " Versions · ● is the one at work ".to_owned(),
            " Versions ".to_owned(),
        ],
    };
    let goes_back = look.key(Context::Picker, Command::Choose);
    let [names, exports] = [Command::NameVersion, Command::ExportVersions].map(key);
    let hints = [
        format!(
            " {goes_back} goes back · {names} names · {compares} compares · {exports} exports · \
             {close} closes "
        ),
        format!(
            " {goes_back} back · {names} name · {compares} compare · {exports} export · \
             {close} close "
        ),
        format!(" {close} closes "),
    ];
    let count = format!(" {} ", list.count());
    let room = usize::from(outer.width).saturating_sub(2 + count.width());
    let hint = hints.into_iter().find(|h| h.width() <= room);
    let block = titled(titles, outer)
        .title_bottom(hint.unwrap_or_default())
        .title_bottom(Line::raw(count).right_aligned());
    let inner = window(outer, block, theme, frame);
    if let Some(reason) = list.failure() {
        let told = Line::styled(format!(" {}", shown(reason)), theme.error);
        let lines = wrap_line(&told, inner.width.into());
        return Paragraph::new(lines).render(inner, frame);
    }
    if list.is_empty() {
        let none = Line::styled(" no version is kept yet; a save keeps one", theme.faint);
        return Paragraph::new(none).render(inner, frame);
    }
    items(list.lines(theme), list.selected(), inner, theme, frame);
}
