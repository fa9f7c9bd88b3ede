//! What is asked, told and kept while a writer answers.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use postwright::store::file::Stamp;
use postwright::tui::app::{Document, Effect, Expected, Input, Listing, Save, SaveFailure};
use postwright::tui::keymap::Keymap;

use super::documents::{SIZE, drafts, file, list, open, recovered};
use super::driver::{Driver, SAMPLE};

/// Takes the save that was asked for last.
fn save(d: &mut Driver) -> Save {
    match d.effects.pop_back() {
        Some(Effect::Save(save)) => save,
        other => panic!("no save: {other:?}"),
    }
}

/// All words on the screen, wherever rows end.
fn told(d: &mut Driver) -> String {
    let rows = d.rows().join(" ");
    rows.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn refuse(d: &mut Driver, save: Save, failure: SaveFailure) {
    d.send(Input::Saved {
        revision: save.revision,
        path: save.path,
        then_quit: save.then_quit,
        result: Err(failure),
    });
}

fn denied(path: &str) -> SaveFailure {
    SaveFailure::Failed(format!(
        "{path}: not saved: Permission denied (os error 13)"
    ))
}

#[test]
fn help_and_the_way_out_work_over_recovered_text() {
    let document = Document {
        recovered: Some(recovered("Typed and not saved.", false)),
        ..file(SAMPLE)
    };
    let mut d = open(document, SIZE);
    assert!(
        d.screen().contains("Ctrl-Q quit; it stays kept"),
        "{}",
        d.screen()
    );
    d.press(&["f1"]);
    assert!(d.screen().contains("go to the next pane"));
    d.press(&["esc"]);
    assert!(
        d.screen().contains("Recovered text"),
        "it waits for an answer"
    );
    d.effects.clear();
    d.press(&["ctrl-p", "f4", "tab", "ctrl-n"]);
    assert!(d.effects.is_empty() && d.text() == SAMPLE);
    d.press(&["ctrl-q"]);
    assert_eq!(d.effects, [Effect::Quit]);
    assert!(d.app.is_owed(), "the recovered text is kept");
}

#[test]
fn quitting_over_recovered_text_asks_about_what_was_typed() {
    let document = Document {
        recovered: Some(recovered("Typed and not saved.", false)),
        ..file(SAMPLE)
    };
    let mut d = open(document, SIZE);
    d.press(&["f"]).type_text("x");
    d.send(Input::KeptAside(Err("no room".into())));
    d.press(&["f4"]).effects.clear();
    d.press(&["ctrl-q"]);
    assert!(d.screen().contains("save and quit"), "{}", d.screen());
    d.press(&["esc"]);
    assert!(d.screen().contains("Recovered text"), "{}", d.screen());
    assert!(d.effects.is_empty() && d.app.is_undecided());
}

#[test]
fn a_save_that_is_refused_leaves_the_name_to_be_mended() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.press(&["f2", "ctrl-u"])
        .type_text("/locked/post.md")
        .press(&["enter"]);
    let asked = save(&mut d);
    refuse(&mut d, asked, denied("/locked/post.md"));
    let screen = d.screen();
    assert!(
        screen.contains("✗ /locked/post.md: not saved: Permission denied"),
        "{screen}"
    );
    assert!(screen.contains("Save as"), "{screen}");
    d.press(&["ctrl-w"]).type_text("other.md");
    assert!(!d.screen().contains("denied"), "another name, another try");
    d.press(&["enter"]);
    let asked = save(&mut d);
    assert_eq!(asked.path, PathBuf::from("/locked/other.md"));
    // Who types on is not interrupted, and finds the name where it is asked for again.
    d.type_text("x");
    refuse(&mut d, asked, denied("/locked/other.md"));
    assert!(d.app.overlays.is_empty());
    assert!(told(&mut d).contains("F2 saves it elsewhere"));
    d.press(&["f2"]);
    assert!(d.screen().contains("/locked/other.md"), "{}", d.screen());
    d.press(&["enter"]);
    let asked = save(&mut d);
    refuse(&mut d, asked, SaveFailure::Changed);
    assert!(d.screen().contains("exists already"));
    d.press(&["a"]);
    assert!(d.screen().contains("/locked/other.md"), "{}", d.screen());
}

#[test]
fn a_save_of_the_own_file_that_is_refused_says_so() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.type_text("x").press(&["ctrl-s"]);
    let asked = save(&mut d);
    refuse(&mut d, asked, denied("post.md"));
    let told = told(&mut d);
    assert!(
        told.contains("✗ post.md: not saved: Permission denied"),
        "{told}"
    );
    assert!(told.contains("F2 saves it elsewhere"), "{told}");
    assert!(d.app.editor.buffer().is_modified());
}

#[test]
fn what_another_program_wrote_is_in_the_title() {
    let known = Stamp::of(file!().as_ref()).unwrap();
    let mut document = file(SAMPLE);
    document.opened.stamp = known;
    let mut d = open(document, SIZE);
    d.effects.clear();
    d.send(Input::Focused);
    assert_eq!(d.effects, [Effect::LookAtFile("post.md".into(), known)]);
    let mut seen = |stamp, known| {
        let path = "post.md".into();
        d.send(Input::FileSeen { path, stamp, known });
        let title = d.rows().swap_remove(0);
        let told = ["changed on disk", "gone from disk"];
        told.into_iter().find(|told| title.contains(told))
    };
    let other = Stamp::of(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").as_ref()).unwrap();
    assert_eq!(seen(known, known), None);
    assert_eq!(seen(other, other), None, "what was known before a save");
    assert_eq!(seen(None, known), Some("gone from disk"));
    assert_eq!(seen(known, known), None, "it came back");
    assert_eq!(seen(other, known), Some("changed on disk"));
    d.type_text("x").press(&["ctrl-s"]);
    let asked = save(&mut d);
    d.send(Input::Saved {
        revision: asked.revision,
        path: asked.path,
        then_quit: false,
        result: Ok(other.unwrap()),
    });
    assert!(!d.rows()[0].contains("changed on disk"), "{}", d.rows()[0]);
}

#[test]
fn a_file_that_is_gone_is_written_anew_on_a_second_word() {
    let known = Stamp::of(file!().as_ref()).unwrap();
    let mut document = file(SAMPLE);
    document.opened.stamp = known;
    let mut d = open(document, SIZE);
    d.type_text("x").press(&["ctrl-s"]);
    let asked = save(&mut d);
    assert_eq!(asked.expected, Expected::Stamp(known));
    refuse(&mut d, asked, SaveFailure::Gone);
    assert!(told(&mut d).contains("✗ not saved: post.md is gone; Ctrl-S again writes it anew"));
    // A look that comes late has no news of it.
    let (path, known) = d.app.file_to_look_at().unwrap();
    let stamp = None;
    d.send(Input::FileSeen { path, stamp, known });
    assert!(d.rows()[0].contains("gone from disk"), "{}", d.rows()[0]);
    d.press(&["ctrl-s"]);
    let asked = save(&mut d);
    assert_eq!(
        asked.expected,
        Expected::Stamp(None),
        "but not over another"
    );
    for size in [SIZE, (30, 8), (20, 5)] {
        let mut d = Driver::new(SAMPLE, size);
        d.type_text("x").press(&["ctrl-q", "s"]);
        let asked = save(&mut d);
        refuse(&mut d, asked, SaveFailure::Gone);
        let screen = d.screen();
        assert!(screen.contains("O write"), "{screen}");
        assert!(!screen.contains("reload"), "{screen}");
        d.press(&["o"]);
        let asked = save(&mut d);
        assert_eq!(asked.expected, Expected::Anything);
        assert!(asked.then_quit);
    }
}

#[test]
fn a_draft_in_use_is_opened_to_be_read_or_copied() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.send(Input::Listed {
        result: Ok(drafts()),
        now: SystemTime::UNIX_EPOCH,
        own: None,
        why: Listing::Asked,
    });
    assert!(d.screen().contains("(open elsewhere)"));
    d.effects.clear();
    d.press(&["down", "enter"]);
    assert_eq!(d.effects, [Effect::Reopen(drafts()[1].id.clone())]);
    d.send(Input::Opened(Ok(Box::new(Document {
        taken_by: Some(Some(4_711)),
        ..file("Theirs.")
    }))));
    assert!(d.screen().contains("4711"));
    d.press(&["f1"]);
    assert!(d.screen().contains("go to the next pane"));
    d.press(&["esc"]).effects.clear();
    d.press(&["ctrl-q"]);
    assert_eq!(d.effects.pop_back(), Some(Effect::Quit));
    d.press(&["c"]);
    assert_eq!(d.effects, [Effect::NewDraft(Some("Theirs.".into()))]);
}

#[test]
fn deleting_a_draft_is_a_question_that_names_it() {
    for size in [SIZE, (30, 8), (20, 5)] {
        let mut d = Driver::new(SAMPLE, size);
        list(&mut d).press(&["delete"]);
        let screen = d.screen();
        assert!(screen.contains("Delete a draft"), "{screen}");
        assert!(screen.contains("Y delete"), "{screen}");
    }
    let mut d = Driver::new(SAMPLE, SIZE);
    list(&mut d).press(&["delete"]);
    assert!(d.screen().contains("“A thought that came up on the train”"));
    d.press(&["n"]);
    assert!(!d.screen().contains("Delete a draft"));
    assert!(d.screen().contains("Drafts"), "the list stays");
}

#[test]
fn keys_of_overlays_that_were_changed_are_told_and_answer() {
    let own = [
        ("quitting-save", "w"),
        ("deleting-yes", "j"),
        ("hit-next", "f8"),
        ("confirm", "f10"),
    ];
    let own = own.map(|(name, key)| (name.to_owned(), vec![key.to_owned()]));
    let keymap = Keymap::new(&BTreeMap::from(own)).unwrap();
    let mut d = Driver::on(file(SAMPLE), SIZE, keymap);
    d.type_text("x").press(&["ctrl-q"]).effects.clear();
    assert!(d.screen().contains("W save and quit"), "{}", d.screen());
    d.press(&["s"]);
    assert!(d.effects.is_empty());
    d.press(&["w"]);
    assert!(save(&mut d).then_quit);
    list(&mut d).press(&["delete", "y", "delete"]);
    assert!(d.screen().contains("J delete it"), "{}", d.screen());
    d.effects.clear();
    d.press(&["j"]);
    assert_eq!(d.effects, [Effect::DeleteDraft(drafts()[0].id.clone())]);
    d.press(&["esc", "ctrl-f"]).type_text("we");
    assert!(d.screen().contains("F8 next"), "{}", d.screen());
    d.press(&["f8"]);
    assert!(d.status().contains("hit 2 of"), "{}", d.status());
    d.press(&["esc", "f2"]);
    assert!(d.screen().contains("F10 saves"), "{}", d.screen());
    d.press(&["enter", "f10"]);
    assert_eq!(save(&mut d).path, PathBuf::from("post.md"));
}

#[test]
fn a_paste_without_its_end_says_so_where_it_goes() {
    let mut d = Driver::new("", SIZE);
    d.send(Input::CutPaste("Half\x07 of it".into()));
    assert_eq!(d.text(), "Half of it");
    let told = told(&mut d);
    assert!(told.contains("left out 1") && told.contains("the end of the paste did not come"));
    d.press(&["ctrl-f"]).send(Input::CutPaste("of".into()));
    assert!(d.screen().contains("1 hit"));
    d.press(&["esc", "ctrl-n"])
        .send(Input::CutPaste("ahead".into()));
    assert_eq!(d.text(), "Half of it");
    d.send(Input::Opened(Ok(Box::default())));
    assert_eq!(d.text(), "ahead");
}

#[test]
fn the_status_line_keeps_a_gap_before_the_figures() {
    for width in 20..=40 {
        let mut d = Driver::new(SAMPLE, (width, 5));
        d.settle().press(&["tab"]);
        let status = d.status();
        assert!(status.contains(" 1206/3000"), "{status}");
    }
}
