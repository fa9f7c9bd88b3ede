//! The pronouncing dictionary and the list of easy words.

use std::sync::LazyLock;

use fst::Map;
use rustc_hash::FxHashSet;

static CMUDICT: LazyLock<Map<&'static [u8]>> = LazyLock::new(|| {
    let bytes: &'static [u8] = include_bytes!("../../../models/lexicon/cmudict.fst");
    // The bytes are part of the binary; `cmudict_is_intact` checks them.
    Map::new(bytes).expect("the embedded dictionary is an fst")
});

static EASY: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../../models/lexicon/easy_words.txt")
        .lines()
        .collect()
});

/// Syllables of a lower-case word by its first pronunciation in CMUdict: the
/// phones that carry a stress mark. A few entries ("hmm") have none.
pub(super) fn cmudict_syllables(word: &str) -> Option<u64> {
    CMUDICT.get(word)
}

/// Whether a lower-case word is on the Dale-Chall list that textstat ships.
pub(super) fn is_easy(word: &str) -> bool {
    EASY.contains(word)
}

#[cfg(test)]
pub(super) mod tests {
    use fst::Streamer;

    use super::*;

    /// Every dictionary word with its count, in byte order.
    pub(crate) fn cmudict_entries() -> Vec<(String, u64)> {
        let mut stream = CMUDICT.stream();
        let mut entries = Vec::new();
        while let Some((word, count)) = stream.next() {
            entries.push((String::from_utf8(word.to_vec()).unwrap(), count));
        }
        entries
    }

    #[test]
    fn cmudict_is_intact() {
        CMUDICT.as_fst().verify().unwrap();
        let entries = cmudict_entries();
        assert_eq!(entries.len(), CMUDICT.len());
        assert!(entries.is_sorted());
        for (word, count) in &entries {
            assert_eq!(cmudict_syllables(word), Some(*count), "{word}");
        }
    }

    #[test]
    fn syllables_follow_the_first_pronunciation() {
        for (word, count) in [("fire", 2), ("every", 3), ("don't", 1), ("a", 1)] {
            assert_eq!(cmudict_syllables(word), Some(count), "{word}");
        }
        assert_eq!(cmudict_syllables("postwright"), None);
        assert_eq!(cmudict_syllables(""), None);
    }

    #[test]
    fn easy_words_are_the_shipped_list() {
        assert_eq!(EASY.len(), 2941);
        assert!(is_easy("don't") && is_easy("o'clock") && !is_easy("leverage"));
    }
}
