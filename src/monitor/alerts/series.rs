//! Recent samples, as many as the rules' windows need.
//!
//! Prometheus takes a series' latest sample for current until it is five minutes old, or until a
//! scrape lacks it. Here scrapes follow each other within seconds and a collector may be late for
//! one, so a series is current while it was in one of the last three pushes and is younger than
//! five minutes; after that there is no data.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::expr::Selector;
use crate::telemetry::metric::Family;

/// Most series that are kept; more are refused and counted.
pub const MOST_SERIES: usize = 4096;
/// Most samples of one series; older ones make room. An hour at four a second fits.
pub const MOST_SAMPLES: usize = 16_384;

/// Names and values of labels, sorted by name; none is empty. The metric's name is not among them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct Labels(Arc<[(Box<str>, Box<str>)]>);

impl Labels {
    /// The labels without the empty ones; of two with one name the last counts.
    pub fn new<'a>(labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let sorted: BTreeMap<&str, &str> = labels.into_iter().collect();
        let full = sorted.into_iter().filter(|(_, value)| !value.is_empty());
        Self(
            full.map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }

    /// The value of `name`, or nothing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(label, _)| **label == *name);
        found.map_or("", |(_, value)| value)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `other` has all of these.
    #[must_use]
    pub fn are_in(&self, other: &Self) -> bool {
        self.iter().all(|(name, value)| other.get(name) == value)
    }

    /// Those with a name in `names`.
    pub(super) fn only(&self, names: &[String]) -> Self {
        Self::new(
            self.iter()
                .filter(|(name, _)| names.iter().any(|n| n == name)),
        )
    }
}

impl From<BTreeMap<String, String>> for Labels {
    fn from(map: BTreeMap<String, String>) -> Self {
        Self::new(map.iter().map(|(name, value)| (&**name, &**value)))
    }
}

impl From<Labels> for BTreeMap<String, String> {
    fn from(labels: Labels) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        labels.iter().map(owned).collect()
    }
}

/// When a series is current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staleness {
    /// Pushes that may lack a series before it has no value. Default: 3.
    pub pushes: u64,
    /// Age at which a sample is too old, however few pushes there were. Default: 5 min.
    pub lookback: Duration,
}

impl Default for Staleness {
    fn default() -> Self {
        Self {
            pushes: 3,
            lookback: Duration::from_secs(300),
        }
    }
}

/// Samples by series.
#[derive(Debug)]
pub struct Store {
    staleness: Staleness,
    names: BTreeMap<Arc<str>, Named>,
    count: usize,
    pushes: u64,
    last: i64,
    refused: u64,
}

/// Series of one name.
#[derive(Debug)]
struct Named {
    window: Duration,
    series: BTreeMap<Labels, Series>,
}

#[derive(Debug)]
struct Series {
    /// Milliseconds and value, the oldest first.
    samples: VecDeque<(i64, f64)>,
    push: u64,
}

impl Store {
    /// A store of what `needs` tells: names of series and the longest window asked of each, zero
    /// for the latest sample only.
    #[must_use]
    pub fn new(staleness: Staleness, needs: impl IntoIterator<Item = (String, Duration)>) -> Self {
        let mut store = Self {
            staleness,
            names: BTreeMap::new(),
            count: 0,
            pushes: 0,
            last: i64::MIN,
            refused: 0,
        };
        store.need(needs);
        store
    }

    /// Keeps from now on what `needs` tells; samples of series that are still needed stay.
    pub fn need(&mut self, needs: impl IntoIterator<Item = (String, Duration)>) {
        let mut old = std::mem::take(&mut self.names);
        for (name, window) in needs {
            let name: Arc<str> = name.into();
            let entry = self.names.entry(name.clone()).or_insert_with(|| Named {
                window: Duration::ZERO,
                series: old.remove(&name).map(|n| n.series).unwrap_or_default(),
            });
            entry.window = entry.window.max(window);
        }
        self.count = self.names.values().map(|n| n.series.len()).sum();
    }

    /// Takes the samples of a moment, in milliseconds of a clock that does not go back; an
    /// earlier moment than the one before counts as that one, and of two samples at one moment
    /// the later push counts. Returns the moment.
    pub fn push(&mut self, at: i64, families: &[Family]) -> i64 {
        let at = at.max(self.last);
        self.last = at;
        self.pushes += 1;
        for family in families {
            for sample in &family.samples {
                let name = format!("{}{}", family.name, sample.suffix);
                let Some(named) = self.names.get_mut(name.as_str()) else {
                    continue;
                };
                let labels = Labels::new(sample.labels.iter().map(|(name, v)| (*name, &**v)));
                if !named.series.contains_key(&labels) {
                    if self.count >= MOST_SERIES {
                        self.refused += 1;
                        continue;
                    }
                    self.count += 1;
                }
                let series = named.series.entry(labels).or_insert_with(|| Series {
                    samples: VecDeque::new(),
                    push: 0,
                });
                series.push = self.pushes;
                if series.samples.back().is_some_and(|(last, _)| *last == at) {
                    series.samples.pop_back();
                }
                if named.window.is_zero() || series.samples.len() >= MOST_SAMPLES {
                    series.samples.pop_front();
                }
                series.samples.push_back((at, sample.value));
            }
        }
        self.forget(at);
        at
    }

    /// Drops what no window reaches any more.
    fn forget(&mut self, now: i64) {
        let lookback = milliseconds(self.staleness.lookback);
        self.count = 0;
        for named in self.names.values_mut() {
            let window = milliseconds(named.window);
            named.series.retain(|_, series| {
                let is_old = |(at, _): &(i64, f64), reach| now.saturating_sub(*at) >= reach;
                while series.samples.len() > 1 && is_old(&series.samples[0], window) {
                    series.samples.pop_front();
                }
                let last = series.samples.back();
                last.is_some_and(|last| !is_old(last, window.max(lookback)))
            });
            self.count += named.series.len();
        }
    }

    /// Samples refused so far because there were [`MOST_SERIES`] already.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Series kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether no series is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn matching(&self, selector: &Selector) -> impl Iterator<Item = (&Arc<str>, &Labels, &Series)> {
        self.names
            .get_key_value(selector.name.as_str())
            .into_iter()
            .flat_map(|(name, named)| named.series.iter().map(move |(l, s)| (name, l, s)))
            .filter(|(_, labels, _)| {
                let mut matchers = selector.matchers.iter();
                matchers.all(|matcher| matcher.fits(labels.get(&matcher.label)))
            })
    }

    /// The current sample of each matching series at `now`.
    pub(super) fn latest(
        &self,
        selector: &Selector,
        now: i64,
    ) -> impl Iterator<Item = (&Arc<str>, &Labels, f64)> {
        let oldest = now.saturating_sub(milliseconds(self.staleness.lookback));
        self.matching(selector)
            .filter_map(move |(name, labels, series)| {
                let (at, value) = *series.samples.back()?;
                let missed = self.pushes - series.push;
                (at > oldest && missed < self.staleness.pushes).then_some((name, labels, value))
            })
    }

    /// The samples of each matching series in the window that ends at `now`.
    pub(super) fn within(
        &self,
        selector: &Selector,
        window: Duration,
        now: i64,
    ) -> impl Iterator<Item = (&Labels, Vec<(i64, f64)>)> {
        let start = now.saturating_sub(milliseconds(window));
        self.matching(selector).map(move |(_, labels, series)| {
            let from = series.samples.partition_point(|(at, _)| *at <= start);
            (labels, series.samples.range(from..).copied().collect())
        })
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
