//! Runs of words that may be keyphrases.

use rustc_hash::FxHashMap;

use super::tokens::{Token, Word};
use super::words::INNER;

/// Most words of a candidate.
pub(super) const MOST_WORDS: usize = 5;
/// Most function words within one.
const MOST_INNER: usize = 2;

/// A candidate: all runs of words with the same stems.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// The stems, parted by blanks.
    pub key: String,
    /// Where it stands, in order; never empty.
    pub places: Vec<Place>,
}

/// A run of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Index of the sentence.
    pub sentence: usize,
    /// Index of the first token in it.
    pub start: usize,
    /// Number of tokens.
    pub words: usize,
}

impl Place {
    /// The tokens.
    pub fn of<'s>(&self, sentences: &'s [Vec<Token>]) -> &'s [Token] {
        &sentences[self.sentence][self.start..self.start + self.words]
    }
}

/// The candidates of a text in the order of their first places: runs of one to five words that
/// neither begin nor end with a function word.
pub(super) fn candidates(sentences: &[Vec<Token>]) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = Vec::new();
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    for (sentence, tokens) in sentences.iter().enumerate() {
        for start in 0..tokens.len() {
            for words in runs(&tokens[start..]) {
                let place = Place {
                    sentence,
                    start,
                    words,
                };
                let stems: Vec<&str> = place
                    .of(sentences)
                    .iter()
                    .filter_map(|t| Some(t.word.as_ref()?.stem.as_str()))
                    .collect();
                let key = stems.join(" ");
                if let Some(i) = known.get(&key) {
                    out[*i].places.push(place);
                } else {
                    known.insert(key.clone(), out.len());
                    out.push(Candidate {
                        key,
                        places: vec![place],
                    });
                }
            }
        }
    }
    out
}

/// Lengths of the candidates that begin with the first of `tokens`.
fn runs(tokens: &[Token]) -> Vec<usize> {
    let mut out = Vec::new();
    let words = tokens.iter().map_while(|t| t.word.as_ref());
    let mut inner = 0;
    for (before, word) in words.take(MOST_WORDS).enumerate() {
        if before == 0 && !begins(word) {
            break;
        }
        if word.is_function {
            inner += 1;
            if inner > MOST_INNER || !INNER.contains(&word.lower.as_str()) {
                break;
            }
            continue;
        }
        let is_alone = before == 0;
        let is_letter = word.length < 2;
        let is_part = !is_letter || is_digits(word) || word.is_capital;
        if is_alone && !word.is_number && !is_letter || !is_alone && is_part {
            out.push(before + 1);
        }
    }
    out
}

/// Whether a candidate may begin with it: among numbers, years alone.
fn begins(word: &Word) -> bool {
    !word.is_function && (!is_digits(word) || word.length == 4)
}

fn is_digits(word: &Word) -> bool {
    word.lower.chars().all(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::super::tokens::sentences;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let sentences = sentences(text);
        let all = candidates(&sentences);
        all.into_iter().map(|c| c.key).collect()
    }

    #[test]
    fn function_words_stand_within_alone() {
        assert_eq!(
            found("the quality of the data"),
            ["qualiti", "qualiti of the data", "data"]
        );
        assert_eq!(found("data that helps"), ["data", "help"]);
    }

    #[test]
    fn numbers_begin_nothing_but_years() {
        assert_eq!(found("14 days"), ["day"]);
        assert_eq!(found("2009 budget"), ["2009 budget", "budget"]);
        assert_eq!(found("vitamin C x"), ["vitamin", "vitamin c"]);
    }

    #[test]
    fn places_with_the_same_stems_are_one_candidate() {
        let sentences = sentences("Teams plan. A team planned");
        let all = candidates(&sentences);
        let keys: Vec<_> = all
            .iter()
            .map(|c| (c.key.as_str(), c.places.len()))
            .collect();
        assert_eq!(keys, [("team", 2), ("team plan", 2), ("plan", 2)]);
    }
}
