//! What the stages of a report read, and what each makes of it.

use std::sync::Arc;

use crate::post::{ParsedLine, Post, Span, directive, quotation};

use super::analyse::{PartSet, Settings, Slow};
use super::engagement::{self, Context, Engagement};
use super::explain::Explanation;
use super::facts::LineFacts;
use super::features;
use super::finding::Finding;
use super::grammar::LineGrammar;
use super::meaning::{self, Meaning, Vectors};
use super::neural::{self, Logits, Neural, NeuralTrace};
use super::part::Part;
use super::readability::{Counts, Readability, SyllableSource, count_parity};
use super::report::{Mode, PartName, Scores, SentenceSentiment, Sentiment};
use super::rules;
use super::sentiment::{Trace, polarity, trace};

/// The checker's rule for the first letter of a sentence.
const CAPITAL: &str = "grammar/sentence-capitalization";
/// The checker's rule for a quotation that its line does not close.
const UNCLOSED: &str = "grammar/unclosed-quotes";
/// Why heads say nothing of a text of tags and emoji.
pub(super) const NO_SENTENCE: &str = "no sentence to read";
/// Why they say nothing yet.
pub(super) const NOT_ALL_READ: &str = "the encoder has not read every sentence yet";

/// What the fast stages read.
pub(super) struct Source<'a> {
    pub input: &'a str,
    pub post: &'a Post,
    pub lines: &'a [Arc<LineFacts>],
    pub mode: Mode,
    /// Why the post is not read as English, where it is not.
    pub foreign: Option<&'a str>,
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

    pub fn sentiment(
        &self,
        read: &[meaning::Sentence<'_>],
        vectors: Option<&Vectors>,
    ) -> Part<Sentiment> {
        if let Some(reason) = self.foreign {
            return Part::Unavailable(reason.to_owned());
        }
        let lexical = match self.mode {
            Mode::Post => polarity(&self.normal_text()),
            Mode::Parity => polarity(self.input),
        };
        let logits = vectors.and_then(|v| v.sentiment.as_ref().ok());
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
        let whole = neural_trace(read, logits);
        Part::Ready(Sentiment {
            lexical,
            neural: whole.map(|t| Neural::new(t.logits)),
            sentences,
        })
    }

    pub fn readability(&self) -> Part<Readability> {
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
    pub fn engagement(
        &self,
        sentences: &[meaning::Sentence<'_>],
        vectors: &Part<Vectors>,
        context: &Context,
    ) -> Part<Engagement> {
        self.foretell(sentences, vectors, context, |subject, head| {
            let mut told = engagement::engagement(subject, head);
            told.map_spans(|s| self.post.input_span(s));
            told
        })
    }

    /// Asks the head of the forecast about the post.
    pub fn foretell<T>(
        &self,
        sentences: &[meaning::Sentence<'_>],
        vectors: &Part<Vectors>,
        context: &Context,
        ask: impl FnOnce(&engagement::Subject<'_>, &dyn engagement::Forecast) -> T,
    ) -> Part<T> {
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
        Part::Ready(ask(&subject, head.as_ref()))
    }

    /// What the vectors say, where there are some; foreign posts have none. Spans are bytes of the
    /// published text.
    pub fn meaning(
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
    pub fn sentences(&self) -> Vec<meaning::Sentence<'_>> {
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
    pub fn findings(
        &self,
        parsed: &[&ParsedLine],
        grammar: &Part<Vec<Arc<LineGrammar>>>,
        meaning: Option<&Meaning>,
        settings: &Settings,
    ) -> Vec<Finding> {
        let post = self.post;
        let mut found = rules::post_findings(post, parsed, &settings.rules, settings.fold);
        let mut above = "";
        let over_lines: Vec<Span> = quotation::quotations(post.text())
            .into_iter()
            .filter(|q| q.of(post.text()).contains('\n'))
            .collect();
        let is_closed = |mark: Span| {
            over_lines
                .iter()
                .any(|q| q.start == mark.start || q.end == mark.end)
        };
        for (i, (line, facts)) in post.lines().iter().zip(self.lines).enumerate() {
            let checked = grammar
                .ready()
                .and_then(|g| g.get(i))
                .map_or(&[][..], |g| &g.findings);
            let at = line.span.start;
            let text = line.span.of(post.text());
            let goes_on = is_open(above);
            let start = text.len() - text.trim_start().len();
            // The checker sees one line: to it, each begins a sentence.
            let checked = checked
                .iter()
                .filter(|f| !(goes_on && f.rule == CAPITAL && f.span.start <= start))
                .filter(|f| !(f.rule == UNCLOSED && is_closed(f.span.shifted(at))));
            found.extend(
                facts
                    .findings
                    .iter()
                    .chain(checked)
                    .map(|f| f.clone().shifted(at)),
            );
            if !text.trim().is_empty() {
                above = text;
            }
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
    pub fn explanation(
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

/// How the trained head's word on a post of `sentences` comes about.
pub(super) fn neural_trace(
    sentences: &[meaning::Sentence<'_>],
    logits: &[Option<Logits>],
) -> Option<NeuralTrace> {
    neural::trace(sentences.iter().map(|s| s.text), logits)
}

/// Whether a sentence goes on below the line `text`: a mark that ends one, an emoji or a tag does not
/// stand at its end.
fn is_open(text: &str) -> bool {
    const JOINING: [char; 6] = [',', ';', ':', '-', '–', '—'];
    let text = text.trim_end();
    let unquoted = text.trim_end_matches(['"', '”', '»']);
    if text.ends_with(JOINING) || unquoted.ends_with(',') {
        return true;
    }
    let last_word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_tag = last_word.starts_with(['#', '@']) || last_word.contains("://");
    !is_tag && text.ends_with(char::is_alphanumeric)
}

/// Whether a selector is of the groups whose rules harper defines.
pub(super) fn is_checker_rule(selector: &str) -> bool {
    ["grammar", "spelling"].contains(&selector.split('/').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn a_sentence_goes_on_where_nothing_ends_it() {
        for open in [
            "We found",
            "three things:",
            "first,  ",
            "we left —",
            "our founder, @ann,",
            "“The Late House,”",
        ] {
            assert!(is_open(open), "{open}");
        }
        for ended in [
            "",
            "We left.",
            "Why?",
            "“We left.”",
            "Good 🚀",
            "(we left)",
            "#work",
            "https://x.io/a",
        ] {
            assert!(!is_open(ended), "{ended}");
        }
    }
}
