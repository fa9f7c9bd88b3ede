//! Functions over the samples of a window.

use std::time::Duration;

use super::ast::Function;

/// What `function` makes of `samples` (milliseconds and value, the oldest first) in the window of
/// length `window` that ends at `now` (milliseconds). `None` where there are too few of them.
pub(super) fn over(
    function: Function,
    samples: &[(i64, f64)],
    window: Duration,
    now: i64,
) -> Option<f64> {
    let values = samples.iter().map(|(_, value)| *value);
    match function {
        Function::Rate => Some(grown(samples, window, now)? / window.as_secs_f64()),
        Function::Increase => grown(samples, window, now),
        Function::Avg => mean(values),
        Function::Max => extreme(values, |value, most| value > most),
        Function::Min => extreme(values, |value, least| value < least),
    }
}

/// The arithmetic mean, by Welford's running mean, which does not overflow.
pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut count = 0.0;
    let mut mean = 0.0f64;
    for value in values {
        count += 1.0;
        // Once infinite the mean stays so; the difference of two infinities is no number.
        if mean.is_infinite() && (mean == value || value.is_finite()) {
            continue;
        }
        mean += value / count - mean / count;
    }
    (count > 0.0).then_some(mean)
}

/// The value that is `beyond` all others; what is no number gives way to any other.
pub(super) fn extreme(
    values: impl Iterator<Item = f64>,
    beyond: impl Fn(f64, f64) -> bool,
) -> Option<f64> {
    values.reduce(|best, value| {
        if beyond(value, best) || best.is_nan() {
            value
        } else {
            best
        }
    })
}

/// Growth of a counter, with what it lost by restarts, extrapolated to the ends of the window as
/// `extrapolatedRate` of Prometheus 3 does: to an end that is nearer than 1.1 mean distances of
/// samples, else by half a distance, and never to before the counter's zero.
fn grown(samples: &[(i64, f64)], window: Duration, now: i64) -> Option<f64> {
    let (&(first_at, first), &(last_at, last)) = (samples.first()?, samples.last()?);
    if last_at <= first_at {
        return None;
    }
    let mut growth = last - first;
    for pair in samples.windows(2) {
        if pair[1].1 < pair[0].1 {
            growth += pair[0].1;
        }
    }
    let covered = seconds(last_at - first_at);
    #[allow(clippy::cast_precision_loss)] // Far below 2^52 samples.
    let distance = covered / (samples.len() - 1) as f64;
    let to = |gap: f64| {
        if gap >= distance * 1.1 {
            distance / 2.0
        } else {
            gap
        }
    };
    let start = now.saturating_sub(i64::try_from(window.as_millis()).unwrap_or(i64::MAX));
    let mut before = to(seconds(first_at - start));
    if growth > 0.0 && first >= 0.0 {
        before = before.min(covered * (first / growth));
    }
    let after = to(seconds(now - last_at));
    Some(growth * ((covered + before + after) / covered))
}

#[allow(clippy::cast_precision_loss)] // Windows are hours at most.
fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1000.0
}
