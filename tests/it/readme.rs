//! The README's tables and its screen are those of the program.

use std::fs;
use std::sync::Mutex;

use postwright::analysis::rules;
use postwright::analysis::score::{Facet, PRICES};
use postwright::tui::command::{Context, TABLE};
use postwright::tui::keymap::Chord;

use super::tui::driver::{Driver, SAMPLE};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

/// Asserts that the block `name` of the README holds `wanted`; with `UPDATE_README` set, puts it
/// there.
fn holds(name: &str, wanted: &str) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(|e| e.into_inner());
    let text = fs::read_to_string(README).unwrap();
    let open = format!("<!-- {name} -->\n");
    let start = text
        .find(&open)
        .unwrap_or_else(|| panic!("README has no block {name}"))
        + open.len();
    let end = start + text[start..].find(&format!("<!-- /{name} -->")).unwrap();
    if std::env::var_os("UPDATE_README").is_some() {
        let updated = [&text[..start], wanted, &text[end..]].concat();
        return fs::write(README, updated).unwrap();
    }
    assert_eq!(&text[start..end], wanted, "UPDATE_README=1 mends it");
}

#[test]
fn screen() {
    let rows = Driver::new(SAMPLE, (80, 24)).settle().rows();
    holds("screen", &format!("```text\n{}\n```\n", rows.join("\n")));
}

#[test]
fn keys() {
    let mut wanted = String::from("| Where | Keys | Name | What |\n|---|---|---|---|\n");
    for context in Context::ALL {
        for e in TABLE.iter().filter(|e| e.context == context) {
            let keys: Vec<_> = e
                .keys
                .iter()
                .map(|k| format!("`{}`", Chord::parse(k).unwrap()))
                .collect();
            wanted += &format!(
                "| {} | {} | `{}` | {} |\n",
                context.title(),
                if keys.is_empty() {
                    "the palette".to_owned()
                } else {
                    keys.join(" ")
                },
                e.name,
                e.help
            );
        }
    }
    holds("keys", &wanted);
}

#[test]
fn scores() {
    let mut wanted = String::from(
        "| Facet (weight) | Findings of | Points each | At most |\n|---|---|---|---|\n",
    );
    for facet in Facet::ALL {
        for p in PRICES.iter().filter(|p| p.facet == facet) {
            let rule = p
                .rule
                .strip_suffix('/')
                .map_or(p.rule.to_owned(), |g| format!("{g}/…"));
            wanted += &format!(
                "| {} ({} %) | `{rule}` | {} | {} |\n",
                facet.name(),
                facet.weight(),
                p.each,
                p.cap
            );
        }
    }
    holds("scores", &wanted);
}

#[test]
fn rules_of_our_own() {
    let mut wanted = String::from("| Rule | Severity | What it finds |\n|---|---|---|\n");
    for r in rules::rules() {
        wanted += &format!("| `{}` | {} | {} |\n", r.id, r.severity.name(), r.summary);
    }
    holds("rules", &wanted);
}
