//! Draws the whole screen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Widget, Wrap};
use unicode_width::UnicodeWidthStr;

use super::app::{App, Focus};
use super::layout::{LEAST, is_too_small};
use super::overlays;
use super::panes::{editor, results};

/// Draws `app` on `area` and says where the cursor is.
pub fn draw(app: &App, area: Rect, frame: &mut Buffer) -> Option<Position> {
    if is_too_small(area) {
        let text = format!("too small: {}x{} at least", LEAST.0, LEAST.1);
        Paragraph::new(text)
            .wrap(Wrap { trim: true })
            .render(area, frame);
        return None;
    }
    let panes = app.panes;
    let theme = &app.theme;
    let border = |focused| {
        if focused {
            theme.border_focused
        } else {
            theme.border
        }
    };
    let name = app
        .path
        .as_ref()
        .map_or("new draft".to_owned(), |p| p.display().to_string());
    let mark = if app.editor.buffer().is_modified() {
        " •"
    } else {
        ""
    };
    Block::bordered()
        .title(format!(" {name}{mark} "))
        .border_style(border(app.focus == Focus::Editor))
        .render(panes.editor_frame, frame);
    let title = if app.is_behind() {
        " Results · checking … "
    } else {
        " Results "
    };
    Block::bordered()
        .title(title)
        .border_style(border(app.focus == Focus::Results))
        .render(panes.results_frame, frame);
    let view = editor::View {
        theme,
        marks: &app.marks,
    };
    let cursor = editor::render(&app.editor, &view, panes.editor, frame);
    results::render(
        &app.results,
        theme,
        app.focus == Focus::Results,
        panes.results,
        frame,
    );
    status(app, frame);
    if app.overlays.is_empty() {
        return cursor.filter(|_| app.focus == Focus::Editor);
    }
    app.overlays
        .iter()
        .map(|o| overlays::render(o, theme, area, frame))
        .last()
        .flatten()
}

fn status(app: &App, frame: &mut Buffer) {
    let area = app.panes.status;
    let theme = &app.theme;
    frame.set_style(area, theme.status);
    let right = figures(app);
    let left = match &app.message {
        Some(message) if message.is_error => Line::from(vec![
            Span::styled(" ✗ ", theme.error),
            Span::raw(message.text.clone()),
        ]),
        Some(message) => Line::raw(format!(" {}", message.text)),
        None => Line::raw(" F1 keys  Ctrl-S save  Ctrl-Q quit  Tab pane"),
    };
    let room = usize::from(area.width);
    let left_width: usize = left.spans.iter().map(|s| s.content.width()).sum();
    frame.set_line(area.x, area.y, &left.style(theme.status), area.width);
    let width = right.width();
    if left_width + width + 2 <= room {
        let x = area.right().saturating_sub(width as u16);
        frame.set_stringn(x, area.y, &right, width, theme.status);
    }
}

/// Length against the limit, and what the analysis cost.
fn figures(app: &App) -> String {
    let mut parts = Vec::new();
    if let Some(text) = app.report().text.ready() {
        let over = if text.over_by > 0 { " OVER" } else { "" };
        parts.push(format!("{}/{}{over}", text.utf16_units, text.limit));
    }
    parts.push(format!("{:.1} ms", app.analysis_time.as_secs_f64() * 1e3));
    format!("{} ", parts.join(" · "))
}
