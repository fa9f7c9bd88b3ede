//! Closed lists of words that the rules look up.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

pub(super) type WordSet = LazyLock<FxHashSet<&'static str>>;

/// Irregular past participles whose passive is worth a hint.
pub(super) static PARTICIPLES: WordSet =
    LazyLock::new(|| read(include_str!("data/participles.txt")));

/// Words that look like participles but describe a state, or are none.
pub(super) static STATIVE: WordSet = LazyLock::new(|| read(include_str!("data/stative.txt")));

/// Adverbs without -ly, and -ly ones, that stand between "be" and a participle.
pub(super) static ADVERBS: WordSet = LazyLock::new(|| read(include_str!("data/adverbs.txt")));

/// Acronyms, in capitals.
pub(super) static ACRONYMS: WordSet = LazyLock::new(|| read(include_str!("data/acronyms.txt")));

fn read(table: &'static str) -> FxHashSet<&'static str> {
    table
        .lines()
        .filter(|l| !l.starts_with('#'))
        .flat_map(str::split_whitespace)
        .collect()
}
