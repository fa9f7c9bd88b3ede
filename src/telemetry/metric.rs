//! Metrics as Prometheus names them: families of samples with labels.

use std::borrow::Cow;

/// Upper bounds in seconds of the buckets of a duration, without the infinite one.
pub const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// What a family counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricType {
    /// Only grows, but for a restart.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Cumulative buckets with `_bucket`, `_sum` and `_count`.
    Histogram,
}

/// Samples under one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// `postwright_…`, in base units, counters with `_total`.
    pub name: &'static str,
    /// One line.
    pub help: &'static str,
    /// What it counts.
    pub kind: MetricType,
    /// Those known now; a value that is not known has no sample.
    pub samples: Vec<Sample>,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What stands behind the family's name: empty, `_bucket`, `_sum` or `_count`.
    pub suffix: &'static str,
    /// Names and values.
    pub labels: Vec<(&'static str, Cow<'static, str>)>,
    /// The value.
    pub value: f64,
}
