//! The monitor pane: what this process and the machine are doing, as figures and live graphs.

mod rows;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::monitor::Snapshot;

use super::super::command::Command;
use super::super::figures::{self, Figures};
use super::super::theme::Theme;

/// The pane's state.
#[derive(Debug, Clone, Default)]
pub struct MonitorPane {
    snapshot: Arc<Snapshot>,
    figures: Figures,
}

impl MonitorPane {
    /// Gives the pane its inner size.
    pub fn resize(&mut self, width: u16, height: u16) {
        let snapshot = &self.snapshot;
        self.figures
            .resize((width, height), |w, h| rows::rows(snapshot, w, h));
    }

    /// Shows a newer sample.
    pub fn set_snapshot(&mut self, snapshot: Arc<Snapshot>) {
        self.figures.show(|w, h| rows::rows(&snapshot, w, h));
        self.snapshot = snapshot;
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

/// Draws the visible rows.
pub fn render(state: &MonitorPane, theme: &Theme, area: Rect, buf: &mut Buffer) {
    figures::render(&state.figures, theme, area, buf);
}

#[cfg(test)]
mod tests;
