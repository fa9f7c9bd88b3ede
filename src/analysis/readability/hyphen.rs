//! Hyphenation points by Liang's patterns, as pyphen 0.18.1 places them; textstat
//! counts one syllable more than there are points.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

const SOURCE: &str = include_str!("../../../models/lexicon/hyph_en_US.dic");

/// Points closer to an end of the word than this many characters are dropped.
const MARGIN: usize = 2;

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns::parse(SOURCE));

/// A trie over characters. Walking it from each position finds every pattern in
/// time linear in the word, the longest pattern being a constant.
struct Patterns {
    children: FxHashMap<(u32, char), u32>,
    /// Levels by node; empty where no pattern ends.
    levels: Vec<Vec<u8>>,
}

impl Patterns {
    /// Reads lines such as `.anti5s`: letters with levels between them. The first
    /// line names the encoding; lines of settings carry no level that counts.
    fn parse(source: &str) -> Self {
        let mut patterns = Self {
            children: FxHashMap::default(),
            levels: vec![Vec::new()],
        };
        for line in source.lines().skip(1).map(str::trim) {
            if !is_setting(line) {
                patterns.insert(line);
            }
        }
        patterns
    }

    fn insert(&mut self, line: &str) {
        let mut node = 0;
        let mut levels = vec![0];
        for c in line.chars() {
            if let Some(level) = c.to_digit(10) {
                // A digit is below 256, and `levels` begins with one entry.
                *levels.last_mut().expect("never empty") = level as u8;
            } else {
                node = self.child(node, c);
                levels.push(0);
            }
        }
        self.levels[node as usize] = levels;
    }

    fn child(&mut self, node: u32, c: char) -> u32 {
        // The file has some 20,000 nodes, far below 2^32.
        let next = self.levels.len() as u32;
        let child = *self.children.entry((node, c)).or_insert(next);
        if child == next {
            self.levels.push(Vec::new());
        }
        child
    }
}

fn is_setting(line: &str) -> bool {
    line.is_empty()
        || ["%", "#", "LEFTHYPHENMIN", "RIGHTHYPHENMIN", "COMPOUND"]
            .iter()
            .any(|start| line.starts_with(start))
}

/// Hyphenation points of a lower-case word, plus one.
pub(super) fn hyphen_syllables(word: &str) -> u64 {
    let dotted: Vec<char> = std::iter::once('.')
        .chain(word.chars())
        .chain(std::iter::once('.'))
        .collect();
    let mut points = vec![0u8; dotted.len() + 1];
    for start in 0..dotted.len() - 1 {
        let mut node = 0;
        for c in &dotted[start..] {
            match PATTERNS.children.get(&(node, *c)) {
                Some(&next) => node = next,
                None => break,
            }
            for (point, &level) in points[start..]
                .iter_mut()
                .zip(&PATTERNS.levels[node as usize])
            {
                *point = (*point).max(level);
            }
        }
    }
    // points[i] lies before dotted[i], hence before character i - 1 of the word.
    let letters = dotted.len() - 2;
    let kept = (MARGIN..=letters.saturating_sub(MARGIN))
        .filter(|at| points[at + 1] % 2 == 1)
        .count();
    kept as u64 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_match_pyphen() {
        // len(Pyphen(lang="en_US").positions(word)) + 1
        for (word, count) in PYPHEN {
            assert_eq!(hyphen_syllables(word), *count, "{word}");
        }
    }

    const PYPHEN: &[(&str, u64)] = &[
        ("postwright", 2),
        ("a", 1),
        ("ab", 1),
        ("i'm", 1),
        ("chatgpt", 3),
        ("associate", 3),
        ("association", 5),
        ("table", 2),
        ("project", 1),
        ("ﬃnity", 2),
        ("coﬀee", 1),
        ("naïve", 1),
        ("中文", 1),
        ("yesterdayish", 4),
        ("", 1),
    ];

    #[test]
    fn pattern_file_is_what_the_parser_expects() {
        assert!(!SOURCE.contains(['/', '=', '^', '%', '#']));
        let digits: Vec<bool> = SOURCE.chars().map(|c| c.is_ascii_digit()).collect();
        assert!(!digits.windows(2).any(|pair| pair[0] && pair[1]));
    }

    #[test]
    fn long_words_are_linear() {
        let word = "hyphenation".repeat(50_000);
        assert!(hyphen_syllables(&word) > 100_000);
    }
}
