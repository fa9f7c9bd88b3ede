//! The thread that embeds the sentences of an open document, one batch an edit.
//!
//! Vectors belong to texts, not to revisions, so an answer is never out of date.

use std::io;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::analysis::meaning::{ModelUse, Scorers};
use crate::cache::Scope;
use crate::model::Task;
use crate::post::Revision;

use super::error::EngineError;
use super::lanes::Lane;
use super::reader::Encoded;
use super::service::Engine;
use super::task::Ask;

/// What is known of texts.
pub struct Answer {
    /// Each text with what is known of it.
    pub encoded: Vec<(String, Arc<Encoded>)>,
    /// Why nothing is said of sentiment, where no head fits the encoder.
    pub no_sentiment: Option<String>,
    /// What reads sentences together.
    pub scorers: Scorers,
    /// What computed it.
    pub model: Arc<ModelUse>,
    /// Keys of what it computed.
    pub scope: Scope,
    /// Why it does not run where it was asked to.
    pub note: Option<String>,
}

/// What the thread has to say.
pub enum Embedded {
    /// Vectors of texts.
    Ready(Box<Answer>),
    /// There will be none; the reason is for the writer.
    Refused(String),
    /// There are none this time; another text may fare better.
    Failed(String),
}

/// The texts of a revision.
#[derive(Debug)]
struct Order {
    revision: Revision,
    texts: Vec<String>,
}

/// A handle on the thread; dropping the last one ends it.
#[derive(Clone)]
pub struct Embedder {
    orders: Sender<Order>,
}

impl Embedder {
    /// Starts the thread for the posts of `document`; nothing is loaded before the first text.
    /// `reply` is called on it and must not block.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        engine: Engine,
        document: u64,
        reply: impl Fn(Embedded) + Send + 'static,
    ) -> io::Result<Self> {
        let (orders, inbox) = unbounded();
        thread::Builder::new()
            .name("postwright-embed".to_owned())
            .spawn(move || run(&engine, document, &inbox, reply))?;
        Ok(Self { orders })
    }

    /// Asks for the vectors of a revision's texts; those of an earlier order that was not begun are
    /// left out, since an open document asks again for what it lacks.
    pub fn submit(&self, revision: Revision, texts: Vec<String>) {
        if self.orders.send(Order { revision, texts }).is_err() {
            tracing::error!("the embedding thread has ended; meaning stays as it is");
        }
    }
}

fn run(engine: &Engine, document: u64, inbox: &Receiver<Order>, reply: impl Fn(Embedded)) {
    while let Ok(mut order) = inbox.recv() {
        while let Ok(newer) = inbox.try_recv() {
            order = newer;
        }
        let ask = Ask::about(Lane::Interactive, document, order.revision);
        if let Some(embedded) = Embedded::new(engine, &ask, order.texts) {
            reply(embedded);
        }
    }
}

impl Embedded {
    /// The vectors of `texts`, or why there are none; nothing where a newer revision made the
    /// question moot.
    #[must_use]
    pub fn new(engine: &Engine, ask: &Ask, texts: Vec<String>) -> Option<Self> {
        let known = match engine.known() {
            Ok(known) => known,
            Err(reason) => return Some(Self::Refused(reason)),
        };
        let asked: Vec<&str> = texts.iter().map(String::as_str).collect();
        let told = match engine.encode(ask, &asked) {
            Ok(told) => told,
            Err(EngineError::Superseded | EngineError::Cancelled) => return None,
            Err(error) => return Some(Self::Failed(error.to_string())),
        };
        Some(Self::Ready(Box::new(Answer {
            encoded: texts.into_iter().zip(told.encoded).collect(),
            no_sentiment: known.heads.get(Task::Sentiment).err(),
            scorers: known.scorers.clone(),
            note: engine.note(),
            model: told.model,
            scope: told.scope,
        })))
    }
}
