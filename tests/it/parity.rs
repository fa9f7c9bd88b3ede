//! The ports against the facts that `tests/data/golden/generate.py` wrote down.

use std::fs;
use std::path::{Path, PathBuf};

use postwright::analysis::readability::{Readability, SyllableSource, count_parity};
use postwright::analysis::sentiment;
use serde_json::Value;

/// The fewest texts that the facts may cover.
const AT_LEAST: usize = 400;
/// And the fewest large ones, made by repeating a text.
const AT_LEAST_LARGE: usize = 5;

fn golden(name: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/golden")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Each fact with its text: line `i` belongs to text `i`, unless it says otherwise.
fn facts(name: &str) -> Vec<(String, Value)> {
    let texts: Vec<String> = serde_json::from_str(&golden("texts.json")).unwrap();
    let facts: Vec<(String, Value)> = golden(name)
        .lines()
        .enumerate()
        .map(|(i, line)| {
            let fact: Value = serde_json::from_str(line).unwrap();
            let text = match (fact["text"].as_u64(), fact["times"].as_u64()) {
                (Some(seed), Some(times)) => texts[seed as usize].repeat(times as usize),
                _ => texts[i].clone(),
            };
            (text, fact)
        })
        .collect();
    assert!(texts.len() >= AT_LEAST, "{} texts", texts.len());
    assert!(
        facts.len() >= texts.len() + AT_LEAST_LARGE,
        "{} facts",
        facts.len()
    );
    facts
}

/// Lists where `found` lacks or contradicts a member of `expected`. Numbers are
/// compared as `f64`, bit for bit but for the sign of zero.
fn mismatches(text: &str, expected: &Value, found: &Value, list: &mut Vec<String>) {
    for (name, wanted) in expected.as_object().unwrap() {
        let got = &found[name];
        if wanted.as_f64() != got.as_f64() || wanted.is_null() != got.is_null() {
            let start: String = text.chars().take(60).collect();
            list.push(format!(
                "{start:?} ({} bytes): {name} {wanted} here {got}",
                text.len()
            ));
        }
    }
}

fn report(list: &[String]) {
    assert!(
        list.is_empty(),
        "{} mismatches\n{}",
        list.len(),
        list.join("\n")
    );
}

#[test]
fn readability_equals_textstat() {
    let mut list = Vec::new();
    for (text, fact) in facts("textstat.jsonl") {
        let scores = Readability::from_counts(count_parity(&text), SyllableSource::CmudictPyphen);
        let found = serde_json::to_value(scores).unwrap();
        mismatches(&text, &fact["counts"], &found["counts"], &mut list);
        mismatches(&text, &fact["metrics"], &found, &mut list);
    }
    report(&list);
}

#[test]
fn sentiment_equals_vader() {
    let mut list = Vec::new();
    for (text, mut fact) in facts("vader.jsonl") {
        let fact = fact.as_object_mut().unwrap();
        fact.remove("text");
        fact.remove("times");
        let trace = sentiment::trace(&text);
        let mut found = serde_json::to_value(sentiment::polarity(&text)).unwrap();
        found["raw"] = trace.compound.into();
        mismatches(&text, &Value::Object(fact.clone()), &found, &mut list);
        assert_eq!(trace.polarity, sentiment::polarity(&text), "{text:?}");
    }
    report(&list);
}
