//! Histories: fixed rings of figures, and whole snapshots of the last minutes.

mod file;
mod keeper;
mod moments;
mod range;
mod rings;
mod series;
#[cfg(test)]
mod tests;
mod values;

use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::share::Recording;
use super::snapshot::Snapshot;
use super::time::milliseconds;

pub(super) use keeper::{Keeper, SAVE_EVERY, SAVE_FIRST};
use moments::Moments;
use range::Parts;
pub use range::Point;
use rings::{RAW_AGE, Rings, Row};
pub use series::{Series, UnknownSeries};

/// A whole snapshot of the past.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// When it was taken, in milliseconds of the axis.
    pub at: u64,
    /// All that was known.
    pub snapshot: Arc<Snapshot>,
}

/// Histories. Clones are the same ones.
///
/// The axis is milliseconds since 1970 by a clock that only moves on: the wall's when the monitor
/// started, and the time since. So it differs from [`Snapshot::at_ms`] only where the wall's clock
/// was set meanwhile. Samples of the last ten minutes are held one by one, those of the last day
/// by minutes, whole snapshots for ten minutes or 8 MiB.
#[derive(Clone)]
pub struct History(Arc<Mutex<Store>>);

#[derive(Default)]
struct Store {
    rings: Rings,
    moments: Moments,
    /// A recording, which holds its snapshots itself.
    recording: Option<Arc<Recording>>,
    previous: Option<(u64, Arc<Snapshot>)>,
    values: Vec<(Series, f64)>,
}

impl Debug for History {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("History")
            .field("span", &self.span())
            .field("bytes", &self.bytes())
            .finish()
    }
}

impl History {
    /// Empty ones, which nobody fills.
    #[must_use]
    pub fn detached() -> Self {
        Self(Arc::default())
    }

    /// Takes whole snapshots of any age from a recording, whose dates are the axis. None is held in
    /// memory from now on.
    pub fn read_from(&self, recording: Arc<Recording>) {
        self.lock().recording = Some(recording);
    }

    /// Adds the snapshot of `at`, in milliseconds of the axis, which stands for the time `every`
    /// before it.
    pub fn push(&self, at: u64, every: Duration, snapshot: &Arc<Snapshot>) {
        let mut store = self.lock();
        let Store {
            rings,
            moments,
            recording,
            previous,
            values,
        } = &mut *store;
        let every = milliseconds(every);
        let before = previous.as_ref().filter(|(then, _)| {
            // Over a gap no rate is told.
            *then < at && at - *then <= every.saturating_mul(3)
        });
        let before = before.map(|(then, s)| (&s.program, (at - then) as f64 / 1e3));
        values::values(snapshot, before, values);
        let every = u32::try_from(every).unwrap_or(u32::MAX);
        rings.push(Row { at, every }, values.drain(..));
        if recording.is_none() {
            moments.push(at, snapshot);
        }
        *previous = Some((at, snapshot.clone()));
    }

    /// What `series` did from `from` up to `to`, in milliseconds of the axis, cut into `points`
    /// equal parts, oldest first; `None` where nothing is known. A sample stands for the interval
    /// before it, so parts that are finer than that are filled.
    #[must_use]
    pub fn range(&self, series: Series, from: u64, to: u64, points: usize) -> Vec<Option<Point>> {
        self.lock()
            .rings
            .range(series, Parts::new(from, to, points))
    }

    /// Start of what is held and time of the newest sample, in milliseconds of the axis; `None`
    /// before the first one.
    #[must_use]
    pub fn span(&self) -> Option<(u64, u64)> {
        let store = self.lock();
        let newest = store.rings.newest()?.at;
        let oldest = store.rings.oldest()?;
        let first = store.recording.as_ref().and_then(|r| r.time(0));
        Some((first.map_or(oldest, |first| first.min(oldest)), newest))
    }

    /// Series of which something was known, in a fixed order.
    #[must_use]
    pub fn series(&self) -> Vec<Series> {
        self.lock()
            .rings
            .columns()
            .iter()
            .map(|c| c.series)
            .collect()
    }

    /// What the newest sample says of `series`.
    #[must_use]
    pub fn last(&self, series: Series) -> Option<f64> {
        let store = self.lock();
        let (slot, _) = store.rings.rows().next_back()?;
        store.rings.column(series)?.value(slot)
    }

    /// The last snapshot taken at `time` or before, in milliseconds of the axis.
    #[must_use]
    pub fn at(&self, time: u64) -> Option<Moment> {
        let recording = self.lock().recording.clone();
        let (at, snapshot) = match recording {
            Some(recording) => recorded(&recording, time)?,
            None => self.lock().moments.at(time)?,
        };
        Some(Moment {
            at,
            snapshot: Arc::new(snapshot),
        })
    }

    /// The snapshots that [`Self::at`] gives, the oldest first; where there are more than `most`,
    /// only some of them, evenly.
    #[must_use]
    pub fn past(&self, most: usize) -> Vec<Arc<Snapshot>> {
        let store = self.lock();
        store.moments.every(most).map(Arc::new).collect()
    }

    /// When the oldest and the newest snapshot were taken that [`Self::at`] gives.
    #[must_use]
    pub fn moments(&self) -> Option<(u64, u64)> {
        self.lock().moments.span()
    }

    /// Bytes of memory taken.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let store = self.lock();
        (store.rings.bytes() + store.moments.bytes()) as u64
    }

    /// Growth of `series` a minute over the last ten, of samples since `since` only.
    pub(super) fn trend(&self, series: Series, since: u64, now: u64) -> Option<f64> {
        let since = since.max(now.saturating_sub(RAW_AGE));
        self.lock().rings.trend(series, since)
    }

    fn lock(&self) -> MutexGuard<'_, Store> {
        // Rings are whole after each step, whatever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last snapshot of a recording at `time` or before, and when it was.
fn recorded(recording: &Recording, time: u64) -> Option<(u64, Snapshot)> {
    let place = recording.at(time)?;
    let at = recording.time(place)?;
    let snapshot = recording.get(place);
    let snapshot = snapshot.inspect_err(|e| tracing::error!("a moment cannot be shown: {e}"));
    Some((at, snapshot.ok()?))
}
