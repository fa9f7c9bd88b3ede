//! The analysis of an open document: fast stages at every edit, slow ones when they arrive.

use std::sync::Arc;

use crate::analysis::cosines::Cosines;
use crate::analysis::engagement::Context;
use crate::analysis::facts::LineFacts;
use crate::analysis::grammar::LineGrammar;
use crate::analysis::meaning::{MOST_KEYWORDS, MOST_SENTENCES, ModelUse, Scorers, Vectors};
use crate::analysis::report::CacheUse;
use crate::analysis::{Inputs, Part, PartSet, Report, Settings, Slow, Stopwatch, analyse};
use crate::post::{Post, Revision};

use super::analyst::settings_key;
use super::background::Job;
use super::embedder::Embedded;
use super::encoders;
use super::memo::{MemoStats, SegmentMemo};
use super::reader::Encoded;

/// Why grammar and keywords are missing until the checker has answered.
const NOT_YET: &str = "the checker has not answered yet";
/// Why vectors are missing until the encoder has answered.
const NO_VECTORS_YET: &str = "the encoder has not answered yet";

/// An open document's analysis. Pure: it runs no thread and reads no clock but for the receipt.
pub struct Live {
    settings: Settings,
    facts: SegmentMemo<LineFacts>,
    grammar: SegmentMemo<LineGrammar>,
    /// By the sentence's text, of one model; all that a post can need fit.
    vectors: SegmentMemo<Encoded>,
    /// Why nothing is said of sentiment, where no head fits the model.
    no_sentiment: Option<String>,
    /// What reads sentences together.
    scorers: Scorers,
    /// Of the sentences as last reported.
    cosines: Arc<Cosines>,
    /// What computes vectors, or why nothing does.
    model: Part<ModelUse>,
    slow: Slow,
    /// The revision that `slow` was computed from.
    slow_revision: Option<Revision>,
    revision: Revision,
    input: String,
    post: Arc<Post>,
    lines: Arc<[Arc<LineFacts>]>,
}

impl Live {
    /// A live analysis of an empty document, with memos of `memo_lines` lines.
    #[must_use]
    pub fn new(settings: Settings, memo_lines: usize) -> Self {
        let key = settings_key(&settings);
        Self {
            facts: SegmentMemo::new("facts", &key, memo_lines),
            grammar: SegmentMemo::new("grammar", &key, memo_lines),
            vectors: SegmentMemo::new(
                "vectors",
                "",
                memo_lines.max(MOST_SENTENCES + MOST_KEYWORDS),
            )
            .weighing(|known| size_of_val(&*known.vector)),
            no_sentiment: None,
            scorers: no_scorers(),
            cosines: Arc::default(),
            model: Part::Unavailable(NO_VECTORS_YET.to_owned()),
            slow: waiting(),
            slow_revision: None,
            revision: Revision::default(),
            input: String::new(),
            post: Arc::default(),
            lines: Arc::from([]),
            settings,
        }
    }

    /// Takes the text of a new revision. Only lines that are new to the memo are analysed.
    pub fn edit(&mut self, revision: Revision, input: &str) {
        self.revision = revision;
        input.clone_into(&mut self.input);
        let post = Post::new(input);
        let rules = &self.settings.rules;
        let facts = &mut self.facts;
        let lines = LineFacts::of_post(&post, |line| {
            facts.get_or(line, || LineFacts::of(line, Some(rules)))
        });
        self.post = Arc::new(post);
        self.lines = lines.into();
    }

    /// The report as far as it is known now.
    #[must_use]
    pub fn report(&mut self, explain: bool) -> Report {
        let mut watch = Stopwatch::default();
        let slow = Slow {
            language: self.slow.language.clone(),
            grammar: self.known_grammar(),
            keywords: self.slow.keywords.clone(),
            vectors: self.known_vectors(),
        };
        watch.lap("memo", CacheUse::Memory);
        let inputs = Inputs {
            input: &self.input,
            post: &self.post,
            lines: &self.lines,
            slow,
            context: &Context::default(),
            parts: PartSet::ALL,
            explain,
        };
        analyse::report(inputs, &self.settings, watch)
    }

    /// Grammar of the lines whose content was checked before; the rest have none yet.
    fn known_grammar(&mut self) -> Part<Vec<Arc<LineGrammar>>> {
        // An answer for this very text needs no memo, which may be smaller than the post.
        if self.slow.grammar.ready().is_none() || !self.is_behind() {
            return self.slow.grammar.clone();
        }
        let memo = &mut self.grammar;
        let known = self
            .post
            .lines()
            .iter()
            .map(|line| memo.get(line.span.of(self.post.text())).unwrap_or_default());
        Part::Ready(known.collect())
    }

    /// Vectors of the sentences and keywords that were embedded before; the rest have none yet.
    fn known_vectors(&mut self) -> Part<Vectors> {
        if let Some(reason) = self.slow.vectors.reason() {
            return Part::Unavailable(reason.to_owned());
        }
        let model = match &self.model {
            Part::Ready(model) => model.clone(),
            Part::Unavailable(reason) => return Part::Unavailable(reason.clone()),
            Part::Omitted => return Part::Omitted,
        };
        let sentences = match encoders::sentence_texts(&self.lines) {
            Ok(sentences) => sentences,
            Err(reason) => return Part::Unavailable(reason),
        };
        let memo = &mut self.vectors;
        let mut known = |text: &str| memo.get(text);
        let keywords = self.slow.keywords.ready().map_or(&[][..], Vec::as_slice);
        let (sentences, sentiment) = sentences
            .into_iter()
            .map(&mut known)
            .map(|e| {
                (
                    e.as_ref().map(|e| e.vector.clone()),
                    e.and_then(|e| e.sentiment),
                )
            })
            .unzip();
        self.cosines = Arc::new(Cosines::new(sentences, &self.cosines));
        let keywords = encoders::keyword_texts(keywords).map(known);
        Part::Ready(Vectors {
            sentences: self.cosines.clone(),
            sentiment: self.no_sentiment.clone().map_or(Ok(sentiment), Err),
            keywords: keywords.map(|e| e.map(|e| e.vector.clone())).collect(),
            model,
            scorers: self.scorers.clone(),
        })
    }

    /// The texts of the current revision whose vectors are not known; none where there will be no
    /// vectors.
    #[must_use]
    pub fn unknown_texts(&self) -> Vec<String> {
        let waiting = self.model.reason() == Some(NO_VECTORS_YET);
        let refused = self.slow.vectors.reason().is_some();
        if refused || (self.model.ready().is_none() && !waiting) {
            return Vec::new();
        }
        let keywords = self.slow.keywords.ready().map_or(&[][..], Vec::as_slice);
        let mut texts = encoders::sentence_texts(&self.lines).unwrap_or_default();
        texts.extend(encoders::keyword_texts(keywords));
        texts.retain(|t| self.vectors.peek(t).is_none());
        texts.sort_unstable();
        texts.dedup();
        texts.into_iter().map(str::to_owned).collect()
    }

    /// Takes vectors, or the reason why there are none. Returns whether those known before are
    /// void, so that all have to be asked for anew.
    pub fn accept_vectors(&mut self, embedded: Embedded) -> bool {
        match embedded {
            Embedded::Ready(answer) => {
                // After a fall to another device or precision none fits the others.
                let known = self.model.ready();
                let is_other = known.is_some_and(|known| *known != answer.model);
                if is_other {
                    self.vectors.clear();
                }
                self.model = Part::Ready(answer.model);
                self.no_sentiment = answer.no_sentiment;
                self.scorers = answer.scorers;
                for (text, encoded) in answer.encoded {
                    self.vectors.get_or(&text, || encoded);
                }
                is_other
            }
            Embedded::Refused(reason) => {
                self.model = Part::Unavailable(reason);
                false
            }
            Embedded::Failed(_) => false,
        }
    }

    /// Takes the slow stages of `revision`; those of an older one are dropped. Returns whether
    /// they were taken.
    pub fn accept(&mut self, revision: Revision, slow: Slow) -> bool {
        if revision != self.revision {
            return false;
        }
        if let Some(checked) = slow.grammar.ready() {
            for (line, grammar) in self.post.lines().iter().zip(checked) {
                self.grammar
                    .put(line.span.of(self.post.text()), grammar.clone());
            }
        }
        self.slow = slow;
        self.slow_revision = Some(revision);
        true
    }

    /// Forgets what was checked, as when the writer's dictionary has grown.
    pub fn forget_grammar(&mut self) {
        self.grammar.clear();
        self.slow_revision = None;
    }

    /// Forgets what the checker said of the post before; what is known of lines by their content
    /// stays.
    pub fn forget(&mut self) {
        self.slow = waiting();
        self.slow_revision = None;
    }

    /// Whether grammar and keywords are of an older revision than the text.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.slow_revision != Some(self.revision)
    }

    /// The slow stages that the current revision needs.
    #[must_use]
    pub fn job(&self) -> Job {
        Job {
            revision: self.revision,
            post: self.post.clone(),
            lines: self.lines.clone(),
        }
    }

    /// Every memo of the document by its name, with how often it helped.
    #[must_use]
    pub fn memos(&self) -> [(&'static str, MemoStats); 3] {
        [
            ("facts", self.facts.stats()),
            ("grammar", self.grammar.stats()),
            ("vectors", self.vectors.stats()),
        ]
    }
}

/// What reads sentences together before the encoder has answered.
fn no_scorers() -> Scorers {
    Scorers {
        forecast: Err(NO_VECTORS_YET.to_owned()),
        clickbait: Err(NO_VECTORS_YET.to_owned()),
        heads: Vec::new(),
    }
}

/// The slow stages before the checker has answered.
fn waiting() -> Slow {
    let reason = || NOT_YET.to_owned();
    Slow {
        language: Part::Unavailable(reason()),
        grammar: Part::Unavailable(reason()),
        keywords: Part::Unavailable(reason()),
        vectors: Part::Omitted,
    }
}
