//! The handle that every face of the program asks.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use crate::analysis::facts::LineFacts;
use crate::analysis::grammar::{Dialect, LineGrammar, Words};
use crate::analysis::meaning::ModelUse;
use crate::analysis::report::CacheUse;
use crate::cache::{CacheSettings, Key, Parts, Scope, TieredCache};
use crate::resilience::{
    Breaker, BreakerSettings, Clock, Faults, Limiter, LimiterSettings, Scaler, ScalerSettings,
};

use crate::telemetry::Counters;

use super::batch;
use super::batcher::Budget;
use super::encoders::{Encoders, Known};
use super::entangled::Documents;
use super::error::EngineError;
use super::lanes::{self, Lane, Revisions, Version};
use super::models::{self, Models};
use super::object::Object;
use super::pool::Pool;
use super::reader::Encoded;
use super::reading::Lines;
use super::scopes;
use super::superposition::Waiting;
use super::task::{Ask, through};
use super::workers::{self, Dictionary, Line, Text};

mod program;
mod snapshot;

pub use snapshot::EngineSnapshot;

/// Bytes of a token, about: the estimate by which texts are put together.
const BYTES_A_TOKEN: usize = 4;
/// How often a question is asked anew because another device took over.
const MOVES: usize = 3;
/// Lines that one checker may have before it without another one being started.
const LINES_A_WORKER: f64 = 8.0;
/// Documents whose latest revision is remembered.
const DOCUMENTS: usize = 1_024;
/// From how long on a question that somebody waits for is logged: long enough to be felt.
const SLOW: Duration = Duration::from_millis(250);
/// When to ask again where too many are at it.
const RETRY: Duration = Duration::from_millis(50);

/// How the engine works.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineSettings {
    /// Most threads that check grammar; 0 means one a core.
    pub max_workers: usize,
    /// Most questions that are worked on at once.
    pub max_concurrent: u32,
    /// Most texts of a model's batch.
    pub batch_size: usize,
    /// When a device is left alone.
    pub breaker: BreakerSettings,
    /// Whether a change of a paragraph drops what was told of its post alone, or all that is
    /// connected with it.
    pub entanglement: bool,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            max_workers: 0,
            max_concurrent: 64,
            batch_size: 32,
            breaker: BreakerSettings::default(),
            entanglement: true,
        }
    }
}

/// What the engine is given.
pub struct Fittings {
    /// The model.
    pub encoders: Encoders,
    /// The writer's own words.
    pub user_words: Vec<String>,
    /// Which English.
    pub dialect: Dialect,
    /// What was computed before.
    pub cache: TieredCache<Object>,
    /// The time.
    pub clock: Clock,
    /// Lets parts fail, for developers.
    pub faults: Faults,
    /// Those of the cache's tiers.
    pub breakers: Vec<Breaker>,
}

/// A handle on the engine; clones share it, and dropping the last one ends its threads.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

struct Shared {
    settings: EngineSettings,
    encoders: Encoders,
    cache: TieredCache<Object>,
    clock: Clock,
    faults: Faults,
    breakers: Vec<Breaker>,
    models: OnceLock<Result<Arc<Models>, String>>,
    dictionary: Arc<RwLock<(Dictionary, Scope)>>,
    checks: Pool<Line>,
    texts: Pool<Text>,
    limiter: Limiter,
    scaler: Mutex<Scaler>,
    waiting: Waiting,
    documents: Documents,
    questions: Counters,
    batches: workers::Batches,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.checks.queue.close();
        self.texts.queue.close();
        // Workers may hold the cache a little longer than the process lasts.
        self.cache.close();
    }
}

/// What is known of texts.
#[derive(Debug, Clone)]
pub struct Encodings {
    /// One a text, in order.
    pub encoded: Vec<Arc<Encoded>>,
    /// What computed them.
    pub model: Arc<ModelUse>,
    /// Their keys.
    pub scope: Scope,
    /// Where they came from.
    pub from: CacheUse,
}

impl Engine {
    /// An engine; its threads start when they are first needed.
    #[must_use]
    pub fn new(settings: EngineSettings, fittings: Fittings) -> Self {
        let lanes = lanes::Settings {
            budget: Budget {
                batch_size: settings.batch_size,
                ..Budget::default()
            },
            ..lanes::Settings::default()
        };
        let revisions = Arc::new(Revisions::new(DOCUMENTS));
        let limiter = LimiterSettings {
            cap: settings.max_concurrent.max(1),
            initial: settings.max_concurrent.clamp(1, 8),
            ..LimiterSettings::default()
        };
        let clock = fittings.clock;
        let scope = scopes::grammar(fittings.dialect, &fittings.user_words);
        let dictionary = Dictionary {
            words: Words::new(fittings.user_words),
            dialect: fittings.dialect,
            number: 0,
        };
        let most = batch::workers(settings.max_workers);
        let scaler = ScalerSettings {
            cap: u32::try_from(most).unwrap_or(u32::MAX),
            ..ScalerSettings::default()
        };
        let scaler = Scaler::new(scaler, clock.clone());
        let documents = Documents::new(fittings.cache.clone(), settings.entanglement);
        Self(Arc::new(Shared {
            encoders: fittings.encoders,
            cache: fittings.cache,
            faults: fittings.faults,
            breakers: fittings.breakers,
            models: OnceLock::new(),
            dictionary: Arc::new(RwLock::new((dictionary, scope))),
            checks: Pool::new(lanes.clone(), clock.clone(), &revisions),
            texts: Pool::new(lanes, clock.clone(), &revisions),
            limiter: Limiter::new("engine", limiter, clock.clone()),
            scaler: Mutex::new(scaler),
            questions: Counters::default(),
            batches: workers::Batches::default(),
            waiting: Waiting::default(),
            documents,
            clock,
            settings,
        }))
    }

    /// An engine with what is usual, that keeps nothing on disk.
    ///
    /// # Panics
    /// Never: a cache in memory needs no thread and no file.
    #[must_use]
    pub fn in_memory(encoders: Encoders) -> Self {
        let cache = TieredCache::open(CacheSettings::default(), Parts::system());
        Self::new(
            EngineSettings::default(),
            Fittings {
                encoders,
                user_words: Vec::new(),
                dialect: Dialect::default(),
                // Only threads and files can fail.
                cache: cache.expect("a cache in memory"),
                clock: Clock::system(),
                faults: Faults::none(),
                breakers: Vec::new(),
            },
        )
    }

    /// What was computed before.
    #[must_use]
    pub fn cache(&self) -> &TieredCache<Object> {
        &self.0.cache
    }

    fn models(&self) -> Result<Arc<Models>, String> {
        let shared = &self.0;
        let new = || {
            let models = Models::new(
                &shared.encoders,
                &shared.settings.breaker,
                &shared.clock,
                &shared.faults,
            );
            models.map(Arc::new)
        };
        shared.models.get_or_init(new).clone()
    }

    /// The model in use and its heads; nothing is loaded for it.
    ///
    /// # Errors
    /// Why there is none, for the reader.
    pub fn known(&self) -> Result<Arc<Known>, String> {
        Ok(self.models()?.known.clone())
    }

    /// What the reader should know of the model: that it does not run where it was asked to, say.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        self.models().ok()?.note()
    }

    /// The open documents.
    pub(super) fn documents(&self) -> &Documents {
        &self.0.documents
    }

    /// What is computed before anybody asks.
    pub(super) fn waiting(&self) -> &Waiting {
        &self.0.waiting
    }

    /// Takes note of what is asked for, where it is not asked ahead.
    fn note_use(&self, ask: &Ask, keys: &[Key]) {
        if ask.lane != Lane::Speculative {
            self.0.waiting.ask(keys);
        }
    }

    /// Makes a checker ready, so that the first line does not wait for its dictionary.
    pub fn warm(&self) {
        self.grow_checks();
    }

    /// Keys of the grammar of lines.
    #[must_use]
    pub fn grammar_scope(&self) -> Scope {
        self.dictionary().1.clone()
    }

    /// What computes sentences next, and their keys.
    ///
    /// # Errors
    /// Why nothing does, for the reader.
    pub fn sentence_scope(&self) -> Result<(Arc<ModelUse>, Scope), String> {
        Ok(self.models()?.next().clone())
    }

    fn dictionary(&self) -> std::sync::RwLockReadGuard<'_, (Dictionary, Scope)> {
        // Replaced as a whole, so a panicking holder leaves a whole one.
        self.0
            .dictionary
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the writer's words. What was checked with others stays under its own keys.
    pub fn set_words(&self, words: Vec<String>) {
        let held = self.0.dictionary.write();
        let mut held = held.unwrap_or_else(PoisonError::into_inner);
        let (dictionary, scope) = &mut *held;
        *scope = scopes::grammar(dictionary.dialect, &words);
        dictionary.words = Words::new(words);
        dictionary.number += 1;
    }

    /// Takes note of a newer revision: what waits for an older one is given up.
    pub fn supersede(&self, version: Version) {
        // A newer one is known already where this is refused.
        let _ = self.0.checks.queue.supersede(version);
        let _ = self.0.texts.queue.supersede(version);
    }

    /// Grammar of the lines of a post, and where it came from.
    ///
    /// # Errors
    /// As for [`Self::check`].
    pub(super) fn check_post(
        &self,
        ask: &Ask,
        of: Lines<'_>,
    ) -> Result<(Vec<Arc<LineGrammar>>, CacheUse), EngineError> {
        let lines = of.post.lines().iter().zip(of.lines);
        let lines: Vec<(&str, &Arc<LineFacts>)> = lines
            .map(|(line, facts)| (line.span.of(of.post.text()), facts))
            .collect();
        self.check(ask, &lines)
    }

    /// Grammar of `lines`, in order, and where it came from.
    ///
    /// # Errors
    /// Where there is no answer; see [`EngineError`].
    pub fn check(
        &self,
        ask: &Ask,
        lines: &[(&str, &Arc<LineFacts>)],
    ) -> Result<(Vec<Arc<LineGrammar>>, CacheUse), EngineError> {
        let shared = &self.0;
        let scope = self.grammar_scope();
        let keys: Vec<Key> = lines.iter().map(|(t, _)| scope.key(t.as_bytes())).collect();
        self.note_use(ask, &keys);
        let (found, from) = self.admitted(ask, "grammar", || {
            through(&shared.cache, &shared.checks.queue, ask, &keys, |index| {
                self.grow_checks();
                let (text, facts) = lines[index];
                let line = Line {
                    text: text.to_owned(),
                    facts: facts.clone(),
                };
                (line, text.len() / BYTES_A_TOKEN)
            })
        })?;
        let of = |object| match object {
            Object::Grammar(grammar) => Ok(grammar),
            Object::Facts(_) | Object::Sentence(_) | Object::Post(_) => Err(of_another_kind()),
        };
        let found: Result<_, _> = found.into_iter().map(of).collect();
        Ok((found?, from))
    }

    /// Vectors and sentiment of `texts`.
    ///
    /// # Errors
    /// Where there is no answer; see [`EngineError`].
    pub fn encode(&self, ask: &Ask, texts: &[&str]) -> Result<Encodings, EngineError> {
        let shared = &self.0;
        let models = self.models().map_err(EngineError::Failed)?;
        for _ in 0..MOVES {
            let (model, scope) = models.next();
            let keys: Vec<Key> = texts.iter().map(|t| scope.key(t.as_bytes())).collect();
            self.note_use(ask, &keys);
            let found = self.admitted(ask, "sentence vectors", || {
                through(&shared.cache, &shared.texts.queue, ask, &keys, |index| {
                    self.grow_texts(&models);
                    let text = Text {
                        text: texts[index].to_owned(),
                        model: model.clone(),
                    };
                    (text, texts[index].len() / BYTES_A_TOKEN)
                })
            });
            let of = |object| match object {
                Object::Sentence(encoded) => Ok(encoded),
                Object::Facts(_) | Object::Grammar(_) | Object::Post(_) => Err(of_another_kind()),
            };
            match found {
                Err(EngineError::Moved) => {}
                Err(error) => return Err(error),
                Ok((found, from)) => {
                    let encoded: Result<_, _> = found.into_iter().map(of).collect();
                    return Ok(Encodings {
                        encoded: encoded?,
                        model: model.clone(),
                        scope: scope.clone(),
                        from,
                    });
                }
            }
        }
        Err(EngineError::Failed(
            "the devices took over from each other again and again".to_owned(),
        ))
    }

    /// Runs `work` where few enough are at it.
    fn admitted<T>(
        &self,
        ask: &Ask,
        what: &str,
        work: impl FnOnce() -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        let slot = self.0.limiter.acquire();
        let slot = slot.map_err(|_| EngineError::Overloaded { retry_in: RETRY })?;
        let began = Instant::now();
        let done = work();
        let took = began.elapsed();
        self.note_question(took, done.as_ref().err());
        if took >= SLOW && ask.lane == Lane::Interactive {
            let (lane, took_ms) = (ask.lane.name(), took.as_millis());
            tracing::info!(lane, took_ms, "slow request: {what}");
        }
        // What was not worked on to its end says nothing of how long it takes.
        if done.is_ok() {
            slot.finish();
        }
        done
    }

    /// Counts a question, where it was worked on to its end.
    fn note_question(&self, took: Duration, error: Option<&EngineError>) {
        use EngineError as E;
        match error {
            None | Some(E::Failed(_)) => self.0.questions.count(took, error.is_some()),
            Some(
                E::Superseded
                | E::Cancelled
                | E::Overloaded { .. }
                | E::TooLarge(_)
                | E::Moved
                | E::ShutDown,
            ) => {}
        }
    }

    fn grow_checks(&self) {
        let shared = &self.0;
        let pool = &shared.checks;
        let waiting: usize = pool.queue.lens().iter().map(|(_, n)| *n).sum();
        let busy = pool.busy.load(Ordering::Acquire);
        let threads = pool.threads.load(Ordering::Acquire).max(1);
        let load = (busy as f64 + waiting as f64 / LINES_A_WORKER) / threads as f64;
        let wanted = {
            // A scaler's numbers are whole between any two statements.
            let mut scaler = shared.scaler.lock().unwrap_or_else(PoisonError::into_inner);
            let now = u32::try_from(threads).unwrap_or(u32::MAX);
            scaler.decide(now, load).desired as usize
        };
        let (queue, busy) = (pool.queue.clone(), pool.busy.clone());
        let dictionary = shared.dictionary.clone();
        let stays = pool.stays();
        pool.grow(wanted, "postwright-check", move || {
            let current = || {
                let held = dictionary.read().unwrap_or_else(PoisonError::into_inner);
                held.0.clone()
            };
            workers::check(&queue, current, &busy, stays);
        });
    }

    fn grow_texts(&self, models: &Arc<Models>) {
        let pool = &self.0.texts;
        let (queue, busy) = (pool.queue.clone(), pool.busy.clone());
        let (models, cache) = (models.clone(), self.0.cache.clone());
        let batches = self.0.batches.clone();
        pool.grow(1, "postwright-model", move || {
            let tended = Arc::downgrade(&models);
            let tend = thread::Builder::new().name("postwright-tend".to_owned());
            if let Err(error) = tend.spawn(move || models::tend(&tended)) {
                tracing::error!("no thread to drop idle models: {error}");
            }
            let kept = (&cache, models.head.as_str());
            workers::encode(&queue, &models.ladder, kept, (&busy, &batches));
        });
    }
}

fn of_another_kind() -> EngineError {
    EngineError::Failed("the cache gave a value of another kind".to_owned())
}
