//! One worker's whole analysis, synchronous: what a batch runs per post.

use std::sync::Arc;
use std::thread;

use crate::analysis::cosines::Cosines;
use crate::analysis::engagement::Context;
use crate::analysis::facts::LineFacts;
use crate::analysis::keywords::Keyword;
use crate::analysis::meaning::Vectors;
use crate::analysis::report::CacheUse;
use crate::analysis::{
    Inputs, Mode, Part, PartName, PartSet, Report, Settings, Slow, Stopwatch, analyse,
};
use crate::model::Task;
use crate::post::Post;

use super::encoders;
use super::error::EngineError;
use super::lanes::Lane;
use super::reader::Encoded;
use super::reading::{Lines, Wanted, stages};
use super::service::Engine;
use super::task::Ask;

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

/// Analyses posts one after another.
pub struct Analyst {
    settings: Settings,
    engine: Engine,
    ask: Ask,
}

impl Analyst {
    /// An analyst that asks `engine`, as urgently as `lane` says.
    #[must_use]
    pub fn new(settings: Settings, engine: Engine, lane: Lane) -> Self {
        Self {
            settings,
            engine,
            ask: Ask::new(lane),
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
        &self,
        post: &Post,
        lines: &[Arc<LineFacts>],
        parts: PartSet,
        watch: &mut Stopwatch,
    ) -> Slow {
        if !parts.has_any(&NEED_LANGUAGE) {
            return Slow::default();
        }
        let wanted = Wanted {
            grammar: parts.has_any(&[PartName::Findings, PartName::Scores]),
            keywords: parts.has_any(&[PartName::Keywords, PartName::Meaning]),
        };
        let of = Lines { post, lines };
        let asked = patiently(|| {
            stages(
                &self.engine,
                &self.ask,
                of,
                (self.settings.mode, wanted),
                watch,
            )
        });
        let mut slow = asked.unwrap_or_else(|error| failed(wanted, &error));
        if slow.vectors.reason().is_some() {
            return slow;
        }
        let reads = parts.has_any(&NEED_VECTORS);
        // That mode gives what textstat and VADER give, and no more.
        let sentiment = parts.has(PartName::Sentiment) && self.settings.mode == Mode::Post;
        if reads || sentiment {
            let keywords = slow.keywords.ready().map_or(&[][..], Vec::as_slice);
            let (vectors, from) = match self.vectors(lines, keywords) {
                Ok((vectors, from)) => (Part::Ready(vectors), from),
                Err(reason) => (Part::Unavailable(reason), CacheUse::Off),
            };
            slow.vectors = vectors;
            watch.lap("vectors", from);
        }
        slow
    }

    /// The vectors of a post and where they came from, or why there are none.
    fn vectors(
        &self,
        lines: &[Arc<LineFacts>],
        keywords: &[Keyword],
    ) -> Result<(Vectors, CacheUse), String> {
        let mut texts = encoders::sentence_texts(lines)?;
        let sentences = texts.len();
        texts.extend(encoders::keyword_texts(keywords));
        let known = self.engine.known()?;
        let told =
            patiently(|| self.engine.encode(&self.ask, &texts)).map_err(|e| e.to_string())?;
        let (sentences, keywords) = told.encoded.split_at(sentences);
        let vector = |e: &Arc<Encoded>| Some(e.vector.clone());
        let vectors = sentences.iter().map(vector).collect();
        let sentiment = sentences.iter().map(|e| e.sentiment).collect();
        let no_sentiment = known.heads.get(Task::Sentiment).err();
        let vectors = Vectors {
            sentences: Arc::new(Cosines::new(vectors, &Cosines::default())),
            sentiment: no_sentiment.map_or(Ok(sentiment), Err),
            keywords: keywords.iter().map(vector).collect(),
            model: (*told.model).clone(),
            scorers: known.scorers.clone(),
        };
        Ok((vectors, told.from))
    }
}

/// Asks again where the engine has too much to do: a batch waits its turn.
pub(super) fn patiently<T>(
    mut ask: impl FnMut() -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    loop {
        match ask() {
            Err(EngineError::Overloaded { retry_in }) => thread::sleep(retry_in),
            done => return done,
        }
    }
}

/// What is told where the slow stages failed.
fn failed(wanted: Wanted, error: &EngineError) -> Slow {
    let reason = error.to_string();
    Slow {
        language: Part::Unavailable(reason.clone()),
        grammar: if wanted.grammar {
            Part::Unavailable(reason.clone())
        } else {
            Part::Omitted
        },
        keywords: if wanted.keywords {
            Part::Unavailable(reason.clone())
        } else {
            Part::Omitted
        },
        vectors: Part::Unavailable(reason),
    }
}
