//! Posts made to break the analysis: all of them are answered, in time.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::{run, schema};

/// Far above what any of these takes on a slow machine, far below what a square would.
const PATIENCE: Duration = Duration::from_secs(60);
const MEGABYTE: usize = 1_000_000;

/// Analyses every text whole, in one run, and asserts that each has a report as described.
fn survive(texts: &[String]) {
    let lines: String = texts
        .iter()
        .map(|t| json!({"id": t.len(), "text": t}).to_string() + "\n")
        .collect();
    let found = run(&["analyze", "--jsonl"], lines).expect(0).lines();
    assert_eq!(found.len(), texts.len());
    for (report, text) in found.iter().zip(texts) {
        schema::assert_report(report);
        assert_eq!(report["id"], text.len());
        for finding in report["findings"].as_array().unwrap() {
            super::under(text, &finding["span"]);
        }
    }
}

fn repeated(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes / piece.len())
}

const PIECES: [&str; 36] = [
    "a",
    "a. ",
    "(",
    "🚀",
    "#a",
    "#a ",
    ".",
    "\"",
    "\u{301}",
    "e\u{301}\u{301}",
    "\n",
    "\r",
    "\r\n",
    "'",
    "“",
    "!",
    "? ",
    "very ",
    "The ",
    "STOP ",
    "a apple ",
    "and ",
    "in order to ",
    "1 ",
    "- item\n",
    "@a ",
    "https://x.io ",
    "a-",
    "👩\u{200d}",
    "🇩🇪",
    "\x1b",
    "\x1b[",
    "\u{9d}",
    "\0",
    "\u{202e}",
    "<!-- postwright: ignore style/hedge -->\n",
];

#[test]
fn a_megabyte_of_one_thing() {
    for piece in PIECES {
        let began = Instant::now();
        survive(&[repeated(piece, MEGABYTE)]);
        assert!(
            began.elapsed() < PATIENCE,
            "{piece:?}: {:?}",
            began.elapsed()
        );
    }
}

#[test]
fn as_much_as_the_checker_takes_of_one_thing() {
    for piece in [
        "very ",
        "The ",
        "and ",
        "a apple ",
        "in order to ",
        "1 ",
        "- item\n",
        "was written ",
        "I. ",
    ] {
        let began = Instant::now();
        survive(&[format!(
            "The team is proud of what it has built. {}",
            repeated(piece, 99_000)
        )]);
        assert!(
            began.elapsed() < PATIENCE,
            "{piece:?}: {:?}",
            began.elapsed()
        );
    }
}

#[test]
fn ten_megabytes() {
    for piece in [
        "\n",
        "a\n",
        "We told the whole team about it and then we left. ",
        "So we left.\n\n",
    ] {
        let began = Instant::now();
        let parts = "text,language,sentiment,readability,structure,scores";
        let args = ["analyze", "--format", "json", "--only", parts];
        let post = repeated(piece, 10 * MEGABYTE);
        let report = run(&args, &post).expect(0).json();
        assert_eq!(report["text"]["utf16_units"], post.len());
        assert!(
            began.elapsed() < PATIENCE,
            "{piece:?}: {:?}",
            began.elapsed()
        );
    }
}

#[test]
fn many_findings_are_placed_in_time_in_every_format() {
    let post = repeated("It was very much written, really!! ", MEGABYTE);
    for format in ["human", "json", "jsonl", "sarif"] {
        let began = Instant::now();
        let run = run(
            &["analyze", "--format", format, "--only", "findings"],
            &post,
        )
        .expect(0);
        assert!(run.out.len() > MEGABYTE);
        assert!(
            began.elapsed() < PATIENCE,
            "{format}: {:?}",
            began.elapsed()
        );
    }
}

#[test]
fn random_text() {
    let any = prop::collection::vec(any::<String>(), 20);
    let noise = "([a-zA-Z ]{1,9}|[.,;:!?'\"()#@_*-]{1,3}|[\u{0}-\u{9f}]{1,2}|\\PC{1,3}|\r\n|\n\n|very |it's |<!--|-->|\u{200d}|🚀|e\u{301}|\u{202e}|https://x.io/){0,40}";
    let noise = prop::collection::vec(noise, 60);
    let mut runner = TestRunner::new(Config {
        cases: 4,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&(any, noise), |(any, noise)| {
            survive(&any);
            survive(&noise);
            Ok(())
        })
        .unwrap();
}
