//! Keywords: the phrases that a trained head holds most likely to be chosen by a reader, or where
//! there is none, YAKE blended with nominal phrases.
//!
//! YAKE: Campos et al., "YAKE! Keyword extraction from single documents using multiple local
//! features", Information Sciences 509 (2020). Its score falls with importance; here it is turned
//! over: `relevance = 1 - 0.9 (ln s - ln s_best) / (ln s_worst - ln s_best)`, so 1.0 is best. A
//! keyword's score is `0.7 relevance + 0.3 phrase`, where `phrase` is 1 for a nominal phrase, 0.5
//! for a part of one and 0 else, divided by the best of the post.

use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use yake_rust::StopWords;

use crate::post::Span;

mod terms;
mod tokens;
mod yake;

pub use terms::{Blend, Terms};

/// A keyword of a post.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Keyword {
    /// As it is first written.
    pub text: String,
    /// Importance, 1.0 for the best of the post.
    pub score: f64,
    /// YAKE's raw score (lower is better); `None` for a phrase that YAKE did not propose.
    pub yake: Option<f64>,
    /// How likely a reader would choose it, by the trained head, 0 to 1; `None` without a head.
    pub probability: Option<f64>,
    /// Where it stands.
    pub spans: Vec<Span>,
    /// What the score is made of.
    #[serde(skip)]
    pub terms: Terms,
}

/// At most this many are told.
pub const MOST: usize = 20;
/// Candidates taken from YAKE before blending.
const CANDIDATES: usize = 60;
const LEAST_RELEVANCE: f64 = 0.1;

pub(super) static STOP_WORDS: LazyLock<StopWords> =
    LazyLock::new(|| StopWords::predefined("en").unwrap_or_default());
static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// Extracts keywords from `prose` (links, tags and emoji gone), given its sentences and the spans
/// of its nominal phrases. Spans count bytes of `prose`. Blending costs more than in step with the
/// text, so callers refuse what [`super::grammar::refusal`] does.
#[must_use]
pub fn keywords(prose: &str, sentences: &[&str], phrases: &[Span]) -> Vec<Keyword> {
    let lower = Lowered::new(prose);
    let mut ranked = blend(candidates(sentences), phrases, prose);
    ranked.sort_by(|a, b| {
        let by_sum = b.blend.sum().total_cmp(&a.blend.sum());
        by_sum.then_with(|| a.key.cmp(&b.key))
    });
    let mut kept: Vec<FxHashSet<String>> = Vec::new();
    let mut out: Vec<Keyword> = Vec::new();
    for candidate in ranked {
        let stems = stems(&candidate.key);
        if stems.is_empty()
            || kept
                .iter()
                .any(|k| k.is_subset(&stems) || stems.is_subset(k))
        {
            continue;
        }
        let spans = lower.find(&candidate.key);
        let Some(first) = spans.first() else { continue };
        out.push(Keyword {
            text: first.of(prose).to_owned(),
            score: candidate.blend.sum(),
            yake: candidate.yake,
            probability: None,
            spans,
            terms: Terms::Blend(candidate.blend),
        });
        kept.push(stems);
        if out.len() == MOST {
            break;
        }
    }
    let best = out.first().map_or(1.0, |k| k.score);
    for keyword in &mut out {
        keyword.score = round(keyword.score / best, 4);
        if let Terms::Blend(blend) = &mut keyword.terms {
            blend.best = best;
        }
    }
    out
}

/// A phrase that a trained head has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// As it is first written.
    pub text: String,
    /// How likely a reader would choose it, 0 to 1.
    pub probability: f64,
    /// Where it stands.
    pub spans: Vec<Span>,
}

/// The keywords that a head has `chosen`, best first, with the scores that YAKE gave the same
/// phrases among its own `blended` ones.
#[must_use]
pub fn of_head(chosen: Vec<Chosen>, blended: &[Keyword]) -> Vec<Keyword> {
    let key = |text: &str| {
        let words = text.split_whitespace().map(str::to_lowercase);
        let stems = words.map(|w| STEMMER.stem(&w).into_owned());
        stems.collect::<Vec<_>>().join(" ")
    };
    let known: FxHashMap<String, Option<f64>> =
        blended.iter().map(|k| (key(&k.text), k.yake)).collect();
    let best = chosen.first().map_or(1.0, |c| c.probability);
    let of = |c: Chosen| Keyword {
        score: round(c.probability / best, 4),
        yake: known.get(&key(&c.text)).copied().flatten(),
        probability: Some(round(c.probability, 4)),
        text: c.text,
        spans: c.spans,
        terms: Terms::Head {
            probability: c.probability,
            best,
        },
    };
    chosen.into_iter().take(MOST).map(of).collect()
}

struct Candidate {
    key: String,
    yake: Option<f64>,
    blend: Blend,
}

/// YAKE's candidates as (lower-case key, score to nine digits), best first.
fn candidates(sentences: &[&str]) -> Vec<(String, f64)> {
    let mut found: Vec<_> = yake::yake(sentences, CANDIDATES)
        .into_iter()
        .filter(|(key, _)| !holds_stop_word(key))
        .map(|(key, score)| (key, round(score, 9)))
        .collect();
    found.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
    found
}

/// Whether a stop word stands between two others, as in "spring I turned": YAKE lets those pass,
/// but what reads as a keyword is a phrase of content words or a nominal phrase.
fn holds_stop_word(key: &str) -> bool {
    key.split(' ')
        .any(|w| STOP_WORDS.contains(w) || w.chars().count() < 2)
}

fn blend(yake: Vec<(String, f64)>, phrases: &[Span], prose: &str) -> Vec<Candidate> {
    let best = yake.first().map_or(1.0, |k| k.1).ln();
    let worst = yake.last().map_or(1.0, |k| k.1).ln();
    let relevance = |score: f64| {
        if worst > best {
            1.0 - (1.0 - LEAST_RELEVANCE) * (score.ln() - best) / (worst - best)
        } else {
            1.0
        }
    };
    let phrases: FxHashSet<String> = phrases
        .iter()
        .filter_map(|s| prose.get(s.start..s.end))
        .map(|p| {
            p.to_lowercase()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .filter(|p| p.split(' ').count() <= 4)
        .collect();
    let parts: FxHashSet<&str> = phrases.iter().flat_map(|p| parts_of(p)).collect();
    let words: FxHashMap<String, f64> = yake
        .iter()
        .filter(|(key, _)| !key.contains(' '))
        .map(|(key, score)| (key.clone(), relevance(*score)))
        .collect();
    let proposed: FxHashSet<String> = yake.iter().map(|(key, _)| key.clone()).collect();
    let mut out: Vec<Candidate> = yake
        .into_iter()
        .map(|(key, score)| {
            let phrase = if phrases.contains(&key) {
                1.0
            } else if parts.contains(key.as_str()) {
                0.5
            } else {
                0.0
            };
            Candidate {
                key,
                yake: Some(score),
                blend: Blend {
                    relevance: relevance(score),
                    phrase,
                    best: 1.0,
                },
            }
        })
        .collect();
    out.extend(
        phrases
            .iter()
            .filter(|p| !proposed.contains(*p))
            .filter_map(|phrase| {
                // A phrase that YAKE passed over is worth what its words are.
                let known: Vec<f64> = phrase
                    .split(' ')
                    .map(|w| words.get(w).copied().unwrap_or(0.0))
                    .collect();
                let mean = known.iter().sum::<f64>() / known.len() as f64;
                (mean > LEAST_RELEVANCE).then(|| Candidate {
                    key: phrase.clone(),
                    yake: None,
                    blend: Blend {
                        relevance: mean,
                        phrase: 1.0,
                        best: 1.0,
                    },
                })
            }),
    );
    out
}

/// Every run of words within a phrase, but for the phrase itself.
fn parts_of(phrase: &str) -> Vec<&str> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(phrase.match_indices(' ').map(|(i, _)| i + 1))
        .collect();
    let ends: Vec<usize> = phrase
        .match_indices(' ')
        .map(|(i, _)| i)
        .chain([phrase.len()])
        .collect();
    let mut out = Vec::new();
    for (i, start) in starts.iter().enumerate() {
        for end in &ends[i..] {
            if end - start < phrase.len() {
                out.push(&phrase[*start..*end]);
            }
        }
    }
    out
}

fn stems(key: &str) -> FxHashSet<String> {
    key.split(' ')
        .filter(|w| !STOP_WORDS.contains(*w))
        .map(|w| STEMMER.stem(w).into_owned())
        .collect()
}

fn round(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}

/// The prose in lower case, with the way back.
struct Lowered {
    text: String,
    /// Original offset of each byte of `text`; empty where the two run in step.
    offsets: Vec<usize>,
}

impl Lowered {
    fn new(prose: &str) -> Self {
        if prose.is_ascii() {
            return Self {
                text: prose.to_ascii_lowercase(),
                offsets: Vec::new(),
            };
        }
        let mut text = String::with_capacity(prose.len());
        let mut offsets = Vec::with_capacity(prose.len() + 1);
        for (i, c) in prose.char_indices() {
            for l in c.to_lowercase() {
                text.push(l);
                offsets.resize(text.len(), i);
            }
        }
        offsets.push(prose.len());
        Self { text, offsets }
    }

    /// Whole-word places of `key`.
    fn find(&self, key: &str) -> Vec<Span> {
        let bytes = self.text.as_str();
        bytes
            .match_indices(key)
            .filter(|(i, m)| {
                let before = bytes[..*i].chars().next_back();
                let after = bytes[i + m.len()..].chars().next();
                !before.is_some_and(char::is_alphanumeric)
                    && !after.is_some_and(char::is_alphanumeric)
            })
            .map(|(i, m)| {
                let at = |i: usize| {
                    if self.offsets.is_empty() {
                        i
                    } else {
                        self.offsets[i]
                    }
                };
                Span::new(at(i), at(i + m.len()))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keywords(prose: &str, phrases: &[Span]) -> Vec<Keyword> {
        let sentences: Vec<&str> = prose.split_inclusive(". ").map(str::trim).collect();
        super::keywords(prose, &sentences, phrases)
    }

    const TEXT: &str = "Rust makes systems programming safe. Our Rust compiler team ships a new \
        borrow checker. The borrow checker finds data races before users do.";

    #[test]
    fn best_first_normalised_with_spans_and_without_repeats() {
        let found = keywords(TEXT, &[]);
        assert_eq!(found[0].score, 1.0);
        assert!(found.windows(2).all(|w| w[0].score >= w[1].score));
        assert!(found.iter().all(|k| {
            k.spans
                .iter()
                .all(|s| s.of(TEXT).eq_ignore_ascii_case(&k.text))
        }));
        let texts: Vec<_> = found.iter().map(|k| k.text.to_lowercase()).collect();
        assert!(texts.iter().any(|t| t == "borrow checker"), "{texts:?}");
        assert!(!texts.iter().any(|t| t == "checker"), "{texts:?}");
    }

    #[test]
    fn a_phrase_that_yake_lacks_has_no_yake_score() {
        let start = TEXT.find("data races").unwrap();
        let long = Span::new(
            TEXT.find("Rust compiler team").unwrap(),
            TEXT.find(" ships").unwrap(),
        );
        let found = keywords(TEXT, &[Span::new(start, start + 10), long]);
        assert!(found.iter().any(|k| k.text == "data races"));
        let again = keywords(TEXT, &[Span::new(start, start + 10), long]);
        assert_eq!(found, again);
    }

    #[test]
    fn phrases_of_a_head_bring_their_own_scores() {
        let chosen = |text: &str, probability| Chosen {
            text: text.to_owned(),
            probability,
            spans: vec![Span::new(0, 4)],
        };
        let blended = keywords(TEXT, &[]);
        let found = of_head(
            vec![chosen("Borrow checkers", 0.5), chosen("races before", 0.2)],
            &blended,
        );
        assert_eq!(found[0].score, 1.0);
        let by_yake = blended.iter().find(|k| k.text == "borrow checker").unwrap();
        assert_eq!(
            (found[0].yake, found[0].probability),
            (by_yake.yake, Some(0.5))
        );
        assert_eq!((found[1].score, found[1].yake), (0.4, None));
        assert_eq!(
            found[1].terms.arithmetic(),
            "probability 0.2000 / best 0.5000"
        );
    }

    #[test]
    fn nothing_to_say() {
        assert_eq!(keywords("", &[]), []);
        assert_eq!(keywords("12 34 !!", &[]), []);
    }
}
