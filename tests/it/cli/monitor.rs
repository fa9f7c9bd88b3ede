//! `postwright monitor` without a terminal.

use std::path::Path;

use super::{Run, program};

fn run(home: &Path, args: &[&str]) -> Run {
    let output = program()
        .env("HOME", home)
        .env("XDG_STATE_HOME", home.join("state"))
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .args(args)
        .output()
        .unwrap();
    Run::from(output)
}

#[test]
fn one_sample_as_json_and_as_prometheus() {
    let home = tempfile::tempdir().unwrap();
    let told = run(home.path(), &["monitor", "--once", "--format", "json"]).expect(0);
    let sample = told.json();
    assert!(sample["machine"]["memory_total"].as_u64().unwrap() > 1 << 20);
    let cpu = sample["machine"]["cpu"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&cpu), "{cpu}");
    let own = sample["process"]["pid"].as_u64().unwrap();
    let rows = sample["processes"].as_array().unwrap();
    assert!(rows.len() > 1, "{rows:?}");
    assert!(!sample["threads"].as_array().unwrap().is_empty() && own > 0);
    let told = run(
        home.path(),
        &["monitor", "--once", "--format", "prometheus"],
    )
    .expect(0);
    let lines: Vec<&str> = told.out.lines().collect();
    assert!(lines.contains(&"# TYPE postwright_host_cpu_ratio gauge"));
    let value = lines
        .iter()
        .find_map(|l| l.strip_prefix("postwright_host_memory_size_bytes "));
    assert!(value.unwrap().parse::<f64>().unwrap() > 1e6, "{}", told.out);
    let told = run(home.path(), &["monitor", "--once"]).expect(0);
    assert!(told.out.contains("own memory"), "{}", told.out);
}

#[test]
fn what_is_recorded_is_read_again() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("day.jsonl");
    let file = file.to_str().unwrap();
    let args = [
        "monitor",
        "--record",
        file,
        "--samples",
        "3",
        "--set",
        "monitor.interval_ms=250",
    ];
    run(home.path(), &args).expect(0);
    let told = run(
        home.path(),
        &["monitor", "--replay", file, "--once", "--format", "json"],
    );
    assert_eq!(told.expect(0).json()["number"], 3);
    // It is not written over.
    let told = run(home.path(), &args).expect(2);
    assert!(told.err.contains("day.jsonl"), "{}", told.err);
    let told = run(
        home.path(),
        &["monitor", "--replay", "none.jsonl", "--once"],
    )
    .expect(2);
    assert!(told.err.contains("none.jsonl"), "{}", told.err);
    let told = run(home.path(), &["monitor", "--replay", file]).expect(2);
    assert!(told.err.contains("needs a terminal"), "{}", told.err);
}

#[test]
fn nobody_to_attach_to_is_told_with_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let told = run(home.path(), &["monitor", "instances"]).expect(0);
    assert!(told.out.contains("no other Postwright"), "{}", told.out);
    let told = run(home.path(), &["monitor", "--attach", "--once"]).expect(2);
    assert!(told.err.contains("help: open one"), "{}", told.err);
    let told = run(home.path(), &["monitor", "--attach", "4711", "--once"]).expect(2);
    assert!(told.err.contains("monitor-4711.sock"), "{}", told.err);
}

#[test]
fn rules_are_told_and_given_to_prometheus() {
    let home = tempfile::tempdir().unwrap();
    let told = run(home.path(), &["monitor", "rules"]).expect(0);
    assert!(told.out.contains("BreakerOpen (warning)"), "{}", told.out);
    let told = run(home.path(), &["monitor", "rules", "--format", "prometheus"]).expect(0);
    let line = r#"expr: "postwright_breaker_open == 1""#;
    assert!(told.out.contains(line), "{}", told.out);
    let told = run(home.path(), &["monitor", "rules", "--names"]).expect(0);
    assert!(
        told.out
            .lines()
            .any(|l| l.starts_with("postwright_host_cpu_ratio "))
    );
    let told = run(home.path(), &["monitor", "alerts", "--format", "json"]).expect(0);
    assert_eq!(told.json(), serde_json::json!([]));
    let told = run(home.path(), &["monitor", "alerts", "--since", "soon"]).expect(2);
    assert!(
        told.err.contains("write a number and s, m, h or d"),
        "{}",
        told.err
    );
}

#[test]
fn a_rule_that_cannot_be_read_is_shown_where() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("config.toml");
    let ask = |text: &str| {
        std::fs::write(&config, text).unwrap();
        run(
            home.path(),
            &["monitor", "rules", "--config", config.to_str().unwrap()],
        )
    };
    let told = ask("[[alert]]\nname = \"Mine\"\nexpr = \"postwright_host_cpu_ratio >> 1\"\n");
    let told = told.expect(2);
    for what in ["Mine", "column 28", "^"] {
        assert!(told.err.contains(what), "{what}: {}", told.err);
    }
    let told = ask("[[alert]]\nname = \"Mine\"\nexpr = \"postwright_host_cpu_ration > 1\"\n");
    let told = told.expect(2);
    assert!(
        told.err.contains("postwright_host_cpu_ratio"),
        "{}",
        told.err
    );
    // One of the same name takes the place of a built-in rule, and an empty one its voice.
    let told = ask("[[alert]]\nname = \"CpuBusy\"\nexpr = \"\"\n").expect(0);
    assert!(!told.out.contains("CpuBusy"), "{}", told.out);
    let check = |text: &str| {
        std::fs::write(&config, text).unwrap();
        let told = run(
            home.path(),
            &["config", "check", "--config", config.to_str().unwrap()],
        );
        told.expect(2).err
    };
    for (text, what) in [
        (
            "[monitor]\nactions = [\"webhok\"]\n",
            "config.toml:2: `monitor.actions`",
        ),
        (
            "[monitor]\nactions = [\"webhook\"]\n",
            "`monitor.webhook` is empty",
        ),
        (
            "[monitor]\noff = [\"cpus\"]\n",
            "config.toml:2: `monitor.off`",
        ),
        ("[telemetry]\nrooms = [\"engin=debug\"]\n", "did you mean"),
        ("[telemetry]\nrooms = [\"engine=loud\"]\n", "the levels are"),
        (
            "[[alert]]\nname = \"A\"\nexpr = \"1 >\"\n",
            "config.toml:1: [[alert]]",
        ),
        (
            "[[alert]]\nname = \"A\"\nexpr = \"postwright_host_cpu_ratio > 1\"\n\n[[alert]]\nname = \"B\"\nexpr = \"1 >\"\n",
            "config.toml:5: [[alert]]",
        ),
    ] {
        let told = check(text);
        assert!(told.contains(what), "{what}: {told}");
    }
    let told = ask("[[alert]]\nname = \"Mine\"\nexp = \"1\"\n").expect(2);
    assert!(told.err.contains("config.toml:3"), "{}", told.err);
}

#[test]
fn a_state_folder_that_cannot_be_is_no_folder_without_alerts() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("state"), "").unwrap();
    let told = run(home.path(), &["monitor", "alerts"]).expect(2);
    assert!(told.err.contains("alerts.jsonl"), "{}", told.err);
}

#[test]
fn orders_that_mean_nothing_are_refused() {
    let home = tempfile::tempdir().unwrap();
    for (args, what) in [
        (&["--once", "--samples", "3"][..], "--once"),
        (&["--once", "--max-bytes-per-second", "800"], "--once"),
        (&["--record", "-"], "not to standard output"),
        (
            &["--attach", "4711", "--record", "f.jsonl"],
            "monitor-4711.sock",
        ),
        (&["--attach", "4711"], "monitor-4711.sock"),
        (&["--replay", "none.jsonl"], "none.jsonl"),
        (&["alerts", "--rule", "Nope"], "there is no rule `Nope`"),
    ] {
        let all: Vec<&str> = ["monitor"].iter().chain(args).copied().collect();
        let told = run(home.path(), &all).expect(2);
        assert!(told.err.contains(what), "{args:?}: {}", told.err);
    }
    assert!(!Path::new("f.jsonl").exists());
    for since in ["1.5h", "2H"] {
        let told = run(home.path(), &["monitor", "alerts", "--since", since]).expect(0);
        assert!(told.out.contains("nothing happened"), "{}", told.out);
    }
    let told = run(home.path(), &["monitor", "alerts", "--rule", "CpuBusy"]);
    told.expect(0);
}

#[test]
fn one_sample_tells_all_of_the_machine() {
    let home = tempfile::tempdir().unwrap();
    let told = run(home.path(), &["monitor", "--once"]).expect(0);
    for row in ["swap", "temperature", "network", "gpu", "cache"] {
        let has = told.out.lines().any(|line| line.starts_with(row));
        assert!(has, "{row}: {}", told.out);
    }
}
