//! Draws the whole screen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Widget, Wrap};
use unicode_width::UnicodeWidthStr;

use super::app::{App, Message, OnDisk};
use super::command::Command;
use super::focus::Focus;
use super::layout::{LEAST, Place, is_too_small};
use super::overlays::{self, Look};
use super::panes::{cache, editor, monitor, results};
use super::units::bytes;
use super::widgets::{fit_end, fit_line, wrap_line};

/// What the status line offers, the most telling first; what does not fit is left out.
const EDITOR_HINTS: [(Command, &str); 4] = [
    (Command::Help, "keys"),
    (Command::Save, "save"),
    (Command::Quit, "quit"),
    (Command::Palette, "commands"),
];
const RESULTS_HINTS: [(Command, &str); 5] = [
    (Command::Open, "open"),
    (Command::ApplyFix, "apply"),
    (Command::Ignore, "ignore"),
    (Command::AddWord, "add word"),
    (Command::Help, "keys"),
];
const LIST_HINTS: [(Command, &str); 3] = [
    (Command::Help, "keys"),
    (Command::NextPane, "next pane"),
    (Command::Zoom, "zoom"),
];
/// Most rows that a message takes.
const MESSAGE_ROWS: usize = 4;
/// From this share of LinkedIn's limit on, the counter says that it is near.
const NEAR_LIMIT: f64 = 0.9;

/// Says which size is the least, where nothing else has room.
pub(super) fn too_small(least: (u16, u16), area: Rect, frame: &mut Buffer) {
    Paragraph::new(format!("too small: {}x{} at least", least.0, least.1))
        .wrap(Wrap { trim: true })
        .render(area, frame);
}

/// Draws `app` on `area` and says where the cursor is.
pub fn draw(app: &App, area: Rect, frame: &mut Buffer) -> Option<Position> {
    frame.set_style(area, app.theme.text);
    if is_too_small(area) {
        too_small(LEAST, area, frame);
        return None;
    }
    let mut cursor = None;
    for pane in Focus::ALL {
        let Some(place) = app.panes.at(pane) else {
            continue;
        };
        frame_of(app, pane, place.frame, frame);
        match pane {
            Focus::Editor => cursor = draw_editor(app, place, frame),
            Focus::Results => {
                let focused = app.focus == pane;
                results::render(&app.results, &app.theme, focused, place.inner, frame);
            }
            Focus::Cache => cache::render(&app.cache, &app.theme, place.inner, frame),
            Focus::Monitor => monitor::render(&app.monitor, &app.theme, place.inner, frame),
        }
    }
    status(app, frame);
    if app.overlays.is_empty() {
        return cursor.filter(|_| app.focus == Focus::Editor);
    }
    let look = Look {
        theme: &app.theme,
        keymap: &app.keymap,
    };
    app.overlays
        .iter()
        .map(|o| overlays::render(o, &look, area, frame))
        .last()
        .flatten()
}

fn frame_of(app: &App, pane: Focus, area: Rect, frame: &mut Buffer) {
    let room = usize::from(area.width).saturating_sub(2);
    let style = if app.focus == pane {
        app.theme.border_focused
    } else {
        app.theme.border
    };
    let title = match pane {
        Focus::Editor => editor_title(app, room),
        Focus::Results => match (app.is_behind(), area.width) {
            (true, 26..) => " Results · checking … ".to_owned(),
            (true, _) => " Results … ".to_owned(),
            (false, _) => " Results ".to_owned(),
        },
        _ => format!(" {} ", pane.title()),
    };
    let mut block = Block::bordered().border_style(style);
    // The panes that take turns do so beside the editor, or in the place of it.
    let is_alone = Focus::ALL
        .into_iter()
        .all(|p| p == pane || app.panes.at(p).is_none());
    let takes_turns = app.panes.shared && (pane != Focus::Editor || is_alone);
    let tabs = match takes_turns {
        true => tabs(app, pane),
        false => Line::default(),
    };
    if title.width() + tabs.width() <= room {
        block = block.title_top(tabs.right_aligned());
    }
    let title = if takes_turns {
        Line::styled(title, app.theme.tab_active)
    } else {
        Line::raw(title)
    };
    block.title(title).render(area, frame);
}

fn editor_title(app: &App, room: usize) -> String {
    let mut mark = match (app.read_only, app.editor.buffer().is_modified()) {
        (true, _) => " (read-only)",
        (false, true) if app.is_unjournaled => " • not journaled",
        (false, true) => " •",
        (false, false) => "",
    }
    .to_owned();
    mark += match (app.on_disk, room) {
        (OnDisk::AsKnown, _) => "",
        (OnDisk::Changed, ..30) => " ! changed",
        (OnDisk::Changed, _) => " ! changed on disk",
        (OnDisk::Gone, ..30) => " ! gone",
        (OnDisk::Gone, _) => " ! gone from disk",
    };
    let name = app
        .path
        .as_ref()
        .map_or("new draft".to_owned(), |p| p.display().to_string());
    let room = room.saturating_sub(2 + mark.width());
    format!(" {}{mark} ", fit_end(&name, room))
}

/// The panes that take turns in one place, but for the one that is seen.
fn tabs(app: &App, pane: Focus) -> Line<'static> {
    let others = Focus::ALL
        .into_iter()
        .filter(|other| *other != pane && app.panes.at(*other).is_none());
    let names = others.map(|o| format!("{} {}", o as usize + 1, o.title().to_lowercase()));
    let names: Vec<String> = names.collect();
    match names.is_empty() {
        true => Line::default(),
        false => Line::styled(format!(" {} ", names.join(" ")), app.theme.tab),
    }
}

fn draw_editor(app: &App, place: Place, frame: &mut Buffer) -> Option<Position> {
    let view = editor::View {
        theme: &app.theme,
        marks: &app.marks,
        rulers: &app.rulers,
    };
    editor::render(&app.editor, &view, place.inner, frame)
}

fn status(app: &App, frame: &mut Buffer) {
    let area = app.panes.status;
    let figures = figures(app);
    if let Some(message) = &app.message {
        return tell(message, &figures, app, frame);
    }
    let told = app.looks_for().or_else(|| app.chosen_finding());
    if let Some(text) = told.or_else(|| app.chosen_suggestion()) {
        let message = Message {
            text,
            is_error: false,
        };
        return tell(&message, &figures, app, frame);
    }
    let hints: &[(Command, &str)] = match app.focus {
        Focus::Editor => &EDITOR_HINTS,
        Focus::Results => &RESULTS_HINTS,
        Focus::Cache | Focus::Monitor => &LIST_HINTS,
    };
    let hints: Vec<String> = hints
        .iter()
        .filter_map(|(command, what)| Some(format!("{} {what}", app.keymap.first(*command)?)))
        .collect();
    let room = usize::from(area.width);
    // As many hints as fit beside all figures, or all that fit beside the length alone.
    let fitting = (1..=hints.len())
        .rev()
        .map(|n| format!(" {}", hints[..n].join("  ")))
        .find(|hint| hint.width() + 1 + figures.full().width() <= room);
    let (left, right) = match fitting {
        Some(left) => (left, figures.full()),
        None => {
            let first = hints.first().map_or(String::new(), |h| format!(" {h}"));
            let room = room.saturating_sub(figures.length.width() + 1);
            let first = fit_line(Line::raw(first), room).to_string();
            (first, figures.length.clone())
        }
    };
    frame.set_style(area, app.theme.status);
    frame.set_stringn(area.x, area.y, left, room, app.theme.status);
    at_the_right(&right, figures.style, app, frame);
}

/// Writes the figures at the right end of the status line; `style` is that of the length, which
/// comes first.
fn at_the_right(text: &str, style: Style, app: &App, frame: &mut Buffer) {
    let area = app.panes.status;
    // A line of the screen is no longer than a u16 counts.
    let width = u16::try_from(text.width())
        .unwrap_or(u16::MAX)
        .min(area.width);
    let x = area.right().saturating_sub(width);
    let length = text.split(" ·").next().unwrap_or_default();
    let rest = frame.set_stringn(x, area.y, length, width.into(), style).0;
    let room = usize::from(area.right().saturating_sub(rest));
    frame.set_stringn(rest, area.y, &text[length.len()..], room, app.theme.status);
}

/// A message on the status line; one that is longer grows upwards over the panes.
fn tell(message: &Message, figures: &Figures, app: &App, frame: &mut Buffer) {
    let theme = &app.theme;
    let area = app.panes.status;
    let room = usize::from(area.width);
    let text = Span::raw(message.text.clone());
    let line = if message.is_error {
        Line::from(vec![Span::styled(" ✗ ", theme.error), text])
    } else {
        Line::from(vec![Span::raw(" "), text])
    };
    let full = figures.full();
    let beside = [full, figures.length.clone()]
        .into_iter()
        .find(|f| line.width() + f.width() < room);
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
    if let Some(beside) = beside {
        at_the_right(&beside, figures.style, app, frame);
    }
}

/// What the status line tells at its right end.
struct Figures {
    /// Length against the limit.
    length: String,
    /// What the analysis cost, and what was sent to the terminal.
    cost: String,
    /// The style of the length.
    style: Style,
}

impl Figures {
    fn full(&self) -> String {
        match self.length.trim_end() {
            "" => String::new(),
            length => format!("{length}{} ", self.cost),
        }
    }
}

fn figures(app: &App) -> Figures {
    let theme = &app.theme;
    let Some(text) = app.report().text.ready() else {
        return Figures {
            length: String::new(),
            cost: String::new(),
            style: theme.status,
        };
    };
    let is_near = text.utf16_units as f64 >= NEAR_LIMIT * text.limit as f64;
    let (word, style) = if text.over_by > 0 {
        (" OVER", theme.status.patch(theme.error))
    } else if is_near {
        (" near", theme.status.patch(theme.near_limit))
    } else {
        ("", theme.status)
    };
    let took = app.analysis_time.as_secs_f64() * 1e3;
    let sent = app
        .sent_rate
        .map_or(String::new(), |rate| format!(" · {:>9}/s", bytes(rate)));
    Figures {
        length: format!("{}/{}{word} ", text.utf16_units, text.limit),
        cost: format!(" · {took:.1} ms{sent}"),
        style,
    }
}
