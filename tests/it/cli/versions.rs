//! `versions`, `templates` and `new`.

use std::fs;
use std::path::{Path, PathBuf};

use postwright::store::user::{Cause, NewVersion, UserStore, document_of_file};

use super::{Run, feed, program};

/// A home of its own with a post of three versions, the last two of which are branches.
struct Desk {
    home: tempfile::TempDir,
    post: PathBuf,
    store: UserStore,
    ids: [u64; 3],
}

impl Desk {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let post = home.path().join("post.md");
        fs::write(&post, "We use it, mostly.\n").unwrap();
        let store = UserStore::new(&home.path().join("data/postwright"));
        let document = document_of_file(&post).unwrap();
        let record = |text, overall| {
            let new = NewVersion {
                at: 1_772_625_840_000,
                text,
                cause: Cause::Saved,
                scores: [("overall".to_owned(), overall)].into(),
            };
            store.record(&document, &new).unwrap()
        };
        let first = record("We utilise it.\n", 70.0);
        let second = record("We use it.\n", 75.0);
        store.go_back(&document, first).unwrap();
        let third = record("We use it, mostly.\n", 74.0);
        Self {
            home,
            post,
            store,
            ids: [first, second, third],
        }
    }

    fn run(&self, args: &[&str]) -> Run {
        run_in(self.home.path(), args)
    }

    /// Runs `versions ACTION post.md MORE…`.
    fn versions(&self, action: &str, more: &[&str]) -> Run {
        let mut args = vec!["versions", action, self.post.to_str().unwrap()];
        args.extend(more);
        self.run(&args)
    }

    fn id(&self, nth: usize) -> String {
        self.ids[nth].to_string()
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.post).unwrap()
    }
}

fn run_in(home: &Path, args: &[&str]) -> Run {
    let mut command = program();
    command.args(args).env("HOME", home).current_dir(home);
    for name in ["CONFIG", "STATE", "DATA", "CACHE"] {
        command.env(format!("XDG_{name}_HOME"), home.join(name.to_lowercase()));
    }
    feed(command, b"")
}

#[test]
fn versions_are_listed_shown_and_exported() {
    let desk = Desk::new();
    let human = desk.versions("list", &[]).expect(0).out;
    let rows: Vec<&str> = human.lines().collect();
    assert_eq!(rows.len(), 3, "{human}");
    assert!(
        rows[0].starts_with('●') && rows[0].contains("74"),
        "{human}"
    );
    let from = format!("from {}", desk.id(0));
    assert_eq!(human.matches(&from).count(), 2, "a branch: {human}");
    let json = desk
        .versions("list", &["--format", "json"])
        .expect(0)
        .json();
    assert_eq!(json[1]["parent"], desk.ids[0]);
    assert_eq!(
        (&json[1]["is_head"], &json[2]["is_head"]),
        (&false.into(), &true.into())
    );
    let all = desk.run(&["versions", "list"]).expect(0).out;
    assert!(
        all.contains("3 versions") && all.contains("post.md"),
        "{all}"
    );
    let shown = desk.versions("show", &[&desk.id(1)]).expect(0).out;
    assert_eq!(shown, "We use it.\n");
    let export = desk.versions("export", &[]).expect(0).json();
    assert_eq!(export["schema"], 1);
    assert_eq!(export["versions"][0]["text"], "We utilise it.\n");
}

#[test]
fn versions_beyond_the_limit_go_and_are_told_once() {
    let desk = Desk::new();
    fs::write(&desk.post, "Mine.\n").unwrap();
    // Each text takes its bytes and five; with what is about to be kept it is 71.
    let limit = ["--set", "optimize.versions_bytes=70"];
    let restored = desk.versions("restore", &[&[desk.id(1).as_str()], &limit[..]].concat());
    restored.expect(0);
    assert_eq!(desk.text(), "We use it.\n");
    let list = desk.versions("list", &["--format", "json"]).expect(0);
    assert!(list.err.contains("1 old version went"), "{}", list.err);
    let ids: Vec<u64> = list
        .json()
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|v| v["id"].as_u64())
        .collect();
    assert_eq!(ids, [desk.ids[1], desk.ids[2], desk.ids[2] + 1]);
    let again = desk.versions("list", &[]).expect(0);
    assert!(!again.err.contains("old version"), "once: {}", again.err);
}

#[test]
fn two_versions_differ_by_words_objects_and_lines() {
    let desk = Desk::new();
    let [first, second] = [desk.id(0), desk.id(1)];
    let human = desk.versions("diff", &[&first, &second]).expect(0).out;
    assert!(human.contains("We [-utilise-]{+use+} it."), "{human}");
    assert!(
        human.contains("overall") && human.contains("70.0"),
        "{human}"
    );
    let coloured = desk.versions("diff", &[&first, &second, "--color", "always"]);
    assert!(coloured.expect(0).out.contains("\u{1b}["));
    let json = desk.versions("diff", &[&first, &second, "--format", "json"]);
    let json = json.expect(0).json();
    assert_eq!(json["b"]["scores"]["overall"], 75.0);
    let added = json["pieces"].as_array().unwrap();
    let added = added.iter().find(|p| p["kind"] == "added").unwrap();
    assert_eq!(added["text"], "use");
    let patch = desk.versions("diff", &[&first, &second, "--format", "patch"]);
    assert!(
        patch
            .expect(0)
            .out
            .contains("\n-We utilise it.\n+We use it.\n")
    );
}

#[test]
fn a_version_is_named_and_found_by_its_name() {
    let desk = Desk::new();
    desk.versions("name", &[&desk.id(0), "first try"]).expect(0);
    let shown = desk.versions("show", &["first try"]).expect(0).out;
    assert_eq!(shown, "We utilise it.\n");
    let taken = desk.versions("name", &[&desk.id(1), "first try"]).expect(2);
    assert!(
        taken.err.contains("is named \"first try\" already"),
        "{}",
        taken.err
    );
    assert!(taken.err.contains("choose another name"), "{}", taken.err);
}

#[test]
fn restoring_keeps_what_was_there() {
    let desk = Desk::new();
    fs::write(&desk.post, "By hand.\n").unwrap();
    desk.versions("restore", &[&desk.id(0)]).expect(0);
    assert_eq!(desk.text(), "We utilise it.\n");
    let document = document_of_file(&desk.post).unwrap();
    let versions = desk.store.versions(&document).unwrap();
    assert_eq!(desk.store.head(&document).unwrap().unwrap().id, desk.ids[0]);
    let last = desk.store.version(&document, versions.last().unwrap().id);
    assert_eq!(last.unwrap().text, "By hand.\n");
}

#[test]
fn mistakes_name_the_post_and_the_remedy() {
    let desk = Desk::new();
    let unknown = desk.versions("show", &["9999"]).expect(2).err;
    assert!(
        unknown.contains("post.md: there is no version 9999"),
        "{unknown}"
    );
    assert!(
        unknown.contains("help: `postwright versions list`"),
        "{unknown}"
    );
    let other = desk.run(&["versions", "list", "other.md"]).expect(2).err;
    assert!(other.contains("other.md: no version is kept"), "{other}");
    let draft = "draft:00000000000000ab";
    let new = NewVersion {
        at: 0,
        text: "A thought.",
        cause: Cause::Opened,
        scores: Default::default(),
    };
    let id = desk.store.record(draft, &new).unwrap().to_string();
    let shown = desk.run(&["versions", "show", draft, &id]).expect(0).out;
    assert_eq!(shown, "A thought.");
    let restored = desk.run(&["versions", "restore", draft, &id]).expect(2).err;
    assert!(restored.contains("a draft has no file"), "{restored}");
}

#[test]
fn templates_are_listed_and_shown_and_problems_are_told() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("config/postwright/templates");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("mine.md"), "Hello {{who}}, {{how|well}}.\n").unwrap();
    let list = run_in(home.path(), &["templates", "list"]).expect(0).out;
    for row in ["template  launch-note", "hook  ", "call  ", "mine"] {
        assert!(list.contains(row), "{row}: {list}");
    }
    let shown = run_in(home.path(), &["templates", "show", "mine"])
        .expect(0)
        .out;
    assert!(shown.contains("Hello [who], well."), "{shown}");
    assert!(shown.contains("must be given"), "{shown}");
    let json = run_in(
        home.path(),
        &["templates", "show", "mine", "--format", "json"],
    );
    assert_eq!(json.expect(0).json()["variables"][0]["name"], "who");
    let unknown = run_in(home.path(), &["templates", "show", "launch-nite"]).expect(2);
    assert!(
        unknown.err.contains("did you mean `launch-note`?"),
        "{}",
        unknown.err
    );
    fs::write(folder.join("bad.md"), "{{\n").unwrap();
    let list = run_in(home.path(), &["templates", "list"]).expect(2);
    assert!(
        list.err.contains("bad.md:1:1") && list.out.contains("mine"),
        "{}",
        list.err
    );
}

#[test]
fn a_template_is_filled_in() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("config/postwright/templates");
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join("mine.md"),
        "Hello {{who}}, {{how|well}}. {{why}}\n",
    )
    .unwrap();
    let new = |more: &[&str]| run_in(home.path(), &[&["new", "mine"][..], more].concat());
    let filled = new(&["--set-var", "who=Ada", "--set-var", "why=1 + 1 = 2"]).expect(0);
    assert_eq!(filled.out, "Hello Ada, well. 1 + 1 = 2\n");
    let missing = new(&["--set-var", "who=Ada"]).expect(2).err;
    assert!(missing.contains("mine: no value for why"), "{missing}");
    assert!(missing.contains("help: add --set-var why=…"), "{missing}");
    let wrong = new(&["--set-var", "whom=Ada"]).expect(2).err;
    assert!(wrong.contains("did you mean `who`?"), "{wrong}");
    let bare = new(&["--set-var", "who"]).expect(2).err;
    assert!(bare.contains("no `=`"), "{bare}");
    let unknown = run_in(home.path(), &["new", "mina"]).expect(2).err;
    assert!(unknown.contains("did you mean `mine`?"), "{unknown}");
    fs::write(folder.join("broken.md"), "Hello {{who\n").unwrap();
    let unknown = run_in(home.path(), &["new", "mina"]).expect(2).err;
    assert!(!unknown.contains("broken.md"), "{unknown}");
    let broken = run_in(home.path(), &["new", "broken"]).expect(2).err;
    assert!(broken.contains("broken.md:1:"), "{broken}");
}

#[test]
fn a_name_that_no_row_could_show_is_refused() {
    let desk = Desk::new();
    for (name, why) in [
        ("long ".repeat(50), "has 249 characters"),
        ("a\u{1b}[31m".to_owned(), "control character"),
    ] {
        let told = desk.versions("name", &[&desk.id(0), &name]).expect(2);
        assert!(told.err.contains(why), "{}", told.err);
    }
    let kept = desk.versions("list", &[]).expect(0).out;
    assert!(!kept.contains("long"), "{kept}");
}
