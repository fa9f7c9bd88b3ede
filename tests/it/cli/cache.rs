//! `postwright cache`, and posts that are known already.

use std::path::Path;

use serde_json::Value;

use super::{POST, Run, program};

/// Runs the program with folders of its own.
fn run(home: &Path, args: &[&str]) -> Run {
    let output = program()
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .args(args)
        .output()
        .unwrap();
    Run::from(output)
}

fn post(home: &Path) -> String {
    let path = home.join("post.md");
    std::fs::write(&path, POST).unwrap();
    path.to_str().unwrap().to_owned()
}

fn report(home: &Path, path: &str) -> (Value, Vec<Value>) {
    let args = ["analyze", "--format", "json", path];
    let mut told = run(home, &args).expect(0).json();
    let receipt = told.as_object_mut().unwrap().remove("receipt").unwrap();
    let stages = receipt["stages"].as_array().unwrap().clone();
    (told, stages)
}

fn entries(home: &Path, kind: &str) -> u64 {
    let told = run(home, &["cache", "stats", "--format", "json"])
        .expect(0)
        .json();
    let kinds = told["tiers"][1]["kinds"].as_array().unwrap();
    let of = kinds.iter().find(|k| k[0] == kind).unwrap();
    of[1]["entries"].as_u64().unwrap()
}

#[test]
fn a_known_post_is_read_from_disk_and_tells_the_same() {
    let home = tempfile::tempdir().unwrap();
    let path = post(home.path());
    let (cold, stages) = report(home.path(), &path);
    let of = |stages: &[Value], name: &str| {
        let stage = stages.iter().find(|s| s["name"] == name).unwrap();
        stage["cache"].as_str().unwrap().to_owned()
    };
    assert_eq!(of(&stages, "vectors"), "miss");
    let (warm, stages) = report(home.path(), &path);
    assert_eq!(warm, cold);
    for name in ["language", "grammar", "keywords", "vectors"] {
        assert_eq!(of(&stages, name), "disk", "{name}");
    }
}

#[test]
fn what_is_forgotten_is_computed_anew() {
    let home = tempfile::tempdir().unwrap();
    let path = post(home.path());
    let (cold, _) = report(home.path(), &path);
    assert!(entries(home.path(), "grammar") > 0 && entries(home.path(), "sentence") > 0);
    let told = run(
        home.path(),
        &["cache", "invalidate", "--tag", "kind:grammar"],
    )
    .expect(0);
    assert!(told.out.contains("kind:grammar"), "{}", told.out);
    run(home.path(), &["cache", "compact"]).expect(0);
    assert_eq!(entries(home.path(), "grammar"), 0);
    assert!(entries(home.path(), "sentence") > 0);
    run(home.path(), &["cache", "invalidate", "--pattern", "kind:*"]).expect(0);
    let none = run(
        home.path(),
        &["cache", "invalidate", "--pattern", "nothing:*"],
    )
    .expect(0);
    assert!(none.out.contains("no tag"), "{}", none.out);
    run(home.path(), &["cache", "invalidate", "--all"]).expect(0);
    run(home.path(), &["cache", "compact"]).expect(0);
    assert_eq!(entries(home.path(), "sentence"), 0);
    assert_eq!(report(home.path(), &path).0, cold);
    // One of the three is needed.
    run(home.path(), &["cache", "invalidate"]).expect(2);
}

#[test]
fn the_file_is_checked_and_a_damaged_one_is_set_aside() {
    let home = tempfile::tempdir().unwrap();
    let path = post(home.path());
    let (cold, _) = report(home.path(), &path);
    let told = run(home.path(), &["cache", "verify"]).expect(0);
    assert!(told.out.contains("sound"), "{}", told.out);
    let file = run(home.path(), &["cache", "path"]).expect(0).out;
    let file = Path::new(file.trim());
    let bytes = std::fs::read(file).unwrap();
    std::fs::write(file, &bytes[..bytes.len() / 3]).unwrap();
    assert_eq!(report(home.path(), &path).0, cold);
    let folder = std::fs::read_dir(file.parent().unwrap()).unwrap();
    let names: Vec<String> = folder
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(names.iter().any(|n| n.contains("damaged")), "{names:?}");
}

#[test]
fn faults_on_purpose_are_refused_with_their_place_and_survived() {
    let home = tempfile::tempdir().unwrap();
    let path = post(home.path());
    let faulty = |faults: &str| {
        let output = program()
            .env("XDG_CACHE_HOME", home.path().join("cache"))
            .env("POSTWRIGHT_FAULTS", faults)
            .args(["analyze", "--format", "json", &path])
            .output()
            .unwrap();
        Run::from(output)
    };
    let refused = faulty("disc=io").expect(2);
    assert!(refused.err.contains("POSTWRIGHT_FAULTS"), "{}", refused.err);
    assert!(refused.err.contains("disk"), "{}", refused.err);
    let told = faulty("disk=io,cpu-model=io").expect(0).json();
    assert!(told["meaning"].is_null() && told["findings"].is_array());
    let reason = told["unavailable"]["meaning"].as_str().unwrap();
    assert!(reason.contains("cpu-model"), "{reason}");
}
