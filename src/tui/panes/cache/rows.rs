//! From the counts of memos to rows.

use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::super::super::figures::{Ink, Row};
use super::super::super::graph::graph;
use super::super::super::units::bytes;
use super::super::super::widgets::{bar, wrap_line};
use super::{Memo, hit_rate};

/// What stands where nothing was looked up yet.
const UNKNOWN: &str = "n/a";
/// What the memos are, and what the graph is of.
const NOTE: &str = "what is known of each line, by its content; “lately” is the hit rate from one \
                    change to the next; up to twice the entries told are held; the size is that of \
                    the texts, and of the vectors";
/// Columns of a label with the blanks around it.
const LABEL: usize = 10;
/// Most columns of a bar.
const BAR: usize = 24;

/// The rows for `memos`, `width` columns wide.
pub(super) fn rows(memos: &[Memo], width: usize) -> Vec<Row> {
    let mut out = Vec::new();
    for memo in memos {
        let stats = memo.stats;
        let room = width.saturating_sub(LABEL);
        out.push(vec![(Ink::Title, memo.name.to_owned())]);
        out.push(rate(memo, room));
        out.push(lately(memo, room));
        let hits = ("hits", stats.hits.to_string());
        out.extend(pair(hits, ("misses", stats.misses.to_string()), width));
        let mut entries = format!("{} of {}", stats.entries, stats.capacity);
        if entries.width() > room {
            entries = format!("{}/{}", stats.entries, stats.capacity);
        }
        // The sum of lengths of texts in memory fits.
        let size = bytes(stats.bytes as u64);
        out.extend(pair(("entries", entries), ("size", size), width));
        out.push(Vec::new());
    }
    let note = wrap_line(&Line::raw(NOTE), width);
    out.extend(note.iter().map(|row| vec![(Ink::Faint, row.to_string())]));
    out
}

fn rate(memo: &Memo, room: usize) -> Row {
    let Some(share) = hit_rate(memo.stats.hits, memo.stats.misses) else {
        return vec![label("hit rate"), (Ink::Text, UNKNOWN.to_owned())];
    };
    // Cut, not rounded: 100 % is said only where nothing was missed.
    let (hits, misses) = (u128::from(memo.stats.hits), u128::from(memo.stats.misses));
    let tenths = hits * 1000 / (hits + misses);
    let text = format!("{}.{} % ", tenths / 10, tenths % 10);
    let bar = bar(share, room.saturating_sub(text.width()).min(BAR));
    vec![label("hit rate"), (Ink::Text, text), (Ink::Graph, bar)]
}

fn lately(memo: &Memo, room: usize) -> Row {
    if memo.lately.is_empty() {
        return vec![label("lately"), (Ink::Text, UNKNOWN.to_owned())];
    }
    let values: Vec<_> = memo.lately.iter().copied().map(Some).collect();
    let line = graph(&values, room, 1, 1.0).concat();
    vec![label("lately"), (Ink::Graph, line)]
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
