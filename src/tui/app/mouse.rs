//! The mouse.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::super::focus::Focus;
use super::{App, Effect};

/// Rows that a turn of the wheel moves.
const WHEEL: isize = 3;

impl App {
    pub(super) fn mouse(&mut self, event: MouseEvent) -> Vec<Effect> {
        let rows = match event.kind {
            MouseEventKind::ScrollUp => -WHEEL,
            MouseEventKind::ScrollDown => WHEEL,
            _ => 0,
        };
        let size = self.page_size();
        if let Some(top) = self.overlays.last_mut() {
            top.scroll(rows, size);
            return Vec::new();
        }
        let at = Position {
            x: event.column,
            y: event.row,
        };
        let under = |pane: &Focus| self.panes.at(*pane).is_some_and(|p| p.inner.contains(at));
        let Some(pane) = Focus::ALL.into_iter().find(under) else {
            return Vec::new();
        };
        // Just found.
        let inner = self.panes.at(pane).unwrap_or_default().inner;
        let (column, row) = (at.x - inner.x, at.y - inner.y);
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                self.set_focus(pane);
                match pane {
                    Focus::Editor => self.editor.click(column, row, false),
                    Focus::Results => {
                        let outcome = self.results.click(row);
                        return self.results_outcome(outcome);
                    }
                    Focus::Cache => {}
                    Focus::Monitor => {
                        let effects = self.monitor.click(column, row);
                        return self.monitor_effects(effects);
                    }
                }
            }
            MouseEventKind::Drag(MouseButton::Left) if pane == Focus::Editor => {
                self.editor.click(column, row, true);
            }
            _ if rows != 0 => self.wheel(pane, rows),
            _ => {}
        }
        Vec::new()
    }

    fn wheel(&mut self, pane: Focus, rows: isize) {
        match pane {
            Focus::Editor => self.editor.scroll(rows),
            Focus::Results => self.results.select_by(rows),
            Focus::Cache => self.cache.scroll_by(rows),
            Focus::Monitor => self.monitor.scroll_by(rows),
        }
    }
}
