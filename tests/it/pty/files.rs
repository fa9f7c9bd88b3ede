//! Files that are not what they were, or not plain text alone.

use std::fs;

use super::session::Session;
use super::{SAMPLE, with_sample};

#[test]
fn a_file_that_another_program_deleted_is_not_made_anew_without_a_word() {
    let mut s = with_sample();
    s.send("Mine. ");
    s.wait_for("Mine. Last");
    let file = s.home().join("post.md");
    fs::remove_file(&file).unwrap();
    // The terminal's window is looked at again.
    s.send("\x1b[I");
    s.wait_for("gone from disk");
    s.send("\x13");
    s.wait_for("not saved");
    s.wait_for("is gone");
    assert!(!file.exists(), "{}", s.screen());
    s.send("\x13");
    s.wait_until("saved", |screen| {
        file.exists() && !screen.contains("gone from disk")
    });
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        format!("Mine. {SAMPLE}")
    );
    // On the way out it is a question.
    s.send("Again. ");
    s.wait_for("Again. Last");
    fs::remove_file(&file).unwrap();
    s.send("\x11");
    s.wait_for("save and quit");
    s.send("s");
    s.wait_for("Not saved yet");
    assert!(!file.exists(), "{}", s.screen());
    s.send("o");
    assert_eq!(s.ends(), 0);
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        format!("Mine. Again. {SAMPLE}")
    );
}

#[test]
fn a_byte_order_mark_stays_where_it_is() {
    let mut s = Session::start(|home| {
        fs::write(home.join("post.md"), "\u{feff}One.\r\nTwo.\r\n").unwrap();
        vec![home.join("post.md").into()]
    });
    s.wait_for("Two.");
    s.send("Zero. ");
    s.wait_for("Zero. One.");
    s.send("\x13");
    s.wait_for("saved ");
    let saved = fs::read_to_string(s.home().join("post.md")).unwrap();
    assert_eq!(saved, "\u{feff}Zero. One.\r\nTwo.\r\n");
}
