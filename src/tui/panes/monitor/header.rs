//! The first row of the pane: its pages, and whether the view is frozen.

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::super::super::command::MonitorPage;
use super::super::super::figures::Ink;
use super::breakers::CLOSED;
use super::canvas::Canvas;
use super::data::AlertState;
use super::frozen::Data;
use super::words::{ago, clock};

/// Fewest rows of a pane with a header; a frozen one has it from the second row on.
const HEADED: u16 = 5;

/// A page's name and where it stands.
pub(super) type Tab = (MonitorPage, Rect);

/// Draws the header. Returns what is left of `area`, and where the names of the pages stand.
pub(super) fn draw(
    data: &Data,
    page: MonitorPage,
    area: Rect,
    canvas: &mut Canvas,
) -> (Rect, Vec<Tab>) {
    let is_frozen = data.frozen.is_some();
    if area.height < HEADED && !(is_frozen && area.height > 1) {
        return (area, Vec::new());
    }
    let statuses = statuses(data);
    let rooms = names(data, page);
    let room = usize::from(area.width);
    let width = |names: &[Name]| -> usize { names.iter().map(|n| n.text.width() + 1).sum() };
    // All names and all words of the state, or else fewer names, then fewer words.
    let fitting = statuses
        .iter()
        .flat_map(|s| rooms.iter().map(move |n| (s, n)));
    let mut by_loss = fitting.filter(|(status, names)| width(names) + status.width() <= room);
    let least = (statuses.last(), rooms.last());
    let (status, names) = match (by_loss.next(), least) {
        (Some(best), _) => best,
        (None, (Some(status), Some(names))) => (status, names),
        (None, _) => return (area, Vec::new()),
    };
    let mut x = area.x;
    let mut tabs = Vec::new();
    let shown = if is_frozen && width(names) + status.width() > room {
        &[][..]
    } else {
        &names[..]
    };
    for name in shown {
        let end = canvas.put((x, area.y), name.ink, &name.text, area.right() - x);
        tabs.push((name.page, Rect::new(x, area.y, end - x, 1)));
        x = (end + 1).min(area.right());
    }
    let ink = if is_frozen { Ink::Warning } else { Ink::Faint };
    let left = area.right() - x;
    if status.width() <= usize::from(left) {
        canvas.put_right((area.right(), area.y), ink, status);
    } else if is_frozen {
        canvas.put((x, area.y), ink, status, left);
    }
    let body = Rect {
        y: area.y + 1,
        height: area.height - 1,
        ..area
    };
    (body, tabs)
}

/// Whether the view is frozen, and how much time the graphs show; the longest wording first.
fn statuses(data: &Data) -> Vec<String> {
    let zoom = data.zoom.told();
    let Some(frozen) = &data.frozen else {
        return vec![zoom.to_owned()];
    };
    let time = clock(data.wall(frozen.at), data.offset);
    let since = ago(data.newest().saturating_sub(frozen.at) as f64 / 1e3);
    vec![
        format!("frozen at {time} ({since} ago) · {zoom}"),
        format!("frozen at {time} ({since} ago)"),
        format!("frozen {time}"),
    ]
}

struct Name {
    page: MonitorPage,
    text: String,
    ink: Ink,
}

/// The names of the pages: all of them, the shown one with the others' numbers, the shown one.
fn names(data: &Data, shown: MonitorPage) -> [Vec<Name>; 3] {
    let named = |is_told: fn(bool) -> bool, has_numbers: bool| {
        let pages = (1..).zip(MonitorPage::ALL);
        let names = pages.filter_map(|(number, page)| {
            let is_shown = page == shown;
            let title = if is_told(is_shown) { page.title() } else { "" };
            if title.is_empty() && !has_numbers {
                return None;
            }
            let gap = if title.is_empty() { "" } else { " " };
            let calls = calls(data, page);
            let ink = match (is_shown, calls) {
                (true, _) => Ink::TabActive,
                (false, 1..) => Ink::Warning,
                (false, 0) => Ink::Tab,
            };
            let calls = match calls {
                0 => String::new(),
                n => format!("!{n}"),
            };
            Some(Name {
                page,
                text: format!("{number}{gap}{title}{calls}"),
                ink,
            })
        });
        names.collect()
    };
    [
        named(|_| true, true),
        named(|is_shown| is_shown, true),
        named(|is_shown| is_shown, false),
    ]
}

/// How many rows of a page call for a look.
fn calls(data: &Data, page: MonitorPage) -> usize {
    match page {
        MonitorPage::Breakers => {
            let breakers = &data.shown().program.breakers;
            breakers.iter().filter(|b| b.state != CLOSED).count()
        }
        MonitorPage::Alerts => {
            let alerts = data.alerts().unwrap_or_default().iter();
            alerts.filter(|a| a.state == AlertState::Firing).count()
        }
        MonitorPage::Overview
        | MonitorPage::Processes
        | MonitorPage::Threads
        | MonitorPage::Log
        | MonitorPage::Cost => 0,
    }
}
