//! Metrics that an expression may name.

use crate::telemetry::metric::MetricType;

/// Documented families: name, help and type.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a>(pub &'a [(&'a str, &'a str, MetricType)]);

/// What stands behind a histogram's name.
const SUFFIXES: [&str; 3] = ["_bucket", "_sum", "_count"];

impl Known<'_> {
    /// Whether there are series of this name. A histogram has none of its bare name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(family, _, kind)| match kind {
            MetricType::Counter | MetricType::Gauge => *family == name,
            MetricType::Histogram => name
                .strip_prefix(family)
                .is_some_and(|rest| SUFFIXES.contains(&rest)),
        })
    }

    /// The name of series that is most like `name`, where one is.
    pub(super) fn nearest(&self, name: &str) -> Option<String> {
        let all: Vec<String> = self
            .0
            .iter()
            .flat_map(|(family, _, kind)| match kind {
                MetricType::Counter | MetricType::Gauge => vec![(*family).to_owned()],
                MetricType::Histogram => SUFFIXES.map(|s| format!("{family}{s}")).to_vec(),
            })
            .collect();
        nearest(name, all.iter().map(String::as_str)).map(str::to_owned)
    }
}

/// The candidate most like `name`, by edits that swap, add, drop or change a character, where
/// those are at most a third of its characters.
pub(super) fn nearest<'a>(name: &str, all: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    all.map(|other| (strsim::damerau_levenshtein(name, other), other))
        .min_by_key(|(edits, _)| *edits)
        .filter(|(edits, other)| edits * 3 <= other.chars().count().max(3))
        .map(|(_, other)| other)
}
