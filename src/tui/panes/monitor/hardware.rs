//! The machine in words: cards, cores, file systems; and this process on it.

use crate::monitor::{Disk, Gpu, Health, Snapshot};

use super::super::super::figures::{Ink, Row};
use super::super::super::units::{bytes, short_bytes};
use super::super::super::widgets::{bar, fit_end};
use super::graphs::{LABEL, label};
use super::words::{UNKNOWN, known, padded};

/// Columns of a core with its bar.
const CORE: usize = 20;
/// Below this share of free room a file system is nearly full.
const NEARLY_FULL: f64 = 0.1;
/// Columns from which a file system is told in full.
const WIDE: usize = 44;

/// What a card tells beside its graphs; why there is none where there is none.
pub(super) fn gpu_rows(snapshot: &Snapshot) -> Vec<Row> {
    if snapshot.gpus.is_empty() {
        let collector = snapshot.collectors.iter().find(|c| c.name == "gpu");
        let why = match collector.map(|c| &c.health) {
            Some(Health::Absent(why)) => format!("  {why}"),
            _ => String::new(),
        };
        return vec![vec![
            label("gpu", false),
            (Ink::Text, format!("{UNKNOWN:>12}")),
            (Ink::Faint, why),
        ]];
    }
    snapshot.gpus.iter().flat_map(gpu).collect()
}

fn gpu(gpu: &Gpu) -> [Row; 2] {
    let megahertz = |clock| known(clock, |c: u32| format!("{c} MHz"));
    let watts = |power| known(power, |p: f64| format!("{p:.0} W"));
    let mig = match gpu.mig {
        Some(true) => "on",
        Some(false) => "off",
        None => UNKNOWN,
    };
    let first = format!(
        "{:>6} {:>6} of {:<6} {}",
        known(gpu.temperature, |t| format!("{t:.0} °C")),
        watts(gpu.power),
        watts(gpu.power_limit),
        gpu.name,
    );
    let second = format!(
        "  {} · memory {} · ECC errors {} · MIG {mig}",
        megahertz(gpu.clock),
        megahertz(gpu.memory_clock),
        known(gpu.ecc_errors, |n| n.to_string()),
    );
    [
        vec![
            label(&format!("gpu {}", gpu.index), false),
            (Ink::Text, first),
        ],
        vec![(Ink::Faint, second)],
    ]
}

/// A bar for each core: in a grid where there are rows enough, else a column each.
pub(super) fn core_rows(snapshot: &Snapshot, width: usize, height: usize) -> Vec<Row> {
    let cores = &snapshot.machine.cores;
    if cores.is_empty() {
        return vec![vec![
            label("cores", false),
            (Ink::Text, format!("{UNKNOWN:>12}")),
        ]];
    }
    let columns = (width / CORE).max(1);
    let lines = cores.len().div_ceil(columns);
    if lines < height && width >= CORE {
        let room = width / columns;
        let head = vec![
            label("cores", false),
            (Ink::Text, format!("{:>12}", cores.len())),
        ];
        let grid = (0..lines).map(|line| {
            let places = (line..cores.len()).step_by(lines);
            places.flat_map(|nth| core(nth, cores[nth], room)).collect()
        });
        return std::iter::once(head).chain(grid).collect();
    }
    let room = width.saturating_sub(LABEL).max(1);
    let marks: Vec<char> = cores.iter().map(|c| core_mark(*c)).collect();
    let mut rows: Vec<Row> = marks
        .chunks(room)
        .map(|line| vec![label("", false), (Ink::Graph, line.iter().collect())])
        .collect();
    // There is a core.
    rows[0][0] = label("cores", false);
    rows
}

/// How many rows the cores take with a bar each.
pub(super) fn core_height(snapshot: &Snapshot, width: usize) -> usize {
    let columns = (width / CORE).max(1);
    1 + snapshot.machine.cores.len().div_ceil(columns)
}

fn core(nth: usize, busy: Option<f64>, room: usize) -> [(Ink, String); 3] {
    let width = room.saturating_sub(11).max(1);
    let text = known(busy, |b| format!("{:.0}%", b * 100.0));
    // Whole columns, so that a small change of the load changes no cell.
    let share = busy.map_or(0.0, |b| (b * width as f64).round() / width as f64);
    let bar = bar(share, width);
    [
        (Ink::Faint, format!(" {nth:>3} ")),
        (Ink::Graph, format!("{bar:<width$}")),
        (Ink::Text, format!("{text:>5} ")),
    ]
}

/// A core in one column: eight levels, or a mark where nothing is known.
fn core_mark(busy: Option<f64>) -> char {
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    // The cast makes 0 of what is no number.
    let level = |b: f64| LEVELS[((b.clamp(0.0, 1.0) * 7.0).round() as usize).min(7)];
    busy.map_or('?', level)
}

/// The room on the file systems.
pub(super) fn disk_rows(snapshot: &Snapshot, width: usize) -> Vec<Row> {
    let disks = &snapshot.machine.disks;
    let fullest = disks.iter().min_by(|a, b| free(a).total_cmp(&free(b)));
    let Some(fullest) = fullest else {
        let unknown = format!("{UNKNOWN:>12}");
        return vec![vec![label("disks", false), (Ink::Text, unknown)]];
    };
    let least = format!("{:>12} free", bytes(fullest.available));
    let head = vec![
        label("disks", false),
        (Ink::Text, least),
        (Ink::Faint, format!("  on {}", fullest.mount)),
    ];
    let rows = disks.iter().map(|disk| file_system(disk, width));
    std::iter::once(head).chain(rows).collect()
}

/// The share of a file system that is free.
fn free(disk: &Disk) -> f64 {
    disk.available as f64 / disk.total.max(1) as f64
}

fn file_system(disk: &Disk, width: usize) -> Row {
    let free = free(disk);
    let (ink, mark) = match free < NEARLY_FULL {
        true => (Ink::Warning, "!"),
        false => (Ink::Text, " "),
    };
    let text = match width {
        WIDE.. => format!(
            "{:>10} free of {:>10}{:>5.0} %",
            bytes(disk.available),
            bytes(disk.total),
            free * 100.0
        ),
        _ => format!(
            "{:>6} free of {:>6}",
            short_bytes(disk.available),
            short_bytes(disk.total)
        ),
    };
    // Of a path the end tells more.
    let mount = padded(&fit_end(&disk.mount, LABEL), LABEL);
    vec![(ink, format!("{mark} ")), (Ink::Faint, mount), (ink, text)]
}

/// What there is no graph for of this process.
pub(super) fn process_rows(snapshot: &Snapshot) -> Vec<Row> {
    let process = &snapshot.process;
    let grown = known(process.memory_trend, |trend| {
        let sign = if trend < 0.0 { '-' } else { '+' };
        // The cast saturates.
        format!("{sign}{}/min", bytes(trend.abs().round() as u64))
    });
    let files = known(process.descriptors, |n| n.to_string());
    vec![vec![
        label("process", false),
        (Ink::Text, format!("{files:>12} files  memory {grown}")),
    ]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(row: &Row) -> String {
        row.iter().map(|(_, text)| text.as_str()).collect()
    }

    fn inks(row: &Row) -> Vec<Ink> {
        row.iter().map(|(ink, _)| *ink).collect()
    }

    #[test]
    fn a_file_system_that_is_nearly_full_is_marked() {
        let disk = |mount: &str, available: u64| Disk {
            mount: mount.into(),
            total: 100 << 30,
            available: available << 30,
        };
        let mut snapshot = Snapshot::default();
        snapshot.machine.disks = vec![disk("/", 50), disk("/a/long/path/home", 9)];
        let rows = disk_rows(&snapshot, 60);
        assert_eq!(
            text(&rows[0]),
            " disks          9.0 GiB free  on /a/long/path/home"
        );
        assert!(text(&rows[1]).starts_with("  / "), "{}", text(&rows[1]));
        assert_eq!(
            text(&rows[2]),
            "! …/path/home   9.0 GiB free of  100.0 GiB    9 %"
        );
        assert!(inks(&rows[2]).contains(&Ink::Warning));
        assert!(!inks(&rows[1]).contains(&Ink::Warning));
        assert_eq!(
            text(&disk_rows(&snapshot, 30)[1]),
            "  /             50G free of   100G"
        );
    }

    #[test]
    fn cores_have_a_bar_or_a_column_each() {
        let mut snapshot = Snapshot::default();
        snapshot.machine.cores = vec![Some(0.0), Some(0.5), None, Some(1.0)];
        let rows = core_rows(&snapshot, 46, 9);
        let lines: Vec<String> = rows.iter().map(text).collect();
        assert_eq!(
            lines,
            [
                " cores                4",
                "   0                0%    2               n/a ",
                "   1 ██████        50%    3 ████████████ 100% ",
            ]
        );
        assert_eq!(core_height(&snapshot, 46), 3);
        assert_eq!(text(&core_rows(&snapshot, 46, 1)[0]), " cores     ▁▅?█");
        let narrow: Vec<String> = core_rows(&snapshot, 13, 9).iter().map(text).collect();
        assert_eq!(narrow, [" cores     ▁▅", "           ?█"]);
    }

    #[test]
    fn what_a_card_does_not_give_is_said_not_to_be_known() {
        let snapshot = Snapshot {
            gpus: vec![Gpu {
                index: 3,
                name: "card".into(),
                temperature: Some(61.4),
                ..Gpu::default()
            }],
            ..Snapshot::default()
        };
        let rows = gpu_rows(&snapshot);
        assert_eq!(text(&rows[0]), " gpu 3      61 °C    n/a of n/a    card");
        let second = text(&rows[1]);
        assert_eq!(second, "  n/a · memory n/a · ECC errors n/a · MIG n/a");
    }
}
