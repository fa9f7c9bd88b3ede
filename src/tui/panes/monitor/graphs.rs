//! Draws graphs with their legends.

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::monitor::{Health, Point};

use super::super::super::figures::{Ink, Row};
use super::super::super::graph::{band, graph};
use super::axis::Window;
use super::canvas::Canvas;
use super::frozen::Data;
use super::series::{self, Graph};
use super::strips::Strips;
use super::words::{VALUE, ago, clock};

/// Columns of a label with its mark and a blank.
pub(super) const LABEL: usize = 11;
/// Fewest columns of a graph.
const LEAST: u16 = 6;
/// Columns of the scale beside a graph that has the whole pane.
const SCALE: u16 = 11;

/// What a graph shows beside its history.
struct Told {
    current: Option<f64>,
    least: Option<f64>,
    most: Option<f64>,
    top: f64,
}

fn told(graph: &Graph, points: &[Option<Point>], window: Window, data: &Data) -> Told {
    let shown = data.shown();
    let known = points.iter().flatten();
    let most = known.clone().map(|p| p.max).reduce(f64::max);
    let seen = series::value(graph.series, shown).filter(|_| data.is_whole());
    let current = seen.unwrap_or_else(|| match (&data.frozen, data.history()) {
        (None, Some(history)) => history.last(graph.series),
        (None, None) => None,
        (Some(frozen), _) => {
            let part = window.part_of(frozen.at);
            part.and_then(|part| Some(points.get(part)?.as_ref()?.mean))
        }
    });
    let limit = series::limit(graph.series, shown).or(series::limit(graph.series, data.live()));
    let peak = most.into_iter().chain(current).fold(0.0, f64::max);
    Told {
        current,
        least: known.map(|p| p.min).reduce(f64::min),
        most,
        top: limit.unwrap_or_else(|| graph.unit.ceiling(peak)),
    }
}

/// The name of a figure with the mark of the chosen one.
pub(super) fn label(name: &str, is_chosen: bool) -> (Ink, String) {
    let (ink, mark) = match is_chosen {
        true => (Ink::Key, '▸'),
        false => (Ink::Faint, ' '),
    };
    (ink, format!("{mark}{name:<0$}", LABEL - 1))
}

/// A word where the collector of a figure does not answer as it should.
fn trouble(graph: &Graph, data: &Data) -> Option<(Ink, String)> {
    let collector = series::collector(data.shown(), graph)?;
    match &collector.health {
        Health::Slow => {
            let age = collector
                .age
                .map_or_else(String::new, |age| format!(" {}", ago(age)));
            Some((Ink::Warning, format!(" slow{age}")))
        }
        Health::Failed(_) => Some((Ink::Error, " failed".to_owned())),
        Health::Idle if !collector.enabled => Some((Ink::Faint, " off".to_owned())),
        Health::Idle | Health::Fine | Health::Absent(_) => None,
    }
}

/// Draws a graph: its title and rows below it, or where there is one row only, beside it.
pub(super) fn draw(
    graph: &Graph,
    is_chosen: bool,
    area: Rect,
    (data, strips): (&Data, &mut Strips),
    canvas: &mut Canvas,
) {
    if area.is_empty() {
        return;
    }
    let trouble = trouble(graph, data);
    let beside = (LABEL + VALUE + 1) as u16 + trouble.as_ref().map_or(0, |t| columns(&t.1));
    let place = match area.height {
        1 => Rect {
            x: area.x + beside.min(area.width),
            width: area.width.saturating_sub(beside),
            ..area
        },
        _ => Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        },
    };
    let (time, newest) = (data.time(), data.newest());
    let window = Window::around(time, data.zoom, place.width);
    let points = strips.points(data.history(), graph.series, window, newest);
    let told = told(graph, points, window, data);
    let mut title: Row = vec![
        label(&graph.label, is_chosen),
        (Ink::Text, graph.unit.aligned(told.current)),
    ];
    title.extend(trouble);
    canvas.put_snugly(area, &title);
    if area.height > 1 {
        let used: usize = title.iter().map(|(_, text)| text.width()).sum();
        let room = usize::from(area.width).saturating_sub(used + 1);
        if let Some(legend) = legend(graph, &told).into_iter().find(|l| l.width() <= room) {
            canvas.put_right((area.right(), area.y), Ink::Faint, &legend);
        }
    }
    if place.width < LEAST {
        return;
    }
    let (width, height) = (place.width.into(), place.height.into());
    let values: Vec<_> = points.iter().map(|p| p.map(|p| p.mean)).collect();
    let rows = self::graph(&values, width, height, told.top);
    put(&rows, place, canvas);
    cursor(data, window, place, canvas);
}

/// Draws a graph over all of `area`, with its scale, its times, and the least and the greatest
/// value of each moment. Returns where the graph stands, and which time it shows.
pub(super) fn expanded(
    graph: &Graph,
    area: Rect,
    (data, strips): (&Data, &mut Strips),
    canvas: &mut Canvas,
) -> Option<(Rect, Window)> {
    if area.height < 4 || area.width < 2 * SCALE {
        draw(graph, true, area, (data, strips), canvas);
        return None;
    }
    let place = Rect::new(
        area.x + SCALE,
        area.y + 1,
        area.width - SCALE,
        area.height - 2,
    );
    let window = Window::around(data.time(), data.zoom, place.width);
    let points = strips.points(data.history(), graph.series, window, data.newest());
    let told = told(graph, points, window, data);
    let mut title: Row = vec![
        label(&graph.label, true),
        (Ink::Text, graph.unit.aligned(told.current)),
    ];
    title.extend(trouble(graph, data));
    canvas.put_row(area, &title);
    let used: usize = title.iter().map(|(_, text)| text.width()).sum();
    let room = usize::from(area.width).saturating_sub(used + 1);
    if let Some(legend) = legend(graph, &told).into_iter().find(|l| l.width() <= room) {
        canvas.put_right((area.right(), area.y), Ink::Faint, &legend);
    }
    let scale = |y, value: f64| ((place.x - 1, y), graph.unit.told(value));
    let middle = (place.y + place.height / 2, told.top / 2.0);
    let mut marks = vec![scale(place.y, told.top), scale(place.bottom() - 1, 0.0)];
    if place.height >= 5 {
        marks.push(scale(middle.0, middle.1));
    }
    for (at, text) in marks {
        canvas.put_right(at, Ink::Faint, &text);
    }
    let values: Vec<_> = points.iter().map(|p| p.map(|p| (p.min, p.max))).collect();
    let (width, height) = (place.width.into(), place.height.into());
    put(&band(&values, width, height, told.top), place, canvas);
    cursor(data, window, place, canvas);
    times(data, window, place, canvas);
    Some((place, window))
}

/// The times below a graph: of its start, its middle and its end.
fn times(data: &Data, window: Window, place: Rect, canvas: &mut Canvas) {
    let y = place.bottom();
    let told = |part| clock(data.wall(window.start(part)), data.offset);
    let start = told(0);
    canvas.put((place.x, y), Ink::Faint, &start, place.width);
    if place.width >= 4 * columns(&start) {
        let middle = place.x + place.width / 2;
        canvas.put(
            (middle, y),
            Ink::Faint,
            &told(window.count / 2),
            place.width,
        );
    }
    canvas.put_right((place.right(), y), Ink::Faint, &told(window.count));
}

fn put(rows: &[String], place: Rect, canvas: &mut Canvas) {
    for (y, row) in (place.y..place.bottom()).zip(rows) {
        canvas.put_narrow((place.x, y), Ink::Graph, row);
    }
}

/// Marks the frozen moment, two parts of the window a column.
fn cursor(data: &Data, window: Window, place: Rect, canvas: &mut Canvas) {
    let Some(frozen) = &data.frozen else { return };
    let Some(part) = window.part_of(frozen.at) else {
        return;
    };
    // The window has as many columns as the place.
    let x = place.x + (part / 2) as u16;
    for y in place.y..place.bottom() {
        canvas.put((x, y), Ink::Key, "│", 1);
    }
}

/// The extremes and the top of the scale, the longest wording first.
fn legend(graph: &Graph, told: &Told) -> Vec<String> {
    let Some((least, most)) = told.least.zip(told.most) else {
        return Vec::new();
    };
    let [least, most, top] = [least, most, told.top].map(|value| graph.unit.told(value));
    vec![
        format!("min {least}  max {most}  top {top}"),
        format!("max {most}  top {top}"),
        format!("top {top}"),
    ]
}

fn columns(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}
