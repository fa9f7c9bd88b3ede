//! Who asks the system, each for one kind of thing.

mod cpu;
mod disks;
mod gpu;
mod kind;
mod memory;
mod network;
mod nvml;
mod process;
mod processes;
mod program;
mod source;
mod temperature;
mod threads;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::snapshot::{
    Disk, Gpu, Network, Process, ProcessRow, Program, Snapshot, Temperature, ThreadRow,
};
use super::time::{process_cpu, thread_cpu};

pub use kind::CollectorKind;

/// Asks for one kind of thing.
pub(super) trait Collector: Send {
    /// Tells what is so now. May block only where [`CollectorKind::may_block`] says so.
    fn collect(&mut self, ask: Ask) -> Result<Part, Fault>;

    /// Starts rates anew, so that none is told over a time in which nothing was sampled.
    fn forget(&mut self);

    /// Lets go of what the system lends, as nothing is asked for a while.
    fn rest(&mut self) {
        self.forget();
    }
}

/// A question to a collector.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask {
    /// When, by the steady clock.
    pub(super) at: Duration,
    /// Whether the whole table is wanted, where the collector has one.
    pub(super) table: bool,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It went wrong, and may go well the next time.
    Failed(String),
    /// There is nothing of the kind on this machine.
    Absent(String),
}

/// What one collector tells of a moment.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    /// Shares that were busy, and the load.
    Cpu {
        all: Option<f64>,
        cores: Vec<Option<f64>>,
        load: Option<[f64; 3]>,
    },
    /// Bytes.
    Memory {
        total: u64,
        used: u64,
        swap_total: u64,
        swap_used: u64,
    },
    /// This process; its trend is told by the histories.
    Process(Process),
    /// How many there are, and the table where it is wanted.
    Processes(usize, Vec<ProcessRow>),
    /// Threads of this process.
    Threads(Vec<ThreadRow>),
    /// File systems.
    Disks(Vec<Disk>),
    /// Interfaces.
    Network(Vec<Network>),
    /// Sensors.
    Temperature(Vec<Temperature>),
    /// Cards.
    Gpu(Vec<Gpu>),
    /// This program's own parts.
    Program(Box<Program>),
}

impl Part {
    /// Puts the part in its place.
    pub(super) fn put(self, snapshot: &mut Snapshot) {
        let machine = &mut snapshot.machine;
        match self {
            Self::Cpu { all, cores, load } => {
                (machine.cpu, machine.cores, machine.load) = (all, cores, load);
            }
            Self::Memory {
                total,
                used,
                swap_total,
                swap_used,
            } => {
                machine.memory_total = Some(total);
                machine.memory_used = Some(used);
                machine.swap_total = Some(swap_total);
                machine.swap_used = Some(swap_used);
            }
            Self::Process(process) => snapshot.process = process,
            Self::Processes(count, rows) => {
                (machine.processes, snapshot.processes) = (Some(count), rows);
            }
            Self::Threads(rows) => snapshot.threads = rows,
            Self::Disks(disks) => machine.disks = disks,
            Self::Network(networks) => machine.networks = networks,
            Self::Temperature(temperatures) => machine.temperatures = temperatures,
            Self::Gpu(gpus) => snapshot.gpus = gpus,
            Self::Program(program) => snapshot.program = *program,
        }
    }
}

/// A collector's answer and what it took.
#[derive(Debug)]
pub(super) struct Answer {
    /// Whose it is.
    pub(super) kind: CollectorKind,
    /// When it was asked for, by the steady clock.
    pub(super) asked: Duration,
    /// What it says.
    pub(super) told: Result<Part, Fault>,
    /// How long it took.
    pub(super) took: Duration,
    /// CPU time that it used.
    pub(super) cpu: Duration,
}

/// Asks a collector; a panic in it is a failure of it alone.
pub(super) fn ask(kind: CollectorKind, collector: &mut dyn Collector, ask: Ask) -> Answer {
    let (began, cpu) = (Instant::now(), thread_cpu());
    let told = catch_unwind(AssertUnwindSafe(|| collector.collect(ask))).unwrap_or_else(|_| {
        tracing::error!("the collector {kind} panicked; it is asked again");
        Err(Fault::Failed(
            "it panicked; the log has the place".to_owned(),
        ))
    });
    Answer {
        kind,
        asked: ask.at,
        told,
        took: began.elapsed(),
        cpu: thread_cpu().saturating_sub(cpu),
    }
}

/// A collector by its kind.
pub(super) type Named = (CollectorKind, Box<dyn Collector>);

/// One collector of each kind that asks this machine. `folders` are those whose file systems are
/// shown, and `program` tells of this program.
pub(super) fn of_this_machine(
    folders: Vec<PathBuf>,
    program: impl Fn() -> Program + Send + 'static,
) -> Vec<Named> {
    from(PathBuf::from("/proc"), folders, Box::new(program))
}

/// As [`of_this_machine`], with the kernel's figures below `proc`.
pub(super) fn from(
    proc: PathBuf,
    folders: Vec<PathBuf>,
    program: Box<dyn Fn() -> Program + Send>,
) -> Vec<Named> {
    use CollectorKind as K;
    let all: [Named; K::ALL.len()] = [
        (K::Cpu, Box::new(cpu::Cpu::new(&proc))),
        (K::Memory, Box::new(memory::Memory::new(&proc))),
        (
            K::Process,
            Box::new(process::OwnProcess::new(&proc, process_cpu)),
        ),
        (
            K::Processes,
            Box::new(processes::Processes::new(proc.clone())),
        ),
        (K::Threads, Box::new(threads::Threads::new(&proc))),
        (K::Disks, Box::new(disks::Disks::new(folders))),
        (K::Network, Box::new(network::Networks::new(&proc))),
        (
            K::Temperature,
            Box::new(temperature::Temperatures::default()),
        ),
        (
            K::Gpu,
            Box::new(gpu::Gpus::new(Box::new(nvml::Driver::default()))),
        ),
        (K::Program, Box::new(program::Told(program))),
    ];
    all.into()
}
