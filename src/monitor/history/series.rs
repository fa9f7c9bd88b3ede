//! What has a history, by name.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// Cores with a history.
pub(super) const CORES: u16 = 64;
/// Cards with histories.
pub(super) const CARDS: u8 = 8;

/// A figure with a history, in the units of [`crate::monitor::Snapshot`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Series {
    /// Share of all cores that was busy, 0 to 1.
    Cpu,
    /// Share of one core, of the first 64.
    Core(u16),
    /// Load as a mean over a minute.
    Load,
    /// Bytes of main memory in use.
    Memory,
    /// Bytes of swap in use.
    Swap,
    /// Degrees Celsius of the hottest sensor.
    Temperature,
    /// Bytes a second received by all interfaces.
    Received,
    /// Bytes a second sent by all interfaces.
    Sent,
    /// Cores that this process kept busy.
    OwnCpu,
    /// Resident bytes of this process.
    OwnMemory,
    /// Threads of this process.
    OwnThreads,
    /// Bytes a second that this process read from disks.
    DiskRead,
    /// Bytes a second that this process wrote to disks.
    DiskWritten,
    /// Share of the time in which a kernel ran on a card, of the first 8.
    GpuUtilisation(u8),
    /// Bytes of memory of a card in use.
    GpuMemory(u8),
    /// Degrees Celsius of a card.
    GpuTemperature(u8),
    /// Watts of a card.
    GpuPower(u8),
    /// Items that wait in all lanes.
    QueueDepth,
    /// Share of the cache's questions that any tier answered since the sample before, 0 to 1.
    HitRatio,
    /// Calls that the limiter lets in at once.
    Limit,
    /// Requests a second.
    RequestRate,
    /// Seconds of a request, 95th percentile of those since the sample before.
    Latency95,
    /// Cores that watching kept busy.
    MonitorCpu,
}

/// Those that there is one of.
const SINGLE: [(Series, &str); 18] = [
    (Series::Cpu, "cpu"),
    (Series::Load, "load"),
    (Series::Memory, "memory"),
    (Series::Swap, "swap"),
    (Series::Temperature, "temperature"),
    (Series::Received, "received"),
    (Series::Sent, "sent"),
    (Series::OwnCpu, "own.cpu"),
    (Series::OwnMemory, "own.memory"),
    (Series::OwnThreads, "own.threads"),
    (Series::DiskRead, "own.read"),
    (Series::DiskWritten, "own.written"),
    (Series::QueueDepth, "queue"),
    (Series::HitRatio, "hits"),
    (Series::Limit, "limit"),
    (Series::RequestRate, "requests"),
    (Series::Latency95, "latency95"),
    (Series::MonitorCpu, "monitor.cpu"),
];

impl Display for Series {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Core(core) => write!(f, "core.{core}"),
            Self::GpuUtilisation(card) => write!(f, "gpu.{card}.utilisation"),
            Self::GpuMemory(card) => write!(f, "gpu.{card}.memory"),
            Self::GpuTemperature(card) => write!(f, "gpu.{card}.temperature"),
            Self::GpuPower(card) => write!(f, "gpu.{card}.power"),
            Self::Cpu
            | Self::Load
            | Self::Memory
            | Self::Swap
            | Self::Temperature
            | Self::Received
            | Self::Sent
            | Self::OwnCpu
            | Self::OwnMemory
            | Self::OwnThreads
            | Self::DiskRead
            | Self::DiskWritten
            | Self::QueueDepth
            | Self::HitRatio
            | Self::Limit
            | Self::RequestRate
            | Self::Latency95
            | Self::MonitorCpu => {
                let named = SINGLE.iter().find(|(series, _)| series == self);
                f.write_str(named.map_or("", |(_, name)| name))
            }
        }
    }
}

/// That a name belongs to no series.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no series; take `cpu`, `core.0`, `own.memory`, `gpu.0.power` or the like")]
pub struct UnknownSeries {
    /// The name.
    pub name: String,
}

impl FromStr for Series {
    type Err = UnknownSeries;

    fn from_str(name: &str) -> Result<Self, UnknownSeries> {
        let single = || SINGLE.iter().find(|(_, n)| *n == name).map(|(s, _)| *s);
        let core = || {
            let core = name.strip_prefix("core.")?.parse().ok()?;
            (core < CORES).then_some(Self::Core(core))
        };
        let card = || {
            let (card, figure) = name.strip_prefix("gpu.")?.split_once('.')?;
            let card = card.parse().ok().filter(|card| *card < CARDS)?;
            match figure {
                "utilisation" => Some(Self::GpuUtilisation(card)),
                "memory" => Some(Self::GpuMemory(card)),
                "temperature" => Some(Self::GpuTemperature(card)),
                "power" => Some(Self::GpuPower(card)),
                _ => None,
            }
        };
        let unknown = || UnknownSeries {
            name: name.to_owned(),
        };
        single().or_else(core).or_else(card).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        let many = [
            Series::Core(63),
            Series::GpuUtilisation(0),
            Series::GpuMemory(7),
            Series::GpuTemperature(1),
            Series::GpuPower(2),
        ];
        for series in SINGLE.into_iter().map(|(s, _)| s).chain(many) {
            assert!(!series.to_string().is_empty(), "{series:?} has no name");
            assert_eq!(series.to_string().parse(), Ok(series));
        }
        for name in ["", "core.64", "core.", "gpu.8.memory", "gpu.0", "gpu.0.fan"] {
            let mistake = name.parse::<Series>().unwrap_err().to_string();
            assert!(mistake.starts_with(&format!("`{name}` is no series")));
        }
    }
}
