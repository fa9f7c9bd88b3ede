//! Superposition: what each suggested fix would change, computed while nobody types.
//!
//! A candidate is the whole text with one fix. Only its segments that are not known yet are
//! computed, in the lane for speculation, and kept under their content: choosing a fix then finds
//! them. The next keystroke gives up what is left.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};
use rustc_hash::FxHashSet;
use serde::Serialize;

use crate::analysis::Settings;
use crate::analysis::facts::LineFacts;
use crate::analysis::report::LocatedFinding;
use crate::cache::{Key, Scope};
use crate::post::{Post, Revision};

use super::error::EngineError;
use super::lanes::Lane;
use super::object::Object;
use super::service::Engine;
use super::task::Ask;
use super::{encoders, scopes};

/// Candidates of a text at most.
const MOST_CANDIDATES: usize = 8;
/// Segments whose use is waited for at most; beyond, the oldest count as unused.
const MOST_WAITING: usize = 4_096;

/// What superposition did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Figures {
    /// Segments computed before anybody asked.
    pub started: u64,
    /// Those that somebody asked for later.
    pub used: u64,
}

impl Figures {
    /// Used of all started, 0 to 1; `None` before the first.
    #[must_use]
    pub fn useful_rate(&self) -> Option<f64> {
        (self.started > 0).then(|| self.used as f64 / self.started as f64)
    }
}

/// Segments that were computed before anybody asked.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    keys: Mutex<FxHashSet<Key>>,
    /// How many there are, for those who look whether there is any.
    len: AtomicUsize,
    started: AtomicU64,
    used: AtomicU64,
}

impl Waiting {
    /// Takes note of segments that are computed ahead.
    pub(super) fn start(&self, started: &[Key]) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() + started.len() > MOST_WAITING {
            keys.clear();
        }
        keys.extend(started);
        self.len.store(keys.len(), Ordering::Release);
        self.started
            .fetch_add(started.len() as u64, Ordering::Relaxed);
    }

    /// Takes note of segments that somebody asks for.
    pub(super) fn ask(&self, asked: &[Key]) {
        if self.len.load(Ordering::Acquire) == 0 {
            return;
        }
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let used = asked.iter().filter(|key| keys.remove(key)).count();
        self.len.store(keys.len(), Ordering::Release);
        self.used.fetch_add(used as u64, Ordering::Relaxed);
    }

    pub(super) fn figures(&self) -> Figures {
        Figures {
            started: self.started.load(Ordering::Relaxed),
            used: self.used.load(Ordering::Relaxed),
        }
    }
}

/// The texts that come of the first fixes among `findings`, one each.
#[must_use]
pub fn candidates(text: &str, findings: &[LocatedFinding]) -> Vec<String> {
    let fixed = findings.iter().filter_map(|finding| {
        let fix = finding.replacements.first()?;
        let span = finding.span.span();
        let (before, after) = (text.get(..span.start)?, text.get(span.end..)?);
        Some([before, fix, after].concat())
    });
    fixed.take(MOST_CANDIDATES).collect()
}

/// The candidates of a revision.
#[derive(Debug)]
struct Order {
    revision: Revision,
    texts: Vec<String>,
}

/// A handle on the thread; dropping the last one ends it.
#[derive(Debug, Clone)]
pub struct Superposition {
    orders: Sender<Order>,
}

impl Superposition {
    /// Starts the thread for the posts of `document`. `done` is called on it after each revision's
    /// candidates, with whether all of them were computed.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        engine: Engine,
        settings: &Settings,
        document: u64,
        done: impl Fn(Revision, bool) + Send + 'static,
    ) -> io::Result<Self> {
        let (orders, inbox) = unbounded();
        let facts = scopes::facts(settings);
        let rules = settings.clone();
        thread::Builder::new()
            .name("postwright-idle".to_owned())
            .spawn(move || {
                let ahead = Ahead {
                    engine,
                    facts,
                    settings: rules,
                };
                run(&ahead, document, &inbox, done);
            })?;
        Ok(Self { orders })
    }

    /// Computes candidates of a revision, unless newer ones come first.
    pub fn submit(&self, revision: Revision, texts: Vec<String>) {
        if self.orders.send(Order { revision, texts }).is_err() {
            tracing::error!("the idle thread has ended; fixes are computed when they are chosen");
        }
    }
}

struct Ahead {
    engine: Engine,
    facts: Scope,
    settings: Settings,
}

fn run(ahead: &Ahead, document: u64, inbox: &Receiver<Order>, done: impl Fn(Revision, bool)) {
    while let Ok(mut order) = inbox.recv() {
        while let Ok(newer) = inbox.try_recv() {
            order = newer;
        }
        let ask = Ask::about(Lane::Speculative, document, order.revision);
        let computed = order.texts.iter().try_for_each(|text| {
            if inbox.is_empty() {
                ahead.compute(&ask, text)
            } else {
                Err(EngineError::Superseded)
            }
        });
        done(order.revision, computed.is_ok());
    }
}

impl Ahead {
    /// Computes the segments of `text` that are not known yet.
    fn compute(&self, ask: &Ask, text: &str) -> Result<(), EngineError> {
        let post = Post::new(text);
        let cache = self.engine.cache();
        let lines = LineFacts::of_post(&post, |line| {
            match cache.glance(&self.facts.key(line.as_bytes())) {
                Some(Object::Facts(facts)) => facts,
                _ => Arc::new(LineFacts::of(line, Some(&self.settings.rules))),
            }
        });
        let grammar = self.engine.grammar_scope();
        let mut unknown: Vec<(Key, (&str, &Arc<LineFacts>))> = post
            .lines()
            .iter()
            .map(|line| line.span.of(post.text()))
            .zip(&lines)
            .map(|(line, facts)| (grammar.key(line.as_bytes()), (line, facts)))
            .filter(|(key, _)| cache.glance(key).is_none())
            .collect();
        unknown.dedup_by_key(|(key, _)| *key);
        let (keys, unknown): (Vec<Key>, Vec<_>) = unknown.into_iter().unzip();
        if !unknown.is_empty() {
            self.engine.waiting().start(&keys);
            self.engine.check(ask, &unknown)?;
        }
        let Ok((_, scope)) = self.engine.sentence_scope() else {
            return Ok(());
        };
        let mut texts = encoders::sentence_texts(&lines).unwrap_or_default();
        texts.sort_unstable();
        texts.dedup();
        texts.retain(|text| cache.glance(&scope.key(text.as_bytes())).is_none());
        if !texts.is_empty() {
            let keys: Vec<Key> = texts.iter().map(|t| scope.key(t.as_bytes())).collect();
            self.engine.waiting().start(&keys);
            self.engine.encode(ask, &texts)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::engagement::Context;
    use crate::analysis::{PartSet, Report};
    use crate::engine::lanes::Version;
    use crate::engine::{Analyst, Encoders};
    use crate::model;

    const TEXT: &str = "We utilize a stratgy.\nIt was was good. Nothing else is wrong.";

    fn report(engine: &Engine, text: &str) -> Report {
        let mut analyst = Analyst::new(Settings::default(), engine.clone(), Lane::Interactive);
        analyst.analyse(text, &Context::default(), PartSet::ALL, false)
    }

    #[test]
    fn a_fix_that_is_chosen_finds_its_segments() {
        let engine = Engine::in_memory(Encoders::new(model::Settings::default()));
        let told = report(&engine, TEXT);
        let texts = candidates(TEXT, told.findings.ready().unwrap());
        assert!(texts.len() >= 2, "{texts:?}");
        let (sender, done) = unbounded();
        let tell = move |revision, all| sender.send((revision, all)).unwrap();
        let idle = Superposition::start(engine.clone(), &Settings::default(), 77, tell).unwrap();
        idle.submit(Revision(1), texts.clone());
        assert_eq!(done.recv().unwrap(), (Revision(1), true));
        let figures = engine.waiting().figures();
        assert!(figures.started >= 2 && figures.used == 0, "{figures:?}");
        let computed = |engine: &Engine| {
            let kinds = engine.cache().stats().overall.kinds;
            kinds[1].1.values + kinds[2].1.values
        };
        let (before, keywords) = (computed(&engine), figures.used);
        report(&engine, &texts[0]);
        let figures = engine.waiting().figures();
        assert!(figures.used > keywords, "{figures:?}");
        // A keyword may be new; its line and its sentence are not.
        let grammar = engine.cache().stats().overall.kinds[1].1.values;
        report(&engine, &texts[0]);
        assert_eq!(engine.cache().stats().overall.kinds[1].1.values, grammar);
        assert!(computed(&engine) >= before);
        assert!(figures.useful_rate().is_some_and(|rate| rate > 0.0));
    }

    #[test]
    fn an_edit_gives_up_what_is_left() {
        let engine = Engine::in_memory(Encoders::new(model::Settings::default()));
        let (sender, done) = unbounded();
        let tell = move |revision, all| sender.send((revision, all)).unwrap();
        let idle = Superposition::start(engine.clone(), &Settings::default(), 78, tell).unwrap();
        engine.supersede(Version {
            document: 78,
            revision: 5,
        });
        idle.submit(Revision(4), vec!["An older text.".to_owned()]);
        assert_eq!(done.recv().unwrap(), (Revision(4), false));
    }

    #[test]
    fn candidates_are_the_text_with_one_fix() {
        let engine = Engine::in_memory(Encoders::new(model::Settings {
            backend: model::Backend::Off,
            ..model::Settings::default()
        }));
        let told = report(&engine, TEXT);
        let texts = candidates(TEXT, told.findings.ready().unwrap());
        let fixed = "We use a stratgy.\nIt was was good. Nothing else is wrong.";
        assert!(texts.iter().any(|t| t == fixed), "{texts:?}");
        assert!(texts.len() <= MOST_CANDIDATES && candidates(TEXT, &[]).is_empty());
    }
}
