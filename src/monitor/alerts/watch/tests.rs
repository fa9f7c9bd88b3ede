use std::borrow::Cow;

use super::*;
use crate::monitor::alerts::expr::Known;
use crate::monitor::alerts::rule::{Rule, validate};
use crate::resilience::clock::Hand;
use crate::telemetry::metric::{MetricType, Sample};

const KNOWN: Known<'_> = Known(&[
    ("busy_ratio", "", MetricType::Gauge),
    ("calls_total", "", MetricType::Counter),
]);

fn rule(expr: &str, hold: &str, clear: &str) -> Rule {
    Rule {
        name: "Busy".to_owned(),
        expr: expr.to_owned(),
        hold: hold.to_owned(),
        clear: clear.to_owned(),
        annotation: "{{ $labels.of }} at {{ $value }}".to_owned(),
        ..Rule::default()
    }
}

/// A family with values by the label `of`.
fn family(name: &'static str, values: &[(&'static str, f64)]) -> Family {
    let sample = |(of, value): &(&'static str, f64)| Sample {
        suffix: "",
        labels: vec![("of", Cow::Borrowed(*of))],
        value: *value,
    };
    Family {
        name,
        help: "",
        kind: MetricType::Gauge,
        samples: values.iter().map(sample).collect(),
    }
}

struct Drill {
    alerts: Alerts,
    hand: Hand,
}

impl Drill {
    fn new(rules: &[Rule]) -> Self {
        let (clock, hand) = Clock::manual();
        let rules = validate(rules, KNOWN).unwrap();
        let alerts = Alerts::new(rules, AlertSettings::default(), clock);
        Self { alerts, hand }
    }

    /// Moves on by `seconds` and evaluates; what happened, as `of:event`.
    fn after(&mut self, seconds: u64, families: &[Family]) -> String {
        self.hand.advance(Duration::from_secs(seconds));
        let transitions = self.alerts.evaluate(7, families);
        let told = transitions
            .iter()
            .map(|t| format!("{}:{:?}", t.labels.get("of"), t.event));
        told.collect::<Vec<_>>().join(" ")
    }

    fn busy(&mut self, seconds: u64, values: &[(&'static str, f64)]) -> String {
        self.after(seconds, &[family("busy_ratio", values)])
    }

    fn phase(&self) -> Phase {
        self.alerts.status()[0].phase
    }
}

#[test]
fn each_set_of_labels_has_its_own_state() {
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9", "10s", "")]);
    assert_eq!(drill.busy(1, &[("a", 0.95), ("b", 0.5)]), "a:Pending");
    assert_eq!(drill.busy(5, &[("a", 0.95), ("b", 0.95)]), "b:Pending");
    assert_eq!(drill.busy(5, &[("a", 0.96), ("b", 0.95)]), "a:Firing");
    let status = &drill.alerts.status()[0];
    let told: Vec<_> = status
        .alerts
        .iter()
        .map(|a| (a.phase, a.age.as_secs(), &*a.annotation))
        .collect();
    assert_eq!(
        told,
        [
            (Phase::Firing, 10, "a at 0.96"),
            (Phase::Pending, 5, "b at 0.95")
        ]
    );
    assert_eq!(
        drill.busy(1, &[("a", 0.5), ("b", 0.5)]),
        "a:Resolved b:Cancelled"
    );
    assert_eq!(drill.phase(), Phase::Inactive);
}

#[test]
fn a_transition_tells_everything() {
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9", "", "")]);
    let told = drill
        .alerts
        .evaluate(1_700_000_000_000, &[family("busy_ratio", &[("a", 0.95)])]);
    let expected = Transition {
        at_ms: 1_700_000_000_000,
        rule: "Busy".to_owned(),
        severity: Severity::Warning,
        labels: Labels::new([("of", "a")]),
        event: Event::Firing,
        from: Phase::Inactive,
        to: Phase::Firing,
        value: Some(0.95),
        annotation: "a at 0.95".to_owned(),
    };
    assert_eq!(told, [expected]);
}

#[test]
fn a_firing_alert_stays_until_clear_holds_for_its_labels() {
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9", "", "busy_ratio < 0.8")]);
    assert_eq!(
        drill.busy(1, &[("a", 0.95), ("b", 0.95)]),
        "a:Firing b:Firing"
    );
    assert_eq!(drill.busy(1, &[("a", 0.85), ("b", 0.85)]), "");
    assert_eq!(drill.busy(1, &[("a", 0.85), ("b", 0.75)]), "b:Resolved");
    assert_eq!(drill.busy(1, &[("a", 0.75), ("b", 0.85)]), "a:Resolved");
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9", "", "max(busy_ratio) < 0.8")]);
    assert_eq!(drill.busy(1, &[("a", 0.95), ("b", 0.7)]), "a:Firing");
    assert_eq!(drill.busy(1, &[("a", 0.7), ("b", 0.85)]), "");
    assert_eq!(drill.busy(1, &[("a", 0.7), ("b", 0.7)]), "a:Resolved");
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9", "", "busy_ratio > 0")]);
    assert_eq!(drill.busy(1, &[("a", 0.95)]), "a:Firing");
    assert_eq!(
        drill.busy(1, &[("a", 0.95)]),
        "",
        "`expr` comes before `clear`"
    );
}

#[test]
fn a_series_that_vanishes_is_no_data_after_three_evaluations() {
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9", "", "")]);
    assert_eq!(drill.phase(), Phase::NoData, "nothing was ever known");
    assert_eq!(drill.after(1, &[]), "", "and that is no news");
    assert_eq!(drill.busy(1, &[("a", 0.95), ("b", 0.5)]), "a:Firing");
    assert_eq!(drill.busy(1, &[("b", 0.5)]), "");
    assert_eq!(drill.busy(1, &[("b", 0.5)]), "");
    assert_eq!(drill.busy(1, &[("b", 0.5)]), "a:NoData");
    assert_eq!(drill.phase(), Phase::NoData);
    assert_eq!(drill.busy(1, &[("a", 0.95), ("b", 0.5)]), "a:Returned");
    assert_eq!(drill.busy(1, &[("a", 0.5), ("b", 0.5)]), "a:Resolved");
}

#[test]
fn a_rule_without_alerts_tells_that_its_data_is_lost() {
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9", "", "")]);
    assert_eq!(drill.busy(1, &[("a", 0.5)]), "");
    assert_eq!(drill.after(1, &[]) + &drill.after(1, &[]), "");
    assert_eq!(drill.after(1, &[]), ":NoData");
    assert_eq!(drill.phase(), Phase::NoData);
    assert_eq!(drill.after(1, &[]), "");
    assert_eq!(drill.busy(1, &[("a", 0.5)]), ":Returned");
    assert_eq!(drill.phase(), Phase::Inactive);
}

#[test]
fn raising_for_takes_a_firing_alert_back_and_other_rules_keep_their_states() {
    let mut other = rule("busy_ratio > 0.5", "", "");
    other.name = "Other".to_owned();
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9", "10s", ""), other.clone()]);
    assert_eq!(drill.busy(1, &[("a", 0.95)]), "a:Pending a:Firing");
    assert_eq!(drill.busy(10, &[("a", 0.95)]), "a:Firing");
    let rules = validate(&[other, rule("busy_ratio > 0.9", "30s", "")], KNOWN).unwrap();
    drill.alerts.replace_rules(rules);
    assert_eq!(drill.busy(1, &[("a", 0.95)]), "a:Pending");
    assert_eq!(drill.busy(19, &[("a", 0.95)]), "a:Firing");
    let rules = validate(&[rule("busy_ratio > 0.9", "30s", "")], KNOWN).unwrap();
    drill.alerts.replace_rules(rules);
    assert_eq!(drill.alerts.status().len(), 1);
    assert_eq!(drill.busy(1, &[("a", 0.95)]), "");
}

#[test]
fn new_windows_reach_back_as_far_as_samples_were_kept() {
    let mut drill = Drill::new(&[rule("max_over_time(busy_ratio[20s]) > 0.9", "", "")]);
    assert_eq!(drill.busy(1, &[("a", 0.95)]), "a:Firing");
    let rules = validate(
        &[rule("max_over_time(busy_ratio[40s]) > 0.9", "", "")],
        KNOWN,
    )
    .unwrap();
    drill.alerts.replace_rules(rules);
    assert_eq!(drill.busy(30, &[("a", 0.5)]), "");
    assert_eq!(drill.busy(10, &[("a", 0.5)]), "a:Resolved");
}

/// After a stop of the process nothing of the gap counts, and rates begin anew.
#[test]
fn a_gap_in_which_nobody_looked_does_not_count() {
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9", "50s", "")]);
    assert_eq!(drill.busy(1, &[("a", 0.95)]), "a:Pending");
    assert_eq!(drill.busy(40, &[("a", 0.95)]), "");
    assert_eq!(
        drill.busy(7200, &[("a", 0.95)]),
        "",
        "40 s were seen, not two hours"
    );
    assert_eq!(drill.busy(9, &[("a", 0.95)]), "");
    assert_eq!(drill.busy(1, &[("a", 0.95)]), "a:Firing");
    let mut drill = Drill::new(&[rule("rate(calls_total[1m]) > 0.1", "", "")]);
    let calls = |value| [family("calls_total", &[("a", value)])];
    assert_eq!(drill.after(1, &calls(0.0)), "");
    assert_eq!(drill.after(1, &calls(10.0)), "a:Firing");
    assert_eq!(
        drill.after(7200, &calls(1e9)),
        "a:NoData",
        "one sample is no rate"
    );
    assert_eq!(drill.after(1, &calls(1e9)), "a:Resolved");
}

/// The date that goes into transitions is the system's; states do not go by it.
#[test]
fn setting_the_date_back_changes_no_state() {
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9", "10s", "")]);
    let busy = [family("busy_ratio", &[("a", 0.95)])];
    let mut at = Vec::new();
    for date in [9_000_000, 9_005_000, 1000, 2000, 3000] {
        drill.hand.advance(Duration::from_secs(5));
        at.extend(
            drill
                .alerts
                .evaluate(date, &busy)
                .iter()
                .map(|t| (t.at_ms, t.event)),
        );
    }
    assert_eq!(at, [(9_000_000, Event::Pending), (1000, Event::Firing)]);
}

#[test]
fn values_that_are_no_number_neither_fire_nor_count_as_missing() {
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9", "", "")]);
    assert_eq!(drill.busy(1, &[("a", f64::NAN)]), "");
    assert_eq!(drill.phase(), Phase::Inactive);
    assert_eq!(drill.busy(1, &[("a", f64::INFINITY)]), "a:Firing");
    let told = drill.alerts.status()[0].alerts[0].annotation.clone();
    assert_eq!(told, "a at +Inf");
    assert_eq!(drill.busy(1, &[("a", f64::NAN)]), "a:Resolved");
}

/// What a condition needs must be there: one that only lacks one side is not false.
#[test]
fn a_condition_with_a_missing_part_is_no_data() {
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9 and calls_total > 5", "", "")]);
    let busy = |value| family("busy_ratio", &[("a", value)]);
    let calls = |value| family("calls_total", &[("a", value)]);
    assert_eq!(drill.after(1, &[busy(0.95), calls(9.0)]), "a:Firing");
    let three = |drill: &mut Drill, families: &[Family]| -> String {
        (0..3).map(|_| drill.after(1, families)).collect()
    };
    assert_eq!(three(&mut drill, &[busy(0.95)]), "a:NoData");
    assert_eq!(drill.after(1, &[busy(0.95), calls(1.0)]), "a:Resolved");
    let mut drill = Drill::new(&[rule("busy_ratio > 0.9 or calls_total > 5", "", "")]);
    assert_eq!(
        drill.after(1, &[calls(9.0)]),
        "a:Firing",
        "one side is enough for `or`"
    );
    assert_eq!(three(&mut drill, &[busy(0.5)]), "a:Resolved");
}
