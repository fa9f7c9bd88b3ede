//! Asks the system.

use std::fs;
use std::time::{Duration, Instant};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, get_current_pid};

use super::{History, Machine, Process, Snapshot};

/// Takes samples of this process and the machine.
#[derive(Debug)]
pub struct Sampler {
    /// `None` where the system cannot be asked at all.
    system: Option<System>,
    pid: Option<Pid>,
    /// When CPU time was read last, and what this process had used by then.
    baseline: Option<(Instant, Option<Duration>)>,
    /// Whether the system counts the machine's CPU time.
    counts_cpu: bool,
    process_cpu: Option<f64>,
    machine_cpu: Option<f64>,
    history: History,
}

impl Default for Sampler {
    fn default() -> Self {
        Self::new()
    }
}

impl Sampler {
    /// The shortest time over which CPU use is told: the system counts in hundredths of a second.
    pub const LEAST_INTERVAL: Duration = sysinfo::MINIMUM_CPU_UPDATE_INTERVAL;

    /// A sampler that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        let complain = |e| tracing::warn!("the system cannot be watched: {e}");
        Self {
            system: System::new().map_err(complain).ok(),
            pid: get_current_pid().ok(),
            baseline: None,
            counts_cpu: true,
            process_cpu: None,
            machine_cpu: None,
            history: History::default(),
        }
    }

    /// Takes a sample. The first one has no CPU use, which is a rate between two; a sample less
    /// than [`Self::LEAST_INTERVAL`] after the last rate repeats that.
    pub fn sample(&mut self) -> Snapshot {
        let process = self.process();
        let machine = self.machine();
        self.history.push(&process, &machine);
        Snapshot {
            process,
            machine,
            history: self.history.clone(),
        }
    }

    /// Starts new rates, so that none is told over the time that nobody watched.
    pub(super) fn forget_rates(&mut self) {
        self.baseline = None;
        self.process_cpu = None;
        self.machine_cpu = None;
    }

    fn process(&mut self) -> Process {
        let (Some(system), Some(pid)) = (&mut self.system, self.pid) else {
            return Process::default();
        };
        let wanted = ProcessRefreshKind::nothing().with_cpu().with_memory();
        let told = system.refresh_processes_specifics(
            ProcessesToUpdate::Some(&[pid]),
            true,
            wanted.without_tasks(),
        );
        // On Linux the above has read the machine's CPU time too, and this does nothing.
        system.refresh_cpu_usage();
        let process = system.process(pid).filter(|_| told > 0);
        let used = process.map(|p| Duration::from_millis(p.accumulated_cpu_time()));
        let memory = process.map(sysinfo::Process::memory).filter(|m| *m > 0);
        let machine = f64::from(system.global_cpu_usage()) / 100.0;
        self.rate(used, machine);
        Process {
            cpu: self.process_cpu,
            memory,
            threads: threads(),
        }
    }

    /// Takes the CPU time that this process has used in all, and the machine's use as told.
    fn rate(&mut self, used: Option<Duration>, machine: f64) {
        let Some((since, before)) = self.baseline else {
            // Linux answers the first time with the use since the start of the machine, which
            // is 0 only where it counts nothing, as in some containers.
            if self.history.is_empty() && cfg!(target_os = "linux") {
                self.counts_cpu = machine > 0.0;
            }
            self.baseline = Some((Instant::now(), used));
            return;
        };
        let elapsed = since.elapsed();
        if elapsed < Self::LEAST_INTERVAL {
            return;
        }
        // Against the clock, as sysinfo's own figure is off where samples are close together.
        let busy = used
            .zip(before)
            .and_then(|(now, then)| now.checked_sub(then));
        self.process_cpu = busy.map(|busy| busy.as_secs_f64() / elapsed.as_secs_f64());
        self.machine_cpu = self.counts_cpu.then_some(machine.clamp(0.0, 1.0));
        self.baseline = Some((Instant::now(), used));
    }

    fn machine(&mut self) -> Machine {
        let Some(system) = &mut self.system else {
            return Machine::default();
        };
        system.refresh_memory();
        let total = Some(system.total_memory()).filter(|total| *total > 0);
        let load = System::load_average().ok();
        Machine {
            cores: system.cpus().len(),
            cpu: self.machine_cpu,
            memory_used: total.and_then(|total| total.checked_sub(system.available_memory())),
            memory_total: total,
            load: load.map(|l| [l.one, l.five, l.fifteen]),
        }
    }
}

/// Threads of this process, where the kernel lists them. Sysinfo would read a folder a thread.
fn threads() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let count = status.lines().find_map(|l| l.strip_prefix("Threads:"))?;
    count.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

    fn spin(time: Duration) {
        let began = Instant::now();
        while began.elapsed() < time {
            black_box((0..1000u64).sum::<u64>());
        }
    }

    #[test]
    fn the_first_sample_tells_no_rate() {
        let first = Sampler::new().sample();
        assert_eq!((first.process.cpu, first.machine.cpu), (None, None));
        assert_eq!(first.history.len(), 1);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn samples_are_sane() {
        let mut sampler = Sampler::new();
        sampler.sample();
        spin(Duration::from_millis(500));
        let Snapshot {
            process, machine, ..
        } = sampler.sample();

        // Other tests keep cores busy too, and may take this one's.
        let cores = machine.cores;
        let cpu = process.cpu.unwrap();
        assert!(cpu > 0.2 && cpu <= cores as f64 + 0.2, "{cpu}");
        assert_eq!(Some(cores), machine_cores());
        let all = machine.cpu.unwrap();
        assert!(all > 0.0 && all <= 1.0, "{all}");

        let resident = status("VmRSS:").unwrap() * 1024;
        let memory = process.memory.unwrap();
        assert!(
            memory > resident / 3 && memory < resident * 3,
            "{memory} {resident}"
        );
        assert!(process.threads.unwrap() >= 1);
        let total = machine.memory_total.unwrap();
        assert!(total > memory);
        assert!((1..=total).contains(&machine.memory_used.unwrap()));
        assert!(machine.load.unwrap().iter().all(|l| l.is_finite()));
    }

    #[cfg(target_os = "linux")]
    fn status(key: &str) -> Option<u64> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let value = status.lines().find_map(|l| l.strip_prefix(key))?;
        value.split_whitespace().next()?.parse().ok()
    }

    #[cfg(target_os = "linux")]
    fn machine_cores() -> Option<usize> {
        let stat = fs::read_to_string("/proc/stat").ok()?;
        let cores = stat.lines().filter(|l| l.starts_with("cpu"));
        Some(cores.count() - 1)
    }

    #[test]
    fn rates_are_not_told_over_no_time() {
        let mut sampler = Sampler::new();
        let began = Instant::now();
        sampler.sample();
        let second = sampler.sample().process.cpu;
        // A loaded machine may let more time pass than that.
        let is_early = began.elapsed() < Sampler::LEAST_INTERVAL;
        assert!(second.is_none() || !is_early);
        spin(Sampler::LEAST_INTERVAL);
        sampler.sample();
        sampler.forget_rates();
        assert_eq!(sampler.sample().process.cpu, None);
    }

    #[test]
    #[ignore = "prints what a sample costs"]
    fn cost_of_a_sample() {
        let mut sampler = Sampler::new();
        // A full history costs the most.
        (0..super::super::SAMPLES).for_each(|_| drop(sampler.sample()));
        let mut took: Vec<_> = (0..21)
            .map(|_| {
                std::thread::sleep(Sampler::LEAST_INTERVAL);
                let began = Instant::now();
                black_box(sampler.sample());
                began.elapsed()
            })
            .collect();
        took.sort();
        println!("median {:?}, most {:?}", took[10], took[20]);
    }
}
