//! Durations in what is serialised: a plain number of seconds.

use std::time::Duration;

use serde::Serializer;

/// Writes `value` as seconds.
pub(super) fn seconds<S: Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(value.as_secs_f64())
}

/// Writes `value` as seconds, or as nothing.
// The field is handed over by reference whatever it holds.
#[allow(clippy::ref_option)]
pub(super) fn maybe_seconds<S: Serializer>(
    value: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.serialize_some(&value.as_secs_f64()),
        None => serializer.serialize_none(),
    }
}
