//! What watching costs, and what is done about it.

use std::time::Duration;

use super::LONGEST;
use super::rate::Rate;
use super::snapshot::Cost;

/// Samples in a row over the budget until the interval is doubled.
const PATIENCE: u32 = 5;
/// Samples in a row well below it until the interval is halved.
const CALM: u32 = 10;
/// Share of the budget under which the cost would fit into it at half the interval too.
const WELL_BELOW: f64 = 0.4;

/// Keeps the cost within a budget by stretching the interval.
#[derive(Debug)]
pub(super) struct Budget {
    cores: f64,
    doublings: u32,
    over: u32,
    below: u32,
}

impl Budget {
    /// `cores` may be kept busy; a number that is none counts as 0.
    pub(super) fn new(cores: f64) -> Self {
        Self {
            cores: cores.max(0.0),
            doublings: 0,
            over: 0,
            below: 0,
        }
    }

    /// Times by which an interval is stretched.
    pub(super) fn factor(&self) -> u32 {
        1 << self.doublings
    }

    /// `interval` as stretched; [`LONGEST`] at most.
    pub(super) fn stretch(&self, interval: Duration) -> Duration {
        interval.saturating_mul(self.factor()).min(LONGEST)
    }

    /// Takes the cores that the last sample and what followed it kept busy. `interval` is as
    /// wished, not as stretched.
    pub(super) fn note(&mut self, cpu: f64, interval: Duration) {
        let is_over = cpu > self.cores;
        let is_below = cpu < self.cores * WELL_BELOW;
        self.over = if is_over { self.over + 1 } else { 0 };
        self.below = if is_below { self.below + 1 } else { 0 };
        if self.over >= PATIENCE && self.stretch(interval) < LONGEST {
            self.doublings += 1;
            self.over = 0;
            tracing::info!(
                "watching costs {cpu:.4} cores of the {:.4} it may; one sample every {:?} now",
                self.cores,
                self.stretch(interval)
            );
        } else if self.below >= CALM && self.doublings > 0 {
            self.doublings -= 1;
            self.below = 0;
        }
        // Another interval may need fewer to come to the longest.
        while self.doublings > 0 && interval.saturating_mul(1 << (self.doublings - 1)) >= LONGEST {
            self.doublings -= 1;
        }
    }
}

/// What was spent so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    /// CPU time of the monitor's threads and of drawing.
    pub(super) cpu: Duration,
    /// Bytes to the terminal, where that is told.
    pub(super) terminal: Option<u64>,
    /// Bytes that histories wrote.
    pub(super) disk: u64,
    /// Bytes of histories in memory now.
    pub(super) memory: u64,
}

/// Measures what watching costs.
#[derive(Debug)]
pub(super) struct Meter {
    budget: Budget,
    cpu: Rate,
    terminal: Rate,
}

impl Meter {
    /// With that many cores as the budget.
    pub(super) fn new(budget: f64) -> Self {
        Self {
            budget: Budget::new(budget),
            cpu: Rate::default(),
            terminal: Rate::default(),
        }
    }

    /// Takes what was spent until `at`, and tells the cost. Histories are written seldom, so what
    /// they write is told as a mean since the start.
    pub(super) fn note(&mut self, at: Duration, spent: Spent, interval: Duration) -> Cost {
        let cpu = self.cpu.note_cpu(at, spent.cpu);
        if let Some(cpu) = cpu {
            self.budget.note(cpu, interval);
        }
        let seconds = at.as_secs_f64().max(1.0);
        Cost {
            cpu,
            budget: self.budget.cores,
            memory: spent.memory,
            terminal: spent
                .terminal
                .and_then(|total| self.terminal.note(at, total)),
            disk: spent.disk as f64 / seconds,
            stretched: self.stretch(interval).as_secs_f64() / interval.as_secs_f64(),
        }
    }

    /// See [`Budget::stretch`].
    pub(super) fn stretch(&self, interval: Duration) -> Duration {
        self.budget.stretch(interval)
    }

    /// Starts rates anew, after a time without samples.
    pub(super) fn forget(&mut self) {
        (self.cpu, self.terminal) = (Rate::default(), Rate::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Cost of each sample, how many of them, and the factor after them.
    const TABLE: [(f64, u32, u32); 12] = [
        (0.010, 50, 1),
        (0.011, 4, 1),
        (0.010, 1, 1),
        (0.011, 4, 1),
        (0.011, 1, 2),
        (0.011, 10, 8),
        (0.004, 50, 8),
        (0.003, 9, 8),
        (0.005, 1, 8),
        (0.003, 10, 4),
        (0.003, 20, 1),
        (0.000, 99, 1),
    ];

    #[test]
    fn the_interval_is_stretched_over_the_budget_and_goes_back_well_below() {
        let mut budget = Budget::new(0.01);
        for (row, (cpu, samples, factor)) in TABLE.into_iter().enumerate() {
            (0..samples).for_each(|_| budget.note(cpu, SECOND));
            assert_eq!(budget.factor(), factor, "row {row}");
        }
    }

    #[test]
    fn the_stretched_interval_ends_at_the_longest_and_follows_the_wish() {
        let mut budget = Budget::new(0.01);
        (0..500).for_each(|_| budget.note(1.0, SECOND));
        assert_eq!(budget.stretch(SECOND), LONGEST);
        assert_eq!(budget.factor(), 64);
        budget.note(0.01, 10 * SECOND);
        assert_eq!(budget.factor(), 8, "no more than takes effect");
        budget.note(0.01, LONGEST);
        assert_eq!(budget.factor(), 1);
        let mut nothing = Budget::new(f64::NAN);
        (0..PATIENCE).for_each(|_| nothing.note(0.001, SECOND));
        assert_eq!(nothing.factor(), 2);
    }

    #[test]
    fn a_meter_tells_rates_means_and_the_stretch() {
        let mut meter = Meter::new(0.01);
        let mut spent = Spent {
            disk: 500,
            memory: 9,
            ..Spent::default()
        };
        let first = meter.note(SECOND, spent, SECOND);
        assert_eq!((first.cpu, first.terminal, first.disk), (None, None, 500.0));
        let mut last = first;
        for second in 2..=10 {
            spent.cpu += Duration::from_millis(20);
            spent.terminal = Some(u64::from(second) * 100);
            last = meter.note(second * SECOND, spent, SECOND);
        }
        let expected = Cost {
            cpu: Some(0.02),
            budget: 0.01,
            memory: 9,
            terminal: Some(100.0),
            disk: 50.0,
            stretched: 2.0,
        };
        assert_eq!(last, expected);
        meter.forget();
        assert_eq!(meter.note(99 * SECOND, spent, SECOND).cpu, None);
    }
}
