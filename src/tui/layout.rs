//! Where the panes go.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::Block;

use super::focus::Focus;

/// From this width on the editor stands beside the others.
const WIDE: u16 = 80;
/// Below this height panes that would stand one above the other take turns.
const HIGH: u16 = 8;
/// From this height on all four panes are seen at once, where the screen is wide.
const TALL: u16 = 45;
/// Rows of the cache pane and of the monitor pane, where all are seen.
const CACHE_ROWS: u16 = 8;
const MONITOR_ROWS: u16 = 11;
/// Below this size there is no room for a pane and a status line.
pub const LEAST: (u16, u16) = (20, 5);

/// A pane's place on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// With its border.
    pub frame: Rect,
    /// What the pane draws on.
    pub inner: Rect,
}

impl Place {
    fn of(frame: Rect) -> Self {
        Self {
            frame,
            inner: Block::bordered().inner(frame),
        }
    }
}

/// The places of panes; those that are not seen have none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Panes {
    places: [Option<Place>; 4],
    pub status: Rect,
    /// Whether results, cache and monitor share one place, and take turns.
    pub shared: bool,
}

impl Panes {
    /// The place of a pane, where it is seen.
    #[must_use]
    pub fn at(&self, pane: Focus) -> Option<Place> {
        self.places[pane as usize]
    }

    fn put(&mut self, pane: Focus, frame: Rect) {
        self.places[pane as usize] = Some(Place::of(frame));
    }
}

/// Whether `screen` is too small to work in.
#[must_use]
pub fn is_too_small(screen: Rect) -> bool {
    screen.width < LEAST.0 || screen.height < LEAST.1
}

/// Splits `screen`. `side` is the one of results, cache and monitor that is seen where there is
/// room for one of them; `zoomed` gives all of it to the pane with the focus.
#[must_use]
pub fn panes(screen: Rect, focus: Focus, side: Focus, zoomed: bool) -> Panes {
    let mut out = Panes::default();
    if is_too_small(screen) {
        return out;
    }
    let [main, status] =
        Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(screen);
    out.status = status;
    let is_wide = screen.width >= WIDE;
    if zoomed || !is_wide && screen.height < HIGH {
        out.shared = true;
        out.put(focus, main);
        return out;
    }
    let halves = [Constraint::Percentage(55), Constraint::Percentage(45)];
    let [editor, rest] = if is_wide {
        Layout::horizontal(halves).areas(main)
    } else {
        Layout::vertical(halves).areas(main)
    };
    out.put(Focus::Editor, editor);
    if is_wide && screen.height >= TALL {
        let rows = [
            Constraint::Fill(1),
            Constraint::Length(CACHE_ROWS),
            Constraint::Length(MONITOR_ROWS),
        ];
        let [results, cache, monitor] = Layout::vertical(rows).areas(rest);
        out.put(Focus::Results, results);
        out.put(Focus::Cache, cache);
        out.put(Focus::Monitor, monitor);
    } else {
        out.shared = true;
        out.put(side, rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(size: (u16, u16), focus: Focus, zoomed: bool) -> Vec<Focus> {
        let side = if focus == Focus::Editor {
            Focus::Results
        } else {
            focus
        };
        let panes = panes(Rect::new(0, 0, size.0, size.1), focus, side, zoomed);
        Focus::ALL
            .into_iter()
            .filter(|f| panes.at(*f).is_some())
            .collect()
    }

    #[test]
    fn what_is_seen_depends_on_the_room() {
        assert_eq!(seen((200, 50), Focus::Editor, false), Focus::ALL);
        assert_eq!(
            seen((80, 24), Focus::Editor, false),
            [Focus::Editor, Focus::Results]
        );
        assert_eq!(
            seen((80, 24), Focus::Monitor, false),
            [Focus::Editor, Focus::Monitor]
        );
        assert_eq!(seen((30, 7), Focus::Cache, false), [Focus::Cache]);
        assert_eq!(seen((200, 50), Focus::Results, true), [Focus::Results]);
        assert_eq!(seen((19, 5), Focus::Editor, false), []);
    }

    #[test]
    fn the_focused_pane_is_always_seen_and_nothing_overlaps() {
        for width in 20..=210 {
            for height in 5..=60 {
                for focus in Focus::ALL {
                    let side = if focus == Focus::Editor {
                        Focus::Results
                    } else {
                        focus
                    };
                    let screen = Rect::new(0, 0, width, height);
                    let panes = panes(screen, focus, side, false);
                    assert!(panes.at(focus).is_some());
                    let frames =
                        Focus::ALL.map(|f| panes.at(f).map_or(Rect::default(), |p| p.frame));
                    let covered: u32 = frames.iter().map(|f| f.area()).sum();
                    assert_eq!(covered + u32::from(width), screen.area());
                }
            }
        }
    }
}
