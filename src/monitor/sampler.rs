//! Takes samples: asks each collector that is due, and puts the answers together.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, unbounded};

use super::collectors::{Answer, CollectorKind, Named};
use super::control::{Shared, Table, Wishes};
use super::cost::{Meter, Spent};
use super::history::{History, Keeper, SAVE_EVERY, SAVE_FIRST, Series};
use super::rate::LEAST;
use super::slot::{Asked, Slot};
use super::snapshot::{CollectorState, Snapshot};
use super::time::{Time, milliseconds, thread_cpu};

/// How long a sample waits for answers from other threads; later ones come with the next.
const GRACE: Duration = Duration::from_millis(5);
/// Intervals without a sample that count as a gap: the machine slept, or was kept very busy.
const GAP: u32 = 3;

/// Puts samples together.
pub(super) struct Sampler {
    time: Time,
    /// The axis's time at the start of `time`.
    origin: u64,
    slots: Vec<Slot>,
    answers: Receiver<Answer>,
    current: Snapshot,
    history: History,
    keeper: Option<Keeper>,
    /// When the histories are written next.
    save_at: Duration,
    meter: Meter,
    /// CPU time of the collectors' own threads.
    apart: Duration,
    /// When the last sample was taken and the interval then, unless rates begin anew.
    last: Option<(Duration, Duration)>,
    is_fresh: bool,
}

impl Sampler {
    /// Asks `collectors`. `keeper` writes `history`, where that is kept; `origin` is the axis's
    /// time at the start of `time`.
    pub(super) fn new(
        (time, origin): (Time, u64),
        collectors: Vec<Named>,
        budget: f64,
        history: History,
        keeper: Option<Keeper>,
    ) -> Self {
        let (answer, answers) = unbounded();
        let mut current = Snapshot::default();
        current.process.pid = std::process::id();
        Self {
            save_at: time.now().steady + SAVE_FIRST,
            time,
            origin,
            slots: collectors
                .into_iter()
                .map(|c| Slot::new(c, &answer))
                .collect(),
            answers,
            current,
            history,
            keeper,
            meter: Meter::new(budget),
            apart: Duration::ZERO,
            last: None,
            is_fresh: true,
        }
    }

    /// Takes a sample of what `shared` wishes for.
    pub(super) fn sample(&mut self, shared: &Shared) -> Arc<Snapshot> {
        let (now, wishes) = (self.time.now(), shared.wishes());
        let interval = self.meter.stretch(wishes.interval);
        let every = self.passed(now.steady, interval);
        self.is_fresh = every.is_none();
        if self.is_fresh && self.last.is_some() {
            self.forget_rates();
        }
        self.last = Some((now.steady, interval));
        self.ask(now.steady, &wishes, interval);
        let at = self.origin + milliseconds(now.steady);
        let trend = self.history.trend(Series::OwnMemory, self.origin, at);
        let spent = self.spent(shared);
        let collectors = self.states(now.steady);
        let current = &mut self.current;
        current.at_ms = now.wall;
        current.uptime = now.steady.as_secs_f64();
        current.number += 1;
        current.process.memory_trend = trend.filter(|_| current.process.memory.is_some());
        current.cost = self.meter.note(now.steady, spent, wishes.interval);
        current.collectors = collectors;
        let snapshot = Arc::new(current.clone());
        self.history.push(at, every.unwrap_or(interval), &snapshot);
        if let Some(keeper) = &self.keeper
            && now.steady >= self.save_at
        {
            self.save_at = now.steady + SAVE_EVERY;
            keeper.save();
        }
        snapshot
    }

    /// Time since the last sample, unless that is a gap.
    fn passed(&self, now: Duration, interval: Duration) -> Option<Duration> {
        let (last, then) = self.last?;
        let passed = now.saturating_sub(last);
        // The interval may have been set shorter since.
        (passed <= interval.max(then) * GAP).then_some(passed)
    }

    /// Time until the next sample. Rates need two; the second one need not keep the reader
    /// waiting.
    pub(super) fn wait(&self, wishes: &Wishes) -> Duration {
        let interval = self.meter.stretch(wishes.interval);
        let next = if self.is_fresh {
            interval.min(LEAST)
        } else {
            interval
        };
        let now = self.time.now().steady;
        let passed = self.last.map(|(last, _)| now.saturating_sub(last));
        next.saturating_sub(passed.unwrap_or_default())
    }

    /// Starts new rates, so that none is told over a time in which nothing was sampled.
    pub(super) fn forget_rates(&mut self) {
        for slot in &mut self.slots {
            slot.forget();
        }
        self.meter.forget();
        self.last = None;
    }

    /// Writes the histories a last time.
    pub(super) fn close(self) {
        if let Some(keeper) = self.keeper {
            keeper.close();
        }
    }

    fn ask(&mut self, now: Duration, wishes: &Wishes, interval: Duration) {
        // Late answers first, so that their askers are free.
        while let Ok(answer) = self.answers.try_recv() {
            self.take(answer, now);
        }
        let mut awaited = 0;
        for slot in &mut self.slots {
            let enabled = wishes.is_enabled(slot.kind);
            slot.follow(
                enabled,
                is_table_wanted(slot.kind, wishes),
                &mut self.current,
            );
            if !slot.is_due(now, interval) {
                continue;
            }
            match slot.ask(now, interval) {
                Asked::Answered(answer) => {
                    self.apart += slot.take(answer, now, &mut self.current);
                }
                Asked::Awaited => awaited += 1,
                Asked::Busy => {}
            }
        }
        let deadline = Instant::now() + GRACE;
        while awaited > 0 {
            let Ok(answer) = self.answers.recv_deadline(deadline) else {
                break;
            };
            // One that was asked before was not awaited.
            awaited -= usize::from(answer.asked == now);
            self.take(answer, now);
        }
        for slot in &mut self.slots {
            slot.grow_impatient(now);
        }
    }

    fn take(&mut self, answer: Answer, now: Duration) {
        if let Some(slot) = self.slots.iter_mut().find(|s| s.kind == answer.kind) {
            self.apart += slot.take(answer, now, &mut self.current);
        }
    }

    fn spent(&self, shared: &Shared) -> Spent {
        let keeping = self.keeper.as_ref().map_or(Duration::ZERO, Keeper::cpu);
        Spent {
            cpu: thread_cpu() + self.apart + keeping + shared.drawing(),
            terminal: shared.terminal(),
            disk: self.keeper.as_ref().map_or(0, Keeper::bytes),
            memory: self.history.bytes(),
        }
    }

    fn states(&self, now: Duration) -> Vec<CollectorState> {
        let kept = self.keeper.as_ref().map(|keeper| {
            let last = keeper.last();
            let age = last.at.map(|then| now.saturating_sub(then).as_secs_f64());
            CollectorState {
                name: "history".to_owned(),
                enabled: true,
                health: last.health,
                took: last.took,
                age,
            }
        });
        self.slots
            .iter()
            .map(|slot| slot.state(now))
            .chain(kept)
            .collect()
    }
}

fn is_table_wanted(kind: CollectorKind, wishes: &Wishes) -> bool {
    match kind {
        CollectorKind::Processes => wishes.wants(Table::Processes),
        CollectorKind::Threads => wishes.wants(Table::Threads),
        CollectorKind::Cpu
        | CollectorKind::Memory
        | CollectorKind::Process
        | CollectorKind::Disks
        | CollectorKind::Network
        | CollectorKind::Temperature
        | CollectorKind::Gpu
        | CollectorKind::Program => false,
    }
}
