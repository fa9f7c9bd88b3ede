//! The list of alerts.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::super::figures::{Ink, Row};
use super::super::super::widgets::wrap_line;
use super::canvas::Canvas;
use super::data::{AlertRow, AlertSeverity, AlertState};
use super::frozen::Data;
use super::list::List;
use super::table::{Table, split_details};
use super::words::clock;

/// Columns from which all figures are shown.
const WIDE: u16 = 72;

/// The ink and the mark of an alert.
pub(super) fn mark(alert: &AlertRow) -> (Ink, &'static str) {
    match (alert.state, alert.severity) {
        (AlertState::Firing, AlertSeverity::Critical) => (Ink::Error, "✗"),
        (AlertState::Firing, AlertSeverity::Warning) => (Ink::Warning, "!"),
        (AlertState::Firing, AlertSeverity::Info) => (Ink::Text, "i"),
        (AlertState::Pending, _) => (Ink::Warning, "…"),
        (AlertState::NoData, _) => (Ink::Warning, "?"),
        (AlertState::Resolved | AlertState::Inactive, _) => (Ink::Faint, "·"),
    }
}

/// The alerts, the most urgent first.
pub(super) fn sorted(alerts: &[AlertRow]) -> Vec<&AlertRow> {
    let mut out: Vec<&AlertRow> = alerts.iter().collect();
    // Stable, so that alerts of one kind stay in their order.
    out.sort_by_key(|alert| (alert.state, alert.severity));
    out
}

/// When the alert of this name began, by the system's clock.
pub(super) fn since(data: &Data, name: &str) -> Option<u64> {
    let mut alerts = data.alerts()?.iter();
    alerts.find(|alert| alert.name == name)?.since
}

/// Draws the list, and returns where its rows stand.
pub(super) fn draw(data: &Data, list: &mut List<String>, area: Rect, canvas: &mut Canvas) -> Rect {
    let known = data.alerts();
    let alerts = sorted(known.unwrap_or_default());
    let (area, details) = split_details(area, 3);
    let is_wide = area.width >= WIDE;
    let head = match is_wide {
        true => "  state     severity  since         value  name",
        false => "  since     name",
    };
    let table = Table {
        head,
        nothing: match known {
            Some(_) => "no alert is configured",
            None => "n/a: it is not kept how alerts stood at this moment",
        },
        area,
    };
    let keys = alerts.iter().map(|a| a.name.clone()).collect();
    let rows = table.draw(list, keys, |nth| row(alerts[nth], data, is_wide), canvas);
    if let Some(alert) = list.place().and_then(|at| alerts.get(at)) {
        let annotation = Line::raw(alert.annotation.as_str());
        let mut told: Vec<Row> = wrap_line(&annotation, details.width.into())
            .iter()
            .map(|line| vec![(Ink::Text, line.to_string())])
            .collect();
        told.insert(0, vec![(Ink::Faint, heading(alert))]);
        canvas.put_rows(details, &told);
    }
    rows
}

fn heading(alert: &AlertRow) -> String {
    format!("{} · {}", alert.state.name(), alert.severity.name())
}

fn row(alert: &AlertRow, data: &Data, is_wide: bool) -> Row {
    let (ink, mark) = mark(alert);
    let since = alert
        .since
        .map_or_else(String::new, |at| clock(at, data.offset));
    let value = alert
        .value
        .map_or_else(|| "n/a".to_owned(), |v| format!("{v:.4}"));
    match is_wide {
        true => vec![
            (ink, format!("{mark} {:<9} ", alert.state.name())),
            (
                Ink::Text,
                format!("{:<9} {since:<9}", alert.severity.name()),
            ),
            (Ink::Text, format!("{value:>10}  {}", alert.name)),
        ],
        false => vec![
            (ink, format!("{mark} ")),
            (Ink::Faint, format!("{since:<9} ")),
            (Ink::Text, alert.name.clone()),
        ],
    }
}
