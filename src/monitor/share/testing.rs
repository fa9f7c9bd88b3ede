//! Snapshots of all kinds, for tests.

use std::time::Duration;

use proptest::prelude::*;

use crate::monitor::snapshot::{
    BreakerState, CollectorState, Cost, Disk, Gpu, Health, LaneState, LimiterState, Machine,
    ModelState, Network, Process, ProcessRow, Program, Requests, Snapshot, Temperature, ThreadRow,
    TierState, Transition,
};

/// Snapshots whose numbers are all finite.
pub fn snapshots() -> impl Strategy<Value = Snapshot> {
    any::<u64>().prop_map(|seed| Noise { seed, wild: false }.snapshot())
}

/// Snapshots with NaN and infinite numbers among the others.
pub fn wild_snapshots() -> impl Strategy<Value = Snapshot> {
    any::<u64>().prop_map(|seed| Noise { seed, wild: true }.snapshot())
}

/// A snapshot of that number, with `rows` processes of about 100 bytes.
pub fn numbered(number: u64, rows: u32) -> Snapshot {
    let row = |pid| ProcessRow {
        pid,
        name: "x".repeat(60),
        ..ProcessRow::default()
    };
    Snapshot {
        number,
        at_ms: 1000 * number,
        processes: (0..rows).map(row).collect(),
        ..Snapshot::default()
    }
}

struct Noise {
    seed: u64,
    wild: bool,
}

impl Noise {
    /// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
    fn bits(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() % end as u64).unwrap()
    }

    /// Of every magnitude: many small, some with all bits.
    fn whole(&mut self) -> u64 {
        let shift = self.bits() % 64;
        self.bits() >> shift
    }

    fn small(&mut self) -> u32 {
        u32::try_from(self.whole() >> 32).unwrap()
    }

    fn size(&mut self) -> usize {
        usize::try_from(self.whole()).unwrap()
    }

    fn float(&mut self) -> f64 {
        loop {
            let number = match self.below(4) {
                0 => f64::from(self.small()) / 1000.0,
                1 => [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0][self.below(4)],
                _ => f64::from_bits(self.bits()),
            };
            if self.wild || number.is_finite() {
                return number;
            }
        }
    }

    fn three(&mut self) -> [f64; 3] {
        [self.float(), self.float(), self.float()]
    }

    fn text(&mut self) -> String {
        let chars = [
            'a', '"', '\\', '\n', '\u{1b}', '\u{2028}', 'é', '👩', '\0', ' ',
        ];
        (0..self.below(12)).map(|_| chars[self.below(10)]).collect()
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 0
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| make(self))
    }

    fn some<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.below(4)).map(|_| make(self)).collect()
    }

    fn snapshot(&mut self) -> Snapshot {
        Snapshot {
            at_ms: self.whole(),
            uptime: self.float(),
            number: self.whole(),
            machine: self.machine(),
            process: Process {
                pid: self.small(),
                cpu: self.maybe(Self::float),
                memory: self.maybe(Self::whole),
                memory_trend: self.maybe(Self::float),
                read: self.maybe(Self::float),
                written: self.maybe(Self::float),
                threads: self.maybe(Self::size),
                descriptors: self.maybe(Self::size),
            },
            processes: self.some(|n| ProcessRow {
                pid: n.small(),
                name: n.text(),
                user: n.maybe(Self::text),
                cpu: n.maybe(Self::float),
                memory: n.maybe(Self::whole),
            }),
            threads: self.some(|n| ThreadRow {
                tid: n.small(),
                name: n.text(),
                cpu: n.maybe(Self::float),
            }),
            gpus: self.some(Self::gpu),
            program: self.program(),
            cost: Cost {
                cpu: self.maybe(Self::float),
                budget: self.float(),
                memory: self.whole(),
                terminal: self.maybe(Self::float),
                disk: self.float(),
                stretched: self.float(),
            },
            collectors: self.some(|n| CollectorState {
                name: n.text(),
                enabled: n.flag(),
                health: match n.below(5) {
                    0 => Health::Idle,
                    1 => Health::Fine,
                    2 => Health::Slow,
                    3 => Health::Failed(n.text()),
                    _ => Health::Absent(n.text()),
                },
                took: n.maybe(|n| Duration::from_nanos(n.whole())),
                age: n.maybe(Self::float),
            }),
        }
    }

    fn machine(&mut self) -> Machine {
        Machine {
            cpu: self.maybe(Self::float),
            cores: self.some(|n| n.maybe(Self::float)),
            load: self.maybe(Self::three),
            processes: self.maybe(Self::size),
            memory_total: self.maybe(Self::whole),
            memory_used: self.maybe(Self::whole),
            swap_total: self.maybe(Self::whole),
            swap_used: self.maybe(Self::whole),
            disks: self.some(|n| Disk {
                mount: n.text(),
                total: n.whole(),
                available: n.whole(),
            }),
            networks: self.some(|n| Network {
                name: n.text(),
                received: n.maybe(Self::float),
                sent: n.maybe(Self::float),
            }),
            temperatures: self.some(|n| Temperature {
                sensor: n.text(),
                celsius: n.float(),
            }),
        }
    }

    fn gpu(&mut self) -> Gpu {
        Gpu {
            index: self.small(),
            name: self.text(),
            utilisation: self.maybe(Self::float),
            memory_used: self.maybe(Self::whole),
            memory_total: self.maybe(Self::whole),
            temperature: self.maybe(Self::float),
            power: self.maybe(Self::float),
            power_limit: self.maybe(Self::float),
            clock: self.maybe(Self::small),
            memory_clock: self.maybe(Self::small),
            ecc_errors: self.maybe(Self::whole),
            mig: self.maybe(Self::flag),
        }
    }

    fn program(&mut self) -> Program {
        Program {
            lanes: self.some(|n| LaneState {
                name: n.text(),
                waiting: n.size(),
                taken: n.whole(),
                refused: n.whole(),
                superseded: n.whole(),
                wait: n.maybe(Self::three),
            }),
            limiter: self.maybe(|n| LimiterState {
                limit: n.float(),
                inside: n.small(),
                refused: n.whole(),
            }),
            workers: self.maybe(|n| (n.size(), n.size())),
            models: self.some(|n| ModelState {
                name: n.text(),
                batches: n.whole(),
                texts: n.whole(),
                latency: n.maybe(Self::three),
            }),
            tiers: self.some(|n| TierState {
                name: n.text(),
                hits: n.whole(),
                misses: n.whole(),
                entries: n.maybe(Self::whole),
                bytes: n.maybe(Self::whole),
                evictions: n.whole(),
                latency: n.maybe(Self::three),
            }),
            breakers: self.some(Self::breaker),
            journal_lag_ms: self.maybe(Self::float),
            log_lines: std::array::from_fn(|_| self.whole()),
            requests: self.maybe(|n| Requests {
                total: n.whole(),
                failed: n.whole(),
                seconds: n.float(),
                buckets: std::array::from_fn(|_| n.whole()),
            }),
        }
    }

    fn breaker(&mut self) -> BreakerState {
        BreakerState {
            name: self.text(),
            state: self.text(),
            failure_rate: self.maybe(Self::float),
            slow_rate: self.maybe(Self::float),
            calls: self.whole(),
            refused: self.whole(),
            half_open_in: self.maybe(Self::float),
            transitions: self.whole(),
            last: self.maybe(|n| Transition {
                ago: n.float(),
                from: n.text(),
                to: n.text(),
                reason: n.text(),
            }),
        }
    }
}
