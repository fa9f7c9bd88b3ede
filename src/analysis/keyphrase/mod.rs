//! Candidates for keyphrases and what a head reads of them.
//!
//! A candidate is a run of one to five words within a sentence that neither begins nor ends with a
//! function word; runs with the same Snowball stems are one. It has numbers of known meaning
//! (counts, places, neighbours, looks, endings, how frequent its words are in English) and hashed
//! names. [`rerank`] adds what can be told once the best are known. A head was trained on exactly
//! these, so whatever changes here raises [`VERSION`](super::features::VERSION).

mod candidates;
mod features;
mod frequency;
mod hashed;
pub mod rerank;
mod tokens;
mod words;

use crate::post::{OffsetMap, Span};

use candidates::Candidate;
use features::Counts;
use tokens::Token;

pub use features::FEATURES;
pub use tokens::stem_key;

/// A text with its candidates.
#[derive(Debug, Clone)]
pub struct Document {
    /// The text with wrapped lines joined.
    text: String,
    /// The way back from it.
    map: OffsetMap,
    sentences: Vec<Vec<Token>>,
    candidates: Vec<Candidate>,
}

/// What a network reads of a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// [`FEATURES`] numbers.
    pub dense: Vec<f32>,
    /// Hashes of names, to be taken modulo the buckets of a table.
    pub hashed: Vec<u32>,
}

impl Document {
    /// Finds the candidates of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (text, map) = tokens::unwrap(text);
        let sentences = tokens::sentences(&text);
        Self {
            candidates: candidates::candidates(&sentences),
            text,
            map,
            sentences,
        }
    }

    /// The text with wrapped lines joined.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Number of candidates.
    #[must_use]
    pub fn len(&self) -> usize {
        self.candidates.len()
    }

    /// Whether there is no candidate.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// What a network reads of each candidate, in order.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let counts = Counts::new(&self.text, &self.sentences, &self.candidates);
        let of = |(i, candidate): (usize, &Candidate)| Row {
            dense: counts.features(candidate, i),
            hashed: hashed::hashed(candidate, &self.sentences),
        };
        self.candidates.iter().enumerate().map(of).collect()
    }

    /// The stems of candidate `index`, parted by blanks.
    #[must_use]
    pub fn key(&self, index: usize) -> &str {
        &self.candidates[index].key
    }

    /// Candidate `index` as it is first written, its words parted by blanks.
    #[must_use]
    pub fn surface(&self, index: usize) -> String {
        let tokens = self.candidates[index].places[0].of(&self.sentences);
        let words: Vec<&str> = tokens.iter().map(|t| t.span.of(&self.text)).collect();
        words.join(" ")
    }

    /// Where candidate `index` stands: bytes of the text that the document was made from.
    #[must_use]
    pub fn spans(&self, index: usize) -> Vec<Span> {
        let span = |tokens: &[Token]| {
            let (first, last) = (tokens.first()?, tokens.last()?);
            Some(self.map.span(Span::new(first.span.start, last.span.end)))
        };
        let places = self.candidates[index].places.iter();
        places.filter_map(|p| span(p.of(&self.sentences))).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Fact {
        text: String,
        unwrapped: String,
        sentences: Vec<Vec<String>>,
        candidates: Vec<Known>,
    }

    #[derive(Deserialize)]
    struct Known {
        key: String,
        surface: String,
        features: Vec<f32>,
        buckets: Vec<u32>,
    }

    fn facts() -> Vec<Fact> {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/golden/keyphrases.jsonl"
        );
        let text = std::fs::read_to_string(path).unwrap();
        let facts: Vec<Fact> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(facts.len(), 5);
        facts
    }

    #[test]
    fn candidates_are_those_of_the_reference() {
        for fact in facts() {
            let document = Document::new(&fact.text);
            assert_eq!(document.text, fact.unwrapped);
            let tokens = document.sentences.iter().map(|s| {
                let words = s.iter().map(|t| t.span.of(&document.text).to_owned());
                words.collect::<Vec<_>>()
            });
            assert_eq!(tokens.collect::<Vec<_>>(), fact.sentences);
            let told =
                (0..document.len()).map(|i| (document.key(i).to_owned(), document.surface(i)));
            let known = fact.candidates.into_iter().map(|c| (c.key, c.surface));
            assert_eq!(told.collect::<Vec<_>>(), known.collect::<Vec<_>>());
        }
    }

    #[test]
    fn features_are_those_of_the_reference() {
        for fact in facts() {
            let rows = Document::new(&fact.text).rows();
            assert_eq!(rows.len(), fact.candidates.len());
            for (row, known) in rows.iter().zip(&fact.candidates) {
                assert_eq!(row.dense.len(), FEATURES);
                assert_eq!(known.features.len(), FEATURES);
                for (i, (told, wanted)) in row.dense.iter().zip(&known.features).enumerate() {
                    let key = &known.key;
                    assert!((told - wanted).abs() < 1e-4, "{key}, {i}: {told} {wanted}");
                }
                let buckets: Vec<u32> = row.hashed.iter().map(|h| h % (1 << 14)).collect();
                assert_eq!(buckets, known.buckets, "{}", known.key);
            }
        }
    }

    #[test]
    fn spans_are_of_the_text_given() {
        let text = "Long lines of text are often wrapped at a column store\n  engine. A column store \
                    engine reads less.";
        let document = Document::new(text);
        let key = stem_key("column store engine");
        let index = (0..document.len())
            .find(|i| document.key(*i) == key)
            .unwrap();
        let found: Vec<&str> = document.spans(index).iter().map(|s| s.of(text)).collect();
        assert_eq!(found, ["column store\n  engine", "column store engine"]);
    }

    #[test]
    fn a_blank_text_has_no_candidate() {
        for text in ["", " \n", "!?", "of the"] {
            let document = Document::new(text);
            assert!(document.is_empty() && document.rows().is_empty());
        }
    }
}
