//! `postwright optimize`

use std::path::Path;

use serde_json::Value;

use super::{POST, Run, file, program, run};

const ARGS: [&str; 4] = ["optimize", "--time-budget", "600000", "--format"];

fn optimised(args: &[&str], post: &str) -> Value {
    let all = [&ARGS[..], &["json"], args].concat();
    run(&all, post).expect(0).json()
}

/// The original with the edits of a variant.
fn applied(post: &str, variant: &Value) -> String {
    let mut text = post.to_owned();
    for edit in variant["edits"].as_array().unwrap().iter().rev() {
        let at = |end: &str| edit["span"][end].as_u64().unwrap() as usize;
        assert_eq!(
            &text[at("start")..at("end")],
            edit["before"].as_str().unwrap()
        );
        text.replace_range(at("start")..at("end"), edit["after"].as_str().unwrap());
    }
    text
}

#[test]
fn variants_are_better_and_are_the_original_with_their_edits() {
    let told = optimised(&[], POST);
    assert_eq!(told["schema"], 1);
    let variants = told["variants"].as_array().unwrap();
    assert!(!variants.is_empty(), "{told}");
    let fewer = &told["receipt"]["fewer"];
    assert_eq!(fewer.is_string(), variants.len() < 3, "{told}");
    for variant in variants {
        assert_eq!(applied(POST, variant), variant["text"].as_str().unwrap());
        assert!(variant["gain"].as_f64().unwrap() >= 0.5);
        let overall = |of: &Value| of["overall"].as_f64().unwrap();
        assert!(overall(&variant["scores"]) > overall(&told["original"]));
        assert!(variant["locked_facts"].as_u64().unwrap() > 10);
        for fact in ["11 people", "18 months", "two clients", "#leadership"] {
            assert!(variant["text"].as_str().unwrap().contains(fact), "{fact}");
        }
    }
    for variant in variants {
        let interval = &variant["delta"]["engagement"]["interval"];
        assert_eq!(interval.as_array().map(Vec::len), Some(2), "{variant}");
        assert!(variant["delta"]["clarity"]["interval"].is_null());
    }
    let texts: Vec<&Value> = variants.iter().map(|v| &v["text"]).collect();
    assert!(texts.windows(2).all(|w| w[0] != w[1]));
    assert!(told["receipt"]["is_complete"].as_bool().unwrap());
}

#[test]
fn the_scores_are_those_of_the_report() {
    let told = optimised(&["--variants", "1"], POST);
    let best = told["variants"][0]["text"].as_str().unwrap();
    for (text, scores) in [
        (POST, &told["original"]),
        (best, &told["variants"][0]["scores"]),
    ] {
        let report = super::report(text, "scores,readability");
        let shown = report["scores"]["overall"].as_f64().unwrap();
        let measured = scores["overall"].as_f64().unwrap();
        // A report tells two digits.
        assert!((shown - measured).abs() < 0.006, "{shown} {measured}");
        let grade = report["readability"]["flesch_kincaid_grade"]
            .as_f64()
            .unwrap();
        assert!((grade - scores["grade"].as_f64().unwrap()).abs() < 0.006);
    }
}

#[test]
fn the_same_seed_gives_the_same_and_the_best_cannot_be_bettered() {
    let once = optimised(&["--seed", "3"], POST);
    let mut again = optimised(&["--seed", "3"], POST);
    assert_eq!(once, again);
    let best = once["variants"][0]["text"].as_str().unwrap();
    again = optimised(&["--seed", "3"], best);
    assert_eq!(again["variants"], Value::Array(Vec::new()), "{again}");
    assert!(!again["nothing_to_improve"].as_str().unwrap().is_empty());
}

#[test]
fn what_is_to_be_kept_is_kept() {
    let told = optimised(&["--keep", "In order to.*", "--keep", "stratgy"], POST);
    for variant in told["variants"].as_array().unwrap() {
        let text = variant["text"].as_str().unwrap();
        assert!(text.contains("In order to make the decision"), "{text}");
        assert!(text.contains("stratgy"));
    }
    let bad = run(&["optimize", "--keep", "("], POST).expect(2);
    assert!(
        bad.err.contains("--keep `(` is no regular expression"),
        "{}",
        bad.err
    );
}

#[test]
fn bad_input_is_answered_and_never_damaged() {
    let sentence = "word ".repeat(600);
    let posts = [
        "",
        "\n\n",
        "🚀🚀🚀",
        sentence.as_str(),
        "Nous avons signé trois contrats. Das ist gut. これはテストです。",
        "שלום לכולם. זה פוסט על עבודה.",
        "```\nfn main() { println!(\"{}\", 1 + 1); }\n```",
    ];
    for post in posts {
        let told = optimised(&[], post);
        let improved = !told["variants"].as_array().unwrap().is_empty();
        assert!(improved || told["nothing_to_improve"].is_string(), "{told}");
        for variant in told["variants"].as_array().unwrap() {
            assert_eq!(applied(post, variant), variant["text"].as_str().unwrap());
        }
    }
}

#[test]
fn a_stream_is_answered_line_by_line() {
    let lines = "{\"id\": 1, \"text\": \"In order to win, we must utilize focus.\"}\n{\"id\": 2}\n";
    let told = run(&["optimize", "--jsonl"], lines).expect(2).lines();
    assert_eq!((&told[0]["id"], &told[1]["id"]), (&1.into(), &2.into()));
    let text = told[0]["variants"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("To win, we must use focus."), "{text}");
    assert!(
        told[1]["error"]["message"]
            .as_str()
            .unwrap()
            .contains("missing field `text`")
    );
}

#[test]
fn people_read_words_and_patch_reads_a_patch() {
    let human = run(&[&ARGS[..], &["human"]].concat(), POST).expect(0).out;
    assert!(human.contains("[-In order to-]{+To+}"), "{human}");
    assert!(human.contains("variant 1") && human.contains("facts kept"));
    let diff = run(&[&ARGS[..], &["diff"]].concat(), POST).expect(0).out;
    // Spelling is left to the writer.
    assert!(
        diff.contains("{+To+}") && !diff.contains("{+strategy+}"),
        "{diff}"
    );
    assert!(
        human.contains("not fix:spelling/spell-check: Spelling is left to you"),
        "{human}"
    );
    let (folder, path) = file("post.md", POST);
    let name = path.to_str().unwrap();
    let patch = run(&[&ARGS[..], &["patch", name]].concat(), "")
        .expect(0)
        .out;
    assert!(
        patch.starts_with("--- a/") && patch.contains("\n+"),
        "{patch}"
    );
    drop(folder);
}

fn with_home(home: &Path, args: &[&str]) -> Run {
    let output = program()
        .env("XDG_DATA_HOME", home.join("data"))
        .args(args)
        .output()
        .unwrap();
    Run::from(output)
}

#[test]
fn applying_writes_the_best_and_keeps_what_was_there() {
    let (folder, path) = file("post.md", POST.replace('\n', "\r\n"));
    let name = path.to_str().unwrap();
    let args = [&ARGS[..], &["json", "--apply", name]].concat();
    let told = with_home(folder.path(), &args).expect(0);
    let written = std::fs::read_to_string(&path).unwrap();
    let best = told.json()["variants"][0]["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(written, best.replace('\n', "\r\n"), "line ends stay");
    let store = postwright::store::user::UserStore::new(&folder.path().join("data/postwright"));
    let versions = store.versions(name).unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(store.version(name, versions[0].id).unwrap().text, POST);
    assert_eq!(versions[1].parent, Some(versions[0].id));
    let refused = run(&["optimize", "--apply"], POST).expect(2);
    assert!(
        refused.err.contains("no file to write to"),
        "{}",
        refused.err
    );
}

#[test]
fn what_a_link_leads_to_is_one_post_with_its_versions() {
    let (folder, real) = file("real.md", POST);
    let home = folder.path();
    let link = home.join("ln.md");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let (inner, linked) = (home.join("inner"), home.join("linked"));
    std::fs::create_dir(&inner).unwrap();
    std::os::unix::fs::symlink(&inner, &linked).unwrap();
    std::fs::write(inner.join("deep.md"), POST).unwrap();
    for (applied, names) in [
        (link.clone(), [link, real]),
        (
            linked.join("deep.md"),
            [linked.join("deep.md"), inner.join("deep.md")],
        ),
    ] {
        let args = [&ARGS[..], &["json", "--apply", applied.to_str().unwrap()]].concat();
        with_home(home, &args).expect(0);
        for name in names {
            let list = ["versions", "list", name.to_str().unwrap()];
            let told = with_home(home, &list).expect(0).out;
            assert_eq!(told.lines().count(), 2, "{told}");
        }
    }
}

#[test]
fn applying_to_what_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("dangling.md");
    std::os::unix::fs::symlink("nothing.md", &link).unwrap();
    for path in [folder.path().join("missing.md"), link] {
        let name = path.to_str().unwrap();
        let plain = with_home(folder.path(), &["optimize", name]).expect(2);
        let told = with_home(folder.path(), &["optimize", "--apply", name]).expect(2);
        assert!(told.err.contains(name), "{}", told.err);
        assert_eq!((told.out.as_str(), &told.err), ("", &plain.err));
    }
}

#[test]
fn of_many_at_once_one_applies_and_its_text_is_at_work() {
    let (folder, path) = file("post.md", POST);
    let name = path.to_str().unwrap();
    let start = || {
        let mut command = program();
        command
            .env("XDG_DATA_HOME", folder.path().join("data"))
            .args([&ARGS[..], &["json", "--apply", name]].concat());
        command.stdout(std::process::Stdio::null()).spawn().unwrap()
    };
    let all: Vec<_> = (0..6).map(|_| start()).collect();
    for mut child in all {
        child.wait().unwrap();
    }
    let store = postwright::store::user::UserStore::new(&folder.path().join("data/postwright"));
    let document = postwright::store::user::document_of_file(&path).unwrap();
    let head = store.head(&document).unwrap().unwrap();
    assert_eq!(head.text, std::fs::read_to_string(&path).unwrap());
    assert_ne!(head.text, POST);
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_post_and_stays() {
    let (folder, path) = file("post.md", format!("\u{feff}{POST}"));
    let name = path.to_str().unwrap();
    let plain = optimised(&[], POST);
    let marked = optimised(&[name], "");
    assert_eq!(marked["original"], plain["original"]);
    assert_eq!(marked["variants"], plain["variants"]);
    let short = folder.path().join("short.md");
    std::fs::write(&short, "\u{feff}In order to win, we must utilize focus.\n").unwrap();
    let patch = [&ARGS[..], &["patch", short.to_str().unwrap()]].concat();
    let patch = run(&patch, "").expect(0).out;
    assert!(
        patch.contains("\n-\u{feff}In order") && patch.contains("\n+\u{feff}To"),
        "{patch}"
    );
    with_home(
        folder.path(),
        &[&ARGS[..], &["json", "--apply", name]].concat(),
    )
    .expect(0);
    let best = plain["variants"][0]["text"].as_str().unwrap();
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(written, format!("\u{feff}{best}"));
}

#[test]
fn a_tone_is_obeyed_and_a_text_that_is_no_post_refused() {
    let post = "We don't wait. We can't rest, and in order to win we plan all day.";
    let told = optimised(&["--tone", "formal"], post);
    let variants = told["variants"].as_array().unwrap();
    assert!(!variants.is_empty(), "{told}");
    for variant in variants {
        let text = variant["text"].as_str().unwrap();
        assert!(text.contains("do not") && text.contains("cannot"), "{text}");
    }
    let told = optimised(&[], &"In order to win, we plan. ".repeat(400_000));
    assert!(
        told["nothing_to_improve"]
            .as_str()
            .unwrap()
            .contains("Cut it into posts")
    );
    assert_eq!(
        (&told["receipt"]["scored"], &told["original"]),
        (&0.into(), &Value::Null)
    );
}
