//! The log as a whole: what goes in, and what the files then hold.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tracing::level_filters::LevelFilter;
use tracing::subscriber::with_default;

use super::*;

/// What the file holds after `act`, and the log's ring.
fn written(settings: &Settings, act: impl FnOnce()) -> (String, Ring) {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("state");
    let (log, subscriber) = open(&inside, settings).unwrap();
    with_default(subscriber, act);
    assert_eq!(log.folder(), inside);
    assert_eq!(log.lost(), 0);
    let ring = log.ring.clone();
    // What waits is written before the thread ends.
    drop(log);
    let mut text = None;
    let mode = fs::metadata(&inside).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    for entry in fs::read_dir(&inside).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
        if entry.file_name() != STDERR_FILE {
            assert_eq!(text, None, "one file a day");
            text = Some(fs::read_to_string(entry.path()).unwrap());
        }
    }
    (text.unwrap(), ring)
}

#[test]
fn every_room_has_its_level_in_the_file_and_in_the_ring() {
    let settings = Settings {
        level: LevelFilter::WARN,
        rooms: [
            ("engine".to_owned(), LevelFilter::DEBUG),
            ("tui".to_owned(), LevelFilter::OFF),
        ]
        .into(),
        ..Settings::default()
    };
    let (text, ring) = written(&settings, || {
        tracing::debug!(target: "postwright::engine::lanes", "one");
        tracing::trace!(target: "postwright::engine::lanes", "two");
        tracing::info!(target: "postwright::cache", "three");
        tracing::warn!(target: "postwright::cache", "four");
        tracing::error!(target: "postwright::tui", "five");
        tracing::info!(target: "somebody", "six");
    });
    let last = |line: &str| line.split(' ').next_back().map(str::to_owned);
    let words: Vec<_> = text.lines().filter_map(last).collect();
    assert_eq!(words, ["one", "four"]);
    let lines = ring.tail(&Filter::default(), 9);
    let kept: Vec<_> = lines.iter().map(|line| &*line.text).collect();
    assert_eq!(kept, ["one", "four"]);
    assert_eq!(ring.counts(), [0, 1, 0, 1, 0]);
}

#[test]
fn json_is_one_object_a_line_and_tells_no_secrets() {
    let settings = Settings {
        format: Format::Json,
        ..Settings::default()
    };
    let (text, ring) = written(&settings, || {
        let url = SecretUrl::new("https://hooks.example/hunter2");
        tracing::info!(%url, ?url, "a line\nwith {url}");
    });
    let line: serde_json::Value = serde_json::from_str(text.trim_end()).unwrap();
    assert_eq!(
        line["fields"]["message"],
        "a line\nwith https://hooks.example/…"
    );
    assert_eq!(line["fields"]["url"], "https://hooks.example/…");
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["target"], "postwright::telemetry::tests");
    let shown = &ring.tail(&Filter::default(), 9)[0].text;
    for text in [&*text, shown] {
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn what_c_libraries_print_has_a_bounded_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(STDERR_FILE);
    let settings = Settings::default();
    let print = |bytes: &[u8]| {
        let (mut log, _) = open(folder.path(), &settings).unwrap();
        io::Write::write_all(&mut log.file, bytes).unwrap();
        fs::metadata(&path).unwrap().len()
    };
    assert_eq!(print(b"CUDA\n"), 5);
    assert_eq!(print(b"CUDA\n"), 10);
    print(&vec![b'x'; 1 << 20]);
    assert_eq!(print(b"CUDA\n"), 5, "begun anew");
}

#[test]
fn a_wrong_room_or_no_folder_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        rooms: [("No Room".to_owned(), LevelFilter::INFO)].into(),
        ..Settings::default()
    };
    let wrong = open(folder.path(), &settings).err().unwrap();
    assert_eq!(wrong.kind(), io::ErrorKind::InvalidInput);
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(open(&file, &Settings::default()).is_err());
}
