//! A snapshot as metrics: every documented name, and the conversion.
//!
//! Names follow Prometheus' conventions: base units, `_total` for counters, `_ratio` for shares
//! from 0 to 1. A value that is not known has no sample.

use std::borrow::Cow;
use std::time::Duration;

use super::snapshot::{Health, Snapshot};
use crate::telemetry::metric::{Family, MetricType, SECONDS, Sample};

use MetricType::{Counter, Gauge, Histogram};

/// A documented family: name, help, type.
pub type Name = (&'static str, &'static str, MetricType);

/// Every family that [`families`] gives, in its order.
#[rustfmt::skip]
pub const NAMES: &[Name] = &[
    ("postwright_uptime_seconds", "Time since the monitor started.", Gauge),
    ("postwright_host_cpu_ratio", "Share of all cores that was busy.", Gauge),
    ("postwright_host_cpu_core_ratio", "Share of each core that was busy.", Gauge),
    ("postwright_host_load", "Tasks that run or wait to run, mean over the window.", Gauge),
    ("postwright_host_processes", "Processes on the machine.", Gauge),
    ("postwright_host_memory_size_bytes", "Main memory.", Gauge),
    ("postwright_host_memory_used_bytes", "Main memory that no program could have without swapping.", Gauge),
    ("postwright_host_memory_used_ratio", "Share of main memory in use.", Gauge),
    ("postwright_host_swap_size_bytes", "Swap.", Gauge),
    ("postwright_host_swap_used_bytes", "Swap in use.", Gauge),
    ("postwright_disk_size_bytes", "Size of a file system.", Gauge),
    ("postwright_disk_available_bytes", "What this user can still write to a file system.", Gauge),
    ("postwright_disk_available_ratio", "Share of a file system that this user can still write.", Gauge),
    ("postwright_network_receive_bytes_per_second", "Bytes received by an interface.", Gauge),
    ("postwright_network_transmit_bytes_per_second", "Bytes sent by an interface.", Gauge),
    ("postwright_temperature_celsius", "What a sensor tells.", Gauge),
    ("postwright_process_cpu_cores", "Cores that this process keeps busy.", Gauge),
    ("postwright_process_memory_bytes", "Resident memory of this process.", Gauge),
    ("postwright_process_memory_growth_bytes_per_second", "Growth of resident memory over the last ten minutes.", Gauge),
    ("postwright_process_read_bytes_per_second", "Bytes that this process reads from disks.", Gauge),
    ("postwright_process_written_bytes_per_second", "Bytes that this process writes to disks.", Gauge),
    ("postwright_process_threads", "Threads of this process.", Gauge),
    ("postwright_process_open_fds", "Open file descriptors of this process.", Gauge),
    ("postwright_gpu_utilisation_ratio", "Share of the time in which a kernel ran on a card.", Gauge),
    ("postwright_gpu_memory_size_bytes", "Memory of a card.", Gauge),
    ("postwright_gpu_memory_used_bytes", "Memory of a card in use.", Gauge),
    ("postwright_gpu_memory_used_ratio", "Share of a card's memory in use.", Gauge),
    ("postwright_gpu_temperature_celsius", "Temperature of a card.", Gauge),
    ("postwright_gpu_power_watts", "Power that a card draws.", Gauge),
    ("postwright_gpu_power_limit_watts", "Power that a card may draw.", Gauge),
    ("postwright_gpu_clock_hertz", "Clock of a card's multiprocessors.", Gauge),
    ("postwright_gpu_memory_clock_hertz", "Clock of a card's memory.", Gauge),
    ("postwright_gpu_ecc_errors_total", "Uncorrected memory errors since the driver was loaded.", Counter),
    ("postwright_gpu_mig_enabled", "1 where a card is cut into instances, else 0.", Gauge),
    ("postwright_lane_waiting", "Items that wait in a lane.", Gauge),
    ("postwright_lane_taken_total", "Items taken from a lane.", Counter),
    ("postwright_lane_refused_total", "Items refused because a lane was full.", Counter),
    ("postwright_lane_superseded_total", "Items dropped because newer ones took their place.", Counter),
    ("postwright_lane_wait_seconds", "Time that items wait in a lane, by quantile.", Gauge),
    ("postwright_limiter_limit", "Calls that are let in at once.", Gauge),
    ("postwright_limiter_inside", "Calls inside.", Gauge),
    ("postwright_limiter_refused_total", "Calls turned away.", Counter),
    ("postwright_workers", "Threads that check grammar.", Gauge),
    ("postwright_workers_busy", "Threads that are checking grammar now.", Gauge),
    ("postwright_model_batches_total", "Batches that a model computed.", Counter),
    ("postwright_model_texts_total", "Texts in those batches.", Counter),
    ("postwright_model_latency_seconds", "Time of a batch, by quantile.", Gauge),
    ("postwright_cache_hits_total", "Questions that a tier answered.", Counter),
    ("postwright_cache_misses_total", "Questions that a tier did not answer.", Counter),
    ("postwright_cache_hit_ratio", "Share of questions that a tier answered so far.", Gauge),
    ("postwright_cache_entries", "Entries in a tier.", Gauge),
    ("postwright_cache_bytes", "Bytes of values in a tier.", Gauge),
    ("postwright_cache_evictions_total", "Entries that a tier dropped for room.", Counter),
    ("postwright_cache_hit_seconds", "Time of a hit, by quantile.", Gauge),
    ("postwright_breaker_open", "1 where a breaker lets no call through, else 0.", Gauge),
    ("postwright_breaker_state", "1 for the state that a breaker is in.", Gauge),
    ("postwright_breaker_failure_ratio", "Share of a breaker's last calls that failed.", Gauge),
    ("postwright_breaker_slow_ratio", "Share of a breaker's last calls that were slow.", Gauge),
    ("postwright_breaker_calls", "Calls in a breaker's window.", Gauge),
    ("postwright_breaker_refused_total", "Calls that a breaker refused.", Counter),
    ("postwright_breaker_transitions_total", "Changes of a breaker's state.", Counter),
    ("postwright_journal_lag_seconds", "How far the draft's journal is behind the text.", Gauge),
    ("postwright_log_lines_total", "Lines logged, by level.", Counter),
    ("postwright_requests_total", "Requests answered.", Counter),
    ("postwright_requests_failed_total", "Requests that ended in an error.", Counter),
    ("postwright_request_duration_seconds", "Time of a request.", Histogram),
    ("postwright_monitor_cpu_cores", "Cores kept busy by watching.", Gauge),
    ("postwright_monitor_cpu_budget_cores", "Cores that watching may keep busy.", Gauge),
    ("postwright_monitor_memory_bytes", "Memory of histories and snapshots.", Gauge),
    ("postwright_monitor_terminal_bytes_per_second", "Bytes sent to the terminal.", Gauge),
    ("postwright_monitor_disk_bytes_per_second", "Bytes that histories write to disk.", Gauge),
    ("postwright_monitor_stretch", "Times by which the interval is stretched for the budget.", Gauge),
    ("postwright_collector_up", "1 where a collector answers in time, else 0.", Gauge),
    ("postwright_collector_duration_seconds", "Time of a collector's last answer.", Gauge),
    ("postwright_collector_age_seconds", "Time since a collector's last answer.", Gauge),
    ("linkedin_posts_requests_total", "The same as postwright_requests_total.", Counter),
    ("linkedin_posts_request_duration_seconds", "The same as postwright_request_duration_seconds.", Histogram),
    ("linkedin_posts_cache_hit_ratio", "Share of questions that any tier of the cache answered so far.", Gauge),
    ("linkedin_posts_ai_processing_seconds", "The same as postwright_model_latency_seconds.", Gauge),
];

type Label = (&'static str, Cow<'static, str>);

/// Collects samples by family. Only documented families exist.
struct Families(Vec<Family>);

impl Families {
    fn new() -> Self {
        let empty = |&(name, help, kind): &Name| Family {
            name,
            help,
            kind,
            samples: Vec::new(),
        };
        Self(NAMES.iter().map(empty).collect())
    }

    fn put(&mut self, name: &str, labels: &[Label], value: impl Into<Option<f64>>) {
        self.put_part(name, "", labels, value.into());
    }

    fn put_part(&mut self, name: &str, suffix: &'static str, labels: &[Label], value: Option<f64>) {
        let family = self.0.iter_mut().find(|family| family.name == name);
        debug_assert!(family.is_some(), "{name} is not in NAMES");
        if let (Some(family), Some(value)) = (family, value) {
            let labels = labels.to_vec();
            family.samples.push(Sample {
                suffix,
                labels,
                value,
            });
        }
    }
}

/// The snapshot as families, in the order of [`NAMES`]; a family without samples is left out.
#[must_use]
pub fn families(snapshot: &Snapshot) -> Vec<Family> {
    let mut out = Families::new();
    out.put("postwright_uptime_seconds", &[], snapshot.uptime);
    machine(snapshot, &mut out);
    process(snapshot, &mut out);
    gpus(snapshot, &mut out);
    work(snapshot, &mut out);
    caches(snapshot, &mut out);
    breakers(snapshot, &mut out);
    requests(snapshot, &mut out);
    monitor(snapshot, &mut out);
    out.0.retain(|family| !family.samples.is_empty());
    out.0
}

/// Counts are exact up to 2^53.
#[allow(clippy::cast_precision_loss)]
fn count(value: u64) -> f64 {
    value as f64
}

fn size(value: usize) -> f64 {
    count(value as u64)
}

/// `part` of `whole`; `None` where the whole is nothing.
fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

fn label(name: &'static str, value: &str) -> Label {
    (name, Cow::Owned(value.to_owned()))
}

/// Median, 95th and 99th percentile as one family with the label `p`; `quantile` is
/// kept for summaries.
fn quantiles(out: &mut Families, name: &str, owner: &Label, values: Option<[f64; 3]>) {
    for (quantile, value) in ["0.5", "0.95", "0.99"].iter().zip(values.iter().flatten()) {
        let quantile = ("p", Cow::Borrowed(*quantile));
        out.put(name, &[owner.clone(), quantile], *value);
    }
}

fn machine(snapshot: &Snapshot, out: &mut Families) {
    let machine = &snapshot.machine;
    out.put("postwright_host_cpu_ratio", &[], machine.cpu);
    for (nth, core) in machine.cores.iter().enumerate() {
        let core_label = label("core", &nth.to_string());
        out.put("postwright_host_cpu_core_ratio", &[core_label], *core);
    }
    for (window, load) in ["1m", "5m", "15m"]
        .iter()
        .zip(machine.load.iter().flatten())
    {
        let window = ("window", Cow::Borrowed(*window));
        out.put("postwright_host_load", &[window], *load);
    }
    out.put(
        "postwright_host_processes",
        &[],
        machine.processes.map(size),
    );
    let (total, used) = (
        machine.memory_total.map(count),
        machine.memory_used.map(count),
    );
    out.put("postwright_host_memory_size_bytes", &[], total);
    out.put("postwright_host_memory_used_bytes", &[], used);
    let ratio = used.zip(total).and_then(|(used, total)| share(used, total));
    out.put("postwright_host_memory_used_ratio", &[], ratio);
    out.put(
        "postwright_host_swap_size_bytes",
        &[],
        machine.swap_total.map(count),
    );
    out.put(
        "postwright_host_swap_used_bytes",
        &[],
        machine.swap_used.map(count),
    );
    for disk in &machine.disks {
        let mount = [label("mount", &disk.mount)];
        let (total, available) = (count(disk.total), count(disk.available));
        out.put("postwright_disk_size_bytes", &mount, total);
        out.put("postwright_disk_available_bytes", &mount, available);
        out.put(
            "postwright_disk_available_ratio",
            &mount,
            share(available, total),
        );
    }
    for network in &machine.networks {
        let name = [label("interface", &network.name)];
        out.put(
            "postwright_network_receive_bytes_per_second",
            &name,
            network.received,
        );
        out.put(
            "postwright_network_transmit_bytes_per_second",
            &name,
            network.sent,
        );
    }
    for sensor in &machine.temperatures {
        let name = [label("sensor", &sensor.sensor)];
        out.put("postwright_temperature_celsius", &name, sensor.celsius);
    }
}

fn process(snapshot: &Snapshot, out: &mut Families) {
    let process = &snapshot.process;
    out.put("postwright_process_cpu_cores", &[], process.cpu);
    out.put(
        "postwright_process_memory_bytes",
        &[],
        process.memory.map(count),
    );
    let growth = process.memory_trend.map(|a_minute| a_minute / 60.0);
    out.put(
        "postwright_process_memory_growth_bytes_per_second",
        &[],
        growth,
    );
    out.put(
        "postwright_process_read_bytes_per_second",
        &[],
        process.read,
    );
    out.put(
        "postwright_process_written_bytes_per_second",
        &[],
        process.written,
    );
    out.put("postwright_process_threads", &[], process.threads.map(size));
    out.put(
        "postwright_process_open_fds",
        &[],
        process.descriptors.map(size),
    );
}

fn gpus(snapshot: &Snapshot, out: &mut Families) {
    for gpu in &snapshot.gpus {
        let card = [
            label("gpu", &gpu.index.to_string()),
            label("name", &gpu.name),
        ];
        let hertz = |megahertz: u32| f64::from(megahertz) * 1e6;
        let (total, used) = (gpu.memory_total.map(count), gpu.memory_used.map(count));
        let ratio = used.zip(total).and_then(|(used, total)| share(used, total));
        let mig = gpu.mig.map(|is_on| f64::from(u8::from(is_on)));
        out.put("postwright_gpu_utilisation_ratio", &card, gpu.utilisation);
        out.put("postwright_gpu_memory_size_bytes", &card, total);
        out.put("postwright_gpu_memory_used_bytes", &card, used);
        out.put("postwright_gpu_memory_used_ratio", &card, ratio);
        out.put("postwright_gpu_temperature_celsius", &card, gpu.temperature);
        out.put("postwright_gpu_power_watts", &card, gpu.power);
        out.put("postwright_gpu_power_limit_watts", &card, gpu.power_limit);
        out.put("postwright_gpu_clock_hertz", &card, gpu.clock.map(hertz));
        out.put(
            "postwright_gpu_memory_clock_hertz",
            &card,
            gpu.memory_clock.map(hertz),
        );
        out.put(
            "postwright_gpu_ecc_errors_total",
            &card,
            gpu.ecc_errors.map(count),
        );
        out.put("postwright_gpu_mig_enabled", &card, mig);
    }
}

fn work(snapshot: &Snapshot, out: &mut Families) {
    for lane in &snapshot.program.lanes {
        let name = label("lane", &lane.name);
        let only = std::slice::from_ref(&name);
        out.put("postwright_lane_waiting", only, size(lane.waiting));
        out.put("postwright_lane_taken_total", only, count(lane.taken));
        out.put("postwright_lane_refused_total", only, count(lane.refused));
        out.put(
            "postwright_lane_superseded_total",
            only,
            count(lane.superseded),
        );
        quantiles(out, "postwright_lane_wait_seconds", &name, lane.wait);
    }
    if let Some(limiter) = &snapshot.program.limiter {
        out.put("postwright_limiter_limit", &[], limiter.limit);
        out.put("postwright_limiter_inside", &[], f64::from(limiter.inside));
        out.put(
            "postwright_limiter_refused_total",
            &[],
            count(limiter.refused),
        );
    }
    if let Some((all, busy)) = snapshot.program.workers {
        out.put("postwright_workers", &[], size(all));
        out.put("postwright_workers_busy", &[], size(busy));
    }
    for model in &snapshot.program.models {
        let name = label("model", &model.name);
        let only = std::slice::from_ref(&name);
        out.put("postwright_model_batches_total", only, count(model.batches));
        out.put("postwright_model_texts_total", only, count(model.texts));
        quantiles(
            out,
            "postwright_model_latency_seconds",
            &name,
            model.latency,
        );
        quantiles(
            out,
            "linkedin_posts_ai_processing_seconds",
            &name,
            model.latency,
        );
    }
}

fn caches(snapshot: &Snapshot, out: &mut Families) {
    let tiers = &snapshot.program.tiers;
    for tier in tiers {
        let name = label("tier", &tier.name);
        let only = std::slice::from_ref(&name);
        let (hits, misses) = (count(tier.hits), count(tier.misses));
        out.put("postwright_cache_hits_total", only, hits);
        out.put("postwright_cache_misses_total", only, misses);
        out.put(
            "postwright_cache_hit_ratio",
            only,
            share(hits, hits + misses),
        );
        out.put("postwright_cache_entries", only, tier.entries.map(count));
        out.put("postwright_cache_bytes", only, tier.bytes.map(count));
        out.put(
            "postwright_cache_evictions_total",
            only,
            count(tier.evictions),
        );
        quantiles(out, "postwright_cache_hit_seconds", &name, tier.latency);
    }
    // Every question is asked of the first tier; what it misses may be answered below. Counters
    // are read one after another, so the sum may be ahead of the questions for a moment.
    if let Some(first) = tiers.first() {
        let hits: u64 = tiers.iter().map(|tier| tier.hits).sum();
        let asked = count(first.hits) + count(first.misses);
        let ratio = share(count(hits), asked).map(|ratio| ratio.min(1.0));
        out.put("linkedin_posts_cache_hit_ratio", &[], ratio);
    }
}

fn breakers(snapshot: &Snapshot, out: &mut Families) {
    for breaker in &snapshot.program.breakers {
        let name = label("breaker", &breaker.name);
        let only = std::slice::from_ref(&name);
        let is_open = matches!(breaker.state.as_str(), "open" | "forced-open");
        out.put(
            "postwright_breaker_open",
            only,
            f64::from(u8::from(is_open)),
        );
        for state in ["closed", "open", "half-open", "forced-open", "disabled"] {
            let labels = [name.clone(), ("state", Cow::Borrowed(state))];
            let is_it = f64::from(u8::from(breaker.state == state));
            out.put("postwright_breaker_state", &labels, is_it);
        }
        out.put(
            "postwright_breaker_failure_ratio",
            only,
            breaker.failure_rate,
        );
        out.put("postwright_breaker_slow_ratio", only, breaker.slow_rate);
        out.put("postwright_breaker_calls", only, count(breaker.calls));
        out.put(
            "postwright_breaker_refused_total",
            only,
            count(breaker.refused),
        );
        out.put(
            "postwright_breaker_transitions_total",
            only,
            count(breaker.transitions),
        );
    }
}

fn requests(snapshot: &Snapshot, out: &mut Families) {
    let program = &snapshot.program;
    let lag = program
        .journal_lag_ms
        .map(|milliseconds| milliseconds / 1000.0);
    out.put("postwright_journal_lag_seconds", &[], lag);
    for (level, lines) in ["error", "warn", "info", "debug", "trace"]
        .iter()
        .zip(program.log_lines)
    {
        let level = ("level", Cow::Borrowed(*level));
        out.put("postwright_log_lines_total", &[level], count(lines));
    }
    let Some(requests) = &program.requests else {
        return;
    };
    let total = count(requests.total);
    out.put("postwright_requests_total", &[], total);
    out.put(
        "postwright_requests_failed_total",
        &[],
        count(requests.failed),
    );
    out.put("linkedin_posts_requests_total", &[], total);
    for name in [
        "postwright_request_duration_seconds",
        "linkedin_posts_request_duration_seconds",
    ] {
        for (bound, below) in SECONDS.iter().zip(requests.buckets) {
            let bound = ("le", Cow::Owned(bound.to_string()));
            out.put_part(name, "_bucket", &[bound], Some(count(below)));
        }
        let endless = ("le", Cow::Borrowed("+Inf"));
        out.put_part(name, "_bucket", &[endless], Some(total));
        out.put_part(name, "_sum", &[], Some(requests.seconds));
        out.put_part(name, "_count", &[], Some(total));
    }
}

fn monitor(snapshot: &Snapshot, out: &mut Families) {
    let cost = &snapshot.cost;
    out.put("postwright_monitor_cpu_cores", &[], cost.cpu);
    out.put("postwright_monitor_cpu_budget_cores", &[], cost.budget);
    out.put("postwright_monitor_memory_bytes", &[], count(cost.memory));
    out.put(
        "postwright_monitor_terminal_bytes_per_second",
        &[],
        cost.terminal,
    );
    out.put("postwright_monitor_disk_bytes_per_second", &[], cost.disk);
    out.put("postwright_monitor_stretch", &[], cost.stretched);
    for collector in &snapshot.collectors {
        let name = [label("collector", &collector.name)];
        let up = match &collector.health {
            Health::Fine => Some(1.0),
            Health::Slow | Health::Failed(_) => Some(0.0),
            // Not asked, or nothing to ask: neither up nor down.
            Health::Idle | Health::Absent(_) => None,
        };
        out.put("postwright_collector_up", &name, up);
        let took = collector.took.as_ref().map(Duration::as_secs_f64);
        out.put("postwright_collector_duration_seconds", &name, took);
        out.put("postwright_collector_age_seconds", &name, collector.age);
    }
}

#[cfg(test)]
mod tests;
