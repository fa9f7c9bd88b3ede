//! Snapshots to draw.

use std::sync::Arc;
use std::time::Duration;

use crate::monitor::{
    BreakerState, CollectorState, Cost, Disk, Gpu, Health, History, LaneState, LimiterState,
    Machine, ModelState, Network, Process, ProcessRow, Program, Requests, Snapshot, Temperature,
    ThreadRow, TierState, Transition,
};
use crate::telemetry::Level;

use super::super::{AlertRow, AlertSeverity, AlertState, LogRow};

/// 2026-03-01 12:00:00 UTC.
pub const NOON: u64 = 1_772_366_400_000;

/// The sample of second `n` since noon.
pub fn snapshot(n: u64) -> Snapshot {
    let wave = |period: f64| 0.5 + 0.5 * (n as f64 * std::f64::consts::TAU / period).sin();
    Snapshot {
        at_ms: NOON + n * 1000,
        uptime: n as f64,
        number: n + 1,
        machine: machine(&wave),
        process: Process {
            pid: 4711,
            cpu: Some(0.03 + 0.2 * wave(97.0)),
            memory: Some((80 << 20) + n * 10_000),
            memory_trend: Some(600_000.0),
            read: Some(0.0),
            written: Some(2048.0 * wave(40.0)),
            threads: Some(9),
            descriptors: Some(31),
        },
        processes: processes(n),
        threads: ["main", "monitor", "grammar-0", "grammar-1"]
            .into_iter()
            .zip(4711..)
            .map(|(name, tid)| ThreadRow {
                tid,
                name: name.to_owned(),
                cpu: Some(0.01 * f64::from(tid % 5)),
            })
            .collect(),
        gpus: vec![gpu(&wave)],
        program: program(n),
        cost: Cost {
            cpu: Some(0.0042),
            budget: 0.01,
            memory: 3 << 20,
            terminal: Some(1234.0),
            disk: 120.0,
            stretched: 1.0,
        },
        collectors: ["cpu", "memory", "process", "processes", "gpu", "program"]
            .map(|name| CollectorState {
                name: name.to_owned(),
                enabled: true,
                health: Health::Fine,
                took: Some(Duration::from_micros(412)),
                age: Some(0.2),
            })
            .into(),
    }
}

fn machine(wave: &dyn Fn(f64) -> f64) -> Machine {
    let cores = (0..8).map(|core| Some(wave(20.0 + f64::from(core) * 7.0)));
    Machine {
        cpu: Some(wave(60.0) * 0.8),
        cores: cores.collect(),
        load: Some([4.16, 2.98, 2.49]),
        processes: Some(240),
        memory_total: Some(24 << 30),
        memory_used: Some(9 << 30),
        swap_total: Some(8 << 30),
        swap_used: Some(0),
        disks: vec![Disk {
            mount: "/".into(),
            total: 512 << 30,
            available: 100 << 30,
        }],
        networks: vec![Network {
            name: "eth0".into(),
            received: Some(150_000.0 * wave(33.0)),
            sent: Some(9000.0),
        }],
        temperatures: vec![Temperature {
            sensor: "package".into(),
            celsius: 61.0,
        }],
    }
}

fn processes(n: u64) -> Vec<ProcessRow> {
    let names = [
        "postwright",
        "firefox",
        "cargo",
        "sshd",
        "init",
        "字幕",
        "cron",
    ];
    let row = |(nth, name): (u32, &str)| ProcessRow {
        pid: 100 + nth,
        name: name.to_owned(),
        user: (nth != 5).then(|| if nth < 3 { "anna" } else { "root" }.to_owned()),
        cpu: Some(f64::from(nth % 4) * 0.21 + (n % 2) as f64 * 0.001),
        memory: (nth != 6).then_some(50_000_000 * u64::from(nth)),
    };
    (0..).zip(names).map(row).collect()
}

fn gpu(wave: &dyn Fn(f64) -> f64) -> Gpu {
    Gpu {
        index: 0,
        name: "NVIDIA H100".into(),
        utilisation: Some(wave(45.0)),
        memory_used: Some(20 << 30),
        memory_total: Some(80 << 30),
        temperature: Some(54.0),
        power: Some(310.0),
        power_limit: Some(700.0),
        clock: Some(1980),
        memory_clock: Some(2619),
        ecc_errors: None,
        mig: Some(false),
    }
}

fn program(n: u64) -> Program {
    let lane = |name: &str, waiting| LaneState {
        name: name.into(),
        waiting,
        taken: n * 3,
        wait: Some([0.001, 0.012, 0.2]),
        ..LaneState::default()
    };
    let tier = |name: &str, hits, misses| TierState {
        name: name.into(),
        hits,
        misses,
        entries: Some(4000 + n),
        bytes: Some(6 << 20),
        latency: Some([4e-7, 9e-7, 1.2e-3]),
        ..TierState::default()
    };
    // It opens at second 500.
    let is_open = n >= 500;
    let state = if is_open { "open" } else { "closed" };
    Program {
        lanes: vec![lane("interactive", 1), lane("batch", (n % 7) as usize)],
        limiter: Some(LimiterState {
            limit: 12.0,
            inside: 3,
            refused: 0,
        }),
        workers: Some((2, 1)),
        models: vec![ModelState {
            name: "all-MiniLM-L6-v2 cpu int8".into(),
            batches: n,
            texts: 4 * n,
            latency: Some([0.004, 0.009, 0.02]),
        }],
        tiers: vec![tier("memory", 90 + n, 10), tier("disk", 5, 5)],
        breakers: vec![
            BreakerState {
                name: "redis".into(),
                state: state.into(),
                failure_rate: Some(if is_open { 0.62 } else { 0.01 }),
                slow_rate: Some(0.04),
                calls: 100,
                refused: n.saturating_sub(500),
                half_open_in: is_open.then(|| 130.2 - n as f64 % 100.0),
                transitions: u64::from(is_open),
                last: is_open.then(|| Transition {
                    ago: n as f64 - 500.0,
                    from: "closed".into(),
                    to: "open".into(),
                    reason: "62 of 100 calls failed".into(),
                }),
            },
            BreakerState {
                name: "encoder".into(),
                state: "closed".into(),
                ..BreakerState::default()
            },
        ],
        journal_lag_ms: Some(12.0),
        log_lines: [1, 2, 3, 4, 5],
        requests: Some(Requests {
            total: n * 10,
            failed: 0,
            seconds: n as f64 * 0.1,
            // From second 503 on one request a second is slow.
            buckets: [n * 10 - n.saturating_sub(503); 12],
        }),
    }
}

/// The same where nothing is known, and nothing works.
pub fn degraded(n: u64) -> Snapshot {
    let collector = |name: &str, health| CollectorState {
        name: name.to_owned(),
        enabled: true,
        health,
        took: None,
        age: Some(17.0),
    };
    Snapshot {
        at_ms: NOON + n * 1000,
        number: n + 1,
        machine: Machine {
            cores: vec![None, Some(0.5), None],
            ..Machine::default()
        },
        program: Program {
            breakers: snapshot(700).program.breakers,
            ..Program::default()
        },
        cost: Cost {
            cpu: Some(0.021),
            budget: 0.01,
            stretched: 2.1,
            ..Cost::default()
        },
        collectors: vec![
            collector("cpu", Health::Slow),
            collector("memory", Health::Failed("permission denied".into())),
            collector("processes", Health::Failed("permission denied".into())),
            collector("gpu", Health::Absent("no NVIDIA driver".into())),
            CollectorState {
                name: "network".into(),
                ..CollectorState::default()
            },
        ],
        ..Snapshot::default()
    }
}

/// Histories of so many seconds since noon.
pub fn history(seconds: u64) -> History {
    let history = History::detached();
    for n in 0..seconds {
        push(&history, n);
    }
    history
}

/// Adds second `n`.
pub fn push(history: &History, n: u64) -> Arc<Snapshot> {
    let snapshot = Arc::new(snapshot(n));
    history.push(NOON + n * 1000, Duration::from_secs(1), &snapshot);
    snapshot
}

/// Alerts in several states.
pub fn alerts() -> Vec<AlertRow> {
    let alert = |name: &str, severity, state, second: Option<u64>| AlertRow {
        name: name.into(),
        severity,
        state,
        since: second.map(|s| NOON + s * 1000),
        value: Some(0.62),
        annotation: format!("{name}: look at the breaker of the server, and at its log"),
    };
    vec![
        alert(
            "disk full",
            AlertSeverity::Critical,
            AlertState::Inactive,
            None,
        ),
        alert(
            "breaker open",
            AlertSeverity::Critical,
            AlertState::Firing,
            Some(502),
        ),
        alert(
            "slow requests",
            AlertSeverity::Warning,
            AlertState::Pending,
            Some(590),
        ),
    ]
}

/// The same as they stood at second `n`.
pub fn alerts_at(n: u64) -> Vec<AlertRow> {
    let mut alerts = alerts();
    for alert in &mut alerts {
        if alert.since.is_some_and(|since| since > NOON + n * 1000) {
            alert.state = AlertState::Inactive;
            (alert.since, alert.value) = (None, None);
        }
    }
    alerts
}

/// A line every ten seconds.
pub fn log(seconds: u64) -> Vec<LogRow> {
    let levels = Level::ALL.iter().cycle();
    let line = |(n, level): (u64, &Level)| LogRow {
        number: n + 1,
        at_ms: NOON + n * 10_000,
        level: *level,
        room: "engine".into(),
        text: format!("line {n} of the log"),
    };
    (0..seconds / 10).zip(levels).map(line).collect()
}
