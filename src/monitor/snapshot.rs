//! Everything known at one moment, as plain data: what viewers draw, records keep, sockets carry
//! and alerts are asked of. What is not known is `None`, never 0.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::resilience::BreakerSnapshot;

/// One moment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// Milliseconds since 1970, by the system's clock, which may be set back.
    pub at_ms: u64,
    /// Seconds since the monitor started, by a clock that only moves on.
    pub uptime: f64,
    /// Number of the sample, from 1 on.
    pub number: u64,
    /// The machine.
    pub machine: Machine,
    /// This process.
    pub process: Process,
    /// Every process, where the table is watched; the busiest first.
    pub processes: Vec<ProcessRow>,
    /// Threads of this process, where the table is watched.
    pub threads: Vec<ThreadRow>,
    /// What NVIDIA's driver tells; empty without one.
    pub gpus: Vec<Gpu>,
    /// What this program does.
    pub program: Program,
    /// What the monitor costs.
    pub cost: Cost,
    /// How each collector fares.
    pub collectors: Vec<CollectorState>,
}

/// The whole machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Machine {
    /// Share of all cores that was busy, 0 to 1.
    pub cpu: Option<f64>,
    /// Share of each core, 0 to 1.
    pub cores: Vec<Option<f64>>,
    /// Tasks that run or wait to run, as means over 1, 5 and 15 minutes.
    pub load: Option<[f64; 3]>,
    /// Processes.
    pub processes: Option<usize>,
    /// Bytes of main memory.
    pub memory_total: Option<u64>,
    /// Bytes that no program could have without swapping.
    pub memory_used: Option<u64>,
    /// Bytes of swap.
    pub swap_total: Option<u64>,
    /// Bytes of it in use.
    pub swap_used: Option<u64>,
    /// File systems of interest: those that hold the program's folders, and the root.
    pub disks: Vec<Disk>,
    /// Network interfaces without the loop.
    pub networks: Vec<Network>,
    /// Sensors, in degrees Celsius.
    pub temperatures: Vec<Temperature>,
}

/// A file system.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Disk {
    /// Where it is mounted.
    pub mount: String,
    /// Bytes.
    pub total: u64,
    /// Bytes that this user can still write.
    pub available: u64,
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Network {
    /// Its name.
    pub name: String,
    /// Bytes a second received.
    pub received: Option<f64>,
    /// Bytes a second sent.
    pub sent: Option<f64>,
}

/// A sensor.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Temperature {
    /// What the system calls it.
    pub sensor: String,
    /// Degrees Celsius.
    pub celsius: f64,
}

/// This process.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// Cores kept busy; 1 is one core.
    pub cpu: Option<f64>,
    /// Resident bytes.
    pub memory: Option<u64>,
    /// Bytes of resident memory gained a minute, by a straight line through the last ten minutes.
    pub memory_trend: Option<f64>,
    /// Bytes a second read from disks.
    pub read: Option<f64>,
    /// Bytes a second written to disks.
    pub written: Option<f64>,
    /// Threads alive.
    pub threads: Option<usize>,
    /// Open file descriptors.
    pub descriptors: Option<usize>,
}

/// A process of the table.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ProcessRow {
    /// Its number.
    pub pid: u32,
    /// Its name, without control characters.
    pub name: String,
    /// Whose it is.
    pub user: Option<String>,
    /// Cores kept busy.
    pub cpu: Option<f64>,
    /// Resident bytes.
    pub memory: Option<u64>,
}

/// A thread of this process.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ThreadRow {
    /// Its number.
    pub tid: u32,
    /// Its name.
    pub name: String,
    /// Cores kept busy.
    pub cpu: Option<f64>,
}

/// A graphics card; a field that the card or its driver does not give is `None`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Gpu {
    /// Its place among the cards.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Share of the time in which a kernel ran, 0 to 1.
    pub utilisation: Option<f64>,
    /// Bytes of memory in use.
    pub memory_used: Option<u64>,
    /// Bytes of memory.
    pub memory_total: Option<u64>,
    /// Degrees Celsius.
    pub temperature: Option<f64>,
    /// Watts drawn.
    pub power: Option<f64>,
    /// Watts that it may draw.
    pub power_limit: Option<f64>,
    /// Megahertz of the multiprocessors.
    pub clock: Option<u32>,
    /// Megahertz of the memory.
    pub memory_clock: Option<u32>,
    /// Uncorrected errors of the memory since the driver was loaded.
    pub ecc_errors: Option<u64>,
    /// Whether the card is cut into instances (MIG).
    pub mig: Option<bool>,
}

/// What this program does; `None` or empty where no engine runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Program {
    /// Lanes, the most urgent first.
    pub lanes: Vec<LaneState>,
    /// Who is let in.
    pub limiter: Option<LimiterState>,
    /// Threads that check grammar, and those at it.
    pub workers: Option<(usize, usize)>,
    /// Questions to models, by model.
    pub models: Vec<ModelState>,
    /// Tiers of the cache, the fastest first.
    pub tiers: Vec<TierState>,
    /// Breakers.
    pub breakers: Vec<BreakerState>,
    /// Milliseconds that the draft's journal is behind the text, at most, where one is kept.
    pub journal_lag_ms: Option<f64>,
    /// Lines logged so far, by level: error, warn, info, debug, trace.
    pub log_lines: [u64; 5],
    /// Requests answered, those that failed, and the seconds they took in all.
    pub requests: Option<Requests>,
}

/// Requests to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Requests {
    /// All of them.
    pub total: u64,
    /// Those that ended in an error.
    pub failed: u64,
    /// Seconds they took together.
    pub seconds: f64,
    /// Those shorter than each bound of [`crate::telemetry::metric::SECONDS`], cumulative.
    pub buckets: [u64; 12],
}

/// A lane of work.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LaneState {
    /// `interactive`, `speculative` or `batch`.
    pub name: String,
    /// Items that wait.
    pub waiting: usize,
    /// Items taken so far.
    pub taken: u64,
    /// Items refused because the lane was full.
    pub refused: u64,
    /// Items dropped because newer ones took their place.
    pub superseded: u64,
    /// Seconds waited, median and 95th and 99th percentile, where something was taken.
    pub wait: Option<[f64; 3]>,
}

/// The adaptive limit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LimiterState {
    /// Calls let in at once.
    pub limit: f64,
    /// Calls inside.
    pub inside: u32,
    /// Calls turned away so far.
    pub refused: u64,
}

/// A model at work.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelState {
    /// Its name and where it runs, such as `all-MiniLM-L6-v2 cpu int8`.
    pub name: String,
    /// Batches computed.
    pub batches: u64,
    /// Texts in them.
    pub texts: u64,
    /// Seconds a batch took, median and 95th and 99th percentile.
    pub latency: Option<[f64; 3]>,
}

/// A tier of the cache.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TierState {
    /// `memory`, `disk` or `remote`.
    pub name: String,
    /// Questions answered.
    pub hits: u64,
    /// Questions not answered.
    pub misses: u64,
    /// Entries that are kept, where that is known.
    pub entries: Option<u64>,
    /// Bytes of values.
    pub bytes: Option<u64>,
    /// Entries dropped for room.
    pub evictions: u64,
    /// Seconds a hit took, median and 95th and 99th percentile.
    pub latency: Option<[f64; 3]>,
}

/// A circuit breaker.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BreakerState {
    /// What it protects.
    pub name: String,
    /// `closed`, `open`, `half-open`, `forced-open` or `disabled`.
    pub state: String,
    /// Share of the last calls that failed, where enough were made.
    pub failure_rate: Option<f64>,
    /// Share of the last calls that were slow.
    pub slow_rate: Option<f64>,
    /// Calls of the window.
    pub calls: u64,
    /// Calls refused so far.
    pub refused: u64,
    /// Seconds until it lets calls through on trial.
    pub half_open_in: Option<f64>,
    /// Changes of state so far.
    pub transitions: u64,
    /// The last change: seconds ago, from, to, and why.
    pub last: Option<Transition>,
}

impl BreakerState {
    /// What a breaker tells at `now` of its clock.
    #[must_use]
    pub fn of(told: &BreakerSnapshot, now: Duration) -> Self {
        Self {
            name: told.name.to_owned(),
            state: told.state.to_string(),
            failure_rate: told.failure_rate,
            slow_rate: told.slow_rate,
            calls: told.calls.into(),
            refused: told.refused,
            half_open_in: told.retry_in.map(|left| left.as_secs_f64()),
            transitions: told.transitions,
            last: told.last_transition.as_ref().map(|last| Transition {
                ago: now.saturating_sub(last.at).as_secs_f64(),
                from: last.from.to_string(),
                to: last.to.to_string(),
                reason: last.why.clone(),
            }),
        }
    }
}

/// A change of a breaker's state.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Transition {
    /// Seconds ago.
    pub ago: f64,
    /// State before.
    pub from: String,
    /// State after.
    pub to: String,
    /// Why.
    pub reason: String,
}

/// What watching costs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Cost {
    /// Cores kept busy by collecting, drawing and sending.
    pub cpu: Option<f64>,
    /// Cores that it may keep busy.
    pub budget: f64,
    /// Bytes of histories and snapshots in memory.
    pub memory: u64,
    /// Bytes a second to the terminal.
    pub terminal: Option<f64>,
    /// Bytes a second that histories write to disk.
    pub disk: f64,
    /// Times by which the interval is stretched for the budget; 1 is as configured.
    pub stretched: f64,
}

/// How a collector fares.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CollectorState {
    /// Its name, such as `cpu`, `memory`, `gpu`.
    pub name: String,
    /// Whether it is asked at all.
    pub enabled: bool,
    /// How it fares.
    pub health: Health,
    /// How long its last answer took.
    pub took: Option<Duration>,
    /// Seconds since its last answer.
    pub age: Option<f64>,
}

/// Health of a collector.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// Not asked yet, or switched off.
    #[default]
    Idle,
    /// It answers in time.
    Fine,
    /// It has not answered for longer than its patience; what is shown is old.
    Slow,
    /// It cannot answer, and why.
    Failed(String),
    /// There is nothing to ask on this machine, and why.
    Absent(String),
}
