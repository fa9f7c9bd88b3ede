//! `postwright history`, `experiment` and `feedback`.

use std::path::Path;

use postwright::store::user::{Feedback, FeedbackKind, UserStore};

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
