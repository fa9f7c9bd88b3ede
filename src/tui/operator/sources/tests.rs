use super::*;
use crate::monitor::{Machine, Requests};
use crate::telemetry::Level;

/// 2026-03-01 12:00:00 UTC.
const NOON: u64 = 1_772_366_400_000;

fn snapshot(at_ms: u64, cpu: f64) -> Snapshot {
    Snapshot {
        at_ms,
        number: 1,
        machine: Machine {
            cpu: Some(cpu),
            ..Machine::default()
        },
        program: crate::monitor::Program {
            requests: Some(Requests::default()),
            ..crate::monitor::Program::default()
        },
        ..Snapshot::default()
    }
}

/// Samples of two days, one each ten minutes, each with a line.
fn two_days(path: &Path) -> u64 {
    let mut recorder = Recorder::create(path, RecorderSettings::default()).unwrap();
    for n in 0..288 {
        let at_ms = NOON + n * 600_000;
        let line = Line {
            number: n + 1,
            at_ms,
            level: Level::Info,
            room: "engine".into(),
            text: format!("line {n}").into(),
        };
        recorder
            .record(&snapshot(at_ms, n as f64), &[line])
            .unwrap();
    }
    NOON + 287 * 600_000
}

#[test]
fn all_of_a_recording_can_be_reached_with_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("days.jsonl");
    let newest = two_days(&path);
    let history = History::detached();
    let mut shares = Vec::new();
    let (end, told) = load(&path, None, &history, |share| shares.push(share)).unwrap();
    assert_eq!(told, "288 samples were recorded");
    assert!(shares.is_sorted() && shares.last() == Some(&1.0));
    assert_eq!(history.span(), Some((NOON, newest)));
    let first = history.at(NOON + 1).unwrap();
    assert_eq!((first.at, first.snapshot.machine.cpu), (NOON, Some(0.0)));
    assert_eq!(end.snapshot.at_ms, newest);
    let log = end.log.unwrap();
    assert_eq!((log.len(), log[0].text.as_str()), (288, "line 0"));
    assert!(!end.has_no_log);
}

#[test]
fn a_recording_of_before_says_that_it_has_no_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.jsonl");
    let old = serde_json::to_string(&snapshot(NOON, 0.5)).unwrap();
    std::fs::write(&path, format!("{{\"postwright_recording\":1}}\n{old}\n")).unwrap();
    let (end, _) = load(&path, None, &History::detached(), |_| ()).unwrap();
    let mut pane = super::super::super::panes::monitor::MonitorPane::of_elsewhere();
    pane.resize(60, 12);
    end.show_in(&mut pane);
    use super::super::super::command::{Command, MonitorPage, Watch};
    pane.update(Command::Watch(Watch::Page(MonitorPage::Log)));
    let area = ratatui::layout::Rect::new(0, 0, 60, 12);
    let mut buf = ratatui::buffer::Buffer::empty(area);
    let theme = super::super::super::theme::Theme::built_in("sixteen").unwrap();
    super::super::super::panes::monitor::render(&pane, &theme, area, &mut buf);
    let text: String = buf.content().iter().map(|cell| cell.symbol()).collect();
    assert!(text.contains("the log was not recorded"), "{text}");
}

#[test]
fn lines_are_recorded_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let (record, thread) = recorder(&path).unwrap();
    let row = |number| LogRow {
        number,
        at_ms: NOON,
        level: Level::Warn,
        room: "tui".to_owned(),
        text: format!("line {number}"),
    };
    let sample = Arc::new(snapshot(NOON, 0.1));
    for log in [
        None,
        Some(vec![row(1)]),
        Some(vec![row(1), row(2), row(u64::MAX)]),
    ] {
        record.send(Some((sample.clone(), log))).unwrap();
    }
    record.send(None).unwrap();
    thread.join().unwrap();
    let recording = Recording::open(&path).unwrap();
    let logs = (0..3).map(|n| recording.log(n).unwrap().unwrap());
    let numbers: Vec<Vec<u64>> = logs
        .map(|log| log.iter().map(|line| line.number).collect())
        .collect();
    assert_eq!(numbers, [vec![], vec![1_u64], vec![2]]);
}
