//! What is shown: now, or a moment that is held still while watching goes on.

use std::sync::Arc;

use crate::monitor::{History, Snapshot};
use crate::telemetry::Level;

use super::axis::Zoom;
use super::data::{AlertRow, LogRow};
use super::standings::Standings;
use super::words::seconds;

/// Milliseconds before and behind a frozen moment that the log tells of.
const AROUND: u64 = 30_000;
/// Looks into the past before and behind a frozen moment.
const LOOKS: u64 = 15;
/// Bucket of [`crate::monitor::Requests`] from which on a request is slow: the one up to 250 ms.
const SLOW: usize = 7;

/// All that the pages draw from.
#[derive(Debug, Clone, Default)]
pub(super) struct Data {
    live: Arc<Snapshot>,
    history: Option<History>,
    /// Time of the newest sample, in milliseconds of the axis; to ask for it costs.
    newest: u64,
    pub(super) alerts: Vec<AlertRow>,
    /// How they stood before.
    pub(super) standings: Standings,
    pub(super) log: Vec<LogRow>,
    /// Whether what is shown is a recording without its log.
    pub(super) has_no_log: bool,
    /// Seconds of the time zone from UTC, where it is known.
    pub(super) offset: Option<i32>,
    pub(super) zoom: Zoom,
    pub(super) frozen: Option<Frozen>,
}

/// A moment that is held still.
#[derive(Debug, Clone)]
pub(super) struct Frozen {
    /// When, in milliseconds of the axis.
    pub(super) at: u64,
    /// What was known; nothing where the moment is too old to be held as a whole.
    pub(super) snapshot: Arc<Snapshot>,
    /// Whether it is held as a whole.
    pub(super) is_whole: bool,
    /// The alerts as they stood; none where that is not held.
    pub(super) alerts: Option<Vec<AlertRow>>,
    /// The log when the view was frozen.
    pub(super) log: Vec<LogRow>,
    /// What happened around the moment beside what was logged.
    pub(super) events: Vec<LogRow>,
}

impl Data {
    /// Takes the newest sample, which the histories already hold.
    pub(super) fn set_live(&mut self, snapshot: Arc<Snapshot>) {
        self.live = snapshot;
        self.set_newest();
        self.standings.push(self.newest, &self.alerts);
    }

    /// Takes the histories.
    pub(super) fn set_history(&mut self, history: History) {
        self.history = Some(history);
        self.set_newest();
    }

    fn set_newest(&mut self) {
        let span = self.history.as_ref().and_then(History::span);
        self.newest = span.map_or(self.live.at_ms, |(_, newest)| newest);
    }

    /// The newest sample.
    pub(super) fn live(&self) -> &Snapshot {
        &self.live
    }

    /// The histories, where there are some.
    pub(super) fn history(&self) -> Option<&History> {
        self.history.as_ref()
    }

    /// Time of the newest sample, in milliseconds of the axis.
    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    /// The moment that is shown, in milliseconds of the axis.
    pub(super) fn time(&self) -> u64 {
        self.frozen.as_ref().map_or_else(|| self.newest(), |f| f.at)
    }

    /// What was known at the moment that is shown.
    pub(super) fn shown(&self) -> &Snapshot {
        self.frozen.as_ref().map_or(&self.live, |f| &f.snapshot)
    }

    /// Whether single figures of the shown moment are known at all.
    pub(super) fn is_whole(&self) -> bool {
        self.frozen.as_ref().is_none_or(|f| f.is_whole)
    }

    /// The alerts of the moment that is shown; none where it is not held how they stood.
    pub(super) fn alerts(&self) -> Option<&[AlertRow]> {
        match &self.frozen {
            Some(frozen) => frozen.alerts.as_deref(),
            None => Some(&self.alerts),
        }
    }

    /// The lines that are shown.
    pub(super) fn log(&self) -> &[LogRow] {
        self.frozen.as_ref().map_or(&self.log, |f| &f.log)
    }

    /// A time of the axis by the system's clock. They differ where that was set.
    pub(super) fn wall(&self, axis: u64) -> u64 {
        match self.live.at_ms {
            0 => axis,
            wall => axis.saturating_add(wall).saturating_sub(self.newest()),
        }
    }

    /// A time of the system's clock on the axis.
    pub(super) fn axis(&self, wall: u64) -> u64 {
        match self.live.at_ms {
            0 => wall,
            now => wall.saturating_add(self.newest()).saturating_sub(now),
        }
    }

    /// Holds the view at a moment of the axis, as far as something is held of it. Returns whether
    /// that is so.
    pub(super) fn freeze(&mut self, at: u64) -> bool {
        let newest = self.newest();
        let oldest = self.history.as_ref().and_then(History::span);
        let oldest = oldest.map_or(newest, |(oldest, _)| oldest);
        if at < oldest {
            return false;
        }
        let at = at.min(newest);
        let past = self.history.as_ref().and_then(|h| h.at(at));
        let snapshot = match past {
            Some(moment) => Some(moment.snapshot),
            None if at == newest => Some(self.live.clone()),
            None => None,
        };
        let events = self.events(at);
        let alerts = self.standings.at(at);
        let log = match self.frozen.take() {
            Some(frozen) => frozen.log,
            None => self.log.clone(),
        };
        self.frozen = Some(Frozen {
            at,
            is_whole: snapshot.is_some(),
            snapshot: snapshot.unwrap_or_default(),
            alerts,
            log,
            events,
        });
        true
    }

    /// Moves the frozen moment by so many steps of the zoom, as far as something is held.
    pub(super) fn scrub(&mut self, steps: i64) {
        let Some(at) = self.frozen.as_ref().map(|f| f.at) else {
            return;
        };
        let by = self.zoom.step().saturating_mul(steps.unsigned_abs());
        let to = match steps < 0 {
            true => at.saturating_sub(by),
            false => at.saturating_add(by),
        };
        let span = self.history.as_ref().and_then(History::span);
        let oldest = span.map_or(at, |(oldest, _)| oldest);
        self.freeze(to.max(oldest));
    }

    /// Changes of breakers and slow requests around a moment of the axis, as lines of a log.
    fn events(&self, at: u64) -> Vec<LogRow> {
        let Some(history) = &self.history else {
            return Vec::new();
        };
        let step = AROUND / LOOKS;
        let looks = (0..=2 * LOOKS).map(|n| (at + n * step).saturating_sub(AROUND));
        let mut moments: Vec<_> = looks.filter_map(|time| history.at(time)).collect();
        moments.dedup_by_key(|moment| moment.at);
        let mut out: Vec<LogRow> = Vec::new();
        for pair in moments.windows(2) {
            let [before, moment] = pair else { continue };
            let number = u64::MAX - out.len() as u64;
            out.extend(changes(&before.snapshot, &moment.snapshot, number));
            let number = u64::MAX - out.len() as u64;
            out.extend(slow_requests(&before.snapshot, &moment.snapshot, number));
        }
        out
    }

    /// The lines around the frozen moment with all else that happened then; of the log alone where
    /// nothing is frozen.
    pub(super) fn happened(&self) -> Vec<&LogRow> {
        let mut out: Vec<&LogRow> = self.log().iter().collect();
        if let Some(frozen) = &self.frozen {
            out.extend(&frozen.events);
            // Stable, so that lines of one time stay in their order.
            out.sort_by_key(|row| row.at_ms);
        }
        out
    }
}

/// The changes of breakers between two moments. Of several of one breaker the last is told, with
/// how many there were.
fn changes(before: &Snapshot, after: &Snapshot, number: u64) -> Vec<LogRow> {
    let old = &before.program.breakers;
    let changed = after.program.breakers.iter().filter_map(|breaker| {
        let old = old.iter().find(|b| b.name == breaker.name)?;
        let count = breaker.transitions.saturating_sub(old.transitions);
        let last = breaker.last.as_ref().filter(|_| count > 0)?;
        let more = match count {
            1 => String::new(),
            _ => format!(" (the last of {count} changes)"),
        };
        Some((breaker, last, more))
    });
    let row = |(nth, (breaker, last, more)): (u64, (&crate::monitor::BreakerState, _, String))| {
        let last: &crate::monitor::Transition = last;
        // The cast saturates.
        let ago = (last.ago.max(0.0) * 1e3) as u64;
        LogRow {
            number: number - nth,
            at_ms: after.at_ms.saturating_sub(ago),
            level: Level::Warn,
            room: "breaker".to_owned(),
            text: format!(
                "{}: {} to {}: {}{more}",
                breaker.name, last.from, last.to, last.reason
            ),
        }
    };
    (0..).zip(changed).map(row).collect()
}

/// The slow requests between two moments, where there were some.
fn slow_requests(before: &Snapshot, after: &Snapshot, number: u64) -> Option<LogRow> {
    let (old, new) = (before.program.requests?, after.program.requests?);
    let total = new.total.checked_sub(old.total)?;
    let quick = new.buckets[SLOW].checked_sub(old.buckets[SLOW])?;
    let slow = total.saturating_sub(quick);
    let mean = (new.seconds - old.seconds) / total.max(1) as f64;
    let bound = seconds(crate::telemetry::metric::SECONDS[SLOW]);
    (slow > 0).then(|| LogRow {
        number,
        at_ms: after.at_ms,
        level: Level::Warn,
        room: "requests".to_owned(),
        text: format!(
            "{slow} of {total} took longer than {bound}, {} on average",
            seconds(mean)
        ),
    })
}
