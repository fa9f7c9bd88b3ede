//! The phrases that a text is about: candidates by their features, the best of them anew by their
//! vectors.

use std::cmp::Ordering;

use crate::analysis::features::post::mean_vector;
use crate::analysis::keyphrase::rerank::{RELATIVE, Ranked, TOP};
use crate::analysis::keyphrase::{Document, Row};
use crate::model::encoder::Vector;
use crate::model::heads::{Head, Heads, Network, Task};
use crate::model::{Encoder, ModelError};
use crate::post::Span;

use super::inputs::{Inputs, sentences};
use super::reader::Reader;

/// Keyphrases that are told of a text.
const MOST_KEYPHRASES: usize = 10;

/// A phrase that a text is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyphrase {
    /// As it is first written, its words parted by blanks.
    pub text: String,
    /// Probability, by the head, that a reader would choose it, 0 to 1.
    pub score: f32,
    /// Where it stands, in other forms of its words too: bytes of the text.
    pub spans: Vec<Span>,
}

/// What the first network of the head for keyphrases reads of a document's candidates.
#[must_use]
pub fn candidates(document: &Document) -> Vec<Inputs> {
    let of = |row: Row| Inputs {
        dense: row.dense,
        sparse: row.hashed.into_iter().map(|h| (h, 1.0)).collect(),
    };
    document.rows().into_iter().map(of).collect()
}

/// What the second network reads of the candidates `best`, best first: what is told by their
/// `scores` and by vectors, then their own numbers, then the vectors of their surfaces. The text's
/// vector is the mean of those of its `sentences`, so that known sentences are not encoded again.
///
/// # Errors
/// Where the encoder fails.
pub fn best_candidates(
    encoder: &Encoder,
    document: &Document,
    sentences: &[Vector],
    (best, scores): (&[usize], &[f32]),
    candidates: &[Inputs],
) -> Result<Vec<Inputs>, ModelError> {
    let surfaces: Vec<String> = best.iter().map(|i| document.surface(*i)).collect();
    let vectors = encoder.embed(&surfaces)?;
    let of_sentences: Vec<&[f32]> = sentences.iter().map(|v| &v[..]).collect();
    let text = mean_vector(&of_sentences, encoder.width());
    let ranked = Ranked {
        scores,
        vectors: &vectors,
        text: &text,
        first_sentence: sentences.first().map_or(&text, |v| &v[..]),
    };
    let rows = ranked.relative().into_iter().zip(best).zip(&vectors);
    let of = |((relative, index), vector): (([f32; RELATIVE], &usize), &Vector)| Inputs {
        dense: [&relative[..], &candidates[*index].dense, vector].concat(),
        sparse: Vec::new(),
    };
    Ok(rows.map(of).collect())
}

impl Reader {
    /// The phrases that `text` is about, best first, ten at most.
    ///
    /// # Errors
    /// Where there is no head for it, or the encoder fails.
    pub fn keyphrases(&self, text: &str) -> Result<Vec<Keyphrase>, ModelError> {
        let document = Document::new(text);
        let sentences = self.encoder().embed(&sentences(document.text()))?;
        self.keyphrases_of(&document, &sentences)
    }

    /// The same, where the vectors of the text's sentences are known.
    ///
    /// # Errors
    /// As for [`Self::keyphrases`].
    pub fn keyphrases_of(
        &self,
        document: &Document,
        sentences: &[Vector],
    ) -> Result<Vec<Keyphrase>, ModelError> {
        let head = self.heads().get(Task::Keyphrase);
        let head = head.map_err(ModelError::Request)?;
        let candidates = candidates(document);
        let mut ranked = ranked(head, &candidates);
        ranked.truncate(TOP);
        if let Some(second) = head.rerank.as_ref().filter(|_| !ranked.is_empty()) {
            let (best, scores): (Vec<usize>, Vec<f32>) = ranked.into_iter().unzip();
            let ranking = (&best[..], &scores[..]);
            let inputs =
                best_candidates(self.encoder(), document, sentences, ranking, &candidates)?;
            let scores = inputs.iter().map(|i| score(second, i));
            ranked = best.into_iter().zip(scores).collect();
            ranked.sort_by(best_first);
        }
        Ok(told(document, &ranked, MOST_KEYPHRASES))
    }
}

/// The phrases that `document` is about by the first network of the head alone, best first: it
/// needs no vector, so it can be asked at every pause of a writer.
///
/// # Errors
/// Why there is no head for it, for the reader.
pub fn by_words(heads: &Heads, document: &Document, most: usize) -> Result<Vec<Keyphrase>, String> {
    let head = heads.get(Task::Keyphrase)?;
    Ok(told(document, &ranked(head, &candidates(document)), most))
}

/// Each candidate with its log-odds by the first network, best first.
fn ranked(head: &Head, candidates: &[Inputs]) -> Vec<(usize, f32)> {
    let scores = candidates.iter().map(|c| score(&head.network, c));
    let mut ranked: Vec<(usize, f32)> = scores.enumerate().collect();
    ranked.sort_by(best_first);
    ranked
}

fn score(network: &Network, inputs: &Inputs) -> f32 {
    let told = network.forward(&inputs.dense, &inputs.sparse);
    told.first().copied().unwrap_or_default()
}

fn best_first(a: &(usize, f32), b: &(usize, f32)) -> Ordering {
    b.1.total_cmp(&a.1)
}

fn told(document: &Document, ranked: &[(usize, f32)], most: usize) -> Vec<Keyphrase> {
    let best = ranked.iter().take(most);
    let of = |&(i, log_odds): &(usize, f32)| Keyphrase {
        text: document.surface(i),
        score: 1.0 / (1.0 + (-log_odds).exp()),
        spans: document.spans(i),
    };
    best.map(of).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::analysis::keyphrase::FEATURES;
    use crate::model::heads::{Card, Dense};
    use crate::model::library::Library;
    use crate::model::{Backend, Settings};

    const TEXT: &str = "Our release checklist is short. A release\n  checklist saves Fridays, and \
                        Fridays matter.";

    /// A network that reads one number alone.
    fn network(inputs: usize, index: usize) -> Network {
        let mut weight = vec![0.0; inputs];
        weight[index] = 1.0;
        Network {
            mean: vec![0.0; inputs],
            scale: vec![1.0; inputs],
            hidden: None,
            skip: Vec::new(),
            output: Dense {
                weight,
                bias: vec![0.0],
            },
            table: Vec::new(),
        }
    }

    fn reader(rerank: Option<usize>) -> Reader {
        let library = Library::new(None);
        let model = library.open(&library.active().unwrap()).unwrap();
        let card = Card {
            format: 1,
            task: Task::Keyphrase.name().to_owned(),
            version: String::new(),
            features: 1,
            encoder: model.manifest.hash(),
            seed: 0,
            data: BTreeMap::new(),
            figures: BTreeMap::new(),
        };
        // The number behind the five of lengths grows with the number of places.
        let head = Head::new(card, network(FEATURES, 5), None, Vec::new());
        let hidden = 384;
        let second = rerank.map(|i| network(RELATIVE + FEATURES + hidden, i));
        let heads = Heads::of_one(head.with_rerank(second));
        let settings = Settings {
            backend: Backend::Cpu,
            ..Settings::default()
        };
        Reader::with_heads(model, heads, &settings).unwrap()
    }

    #[test]
    fn keyphrases_are_ranked_and_found_in_the_text() {
        let found = reader(None).keyphrases(TEXT).unwrap();
        assert!(found.len() <= MOST_KEYPHRASES);
        assert!(found.windows(2).all(|w| w[0].score >= w[1].score));
        let told: Vec<&str> = found.iter().take(4).map(|k| k.text.as_str()).collect();
        assert_eq!(
            told,
            ["release", "release checklist", "checklist", "Fridays"]
        );
        let places: Vec<&str> = found[1].spans.iter().map(|s| s.of(TEXT)).collect();
        assert_eq!(places, ["release checklist", "release\n  checklist"]);
        // Twice: the odds are 1 + 2.
        assert!((found[0].score - 0.75).abs() < 1e-6);
    }

    #[test]
    fn the_second_network_ranks_the_best_anew() {
        // The number of three-word phrases comes behind those of the standing.
        let found = reader(Some(RELATIVE + 2)).keyphrases(TEXT).unwrap();
        let words = |k: &Keyphrase| k.text.split(' ').count();
        assert_eq!(words(&found[0]), 3, "{:?}", found[0]);
        // The number of the cosine with the text.
        let found = reader(Some(4)).keyphrases(TEXT).unwrap();
        assert!(found[0].text.contains("checklist"), "{:?}", found[0]);
    }

    #[test]
    fn a_text_without_candidates_has_no_keyphrase() {
        assert_eq!(reader(Some(0)).keyphrases("of the!").unwrap(), []);
        let none = reader(None);
        assert!(none.openings(&["x"], Task::Hook).is_err());
    }
}
