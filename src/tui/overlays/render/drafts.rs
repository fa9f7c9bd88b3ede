//! Draws the list of drafts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use super::super::super::command::{Command, Context};
use super::super::super::widgets::{ago, fit_end};
use super::super::DraftList;
use super::{LIST_HEIGHT, LIST_WIDTH, Look, ask, items, place, titled, window};

pub(super) fn render(list: &DraftList, look: &Look<'_>, area: Rect, frame: &mut Buffer) {
    let theme = look.theme;
    let outer = place(area, LIST_WIDTH, LIST_HEIGHT);
    let titles = [
        format!(
            " Drafts · {} opens, {} deletes, {} closes ",
            look.key(Context::Picker, Command::Choose),
            look.key(Context::Drafts, Command::DeleteDraft),
            look.key(Context::Overlay, Command::Close),
        ),
        " Drafts ".to_owned(),
    ];
    let inner = window(outer, titled(titles, outer), theme, frame);
    if list.drafts.is_empty() {
        let none = Line::styled(" no draft is kept", theme.faint);
        return Paragraph::new(none).render(inner, frame);
    }
    let rows = list.drafts.iter().map(|draft| {
        let name = match &draft.path {
            Some(path) => fit_end(&path.display().to_string(), 28),
            None => "untitled".to_owned(),
        };
        let in_use = match draft.in_use {
            true if list.is_own(draft) => " (here)",
            true => " (open elsewhere)",
            false => "",
        };
        Line::from(vec![
            Span::raw(format!(" {name}{in_use}  ")),
            Span::styled(
                list.as_of
                    .map_or(String::new(), |now| ago(draft.changed_at, now)),
                theme.faint,
            ),
            Span::raw(format!("  {}", draft.first_line)),
        ])
    });
    items(rows.collect(), list.selected, inner, theme, frame);
    if let Some(question) = list.question() {
        ask(&question, look, area, frame);
    }
}
