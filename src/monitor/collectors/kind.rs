//! Names of the collectors, and how each is treated.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use std::time::Duration;

use crate::monitor::MonitorError;
use crate::monitor::snapshot::{Process, Program, Snapshot};

/// What a collector asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CollectorKind {
    /// Cores and load of the machine.
    Cpu,
    /// Main memory and swap.
    Memory,
    /// This process.
    Process,
    /// How many processes there are, and the table of them.
    Processes,
    /// The table of this process's threads.
    Threads,
    /// Room on file systems.
    Disks,
    /// Interfaces.
    Network,
    /// Sensors.
    Temperature,
    /// Graphics cards, by NVIDIA's driver.
    Gpu,
    /// This program's own parts: lanes, caches, models, breakers.
    Program,
}

impl CollectorKind {
    /// All of them, in the order of [`Snapshot::collectors`].
    pub const ALL: [Self; 10] = [
        Self::Cpu,
        Self::Memory,
        Self::Process,
        Self::Processes,
        Self::Threads,
        Self::Disks,
        Self::Network,
        Self::Temperature,
        Self::Gpu,
        Self::Program,
    ];

    /// Its name in settings and snapshots.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Process => "process",
            Self::Processes => "processes",
            Self::Threads => "threads",
            Self::Disks => "disks",
            Self::Network => "network",
            Self::Temperature => "temperature",
            Self::Gpu => "gpu",
            Self::Program => "program",
        }
    }

    /// Intervals from one question to the next. `table` is whether its table is wanted.
    pub(in crate::monitor) fn multiple(self, table: bool) -> u32 {
        match self {
            Self::Cpu
            | Self::Memory
            | Self::Process
            | Self::Threads
            | Self::Network
            | Self::Gpu
            | Self::Program => 1,
            // A process costs some 10 µs in the table, and 1 µs to count.
            Self::Processes => {
                if table {
                    3
                } else {
                    10
                }
            }
            Self::Temperature => 5,
            Self::Disks => 10,
        }
    }

    /// Whether an answer may keep its thread waiting: for a driver, a mount that hangs, a lock of
    /// the engine's. Those are asked on a thread of their own.
    pub(in crate::monitor) fn may_block(self) -> bool {
        match self {
            Self::Cpu | Self::Memory | Self::Process | Self::Threads | Self::Network => false,
            Self::Processes | Self::Disks | Self::Temperature | Self::Gpu | Self::Program => true,
        }
    }

    /// After how long without an answer it is called slow.
    pub(in crate::monitor) fn patience(self) -> Duration {
        match self {
            Self::Cpu
            | Self::Memory
            | Self::Process
            | Self::Threads
            | Self::Network
            | Self::Program => Duration::from_millis(500),
            Self::Processes | Self::Gpu => Duration::from_secs(1),
            Self::Disks | Self::Temperature => Duration::from_secs(2),
        }
    }

    /// Empties its place in `snapshot`: nothing is known.
    pub(in crate::monitor) fn clear(self, snapshot: &mut Snapshot) {
        let machine = &mut snapshot.machine;
        match self {
            Self::Cpu => {
                (machine.cpu, machine.load) = (None, None);
                machine.cores.clear();
            }
            Self::Memory => {
                (machine.memory_total, machine.memory_used) = (None, None);
                (machine.swap_total, machine.swap_used) = (None, None);
            }
            Self::Process => {
                let pid = snapshot.process.pid;
                snapshot.process = Process {
                    pid,
                    ..Process::default()
                };
            }
            Self::Processes => {
                machine.processes = None;
                snapshot.processes.clear();
            }
            Self::Threads => snapshot.threads.clear(),
            Self::Disks => machine.disks.clear(),
            Self::Network => machine.networks.clear(),
            Self::Temperature => machine.temperatures.clear(),
            Self::Gpu => snapshot.gpus.clear(),
            Self::Program => snapshot.program = Program::default(),
        }
    }
}

impl Display for CollectorKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for CollectorKind {
    type Err = MonitorError;

    fn from_str(name: &str) -> Result<Self, MonitorError> {
        let known = Self::ALL.into_iter().find(|kind| kind.name() == name);
        known.ok_or_else(|| MonitorError::UnknownCollector {
            name: name.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_the_mistake_names_what_there_is() {
        for (place, kind) in CollectorKind::ALL.into_iter().enumerate() {
            assert_eq!(kind.name().parse::<CollectorKind>().unwrap(), kind);
            assert_eq!(kind as usize, place, "in the order of the enum");
        }
        let mistake = "gpus".parse::<CollectorKind>().unwrap_err().to_string();
        assert!(mistake.contains("`gpus`") && mistake.contains("temperature, gpu, program"));
    }

    #[test]
    fn what_is_cleared_is_unknown_and_nothing_else_goes() {
        let full = crate::monitor::testing::full_snapshot();
        let mut all = full.clone();
        for kind in CollectorKind::ALL {
            let mut one = full.clone();
            kind.clear(&mut one);
            assert_ne!(one, full, "{kind}");
            kind.clear(&mut all);
        }
        let left = Snapshot {
            process: Process {
                pid: full.process.pid,
                ..Process::default()
            },
            machine: Default::default(),
            processes: Vec::new(),
            threads: Vec::new(),
            gpus: Vec::new(),
            program: Program::default(),
            ..full
        };
        assert_eq!(all, left);
    }
}
