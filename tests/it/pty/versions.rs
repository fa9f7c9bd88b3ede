//! Versions in the real store: a branch, and a store that somebody else holds.

use std::fs::{self, File};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use postwright::store::user::{Cause, UserStore, VersionInfo, document_of_file};

use super::session::Session;
use super::{SAMPLE, with_sample};

fn store(home: &Path) -> UserStore {
    UserStore::new(&home.join("data/postwright"))
}

/// The versions of the sample once there are so many.
fn versions(home: &Path, count: usize) -> Vec<VersionInfo> {
    let document = document_of_file(&home.join("post.md")).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let versions = store(home).versions(&document).unwrap();
        if versions.len() >= count {
            return versions;
        }
        assert!(Instant::now() < deadline, "only {versions:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn save(s: &mut Session, words: &str) {
    s.send(words);
    s.wait_for(words.trim());
    s.send("\x13");
    s.wait_for("saved ");
    // The next key takes the message away.
    s.send("\x1b[H");
    s.wait_until("no message", |screen| !screen.contains("saved "));
}

#[test]
fn two_saves_and_a_way_back_leave_a_branch() {
    let mut s = with_sample();
    versions(s.home(), 1);
    save(&mut s, "Once. ");
    versions(s.home(), 2);
    save(&mut s, "Twice. ");
    let before = versions(s.home(), 3);
    // F9, down to the first save, back.
    s.send("\x1b[20~");
    s.wait_for("3 versions");
    s.send("\x1b[B\r");
    s.wait_for("back at version");
    s.wait_until("the first save", |screen| {
        screen.contains("Once. Last") && !screen.contains("Twice.")
    });
    save(&mut s, "Thrice. ");
    let after = versions(s.home(), 4);
    let new = after.last().unwrap();
    assert_eq!(new.cause, Cause::Saved);
    assert_eq!(new.parent, Some(before[1].id), "a branch: {after:?}");
    assert_eq!(before[2].parent, Some(before[1].id));
    s.send("\x1b[20~");
    s.wait_for("○─╯");
    s.send("\x1b");
    s.wait_until("the editor", |screen| !screen.contains("4 versions"));
    s.send("\x11");
    assert_eq!(s.ends(), 0);
}

#[test]
fn a_save_on_the_way_out_is_kept() {
    let mut s = with_sample();
    s.send("Last words. ");
    s.wait_for("Last words. Last");
    s.send("\x11");
    s.wait_for("save and quit");
    s.send("s");
    assert_eq!(s.ends(), 0);
    let document = document_of_file(&s.home().join("post.md")).unwrap();
    let head = store(s.home()).head(&document).unwrap().unwrap();
    assert_eq!(head.text, format!("Last words. {SAMPLE}"));
}

#[test]
fn a_store_that_is_held_keeps_nobody_from_typing_and_saving() {
    let mut s = with_sample();
    versions(s.home(), 1);
    let file = File::open(store(s.home()).path()).unwrap();
    file.lock().unwrap();
    s.send("One. ");
    s.wait_for("One. Last");
    s.send("\x13");
    // Long before the wait for the store is over.
    s.wait_for("saved ");
    let began = Instant::now();
    s.send("Two. ");
    s.wait_for("Two. Last");
    assert!(
        began.elapsed() < Duration::from_millis(1_900),
        "{:?}",
        began.elapsed()
    );
    s.wait_for("in use by another Postwright");
    file.unlock().unwrap();
    let path = s.home().join("post.md");
    s.send("\x13");
    let wanted = format!("One. Two. {SAMPLE}");
    s.wait_until("both words saved", |_| {
        fs::read_to_string(&path).is_ok_and(|text| text == wanted)
    });
    let head = versions(s.home(), 2).pop().unwrap();
    assert_eq!(head.bytes, wanted.len(), "kept again");
}
