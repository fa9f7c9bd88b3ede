//! Annotations: text with values of the alert in it, as Prometheus' templates write them.

use std::fmt::Write as _;

use super::series::Labels;

/// An annotation that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Value,
    Percentage,
    Label(String),
}

/// A template that is not of the subset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "column {column}: `{found}`, expected one of {{{{ $value }}}}, \
     {{{{ $value | humanizePercentage }}}} and {{{{ $labels.name }}}}; correct it"
)]
pub struct TemplateError {
    /// Characters before it, and one.
    pub column: usize,
    /// What stands there.
    pub found: String,
}

impl Template {
    /// Reads text with `{{ $value }}`, `{{ $value | humanizePercentage }}` and `{{ $labels.name }}`
    /// in it.
    ///
    /// # Errors
    /// Where anything else stands in double braces.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(open) = text[at..].find("{{").map(|open| at + open) {
            let refused = |end: usize| TemplateError {
                column: text[..open].chars().count() + 1,
                found: text[open..end].to_owned(),
            };
            let close = text[open..].find("}}").map(|close| open + close);
            let close = close.ok_or_else(|| refused(text.len()))?;
            let end = close + 2;
            let inside: String = text[open + 2..close].split_whitespace().collect();
            let part = match inside.as_str() {
                "$value" => Part::Value,
                "$value|humanizePercentage" => Part::Percentage,
                other => {
                    let label = other
                        .strip_prefix("$labels.")
                        .filter(|label| is_label(label));
                    Part::Label(label.ok_or_else(|| refused(end))?.to_owned())
                }
            };
            parts.push(Part::Text(text[at..open].to_owned()));
            parts.push(part);
            at = end;
        }
        parts.push(Part::Text(text[at..].to_owned()));
        Ok(Self(parts))
    }

    /// The text for an alert; a label that it lacks is empty.
    #[must_use]
    pub fn fill(&self, labels: &Labels, value: f64) -> String {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Value => out.push_str(&shortest(value)),
                Part::Percentage => {
                    out.push_str(&four_digits(value * 100.0));
                    out.push('%');
                }
                Part::Label(name) => out.push_str(labels.get(name)),
            }
        }
        out
    }
}

fn is_label(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.chars().all(is_part) && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// As Go's `%v`: the shortest digits that read back, with an exponent below -4 and from 21 on.
fn shortest(value: f64) -> String {
    if !value.is_finite() {
        return special(value);
    }
    let written = format!("{value:e}");
    match exponent(&written) {
        power if value == 0.0 || (-4..21).contains(&power) => value.to_string(),
        power => with_exponent(&written, power),
    }
}

/// As Go's `%.4g`: four digits without zeros at their end, with an exponent below -4 and from 4 on.
fn four_digits(value: f64) -> String {
    if !value.is_finite() {
        return special(value);
    }
    let written = format!("{value:.3e}");
    let power = exponent(&written);
    if !(-4..4).contains(&power) {
        let (digits, _) = written.split_once('e').unwrap_or((&written, ""));
        return with_exponent(trimmed(digits), power);
    }
    let decimals = usize::try_from(3 - power).unwrap_or(0);
    trimmed(&format!("{value:.decimals$}")).to_owned()
}

fn special(value: f64) -> String {
    let name = if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    };
    name.to_owned()
}

/// The power of ten in what `{:e}` wrote.
fn exponent(written: &str) -> i32 {
    let power = written.split_once('e').map_or("0", |(_, power)| power);
    power.parse().unwrap_or(0)
}

fn trimmed(digits: &str) -> &str {
    if !digits.contains('.') {
        return digits;
    }
    digits.trim_end_matches('0').trim_end_matches('.')
}

/// Digits and an exponent with a sign and at least two places.
fn with_exponent(written: &str, power: i32) -> String {
    let digits = written
        .split_once('e')
        .map_or(written, |(digits, _)| digits);
    let sign = if power < 0 { '-' } else { '+' };
    let mut out = digits.to_owned();
    // Writing to a string cannot fail.
    let _ = write!(out, "e{sign}{:02}", power.unsigned_abs());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_labels_are_filled_in() {
        let template = "{{$labels.mount}}: {{ $value | humanizePercentage }} ({{ $value }}) of {{ $labels.none }}.";
        let template = Template::parse(template).unwrap();
        let labels = Labels::new([("mount", "/é")]);
        assert_eq!(template.fill(&labels, 0.0625), "/é: 6.25% (0.0625) of .");
    }

    #[test]
    fn numbers_are_written_as_go_writes_them() {
        for (value, plain, percentage) in [
            (0.0, "0", "0"),
            (0.123_456, "0.123456", "12.35"),
            (1.0, "1", "100"),
            (99.999, "99.999", "1e+04"),
            (12.345_6, "12.3456", "1235"),
            (1e21, "1e+21", "1e+23"),
            (1e20, "100000000000000000000", "1e+22"),
            (-1.5e-5, "-1.5e-05", "-0.0015"),
            (1.234_5e-7, "1.2345e-07", "1.235e-05"),
            (f64::INFINITY, "+Inf", "+Inf"),
            (f64::NAN, "NaN", "NaN"),
        ] {
            assert_eq!(shortest(value), plain);
            assert_eq!(four_digits(value * 100.0), percentage);
        }
    }

    #[test]
    fn anything_else_in_braces_is_refused() {
        for (text, column) in [
            ("é {{ $value", 3),
            ("{{ $labels }}", 1),
            ("{{ $value }} {{ printf 1 }}", 14),
            ("{{ $labels.a.b }}", 1),
            ("{{}}", 1),
        ] {
            assert_eq!(Template::parse(text).unwrap_err().column, column, "{text}");
        }
        let error = Template::parse("a {{ x }}").unwrap_err().to_string();
        assert!(
            error.starts_with("column 3: `{{ x }}`, expected one of {{ $value }}, "),
            "{error}"
        );
    }
}
