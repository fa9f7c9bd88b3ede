//! All rules over the snapshots as they come.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::expr::{Vector, evaluate};
use super::rule::{CheckedRule, Severity};
use super::series::{Labels, Staleness, Store};
use super::state::{Event, Phase, Seen, State};
use crate::resilience::clock::Clock;
use crate::telemetry::metric::Family;

/// Settings of [`Alerts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertSettings {
    /// When a series is current.
    pub staleness: Staleness,
    /// Time between two evaluations that counts; in a longer gap nobody looked (the process was
    /// stopped, the machine slept), and none of it counts for `for` and `keep_firing_for`. It must
    /// be longer than evaluations are apart. Default: 1 min.
    pub longest_gap: Duration,
}

impl Default for AlertSettings {
    fn default() -> Self {
        Self {
            staleness: Staleness::default(),
            longest_gap: Duration::from_secs(60),
        }
    }
}

/// Something that happened to an alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    /// When, in milliseconds since 1970, by the system's clock.
    pub at_ms: u64,
    /// Name of the rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// Labels of the alert; none where it is about the rule as a whole.
    pub labels: Labels,
    /// What happened.
    pub event: Event,
    /// State before.
    pub from: Phase,
    /// State after.
    pub to: Phase,
    /// What the condition gave; `None` without data, and where it is no finite number.
    pub value: Option<f64>,
    /// What to tell people.
    pub annotation: String,
}

/// Where an alert stands.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertStatus {
    /// Its labels.
    pub labels: Labels,
    /// Its state.
    pub phase: Phase,
    /// How long its condition has held or its data has been missing, not counting gaps.
    pub age: Duration,
    /// What the condition gave last.
    pub value: Option<f64>,
    /// What to tell people.
    pub annotation: String,
}

/// Where a rule stands.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleStatus<'a> {
    /// The rule.
    pub rule: &'a CheckedRule,
    /// The most urgent state among its alerts; without any, whether there is data.
    pub phase: Phase,
    /// Its alerts that are not inactive, by labels.
    pub alerts: Vec<AlertStatus>,
}

/// Evaluates rules and keeps the states of their alerts.
///
/// Time is that of the clock it was made with, which the system's date does not move: setting the
/// date back or forth changes no state.
#[derive(Debug)]
pub struct Alerts {
    rules: Vec<Watched>,
    store: Store,
    settings: AlertSettings,
    clock: Clock,
    /// The clock at the last evaluation.
    last: Option<Duration>,
    /// Time in which somebody looked.
    watched: Duration,
}

#[derive(Debug)]
struct Watched {
    rule: CheckedRule,
    alerts: BTreeMap<Labels, Alert>,
    /// Whether the last evaluation knew anything; `None` before the first that did.
    has_data: Option<bool>,
}

#[derive(Debug, Default)]
struct Alert {
    state: State,
    value: Option<f64>,
}

impl Alerts {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new(rules: Vec<CheckedRule>, settings: AlertSettings, clock: Clock) -> Self {
        let mut alerts = Self {
            rules: Vec::new(),
            store: Store::new(settings.staleness, []),
            settings,
            clock,
            last: None,
            watched: Duration::ZERO,
        };
        alerts.replace_rules(rules);
        alerts
    }

    /// Goes on with other rules. Alerts of a rule whose name stays keep their states; where its
    /// `for` is longer now, the next evaluation makes a firing alert pending again.
    pub fn replace_rules(&mut self, rules: Vec<CheckedRule>) {
        let mut old: BTreeMap<String, Watched> = self
            .rules
            .drain(..)
            .map(|watched| (watched.rule.rule.name.clone(), watched))
            .collect();
        let watch = |rule: CheckedRule| {
            let before = old.remove(&rule.rule.name);
            let has_data = before.as_ref().and_then(|w| w.has_data);
            let alerts = before.map(|w| w.alerts).unwrap_or_default();
            Watched {
                rule,
                alerts,
                has_data,
            }
        };
        self.rules = rules.into_iter().map(watch).collect();
        let mut needs = Vec::new();
        for watched in &self.rules {
            let exprs = std::iter::once(&watched.rule.expr).chain(&watched.rule.clear);
            for expr in exprs {
                expr.selectors(&mut |selector, window| needs.push((selector.name.clone(), window)));
            }
        }
        self.store.need(needs);
    }

    /// Takes the samples of now and evaluates every rule. `at_ms` is the system's date, which is
    /// only written into the transitions.
    pub fn evaluate(&mut self, at_ms: u64, families: &[Family]) -> Vec<Transition> {
        let clock = self.clock.now();
        let gap = clock.saturating_sub(self.last.unwrap_or(clock));
        self.last = Some(clock);
        if gap <= self.settings.longest_gap {
            self.watched += gap;
        }
        // 292 million years fit.
        let now = i64::try_from(clock.as_millis()).unwrap_or(i64::MAX);
        let now = self.store.push(now, families);
        let mut transitions = Vec::new();
        for watched in &mut self.rules {
            watched.evaluate(&self.store, now, self.watched, at_ms, &mut transitions);
        }
        transitions
    }

    /// Where every rule stands.
    #[must_use]
    pub fn status(&self) -> Vec<RuleStatus<'_>> {
        self.rules
            .iter()
            .map(|rule| rule.status(self.watched))
            .collect()
    }
}

impl Watched {
    fn evaluate(
        &mut self,
        store: &Store,
        now: i64,
        watched: Duration,
        at_ms: u64,
        out: &mut Vec<Transition>,
    ) {
        let found = evaluate(&self.rule.expr, store, now);
        let clear = self
            .rule
            .clear
            .as_ref()
            .map(|clear| evaluate(clear, store, now));
        let active: BTreeSet<Labels> = self.alerts.keys().cloned().collect();
        let holding = found.iter().filter(|(_, element)| element.holds);
        let all: BTreeSet<Labels> = holding
            .map(|(labels, _)| labels.clone())
            .chain(active)
            .collect();
        let was_quiet = self.alerts.is_empty();
        for labels in all {
            let seen = seen(&labels, &found, clear.as_ref());
            let alert = self.alerts.entry(labels.clone()).or_default();
            if let Some(element) = found.get(&labels) {
                alert.value = Some(element.value);
            }
            let from = alert.state.phase();
            let (hold, keep) = (self.rule.hold, self.rule.keep_firing_for);
            let (state, event) = alert.state.step(seen, watched, hold, keep);
            alert.state = state;
            let to = state.phase();
            let value = alert.value;
            if to == Phase::Inactive {
                self.alerts.remove(&labels);
            }
            if let Some(event) = event {
                let mut transition = self.transition(at_ms, &labels, event, from, to, value);
                if seen == Seen::Nothing {
                    // The annotation tells the last value; it is not one of now.
                    transition.value = None;
                }
                out.push(transition);
            }
        }
        // Alerts tell of their own series. Where there is none, the rule tells of its data, but
        // not of data that never was: a machine without a graphics card is no news.
        let has_data = !found.is_empty();
        if was_quiet && self.has_data == Some(!has_data) {
            let (event, from, to) = if has_data {
                (Event::Returned, Phase::NoData, Phase::Inactive)
            } else {
                (Event::NoData, Phase::Inactive, Phase::NoData)
            };
            // What began in this very moment tells more than that data is back.
            if self.alerts.is_empty() {
                out.push(self.transition(at_ms, &Labels::default(), event, from, to, None));
            }
        }
        if has_data || self.has_data.is_some() {
            self.has_data = Some(has_data);
        }
    }

    fn transition(
        &self,
        at_ms: u64,
        labels: &Labels,
        event: Event,
        from: Phase,
        to: Phase,
        value: Option<f64>,
    ) -> Transition {
        Transition {
            at_ms,
            rule: self.rule.rule.name.clone(),
            severity: self.rule.severity,
            labels: labels.clone(),
            event,
            from,
            to,
            value: value.filter(|value| value.is_finite()),
            annotation: value.map_or_else(String::new, |value| {
                self.rule.annotation.fill(labels, value)
            }),
        }
    }

    fn status(&self, watched: Duration) -> RuleStatus<'_> {
        let alerts: Vec<AlertStatus> = self
            .alerts
            .iter()
            .map(|(labels, alert)| {
                let since = match alert.state {
                    State::Inactive => watched,
                    State::Pending { since } | State::NoData { since, .. } => since,
                    State::Firing(fire) => fire.since,
                };
                let fill = |value| self.rule.annotation.fill(labels, value);
                AlertStatus {
                    labels: labels.clone(),
                    phase: alert.state.phase(),
                    age: watched.saturating_sub(since),
                    value: alert.value,
                    annotation: alert.value.map_or_else(String::new, fill),
                }
            })
            .collect();
        let quiet = if self.has_data == Some(true) {
            Phase::Inactive
        } else {
            Phase::NoData
        };
        RuleStatus {
            rule: &self.rule,
            phase: alerts
                .iter()
                .map(|alert| alert.phase)
                .max()
                .unwrap_or(quiet),
            alerts,
        }
    }
}

/// What is seen of the alert with `labels`.
fn seen(labels: &Labels, found: &Vector, clear: Option<&Vector>) -> Seen {
    match (found.get(labels), clear) {
        (None, _) => Seen::Nothing,
        (Some(element), _) if element.holds => Seen::Holds,
        (Some(_), None) => Seen::Cleared,
        (Some(_), Some(clear)) => {
            let mut clear = clear.iter().filter(|(_, element)| element.holds);
            if clear.any(|(of, _)| of.are_in(labels)) {
                Seen::Cleared
            } else {
                Seen::Between
            }
        }
    }
}

#[cfg(test)]
mod tests;
