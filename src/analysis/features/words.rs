//! Words and pairs of words, hashed.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

// The patterns are constants that a test compiles.
static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"https?://\S+|www\.\S+").expect("a constant"));
static TOKEN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]").expect("a constant"));

/// What stands for a link.
const A_LINK: &str = " urltok ";
/// What stands for a number.
const A_NUMBER: &str = "0";

/// Which groups of words are features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grams {
    /// Words of the longest group.
    pub longest: usize,
    /// Whether words behind a negation are others than elsewhere, up to the next mark.
    pub negation: bool,
}

/// Lower case, straight quotes, three dots for an ellipsis.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '’' | '‘' => out.push('\''),
            '“' | '”' => out.push('"'),
            '…' => out.push_str("..."),
            other => out.extend(other.to_lowercase()),
        }
    }
    out
}

/// Words and marks in lower case; numbers and links are one word each.
#[must_use]
pub fn tokens(text: &str) -> Vec<String> {
    let text = plain(text);
    let text = LINK.replace_all(&text, A_LINK);
    let number = |t: &str| t.chars().all(char::is_numeric);
    TOKEN
        .find_iter(&text)
        .map(|t| {
            if number(t.as_str()) {
                A_NUMBER
            } else {
                t.as_str()
            }
        })
        .map(str::to_owned)
        .collect()
}

/// The groups of a text's words, each once: its hash and its weight, `1 / √n` for `n` groups, so
/// that all texts have features of length 1.
#[must_use]
pub fn grams(text: &str, which: Grams) -> Vec<(u32, f32)> {
    let mut words = tokens(text);
    if which.negation {
        mark_negated(&mut words);
    }
    words.insert(0, "<s>".to_owned());
    words.push("</s>".to_owned());
    let mut hashes = BTreeSet::new();
    for n in 1..=which.longest {
        for group in words.windows(n) {
            hashes.insert(hash(n, group));
        }
    }
    let value = 1.0 / (hashes.len().max(1) as f32).sqrt();
    hashes.into_iter().map(|h| (h, value)).collect()
}

fn is_negation(word: &str) -> bool {
    matches!(
        word,
        "not"
            | "no"
            | "never"
            | "cannot"
            | "without"
            | "nothing"
            | "none"
            | "nobody"
            | "neither"
            | "nor"
    ) || word.ends_with("n't")
}

fn mark_negated(words: &mut [String]) {
    let mut negated = false;
    for word in words {
        if !word.starts_with(char::is_alphanumeric) {
            negated = false;
        } else if is_negation(word) {
            negated = true;
        } else if negated {
            word.insert_str(0, "not_");
        }
    }
}

/// FNV-1a (Fowler, Noll and Vo) over the words with a space between, folded to 32 bits.
fn hash(n: usize, group: &[String]) -> u32 {
    let mut h = 0xcbf2_9ce4_8422_2325u64;
    let mut eat = |bytes: &[u8]| {
        for byte in bytes {
            h = (h ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    eat(&[n as u8]);
    for word in group {
        eat(word.as_bytes());
        eat(b" ");
    }
    (h ^ (h >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_links_and_quotes_are_made_alike() {
        assert_eq!(
            tokens("Don’t pay $1,000 at https://a.b/c?d… “OK”"),
            [
                "don't", "pay", "$", "0", ",", "0", "at", "urltok", "\"", "ok", "\""
            ]
        );
        assert_eq!(tokens("one… two"), ["one", ".", ".", ".", "two"]);
    }

    #[test]
    fn groups_are_counted_once_and_have_length_one() {
        let which = Grams {
            longest: 2,
            negation: false,
        };
        // <s>, a, b, </s>, and four pairs of them; the second "a b" adds "b a".
        let found = grams("a b a b", which);
        assert_eq!(found.len(), 4 + 4);
        let length: f32 = found.iter().map(|(_, v)| v * v).sum();
        assert!((length - 1.0).abs() < 1e-6);
        assert_ne!(grams("a b", which), grams("b a", which));
    }

    #[test]
    fn a_negation_reaches_to_the_next_mark() {
        let mut words = tokens("not good at all, but fine");
        mark_negated(&mut words);
        assert_eq!(
            words,
            ["not", "not_good", "not_at", "not_all", ",", "but", "fine"]
        );
        let which = Grams {
            longest: 1,
            negation: true,
        };
        let (with, without) = (grams("isn't good", which), grams("good", which));
        assert!(
            with.iter()
                .all(|(h, _)| { without.iter().filter(|(w, _)| w == h).count() <= 1 })
        );
    }

    #[test]
    fn a_blank_text_has_its_ends() {
        let which = Grams {
            longest: 2,
            negation: true,
        };
        assert_eq!(grams(" ", which).len(), 3);
    }
}
