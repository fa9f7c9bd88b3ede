//! Draws the post beside better ones.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Widget, Wrap};
use unicode_width::UnicodeWidthStr;

use crate::rewrite::search::Delta;

use super::super::super::command::{Command, Context};
use super::super::super::suggestions::{claimed, shown};
use super::super::super::theme::Theme;
use super::super::super::units::counted;
use super::super::super::widgets::{fit_line, wrap_line};
use super::super::variants::{Piece, Side, Tone, Variants};
use super::{Look, inside, place, window};

/// From this width on the texts stand side by side.
const WIDE: u16 = 100;
/// Widest overlay, with its border.
const MOST_WIDTH: u16 = 164;
/// Below this size there is no room for a text and what is told of it.
const LEAST: (u16, u16) = (40, 12);
/// Rows above the text and below it.
const HEAD: u16 = 3;
const FOOT: u16 = 3;
/// Columns between the texts.
const GAP: u16 = 3;

/// The room for the texts.
pub struct Room {
    pub side: Side,
    /// Columns of each text.
    pub width: usize,
    pub height: usize,
}

/// The room for texts on a screen; none where it is too small for them.
#[must_use]
pub fn variants_room(screen: Rect) -> Option<Room> {
    if screen.width < LEAST.0 || screen.height < LEAST.1 {
        return None;
    }
    let inner = inside(place(screen, MOST_WIDTH, u16::MAX));
    let (side, width) = if screen.width >= WIDE {
        (Side::BySide, (inner.width - GAP) / 2)
    } else {
        (Side::Inline, inner.width)
    };
    Some(Room {
        side,
        width: width.into(),
        height: inner.height.saturating_sub(HEAD + FOOT).into(),
    })
}

pub(super) fn render(variants: &Variants, look: &Look<'_>, area: Rect, frame: &mut Buffer) {
    let theme = look.theme;
    let outer = place(area, MOST_WIDTH, u16::MAX);
    let hints = hints(look);
    let fits = |h: &String| h.width() + 2 <= outer.width.into();
    let block = Block::bordered()
        .title(" Variants ")
        .title_bottom(hints.into_iter().find(fits).unwrap_or_default());
    let inner = window(outer, block, theme, frame);
    let Some(room) = variants_room(area) else {
        let text = format!("too small for variants: {}x{} at least", LEAST.0, LEAST.1);
        return Paragraph::new(text)
            .wrap(Wrap { trim: true })
            .render(inner, frame);
    };
    let width = usize::from(inner.width);
    let put = |lines: Vec<Line<'static>>, y: u16, rows: u16, frame: &mut Buffer| {
        let rows_of = Rect {
            y,
            height: rows,
            ..inner
        };
        Paragraph::new(lines).render(rows_of, frame);
    };
    put(head(variants, theme, width), inner.y, HEAD, frame);
    let body = inner.y + HEAD;
    if variants.variant().is_none() {
        let why = shown(variants.why_none());
        let text = Line::raw(format!("nothing to improve: {why}"));
        // There is room for as many rows as are left.
        put(wrap_line(&text, width), body, inner.bottom() - body, frame);
        return;
    }
    let rows = variants.rows(room.side, room.width);
    let top = variants.top(&rows, room.height);
    let chosen = variants.chosen().map(|(index, ..)| index);
    let line = |pieces: &[Piece]| {
        let spans = pieces
            .iter()
            .map(|p| Span::styled(p.text.clone(), style(p, chosen, theme)));
        Line::from(spans.collect::<Vec<_>>())
    };
    // A text is no wider than the screen, which a u16 counts.
    let text_width = room.width as u16;
    for (y, row) in (body..).zip(rows.iter().skip(top).take(room.height)) {
        frame.set_line(inner.x, y, &line(&row.left), text_width);
        if room.side == Side::BySide {
            let x = inner.x + text_width;
            frame.set_string(x, y, " │ ", theme.border);
            frame.set_line(x + GAP, y, &line(&row.right), text_width);
        }
    }
    let foot_at = body + room.height as u16;
    put(foot(variants, theme, width), foot_at, FOOT, frame);
}

fn style(piece: &Piece, chosen: Option<usize>, theme: &Theme) -> Style {
    let own = match piece.tone {
        Tone::Same => Style::new(),
        Tone::Removed => theme.error,
        Tone::Added => theme.good,
    };
    match piece.edit.is_some() && piece.edit == chosen {
        true => own.patch(theme.selected),
        false => own,
    }
}

fn hints(look: &Look<'_>) -> [String; 3] {
    let key = |command| look.key(Context::Variants, command);
    let [before, next, up, down, switch, goal, take] = [
        Command::PreviousVariant,
        Command::NextVariant,
        Command::ItemUp,
        Command::ItemDown,
        Command::SwitchEdit,
        Command::NextGoal,
        Command::Choose,
    ]
    .map(key);
    let close = look.key(Context::Overlay, Command::Close);
    [
        format!(
            " {before}/{next} variant · {up}{down} edit · {switch} on/off · {goal} goal · \
             {take} takes · {close} closes "
        ),
        format!(" {up}{down} · {switch} on/off · {take} takes · {close} closes "),
        format!(" {close} closes "),
    ]
}

/// Which variant it is, what it is for and what it gains.
fn head(variants: &Variants, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let goal = match variants.looking {
        Some(goal) => format!(
            "for {} · looking for {} …",
            variants.goal.name(),
            goal.name()
        ),
        None => format!("for {}", variants.goal.name()),
    };
    let Some(variant) = variants.variant() else {
        return vec![Line::styled(goal, theme.title)];
    };
    let (nth, count) = variants.number();
    let off = variants.edits().filter(|(_, is_on)| !is_on).count();
    let mut told = vec![
        format!("{nth} of {count} {goal}"),
        format!(
            "{:+.1} points{}",
            variant.gain,
            if off > 0 { " with all edits" } else { "" }
        ),
        format!("{} kept", counted(variant.facts, "fact")),
        claimed(
            variant.claim,
            variant.edits.iter().map(|e| &e.change.source),
        )
        .to_owned(),
    ];
    if off > 0 {
        told.push(format!("{off} off"));
    }
    if !variants.is_complete() {
        told.push("best so far".to_owned());
    }
    let mut out = vec![fit_line(Line::styled(told.join(" · "), theme.title), width)];
    let deltas: Vec<String> = variant.deltas.iter().filter_map(moved).collect();
    let line = Line::styled(deltas.join(" · "), theme.faint);
    out.extend(wrap_line(&line, width).into_iter().take(2));
    out
}

/// A quantity before and after, where the difference is seen.
fn moved(delta: &Delta) -> Option<String> {
    let (label, digits) = match delta.label {
        "utf16_units" => ("length", 0),
        label => (label, 1),
    };
    let [before, after] = [delta.before, delta.after].map(|v| format!("{v:.digits$}"));
    let interval = delta.interval.map_or_else(String::new, |[low, high]| {
        format!(" (4 of 5 from {low:.0} to {high:.0})")
    });
    (before != after).then(|| format!("{label} {before} → {after}{interval}"))
}

/// What is known of the chosen edit, or why the edits cannot be taken like this.
fn foot(variants: &Variants, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let Some((index, step, is_on)) = variants.chosen() else {
        return Vec::new();
    };
    let delta = step
        .delta
        .map_or("? points".to_owned(), |d| format!("{d:+.1} points"));
    let count = variants.edits().count();
    let told = [
        format!("edit {} of {count}", index + 1),
        if is_on { "on" } else { "off" }.to_owned(),
        step.change.source.to_string(),
        delta,
        claimed(step.claim, [&step.change.source]).to_owned(),
    ];
    let mut out = vec![fit_line(Line::styled(told.join(" · "), theme.key), width)];
    let why = match variants.text() {
        Ok(_) => Line::styled(shown(&step.change.why), theme.faint),
        Err(why) => Line::styled(format!("✗ not like this: {}", shown(&why)), theme.error),
    };
    out.extend(wrap_line(&why, width).into_iter().take(2));
    out
}
