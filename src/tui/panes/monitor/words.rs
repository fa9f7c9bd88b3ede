//! Quantities in a fixed number of columns, so that few cells change from one second to the next.

use unicode_width::UnicodeWidthStr;

use super::super::super::units::{bytes, elapsed};
use super::super::super::widgets::fit;

/// What stands where nothing is known.
pub(super) const UNKNOWN: &str = "n/a";
/// Columns of a value with its unit.
pub(super) const VALUE: usize = 12;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// From 0 to 1.
    Share,
    /// Cores kept busy; told in percent of one.
    Cores,
    Bytes,
    /// Bytes a second.
    Rate,
    Celsius,
    Watts,
    Count,
    /// So many a second.
    PerSecond,
    Seconds,
}

impl Unit {
    /// A value in words.
    pub(super) fn told(self, value: f64) -> String {
        match self {
            Self::Share | Self::Cores => percent(value),
            // The cast saturates.
            Self::Bytes => bytes(value.max(0.0).round() as u64),
            Self::Rate => rate(value),
            Self::Celsius => format!("{value:.0} °C"),
            Self::Watts => format!("{value:.0} W"),
            Self::Count if value.fract().abs() < 0.05 => format!("{value:.0}"),
            Self::Count => format!("{value:.1}"),
            Self::PerSecond => format!("{value:.1}/s"),
            Self::Seconds => seconds(value),
        }
    }

    /// A value in words, at the right of [`VALUE`] columns.
    pub(super) fn aligned(self, value: Option<f64>) -> String {
        format!("{:>VALUE$}", known(value, |v| self.told(v)))
    }

    /// What stands at the top of a graph whose greatest value is `most`: a round number, so that
    /// it seldom changes.
    pub(super) fn ceiling(self, most: f64) -> f64 {
        let least = match self {
            Self::Share => return 1.0,
            Self::Bytes => 1_048_576.0,
            Self::Rate => 1024.0,
            Self::Cores => 0.1,
            Self::Celsius | Self::Watts => 100.0,
            Self::Count | Self::PerSecond => 10.0,
            Self::Seconds => 0.01,
        };
        let most = if most.is_finite() {
            most.max(least)
        } else {
            least
        };
        match self {
            Self::Bytes | Self::Rate => 2_f64.powf(most.log2().ceil()),
            Self::Share
            | Self::Cores
            | Self::Celsius
            | Self::Watts
            | Self::Count
            | Self::PerSecond
            | Self::Seconds => {
                let power = 10_f64.powf(most.log10().floor());
                let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
                // A rounding error must not make the next step of a whole one.
                let fits = |step: &f64| most <= step * (1.0 + 1e-9);
                steps.into_iter().find(fits).unwrap_or(most)
            }
        }
    }
}

/// What is known, in words.
pub(super) fn known<T>(value: Option<T>, words: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), words)
}

/// A share as a percentage, with a decimal where it is small.
pub(super) fn percent(share: f64) -> String {
    let value = share * 100.0;
    if value.abs() < 9.95 {
        format!("{value:.1} %")
    } else {
        format!("{value:.0} %")
    }
}

/// Bytes a second.
pub(super) fn rate(value: f64) -> String {
    // The cast saturates.
    format!("{}/s", bytes(value.max(0.0).round() as u64))
}

/// A time of some seconds or less.
pub(super) fn seconds(value: f64) -> String {
    let millis = value * 1e3;
    match millis {
        m if m < 0.9995 => format!("{:.0} µs", m * 1e3),
        m if m < 9.95 => format!("{m:.1} ms"),
        m if m < 999.5 => format!("{m:.0} ms"),
        _ => format!("{value:.1} s"),
    }
}

/// `text` in exactly `width` columns, its end cut where it is longer.
pub(super) fn padded(text: &str, width: usize) -> String {
    let mut out = fit(text, width);
    let missing = width.saturating_sub(out.width());
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// So many seconds in the largest unit that fits; what is less than 0 is 0.
pub(super) fn ago(seconds: f64) -> String {
    // `try_from` refuses what no duration holds.
    let time = std::time::Duration::try_from_secs_f64(seconds.max(0.0));
    time.map_or_else(|_| "long".to_owned(), elapsed)
}

/// Seconds until something, upwards to whole ones.
pub(super) fn countdown(seconds: f64) -> String {
    format!("{:.0} s", seconds.max(0.0).ceil())
}

/// A time of the day. `offset` is that of the time zone from UTC in seconds; without one the time
/// is UTC and says so.
pub(super) fn clock(at_ms: u64, offset: Option<i32>) -> String {
    let seconds = (at_ms / 1000).saturating_add_signed(i64::from(offset.unwrap_or(0)));
    let [h, m, s] = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60];
    let zone = if offset.is_none() { "Z" } else { "" };
    format!("{h:02}:{m:02}:{s:02}{zone}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_have_a_unit_that_fits() {
        for (unit, value, text) in [
            (Unit::Share, 0.0, "0.0 %"),
            (Unit::Share, 0.0994, "9.9 %"),
            (Unit::Share, 0.0996, "10 %"),
            (Unit::Cores, 12.34, "1234 %"),
            (Unit::Bytes, 85.0 * 1048576.0, "85.0 MiB"),
            (Unit::Rate, 1536.0, "1.5 KiB/s"),
            (Unit::Rate, -1.0, "0 B/s"),
            (Unit::Celsius, 61.6, "62 °C"),
            (Unit::Count, 12.0, "12"),
            (Unit::Count, 12.5, "12.5"),
            (Unit::PerSecond, 3.21, "3.2/s"),
            (Unit::Seconds, 0.0004, "400 µs"),
            (Unit::Seconds, 0.0123, "12 ms"),
            (Unit::Seconds, 1.26, "1.3 s"),
        ] {
            assert_eq!(unit.told(value), text);
        }
        assert_eq!(Unit::Share.aligned(None), "         n/a");
        assert_eq!(countdown(11.2), "12 s");
        assert_eq!(ago(75.0), "1 min");
        assert_eq!(padded("字幕", 5), "字幕 ");
        assert_eq!(padded("字幕", 3), "字…");
    }

    #[test]
    fn times_of_day_know_their_zone() {
        assert_eq!(clock(43_387_000, None), "12:03:07Z");
        assert_eq!(clock(43_387_000, Some(3600)), "13:03:07");
        assert_eq!(clock(86_400_000, Some(-3600)), "23:00:00");
    }

    proptest! {
        #[test]
        fn a_ceiling_is_no_lower_than_what_is_below_it(most in 0.0f64..1e15) {
            for unit in [Unit::Cores, Unit::Bytes, Unit::Rate, Unit::Count, Unit::Seconds] {
                let ceiling = unit.ceiling(most);
                prop_assert!(ceiling * (1.0 + 1e-9) >= most);
                prop_assert!((unit.ceiling(ceiling) - ceiling).abs() <= ceiling * 1e-9);
            }
        }
    }
}
