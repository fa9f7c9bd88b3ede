//! The cache pane: what the tiers hold and how often they help, kind by kind, and the breakers.

mod rows;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::cache::{Counts, Kind, Stats, Tier};
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

/// Hit rates (0 to 1) of the lookups between one look and the next, oldest first.
#[derive(Debug, Clone, Default)]
struct Lately {
    tiers: [VecDeque<f64>; Tier::ALL.len()],
    /// Of all tiers together.
    kinds: [VecDeque<f64>; Kind::COUNT],
}

/// The pane's state.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    shown: Option<Box<Shown>>,
    lately: Lately,
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
        let before = self.shown.as_ref().map(|s| &s.stats);
        for (index, lately) in self.lately.tiers.iter_mut().enumerate() {
            let of = |stats: &Stats| stats.tiers[index].total;
            push(lately, before.map(of), of(&shown.stats));
        }
        for (kind, lately) in Kind::ALL.into_iter().zip(&mut self.lately.kinds) {
            let of = |stats: &Stats| stats.of_kind(kind);
            push(lately, before.map(of), of(&shown.stats));
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

/// Takes note of the hit rate since `before`, where something was asked.
fn push(lately: &mut VecDeque<f64>, before: Option<Counts>, now: Counts) {
    if let Some(rate) = rate_since(before.unwrap_or_default(), now) {
        if lately.len() == HISTORY {
            lately.pop_front();
        }
        lately.push_back(rate);
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
