//! What comes back after a crash, and what is typed while a post is on its way.

use std::fs;

use super::session::Session;
use super::with_sample;

#[test]
fn what_was_typed_before_a_kill_comes_back_also_without_a_name() {
    let mut s = Session::start(|_| Vec::new());
    s.wait_for("welcome");
    s.send("\x0e");
    s.wait_for("new draft; Ctrl-S");
    s.send("A thought on the train.");
    s.wait_for_draft("A thought on the train.");
    s.kill();
    let mut again = Session::beside(&s, |_| Vec::new());
    again.wait_for("a draft that was not saved is kept; F4");
    again.send("\x1bOS");
    again.wait_for("Drafts");
    again.wait_for("A thought on the train.");
    again.send("\r");
    again.wait_until("the draft", |screen| {
        screen.contains("A thought on the train.") && !screen.contains("Drafts")
    });
    again.send("\x11");
    again.wait_for("keep as a draft");
    again.send("d");
    assert_eq!(again.ends(), 0);
    let mut third = Session::beside(&s, |_| Vec::new());
    third.wait_for("new draft; Ctrl-S");
    assert!(!third.screen().contains("train"), "{}", third.screen());
}

#[test]
fn what_was_typed_before_a_new_draft_was_there_is_journaled_once() {
    let mut s = with_sample();
    s.send("\x0ehello");
    s.wait_for("hello");
    s.wait_for_draft("hello");
    s.send("!");
    assert_eq!(s.wait_for_draft("hello!"), "hello!");
    s.kill();
    let mut again = Session::beside(&s, |_| Vec::new());
    again.wait_for("F4 shows it");
    again.send("\x1bOS");
    again.wait_for("Drafts");
    again.send("\r");
    again.wait_for("a draft without a file");
    again.wait_until("the draft, once", |screen| {
        screen.contains("hello!") && !screen.contains("hello!hello")
    });
}

#[test]
fn recovered_text_that_is_put_aside_and_what_is_typed_at_once_are_both_kept() {
    let mut s = with_sample();
    s.send("Before. ");
    s.wait_for_draft("Before. Last");
    s.kill();
    let mut again = Session::beside(&s, |home| vec![home.join("post.md").into()]);
    again.wait_for("Recovered text");
    again.send("fAfter. ");
    again.wait_for("After. Last");
    again.wait_for_draft("After. Last");
    again.kill();
    assert!(again.wait_for_draft("Before.").starts_with("Before. Last"));
}

#[test]
fn what_is_typed_before_a_question_is_seen_comes_after_its_answer() {
    let mut s = with_sample();
    s.send("Before. ");
    s.wait_for_draft("Before. Last");
    s.kill();
    let mut again = Session::beside(&s, |_| Vec::new());
    again.wait_for("F4 shows it");
    let path = s.home().join("post.md");
    again.send(&format!("\x0f\x15{}\rfor you. ", path.display()));
    again.wait_for("Recovered text");
    again.send("f");
    again.wait_for("for you. Last");
}

#[test]
fn quitting_over_recovered_text_keeps_it() {
    let mut s = with_sample();
    s.send("Before. ");
    s.wait_for_draft("Before. Last");
    s.kill();
    for _ in 0..2 {
        let mut again = Session::beside(&s, |home| vec![home.join("post.md").into()]);
        again.wait_for("Recovered text");
        again.send("\x1bOP");
        again.wait_for("go to the next pane");
        again.send("\x1b");
        again.wait_until("the help goes", |screen| !screen.contains("next pane"));
        again.send("\x11");
        assert_eq!(again.ends(), 0);
        again.assert_restored();
    }
    let mut last = Session::beside(&s, |home| vec![home.join("post.md").into()]);
    last.wait_for("Recovered text");
    last.send("r");
    last.wait_for("Before. Last");
}

#[test]
fn a_draft_in_use_elsewhere_is_read_or_copied() {
    let mut s = Session::start(|_| Vec::new());
    s.wait_for("welcome");
    s.send("\x0e");
    s.wait_for("new draft; Ctrl-S");
    s.send("Mine alone.");
    s.wait_for_draft("Mine alone.");
    let mut second = Session::beside(&s, |_| Vec::new());
    second.wait_for("new draft");
    second.send("\x1bOS");
    second.wait_for("(open elsewhere)");
    second.send("\r");
    second.wait_for("Open elsewhere");
    second.send("r");
    second.wait_for("(read-only)");
    second.wait_for("Mine alone.");
    second.send("\x1bOS");
    second.wait_for("(open elsewhere)");
    second.send("\r");
    second.wait_for("Open elsewhere");
    second.send("c");
    second.wait_for("new draft •");
    second.send("And copied. ");
    second.wait_for_draft("And copied. Mine alone.");
}

#[test]
fn a_journal_damaged_from_its_start_is_told_of() {
    let mut s = with_sample();
    s.send("Before. ");
    s.wait_for_draft("Before. Last");
    s.kill();
    let folder = s.home().join("state/postwright/drafts");
    let journals = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    for path in journals.filter(|p| p.extension().is_some_and(|e| e == "journal")) {
        fs::write(path, "no journal at all").unwrap();
    }
    let mut again = Session::beside(&s, |home| vec![home.join("post.md").into()]);
    again.wait_for("was damaged from its start");
    again.wait_for("Last spring");
    assert!(again.screen().contains('✗'), "{}", again.screen());
    again.send("After. ");
    again.wait_for_draft("After. Last");
}
