//! Names of a candidate's words and endings, hashed.

use super::candidates::Candidate;
use super::tokens::{Token, Word};

/// Which part of a candidate a name is of. Equal names of two kinds are two features.
mod kind {
    pub const LAST_STEM: &str = "L";
    pub const FIRST_STEM: &str = "F";
    pub const PHRASE: &str = "P";
    pub const LAST_FOUR: &str = "s";
    pub const LAST_THREE: &str = "t";
    pub const FIRST_THREE: &str = "f";
    pub const ANY_STEM: &str = "W";
    pub const LAST_STEMS: &str = "w";
}

/// The hashes of a candidate's names, to be taken modulo the buckets of a table.
pub(super) fn hashed(candidate: &Candidate, sentences: &[Vec<Token>]) -> Vec<u32> {
    let tokens = candidate.places[0].of(sentences);
    let words: Vec<&Word> = tokens.iter().filter_map(|t| t.word.as_ref()).collect();
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return Vec::new();
    };
    let key = candidate.key.as_str();
    let cut = key.rmatch_indices(' ').nth(1).map_or(0, |(i, _)| i + 1);
    let mut out = vec![
        hash(kind::LAST_STEM, &last.stem),
        hash(kind::FIRST_STEM, &first.stem),
        hash(kind::PHRASE, key),
        hash(kind::LAST_FOUR, tail(&last.lower, 4)),
        hash(kind::LAST_THREE, tail(&last.lower, 3)),
        hash(kind::FIRST_THREE, tail(&first.lower, 3)),
    ];
    let content = words.iter().filter(|w| !w.is_function);
    out.extend(content.map(|w| hash(kind::ANY_STEM, &w.stem)));
    out.push(hash(kind::LAST_STEMS, &key[cut..]));
    out
}

/// The last `n` characters.
fn tail(word: &str, n: usize) -> &str {
    let at = word.char_indices().rev().nth(n - 1);
    at.map_or(word, |(i, _)| &word[i..])
}

/// FNV-1a (Fowler, Noll and Vo) in 32 bits over `kind:name`, its low bits mixed with higher ones.
fn hash(kind: &str, name: &str) -> u32 {
    let bytes = kind.bytes().chain([b':']).chain(name.bytes());
    let h = bytes.fold(0x811c_9dc5u32, |h, byte| {
        (h ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    h ^ (h >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        let plain = [b'a', b':'].iter().fold(2_166_136_261u32, |h, b| {
            (h ^ u32::from(*b)).wrapping_mul(16_777_619)
        });
        assert_eq!(hash("a", ""), plain ^ (plain >> 15));
        assert_ne!(hash("L", "data"), hash("F", "data"));
    }

    #[test]
    fn tails_count_characters() {
        assert_eq!(tail("naïveté", 3), "eté");
        assert_eq!(tail("of", 4), "of");
    }
}
