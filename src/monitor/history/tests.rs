//! Histories as a whole.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use tempfile::TempDir;

use super::file::{Damage, Stored};
use super::rings::{MINUTE, MINUTES};
use super::{History, Keeper, Point, Series};
use crate::monitor::LONGEST;
use crate::monitor::snapshot::{Health, Requests, Snapshot};
use crate::monitor::testing::full_snapshot;
use crate::monitor::time::Time;

const START: u64 = 1_700_000_000_000;
const SECOND: Duration = Duration::from_secs(1);
const DAY: u64 = MINUTES as u64 * MINUTE;

fn with_cpu(cpu: Option<f64>) -> Arc<Snapshot> {
    let mut snapshot = Snapshot::default();
    snapshot.machine.cpu = cpu;
    Arc::new(snapshot)
}

fn push_seconds(history: &History, from: u64, values: &[f64]) {
    for (at, value) in (from..).step_by(1_000).zip(values) {
        history.push(at, SECOND, &with_cpu(Some(*value)));
    }
}

fn means(history: &History, from: u64, to: u64, points: usize) -> Vec<Option<f64>> {
    let points = history.range(Series::Cpu, from, to, points);
    points.into_iter().map(|p| p.map(|p| p.mean)).collect()
}

#[test]
fn parts_between_two_samples_are_filled_and_gaps_are_not() {
    let history = History::detached();
    assert_eq!(history.span(), None);
    push_seconds(&history, START + 1_000, &[1.0, 2.0]);
    push_seconds(&history, START + 4_000, &[4.0]);
    history.push(START + 5_000, SECOND, &with_cpu(None));
    assert_eq!(history.last(Series::Cpu), None);
    let expected = [1.0, 1.0, 2.0, 2.0].map(Some);
    let told = means(&history, START, START + 5_000, 10);
    assert_eq!(told[..4], expected);
    assert_eq!(told[4..], [None, None, Some(4.0), Some(4.0), None, None]);
    let all = history.range(Series::Cpu, START, START + 2_000, 1);
    let expected = Point {
        min: 1.0,
        mean: 1.5,
        max: 2.0,
    };
    assert_eq!(all, [Some(expected)]);
    assert_eq!(history.span(), Some((START, START + 5_000)));
    assert_eq!(history.series(), [Series::Cpu]);
    assert_eq!(means(&history, START, START, 2), [None, None]);
}

#[test]
fn a_day_of_samples_takes_the_same_room_throughout() {
    let history = History::detached();
    let mut snapshot = full_snapshot();
    snapshot.machine.cores = vec![Some(0.5); 8];
    // As often as can be for twenty minutes, then every second for 25 hours.
    let often = (0..4_800).map(|n| (START + n * 250, 250));
    let later = (0..25 * 3_600).map(|n| (START + 1_200_000 + n * 1_000, 1_000));
    let mut bytes = None;
    for (number, (at, every)) in (0..).zip(often.chain(later)) {
        // Minutes of 0, 1, 2, … and a spike in each.
        let minute = (at / MINUTE - START / MINUTE) as f64;
        let spike = f64::from(u8::from(at / 1_000 % 60 == 30)) * 1e6;
        snapshot.machine.cpu = Some(minute + spike);
        snapshot.number = number;
        history.push(
            at,
            Duration::from_millis(every),
            &Arc::new(snapshot.clone()),
        );
        // The ring of whole snapshots has come to its size after ten minutes.
        if number > 2_500 {
            let before = *bytes.get_or_insert(history.bytes());
            assert_eq!(history.bytes(), before, "after {number}");
        }
    }
    let (oldest, newest) = history.span().unwrap();
    assert!((DAY - MINUTE..=DAY).contains(&(newest - oldest)), "a day");
    let from = newest / MINUTE * MINUTE - DAY / 2;
    let minutes = history.range(Series::Cpu, from, from + MINUTE * 2, 2);
    let first = (from / MINUTE - START / MINUTE) as f64;
    for (minute, point) in minutes.into_iter().enumerate() {
        let Point { min, mean, max } = point.unwrap();
        let base = first + minute as f64;
        assert_eq!((min, max), (base, base + 1e6), "minute {minute}");
        assert!((mean - base - 1e6 / 60.0).abs() < 1.0, "{mean}");
    }
    assert_eq!(means(&history, oldest - MINUTE, oldest, 1), [None]);
    let moment = history.at(newest - 300_000).unwrap();
    assert_eq!(moment.at, newest - 300_000);
    assert_eq!(moment.snapshot.number, snapshot.number - 300);
}

#[test]
fn a_long_gap_empties_the_minutes_that_it_skips() {
    let history = History::detached();
    push_seconds(&history, START, &[7.0; 90]);
    let later = START + DAY / 2;
    push_seconds(&history, later, &[9.0]);
    assert_eq!(
        means(&history, START + MINUTE, later - MINUTE * 2, 1),
        [Some(7.0)]
    );
    assert_eq!(
        means(&history, START + 3 * MINUTE, later - MINUTE * 2, 1),
        [None]
    );
    push_seconds(&history, START + 3 * DAY, &[1.0]);
    let all = history.range(Series::Cpu, START - DAY, START + 4 * DAY, 1);
    assert_eq!(all, [Some(Point::of(1.0))], "nothing is left of days ago");
    let newest = START + 3 * DAY;
    assert_eq!(history.span(), Some((newest - 1_000, newest)));
}

#[test]
fn minutes_join_at_the_longest_interval() {
    let history = History::detached();
    // One sample a minute, 20 seconds into each, for half an hour.
    for minute in 0..30 {
        history.push(START + minute * MINUTE, LONGEST, &with_cpu(Some(4.0)));
    }
    let from = START + MINUTE;
    let told = means(&history, from, from + 15 * MINUTE, 15 * 6);
    assert_eq!(
        told,
        [Some(4.0); 90],
        "no holes where single samples are gone"
    );
}

#[test]
fn what_was_counted_in_a_gap_is_no_rate() {
    let history = History::detached();
    let mut told = Vec::new();
    for (second, total) in [(0, 10), (3, 40), (3_600, 90_000), (3_601, 90_005)] {
        let mut snapshot = Snapshot::default();
        snapshot.program.requests = Some(Requests {
            total,
            ..Requests::default()
        });
        history.push(START + second * 1_000, SECOND, &Arc::new(snapshot));
        told.push(history.last(Series::RequestRate));
    }
    assert_eq!(told, [None, Some(10.0), None, Some(5.0)]);
}

#[test]
fn a_trend_is_a_line_through_the_samples_of_this_run() {
    let history = History::detached();
    let push = |second: u64, bytes: u64| {
        let mut snapshot = Snapshot::default();
        snapshot.process.memory = Some(bytes);
        history.push(START + second * 1_000, SECOND, &Arc::new(snapshot));
    };
    // Another run, which had more.
    (0..60).for_each(|second| push(second, 1 << 30));
    let trend = |now: u64| {
        let now = START + now * 1_000;
        history.trend(Series::OwnMemory, START + 60_000, now)
    };
    (60..120).for_each(|second| push(second, (1 << 20) + second * 64));
    assert_eq!(trend(119), None, "too short");
    (120..200).for_each(|second| push(second, (1 << 20) + second * 64));
    let bytes = trend(199).unwrap();
    assert!((bytes - 64.0 * 60.0).abs() < 1e-6, "{bytes}");
}

fn keeper(path: &Path, history: &History, wall: u64) -> Keeper {
    let (time, _) = Time::manual(wall);
    Keeper::start(path.to_owned(), history.clone(), time, wall).unwrap()
}

/// A file with a minute and a half of samples up to `START`.
fn file_of(values: &[f64]) -> (TempDir, std::path::PathBuf) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("state/history");
    let history = History::detached();
    push_seconds(
        &history,
        START - values.len() as u64 * 1_000 + 1_000,
        values,
    );
    keeper(&path, &history, START).close();
    (dir, path)
}

/// What the file holds, as a run that starts at `now` has it.
fn reopened(path: &Path, now: u64) -> History {
    let history = History::detached();
    keeper(path, &history, now).close();
    history
}

#[test]
fn what_was_kept_is_there_again_with_the_time_between_as_a_gap() {
    let values: Vec<f64> = (0..900).map(f64::from).collect();
    let (dir, path) = file_of(&values);
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let folder = fs::metadata(path.parent().unwrap()).unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    let inside = fs::read_dir(path.parent().unwrap()).unwrap();
    let mut names: Vec<_> = inside.map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["history", "history.lock"]);
    let now = START + 3_600_000;
    let history = reopened(&path, now);
    let from = START - 900_000;
    let before = History::detached();
    push_seconds(&before, from + 1_000, &values);
    assert_eq!(
        means(&history, from, START, 900),
        means(&before, from, START, 900)
    );
    assert_eq!(means(&history, START + MINUTE, now, 1), [None]);
    assert_eq!(history.moments(), None, "whole snapshots are not kept");
    push_seconds(&history, now + 1_000, &[3.0]);
    keeper(&path, &history, now + 2_000).close();
    let again = reopened(&path, now + 10_000);
    assert_eq!(means(&again, now, now + 1_000, 1), [Some(3.0)]);
    // Only their minutes are left by now.
    let minutes = means(&again, from, START, 3);
    for (minute, exact) in minutes.into_iter().zip(means(&before, from, START, 3)) {
        let (minute, exact) = (minute.unwrap(), exact.unwrap());
        assert!((minute - exact).abs() < 5.0, "{minute} for {exact}");
    }
    drop(dir);
}

#[test]
fn samples_taken_while_the_file_is_read_come_behind_it() {
    let (_dir, path) = file_of(&[5.0; 30]);
    let history = History::detached();
    let now = START + 20_000;
    push_seconds(&history, now + 1_000, &[6.0; 4]);
    keeper(&path, &history, now).close();
    assert_eq!(means(&history, START - 10_000, START, 2), [Some(5.0); 2]);
    assert_eq!(means(&history, now, now + 4_000, 2), [Some(6.0); 2]);
}

#[test]
fn a_clock_set_back_between_two_runs_moves_what_was_before() {
    let (_dir, path) = file_of(&[5.0; 120]);
    // An hour before the file was written.
    let now = START - 3_600_000;
    let history = reopened(&path, now);
    assert_eq!(means(&history, now - 60_000, now - 1, 2), [Some(5.0); 2]);
    assert_eq!(history.span().unwrap().1, now - 1);
    push_seconds(&history, now + 1_000, &[1.0]);
    assert_eq!(history.last(Series::Cpu), Some(1.0));
}

#[test]
fn a_file_that_cannot_be_used_is_set_aside() {
    let (_dir, path) = file_of(&[1.0; 10]);
    let good = fs::read(&path).unwrap();
    let mut newer = good.clone();
    newer[8] = 2;
    let cases = [
        (b"something else".to_vec(), Damage::Foreign),
        (newer, Damage::Version(2)),
        (good[..good.len() - 1].to_vec(), Damage::Corrupt),
    ];
    for (bytes, damage) in cases {
        fs::write(&path, &bytes).unwrap();
        assert_eq!(Stored::decode(&bytes), Err(damage));
        let error = super::file::load(&path).unwrap_err().to_string();
        assert!(error.contains("history.damaged"), "{error}");
        assert_eq!(fs::read(path.with_extension("damaged")).unwrap(), bytes);
        let history = reopened(&path, START);
        assert_eq!(history.span(), None);
        assert!(
            !path.exists(),
            "nothing was sampled, and nothing is written"
        );
    }
    // A pipe or a folder is left where it is.
    fs::create_dir(&path).unwrap();
    assert_eq!(reopened(&path, START).span(), None);
    assert!(path.is_dir());
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

static IS_FULL: AtomicBool = AtomicBool::new(true);

fn write_where_there_is_room(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if IS_FULL.load(Ordering::Acquire) {
        return Err(io::ErrorKind::StorageFull.into());
    }
    super::file::write(path, bytes)
}

#[test]
fn a_full_disk_is_told_and_tried_again() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("history");
    let (history, (time, _)) = (History::detached(), Time::manual(START));
    let write = write_where_there_is_room;
    let keeper = Keeper::with(path.clone(), history.clone(), time, START, write).unwrap();
    assert_eq!(keeper.last().health, Health::Idle);
    push_seconds(&history, START, &[1.0, 2.0]);
    keeper.save();
    let failed = || matches!(keeper.last().health, Health::Failed(_));
    until("the failure to be told", failed);
    let Health::Failed(why) = keeper.last().health else {
        panic!("it failed just now");
    };
    assert!(
        why.contains("history") && why.contains("make room"),
        "{why}"
    );
    assert_eq!((keeper.bytes(), path.exists()), (0, false));
    assert_eq!(means(&history, START, START + 1_000, 1), [Some(2.0)]);
    IS_FULL.store(false, Ordering::Release);
    until("it to be written", || {
        keeper.save();
        keeper.last().health == Health::Fine
    });
    let length = fs::metadata(&path).unwrap().len();
    assert_eq!(keeper.bytes(), length);
    keeper.close();
    assert_eq!(reopened(&path, START + 9_000).last(Series::Cpu), Some(2.0));
}

fn stored(values: &[Option<f64>]) -> Stored {
    let history = History::detached();
    for (nth, value) in (0..).zip(values) {
        history.push(START + nth * 1_000, SECOND, &with_cpu(*value));
    }
    let store = history.lock();
    Stored::of(&store.rings, START, START)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_packed_is_unpacked(
        values in proptest::collection::vec(proptest::option::of(-1e9..1e9f64), 0..100),
    ) {
        let before = stored(&values);
        let after = Stored::decode(&before.encode().unwrap()).unwrap();
        // A sample that is not known is no number, which equals none.
        prop_assert_eq!(format!("{before:?}"), format!("{after:?}"));
    }

    #[test]
    fn any_change_is_found_out(
        values in proptest::collection::vec(proptest::option::of(-1e9..1e9f64), 1..50),
        place: prop::sample::Index, flip in 1u8..,
        end: prop::sample::Index,
    ) {
        let bytes = stored(&values).encode().unwrap();
        let mut changed = bytes.clone();
        changed[place.index(bytes.len())] ^= flip;
        prop_assert!(Stored::decode(&changed).is_err());
        prop_assert!(Stored::decode(&bytes[..end.index(bytes.len())]).is_err());
        let longer = [&bytes[..], &[flip]].concat();
        prop_assert!(Stored::decode(&longer).is_err());
    }

    /// Even where the sum is right, as in a file that somebody made up.
    #[test]
    fn nothing_that_is_read_panics(
        body in proptest::collection::vec(any::<u8>(), 0..400),
        wall in any::<u64>(), axis in any::<u64>(), now in any::<u64>(),
    ) {
        use flate2::{Compression, write::DeflateEncoder};
        use std::io::Write;
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(&body).unwrap();
        let body = packer.finish().unwrap();
        let mut bytes = b"PWWATCH\n\x01\0\0\0".to_vec();
        bytes.extend(xxhash_rust::xxh3::xxh3_64(&body).to_le_bytes());
        bytes.extend(body);
        if let Ok(stored) = Stored::decode(&bytes) {
            let _ = stored.rings(now).newest();
        }
        let mut moved = stored(&[Some(1.0), None, Some(2.0)]);
        (moved.wall, moved.axis) = (wall, axis);
        let rings = moved.rings(now.max(10_000));
        prop_assert!(rings.newest().unwrap().at <= now.max(10_000));
    }
}

#[test]
fn a_file_that_cannot_be_written_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let keeper = keeper(&file.join("state/history"), &History::detached(), START);
    let told = || match keeper.last().health {
        Health::Failed(why) => why,
        _ => String::new(),
    };
    until("the failure is told", || !told().is_empty());
    assert!(told().contains("file/state/history"), "{}", told());
}
