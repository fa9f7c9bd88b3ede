//! Words and phrases that a post uses again.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::model::{Repeated, Repetition};
use crate::analysis::rules::line::words;
use crate::post::ParsedLine;

/// Uses from which a content word counts as repeated.
const LEAST_USES: usize = 3;
const MOST_WORDS: usize = 10;
const MOST_PHRASES: usize = 5;
/// Words of the shortest phrase.
const PHRASE: usize = 3;
/// Parts sentences in the row of word numbers.
const BREAK: u32 = u32::MAX;

static STOP_WORDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    include_str!("data/stop_words.txt")
        .split_whitespace()
        .collect()
});

/// The words of a post as numbers, sentences apart.
#[derive(Default)]
struct Words<'a> {
    texts: Vec<&'a str>,
    counts: Vec<usize>,
    row: Vec<u32>,
}

pub(super) fn repetition(parsed: &[&ParsedLine]) -> Repetition {
    let lower: Vec<(String, &ParsedLine)> = parsed
        .iter()
        .map(|p| (p.normal.to_ascii_lowercase(), *p))
        .collect();
    let words = number(&lower);
    let tokens: usize = words.counts.iter().sum();
    Repetition {
        repeated_words: repeated_words(&words),
        repeated_phrases: repeated_phrases(&words),
        #[expect(clippy::cast_precision_loss, reason = "word counts are far below 2^52")]
        type_token_ratio: words.texts.len() as f64 / tokens.max(1) as f64,
    }
}

fn number<'a>(lines: &'a [(String, &'a ParsedLine)]) -> Words<'a> {
    let mut out = Words::default();
    let mut index: FxHashMap<&str, u32> = FxHashMap::default();
    for (lower, parsed) in lines {
        for sentence in &parsed.sentences {
            let text = parsed.normal_span(*sentence).of(lower);
            for span in words(text) {
                let word = span.of(text);
                let id = *index.entry(word).or_insert_with(|| {
                    out.texts.push(word);
                    out.counts.push(0);
                    // A post of 4 billion different words does not fit in memory.
                    u32::try_from(out.texts.len() - 1).unwrap_or(BREAK - 1)
                });
                out.counts[id as usize] += 1;
                out.row.push(id);
            }
            out.row.push(BREAK);
        }
    }
    out
}

fn is_content(word: &str) -> bool {
    word.len() > 2 && word.contains(char::is_alphabetic) && !STOP_WORDS.contains(word)
}

fn repeated_words(words: &Words) -> Vec<Repeated> {
    let pairs = words.texts.iter().zip(&words.counts);
    let found = pairs.filter(|(w, n)| **n >= LEAST_USES && is_content(w));
    most(
        found
            .map(|(w, &count)| Repeated {
                text: (*w).to_owned(),
                count,
            })
            .collect(),
        MOST_WORDS,
    )
}

fn repeated_phrases(words: &Words) -> Vec<Repeated> {
    let mut counts: FxHashMap<&[u32], usize> = FxHashMap::default();
    let phrases = || words.row.windows(PHRASE);
    for phrase in phrases().filter(|p| !p.contains(&BREAK)) {
        *counts.entry(phrase).or_default() += 1;
    }
    let count = |at: usize| {
        words
            .row
            .get(at..at + PHRASE)
            .and_then(|p| counts.get(p))
            .copied()
            .unwrap_or(0)
    };
    let mut seen: FxHashSet<&[u32]> = FxHashSet::default();
    let mut out = Vec::new();
    let mut at = 0;
    while at + PHRASE <= words.row.len() {
        let (start, uses) = (at, count(at));
        at += 1;
        if uses < 2 || !seen.insert(&words.row[start..start + PHRASE]) {
            continue;
        }
        // A longer phrase is a chain of short ones with the same count.
        while count(at) == uses && seen.insert(&words.row[at..at + PHRASE]) {
            at += 1;
        }
        let ids = &words.row[start..at + PHRASE - 1];
        let texts: Vec<&str> = ids.iter().map(|&i| words.texts[i as usize]).collect();
        if texts.iter().any(|w| is_content(w)) {
            out.push(Repeated {
                text: texts.join(" "),
                count: uses,
            });
        }
    }
    most(out, MOST_PHRASES)
}

/// The `n` most frequent; those of one count in order of appearance.
fn most(mut all: Vec<Repeated>, n: usize) -> Vec<Repeated> {
    all.sort_by_key(|r| std::cmp::Reverse(r.count));
    all.truncate(n);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Repetition {
        let parsed: Vec<_> = text.lines().map(ParsedLine::parse).collect();
        repetition(&parsed.iter().collect::<Vec<_>>())
    }

    fn pairs(all: &[Repeated]) -> Vec<(&str, usize)> {
        all.iter().map(|r| (r.text.as_str(), r.count)).collect()
    }

    #[test]
    fn content_words_and_phrases() {
        let r = of(
            "Growth is hard. Growth takes time to learn.\nIt takes time to learn the growth and the and the.",
        );
        assert_eq!(pairs(&r.repeated_words), [("growth", 3)]);
        assert_eq!(pairs(&r.repeated_phrases), [("takes time to learn", 2)]);
        assert!(
            (r.type_token_ratio - 10.0 / 19.0).abs() < 1e-12,
            "{}",
            r.type_token_ratio
        );
    }

    #[test]
    fn phrases_end_with_their_sentence_and_need_content() {
        assert!(
            of("We ship. Fast we ship. Fast we.")
                .repeated_phrases
                .is_empty()
        );
        assert!(
            of("It is what it was. It is what it was.")
                .repeated_phrases
                .is_empty()
        );
        assert!(of("").repeated_words.is_empty());
    }
}
