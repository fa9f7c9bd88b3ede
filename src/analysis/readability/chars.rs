//! Character classes as Python's `re` and `str` see them.
//!
//! Rust's `is_alphanumeric` takes in marks and leaves out `²` and `½`, so the
//! word class comes from a table made with Python 3.11 (Unicode 14.0).

use std::sync::LazyLock;

const RANGES: &str = include_str!("../../../models/lexicon/word_ranges.txt");

/// One bit for each code point up to the last word character.
static WORD: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut bits = Vec::new();
    for (first, last) in RANGES.lines().filter_map(range) {
        bits.resize(last as usize / 64 + 1, 0);
        for point in first..=last {
            bits[point as usize / 64] |= 1 << (point % 64);
        }
    }
    bits
});

fn range(line: &str) -> Option<(u32, u32)> {
    let (first, last) = line.split_once(' ')?;
    let point = |hex| u32::from_str_radix(hex, 16).ok();
    Some((point(first)?, point(last)?))
}

/// Python's `\w`: letters, numbers of every kind, and the underscore.
pub(crate) fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    let point = c as usize;
    WORD.get(point / 64)
        .is_some_and(|bits| bits >> (point % 64) & 1 == 1)
}

/// Python's `\s` and `str.split`: Unicode white space and the four separators
/// U+001C to U+001F.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_characters_are_pythons() {
        for c in "aZ09_é²½Ⅳ中ж𝐀ا".chars() {
            assert!(is_word(c), "{c:?}");
        }
        for c in "'-’.…\u{301}\u{fe0f}\u{200d}\u{20e3}🚀€ ".chars() {
            assert!(!is_word(c), "{c:?}");
        }
        assert!(!is_word(char::MAX));
    }

    #[test]
    fn word_table_has_every_range() {
        assert_eq!(RANGES.lines().filter_map(range).count(), 734);
        let count = (0..=char::MAX as u32)
            .filter_map(char::from_u32)
            .filter(|&c| is_word(c))
            .count();
        assert_eq!(count, WORD_CHARACTERS);
    }

    /// `sum(chr(c).isalnum() or c == 95 for c in range(0x110000))`, Python 3.11.
    const WORD_CHARACTERS: usize = 133_548;

    #[test]
    fn space_characters_are_pythons() {
        let spaces: Vec<u32> = (0..=0x3000)
            .filter(|&p| char::from_u32(p).is_some_and(is_space))
            .collect();
        let mut expected: Vec<u32> = vec![0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f];
        expected.extend((9..=13).chain(0x1c..=0x20).chain(0x2000..=0x200a));
        expected.push(0x3000);
        expected.sort_unstable();
        assert_eq!(spaces, expected);
    }
}
