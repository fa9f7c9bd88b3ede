//! Where the panes are, and which has the focus.

use ratatui::layout::Rect;

use super::super::focus::Focus;
use super::super::layout::panes;
use super::super::overlays::{Overlay, page_size, search_place};
use super::App;

impl App {
    pub(super) fn set_focus(&mut self, pane: Focus) {
        self.focus = pane;
        if pane != Focus::Editor {
            self.side = pane;
        }
        self.arrange();
    }

    /// Takes note of the screen that is about to be drawn.
    pub fn fit(&mut self, screen: Rect) {
        if self.screen != screen {
            self.screen = screen;
            self.arrange();
            let size = self.page_size();
            self.overlays.iter_mut().for_each(|o| {
                o.fit(size);
                o.see(screen);
            });
        }
    }

    /// Gives every pane its place.
    pub(super) fn arrange(&mut self) {
        let before = self.panes;
        self.panes = panes(self.screen, self.focus, self.side, self.zoomed);
        if self.panes == before {
            return;
        }
        self.monitor
            .set_seen(self.panes.at(Focus::Monitor).is_some());
        for pane in Focus::ALL {
            let Some(place) = self.panes.at(pane) else {
                continue;
            };
            let (width, height) = (place.inner.width, place.inner.height);
            match pane {
                Focus::Editor => self.editor.resize(width, height),
                Focus::Results => self.results.resize(width, height),
                Focus::Cache => self.cache.resize(width, height),
                Focus::Monitor => self.monitor.resize(width, height),
            }
        }
        self.show_report();
    }

    /// Lets the editor know how much of it the box of a search lies over.
    pub(super) fn keep_hit_in_sight(&mut self) {
        let searched = matches!(self.overlays.last(), Some(Overlay::Search { .. }));
        let place = self.panes.at(Focus::Editor).filter(|_| searched);
        let rows = place.map_or(0, |place| {
            let hidden = place.inner.intersection(search_place(self.screen));
            hidden.height
        });
        self.editor.cover(rows);
    }

    /// What pages and questions have room for.
    pub(super) fn page_size(&self) -> (usize, usize) {
        page_size(self.screen)
    }
}
