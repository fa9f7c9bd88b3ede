//! The thread that embeds the sentences of an open document, one batch an edit.
//!
//! Vectors belong to texts, not to revisions, so an answer is never out of date.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use crate::analysis::meaning::{ModelUse, Scorers};

use crate::model::Task;

use super::encoders::{self, Encoders};
use super::reader::Encoded;
use super::scorers::scorers;

/// What is known of texts.
pub struct Answer {
    /// Each text with what is known of it.
    pub encoded: Vec<(String, Encoded)>,
    /// Why nothing is said of sentiment, where no head fits the encoder.
    pub no_sentiment: Option<String>,
    /// What reads sentences together.
    pub scorers: Scorers,
    /// What computed it.
    pub model: ModelUse,
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

/// A handle on the thread; dropping the last one ends it.
#[derive(Clone)]
pub struct Embedder {
    orders: Sender<Vec<String>>,
}

impl Embedder {
    /// Starts the thread; nothing is loaded before the first text. `reply` is called on it and
    /// must not block.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        encoders: Encoders,
        reply: impl Fn(Embedded) + Send + 'static,
    ) -> io::Result<Self> {
        let (orders, inbox) = unbounded();
        thread::Builder::new()
            .name("postwright-embed".to_owned())
            .spawn(move || run(&encoders, &inbox, reply))?;
        Ok(Self { orders })
    }

    /// Asks for the vectors of texts; those of an earlier order that was not begun are left out,
    /// since an open document asks again for what it lacks.
    pub fn submit(&self, texts: Vec<String>) {
        if self.orders.send(texts).is_err() {
            tracing::error!("the embedding thread has ended; meaning stays as it is");
        }
    }
}

fn run(encoders: &Encoders, inbox: &Receiver<Vec<String>>, reply: impl Fn(Embedded)) {
    let mut wait = None;
    while let Some(mut texts) = next(inbox, &mut wait, encoders) {
        while let Ok(newer) = inbox.try_recv() {
            texts = newer;
        }
        // The device's driver is not ours; should it panic, the writer is told.
        let answer = catch_unwind(AssertUnwindSafe(|| Embedded::new(encoders, texts)));
        reply(answer.unwrap_or_else(|_| {
            encoders.reset();
            Embedded::Failed("the encoder failed on this text; the log says where".to_owned())
        }));
        wait = encoders.drop_idle();
    }
}

/// The next order; the encoder is dropped when none comes for long. `None` when there will be none.
fn next(
    inbox: &Receiver<Vec<String>>,
    wait: &mut Option<Duration>,
    encoders: &Encoders,
) -> Option<Vec<String>> {
    while let Some(patience) = *wait {
        match inbox.recv_timeout(patience) {
            Ok(texts) => return Some(texts),
            Err(RecvTimeoutError::Timeout) => *wait = encoders.drop_idle(),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    inbox.recv().ok()
}

impl Embedded {
    /// The vectors of `texts`, or why there are none.
    #[must_use]
    pub fn new(encoders: &Encoders, texts: Vec<String>) -> Self {
        let embed = || {
            let reader = encoders.get()?;
            let (encoded, identity) = reader.sentences(&texts).map_err(|e| e.to_string())?;
            Ok(Answer {
                encoded: texts.into_iter().zip(encoded).collect(),
                no_sentiment: reader.heads().get(Task::Sentiment).err(),
                scorers: scorers(reader.heads()),
                model: encoders::model_use(identity),
                note: reader.encoder().note(),
            })
        };
        match embed() {
            Ok(answer) => Self::Ready(Box::new(answer)),
            Err(reason) => Self::Refused(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Backend, Settings};

    fn answers(backend: Backend, orders: &[&[&str]]) -> Vec<Embedded> {
        let settings = Settings {
            backend,
            ..Settings::default()
        };
        let (sender, replies) = unbounded();
        let embedder = Embedder::start(Encoders::new(settings), move |reply| {
            sender.send(reply).unwrap();
        })
        .unwrap();
        for order in orders {
            embedder.submit(order.iter().map(|t| (*t).to_owned()).collect());
        }
        // The thread answers what it has, and ends.
        drop(embedder);
        replies.iter().collect()
    }

    #[test]
    fn the_last_order_is_answered() {
        let told = answers(Backend::Cpu, &[&["one"], &["two"], &["three", "four"]]);
        let Some(Embedded::Ready(told)) = told.last() else {
            panic!("no vectors");
        };
        let texts: Vec<&str> = told.encoded.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["three", "four"]);
        assert_eq!(told.model.backend, "cpu");
    }

    #[test]
    fn without_a_backend_it_says_so() {
        let told = answers(Backend::Off, &[&["one"]]);
        assert!(matches!(&told[..], [Embedded::Refused(reason)] if reason.contains("off")));
    }
}
