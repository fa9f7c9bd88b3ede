//! What watching costs, and how each collector fares.

use ratatui::layout::Rect;

use crate::monitor::{CollectorState, Health};

use super::super::super::figures::{Ink, Row};
use super::canvas::Canvas;
use super::data::MonitorEffect;
use super::frozen::Data;
use super::health;
use super::list::List;
use super::table::Table;
use super::words::{ago, known, padded, seconds};

/// Columns from which times are shown.
const WIDE: u16 = 50;

/// Draws the page, and returns where the collectors stand.
pub(super) fn draw(data: &Data, list: &mut List<String>, area: Rect, canvas: &mut Canvas) -> Rect {
    let snapshot = data.shown();
    let cost = health::cost(snapshot, area.width.into());
    canvas.put_rows(area, &cost);
    // There are three rows at most.
    let above = (cost.len() as u16 + 1).min(area.height);
    let area = Rect {
        y: area.y + above,
        height: area.height - above,
        ..area
    };
    let is_wide = area.width >= WIDE;
    let table = Table {
        head: match is_wide {
            true => "  collector      took      age  health",
            false => "  collector   health",
        },
        nothing: match data.is_whole() {
            true => "no collector has answered yet",
            false => "only graphs are kept of this moment",
        },
        area,
    };
    let collectors = &snapshot.collectors;
    let keys = collectors.iter().map(|c| c.name.clone()).collect();
    table.draw(list, keys, |nth| row(&collectors[nth], is_wide), canvas)
}

fn row(collector: &CollectorState, is_wide: bool) -> Row {
    let (ink, mark, text) = match &collector.health {
        Health::Idle if !collector.enabled => (Ink::Faint, "·", "off".to_owned()),
        Health::Idle => (Ink::Faint, "·", "not asked".to_owned()),
        Health::Fine => (Ink::Good, "·", "fine".to_owned()),
        Health::Slow => (Ink::Warning, "!", "slow: what is shown is old".to_owned()),
        Health::Failed(why) => (Ink::Error, "✗", format!("failed: {why}")),
        Health::Absent(why) => (Ink::Faint, "·", format!("absent: {why}")),
    };
    let mut name = padded(&collector.name, 10);
    if is_wide {
        let took = known(collector.took, |t| seconds(t.as_secs_f64()));
        name += &format!(" {took:>8} {:>8}", known(collector.age, ago));
    }
    vec![
        (ink, format!("{mark} ")),
        (Ink::Text, name + "  "),
        (ink, text),
    ]
}

/// Switches the collector `name` off where it is on, and on where it is off.
pub(super) fn switch(data: &Data, name: &str) -> MonitorEffect {
    let mut collectors = data.live().collectors.iter();
    match collectors.find(|c| c.name == name) {
        Some(collector) => MonitorEffect::SetCollector {
            name: name.to_owned(),
            on: !collector.enabled,
        },
        None => MonitorEffect::Tell(format!("there is no collector `{name}` any more")),
    }
}
