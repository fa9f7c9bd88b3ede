//! Suggestions: shown, taken, turned down, and learnt from.

use insta::assert_snapshot;
use postwright::engine::{Failure, Rewritten};
use postwright::learning::ranking::{Acceptance, Decision, Priors, Verdict};
use postwright::post::{Revision, Span};
use postwright::rewrite::search::{
    EngagementForecast, Fix, Goal, Measured, Previews, Request, Scorer, Stopped, preview,
};
use postwright::rewrite::{Operator, Options};
use postwright::store::user::{Cause, Feedback, FeedbackKind};
use postwright::tui::app::{Effect, Input};
use postwright::tui::focus::Focus;

use super::driver::Driver;
use super::findings::select;

pub const TEXT: &str = "In order to win, we arrange a plan.\n\
                        In order to sell, we arrange 40 shops.\n\
                        It was a good day for all of us.\n";

/// Shorter is better, and liked more.
pub struct Toy;

impl Scorer for Toy {
    fn score(&mut self, texts: &[&str]) -> Result<Vec<Measured>, Stopped> {
        let of = |text: &&str| {
            let overall = 100.0 - text.len() as f64 / 10.0;
            let percentile = overall - 40.0;
            Measured {
                overall,
                facets: [Some(overall); 5],
                grade: Some(text.len() as f64 / 20.0),
                sentiment: None,
                engagement: Some(EngagementForecast {
                    percentile,
                    interval: [percentile - 30.0, percentile + 30.0],
                    lift: percentile / 100.0,
                    skill: 0.2,
                }),
                utf16_units: text.len(),
                first_line_fits: true,
                errors: 0,
                findings: [].into(),
                vector: None,
            }
        };
        Ok(texts.iter().map(of).collect())
    }
}

/// What operators and findings know of `text`. Only of `tighten` a reader's likes are known.
pub fn request(text: &str) -> Request<'_> {
    let fix = |(start, found): (usize, &str)| Fix {
        rule: "style/wordiness".to_owned(),
        span: Span::new(start, start + found.len()),
        after: "set".to_owned(),
        why: "A long word for “set”.".to_owned(),
    };
    let options = Options {
        operators: vec![Operator::Tighten],
        ..Options::default()
    };
    Request {
        fixes: text.match_indices("arrange").map(fix).collect(),
        distinguished: [Operator::Tighten].into(),
        ..Request::new(text, Goal::Overall, options)
    }
}

fn previews(text: &str) -> Previews {
    preview(&request(text), &mut Toy)
}

fn revision(d: &Driver) -> Revision {
    d.app.editor.buffer().revision()
}

/// The app with suggestions for `TEXT`.
fn suggesting(size: (u16, u16)) -> Driver {
    let mut d = Driver::learning(TEXT, size);
    d.settle();
    suggest(&mut d);
    d.effects.clear();
    d
}

/// Finds suggestions for the text as it is.
fn suggest(d: &mut Driver) {
    let found = Box::new(previews(d.text()));
    let revision = revision(d);
    d.send(Input::Rewritten(Rewritten::Suggested {
        revision,
        result: Ok(found),
    }));
}

fn shows(d: &mut Driver, what: &str) -> bool {
    d.press(&["alt-2", "alt-z"]);
    let found = d.rows().iter().any(|row| row.contains(what));
    d.press(&["alt-z"]);
    found
}

pub fn feedback(d: &mut Driver) -> Vec<Feedback> {
    let effects = std::mem::take(&mut d.effects);
    let told = effects.into_iter().filter_map(|effect| match effect {
        Effect::Feedback(feedback) => Some(feedback),
        _ => None,
    });
    told.flatten().collect()
}

fn rest(d: &mut Driver) {
    let revision = revision(d);
    d.send(Input::Resting(revision));
}

#[test]
fn a_rest_asks_for_suggestions_once() {
    let mut d = Driver::learning(TEXT, (80, 24));
    assert!(d.effects.contains(&Effect::Learn));
    d.settle();
    let asked = |d: &mut Driver| {
        rest(d);
        let all = std::mem::take(&mut d.effects);
        all.iter()
            .any(|e| matches!(e, Effect::Suggest(_, text) if text == TEXT))
    };
    assert!(asked(&mut d));
    assert!(!asked(&mut d));
    let mut off = Driver::new(TEXT, (80, 24));
    off.settle();
    assert!(!asked(&mut off));
}

#[test]
fn they_stand_below_the_findings() {
    for size in [(80, 24), (120, 40)] {
        let mut d = suggesting(size);
        select(&mut d, "likes");
        let name = format!("suggestions_{}x{}", size.0, size.1);
        assert_snapshot!(name, d.screen());
    }
}

#[test]
fn enter_tells_where_it_comes_from() {
    let mut d = suggesting((150, 60));
    select(&mut d, "likes");
    d.press(&["enter"]);
    assert_snapshot!("suggestion_page", d.screen());
    d.press(&["esc"]);
    assert_eq!(d.app.focus, Focus::Editor);
    assert_eq!(d.app.editor.buffer().selected_text(), Some("In order to"));
    let mut off = Driver::new(TEXT, (150, 60));
    off.settle();
    suggest(&mut off);
    select(&mut off, "likes");
    off.press(&["enter"]);
    assert!(off.screen().contains("gain alone ranks"));
}

#[test]
fn below_many_findings_they_are_told_at_the_top_and_a_key_goes_there() {
    let text = TEXT.to_owned() + &"In order to win, we left.\n".repeat(30);
    let mut d = Driver::learning(&text, (80, 24));
    d.settle();
    suggest(&mut d);
    let first = d.rows()[1].clone();
    assert!(first.contains(" suggestions (s) +"), "{first}");
    assert!(d.rows()[3].contains("Scores"), "{}", d.screen());
    d.press(&["alt-2", "s"]);
    let shown = d.screen();
    assert!(shown.contains("Suggestions  Enter"), "{shown}");
    assert!(d.app.chosen_suggestion().is_some(), "{shown}");
    d.press(&["}"]);
    assert!(d.rows()[1].contains("Sentiment"), "{}", d.screen());
    d.press(&["{", "{"]);
    assert!(d.app.chosen_finding().is_some(), "{}", d.screen());
    d.press(&["alt-1", "ctrl-p"]).type_text("suggestions");
    d.press(&["enter"]);
    assert_eq!(d.app.focus, Focus::Results);
    assert!(d.app.chosen_suggestion().is_some(), "{}", d.screen());
}

#[test]
fn a_suggestion_is_taken_in_one_step() {
    let mut d = suggesting((150, 40));
    select(&mut d, "tighten In order to → To");
    d.press(&["a"]);
    assert!(d.text().starts_with("To win, we arrange a plan.\nIn order"));
    let cause = Cause::Accepted {
        operator: "tighten".to_owned(),
        edits: 1,
    };
    let kept = d.records.last().map(|r| (r.cause.clone(), r.text.clone()));
    assert_eq!(kept, Some((cause, d.text().to_owned())));
    let told = feedback(&mut d);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (
            told[0].operator.as_str(),
            &told[0].kind,
            told[0].goal.as_str()
        ),
        ("tighten", &FeedbackKind::Accepted, "overall")
    );
    assert!(
        told[0].gain > 0.9 && told[0].document == "post.md",
        "{told:?}"
    );
    d.press(&["ctrl-z"]);
    assert_eq!(d.text(), TEXT);
    d.press(&["ctrl-z"]);
    assert!(d.status().contains("nothing to undo"));
}

#[test]
fn all_of_a_kind_are_taken_in_one_step() {
    let mut d = suggesting((150, 40));
    select(&mut d, "fix:style/wordiness arrange → set");
    d.press(&["A"]);
    assert_eq!(d.text(), TEXT.replace("arrange", "set"));
    let told = feedback(&mut d);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].operator, "fix:style/wordiness");
    assert!((told[0].gain - 0.8).abs() < 1e-6, "{told:?}");
    d.press(&["ctrl-z"]);
    assert_eq!(d.text(), TEXT);
}

#[test]
fn what_is_of_an_older_text_is_dimmed_and_not_taken() {
    let mut d = suggesting((150, 40));
    let old = (revision(&d), previews(TEXT));
    d.press(&["alt-1", "x"]);
    assert!(shows(&mut d, "of the text before"));
    select(&mut d, "tighten In order to → To");
    d.press(&["a"]);
    assert_eq!(d.text(), format!("x{TEXT}"));
    assert!(
        d.status().contains("the text has changed since"),
        "{}",
        d.status()
    );
    d.press(&["A"]);
    assert_eq!(d.text(), format!("x{TEXT}"));
    d.press(&["i"]);
    assert!(d.app.overlays.is_empty());
    d.send(Input::Rewritten(Rewritten::Suggested {
        revision: old.0,
        result: Ok(Box::new(old.1)),
    }));
    assert!(
        shows(&mut d, "of the text before"),
        "a late answer is dropped"
    );
    suggest(&mut d);
    assert!(!shows(&mut d, "of the text before"));
    assert_eq!(feedback(&mut d), []);
}

#[test]
fn a_read_only_post_takes_none() {
    let mut d = suggesting((150, 40));
    d.app.read_only = true;
    select(&mut d, "tighten In order to → To");
    d.press(&["a", "A"]);
    assert_eq!(d.text(), TEXT);
}

#[test]
fn a_suggestion_that_is_turned_down_stays_away_until_its_line_differs() {
    let what = "fix:style/wordiness arrange → set";
    let mut d = suggesting((150, 40));
    select(&mut d, what);
    d.press(&["i"]);
    assert_snapshot!("refusing_150x40", d.screen());
    d.press(&["esc"]);
    let rows = |d: &mut Driver| {
        let rows = d.rows();
        rows.iter().filter(|row| row.contains(what)).count()
    };
    assert_eq!((rows(&mut d), feedback(&mut d)), (2, vec![]));
    d.press(&["i"]).type_text(" not my word ").press(&["enter"]);
    assert_eq!(rows(&mut d), 1);
    let told = feedback(&mut d);
    let reason = Some("not my word".to_owned());
    assert_eq!(told[0].kind, FeedbackKind::Rejected { reason });
    suggest(&mut d);
    assert_eq!(rows(&mut d), 1, "it stays away");
    // Another line changes: it stays away; then its own.
    d.press(&["alt-1", "ctrl-end"]).type_text("More.");
    suggest(&mut d);
    assert_eq!(rows(&mut d), 1);
    d.press(&["ctrl-home"]).type_text("Now ");
    suggest(&mut d);
    assert_eq!(rows(&mut d), 2);
}

#[test]
fn a_refusal_without_a_reason_has_none() {
    let mut d = suggesting((80, 24));
    select(&mut d, "likes");
    d.press(&["i"]);
    assert_snapshot!("refusing_80x24", d.screen());
    d.press(&["enter"]);
    assert_eq!(
        feedback(&mut d)[0].kind,
        FeedbackKind::Rejected { reason: None }
    );
}

#[test]
fn all_of_a_kind_leaves_out_what_was_turned_down() {
    let mut d = suggesting((150, 40));
    select(&mut d, "fix:style/wordiness arrange → set");
    d.press(&["i", "enter"]);
    select(&mut d, "fix:style/wordiness arrange → set");
    d.press(&["A"]);
    assert_eq!(d.text().matches("arrange").count(), 1);
}

#[test]
fn an_edit_of_what_was_taken_is_told_once() {
    let mut d = suggesting((150, 40));
    select(&mut d, "tighten In order to → To");
    d.press(&["a"]);
    feedback(&mut d);
    // Before it, and behind it.
    d.press(&["alt-1", "ctrl-home"]).type_text("Ah. ");
    d.press(&["ctrl-end"]).type_text("More.");
    rest(&mut d);
    assert_eq!(feedback(&mut d), []);
    d.press(&[
        "ctrl-home",
        "ctrl-right",
        "right",
        "right",
        "right",
        "delete",
    ]);
    assert!(d.text().starts_with("Ah. T win"), "{}", d.text());
    assert_eq!(feedback(&mut d), [], "not while it is typed");
    rest(&mut d);
    let told = feedback(&mut d);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].operator.as_str(), &told[0].kind),
        ("tighten", &FeedbackKind::EditedAfter)
    );
    rest(&mut d);
    assert_eq!(feedback(&mut d), []);
}

#[test]
fn what_was_taken_before_is_followed_over_what_is_taken_next() {
    let mut d = suggesting((150, 40));
    select(&mut d, "fix:style/wordiness arrange → set");
    d.press(&["a"]);
    suggest(&mut d);
    // Two changes around it.
    select(&mut d, "2 changes: In order to → To");
    d.press(&["a"]);
    feedback(&mut d);
    rest(&mut d);
    assert_eq!(feedback(&mut d), []);
    let at = d.text().find("set").unwrap();
    d.press(&["alt-1", "ctrl-home"]);
    for _ in 0..=at {
        d.press(&["right"]);
    }
    d.press(&["delete"]);
    rest(&mut d);
    assert_eq!(feedback(&mut d)[0].operator, "fix:style/wordiness");
}

#[test]
fn undo_takes_an_acceptance_back_and_redo_sets_it_again() {
    let mut d = suggesting((150, 40));
    select(&mut d, "fix:style/wordiness arrange → set");
    d.press(&["a"]);
    suggest(&mut d);
    select(&mut d, "2 changes: In order to → To");
    d.press(&["a"]);
    feedback(&mut d);
    let both = d.text().to_owned();
    let told = |d: &mut Driver| {
        let all = feedback(d).into_iter();
        all.map(|f| (f.operator, f.kind)).collect::<Vec<_>>()
    };
    let of = |operator: &str, kind| (operator.to_owned(), kind);
    d.press(&["ctrl-z"]);
    assert_eq!(told(&mut d), [of("tighten", FeedbackKind::TakenBack)]);
    rest(&mut d);
    assert_eq!(told(&mut d), [], "what lies between is as it was taken");
    d.press(&["ctrl-z"]);
    let fix = "fix:style/wordiness";
    assert_eq!(told(&mut d), [of(fix, FeedbackKind::TakenBack)]);
    d.press(&["ctrl-z", "ctrl-y", "ctrl-y", "ctrl-y"]);
    let again = [fix, "tighten"].map(|o| of(o, FeedbackKind::Accepted));
    assert_eq!(told(&mut d), again);
    assert_eq!(d.text(), both);
    rest(&mut d);
    assert_eq!(told(&mut d), []);
    // It is followed again.
    d.press(&["alt-1", "ctrl-home", "delete"]);
    rest(&mut d);
    assert_eq!(told(&mut d), [of("tighten", FeedbackKind::EditedAfter)]);
}

#[test]
fn a_fix_of_a_finding_is_a_suggestion_that_was_taken() {
    let mut d = suggesting((150, 40));
    select(&mut d, "1:1");
    d.press(&["a"]);
    let told = feedback(&mut d);
    assert_eq!(told[0].kind, FeedbackKind::Accepted);
    assert!(told[0].operator.starts_with("fix:style/"), "{told:?}");
    d.press(&["ctrl-z"]);
    assert_eq!(feedback(&mut d)[0].kind, FeedbackKind::TakenBack);
}

/// The sources in the order of their rows.
fn order(d: &mut Driver) -> Vec<&'static str> {
    let rows = d.rows();
    let of = |row: &String| {
        let names = ["tighten", "fix:style/wordiness"];
        let is_row = row.contains("clearer ") || row.contains("likes ");
        names.into_iter().find(|n| is_row && row.contains(n))
    };
    rows.iter().filter_map(of).collect()
}

/// A writer who always refuses the one and takes the other.
fn learned(refused: &str, taken: &str) -> Input {
    let of = |operator: &str, verdict| Decision {
        operator: operator.to_owned(),
        verdict,
    };
    let pair = [of(refused, Verdict::Rejected), of(taken, Verdict::Accepted)];
    let decisions = vec![pair; 30].concat();
    let acceptance = Acceptance::replay(Priors::default(), &decisions);
    Input::Learned(Ok(Box::new(acceptance)))
}

#[test]
fn the_writers_choices_rank() {
    let mut d = suggesting((150, 60));
    d.press(&["alt-2", "alt-z"]);
    assert_eq!(order(&mut d)[0], "tighten");
    d.send(learned("tighten", "fix"));
    assert_eq!(order(&mut d)[0], "fix:style/wordiness");
    // All fixes count as one operator.
    d.send(learned("fix", "tighten"));
    assert_eq!(order(&mut d)[0], "tighten");
}

#[test]
fn nothing_is_learnt_where_that_is_off() {
    let mut d = Driver::new(TEXT, (150, 60));
    assert!(!d.effects.contains(&Effect::Learn));
    d.settle();
    suggest(&mut d);
    d.press(&["alt-2", "alt-z"]);
    d.send(learned("tighten", "fix"));
    assert_eq!(order(&mut d)[0], "tighten");
    d.press(&["alt-z"]);
    select(&mut d, "tighten In order to → To");
    d.press(&["a", "alt-1", "ctrl-home", "delete"]);
    rest(&mut d);
    suggest(&mut d);
    select(&mut d, "tighten");
    d.press(&["i", "enter"]);
    assert_eq!(feedback(&mut d), []);
}

#[test]
fn a_store_that_fails_is_told_of_once() {
    let mut d = suggesting((80, 24));
    let failed = || Input::Learned(Err("it is held".to_owned()));
    d.send(failed());
    assert!(d.status().contains("it is held"));
    d.press(&["alt-1", "x", "backspace"]);
    d.send(failed());
    assert!(!d.status().contains("it is held"));
}

#[test]
fn a_search_that_fails_says_why() {
    let mut d = Driver::learning(TEXT, (120, 40));
    d.settle();
    let revision = revision(&d);
    d.send(Input::Rewritten(Rewritten::Suggested {
        revision,
        result: Err(Failure::Failed("no thread".to_owned())),
    }));
    assert!(shows(&mut d, "no thread"));
}

#[test]
fn a_click_chooses_and_opens_it() {
    let mut d = suggesting((150, 40));
    let row = d.rows().iter().position(|r| r.contains("likes")).unwrap();
    d.click(100, row as u16);
    assert!(d.app.overlays.is_empty());
    d.click(100, row as u16);
    assert!(d.screen().contains("Where its place comes from"));
}
