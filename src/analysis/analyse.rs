//! From a post and the facts of its lines to a report.

use std::sync::Arc;

use crate::post::{FoldLimits, ParsedLine, Post, Span, directive};

use super::engagement::{self, Context, Engagement};
use super::explain::Explanation;
use super::facts::LineFacts;
use super::features::{self, post::mean_vector};
use super::finding::Finding;
use super::grammar::LineGrammar;
use super::keywords::Keyword;
use super::language::{Language, not_english};
use super::locate::locate;
use super::meaning::{self, Meaning, Vectors};
use super::neural::{self, Logits, Neural, NeuralTrace};
use super::part::Part;
use super::readability::{Counts, Readability, SyllableSource, count_parity};
use super::report::{
    CacheUse, Mode, PartName, Receipt, Report, Scores, SentenceSentiment, Sentiment,
};
use super::rules::{self, RuleSettings};
use super::score::{Evidence, facets, overall};
use super::sentiment::{Trace, polarity, trace};
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
    let foreign = match settings.mode {
        Mode::Post => not_english(&slow.language),
        Mode::Parity => None,
    };
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
    let sentiment = if want(PartName::Sentiment) || scored {
        source.sentiment(&slow.vectors)
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
    // Only what reads vectors needs them.
    let known = slow.vectors.ready();
    let sentences = known.map_or_else(Vec::new, |_| source.sentences());
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
                .and_then(|l| source.neural(l));
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

/// Why heads say nothing of a text of tags and emoji.
const NO_SENTENCE: &str = "no sentence to read";
/// Why they say nothing yet.
const NOT_ALL_READ: &str = "the encoder has not read every sentence yet";

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

fn score(
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

fn mean_compound(sentiment: &Sentiment) -> f64 {
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

/// What the fast stages read.
struct Source<'a> {
    input: &'a str,
    post: &'a Post,
    lines: &'a [Arc<LineFacts>],
    mode: Mode,
    foreign: Option<&'a str>,
}

impl Source<'_> {
    /// The lines as post mode reads them, in one string.
    fn normal_text(&self) -> String {
        let lines: Vec<_> = self
            .lines
            .iter()
            .map(|l| l.parsed.normal.as_str())
            .collect();
        lines.join("\n")
    }

    fn sentiment(&self, vectors: &Part<Vectors>) -> Part<Sentiment> {
        if let Some(reason) = self.foreign {
            return Part::Unavailable(reason.to_owned());
        }
        let lexical = match self.mode {
            Mode::Post => polarity(&self.normal_text()),
            Mode::Parity => polarity(self.input),
        };
        let logits = vectors.ready().and_then(|v| v.sentiment.as_ref().ok());
        let logits = logits.map_or(&[][..], Vec::as_slice);
        let mut told = logits.iter().map(|l| l.map(Neural::new));
        let mut sentences = Vec::new();
        for (line, facts) in self.post.lines().iter().zip(self.lines) {
            for (sentence, known) in facts.parsed.sentences.iter().zip(&facts.polarities) {
                let span = self.post.input_span(sentence.shifted(line.span.start));
                let lexical = match self.mode {
                    Mode::Post => *known,
                    Mode::Parity => polarity(span.of(self.input)),
                };
                sentences.push(SentenceSentiment {
                    start: span.start,
                    end: span.end,
                    lexical,
                    neural: told.next().flatten(),
                });
            }
        }
        let whole = self.neural(logits);
        Part::Ready(Sentiment {
            lexical,
            neural: whole.map(|t| Neural::new(t.logits)),
            sentences,
        })
    }

    /// How the trained head's word on the post comes about.
    fn neural(&self, logits: &[Option<Logits>]) -> Option<NeuralTrace> {
        let sentences = self.sentences();
        neural::trace(sentences.iter().map(|s| s.text), logits)
    }

    fn readability(&self) -> Part<Readability> {
        if let Some(reason) = self.foreign {
            return Part::Unavailable(reason.to_owned());
        }
        Part::Ready(match self.mode {
            Mode::Parity => {
                Readability::from_counts(count_parity(self.input), SyllableSource::CmudictPyphen)
            }
            Mode::Post => {
                let mut counts = Counts::default();
                for line in self.lines {
                    counts.add(&line.counts);
                }
                Readability::from_counts(counts, SyllableSource::CmudictVowelGroups)
            }
        })
    }

    /// How the post is likely to do.
    fn engagement(
        &self,
        sentences: &[meaning::Sentence<'_>],
        vectors: &Part<Vectors>,
        context: &Context,
    ) -> Part<Engagement> {
        if let Some(reason) = self.foreign {
            return Part::Unavailable(reason.to_owned());
        }
        let vectors = match vectors {
            Part::Ready(vectors) => vectors,
            Part::Unavailable(reason) => return Part::Unavailable(reason.clone()),
            Part::Omitted => return Part::Omitted,
        };
        let head = match &vectors.scorers.forecast {
            Ok(head) => head,
            Err(reason) => return Part::Unavailable(reason.clone()),
        };
        if sentences.is_empty() {
            return Part::Unavailable(NO_SENTENCE.to_owned());
        }
        let known: Option<Vec<&[f32]>> = vectors
            .sentences
            .sentences()
            .iter()
            .map(|v| v.as_deref())
            .collect();
        let Some(known) = known.filter(|k| k.len() == sentences.len()) else {
            return Part::Unavailable(NOT_ALL_READ.to_owned());
        };
        let texts: Vec<&str> = sentences.iter().map(|s| s.text).collect();
        let text = self.post.text();
        let media = context.media.as_deref();
        let subject = engagement::Subject {
            numbers: features::post::post(text, &texts, &polarity(text), media),
            spans: &sentences.iter().map(|s| s.span).collect::<Vec<_>>(),
            vectors: &known,
        };
        let mut told = engagement::engagement(&subject, head.as_ref());
        told.map_spans(|s| self.post.input_span(s));
        Part::Ready(told)
    }

    /// What the vectors say, where there are some; foreign posts have none. Spans are bytes of the
    /// published text.
    fn meaning(
        &self,
        sentences: &[meaning::Sentence<'_>],
        slow: &Slow,
        settings: &Settings,
    ) -> Part<Meaning> {
        let vectors = match (&slow.vectors, self.foreign) {
            (Part::Ready(_), Some(reason)) => return Part::Unavailable(reason.to_owned()),
            (Part::Ready(vectors), None) => vectors,
            (Part::Unavailable(reason), _) => return Part::Unavailable(reason.clone()),
            (Part::Omitted, _) => return Part::Omitted,
        };
        let keywords = slow.keywords.ready().map_or(&[][..], Vec::as_slice);
        Part::Ready(meaning::meaning(
            sentences,
            keywords,
            vectors,
            &settings.rules,
        ))
    }

    /// The sentences as an encoder reads them.
    fn sentences(&self) -> Vec<meaning::Sentence<'_>> {
        let opening = self
            .lines
            .iter()
            .position(|l| !l.parsed.sentences.is_empty());
        let mut sentences = Vec::new();
        for (i, (line, facts)) in self.post.lines().iter().zip(self.lines).enumerate() {
            for sentence in &facts.parsed.sentences {
                sentences.push(meaning::Sentence {
                    span: sentence.shifted(line.span.start),
                    text: facts.parsed.normal_of(*sentence).trim(),
                    opening: Some(i) == opening,
                });
            }
        }
        sentences
    }

    /// Everything found, with spans in bytes of the input.
    fn findings(
        &self,
        parsed: &[&ParsedLine],
        grammar: &Part<Vec<Arc<LineGrammar>>>,
        meaning: Option<&Meaning>,
        settings: &Settings,
    ) -> Vec<Finding> {
        let post = self.post;
        let mut found = rules::post_findings(post, parsed, &settings.rules, settings.fold);
        for (i, (line, facts)) in post.lines().iter().zip(self.lines).enumerate() {
            let checked = grammar
                .ready()
                .and_then(|g| g.get(i))
                .map_or(&[][..], |g| &g.findings);
            let at = line.span.start;
            found.extend(
                facts
                    .findings
                    .iter()
                    .chain(checked)
                    .map(|f| f.clone().shifted(at)),
            );
        }
        if let Some(meaning) = meaning {
            let breaks: Vec<usize> = self.input.match_indices('\n').map(|(i, _)| i).collect();
            let line_of = |byte: usize| {
                let at = post.input_span(Span::new(byte, byte)).start;
                breaks.partition_point(|b| *b < at) + 1
            };
            found.extend(meaning::findings(meaning, line_of));
        }
        let is_off = |rule: &str| {
            settings.off.iter().any(|s| directive::names(s, rule))
                || self.foreign.is_some() && !rules::is_language_neutral(rule)
        };
        let mut out: Vec<Finding> = found
            .into_iter()
            .filter(|f| !is_off(&f.rule) && !post.is_ignored(&f.rule, f.span))
            .map(|f| Finding {
                span: post.input_span(f.span),
                ..f
            })
            .collect();
        let known = |s: &str| rules::selects_any(s) || is_checker_rule(s);
        let at_ingress = rules::ingress_findings(post)
            .into_iter()
            .chain(rules::directive_findings(post, known));
        out.extend(at_ingress.filter(|f| !is_off(&f.rule)));
        out
    }

    /// The arithmetic of the parts asked for; scores without their evidence would explain nothing.
    fn explanation(
        &self,
        parts: PartSet,
        scores: &Scores,
        readability: Option<&Readability>,
    ) -> Explanation {
        let scored = parts.has(PartName::Scores);
        let (sentiment, sentences) = match (self.foreign, self.mode) {
            _ if !parts.has(PartName::Sentiment) => (None, Vec::new()),
            (Some(_), _) => (None, Vec::new()),
            (None, Mode::Post) => (Some(trace(&self.normal_text())), self.sentence_traces()),
            (None, Mode::Parity) => (Some(trace(self.input)), self.sentence_traces()),
        };
        let facets = if scored {
            scores.facets.clone()
        } else {
            Vec::new()
        };
        Explanation {
            overall: scored.then(|| format!("{} = {:.2}", scores.arithmetic, scores.overall)),
            facets,
            sentiment,
            sentences,
            readability: readability
                .filter(|_| parts.has(PartName::Readability))
                .map(Readability::explain)
                .unwrap_or_default(),
            neural: None,
            engagement: None,
            meaning: None,
        }
    }

    fn sentence_traces(&self) -> Vec<Trace> {
        let mut out = Vec::new();
        for (line, facts) in self.post.lines().iter().zip(self.lines) {
            for sentence in &facts.parsed.sentences {
                let span = self.post.input_span(sentence.shifted(line.span.start));
                out.push(match self.mode {
                    Mode::Post => trace(facts.parsed.normal_of(*sentence).trim()),
                    Mode::Parity => trace(span.of(self.input)),
                });
            }
        }
        out
    }
}

/// Whether a selector is of the groups whose rules harper defines.
fn is_checker_rule(selector: &str) -> bool {
    ["grammar", "spelling"].contains(&selector.split('/').next().unwrap_or_default())
}
