//! Draws the whole screen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Widget, Wrap};
use unicode_width::UnicodeWidthStr;

use super::app::{App, Focus, Message};
use super::layout::{LEAST, is_too_small};
use super::overlays;
use super::panes::{editor, results};
use super::widgets::{fit_end, fit_line, wrap_line};

/// What the status line offers, the most telling first; what does not fit is left out.
const EDITOR_HINTS: [&str; 4] = [
    " F1 keys  Ctrl-S save  Ctrl-Q quit  Tab results",
    " F1 keys  Ctrl-S save  Ctrl-Q quit",
    " F1 keys  Ctrl-Q quit",
    " F1 keys",
];
const RESULTS_HINTS: [&str; 4] = [
    " Enter open  a apply  i ignore  d add word  Tab editor",
    " Enter open  a apply  i ignore  F1 keys",
    " Enter open  F1 keys",
    " F1 keys",
];
/// Most rows that a message takes.
const MESSAGE_ROWS: usize = 4;

/// Draws `app` on `area` and says where the cursor is.
pub fn draw(app: &App, area: Rect, frame: &mut Buffer) -> Option<Position> {
    // The ground of the theme, which what is drawn over it leaves in place.
    frame.set_style(area, app.theme.text);
    if is_too_small(area) {
        let text = format!("too small: {}x{} at least", LEAST.0, LEAST.1);
        Paragraph::new(text)
            .wrap(Wrap { trim: true })
            .render(area, frame);
        return None;
    }
    let single = app.panes.single;
    let cursor = if single && app.focus == Focus::Results {
        None
    } else {
        draw_editor(app, frame)
    };
    if !single || app.focus == Focus::Results {
        draw_results(app, frame);
    }
    status(app, frame);
    if app.overlays.is_empty() {
        return cursor.filter(|_| app.focus == Focus::Editor);
    }
    app.overlays
        .iter()
        .map(|o| overlays::render(o, &app.theme, area, frame))
        .last()
        .flatten()
}

fn draw_editor(app: &App, frame: &mut Buffer) -> Option<Position> {
    let panes = app.panes;
    let mark = if app.editor.buffer().is_modified() {
        " •"
    } else {
        ""
    };
    let name = app
        .path
        .as_ref()
        .map_or("new draft".to_owned(), |p| p.display().to_string());
    let room = usize::from(panes.editor_frame.width).saturating_sub(4 + mark.width());
    Block::bordered()
        .title(format!(" {}{mark} ", fit_end(&name, room)))
        .border_style(border(app, Focus::Editor))
        .render(panes.editor_frame, frame);
    let view = editor::View {
        theme: &app.theme,
        marks: &app.marks,
    };
    editor::render(&app.editor, &view, panes.editor, frame)
}

fn draw_results(app: &App, frame: &mut Buffer) {
    let panes = app.panes;
    let title = match (app.is_behind(), panes.results_frame.width) {
        (true, 26..) => " Results · checking … ",
        (true, _) => " Results … ",
        (false, _) => " Results ",
    };
    Block::bordered()
        .title(title)
        .border_style(border(app, Focus::Results))
        .render(panes.results_frame, frame);
    let focused = app.focus == Focus::Results;
    results::render(&app.results, &app.theme, focused, panes.results, frame);
}

fn border(app: &App, pane: Focus) -> ratatui::style::Style {
    if app.focus == pane {
        app.theme.border_focused
    } else {
        app.theme.border
    }
}

fn status(app: &App, frame: &mut Buffer) {
    let area = app.panes.status;
    let figures = figures(app);
    if let Some(message) = &app.message {
        return tell(message, &figures[0], app, frame);
    }
    let hints = match app.focus {
        Focus::Editor => EDITOR_HINTS,
        Focus::Results => RESULTS_HINTS,
    };
    let room = usize::from(area.width);
    let full = hints.iter().take(1).map(|h| (h, &figures[0]));
    let short = hints.iter().map(|h| (h, &figures[1]));
    let (left, right) = full
        .chain(short)
        .find(|(left, right)| left.width() + right.width() < room)
        .map_or((hints[3], ""), |(left, right)| (*left, right.as_str()));
    frame.set_style(area, app.theme.status);
    frame.set_stringn(area.x, area.y, left, room, app.theme.status);
    at_the_right(right, area, app, frame);
}

fn at_the_right(text: &str, area: Rect, app: &App, frame: &mut Buffer) {
    // A line of the screen is no longer than a u16 counts.
    let width = u16::try_from(text.width()).unwrap_or(u16::MAX);
    let x = area.right().saturating_sub(width);
    frame.set_stringn(x, area.y, text, usize::from(width), app.theme.status);
}

/// A message on the status line; one that is longer grows upwards over the panes.
fn tell(message: &Message, figures: &str, app: &App, frame: &mut Buffer) {
    let theme = &app.theme;
    let area = app.panes.status;
    let room = usize::from(area.width);
    let text = Span::raw(message.text.clone());
    let line = if message.is_error {
        Line::from(vec![Span::styled(" ✗ ", theme.error), text])
    } else {
        Line::from(vec![Span::raw(" "), text])
    };
    let beside = line.width() + figures.width() < room;
    let mut rows = wrap_line(&line, room);
    let most = MESSAGE_ROWS.min(usize::from(area.y).div_ceil(2)).max(1);
    if rows.len() > most {
        let rest = rows.drain(most - 1..).flat_map(|r| {
            let mut spans = r.spans;
            spans.push(Span::raw(" "));
            spans
        });
        let last = fit_line(Line::from(rest.collect::<Vec<_>>()), room);
        rows.push(last);
    }
    // There are at most as many rows as the constant says.
    let height = rows.len() as u16;
    let place = Rect {
        y: (area.y + 1).saturating_sub(height),
        height,
        ..area
    };
    Clear.render(place, frame);
    frame.set_style(place, theme.status);
    for (y, row) in (place.y..).zip(rows) {
        frame.set_line(area.x, y, &row.style(theme.status), area.width);
    }
    if beside {
        at_the_right(figures, area, app, frame);
    }
}

/// Length against the limit with what the analysis cost, and without.
fn figures(app: &App) -> [String; 2] {
    let Some(text) = app.report().text.ready() else {
        return [String::new(), String::new()];
    };
    let over = if text.over_by > 0 { " OVER" } else { "" };
    let length = format!("{}/{}{over}", text.utf16_units, text.limit);
    let took = app.analysis_time.as_secs_f64() * 1e3;
    [format!("{length} · {took:.1} ms "), format!("{length} ")]
}
