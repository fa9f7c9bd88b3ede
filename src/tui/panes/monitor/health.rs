//! What matters most, in words: the cost of watching, alerts, breakers and collectors.

use crate::monitor::{Health, Snapshot};

use super::super::super::figures::{Ink, Row};
use super::super::super::units::{bytes, counted, short_bytes};
use super::alerts;
use super::breakers::{self, CLOSED};
use super::data::{AlertRow, AlertState};
use super::graphs::{LABEL, label};
use super::words::{self, UNKNOWN, ago, known, padded, percent, rate};

/// Columns from which the cost stands on one row, and from which it is told in full.
const ONE_ROW: usize = 92;
const IN_FULL: usize = 60;
/// Columns from which a row of a list is told in full.
const WIDE: usize = 44;
/// Most rows of details.
const DETAILS: usize = 8;

/// What watching costs against its budget, and whether it had to slow down.
pub(super) fn cost(snapshot: &Snapshot, width: usize) -> Vec<Row> {
    let cost = &snapshot.cost;
    if snapshot.number == 0 {
        // Nothing was sampled yet, so the zeros mean nothing.
        let unknown = format!("{UNKNOWN:>12}");
        return vec![vec![label("cost", false), (Ink::Text, unknown)]];
    }
    let fine = |share: f64| format!("{:.2} %", share * 100.0);
    let used = format!("{:>7} of {}", known(cost.cpu, fine), fine(cost.budget));
    let is_over = cost.cpu.is_some_and(|cpu| cpu > cost.budget);
    let used = match is_over {
        true => (Ink::Warning, format!("{used} OVER")),
        false => (Ink::Text, used),
    };
    let (terminal, disk) = (known(cost.terminal, rate), rate(cost.disk));
    let memory = bytes(cost.memory);
    let head = vec![label("cost", false), used];
    let mut rows: Vec<Row> = if width >= IN_FULL {
        let rest = format!("  memory {memory:>10}   terminal {terminal:>12}   disk {disk:>12}");
        match width {
            ONE_ROW.. => vec![head.into_iter().chain([(Ink::Text, rest)]).collect()],
            _ => vec![head, vec![(Ink::Text, rest)]],
        }
    } else {
        let short = |rate: f64| format!("{}/s", short_bytes(whole(rate)));
        let rest = format!(
            " {:>5} mem {:>6} tty {:>6} disk",
            short_bytes(cost.memory),
            known(cost.terminal, short),
            short(cost.disk),
        );
        vec![head, vec![(Ink::Text, rest)]]
    };
    if cost.stretched > 1.0 {
        let text = format!(
            "  over budget: samples come {:.1} times slower",
            cost.stretched
        );
        rows.insert(1, vec![(Ink::Warning, text)]);
    }
    rows
}

/// Whole bytes; the cast saturates.
fn whole(value: f64) -> u64 {
    value.max(0.0).round() as u64
}

/// How many alerts there are, and those that are not at rest.
pub(super) fn alert_rows(alerts: Option<&[AlertRow]>) -> Vec<Row> {
    let Some(alerts) = alerts else {
        return vec![vec![
            label("alerts", false),
            (Ink::Text, UNKNOWN.to_owned()),
        ]];
    };
    let is_up = |a: &&&AlertRow| matches!(a.state, AlertState::Firing | AlertState::Pending);
    let firing = alerts
        .iter()
        .filter(|a| a.state == AlertState::Firing)
        .count();
    let summary = match (firing, alerts.len()) {
        (0, 0) => (Ink::Faint, "none".to_owned()),
        (0, all) => (Ink::Good, format!("none of {all} firing")),
        (firing, all) => (Ink::Error, format!("{firing} of {all} firing")),
    };
    let mut rows = vec![vec![label("alerts", false), summary]];
    let sorted = alerts::sorted(alerts);
    let up = sorted.iter().filter(is_up).take(DETAILS);
    rows.extend(up.map(|alert| {
        let (ink, mark) = alerts::mark(alert);
        let value = alert
            .value
            .map_or_else(String::new, |v| format!("  {v:.4}"));
        vec![
            (ink, format!("  {mark} {:<8}", alert.state.name())),
            (Ink::Text, format!(" {}", alert.name)),
            (Ink::Faint, value),
        ]
    }));
    rows
}

/// How many breakers are closed, and those that are not.
pub(super) fn breaker_rows(snapshot: &Snapshot, width: usize) -> Vec<Row> {
    let all = &snapshot.program.breakers;
    let others: Vec<_> = all.iter().filter(|b| b.state != CLOSED).collect();
    let summary = match (all.len(), others.len()) {
        (0, _) if snapshot.number == 0 => (Ink::Text, UNKNOWN.to_owned()),
        (0, _) => (Ink::Faint, "none".to_owned()),
        (all, 0) => (Ink::Good, format!("all {all} closed")),
        (all, others) => (Ink::Warning, format!("{others} of {all} not closed")),
    };
    let mut rows = vec![vec![label("breakers", false), summary]];
    rows.extend(others.into_iter().take(DETAILS).map(|breaker| {
        let (ink, mark) = breakers::mark(&breaker.state);
        let (name, state) = (padded(&breaker.name, 10), padded(&breaker.state, 11));
        let left = match width {
            WIDE.. => breakers::countdown(breaker),
            _ => breaker.half_open_in.map(words::countdown),
        };
        let failed = breaker.failure_rate.filter(|_| width >= WIDE);
        let failed = failed.map_or_else(String::new, |r| format!("  {} failed", percent(r)));
        vec![
            (ink, format!("  {mark} ")),
            (Ink::Text, format!("{name} ")),
            (ink, state),
            (Ink::Text, format!("{:>6}", left.unwrap_or_default())),
            (Ink::Faint, failed),
        ]
    }));
    rows
}

/// The collectors that do not answer as they should; none where all do.
pub(super) fn collector_rows(snapshot: &Snapshot) -> Vec<Row> {
    let told = snapshot.collectors.iter().filter_map(|collector| {
        let (ink, text) = match &collector.health {
            Health::Slow => {
                let age = known(collector.age, ago);
                (Ink::Warning, format!("slow, {age} old"))
            }
            Health::Failed(why) => (Ink::Error, format!("failed: {why}")),
            Health::Idle | Health::Fine | Health::Absent(_) => return None,
        };
        Some(vec![
            (
                Ink::Faint,
                format!("  {} ", padded(&collector.name, LABEL - 2)),
            ),
            (ink, text),
        ])
    });
    let told: Vec<Row> = told.collect();
    if told.is_empty() {
        return told;
    }
    let summary = counted(told.len(), "collector");
    let head = vec![label("trouble", false), (Ink::Warning, summary)];
    std::iter::once(head)
        .chain(told.into_iter().take(DETAILS))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::Cost;

    #[test]
    fn the_most_severe_alert_is_told_first() {
        use super::super::data::AlertSeverity;
        let alert = |name: &str, severity, state| AlertRow {
            name: name.to_owned(),
            severity,
            state,
            since: None,
            value: None,
            annotation: String::new(),
        };
        let rows = alert_rows(Some(&[
            alert("pending", AlertSeverity::Critical, AlertState::Pending),
            alert("info", AlertSeverity::Info, AlertState::Firing),
            alert("warning", AlertSeverity::Warning, AlertState::Firing),
            alert("critical", AlertSeverity::Critical, AlertState::Firing),
        ]));
        let names: Vec<&str> = rows[1..].iter().map(|row| row[1].1.trim()).collect();
        assert_eq!(names, ["critical", "warning", "info", "pending"]);
    }

    fn told(snapshot: &Snapshot, width: usize) -> Vec<String> {
        let text = |row: &Row| row.iter().map(|(_, text)| text.as_str()).collect();
        cost(snapshot, width).iter().map(text).collect()
    }

    #[test]
    fn the_cost_is_told_against_its_budget() {
        let mut snapshot = Snapshot {
            number: 1,
            cost: Cost {
                cpu: Some(0.0042),
                budget: 0.01,
                memory: 3 << 20,
                terminal: Some(1234.0),
                disk: 120.0,
                stretched: 1.0,
            },
            ..Snapshot::default()
        };
        assert_eq!(told(&snapshot, 120).len(), 1);
        assert_eq!(
            told(&snapshot, 70),
            [
                " cost       0.42 % of 1.00 %",
                "  memory    3.0 MiB   terminal    1.2 KiB/s   disk      120 B/s"
            ]
        );
        assert_eq!(told(&snapshot, 34)[1], "    3M mem   1K/s tty 120B/s disk");
        snapshot.cost.cpu = Some(0.02);
        snapshot.cost.stretched = 2.0;
        snapshot.cost.terminal = None;
        let over = told(&snapshot, 34);
        assert_eq!(over[0], " cost       2.00 % of 1.00 % OVER");
        assert_eq!(over[1], "  over budget: samples come 2.0 times slower");
        assert_eq!(over[2], "    3M mem    n/a tty 120B/s disk");
        assert_eq!(told(&Snapshot::default(), 34), [" cost               n/a"]);
    }
}
