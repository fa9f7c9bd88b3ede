//! What the pane is given and what it asks for, as plain data.

use crate::monitor::Table;
use crate::telemetry::Level;

/// An alert, as the list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRow {
    /// Name of its rule, with the labels that tell it from others of the rule.
    pub name: String,
    /// How bad it is.
    pub severity: AlertSeverity,
    /// Where it stands.
    pub state: AlertState,
    /// Since when, in milliseconds since 1970, by the system's clock; `None` where it never fired.
    pub since: Option<u64>,
    /// What its condition gave last.
    pub value: Option<f64>,
    /// What to tell people.
    pub annotation: String,
}

/// How bad an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertSeverity {
    /// Something to act on now.
    Critical,
    /// Something to look at.
    Warning,
    /// Good to know.
    Info,
}

impl AlertSeverity {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// Where an alert stands; the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertState {
    /// Its condition has held for long enough.
    Firing,
    /// Its condition holds.
    Pending,
    /// Its series are not there.
    NoData,
    /// It fired, and is over.
    Resolved,
    /// Its condition does not hold.
    Inactive,
}

impl AlertState {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Pending => "pending",
            Self::NoData => "no data",
            Self::Resolved => "resolved",
            Self::Inactive => "inactive",
        }
    }
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// From 1 on, in the order in which they were logged.
    pub number: u64,
    /// Milliseconds since 1970, by the system's clock.
    pub at_ms: u64,
    /// How urgent it is.
    pub level: Level,
    /// Who logged it.
    pub room: String,
    /// Message and fields, without control characters.
    pub text: String,
}

/// What can be done to a breaker by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BreakerAction {
    /// Refuses all calls until it is changed again.
    ForceOpen,
    /// Lets calls through and counts anew.
    Close,
    /// Lets all calls through and counts nothing.
    Disable,
}

impl BreakerAction {
    /// In words, such as `force open`.
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Self::ForceOpen => "force open",
            Self::Close => "close",
            Self::Disable => "disable",
        }
    }

    /// What follows from it, in a sentence.
    #[must_use]
    pub fn consequence(self) -> &'static str {
        match self {
            Self::ForceOpen => "All calls are refused until it is closed by hand.",
            Self::Close => "Calls go through, and failures are counted anew.",
            Self::Disable => "All calls go through, and no failure is counted.",
        }
    }
}

/// What the pane asks of the program.
#[derive(Debug, Clone, PartialEq)]
pub enum MonitorEffect {
    /// Ask whether to change a breaker; on yes, [`super::MonitorPane::confirmed`] says what to do.
    Ask {
        /// Its name: the target whatever the list shows meanwhile.
        breaker: String,
        /// What to do to it.
        action: BreakerAction,
        /// The question, in full and in as few words as it takes.
        text: [String; 2],
    },
    /// Change a breaker.
    ForceBreaker {
        /// Its name.
        name: String,
        /// What to do to it.
        to: BreakerAction,
    },
    /// Ask for the filter of a table; what is typed goes to [`super::MonitorPane::set_filter`].
    AskFilter {
        /// Of which table.
        table: Table,
        /// The filter that it has.
        text: String,
    },
    /// Write a bundle of the moment at `at`, in milliseconds of the histories' axis.
    Export {
        /// The moment.
        at: u64,
        /// The lines that the log's page shows of it.
        lines: Vec<LogRow>,
    },
    /// Switch a collector.
    SetCollector {
        /// Its name.
        name: String,
        /// Whether it is to be asked.
        on: bool,
    },
    /// Fill a table from now on, or no longer.
    WantTable {
        /// Which.
        table: Table,
        /// Whether it is looked at.
        wanted: bool,
    },
    /// Tell the operator.
    Tell(String),
}
