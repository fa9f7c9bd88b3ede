use super::*;
use crate::monitor::snapshot::{
    BreakerState, CollectorState, Cost, Disk, Gpu, LaneState, LimiterState, Machine, ModelState,
    Network, Process, Program, Requests, Temperature, TierState,
};

/// A snapshot in which everything is known.
fn full() -> Snapshot {
    let name = || "n".to_owned();
    Snapshot {
        uptime: 4.0,
        machine: Machine {
            cpu: Some(0.5),
            cores: vec![Some(0.25), None],
            load: Some([1.0, 2.0, 3.0]),
            processes: Some(9),
            memory_total: Some(200),
            memory_used: Some(50),
            swap_total: Some(0),
            swap_used: Some(0),
            disks: vec![Disk {
                mount: "/".to_owned(),
                total: 1000,
                available: 100,
            }],
            networks: vec![Network {
                name: name(),
                received: Some(1.0),
                sent: Some(2.0),
            }],
            temperatures: vec![Temperature {
                sensor: name(),
                celsius: 40.0,
            }],
        },
        process: Process {
            pid: 1,
            cpu: Some(0.1),
            memory: Some(7),
            memory_trend: Some(120.0),
            read: Some(1.0),
            written: Some(1.0),
            threads: Some(3),
            descriptors: Some(4),
        },
        gpus: vec![Gpu {
            index: 1,
            name: "H100".to_owned(),
            utilisation: Some(1.0),
            memory_used: Some(3),
            memory_total: Some(4),
            temperature: Some(50.0),
            power: Some(70.0),
            power_limit: Some(700.0),
            clock: Some(1980),
            memory_clock: Some(2619),
            ecc_errors: Some(0),
            mig: Some(true),
        }],
        program: Program {
            lanes: vec![LaneState {
                name: "interactive".to_owned(),
                wait: Some([0.1, 0.2, 0.3]),
                ..LaneState::default()
            }],
            limiter: Some(LimiterState::default()),
            workers: Some((4, 1)),
            models: vec![ModelState {
                name: name(),
                latency: Some([0.1, 0.2, 0.3]),
                ..ModelState::default()
            }],
            tiers: vec![tier("memory", 80, 20), tier("disk", 15, 5)],
            breakers: vec![BreakerState {
                name: "remote".to_owned(),
                state: "forced-open".to_owned(),
                failure_rate: Some(0.5),
                slow_rate: Some(0.0),
                ..BreakerState::default()
            }],
            journal_lag_ms: Some(250.0),
            log_lines: [1, 2, 3, 4, 5],
            requests: Some(Requests {
                total: 12,
                failed: 3,
                seconds: 1.5,
                buckets: [1; 12],
            }),
        },
        cost: Cost {
            cpu: Some(0.01),
            terminal: Some(3.0),
            ..Cost::default()
        },
        collectors: vec![CollectorState {
            name: "cpu".to_owned(),
            enabled: true,
            health: Health::Slow,
            took: Some(Duration::from_millis(5)),
            age: Some(2.0),
        }],
        ..Snapshot::default()
    }
}

fn tier(name: &str, hits: u64, misses: u64) -> TierState {
    TierState {
        name: name.to_owned(),
        hits,
        misses,
        entries: Some(1),
        bytes: Some(1),
        latency: Some([0.1, 0.2, 0.3]),
        ..TierState::default()
    }
}

/// The value of the first sample of `name` that has all of `labels`.
fn value(families: &[Family], name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let family = families.iter().find(|family| family.name == name)?;
    let has = |sample: &Sample, (name, value): (&str, &str)| {
        sample.labels.iter().any(|(n, v)| *n == name && v == value)
    };
    let sample = family.samples.iter();
    let mut fitting = sample.filter(|sample| labels.iter().all(|label| has(sample, *label)));
    fitting.next().map(|sample| sample.value)
}

#[test]
fn a_full_snapshot_gives_every_documented_family_in_order() {
    let got: Vec<Name> = families(&full())
        .iter()
        .map(|family| (family.name, family.help, family.kind))
        .collect();
    assert_eq!(got, NAMES);
}

#[test]
fn values_are_in_base_units() {
    let all = families(&full());
    for (name, labels, expected) in [
        ("postwright_host_memory_used_ratio", [].as_slice(), 0.25),
        ("postwright_host_load", &[("window", "15m")], 3.0),
        ("postwright_disk_available_ratio", &[("mount", "/")], 0.1),
        (
            "postwright_process_memory_growth_bytes_per_second",
            &[],
            2.0,
        ),
        ("postwright_gpu_clock_hertz", &[("gpu", "1")], 1.98e9),
        (
            "postwright_gpu_memory_used_ratio",
            &[("name", "H100")],
            0.75,
        ),
        ("postwright_gpu_mig_enabled", &[], 1.0),
        ("postwright_lane_wait_seconds", &[("p", "0.95")], 0.2),
        ("postwright_cache_hit_ratio", &[("tier", "disk")], 0.75),
        ("postwright_breaker_open", &[("breaker", "remote")], 1.0),
        ("postwright_breaker_state", &[("state", "open")], 0.0),
        ("postwright_breaker_state", &[("state", "forced-open")], 1.0),
        ("postwright_journal_lag_seconds", &[], 0.25),
        ("postwright_log_lines_total", &[("level", "warn")], 2.0),
        (
            "postwright_request_duration_seconds",
            &[("le", "+Inf")],
            12.0,
        ),
        (
            "postwright_request_duration_seconds",
            &[("le", "0.0025")],
            1.0,
        ),
        ("postwright_collector_up", &[("collector", "cpu")], 0.0),
        ("postwright_collector_duration_seconds", &[], 0.005),
        ("linkedin_posts_requests_total", &[], 12.0),
        ("linkedin_posts_cache_hit_ratio", &[], 0.95),
        (
            "linkedin_posts_ai_processing_seconds",
            &[("model", "n"), ("p", "0.5")],
            0.1,
        ),
    ] {
        assert_eq!(
            value(&all, name, labels),
            Some(expected),
            "{name} {labels:?}"
        );
    }
    let cores = all
        .iter()
        .find(|f| f.name == "postwright_host_cpu_core_ratio");
    assert_eq!(
        cores.map(|f| f.samples.len()),
        Some(1),
        "one core is not known"
    );
}

#[test]
fn what_is_not_known_has_no_sample() {
    let names: Vec<&str> = families(&Snapshot::default())
        .iter()
        .map(|f| f.name)
        .collect();
    assert_eq!(
        names,
        [
            "postwright_uptime_seconds",
            "postwright_log_lines_total",
            "postwright_monitor_cpu_budget_cores",
            "postwright_monitor_memory_bytes",
            "postwright_monitor_disk_bytes_per_second",
            "postwright_monitor_stretch",
        ]
    );
}

#[test]
fn names_follow_the_conventions() {
    for (nth, (name, help, kind)) in NAMES.iter().enumerate() {
        assert!(
            NAMES[..nth].iter().all(|(other, _, _)| other != name),
            "{name} twice"
        );
        assert!(
            name.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
            "{name}"
        );
        assert!(name.starts_with("postwright_") || name.starts_with("linkedin_posts_"));
        assert_eq!(name.ends_with("_total"), *kind == Counter, "{name}");
        assert!(
            help.ends_with('.') && !help.contains('\n'),
            "{name}: {help}"
        );
    }
}
