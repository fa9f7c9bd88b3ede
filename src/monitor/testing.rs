//! What several tests share.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::collectors::Ask;
use super::snapshot::*;

/// A snapshot in which everything is known.
pub(super) fn full_snapshot() -> Snapshot {
    let requests = Requests {
        total: 9,
        failed: 1,
        seconds: 0.5,
        buckets: [3; 12],
    };
    Snapshot {
        at_ms: 1_700_000_000_000,
        uptime: 12.5,
        number: 13,
        machine: Machine {
            cpu: Some(0.25),
            cores: vec![Some(0.5), None],
            load: Some([0.1, 0.2, 0.3]),
            processes: Some(120),
            memory_total: Some(1 << 34),
            memory_used: Some(1 << 32),
            swap_total: Some(0),
            swap_used: Some(0),
            disks: vec![Disk {
                mount: "/".to_owned(),
                total: 100,
                available: 40,
            }],
            networks: vec![Network {
                name: "eth0".to_owned(),
                received: Some(10.0),
                sent: None,
            }],
            temperatures: vec![Temperature {
                sensor: "core".to_owned(),
                celsius: 51.5,
            }],
        },
        process: Process {
            pid: 77,
            cpu: Some(1.5),
            memory: Some(1 << 28),
            memory_trend: Some(-2.0),
            read: Some(0.0),
            written: Some(4096.0),
            threads: Some(12),
            descriptors: Some(33),
        },
        processes: vec![ProcessRow {
            pid: 1,
            name: "init".to_owned(),
            user: Some("root".to_owned()),
            cpu: Some(0.01),
            memory: Some(1 << 20),
        }],
        threads: vec![ThreadRow {
            tid: 77,
            name: "main".to_owned(),
            cpu: None,
        }],
        gpus: vec![Gpu {
            name: "card".to_owned(),
            utilisation: Some(0.9),
            mig: Some(false),
            ..Gpu::default()
        }],
        program: Program {
            lanes: vec![LaneState {
                name: "interactive".to_owned(),
                wait: Some([0.1, 0.2, 0.3]),
                ..LaneState::default()
            }],
            requests: Some(requests),
            ..Program::default()
        },
        cost: Cost {
            cpu: Some(0.002),
            budget: 0.01,
            stretched: 1.0,
            ..Cost::default()
        },
        collectors: vec![CollectorState {
            name: "gpu".to_owned(),
            enabled: true,
            health: Health::Absent("no driver".to_owned()),
            took: Some(Duration::from_micros(12)),
            age: Some(0.5),
        }],
    }
}

/// A folder that stands for `/proc`.
pub(super) struct FakeProc(TempDir);

impl FakeProc {
    pub(super) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// A question at so many milliseconds, for the table too.
pub(super) fn at(ms: u64) -> Ask {
    Ask {
        at: Duration::from_millis(ms),
        table: true,
    }
}

/// A line of `stat` of a process with three threads that started at tick 77.
pub(super) fn stat_line(pid: u32, name: &str, ticks: u64, pages: u64) -> String {
    format!(
        "{pid} ({name}) S 1 1 1 0 -1 4194304 101 0 0 0 {ticks} 0 0 0 20 0 3 0 77 3133440 {pages} 0\n"
    )
}
