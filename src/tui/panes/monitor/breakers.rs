//! The breaker board.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::monitor::BreakerState;

use super::super::super::figures::{Ink, Row};
use super::super::super::units::counted;
use super::super::super::widgets::wrap_line;
use super::canvas::Canvas;
use super::data::{BreakerAction, MonitorEffect};
use super::frozen::Data;
use super::list::List;
use super::table::{Table, split_details};
use super::words::{self, ago, known, padded, percent};

/// The state of rest.
pub(super) const CLOSED: &str = "closed";
/// The states that only a hand leads to.
const FORCED: &str = "forced-open";
const DISABLED: &str = "disabled";
/// Columns from which all figures are shown.
const WIDE: u16 = 72;

/// The ink and the mark of a state.
pub(super) fn mark(state: &str) -> (Ink, &'static str) {
    match state {
        CLOSED => (Ink::Good, "·"),
        "half-open" | DISABLED => (Ink::Warning, "!"),
        _ => (Ink::Error, "✗"),
    }
}

/// When an open breaker lets calls through on trial.
pub(super) fn countdown(breaker: &BreakerState) -> Option<String> {
    let left = breaker.half_open_in?;
    Some(match left > 0.0 {
        true => format!("half-open in {}", words::countdown(left)),
        false => "the next call is a trial".to_owned(),
    })
}

/// The figures of a breaker, in their columns.
struct Figures<'a> {
    name: &'a str,
    state: &'a str,
    failed: &'a str,
    slow: &'a str,
    calls: &'a str,
    refused: &'a str,
    changes: &'a str,
    left: &'a str,
}

impl Figures<'_> {
    /// What stands before the state, the state, and what stands behind it.
    fn columns(&self, is_wide: bool) -> [String; 3] {
        let state = padded(self.state, 11);
        match is_wide {
            true => [
                padded(self.name, 16) + " ",
                state,
                format!(
                    "{:>7}{:>7}{:>6}{:>8}{:>8}{:>10}",
                    self.failed, self.slow, self.calls, self.refused, self.changes, self.left
                ),
            ],
            false => [
                padded(self.name, 12) + " ",
                state,
                format!("{:>7}", self.failed),
            ],
        }
    }
}

/// Draws the board, and returns where its rows stand.
pub(super) fn draw(data: &Data, list: &mut List<String>, area: Rect, canvas: &mut Canvas) -> Rect {
    let breakers = &data.shown().program.breakers;
    let (area, details) = split_details(area, 3);
    let is_wide = area.width >= WIDE;
    let head = Figures {
        name: "name",
        state: "state",
        failed: "failed",
        slow: "slow",
        calls: "calls",
        refused: "refused",
        changes: "changes",
        left: "half-open",
    };
    let nothing = match data.is_whole() {
        true => "no breaker is at work",
        false => "only graphs are kept of this moment",
    };
    let table = Table {
        head: &format!("  {}", head.columns(is_wide).concat()),
        nothing,
        area,
    };
    let keys = breakers.iter().map(|b| b.name.clone()).collect();
    let rows = table.draw(list, keys, |nth| row(&breakers[nth], is_wide), canvas);
    if let Some(breaker) = list.place().and_then(|at| breakers.get(at)) {
        let told = wrap_line(&Line::raw(told(breaker)), details.width.into());
        let told: Vec<Row> = told
            .iter()
            .map(|line| vec![(Ink::Text, line.to_string())])
            .collect();
        canvas.put_rows(details, &told);
    }
    rows
}

fn row(breaker: &BreakerState, is_wide: bool) -> Row {
    let (ink, mark) = mark(&breaker.state);
    let figures = Figures {
        name: &breaker.name,
        state: &breaker.state,
        failed: &known(breaker.failure_rate, percent),
        slow: &known(breaker.slow_rate, percent),
        calls: &breaker.calls.to_string(),
        refused: &breaker.refused.to_string(),
        changes: &breaker.transitions.to_string(),
        left: &breaker
            .half_open_in
            .map_or_else(String::new, words::countdown),
    };
    let [name, state, rest] = figures.columns(is_wide);
    vec![
        (ink, format!("{mark} ")),
        (Ink::Text, name),
        (ink, state),
        (Ink::Text, rest),
    ]
}

/// The last change of a breaker, and what comes next.
fn told(breaker: &BreakerState) -> String {
    let next = countdown(breaker).map_or_else(String::new, |next| format!("{next} · "));
    match &breaker.last {
        None => format!("{next}has never changed"),
        Some(last) => format!(
            "{next}{} to {} {} ago: {}",
            last.from,
            last.to,
            ago(last.ago),
            last.reason
        ),
    }
}

/// Asks whether to do something to the breaker `name`, as it is now.
pub(super) fn ask(data: &Data, name: &str, action: BreakerAction) -> MonitorEffect {
    let breakers = &data.live().program.breakers;
    let Some(breaker) = breakers.iter().find(|b| b.name == name) else {
        return MonitorEffect::Tell(format!("there is no breaker `{name}` any more"));
    };
    if is_already(&breaker.state, action) {
        return MonitorEffect::Tell(format!("the breaker “{name}” is {} already", breaker.state));
    }
    let refused = match breaker.refused {
        0 => String::new(),
        n => format!(
            ", and has refused {}",
            counted(usize::try_from(n).unwrap_or(usize::MAX), "call")
        ),
    };
    MonitorEffect::Ask {
        breaker: name.to_owned(),
        action,
        text: [
            format!(
                "The breaker “{name}” is {}{refused}. {}\nAny other key leaves it as it is.",
                breaker.state,
                action.consequence()
            ),
            format!(
                "{} “{name}”? Any other key does not.",
                capital(action.told())
            ),
        ],
    }
}

/// Whether an action would change nothing. To close a closed one counts anew.
fn is_already(state: &str, action: BreakerAction) -> bool {
    match action {
        BreakerAction::ForceOpen => state == FORCED,
        BreakerAction::Disable => state == DISABLED,
        BreakerAction::Close => false,
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}
