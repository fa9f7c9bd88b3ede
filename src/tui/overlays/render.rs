//! Draws overlays.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Widget};
use unicode_width::UnicodeWidthStr;

use super::super::command::{Context, TABLE};
use super::super::keymap::Keymap;
use super::super::theme::Theme;
use super::super::widgets::{fit_end, wrap_line};
use super::Overlay;

/// Widest page, with its border.
const PAGE_WIDTH: u16 = 100;
/// Columns for keys in the help.
const KEYS_WIDTH: usize = 24;

/// What the mouse does, for the help.
const MOUSE: [(&str, &str); 4] = [
    ("Click", "put the cursor there, or choose a row"),
    ("Click again", "open the row"),
    ("Drag", "select; with Shift held, the terminal does"),
    ("Wheel", "scroll"),
];

/// Draws `overlay` over `area` and says where the cursor is, if it has one.
pub fn render(
    overlay: &Overlay,
    theme: &Theme,
    area: Rect,
    frame: &mut Buffer,
) -> Option<Position> {
    match overlay {
        Overlay::Page { title, lines, top } => {
            page(title, lines, *top, theme, area, frame);
            None
        }
        Overlay::ConfirmQuit => {
            let outer = place(area, 60, u16::MAX);
            let room = inside(outer);
            let lines = quit_lines(room.width.into(), room.height.into(), theme);
            // The lines fit the room, by construction.
            let block = Block::bordered().title(" Quit ");
            let inner = window(place(area, 60, lines.len() as u16 + 2), block, theme, frame);
            Paragraph::new(lines).render(inner, frame);
            None
        }
        Overlay::SaveAs { input, .. } => {
            let outer = place(area, 70, 3);
            let title = if outer.width >= 40 {
                " Save as · Enter saves, Esc stays "
            } else {
                " Save as "
            };
            let inner = window(outer, Block::bordered().title(title), theme, frame);
            let room = usize::from(inner.width).saturating_sub(1);
            // The end of a long name is what is being typed.
            let line = fit_end(input, room);
            let style = theme.text.patch(theme.overlay);
            let (x, _) = frame.set_stringn(inner.x, inner.y, &line, room, style);
            Some(Position { x, y: inner.y })
        }
    }
}

fn page(
    title: &str,
    lines: &[Line<'_>],
    top: usize,
    theme: &Theme,
    area: Rect,
    frame: &mut Buffer,
) {
    let outer = place(area, PAGE_WIDTH, u16::MAX);
    let room = inside(outer);
    let rows: Vec<Line<'_>> = lines
        .iter()
        .flat_map(|l| wrap_line(l, room.width.into()))
        .collect();
    let height = usize::from(room.height);
    let top = top.min(rows.len().saturating_sub(height));
    let seen = (top + height).min(rows.len());
    let hint = if outer.width >= 44 {
        " ↑↓ scroll · any other key closes "
    } else {
        " Esc closes "
    };
    let mut block = Block::bordered()
        .title(format!(" {title} "))
        .title_bottom(hint);
    if rows.len() > height {
        let place = format!(" {seen}/{} ", rows.len());
        block = block.title_bottom(Line::raw(place).right_aligned());
    }
    let inner = window(outer, block, theme, frame);
    let visible: Vec<Line<'_>> = rows.into_iter().skip(top).take(height).collect();
    Paragraph::new(visible).render(inner, frame);
}

/// Columns and rows that a page shows on `area`.
#[must_use]
pub fn page_size(area: Rect) -> (usize, usize) {
    let room = inside(place(area, PAGE_WIDTH, u16::MAX));
    (room.width.into(), room.height.into())
}

/// The question of the quit dialog, in as many words as there is room for; the choices are the
/// last to go.
fn quit_lines(width: usize, height: usize, theme: &Theme) -> Vec<Line<'static>> {
    let question = "The post has changes that are not saved.";
    let long = [
        ("S", " save and quit"),
        ("D", " discard the changes"),
        ("Esc", " stay"),
    ];
    let short = [("S", " save"), ("D", " discard"), ("Esc", " stay")];
    let bare = [("S", ""), ("D", ""), ("Esc", "")];
    let wrapped = |text: &'static str| wrap_line(&Line::raw(text), width);
    let choices = |all| flow(all, width, theme);
    [
        [wrapped(question), vec![Line::default()], choices(long)].concat(),
        [wrapped(question), choices(long)].concat(),
        [wrapped("Not saved."), choices(short)].concat(),
        choices(short),
    ]
    .into_iter()
    .find(|lines| lines.len() <= height)
    .unwrap_or_else(|| choices(bare))
}

/// Keys and what they do, side by side as far as they fit.
fn flow(
    choices: [(&'static str, &'static str); 3],
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    const GAP: &str = "   ";
    let mut out: Vec<Line<'static>> = Vec::new();
    for (key, what) in choices {
        let pieces = [Span::styled(key, theme.key), Span::raw(what)];
        let wide = key.width() + what.width() + GAP.len();
        match out.last_mut().filter(|l| l.width() + wide <= width) {
            Some(line) => {
                line.push_span(GAP);
                line.extend(pieces);
            }
            None => out.push(Line::from(pieces.to_vec())),
        }
    }
    out
}

/// A place in the middle of `area`, with a margin where the area is large enough for one.
fn place(area: Rect, width: u16, height: u16) -> Rect {
    let margin = |length: u16, large| if length >= large { 2 } else { 0 };
    let width = width.min(area.width - margin(area.width, 60));
    let height = height.min(area.height - margin(area.height, 16));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

fn inside(outer: Rect) -> Rect {
    Block::bordered().inner(outer)
}

/// Clears `outer`, draws its border and returns its inside.
fn window(outer: Rect, block: Block<'_>, theme: &Theme, frame: &mut Buffer) -> Rect {
    Clear.render(outer, frame);
    frame.set_style(outer, theme.text.patch(theme.overlay));
    let block = block.border_style(theme.border_focused);
    let inner = block.inner(outer);
    block.render(outer, frame);
    inner
}

/// The help: every command that has a description, with its keys, and the mouse.
#[must_use]
pub fn help_lines(theme: &Theme, keymap: &Keymap) -> Vec<Line<'static>> {
    let row = |keys: &str, help: &'static str| {
        let keys = format!("  {keys:<KEYS_WIDTH$}");
        Line::from(vec![Span::styled(keys, theme.key), Span::raw(help)])
    };
    let mut out = Vec::new();
    for context in [Context::Anywhere, Context::Editor, Context::Results] {
        out.push(Line::styled(context.title(), theme.title));
        for entry in TABLE
            .iter()
            .filter(|e| e.context == context && !e.help.is_empty())
        {
            let chords = keymap.chords(entry.command, entry.context);
            let keys: Vec<_> = chords.iter().take(2).map(ToString::to_string).collect();
            let keys = match keys.as_slice() {
                [] => "(no key)".to_owned(),
                keys => keys.join(", "),
            };
            out.push(row(&keys, entry.help));
        }
        out.push(Line::default());
    }
    out.push(Line::styled("Mouse", theme.title));
    out.extend(MOUSE.map(|(what, help)| row(what, help)));
    out
}
