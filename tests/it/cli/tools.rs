//! `rules`, `completions`, `doctor`, and the report for a reader.

use std::collections::BTreeSet;

use super::{POST, feed, program, run};

#[test]
fn every_rule_that_speaks_is_listed() {
    let rules = run(&["rules", "--format", "json"], "").expect(0).json();
    let rules = rules.as_array().unwrap();
    let ids: BTreeSet<_> = rules.iter().map(|r| r["rule"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len(), "ids are unique");
    for rule in rules {
        assert!(!rule["summary"].as_str().unwrap().is_empty(), "{rule}");
        assert!(!rule["source"].as_str().unwrap().is_empty(), "{rule}");
    }
    let groups: BTreeSet<_> = ids.iter().map(|id| id.split('/').next().unwrap()).collect();
    for group in [
        "grammar",
        "spelling",
        "style",
        "structure",
        "linkedin",
        "unicode",
    ] {
        assert!(groups.contains(group), "{group}");
    }
    let post = format!("{POST}\n\nWe recieved a apple, very much so. It was utilised!!! \u{202e}");
    for finding in super::report(&post, "findings")["findings"]
        .as_array()
        .unwrap()
    {
        assert!(ids.contains(finding["rule"].as_str().unwrap()), "{finding}");
    }
    let human = run(&["rules"], "").expect(0).out;
    assert_eq!(human.lines().count(), rules.len());
    assert!(ids.iter().all(|id| human.contains(id)));
}

#[test]
fn every_shell_gets_a_completion_script() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&["completions", shell], "").expect(0).out;
        for word in ["analyze", "export", "fail-on", "jsonl"] {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
    }
}

#[test]
fn the_doctor_is_well_here_and_says_what_is_wrong() {
    let well = run(&["doctor"], "").expect(0).out;
    for row in [
        "version",
        "workers",
        "terminal",
        "configuration",
        "dictionary",
        "grammar",
        "self-test",
    ] {
        assert!(
            well.lines().any(|l| l.starts_with("ok") && l.contains(row)),
            "{row}: {well}"
        );
    }
    let mut command = program();
    command
        .arg("doctor")
        .env("POSTWRIGHT_ANALYSIS_DICTIONARY", "/no/such/words.txt");
    let ill = feed(command, b"").expect(2).out;
    let told = ill.lines().find(|l| l.starts_with("FAIL")).unwrap();
    assert!(
        told.contains("dictionary") && told.contains("/no/such/words.txt"),
        "{ill}"
    );
}

#[test]
fn the_report_for_a_reader_has_every_part() {
    let out = run(&["analyze", "--explain"], POST).expect(0).out;
    for row in [
        "length",
        "fold",
        "language",
        "scores",
        "sentiment",
        "readability",
        "keywords",
        "structure",
        "findings",
    ] {
        assert!(
            out.lines().any(|l| l.trim_start().starts_with(row)),
            "{row}: {out}"
        );
    }
    assert!(out.contains("spelling/spell-check"));
    assert!(out.contains("206.835"), "the arithmetic");
    let foreign = run(
        &["analyze"],
        "Heute haben wir die neue Version veröffentlicht.",
    )
    .expect(0)
    .out;
    assert!(
        foreign.contains("no readability: made for English"),
        "{foreign}"
    );
    assert!(run(&["analyze"], "").expect(0).out.contains("0 of 3000"));
}
