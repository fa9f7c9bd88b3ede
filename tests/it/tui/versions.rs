//! Versions: what is kept, the tree, going back, names, comparing, exports.

use std::collections::BTreeMap;

use postwright::store::user::{Cause, Version, VersionInfo};
use postwright::tui::app::{
    Document, Effect, Input, Save, SaveFailure, Subject, VersionNews, VersionTask,
};
use postwright::tui::overlays::{Clock, Versions};

use super::documents::{self, SIZE, file, recovered};
use super::driver::{Driver, SAMPLE};

/// 2026-03-04 12:04 UTC.
const NOON: u64 = 1_772_625_840_000;

fn scores(overall: f64) -> BTreeMap<String, f64> {
    [("overall", overall), ("clarity", overall - 10.0)]
        .map(|(name, score)| (name.to_owned(), score))
        .into()
}

fn info(id: u64, parent: Option<u64>, cause: Cause, overall: Option<f64>) -> VersionInfo {
    VersionInfo {
        id,
        parent,
        at: NOON - 86_400_000 * u64::from(id == 1) + 60_000 * id,
        cause,
        name: (id == 3).then(|| "the short one".to_owned()),
        scores: overall.map(scores).unwrap_or_default(),
        bytes: 12,
    }
}

/// Two branches and a fix.
fn tree() -> Versions {
    let fix = Cause::Accepted {
        operator: "fix".into(),
        edits: 1,
    };
    Versions {
        versions: vec![
            info(1, None, Cause::Opened, Some(80.0)),
            info(2, Some(1), Cause::Saved, Some(85.6)),
            info(3, Some(1), Cause::Saved, Some(78.0)),
            info(4, Some(2), fix, None),
            info(5, Some(3), Cause::Saved, Some(78.2)),
        ],
        head: 4,
        clock: Clock {
            now: NOON,
            utc_offset: 0,
        },
        dropped: 0,
    }
}

fn version(id: u64, text: &str, overall: f64) -> Version {
    Version {
        id,
        parent: None,
        at: NOON,
        text: text.to_owned(),
        cause: Cause::Saved,
        name: None,
        scores: scores(overall),
    }
}

fn post() -> Subject {
    Subject::File("post.md".into())
}

/// The tree over the panes, filled.
fn listing(size: (u16, u16)) -> Driver {
    let mut d = Driver::new(SAMPLE, size);
    d.effects.clear();
    d.press(&["f9"]);
    fill(&mut d);
    d
}

/// Answers the last question for the tree.
fn fill(d: &mut Driver) {
    let asked = d.effects.pop_back();
    assert_eq!(asked, Some(Effect::Versions(post(), VersionTask::List)));
    tell(d, VersionNews::Listed(Ok(Box::new(tree()))));
}

fn tell(d: &mut Driver, news: VersionNews) {
    d.send(Input::Versions(news));
}

fn task(d: &mut Driver) -> VersionTask {
    match d.effects.pop_back() {
        Some(Effect::Versions(subject, task)) if subject == post() => task,
        other => panic!("no task: {other:?}"),
    }
}

/// Carries out the save that was asked for.
fn saved(d: &mut Driver, result: Result<(), SaveFailure>) {
    let asked = d.effects.drain(..).rev().find_map(|effect| match effect {
        Effect::Save(Save { revision, path, .. }) => Some((revision, path)),
        _ => None,
    });
    let (revision, path) = asked.expect("a save was asked for");
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("post.md");
    let form = Default::default();
    let stamp = postwright::store::file::save(&written, d.text(), form).unwrap();
    d.send(Input::Saved {
        revision,
        path,
        then_quit: false,
        result: result.map(|()| stamp),
    });
}

#[test]
fn what_was_opened_is_kept_and_its_scores_follow() {
    let mut d = Driver::new(SAMPLE, SIZE);
    assert_eq!(d.records.len(), 1);
    let opened = d.records.pop().unwrap();
    assert_eq!((opened.cause, opened.text), (Cause::Opened, SAMPLE.into()));
    assert_eq!((opened.subject, opened.before), (post(), None));
    assert!(opened.scores.is_empty(), "nothing is known of it yet");
    d.settle();
    let scored = d.records.pop().unwrap();
    assert_eq!((scored.cause, scored.text), (Cause::Opened, SAMPLE.into()));
    assert_eq!(scored.scores.len(), 6, "{:?}", scored.scores);
    assert!(scored.scores["overall"] > 50.0);
    d.settle();
    assert!(d.records.is_empty(), "once is enough");
    d.type_text("x").settle();
    assert!(d.records.is_empty(), "typing alone keeps no version");
}

#[test]
fn nothing_is_kept_of_what_is_empty_or_not_the_writers() {
    let welcome = Document {
        is_welcome: true,
        ..file(SAMPLE)
    };
    let taken = Document {
        taken_by: Some(None),
        ..file(SAMPLE)
    };
    for document in [welcome, taken, file("\n")] {
        assert!(documents::open(document, SIZE).records.is_empty());
    }
    let mut d = documents::open(
        Document {
            recovered: Some(recovered("Typed.", false)),
            ..file(SAMPLE)
        },
        SIZE,
    );
    d.records.clear();
    d.press(&["r"]);
    assert_eq!(d.records.pop().unwrap().text, "Typed.");
}

#[test]
fn a_save_keeps_what_it_wrote_and_a_failed_one_nothing() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.settle().records.clear();
    d.type_text("A. ").settle().press(&["ctrl-s"]);
    assert!(d.records.is_empty(), "it is not saved yet");
    saved(&mut d, Ok(()));
    let kept = d.records.pop().unwrap();
    assert_eq!(kept.cause, Cause::Saved);
    assert_eq!(kept.text, format!("A. {SAMPLE}"));
    assert!(kept.scores.contains_key("overall") && kept.before.is_none());
    d.type_text("B. ").press(&["ctrl-s"]).type_text("C. ");
    saved(&mut d, Ok(()));
    let kept = d.records.pop().unwrap();
    assert_eq!(kept.text, format!("A. B. {SAMPLE}"), "not what came since");
    assert!(kept.scores.is_empty(), "they would be of another text");
    d.press(&["ctrl-s"]);
    saved(&mut d, Err(SaveFailure::Failed("no room".into())));
    assert!(d.records.is_empty());
}

#[test]
fn versions_follow_a_post_to_its_new_name() {
    let mut d = Driver::of(Default::default(), None, SIZE);
    d.type_text("A thought.")
        .press(&["ctrl-s"])
        .type_text("new.md")
        .press(&["enter"]);
    saved(&mut d, Ok(()));
    let kept = d.records.pop().unwrap();
    assert_eq!(kept.subject, Subject::File("new.md".into()));
    assert_eq!(kept.before, Some(Subject::Draft));
    d.press(&["f2", "ctrl-u"])
        .type_text("b.md")
        .press(&["enter"]);
    saved(&mut d, Ok(()));
    let kept = d.records.pop().unwrap();
    assert_eq!(kept.before, Some(Subject::File("new.md".into())));
    // A copy of what somebody else has open leaves them their versions.
    let mut d = documents::open(
        Document {
            taken_by: Some(None),
            ..file(SAMPLE)
        },
        SIZE,
    );
    d.press(&["r", "f2"]).type_text("copy.md").press(&["enter"]);
    saved(&mut d, Ok(()));
    assert_eq!(d.records.pop().unwrap().before, None);
}

#[test]
fn an_accepted_fix_is_kept() {
    let mut d = Driver::new("In order to win, we wait.\n", SIZE);
    d.settle().records.clear();
    d.press(&["alt-2"]);
    for _ in 0..40 {
        d.press(&["down", "a"]);
    }
    let kept = d.records.first().expect("a fix was applied");
    let fix = Cause::Accepted {
        operator: "fix".into(),
        edits: 1,
    };
    assert_eq!(kept.cause, fix);
    assert!(kept.text.starts_with("To win"), "{}", kept.text);
}

#[test]
fn the_tree_is_drawn() {
    for size in [SIZE, (120, 40), (30, 8), (20, 5)] {
        let name = format!("versions_{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, listing(size).screen());
    }
    let mut d = Driver::new(SAMPLE, SIZE);
    d.press(&["f9"]);
    assert!(d.screen().contains("reading"));
    let damaged = || Err("user.redb: damaged".to_owned());
    tell(&mut d, VersionNews::Listed(damaged()));
    let told = d.screen();
    assert!(
        !told.contains("reading") && told.contains("not read"),
        "{told}"
    );
    let list = &d.rows()[..10];
    assert!(
        list.iter().any(|row| row.contains("user.redb: damaged")),
        "{told}"
    );
    tell(&mut d, VersionNews::Listed(Ok(Box::default())));
    assert!(d.screen().contains("no version is kept yet"));
}

#[test]
fn going_back_keeps_the_text_of_now_and_is_one_edit() {
    let mut d = listing(SIZE);
    d.records.clear();
    d.press(&["down", "enter"]);
    let VersionTask::Fetch(3, revision, present) = task(&mut d) else {
        panic!("no fetch");
    };
    assert_eq!(
        (present.text.as_str(), &present.cause),
        (SAMPLE, &Cause::Kept)
    );
    let old = || VersionNews::Fetched(revision, Ok(Box::new(version(3, "Old.\n", 78.0))));
    tell(&mut d, old());
    assert_eq!(d.text(), "Old.\n");
    assert!(d.app.overlays.is_empty() && d.app.editor.buffer().is_modified());
    assert!(d.status().contains("back at version 3"), "{}", d.status());
    let back = d
        .effects
        .iter()
        .position(|e| matches!(e, Effect::Versions(s, VersionTask::GoBack(3)) if *s == post()));
    assert!(back.is_some(), "{:?}", d.effects);
    assert_eq!(d.records.pop().unwrap().cause, Cause::Restored { from: 3 });
    d.press(&["ctrl-z"]);
    assert_eq!(d.text(), SAMPLE);
    // What was typed since the question is not to be lost.
    tell(&mut d, old());
    assert_eq!(d.text(), SAMPLE);
    assert!(d.status().contains("not gone back"), "{}", d.status());
}

#[test]
fn a_post_that_is_only_read_does_not_go_back() {
    let mut d = documents::open(
        Document {
            taken_by: Some(None),
            ..file(SAMPLE)
        },
        SIZE,
    );
    d.press(&["r", "f9"]);
    fill(&mut d);
    d.press(&["enter"]);
    assert!(!matches!(d.effects.back(), Some(Effect::Versions(..))));
    assert!(d.screen().contains("read-only"), "{}", d.screen());
}

#[test]
fn names_are_asked_for_and_refusals_told() {
    let mut d = listing(SIZE);
    d.press(&["n"]).type_text("first try").press(&["enter"]);
    assert_eq!(task(&mut d), VersionTask::Name(4, "first try".into()));
    let taken = "version 3 is named already".to_owned();
    tell(
        &mut d,
        VersionNews::Named(4, "first try".into(), Err(taken)),
    );
    let screen = d.screen();
    assert!(screen.contains("Name of version 4"), "{screen}");
    assert!(screen.contains("✗ version 3 is named already"), "{screen}");
    d.type_text(" 2").press(&["enter"]);
    assert_eq!(task(&mut d), VersionTask::Name(4, "first try 2".into()));
    tell(&mut d, VersionNews::Named(4, "first try 2".into(), Ok(())));
    assert_eq!(task(&mut d), VersionTask::List, "the tree is read again");
    d.press(&["n", "esc"]);
    assert!(d.screen().contains("5 versions"), "the tree stays");
}

#[test]
fn two_versions_are_compared() {
    for size in [SIZE, (120, 40)] {
        let mut d = listing(size);
        d.press(&["c"]);
        assert!(d.screen().contains("compares it with 4"), "{}", d.screen());
        d.press(&["up", "c"]);
        assert_eq!(task(&mut d), VersionTask::Compare(4, 5));
        let pair = [
            version(4, "We utilise it daily.\n\nSo do they.\n", 71.0),
            version(5, "We use it daily.\n\nSo do they, mostly.\n", 74.5),
        ];
        tell(&mut d, VersionNews::Compared(Ok(Box::new(pair))));
        let name = format!("versions_compared_{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, d.screen());
        d.press(&["esc"]);
        assert!(d.screen().contains("5 versions"), "the tree stays");
    }
}

#[test]
fn an_export_tells_its_path() {
    let mut d = listing(SIZE);
    d.press(&["x"]);
    assert_eq!(task(&mut d), VersionTask::Export("post".into()));
    let path = "/state/exports/post.versions.json";
    tell(&mut d, VersionNews::Exported(Ok(path.into())));
    assert!(d.screen().contains(path), "{}", d.screen());
}

#[test]
fn a_store_that_fails_is_told_once_and_typing_goes_on() {
    let mut d = Driver::new(SAMPLE, SIZE);
    let held = || VersionNews::Recorded(Err("in use by another Postwright".into()));
    tell(&mut d, held());
    assert!(d.status().contains("in use by another"), "{}", d.status());
    d.type_text("x");
    assert!(d.text().starts_with('x'));
    tell(&mut d, held());
    assert!(!d.status().contains("in use"), "once: {}", d.status());
    tell(&mut d, VersionNews::Recorded(Ok(())));
    tell(&mut d, held());
    assert!(d.status().contains("in use by another"), "anew");
}

#[test]
fn versions_that_went_are_told_with_the_list() {
    let mut d = listing(SIZE);
    assert!(!d.screen().contains("old version"), "{}", d.screen());
    let versions = Versions {
        dropped: 2,
        ..tree()
    };
    tell(&mut d, VersionNews::Listed(Ok(Box::new(versions))));
    assert!(d.screen().contains("2 old versions"), "{}", d.screen());
}

#[test]
fn every_size_can_be_drawn() {
    let mut d = listing(SIZE);
    d.press(&["c"]);
    for width in (0..=24).chain([39, 40, 79, 80, 120, 300]) {
        for height in (0..=12).chain([24, 100]) {
            d.resize(width, height);
            d.draw();
        }
    }
}
