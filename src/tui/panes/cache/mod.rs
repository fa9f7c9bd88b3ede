//! The cache pane: what the tiers hold and how often they help, kind by kind, and the breakers.

mod rows;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::cache::{Counts, Stats, Tier};
use crate::engine::EngineSnapshot;

use super::super::command::Command;
use super::super::figures::{self, Figures};
use super::super::theme::Theme;

/// Most hit rates kept of a tier.
const HISTORY: usize = 256;

/// What the engine and its cache did and hold, at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The tiers.
    pub stats: Stats,
    /// Lanes, limiter and breakers.
    pub engine: EngineSnapshot,
}

/// The pane's state.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    shown: Option<Box<Shown>>,
    /// The hit rate (0 to 1) of the lookups between one look and the next, oldest first, of each
    /// tier.
    lately: [VecDeque<f64>; Tier::ALL.len()],
    figures: Figures,
}

impl Cache {
    /// Gives the pane its inner size.
    pub fn resize(&mut self, width: u16, height: u16) {
        let (shown, lately) = (self.shown.as_deref(), &self.lately);
        self.figures
            .resize((width, height), |width, _| rows::rows(shown, lately, width));
    }

    /// Shows what there is now. Returns whether anything has changed.
    pub fn show(&mut self, shown: Shown) -> bool {
        if self.shown.as_deref() == Some(&shown) {
            return false;
        }
        for (index, lately) in self.lately.iter_mut().enumerate() {
            let now = shown.stats.tiers[index].total;
            let before = self.shown.as_ref().map(|s| s.stats.tiers[index].total);
            if let Some(rate) = rate_since(before.unwrap_or_default(), now) {
                if lately.len() == HISTORY {
                    lately.pop_front();
                }
                lately.push_back(rate);
            }
        }
        self.shown = Some(Box::new(shown));
        let (shown, lately) = (self.shown.as_deref(), &self.lately);
        self.figures
            .show(|width, _| rows::rows(shown, lately, width));
        true
    }

    /// Carries out a command.
    pub fn update(&mut self, command: Command) {
        self.figures.update(command);
    }

    /// Moves the view by rows, as the mouse wheel does.
    pub fn scroll_by(&mut self, by: isize) {
        self.figures.scroll_by(by);
    }
}

/// The share of the lookups since `before` that found a value; `None` where there were none.
fn rate_since(before: Counts, now: Counts) -> Option<f64> {
    let lookups = now.lookups().saturating_sub(before.lookups());
    let hits = now.hits.saturating_sub(before.hits);
    (lookups > 0).then(|| hits as f64 / lookups as f64)
}

/// Draws the visible rows.
pub fn render(state: &Cache, theme: &Theme, area: Rect, buf: &mut Buffer) {
    figures::render(&state.figures, theme, area, buf);
}
