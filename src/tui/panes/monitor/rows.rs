//! From a snapshot to the rows that fit.
//!
//! Where the pane is high, a graph stands under its figure; where it is only wide, beside it. In
//! a low one the headings go, and the figures stand in the order of what they tell, so that the
//! ones out of view, reached by scrolling, are those that matter least.

use unicode_width::UnicodeWidthStr;

use crate::monitor::Snapshot;

use super::super::super::figures::{Ink, Row};
use super::super::super::graph::graph;
use super::super::super::units::{bytes, percent, short_bytes, short_percent};

/// What stands where the system does not tell.
const UNKNOWN: &str = "n/a";
/// Columns of a label with the blank behind it.
const LABEL: usize = 8;
/// Columns for a value beside a graph, in few words and in more.
const VALUE: [usize; 2] = [15, 26];
/// Fewest columns of a graph beside its figure, and of one below it.
const BESIDE: usize = 8;
const BELOW: usize = 12;
/// Fewest columns of a pane whose figures stand indented below their headings.
const INDENTED: usize = 20;
/// Rows of the pane with headings, the blank one between the groups included.
const FULL: usize = 9;
/// Most rows of a graph.
const TALLEST: usize = 8;

/// A figure in several wordings.
struct Figure {
    label: &'static str,
    /// Its label where no heading says of what it is.
    alone: &'static str,
    /// The longest first.
    values: Vec<String>,
    graph: Option<Graph>,
}

struct Graph {
    values: Vec<Option<f64>>,
    /// The value at the top.
    max: f64,
    /// That in words.
    top: String,
}

/// The rows for `snapshot` in a pane of `width` columns and `height` rows.
pub(super) fn rows(snapshot: &Snapshot, width: usize, height: usize) -> Vec<Row> {
    let process = of_process(snapshot);
    let machine = of_machine(snapshot);
    if height < FULL - 1 {
        let [cpu, memory, threads] = &process;
        let [all_cpu, all_memory, load] = &machine;
        let by_weight = [cpu, memory, all_cpu, load, all_memory, threads];
        return by_weight.map(|f| beside(f, f.alone, 0, width)).into();
    }
    let graphs = process.iter().chain(&machine).filter(|f| f.graph.is_some());
    let tall = (height.saturating_sub(FULL) / graphs.count().max(1)).min(TALLEST);
    // Two rows tell more than one that is half as wide; one row does not.
    let fits_beside = 1 + LABEL + VALUE[0] + BESIDE <= width;
    let stacked = width > BELOW && (tall > 1 || tall == 1 && !fits_beside);
    let mut out = Vec::new();
    for (title, figures) in [("this process", &process), ("machine", &machine)] {
        if !out.is_empty() && height >= FULL {
            out.push(Vec::new());
        }
        out.push(vec![(Ink::Title, title.to_owned())]);
        for figure in figures {
            if stacked {
                out.extend(below(figure, width, tall));
            } else {
                let indent = usize::from(width >= INDENTED);
                out.push(beside(figure, figure.label, indent, width));
            }
        }
    }
    out
}

/// A figure with its graph, where there is room, on the same row.
fn beside(figure: &Figure, name: &str, indent: usize, width: usize) -> Row {
    let label = label(name, indent);
    let room = width.saturating_sub(label.1.width());
    let least = [BESIDE, 2 * BESIDE];
    let column = VALUE.into_iter().zip(least).rev();
    let mut fitting = column.filter(|(column, least)| column + least <= room);
    match (&figure.graph, fitting.next()) {
        (Some(of), Some((column, _))) => {
            let value = pick(&figure.values, column - 1);
            let line = graph(&of.values, room - column, 1, of.max).concat();
            vec![
                label,
                (Ink::Text, format!("{value:<column$}")),
                (Ink::Graph, line),
            ]
        }
        _ => vec![label, (Ink::Text, pick(&figure.values, room).to_owned())],
    }
}

/// A figure with its graph of `tall` rows below it.
fn below(figure: &Figure, width: usize, tall: usize) -> Vec<Row> {
    let label = label(figure.label, 1);
    let room = width.saturating_sub(label.1.width());
    let value = pick(&figure.values, room);
    let Some(of) = &figure.graph else {
        return vec![vec![label, (Ink::Text, value.to_owned())]];
    };
    let mut first = vec![label, (Ink::Text, value.to_owned())];
    let scale = format!("graph to {}", of.top);
    let left = room.saturating_sub(value.width());
    let is_drawn = of.values.iter().any(Option::is_some);
    if is_drawn && scale.width() < left {
        first.push((Ink::Faint, format!("{scale:>left$}")));
    }
    let lines = graph(&of.values, width.saturating_sub(1), tall, of.max);
    let lines = lines
        .into_iter()
        .map(|l| vec![(Ink::Graph, format!(" {l}"))]);
    std::iter::once(first).chain(lines).collect()
}

fn label(name: &str, indent: usize) -> (Ink, String) {
    (Ink::Faint, format!("{:indent$}{name:<LABEL$}", ""))
}

/// The longest wording that fits, or the shortest one.
fn pick(values: &[String], room: usize) -> &str {
    let fitting = values.iter().find(|v| v.width() <= room);
    fitting.or(values.last()).map_or("", String::as_str)
}

fn of_process(snapshot: &Snapshot) -> [Figure; 3] {
    let process = &snapshot.process;
    let cpu: Vec<_> = snapshot.history.process_cpu().collect();
    let memory: Vec<_> = snapshot.history.process_memory().collect();
    let threads: Vec<_> = snapshot.history.threads().collect();
    let most_cpu = peak(&cpu).max(1.0);
    let most_memory = peak(&memory);
    let most_threads = peak(&threads);
    // The values were whole numbers of bytes.
    let in_words = bytes(most_memory as u64);
    [
        Figure {
            label: "CPU",
            alone: "CPU",
            values: worded(process.cpu, |cpu| share(cpu, "one core")),
            graph: Some(Graph {
                values: cpu,
                max: most_cpu,
                top: percent(most_cpu),
            }),
        },
        Figure {
            label: "memory",
            alone: "memory",
            values: worded(process.memory, |memory| {
                let long = format!("{}, most {in_words}", bytes(memory));
                vec![long, bytes(memory), short_bytes(memory)]
            }),
            graph: Some(Graph {
                values: memory,
                max: most_memory,
                top: in_words.clone(),
            }),
        },
        Figure {
            label: "threads",
            alone: "threads",
            values: worded(process.threads, |threads| {
                vec![
                    format!("{threads}, most {most_threads}"),
                    threads.to_string(),
                ]
            }),
            graph: Some(Graph {
                values: threads,
                max: most_threads,
                top: most_threads.to_string(),
            }),
        },
    ]
}

fn of_machine(snapshot: &Snapshot) -> [Figure; 3] {
    let machine = &snapshot.machine;
    let load: Vec<_> = snapshot.history.load().collect();
    let cores = match machine.cores {
        0 => None,
        1 => Some("1 core".to_owned()),
        n => Some(format!("{n} cores")),
    };
    let most_load = peak(&load).max(machine.cores.max(1) as f64);
    [
        Figure {
            label: "CPU",
            alone: "all CPU",
            values: worded(machine.cpu, |cpu| {
                share(cpu, cores.as_deref().unwrap_or("all cores"))
            }),
            graph: Some(Graph {
                values: snapshot.history.machine_cpu().collect(),
                max: 1.0,
                top: percent(1.0),
            }),
        },
        Figure {
            label: "memory",
            alone: "all mem",
            values: match (machine.memory_used, machine.memory_total) {
                (None, None) => vec![UNKNOWN.to_owned()],
                (used, total) => {
                    let both = |bytes: fn(u64) -> String, of: &str| {
                        let [used, total] =
                            [used, total].map(|size| size.map_or(UNKNOWN.to_owned(), bytes));
                        format!("{used}{of}{total}")
                    };
                    let share = used
                        .zip(total)
                        .map(|(u, t)| short_percent(u as f64 / t as f64));
                    let words = [both(bytes, " of "), both(short_bytes, "/")];
                    words.into_iter().chain(share).collect()
                }
            },
            graph: None,
        },
        Figure {
            label: "load",
            alone: "load",
            values: worded(machine.load, |[one, five, fifteen]| {
                let all = format!("{one:.2} {five:.2} {fifteen:.2}");
                let long = cores.as_ref().map(|cores| format!("{all} on {cores}"));
                long.into_iter().chain([all, format!("{one:.2}")]).collect()
            }),
            graph: Some(Graph {
                values: load,
                max: most_load,
                top: format!("{most_load:.2}"),
            }),
        },
    ]
}

fn share(value: f64, of: &str) -> Vec<String> {
    let long = format!("{} of {of}", percent(value));
    vec![long, percent(value), short_percent(value)]
}

/// The wordings of what is known.
fn worded<T>(value: Option<T>, words: impl FnOnce(T) -> Vec<String>) -> Vec<String> {
    value.map_or_else(|| vec![UNKNOWN.to_owned()], words)
}

/// The largest value known, 0 where there is none.
fn peak(values: &[Option<f64>]) -> f64 {
    values.iter().flatten().copied().fold(0.0, f64::max)
}
