//! The last samples, for graphs.

use std::collections::VecDeque;

use super::{Machine, Process};

/// Most samples held.
pub const SAMPLES: usize = 600;

/// What a graph draws of one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sample {
    process_cpu: Option<f64>,
    process_memory: Option<f64>,
    threads: Option<f64>,
    machine_cpu: Option<f64>,
    load: Option<f64>,
}

/// The last [`SAMPLES`] moments, in the units of [`Process`] and [`Machine`]. One ring for all
/// figures, so that the same place in two graphs is the same moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    samples: VecDeque<Sample>,
}

impl History {
    /// Adds a moment; the oldest one goes where the ring is full.
    pub fn push(&mut self, process: &Process, machine: &Machine) {
        if self.samples.len() == SAMPLES {
            self.samples.pop_front();
        }
        self.samples.push_back(Sample {
            process_cpu: process.cpu,
            // Exact up to 8 PiB.
            process_memory: process.memory.map(|bytes| bytes as f64),
            // Exact: no system has that many threads.
            threads: process.threads.map(|count| count as f64),
            machine_cpu: machine.cpu,
            load: machine.load.map(|[one, ..]| one),
        });
    }

    /// Moments held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether nothing was sampled yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Cores that this process kept busy, oldest first.
    pub fn process_cpu(&self) -> impl Iterator<Item = Option<f64>> {
        self.samples.iter().map(|s| s.process_cpu)
    }

    /// Resident bytes of this process, oldest first.
    pub fn process_memory(&self) -> impl Iterator<Item = Option<f64>> {
        self.samples.iter().map(|s| s.process_memory)
    }

    /// Threads of this process, oldest first.
    pub fn threads(&self) -> impl Iterator<Item = Option<f64>> {
        self.samples.iter().map(|s| s.threads)
    }

    /// Share of all cores that was busy, oldest first.
    pub fn machine_cpu(&self) -> impl Iterator<Item = Option<f64>> {
        self.samples.iter().map(|s| s.machine_cpu)
    }

    /// Load over a minute, oldest first.
    pub fn load(&self) -> impl Iterator<Item = Option<f64>> {
        self.samples.iter().map(|s| s.load)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_bounded_and_in_order() {
        let mut history = History::default();
        assert!(history.is_empty());
        for i in 0..SAMPLES + 7 {
            let process = Process {
                cpu: Some(i as f64),
                threads: Some(2 * i),
                ..Process::default()
            };
            let machine = Machine {
                load: (i % 2 == 0).then_some([i as f64, 0.0, 0.0]),
                ..Machine::default()
            };
            history.push(&process, &machine);
        }
        assert_eq!(history.len(), SAMPLES);
        let kept: Vec<_> = (7..SAMPLES + 7).map(|i| Some(i as f64)).collect();
        assert_eq!(history.process_cpu().collect::<Vec<_>>(), kept);
        assert_eq!(history.threads().next(), Some(Some(14.0)));
        assert!(history.process_memory().all(|m| m.is_none()));
        assert_eq!(history.load().next(), Some(None));
        assert_eq!(history.load().nth(1), Some(Some(8.0)));
    }
}
