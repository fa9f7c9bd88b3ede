//! Heads from the command line: what they say in reports, comparisons, training and measuring.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{POST, run};

fn report(args: &[&str], input: &str) -> Value {
    let mut all = vec!["analyze", "--format", "json"];
    all.extend(args);
    run(&all, input).expect(0).json()
}

#[test]
fn sentiment_is_told_for_the_post_and_each_sentence() {
    let told = report(&["--only", "sentiment,receipt"], "I love it. It was awful!");
    let sentiment = &told["sentiment"];
    let sum: f64 = ["negative", "neutral", "positive"]
        .iter()
        .map(|k| sentiment["neural"]["probabilities"][k].as_f64().unwrap())
        .sum();
    assert!((sum - 1.0).abs() < 1e-9);
    let labels: Vec<&Value> = sentiment["sentences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["neural"]["label"])
        .collect();
    assert_eq!(labels, ["positive", "negative"]);
    let heads = told["receipt"]["heads"].as_array().unwrap();
    assert!(heads.iter().any(|h| h["task"] == "sentiment"));
    assert_eq!(told["receipt"]["model"]["backend"], "cpu");
}

#[test]
fn what_no_head_can_tell_is_null_with_a_reason() {
    let reason = |told: &Value, key: &str| told["unavailable"][key].as_str().unwrap().to_owned();
    let off = report(&["--backend", "off"], POST);
    assert!(off["engagement"].is_null() && off["sentiment"]["neural"].is_null());
    assert!(off["sentiment"]["lexical"].is_object());
    assert!(off["sentiment"]["sentences"][0]["neural"].is_null());
    assert!(reason(&off, "engagement").contains("off"));
    assert!(reason(&off, "sentiment.neural").contains("off"));
    let german = report(
        &[],
        "Heute haben wir nach langer Arbeit endlich unser neues Büro in Hamburg eröffnet, und \
         alle Kolleginnen und Kollegen waren dabei.",
    );
    assert!(german["engagement"].is_null() && german["sentiment"].is_null());
    assert!(reason(&german, "engagement").contains("reads as `de`"));
    let lost = report(&["--set", "model.heads=/nowhere"], POST);
    let why = reason(&lost, "engagement");
    assert!(
        why.starts_with("/nowhere: no folder with heads; `model.heads` names"),
        "{why}"
    );
    let tags = report(&[], "#one #two 🚀");
    assert!(tags["engagement"].is_null());
    let exact = report(&["--mode", "parity", "--only", "sentiment"], POST);
    assert!(exact["sentiment"]["neural"].is_null());
}

#[test]
fn a_forecast_opens_into_its_drivers() {
    let told = report(&["--explain"], POST);
    let engagement = &told["engagement"];
    let number = |key: &str| engagement[key].as_f64().unwrap();
    let [low, high] = [0, 1].map(|i| engagement["interval"][i].as_f64().unwrap());
    assert!(low <= number("percentile") && number("percentile") <= high);
    assert!((0.05..0.5).contains(&number("skill")));
    for driver in engagement["drivers"].as_array().unwrap() {
        assert!(driver["effect"].as_f64().unwrap().abs() > 0.0);
        if driver["kind"] == "sentence" {
            let at = |key: &str| driver[key].as_u64().unwrap() as usize;
            assert!(POST.get(at("start")..at("end")).is_some());
        }
    }
    let skill = told["explain"]["engagement"]["skill"].as_str().unwrap();
    assert!(skill.contains("little skill"), "{skill}");
    let neural = &told["explain"]["neural"];
    let parts = neural["sentences"].as_array().unwrap();
    let sum: f64 = parts
        .iter()
        .map(|p| p["share"].as_f64().unwrap() * p["logits"][0].as_f64().unwrap())
        .sum();
    assert!((sum - neural["logits"][0].as_f64().unwrap()).abs() < 1e-4);
}

#[test]
fn what_stands_beside_the_text_counts() {
    let line = |media: Value| json!({"id": 1, "text": POST, "media": media}).to_string();
    let input = [Value::Null, json!("video"), json!("poll of mine")]
        .map(line)
        .join("\n");
    let told = run(&["analyze", "--jsonl", "--only", "engagement"], &input).expect(0);
    let lifts: Vec<f64> = told
        .out
        .lines()
        .map(|l| {
            serde_json::from_str::<Value>(l).unwrap()["engagement"]["lift"]
                .as_f64()
                .unwrap()
        })
        .collect();
    assert_ne!(lifts[0], lifts[1]);
    // What is not known says nothing.
    assert_eq!(lifts[0], lifts[2]);
    let bad = r#"{"id":1,"text":"a","media":3}"#;
    let told = run(&["analyze", "--jsonl"], bad).expect(2);
    assert!(told.out.contains("expected a string"), "{}", told.out);
}

#[test]
fn openings_and_posts_are_compared() {
    let (a, b) = (
        "You Won’t Believe What She Said Next",
        "Committee report, second part",
    );
    let input = format!(
        "{}\n{}\n{}\nnonsense\n",
        json!({"id": 1, "a": a, "b": b}),
        json!({"id": 2, "a": b, "b": a}),
        json!({"id": 3, "a": {"text": POST, "media": "video"}, "b": POST}),
    );
    let told = run(&["compare", "--jsonl"], &input).expect(2);
    let rows: Vec<Value> = told
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let p = |i: usize| rows[i]["p_a_wins"].as_f64().unwrap();
    assert!(p(0) > 0.5);
    assert!((p(0) + p(1) - 1.0).abs() < 1e-6);
    assert_eq!(rows[0]["by"], "opening");
    assert_eq!(rows[2]["by"], "post");
    assert_ne!(p(2), 0.5);
    assert_eq!(rows[3]["error"]["line"], 4);
}

#[test]
fn two_files_are_compared_for_a_reader_and_a_program() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (a, b) = (path("a.txt", POST), path("b.txt", "We are hiring."));
    let told = run(&["compare", &a, &b], "").expect(0);
    assert!(told.out.contains("with probability") && told.out.contains("worth: right in"));
    let value = run(&["compare", &a, &b, "--format", "json"], "")
        .expect(0)
        .json();
    assert!(value["p_a_wins"].as_f64().is_some());
    let told = run(&["compare", &a, &a], "").expect(0);
    assert!(told.out.contains("neither"), "{}", told.out);
    let told = run(&["compare", "--jsonl"], r#"{"a":{"txt":"x"},"b":"y"}"#).expect(2);
    assert!(told.out.contains("a text is a string"), "{}", told.out);
    let told = run(&["compare", &a], "").expect(2);
    assert!(told.err.contains("name two files"), "{}", told.err);
    let told = run(&["compare", &a, &b, "--backend", "off"], "").expect(2);
    assert!(told.err.contains("give --backend auto"), "{}", told.err);
}

/// A folder with headlines of two kinds.
fn headlines() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (mut baits, mut others) = (String::new(), String::new());
    for (i, thing) in ["cat", "dog", "boss", "city", "phone", "coach"]
        .iter()
        .enumerate()
    {
        for n in 0..20 {
            let _ = writeln!(
                baits,
                "{} Reasons Your {thing} Will Surprise You",
                n + 3 * i
            );
            let _ = writeln!(others, "Council of district {n} votes on {thing} rules");
        }
    }
    let style = folder.path().join("style");
    fs::create_dir(&style).unwrap();
    fs::write(style.join("clickbait_headlines.txt"), baits).unwrap();
    fs::write(style.join("non_clickbait_headlines.txt"), others).unwrap();
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_head_is_trained_measured_and_used() {
    let data = headlines();
    let out = tempfile::tempdir().unwrap();
    let train = |seed: &str, out: &Path| {
        let args = [
            "train",
            "hook",
            "--data",
            text(data.path()),
            "--epochs",
            "2",
        ];
        let mut all = args.to_vec();
        all.extend(["--device", "cpu", "--seed", seed, "--out", text(out)]);
        run(&all, "").expect(0)
    };
    let told = train("1", out.path());
    assert!(told.err.contains("epoch 2"), "{}", told.err);
    assert!(told.out.contains("held out: accuracy"), "{}", told.out);
    let head = out.path().join("hook.safetensors");
    let first = fs::read(&head).unwrap();
    assert!(!out.path().join("hook.run").exists());
    // The same seed gives the same head, another one another.
    train("1", out.path());
    assert_eq!(fs::read(&head).unwrap(), first);
    train("2", out.path());
    assert_ne!(fs::read(&head).unwrap(), first);
    let set = format!("model.heads={}", text(out.path()));
    let style = data.path().join("style");
    let told = run(
        &[
            "eval",
            "hook",
            "--data",
            text(&style),
            "--format",
            "json",
            "--set",
            &set,
        ],
        "",
    )
    .expect(0)
    .json();
    assert_eq!(told["n"], 240);
    let accuracy = &told["figures"]["accuracy"];
    assert!(accuracy["value"].as_f64().unwrap() > 0.9);
    assert!(accuracy["low"].as_f64() <= accuracy["high"].as_f64());
    assert!(
        told["baselines"]["most frequent class"]["accuracy"]["value"]
            .as_f64()
            .unwrap()
            < 0.6
    );
}

#[test]
fn what_cannot_be_learned_from_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.tsv");
    for (task, rows, wants) in [
        (
            "sentiment",
            "label\ttext\npositive\ta\njoy\tb\n",
            "rows.tsv:3: label `joy`",
        ),
        ("headline", "headline_a\theadline_b\n", "no column `z`"),
        ("engagement", "{\"author\":1}\n", "rows.tsv:1: "),
        ("engagement", "\n", "no row to use"),
        (
            "engagement",
            "{\"author\":\"a\",\"text\":\"x\",\"reactions\":1}\n",
            "no author has two posts",
        ),
    ] {
        fs::write(&path, rows).unwrap();
        let told = run(&["eval", task, "--data", text(&path)], "").expect(2);
        assert!(
            told.err.contains(wants) && told.err.contains("help:"),
            "{}",
            told.err
        );
    }
    for task in ["sentiment", "headline", "hook", "engagement"] {
        let told = run(&["train", task, "--data", text(folder.path())], "").expect(2);
        assert!(told.err.contains("the data folder holds"), "{}", told.err);
    }
    let told = run(&["eval", "songs", "--data", text(&path)], "").expect(2);
    assert!(told.err.contains("possible values"), "{}", told.err);
}

#[test]
fn sentiment_is_measured_beside_vader_with_the_worst_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.tsv");
    let rows = "label_0neg_1neu_2pos\ttext\n2\tI love this\n0\tI hate this\n\
                0\tI love this wonderful day\n2\tThank you all, what a great team!\n";
    fs::write(&path, rows).unwrap();
    let args = ["eval", "sentiment", "--data", text(&path)];
    let told = run(&[&args[..], &["--errors", "--format", "json"]].concat(), "")
        .expect(0)
        .json();
    assert_eq!(told["figures"]["accuracy"]["value"], 0.75);
    assert!(told["baselines"]["VADER"]["macro_recall"]["value"].is_number());
    assert_eq!(told["errors"][0]["truth"], "negative");
    assert_eq!(told["errors"][0]["told"], "positive");
    let told = run(&[&args[..], &["--errors"]].concat(), "").expect(0);
    assert!(told.out.contains("macro_recall of VADER"), "{}", told.out);
    assert!(
        told.out.contains("negative (said positive)"),
        "{}",
        told.out
    );
}
