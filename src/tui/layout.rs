//! Where the panes go.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::Block;

/// From this width on the panes stand side by side.
const WIDE: u16 = 80;
/// Below this height panes that would stand one above the other take turns.
const HIGH: u16 = 8;
/// Below this size there is no room for a pane and a status line.
pub const LEAST: (u16, u16) = (20, 5);

/// The places of panes; `editor` and `results` are the insides of the frames.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Panes {
    pub editor_frame: Rect,
    pub editor: Rect,
    pub results_frame: Rect,
    pub results: Rect,
    pub status: Rect,
    /// Whether there is room for one pane only; both have the same place then, and the one with
    /// the focus is seen.
    pub single: bool,
}

/// Whether `screen` is too small to work in.
#[must_use]
pub fn is_too_small(screen: Rect) -> bool {
    screen.width < LEAST.0 || screen.height < LEAST.1
}

/// Splits `screen`: side by side where it is wide, else one above the other, and where it is low
/// too, one at a time.
#[must_use]
pub fn panes(screen: Rect) -> Panes {
    if is_too_small(screen) {
        return Panes::default();
    }
    let [main, status] =
        Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(screen);
    let halves = [Constraint::Percentage(55), Constraint::Percentage(45)];
    let single = screen.width < WIDE && screen.height < HIGH;
    let [editor_frame, results_frame] = if screen.width >= WIDE {
        Layout::horizontal(halves).areas(main)
    } else if single {
        [main, main]
    } else {
        Layout::vertical(halves).areas(main)
    };
    let inner = |frame| Block::bordered().inner(frame);
    Panes {
        editor_frame,
        editor: inner(editor_frame),
        results_frame,
        results: inner(results_frame),
        status,
        single,
    }
}
