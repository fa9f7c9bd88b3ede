//! The configuration: its layers, and a corpus of mistakes, one a file.

use std::fs;
use std::path::Path;

use super::{feed, file, program, run};

/// One mistake a file; the snapshot holds what is said of each.
#[test]
fn every_mistake_is_told_with_its_place_and_a_remedy() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/config-invalid");
    let mut paths: Vec<_> = fs::read_dir(&corpus)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut told = String::new();
    for path in &paths {
        let path = path.to_str().unwrap();
        let check = run(&["config", "check", "--config", path], "").expect(2);
        assert_eq!(check.out, "");
        let place = check.err.strip_prefix(&format!("error: {path}:"));
        let place = place.unwrap_or_else(|| panic!("{path}: {}", check.err));
        assert!(place.starts_with(|c: char| c.is_ascii_digit()), "{place}");
        assert!(place.contains("\n  help: "), "{place}");
        told += &check.err.replace(&format!("{}/", corpus.display()), "");
    }
    assert!(paths.len() >= 50, "{}", paths.len());
    insta::assert_snapshot!(told);
}

#[test]
fn a_mistake_stops_every_command_that_reads_the_file() {
    let (_keep, path) = file("bad.toml", "[fold]\nmobil = 3\n");
    let path = path.to_str().unwrap();
    for args in [
        &["analyze"][..],
        &["config", "explain"],
        &["rules"],
        &["doctor"],
    ] {
        let args = [args, &["--config", path]].concat();
        let run = run(&args, "a").expect(2);
        let told = run.err + &run.out;
        assert!(
            told.contains(&format!("{path}:2:1: unknown key in [fold]: `mobil`")),
            "{told}"
        );
        assert!(told.contains("did you mean `mobile`?"), "{told}");
    }
}

#[test]
fn a_theme_of_ones_own_is_looked_over_like_the_configuration() {
    let (folder, config) = file("c.toml", "[terminal]\ntheme = 'mine'\n");
    let config = config.to_str().unwrap();
    let check = || run(&["config", "check", "--config", config], "");
    let err = check().expect(2).err;
    assert!(
        err.contains(&format!("{config}:2: unknown theme: `mine`")),
        "{err}"
    );
    let theme = folder.path().join("themes/mine.toml");
    fs::create_dir(theme.parent().unwrap()).unwrap();
    fs::write(&theme, "[styles]\nfaint = 'grey'\neror = 'red'\n").unwrap();
    let place = format!("error: {}:3:1: ", theme.display());
    let wanted = "unknown key in [styles]: `eror`\n  help: did you mean `error`?\n";
    assert_eq!(check().expect(2).err, place + wanted);
    // The editor says the same before it takes the terminal.
    let edit = run(&["--config", config], "").expect(2);
    assert!(edit.err.contains("unknown key in [styles]"), "{}", edit.err);
    fs::write(&theme, "inherits = 'light'\n[styles]\nerror = 'magenta'\n").unwrap();
    check().expect(0);
}

#[test]
fn the_flag_for_the_theme_is_for_the_editor() {
    let edit = run(&["--theme", "lihgt"], "").expect(2);
    assert_eq!(
        edit.err,
        "error: flag --theme lihgt: unknown theme: `lihgt`\n  help: did you mean `light`?\n"
    );
    let both = run(&["--theme", "light", "rules"], "").expect(2);
    assert!(both.err.contains("a theme for the editor"), "{}", both.err);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    for path in ["no/such.toml", "/"] {
        let run = run(&["config", "check", "--config", path], "").expect(2);
        assert!(run.err.contains("help: "), "{}", run.err);
        let (_, told) = run.err.split_once(path).unwrap();
        assert_eq!(told.matches("os error").count(), 1, "said once: {told}");
    }
}

#[test]
fn mistakes_in_variables_and_flags_name_them() {
    for (name, value, wants) in [
        (
            "POSTWRIGHT_FOLD_MOBIL",
            "3",
            "did you mean `POSTWRIGHT_FOLD_MOBILE`?",
        ),
        (
            "POSTWRIGHT_FOLD_MOBILE",
            "many",
            "environment POSTWRIGHT_FOLD_MOBILE: `fold.mobile` cannot be `many`",
        ),
        (
            "POSTWRIGHT_FOLD_MOBILE",
            "0",
            "environment POSTWRIGHT_FOLD_MOBILE: `fold.mobile` is 0",
        ),
        ("POSTWRIGHT_FOLD_MOBILE", "-4", "a whole number, 0 or above"),
        (
            "POSTWRIGHT_ANALYSIS_MODE",
            "strict",
            "unknown value `strict`",
        ),
        ("POSTWRIGHT_KEYS_SAV", "f9", "did you mean `save`?"),
        ("POSTWRIGHT_KEYS_SAVE_AS", "ctrl-q", "is `quit` already"),
        ("POSTWRIGHT_TERMINAL_COLOUR", "always", "`256`"),
        (
            "POSTWRIGHT_RULES_OFF",
            "style/hedges",
            "`style/hedges` is no rule",
        ),
    ] {
        let mut command = program();
        command.args(["config", "check"]).env(name, value);
        let run = feed(command, b"").expect(2);
        assert!(
            run.err.contains(wants) && run.err.contains(name),
            "{}",
            run.err
        );
        assert!(run.err.contains("help: "), "{}", run.err);
    }
}

#[test]
fn later_layers_win_and_explain_tells_them() {
    let (_keep, path) = file(
        "c.toml",
        "[fold]\ndesktop = 300\nmobile = 100\n\n[telemetry]\nlevel = \"off\"\n",
    );
    let mut command = program();
    command
        .args(["config", "explain", "--set", "max_workers=3", "--config"])
        .arg(&path)
        .env("POSTWRIGHT_FOLD_MOBILE", "99");
    let out = feed(command, b"").expect(0).out;
    let path = path.display();
    let row = |key: &str| {
        out.lines()
            .find(|l| l.starts_with(&format!("{key} = ")))
            .unwrap()
    };
    assert!(
        row("fold.desktop").ends_with(&format!("# {path}:2")),
        "{out}"
    );
    assert!(row("fold.mobile").starts_with("fold.mobile = 99"));
    assert!(row("fold.mobile").ends_with("# environment POSTWRIGHT_FOLD_MOBILE"));
    assert!(row("max_workers").ends_with("# flag --set max_workers"));
    assert!(row("telemetry.level").starts_with("telemetry.level = \"off\""));
    assert!(row("analysis.mode").ends_with("# default"));
    assert!(out.lines().count() > 25, "{out}");
}

#[test]
fn passwords_are_not_told() {
    let mut command = program();
    command.args([
        "config",
        "explain",
        "--set",
        "cache.remote=redis://me:hunter2@host:6379/0",
        "--set",
        "monitor.webhook=https://hooks.example/services/hunter2",
    ]);
    let out = feed(command, b"").expect(0).out;
    assert!(!out.contains("hunter2"), "{out}");
    assert!(out.contains("redis://…@host:6379/0") && out.contains("https://hooks.example/…"));
}

#[test]
fn the_file_has_one_usual_place_and_may_be_absent() {
    let home = tempfile::tempdir().unwrap();
    let path = |command: &mut std::process::Command| {
        command
            .env("XDG_CONFIG_HOME", home.path())
            .args(["config"])
            .status()
    };
    drop(path(&mut program()));
    let with_home = |args: &[&str]| {
        let mut command = program();
        command.args(args).env("XDG_CONFIG_HOME", home.path());
        feed(command, b"")
    };
    let usual = home.path().join("postwright/config.toml");
    let told = with_home(&["config", "path"]).expect(0).out;
    assert_eq!(told.trim_end(), usual.to_str().unwrap());
    assert!(
        with_home(&["config", "check"])
            .expect(0)
            .out
            .contains("defaults (no file)")
    );
    fs::create_dir_all(usual.parent().unwrap()).unwrap();
    fs::write(&usual, "\u{feff}[fold]\r\nmobile = 7\r\n").unwrap();
    fs::write(
        usual.with_file_name("dictionary.txt"),
        "Postwright\n# a comment\nburn\n",
    )
    .unwrap();
    let checked = with_home(&["config", "check"]).expect(0).out;
    assert!(
        checked.contains(usual.to_str().unwrap()) && checked.contains("2 words"),
        "{checked}"
    );
    assert!(
        with_home(&["config", "explain"])
            .expect(0)
            .out
            .contains("fold.mobile = 7")
    );
    let other = with_home(&["config", "path", "--config", "x.toml"])
        .expect(0)
        .out;
    assert_eq!(other, "x.toml\n");
}

#[test]
fn the_sample_is_fine() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml");
    if sample.exists() {
        run(
            &["config", "check", "--config", sample.to_str().unwrap()],
            "",
        )
        .expect(0);
    }
}

#[test]
fn settings_reach_the_analysis() {
    let text = run(
        &[
            "analyze",
            "--format",
            "json",
            "--only",
            "text",
            "--set",
            "fold.mobile=3",
        ],
        "abcdef",
    );
    assert_eq!(
        text.expect(0).json()["text"]["fold"]["mobile"]["visible"],
        "abc"
    );
    let rules = |off: &str| {
        let set = format!("rules.off={off}");
        let args = [
            "analyze", "--format", "json", "--only", "findings", "--set", &set,
        ];
        let found = run(&args, "We recieved it. It was done.").expect(0).json();
        let found = found["findings"].as_array().unwrap().iter();
        found
            .map(|f| f["rule"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(rules("").contains(&"spelling/spell-check".to_owned()));
    assert!(!rules("spelling").contains(&"spelling/spell-check".to_owned()));
    assert!(!rules("style/*, spelling").contains(&"style/passive-voice".to_owned()));
}
