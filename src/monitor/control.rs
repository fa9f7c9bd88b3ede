//! What is wished of a running monitor.

use std::fmt::{self, Debug, Formatter};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use super::{CollectorKind, LONGEST, SHORTEST};

/// Who looks on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A pane that is seen.
    Pane,
    /// Rules that are asked of every snapshot.
    Alerts,
    /// Other programs that are sent snapshots.
    Attached,
}

/// A table that is filled only while somebody wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// [`super::Snapshot::processes`].
    Processes,
    /// [`super::Snapshot::threads`].
    Threads,
}

const VIEWERS: usize = 3;
const TABLES: usize = 2;

/// All that is wished at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wishes {
    pub(super) interval: Duration,
    enabled: [bool; CollectorKind::ALL.len()],
    needs: [bool; VIEWERS],
    wants: [[bool; TABLES]; VIEWERS],
    pub(super) closing: bool,
}

impl Wishes {
    /// Nobody looks on yet.
    pub(super) fn new(interval: Duration, off: &[CollectorKind]) -> Self {
        Self {
            interval: interval.clamp(SHORTEST, LONGEST),
            enabled: CollectorKind::ALL.map(|kind| !off.contains(&kind)),
            needs: [false; VIEWERS],
            wants: [[false; TABLES]; VIEWERS],
            closing: false,
        }
    }

    /// Whether anybody looks on.
    pub(super) fn is_needed(&self) -> bool {
        self.needs.contains(&true)
    }

    pub(super) fn is_enabled(&self, kind: CollectorKind) -> bool {
        self.enabled[kind as usize]
    }

    /// Whether somebody who looks on wants `table`.
    pub(super) fn wants(&self, table: Table) -> bool {
        let mut viewers = self.needs.iter().zip(&self.wants);
        viewers.any(|(is_there, wants)| *is_there && wants[table as usize])
    }
}

pub(super) struct Shared {
    wishes: Mutex<Wishes>,
    /// [`UNTOLD`] until told.
    terminal: AtomicU64,
    /// Nanoseconds.
    drawing: AtomicU64,
}

const UNTOLD: u64 = u64::MAX;

impl Shared {
    pub(super) fn wishes(&self) -> Wishes {
        // Each wish is whole whatever panicked.
        *self.wishes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes sent to the terminal so far, where that was told.
    pub(super) fn terminal(&self) -> Option<u64> {
        Some(self.terminal.load(Ordering::Relaxed)).filter(|bytes| *bytes != UNTOLD)
    }

    /// CPU time spent on drawing so far.
    pub(super) fn drawing(&self) -> Duration {
        Duration::from_nanos(self.drawing.load(Ordering::Relaxed))
    }
}

/// A handle on a running monitor. Clones are the same handle; every call returns at once.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
    wake: Sender<()>,
}

impl Debug for Control {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Control")
            .field(&self.shared.wishes())
            .finish()
    }
}

impl Control {
    /// The handle, what it shares, and what tells of changes.
    pub(super) fn new(wishes: Wishes) -> (Self, Arc<Shared>, Receiver<()>) {
        let shared = Arc::new(Shared {
            wishes: Mutex::new(wishes),
            terminal: AtomicU64::new(UNTOLD),
            drawing: AtomicU64::new(0),
        });
        let (wake, woken) = bounded(1);
        let control = Self {
            shared: shared.clone(),
            wake,
        };
        (control, shared, woken)
    }

    /// Says whether `who` looks on. Samples are taken while anybody does.
    pub fn need(&self, who: Need, is_there: bool) {
        self.wish(|wishes| wishes.needs[who as usize] = is_there);
    }

    /// Says whether `who` wants a table filled. It is, while `who` looks on too.
    pub fn want(&self, who: Need, table: Table, wanted: bool) {
        self.wish(|wishes| wishes.wants[who as usize][table as usize] = wanted);
    }

    /// Switches a collector on or off; what it told becomes unknown.
    pub fn set_enabled(&self, kind: CollectorKind, enabled: bool) {
        self.wish(|wishes| wishes.enabled[kind as usize] = enabled);
    }

    /// Whether a collector is on.
    #[must_use]
    pub fn is_enabled(&self, kind: CollectorKind) -> bool {
        self.shared.wishes().is_enabled(kind)
    }

    /// Sets the time between two samples, from [`SHORTEST`] to [`LONGEST`], and returns what it is
    /// from now on.
    pub fn set_interval(&self, interval: Duration) -> Duration {
        let interval = interval.clamp(SHORTEST, LONGEST);
        self.wish(|wishes| wishes.interval = interval);
        interval
    }

    /// Time between two samples as it was set; it is longer where the monitor would cost too much
    /// ([`super::Cost::stretched`]).
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.shared.wishes().interval
    }

    /// Tells how many bytes were sent to the terminal so far.
    pub fn terminal_bytes(&self, total: u64) {
        self.shared
            .terminal
            .store(total.min(UNTOLD - 1), Ordering::Relaxed);
    }

    /// Tells how much CPU time was spent on drawing so far.
    pub fn drawing(&self, total: Duration) {
        let nanoseconds = u64::try_from(total.as_nanos()).unwrap_or(u64::MAX);
        self.shared.drawing.store(nanoseconds, Ordering::Relaxed);
    }

    pub(super) fn close(&self) {
        self.wish(|wishes| wishes.closing = true);
    }

    fn wish(&self, change: impl FnOnce(&mut Wishes)) {
        let changed = {
            let held = self.shared.wishes.lock();
            let mut wishes = held.unwrap_or_else(PoisonError::into_inner);
            let before = *wishes;
            change(&mut wishes);
            *wishes != before
        };
        // Told only of changes: a call cuts the wait for the next sample short.
        if changed {
            match self.wake.try_send(()) {
                // Woken already, or nobody is left to wake.
                Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_wanted_by_those_who_look_on() {
        let wishes = Wishes::new(Duration::ZERO, &[CollectorKind::Gpu]);
        let (control, shared, woken) = Control::new(wishes);
        assert_eq!(control.interval(), SHORTEST);
        control.want(Need::Pane, Table::Threads, true);
        assert!(!shared.wishes().wants(Table::Threads) && !shared.wishes().is_needed());
        control.need(Need::Alerts, true);
        assert!(!shared.wishes().wants(Table::Threads) && shared.wishes().is_needed());
        control.need(Need::Pane, true);
        assert!(shared.wishes().wants(Table::Threads));
        assert!(!shared.wishes().wants(Table::Processes));
        assert!(!control.is_enabled(CollectorKind::Gpu));
        control.clone().set_enabled(CollectorKind::Gpu, true);
        assert!(control.is_enabled(CollectorKind::Gpu));
        assert_eq!(control.set_interval(Duration::from_secs(99)), LONGEST);
        assert_eq!(woken.len(), 1, "one call for all");
    }

    #[test]
    fn only_changes_wake_and_figures_do_not() {
        let (control, shared, woken) = Control::new(Wishes::new(SHORTEST, &[]));
        assert_eq!(shared.terminal(), None);
        control.need(Need::Pane, false);
        control.set_interval(SHORTEST);
        control.terminal_bytes(0);
        control.drawing(Duration::from_millis(3));
        assert!(woken.is_empty());
        assert_eq!(shared.terminal(), Some(0));
        assert_eq!(shared.drawing(), Duration::from_millis(3));
    }
}
