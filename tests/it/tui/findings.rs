//! From a finding to the text and back.

use postwright::tui::app::{Effect, Input};
use postwright::tui::focus::Focus;

use super::driver::{Driver, SAMPLE};

const SIZE: (u16, u16) = (80, 24);

/// Moves the selection of the results to the finding whose row holds `what`.
pub fn select(d: &mut Driver, what: &str) {
    d.press(&["alt-2", "home"]);
    for _ in 0..80 {
        let reversed = d
            .screen()
            .lines()
            .any(|l| l.starts_with("reversed: ") && l.contains(what));
        if reversed {
            return;
        }
        d.press(&["down"]);
    }
    panic!("no row holds {what}:\n{}", d.screen());
}

#[test]
fn enter_goes_to_the_place_and_tells_the_whole_message() {
    for size in [SIZE, (30, 8), (20, 5)] {
        let mut d = Driver::new(SAMPLE, size);
        d.settle();
        let needle = if size.0 < 30 { "1:51" } else { "“were" };
        select(&mut d, needle);
        d.press(&["enter"]);
        assert_eq!(d.app.focus, Focus::Editor);
        assert_eq!(
            d.app.editor.buffer().selected_text(),
            Some("were ever offered")
        );
        if size.1 > 5 {
            let told: String = d
                .rows()
                .join(" ")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            assert!(told.contains("make them the subject."), "{told}");
            assert!(
                told.contains("[style/passive-voice]") || size.0 < 80,
                "{told}"
            );
        }
    }
}

#[test]
fn a_fix_is_applied_where_it_stands_and_can_be_undone() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.settle();
    select(&mut d, "“In order to”");
    d.press(&["a"]);
    assert!(d.text().contains("\nTo make the decision"));
    d.press(&["alt-1", "ctrl-z"]);
    assert_eq!(d.text(), SAMPLE);
}

#[test]
fn the_selection_stays_on_its_finding_when_more_arrive_above_it() {
    let text = "We was late agian. In order to win, we wait.\n";
    let mut d = Driver::new(text, SIZE);
    select(&mut d, "“In order to”");
    d.settle();
    let kept = d
        .screen()
        .lines()
        .any(|l| l.starts_with("reversed: ") && l.contains("“In order to”"));
    assert!(kept, "{}", d.screen());
}

#[test]
fn a_finding_is_ignored_by_a_comment_above_its_line() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.settle();
    let before = d.app.report().findings.ready().unwrap().len();
    select(&mut d, "“In order to”");
    d.press(&["i"]);
    d.settle();
    assert_eq!(d.app.report().findings.ready().unwrap().len(), before - 1);
}

#[test]
fn another_finding_of_the_same_rule_in_the_line_stays() {
    let mut d = Driver::new("Hello wrold, this is a tset.\n", SIZE);
    d.settle();
    let count = |d: &Driver| d.app.report().findings.ready().unwrap().len();
    assert_eq!(count(&d), 2);
    select(&mut d, "1:7");
    d.press(&["i"]);
    d.settle();
    assert_eq!(count(&d), 1);
    assert!(
        d.text()
            .starts_with("<!-- postwright: ignore spelling/spell-check \"wrold\" -->\n")
    );
}

#[test]
fn a_word_goes_into_the_dictionary_and_the_text_is_checked_anew() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.settle().effects.clear();
    select(&mut d, "! 17:25");
    d.press(&["d"]);
    assert_eq!(d.effects, [Effect::AddWord("stratgy".into())]);
    d.effects.clear();
    d.send(Input::WordAdded {
        word: "stratgy".into(),
        result: Ok(vec!["stratgy".into()]),
    });
    assert_eq!(
        d.effects,
        [Effect::SetWords(vec!["stratgy".into()]), Effect::AnalyseNow]
    );
    select(&mut d, "“In order to”");
    d.press(&["d"]);
    assert!(d.status().contains("only words"));
}

#[test]
fn home_and_end_go_to_the_first_and_last_row_that_lead_somewhere() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.settle().press(&["tab", "end"]);
    let reversed = |d: &mut Driver| {
        let screen = d.screen();
        let row = screen.lines().find(|l| l.starts_with("reversed: "));
        row.unwrap_or_default().to_owned()
    };
    assert!(!reversed(&mut d).contains("overall"));
    d.press(&["home"]);
    assert!(reversed(&mut d).contains("overall"), "{}", d.screen());
    d.press(&["pagedown", "pageup", "pageup"]);
    assert!(reversed(&mut d).contains("overall"), "{}", d.screen());
}

#[test]
fn the_first_row_that_leads_somewhere_is_selected() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.press(&["tab", "enter"]);
    assert!(d.screen().contains("How the scores add up"));
}
