//! What sentence vectors alone say: which sentence carries the post, which ones repeat another,
//! how far the post leaves its opening, and how much its keywords differ.
//!
//! Vectors are of length 1, so that their product is the cosine of their angle.

use std::sync::Arc;

use serde::Serialize;

use crate::post::Span;

use super::cosines::Cosines;
use super::engagement::Forecast;
use super::finding::Finding;
use super::keywords::Keyword;
use super::neural::Logits;
use super::rules::{REDUNDANT_SENTENCE, RuleSettings};
use super::structure::Clickbait;

/// Most sentences that are compared with each other; a post of LinkedIn's length has far fewer.
pub const MOST_SENTENCES: usize = 500;
/// Most keywords that are compared.
pub const MOST_KEYWORDS: usize = 10;
/// Keywords chosen.
const CHOSEN: usize = 5;
/// Weight of a keyword's relevance beside its novelty; the λ of maximal marginal relevance.
const RELEVANCE: f64 = 0.7;
/// Shortest sentence, in words, that is told to repeat another: "Thank you." may.
const SHORTEST: usize = 4;

/// A unit vector.
pub type Vector = Arc<[f32]>;

/// Which model computed the vectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelUse {
    /// Its name.
    pub name: String,
    /// Version of its weights.
    pub version: String,
    /// Of its files.
    pub sha256: String,
    /// `cpu` or `cuda`.
    pub backend: &'static str,
    /// `f32`, `int8` or `bf16`.
    pub precision: &'static str,
}

/// Which head was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeadUse {
    /// What it tells.
    pub task: String,
    /// Version of its weights.
    pub version: String,
    /// Of its file.
    pub sha256: String,
}

/// The heads that read more than one sentence, or why there is none.
#[derive(Debug, Clone)]
pub struct Scorers {
    /// How a post is likely to do.
    pub forecast: Result<Arc<dyn Forecast>, String>,
    /// Whether an opening is written to be clicked.
    pub clickbait: Result<Arc<dyn Clickbait>, String>,
    /// All heads at hand.
    pub heads: Vec<HeadUse>,
}

/// The vectors of a post.
#[derive(Debug, Clone)]
pub struct Vectors {
    /// Those of the sentences, in order of the post, with the cosines of all pairs.
    pub sentences: Arc<Cosines>,
    /// What the trained head says of each sentence, parallel to the sentences; the reason where
    /// there is no head.
    pub sentiment: Result<Vec<Option<Logits>>, String>,
    /// One a keyword, for the first [`MOST_KEYWORDS`] of the report; `None` likewise.
    pub keywords: Vec<Option<Vector>>,
    /// What computed them.
    pub model: ModelUse,
    /// What reads them together.
    pub scorers: Scorers,
}

/// A sentence on its way into [`meaning`].
#[derive(Debug, Clone, Copy)]
pub struct Sentence<'a> {
    /// Where it stands.
    pub span: Span,
    /// As the encoder read it.
    pub text: &'a str,
    /// Whether it stands in the first line that has text.
    pub opening: bool,
}

/// What sentence vectors say of a post.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Meaning {
    /// Each sentence, in order.
    pub sentences: Vec<SentenceMeaning>,
    /// Index of the sentence nearest to all others; `None` with fewer than three.
    pub central: Option<usize>,
    /// `1 - cosine` of the opening and the rest; `None` where there is no rest.
    pub drift: Option<f64>,
    /// Each sentence that says what an earlier one says, with the nearest of those.
    pub redundant: Vec<Pair>,
    /// How the keywords differ.
    pub keywords: KeywordDiversity,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SentenceMeaning {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Mean cosine with the other sentences; `None` where there are none, or the sentence's vector
    /// is still being computed.
    pub centrality: Option<f64>,
    /// `1 - cosine` with the opening; `None` for sentences of the opening.
    pub drift: Option<f64>,
}

/// Two sentences that say the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// Index of the earlier one.
    pub first: usize,
    /// Index of the later one.
    pub second: usize,
    /// Their cosine.
    pub cosine: f64,
}

/// How the keywords differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeywordDiversity {
    /// `1 - mean cosine` over all pairs of keywords; `None` with fewer than two.
    pub diversity: Option<f64>,
    /// Keywords that are near to the post and far from each other, best first: maximal marginal
    /// relevance after Carbonell and Goldstein (1998), with λ = 0.7.
    pub chosen: Vec<Chosen>,
}

/// A keyword that was chosen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chosen {
    /// As it is first written.
    pub text: String,
    /// Cosine with the mean of the post's sentences.
    pub relevance: f64,
    /// Cosine with the nearest of those chosen before; 0 where none is near.
    pub nearest: f64,
    /// `0.7 relevance - 0.3 nearest`
    pub score: f64,
}

/// The numbers behind [`Meaning`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeaningTrace {
    /// Cosine of each sentence with each; `None` where a vector is still being computed.
    pub cosines: Vec<Vec<Option<f64>>>,
    /// How the drift came about.
    pub drift: Option<String>,
}

/// The numbers behind the `meaning` of a post.
#[must_use]
pub fn trace(sentences: &[Sentence<'_>], vectors: &Vectors, meaning: &Meaning) -> MeaningTrace {
    let n = vectors.sentences.sentences().len();
    let round = |cosine: f32| (f64::from(cosine) * 1e4).round() / 1e4;
    let row = |i: usize| {
        (0..n)
            .map(|j| vectors.sentences.get(i, j).map(round))
            .collect()
    };
    let opening = sentences.iter().filter(|s| s.opening).count();
    MeaningTrace {
        cosines: (0..n).map(row).collect(),
        drift: meaning.drift.map(|drift| {
            format!(
                "1 - cosine of the mean of the opening's {opening} sentence vectors and of the \
                 other {}: 1 - {:.4} = {drift:.4}",
                sentences.len() - opening,
                1.0 - drift
            )
        }),
    }
}

impl Meaning {
    /// Applies `f` to every span.
    pub fn map_spans(&mut self, f: impl Fn(Span) -> Span) {
        for sentence in &mut self.sentences {
            let span = f(Span::new(sentence.start, sentence.end));
            (sentence.start, sentence.end) = (span.start, span.end);
        }
    }
}

/// Computes what the vectors say. `vectors.sentences` runs parallel to `sentences`,
/// `vectors.keywords` to the first keywords.
#[must_use]
pub fn meaning(
    sentences: &[Sentence<'_>],
    keywords: &[Keyword],
    vectors: &Vectors,
    settings: &RuleSettings,
) -> Meaning {
    let known: Vec<(usize, &Vector)> = (0..sentences.len())
        .filter_map(|i| Some((i, vectors.sentences.sentences().get(i)?.as_ref()?)))
        .collect();
    let mut sums = vec![0.0f64; sentences.len()];
    let mut redundant = Vec::new();
    let long = |i: usize| sentences[i].text.split_whitespace().count() >= SHORTEST;
    for (n, (second, _)) in known.iter().enumerate() {
        let mut nearest: Option<Pair> = None;
        for (first, _) in &known[..n] {
            // Both are known.
            let cosine = vectors
                .sentences
                .get(*first, *second)
                .map_or(0.0, f64::from);
            sums[*first] += cosine;
            sums[*second] += cosine;
            let least = nearest
                .as_ref()
                .map_or(settings.redundant_cosine, |p| p.cosine);
            let nearer = cosine > least || (nearest.is_none() && cosine == least);
            if nearer && long(*first) && long(*second) {
                nearest = Some(Pair {
                    first: *first,
                    second: *second,
                    cosine,
                });
            }
        }
        redundant.extend(nearest);
    }
    let part = |opening: bool| {
        let of_part = known
            .iter()
            .filter(|(i, _)| sentences[*i].opening == opening);
        mean(of_part.map(|(_, v)| *v))
    };
    let (opening, rest) = (part(true), part(false));
    let distance = |a: &[f32], b: &[f32]| 1.0 - f64::from(dot(a, b));
    let mut told: Vec<SentenceMeaning> = sentences
        .iter()
        .map(|s| SentenceMeaning {
            start: s.span.start,
            end: s.span.end,
            centrality: None,
            drift: None,
        })
        .collect();
    for (i, vector) in &known {
        let others = known.len() - 1;
        told[*i].centrality = (others > 0).then(|| sums[*i] / others as f64);
        let opening = opening.as_ref().filter(|_| !sentences[*i].opening);
        told[*i].drift = opening.map(|o| distance(o, vector));
    }
    let ranked = known.iter().map(|(i, _)| *i);
    let central = ranked.max_by(|a, b| sums[*a].total_cmp(&sums[*b]).then(b.cmp(a)));
    Meaning {
        sentences: told,
        central: central.filter(|_| known.len() >= 3),
        drift: opening.zip(rest).map(|(o, r)| distance(&o, &r)),
        redundant,
        keywords: diversity(keywords, vectors),
    }
}

/// A finding for each sentence that repeats an earlier one. `line` gives the line, from 1, of a
/// byte.
#[must_use]
pub fn findings(meaning: &Meaning, line: impl Fn(usize) -> usize) -> Vec<Finding> {
    meaning
        .redundant
        .iter()
        .map(|pair| {
            let (first, second) = (
                &meaning.sentences[pair.first],
                &meaning.sentences[pair.second],
            );
            let message = format!(
                "Says nearly what line {} says (cosine {:.2}): cut one of the two, or say what \
                 is new.",
                line(first.start),
                pair.cosine
            );
            REDUNDANT_SENTENCE.finding(Span::new(second.start, second.end), message)
        })
        .collect()
}

fn diversity(keywords: &[Keyword], vectors: &Vectors) -> KeywordDiversity {
    let (keywords, of): (Vec<&Keyword>, Vec<&Vector>) = keywords
        .iter()
        .zip(&vectors.keywords)
        .filter_map(|(k, v)| Some((k, v.as_ref()?)))
        .unzip();
    let n = of.len();
    let pairs = n * n.saturating_sub(1) / 2;
    let sum: f64 = (1..n)
        .flat_map(|b| (0..b).map(move |a| (a, b)))
        .map(|(a, b)| f64::from(dot(of[a], of[b])))
        .sum();
    let post = mean(vectors.sentences.sentences().iter().flatten());
    let mut left: Vec<usize> = (0..n).collect();
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut taken: Vec<usize> = Vec::new();
    while let (Some(post), true) = (&post, chosen.len() < CHOSEN) {
        let rated = left.iter().map(|i| {
            let relevance = f64::from(dot(of[*i], post));
            let known = taken.iter().map(|t| dot(of[*i], of[*t]));
            let nearest = f64::from(known.fold(0.0, f32::max));
            let candidate = Chosen {
                text: keywords[*i].text.clone(),
                relevance,
                nearest,
                score: RELEVANCE * relevance - (1.0 - RELEVANCE) * nearest,
            };
            (*i, candidate)
        });
        let best = rated.max_by(|(i, a), (j, b)| a.score.total_cmp(&b.score).then(j.cmp(i)));
        let Some((i, candidate)) = best else { break };
        left.retain(|l| *l != i);
        taken.push(i);
        chosen.push(candidate);
    }
    KeywordDiversity {
        diversity: (pairs > 0).then(|| 1.0 - sum / pairs as f64),
        chosen,
    }
}

/// The unit vector of the mean; `None` of nothing, or where the vectors cancel out.
fn mean<'a>(vectors: impl Iterator<Item = &'a Vector>) -> Option<Vec<f32>> {
    let mut vectors = vectors;
    let mut sum = vectors.next()?.to_vec();
    for vector in vectors {
        for (s, v) in sum.iter_mut().zip(vector.iter()) {
            *s += v;
        }
    }
    let length = dot(&sum, &sum).sqrt();
    (length > 1e-6).then(|| sum.into_iter().map(|s| s / length).collect())
}

/// The scalar product. In lanes, so that the compiler uses vector instructions.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let (a_lanes, a_rest) = a.as_chunks::<LANES>();
    let (b_lanes, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0f32; LANES];
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(values: &[f32]) -> Vector {
        let length = dot(values, values).sqrt();
        values.iter().map(|v| v / length).collect()
    }

    fn vectors(sentences: &[&[f32]]) -> Vectors {
        let sentences: Vec<_> = sentences.iter().map(|v| Some(unit(v))).collect();
        Vectors {
            sentences: Arc::new(Cosines::new(sentences, &Cosines::default())),
            sentiment: Ok(Vec::new()),
            keywords: Vec::new(),
            model: ModelUse {
                name: String::new(),
                version: String::new(),
                sha256: String::new(),
                backend: "cpu",
                precision: "f32",
            },
            scorers: Scorers {
                forecast: Err(String::new()),
                clickbait: Err(String::new()),
                heads: Vec::new(),
            },
        }
    }

    fn sentence(start: usize, text: &str) -> Sentence<'_> {
        Sentence {
            span: Span::new(start, start + text.len()),
            text,
            opening: start == 0,
        }
    }

    #[test]
    fn the_arithmetic_of_three_sentences() {
        let texts = [
            "one two three four",
            "five six seven eight",
            "nine ten eleven twelve",
        ];
        let sentences: Vec<_> = (0..3).map(|i| sentence(i * 100, texts[i])).collect();
        let given = vectors(&[&[1.0, 0.0], &[1.0, 1.0], &[0.0, 1.0]]);
        let told = meaning(&sentences, &[], &given, &RuleSettings::default());
        let half = std::f64::consts::FRAC_1_SQRT_2;
        assert_eq!(told.central, Some(1));
        let centrality = told.sentences[1].centrality.unwrap();
        assert!((centrality - half).abs() < 1e-6);
        assert_eq!(told.sentences[0].drift, None);
        assert!((told.sentences[2].drift.unwrap() - 1.0).abs() < 1e-6);
        // The rest points to 67.5 degrees, the opening to 0.
        let wanted = 1.0 - 67.5f64.to_radians().cos();
        assert!((told.drift.unwrap() - wanted).abs() < 1e-6);
        assert!(told.redundant.is_empty());
    }

    #[test]
    fn a_sentence_that_repeats_one_is_found_once_at_the_nearest() {
        let long = "says the same thing again";
        let sentences = [
            sentence(0, long),
            sentence(50, "Thank you."),
            sentence(100, long),
            sentence(150, long),
        ];
        let near = [1.0, 0.1];
        let given = vectors(&[&[1.0, 0.0], &[1.0, 0.0], &near, &near]);
        let told = meaning(&sentences, &[], &given, &RuleSettings::default());
        let found = findings(&told, |byte| byte / 50 + 1);
        let spans: Vec<_> = found.iter().map(|f| f.span.start).collect();
        assert_eq!(spans, [100, 150]);
        assert!(found[0].message.contains("line 1 "), "{}", found[0].message);
        assert!(found[1].message.contains("line 3 says (cosine 1.00)"));
    }

    #[test]
    fn a_vector_that_is_not_there_yet_leaves_the_others_as_they_are() {
        let sentences: Vec<_> = (0..3)
            .map(|i| sentence(i * 100, "one two three four"))
            .collect();
        let mut given = vectors(&[&[1.0, 0.0], &[0.0, 1.0], &[1.0, 0.0]]);
        let mut some = given.sentences.sentences().to_vec();
        some[1] = None;
        given.sentences = Arc::new(Cosines::new(some, &Cosines::default()));
        let told = meaning(&sentences, &[], &given, &RuleSettings::default());
        assert_eq!(told.sentences[0].centrality, Some(1.0));
        assert_eq!((told.sentences[1].centrality, told.central), (None, None));
        assert_eq!((told.redundant[0].first, told.redundant[0].second), (0, 2));
    }

    #[test]
    fn an_empty_post_says_nothing() {
        let told = meaning(&[], &[], &vectors(&[]), &RuleSettings::default());
        assert_eq!((told.central, told.drift), (None, None));
        assert!(told.sentences.is_empty() && told.keywords.chosen.is_empty());
    }

    #[test]
    fn a_dot_product_takes_every_length() {
        for n in [0, 1, 15, 16, 17, 384] {
            let a: Vec<f32> = (0..n).map(|i| i as f32).collect();
            let wanted: f32 = a.iter().map(|x| x * x).sum();
            assert!((dot(&a, &a) - wanted).abs() <= wanted * 1e-6);
        }
    }
}
