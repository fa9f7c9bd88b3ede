//! What the engine keeps: the values of the tiered cache, and their bytes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::analysis::Part;
use crate::analysis::facts::LineFacts;
use crate::analysis::grammar::LineGrammar;
use crate::analysis::keywords::{Blend, Keyword, Terms};
use crate::analysis::language::Language;
use crate::cache::{self, Kind};
use crate::post::Span;

use super::reader::Encoded;

/// What is known of a post as a whole, by the content of all its lines.
#[derive(Debug, Clone, PartialEq)]
pub struct PostReading {
    /// Its language.
    pub language: Part<Language>,
    /// Its keywords, or why there are none; spans are bytes of the published text.
    pub keywords: Part<Vec<Keyword>>,
}

/// A value of the cache.
#[derive(Debug, Clone)]
pub enum Object {
    /// Of a line, by rules and lexicons; cheaper to compute than to read from a disk.
    Facts(Arc<LineFacts>),
    /// Of a line, by the grammar checker.
    Grammar(Arc<LineGrammar>),
    /// Of a sentence or a keyword, by the encoder and the head for sentiment.
    Sentence(Arc<Encoded>),
    /// Of a post as a whole.
    Post(Arc<PostReading>),
}

impl cache::Object for Object {
    fn kind(&self) -> Kind {
        match self {
            Self::Facts(_) => Kind::Facts,
            Self::Grammar(_) => Kind::Grammar,
            Self::Sentence(_) => Kind::Sentence,
            Self::Post(_) => Kind::Post,
        }
    }

    fn weight(&self) -> usize {
        match self {
            Self::Facts(facts) => {
                let parsed = &facts.parsed;
                size_of::<LineFacts>()
                    + parsed.normal.len()
                    + size_of_val(&*parsed.tokens)
                    + size_of_val(&*parsed.sentences)
                    + size_of_val(&*facts.polarities)
                    + findings(&facts.findings)
            }
            Self::Grammar(grammar) => {
                size_of::<LineGrammar>()
                    + findings(&grammar.findings)
                    + size_of_val(&*grammar.noun_phrases)
            }
            Self::Sentence(encoded) => size_of::<Encoded>() + size_of_val(&*encoded.vector),
            Self::Post(reading) => {
                let keywords = reading.keywords.ready().map_or(&[][..], Vec::as_slice);
                let of = |k: &Keyword| size_of::<Keyword>() + k.text.len() + size_of_val(&*k.spans);
                size_of::<PostReading>() + keywords.iter().map(of).sum::<usize>()
            }
        }
    }

    fn encode(&self) -> Option<Vec<u8>> {
        let bytes = match self {
            Self::Facts(_) => return None,
            Self::Grammar(grammar) => postcard::to_stdvec(&**grammar),
            Self::Sentence(encoded) => postcard::to_stdvec(&StoredSentence {
                vector: encoded.vector.to_vec(),
                sentiment: encoded.sentiment,
            }),
            Self::Post(reading) => postcard::to_stdvec(&StoredPost::of(reading)?),
        };
        // What cannot be written stays in memory.
        bytes.ok()
    }

    fn decode(kind: Kind, bytes: &[u8]) -> Option<Self> {
        match kind {
            Kind::Grammar => {
                let grammar = postcard::from_bytes(bytes).ok()?;
                Some(Self::Grammar(Arc::new(grammar)))
            }
            Kind::Sentence => {
                let stored: StoredSentence = postcard::from_bytes(bytes).ok()?;
                Some(Self::Sentence(Arc::new(Encoded {
                    vector: stored.vector.into(),
                    sentiment: stored.sentiment,
                })))
            }
            Kind::Post => {
                let stored: StoredPost = postcard::from_bytes(bytes).ok()?;
                Some(Self::Post(Arc::new(stored.reading()?)))
            }
            Kind::Facts => None,
        }
    }
}

fn findings(findings: &[crate::analysis::Finding]) -> usize {
    let of = |f: &crate::analysis::Finding| {
        let replacements = f.replacements.iter().map(|r| size_of::<String>() + r.len());
        size_of_val(f) + f.message.len() + replacements.sum::<usize>()
    };
    findings.iter().map(of).sum()
}

#[derive(Serialize, Deserialize)]
struct StoredSentence {
    vector: Vec<f32>,
    sentiment: Option<[f32; 3]>,
}

#[derive(Serialize, Deserialize)]
struct StoredPost {
    language: Stored<(String, f64)>,
    keywords: Stored<Vec<StoredKeyword>>,
}

/// A part that somebody asked for.
#[derive(Serialize, Deserialize)]
enum Stored<T> {
    Unavailable(String),
    Ready(T),
}

#[derive(Serialize, Deserialize)]
struct StoredKeyword {
    text: String,
    score: f64,
    yake: Option<f64>,
    probability: Option<f64>,
    spans: Vec<Span>,
    terms: StoredTerms,
}

#[derive(Serialize, Deserialize)]
enum StoredTerms {
    Blend([f64; 3]),
    Head([f64; 2]),
}

impl StoredPost {
    /// `None` where a part was left out: such a reading answers for no other question.
    fn of(reading: &PostReading) -> Option<Self> {
        let language = |l: &Language| (l.code.to_owned(), l.confidence);
        let keywords = |all: &Vec<Keyword>| all.iter().map(StoredKeyword::of).collect();
        Some(Self {
            language: stored(&reading.language, language)?,
            keywords: stored(&reading.keywords, keywords)?,
        })
    }

    fn reading(self) -> Option<PostReading> {
        let language = match self.language {
            Stored::Unavailable(reason) => Part::Unavailable(reason),
            Stored::Ready((code, confidence)) => Part::Ready(Language::told(&code, confidence)?),
        };
        let keywords = match self.keywords {
            Stored::Unavailable(reason) => Part::Unavailable(reason),
            Stored::Ready(all) => {
                Part::Ready(all.into_iter().map(StoredKeyword::keyword).collect())
            }
        };
        Some(PostReading { language, keywords })
    }
}

fn stored<T, U>(part: &Part<T>, of: impl FnOnce(&T) -> U) -> Option<Stored<U>> {
    match part {
        Part::Omitted => None,
        Part::Unavailable(reason) => Some(Stored::Unavailable(reason.clone())),
        Part::Ready(value) => Some(Stored::Ready(of(value))),
    }
}

impl StoredKeyword {
    fn of(keyword: &Keyword) -> Self {
        Self {
            text: keyword.text.clone(),
            score: keyword.score,
            yake: keyword.yake,
            probability: keyword.probability,
            spans: keyword.spans.clone(),
            terms: match keyword.terms {
                Terms::Blend(b) => StoredTerms::Blend([b.relevance, b.phrase, b.best]),
                Terms::Head { probability, best } => StoredTerms::Head([probability, best]),
            },
        }
    }

    fn keyword(self) -> Keyword {
        Keyword {
            text: self.text,
            score: self.score,
            yake: self.yake,
            probability: self.probability,
            spans: self.spans,
            terms: match self.terms {
                StoredTerms::Blend([relevance, phrase, best]) => Terms::Blend(Blend {
                    relevance,
                    phrase,
                    best,
                }),
                StoredTerms::Head([probability, best]) => Terms::Head { probability, best },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Finding, Severity};
    use crate::cache::Object as _;

    fn back(object: &Object) -> Object {
        Object::decode(object.kind(), &object.encode().unwrap()).unwrap()
    }

    #[test]
    fn what_is_encoded_comes_back() {
        let grammar = LineGrammar {
            findings: vec![Finding {
                rule: "spelling/spell-check".into(),
                severity: Severity::Error,
                span: Span::new(3, 9),
                message: "Did you mean “ü”?".to_owned(),
                replacements: vec!["ü".to_owned(), String::new()],
                reason: None,
            }],
            noun_phrases: vec![Span::new(0, 2)],
        };
        let Object::Grammar(told) = back(&Object::Grammar(Arc::new(grammar.clone()))) else {
            panic!("another kind");
        };
        assert_eq!(*told, grammar);
        let encoded = Encoded {
            vector: [0.5, f32::MIN_POSITIVE, -1.0].into(),
            sentiment: Some([1.0, -2.0, 0.25]),
        };
        let Object::Sentence(told) = back(&Object::Sentence(Arc::new(encoded.clone()))) else {
            panic!("another kind");
        };
        assert_eq!(*told, encoded);
        let keyword = |terms| Keyword {
            text: "borrow checker".to_owned(),
            score: 0.1 + 0.2,
            yake: None,
            probability: Some(0.75),
            spans: vec![Span::new(1, 15)],
            terms,
        };
        let reading = PostReading {
            language: Part::Ready(Language::told("en", 0.75).unwrap()),
            keywords: Part::Ready(vec![
                keyword(Terms::Head {
                    probability: 0.75,
                    best: 0.8,
                }),
                keyword(Terms::Blend(Blend {
                    relevance: 0.1,
                    phrase: 1.0,
                    best: 0.9,
                })),
            ]),
        };
        let Object::Post(told) = back(&Object::Post(Arc::new(reading.clone()))) else {
            panic!("another kind");
        };
        assert_eq!(*told, reading);
    }

    #[test]
    fn facts_and_readings_without_a_part_stay_in_memory() {
        let facts = Object::Facts(Arc::new(LineFacts::of("A line.", None)));
        assert!(facts.encode().is_none() && facts.weight() > 100);
        let reading = PostReading {
            language: Part::Omitted,
            keywords: Part::Unavailable("none".to_owned()),
        };
        assert!(Object::Post(Arc::new(reading)).encode().is_none());
    }

    #[test]
    fn garbage_is_no_value() {
        let bytes = Object::Sentence(Arc::new(Encoded {
            vector: [0.5, 1.0].into(),
            sentiment: None,
        }))
        .encode()
        .unwrap();
        for kind in Kind::ALL {
            assert!(Object::decode(kind, &[0xff; 40]).is_none(), "{kind}");
        }
        assert!(Object::decode(Kind::Sentence, &bytes[..5]).is_none());
        // A language that is not known here.
        let foreign = StoredPost {
            language: Stored::Ready(("xx".to_owned(), 1.0)),
            keywords: Stored::Unavailable(String::new()),
        };
        let bytes = postcard::to_stdvec(&foreign).unwrap();
        assert!(Object::decode(Kind::Post, &bytes).is_none());
    }
}
