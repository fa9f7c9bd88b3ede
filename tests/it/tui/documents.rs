//! Opening, recovering, drafts, and what was changed behind the writer's back.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use postwright::store::file::{Opened, Stamp};
use postwright::store::journal::{DraftId, DraftInfo, Recovered};
use postwright::tui::app::{Document, Effect, Expected, Input, Listing, Save, SaveFailure};
use postwright::tui::keymap::Keymap;

use super::driver::{Driver, SAMPLE};

pub const SIZE: (u16, u16) = (80, 24);

pub fn recovered(text: &str, damaged: bool) -> Recovered {
    Recovered {
        text: text.to_owned(),
        changed_at: SystemTime::UNIX_EPOCH,
        damaged,
    }
}

pub fn open(document: Document, size: (u16, u16)) -> Driver {
    Driver::on(document, size, Keymap::default())
}

pub fn file(text: &str) -> Document {
    Document {
        opened: Opened {
            text: text.to_owned(),
            ..Opened::default()
        },
        path: Some("post.md".into()),
        ..Document::default()
    }
}

pub fn drafts() -> Vec<DraftInfo> {
    let draft = |id: u8, path: Option<&str>, first_line: &str, in_use| DraftInfo {
        id: DraftId::parse(&format!("{id:016x}")).unwrap(),
        path: path.map(PathBuf::from),
        first_line: first_line.to_owned(),
        changed_at: SystemTime::UNIX_EPOCH,
        in_use,
    };
    vec![
        draft(1, None, "A thought that came up on the train", false),
        draft(2, Some("/home/me/posts/launch.md"), "We shipped it.", true),
        draft(3, None, "字字 and 🚀", false),
    ]
}

pub fn list(d: &mut Driver) -> &mut Driver {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(7_200);
    let own = Some(drafts()[1].id.clone());
    d.send(Input::Listed {
        result: Ok(drafts()),
        now,
        own,
        why: Listing::Asked,
    });
    d
}

#[test]
fn recovered_text_is_offered_and_undo_goes_back_to_the_file() {
    let mut d = open(
        Document {
            recovered: Some(recovered("Typed and not saved.", false)),
            ..file(SAMPLE)
        },
        SIZE,
    );
    assert!(d.app.is_owed(), "it must not be dropped by a signal");
    d.type_text("x").press(&["esc", "enter"]);
    assert_eq!(d.text(), SAMPLE, "a question waits for its answer");
    d.press(&["r"]);
    assert_eq!(d.text(), "Typed and not saved.");
    assert!(d.app.editor.buffer().is_modified());
    d.press(&["ctrl-z"]);
    assert_eq!(d.text(), SAMPLE);
}

#[test]
fn keeping_the_file_keeps_the_recovered_text_too() {
    let mut d = open(
        Document {
            recovered: Some(recovered("Typed and not saved.", true)),
            ..file(SAMPLE)
        },
        SIZE,
    );
    assert!(d.screen().contains("damaged"));
    d.effects.clear();
    d.press(&["f"]);
    assert_eq!(d.text(), SAMPLE);
    let aside = Effect::KeepAside("Typed and not saved.".into());
    assert!(d.effects.contains(&aside), "{:?}", d.effects);
    assert!(d.app.is_owed(), "it is on no disk yet");
    d.send(Input::KeptAside(Err("no room".into())));
    assert!(
        d.app.overlays.is_empty(),
        "no question in the middle of typing"
    );
    let status = d.status();
    assert!(status.contains("not journaled: F4 asks"), "{status}");
    assert!(d.app.is_unjournaled && d.app.is_owed());
    d.press(&["f4"]);
    assert!(d.screen().contains("Recovered text"), "asked again");
    d.press(&["f"]);
    assert!(d.effects.contains(&aside) && !d.app.is_unjournaled);
    d.send(Input::KeptAside(Ok(())));
    assert!(!d.app.is_owed());
}

#[test]
fn an_untitled_draft_comes_back_without_a_question() {
    let mut d = open(
        Document {
            recovered: Some(recovered("A thought.", false)),
            ..Document::default()
        },
        SIZE,
    );
    assert_eq!(d.text(), "A thought.");
    assert!(d.app.overlays.is_empty() && d.app.is_owed());
    d.press(&["ctrl-z"]);
    assert_eq!(d.text(), "A thought.", "there is nothing before it");
}

#[test]
fn a_post_that_is_open_elsewhere_can_be_read_or_copied() {
    let taken = || Document {
        taken_by: Some(Some(4_711)),
        ..file(SAMPLE)
    };
    let mut d = open(taken(), SIZE);
    assert!(d.screen().contains("4711"));
    d.press(&["r"]).type_text("x").paste("y");
    d.press(&["backspace", "ctrl-z", "f7", "ctrl-v", "delete"]);
    assert_eq!(d.text(), SAMPLE, "read-only");
    d.press(&["alt-2", "end", "a", "i"]);
    assert_eq!(d.text(), SAMPLE, "fixes are edits too");
    d.effects.clear();
    d.press(&["ctrl-s"]);
    assert!(d.effects.is_empty(), "a save would write over the other's");
    d.press(&["f2"]).type_text("copy.md").press(&["enter"]);
    let Some(Effect::Save(Save { other_than, .. })) = d.effects.pop_back() else {
        panic!("no save");
    };
    assert_eq!(other_than, Some("post.md".into()), "by whatever name");
    let mut d = open(taken(), SIZE);
    d.effects.clear();
    d.press(&["c"]);
    assert!(d.effects.contains(&Effect::NewDraft(Some(SAMPLE.into()))));
}

/// Runs into a file that another program changed, and asks what to do.
pub fn changed(d: &mut Driver) {
    d.press(&["ctrl-s"]);
    let Some(Effect::Save(Save { revision, path, .. })) = d.effects.pop_back() else {
        panic!("no save: {:?}", d.effects);
    };
    d.send(Input::Saved {
        revision,
        path,
        then_quit: false,
        result: Err(SaveFailure::Changed),
    });
    d.type_text("so on");
    assert!(
        d.app.overlays.is_empty(),
        "no question in the middle of typing"
    );
    d.press(&["ctrl-s"]);
}

#[test]
fn a_file_changed_on_disk_is_asked_about_before_it_is_written_over() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.type_text("x");
    changed(&mut d);
    assert!(d.screen().contains("changed by another program"));
    d.press(&["ctrl-o"]);
    assert!(d.screen().contains("Not saved yet"), "Ctrl-O is no answer");
    d.press(&["esc"]);
    assert!(d.app.editor.buffer().is_modified());
    changed(&mut d);
    d.effects.clear();
    d.press(&["o"]);
    assert!(matches!(
        d.effects.back(),
        Some(Effect::Save(Save {
            expected: Expected::Anything,
            ..
        }))
    ));
    changed(&mut d);
    d.effects.clear();
    d.press(&["r"]);
    assert_eq!(d.effects, [Effect::Open("post.md".into())]);
    d.send(Input::Opened(Err("it is gone".into())));
    changed(&mut d);
    d.press(&["a"]);
    assert!(d.screen().contains("Save as"));
}

#[test]
fn a_save_expects_the_file_as_it_was_read_and_a_new_name_expects_none() {
    let stamp = Stamp::of(file!().as_ref()).unwrap();
    let mut document = file(SAMPLE);
    document.opened.stamp = stamp;
    let mut d = open(document, SIZE);
    d.type_text("x").effects.clear();
    d.press(&["ctrl-s"]);
    let expected = |d: &mut Driver| match d.effects.pop_back() {
        Some(Effect::Save(Save { expected, .. })) => expected,
        other => panic!("{other:?}"),
    };
    assert_eq!(expected(&mut d), Expected::Stamp(stamp));
    d.press(&["f2", "ctrl-u"])
        .type_text("new.md")
        .press(&["enter"]);
    assert_eq!(expected(&mut d), Expected::Stamp(None));
}

#[test]
fn a_save_of_the_post_before_does_not_name_this_one() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.type_text("x").press(&["ctrl-s"]);
    let Some(Effect::Save(Save { revision, path, .. })) = d.effects.pop_back() else {
        panic!("no save");
    };
    d.send(Input::Opened(Ok(Box::new(Document {
        path: Some("other.md".into()),
        ..file("Another post.")
    }))));
    let result = Ok(Stamp::of(file!().as_ref()).unwrap().unwrap());
    d.send(Input::Saved {
        revision,
        path,
        then_quit: false,
        result,
    });
    assert_eq!(d.app.path.as_deref(), Some(Path::new("other.md")));
    assert_eq!(d.text(), "Another post.");
}

#[test]
fn drafts_are_listed_opened_and_deleted_on_a_second_word() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.effects.clear();
    d.press(&["f4"]);
    assert_eq!(d.effects, [Effect::ListDrafts]);
    list(&mut d);
    d.effects.clear();
    d.type_text("dying is easy");
    assert!(d.effects.is_empty(), "words in a hurry delete nothing");
    d.press(&["down", "delete", "y"]);
    assert!(d.effects.is_empty(), "one in use cannot be deleted");
    assert!(d.status().contains("cannot be deleted"));
    d.press(&["down", "delete", "x", "delete", "y"]);
    assert_eq!(d.effects, [Effect::DeleteDraft(drafts()[2].id.clone())]);
    assert!(!d.status().contains("cannot be deleted"), "this one can be");
    d.effects.clear();
    d.press(&["home", "up", "up", "enter"]);
    assert_eq!(d.effects, [Effect::Reopen(drafts()[0].id.clone())]);
}

#[test]
fn keeping_as_a_draft_leaves_the_text_owed() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.type_text("x").effects.clear();
    d.press(&["ctrl-q", "k"]);
    assert_eq!(d.effects, [Effect::Quit]);
    assert!(d.app.is_owed());
    d.press(&["ctrl-q", "d"]);
    assert!(!d.app.is_owed());
}

#[test]
fn what_is_typed_while_a_post_is_on_its_way_goes_into_that_post() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.press(&["ctrl-n"]).type_text("hello");
    assert_eq!(d.text(), SAMPLE);
    d.send(Input::Opened(Ok(Box::default())));
    assert_eq!(d.text(), "hello");
    assert_eq!(d.journal.len(), 5);
}

#[test]
fn what_was_typed_before_a_question_was_seen_comes_after_its_answer() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.press(&["ctrl-n"]).type_text("rf");
    d.send(Input::Opened(Ok(Box::new(Document {
        recovered: Some(recovered("Typed and not saved.", false)),
        ..file(SAMPLE)
    }))));
    assert!(
        d.screen().contains("Recovered text"),
        "no answer in advance"
    );
    d.press(&["f"]);
    assert_eq!(d.text(), format!("rf{SAMPLE}"));

    d.press(&["ctrl-n"]).type_text("c");
    d.send(Input::Opened(Ok(Box::new(Document {
        taken_by: Some(None),
        ..file(SAMPLE)
    }))));
    d.press(&["c"]).type_text("opy");
    assert_eq!(d.text(), SAMPLE, "the copy is on its way");
    d.send(Input::Opened(Ok(Box::new(Document {
        recovered: Some(recovered(SAMPLE, false)),
        ..Document::default()
    }))));
    assert_eq!(d.text(), format!("copy{SAMPLE}"));
}

#[test]
fn what_comes_of_a_delete_opens_nothing_and_ends_no_waiting() {
    let mut d = Driver::new(SAMPLE, SIZE);
    list(&mut d).press(&["esc"]);
    d.send(Input::Listed {
        result: Ok(drafts()),
        now: SystemTime::UNIX_EPOCH,
        own: None,
        why: Listing::Deleted,
    });
    assert!(d.app.overlays.is_empty());
    d.press(&["ctrl-n"]);
    d.send(Input::NotDeleted("it is gone".into()));
    assert!(d.status().contains("it is gone"));
    d.type_text("hello");
    assert_eq!(d.text(), SAMPLE);
    d.send(Input::Opened(Ok(Box::default())));
    assert_eq!(d.text(), "hello");
}

#[test]
fn drafts_are_mentioned_at_the_start_without_a_list_in_the_way() {
    let mut d = Driver::new("", SIZE);
    d.send(Input::Listed {
        result: Ok(drafts()),
        now: SystemTime::UNIX_EPOCH,
        own: None,
        why: Listing::Start,
    });
    assert!(d.status().contains("2 drafts that were not saved"));
    assert!(d.app.overlays.is_empty());
}

#[test]
fn undo_past_a_save_that_was_typed_over_is_a_change() {
    let mut d = Driver::new("orig", SIZE);
    d.type_text("a").press(&["ctrl-s"]);
    let Some(Effect::Save(Save { revision, path, .. })) = d.effects.pop_back() else {
        panic!("no save");
    };
    d.type_text("b");
    let result = Ok(Stamp::of(file!().as_ref()).unwrap().unwrap());
    d.send(Input::Saved {
        revision,
        path,
        then_quit: false,
        result,
    });
    d.press(&["ctrl-z", "ctrl-z"]);
    assert!(
        d.app.editor.buffer().is_modified(),
        "the file holds “aorig”"
    );
}

#[test]
fn names_begin_at_home_or_at_the_root_where_they_are_typed_so() {
    let mut d = Driver::on(
        Document {
            path: Some("/a/b.md".into()),
            ..file(SAMPLE)
        },
        SIZE,
        Keymap::default(),
    );
    for (typed, meant) in [
        ("c.md", "/a/c.md"),
        ("/x/c.md", "/x/c.md"),
        ("~/c.md", "/home/me/c.md"),
    ] {
        d.press(&["ctrl-o"]).type_text(typed).press(&["enter"]);
        assert_eq!(d.effects.pop_back(), Some(Effect::Open(meant.into())));
        d.send(Input::Opened(Err("not there".into())));
    }
}

#[test]
fn what_was_cut_can_be_pasted_into_another_post() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.press(&["ctrl-a", "ctrl-x", "ctrl-n"]);
    d.send(Input::Opened(Ok(Box::default())));
    d.press(&["ctrl-v"]);
    assert_eq!(d.text(), SAMPLE);
    let mut d = Driver::new(SAMPLE, SIZE);
    d.press(&["ctrl-a", "ctrl-v"]);
    assert_eq!(d.text(), SAMPLE, "nothing to paste deletes nothing");
}
