//! How frequent English words are.

use std::sync::LazyLock;

use fst::Map;

/// Classes are half powers of ten; a word that the list lacks counts as one of 10^3.
const UNKNOWN: u64 = 6;
/// The class of the words that the list gives as 0.
const LOWEST: u64 = 9;
/// What a compound is rarer than its rarest part.
const COMPOUND: u64 = 3;

static WORDS: LazyLock<Map<&'static [u8]>> = LazyLock::new(|| {
    let bytes: &'static [u8] = include_bytes!("../../../models/lexicon/word_classes.fst");
    // The bytes are part of the binary; `the_list_is_intact` checks them.
    Map::new(bytes).expect("the embedded list is an fst")
});

/// Decimal logarithm of a lower-case word's count in a large corpus of English, rounded down to
/// halves; 3.0 for an unknown one.
pub(super) fn log_count(lower: &str) -> f32 {
    class(lower) as f32 / 2.0
}

fn class(lower: &str) -> u64 {
    let known = |word: &str| WORDS.get(word).map(|c| c + LOWEST);
    let before_apostrophe = || known(lower.split_once('\'')?.0);
    let compound = || {
        let rarest = lower
            .contains('-')
            .then(|| lower.split('-').filter_map(known).min());
        Some((rarest??.saturating_sub(COMPOUND)).max(UNKNOWN))
    };
    known(lower)
        .or_else(before_apostrophe)
        .or_else(compound)
        .unwrap_or(UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_intact() {
        WORDS.as_fst().verify().unwrap();
        assert!(WORDS.len() > 50_000);
    }

    #[test]
    fn classes_are_halves_of_logarithms() {
        // 23,135,851,162 and 4,943,386 or so.
        assert_eq!(log_count("the"), 10.0);
        assert_eq!(log_count("postwright"), 3.0);
        assert_eq!(log_count("city's"), log_count("city"));
        let parts = log_count("hit").min(log_count("rate"));
        assert_eq!(log_count("hit-rate"), parts - 1.5);
    }
}
