//! What the program does, in words: lanes, models, tiers of the cache, the journal and the log.

use crate::monitor::Snapshot;

use super::super::super::figures::{Ink, Row};
use super::super::super::units::{bytes, counted};
use super::graphs::{LABEL, label};
use super::words::{known, padded, seconds};

/// Columns from which a tier is told in full.
const WIDE: usize = 44;

/// Who waits, who is let in, and who works.
pub(super) fn lane_rows(snapshot: &Snapshot) -> Vec<Row> {
    let program = &snapshot.program;
    let mut head = String::new();
    if let Some(limiter) = &program.limiter {
        head = format!("{} of {:.0} in", limiter.inside, limiter.limit);
    }
    if let Some((threads, busy)) = program.workers {
        let comma = if head.is_empty() { "" } else { ", " };
        head += &format!("{comma}{busy}/{threads} checking");
    }
    if head.is_empty() && program.lanes.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![vec![label("lanes", false), (Ink::Text, head)]];
    rows.extend(program.lanes.iter().map(|lane| {
        let wait = known(lane.wait, |[_, p95, _]| seconds(p95));
        let lost = match lane.refused {
            0 => String::new(),
            n => format!("  {n} refused"),
        };
        let text = format!("{:>4} waiting  p95 {wait:>6}", lane.waiting);
        vec![
            (Ink::Faint, format!("  {:<12}", lane.name)),
            (Ink::Text, text),
            (Ink::Warning, lost),
        ]
    }));
    rows
}

/// Models at work.
pub(super) fn model_rows(snapshot: &Snapshot) -> Vec<Row> {
    let models = &snapshot.program.models;
    if models.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![vec![
        label("models", false),
        (Ink::Text, counted(models.len(), "model")),
    ]];
    rows.extend(models.iter().map(|model| {
        let p95 = known(model.latency, |[_, p95, _]| seconds(p95));
        vec![
            (
                Ink::Text,
                format!("  p95 {p95:>6}  {:>8} texts  ", model.texts),
            ),
            (Ink::Faint, model.name.clone()),
        ]
    }));
    rows
}

/// The tiers of the cache.
pub(super) fn tier_rows(snapshot: &Snapshot, width: usize) -> Vec<Row> {
    let tiers = &snapshot.program.tiers;
    if tiers.is_empty() {
        return Vec::new();
    }
    let joined = |[hits, entries, size, p95]: [&str; 4]| match width {
        WIDE.. => format!("{hits:>5}{entries:>9}{size:>11}{p95:>8}"),
        _ => format!("{hits:>5}{size:>11}{p95:>8}"),
    };
    let head = joined(["hits", "entries", "size", "p95"]);
    let mut rows = vec![vec![label("cache", false), (Ink::Faint, head)]];
    rows.extend(tiers.iter().map(|tier| {
        let asked = tier.hits + tier.misses;
        let hits = (asked > 0).then(|| tier.hits as f64 / asked as f64);
        let text = joined([
            &known(hits, |h| format!("{:.0} %", h * 100.0)),
            &known(tier.entries, |n| n.to_string()),
            &known(tier.bytes, bytes),
            &known(tier.latency, |[_, p95, _]| seconds(p95)),
        ]);
        vec![
            (Ink::Faint, format!("  {}", padded(&tier.name, LABEL - 2))),
            (Ink::Text, text),
        ]
    }));
    rows
}

/// How far the journal is behind, and what failed so far.
pub(super) fn journal_rows(snapshot: &Snapshot) -> Vec<Row> {
    if snapshot.number == 0 {
        return Vec::new();
    }
    let program = &snapshot.program;
    let behind = known(program.journal_lag_ms, |ms| seconds(ms / 1e3));
    let requests = program.requests;
    let failed = known(requests, |r| format!("{} of {}", r.failed, r.total));
    let [errors, warnings, ..] = program.log_lines;
    let ink = |is_bad| if is_bad { Ink::Warning } else { Ink::Text };
    vec![
        vec![
            label("journal", false),
            (Ink::Text, format!("{behind:>12} behind")),
        ],
        vec![
            label("failed", false),
            (
                ink(requests.is_some_and(|r| r.failed > 0)),
                format!("{failed:>12} requests"),
            ),
        ],
        vec![
            label("logged", false),
            (
                ink(errors > 0),
                format!("{:>12}, {warnings} warnings", format!("{errors} errors")),
            ),
        ],
    ]
}
