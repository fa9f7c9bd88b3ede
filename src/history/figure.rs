//! Counts as exports and spreadsheets write them.

use std::fmt;

/// Most that a count can be: what the number of a spreadsheet still tells apart.
const MOST: u64 = 1 << 53;

/// A cell that holds no count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoFigure {
    /// Below zero.
    Negative,
    /// Larger than any count.
    TooLarge,
    /// Something else, or a fraction.
    NotACount,
}

impl fmt::Display for NoFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Negative => "is negative",
            Self::TooLarge => "is too large",
            Self::NotACount => "is no whole number",
        })
    }
}

/// Reads a count: `1234`, thousands parted by `,` `.` `'` or a space, `1234.0`, or `1.2K` with at
/// most two decimals. `None` where the cell says that there is none.
pub(super) fn parse(text: &str) -> Result<Option<u64>, NoFigure> {
    let text = text.trim();
    let none = ["", "-", "–", "—", "n/a", "na"];
    if none.iter().any(|n| text.eq_ignore_ascii_case(n)) {
        return Ok(None);
    }
    if let Some(size) = text.strip_prefix(['-', '−', '(']) {
        let value = count(size.trim_end_matches(')'))?;
        return if value == 0 {
            Ok(Some(0))
        } else {
            Err(NoFigure::Negative)
        };
    }
    count(text).map(Some)
}

/// Reads the number of a cell.
pub(super) fn from_number(value: f64) -> Result<u64, NoFigure> {
    if value < 0.0 {
        return Err(NoFigure::Negative);
    }
    if !value.is_finite() || value.fract() != 0.0 {
        return Err(NoFigure::NotACount);
    }
    // Display writes a whole number without an exponent, so nothing is cast; minus zero is zero.
    in_range(&value.abs().to_string())
}

fn count(text: &str) -> Result<u64, NoFigure> {
    for (unit, size) in [(['K', 'k'], 1_000), (['M', 'm'], 1_000_000)] {
        if let Some(number) = text.strip_suffix(unit) {
            return rounded(number.trim_end(), size);
        }
    }
    let text = without_zero_decimals(text);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let mut others = text.chars().filter(|c| !c.is_ascii_digit());
    let Some(separator) = others.next() else {
        return in_range(&digits);
    };
    let parts = matches!(
        separator,
        ',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}'
    );
    let mut groups = text.split(separator);
    let first = groups.next().map_or(0, str::len);
    let grouped = (1..=3).contains(&first) && groups.all(|g| g.len() == 3);
    if parts && grouped && others.all(|c| c == separator) {
        in_range(&digits)
    } else {
        Err(NoFigure::NotACount)
    }
}

/// `1234.0` and `1234,00` are whole; three zeros would be thousands.
fn without_zero_decimals(text: &str) -> &str {
    match text.rsplit_once(['.', ',']) {
        Some((whole, "0" | "00")) => whole,
        _ => text,
    }
}

fn rounded(number: &str, unit: u64) -> Result<u64, NoFigure> {
    let (whole, decimals) = number.split_once(['.', ',']).unwrap_or((number, ""));
    // With three decimals it could be thousands that are parted.
    if decimals.len() > 2 || whole.is_empty() || whole.len() > 4 {
        return Err(NoFigure::NotACount);
    }
    let decimals = if decimals.is_empty() {
        0
    } else {
        in_range(&format!("{decimals:0<2}"))?
    };
    Ok(in_range(whole)? * unit + decimals * unit / 100)
}

/// Reads ASCII digits.
fn in_range(digits: &str) -> Result<u64, NoFigure> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NoFigure::NotACount);
    }
    let value = digits.parse().ok().filter(|v| *v <= MOST);
    value.ok_or(NoFigure::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted_in_many_ways() {
        for text in [
            "1234567",
            "1,234,567",
            "1.234.567",
            "1 234 567",
            "1'234'567",
            "1’234’567",
            "1\u{a0}234\u{a0}567",
            "1\u{202f}234\u{202f}567",
            " 1234567.0 ",
            "1,234,567.00",
            "1.234.567,0",
        ] {
            assert_eq!(parse(text), Ok(Some(1_234_567)), "{text}");
        }
        assert_eq!(parse("1.234"), Ok(Some(1_234)));
        assert_eq!(parse("0"), Ok(Some(0)));
        assert_eq!(parse("-0"), Ok(Some(0)));
    }

    #[test]
    fn rounded_counts_are_read_where_they_mean_one_thing() {
        for (text, value) in [
            ("12K", 12_000),
            ("1.2k", 1_200),
            ("1,25 K", 1_250),
            ("3M", 3_000_000),
        ] {
            assert_eq!(parse(text), Ok(Some(value)), "{text}");
        }
        for text in ["1.234K", "K", ".5K", "1.2.3K", "-K", "+1K", "1.-2K"] {
            assert_eq!(parse(text), Err(NoFigure::NotACount), "{text}");
        }
    }

    #[test]
    fn a_cell_can_say_that_there_is_none() {
        for text in ["", "  ", "-", "—", "N/A"] {
            assert_eq!(parse(text), Ok(None), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_count_says_why() {
        for text in ["-5", "−1,000", "(12)"] {
            assert_eq!(parse(text), Err(NoFigure::Negative), "{text}");
        }
        for text in [
            "many",
            "1.5",
            "12%",
            "1,23,456",
            "1234,567",
            "1,234.567",
            "1,,234",
            ",123",
            "12,",
            "٣",
            "1 2",
            "0x10",
            "1e3",
            "- 5 x",
            "#N/A",
        ] {
            assert_eq!(parse(text), Err(NoFigure::NotACount), "{text}");
        }
        assert_eq!(parse("99999999999999999999"), Err(NoFigure::TooLarge));
    }

    #[test]
    fn numbers_of_cells_are_whole_and_not_negative() {
        assert_eq!(from_number(1_234.0), Ok(1_234));
        assert_eq!(from_number(-0.0), Ok(0));
        assert_eq!(from_number(-1.0), Err(NoFigure::Negative));
        assert_eq!(from_number(0.5), Err(NoFigure::NotACount));
        assert_eq!(from_number(f64::NAN), Err(NoFigure::NotACount));
        assert_eq!(from_number(f64::INFINITY), Err(NoFigure::NotACount));
        assert_eq!(from_number(1e300), Err(NoFigure::TooLarge));
    }
}
