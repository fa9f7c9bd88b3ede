//! Commands of the monitor pane.

/// What a key of the monitor asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Watch {
    /// Shows a page.
    Page(MonitorPage),
    /// The page before; in a frozen view, back in time.
    Earlier,
    /// The next page; in a frozen view, on in time.
    Later,
    /// A shorter stretch of time.
    ZoomIn,
    /// A longer stretch of time.
    ZoomOut,
    /// Holds the view, or lets it go on.
    Freeze,
    /// Gives a graph the whole pane, or goes to the moment of the chosen row.
    Open,
    /// Leaves what was opened last: the graph, the frozen moment, the filter.
    Back,
    /// Sorts a table by its next column.
    Sort,
    /// Turns the order of a table round.
    Reverse,
    /// Asks for a filter of a table.
    Filter,
    /// Shows fewer levels of the log, or all again.
    Level,
    /// Forces the chosen breaker open; asks first.
    ForceOpen,
    /// Closes the chosen breaker; asks first.
    CloseBreaker,
    /// Disables the chosen breaker; asks first.
    Disable,
    /// Switches the chosen collector off or on.
    Collector,
    /// Writes a bundle of the moment that is shown.
    Export,
}

/// A page of the monitor pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MonitorPage {
    /// What matters most, and graphs.
    #[default]
    Overview,
    /// Every process of the machine.
    Processes,
    /// The threads of this process.
    Threads,
    /// The breakers.
    Breakers,
    /// The alerts.
    Alerts,
    /// The log; in a frozen view, all that happened around the moment.
    Log,
    /// What watching costs, collector by collector.
    Cost,
}

impl MonitorPage {
    /// All pages, in their order.
    pub const ALL: [Self; 7] = [
        Self::Overview,
        Self::Processes,
        Self::Threads,
        Self::Breakers,
        Self::Alerts,
        Self::Log,
        Self::Cost,
    ];

    /// Its name in the pane.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Processes => "Processes",
            Self::Threads => "Threads",
            Self::Breakers => "Breakers",
            Self::Alerts => "Alerts",
            Self::Log => "Log",
            Self::Cost => "Cost",
        }
    }

    /// The page `by` steps on, round and round.
    #[must_use]
    pub fn step(self, by: isize) -> Self {
        let count = Self::ALL.len() as isize;
        // Within bounds: the remainder is below the count.
        Self::ALL[(self as isize + by).rem_euclid(count) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_go_round() {
        assert_eq!(MonitorPage::Cost.step(1), MonitorPage::Overview);
        assert_eq!(MonitorPage::Overview.step(-1), MonitorPage::Cost);
        assert_eq!(MonitorPage::Overview.step(3), MonitorPage::Breakers);
    }
}
