//! The tables of processes and threads: sorted, filtered, read-only.

use std::cmp::Ordering;

use ratatui::layout::Rect;

use crate::monitor::{Health, ProcessRow, Snapshot, ThreadRow};

use super::super::super::figures::{Ink, Row};
use super::super::super::units::bytes;
use super::canvas::Canvas;
use super::filter::{Facts, Filter};
use super::frozen::Data;
use super::list::List;
use super::table::Table;
use super::words::{UNKNOWN, padded};

/// What a table is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Cpu,
    Memory,
    Name,
    Number,
    User,
}

/// A table's order and filter.
#[derive(Debug, Clone)]
pub(super) struct Order {
    columns: &'static [Column],
    by: usize,
    is_reversed: bool,
    pub(super) filter: Option<Filter>,
}

impl Order {
    /// The table of processes, the busiest first.
    pub(super) const PROCESSES: Self = Self {
        columns: &[
            Column::Cpu,
            Column::Memory,
            Column::Name,
            Column::Number,
            Column::User,
        ],
        by: 0,
        is_reversed: false,
        filter: None,
    };
    /// The table of threads, the busiest first.
    pub(super) const THREADS: Self = Self {
        columns: &[Column::Cpu, Column::Name, Column::Number],
        by: 0,
        is_reversed: false,
        filter: None,
    };

    /// Sorts by the next column, in its usual direction.
    pub(super) fn next(&mut self) {
        self.by = (self.by + 1) % self.columns.len();
        self.is_reversed = false;
    }

    /// Turns the order round.
    pub(super) fn reverse(&mut self) {
        self.is_reversed = !self.is_reversed;
    }

    fn column(&self) -> Column {
        self.columns[self.by]
    }

    /// The rows that are wanted, in order; in equal ones the smaller number first.
    fn apply<'a>(&self, mut rows: Vec<Facts<'a>>) -> Vec<Facts<'a>> {
        if let Some(filter) = &self.filter {
            rows.retain(|row| filter.matches(row));
        }
        let column = self.column();
        rows.sort_by(|a, b| {
            let order = compare(column, a, b);
            let order = if self.is_reversed {
                order.reverse()
            } else {
                order
            };
            order.then(a.number.cmp(&b.number))
        });
        rows
    }
}

/// The usual order: of loads the greatest first, of names the first; what is not known is last.
fn compare(column: Column, a: &Facts<'_>, b: &Facts<'_>) -> Ordering {
    match column {
        // As it is shown, so that rows that look alike do not change places.
        Column::Cpu => tenths(b.cpu).cmp(&tenths(a.cpu)),
        Column::Memory => b.memory.cmp(&a.memory),
        Column::Name => a.name.to_lowercase().cmp(&b.name.to_lowercase()),
        Column::Number => a.number.cmp(&b.number),
        Column::User => match (a.user, b.user) {
            (Some(a), Some(b)) => a.cmp(b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        },
    }
}

/// Tenths of a percent; the cast saturates.
fn tenths(cores: Option<f64>) -> Option<i64> {
    cores.map(|cores| (cores * 1000.0).round() as i64)
}

/// Draws the processes, and returns where they stand.
pub(super) fn processes(
    data: &Data,
    order: &Order,
    list: &mut List<u32>,
    area: Rect,
    canvas: &mut Canvas,
) -> Rect {
    let all = data.shown().processes.iter().map(|row: &ProcessRow| Facts {
        number: row.pid,
        name: &row.name,
        user: row.user.as_deref(),
        cpu: row.cpu,
        memory: row.memory,
    });
    draw(
        "processes",
        data,
        (order, all.collect()),
        list,
        area,
        canvas,
    )
}

/// Draws the threads, and returns where they stand.
pub(super) fn threads(
    data: &Data,
    order: &Order,
    list: &mut List<u32>,
    area: Rect,
    canvas: &mut Canvas,
) -> Rect {
    let all = data.shown().threads.iter().map(|row: &ThreadRow| Facts {
        number: row.tid,
        name: &row.name,
        user: None,
        cpu: row.cpu,
        memory: None,
    });
    draw("threads", data, (order, all.collect()), list, area, canvas)
}

fn draw(
    what: &str,
    data: &Data,
    (order, all): (&Order, Vec<Facts<'_>>),
    list: &mut List<u32>,
    mut area: Rect,
    canvas: &mut Canvas,
) -> Rect {
    let (count, nothing) = (all.len(), nothing(what, data, all.is_empty()));
    let rows = order.apply(all);
    if let Some(filter) = order.filter.as_ref().filter(|_| area.height >= 4) {
        let text = format!("{} of {count}: {}", rows.len(), filter.text());
        canvas.put((area.x, area.y), Ink::Warning, &text, area.width);
        area.y += 1;
        area.height -= 1;
    }
    let layout = Layout::of(order, area.width);
    let table = Table {
        head: &layout.head(order),
        nothing: &nothing,
        area,
    };
    let keys = rows.iter().map(|row| row.number).collect();
    table.draw(list, keys, |nth| layout.row(&rows[nth]), canvas)
}

/// Why there is no row.
fn nothing(what: &str, data: &Data, is_empty: bool) -> String {
    let snapshot: &Snapshot = data.shown();
    let collector = snapshot.collectors.iter().find(|c| c.name == what);
    match collector.map(|c| (&c.health, c.enabled)) {
        _ if !data.is_whole() => "only graphs are kept of this moment".to_owned(),
        _ if !is_empty => "none passes the filter".to_owned(),
        Some((Health::Failed(why), _)) => format!("failed: {why}"),
        Some((Health::Absent(why), _)) => format!("{UNKNOWN}: {why}"),
        Some((_, false)) => format!("the collector `{what}` is off"),
        _ => format!("no {what} listed yet"),
    }
}

/// Which columns there is room for.
struct Layout {
    has_number: bool,
    has_user: bool,
    has_memory: bool,
}

impl Layout {
    fn of(order: &Order, width: u16) -> Self {
        let width = usize::from(width);
        let has = |column| order.columns.contains(&column);
        let has_memory = has(Column::Memory) && width >= 30;
        let has_number = width >= 40;
        let has_user = has(Column::User) && width >= 54;
        Self {
            has_number,
            has_user,
            has_memory,
        }
    }

    /// The columns' names, that of the order with its direction.
    fn head(&self, order: &Order) -> String {
        let by = order.column();
        let name = |column, name: &str| match (column == by, order.is_reversed) {
            (true, false) => format!("{name}▾"),
            (true, true) => format!("{name}▴"),
            (false, _) => name.to_owned(),
        };
        let number = match order.columns.contains(&Column::User) {
            true => "pid",
            false => "tid",
        };
        self.joined(
            &name(Column::Number, number),
            &name(Column::User, "user"),
            &name(Column::Cpu, "cpu %"),
            &name(Column::Memory, "memory"),
            &name(Column::Name, "name"),
        )
    }

    fn row(&self, row: &Facts<'_>) -> Row {
        let cpu = row
            .cpu
            .map_or_else(|| UNKNOWN.to_owned(), |c| format!("{:.1}", c * 100.0));
        let memory = row.memory.map_or_else(|| UNKNOWN.to_owned(), bytes);
        let number = row.number.to_string();
        let user = row.user.unwrap_or(UNKNOWN);
        let text = self.joined(&number, user, &cpu, &memory, row.name);
        vec![(Ink::Text, text)]
    }

    fn joined(&self, number: &str, user: &str, cpu: &str, memory: &str, name: &str) -> String {
        let mut out = String::new();
        if self.has_number {
            out += &format!("{number:>8} ");
        }
        if self.has_user {
            out += &padded(user, 10);
            out.push(' ');
        }
        out += &format!("{cpu:>7} ");
        if self.has_memory {
            out += &format!("{memory:>10} ");
        }
        out + " " + name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(order: &Order) -> Vec<u32> {
        let fact = |number, name, user, cpu, memory| Facts {
            number,
            name,
            user,
            cpu,
            memory,
        };
        let all = vec![
            fact(3, "beta", None, Some(0.1001), Some(10)),
            fact(1, "Alpha", Some("root"), Some(0.1), Some(30)),
            fact(2, "gamma", Some("anna"), None, None),
            fact(4, "delta", Some("root"), Some(1.5), Some(20)),
        ];
        order.apply(all).iter().map(|f| f.number).collect()
    }

    #[test]
    fn every_column_sorts_and_turns_round() {
        let mut order = Order::PROCESSES;
        for (sorted, reversed) in [
            ([4, 1, 3, 2], [2, 1, 3, 4]),
            ([1, 4, 3, 2], [2, 3, 4, 1]),
            ([1, 3, 4, 2], [2, 4, 3, 1]),
            ([1, 2, 3, 4], [4, 3, 2, 1]),
            ([2, 1, 4, 3], [3, 1, 4, 2]),
        ] {
            assert_eq!(numbers(&order), sorted, "{:?}", order.column());
            order.reverse();
            assert_eq!(numbers(&order), reversed, "{:?}", order.column());
            order.next();
        }
        assert_eq!(order.column(), Column::Cpu);
        order.filter = Some(Filter::parse("cpu>5 and not name=delta").unwrap());
        assert_eq!(numbers(&order), [1, 3]);
    }
}
