//! `postwright history`, `experiment` and `feedback`.

use std::path::Path;

use postwright::store::user::{Feedback, FeedbackKind, UserStore};

use super::schema::assert_report;
use super::{Run, program};

fn run(home: &Path, args: &[&str]) -> Run {
    let output = program()
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .args(args)
        .output()
        .unwrap();
    Run::from(output)
}

fn store(home: &Path) -> UserStore {
    UserStore::new(&home.join("data/postwright"))
}

/// Made-up posts.
fn csv(home: &Path, rows: usize) -> String {
    let mut text = "date,text,impressions,reactions,comments,shares,followers\n".to_owned();
    for row in 0..rows {
        let (month, day) = (row / 28 % 12 + 1, row % 28 + 1);
        text += &format!(
            "2025-{month:02}-{day:02},\"Post {row}. We shipped part {row} of the plan.\",{},{},2,1,900\n",
            1000 + row,
            10 + row % 7
        );
    }
    text += "not a date,Some text.,1,1,1,1,1\n";
    let path = home.join("posts.csv");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn posts_are_imported_once_and_what_was_left_out_is_told() {
    let home = tempfile::tempdir().unwrap();
    let path = csv(home.path(), 45);
    let first = run(home.path(), &["history", "import", &path])
        .expect(0)
        .out;
    assert!(
        first.contains("45 posts: 45 new, 0 changed, 0 as before"),
        "{first}"
    );
    assert!(first.contains("posts.csv:47: left out:"), "{first}");
    let mixed = home.path().join("mixed.csv");
    let rows = "2025-01-01,,\n,A text.,1\nsoon,B,1\n,C,1\n";
    std::fs::write(&mixed, format!("date,text,impressions\n{rows}")).unwrap();
    let args = ["history", "import", "--dry-run", mixed.to_str().unwrap()];
    let told = run(home.path(), &args).expect(0).out;
    let of = |row: &str| {
        row.rsplit_once("mixed.csv:")?
            .1
            .split(':')
            .next()?
            .parse()
            .ok()
    };
    let lines: Vec<usize> = told.lines().filter_map(of).collect();
    assert_eq!(lines, [2, 3, 4, 5], "{told}");
    let again = run(home.path(), &["history", "import", &path])
        .expect(0)
        .out;
    assert!(again.contains("0 new, 0 changed, 45 as before"), "{again}");
    assert_eq!(store(home.path()).history().unwrap().len(), 45);
    let told = run(home.path(), &["history", "status", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(
        told["verdict"], "no-skill",
        "the same words, other figures: {told}"
    );
    let post = home.path().join("post.md");
    std::fs::write(&post, "We shipped the plan.").unwrap();
    let args = ["history", "forecast", post.to_str().unwrap()];
    let forecast = run(home.path(), &args).expect(0).out;
    assert!(forecast.starts_with("no forecast"), "{forecast}");
    run(home.path(), &["history", "clear"]).expect(0);
    let told = run(home.path(), &["history", "status", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(
        (&told["verdict"], &told["have"]),
        (&"too-few".into(), &0.into())
    );
}

#[test]
fn a_dry_run_keeps_nothing_and_a_strange_file_is_refused_with_the_reason() {
    let home = tempfile::tempdir().unwrap();
    let path = csv(home.path(), 3);
    let told = run(home.path(), &["history", "import", "--dry-run", &path])
        .expect(0)
        .out;
    assert!(told.contains("3 posts would be kept"), "{told}");
    let one = csv(home.path(), 1);
    let told = run(home.path(), &["history", "import", "--dry-run", &one])
        .expect(0)
        .out;
    assert!(told.contains("1 post would be kept"), "{told}");
    assert!(store(home.path()).history().unwrap().is_empty());
    let strange = home.path().join("x.csv");
    std::fs::write(&strange, "a,b\n1,2\n").unwrap();
    let told = run(
        home.path(),
        &["history", "import", strange.to_str().unwrap()],
    )
    .expect(2);
    assert!(told.err.contains("x.csv"), "{}", told.err);
}

#[test]
fn an_experiment_goes_on_until_one_variant_is_better() {
    let home = tempfile::tempdir().unwrap();
    let new = [
        "experiment",
        "new",
        "hook",
        "--variant",
        "a=Why?",
        "--variant",
        "b=We left.",
    ];
    run(home.path(), &new).expect(0);
    let twice = run(home.path(), &new).expect(2);
    assert!(
        twice.err.contains("there is a test `hook` already"),
        "{}",
        twice.err
    );
    let record = |variant: &str, engagements: &str| {
        let figures = ["--impressions", "1000", "--engagements", engagements];
        let args = [&["experiment", "record", "hook", variant][..], &figures].concat();
        run(home.path(), &args)
    };
    let first = record("a", "20").expect(0).out;
    assert!(first.contains("go on: about"), "{first}");
    assert!(first.contains("  1 posting   rate"), "{first}");
    assert!(first.contains("  0 postings  rate"), "{first}");
    for _ in 0..11 {
        record("a", "20").expect(0);
        record("b", "60").expect(0);
    }
    let told = run(
        home.path(),
        &["experiment", "status", "hook", "--format", "json"],
    )
    .expect(0)
    .json();
    assert_eq!(
        (&told["decision"], &told["best"]),
        (&"stop".into(), &1.into()),
        "{told}"
    );
    let wrong = record("c", "1").expect(2);
    assert!(wrong.err.contains("no variant `c`"), "{}", wrong.err);
    let wrong = record("a", "2000").expect(2);
    assert!(wrong.err.contains("2000 engagements of 1000 impressions"));
    run(home.path(), &["experiment", "remove", "hook"]).expect(0);
    run(home.path(), &["experiment", "status", "hook"]).expect(2);
}

#[test]
fn a_posting_is_found_however_its_link_is_written() {
    let home = tempfile::tempdir().unwrap();
    let shares = home.path().join("posts.csv");
    let number = 7_123_456_789_012_345_678_u64;
    let coded = format!("https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{number}");
    let text = format!("url,text,impressions,reactions\n{coded},We left.,1000,20\n");
    std::fs::write(&shares, text).unwrap();
    run(
        home.path(),
        &["history", "import", shares.to_str().unwrap()],
    )
    .expect(0);
    let new = [
        "experiment",
        "new",
        "hook",
        "--variant",
        "a",
        "--variant",
        "b",
    ];
    run(home.path(), &new).expect(0);
    let record = |url: &str| {
        run(
            home.path(),
            &["experiment", "record", "hook", "a", "--url", url],
        )
    };
    record(&format!("urn:li:share:{number}")).expect(0);
    let again = record(&coded).expect(2);
    assert!(again.err.contains("recorded already"), "{}", again.err);
    let other = record("urn:li:share:7123456789012345670").expect(2);
    assert!(other.err.contains("no such post"), "{}", other.err);
}

#[test]
fn names_and_figures_that_cannot_be_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let long = "n".repeat(121);
    for (name, why) in [
        ("", "without a name"),
        (" ", "without a name"),
        ("a\u{7}", "control character"),
        (long.as_str(), "has 121 characters"),
    ] {
        let new = [
            "experiment",
            "new",
            name,
            "--variant",
            "a",
            "--variant",
            "b",
        ];
        let told = run(home.path(), &new).expect(2);
        assert!(told.err.contains(why), "{}", told.err);
    }
    let new = [
        "experiment",
        "new",
        "hook",
        "--variant",
        "a",
        "--variant",
        "b",
    ];
    run(home.path(), &new).expect(0);
    let shown = "18000000000000000000";
    let record = ["experiment", "record", "hook", "a", "--engagements", "1"];
    let told = run(
        home.path(),
        &[&record[..], &["--impressions", shown]].concat(),
    )
    .expect(2);
    assert!(
        told.err.contains(shown) && told.err.contains("10000000000"),
        "{}",
        told.err
    );
}

#[test]
fn what_was_learnt_is_shown_exported_and_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let refused = |operator: &str| Feedback {
        at: 1,
        operator: operator.to_owned(),
        kind: FeedbackKind::Rejected { reason: None },
        goal: "overall".to_owned(),
        gain: 1.0,
        document: "draft".to_owned(),
    };
    let all = vec![refused("tighten"); 8];
    store(home.path()).append_feedback(&all).unwrap();
    let show = ["feedback", "show", "--format", "json"];
    let told = run(home.path(), &show).expect(0).json();
    let of = |told: &serde_json::Value| {
        let all = told.as_array().unwrap();
        let found = all.iter().find(|b| b["operator"] == "tighten").unwrap();
        (
            found["mean"].as_f64().unwrap(),
            found["prior"].as_f64().unwrap(),
        )
    };
    let (mean, prior) = of(&told);
    assert!(mean < prior, "{told}");
    let exported = run(home.path(), &["feedback", "export"]).expect(0).json();
    assert_eq!(exported.as_array().unwrap().len(), 8);
    run(home.path(), &["feedback", "reset"]).expect(0);
    let told = run(home.path(), &show).expect(0).json();
    assert!(of(&told).0 > mean);
}

/// Made-up posts of one to twelve sentences, in a file of their own; `reactions` is asked with the
/// row and the number of its sentences.
fn made_up(home: &Path, rows: usize, reactions: impl Fn(usize, usize) -> usize) -> String {
    const THINGS: [&str; 11] = [
        "team", "plan", "customer", "product", "market", "lesson", "story", "meeting", "budget",
        "launch", "client",
    ];
    let mut text = "date,text,impressions,reactions,comments,shares,followers\n".to_owned();
    for row in 0..rows {
        let count = row * 7 % 12 + 1;
        let sentence = |i: usize| {
            let (asked, about) = (THINGS[(row + i) % 11], THINGS[(row * 3 + i * 5) % 11]);
            format!(
                "We asked the {asked} about the {about} in week {}.",
                row + i
            )
        };
        let post: Vec<String> = (0..count).map(sentence).collect();
        let (year, month, day) = (2020 + row / 336, row / 28 % 12 + 1, row % 28 + 1);
        text += &format!(
            "{year}-{month:02}-{day:02},\"{}\",2000,{},2,1,900\n",
            post.join(" "),
            reactions(row, count)
        );
    }
    let path = home.join("made-up.csv");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A post in a file of its own in `home`.
fn draft(home: &Path) -> String {
    let path = home.join("post.md");
    std::fs::write(
        &path,
        "We shipped the plan and the budget. What did you learn?",
    )
    .unwrap();
    path.to_str().unwrap().to_owned()
}

/// The report on the post at `path`.
fn report(home: &Path, path: &str, more: &[&str]) -> serde_json::Value {
    let args = [&["analyze", "--format", "json", path][..], more].concat();
    let told = run(home, &args).expect(0).json();
    assert_report(&told);
    told
}

#[test]
fn without_past_posts_a_report_says_nothing_of_them() {
    let home = tempfile::tempdir().unwrap();
    let post = draft(home.path());
    let before = run(home.path(), &["analyze", &post]).expect(0).out;
    assert!(!before.contains("own posts"), "{before}");
    assert!(report(home.path(), &post, &[]).get("history").is_none());
    assert!(!store(home.path()).path().exists(), "reading makes no file");
    // A file that holds something else is no history.
    let told = Feedback {
        at: 1,
        operator: "tighten".to_owned(),
        kind: FeedbackKind::Accepted,
        goal: "overall".to_owned(),
        gain: 1.0,
        document: "draft".to_owned(),
    };
    store(home.path()).append_feedback(&[told]).unwrap();
    assert!(report(home.path(), &post, &[]).get("history").is_none());
}

#[test]
fn too_few_past_posts_are_counted_in_a_report() {
    let home = tempfile::tempdir().unwrap();
    let csv = made_up(home.path(), 12, |_, count| 10 * count);
    run(home.path(), &["history", "import", &csv]).expect(0);
    let post = draft(home.path());
    let told = run(home.path(), &["analyze", &post]).expect(0);
    let line = "own posts    no forecast: 12 of 40 posts needed";
    assert_eq!(told.out.matches("own posts").count(), 1, "{}", told.out);
    assert!(told.out.contains(line), "{}", told.out);
    let history = report(home.path(), &post, &[])["history"].clone();
    assert!(history["forecast"].is_null() && history["rates"].is_null());
    assert_eq!(history["basis"]["verdict"], "too-few");
    assert_eq!(
        (&history["basis"]["have"], &history["basis"]["need"]),
        (&12.into(), &40.into())
    );
}

#[test]
fn noise_gives_no_forecast_in_a_report() {
    let home = tempfile::tempdir().unwrap();
    let csv = made_up(home.path(), 100, |row, _| 10 + row * 37 % 89);
    run(home.path(), &["history", "import", &csv]).expect(0);
    let post = draft(home.path());
    let told = run(home.path(), &["analyze", &post]).expect(0).out;
    assert!(
        told.contains("own posts    no forecast: no skill ("),
        "{told}"
    );
    let history = report(home.path(), &post, &[])["history"].clone();
    assert!(history["forecast"].is_null(), "{history}");
    assert_eq!(history["basis"]["verdict"], "no-skill");
    assert_eq!(history["basis"]["posts"], 100);
}

#[test]
fn a_number_that_holds_gives_a_forecast_beside_the_report() {
    let home = tempfile::tempdir().unwrap();
    let csv = made_up(home.path(), 100, |row, count| 10 * count + row % 5);
    run(home.path(), &["history", "import", &csv]).expect(0);
    let post = draft(home.path());
    let forecast = ["history", "forecast", "--format", "json", &post];
    let forecast = run(home.path(), &forecast).expect(0).json();
    let told = report(home.path(), &post, &[]);
    assert_eq!(told["history"], forecast, "one number, wherever it is told");
    assert_eq!(told["history"]["basis"]["verdict"], "skill");
    let rates = &told["history"]["rates"];
    let rate = |key: &str| rates[key].as_f64().unwrap();
    assert!(
        rate("low") < rate("median") && rate("median") < rate("high"),
        "{rates}"
    );
    let line = format!(
        "{:.4} engagements an impression; 8 of 10 such posts from {:.4} to {:.4} (of 80 of yours)",
        rate("median"),
        rate("low"),
        rate("high")
    );
    let human = run(home.path(), &["analyze", "--explain", &post])
        .expect(0)
        .out;
    assert!(human.contains(&format!("  own posts    {line}")), "{human}");
    assert!(
        human.contains("the median of the last 25 of your 100 posts"),
        "{human}"
    );
    let asked = run(home.path(), &["history", "forecast", &post])
        .expect(0)
        .out;
    assert!(asked.starts_with(&line), "{asked}");
    let explained = report(home.path(), &post, &["--explain"]);
    assert_eq!(
        explained["history"]["arithmetic"].as_array().unwrap().len(),
        4
    );
    // It stands and falls with the forecast that it corrects.
    for more in [&["--backend", "off"], &["--only", "text"]] {
        let told = report(home.path(), &post, more);
        assert!(told.get("history").is_none(), "{more:?}: {told}");
    }
    let alone = report(home.path(), &post, &["--only", "engagement"]);
    assert_eq!(alone["history"], forecast);
    let off = ["--set", "enable_adaptive_learning=false"];
    assert_eq!(report(home.path(), &post, &off)["history"], forecast);
    let path = home.path().join("posts.jsonl");
    std::fs::write(&path, "{\"id\":1,\"text\":\"We shipped the plan.\"}\n").unwrap();
    let stream = ["analyze", "--jsonl", path.to_str().unwrap()];
    let lines = run(home.path(), &stream).expect(0).lines();
    assert!(
        lines[0].get("history").is_none(),
        "a stream may be anybody's"
    );
    run(home.path(), &["history", "clear"]).expect(0);
    assert!(report(home.path(), &post, &[]).get("history").is_none());
}

#[test]
fn a_report_stands_where_past_posts_cannot_be_read() {
    let home = tempfile::tempdir().unwrap();
    let path = store(home.path()).path().to_owned();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "no database").unwrap();
    let post = draft(home.path());
    let told = run(home.path(), &["analyze", &post]).expect(0);
    assert!(
        told.err.contains("note: your past posts are left out:"),
        "{}",
        told.err
    );
    assert!(told.out.contains("engagement"), "{}", told.out);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "no database");
}
