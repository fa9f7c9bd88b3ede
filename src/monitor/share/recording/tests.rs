//! Recordings as they are left behind: whole, cut, damaged or full.

use super::*;
use crate::monitor::share::record::{Recorder, RecorderSettings};
use crate::monitor::share::testing::{numbered, snapshots};
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;

const BOTH: [RecorderSettings; 2] = [
    RecorderSettings {
        gzip: false,
        most_bytes: None,
    },
    RecorderSettings {
        gzip: true,
        most_bytes: None,
    },
];

/// A recording of these, and where it is.
fn recorded(snapshots: &[Snapshot], settings: RecorderSettings) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.rec");
    let mut recorder = Recorder::create(&path, settings).unwrap();
    for snapshot in snapshots {
        recorder.record(snapshot, &[]).unwrap();
        // Whoever is killed now leaves what was recorded.
        assert_eq!(fs::metadata(&path).unwrap().len(), recorder.bytes());
    }
    (folder, path)
}

fn five() -> Vec<Snapshot> {
    (1..=5).map(|n| numbered(n, 3)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn any_snapshot_survives(
        all in prop::collection::vec(snapshots(), 0..5),
        gzip in any::<bool>(),
    ) {
        let settings = RecorderSettings { gzip, most_bytes: None };
        let (_folder, path) = recorded(&all, settings);
        let recording = Recording::open(&path).unwrap();
        prop_assert_eq!(recording.len(), all.len());
        prop_assert_eq!(recording.is_empty(), all.is_empty());
        for (n, snapshot) in all.iter().enumerate().rev() {
            prop_assert_eq!(&recording.get(n).unwrap(), snapshot);
            prop_assert_eq!(recording.time(n), Some(snapshot.at_ms));
        }
    }
}

#[test]
fn cut_anywhere_it_keeps_all_whole_lines() {
    for settings in BOTH {
        let all = [numbered(1, 0), numbered(2, 0)];
        let (_folder, path) = recorded(&all, settings);
        let whole = Recording::open(&path).unwrap();
        let ends: Vec<u64> = whole.index.iter().map(|e| e.offset + e.length).collect();
        let bytes = fs::read(&path).unwrap();
        let head = usize::try_from(whole.index[0].offset).unwrap();
        for end in head..=bytes.len() {
            fs::write(&path, &bytes[..end]).unwrap();
            let recording = Recording::open(&path).unwrap();
            let kept = ends.iter().filter(|e| **e <= end as u64).count();
            assert_eq!(recording.len(), kept, "{end}");
            let at_end = end == head || ends.contains(&(end as u64));
            assert_eq!(recording.is_torn(), !at_end, "{end}");
            if let Some(last) = kept.checked_sub(1) {
                assert_eq!(recording.get(last).unwrap(), all[last]);
            }
        }
        for end in 0..head {
            fs::write(&path, &bytes[..end]).unwrap();
            let error = Recording::open(&path).unwrap_err();
            assert!(matches!(error, RecordError::Foreign { .. }), "{error}");
        }
    }
}

#[test]
fn damage_in_the_midst_is_told_with_file_and_line() {
    for settings in BOTH {
        let (_folder, path) = recorded(&five(), settings);
        let entry = Recording::open(&path).unwrap().index[1];
        let mut bytes = fs::read(&path).unwrap();
        let middle = usize::try_from(entry.offset + entry.length / 2).unwrap();
        bytes[middle..middle + 4].copy_from_slice(b"\0\0\0\0");
        fs::write(&path, bytes).unwrap();
        let error = Recording::open(&path).unwrap_err().to_string();
        assert!(error.contains("a.rec:3: damaged"), "{error}");
    }
}

#[test]
fn a_line_that_is_no_snapshot_is_told_when_it_is_wanted() {
    let (_folder, path) = recorded(&five()[..1], BOTH[0]);
    let mut text = fs::read_to_string(&path).unwrap();
    text.push_str("{\"at_ms\":7,\"machine\":3}\n");
    fs::write(&path, text).unwrap();
    let recording = Recording::open(&path).unwrap();
    recording.get(0).unwrap();
    let error = recording.get(1).unwrap_err().to_string();
    assert!(error.contains("a.rec:3: damaged: invalid type"), "{error}");
    let error = recording.get(2).unwrap_err().to_string();
    assert!(error.contains("has 2 moments, none of number 2"), "{error}");
}

#[test]
fn moments_are_found_by_their_time() {
    let mut all = five();
    // The clock was set back by 3.5 seconds.
    all[4].at_ms = 500;
    let (_folder, path) = recorded(&all, BOTH[0]);
    let recording = Recording::open(&path).unwrap();
    let found = [0, 499, 500, 999, 4000, u64::MAX].map(|at| recording.at(at));
    assert_eq!(found, [None, None, Some(4), Some(4), Some(4), Some(4)]);
    all.pop();
    let (_folder, path) = recorded(&all, BOTH[1]);
    let recording = Recording::open(&path).unwrap();
    let found = [999, 1000, 1001, 2999, 4000, u64::MAX].map(|at| recording.at(at));
    assert_eq!(found, [None, Some(0), Some(0), Some(1), Some(3), Some(3)]);
}

#[test]
fn nothing_is_overwritten_and_others_cannot_read() {
    let (_folder, path) = recorded(&[], BOTH[0]);
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let error = Recorder::create(&path, BOTH[0]).unwrap_err();
    assert!(matches!(error, RecordError::Exists { .. }), "{error}");
}

#[test]
fn it_ends_at_its_size_to_the_byte_and_stays_readable() {
    for RecorderSettings { gzip, .. } in BOTH {
        let (_folder, path) = recorded(
            &five(),
            RecorderSettings {
                gzip,
                most_bytes: None,
            },
        );
        let whole = fs::metadata(&path).unwrap().len();
        for (most, expected) in [(whole, 5), (whole - 1, 4)] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.rec");
            let most_bytes = Some(most);
            let mut recorder =
                Recorder::create(&path, RecorderSettings { gzip, most_bytes }).unwrap();
            let fits = |s: &Snapshot| match recorder.record(s, &[]) {
                Ok(()) => true,
                Err(RecordError::Full { most: told, .. }) => {
                    assert_eq!(told, most);
                    false
                }
                Err(other) => panic!("{other}"),
            };
            let all = [five(), five()].concat();
            assert_eq!(
                all.iter().map(fits).take_while(|fits| *fits).count(),
                expected
            );
            assert_eq!(Recording::open(recorder.path()).unwrap().len(), expected);
        }
    }
}

#[test]
fn what_is_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.rec");
    let open = |text: &str| {
        fs::write(&path, text).unwrap();
        Recording::open(&path).unwrap_err().to_string()
    };
    assert!(open("").contains("it is empty"));
    assert!(open("Dear diary,\n").contains("no recording"));
    assert!(open("{\"at_ms\":1}\n").contains("missing field"));
    let later = open("{\"postwright_recording\":2,\"more\":1}\n");
    assert!(
        later.contains("has format 2, and this program reads format 1"),
        "{later}"
    );
    fs::remove_file(&path).unwrap();
    let error = Recording::open(&path).unwrap_err();
    assert!(matches!(error, RecordError::File { .. }), "{error}");
}

#[test]
fn what_was_logged_is_recorded_and_older_recordings_have_none() {
    let line = |number| Line {
        number,
        at_ms: 1000 * number,
        level: crate::telemetry::Level::Warn,
        room: "engine".into(),
        text: format!("line {number}").into(),
    };
    for settings in BOTH {
        let (_folder, path) = recorded(&[], settings);
        fs::remove_file(&path).unwrap();
        let mut recorder = Recorder::create(&path, settings).unwrap();
        recorder
            .record(&numbered(1, 1), &[line(1), line(2)])
            .unwrap();
        recorder.record(&numbered(2, 1), &[]).unwrap();
        let recording = Recording::open(&path).unwrap();
        assert_eq!(recording.log(0).unwrap(), Some(vec![line(1), line(2)]));
        assert_eq!(recording.log(1).unwrap(), Some(Vec::new()));
        assert_eq!(recording.get(0).unwrap(), numbered(1, 1));
    }
    let (_folder, path) = recorded(&[numbered(1, 1)], BOTH[0]);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(",\"log\":[]", "")).unwrap();
    let old = Recording::open(&path).unwrap();
    assert_eq!(old.get(0).unwrap(), numbered(1, 1));
    assert_eq!(old.log(0).unwrap(), None);
}

#[test]
fn one_without_a_sample_is_told_before_it_is_read_and_progress_comes_to_its_end() {
    for settings in BOTH {
        let (_folder, path) = recorded(&[], settings);
        let error = Recording::check(&path).unwrap_err();
        assert!(
            error.to_string().contains("there is no sample in it"),
            "{error}"
        );
        let (_folder, path) = recorded(&five(), settings);
        assert!(Recording::check(&path).is_ok());
        let mut told = Vec::new();
        Recording::open_told(&path, |share| told.push(share)).unwrap();
        assert!(told.is_sorted() && told.last() == Some(&1.0), "{told:?}");
        fs::write(&path, "text").unwrap();
        assert!(Recording::check(&path).is_err());
    }
}
