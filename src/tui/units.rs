//! Quantities for people.

use std::time::Duration;

/// A size in bytes, as `812 B` or `3.4 KiB`.
#[must_use]
pub fn bytes(size: u64) -> String {
    match scaled(size) {
        (_, "") => format!("{size} B"),
        (value, unit) => format!("{value:.1} {unit}iB"),
    }
}

/// A size in bytes where there is little room, as `812B` or `3K`.
#[must_use]
pub fn short_bytes(size: u64) -> String {
    match scaled(size) {
        (_, "") => format!("{size}B"),
        (value, unit) => format!("{value:.0}{unit}"),
    }
}

fn scaled(size: u64) -> (f64, &'static str) {
    let mut value = size as f64;
    let mut at = 0;
    const UNITS: [&str; 7] = ["", "K", "M", "G", "T", "P", "E"];
    // What would be rounded to 1024 belongs to the next unit; u64 ends within the last one.
    while value >= 1023.5 && (at > 0 || size >= 1024) && at < UNITS.len() - 1 {
        value /= 1024.0;
        at += 1;
    }
    (value, UNITS[at])
}

/// A time that has passed, as `12 s`, `3 min`, `5 h` or `2 d`.
#[must_use]
pub fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// So many of something, as `1 word` or `2 words`.
#[must_use]
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {}", plural(count, what))
}

/// The word for so many of something.
#[must_use]
pub fn plural(count: usize, what: &str) -> String {
    format!("{what}{}", if count == 1 { "" } else { "s" })
}

/// What scrubbing took out of a text.
#[must_use]
pub fn left_out(count: usize) -> String {
    let [character, sequence] = ["control character", "sequence"].map(|what| plural(count, what));
    format!("left out {count} {character} or {sequence}")
}

/// A share as a percentage, as `12.3 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A share as a percentage where there is little room, as `12%`.
#[must_use]
pub fn short_percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit_that_fits() {
        let long = [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (3482, "3.4 KiB"),
            (1024 * 1024 - 1, "1.0 MiB"),
            (85 << 20, "85.0 MiB"),
            (u64::MAX, "16.0 EiB"),
        ];
        for (size, text) in long {
            assert_eq!(bytes(size), text);
        }
        for (size, text) in [(812, "812B"), (3482, "3K"), (24 << 30, "24G")] {
            assert_eq!(short_bytes(size), text);
        }
        for (seconds, text) in [
            (59, "59 s"),
            (3_599, "59 min"),
            (86_399, "23 h"),
            (86_400, "1 d"),
        ] {
            assert_eq!(elapsed(Duration::from_secs(seconds)), text);
        }
        assert_eq!(counted(1, "word"), "1 word");
        assert_eq!(counted(0, "word"), "0 words");
        assert_eq!(
            (percent(0.1234), short_percent(0.1234)),
            ("12.3 %".into(), "12%".into())
        );
    }
}
