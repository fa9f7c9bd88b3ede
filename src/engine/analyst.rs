//! One worker's whole analysis, synchronous: what a batch runs per post.

use std::sync::Arc;

use crate::analysis::cosines::Cosines;
use crate::analysis::engagement::Context;
use crate::analysis::facts::{self, LineFacts};
use crate::analysis::grammar::{self, Checker, Dialect, LineGrammar, Words};
use crate::analysis::keywords::{Keyword, keywords};
use crate::analysis::meaning::Vectors;
use crate::analysis::prose::Prose;
use crate::analysis::report::CacheUse;
use crate::analysis::{
    Inputs, Mode, Part, PartName, PartSet, Report, Settings, Slow, Stopwatch, analyse, language,
};
use crate::model::Task;
use crate::post::{Post, Span, normalise};

use rustc_hash::FxHashMap;

use super::encoders::{self, Encoders};
use super::memo::SegmentMemo;
use super::scorers::scorers;

/// Which parts need the language: those that only make sense in English, and itself.
const NEED_LANGUAGE: [PartName; 8] = [
    PartName::Language,
    PartName::Sentiment,
    PartName::Readability,
    PartName::Keywords,
    PartName::Meaning,
    PartName::Engagement,
    PartName::Findings,
    PartName::Scores,
];

/// Which parts need sentence vectors.
const NEED_VECTORS: [PartName; 3] = [PartName::Meaning, PartName::Engagement, PartName::Findings];

/// The settings of an analysis as a part of cache keys.
#[must_use]
pub fn settings_key(settings: &Settings) -> String {
    format!(
        "{}/{}/{:?}",
        facts::VERSION,
        normalise::VERSION,
        settings.rules
    )
}

/// Analyses posts one after another.
pub struct Analyst {
    settings: Settings,
    dialect: Dialect,
    words: Words,
    checker: Option<Checker>,
    encoders: Encoders,
}

impl Analyst {
    /// An analyst that shares `words` and `encoders` with others. Its checker is made when first
    /// needed.
    #[must_use]
    pub fn new(settings: Settings, dialect: Dialect, words: Words, encoders: Encoders) -> Self {
        Self {
            encoders,
            settings,
            dialect,
            words,
            checker: None,
        }
    }

    /// Analyses `input`, of which `context` is known besides.
    pub fn analyse(
        &mut self,
        input: &str,
        context: &Context,
        parts: PartSet,
        explain: bool,
    ) -> Report {
        let mut watch = Stopwatch::default();
        let post = Post::new(input);
        let with_rules = parts.has_any(&[PartName::Findings, PartName::Scores]);
        let rules = with_rules.then_some(&self.settings.rules);
        let lines = LineFacts::of_post(&post, |line| Arc::new(LineFacts::of(line, rules)));
        watch.lap("segments", CacheUse::Off);
        let slow = self.slow(&post, &lines, parts, &mut watch);
        let inputs = Inputs {
            input,
            post: &post,
            lines: &lines,
            slow,
            context,
            parts,
            explain,
        };
        analyse::report(inputs, &self.settings, watch)
    }

    fn slow(
        &mut self,
        post: &Post,
        lines: &[Arc<LineFacts>],
        parts: PartSet,
        watch: &mut Stopwatch,
    ) -> Slow {
        let mut slow = Slow::default();
        let prose = Prose::new(lines);
        if parts.has_any(&NEED_LANGUAGE) {
            slow.language = language::detect(&prose.text);
            watch.lap("language", CacheUse::Off);
        }
        let refused = self
            .foreign(&slow)
            .or_else(|| grammar::refusal(prose.text.len()));
        if let Some(reason) = refused {
            slow.grammar = Part::Unavailable(reason.clone());
            slow.keywords = Part::Unavailable(reason.clone());
            slow.vectors = Part::Unavailable(reason);
            return slow;
        }
        if parts.has_any(&[PartName::Findings, PartName::Scores]) {
            let checker = self.checker();
            let mut known: FxHashMap<&str, Arc<LineGrammar>> = FxHashMap::default();
            let checked = post.lines().iter().zip(lines).map(|(line, facts)| {
                let text = line.span.of(post.text());
                let check = || Arc::new(checker.check(text, &facts.parsed));
                known.entry(text).or_insert_with(check).clone()
            });
            slow.grammar = Part::Ready(checked.collect());
            watch.lap("grammar", CacheUse::Off);
        }
        if parts.has_any(&[PartName::Keywords, PartName::Meaning]) {
            // Tagging a post costs more than the rest of its keywords together, so phrases join
            // only where the checker ran for its findings.
            let checked = slow.grammar.ready().map_or(&[][..], Vec::as_slice);
            let phrases: Vec<Vec<Span>> = checked.iter().map(|g| g.noun_phrases.clone()).collect();
            slow.keywords = Part::Ready(post_keywords(post, lines, &prose, &phrases));
            watch.lap("keywords", CacheUse::Off);
        }
        let reads = parts.has_any(&NEED_VECTORS);
        // That mode gives what textstat and VADER give, and no more.
        let sentiment = parts.has(PartName::Sentiment) && self.settings.mode == Mode::Post;
        if reads || sentiment {
            let keywords = slow.keywords.ready().map_or(&[][..], Vec::as_slice);
            slow.vectors = match self.vectors(lines, keywords) {
                Ok(vectors) => Part::Ready(vectors),
                Err(reason) => Part::Unavailable(reason),
            };
            watch.lap("vectors", CacheUse::Off);
        }
        slow
    }

    /// The vectors of a post, or why there are none.
    fn vectors(&self, lines: &[Arc<LineFacts>], keywords: &[Keyword]) -> Result<Vectors, String> {
        let texts = encoders::sentence_texts(lines)?;
        let reader = self.encoders.get()?;
        let (sentences, identity) = reader.sentences(&texts).map_err(|e| e.to_string())?;
        let (vectors, sentiment) = sentences
            .into_iter()
            .map(|s| (Some(s.vector), s.sentiment))
            .unzip();
        let keywords: Vec<&str> = encoders::keyword_texts(keywords).collect();
        let keywords = reader
            .encoder()
            .embed(&keywords)
            .map_err(|e| e.to_string())?;
        let no_sentiment = reader.heads().get(Task::Sentiment).err();
        Ok(Vectors {
            sentences: Arc::new(Cosines::new(vectors, &Cosines::default())),
            sentiment: no_sentiment.map_or(Ok(sentiment), Err),
            keywords: keywords.into_iter().map(Some).collect(),
            model: encoders::model_use(identity),
            scorers: scorers(reader.heads()),
        })
    }

    fn foreign(&self, slow: &Slow) -> Option<String> {
        match self.settings.mode {
            Mode::Post => language::not_english(&slow.language),
            Mode::Parity => None,
        }
    }

    fn checker(&mut self) -> &mut Checker {
        self.checker
            .get_or_insert_with(|| Checker::new(self.words.clone(), self.dialect))
    }
}

/// Keywords of a post, with spans in bytes of its published text. `phrases` are the nominal
/// phrases of each line, counted from its start.
pub(super) fn post_keywords(
    post: &Post,
    lines: &[Arc<LineFacts>],
    prose: &Prose,
    phrases: &[Vec<Span>],
) -> Vec<Keyword> {
    let in_prose: Vec<Span> = phrases
        .iter()
        .enumerate()
        .filter_map(|(i, spans)| Some((prose.line_start(i)?, &lines[i].parsed, spans)))
        .flat_map(|(start, parsed, spans)| {
            spans
                .iter()
                .map(move |s| parsed.normal_span(*s).shifted(start))
        })
        .collect();
    let mut found = keywords(&prose.text, &prose.sentences(lines), &in_prose);
    for keyword in &mut found {
        keyword.spans = std::mem::take(&mut keyword.spans)
            .into_iter()
            .filter_map(|s| prose.post_span(s, post, lines))
            .collect();
        if let Some(first) = keyword.spans.first() {
            keyword.text = first.of(post.text()).to_owned();
        }
    }
    found
}

/// Checks the lines of a post through a memo.
pub(super) fn checked_lines(
    post: &Post,
    lines: &[Arc<LineFacts>],
    memo: &mut SegmentMemo<LineGrammar>,
    checker: &mut Checker,
    mut stale: impl FnMut() -> bool,
) -> Option<Vec<Arc<LineGrammar>>> {
    let mut out = Vec::with_capacity(lines.len());
    for (line, facts) in post.lines().iter().zip(lines) {
        if stale() {
            return None;
        }
        let text = line.span.of(post.text());
        out.push(memo.get_or(text, || checker.check(text, &facts.parsed)));
    }
    Some(out)
}
