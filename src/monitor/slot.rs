//! One collector among the others: when it is asked, and how it fares.

use std::time::Duration;

use crossbeam_channel::Sender;

use super::collectors::{Answer, Ask, Collector, CollectorKind, Fault, Named, ask};
use super::snapshot::{CollectorState, Health, Snapshot};
use super::worker::Worker;

/// Longest time from one question to a seldom asked collector to the next, unless the interval is
/// longer.
const SELDOM: Duration = Duration::from_secs(30);
/// Time until one that found nothing to ask is asked again.
const ABSENT: Duration = Duration::from_secs(60);

/// A collector with its state.
pub(super) struct Slot {
    pub(super) kind: CollectorKind,
    runs: Runs,
    enabled: bool,
    /// Whether it is asked: it is on, and wanted.
    active: bool,
    table: bool,
    /// Questions since rates began anew; the second one comes early.
    questions: u32,
    due: Duration,
    health: Health,
    took: Option<Duration>,
    answered: Option<Duration>,
}

enum Runs {
    Here(Box<dyn Collector>),
    Apart(Worker),
}

/// What became of a question.
pub(super) enum Asked {
    /// It is answered.
    Answered(Answer),
    /// The answer will come.
    Awaited,
    /// It was not asked, as an earlier question is open.
    Busy,
}

impl Slot {
    /// A collector that was not asked yet; one that may block gives its answers to `answers`.
    pub(super) fn new((kind, collector): Named, answers: &Sender<Answer>) -> Self {
        let runs = if kind.may_block() {
            Runs::Apart(Worker::new(kind, collector, answers.clone()))
        } else {
            Runs::Here(collector)
        };
        Self {
            kind,
            runs,
            enabled: false,
            active: false,
            table: false,
            questions: 0,
            due: Duration::ZERO,
            health: Health::Idle,
            took: None,
            answered: None,
        }
    }

    /// Follows what is wished: whether it is `enabled`, and whether its `table` is wanted. What it
    /// told before becomes unknown where that ends.
    pub(super) fn follow(&mut self, enabled: bool, table: bool, current: &mut Snapshot) {
        let active = enabled && (table || self.kind != CollectorKind::Threads);
        self.enabled = enabled;
        if self.table != table {
            self.table = table;
            self.forget();
            // A count is all that is left of the table until the next answer.
            if self.kind == CollectorKind::Processes {
                current.processes.clear();
            }
        }
        if self.active && !active {
            match &mut self.runs {
                Runs::Here(collector) => collector.rest(),
                Runs::Apart(worker) => worker.rest(),
            }
            self.kind.clear(current);
            (self.health, self.took, self.answered) = (Health::Idle, None, None);
            (self.questions, self.due) = (0, Duration::ZERO);
        }
        self.active = active;
    }

    /// Whether it is to be asked at `now`.
    pub(super) fn is_due(&self, now: Duration, interval: Duration) -> bool {
        let is_absent = matches!(self.health, Health::Absent(_));
        let is_frequent = self.questions < 2 || self.kind.multiple(self.table) == 1;
        self.active && (now + interval / 2 >= self.due || (is_frequent && !is_absent))
    }

    /// Asks.
    pub(super) fn ask(&mut self, at: Duration, interval: Duration) -> Asked {
        let question = Ask {
            at,
            table: self.table,
        };
        let seldom = interval.saturating_mul(self.kind.multiple(self.table));
        let asked = match &mut self.runs {
            Runs::Here(collector) => Asked::Answered(ask(self.kind, &mut **collector, question)),
            Runs::Apart(worker) => match worker.ask(question) {
                Ok(true) => Asked::Awaited,
                Ok(false) => return Asked::Busy,
                Err(error) => Asked::Answered(Answer {
                    kind: self.kind,
                    asked: at,
                    told: Err(Fault::Failed(error.to_string())),
                    took: Duration::ZERO,
                    cpu: Duration::ZERO,
                }),
            },
        };
        self.questions = self.questions.saturating_add(1);
        self.due = at + seldom.min(interval.max(SELDOM));
        asked
    }

    /// Takes an answer, and puts it into `current`. Returns the CPU time that another thread used
    /// for it.
    pub(super) fn take(
        &mut self,
        answer: Answer,
        now: Duration,
        current: &mut Snapshot,
    ) -> Duration {
        let apart = match &mut self.runs {
            Runs::Here(_) => Duration::ZERO,
            Runs::Apart(worker) => {
                worker.answered();
                answer.cpu
            }
        };
        // It was switched off meanwhile.
        if !self.active {
            return apart;
        }
        (self.took, self.answered) = (Some(answer.took), Some(now));
        self.health = match answer.told {
            Ok(part) => {
                part.put(current);
                if answer.took > self.kind.patience() {
                    Health::Slow
                } else {
                    Health::Fine
                }
            }
            Err(fault) => {
                self.kind.clear(current);
                self.failed(fault, answer.asked)
            }
        };
        apart
    }

    fn failed(&mut self, fault: Fault, asked: Duration) -> Health {
        match fault {
            Fault::Failed(why) => {
                // Once, not with every sample.
                if !matches!(self.health, Health::Failed(_)) {
                    tracing::warn!("the collector {} fails: {why}", self.kind);
                }
                Health::Failed(why)
            }
            Fault::Absent(why) => {
                self.due = asked + ABSENT;
                Health::Absent(why)
            }
        }
    }

    /// Calls it slow where an answer is overdue at `now`.
    pub(super) fn grow_impatient(&mut self, now: Duration) {
        let pending = match &self.runs {
            Runs::Here(_) => None,
            Runs::Apart(worker) => worker.pending(),
        };
        let waited = pending.map(|since| now.saturating_sub(since));
        if self.active && waited.is_some_and(|waited| waited >= self.kind.patience()) {
            if self.health != Health::Slow {
                tracing::warn!("the collector {} is slow; what is shown is old", self.kind);
            }
            self.health = Health::Slow;
        }
    }

    /// Starts rates anew.
    pub(super) fn forget(&mut self) {
        self.questions = 0;
        match &mut self.runs {
            Runs::Here(collector) => collector.forget(),
            Runs::Apart(worker) => worker.forget(),
        }
    }

    /// How it fares at `now`.
    pub(super) fn state(&self, now: Duration) -> CollectorState {
        let age = self.answered.map(|then| now.saturating_sub(then));
        CollectorState {
            name: self.kind.name().to_owned(),
            enabled: self.enabled,
            health: self.health.clone(),
            took: self.took,
            age: age.map(|age| age.as_secs_f64()),
        }
    }
}
