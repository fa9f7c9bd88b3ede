use std::sync::Arc;

use super::super::super::panes::monitor::{AlertRow, AlertSeverity, AlertState};
use super::super::super::watching::{Sampled, WatchOptions};
use super::*;
use crate::monitor::{Machine, Snapshot};

fn options() -> OperatorOptions {
    OperatorOptions {
        watched: Watched::Here,
        watch: WatchOptions::default(),
        trouble: None,
        record: None,
        most_bytes: None,
        low_bandwidth: false,
        mouse: false,
        theme: Theme::built_in("sixteen").unwrap(),
        keymap: Keymap::default(),
    }
}

fn drawn(state: &mut Operator, width: u16, height: u16) -> String {
    let area = Rect::new(0, 0, width, height);
    state.fit(area);
    let mut buf = Buffer::empty(area);
    state.draw(area, &mut buf);
    let row = |y| (0..width).map(|x| buf[(x, y)].symbol()).collect::<String>();
    (0..height).map(|y| row(y) + "\n").collect()
}

fn sampled() -> Input {
    let alert = |name: &str, severity| AlertRow {
        name: name.to_owned(),
        severity,
        state: AlertState::Firing,
        since: Some(1),
        value: Some(0.5),
        annotation: String::new(),
    };
    Input::Sampled(Box::new(Sampled {
        snapshot: Arc::new(Snapshot {
            at_ms: 1_000,
            number: 1,
            machine: Machine {
                cpu: Some(0.5),
                memory_used: Some(1_932_735_283),
                memory_total: Some(8 << 30),
                ..Machine::default()
            },
            ..Snapshot::default()
        }),
        alerts: Some(vec![
            alert("Low", AlertSeverity::Info),
            alert("High", AlertSeverity::Critical),
        ]),
        ..Sampled::default()
    }))
}

#[test]
fn firing_alerts_are_counted_at_any_size_and_figures_are_whole() {
    let mut state = Operator::new("this machine".to_owned(), &options());
    state.handle(sampled());
    for (width, height) in [(80, 24), (30, 8), (24, 6), (20, 5)] {
        let text = drawn(&mut state, width, height);
        assert!(text.contains("2 firing"), "{text}");
        assert!(text.contains("50 %"), "{text}");
    }
    for (width, height) in [(30, 8), (24, 6), (20, 5)] {
        let text = drawn(&mut state, width, height);
        assert!(text.contains("1.8 GiB"), "{text}");
    }
    let text = drawn(&mut state, 80, 24);
    let at = |name| text.find(name).unwrap();
    assert!(at("High") < at("Low"), "{text}");
}

#[test]
fn what_is_wrong_from_the_start_is_told() {
    let mut state = Operator::new(
        "this machine".to_owned(),
        &OperatorOptions {
            trouble: Some("/state: nothing is kept there".to_owned()),
            ..options()
        },
    );
    let text = drawn(&mut state, 80, 24);
    assert!(text.contains("✗ /state: nothing is kept there"), "{text}");
}

#[test]
fn the_rate_stands_at_the_end_of_the_status_line() {
    let mut state = Operator::new("this machine".to_owned(), &options());
    drawn(&mut state, 80, 24);
    assert_eq!(state.rate_place().width, 0);
    state.set_budget(Some((12, 300)), |_| None);
    let text = drawn(&mut state, 80, 24);
    let place = state.rate_place();
    assert_eq!((place.right(), place.y), (80, 23));
    let last = text.lines().last().unwrap();
    let told: String = last.chars().skip(place.x.into()).collect();
    assert_eq!(told.trim(), "12 B/s of 300 B");
}

#[test]
fn the_help_says_which_times_are_told() {
    let mut told = options();
    told.watch.utc_offset = -12_600;
    let mut state = Operator::new("this machine".to_owned(), &told);
    drawn(&mut state, 80, 90);
    state.command(Command::Help);
    let text = drawn(&mut state, 80, 90);
    assert!(text.contains("Times are local ones, UTC-03:30."), "{text}");
}
