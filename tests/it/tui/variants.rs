//! Variants beside the post: looked for, switched, taken.

use insta::assert_snapshot;
use postwright::engine::{Failure, Rewritten};
use postwright::post::Revision;
use postwright::rewrite::search::{Goal, Optimised, Request, optimise};
use postwright::store::user::FeedbackKind;
use postwright::tui::app::{Effect, Input};
use postwright::tui::overlays::Overlay;
use postwright::tui::theme::Theme;

use super::driver::Driver;
use super::suggesting::{TEXT, Toy, feedback, request};

fn found(text: &str, goal: Goal) -> Box<Optimised> {
    let request = Request {
        objective: Request::new(text, goal, Default::default()).objective,
        ..request(text)
    };
    let mut found = optimise(&request, &mut Toy, &|| false);
    // To a search some of the edits are no other variant; here they are something to go through.
    for max_edits in [3, 2] {
        let mut fewer = request.clone();
        fewer.limits.max_edits = max_edits;
        for variant in optimise(&fewer, &mut Toy, &|| false).variants {
            if found.variants.iter().all(|v| v.text != variant.text) {
                found.variants.push(variant);
            }
        }
    }
    Box::new(found)
}

fn revision(d: &Driver) -> Revision {
    d.app.editor.buffer().revision()
}

fn answer(d: &mut Driver, goal: Goal, result: Result<Box<Optimised>, Failure>) {
    let revision = revision(d);
    d.send(Input::Rewritten(Rewritten::Varied {
        revision,
        goal,
        result,
    }));
}

/// The app with variants of `text` over the panes.
fn varying(text: &str, size: (u16, u16)) -> Driver {
    let mut d = Driver::learning(text, size);
    d.settle().press(&["f8"]);
    let found = found(text, Goal::Overall);
    answer(&mut d, Goal::Overall, Ok(found));
    d.effects.clear();
    d
}

fn is_open(d: &Driver) -> bool {
    matches!(d.app.overlays.last(), Some(Overlay::Variants(_)))
}

#[test]
fn a_key_looks_for_them_and_the_status_line_says_so() {
    let mut d = Driver::new(TEXT, (80, 24));
    d.settle().effects.clear();
    d.press(&["f8"]);
    let order = Effect::Vary(revision(&d), TEXT.to_owned(), Goal::Overall);
    assert_eq!(d.effects, [order]);
    assert!(d.status().contains("looking for variants for overall"));
    d.press(&["right"]);
    assert!(d.status().contains("looking for variants"), "still");
    answer(&mut d, Goal::Overall, Ok(found(TEXT, Goal::Overall)));
    assert!(is_open(&d));
    assert!(!d.status().contains("looking for variants"));
}

#[test]
fn they_stand_beside_the_post_or_in_one_text() {
    for size in [(120, 40), (80, 24), (40, 12), (30, 8)] {
        let mut d = varying(TEXT, size);
        let name = format!("variants_{}x{}", size.0, size.1);
        assert_snapshot!(name, d.screen());
    }
}

#[test]
fn colours_tell_what_goes_and_comes_and_marks_do_without_them() {
    let mut d = varying(TEXT, (100, 12));
    let styles = d.styles("dark");
    let theme = Theme::built_in("dark").unwrap();
    for style in [theme.good, theme.error] {
        let colour = format!("{}", style.fg.unwrap());
        assert!(styles.contains(&colour), "{colour}:\n{styles}");
    }
    let rows = d.rows().join("\n");
    assert!(
        rows.contains("[-In order to-]") && rows.contains("{+To+}"),
        "{rows}"
    );
}

#[test]
fn edits_are_switched_off_and_on() {
    let mut d = varying(TEXT, (120, 40));
    let text = |d: &Driver| match d.app.overlays.last() {
        Some(Overlay::Variants(v)) => v.text().unwrap(),
        other => panic!("{other:?}"),
    };
    let all = text(&d);
    assert!(
        all.starts_with("To win, we set a plan.\nTo sell, we set 40"),
        "{all}"
    );
    d.press(&["down", "space"]);
    assert!(text(&d).starts_with("To win, we arrange a plan.\nTo sell"));
    assert_snapshot!("variants_one_off", d.screen());
    d.press(&["space"]);
    assert_eq!(text(&d), all);
    d.press(&["up", "space", "enter"]);
    assert_eq!(d.text(), all.replacen("To win", "In order to win", 1));
}

#[test]
fn what_is_on_is_taken_in_one_step_and_the_cursor_stays_with_its_words() {
    let mut d = Driver::learning(TEXT, (120, 40));
    d.settle().press(&["ctrl-end", "up", "ctrl-right"]);
    let rest = |d: &Driver| {
        let buffer = d.app.editor.buffer();
        buffer.text()[buffer.cursor()..].to_owned()
    };
    let before = rest(&d);
    assert!(before.starts_with(" was a good day"), "{before}");
    d.press(&["f8"]);
    answer(&mut d, Goal::Overall, Ok(found(TEXT, Goal::Overall)));
    d.effects.clear();
    // Both fixes off.
    d.press(&["down", "space", "down", "down", "space", "enter"]);
    assert!(!is_open(&d));
    assert_eq!(d.text(), TEXT.replace("In order to", "To"));
    assert_eq!(rest(&d), before);
    let told = feedback(&mut d);
    let of = |i: usize| (told[i].operator.as_str(), &told[i].kind);
    assert_eq!(of(0), ("tighten", &FeedbackKind::Accepted));
    let refused = FeedbackKind::Rejected { reason: None };
    assert_eq!(of(1), ("fix:style/wordiness", &refused));
    assert_eq!(told.len(), 2);
    assert!(told[0].gain > 1.0, "{told:?}");
    d.press(&["ctrl-z"]);
    assert_eq!(d.text(), TEXT);
}

#[test]
fn nothing_on_is_nothing_to_take() {
    let mut d = varying("In order to win, we plan.\n", (120, 40));
    d.press(&["space", "enter"]);
    assert!(is_open(&d));
    assert!(d.status().contains("no edit is on"), "{}", d.status());
}

#[test]
fn variants_and_goals_are_gone_through() {
    let mut d = varying(TEXT, (120, 40));
    let count = found(TEXT, Goal::Overall).variants.len();
    assert!(count > 1);
    assert!(d.screen().contains(&format!("1 of {count} for overall")));
    d.press(&["]"]);
    assert!(d.screen().contains(&format!("2 of {count} for overall")));
    d.press(&["left", "left"]);
    assert!(d.screen().contains(&format!("1 of {count} for overall")));
    d.press(&["g", "g"]);
    let text = TEXT.to_owned();
    let last = d.effects.pop_back();
    assert_eq!(last, Some(Effect::Vary(revision(&d), text, Goal::Clarity)));
    assert!(d.screen().contains("looking for clarity"));
    d.press(&["g", "g", "g", "g", "g"]);
    assert_eq!(d.effects.len(), 6, "each goal is asked for anew");
    let one = found(TEXT, Goal::Engagement);
    answer(&mut d, Goal::Engagement, Ok(one));
    assert!(
        d.screen().contains("looking for clarity"),
        "not asked for any more"
    );
    let other = found(TEXT, Goal::Clarity);
    answer(&mut d, Goal::Clarity, Ok(other));
    let screen = d.screen();
    assert!(
        screen.contains("for clarity · ") && !screen.contains("looking"),
        "{screen}"
    );
}

#[test]
fn what_nobody_waits_for_does_not_open() {
    let mut d = varying(TEXT, (120, 40));
    d.press(&["g", "esc"]);
    answer(&mut d, Goal::Engagement, Ok(found(TEXT, Goal::Engagement)));
    assert!(d.app.overlays.is_empty());
    d.press(&["f8", "f8"]);
    let asked = d.effects.iter().filter(|e| matches!(e, Effect::Vary(..)));
    assert_eq!(asked.count(), 2, "the same is asked for once");
}

#[test]
fn a_change_of_the_text_makes_the_search_moot() {
    let mut d = Driver::new(TEXT, (80, 24));
    d.settle().press(&["f8"]);
    let old = revision(&d);
    d.type_text("x");
    d.send(Input::Rewritten(Rewritten::Varied {
        revision: old,
        goal: Goal::Overall,
        result: Ok(found(TEXT, Goal::Overall)),
    }));
    assert!(!is_open(&d));
    assert!(
        d.status().contains("F8 looks for variants again"),
        "{}",
        d.status()
    );
    d.press(&["f8"]);
    answer(
        &mut d,
        Goal::Overall,
        Err(Failure::Failed("no thread".into())),
    );
    assert!(d.status().contains("no variants: no thread"));
}

#[test]
fn where_nothing_gains_it_says_why() {
    let mut d = varying("A plan.\n", (80, 24));
    assert!(
        d.screen().contains("nothing to improve: "),
        "{}",
        d.screen()
    );
    d.press(&["enter"]);
    assert!(!is_open(&d));
    assert_eq!(d.text(), "A plan.\n");
    let mut empty = Driver::new("\n", (80, 24));
    empty.press(&["f8"]);
    assert!(empty.status().contains("there are no variants"));
}

#[test]
fn what_is_read_meanwhile_is_not_covered() {
    let mut d = Driver::new(TEXT, (80, 24));
    d.settle().press(&["f8", "f1"]);
    answer(&mut d, Goal::Overall, Ok(found(TEXT, Goal::Overall)));
    assert!(matches!(d.app.overlays.last(), Some(Overlay::Page(_))));
}

#[test]
fn a_long_post_is_scrolled_and_the_chosen_edit_kept_in_view() {
    let text = format!("{}{}", TEXT, "Some line of the post.\n".repeat(60)) + TEXT;
    let mut d = varying(&text, (120, 24));
    assert!(d.screen().contains("we [-arrange-] a plan"));
    d.press(&["pagedown"]);
    assert!(!d.screen().contains("we [-arrange-] a plan"));
    d.press(&["down", "down", "down", "down", "down"]);
    assert!(d.screen().contains("40 shops"), "{}", d.screen());
    d.press(&["esc"]);
    assert!(d.app.overlays.is_empty());
    assert_eq!(d.text(), text);
}
