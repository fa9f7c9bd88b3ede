//! The journal as its callers see it, on a real disk.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;

use super::*;
use crate::post::LineEnding;
use crate::store::file::{self, Form};

/// Longer than a loaded machine takes.
pub(super) const LATE: Duration = Duration::from_secs(20);

/// A folder of drafts, and beside it one for posts.
pub(super) struct Desk {
    pub(super) dir: TempDir,
    pub(super) drafts: Drafts,
}

impl Desk {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(dir.path().join("state/drafts"));
        Self { dir, drafts }
    }

    pub(super) fn post(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(super) fn open(&self, file: Option<&Path>) -> Draft {
        owned(self.drafts.open(file).unwrap())
    }

    pub(super) fn started(&self, file: Option<&Path>, text: &str) -> Journal {
        let mut journal = self.open(file).journal;
        journal.start(text, false, |e| panic!("{e:?}")).unwrap();
        journal
    }

    fn held(&self, id: &DraftId) -> String {
        let draft = owned(self.drafts.reopen(id).unwrap());
        draft.recovered.unwrap().text
    }

    /// The folder as a kill at this moment would leave it.
    pub(super) fn killed(&self) -> Drafts {
        let copy = self.dir.path().join(format!(
            "killed-{}",
            fs::read_dir(self.dir.path()).unwrap().count()
        ));
        fs::create_dir(&copy).unwrap();
        for entry in fs::read_dir(self.drafts.folder()).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
        }
        Drafts::new(copy)
    }
}

pub(super) fn owned(opening: Opening) -> Draft {
    match opening {
        Opening::Owned(draft) => *draft,
        Opening::Taken { pid } => panic!("taken by {pid:?}"),
    }
}

fn change(at: usize, removed: usize, text: &str) -> Vec<Change> {
    let inserted = text.to_owned();
    vec![Change {
        at,
        removed,
        inserted,
    }]
}

pub(super) fn insert(at: usize, text: &str) -> Vec<Change> {
    change(at, 0, text)
}

pub(super) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < LATE, "waited for {what}");
        sleep(Duration::from_millis(2));
    }
}

pub(super) fn synced(journal: &Journal) {
    until("a sync", || journal.unsynced().is_zero());
}

#[test]
fn what_was_typed_survives_a_kill() {
    let desk = Desk::new();
    let post = desk.post("post.md");
    file::save(&post, "Hello", Form::default()).unwrap();
    let journal = desk.started(Some(&post), "Hello");
    synced(&journal);
    let path = desk.drafts.journal(&journal.id());
    let length = || fs::metadata(&path).unwrap().len();
    let before = length();
    journal.append(insert(5, " wörld"));
    journal.append(change(0, 1, "J"));
    // Not synced yet, but with the kernel, which outlives the program.
    until("a write", || length() > before + 40);
    let draft = owned(desk.killed().open(Some(&post)).unwrap());
    let recovered = draft.recovered.unwrap();
    assert_eq!(
        (recovered.text.as_str(), recovered.damaged),
        ("Jello wörld", false)
    );
    assert!(recovered.changed_at <= SystemTime::now());
    assert_eq!(draft.path, Some(fs::canonicalize(&post).unwrap()));
}

#[test]
fn a_sync_comes_within_the_second() {
    let desk = Desk::new();
    let journal = desk.started(None, "");
    synced(&journal);
    let start = Instant::now();
    // Steady typing must not put it off.
    while start.elapsed() < Duration::from_millis(2_500) {
        journal.append(insert(0, "x"));
        assert!(journal.unsynced() < Duration::from_millis(1_500));
        sleep(Duration::from_millis(5));
    }
}

#[test]
fn what_the_file_holds_is_not_offered() {
    let desk = Desk::new();
    let post = desk.post("post.md");
    let text = "one\ntwo\n";
    desk.started(Some(&post), text).close(true).unwrap();
    let recovered = desk.open(Some(&post)).recovered.unwrap();
    assert_eq!(recovered.text, text, "there is no file");
    let form = Form {
        line_ending: LineEnding::CrLf,
        ..Form::default()
    };
    file::save(&post, text, form).unwrap();
    assert_eq!(
        desk.open(Some(&post)).recovered,
        None,
        "line endings are no change"
    );
    file::save(&post, "other", Form::default()).unwrap();
    assert!(desk.open(Some(&post)).recovered.is_some());
    let mut journal = desk.open(Some(&post)).journal;
    journal.start("other", true, |e| panic!("{e:?}")).unwrap();
    journal.close(true).unwrap();
    file::save(&post, "by another program", Form::default()).unwrap();
    assert_eq!(
        desk.open(Some(&post)).recovered,
        None,
        "nothing of ours is lost"
    );
    desk.started(Some(&post), "").close(true).unwrap();
    assert_eq!(desk.open(Some(&post)).recovered, None, "nothing to offer");
}

#[test]
fn a_torn_tail_is_told_and_written_over() {
    let desk = Desk::new();
    let post = desk.post("post.md");
    let journal = desk.started(Some(&post), "Hello");
    journal.append(insert(5, "!"));
    journal.append(insert(6, "?"));
    let path = desk.drafts.journal(&journal.id());
    journal.close(true).unwrap();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let Draft {
        mut journal,
        recovered,
        ..
    } = desk.open(Some(&post));
    let recovered = recovered.unwrap();
    assert_eq!(
        (recovered.text.as_str(), recovered.damaged),
        ("Hello!", true)
    );
    journal
        .start(&recovered.text, false, |e| panic!("{e:?}"))
        .unwrap();
    journal.append(insert(6, "."));
    journal.close(true).unwrap();
    let recovered = desk.open(Some(&post)).recovered.unwrap();
    assert_eq!(
        (recovered.text.as_str(), recovered.damaged),
        ("Hello!.", false)
    );
}

#[test]
fn a_rotation_keeps_the_text() {
    let desk = Desk::new();
    let journal = desk.started(None, "");
    let id = journal.id();
    let path = desk.drafts.journal(&id);
    let (mut text, piece) = (String::new(), "0123456789é".repeat(100));
    let mut longest = 0;
    for i in 0..2_000 {
        let at = text.floor_char_boundary(i * 37 % (text.len() + 1));
        let removed = text.ceil_char_boundary((at + 1_100).min(text.len())) - at;
        text.replace_range(at..at + removed, &piece);
        journal.append(change(at, removed, &piece));
        // Until it is there, and while it is replaced.
        let length = fs::metadata(&path).map_or(0, |m| m.len());
        longest = longest.max(length);
    }
    synced(&journal);
    assert!(longest < 3 << 20, "{longest}");
    journal.close(true).unwrap();
    assert_eq!(desk.held(&id), text);
    assert_eq!(
        fs::read_dir(desk.drafts.folder()).unwrap().count(),
        1,
        "journal alone"
    );
}

#[test]
fn a_huge_change_is_taken_down() {
    let desk = Desk::new();
    let journal = desk.started(None, "ab");
    let id = journal.id();
    let huge = "é".repeat(4 << 20);
    journal.append(insert(1, &huge));
    journal.close(true).unwrap();
    let text = desk.held(&id);
    assert!(text == format!("a{huge}b"));
}

#[test]
fn a_second_owner_is_told_of_the_first() {
    let desk = Desk::new();
    let post = desk.post("post.md");
    let first = desk.started(Some(&post), "text");
    let id = first.id();
    synced(&first);
    let ours = std::process::id();
    for opening in [desk.drafts.open(Some(&post)), desk.drafts.reopen(&id)] {
        assert!(matches!(opening.unwrap(), Opening::Taken { pid: Some(pid) } if pid == ours));
    }
    assert!(desk.drafts.list().unwrap()[0].in_use);
    drop(first);
    assert!(!desk.drafts.list().unwrap()[0].in_use);
    desk.open(Some(&post)).journal.close(false).unwrap();
    assert_eq!(fs::read_dir(desk.drafts.folder()).unwrap().count(), 0);
    assert!(matches!(
        desk.drafts.reopen(&id),
        Err(JournalError::Gone { .. })
    ));
}

#[test]
fn nobody_else_can_read_a_draft() {
    let desk = Desk::new();
    fs::create_dir_all(desk.drafts.folder()).unwrap();
    fs::set_permissions(desk.drafts.folder(), fs::Permissions::from_mode(0o755)).unwrap();
    let journal = desk.started(None, "secret");
    synced(&journal);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(desk.drafts.folder()), 0o700);
    let files: Vec<_> = fs::read_dir(desk.drafts.folder())
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    assert_eq!(files.len(), 2, "{files:?}");
    assert!(files.iter().all(|f| mode(f) == 0o600));
}

#[test]
fn a_folder_that_vanishes_is_reported_once_and_all_is_there_when_it_is_back() {
    let desk = Desk::new();
    let mut journal = desk.open(None).journal;
    let id = journal.id();
    let (failed, failures) = mpsc::channel();
    journal
        .start("text", false, move |e| failed.send(e).unwrap())
        .unwrap();
    synced(&journal);
    fs::remove_dir_all(desk.drafts.folder()).unwrap();
    // Nothing can be made where a file stands.
    fs::write(desk.drafts.folder(), "").unwrap();
    journal.append(insert(4, " one"));
    let Told::Failed(report) = failures.recv_timeout(LATE).unwrap() else {
        panic!("no report");
    };
    assert!(
        report.contains(&id.to_string()) && report.contains("make room"),
        "{report}"
    );
    for _ in 0..3 {
        journal.append(insert(0, "."));
        sleep(Duration::from_millis(20));
    }
    fs::remove_file(desk.drafts.folder()).unwrap();
    assert_eq!(failures.recv_timeout(LATE).unwrap(), Told::Mended);
    synced(&journal);
    assert!(
        failures.try_recv().is_err(),
        "one run of failures, one report"
    );
    assert!(matches!(
        desk.drafts.reopen(&id).unwrap(),
        Opening::Taken { .. }
    ));
    journal.close(true).unwrap();
    assert_eq!(desk.held(&id), "...text one");
}

#[test]
fn a_change_that_does_not_fit_is_reported_and_a_start_heals() {
    let desk = Desk::new();
    let mut journal = desk.open(None).journal;
    let id = journal.id();
    let (failed, failures) = mpsc::channel();
    journal
        .start("é", false, move |e| failed.send(e).unwrap())
        .unwrap();
    journal.append(insert(1, "x"));
    journal.append(insert(0, "ignored"));
    let report = failures.recv_timeout(LATE).unwrap();
    assert!(matches!(report, Told::Failed(why) if why.contains("does not fit")));
    journal.start("éx", false, |e| panic!("{e:?}")).unwrap();
    journal.append(insert(0, "a"));
    journal.close(true).unwrap();
    assert_eq!(desk.held(&id), "aéx");
}

#[test]
fn drafts_are_listed_newest_first() {
    let desk = Desk::new();
    assert!(desk.drafts.list().unwrap().is_empty(), "no folder yet");
    for (age, text) in [
        (30, "\n  oldest \nmore"),
        (10, "newest"),
        (20, "middle"),
        (0, ""),
    ] {
        let journal = desk.started(None, text);
        let path = desk.drafts.journal(&journal.id());
        journal.close(true).unwrap();
        let at = SystemTime::now() - Duration::from_secs(age);
        fs::File::options()
            .append(true)
            .open(path)
            .unwrap()
            .set_modified(at)
            .unwrap();
    }
    let listed = desk.drafts.list().unwrap();
    let lines: Vec<_> = listed.iter().map(|d| d.first_line.as_str()).collect();
    assert_eq!(lines, ["newest", "middle", "oldest"]);
    assert_eq!((listed[0].path.as_ref(), listed[0].in_use), (None, false));
}

/// Where the child of the next test keeps its drafts.
const CHILD: &str = "POSTWRIGHT_TEST_JOURNAL";

#[test]
#[ignore = "the child of the test below; does nothing by itself"]
fn child() {
    let Some(folder) = std::env::var_os(CHILD).map(PathBuf::from) else {
        return;
    };
    let drafts = Drafts::new(folder.join("drafts"));
    let mut journal = owned(drafts.open(Some(&folder.join("post.md"))).unwrap()).journal;
    journal.start("", false, |e| panic!("{e:?}")).unwrap();
    // Bounded, so that it ends by itself should its parent fail first.
    for i in 0..60_000 {
        journal.append(insert(i, "x"));
        if i == 99 {
            synced(&journal);
            println!("\nsynced");
        }
        sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_killed_process_is_survived_by_its_text_and_not_by_its_lock() {
    let dir = tempfile::tempdir().unwrap();
    let drafts = Drafts::new(dir.path().join("drafts"));
    let post = dir.path().join("post.md");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "store::journal::tests::child",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(CHILD, dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map(Result::unwrap).any(|l| l == "synced"));
    let pid = child.id();
    let taken = drafts.open(Some(&post)).unwrap();
    assert!(
        matches!(taken, Opening::Taken { pid: Some(p) } if p == pid),
        "{taken:?}"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    let recovered = owned(drafts.open(Some(&post)).unwrap()).recovered.unwrap();
    assert!(recovered.text.len() >= 100 && recovered.text.bytes().all(|b| b == b'x'));
}
