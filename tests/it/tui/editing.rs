//! What keys and mouse do to the text, and what the loop is asked to do.

use std::time::Duration;

use crossterm::event::{MouseButton, MouseEventKind};
use postwright::analysis::{Part, Slow};
use postwright::engine::Reply;
use postwright::post::Revision;
use postwright::store::file::{Opened, Stamp};
use postwright::tui::app::{Effect, Input, LIVE_BYTES, Save, SaveFailure};
use postwright::tui::focus::Focus;

use super::driver::{Driver, SAMPLE};

const SIZE: (u16, u16) = (80, 24);

#[test]
fn nothing_is_computed_before_the_first_frame_and_the_slow_stages_are_asked_for_then() {
    let d = Driver::new(SAMPLE, SIZE);
    assert_eq!(d.effects, [Effect::Analyse(Revision(1))]);
}

#[test]
fn typing_asks_for_the_slow_stages_and_moves_do_not() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.effects.clear();
    d.press(&["down", "end", "pagedown", "ctrl-home"]);
    assert!(d.effects.is_empty());
    d.type_text("a");
    assert_eq!(d.effects, [Effect::Analyse(Revision(2))]);
    assert!(d.text().starts_with("aLast spring"));
}

#[test]
fn a_save_carries_the_text_and_its_outcome_is_told() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.type_text("x").effects.clear();
    d.press(&["ctrl-s"]);
    let Some(Effect::Save(Save {
        revision,
        path,
        text,
        ..
    })) = d.effects.pop_front()
    else {
        panic!("no save");
    };
    assert_eq!(text, format!("x{SAMPLE}"));
    let failed = Err(SaveFailure::Failed(format!(
        "{}: not saved: No space left on device (os error 28)",
        path.display()
    )));
    d.send(saved(revision, &path, false, failed));
    assert!(d.app.editor.buffer().is_modified());
    let rows = d.rows().join("\n");
    assert!(rows.contains("No space left on device"), "{rows}");
    assert!(
        rows.contains("F2 saves it elsewhere"),
        "told in full: {rows}"
    );
    d.send(saved(revision, &path, false, Ok(stamp())));
    assert!(!d.app.editor.buffer().is_modified());
    assert!(d.status().contains("saved post.md"));
}

/// What a file is after a save, whatever that is.
fn stamp() -> Stamp {
    Stamp::of(file!().as_ref()).unwrap().unwrap()
}

fn saved(
    revision: Revision,
    path: &std::path::Path,
    then_quit: bool,
    result: Result<Stamp, SaveFailure>,
) -> Input {
    Input::Saved {
        revision,
        path: path.to_owned(),
        then_quit,
        result,
    }
}

#[test]
fn quitting_asks_only_where_there_is_something_to_lose() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.effects.clear();
    d.press(&["ctrl-q"]);
    assert_eq!(d.effects, [Effect::Quit]);
    d.type_text("x").effects.clear();
    d.press(&["ctrl-q", "esc"]);
    assert!(d.effects.is_empty() && d.app.overlays.is_empty());
    d.press(&["ctrl-q", "d"]);
    assert_eq!(d.effects, [Effect::Quit]);
    assert!(d.app.discarded);
}

#[test]
fn saving_on_the_way_out_quits_once_the_file_is_there() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.type_text("x").effects.clear();
    d.press(&["ctrl-q", "s"]);
    let Some(Effect::Save(Save {
        revision,
        path,
        then_quit,
        ..
    })) = d.effects.pop_front()
    else {
        panic!("no save");
    };
    assert!(then_quit);
    d.send(saved(
        revision,
        &path,
        then_quit,
        Err(SaveFailure::Failed("no room".into())),
    ));
    assert!(d.effects.is_empty(), "a failed save keeps the program open");
    d.send(saved(revision, &path, then_quit, Ok(stamp())));
    assert_eq!(d.effects, [Effect::Quit]);
}

#[test]
fn the_question_goes_once_a_save_on_the_way_has_ended() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.type_text("x")
        .press(&["ctrl-s", "ctrl-q"])
        .effects
        .clear();
    d.send(saved(Revision(2), "post.md".as_ref(), false, Ok(stamp())));
    assert_eq!(d.effects, [Effect::Quit]);
}

#[test]
fn a_draft_asks_for_its_name() {
    let opened = Opened {
        is_new: true,
        ..Opened::default()
    };
    let mut d = Driver::of(opened, None, SIZE);
    d.type_text("Hello").effects.clear();
    d.press(&["ctrl-s"])
        .type_text("a b.md")
        .press(&["backspace", "enter"]);
    assert!(
        matches!(d.effects.front(), Some(Effect::Save(Save { path, .. })) if path.as_os_str() == "a b.m"),
        "{:?}",
        d.effects
    );
}

#[test]
fn a_paste_is_scrubbed_and_undone_in_one_step() {
    let mut d = Driver::new("end", SIZE);
    d.paste("one\r\ntwo\x1b[31m three\x07\n");
    assert_eq!(d.text(), "one\ntwo three\nend");
    assert!(d.status().contains("left out 2"));
    d.press(&["ctrl-z"]);
    assert_eq!(d.text(), "end");
    d.press(&["ctrl-y"]);
    assert_eq!(d.text(), "one\ntwo three\nend");
}

#[test]
fn a_text_beyond_the_limit_is_edited_and_says_why_it_is_not_analysed() {
    let mut d = Driver::new(SAMPLE, SIZE);
    let job = d.app.job();
    d.paste(&"A line.\n".repeat(LIVE_BYTES / 8));
    assert!(!d.app.is_live());
    let rows = d.rows().join("\n");
    assert!(rows.contains("The analysis rests"), "{rows}");
    // What was under way when the text grew comes home late.
    let late = Reply::Slow {
        revision: job.revision,
        slow: Box::new(Slow {
            vectors: Part::Omitted,
            language: Part::Omitted,
            grammar: Part::Ready(vec![]),
            keywords: Part::Ready(vec![]),
        }),
        took: Duration::ZERO,
    };
    d.send(Input::Engine(late));
    assert!(d.app.marks.is_empty(), "marks of an older text");
    assert!(d.rows().join("\n").contains("The analysis rests"));
    d.press(&["ctrl-z"]);
    assert!(d.app.is_live() && d.rows().join("\n").contains("overall"));
}

#[test]
fn a_stale_reply_is_dropped() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.settle();
    let keywords = d.app.report().keywords.clone();
    let old = d.app.job().revision;
    d.type_text("x");
    d.send(Input::Engine(Reply::Slow {
        revision: old,
        slow: Box::default(),
        took: Duration::ZERO,
    }));
    assert!(d.app.is_behind());
    assert_eq!(
        d.app.report().keywords.ready().map(Vec::len),
        keywords.ready().map(Vec::len)
    );
}

#[test]
fn the_cursor_walks_wrapped_rows() {
    // 42 columns: “a b ” sixteen times is 64 columns, so that the line takes two rows.
    let text = format!("{}\nshort\n", "ab c ".repeat(16).trim_end());
    let mut d = Driver::new(&text, SIZE);
    let at = |d: &mut Driver| d.draw().0.unwrap();
    assert_eq!(at(&mut d), (1, 1));
    d.press(&["end"]);
    let (_, y) = at(&mut d);
    assert_eq!(y, 1, "End stays on its row");
    d.press(&["right"]);
    assert_eq!(at(&mut d), (1, 2), "and one step on begins the next");
    d.press(&["home", "up", "home"]);
    assert_eq!(at(&mut d), (1, 1));
    d.press(&["end", "down", "down"]);
    assert_eq!(at(&mut d), (6, 3), "a short row ends early");
    d.press(&["up"]);
    let (x, y) = at(&mut d);
    assert_eq!(y, 2);
    assert!(x > 6, "the column aimed for comes back");
}

#[test]
fn the_cursor_stands_behind_wide_characters() {
    let mut d = Driver::new("字👩‍💻e\u{301}x", SIZE);
    let columns: Vec<u16> = (0..4)
        .map(|_| {
            let x = d.draw().0.unwrap().0;
            d.press(&["right"]);
            x
        })
        .collect();
    assert_eq!(columns, [1, 3, 5, 6]);
}

#[test]
fn a_click_moves_a_drag_selects_and_the_wheel_scrolls() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.click(6, 1);
    assert_eq!(d.app.editor.buffer().cursor(), 5);
    d.mouse(MouseEventKind::Drag(MouseButton::Left), 12, 1);
    assert_eq!(d.app.editor.buffer().selected_text(), Some("spring"));
    d.mouse(MouseEventKind::ScrollDown, 6, 5);
    assert!(d.rows()[1].contains("It would have"), "{:#?}", d.rows());
    d.click(50, 3);
    assert_eq!(d.app.focus, Focus::Results);
    // Frames and the status line take no clicks.
    for at in [(0, 0), (79, 23), (43, 3), (500, 500)] {
        d.click(at.0, at.1);
    }
    assert_eq!(d.app.focus, Focus::Results);
}

#[test]
fn the_wheel_scrolls_a_page() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.press(&["f1"]);
    let before = d.rows();
    d.mouse(MouseEventKind::ScrollDown, 5, 5);
    assert_ne!(d.rows(), before);
    d.mouse(MouseEventKind::ScrollUp, 5, 5);
    assert_eq!(d.rows(), before);
}
