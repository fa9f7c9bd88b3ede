//! Long words exchanged for short ones until the post reads at the grade that was asked for.

use std::fmt::Write;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{Operator, lexis};
use crate::analysis::readability::count_line;
use crate::analysis::rules::edit;
use crate::analysis::rules::phrases::PhraseTable;
use crate::rewrite::draft::{Draft, Reading};
use crate::rewrite::edit::Edit;
use crate::rewrite::facts::Facts;
use crate::rewrite::options::Options;

/// "Continue to grow" as "keep growing", for every verb that is known.
static KEEP: LazyLock<String> = LazyLock::new(|| {
    let pairs = [
        ("continue", "keep"),
        ("continues", "keeps"),
        ("continued", "kept"),
    ];
    let mut out = String::new();
    for verb in lexis::verbs() {
        for (long, short) in pairs {
            // Writing to a String cannot fail.
            writeln!(out, "{long} to {} -> {short} {}", verb.base, verb.ing)
                .expect("a String takes all");
        }
    }
    out
});

/// Where praise stays: a noun must follow, and nothing that it is compared or joined with.
const PRAISE: &str = "; not after more most so how very as less too truly really incredibly absolutely \
    equally and or but no any without few little lack lacks @be become becomes became feel feels find found make makes made something \
    anything nothing everything ; not before and or but to for in of that when as is are was were the a \
    an new @start";

/// Where stress stays: a verb or an adjective must follow, and nothing that denies or compares it.
const STRESS: &str = "; not after more most so how very as less too and or but never nearly almost @not ; \
    not before and or but different new as enough to in on for by with at from the a an @start";

/// Words that go, each with the neighbours that keep it.
static EMPTY: LazyLock<String> = LazyLock::new(|| {
    let tables = [
        (include_str!("data/praise.txt"), PRAISE),
        (include_str!("data/stress.txt"), STRESS),
    ];
    let mut out = String::new();
    for (table, conditions) in tables {
        for row in table.lines().filter(|l| !l.starts_with('#')) {
            let (word, own) = row.split_once(" ; ").unwrap_or((row, ""));
            let own = if own.is_empty() {
                String::new()
            } else {
                format!("; {own} ")
            };
            // Writing to a String cannot fail.
            writeln!(out, "{word} -> {own}{conditions}").expect("a String takes all");
        }
    }
    out
});

static SHORTER: LazyLock<PhraseTable<()>> = LazyLock::new(|| {
    let tables = [
        include_str!("data/plainer.txt"),
        include_str!("data/shorter.txt"),
    ];
    let lines = tables
        .into_iter()
        .flat_map(str::lines)
        .chain(KEEP.lines())
        .chain(EMPTY.lines());
    PhraseTable::new(lines.map(|l| ((), l)))
});

/// Parts of words that thank and congratulate.
const THANKS: [&str; 8] = [
    "thank", "congrat", "shout", "kudos", "honor", "honour", "proud", "welcome",
];

/// The exchanges that lower the grade most, as many as it needs.
pub(super) fn apply(draft: &Draft, options: &Options) -> Vec<Edit> {
    let Some(goal) = options.grade else {
        return Vec::new();
    };
    let mut reading = draft.reading();
    if reading.grade() <= goal {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (start, line) in draft.written() {
        let mut facts = None;
        for hit in SHORTER.hits(&line.lower) {
            let edit = edit::replace(&line, hit.span, &hit.phrase.replacements);
            let Some(with) = edit.replacements.first() else {
                continue;
            };
            let (was, is) = (
                count_line(edit.span.of(line.normal()), 0),
                count_line(with, 0),
            );
            // Praise is what thanks are made of.
            let gone = with.is_empty() || matches!(with.as_str(), "a" | "an");
            let thanks = gone && THANKS.iter().any(|t| line.lower.contains(t));
            // "A highly new" needs its adjective, and "employees' rights" its ending.
            let held = gone
                && word_before(&line.lower, hit.span.start)
                    .is_some_and(|w| w.ends_with("ly") || matches!(w, "quite" | "pretty"));
            let owned =
                line.normal()[hit.span.end..].starts_with(['\'', '’']) && !with.ends_with('s');
            // "We, however, left": a phrase with its comma opens a sentence.
            let inside =
                hit.span.of(&line.lower).ends_with(',') && !line.starts_sentence(hit.span.start);
            // "More 200 seats"
            let counted = with == "more"
                && line.normal()[hit.span.end..]
                    .trim_start()
                    .starts_with(|c: char| c.is_ascii_digit());
            if held || owned || inside || counted {
                continue;
            }
            // A capital within a sentence makes a name of it.
            let named = hit.span.of(line.normal()).starts_with(char::is_uppercase)
                && !line.starts_sentence(hit.span.start);
            // One short word for two may leave the rest longer on average.
            let after = Reading {
                words: reading.words + is.words - was.words,
                syllables: reading.syllables + is.syllables - was.syllables,
                ..reading
            };
            if after.grade() < reading.grade() && !thanks && !named {
                let span = line.to_line(edit.span).shifted(start);
                let edit = Operator::Grade.edit(draft, span, with.as_str());
                let facts = facts.get_or_insert_with(|| Facts::of(line.text));
                if !keeps_facts(facts, line.text, start, &edit) {
                    continue;
                }
                found.push((gone, after.grade(), was, is, edit));
            }
        }
    }
    // A word that stays elsewhere in the post stays here: readers take two words for two things.
    let lower = draft.text().to_lowercase();
    let mut changed: FxHashMap<String, usize> = FxHashMap::default();
    for (.., edit) in &found {
        *changed.entry(edit.before.to_lowercase()).or_default() += 1;
    }
    found.retain(|(gone, .., edit)| {
        let word = edit.before.to_lowercase();
        *gone || edit.after.contains(' ') || occurrences(&lower, &word) <= changed[&word]
    });
    // Words change before any goes.
    found.sort_by(|a, b| {
        let worth = a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
        worth.then(a.4.span.cmp(&b.4.span))
    });
    let mut edits = Vec::new();
    for (_, _, was, is, edit) in found {
        if reading.grade() <= goal {
            break;
        }
        reading.syllables = reading.syllables + is.syllables - was.syllables;
        reading.words = reading.words + is.words - was.words;
        edits.push(edit);
    }
    edits
}

/// The word that ends before byte `at` of `text`.
fn word_before(text: &str, at: usize) -> Option<&str> {
    text[..at].split_whitespace().next_back()
}

/// How often `word` stands in `text` as a word of its own.
fn occurrences(text: &str, word: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric();
    let whole =
        |at: usize| !text[..at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word);
    text.match_indices(word)
        .filter(|(at, _)| whole(*at))
        .count()
}

/// Whether the line says the same `facts` with `edit`: one that the lock would refuse must not count
/// towards the grade.
fn keeps_facts(facts: &Facts, line: &str, start: usize, edit: &Edit) -> bool {
    let mut after = line.to_owned();
    after.replace_range(edit.span.start - start..edit.span.end - start, &edit.after);
    facts.lost_or_invented(&Facts::of(&after)).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_is_never_exchanged_again() {
        let mut again = Vec::new();
        for table in [
            include_str!("data/plainer.txt"),
            include_str!("data/shorter.txt"),
        ] {
            for line in table.lines().filter(|l| !l.starts_with('#')) {
                let (_, with) = line.split_once("->").expect("an arrow");
                let with = with.split(" ; ").next().unwrap().trim().to_lowercase();
                if !SHORTER.hits(&with).is_empty() {
                    again.push(line);
                }
            }
        }
        assert!(again.is_empty(), "{again:?}");
    }
}
