//! Durations as Prometheus writes them: `90s`, `5m`, `1h30m`, `250ms`.

use std::time::Duration;

/// Units, the longest first, in milliseconds. A year has 365 days.
const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// Reads a duration: whole numbers with the units `y`, `w`, `d`, `h`, `m`, `s` and `ms`, each at
/// most once and in this order, or a bare `0`. `None` where `text` is none, or above 584 million
/// years.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut sum = 0u64;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let letters = after.len()
            - after
                .trim_start_matches(|c: char| c.is_ascii_lowercase())
                .len();
        let (unit, after) = after.split_at(letters);
        let number: u64 = number.parse().ok()?;
        let (_, milliseconds) = units.find(|(name, _)| *name == unit)?;
        sum = sum.checked_add(number.checked_mul(*milliseconds)?)?;
        rest = after;
    }
    (!text.is_empty()).then(|| Duration::from_millis(sum))
}

/// Writes whole milliseconds so that [`parse`] and Prometheus read them; what is below is cut.
#[must_use]
pub fn format(duration: Duration) -> String {
    let mut left = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if left == 0 {
        return "0s".to_owned();
    }
    let mut out = String::new();
    // Years and weeks are left to days: nobody reads `1w3d` as ten days at once.
    for (unit, milliseconds) in &UNITS[2..] {
        if left >= *milliseconds {
            out.push_str(&(left / milliseconds).to_string());
            out.push_str(unit);
            left %= milliseconds;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prometheus_durations_are_read() {
        for (text, milliseconds) in [
            ("0", 0),
            ("0s", 0),
            ("90s", 90_000),
            ("5m", 300_000),
            ("1h30m", 5_400_000),
            ("1y2w3d4h5m6s7ms", 33_019_506_007),
        ] {
            let expected = Some(Duration::from_millis(milliseconds));
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "5",
            "m",
            "5 m",
            "1.5h",
            "-5m",
            "5m1h",
            "5m5m",
            "5M",
            "5min",
            "99999999999999y",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(milliseconds: u64) {
            let duration = Duration::from_millis(milliseconds);
            prop_assert_eq!(parse(&format(duration)), Some(duration));
        }
    }
}
