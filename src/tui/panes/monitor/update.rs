//! What commands and the mouse do to the pane.

use ratatui::layout::Position;

use crate::monitor::Table;

use super::super::super::command::{Command, MonitorPage, Watch};
use super::data::{BreakerAction, MonitorEffect};
use super::words::clock;
use super::{MonitorPane, alerts, breakers, cost, log};

/// Why nothing is changed in what another process publishes, or a recording holds.
const ELSEWHERE: &str = "that can only be changed in the program itself";

/// A move within a list.
#[derive(Debug, Clone, Copy)]
enum Step {
    Rows(isize),
    Pages(isize),
    First,
    Last,
    /// Of the view alone.
    Scroll(isize),
}

impl MonitorPane {
    /// Carries out a command, and says what is to be done.
    pub fn update(&mut self, command: Command) -> Vec<MonitorEffect> {
        let effects = match command {
            Command::Watch(watch) => self.watch(watch),
            Command::ItemUp => self.step(Step::Rows(-1)),
            Command::ItemDown => self.step(Step::Rows(1)),
            Command::ItemPageUp => self.step(Step::Pages(-1)),
            Command::ItemPageDown => self.step(Step::Pages(1)),
            Command::ItemFirst => self.step(Step::First),
            Command::ItemLast => self.step(Step::Last),
            _ => return Vec::new(),
        };
        self.draw();
        effects
    }

    /// Moves the view by rows, as the mouse wheel does.
    pub fn scroll_by(&mut self, by: isize) {
        self.step(Step::Scroll(by));
        self.draw();
    }

    /// What a click on a cell of the pane does.
    pub fn click(&mut self, column: u16, row: u16) -> Vec<MonitorEffect> {
        let at = Position { x: column, y: row };
        let tab = self
            .places
            .tabs
            .iter()
            .find(|(_, place)| place.contains(at));
        let effects = if let Some((page, _)) = tab {
            self.show(*page)
        } else if let Some((place, window)) = self.places.expanded.filter(|e| e.0.contains(at)) {
            // Two parts a column.
            let part = usize::from(column - place.x) * 2 + 1;
            self.freeze(window.start(part));
            Vec::new()
        } else if self.places.rows.contains(at) {
            self.choose_row(usize::from(row - self.places.rows.y));
            Vec::new()
        } else {
            let graphs = &self.places.graphs;
            if let Some((series, _)) = graphs.iter().find(|(_, place)| place.contains(at)) {
                self.is_expanded = self.graph == *series;
                self.graph = *series;
            }
            Vec::new()
        };
        self.draw();
        effects
    }

    /// What is to be done once the operator has confirmed a change of a breaker.
    #[must_use]
    pub fn confirmed(&self, breaker: String, action: BreakerAction) -> MonitorEffect {
        let mut breakers = self.data.live().program.breakers.iter();
        match breakers.any(|b| b.name == breaker) {
            true => MonitorEffect::ForceBreaker {
                name: breaker,
                to: action,
            },
            false => MonitorEffect::Tell(format!("there is no breaker `{breaker}` any more")),
        }
    }

    fn watch(&mut self, watch: Watch) -> Vec<MonitorEffect> {
        match watch {
            Watch::Page(page) => return self.show(page),
            Watch::Earlier | Watch::Later => {
                let by = if watch == Watch::Later { 1 } else { -1 };
                if !self.is_frozen() {
                    return self.show(self.page.step(by));
                }
                self.data.scrub(by as i64);
                self.find_in_log();
            }
            Watch::ZoomIn => self.data.zoom = self.data.zoom.shorter(),
            Watch::ZoomOut => self.data.zoom = self.data.zoom.longer(),
            Watch::Freeze if self.is_frozen() => self.thaw(),
            Watch::Freeze => {
                self.freeze(self.data.newest());
            }
            Watch::Open => return self.open(),
            Watch::Back => self.back(),
            Watch::Sort => {
                if let Some(order) = self.order() {
                    order.next();
                }
            }
            Watch::Reverse => {
                if let Some(order) = self.order() {
                    order.reverse();
                }
            }
            Watch::Filter => return vec![self.ask_filter()],
            Watch::Level if self.page == MonitorPage::Log => {
                self.levels = self.levels.next();
                self.find_in_log();
            }
            Watch::Level => {}
            Watch::ForceOpen => return vec![self.ask(BreakerAction::ForceOpen)],
            Watch::CloseBreaker => return vec![self.ask(BreakerAction::Close)],
            Watch::Disable => return vec![self.ask(BreakerAction::Disable)],
            Watch::Collector => return vec![self.switch_collector()],
            Watch::Export => {
                return vec![MonitorEffect::Export {
                    at: self.data.time(),
                    lines: self.data.happened().into_iter().cloned().collect(),
                }];
            }
        }
        Vec::new()
    }

    /// Shows a page, and has its table filled.
    fn show(&mut self, page: MonitorPage) -> Vec<MonitorEffect> {
        let before = table_of(self.page);
        let now = table_of(page);
        self.page = page;
        self.is_expanded = false;
        if before == now {
            return Vec::new();
        }
        let want = |table, wanted| MonitorEffect::WantTable { table, wanted };
        let dropped = before.map(|table| want(table, false));
        let wanted = now.map(|table| want(table, true));
        dropped.into_iter().chain(wanted).collect()
    }

    /// Holds the view at a moment of the axis. Returns whether something is held of it.
    fn freeze(&mut self, at: u64) -> bool {
        let is_held = self.data.freeze(at);
        self.find_in_log();
        is_held
    }

    /// Lets the view go on.
    fn thaw(&mut self) {
        self.data.frozen = None;
        self.log.let_go();
    }

    /// Chooses the line of the log that was the last one at the frozen moment.
    fn find_in_log(&mut self) {
        let Some(frozen) = &self.data.frozen else {
            return;
        };
        if let Some(key) = log::at(&self.data, self.levels, frozen.at) {
            self.log.choose_key(key);
        }
    }

    /// Freezes a moment of the system's clock, or says that nothing is held of it.
    fn jump(&mut self, wall: u64, page: MonitorPage) -> Vec<MonitorEffect> {
        if self.freeze(self.data.axis(wall)) {
            return self.show(page);
        }
        let time = clock(wall, self.data.offset);
        let text = format!("no history is held of {time}");
        vec![MonitorEffect::Tell(text)]
    }

    fn open(&mut self) -> Vec<MonitorEffect> {
        match self.page {
            MonitorPage::Overview => self.is_expanded = !self.is_expanded,
            MonitorPage::Alerts => {
                let name = self.alerts.chosen();
                if let Some(at) = name.and_then(|name| alerts::since(&self.data, name)) {
                    return self.jump(at, MonitorPage::Overview);
                }
            }
            MonitorPage::Breakers => {
                let shown = self.data.shown();
                let breakers = &shown.program.breakers;
                let breaker = self.breakers.place().and_then(|at| breakers.get(at));
                if let Some(last) = breaker.and_then(|b| b.last.as_ref()) {
                    // The cast saturates.
                    let ago = (last.ago.max(0.0) * 1e3) as u64;
                    let at = shown.at_ms.saturating_sub(ago);
                    return self.jump(at, MonitorPage::Overview);
                }
            }
            MonitorPage::Log => {
                if let Some((at, number)) = self.log.chosen().copied() {
                    let effects = self.jump(at, MonitorPage::Log);
                    self.log.choose_key((at, number));
                    return effects;
                }
            }
            MonitorPage::Cost => return vec![self.switch_collector()],
            MonitorPage::Processes | MonitorPage::Threads => {}
        }
        Vec::new()
    }

    fn back(&mut self) {
        if self.is_expanded {
            self.is_expanded = false;
        } else if self.is_frozen() {
            self.thaw();
        } else if let Some(order) = self.order() {
            order.filter = None;
        }
    }

    fn order(&mut self) -> Option<&mut super::rows::Order> {
        match table_of(self.page)? {
            Table::Processes => Some(&mut self.process_order),
            Table::Threads => Some(&mut self.thread_order),
        }
    }

    fn ask_filter(&mut self) -> MonitorEffect {
        let Some(table) = table_of(self.page) else {
            let text = "processes and threads can be filtered: go to their pages first";
            return MonitorEffect::Tell(text.to_owned());
        };
        let filter = self.order().and_then(|order| order.filter.as_ref());
        MonitorEffect::AskFilter {
            table,
            text: filter.map_or_else(String::new, |f| f.text().to_owned()),
        }
    }

    fn ask(&self, action: BreakerAction) -> MonitorEffect {
        if self.is_elsewhere {
            return MonitorEffect::Tell(ELSEWHERE.to_owned());
        }
        let chosen = self.breakers.chosen();
        match chosen.filter(|_| self.page == MonitorPage::Breakers) {
            Some(name) => breakers::ask(&self.data, name, action),
            None => {
                MonitorEffect::Tell("choose a breaker on the page of breakers first".to_owned())
            }
        }
    }

    fn switch_collector(&self) -> MonitorEffect {
        if self.is_elsewhere {
            return MonitorEffect::Tell(ELSEWHERE.to_owned());
        }
        let chosen = self.collectors.chosen();
        match chosen.filter(|_| self.page == MonitorPage::Cost) {
            Some(name) => cost::switch(&self.data, name),
            None => MonitorEffect::Tell("choose a collector on the page of costs first".to_owned()),
        }
    }

    fn choose_row(&mut self, row: usize) {
        match self.page {
            MonitorPage::Overview => false,
            MonitorPage::Processes => self.processes.choose_in_view(row),
            MonitorPage::Threads => self.threads.choose_in_view(row),
            MonitorPage::Breakers => self.breakers.choose_in_view(row),
            MonitorPage::Alerts => self.alerts.choose_in_view(row),
            MonitorPage::Log => self.log.choose_in_view(row),
            MonitorPage::Cost => self.collectors.choose_in_view(row),
        };
    }

    fn step(&mut self, step: Step) -> Vec<MonitorEffect> {
        match self.page {
            MonitorPage::Overview => self.step_graph(step),
            MonitorPage::Processes => moved(&mut self.processes, step),
            MonitorPage::Threads => moved(&mut self.threads, step),
            MonitorPage::Breakers => moved(&mut self.breakers, step),
            MonitorPage::Alerts => moved(&mut self.alerts, step),
            MonitorPage::Log => moved(&mut self.log, step),
            MonitorPage::Cost => moved(&mut self.collectors, step),
        }
        Vec::new()
    }

    /// Chooses another graph, in the order in which they stand.
    fn step_graph(&mut self, step: Step) {
        let graphs = &self.places.graphs;
        let last = graphs.len().saturating_sub(1);
        let at = graphs.iter().position(|(series, _)| *series == self.graph);
        let at = at.unwrap_or(0);
        let to = match step {
            Step::Rows(by) => at.saturating_add_signed(by).min(last),
            Step::Scroll(by) => at.saturating_add_signed(by.signum()).min(last),
            Step::Pages(by) => at.saturating_add_signed(by * 5).min(last),
            Step::First => 0,
            Step::Last => last,
        };
        if let Some((series, _)) = graphs.get(to) {
            self.graph = *series;
        }
    }
}

fn moved<K: Clone + PartialEq>(list: &mut super::list::List<K>, step: Step) {
    match step {
        Step::Rows(by) => list.move_by(by),
        Step::Pages(by) => list.page_by(by),
        Step::First => list.first(),
        Step::Last => list.last(),
        Step::Scroll(by) => list.scroll_by(by),
    }
}

/// The table that a page shows.
fn table_of(page: MonitorPage) -> Option<Table> {
    match page {
        MonitorPage::Processes => Some(Table::Processes),
        MonitorPage::Threads => Some(Table::Threads),
        MonitorPage::Overview
        | MonitorPage::Breakers
        | MonitorPage::Alerts
        | MonitorPage::Log
        | MonitorPage::Cost => None,
    }
}
