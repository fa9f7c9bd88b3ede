//! The thread that sees to the slow stages of an open document: language, grammar, keywords.
//!
//! A job is dropped as soon as a newer revision is known; there is never more than one waiting.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::analysis::facts::LineFacts;
use crate::analysis::{Mode, Slow, Stopwatch};
use crate::post::{Post, Revision};

use super::error::EngineError;
use super::lanes::{Lane, Version};
use super::reading::{Lines, Wanted, stages};
use super::service::Engine;
use super::task::Ask;

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
    /// The slow stages of one revision.
    Slow {
        /// What it is for.
        revision: Revision,
        /// What was found.
        slow: Box<Slow>,
        /// From the beginning of the work to its end.
        took: Duration,
    },
    /// There is no answer this time; another text may fare better.
    Failed {
        /// For the writer.
        reason: String,
    },
}

/// A handle on the thread; dropping the last one ends it.
#[derive(Clone)]
pub struct Background {
    orders: Sender<Job>,
    engine: Engine,
    document: u64,
}

impl Background {
    /// Starts the thread for the posts of `document`, whose revisions grow from post to post.
    /// `reply` is called on it and must not block.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        engine: Engine,
        document: u64,
        reply: impl Fn(Reply) + Send + 'static,
    ) -> io::Result<Self> {
        let (orders, inbox) = unbounded();
        let own = engine.clone();
        thread::Builder::new()
            .name("postwright-slow".to_owned())
            .spawn(move || run(&own, document, &inbox, reply))?;
        Ok(Self {
            orders,
            engine,
            document,
        })
    }

    /// Asks for the slow stages; a job for an older revision is given up.
    pub fn submit(&self, job: Job) {
        self.supersede(job.revision);
        if self.orders.send(job).is_err() {
            tracing::error!("the slow thread has ended; grammar and keywords stay as they are");
        }
    }

    /// Gives up what runs for any revision before `revision`.
    pub fn supersede(&self, revision: Revision) {
        self.engine.supersede(Version {
            document: self.document,
            revision: revision.0,
        });
    }

    /// Replaces the writer's words.
    pub fn set_words(&self, words: Vec<String>) {
        self.engine.set_words(words);
    }
}

fn run(engine: &Engine, document: u64, inbox: &Receiver<Job>, reply: impl Fn(Reply)) {
    // The first text is not kept waiting for the checker's dictionary.
    engine.warm();
    while let Ok(mut job) = inbox.recv() {
        while let Ok(newer) = inbox.try_recv() {
            job = newer;
        }
        let began = Instant::now();
        engine.documents().see(document, &job.post);
        let ask = Ask {
            post: Some(engine.documents().tag(document)),
            ..Ask::about(Lane::Interactive, document, job.revision)
        };
        // What reads a post is partly not ours; should it panic on a text, the writer is told.
        let of = Lines {
            post: &job.post,
            lines: &job.lines,
        };
        let wanted = Wanted {
            grammar: true,
            keywords: true,
        };
        let work = || {
            let mut watch = Stopwatch::default();
            stages(engine, &ask, of, (Mode::Post, wanted), &mut watch)
        };
        match catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok(slow)) => reply(Reply::Slow {
                revision: job.revision,
                slow: Box::new(slow),
                took: began.elapsed(),
            }),
            Ok(Err(EngineError::Superseded | EngineError::Cancelled)) => {}
            Ok(Err(error)) => reply(Reply::Failed {
                reason: error.to_string(),
            }),
            Err(_) => reply(Reply::Failed {
                reason: "the analysis failed on this text; the log says where".to_owned(),
            }),
        }
    }
}
