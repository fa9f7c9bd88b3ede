//! The first page: what matters most, in as much detail as there is room for.
//!
//! What is essential gets a row first, then the words that belong to it, then its graphs grow;
//! what is left goes to the rest by the same rule. So a small pane shows the same as a large one,
//! only less of it, and nothing changes its place when an alert fires.

use ratatui::layout::Rect;

use crate::monitor::{History, Series};

use super::super::super::figures::{Ink, Row};
use super::canvas::Canvas;
use super::frozen::Data;
use super::graphs;
use super::hardware;
use super::health;
use super::program;
use super::series::{self, Graph};
use super::strips::Strips;

/// Columns from which blocks stand in two and in three columns, and rows from which in three.
const TWO: u16 = 70;
const THREE: (u16, u16) = (150, 20);
/// Columns between two of them.
const GAP: u16 = 2;
/// Rows of a graph with its title, from step to step; what is not essential stops before the last.
const STEPS: [u16; 3] = [3, 5, 9];

/// A part of the page.
struct Item {
    block: Block,
    need: Need,
    /// Of three columns the one it stands in.
    column: usize,
}

enum Block {
    Graph(Graph),
    Cores,
    Words(Vec<Row>),
}

/// How many rows a block can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Need {
    /// Whether it has a row before all others.
    is_chosen: bool,
    is_essential: bool,
    is_graph: bool,
    /// Most rows that it can use.
    full: u16,
}

/// A graph that was drawn, and where.
pub(super) type Drawn = (Series, Rect);

/// Draws the page. Returns the graphs that were drawn, and all others behind them without a place.
pub(super) fn draw(
    data: &Data,
    strips: &mut Strips,
    chosen: Series,
    area: Rect,
    canvas: &mut Canvas,
) -> Vec<Drawn> {
    let count = match (area.width, area.height) {
        (width, height) if width >= THREE.0 && height >= THREE.1 => 3,
        (width, _) if width >= TWO => 2,
        _ => 1,
    };
    let width = (area.width - GAP * (count - 1)) / count;
    let mut columns: Vec<Vec<Item>> = (0..count).map(|_| Vec::new()).collect();
    for item in items(data, chosen, width.into()) {
        let column = match count {
            1 => 0,
            2 => item.column / 2,
            _ => item.column,
        };
        columns[column].push(item);
    }
    let (mut drawn, mut hidden) = (Vec::new(), Vec::new());
    for (nth, items) in (0..count).zip(columns) {
        let column = Rect {
            x: area.x + nth * (width + GAP),
            width,
            ..area
        };
        let needs: Vec<Need> = items.iter().map(|item| item.need).collect();
        let mut y = area.y;
        for (item, height) in items.iter().zip(share_out(&needs, area.height)) {
            let place = Rect {
                y,
                height,
                ..column
            };
            y += height;
            match &item.block {
                Block::Graph(graph) if height == 0 => hidden.push((graph.series, place)),
                Block::Graph(graph) => {
                    let is_chosen = graph.series == chosen;
                    graphs::draw(graph, is_chosen, place, (data, &mut *strips), canvas);
                    drawn.push((graph.series, place));
                }
                Block::Cores => {
                    let rows = hardware::core_rows(data.shown(), width.into(), height.into());
                    canvas.put_rows(place, &rows);
                }
                Block::Words(rows) => words(rows, place, canvas),
            }
        }
    }
    drawn.extend(hidden);
    drawn
}

/// Draws rows, and says how many more there are.
fn words(rows: &[Row], place: Rect, canvas: &mut Canvas) {
    let height = usize::from(place.height);
    for (place, row) in place.rows().zip(rows) {
        canvas.put_snugly(place, row);
    }
    if rows.len() > height && height > 1 {
        let last = Rect {
            y: place.bottom() - 1,
            height: 1,
            ..place
        };
        canvas.blank(last);
        let more = format!("  … {} more", rows.len() + 1 - height);
        canvas.put((last.x, last.y), Ink::Faint, &more, last.width);
    }
}

/// All blocks in their order from the top.
fn items(data: &Data, chosen: Series, width: usize) -> Vec<Item> {
    let shown = data.shown();
    let mut essential = Vec::new();
    let mut rest = Vec::new();
    let held = data.history().map_or_else(Vec::new, History::series);
    for graph in series::graphs(data.live()) {
        let is_essential = is_essential(graph.series);
        let now = series::value(graph.series, shown).flatten();
        let is_known = now.is_some() || held.contains(&graph.series);
        let item = Item {
            need: Need {
                is_chosen: graph.series == chosen,
                is_essential,
                is_graph: true,
                full: match (is_known, is_essential) {
                    // There is nothing to draw.
                    (false, _) => 1,
                    (true, true) => STEPS[2],
                    (true, false) => STEPS[1],
                },
            },
            column: column(graph.series),
            block: Block::Graph(graph),
        };
        match is_essential {
            true => essential.push(item),
            false => rest.push(item),
        }
    }
    let words = |rows: Vec<Row>, column, is_essential| Item {
        need: Need {
            is_chosen: false,
            is_essential,
            is_graph: false,
            // Rows of a screen.
            full: rows.len() as u16,
        },
        column,
        block: Block::Words(rows),
    };
    let cores = Item {
        need: Need {
            is_chosen: false,
            is_essential: false,
            is_graph: false,
            full: hardware::core_height(shown, width) as u16,
        },
        column: 0,
        block: Block::Cores,
    };
    let mut out = essential;
    out.extend([
        words(health::cost(shown, width), 2, true),
        words(health::alert_rows(data.alerts()), 2, true),
        words(health::breaker_rows(shown, width), 2, true),
        words(health::collector_rows(shown), 2, true),
        cores,
        words(hardware::gpu_rows(shown), 1, false),
        words(hardware::disk_rows(shown, width), 0, false),
    ]);
    out.extend(rest);
    out.extend([
        words(hardware::process_rows(shown), 1, false),
        words(program::journal_rows(shown), 2, false),
        words(program::lane_rows(shown), 2, false),
        words(program::tier_rows(shown, width), 2, false),
        words(program::model_rows(shown), 2, false),
    ]);
    out
}

fn is_essential(series: Series) -> bool {
    matches!(
        series,
        Series::Cpu | Series::Memory | Series::OwnCpu | Series::OwnMemory
    )
}

/// The machine at the left, this process and the cards in the middle, the program at the right.
fn column(series: Series) -> usize {
    match series {
        Series::Cpu
        | Series::Core(_)
        | Series::Load
        | Series::Memory
        | Series::Swap
        | Series::Temperature
        | Series::Received
        | Series::Sent => 0,
        Series::OwnCpu
        | Series::OwnMemory
        | Series::OwnThreads
        | Series::DiskRead
        | Series::DiskWritten
        | Series::GpuUtilisation(_)
        | Series::GpuMemory(_)
        | Series::GpuTemperature(_)
        | Series::GpuPower(_)
        | Series::MonitorCpu => 1,
        Series::QueueDepth
        | Series::HitRatio
        | Series::Limit
        | Series::RequestRate
        | Series::Latency95 => 2,
    }
}

/// The rows that each block gets of `rows`.
fn share_out(needs: &[Need], rows: u16) -> Vec<u16> {
    let first = |need: &Need| u16::from(need.is_chosen).min(need.full).min(rows);
    let mut out: Vec<u16> = needs.iter().map(first).collect();
    // One block at most is the chosen one.
    let mut left = rows - out.iter().sum::<u16>();
    let mut raise = |is_essential: bool, is_graph: Option<bool>, to: u16, in_parts: bool| {
        for (need, got) in needs.iter().zip(&mut out) {
            let is_meant = need.is_essential == is_essential
                && is_graph.is_none_or(|is_graph| need.is_graph == is_graph);
            let wanted = to.min(need.full).saturating_sub(*got);
            let more = if in_parts { wanted.min(left) } else { wanted };
            // A graph grows only where its first row was there.
            let has_row = *got > 0 || to == 1;
            if is_meant && has_row && more <= left {
                *got += more;
                left -= more;
            }
        }
    };
    raise(true, None, 1, false);
    raise(true, Some(false), u16::MAX, true);
    raise(true, Some(true), STEPS[0], false);
    raise(false, None, 1, false);
    raise(false, Some(false), u16::MAX, true);
    for step in STEPS {
        raise(true, Some(true), step, false);
        raise(false, Some(true), step, false);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn need(is_essential: bool, is_graph: bool, full: u16) -> Need {
        Need {
            is_chosen: false,
            is_essential,
            is_graph,
            full,
        }
    }

    #[test]
    fn the_essential_comes_first_and_grows_first() {
        let needs = [
            need(true, true, 9),
            need(true, true, 9),
            need(true, false, 3),
            need(false, true, 9),
            need(false, false, 2),
        ];
        for (rows, shares) in [
            (0, [0, 0, 0, 0, 0]),
            (1, [1, 0, 0, 0, 0]),
            (3, [1, 1, 1, 0, 0]),
            (5, [1, 1, 3, 0, 0]),
            (7, [3, 1, 3, 0, 0]),
            (9, [3, 3, 3, 0, 0]),
            (12, [3, 3, 3, 1, 2]),
            (18, [5, 5, 3, 3, 2]),
            (99, [9, 9, 3, 9, 2]),
        ] {
            assert_eq!(share_out(&needs, rows), shares, "{rows}");
        }
        let mut chosen = needs;
        chosen[3].is_chosen = true;
        assert_eq!(share_out(&chosen, 0), [0; 5]);
        assert_eq!(share_out(&chosen, 3), [1, 1, 0, 1, 0]);
    }

    proptest! {
        #[test]
        fn no_row_is_given_twice_and_no_block_more_than_it_uses(
            needs in prop::collection::vec(any::<(bool, bool, u16)>(), 0..30),
            rows in 0u16..400,
        ) {
            let mut needs: Vec<Need> = needs.into_iter().map(|(e, g, f)| need(e, g, f)).collect();
            if let Some(last) = needs.last_mut() {
                last.is_chosen = rows.is_multiple_of(2);
            }
            let shares = share_out(&needs, rows);
            prop_assert!(shares.iter().map(|s| u32::from(*s)).sum::<u32>() <= u32::from(rows));
            prop_assert!(shares.iter().zip(&needs).all(|(s, n)| *s <= n.full));
        }
    }
}
