//! The rules that hold where none are configured.

use super::rule::Rule;

/// Name, condition, `for`, `keep_firing_for`, `clear`, severity, annotation.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ROWS: [Row; 14] = [
    ("CpuBusy",
     "avg_over_time(postwright_host_cpu_ratio[5m]) > 0.9", "5m", "",
     "avg_over_time(postwright_host_cpu_ratio[5m]) < 0.8", "warning",
     "The processors were {{ $value | humanizePercentage }} busy over five minutes."),
    ("MemoryShort",
     "postwright_host_memory_used_ratio > 0.92", "2m", "",
     "postwright_host_memory_used_ratio < 0.85", "warning",
     "{{ $value | humanizePercentage }} of main memory are in use."),
    ("DiskShort",
     "postwright_disk_available_ratio < 0.1 and postwright_disk_available_bytes < 5e9", "5m", "",
     "postwright_disk_available_ratio > 0.12 or postwright_disk_available_bytes > 6e9", "warning",
     "{{ $labels.mount }} has {{ $value | humanizePercentage }} left."),
    ("DiskFull",
     "postwright_disk_available_bytes < 2e8", "30s", "",
     "postwright_disk_available_bytes > 4e8", "critical",
     "{{ $labels.mount }} has {{ $value }} bytes left; drafts may not be saved."),
    ("GpuHot",
     "postwright_gpu_temperature_celsius > 87", "2m", "",
     "postwright_gpu_temperature_celsius < 80", "warning",
     "Card {{ $labels.gpu }} ({{ $labels.name }}) has {{ $value }} degrees Celsius."),
    ("GpuMemoryShort",
     "postwright_gpu_memory_used_ratio > 0.97", "5m", "",
     "postwright_gpu_memory_used_ratio < 0.9", "info",
     "{{ $value | humanizePercentage }} of the memory of card {{ $labels.gpu }} ({{ $labels.name }}) are in use."),
    ("GpuMemoryErrors",
     "increase(postwright_gpu_ecc_errors_total[10m]) > 0", "", "10m", "", "critical",
     "Card {{ $labels.gpu }} ({{ $labels.name }}) had uncorrected memory errors."),
    ("ErrorRate",
     "rate(postwright_requests_failed_total[5m]) / rate(postwright_requests_total[5m]) > 0.05", "2m", "",
     "rate(postwright_requests_failed_total[5m]) / rate(postwright_requests_total[5m]) < 0.02", "warning",
     "{{ $value | humanizePercentage }} of requests failed over five minutes."),
    ("BreakerOpen",
     "postwright_breaker_open == 1", "30s", "1m", "", "warning",
     "The breaker of {{ $labels.breaker }} lets no call through."),
    ("CacheHitRate",
     "rate(postwright_cache_hits_total{tier=\"memory\"}[10m]) / (rate(postwright_cache_hits_total{tier=\"memory\"}[10m]) + rate(postwright_cache_misses_total{tier=\"memory\"}[10m])) < 0.5 and rate(postwright_cache_misses_total{tier=\"memory\"}[10m]) > 0.2", "10m", "",
     "rate(postwright_cache_hits_total{tier=\"memory\"}[10m]) / (rate(postwright_cache_hits_total{tier=\"memory\"}[10m]) + rate(postwright_cache_misses_total{tier=\"memory\"}[10m])) > 0.6 or rate(postwright_cache_misses_total{tier=\"memory\"}[10m]) < 0.1", "info",
     "The memory tier answered {{ $value | humanizePercentage }} of questions over ten minutes."),
    ("QueueLong",
     "min_over_time(postwright_lane_waiting{lane!=\"batch\"}[1m]) > 4", "1m", "",
     "max_over_time(postwright_lane_waiting{lane!=\"batch\"}[1m]) <= 2", "warning",
     "At least {{ $value }} items waited in lane {{ $labels.lane }} for a minute."),
    ("QueueRefuses",
     "increase(postwright_lane_refused_total{lane=\"interactive\"}[1m]) > 0", "", "1m", "", "critical",
     "Lane {{ $labels.lane }} was full and refused work."),
    ("JournalLag",
     "postwright_journal_lag_seconds > 5", "10s", "",
     "postwright_journal_lag_seconds < 1", "critical",
     "The draft's journal is {{ $value }} seconds behind the text."),
    ("CollectorDown",
     "postwright_collector_up == 0", "1m", "", "", "info",
     "Collector {{ $labels.collector }} does not answer; its values are old."),
];

/// The rules that hold where none are configured: processors, memory, disks, graphics cards,
/// errors, breakers, the cache, lanes, the journal and the monitor itself.
#[must_use]
pub fn defaults() -> Vec<Rule> {
    let rule = |row: Row| {
        let (name, expr, hold, keep_firing_for, clear, severity, annotation) = row;
        Rule {
            name: name.to_owned(),
            expr: expr.to_owned(),
            hold: hold.to_owned(),
            keep_firing_for: keep_firing_for.to_owned(),
            clear: clear.to_owned(),
            severity: severity.to_owned(),
            annotation: annotation.to_owned(),
        }
    };
    ROWS.map(rule).to_vec()
}
