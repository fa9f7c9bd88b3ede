//! The exported rules before promtool, and the default rules in Prometheus and here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::monitor::alerts::defaults;
use crate::monitor::alerts::expr::Known;
use crate::monitor::alerts::promtool::{check, element, steps};
use crate::monitor::alerts::rule::{Rule, validate};
use crate::monitor::alerts::scenarios::{SCENARIOS, STEP_SECONDS, Scenario};
use crate::monitor::alerts::series::Labels;
use crate::monitor::alerts::state::Phase;
use crate::monitor::alerts::watch::{AlertSettings, Alerts};
use crate::monitor::metrics::NAMES;
use crate::resilience::clock::Clock;
use crate::telemetry::metric::{Family, Sample};

fn checked(rules: &[Rule]) -> Vec<CheckedRule> {
    validate(rules, Known(NAMES)).unwrap()
}

#[test]
fn rules_are_written_as_prometheus_reads_them() {
    let rule = Rule {
        name: "Disk \"x\"".to_owned(),
        expr: "postwright_disk_available_bytes{mount=\"/\"}\n  < 5e9".to_owned(),
        hold: "90s".to_owned(),
        keep_firing_for: "1h".to_owned(),
        clear: "postwright_disk_available_bytes{mount!=\"{{\"} > 6e9".to_owned(),
        severity: "critical".to_owned(),
        annotation: "{{ $labels.mount }}: é".to_owned(),
    };
    let plain = Rule {
        name: "Plain".to_owned(),
        expr: "postwright_breaker_open == 1".to_owned(),
        ..Rule::default()
    };
    let expected = r#"groups:
- name: "postwright"
  rules:
  - alert: "Disk \"x\""
    expr: "postwright_disk_available_bytes{mount=\"/\"}\n  < 5e9"
    for: "1m30s"
    keep_firing_for: "1h"
    labels: {severity: "critical"}
    annotations: {summary: "{{ $labels.mount }}: é", clear: "postwright_disk_available_bytes{mount!=\"{{ \"{{\" }}\"} > 6e9"}
  - alert: "Plain"
    expr: "postwright_breaker_open == 1"
    labels: {severity: "warning"}
"#;
    let written = prometheus(&checked(&[rule, plain]));
    assert_eq!(written, expected);
    check(&["check", "rules"], &[("rules.yml", &written)]);
    check(
        &["check", "rules"],
        &[("rules.yml", &prometheus(&checked(&defaults())))],
    );
    let empty = prometheus(&[]);
    assert_eq!(empty, "groups:\n- name: \"postwright\"\n  rules: []\n");
    check(&["check", "rules"], &[("rules.yml", &empty)]);
}

#[test]
fn any_text_is_one_yaml_string() {
    let odd = "a: b # c\t\"\\'\n{}[]&*!|>%@`\u{1}\u{7f}\u{85}\u{a0}\u{2028}\u{feff}é🙂";
    let written = quoted(odd);
    assert_eq!(
        written,
        "\"a: b # c\\t\\\"\\\\'\\n{}[]&*!|>%@`\\x01\\x7f\\x85\\xa0\\u2028\\ufeffé🙂\""
    );
    let rule = Rule {
        name: "Odd".to_owned(),
        expr: "postwright_breaker_open == 1".to_owned(),
        annotation: odd.to_owned(),
        ..Rule::default()
    };
    let rules = prometheus(&checked(&[rule]));
    // The same text in another style of YAML: promtool finds them equal.
    let json = serde_json::to_string(odd).unwrap();
    let test = format!(
        "rule_files: [rules.yml]\ntests:\n- interval: 1m\n  input_series:\n  \
         - {{series: postwright_breaker_open, values: 1x5}}\n  alert_rule_test:\n  \
         - eval_time: 2m\n    alertname: Odd\n    exp_alerts:\n    \
         - exp_labels: {{severity: warning}}\n      exp_annotations: {{summary: {}}}\n",
        json.replace('\u{7f}', "\\u007f")
            .replace('\u{85}', "\\u0085")
            .replace('\u{feff}', "\\ufeff")
    );
    check(
        &["test", "rules"],
        &[("test.yml", &test), ("rules.yml", &rules)],
    );
}

/// Labels and annotation of the alerts that fire at each check, in this program.
fn here(scenario: &Scenario) -> Vec<BTreeMap<Labels, String>> {
    let (clock, hand) = Clock::manual();
    let mut alerts = Alerts::new(checked(&defaults()), AlertSettings::default(), clock);
    let series: Vec<_> = scenario
        .series
        .iter()
        .map(|(series, values)| (element(series), steps(values)))
        .collect();
    let mut out = Vec::new();
    let last = scenario.checks.iter().map(|(step, _)| *step).max().unwrap();
    for step in 0..=last {
        let families: Vec<Family> = series
            .iter()
            .filter_map(|((name, labels), steps)| {
                let value = steps.get(step).copied().flatten()?;
                let (name, help, kind) = *NAMES.iter().find(|(n, _, _)| n == name).unwrap();
                let owned = labels.iter().map(|(name, value)| {
                    let name: &'static str = name.clone().leak();
                    (name, Cow::Owned(value.clone()))
                });
                let samples = vec![Sample {
                    suffix: "",
                    labels: owned.collect(),
                    value,
                }];
                Some(Family {
                    name,
                    help,
                    kind,
                    samples,
                })
            })
            .collect();
        alerts.evaluate(0, &families);
        if scenario.checks.iter().any(|(at, _)| *at == step) {
            let status = alerts.status();
            let rule = status
                .iter()
                .find(|s| s.rule.rule.name == scenario.rule)
                .unwrap();
            let firing = rule
                .alerts
                .iter()
                .filter(|alert| alert.phase == Phase::Firing);
            out.push(
                firing
                    .map(|a| (a.labels.clone(), a.annotation.clone()))
                    .collect(),
            );
        }
        hand.advance(Duration::from_secs(STEP_SECONDS));
    }
    out
}

#[test]
fn every_default_rule_has_a_scenario_in_which_it_fires_and_one_in_which_it_does_not() {
    for rule in defaults() {
        let mut checks = SCENARIOS
            .iter()
            .filter(|s| s.rule == rule.name)
            .flat_map(|s| s.checks);
        assert!(
            checks.any(|(_, alerts)| !alerts.is_empty()),
            "{} never fires",
            rule.name
        );
        let mut checks = SCENARIOS
            .iter()
            .filter(|s| s.rule == rule.name)
            .flat_map(|s| s.checks);
        assert!(
            checks.any(|(_, alerts)| alerts.is_empty()),
            "{} is never silent",
            rule.name
        );
    }
}

#[test]
fn default_rules_fire_here_as_the_scenarios_tell() {
    for scenario in SCENARIOS {
        let expected: Vec<BTreeMap<Labels, String>> = scenario
            .checks
            .iter()
            .map(|(_, alerts)| {
                let alerts = alerts.iter();
                alerts
                    .map(|(labels, text)| (element(labels).1.into(), (*text).to_owned()))
                    .collect()
            })
            .collect();
        assert_eq!(here(scenario), expected, "{}", scenario.rule);
    }
}

#[test]
fn default_rules_fire_in_prometheus_as_the_scenarios_tell() {
    let rules = defaults();
    let mut yaml =
        format!("rule_files: [rules.yml]\nevaluation_interval: {STEP_SECONDS}s\ntests:\n");
    for scenario in SCENARIOS {
        writeln!(yaml, "- interval: {STEP_SECONDS}s\n  input_series:").unwrap();
        for (series, values) in scenario.series {
            writeln!(
                yaml,
                "  - {{series: {}, values: {}}}",
                quoted(series),
                quoted(values)
            )
            .unwrap();
        }
        yaml.push_str("  alert_rule_test:\n");
        let rule = rules
            .iter()
            .find(|rule| rule.name == scenario.rule)
            .unwrap();
        for (step, alerts) in scenario.checks {
            let at = *step as u64 * STEP_SECONDS;
            writeln!(
                yaml,
                "  - alertname: {}\n    eval_time: {at}s",
                quoted(&rule.name)
            )
            .unwrap();
            writeln!(
                yaml,
                "    exp_alerts:{}",
                if alerts.is_empty() { " []" } else { "" }
            )
            .unwrap();
            for (labels, text) in *alerts {
                writeln!(
                    yaml,
                    "    - exp_labels:\n        severity: {}",
                    rule.severity
                )
                .unwrap();
                for (name, value) in element(labels).1 {
                    writeln!(yaml, "        {name}: {}", quoted(&value)).unwrap();
                }
                writeln!(
                    yaml,
                    "      exp_annotations:\n        summary: {}",
                    quoted(text)
                )
                .unwrap();
                if !rule.clear.is_empty() {
                    writeln!(yaml, "        clear: {}", quoted(&rule.clear)).unwrap();
                }
            }
        }
    }
    let rules = prometheus(&checked(&rules));
    check(
        &["test", "rules"],
        &[("test.yml", &yaml), ("rules.yml", &rules)],
    );
}
