//! The analysis of an open document: fast stages at every edit, slow ones when they arrive.

use std::sync::Arc;
use std::time::Instant;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::cosines::Cosines;
use crate::analysis::engagement::Context;
use crate::analysis::facts::LineFacts;
use crate::analysis::grammar::LineGrammar;
use crate::analysis::meaning::{ModelUse, Scorers, Vectors};
use crate::analysis::report::CacheUse;
use crate::analysis::{Inputs, Part, PartSet, Report, Settings, Slow, Stopwatch, analyse};
use crate::cache::{Key, Scope};
use crate::post::{Post, Revision};

use super::background::Job;
use super::embedder::Embedded;
use super::object::Object;
use super::reader::Encoded;
use super::service::Engine;
use super::unfinished::{Unfinished, unfinished};
use super::{encoders, scopes};

/// Why grammar and keywords are missing until the checker has answered.
const NOT_YET: &str = "the checker has not answered yet";
/// Why nothing is forecast in the middle of a word.
const IN_A_WORD: &str = "a word is being typed";
/// Why vectors are missing until the encoder has answered.
const NO_VECTORS_YET: &str = "the encoder has not answered yet";

/// An open document's analysis. It runs no thread and waits for none: what the engine's cache holds
/// in memory is at hand, the rest comes when it comes.
pub struct Live {
    settings: Settings,
    engine: Engine,
    /// Who pins what the document needs.
    document: u64,
    is_pinning: bool,
    facts: Scope,
    /// The sentence in the middle of a word.
    unfinished: Option<Unfinished>,
    /// What the encoder told last of the document's texts.
    told: FxHashMap<String, Arc<Encoded>>,
    /// Keys of what it tells, once it has answered.
    sentences: Option<Scope>,
    /// Why nothing is said of sentiment, where no head fits the model.
    no_sentiment: Option<String>,
    /// What reads sentences together.
    scorers: Scorers,
    /// Of the sentences as last reported.
    cosines: Arc<Cosines>,
    /// What computes vectors, or why nothing does.
    model: Part<Arc<ModelUse>>,
    slow: Slow,
    /// The revision that `slow` was computed from.
    slow_revision: Option<Revision>,
    revision: Revision,
    input: String,
    post: Arc<Post>,
    lines: Arc<[Arc<LineFacts>]>,
}

impl Live {
    /// A live analysis of an empty document. `document` tells it from others of the engine.
    #[must_use]
    pub fn new(settings: Settings, engine: Engine, document: u64) -> Self {
        Self {
            facts: scopes::facts(&settings),
            engine,
            document,
            is_pinning: true,
            unfinished: None,
            told: FxHashMap::default(),
            sentences: None,
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

    /// Takes the text of a new revision. Only lines that are new to the cache are analysed.
    pub fn edit(&mut self, revision: Revision, input: &str) {
        self.revision = revision;
        let post = Post::new(input);
        let (cache, rules) = (self.engine.cache(), &self.settings.rules);
        let lines = LineFacts::of_post(&post, |line| {
            let key = self.facts.key(line.as_bytes());
            if let Some(Object::Facts(facts)) = cache.peek_memory(&key) {
                return facts;
            }
            let began = Instant::now();
            let facts = Arc::new(LineFacts::of(line, Some(rules)));
            cache.put(key, Object::Facts(facts.clone()), began.elapsed(), &[]);
            facts
        });
        self.unfinished = unfinished(&self.input, (input, &post), &lines);
        input.clone_into(&mut self.input);
        self.post = Arc::new(post);
        self.lines = lines.into();
        self.pin();
    }

    /// Whether what the document needs is kept in memory whatever else comes; it is, unless
    /// somebody measures what that is worth.
    pub fn set_pinning(&mut self, on: bool) {
        self.is_pinning = on;
    }

    /// Keeps what the document needs in memory: a re-scan is the worst case of any other policy.
    fn pin(&self) {
        if !self.is_pinning {
            return;
        }
        let text = self.post.text();
        let grammar = self.engine.grammar_scope();
        let lines = self.post.lines().iter().map(|l| l.span.of(text).as_bytes());
        let mut keys: Vec<Key> = lines
            .flat_map(|line| [self.facts.key(line), grammar.key(line)])
            .collect();
        if let Some(scope) = &self.sentences {
            let texts = self.texts();
            let read = self.unfinished.as_ref().map(|u| u.read.as_str());
            let texts = texts.into_iter().chain(read);
            keys.extend(texts.map(|t| scope.key(t.as_bytes())));
        }
        self.engine.cache().pin(self.document, &keys);
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
        let (cache, scope) = (self.engine.cache(), self.engine.grammar_scope());
        let known = self.post.lines().iter().map(|line| {
            let text = line.span.of(self.post.text());
            match cache.glance(&scope.key(text.as_bytes())) {
                Some(Object::Grammar(grammar)) => grammar,
                Some(Object::Facts(_) | Object::Sentence(_) | Object::Post(_)) | None => {
                    Arc::default()
                }
            }
        });
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
        let keywords = self.slow.keywords.ready().map_or(&[][..], Vec::as_slice);
        let (sentences, sentiment) = sentences
            .into_iter()
            .map(|text| self.sentence(text))
            .map(|e| {
                (
                    e.as_ref().map(|e| e.vector.clone()),
                    e.and_then(|e| e.sentiment),
                )
            })
            .unzip();
        let keywords = encoders::keyword_texts(keywords).map(|text| self.encoded(text));
        let keywords = keywords.map(|e| e.map(|e| e.vector.clone())).collect();
        self.cosines = Arc::new(Cosines::new(sentences, &self.cosines));
        Part::Ready(Vectors {
            sentences: self.cosines.clone(),
            sentiment: self.no_sentiment.clone().map_or(Ok(sentiment), Err),
            keywords,
            model: (*model).clone(),
            scorers: self.scorers_now(),
        })
    }

    /// What reads sentences together; in the middle of a word nothing is forecast, which would take
    /// most of a key's time.
    fn scorers_now(&self) -> Scorers {
        let is_waiting = |u: &Unfinished| self.encoded(&u.whole).is_none();
        let mut scorers = self.scorers.clone();
        if self.unfinished.as_ref().is_some_and(is_waiting) {
            scorers.forecast = Err(IN_A_WORD.to_owned());
        }
        scorers
    }

    /// What is known of a sentence at once; in the middle of a word, what is known without it.
    fn sentence(&self, text: &str) -> Option<Arc<Encoded>> {
        let read = || {
            let unfinished = self.unfinished.as_ref().filter(|u| u.whole == text)?;
            self.encoded(&unfinished.read)
        };
        self.encoded(text).or_else(read)
    }

    /// What is known of a text at once.
    fn encoded(&self, text: &str) -> Option<Arc<Encoded>> {
        let told = self.told.get(text).cloned();
        told.or_else(|| {
            let key = self.sentences.as_ref()?.key(text.as_bytes());
            match self.engine.cache().glance(&key)? {
                Object::Sentence(encoded) => Some(encoded),
                Object::Facts(_) | Object::Grammar(_) | Object::Post(_) => None,
            }
        })
    }

    /// The sentences of the current revision and its keywords, each once.
    fn texts(&self) -> Vec<&str> {
        let keywords = self.slow.keywords.ready().map_or(&[][..], Vec::as_slice);
        let mut texts = encoders::sentence_texts(&self.lines).unwrap_or_default();
        texts.extend(encoders::keyword_texts(keywords));
        texts.sort_unstable();
        texts.dedup();
        texts
    }

    /// Whether there is no use in asking for vectors.
    fn is_refused(&self) -> bool {
        let waiting = self.model.reason() == Some(NO_VECTORS_YET);
        self.slow.vectors.reason().is_some() || (self.model.ready().is_none() && !waiting)
    }

    /// The texts that are read at a short pause: the sentences, without the word that is being
    /// typed. None where there will be no vectors.
    #[must_use]
    pub fn read_texts(&self) -> Vec<String> {
        if self.is_refused() {
            return Vec::new();
        }
        let of = |text: &str| match &self.unfinished {
            Some(unfinished) if unfinished.whole == text => unfinished.read.clone(),
            Some(_) | None => text.to_owned(),
        };
        let sentences = encoders::sentence_texts(&self.lines).unwrap_or_default();
        let mut texts: Vec<String> = sentences.into_iter().map(of).collect();
        texts.retain(|text| !text.is_empty());
        texts.sort_unstable();
        texts.dedup();
        texts
    }

    /// The texts that are read once the writer rests: every sentence as it is, and the keywords;
    /// those alone that are not known yet.
    #[must_use]
    pub fn resting_texts(&self) -> Vec<String> {
        if self.is_refused() {
            return Vec::new();
        }
        let texts = self.texts().into_iter();
        let unknown = texts.filter(|t| self.encoded(t).is_none());
        unknown.map(str::to_owned).collect()
    }

    /// Takes vectors, or the reason why there are none. Returns whether those known before are
    /// void, so that all have to be asked for anew.
    pub fn accept_vectors(&mut self, embedded: Embedded) -> bool {
        match embedded {
            Embedded::Ready(answer) => {
                // After a fall to another device or precision none fits the others.
                let known = self.model.ready();
                let is_other = known.is_some_and(|known| *known != answer.model);
                self.model = Part::Ready(answer.model);
                self.sentences = Some(answer.scope);
                self.no_sentiment = answer.no_sentiment;
                self.scorers = answer.scorers;
                if is_other {
                    self.told.clear();
                }
                // What the document does not hold any more goes.
                let known = std::mem::take(&mut self.told);
                let texts: FxHashSet<&str> = self.texts().into_iter().collect();
                let read = self.unfinished.as_ref().map(|u| u.read.clone());
                let is_held =
                    |text: &String| texts.contains(text.as_str()) || Some(text) == read.as_ref();
                let told = known
                    .into_iter()
                    .filter(|(text, _)| is_held(text))
                    .collect();
                self.told = told;
                self.told.extend(answer.encoded);
                self.pin();
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
        self.slow = slow;
        self.slow_revision = Some(revision);
        true
    }

    /// Holds what was checked for old, as when the writer's dictionary has grown.
    pub fn forget_grammar(&mut self) {
        self.slow_revision = None;
    }

    /// Forgets what the checker said of the post before; what is known of lines by their content
    /// stays.
    pub fn forget(&mut self) {
        self.slow = waiting();
        self.slow_revision = None;
        self.told.clear();
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
