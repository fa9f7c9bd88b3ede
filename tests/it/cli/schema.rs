//! Reports against the JSON Schema that describes them.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{POST, file, run};

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../models/schema/report.schema.json");
    serde_json::from_str(text).unwrap()
});
static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::validator_for(&SCHEMA).unwrap());
/// One kind of document by itself: its errors say more than those of a choice.
static REPORT: LazyLock<Validator> = LazyLock::new(|| {
    let mut schema = SCHEMA.clone();
    schema.as_object_mut().unwrap().remove("oneOf");
    schema["$ref"] = "#/$defs/report".into();
    jsonschema::validator_for(&schema).unwrap()
});

pub(super) fn assert_report(report: &Value) {
    if let Err(error) = REPORT.validate(report) {
        panic!("{error} at {}", error.instance_path());
    }
    assert!(VALIDATOR.is_valid(report));
}

pub(super) fn is_valid(document: &Value) -> bool {
    VALIDATOR.is_valid(document)
}

const PARTS: [&str; 10] = [
    "text",
    "language",
    "sentiment",
    "readability",
    "keywords",
    "structure",
    "meaning",
    "findings",
    "scores",
    "receipt",
];

/// Posts that make every part look different.
fn posts() -> Vec<String> {
    let mut posts: Vec<String> = [
        POST,
        "",
        " \n\t\n",
        "Wow!",
        "42",
        "Heute haben wir die neue Version veröffentlicht und das ganze Team ist stolz darauf.",
        "私たちは今日新しいバージョンを公開しました。とても嬉しいです。",
        "We \x1b[31mwere\x1b[0m told. 🚀🚀\r\n<!-- postwright: of x -->\r\nSO GREAT!!! 𝗕𝗼𝗹𝗱 #a @b https://x.io",
        "- one\n- two\n\nComment YES if you agree. Follow me, me@x.io",
        "He is not good, but the least bad; very kind of nice?? Never so happy. The bomb! :)",
    ]
    .map(str::to_owned)
    .to_vec();
    posts.push("We did it again today. ".repeat(300));
    posts.push("We told the whole team about it and then we left. ".repeat(2_400));
    posts
}

fn as_lines(posts: &[String]) -> String {
    let line = |(i, text): (usize, &String)| json!({"id": i, "text": text}).to_string() + "\n";
    posts.iter().enumerate().map(line).collect()
}

#[test]
fn every_report_is_as_described() {
    let posts = posts();
    for mode in ["post", "parity"] {
        let args = ["analyze", "--jsonl", "--explain", "--mode", mode];
        let found = run(&args, as_lines(&posts)).expect(0).lines();
        assert_eq!(found.len(), posts.len());
        for report in &found {
            assert_report(report);
            for part in PARTS {
                assert!(report.get(part).is_some(), "{part} is missing");
            }
            assert!(report["explain"].is_object());
        }
    }
}

#[test]
fn what_cannot_run_is_null_and_says_why() {
    let posts = posts();
    let reports = run(&["analyze", "--jsonl"], as_lines(&posts))
        .expect(0)
        .lines();
    let foreign = &reports[5];
    assert_eq!(foreign["language"]["code"], "de");
    for part in ["sentiment", "readability", "keywords"] {
        assert!(foreign[part].is_null());
        let reason = foreign["unavailable"][part].as_str().unwrap();
        assert!(reason.contains("made for English"), "{reason}");
    }
    assert!(foreign["scores"]["correctness"].is_null());
    assert!(foreign["unavailable"]["findings.grammar"].is_string());
    assert!(foreign["text"].is_object() && foreign["structure"].is_object());
    let long = reports.last().unwrap();
    assert!(
        long["keywords"].is_null(),
        "prose beyond the limit is refused, not cut"
    );
    let reason = long["unavailable"]["keywords"].as_str().unwrap();
    assert!(reason.contains("100000"), "{reason}");
    assert!(long["readability"].is_object() && long["scores"]["clarity"].is_number());
    let short = &reports[3];
    assert!(short["language"].is_null() && short["readability"].is_object());
}

#[test]
fn only_leaves_the_other_parts_out() {
    for only in [
        &["text"][..],
        &["scores"],
        &["findings", "receipt"],
        &["language", "keywords"],
    ] {
        let list = only.join(",");
        for extra in [&[][..], &["--explain"], &["--fail-on", "error"]] {
            let mut args = vec!["analyze", "--format", "json", "--only", &list];
            args.extend(extra);
            let report = run(&args, POST).expect(0).json();
            assert_report(&report);
            for part in PARTS {
                assert_eq!(
                    report.get(part).is_some(),
                    only.contains(&part),
                    "{part} of {list}"
                );
            }
        }
    }
}

#[test]
fn explain_explains_what_was_asked_for() {
    let args = ["analyze", "--format", "json", "--explain", "--only"];
    let explained =
        |only| run(&[&args[..], &[only]].concat(), POST).expect(0).json()["explain"].clone();
    let text = explained("text");
    assert_eq!(text["facets"], json!([]), "scores without their evidence");
    assert!(text["overall"].is_null() && text["sentiment"].is_null());
    let scores = explained("scores");
    assert_eq!(scores["facets"].as_array().unwrap().len(), 5);
    assert!(explained("sentiment")["sentiment"]["tokens"].is_array());
    let readability = explained("readability");
    assert_eq!(readability["readability"].as_array().unwrap().len(), 14);
}

#[test]
fn every_format_of_json_is_as_described() {
    let (_one, a) = file("a.md", POST);
    let (_two, b) = file("b.md", "Short.");
    let (a, b) = (a.to_str().unwrap(), b.to_str().unwrap());
    let one = run(&["analyze", "--format", "json", a], "")
        .expect(0)
        .json();
    assert_report(&one);
    assert_eq!(one["id"], a);
    let both = run(&["analyze", "--format", "json", a, b], "")
        .expect(0)
        .json();
    assert!(is_valid(&both));
    let ids: Vec<_> = both.as_array().unwrap().iter().map(|r| &r["id"]).collect();
    assert_eq!(ids, [a, b]);
    let lines = run(&["analyze", "--format", "jsonl", a, b], "")
        .expect(0)
        .lines();
    assert_eq!(lines.len(), 2);
    lines.iter().for_each(assert_report);
    let error = run(&["analyze", "--jsonl"], "{}").expect(2).lines();
    assert!(is_valid(&error[0]));
}

#[test]
fn a_report_that_is_not_as_described_is_refused() {
    let good = run(&["analyze", "--format", "json", "--explain"], POST)
        .expect(0)
        .json();
    assert_report(&good);
    let mut refused = 0;
    let mut paths = Vec::new();
    leaves(&good, String::new(), &mut paths);
    for path in paths {
        let (parent, key) = path.rsplit_once('/').unwrap();
        let mut without = good.clone();
        if let Some(object) = without.pointer_mut(parent).and_then(Value::as_object_mut) {
            object.remove(key);
            let is_optional = parent.is_empty() && !["schema", "id"].contains(&key);
            assert_eq!(is_valid(&without), is_optional, "without {path}");
            refused += 1;
        }
        if path == "/id" {
            continue;
        }
        let mut other = good.clone();
        *other.pointer_mut(&path).unwrap() = json!({"no": ["such", "value"]});
        assert!(!is_valid(&other), "an object at {path}");
    }
    assert!(refused > 100, "{refused}");
    for (path, value) in [
        ("/schema", json!(2)),
        ("/findings/0/severity", json!("fatal")),
        ("/findings/0/span/line", json!(0)),
        ("/text/words", json!(1.5)),
        ("/text/fold/mobile/cut_at", json!(-1)),
        ("/sentiment/lexical/compound", json!(1.5)),
        ("/scores/overall", json!(101)),
        ("/receipt/stages/0/cache", json!("hit")),
        ("/keywords", json!(null)),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(path).unwrap() = value;
        assert!(!is_valid(&bad), "{path}");
    }
    let mut more = good.clone();
    more["text"]["lines"] = json!(3);
    assert!(!is_valid(&more), "the layout of a part is closed");
    let mut later = good;
    later["rewrites"] = json!([]);
    assert!(is_valid(&later), "the report may gain parts");
}

/// Pointers to every value of a report, objects and lists included.
fn leaves(value: &Value, at: String, out: &mut Vec<String>) {
    if !at.is_empty() {
        out.push(at.clone());
    }
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, v)| leaves(v, format!("{at}/{key}"), out)),
        Value::Array(items) => items
            .iter()
            .take(2)
            .enumerate()
            .for_each(|(i, v)| leaves(v, format!("{at}/{i}"), out)),
        _ => {}
    }
}
