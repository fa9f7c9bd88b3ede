//! The monitor pane: what this process, the program and the machine are doing, now or at a moment
//! of the past.
//!
//! Everything is drawn when something has changed, a sample or a command, onto cells of the pane's
//! own; a frame only copies them.

mod alerts;
mod axis;
mod breakers;
mod canvas;
mod cost;
mod data;
pub mod filter;
mod frozen;
mod graphs;
mod hardware;
mod header;
mod health;
mod list;
mod log;
mod overview;
mod program;
mod rows;
mod series;
mod standings;
mod strips;
mod table;
mod update;
mod words;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::monitor::{History, Series, Snapshot, Table};

use super::super::command::MonitorPage;
use super::super::theme::Theme;
use axis::Window;
use canvas::Canvas;
pub use data::{AlertRow, AlertSeverity, AlertState, BreakerAction, LogRow, MonitorEffect};
use filter::{Filter, FilterError};
use frozen::Data;
use list::List;
use log::Levels;
use overview::Drawn;
use rows::Order;
pub use standings::Standings;
use strips::Strips;

/// The pane's state.
#[derive(Debug, Clone)]
pub struct MonitorPane {
    data: Data,
    page: MonitorPage,
    /// The graph that is chosen on the overview.
    graph: Series,
    /// Whether it has the whole pane.
    is_expanded: bool,
    levels: Levels,
    process_order: Order,
    thread_order: Order,
    processes: List<u32>,
    threads: List<u32>,
    breakers: List<String>,
    alerts: List<String>,
    log: List<log::Key>,
    collectors: List<String>,
    strips: Strips,
    size: (u16, u16),
    is_seen: bool,
    /// Whether what is shown runs elsewhere, or ran once: nothing of it can be changed here.
    is_elsewhere: bool,
    canvas: Canvas,
    places: Places,
}

/// Where things stand that can be clicked on.
#[derive(Debug, Clone, Default)]
struct Places {
    tabs: Vec<header::Tab>,
    graphs: Vec<Drawn>,
    /// The rows of a list.
    rows: Rect,
    /// The graph that has the whole pane, with the time that it shows.
    expanded: Option<(Rect, Window)>,
}

impl Default for MonitorPane {
    fn default() -> Self {
        Self {
            data: Data::default(),
            page: MonitorPage::default(),
            graph: Series::Cpu,
            is_expanded: false,
            levels: Levels::default(),
            process_order: Order::PROCESSES,
            thread_order: Order::THREADS,
            processes: List::new(false),
            threads: List::new(false),
            breakers: List::new(false),
            alerts: List::new(false),
            log: List::new(true),
            collectors: List::new(false),
            strips: Strips::default(),
            size: (0, 0),
            is_seen: true,
            is_elsewhere: false,
            canvas: Canvas::default(),
            places: Places::default(),
        }
    }
}

impl MonitorPane {
    /// Gives the pane its inner size.
    pub fn resize(&mut self, width: u16, height: u16) {
        if self.size != (width, height) {
            self.size = (width, height);
            self.draw();
        }
    }

    /// A pane for what runs in another process, or ran once: nothing of it can be changed here.
    #[must_use]
    pub fn of_elsewhere() -> Self {
        Self {
            is_elsewhere: true,
            ..Self::default()
        }
    }

    /// Says whether the pane is on the screen; one that is not draws nothing.
    pub fn set_seen(&mut self, is_seen: bool) {
        if self.is_seen != is_seen {
            self.is_seen = is_seen;
            self.draw();
        }
    }

    /// Shows a newer sample, which the histories already hold.
    pub fn set_snapshot(&mut self, snapshot: Arc<Snapshot>) {
        self.data.set_live(snapshot);
        self.draw();
    }

    /// Takes the histories that graphs are drawn from.
    pub fn set_history(&mut self, history: History) {
        self.data.set_history(history);
        self.strips = Strips::default();
        self.draw();
    }

    /// Shows these alerts.
    pub fn set_alerts(&mut self, alerts: Vec<AlertRow>) {
        if self.data.alerts != alerts {
            self.data.alerts = alerts;
            self.draw();
        }
    }

    /// Takes how alerts stood before, as of a recording.
    pub fn set_standings(&mut self, standings: Standings) {
        self.data.standings = standings;
    }

    /// Shows these lines of the log, the oldest first.
    pub fn set_log(&mut self, log: Vec<LogRow>) {
        if self.data.log != log {
            self.data.log = log;
            // A frozen view shows the log as it was.
            if self.page == MonitorPage::Log && self.data.frozen.is_none() {
                self.draw();
            }
        }
    }

    /// Says that what is shown was recorded without its log.
    pub fn set_no_log(&mut self) {
        self.data.has_no_log = true;
    }

    /// Tells times of the day in the time zone that is so many seconds ahead of UTC.
    pub fn set_utc_offset(&mut self, seconds: i32) {
        self.data.offset = Some(seconds);
        self.draw();
    }

    /// Filters a table; an empty text shows all of it.
    ///
    /// # Errors
    /// Where the text is no filter; the table stays as it was.
    pub fn set_filter(&mut self, table: Table, text: &str) -> Result<(), FilterError> {
        let filter = match text.trim() {
            "" => None,
            text => Some(Filter::parse(text)?),
        };
        match table {
            Table::Processes => self.process_order.filter = filter,
            Table::Threads => self.thread_order.filter = filter,
        }
        self.draw();
        Ok(())
    }

    /// The page that is shown.
    #[must_use]
    pub fn page(&self) -> MonitorPage {
        self.page
    }

    /// How many alerts were firing at the moment that is shown.
    #[must_use]
    pub fn firing(&self) -> usize {
        let alerts = self.data.alerts().unwrap_or_default().iter();
        alerts.filter(|a| a.state == AlertState::Firing).count()
    }

    /// Whether the view is frozen.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.data.frozen.is_some()
    }

    /// Draws everything anew.
    fn draw(&mut self) {
        if !self.is_seen {
            return;
        }
        let canvas = &mut self.canvas;
        canvas.clear(self.size);
        self.places = Places::default();
        if canvas.area().is_empty() {
            return;
        }
        let data = &self.data;
        let (body, tabs) = header::draw(data, self.page, canvas.area(), canvas);
        self.places.tabs = tabs;
        if body.is_empty() {
            return;
        }
        match self.page {
            MonitorPage::Overview => {
                let graphs = series::graphs(data.live());
                let chosen = graphs.iter().find(|g| g.series == self.graph);
                let strips = &mut self.strips;
                match chosen.filter(|_| self.is_expanded) {
                    Some(graph) => {
                        self.places.expanded =
                            graphs::expanded(graph, body, (data, strips), canvas);
                        self.places.graphs =
                            graphs.iter().map(|g| (g.series, Rect::default())).collect();
                    }
                    None => {
                        self.places.graphs = overview::draw(data, strips, self.graph, body, canvas);
                    }
                }
            }
            MonitorPage::Processes => {
                let (order, list) = (&self.process_order, &mut self.processes);
                self.places.rows = rows::processes(data, order, list, body, canvas);
            }
            MonitorPage::Threads => {
                let (order, list) = (&self.thread_order, &mut self.threads);
                self.places.rows = rows::threads(data, order, list, body, canvas);
            }
            MonitorPage::Breakers => {
                self.places.rows = breakers::draw(data, &mut self.breakers, body, canvas);
            }
            MonitorPage::Alerts => {
                self.places.rows = alerts::draw(data, &mut self.alerts, body, canvas);
            }
            MonitorPage::Log => {
                self.places.rows = log::draw(data, self.levels, &mut self.log, body, canvas);
            }
            MonitorPage::Cost => {
                self.places.rows = cost::draw(data, &mut self.collectors, body, canvas);
            }
        }
        self.strips.sweep();
    }
}

/// Draws the pane as it was when something changed last.
pub fn render(state: &MonitorPane, theme: &Theme, area: Rect, buf: &mut Buffer) {
    state.canvas.render(theme, area, buf);
}

#[cfg(test)]
mod tests;
