//! Runs promtool, of Debian's package `prometheus`, in tests, and reads what it reads.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// Runs promtool with `arguments` on the first of `files`, which all lie in one folder. Without
/// promtool it says so and does nothing.
pub(super) fn check(arguments: &[&str], files: &[(&str, &str)]) {
    if Command::new("promtool").arg("--version").output().is_err() {
        println!("skipped: promtool is not installed (Debian: apt install prometheus)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let output = Command::new("promtool")
        .args(arguments)
        .arg(folder.path().join(files[0].0))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("SUCCESS"), "{said}");
}

/// `a+bxn`, `axn`, numbers and gaps.
pub(super) fn steps(text: &str) -> Vec<Option<f64>> {
    let mut out = Vec::new();
    for word in text.split(' ') {
        let Some((start, times)) = word.split_once('x') else {
            out.push(word.parse().ok());
            continue;
        };
        let at = start.rfind(['+', '-']).filter(|at| *at > 0);
        let (first, by) = at.map_or((start, "0"), |at| start.split_at(at));
        let (first, by): (f64, f64) = (first.parse().unwrap(), by.parse().unwrap());
        let times: u32 = times.parse().unwrap();
        out.extend((0..=times).map(|nth| Some(first + by * f64::from(nth))));
    }
    out
}

/// Name and labels of `name{label="value", …}`.
pub(super) fn element(text: &str) -> (String, BTreeMap<String, String>) {
    let (name, rest) = text.split_once('{').unwrap_or((text, "}"));
    let mut labels = BTreeMap::new();
    let mut rest = rest.trim_end_matches('}');
    while !rest.is_empty() {
        let (label, after) = rest.split_once("=\"").unwrap();
        let mut is_escaped = false;
        let end = after.find(|c| {
            let is_end = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_end
        });
        let (value, after) = after.split_at(end.unwrap());
        let value = value.replace("\\\"", "\"").replace("\\\\", "\\");
        labels.insert(label.to_owned(), value);
        rest = after[1..].trim_start_matches(", ");
    }
    (name.to_owned(), labels)
}
