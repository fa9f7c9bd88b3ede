//! Metrics in the text format of Prometheus, version 0.0.4.
//!
//! Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::fmt::{self, Write};

use super::metric::{Family, MetricType, Sample};

/// The media type of what [`write()`] writes.
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Writes `families` in their order. Those of one name, which must be of one type, become one
/// group where the first stands; one without samples is left out.
///
/// # Errors
/// Where `out` takes no more.
pub fn write(families: &[Family], out: &mut impl Write) -> fmt::Result {
    for (at, family) in families.iter().enumerate() {
        if families[..at].iter().any(|f| f.name == family.name) {
            continue;
        }
        let group = families[at..].iter().filter(|f| f.name == family.name);
        let mut samples = group.flat_map(|f| &f.samples).peekable();
        if samples.peek().is_none() {
            continue;
        }
        let kind = match family.kind {
            MetricType::Counter => "counter",
            MetricType::Gauge => "gauge",
            MetricType::Histogram => "histogram",
        };
        write!(out, "# HELP {} ", family.name)?;
        escape(family.help, false, out)?;
        writeln!(out, "\n# TYPE {} {kind}", family.name)?;
        for sample in samples {
            write_sample(family.name, sample, out)?;
        }
    }
    Ok(())
}

fn write_sample(name: &str, sample: &Sample, out: &mut impl Write) -> fmt::Result {
    write!(out, "{name}{}", sample.suffix)?;
    let mut separator = '{';
    for (label, value) in &sample.labels {
        write!(out, "{separator}{label}=\"")?;
        escape(value, true, out)?;
        out.write_char('"')?;
        separator = ',';
    }
    if separator == ',' {
        out.write_char('}')?;
    }
    out.write_char(' ')?;
    write_value(sample.value, out)?;
    out.write_char('\n')
}

/// Backslash and line feed are escaped everywhere, quotation marks only in labels.
fn escape(text: &str, quotes: bool, out: &mut impl Write) -> fmt::Result {
    text.chars().try_for_each(|c| match c {
        '\\' => out.write_str("\\\\"),
        '\n' => out.write_str("\\n"),
        '"' if quotes => out.write_str("\\\""),
        c => out.write_char(c),
    })
}

fn write_value(value: f64, out: &mut impl Write) -> fmt::Result {
    if value.is_nan() {
        out.write_str("NaN")
    } else if value.is_infinite() {
        out.write_str(if value > 0.0 { "+Inf" } else { "-Inf" })
    } else if value == 0.0 || (1e-6..1e16).contains(&value.abs()) {
        write!(out, "{value}")
    } else {
        write!(out, "{value:e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::counters::duration_samples;
    use proptest::prelude::*;
    use std::borrow::Cow;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    fn sample(labels: &[(&'static str, &'static str)], value: f64) -> Sample {
        let labels = labels
            .iter()
            .map(|(name, value)| (*name, Cow::from(*value)));
        Sample {
            suffix: "",
            labels: labels.collect(),
            value,
        }
    }

    fn families() -> Vec<Family> {
        let requests = |samples| Family {
            name: "postwright_requests_total",
            help: "Requests answered.",
            kind: MetricType::Counter,
            samples,
        };
        vec![
            requests(vec![sample(&[("outcome", "ok")], 3.0)]),
            Family {
                name: "postwright_temperature_celsius",
                help: "By \"sensor\", with a \\ and a\nline.",
                kind: MetricType::Gauge,
                samples: vec![
                    sample(&[("sensor", "a \"b\" \\ c\nd"), ("at", "ü")], -1.5),
                    sample(&[("sensor", "none"), ("at", "")], f64::NAN),
                    sample(&[("sensor", "sun"), ("at", "up")], f64::INFINITY),
                    sample(&[("sensor", "far"), ("at", "")], f64::NEG_INFINITY),
                ],
            },
            Family {
                name: "postwright_unknown_bytes",
                help: "Nothing is known.",
                kind: MetricType::Gauge,
                samples: Vec::new(),
            },
            requests(vec![sample(&[("outcome", "failed")], 1e20)]),
            Family {
                name: "postwright_request_duration_seconds",
                help: "How long requests took.",
                kind: MetricType::Histogram,
                samples: duration_samples(&[], &[0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2], 20.25, 3),
            },
            Family {
                name: "postwright_up",
                help: "Whether it runs.",
                kind: MetricType::Gauge,
                samples: vec![sample(&[], 1.0)],
            },
        ]
    }

    fn text(families: &[Family]) -> String {
        let mut out = String::new();
        write(families, &mut out).unwrap();
        out
    }

    const GOLDEN: &str = r#"# HELP postwright_requests_total Requests answered.
# TYPE postwright_requests_total counter
postwright_requests_total{outcome="ok"} 3
postwright_requests_total{outcome="failed"} 1e20
# HELP postwright_temperature_celsius By "sensor", with a \\ and a\nline.
# TYPE postwright_temperature_celsius gauge
postwright_temperature_celsius{sensor="a \"b\" \\ c\nd",at="ü"} -1.5
postwright_temperature_celsius{sensor="none",at=""} NaN
postwright_temperature_celsius{sensor="sun",at="up"} +Inf
postwright_temperature_celsius{sensor="far",at=""} -Inf
# HELP postwright_request_duration_seconds How long requests took.
# TYPE postwright_request_duration_seconds histogram
postwright_request_duration_seconds_bucket{le="0.001"} 0
postwright_request_duration_seconds_bucket{le="0.0025"} 0
postwright_request_duration_seconds_bucket{le="0.005"} 0
postwright_request_duration_seconds_bucket{le="0.01"} 0
postwright_request_duration_seconds_bucket{le="0.025"} 1
postwright_request_duration_seconds_bucket{le="0.05"} 1
postwright_request_duration_seconds_bucket{le="0.1"} 1
postwright_request_duration_seconds_bucket{le="0.25"} 2
postwright_request_duration_seconds_bucket{le="0.5"} 2
postwright_request_duration_seconds_bucket{le="1"} 2
postwright_request_duration_seconds_bucket{le="2.5"} 2
postwright_request_duration_seconds_bucket{le="10"} 2
postwright_request_duration_seconds_bucket{le="+Inf"} 3
postwright_request_duration_seconds_sum 20.25
postwright_request_duration_seconds_count 3
# HELP postwright_up Whether it runs.
# TYPE postwright_up gauge
postwright_up 1
"#;

    #[test]
    fn the_text_is_as_the_format_wants_it() {
        assert_eq!(text(&families()), GOLDEN);
    }

    /// What Prometheus itself says of `text`; `None` where its `promtool` is not installed.
    fn complaints(text: &str) -> Option<String> {
        let mut child = Command::new("promtool")
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .inspect_err(|error| println!("skipped: promtool: {error}"))
            .ok()?;
        let mut input = child.stdin.take().unwrap();
        input.write_all(text.as_bytes()).unwrap();
        drop(input);
        let told = child.wait_with_output().unwrap();
        let words = [told.stdout, told.stderr].concat();
        let words = String::from_utf8_lossy(&words).into_owned();
        assert_eq!(told.status.success(), words.is_empty(), "{words}");
        Some(words)
    }

    #[test]
    fn prometheus_has_nothing_to_say() {
        if let Some(words) = complaints(&text(&families())) {
            assert_eq!(words, "");
            // It would have something to say.
            let wrong = GOLDEN.replace("_requests_total", "_requests");
            assert_ne!(complaints(&wrong).unwrap(), "");
        }
    }

    proptest! {
        #[test]
        fn a_value_reads_back_as_it_was(value in any::<f64>()) {
            let mut out = String::new();
            write_value(value, &mut out).unwrap();
            prop_assert_eq!(out.parse::<f64>().unwrap().to_bits(), value.to_bits());
            prop_assert!(out.len() < 30, "{}", out);
        }
    }
}
