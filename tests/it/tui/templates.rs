//! Templates, hooks and calls to action, put into the post.

use std::fs;

use postwright::store::journal::Recovered;
use postwright::store::user::Cause;
use postwright::templates::Library;
use postwright::tui::app::{Document, Effect, Input};
use postwright::tui::overlays::Shelf;

use super::documents::{self, SIZE, file};
use super::driver::Driver;

const POST: &str = "One thing.\n\nAnother.\n\n#rust #tui\n";

/// What is shipped, and two files of the writer's, one of them wrong.
fn shelf() -> Input {
    let folder = tempfile::tempdir().unwrap();
    let write = |name, text| fs::write(folder.path().join(name), text).unwrap();
    write(
        "weekly.md",
        "This week I {{did|wrote code}} with {{who}}.\n\nNext: {{next}}.\n",
    );
    write("broken.md", "One\n{{two\n");
    write(
        "hooks.toml",
        "[[hook]]\nname = 'zero'\nkind = 'number'\ntext = 'Zero {{what}}.'\n",
    );
    write(
        "calls.toml",
        "[[call]]\nname = 'plain'\nkind = 'question'\ntext = 'What would you do?'\n",
    );
    let (library, problems) = Library::read(Some(folder.path()));
    Input::Templates(Box::new(Shelf::new(&library, &problems)))
}

fn listing(d: &mut Driver) -> &mut Driver {
    d.effects.clear();
    d.press(&["f10"]);
    assert_eq!(d.effects.pop_back(), Some(Effect::ReadTemplates));
    d.send(shelf());
    d
}

#[test]
fn the_library_is_listed_with_problems_and_a_preview() {
    for size in [SIZE, (120, 40), (30, 8), (20, 5)] {
        let mut d = Driver::new(POST, size);
        listing(&mut d).type_text("w").press(&["ctrl-u"]);
        let name = format!("templates_{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, d.screen());
    }
    let mut d = Driver::new(POST, (120, 40));
    listing(&mut d).type_text("weekly");
    let screen = d.screen();
    assert!(
        screen.contains("This week I wrote code with [who]."),
        "{screen}"
    );
    assert!(!screen.contains("Not read"), "filtered: {screen}");
}

#[test]
fn a_problem_tells_its_place_and_remedy() {
    let mut d = Driver::new(POST, SIZE);
    listing(&mut d).press(&["up", "enter"]);
    let screen = d.screen();
    assert!(screen.contains("broken.md:2:1"), "{screen}");
    assert!(screen.contains("help: write"), "{screen}");
}

#[test]
fn a_template_becomes_a_draft_with_its_first_blank_selected() {
    let mut d = Driver::new(POST, SIZE);
    listing(&mut d).type_text("weekly").press(&["enter"]);
    let Some(Effect::NewDraft(Some(text))) = d.effects.pop_back() else {
        panic!("no draft: {:?}", d.effects);
    };
    assert_eq!(
        text,
        "This week I wrote code with [who].\n\nNext: [next].\n"
    );
    let draft = Document {
        recovered: Some(Recovered {
            text,
            ..documents::recovered("", false)
        }),
        ..Document::default()
    };
    d.send(Input::Opened(Ok(Box::new(draft))));
    let selected = |d: &Driver| d.app.editor.buffer().selected_text().map(str::to_owned);
    assert_eq!(selected(&d).as_deref(), Some("[who]"));
    assert!(
        d.status().contains("Ctrl-G goes to the next"),
        "{}",
        d.status()
    );
    d.type_text("Ada").press(&["ctrl-g"]);
    assert_eq!(selected(&d).as_deref(), Some("[next]"));
    d.type_text("rest").press(&["ctrl-g"]);
    assert!(d.status().contains("no blank is left"), "{}", d.status());
    assert_eq!(
        d.text(),
        "This week I wrote code with Ada.\n\nNext: rest.\n"
    );
    // The next post is no template.
    d.send(Input::Opened(Ok(Box::new(file("A [note].\n")))));
    assert_eq!(selected(&d), None);
    d.press(&["ctrl-g", "ctrl-g"]);
    assert_eq!(selected(&d).as_deref(), Some("[note]"), "round and round");
}

#[test]
fn a_draft_that_could_not_be_made_fills_nothing_in() {
    let mut d = Driver::new(POST, SIZE);
    listing(&mut d).type_text("weekly").press(&["enter"]);
    d.send(Input::Opened(Err("no room".into())));
    assert_eq!(d.text(), POST);
    d.send(Input::Opened(Ok(Box::new(file("A [note].\n")))));
    assert_eq!(d.app.editor.buffer().selected_text(), None);
}

/// Asserts that the text of now was kept, as what `operator` brought.
fn kept(d: &mut Driver, operator: &str) {
    let kept = d.records.pop().expect("a version");
    let operator = operator.to_owned();
    assert_eq!(kept.cause, Cause::Accepted { operator, edits: 1 });
    assert_eq!(kept.text, d.text());
}

#[test]
fn hooks_come_first_and_calls_before_the_hashtags() {
    let mut d = Driver::new(POST, SIZE);
    d.records.clear();
    listing(&mut d).type_text("zero").press(&["enter"]);
    assert_eq!(d.text(), format!("Zero [what].\n\n{POST}"));
    kept(&mut d, "new-hook");
    assert_eq!(d.app.editor.buffer().selected_text(), Some("[what]"));
    assert!(d.app.overlays.is_empty());
    d.press(&["ctrl-z"]);
    assert_eq!(d.text(), POST, "one edit");
    listing(&mut d).type_text("plain").press(&["enter"]);
    let called = "One thing.\n\nAnother.\n\nWhat would you do?\n\n#rust #tui\n";
    assert_eq!(d.text(), called);
    kept(&mut d, "new-call");
    d.press(&["ctrl-z"]);
    assert_eq!(d.text(), POST, "one edit");
}

#[test]
fn a_post_that_is_only_read_takes_nothing() {
    let mut d = documents::open(
        Document {
            taken_by: Some(None),
            ..file(POST)
        },
        SIZE,
    );
    d.press(&["r"]).records.clear();
    listing(&mut d).type_text("plain").press(&["enter"]);
    assert!(d.records.is_empty(), "{:?}", d.records);
    assert_eq!(d.text(), POST);
    assert!(d.status().contains("read-only"), "{}", d.status());
}

#[test]
fn every_size_can_be_drawn() {
    let mut d = Driver::new(POST, SIZE);
    listing(&mut d);
    for width in (0..=24).chain([39, 40, 79, 80, 120, 300]) {
        for height in (0..=12).chain([24, 100]) {
            d.resize(width, height);
            let (cursor, _) = d.draw();
            let inside = cursor.is_none_or(|(x, y)| x < width && y < height);
            assert!(inside, "{cursor:?} on {width}x{height}");
        }
    }
}
