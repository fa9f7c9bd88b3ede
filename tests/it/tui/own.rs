//! What the writer's own past posts say, beside the forecast.

use postwright::learning::calibration::{Calibration, PastPost, Settings, Verdict, outcome};
use postwright::tui::app::Input;

use super::driver::{Driver, SAMPLE};
use super::findings::select;

const SIZE: (u16, u16) = (200, 50);

/// `n` past posts whose engagements follow the head's number, or do not.
fn own(n: u64, holds: bool) -> Input {
    let post = |i: u64| {
        let reactions = if holds { 10 * (i % 7) } else { i * 37 % 89 };
        PastPost {
            score: (i % 7) as f64 / 3.0,
            outcome: outcome(Some(1_000), 10 + reactions, 0, 0, None),
        }
    };
    let posts: Vec<PastPost> = (0..n).map(post).collect();
    let own = Calibration::new(&posts, &Settings::default()).unwrap();
    let wanted = n >= 40 && holds;
    assert_eq!(own.verdict == Verdict::Skill, wanted, "{}", own.explanation);
    Input::Own(Some(Box::new(own)))
}

/// The rows of the results that tell of past posts.
fn told(d: &mut Driver) -> Vec<String> {
    d.press(&["alt-2", "alt-z"]);
    let rows = d.rows();
    d.press(&["alt-z"]);
    let cells = rows.iter().flat_map(|row| row.split('│'));
    cells
        .map(str::trim)
        .filter(|cell| cell.starts_with("own posts"))
        .map(str::to_owned)
        .collect()
}

/// The screen with what opens from the row that holds `what`.
fn opened(d: &mut Driver, what: &str) -> String {
    select(d, what);
    d.press(&["enter"]);
    let screen = d.screen();
    d.press(&["esc"]);
    screen
}

#[test]
fn nothing_is_told_without_past_posts() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.settle();
    let before = d.screen();
    d.send(Input::Own(None));
    assert_eq!(d.screen(), before);
}

#[test]
fn a_forecast_stands_below_the_percentile_and_opens() {
    let mut d = Driver::new(SAMPLE, SIZE);
    d.settle();
    d.send(own(70, true));
    let screen = opened(&mut d, "own posts 0.");
    assert!(screen.contains("What your own posts say"), "{screen}");
    for part in [
        "the median of the last 25 of your 70 posts",
        "with your running median → skill",
        "this post: lift",
        "10th and 90th percentile",
    ] {
        let flat = screen.replace(['│', '\n'], " ");
        let flat: Vec<&str> = flat.split_whitespace().collect();
        let words: Vec<&str> = part.split_whitespace().collect();
        let has = |word: &&str| flat.contains(word);
        assert!(words.iter().all(has), "{part}: {screen}");
    }
    // Gone with the posts.
    d.send(Input::Own(None));
    let left = told(&mut d);
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn too_few_posts_and_no_skill_are_one_line_that_opens() {
    for (own, row) in [
        (own(12, true), "own posts: 12 of 40 posts needed"),
        (own(70, false), "own posts: no skill ("),
    ] {
        let mut d = Driver::new(SAMPLE, SIZE);
        d.settle();
        d.send(own);
        let screen = opened(&mut d, row);
        assert!(screen.contains("What your own posts say"), "{screen}");
        assert!(!screen.contains("this post: lift"), "{screen}");
    }
}
