//! What the default rules must do, in Prometheus and here: series, and the alerts that fire.
//!
//! No check stands between an alert's two thresholds, which Prometheus does not know, nor at the
//! older end of a window, which Prometheus 2 counts and Prometheus 3 does not.

/// Seconds between two samples, and between two evaluations.
pub(super) const STEP_SECONDS: u64 = 15;

/// Labels and annotation.
type Alert = (&'static str, &'static str);

/// What one rule makes of some series.
pub(super) struct Scenario {
    pub(super) rule: &'static str,
    /// Series and values, as promtool reads them.
    pub(super) series: &'static [(&'static str, &'static str)],
    /// Steps, and the alerts that fire then.
    pub(super) checks: &'static [(usize, &'static [Alert])],
}

#[rustfmt::skip]
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        rule: "CpuBusy",
        series: &[("postwright_host_cpu_ratio", "0.3x20 0.95x60 0.1x60")],
        checks: &[
            (20, &[]),
            (44, &[]),
            (70, &[("", "The processors were 95% busy over five minutes.")]),
            (110, &[]),
        ],
    },
    Scenario {
        rule: "MemoryShort",
        series: &[("postwright_host_memory_used_ratio", "0.95x4 0.5x4 0.9375x20 0.5x10")],
        checks: &[
            (4, &[]),
            (9, &[]),
            (17, &[]),
            (18, &[("", "93.75% of main memory are in use.")]),
            (31, &[]),
        ],
    },
    Scenario {
        rule: "DiskShort",
        series: &[
            ("postwright_disk_available_ratio{mount=\"/\"}", "0.05x60"),
            ("postwright_disk_available_bytes{mount=\"/\"}", "4000000000x30 7000000000x30"),
            ("postwright_disk_available_ratio{mount=\"/big\"}", "0.05x60"),
            ("postwright_disk_available_bytes{mount=\"/big\"}", "50000000000x60"),
            ("postwright_disk_available_ratio{mount=\"/small\"}", "0.5x60"),
            ("postwright_disk_available_bytes{mount=\"/small\"}", "100000000x60"),
        ],
        checks: &[(19, &[]), (20, &[("{mount=\"/\"}", "/ has 5% left.")]), (31, &[])],
    },
    Scenario {
        rule: "DiskFull",
        series: &[("postwright_disk_available_bytes{mount=\"/home\"}", "1000000000x4 1000x10 500000000x10")],
        checks: &[
            (6, &[]),
            (7, &[("{mount=\"/home\"}", "/home has 1000 bytes left; drafts may not be saved.")]),
            (16, &[]),
        ],
    },
    Scenario {
        rule: "GpuHot",
        series: &[("postwright_gpu_temperature_celsius{gpu=\"0\", name=\"H100\"}", "60x4 91x20 70x10")],
        checks: &[
            (12, &[]),
            (13, &[("{gpu=\"0\", name=\"H100\"}", "Card 0 (H100) has 91 degrees Celsius.")]),
            (26, &[]),
        ],
    },
    Scenario {
        rule: "GpuMemoryShort",
        series: &[("postwright_gpu_memory_used_ratio{gpu=\"1\", name=\"T4\"}", "0.99x30 0.2x10")],
        checks: &[
            (19, &[]),
            (20, &[("{gpu=\"1\", name=\"T4\"}", "99% of the memory of card 1 (T4) are in use.")]),
            (31, &[]),
        ],
    },
    Scenario {
        rule: "GpuMemoryErrors",
        series: &[("postwright_gpu_ecc_errors_total{gpu=\"0\", name=\"H100\"}", "3x10 4x200")],
        checks: &[
            (10, &[]),
            (11, &[("{gpu=\"0\", name=\"H100\"}", "Card 0 (H100) had uncorrected memory errors.")]),
            // Ten minutes of the window, and ten for which it is kept.
            (80, &[("{gpu=\"0\", name=\"H100\"}", "Card 0 (H100) had uncorrected memory errors.")]),
            (95, &[]),
        ],
    },
    Scenario {
        rule: "ErrorRate",
        series: &[
            ("postwright_requests_total", "0+10x120"),
            ("postwright_requests_failed_total", "0x20 0+1x40 40x60"),
        ],
        checks: &[
            (20, &[]),
            (58, &[("", "10% of requests failed over five minutes.")]),
            (90, &[]),
        ],
    },
    Scenario {
        // Without requests there is no rate of errors.
        rule: "ErrorRate",
        series: &[("postwright_requests_total", "5x60"), ("postwright_requests_failed_total", "5x60")],
        checks: &[(50, &[])],
    },
    Scenario {
        rule: "BreakerOpen",
        series: &[
            ("postwright_breaker_open{breaker=\"remote\"}", "0x3 1x5 0x20"),
            ("postwright_breaker_open{breaker=\"model\"}", "0x3 1 0x20"),
        ],
        checks: &[
            (5, &[]),
            (6, &[("{breaker=\"remote\"}", "The breaker of remote lets no call through.")]),
            (13, &[("{breaker=\"remote\"}", "The breaker of remote lets no call through.")]),
            (14, &[]),
        ],
    },
    Scenario {
        rule: "CacheHitRate",
        series: &[
            ("postwright_cache_hits_total{tier=\"memory\"}", "0+5x120 600+15x120"),
            ("postwright_cache_misses_total{tier=\"memory\"}", "0+15x120 1800+1x120"),
            ("postwright_cache_hits_total{tier=\"disk\"}", "0x240"),
            ("postwright_cache_misses_total{tier=\"disk\"}", "0+15x240"),
        ],
        checks: &[
            (39, &[]),
            (60, &[("{tier=\"memory\"}", "The memory tier answered 25% of questions over ten minutes.")]),
            (180, &[]),
        ],
    },
    Scenario {
        rule: "QueueLong",
        series: &[
            ("postwright_lane_waiting{lane=\"interactive\"}", "0x3 6 0x3 7x20 0x20"),
            ("postwright_lane_waiting{lane=\"batch\"}", "900x50"),
        ],
        checks: &[
            (6, &[]),
            (20, &[("{lane=\"interactive\"}", "At least 7 items waited in lane interactive for a minute.")]),
            (40, &[]),
        ],
    },
    Scenario {
        rule: "QueueRefuses",
        series: &[
            ("postwright_lane_refused_total{lane=\"interactive\"}", "0x8 4x30"),
            ("postwright_lane_refused_total{lane=\"batch\"}", "0+1x40"),
        ],
        checks: &[
            (8, &[]),
            (9, &[("{lane=\"interactive\"}", "Lane interactive was full and refused work.")]),
            (20, &[]),
        ],
    },
    Scenario {
        rule: "JournalLag",
        series: &[("postwright_journal_lag_seconds", "0.1x4 7.5x4 0.1x4")],
        checks: &[(5, &[]), (6, &[("", "The draft's journal is 7.5 seconds behind the text.")]), (11, &[])],
    },
    Scenario {
        rule: "CollectorDown",
        series: &[("postwright_collector_up{collector=\"gpu\"}", "1x3 0x10 1x5")],
        checks: &[
            (7, &[]),
            (8, &[("{collector=\"gpu\"}", "Collector gpu does not answer; its values are old.")]),
            (16, &[]),
        ],
    },
];
