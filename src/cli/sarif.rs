//! SARIF 2.1.0, for code-review tools. Columns count Unicode code points.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::analysis::report::LocatedFinding;
use crate::analysis::rules;
use crate::analysis::{Report, Severity};

/// The log of one run over several posts, each with its name and text.
pub(super) fn log(results: &[(Value, String, Report)]) -> Value {
    let ids = rule_ids(results);
    let found: Vec<Value> = results
        .iter()
        .flat_map(|(id, input, report)| {
            let findings = report.findings.ready().map_or(&[][..], Vec::as_slice);
            let places = Places::new(input);
            findings
                .iter()
                .map(|f| result(f, id.as_str().unwrap_or_default(), &places, &ids))
                .collect::<Vec<_>>()
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "postwright",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": ids.iter().map(|id| descriptor(id)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": found,
        }],
    })
}

fn rule_ids(results: &[(Value, String, Report)]) -> Vec<&str> {
    let mut ids: Vec<&str> = results
        .iter()
        .flat_map(|(_, _, r)| r.findings.ready().into_iter().flatten())
        .map(|f| f.rule.as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn descriptor(id: &str) -> Value {
    match rules::rules().iter().find(|r| r.id == id) {
        Some(rule) => json!({"id": id, "shortDescription": {"text": rule.summary}}),
        None => json!({"id": id}),
    }
}

fn result(finding: &LocatedFinding, name: &str, places: &Places<'_>, ids: &[&str]) -> Value {
    let span = finding.span;
    let (start_line, start_column) = places.of(span.start);
    let (end_line, end_column) = places.of(span.end);
    let region = json!({
        "startLine": start_line, "startColumn": start_column,
        "endLine": end_line, "endColumn": end_column,
        "byteOffset": span.start, "byteLength": span.end - span.start,
    });
    let artifact = json!({"uri": uri(name)});
    let mut out = json!({
        "ruleId": finding.rule,
        "ruleIndex": ids.iter().position(|id| *id == finding.rule),
        "level": level(finding.severity),
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
    });
    if !finding.replacements.is_empty() {
        let fixes: Vec<_> = finding
            .replacements
            .iter()
            .map(|text| {
                json!({"artifactChanges": [{
                    "artifactLocation": artifact,
                    "replacements": [{"deletedRegion": region, "insertedContent": {"text": text}}],
                }]})
            })
            .collect();
        out["fixes"] = fixes.into();
    }
    out
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Hint => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// Bytes between two places whose column is known.
const STRIDE: usize = 1_024;

/// Finds line and column of any byte without reading the whole text again.
struct Places<'a> {
    input: &'a str,
    /// Every [`STRIDE`] bytes: an offset, and its line and column from 1.
    known: Vec<(usize, usize, usize)>,
}

impl<'a> Places<'a> {
    fn new(input: &'a str) -> Self {
        let mut known = vec![(0, 1, 1)];
        let (mut line, mut column, mut next) = (1, 1, STRIDE);
        for (at, c) in input.char_indices() {
            if at >= next {
                known.push((at, line, column));
                next = at + STRIDE;
            }
            (line, column) = step(line, column, c);
        }
        Self { input, known }
    }

    /// Line and column of byte `at`, from 1, the column in code points.
    fn of(&self, at: usize) -> (usize, usize) {
        // The first known place is that of byte 0.
        let nearest = self.known.partition_point(|k| k.0 <= at) - 1;
        let (from, line, column) = self.known[nearest];
        self.input[from..at]
            .chars()
            .fold((line, column), |(line, column), c| step(line, column, c))
    }
}

fn step(line: usize, column: usize, c: char) -> (usize, usize) {
    if c == '\n' {
        (line + 1, 1)
    } else {
        (line, column + 1)
    }
}

/// A path as a relative URI reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(byte.into());
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_uris() {
        let text = "a\n👩‍💻b";
        assert_eq!(Places::new(text).of("a\n👩‍💻".len()), (2, 4));
        let long = format!("{}x", "é\n".repeat(5_000));
        let places = Places::new(&long);
        assert_eq!(places.of(long.len()), (5_001, 2));
        assert_eq!(places.of(3 * 4_000 + 2), (4_001, 2));
        assert_eq!(uri("my post é.md"), "my%20post%20%C3%A9.md");
    }
}
