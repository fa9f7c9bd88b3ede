//! The house's rules on who may name what, read off the sources.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Files and folders that only tests are built from: modules declared behind `#[cfg(test)]`.
fn test_modules(files: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in files {
        let text = fs::read_to_string(path).unwrap();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let own = match path.file_name().unwrap().to_str() {
            Some("mod.rs" | "lib.rs") => path.parent().unwrap().to_owned(),
            _ => path.with_extension(""),
        };
        for pair in lines.windows(2) {
            let name = pair[1]
                .strip_prefix("mod ")
                .and_then(|m| m.strip_suffix(';'));
            if let ("#[cfg(test)]", Some(name)) = (pair[0], name) {
                found.extend([own.join(name), own.join(format!("{name}.rs"))]);
            }
        }
    }
    found
}

/// Every source file that the program is built from.
fn program() -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let tests = test_modules(&files);
    files.retain(|f| !tests.iter().any(|t| f.starts_with(t)));
    files
}

/// Every source with the room it stands in and its text without tests and comments.
fn rooms() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    program()
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&src).unwrap();
            let first = inside
                .components()
                .next()
                .unwrap()
                .as_os_str()
                .to_string_lossy();
            let room = first.trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let body = text.split("#[cfg(test)]").next().unwrap();
            let code: Vec<_> = body
                .lines()
                .filter(|l| !l.trim_start().starts_with("//"))
                .collect();
            (room, path, code.join("\n"))
        })
        .collect()
}

/// Whether `code` names the crate or room `name` in a path.
fn names(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(i, _)| {
        let before = code[..i].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[test]
fn crates_stay_in_their_rooms() {
    let allowed: [(&str, &[&str]); 32] = [
        ("ratatui", &["tui"]),
        ("crossterm", &["tui"]),
        ("axum", &["server"]),
        ("burn", &["model", "train"]),
        ("indicatif", &["cli", "train"]),
        ("calamine", &["history"]),
        ("csv", &["history"]),
        ("jiff", &["cli"]),
        ("statrs", &["learning"]),
        (
            "rand",
            &["train", "resilience", "cache", "learning", "monitor"],
        ),
        ("ruzstd", &["train", "cache"]),
        ("flate2", &["engine", "monitor", "store"]),
        ("postcard", &["engine", "monitor"]),
        ("rayon", &["engine", "model"]),
        ("safetensors", &["model"]),
        ("sha2", &["model"]),
        ("tokenizers", &["model"]),
        ("quick_cache", &["cache"]),
        ("redis", &["cache"]),
        ("redb", &["cache", "database", "store"]),
        ("clap", &["cli"]),
        ("clap_complete", &["cli"]),
        ("anyhow", &["cli", "main"]),
        ("harper_core", &["analysis"]),
        ("yake_rust", &["analysis"]),
        ("lingua", &["analysis"]),
        ("sysinfo", &["monitor"]),
        ("nvml_wrapper", &["monitor"]),
        ("ureq", &["monitor"]),
        ("secrecy", &["telemetry"]),
        ("similar", &["rewrite", "cli"]),
        ("tokio", &["tui", "engine", "server", "cache", "monitor"]),
    ];
    let mut wrong = Vec::new();
    for (room, path, code) in rooms() {
        for (name, rooms) in allowed {
            if names(&code, name) && !rooms.contains(&room.as_str()) {
                wrong.push(format!("{}: names {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn imports_run_in_one_direction() {
    // Each room with those it may import.
    let below: [(&str, &[&str]); 20] = [
        ("database", &[]),
        ("mistake", &[]),
        ("post", &[]),
        ("analysis", &["post"]),
        ("store", &["database", "post"]),
        ("rewrite", &["analysis", "post"]),
        ("model", &["mistake"]),
        ("resilience", &[]),
        ("learning", &[]),
        ("history", &["post"]),
        ("templates", &["mistake", "post"]),
        ("cache", &["database", "resilience"]),
        (
            "engine",
            &[
                "analysis",
                "cache",
                "learning",
                "model",
                "monitor",
                "post",
                "resilience",
                "rewrite",
                "store",
                "telemetry",
            ],
        ),
        (
            "config",
            &[
                "analysis",
                "mistake",
                "model",
                "post",
                "rewrite",
                "telemetry",
            ],
        ),
        ("train", &["analysis", "engine", "model", "post"]),
        ("telemetry", &[]),
        ("monitor", &["resilience", "telemetry"]),
        (
            "tui",
            &[
                "analysis",
                "cache",
                "engine",
                "learning",
                "mistake",
                "monitor",
                "post",
                "resilience",
                "rewrite",
                "store",
                "telemetry",
                "templates",
            ],
        ),
        (
            "cli",
            &[
                "analysis",
                "cache",
                "config",
                "engine",
                "history",
                "learning",
                "mistake",
                "model",
                "monitor",
                "post",
                "resilience",
                "rewrite",
                "store",
                "telemetry",
                "templates",
                "train",
                "tui",
            ],
        ),
        ("main", &["cli"]),
    ];
    let all: Vec<&str> = below.iter().map(|(room, _)| *room).collect();
    let mut wrong = Vec::new();
    for (room, path, code) in rooms() {
        let Some((_, may)) = below.iter().find(|(r, _)| *r == room) else {
            assert_eq!(
                room,
                "lib",
                "{} stands in a room that this test does not know",
                path.display()
            );
            continue;
        };
        for other in &all {
            if *other != room && names(&code, &format!("crate::{other}")) && !may.contains(other) {
                wrong.push(format!("{}: {room} imports {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn panes_do_not_know_each_other() {
    for (_, path, code) in rooms() {
        let text = path.to_string_lossy();
        for pane in ["editor", "results", "cache", "monitor"] {
            if !text.contains(&format!("panes/{pane}")) {
                continue;
            }
            for sibling in ["editor", "results", "cache", "monitor"] {
                let named = sibling != pane && names(&code, sibling);
                assert!(!named, "{text} names the pane {sibling}");
            }
        }
    }
}

#[test]
fn no_unsafe_and_no_unproven_unwrap() {
    for (_, path, code) in rooms() {
        if !path.to_string_lossy().contains("model/kernels") {
            assert!(!code.contains("unsafe "), "{}", path.display());
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().map(str::trim_start).collect();
        for (i, line) in lines.iter().enumerate() {
            if line.contains("unsafe {") && !line.starts_with("//") {
                let near = &lines[i.saturating_sub(6)..=i];
                let proven = near.iter().any(|l| l.contains("SAFETY"));
                assert!(proven, "{}:{}: no reason", path.display(), i + 1);
            }
        }
    }
    for path in program() {
        let text = fs::read_to_string(&path).unwrap();
        let body = text.split("#[cfg(test)]").next().unwrap();
        let lines: Vec<_> = body.lines().collect();
        for (i, line) in lines.iter().enumerate() {
            if line.contains(".unwrap()") || line.contains(".expect(") {
                let near = &lines[i.saturating_sub(4)..=i];
                let proven = near.iter().any(|l| l.contains("//"));
                assert!(proven, "{}:{}: no proof", path.display(), i + 1);
            }
        }
    }
}

#[test]
fn files_stay_readable() {
    for (_, path, _) in rooms() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 500, "{}: {lines} lines", path.display());
    }
}
