//! Expressions that Prometheus answered: `golden.test` holds the answers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::*;
use crate::monitor::alerts::promtool::{self, element, steps};
use crate::monitor::alerts::series::{Labels, Staleness, Store};
use crate::telemetry::metric::{Family, MetricType, Sample};

const GOLDEN: &str = include_str!("golden.test");
const STEP: i64 = 60_000;
/// Steps that are loaded; the last answer is of a time before the next.
const STEPS: usize = 14;

/// A series: name, labels, and what it is worth at each step.
type Series = (String, BTreeMap<String, String>, String, Vec<Option<f64>>);
/// An answer: source, time, and the elements with their values.
type Case<'a> = (&'a str, &'a str, Vec<(&'a str, f64)>);

fn read() -> (Vec<Series>, Vec<Case<'static>>) {
    let mut series = Vec::new();
    let mut cases: Vec<Case> = Vec::new();
    for line in GOLDEN.lines().filter(|line| !line.starts_with('#')) {
        if let Some(line) = line.strip_prefix("eval ") {
            let (time, source) = line.split_once(' ').unwrap();
            cases.push((source, time, Vec::new()));
        } else if let (Some(case), false) = (cases.last_mut(), line.is_empty()) {
            let (element, value) = line.trim().rsplit_once(' ').unwrap();
            case.2.push((element, value.parse().unwrap()));
        } else if line.starts_with(' ') {
            let end = line
                .find("} ")
                .map_or_else(|| line.trim_start().find(' ').unwrap() + 2, |at| at + 1);
            let (name, labels) = element(line[..end].trim());
            let steps = steps(line[end..].trim());
            series.push((name, labels, line.trim().to_owned(), steps));
        }
    }
    (series, cases)
}

/// A store as it is at `now`, milliseconds.
fn store_at(series: &[Series], now: i64) -> Store {
    let staleness = Staleness {
        pushes: u64::MAX,
        ..Staleness::default()
    };
    let names: BTreeSet<&String> = series.iter().map(|(name, ..)| name).collect();
    let needs = names.iter().map(|name| ((*name).clone(), LONGEST_WINDOW));
    let mut store = Store::new(staleness, needs);
    for step in (0..STEPS).take_while(|step| i64::try_from(*step).unwrap() * STEP <= now) {
        let families: Vec<Family> = series
            .iter()
            .filter_map(|(name, labels, _, steps)| {
                let value = steps.get(step).copied().flatten()?;
                let owned = labels.iter().map(|(name, value)| {
                    let name: &'static str = name.clone().leak();
                    (name, Cow::Owned(value.clone()))
                });
                Some(Family {
                    name: name.clone().leak(),
                    help: "",
                    kind: MetricType::Gauge,
                    samples: vec![Sample {
                        suffix: "",
                        labels: owned.collect(),
                        value,
                    }],
                })
            })
            .collect();
        store.push(i64::try_from(step).unwrap() * STEP, &families);
    }
    store
}

fn same(left: f64, right: f64) -> bool {
    left.to_bits() == right.to_bits()
        || (left.is_nan() && right.is_nan())
        || (left - right).abs() <= 1e-12 * left.abs()
}

#[test]
fn the_answers_are_those_of_prometheus() {
    let (series, cases) = read();
    assert!(cases.len() > 140 && series.len() > 20);
    let known: Vec<_> = series
        .iter()
        .map(|(name, ..)| (name.as_str(), "", MetricType::Gauge))
        .collect();
    let mut wrong = String::new();
    for (source, time, expected) in &cases {
        let now = crate::monitor::alerts::duration::parse(time).unwrap();
        let now = i64::try_from(now.as_millis()).unwrap();
        let store = store_at(&series, now);
        let expr = parse(source, Known(&known)).unwrap_or_else(|e| panic!("{source}: {e}"));
        let got: BTreeMap<(String, Labels), f64> = evaluate(&expr, &store, now)
            .into_iter()
            .filter(|(_, element)| element.holds)
            .map(|(labels, e)| {
                (
                    (e.name.as_deref().unwrap_or("").to_owned(), labels),
                    e.value,
                )
            })
            .collect();
        let expected: BTreeMap<(String, Labels), f64> = expected
            .iter()
            .map(|(text, value)| {
                let (_, mut labels) = element(text);
                let name = labels.remove("__name__").unwrap_or_default();
                ((name, labels.into()), *value)
            })
            .collect();
        let is_same = got.len() == expected.len()
            && got
                .iter()
                .all(|(key, value)| expected.get(key).is_some_and(|e| same(*value, *e)));
        if !is_same {
            writeln!(
                wrong,
                "at {time}: {source}\n  got {got:?}\n  not {expected:?}"
            )
            .unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn promtool_gives_the_recorded_answers() {
    let (series, cases) = read();
    let mut yaml = "evaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n".to_owned();
    for (_, _, line, _) in &series {
        let end = line
            .find("} ")
            .map_or_else(|| line.find(' ').unwrap(), |at| at + 1);
        let (name, values) = line.split_at(end);
        writeln!(
            yaml,
            "  - series: {name:?}\n    values: {:?}",
            values.trim()
        )
        .unwrap();
    }
    yaml.push_str("  promql_expr_test:\n");
    for (source, time, expected) in &cases {
        if expected.iter().any(|(_, value)| value.is_nan()) {
            continue;
        }
        writeln!(
            yaml,
            "  - expr: {source:?}\n    eval_time: {time}\n    exp_samples:"
        )
        .unwrap();
        for (element, value) in expected {
            let value = match *value {
                f64::INFINITY => ".inf".to_owned(),
                f64::NEG_INFINITY => "-.inf".to_owned(),
                value => value.to_string(),
            };
            writeln!(yaml, "    - {{labels: {element:?}, value: {value}}}").unwrap();
        }
    }
    promtool::check(&["test", "rules"], &[("golden.yml", &yaml)]);
}
