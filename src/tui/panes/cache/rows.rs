//! From the figures of the cache to rows.

use std::collections::VecDeque;
use std::time::Duration;

use unicode_width::UnicodeWidthStr;

use ratatui::text::Line;

use crate::cache::{Counts, Kind, Latency, Stats, Tier, TierStats};
use crate::engine::EngineSnapshot;
use crate::resilience::BreakerSnapshot;

use super::super::super::figures::{Ink, Row};
use super::super::super::graph::graph;
use super::super::super::units::bytes;
use super::super::super::widgets::{bar, wrap_line};
use super::{Lately, Shown};

/// What stands where nothing was looked up yet.
const UNKNOWN: &str = "n/a";
/// What stands where nothing has been told yet.
const NOTHING: &str = "no figures yet";
/// What the figures are.
const NOTE: &str = "values by the content they were computed from: facts and grammar of lines, \
                    vectors and sentiment of sentences and keywords, readings of whole posts; \
                    “saved” is the computing time that hits saved, of all that would have been \
                    spent; “lately” is the hit rate from one look to the next";
/// Columns of a label with the blanks around it.
const LABEL: usize = 10;
/// Columns from which the kinds have all figures.
const WIDE: usize = 45;
/// Columns from which they have their sizes too.
const WIDER: usize = 56;
/// Least columns of a graph.
const LEAST_GRAPH: usize = 8;
/// Most columns of a bar.
const BAR: usize = 24;

/// The rows for `shown`, `width` columns wide.
pub(super) fn rows(shown: Option<&Shown>, lately: &Lately, width: usize) -> Vec<Row> {
    let Some(shown) = shown else {
        return vec![vec![(Ink::Faint, NOTHING.to_owned())]];
    };
    let mut out = Vec::new();
    for (tier, lately) in shown.stats.tiers.iter().zip(&lately.tiers) {
        tier_rows(&mut out, tier, &shown.stats, lately, width);
    }
    kinds(&mut out, &shown.stats, &lately.kinds, width);
    engine(&mut out, &shown.engine, width);
    out.extend(wrapped(NOTE, width, Ink::Faint));
    out
}

fn tier_rows(
    out: &mut Vec<Row>,
    tier: &TierStats,
    stats: &Stats,
    lately: &VecDeque<f64>,
    width: usize,
) {
    let state = match tier.tier {
        Tier::Memory => String::new(),
        Tier::Disk => format!(" {}", stats.disk.state),
        Tier::Remote => format!(" {}", stats.remote.as_deref().unwrap_or("off")),
    };
    out.push(vec![
        (Ink::Title, tier.tier.to_string()),
        (Ink::Faint, state),
    ]);
    let is_used = match tier.tier {
        Tier::Memory => true,
        Tier::Disk => stats.disk.capacity > 0,
        Tier::Remote => stats.remote.is_some(),
    };
    if is_used {
        let room = width.saturating_sub(LABEL);
        let total = &tier.total;
        out.push(rate(total, room));
        out.push(graph_row(lately, room));
        let misses = total.lookups().saturating_sub(total.hits);
        let hits = ("hits", total.hits.to_string());
        out.extend(pair(hits, ("misses", misses.to_string()), width));
        if tier.tier != Tier::Remote {
            let entries = ("entries", total.entries.to_string());
            out.extend(pair(entries, ("size", bytes(total.bytes)), width));
        }
        if tier.tier == Tier::Disk {
            let file = ("file", bytes(stats.disk.file_bytes));
            out.extend(pair(file, ("of", bytes(stats.disk.capacity)), width));
        }
        out.push(latency(&tier.latency));
    }
    out.push(Vec::new());
}

/// The share of hits, cut, not rounded: 100 % is said only where nothing was missed.
fn cut_percent(hits: u64, lookups: u64) -> Option<String> {
    let tenths = (u128::from(hits) * 1000).checked_div(u128::from(lookups))?;
    Some(format!("{}.{} %", tenths / 10, tenths % 10))
}

fn rate(total: &Counts, room: usize) -> Row {
    let share = total
        .hit_rate()
        .zip(cut_percent(total.hits, total.lookups()));
    let Some((share, text)) = share else {
        return vec![label("hit rate"), (Ink::Text, UNKNOWN.to_owned())];
    };
    let bar = bar(share, room.saturating_sub(text.width() + 1).min(BAR));
    vec![
        label("hit rate"),
        (Ink::Text, format!("{text} ")),
        (Ink::Graph, bar),
    ]
}

fn graph_row(lately: &VecDeque<f64>, room: usize) -> Row {
    if lately.is_empty() {
        return vec![label("lately"), (Ink::Text, UNKNOWN.to_owned())];
    }
    let values: Vec<_> = lately.iter().copied().map(Some).collect();
    let line = graph(&values, room, 1, 1.0).concat();
    vec![label("lately"), (Ink::Graph, line)]
}

fn latency(latency: &Latency) -> Row {
    let text = if latency.count == 0 {
        UNKNOWN.to_owned()
    } else {
        let [p50, p95, p99] = [latency.p50_ns, latency.p95_ns, latency.p99_ns].map(short_time);
        format!("{p50} · p95 {p95} · p99 {p99}")
    };
    vec![label("a hit"), (Ink::Text, text)]
}

/// A short time, as `0.4 µs` or `12.0 ms`.
fn short_time(nanos: u64) -> String {
    let micros = nanos as f64 / 1e3;
    if micros < 1e3 {
        format!("{micros:.1} µs")
    } else {
        format!("{:.1} ms", micros / 1e3)
    }
}

/// What was computed and saved, kind by kind.
fn kinds(out: &mut Vec<Row>, stats: &Stats, lately: &[VecDeque<f64>; Kind::COUNT], width: usize) {
    let saved = stats.cost_hit_rate();
    let saved = saved.map_or_else(|| UNKNOWN.to_owned(), |s| format!("{:.1} %", 100.0 * s));
    out.push(vec![
        (Ink::Title, "kinds".to_owned()),
        (Ink::Faint, format!(" {saved} of all computing saved")),
    ]);
    let is_wide = width >= WIDE;
    let mut heads = format!(" {:<10}{:>8}{:>8}", "kind", "hits", "rate");
    if is_wide {
        heads += &format!("{:>9}{:>9}", "computed", "saved");
    }
    let has_sizes = width >= WIDER;
    if has_sizes {
        heads += &format!("{:>11}", "size");
    }
    let room = width.saturating_sub(WIDER + 2).min(BAR);
    let has_graphs = room >= LEAST_GRAPH;
    if has_graphs {
        heads += "  lately";
    }
    out.push(vec![(Ink::Faint, heads)]);
    for (kind, lately) in Kind::ALL.into_iter().zip(lately) {
        let counts = stats.of_kind(kind);
        let (hits, lookups) = (counts.hits, counts.lookups());
        if lookups == 0 {
            continue;
        }
        let saved = counts.saved_ns;
        let computed = stats.overall.kinds.iter().find(|(k, _)| *k == kind);
        let computed = computed.map_or(0, |(_, c)| c.values);
        let rate = cut_percent(hits, lookups).unwrap_or_default();
        let mut row = format!(" {:<10}{hits:>8}{rate:>8}", kind.name());
        if is_wide {
            let saved = Duration::from_nanos(saved).as_secs_f64();
            row += &format!("{computed:>9}{:>9}", format!("{saved:.1} s"));
        }
        if has_sizes {
            row += &format!("{:>11}", bytes(counts.bytes));
        }
        let mut row = vec![(Ink::Text, row)];
        if has_graphs {
            let values: Vec<_> = lately.iter().copied().map(Some).collect();
            let line = graph(&values, room, 1, 1.0).concat();
            row.push((Ink::Graph, format!("  {line}")));
        }
        out.push(row);
    }
    let tags = ("tags", stats.tags.to_string());
    out.extend(pair(
        tags,
        ("values pinned", stats.pinned.to_string()),
        width,
    ));
    out.push(Vec::new());
}

fn engine(out: &mut Vec<Row>, engine: &EngineSnapshot, width: usize) {
    out.push(vec![(Ink::Title, "breakers".to_owned())]);
    for breaker in &engine.breakers {
        out.extend(breaker_rows(breaker, width));
    }
    out.push(Vec::new());
    out.push(vec![(Ink::Title, "engine".to_owned())]);
    let waiting = |lanes: [usize; 3]| lanes.map(|n| n.to_string()).join("/");
    let limiter = &engine.limiter;
    out.push(vec![
        label("at once"),
        (
            Ink::Text,
            format!("{} of {}", limiter.in_flight, limiter.limit),
        ),
    ]);
    let checks = format!("{} of {} threads", engine.check_busy, engine.check_workers);
    out.push(vec![label("checks"), (Ink::Text, checks)]);
    let lines = format!(
        "{} lines, {} texts (urgent/idle/batch)",
        waiting(engine.lines_waiting),
        waiting(engine.texts_waiting)
    );
    out.push(vec![label("waiting"), (Ink::Text, lines)]);
    let ahead = &engine.superposition;
    let useful = ahead.useful_rate();
    let useful = useful.map_or_else(
        || UNKNOWN.to_owned(),
        |r| format!("{:.0} % used", 100.0 * r),
    );
    let ahead = format!("{useful}, {} segments", ahead.started);
    out.push(vec![label("ahead"), (Ink::Text, ahead)]);
    let edges = &engine.entanglement;
    let edges = format!(
        "{} changes, {} tags dropped, {} spared",
        edges.changes, edges.invalidated, edges.spared
    );
    out.push(vec![label("edges"), (Ink::Text, edges)]);
    for fault in &engine.faults {
        let (point, kind) = (&fault.point, fault.kind.name());
        let told = format!("{point} {kind}, {} of {}", fault.injected, fault.asked);
        out.push(vec![label("faults"), (Ink::Text, told)]);
    }
    out.push(Vec::new());
}

fn breaker_rows(breaker: &BreakerSnapshot, width: usize) -> Vec<Row> {
    let left = breaker.retry_in.map_or_else(String::new, |left| {
        format!(", tried again in {:.0} s", left.as_secs_f64())
    });
    let share = |rate: Option<f64>| rate.map(|r| format!("{:.0} %", 100.0 * r));
    let failed = share(breaker.failure_rate).map_or_else(String::new, |f| format!(", {f} failed"));
    let text = format!("{}{left}{failed}", breaker.state);
    let mut rows = vec![vec![
        (Ink::Faint, format!(" {:<10}", breaker.name)),
        (Ink::Text, text),
    ]];
    if let Some(last) = &breaker.last_transition {
        let told = format!("   {} to {}: {}", last.from, last.to, last.why);
        rows.extend(wrapped(&told, width, Ink::Faint));
    }
    rows
}

fn wrapped(text: &str, width: usize, ink: Ink) -> Vec<Row> {
    let lines = wrap_line(&Line::raw(text), width);
    lines
        .iter()
        .map(|row| vec![(ink, row.to_string())])
        .collect()
}

/// Two figures on one row where they fit, else on two.
fn pair(one: (&str, String), two: (&str, String), width: usize) -> Vec<Row> {
    let beside = format!("{} · {} {}", one.1, two.0, two.1);
    if LABEL + beside.width() <= width {
        return vec![vec![label(one.0), (Ink::Text, beside)]];
    }
    [one, two]
        .map(|(name, value)| vec![label(name), (Ink::Text, value)])
        .into()
}

fn label(name: &str) -> (Ink, String) {
    (Ink::Faint, format!(" {name:<0$}", LABEL - 1))
}
