//! The thread that owns harper's checker for an open document.
//!
//! One thread, because the checker's chunker model belongs to a thread. A job is dropped as soon
//! as a newer revision is known, between two lines; there is never more than one waiting.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::analysis::facts::LineFacts;
use crate::analysis::grammar::{self, Checker, Dialect, LineGrammar, Words};
use crate::analysis::language;
use crate::analysis::prose::Prose;
use crate::analysis::{Part, Slow};
use crate::post::{Post, Revision, Span};

use super::analyst::{checked_lines, post_keywords};
use super::memo::SegmentMemo;

/// The slow stages of one revision.
pub struct Job {
    /// What the result will be for.
    pub revision: Revision,
    /// The post at that revision.
    pub post: Arc<Post>,
    /// Facts of its lines.
    pub lines: Arc<[Arc<LineFacts>]>,
}

/// What the thread has to say.
pub enum Reply {
    /// The checker is loaded and warm.
    Warm {
        /// Since the thread started.
        took: Duration,
    },
    /// The slow stages of one revision.
    Slow {
        /// What it is for.
        revision: Revision,
        /// What was found.
        slow: Box<Slow>,
        /// Working time.
        took: Duration,
    },
    /// The checker panicked on the text and was made anew.
    Failed {
        /// For the writer.
        reason: String,
    },
}

/// What the thread is told.
enum Order {
    Run(Job),
    Words(Vec<String>),
}

/// A handle on the thread; dropping the last one ends it.
#[derive(Clone)]
pub struct Background {
    orders: Sender<Order>,
    latest: Arc<AtomicU64>,
}

impl Background {
    /// Starts the thread. `reply` is called on it and must not block.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        dialect: Dialect,
        user_words: Vec<String>,
        memo_lines: usize,
        reply: impl Fn(Reply) + Send + 'static,
    ) -> io::Result<Self> {
        let (orders, inbox) = unbounded();
        let latest = Arc::new(AtomicU64::new(0));
        let thread = Thread {
            dialect,
            memo_lines,
            inbox,
            latest: latest.clone(),
        };
        thread::Builder::new()
            .name("postwright-lint".to_owned())
            .spawn(move || thread.run(user_words, reply))?;
        Ok(Self { orders, latest })
    }

    /// Asks for the slow stages; a job for an older revision is given up.
    pub fn submit(&self, job: Job) {
        self.latest.store(job.revision.0, Ordering::Release);
        self.send(Order::Run(job));
    }

    /// Gives up what runs for any revision before `revision`.
    pub fn supersede(&self, revision: Revision) {
        self.latest.store(revision.0, Ordering::Release);
    }

    /// Replaces the writer's words; what was checked before is forgotten.
    pub fn set_words(&self, words: Vec<String>) {
        self.send(Order::Words(words));
    }

    fn send(&self, order: Order) {
        if self.orders.send(order).is_err() {
            tracing::error!("the lint thread has ended; grammar and keywords stay as they are");
        }
    }
}

struct Thread {
    dialect: Dialect,
    memo_lines: usize,
    inbox: Receiver<Order>,
    latest: Arc<AtomicU64>,
}

impl Thread {
    fn run(self, mut user_words: Vec<String>, reply: impl Fn(Reply)) {
        let started = Instant::now();
        let (mut checker, mut memo) = self.equip(user_words.clone());
        checker.warm_up();
        reply(Reply::Warm {
            took: started.elapsed(),
        });
        while let Ok(first) = self.inbox.recv() {
            let mut job = None;
            for order in std::iter::once(first).chain(self.inbox.try_iter()) {
                match order {
                    Order::Run(newer) => job = Some(newer),
                    Order::Words(words) => {
                        (checker, memo) = self.equip(words.clone());
                        user_words = words;
                    }
                }
            }
            let Some(job) = job else { continue };
            let began = Instant::now();
            // The checker is not ours; should it panic on a text, the writer is told and it is
            // made anew, since what it holds may be half changed.
            let work = AssertUnwindSafe(|| self.work(&job, &mut checker, &mut memo));
            match catch_unwind(work) {
                Ok(Some(slow)) => reply(Reply::Slow {
                    revision: job.revision,
                    slow: Box::new(slow),
                    took: began.elapsed(),
                }),
                Ok(None) => {}
                Err(_) => {
                    let reason = "the grammar checker failed on this text; the log says where";
                    reply(Reply::Failed {
                        reason: reason.to_owned(),
                    });
                    (checker, memo) = self.equip(user_words.clone());
                }
            }
        }
    }

    fn equip(&self, user_words: Vec<String>) -> (Checker, SegmentMemo<LineGrammar>) {
        let checker = Checker::new(Words::new(user_words.clone()), self.dialect);
        let settings = format!("{:?}/{user_words:?}", self.dialect);
        (
            checker,
            SegmentMemo::new("grammar", &settings, self.memo_lines),
        )
    }

    fn work(
        &self,
        job: &Job,
        checker: &mut Checker,
        memo: &mut SegmentMemo<LineGrammar>,
    ) -> Option<Slow> {
        let stale = || self.latest.load(Ordering::Acquire) != job.revision.0;
        let prose = Prose::new(&job.lines);
        let language = language::detect(&prose.text);
        let refused =
            language::not_english(&language).or_else(|| grammar::refusal(prose.text.len()));
        if let Some(reason) = refused {
            return Some(Slow {
                language,
                grammar: Part::Unavailable(reason.clone()),
                keywords: Part::Unavailable(reason.clone()),
                vectors: Part::Unavailable(reason),
            });
        }
        let grammar = checked_lines(&job.post, &job.lines, memo, checker, stale)?;
        let phrases: Vec<Vec<Span>> = grammar.iter().map(|g| g.noun_phrases.clone()).collect();
        if stale() {
            return None;
        }
        let keywords = post_keywords(&job.post, &job.lines, &prose, &phrases);
        Some(Slow {
            language,
            grammar: Part::Ready(grammar),
            keywords: Part::Ready(keywords),
            vectors: Part::Omitted,
        })
    }
}
