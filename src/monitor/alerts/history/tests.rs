use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;
use crate::monitor::alerts::rule::Severity;
use crate::monitor::alerts::series::Labels;
use crate::monitor::alerts::state::{Event, Phase};

fn transition(at_ms: u64, rule: &str) -> Transition {
    Transition {
        at_ms,
        rule: rule.to_owned(),
        severity: Severity::Critical,
        labels: Labels::new([("mount", "/é \"x\"\n")]),
        event: Event::NoData,
        from: Phase::Firing,
        to: Phase::NoData,
        value: Some(0.1),
        annotation: "=1+1, \"x\"".to_owned(),
    }
}

fn dates(path: &Path, query: &Query) -> Vec<u64> {
    let found = super::query(path, query).unwrap();
    found.transitions.iter().map(|t| t.at_ms).collect()
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alerts.jsonl");
    (folder, path)
}

#[test]
fn transitions_come_back_as_they_were_in_a_private_file() {
    let (_folder, path) = place();
    assert_eq!(query(&path, &Query::default()).unwrap(), Found::default());
    let mut history = History::new(path.clone(), CAPACITY);
    history.append(&[transition(1, "A")]).unwrap();
    let value = None;
    let endless = Transition {
        value,
        ..transition(2, "B")
    };
    History::new(path.clone(), CAPACITY)
        .append(std::slice::from_ref(&endless))
        .unwrap();
    history.append(&[]).unwrap();
    let found = query(&path, &Query::default()).unwrap();
    assert_eq!(found.transitions, [transition(1, "A"), endless]);
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text.lines().next().unwrap(),
        r#"{"at_ms":1,"rule":"A","severity":"critical","labels":{"mount":"/é \"x\"\n"},"event":"no-data","from":"firing","to":"no-data","value":0.1,"annotation":"=1+1, \"x\""}"#
    );
}

#[test]
fn a_query_picks_by_date_and_rule_whatever_the_order_of_dates() {
    let (_folder, path) = place();
    let mut history = History::new(path.clone(), CAPACITY);
    // The date was set back in between.
    let all = [
        transition(100, "A"),
        transition(200, "B"),
        transition(50, "A"),
        transition(150, "A"),
    ];
    history.append(&all).unwrap();
    let ask = |since_ms, until_ms, rule: Option<&str>| {
        let rule = rule.map(str::to_owned);
        dates(
            &path,
            &Query {
                since_ms,
                until_ms,
                rule,
            },
        )
    };
    assert_eq!(ask(None, None, None), [100, 200, 50, 150]);
    assert_eq!(ask(Some(100), None, None), [100, 200, 150]);
    assert_eq!(ask(Some(51), Some(200), None), [100, 150]);
    assert_eq!(ask(None, None, Some("B")), [200]);
}

#[test]
fn a_torn_line_costs_itself_only() {
    let (_folder, path) = place();
    History::new(path.clone(), CAPACITY)
        .append(&[transition(1, "A"), transition(2, "A")])
        .unwrap();
    let whole = fs::read(&path).unwrap();
    for cut in 1..whole.len() / 2 {
        fs::write(&path, &whole[..whole.len() - cut]).unwrap();
        History::new(path.clone(), CAPACITY)
            .append(&[transition(3, "A")])
            .unwrap();
        let found = query(&path, &Query::default()).unwrap();
        let is_torn = cut > 1 && cut < whole.len() / 2;
        assert_eq!(found.unreadable, usize::from(is_torn), "cut {cut}");
        assert_eq!(
            found.transitions.len(),
            3 - usize::from(is_torn),
            "cut {cut}"
        );
    }
    fs::write(&path, b"\xff\xfe\n{}\n\n").unwrap();
    assert_eq!(query(&path, &Query::default()).unwrap().unreadable, 2);
}

#[test]
fn two_files_hold_the_latest() {
    let (folder, path) = place();
    let line = serde_json::to_string(&transition(10, "A")).unwrap().len() as u64 + 1;
    let mut history = History::new(path.clone(), 3 * line);
    let mut other = History::new(path.clone(), 3 * line);
    for at in 10..20 {
        let writer = if at % 2 == 0 {
            &mut history
        } else {
            &mut other
        };
        writer.append(&[transition(at, "A")]).unwrap();
    }
    assert_eq!(dates(&path, &Query::default()), [16, 17, 18, 19]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    // A line longer than a file is written all the same.
    let mut tiny = History::new(path.clone(), 1);
    tiny.append(&[transition(20, "A"), transition(21, "A")])
        .unwrap();
    assert_eq!(dates(&path, &Query::default()), [20, 21]);
}

#[test]
fn a_full_disk_is_told_once_and_what_waited_is_written_later() {
    let (_folder, path) = place();
    symlink("/dev/full", &path).unwrap();
    let mut history = History::new(path.clone(), CAPACITY);
    let error = history
        .append(&[transition(1, "A")])
        .unwrap_err()
        .to_string();
    let shown = path.display();
    assert_eq!(
        error,
        format!(
            "{shown}: cannot write the history of alerts: No space left on device (os error 28); \
             1 lines wait in memory, make room or mend it"
        )
    );
    history.append(&[transition(2, "A")]).unwrap();
    history.append(&[]).unwrap();
    assert_eq!(history.waiting(), 2);
    let many: Vec<_> = (3..=MOST_WAITING as u64 + 3)
        .map(|at| transition(at, "A"))
        .collect();
    history.append(&many).unwrap();
    assert_eq!((history.waiting(), history.dropped()), (MOST_WAITING, 3));
    fs::remove_file(&path).unwrap();
    history.append(&[]).unwrap();
    assert_eq!(history.waiting(), 0);
    let dates = dates(&path, &Query::default());
    assert_eq!((dates.len(), dates[0]), (MOST_WAITING, 4));
    // The next failure is told again.
    fs::remove_file(&path).unwrap();
    symlink("/dev/full", &path).unwrap();
    history.append(&[transition(9, "A")]).unwrap_err();
}

#[test]
fn a_file_that_another_process_holds_is_tried_again_later() {
    let (_folder, path) = place();
    let held = open(&path).unwrap();
    held.lock().unwrap();
    let mut history = History::new(path.clone(), CAPACITY);
    history.append(&[transition(1, "A")]).unwrap_err();
    held.unlock().unwrap();
    history.append(&[]).unwrap();
    assert_eq!(dates(&path, &Query::default()), [1]);
}

#[test]
fn a_folder_in_its_place_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let error = query(folder.path(), &Query::default()).unwrap_err();
    assert!(matches!(error, HistoryError::Read { .. }), "{error}");
    let missing = folder.path().join("none/alerts.jsonl");
    let error = History::new(missing, CAPACITY).append(&[transition(1, "A")]);
    assert!(matches!(error, Err(HistoryError::Write { waiting: 1, .. })));
}

#[test]
fn csv_is_quoted_and_formulas_are_not_run() {
    let text = csv(&[
        transition(1, "A"),
        Transition {
            value: None,
            ..transition(2, "-1")
        },
    ]);
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "at_ms,rule,severity,event,from,to,value,labels,annotation"
    );
    assert_eq!(
        lines[1],
        r#"1,A,critical,no-data,firing,no-data,0.1,"{""mount"":""/é \""x\""\n""}","'=1+1, ""x""""#
    );
    assert!(lines[2].starts_with("2,-1,critical,no-data,firing,no-data,,"));
}

#[test]
fn a_folder_that_cannot_be_written_is_no_history_without_alerts() {
    let folder = tempfile::tempdir().unwrap();
    // A first start makes its folders.
    assert!(check(&folder.path().join("new/state/alerts.jsonl")).is_ok());
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.join("alerts.jsonl"), file.join("state/alerts.jsonl")] {
        let error = check(&path).unwrap_err().to_string();
        assert!(error.contains("alerts.jsonl: no history"), "{error}");
    }
    assert!(check(&file).is_ok(), "it is there");
}
