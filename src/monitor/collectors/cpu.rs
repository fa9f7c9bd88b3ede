//! Cores and load of the machine: `/proc/stat` and `/proc/loadavg` (`proc_stat(5)`).

use std::path::Path;

use super::source::{ProcFile, unexpected};
use super::{Ask, Collector, Fault, Part};
use crate::monitor::rate::Share;

/// Cores beyond this are not looked at; the kernel knows 8,192 at most.
const MOST_CORES: usize = 8_192;

/// Reads the kernel's counters of ticks.
#[derive(Debug)]
pub(super) struct Cpu {
    stat: ProcFile,
    load: ProcFile,
    all: Share,
    cores: Vec<Share>,
}

impl Cpu {
    /// The files are below `proc`.
    pub(super) fn new(proc: &Path) -> Self {
        Self {
            stat: ProcFile::new(proc.join("stat")),
            load: ProcFile::new(proc.join("loadavg")),
            all: Share::default(),
            cores: Vec::new(),
        }
    }

    fn shares(&mut self) -> Result<(Option<f64>, Vec<Option<f64>>), Fault> {
        let (mut all, mut cores) = (None, Vec::with_capacity(self.cores.len()));
        let lines = self.stat.text()?.lines();
        for line in lines.map_while(|line| line.strip_prefix("cpu")) {
            let Some((number, idle, ticks)) = counters(line) else {
                continue;
            };
            let Some(number) = number else {
                all = Some(self.all.note(idle, ticks));
                continue;
            };
            if number >= MOST_CORES {
                continue;
            }
            // A core that is switched off has no line, and keeps its place.
            if self.cores.len() <= number {
                self.cores.resize(number + 1, Share::default());
            }
            if cores.len() <= number {
                cores.resize(number + 1, None);
            }
            cores[number] = self.cores[number].note(idle, ticks);
        }
        let all = all.ok_or_else(|| unexpected(self.stat.path(), "line `cpu`"))?;
        Ok((all, cores))
    }
}

/// The core of a line, its idle ticks and all of them.
fn counters(line: &str) -> Option<(Option<usize>, u64, u64)> {
    let (number, rest) = line.split_once(' ')?;
    let number = if number.is_empty() {
        None
    } else {
        Some(number.parse().ok()?)
    };
    let mut ticks = [0_u64; 8];
    // User, nice, system, idle, iowait, irq, softirq, steal; time of guests is in user's already.
    for (tick, field) in ticks.iter_mut().zip(rest.split_ascii_whitespace()) {
        *tick = field.parse().ok()?;
    }
    let idle = ticks[3].saturating_add(ticks[4]);
    Some((number, idle, ticks.into_iter().fold(0, u64::saturating_add)))
}

fn load(text: &str) -> Option<[f64; 3]> {
    let mut means = text.split_ascii_whitespace().map(|m| m.parse().ok());
    Some([means.next()??, means.next()??, means.next()??])
}

impl Collector for Cpu {
    fn collect(&mut self, _: Ask) -> Result<Part, Fault> {
        let (all, cores) = self.shares()?;
        Ok(Part::Cpu {
            all,
            cores,
            // Known to few containers; the shares are worth telling without it.
            load: self.load.text().ok().and_then(load),
        })
    }

    fn forget(&mut self) {
        self.all = Share::default();
        self.cores.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::testing::{FakeProc, at};

    fn told(cpu: &mut Cpu) -> (Option<f64>, Vec<Option<f64>>, Option<[f64; 3]>) {
        match cpu.collect(at(0)).unwrap() {
            Part::Cpu { all, cores, load } => (all, cores, load),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn shares_come_from_two_samples_and_a_core_may_be_missing() {
        let proc = FakeProc::new();
        let mut cpu = Cpu::new(proc.path());
        assert!(matches!(cpu.collect(at(0)), Err(Fault::Failed(_))));
        proc.write("stat", "cpu  100 0 0 100 0 0 0 0 0 0\ncpu0 50 0 0 50 0 0 0 0 0 0\ncpu2 50 0 0 50 0 0 0 0 0 0\nintr 1 2\n");
        assert_eq!(told(&mut cpu), (None, vec![None; 3], None));
        proc.write("loadavg", "0.50 1.25 3.00 2/345 6789\n");
        proc.write("stat", "cpu  160 10 0 115 15 0 0 0 99 0\ncpu0 50 0 0 140 10 0 0 0 0 0\ncpu2 90 0 10 50 0 0 0 0 0 0\ncpu1 5 0 0 5 0 0 0 0 0 0\n");
        let (all, cores, load) = told(&mut cpu);
        assert_eq!(all, Some(0.7));
        assert_eq!(cores, [Some(0.0), None, Some(1.0)]);
        assert_eq!(load, Some([0.5, 1.25, 3.0]));
        cpu.forget();
        assert_eq!(told(&mut cpu).0, None);
        proc.write("stat", "nothing of the kind\n");
        let fault = cpu.collect(at(0)).unwrap_err();
        assert!(matches!(&fault, Fault::Failed(m) if m.ends_with("stat has no line `cpu`")));
    }

    #[test]
    fn a_kernel_that_counts_nothing_is_not_idle() {
        let proc = FakeProc::new();
        proc.write("stat", "cpu  0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0\n");
        let mut cpu = Cpu::new(proc.path());
        for _ in 0..3 {
            assert_eq!(told(&mut cpu).0, None);
        }
    }
}
