//! The report: everything the analysis has to say about one post.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::post::Span;

use super::engagement::Engagement;
use super::explain::Explanation;
use super::finding::Severity;
use super::keywords::Keyword;
use super::language::{Language, not_english};
use super::meaning::{HeadUse, Meaning, ModelUse};
use super::neural::Neural;
use super::part::Part;
use super::readability::Readability;
use super::score::FacetScore;
use super::sentiment::Polarity;
use super::structure::Structure;
use super::text::TextStats;

/// Version of the JSON layout; `models/schema/report.schema.json` describes it.
pub const SCHEMA: u32 = 1;

/// The parts of a report that can be asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartName {
    /// Counts and fold.
    Text,
    /// Detected language.
    Language,
    /// Lexical sentiment.
    Sentiment,
    /// Readability metrics.
    Readability,
    /// Keywords.
    Keywords,
    /// Hook, rhythm, lists and the like.
    Structure,
    /// What sentence vectors say.
    Meaning,
    /// How the post is likely to do.
    Engagement,
    /// What the rules found.
    Findings,
    /// Scores from 0 to 100.
    Scores,
    /// Version, mode and stages.
    Receipt,
}

impl PartName {
    /// All parts, in the order of the report.
    pub const ALL: [Self; 11] = [
        Self::Text,
        Self::Language,
        Self::Sentiment,
        Self::Readability,
        Self::Keywords,
        Self::Structure,
        Self::Meaning,
        Self::Engagement,
        Self::Findings,
        Self::Scores,
        Self::Receipt,
    ];

    /// The key in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Language => "language",
            Self::Sentiment => "sentiment",
            Self::Readability => "readability",
            Self::Keywords => "keywords",
            Self::Structure => "structure",
            Self::Meaning => "meaning",
            Self::Engagement => "engagement",
            Self::Findings => "findings",
            Self::Scores => "scores",
            Self::Receipt => "receipt",
        }
    }
}

/// Sentiment of the post and of its sentences.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sentiment {
    /// VADER over the whole post.
    pub lexical: Polarity,
    /// What the trained head says of the post; `None` where there is none.
    pub neural: Option<Neural>,
    /// Both of each sentence.
    pub sentences: Vec<SentenceSentiment>,
}

/// Sentiment of one sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SentenceSentiment {
    /// First byte of the input.
    pub start: usize,
    /// One past the last byte of the input.
    pub end: usize,
    /// VADER over the sentence.
    pub lexical: Polarity,
    /// What the trained head says of it; `None` where there is none.
    pub neural: Option<Neural>,
}

/// A finding with its place in the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocatedFinding {
    /// Id of the rule.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// Where it stands.
    pub span: Location,
    /// What is wrong and what to do.
    pub message: String,
    /// Texts that could stand in its place, best first.
    pub replacements: Vec<String>,
}

/// A place in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Location {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Line, from 1.
    pub line: usize,
    /// Grapheme cluster within the line, from 1.
    pub column: usize,
}

impl Location {
    /// The bytes alone.
    #[must_use]
    pub fn span(self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// Scores from 0 to 100.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// Weighted mean of the facets that could be computed.
    pub overall: f64,
    /// Its arithmetic.
    pub arithmetic: String,
    /// The facets.
    pub facets: Vec<FacetScore>,
}

impl Serialize for Scores {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("overall", &round2(self.overall))?;
        for facet in super::score::Facet::ALL {
            let score = self.facets.iter().find(|f| f.facet == facet);
            map.serialize_entry(facet.name(), &score.map(|s| round2(s.score)))?;
        }
        map.end()
    }
}

fn round2(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Which rules of text the figures follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// For posts: line breaks split sentences, tags and links are masked, styled letters folded.
    #[default]
    Post,
    /// The raw text, bit-equal to textstat 0.7.13 and VADER 3.3.2.
    Parity,
}

impl Mode {
    /// Why figures for English would mislead, if they would. Parity mode asks for no language, as
    /// textstat and VADER do not.
    #[must_use]
    pub fn foreign(self, language: &Part<Language>) -> Option<String> {
        match self {
            Self::Post => not_english(language),
            Self::Parity => None,
        }
    }

    /// The name used in configuration and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Parity => "parity",
        }
    }
}

/// Where a stage's result came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CacheUse {
    /// The memory tier held all of it.
    Memory,
    /// The disk tier held it.
    Disk,
    /// The remote tier held it.
    Remote,
    /// Some of it was computed.
    Miss,
    /// There is no cache for it.
    Off,
}

/// One stage of an analysis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// Its name.
    pub name: &'static str,
    /// Wall time in microseconds.
    pub micros: u64,
    /// Where its result came from.
    pub cache: CacheUse,
}

/// How a report came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Version of this program.
    pub version: &'static str,
    /// Rules of text.
    pub mode: Mode,
    /// The model that computed vectors; `None` where none did.
    pub model: Option<ModelUse>,
    /// The heads that could read them.
    pub heads: Vec<HeadUse>,
    /// What ran, in order.
    pub stages: Vec<Stage>,
}

/// Everything the analysis has to say about one post. Spans are bytes of the input.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Counts and fold.
    pub text: Part<TextStats>,
    /// Detected language.
    pub language: Part<Language>,
    /// Lexical sentiment.
    pub sentiment: Part<Sentiment>,
    /// Readability metrics.
    pub readability: Part<Readability>,
    /// Keywords, best first.
    pub keywords: Part<Vec<Keyword>>,
    /// Hook, rhythm, lists and the like.
    pub structure: Part<Structure>,
    /// What sentence vectors say.
    pub meaning: Part<Meaning>,
    /// How the post is likely to do.
    pub engagement: Part<Engagement>,
    /// What the rules found, by place.
    pub findings: Part<Vec<LocatedFinding>>,
    /// Reasons for what is missing inside a part, by path.
    pub gaps: BTreeMap<&'static str, String>,
    /// Scores from 0 to 100.
    pub scores: Part<Scores>,
    /// Version, mode and stages.
    pub receipt: Part<Receipt>,
    /// The arithmetic of every number, where it was asked for.
    pub explain: Option<Explanation>,
}

impl Report {
    /// Why parts are missing, by name.
    #[must_use]
    pub fn unavailable(&self) -> BTreeMap<&'static str, &str> {
        let mut out: BTreeMap<&str, &str> =
            self.gaps.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let parts = [
            ("text", self.text.reason()),
            ("language", self.language.reason()),
            ("sentiment", self.sentiment.reason()),
            ("readability", self.readability.reason()),
            ("keywords", self.keywords.reason()),
            ("structure", self.structure.reason()),
            ("meaning", self.meaning.reason()),
            ("engagement", self.engagement.reason()),
            ("findings", self.findings.reason()),
            ("scores", self.scores.reason()),
            ("receipt", self.receipt.reason()),
        ];
        out.extend(
            parts
                .into_iter()
                .filter_map(|(name, reason)| Some((name, reason?))),
        );
        out
    }

    /// Takes the findings out, where they were computed for another reason than to be told.
    pub fn omit_findings(&mut self) {
        self.findings = Part::Omitted;
        self.gaps.remove("findings.grammar");
    }

    /// The report as a JSON object with the given id.
    pub fn with_id<'a>(&'a self, id: &'a serde_json::Value) -> impl Serialize + 'a {
        Identified { id, report: self }
    }
}

struct Identified<'a> {
    id: &'a serde_json::Value,
    report: &'a Report,
}

impl Serialize for Identified<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let r = self.report;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", &SCHEMA)?;
        map.serialize_entry("id", self.id)?;
        entry(&mut map, "text", &r.text)?;
        entry(&mut map, "language", &r.language)?;
        entry(&mut map, "sentiment", &r.sentiment)?;
        entry(&mut map, "readability", &r.readability)?;
        entry(&mut map, "keywords", &r.keywords)?;
        entry(&mut map, "structure", &r.structure)?;
        entry(&mut map, "meaning", &r.meaning)?;
        entry(&mut map, "engagement", &r.engagement)?;
        entry(&mut map, "findings", &r.findings)?;
        entry(&mut map, "scores", &r.scores)?;
        entry(&mut map, "receipt", &r.receipt)?;
        if let Some(explain) = &r.explain {
            map.serialize_entry("explain", explain)?;
        }
        let unavailable = r.unavailable();
        if !unavailable.is_empty() {
            map.serialize_entry("unavailable", &unavailable)?;
        }
        map.end()
    }
}

fn entry<M: SerializeMap, T: Serialize>(
    map: &mut M,
    key: &'static str,
    part: &Part<T>,
) -> Result<(), M::Error> {
    match part {
        Part::Omitted => Ok(()),
        Part::Unavailable(_) => map.serialize_entry(key, &None::<T>),
        Part::Ready(value) => map.serialize_entry(key, value),
    }
}
