//! Which figures have a graph, and where their values are found.

use crate::monitor::{CollectorState, Series, Snapshot};

use super::words::Unit;

/// A figure with a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Graph {
    pub(super) series: Series,
    pub(super) label: String,
    pub(super) unit: Unit,
    /// The collector that it comes from.
    collector: &'static str,
}

/// How the collector of a figure fares, where that is worth a word.
pub(super) fn collector<'a>(snapshot: &'a Snapshot, graph: &Graph) -> Option<&'a CollectorState> {
    let mut collectors = snapshot.collectors.iter();
    collectors.find(|c| c.name == graph.collector)
}

/// The graphs for what `snapshot` tells, those that matter most first.
pub(super) fn graphs(snapshot: &Snapshot) -> Vec<Graph> {
    use Series as S;
    let graph = |series, label: &str, unit, collector| Graph {
        series,
        label: label.to_owned(),
        unit,
        collector,
    };
    let mut out = vec![
        graph(S::Cpu, "cpu", Unit::Share, "cpu"),
        graph(S::Memory, "memory", Unit::Bytes, "memory"),
        graph(S::OwnCpu, "own cpu", Unit::Cores, "process"),
        graph(S::OwnMemory, "own mem", Unit::Bytes, "process"),
    ];
    // Histories are kept of the first cards.
    let cards = snapshot
        .gpus
        .iter()
        .filter_map(|gpu| u8::try_from(gpu.index).ok());
    for card in cards.filter(|card| *card < 8) {
        let busy = format!("gpu {card}");
        let memory = format!("gpu {card} mem");
        out.push(graph(S::GpuUtilisation(card), &busy, Unit::Share, "gpu"));
        out.push(graph(S::GpuMemory(card), &memory, Unit::Bytes, "gpu"));
    }
    out.extend([
        graph(S::QueueDepth, "queue", Unit::Count, "program"),
        graph(S::RequestRate, "requests", Unit::PerSecond, "program"),
        graph(S::Latency95, "p95", Unit::Seconds, "program"),
        graph(S::HitRatio, "hits", Unit::Share, "program"),
        graph(S::Limit, "limit", Unit::Count, "program"),
        graph(S::Received, "net in", Unit::Rate, "network"),
        graph(S::Sent, "net out", Unit::Rate, "network"),
        graph(S::DiskRead, "disk in", Unit::Rate, "process"),
        graph(S::DiskWritten, "disk out", Unit::Rate, "process"),
        graph(S::Load, "load", Unit::Count, "cpu"),
        graph(S::Temperature, "hottest", Unit::Celsius, "temperature"),
        graph(S::OwnThreads, "threads", Unit::Count, "process"),
    ]);
    if snapshot.machine.swap_total != Some(0) {
        out.push(graph(S::Swap, "swap", Unit::Bytes, "memory"));
    }
    for card in snapshot
        .gpus
        .iter()
        .filter_map(|gpu| u8::try_from(gpu.index).ok())
    {
        if card < 8 {
            let (heat, power) = (format!("gpu {card} °C"), format!("gpu {card} W"));
            out.push(graph(S::GpuTemperature(card), &heat, Unit::Celsius, "gpu"));
            out.push(graph(S::GpuPower(card), &power, Unit::Watts, "gpu"));
        }
    }
    out.push(graph(S::MonitorCpu, "cost cpu", Unit::Cores, "process"));
    out
}

/// What a snapshot says of a series; `None` where only the history of it can tell.
pub(super) fn value(series: Series, snapshot: &Snapshot) -> Option<Option<f64>> {
    let Snapshot {
        machine,
        process,
        program,
        cost,
        ..
    } = snapshot;
    // Exact up to 8 PiB.
    let bytes = |bytes: Option<u64>| bytes.map(|b| b as f64);
    let gpu = |card: u8| snapshot.gpus.iter().find(|g| g.index == u32::from(card));
    Some(match series {
        Series::Cpu => machine.cpu,
        Series::Core(core) => machine.cores.get(usize::from(core)).copied().flatten(),
        Series::Load => machine.load.map(|[one, ..]| one),
        Series::Memory => bytes(machine.memory_used),
        Series::Swap => bytes(machine.swap_used),
        Series::Temperature => {
            let all = machine.temperatures.iter().map(|t| t.celsius);
            all.reduce(f64::max)
        }
        Series::Received => sum(machine.networks.iter().map(|n| n.received)),
        Series::Sent => sum(machine.networks.iter().map(|n| n.sent)),
        Series::OwnCpu => process.cpu,
        Series::OwnMemory => bytes(process.memory),
        Series::OwnThreads => process.threads.map(|n| n as f64),
        Series::DiskRead => process.read,
        Series::DiskWritten => process.written,
        Series::GpuUtilisation(card) => gpu(card).and_then(|g| g.utilisation),
        Series::GpuMemory(card) => bytes(gpu(card).and_then(|g| g.memory_used)),
        Series::GpuTemperature(card) => gpu(card).and_then(|g| g.temperature),
        Series::GpuPower(card) => gpu(card).and_then(|g| g.power),
        Series::QueueDepth => sum(program.lanes.iter().map(|l| Some(l.waiting as f64))),
        Series::Limit => program.limiter.as_ref().map(|l| l.limit),
        Series::MonitorCpu => cost.cpu,
        Series::HitRatio | Series::RequestRate | Series::Latency95 => return None,
    })
}

/// The sum of what is known; `None` where nothing is.
fn sum(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    values.flatten().reduce(|a, b| a + b)
}

/// What a figure cannot exceed, where that is known.
pub(super) fn limit(series: Series, snapshot: &Snapshot) -> Option<f64> {
    let machine = &snapshot.machine;
    let gpu = |card: u8| snapshot.gpus.iter().find(|g| g.index == u32::from(card));
    // Exact up to 8 PiB.
    let bytes = |bytes: Option<u64>| bytes.map(|b| b as f64).filter(|b| *b > 0.0);
    match series {
        Series::Memory => bytes(machine.memory_total),
        Series::Swap => bytes(machine.swap_total),
        Series::GpuMemory(card) => bytes(gpu(card).and_then(|g| g.memory_total)),
        Series::GpuPower(card) => gpu(card).and_then(|g| g.power_limit).filter(|w| *w > 0.0),
        Series::Cpu | Series::Core(_) | Series::HitRatio | Series::GpuUtilisation(_) => Some(1.0),
        Series::Load
        | Series::Temperature
        | Series::Received
        | Series::Sent
        | Series::OwnCpu
        | Series::OwnMemory
        | Series::OwnThreads
        | Series::DiskRead
        | Series::DiskWritten
        | Series::GpuTemperature(_)
        | Series::QueueDepth
        | Series::Limit
        | Series::RequestRate
        | Series::Latency95
        | Series::MonitorCpu => None,
    }
}
