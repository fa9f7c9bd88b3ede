//! The end of the log, and what happened around a frozen moment.

use ratatui::layout::Rect;

use crate::telemetry::Level;

use super::super::super::figures::{Ink, Row};
use super::canvas::Canvas;
use super::data::LogRow;
use super::frozen::Data;
use super::list::List;
use super::table::Table;
use super::words::{clock, padded};

/// Columns from which the room of a line is shown.
const WIDE: u16 = 60;

/// What names a line: its time, and its number among those of the log or of the events.
pub(super) type Key = (u64, u64);

/// The least urgent level that is shown, and the next choice of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Levels(Level);

impl Default for Levels {
    fn default() -> Self {
        Self(Level::Trace)
    }
}

impl Levels {
    /// Leaves out the least urgent level, or shows all where only errors were shown.
    pub(super) fn next(self) -> Self {
        Self(match self.0 {
            Level::Trace => Level::Debug,
            Level::Debug => Level::Info,
            Level::Info => Level::Warn,
            Level::Warn => Level::Error,
            Level::Error => Level::Trace,
        })
    }

    fn told(self) -> &'static str {
        match self.0 {
            Level::Trace => "all",
            Level::Debug => "debug or worse",
            Level::Info => "info or worse",
            Level::Warn => "warnings and errors",
            Level::Error => "errors",
        }
    }
}

/// The lines of these levels, the newest last.
fn lines(data: &Data, levels: Levels) -> Vec<&LogRow> {
    let mut lines = data.happened();
    lines.retain(|line| line.level <= levels.0);
    lines
}

/// The key of the last line at a moment of the axis or before it.
pub(super) fn at(data: &Data, levels: Levels, time: u64) -> Option<Key> {
    let wall = data.wall(time);
    let lines = lines(data, levels);
    let last = lines.iter().rev().find(|line| line.at_ms <= wall)?;
    Some((last.at_ms, last.number))
}

/// Draws the lines, and returns where they stand.
pub(super) fn draw(
    data: &Data,
    levels: Levels,
    list: &mut List<Key>,
    area: Rect,
    canvas: &mut Canvas,
) -> Rect {
    let lines = lines(data, levels);
    let is_wide = area.width >= WIDE;
    let head = match is_wide {
        true => format!("  time      level room         {}", levels.told()),
        false => format!("  time      {}", levels.told()),
    };
    let table = Table {
        head: &head,
        nothing: match data.has_no_log {
            true => "the log was not recorded",
            false => "nothing was logged",
        },
        area,
    };
    let keys = lines.iter().map(|l| (l.at_ms, l.number)).collect();
    let frozen = data.frozen.as_ref().map(|f| data.wall(f.at));
    table.draw(
        list,
        keys,
        |nth| row(lines[nth], frozen, data, is_wide),
        canvas,
    )
}

fn row(line: &LogRow, frozen: Option<u64>, data: &Data, is_wide: bool) -> Row {
    let ink = match line.level {
        Level::Error => Ink::Error,
        Level::Warn => Ink::Warning,
        Level::Info => Ink::Text,
        Level::Debug | Level::Trace => Ink::Faint,
    };
    // In a frozen view, what came later is told from what came before by a mark.
    let mark = match frozen {
        Some(at) if line.at_ms > at => "+ ",
        _ => "  ",
    };
    let time = clock(line.at_ms, data.offset);
    let level = line.level.name();
    match is_wide {
        true => vec![
            (Ink::Faint, format!("{mark}{time:<9} ")),
            (ink, format!("{level:<5} ")),
            (Ink::Faint, padded(&line.room, 12) + " "),
            (ink, line.text.clone()),
        ],
        false => vec![
            (Ink::Faint, format!("{mark}{time:<9} ")),
            (ink, format!("{} {}", &level[..1], line.text)),
        ],
    }
}
