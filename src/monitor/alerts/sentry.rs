//! One who watches the snapshots: asks the rules, does what is to be done, writes it down.

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::time::Duration;

use super::actions::{Action, Runner, RunnerSettings, Targets};
use super::history::{CAPACITY, History};
use super::rule::{CheckedRule, Severity};
use super::series::Labels;
use super::state::{Event, Phase};
use super::{AlertSettings, Alerts, Transition};
use crate::monitor::lease::Lease;
use crate::monitor::metrics::families;
use crate::monitor::snapshot::Snapshot;
use crate::resilience::{Breaker, Clock};

/// Ended alerts that are still shown.
const MOST_ENDED: usize = 32;
/// How many intervals may pass between two samples before nobody is taken to have looked.
const GAP_INTERVALS: u32 = 3;

/// What a sentry goes by.
#[derive(Debug, Clone)]
pub struct SentrySettings {
    /// The rules.
    pub rules: Vec<CheckedRule>,
    /// Time between two samples.
    pub interval: Duration,
    /// Who is told.
    pub targets: Targets,
    /// File of the history; `None` keeps none. Of several processes with one file, one alone writes
    /// down, sends and runs what is due for alerts that all of them see.
    pub history: Option<PathBuf>,
}

impl SentrySettings {
    /// The same rules for somebody who only looks: nobody is told, and nothing is written down.
    #[must_use]
    pub fn silent(self) -> Self {
        Self {
            targets: Targets {
                bell: false,
                log: false,
                ..Targets::default()
            },
            history: None,
            ..self
        }
    }
}

/// An alert, or a rule without any.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Name of the rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// What tells it from others of the rule.
    pub labels: Labels,
    /// Where it stands.
    pub phase: Phase,
    /// Whether it fired and is over; its phase is inactive then.
    pub is_ended: bool,
    /// Since when, in milliseconds since 1970; `None` for a rule without alerts.
    pub since_ms: Option<u64>,
    /// What the condition gave last.
    pub value: Option<f64>,
    /// What to tell people.
    pub annotation: String,
}

/// What a sentry has to say of a snapshot.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watched {
    /// All alerts and rules, the most urgent first.
    pub standings: Vec<Standing>,
    /// Bytes for the terminal, which its owner writes.
    pub terminal: Vec<u8>,
}

/// Evaluates rules, acts, and keeps the history.
#[derive(Debug)]
pub struct Sentry {
    alerts: Alerts,
    targets: Targets,
    runner: Option<Runner>,
    history: Option<History>,
    lease: Option<Lease>,
    /// Rules of which every process of the machine sees the same.
    common: HashSet<String>,
    /// Whether the last write of the history failed, so that it is told once.
    is_failing: bool,
    ended: VecDeque<Transition>,
}

impl Sentry {
    /// Begins its watch; `clock` only moves on.
    #[must_use]
    pub fn new(settings: SentrySettings, clock: &Clock) -> Self {
        let longest_gap = (settings.interval * GAP_INTERVALS).max(Duration::from_secs(60));
        let alerts = AlertSettings {
            longest_gap,
            ..AlertSettings::default()
        };
        let runner = Runner::start(&RunnerSettings::default(), clock)
            .inspect_err(|e| tracing::error!("nobody is told of alerts: {e}"));
        let common = settings.rules.iter().filter(|rule| rule.is_of_machine());
        let lock = settings.history.as_ref();
        Self {
            common: common.map(|checked| checked.rule.name.clone()).collect(),
            lease: lock.map(|path| Lease::new(path.with_added_extension("lock"))),
            alerts: Alerts::new(settings.rules, alerts, clock.clone()),
            targets: settings.targets,
            runner: runner.ok(),
            history: settings.history.map(|path| History::new(path, CAPACITY)),
            is_failing: false,
            ended: VecDeque::new(),
        }
    }

    /// The breaker of webhooks, where any are sent.
    #[must_use]
    pub fn breaker(&self) -> Option<&Breaker> {
        let runner = self.runner.as_ref();
        runner
            .filter(|_| self.targets.webhook.is_some())
            .map(Runner::breaker)
    }

    /// Takes a snapshot. Writes to the history's file, so it is not for a thread that draws.
    pub fn take(&mut self, snapshot: &Snapshot) -> Watched {
        let transitions = self.alerts.evaluate(snapshot.at_ms, &families(snapshot));
        let is_first = transitions.is_empty() || self.lease.as_mut().is_none_or(Lease::is_ours);
        let is_ours = |t: &Transition| is_first || !self.common.contains(&t.rule);
        let due = transitions.iter().flat_map(|transition| {
            let mut actions = self.targets.actions(transition);
            // Each terminal has somebody before it, and each process a log.
            actions.retain(|action| match action {
                Action::Bell | Action::Notify { .. } | Action::Log { .. } => true,
                Action::Webhook { .. } | Action::Command { .. } => is_ours(transition),
            });
            actions
        });
        let due: Vec<Action> = due.collect();
        let ours: Vec<&Transition> = transitions.iter().filter(|t| is_ours(t)).collect();
        if let Some(history) = &mut self.history {
            match history.append(ours) {
                Ok(()) => self.is_failing = false,
                Err(error) => {
                    if !std::mem::replace(&mut self.is_failing, true) {
                        tracing::error!("{error}");
                    }
                }
            }
        }
        let terminal = match &mut self.runner {
            Some(runner) => {
                let done = runner.perform(due);
                if done.dropped > 0 {
                    tracing::warn!("{} actions of alerts were dropped", done.dropped);
                }
                done.terminal
            }
            None => Vec::new(),
        };
        for transition in transitions {
            self.note_end(transition);
        }
        Watched {
            standings: self.standings(snapshot.at_ms),
            terminal,
        }
    }

    fn note_end(&mut self, transition: Transition) {
        let same = |t: &Transition| t.rule == transition.rule && t.labels == transition.labels;
        self.ended.retain(|t| !same(t));
        if transition.event == Event::Resolved {
            if self.ended.len() == MOST_ENDED {
                self.ended.pop_front();
            }
            self.ended.push_back(transition);
        }
    }

    fn standings(&self, at_ms: u64) -> Vec<Standing> {
        let mut out = Vec::new();
        for status in self.alerts.status() {
            let rule = &status.rule.rule.name;
            for alert in &status.alerts {
                let age = u64::try_from(alert.age.as_millis()).unwrap_or(u64::MAX);
                out.push(Standing {
                    rule: rule.clone(),
                    severity: status.rule.severity,
                    labels: alert.labels.clone(),
                    phase: alert.phase,
                    is_ended: false,
                    since_ms: Some(at_ms.saturating_sub(age)),
                    value: alert.value,
                    annotation: alert.annotation.clone(),
                });
            }
            let ended = self.ended.iter().filter(|t| t.rule == *rule);
            out.extend(ended.map(|t| Standing {
                rule: rule.clone(),
                severity: t.severity,
                labels: t.labels.clone(),
                phase: t.to,
                is_ended: true,
                since_ms: Some(t.at_ms),
                value: t.value,
                annotation: t.annotation.clone(),
            }));
            if status.alerts.is_empty() {
                out.push(Standing {
                    rule: rule.clone(),
                    severity: status.rule.severity,
                    labels: Labels::default(),
                    phase: status.phase,
                    is_ended: false,
                    since_ms: None,
                    value: None,
                    annotation: String::new(),
                });
            }
        }
        // Stable, so that rules keep their order.
        out.sort_by_key(|s| std::cmp::Reverse((s.phase, s.is_ended)));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::alerts::expr::Known;
    use crate::monitor::alerts::history::{Query, query};
    use crate::monitor::alerts::rule::{Rule, validate};
    use crate::monitor::metrics::NAMES;
    use crate::monitor::snapshot::Machine;
    use crate::monitor::snapshot::Process;

    fn snapshot(at_ms: u64, cpu: f64) -> Snapshot {
        Snapshot {
            at_ms,
            machine: Machine {
                cpu: Some(cpu),
                ..Machine::default()
            },
            ..Snapshot::default()
        }
    }

    #[test]
    fn what_fires_is_shown_told_and_written_down() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.jsonl");
        let rule = Rule {
            name: "Busy".into(),
            expr: "postwright_host_cpu_ratio > 0.9".into(),
            hold: "2s".into(),
            ..Rule::default()
        };
        let (clock, hand) = Clock::manual();
        let settings = SentrySettings {
            rules: validate(&[rule], Known(NAMES)).unwrap(),
            interval: Duration::from_secs(1),
            targets: Targets::default(),
            history: Some(path.clone()),
        };
        let mut sentry = Sentry::new(settings, &clock);
        let mut seen = Vec::new();
        for (second, cpu) in (1..).zip([0.1, 0.95, 0.95, 0.95, 0.2]) {
            hand.advance(Duration::from_secs(1));
            let watched = sentry.take(&snapshot(second * 1_000, cpu));
            let first = &watched.standings[0];
            seen.push((first.phase, first.is_ended, first.since_ms));
            // The bell, when it begins to fire.
            assert_eq!(watched.terminal == b"\x07", second == 4, "{second}");
        }
        let expected = [
            (Phase::Inactive, false, None),
            (Phase::Pending, false, Some(2_000)),
            (Phase::Pending, false, Some(2_000)),
            (Phase::Firing, false, Some(2_000)),
            (Phase::Inactive, true, Some(5_000)),
        ];
        assert_eq!(seen, expected);
        let found = query(&path, &Query::default()).unwrap();
        assert!(sentry.breaker().is_none(), "no webhook");
        let events: Vec<Event> = found.transitions.iter().map(|t| t.event).collect();
        assert_eq!(events, [Event::Pending, Event::Firing, Event::Resolved]);
    }

    #[test]
    fn of_two_processes_one_tells_what_both_see() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.jsonl");
        let rule = |name: &str, expr: &str| Rule {
            name: name.into(),
            expr: expr.into(),
            ..Rule::default()
        };
        let rules = [
            rule("Machine", "postwright_host_cpu_ratio > 0.9"),
            rule("Own", "postwright_process_threads > 1"),
            rule(
                "Both",
                "postwright_process_threads > 1 and postwright_host_cpu_ratio > 0.9",
            ),
        ];
        let clock = Clock::system();
        let sentry = || {
            let settings = SentrySettings {
                rules: validate(&rules, Known(NAMES)).unwrap(),
                interval: Duration::from_secs(1),
                targets: Targets::default(),
                history: Some(path.clone()),
            };
            Sentry::new(settings, &clock)
        };
        let busy = Snapshot {
            process: Process {
                threads: Some(2),
                ..Process::default()
            },
            ..snapshot(1_000, 0.95)
        };
        let mut both = [sentry(), sentry()];
        for sentry in &mut both {
            assert_eq!(sentry.take(&busy).terminal, b"\x07\x07\x07", "each rings");
        }
        let found = query(&path, &Query::default()).unwrap();
        let mut names: Vec<&str> = found.transitions.iter().map(|t| t.rule.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Both", "Both", "Machine", "Own", "Own"]);
    }
}
