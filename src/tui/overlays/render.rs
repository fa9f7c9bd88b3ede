//! Draws overlays.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Widget, Wrap};
use unicode_width::UnicodeWidthStr;

use super::super::command::{Context, TABLE};
use super::super::keymap::Chord;
use super::super::theme::Theme;
use super::Overlay;

/// Draws `overlay` over `area` and says where the cursor is, if it has one.
pub fn render(
    overlay: &Overlay,
    theme: &Theme,
    area: Rect,
    frame: &mut Buffer,
) -> Option<Position> {
    match overlay {
        Overlay::Page { title, lines, top } => {
            let title = format!(" {title} · ↑↓ scroll, any other key closes ");
            let inner = window(area, 100, u16::MAX, title, theme, frame);
            let visible: Vec<Line<'_>> = lines
                .iter()
                .skip(*top)
                .take(inner.height.into())
                .cloned()
                .collect();
            Paragraph::new(visible).render(inner, frame);
            None
        }
        Overlay::ConfirmQuit => {
            let inner = window(area, 60, 5, " Quit ".to_owned(), theme, frame);
            let key = |k: &'static str| Span::styled(k, theme.key);
            let choices = Line::from(vec![
                key("S"),
                Span::raw(" save and quit   "),
                key("D"),
                Span::raw(" discard the changes   "),
                key("Esc"),
                Span::raw(" stay"),
            ]);
            let text = vec![
                Line::from("The post has changes that are not saved."),
                Line::default(),
                choices,
            ];
            Paragraph::new(text)
                .wrap(Wrap { trim: true })
                .render(inner, frame);
            None
        }
        Overlay::SaveAs { input, .. } => {
            let title = " Save as · Enter saves, Esc stays ".to_owned();
            let inner = window(area, 70, 3, title, theme, frame);
            let width = input.width();
            let room = usize::from(inner.width).saturating_sub(1);
            // The end of a long name is what is being typed.
            let from = width.saturating_sub(room);
            let line: String = input.chars().skip(from).collect();
            let (x, _) = frame.set_stringn(inner.x, inner.y, &line, room, theme.text);
            Some(Position { x, y: inner.y })
        }
    }
}

/// Clears a window in the middle of `area`, draws its border and returns its inside.
fn window(
    area: Rect,
    width: u16,
    height: u16,
    title: String,
    theme: &Theme,
    frame: &mut Buffer,
) -> Rect {
    let width = width
        .min(area.width.saturating_sub(2))
        .max(area.width.min(10));
    let height = height
        .min(area.height.saturating_sub(2))
        .max(area.height.min(3));
    let rect = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    Clear.render(rect, frame);
    let block = Block::bordered()
        .title(title)
        .border_style(theme.border_focused);
    let inner = block.inner(rect);
    block.render(rect, frame);
    inner
}

/// The help: every command that has a description, with its keys.
#[must_use]
pub fn help_lines(theme: &Theme) -> Vec<Line<'static>> {
    let mut out = Vec::new();
    for context in [Context::Anywhere, Context::Editor, Context::Results] {
        if !out.is_empty() {
            out.push(Line::default());
        }
        out.push(Line::styled(context.title(), theme.title));
        for entry in TABLE
            .iter()
            .filter(|e| e.context == context && !e.help.is_empty())
        {
            // The table's chords parse, by test.
            let keys: Vec<String> = entry
                .keys
                .iter()
                .filter_map(|k| Chord::parse(k).ok())
                .map(|c| c.to_string())
                .collect();
            out.push(Line::from(vec![
                Span::styled(format!("  {:<22}", keys.join(", ")), theme.key),
                Span::raw(entry.help),
            ]));
        }
    }
    out
}
