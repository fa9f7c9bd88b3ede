use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::post::LIMIT;

const BAIT: &str = include_str!("../../analysis/rules/data/bait.txt");
const CLICHES: &str = include_str!("../../analysis/rules/data/cliche.txt");
const OPENERS: &str = include_str!("../../analysis/rules/data/openers.txt");

/// The phrases of a list of the rules on style.
fn phrases(list: &str) -> impl Iterator<Item = &str> {
    let lines = list.lines().filter(|l| !l.starts_with('#'));
    lines.filter_map(|l| l.split(" ->").next()?.split(" ;").next())
}

/// The text of each, with `value` for every variable that has no default.
fn filled(value: &str) -> Vec<(String, String)> {
    let (library, problems) = Library::read(None);
    assert!(problems.is_empty(), "{problems:#?}");
    let templates = library.templates.into_iter().map(|(n, t)| (n, t.text));
    let hooks = library.hooks.into_iter().map(|(n, h)| (n, h.text));
    let calls = library.calls.into_iter().map(|(n, c)| (n, c.text));
    let all = templates.chain(hooks).chain(calls);
    all.map(|(name, text)| {
        let mut values = BTreeMap::new();
        for v in text.variables() {
            assert_ne!(v.label, v.name.replace('_', " "), "{name}: no label");
            if v.default.is_none() {
                values.insert(v.name.clone(), value.to_owned());
            }
        }
        let filled = text.fill(&values).unwrap();
        (name, filled)
    })
    .collect()
}

#[test]
fn all_of_it_is_there_with_each_kind_under_its_own_word() {
    let (library, _) = Library::read(None);
    let counts = [
        library.templates.len(),
        library.hooks.len(),
        library.calls.len(),
    ];
    assert_eq!(counts, [8, 12, 8]);
    for template in library.templates.values() {
        assert!(template.title != template.name && !template.description.is_empty());
    }
    let hooks: Vec<_> = library.hooks.values().map(|h| h.kind.to_string()).collect();
    for kind in ["question", "number", "contrast", "claim", "story"] {
        assert!(hooks.iter().any(|k| k == kind), "{kind}");
    }
    let calls: Vec<_> = library.calls.values().map(|c| c.kind.to_string()).collect();
    for kind in ["question", "share", "contact", "follow"] {
        assert!(calls.iter().any(|k| k == kind), "{kind}");
    }
}

#[test]
fn each_opens_above_the_fold_and_leaves_room() {
    // Forty characters are a generous title, name or number.
    for (name, filled) in filled(&"x".repeat(40)) {
        let first = filled.lines().next().unwrap();
        assert!(first.graphemes(true).count() < 200, "{name}: {first}");
        assert!(filled.encode_utf16().count() < LIMIT / 2, "{name}");
        assert!(!filled.contains(['{', '}']), "{name}: {filled}");
    }
}

#[test]
fn none_holds_bait_a_cliche_an_emoji_or_a_number_of_its_own() {
    let banned: Vec<_> = phrases(BAIT).chain(phrases(CLICHES)).collect();
    assert!(banned.contains(&"thrilled to announce") && banned.contains(&"like if you"));
    for (name, filled) in filled("x") {
        let lower = filled.to_lowercase();
        let mut found = banned.iter().filter(|p| lower.contains(**p));
        assert_eq!(found.next(), None, "{name}: {filled}");
        let mut openers = phrases(OPENERS).filter(|p| lower.starts_with(p));
        assert_eq!(openers.next(), None, "{name}: {filled}");
        assert!(
            filled.is_ascii() && !filled.contains('!'),
            "{name}: {filled}"
        );
        let is_item = |l: &str| matches!(l.split_once(". "), Some((n, _)) if n.len() == 1);
        let mut numbers = filled
            .lines()
            .filter(|l| l.contains(char::is_numeric) && !is_item(l));
        assert_eq!(numbers.next(), None, "{name}");
    }
}
