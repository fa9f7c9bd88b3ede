//! From a post and the facts of its lines to a report.

use std::sync::Arc;

use crate::post::{FoldLimits, ParsedLine, Post};

use super::engagement::{self, Context};
use super::facts::LineFacts;
use super::features::post::mean_vector;
use super::finding::Finding;
use super::grammar::LineGrammar;
use super::keywords::Keyword;
use super::language::Language;
use super::locate::locate;
use super::meaning::{self, Vectors};
use super::part::Part;
use super::readability::Readability;
use super::report::{CacheUse, Mode, PartName, Receipt, Report, Scores, Sentiment};
use super::rules::RuleSettings;
use super::score::{Evidence, facets, overall};
use super::source::{NO_SENTENCE, NOT_ALL_READ, Source, neural_trace};
use super::stopwatch::Stopwatch;
use super::structure::structure;
use super::text::TextStats;

/// What an analysis follows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// Rules of text.
    pub mode: Mode,
    /// Where a feed cuts a post.
    pub fold: FoldLimits,
    /// Thresholds of the rules.
    pub rules: RuleSettings,
    /// Rule ids or groups that are switched off.
    pub off: Vec<String>,
}

/// Which parts are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartSet(u16);

impl PartSet {
    /// Every part.
    pub const ALL: Self = Self(u16::MAX);

    /// The parts named.
    #[must_use]
    pub fn of(names: &[PartName]) -> Self {
        Self(names.iter().fold(0, |set, name| set | 1 << *name as u16))
    }

    /// These parts and `name`.
    #[must_use]
    pub fn with(self, name: PartName) -> Self {
        Self(self.0 | Self::of(&[name]).0)
    }

    /// Whether `name` is asked for.
    #[must_use]
    pub fn has(self, name: PartName) -> bool {
        self.0 & 1 << name as u16 != 0
    }

    /// Whether any of `names` is asked for.
    #[must_use]
    pub fn has_any(self, names: &[PartName]) -> bool {
        self.0 & Self::of(names).0 != 0
    }
}

/// What the slower stages found; the caller decides where and when they run.
#[derive(Debug, Clone, Default)]
pub struct Slow {
    /// The language of the post.
    pub language: Part<Language>,
    /// Grammar of each line, parallel to the lines of the post.
    pub grammar: Part<Vec<Arc<LineGrammar>>>,
    /// Keywords; spans are bytes of the published text.
    pub keywords: Part<Vec<Keyword>>,
    /// Vectors of the sentences and of the first keywords.
    pub vectors: Part<Vectors>,
}

/// The input of [`report`].
pub struct Inputs<'a> {
    /// The text as given.
    pub input: &'a str,
    /// The post read from it.
    pub post: &'a Post,
    /// Facts of its lines.
    pub lines: &'a [Arc<LineFacts>],
    /// What the slower stages found.
    pub slow: Slow,
    /// What is known besides the text.
    pub context: &'a Context,
    /// Parts asked for.
    pub parts: PartSet,
    /// Whether the arithmetic is asked for.
    pub explain: bool,
}

/// Puts a report together.
#[must_use]
pub fn report(inputs: Inputs<'_>, settings: &Settings, mut watch: Stopwatch) -> Report {
    let Inputs {
        input,
        post,
        lines,
        slow,
        context,
        parts,
        explain,
    } = inputs;
    let parsed: Vec<&ParsedLine> = lines.iter().map(|l| &l.parsed).collect();
    let want = |name| parts.has(name);
    let foreign = settings.mode.foreign(&slow.language);
    let mut out = Report::default();
    if want(PartName::Text) {
        out.text = Part::Ready(TextStats::new(post, &parsed, settings.fold));
    }
    let scored = parts.has_any(&[PartName::Scores]);
    let source = Source {
        input,
        post,
        lines,
        mode: settings.mode,
        foreign: foreign.as_deref(),
    };
    // Only what reads vectors needs them.
    let known = slow.vectors.ready();
    let sentences = known.map_or_else(Vec::new, |_| source.sentences());
    let sentiment = if want(PartName::Sentiment) || scored {
        source.sentiment(&sentences, known)
    } else {
        Part::Omitted
    };
    watch.lap("sentiment", CacheUse::Off);
    let readability = if want(PartName::Readability) || scored {
        source.readability()
    } else {
        Part::Omitted
    };
    watch.lap("readability", CacheUse::Off);
    if want(PartName::Structure) {
        let mut structure = structure(post, &parsed, settings.fold);
        if let (Some(hook), Some(vectors), None) = (&mut structure.hook, known, &foreign) {
            hook.clickbait = clickbait(&hook.text, &sentences, vectors);
        }
        structure.map_spans(|s| post.input_span(s));
        out.structure = Part::Ready(structure);
        watch.lap("structure", CacheUse::Off);
    }
    if want(PartName::Engagement) {
        out.engagement = source.engagement(&sentences, &slow.vectors, context);
        watch.lap("engagement", CacheUse::Off);
    }
    let meaning = if parts.has_any(&[PartName::Meaning, PartName::Findings]) {
        source.meaning(&sentences, &slow, settings)
    } else {
        Part::Omitted
    };
    watch.lap("meaning", CacheUse::Off);
    let findings = if want(PartName::Findings) || scored {
        source.findings(&parsed, &slow.grammar, meaning.ready(), settings)
    } else {
        Vec::new()
    };
    watch.lap("rules", CacheUse::Off);
    let mut explanation = None;
    if scored || explain {
        let scores = score(&findings, &slow.grammar, &readability, &sentiment);
        if explain {
            let mut told = source.explanation(parts, &scores, readability.ready());
            let meant = meaning.ready().zip(known);
            told.meaning = meant
                .filter(|_| want(PartName::Meaning))
                .map(|(m, vectors)| meaning::trace(&sentences, vectors, m));
            let forecast = known.and_then(|v| v.scorers.forecast.as_ref().ok());
            let foretold = out.engagement.ready().zip(forecast);
            told.engagement = foretold.map(|(e, head)| engagement::trace(e, head.as_ref()));
            let logits = known.and_then(|v| v.sentiment.as_ref().ok());
            told.neural = logits
                .filter(|_| want(PartName::Sentiment))
                .and_then(|l| neural_trace(&sentences, l));
            explanation = Some(told);
        }
        if want(PartName::Scores) {
            note_missing_facets(&mut out, &slow.grammar, &readability, &sentiment);
            out.scores = Part::Ready(scores);
        }
        watch.lap("scores", CacheUse::Off);
    }
    out.explain = explanation;
    if want(PartName::Findings) {
        if let Some(reason) = &foreign {
            out.gaps.insert("findings.style", reason.clone());
        }
        if let Some(reason) = slow.grammar.reason() {
            out.gaps.insert("findings.grammar", reason.to_owned());
        }
        if let Some(reason) = meaning.reason() {
            out.gaps.insert("findings.meaning", reason.to_owned());
        }
        out.findings = Part::Ready(locate(findings, input));
    }
    if want(PartName::Language) {
        out.language = slow.language;
    }
    if want(PartName::Sentiment) {
        if let Some(reason) = without_head(&sentiment, &slow.vectors) {
            out.gaps.insert("sentiment.neural", reason);
        }
        out.sentiment = sentiment;
    }
    if want(PartName::Readability) {
        out.readability = readability;
    }
    if want(PartName::Keywords) {
        out.keywords = slow.keywords.map(|keywords| {
            keywords
                .into_iter()
                .map(|k| with_input_spans(k, post))
                .collect()
        });
    }
    if want(PartName::Meaning) {
        out.meaning = meaning.map(|mut m| {
            m.map_spans(|s| post.input_span(s));
            m
        });
    }
    if want(PartName::Receipt) {
        out.receipt = Part::Ready(Receipt {
            version: env!("CARGO_PKG_VERSION"),
            mode: settings.mode,
            model: slow.vectors.ready().map(|v| v.model.clone()),
            heads: slow
                .vectors
                .ready()
                .map_or_else(Vec::new, |v| v.scorers.heads.clone()),
            stages: watch.stages(),
        });
    }
    out
}

/// Probability that an opening is written to be clicked; `None` where no head can tell.
fn clickbait(opening: &str, sentences: &[meaning::Sentence<'_>], vectors: &Vectors) -> Option<f64> {
    let head = vectors.scorers.clickbait.as_ref().ok()?;
    let all = vectors.sentences.sentences();
    let of_opening = sentences.iter().zip(all).filter(|(s, _)| s.opening);
    let known: Vec<&[f32]> = of_opening
        .map(|(_, v)| v.as_deref())
        .collect::<Option<_>>()?;
    let width = known.first()?.len();
    Some(head.probability(opening, &mean_vector(&known, width)))
}

fn with_input_spans(mut keyword: Keyword, post: &Post) -> Keyword {
    for span in &mut keyword.spans {
        *span = post.input_span(*span);
    }
    keyword
}

pub(super) fn score(
    findings: &[Finding],
    grammar: &Part<Vec<Arc<LineGrammar>>>,
    readability: &Part<Readability>,
    sentiment: &Part<Sentiment>,
) -> Scores {
    let facets = facets(&Evidence {
        findings,
        checked: grammar.ready().is_some(),
        readability: readability.ready(),
        mean_compound: sentiment.ready().map(mean_compound),
    });
    let (overall, arithmetic) = overall(&facets);
    Scores {
        overall,
        arithmetic,
        facets,
    }
}

/// Why there is no word of the trained head on a post's sentiment.
fn without_head(sentiment: &Part<Sentiment>, vectors: &Part<Vectors>) -> Option<String> {
    let known = sentiment.ready()?;
    if known.neural.is_some() {
        return None;
    }
    Some(match vectors {
        Part::Unavailable(reason) => reason.clone(),
        Part::Ready(vectors) => match &vectors.sentiment {
            Err(reason) => reason.clone(),
            Ok(_) if known.sentences.is_empty() => NO_SENTENCE.to_owned(),
            Ok(_) => NOT_ALL_READ.to_owned(),
        },
        Part::Omitted => return None,
    })
}

pub(super) fn mean_compound(sentiment: &Sentiment) -> f64 {
    let n = sentiment.sentences.len();
    let sum: f64 = sentiment.sentences.iter().map(|s| s.lexical.compound).sum();
    if n == 0 { 0.0 } else { sum / n as f64 }
}

fn note_missing_facets(
    out: &mut Report,
    grammar: &Part<Vec<Arc<LineGrammar>>>,
    readability: &Part<Readability>,
    sentiment: &Part<Sentiment>,
) {
    for (key, reason) in [
        ("scores.clarity", readability.reason()),
        ("scores.correctness", grammar.reason()),
        ("scores.tone", sentiment.reason()),
    ] {
        if let Some(reason) = reason {
            out.gaps.insert(key, reason.to_owned());
        }
    }
}
