use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Mutex;
use std::time::Duration;

use redb::{Database, TableDefinition};

use super::*;

mod processes;

/// A store in a folder of its own.
pub(super) struct Desk {
    pub(super) dir: tempfile::TempDir,
    pub(super) store: UserStore,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self::with(Limits::default())
    }

    pub(super) fn with(limits: Limits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = UserStore::with(&dir.path().join("data"), Wait::default(), limits);
        Self { dir, store }
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.store.path()).unwrap()
    }

    /// The store, as a process finds it that begins with the file as it is.
    fn anew(&self) -> UserStore {
        UserStore::new(self.store.path().parent().unwrap())
    }
}

fn version(text: &str, at: u64) -> NewVersion<'_> {
    NewVersion {
        at,
        text,
        cause: Cause::Saved,
        scores: BTreeMap::new(),
    }
}

#[test]
fn an_export_is_the_same_json_each_time_and_reads_back() {
    let desk = Desk::new();
    let store = &desk.store;
    let first = NewVersion {
        cause: Cause::Opened,
        scores: BTreeMap::from([("overall".into(), 0.1 + 0.2)]),
        ..version("One.\n", 1_000)
    };
    let first = store.record("/a.md", &first).unwrap();
    let accepted = NewVersion {
        cause: Cause::Accepted {
            operator: "shorten".into(),
            edits: 2,
        },
        ..version("“Two”", 2_000)
    };
    store.record("/a.md", &accepted).unwrap();
    store.go_back("/a.md", first).unwrap();
    let restored = NewVersion {
        cause: Cause::Restored { from: 2 },
        ..version("Three", 3_000)
    };
    let third = store.record("/a.md", &restored).unwrap();
    store.name_version("/a.md", third, " sent ").unwrap();
    let json = serde_json::to_string(&store.export("/a.md").unwrap()).unwrap();
    assert_eq!(
        json,
        concat!(
            r#"{"schema":1,"document":"/a.md","head":3,"versions":["#,
            r#"{"id":1,"parent":null,"at":1000,"text":"One.\n","cause":{"kind":"opened"},"#,
            r#""name":null,"scores":{"overall":0.30000000000000004}},"#,
            r#"{"id":2,"parent":1,"at":2000,"text":"“Two”","#,
            r#""cause":{"kind":"accepted","operator":"shorten","edits":2},"name":null,"scores":{}},"#,
            r#"{"id":3,"parent":1,"at":3000,"text":"Three","#,
            r#""cause":{"kind":"restored","from":2},"name":"sent","scores":{}}]}"#,
        )
    );
    assert_eq!(
        serde_json::to_string(&store.export("/a.md").unwrap()).unwrap(),
        json
    );
    let read: Export = serde_json::from_str(&json).unwrap();
    assert_eq!(read, store.export("/a.md").unwrap());
}

#[test]
fn the_same_text_again_only_takes_scores() {
    let desk = Desk::new();
    let text = "A sentence of a mebibyte. ".repeat(1 << 16);
    let id = desk.store.record("d", &version(&text, 1)).unwrap();
    let before = desk.bytes();
    assert!(before.len() < text.len(), "deflated");
    assert_eq!(desk.store.record("d", &version(&text, 2)).unwrap(), id);
    assert_eq!(desk.bytes(), before, "nothing was written");
    let scored = NewVersion {
        scores: BTreeMap::from([("overall".into(), 0.5)]),
        ..version(&text, 3)
    };
    assert_eq!(desk.store.record("d", &scored).unwrap(), id);
    let head = desk.store.head("d").unwrap().unwrap();
    assert_eq!(
        (head.at, head.scores, head.text),
        (1, scored.scores, text.clone())
    );
    let odd = NewVersion {
        scores: BTreeMap::from([("overall".into(), f64::INFINITY)]),
        ..version("new", 4)
    };
    let error = desk.store.record("d", &odd).unwrap_err().to_string();
    assert!(
        error.contains("score overall") && !error.contains("new"),
        "{error}"
    );
    assert_eq!(desk.store.versions("d").unwrap().len(), 1);
}

#[test]
fn what_cannot_be_done_says_why() {
    let desk = Desk::new();
    let store = &desk.store;
    let [a, b] = ["a", "b"].map(|text| store.record("d", &version(text, 1)).unwrap());
    let other = store.record("other", &version("a", 1)).unwrap();
    store.name_version("d", a, "best").unwrap();
    let cases = [
        (
            store.name_version("d", b, "best"),
            "d: version 1 is named \"best\" already",
        ),
        (store.go_back("d", other), "d: there is no version 3"),
        (
            store.version("d", 9).map(|_| ()),
            "d: there is no version 9",
        ),
        (store.go_back("e", a), "e: no version is kept of it"),
        (store.rename("e", "f"), "e: no version is kept of it"),
        (
            store.rename("d", "other"),
            "other: versions of it are kept already",
        ),
        (store.export("e").map(|_| ()), "e: no version is kept of it"),
    ];
    for (result, wanted) in cases {
        let error = result.unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{error}");
    }
    store.name_version("d", a, "").unwrap();
    store.name_version("d", b, "best").unwrap();
    store.rename("d", "d").unwrap();
    store.rename("d", "e").unwrap();
    assert_eq!(store.head("d").unwrap(), None);
    assert_eq!(store.version("e", b).unwrap().name.as_deref(), Some("best"));
}

#[test]
fn reading_makes_no_file_and_a_change_makes_it_its_owners_alone() {
    let desk = Desk::new();
    assert_eq!(desk.store.head("d").unwrap(), None);
    assert_eq!(desk.store.versions("d").unwrap(), []);
    assert_eq!(desk.store.documents().unwrap(), []);
    assert!(!desk.dir.path().join("data").exists());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = desk.dir.path().join("data");
    for text in ["a", "b"] {
        desk.store.record("d", &version(text, 1)).unwrap();
        assert_eq!((mode(desk.store.path()), mode(&folder)), (0o600, 0o700));
        for (path, loose) in [(desk.store.path(), 0o644), (folder.as_path(), 0o755)] {
            fs::set_permissions(path, fs::Permissions::from_mode(loose)).unwrap();
        }
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "one file");
}

/// A wait of 20 ms that calls `pause` in place of each pause.
fn waiting(desk: &Desk, pause: impl Fn(Duration) + Send + Sync + 'static) -> UserStore {
    let wait = Wait::new(Duration::from_millis(20), pause);
    UserStore::with(desk.store.path().parent().unwrap(), wait, Limits::default())
}

#[test]
fn a_file_that_stays_held_is_an_error_and_one_that_is_given_up_is_not() {
    let desk = Desk::new();
    desk.store.record("d", &version("a", 1)).unwrap();
    let holder = Database::open(desk.store.path()).unwrap();
    let paused = Arc::new(Mutex::new(Duration::ZERO));
    let sum = Arc::clone(&paused);
    let impatient = waiting(&desk, move |pause| *sum.lock().unwrap() += pause);
    for result in [
        impatient.record("d", &version("b", 1)).map(|_| ()),
        impatient.head("d").map(|_| ()),
    ] {
        let error = result.unwrap_err();
        assert!(matches!(error, UserError::Held { .. }), "{error}");
        let told = error.to_string();
        assert!(
            told.contains("user.redb: in use by another Postwright for 20 ms"),
            "{told}"
        );
    }
    assert_eq!(*paused.lock().unwrap(), Duration::from_millis(40));
    let holder = Mutex::new(Some(holder));
    let lucky = waiting(&desk, move |pause| {
        if pause > Duration::from_millis(2) {
            holder.lock().unwrap().take();
        }
    });
    assert_eq!(lucky.record("d", &version("b", 1)).unwrap(), 2);
    // Who waits for the turn gives up as well.
    let turn = fs::File::open(desk.store.path().parent().unwrap()).unwrap();
    turn.lock().unwrap();
    let error = waiting(&desk, |_| {}).head("d").unwrap_err();
    assert!(matches!(error, UserError::Held { .. }), "{error}");
}

/// What every function answers, the error of each.
fn errors(store: &UserStore) -> Vec<UserError> {
    let increment = |n: Option<u64>| Ok::<_, UserError>(n.unwrap_or(0) + 1);
    [
        store.record("d", &version("new", 1)).map(|_| ()),
        store.head("d").map(|_| ()),
        store.versions("d").map(|_| ()),
        store.version("d", 1).map(|_| ()),
        store.go_back("d", 1),
        store.name_version("d", 1, "name"),
        store.export("d").map(|_| ()),
        store.documents().map(|_| ()),
        store.rename("d", "e"),
        store.append_feedback(&[]),
        store.feedback().map(|_| ()),
        store.feedback_count().map(|_| ()),
        store.clear_feedback(),
        store.upsert_history(&[]).map(|_| ()),
        store.history().map(|_| ()),
        store.clear_history(),
        store.put_experiment("n", &1),
        store.experiment::<u64>("n").map(|_| ()),
        store.experiments().map(|_| ()),
        store.update_experiment("n", increment).map(|_| ()),
        store.remove_experiment("n").map(|_| ()),
    ]
    .into_iter()
    .map(|result| result.unwrap_err())
    .collect()
}

#[test]
fn a_damaged_file_is_an_error_and_keeps_its_bytes() {
    let desk = Desk::new();
    for i in 0..40 {
        desk.store
            .record("d", &version(&i.to_string().repeat(400), i))
            .unwrap();
    }
    let sound = desk.bytes();
    let cut = |len: usize| sound[..len].to_vec();
    let mut no_roots = sound.clone();
    no_roots[4096..].fill(0xa5);
    let damaged = [
        b"no database".to_vec(),
        vec![0; 1 << 16],
        cut(0),
        cut(100),
        cut(4096),
        cut(sound.len() / 2),
        cut(sound.len() - 4096),
        no_roots,
    ];
    for (i, bytes) in damaged.iter().enumerate() {
        fs::write(desk.store.path(), bytes).unwrap();
        for error in errors(&desk.anew()) {
            assert!(matches!(error, UserError::Damaged { .. }), "{i}: {error}");
            let told = error.to_string();
            assert!(told.contains("user.redb: damaged: "), "{told}");
            assert!(told.contains("it is left as it is"), "{told}");
        }
        assert!(desk.bytes() == *bytes, "{i}: its bytes changed");
    }
    fs::write(desk.store.path(), &sound).unwrap();
    assert_eq!(desk.store.versions("d").unwrap().len(), 40);
}

#[test]
fn damage_anywhere_is_found_before_it_is_believed_or_written_over() {
    let desk = Desk::new();
    for i in 0..30 {
        let text = i.to_string().repeat(900);
        desk.store.record("d", &version(&text, i)).unwrap();
    }
    let wanted = desk.store.export("d").unwrap();
    let sound = desk.bytes();
    let mut found = 0;
    for place in (0..sound.len()).step_by(1536) {
        let mut bytes = sound.clone();
        let end = bytes.len().min(place + 64);
        bytes[place..end].iter_mut().for_each(|b| *b ^= 0x5a);
        fs::write(desk.store.path(), &bytes).unwrap();
        let store = desk.anew();
        let read = store.export("d");
        assert!(desk.bytes() == bytes, "at {place}: its bytes changed");
        let written = store.record("d", &version("new", 1));
        if let Ok(export) = &read {
            // Nothing that is in use stands there.
            assert_eq!(*export, wanted, "at {place}");
            written.unwrap();
            let after = store.export("d").unwrap();
            assert_eq!(after.versions[..30], wanted.versions, "at {place}");
        } else {
            found += 1;
            for error in [read.unwrap_err(), written.unwrap_err()] {
                assert!(
                    matches!(error, UserError::Damaged { .. }),
                    "at {place}: {error}"
                );
            }
            assert!(desk.bytes() == bytes, "at {place}: its bytes changed");
        }
    }
    assert!(found > 5, "{found}");
}

#[test]
fn a_file_that_somebody_else_wrote_is_checked_again() {
    let desk = Desk::new();
    let needle = b"a text too short to deflate";
    let text = str::from_utf8(needle).unwrap();
    desk.store.record("d", &version(text, 1)).unwrap();
    assert_eq!(desk.store.versions("d").unwrap().len(), 1);
    let mut bytes = desk.bytes();
    while let Some(at) = bytes.windows(needle.len()).position(|w| w == needle) {
        bytes[at] ^= 1;
    }
    fs::write(desk.store.path(), &bytes).unwrap();
    let file = fs::File::options()
        .write(true)
        .open(desk.store.path())
        .unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    // The list does not read the text.
    let error = desk.store.versions("d").unwrap_err();
    assert!(matches!(error, UserError::Damaged { .. }), "{error}");
    assert!(!error.to_string().contains("short"), "{error}");
}

#[test]
fn a_newer_layout_and_another_database_are_left_alone() {
    let desk = Desk::new();
    desk.store.record("d", &version("a", 1)).unwrap();
    let database = Database::open(desk.store.path()).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction
        .open_table(tables::META)
        .unwrap()
        .insert("schema", 2)
        .unwrap();
    transaction.commit().unwrap();
    drop(database);
    let newer = desk.bytes();
    for error in errors(&desk.anew()) {
        assert!(matches!(error, UserError::Newer { .. }), "{error}");
        assert!(error.to_string().ends_with("update the program"), "{error}");
    }
    assert!(desk.bytes() == newer);
    fs::remove_file(desk.store.path()).unwrap();
    let database = Database::create(desk.store.path()).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction
        .open_table(TableDefinition::<u64, u64>::new("other"))
        .unwrap();
    transaction.commit().unwrap();
    drop(database);
    let other = desk.bytes();
    for error in errors(&desk.anew()) {
        assert!(
            error.to_string().contains("none of a writer's data"),
            "{error}"
        );
    }
    assert!(desk.bytes() == other);
}

#[test]
fn what_is_no_file_is_an_error_that_names_it() {
    let desk = Desk::new();
    fs::create_dir_all(desk.store.path()).unwrap();
    for error in errors(&desk.anew()) {
        assert!(matches!(error, UserError::Io { .. }), "{error}");
    }
    let under_a_file = desk.dir.path().join("file");
    fs::write(&under_a_file, "").unwrap();
    let store = UserStore::new(&under_a_file);
    let error = store.record("d", &version("a", 1)).unwrap_err();
    assert!(matches!(error, UserError::Folder { .. }), "{error}");
}

#[test]
fn a_stamp_tells_of_every_change_and_of_no_reading() {
    let desk = Desk::new();
    assert_eq!(desk.store.stamp(), None);
    desk.store.record("/a.md", &version("One.\n", 1)).unwrap();
    let first = desk.store.stamp();
    assert!(first.is_some());
    desk.store.history().unwrap();
    desk.store.documents().unwrap();
    assert_eq!(desk.store.stamp(), first);
    desk.store.record("/a.md", &version("Two.\n", 2)).unwrap();
    assert_ne!(desk.store.stamp(), first);
}
