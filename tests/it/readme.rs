//! The README's tables are those of the program.

use postwright::analysis::rules;
use postwright::analysis::score::{Facet, PRICES};
use postwright::tui::command::{Context, TABLE};
use postwright::tui::keymap::Chord;

const README: &str = include_str!("../../README.md");

fn block(name: &str) -> &'static str {
    let open = format!("<!-- {name} -->\n");
    let start = README
        .find(&open)
        .unwrap_or_else(|| panic!("README has no block {name}"));
    let rest = &README[start + open.len()..];
    &rest[..rest.find(&format!("<!-- /{name} -->")).unwrap()]
}

#[test]
fn keys() {
    let mut wanted = String::from("| Where | Keys | What |\n|---|---|---|\n");
    for context in [Context::Anywhere, Context::Editor, Context::Results] {
        for e in TABLE
            .iter()
            .filter(|e| e.context == context && !e.help.is_empty())
        {
            let keys: Vec<_> = e
                .keys
                .iter()
                .map(|k| format!("`{}`", Chord::parse(k).unwrap()))
                .collect();
            wanted += &format!(
                "| {} | {} | {} |\n",
                context.title(),
                keys.join(" "),
                e.help
            );
        }
    }
    assert_eq!(block("keys"), wanted);
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
    assert_eq!(block("scores"), wanted);
}

#[test]
fn rules_of_our_own() {
    let mut wanted = String::from("| Rule | Severity | What it finds |\n|---|---|---|\n");
    for r in rules::rules() {
        wanted += &format!("| `{}` | {} | {} |\n", r.id, r.severity.name(), r.summary);
    }
    assert_eq!(block("rules"), wanted);
}
