//! The threads that look for better versions of an open document: single suggestions while the
//! writer rests, and whole variants once the writer asks for them.

use std::cell::OnceCell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::analysis::Settings;
use crate::post::Revision;
use crate::rewrite::search::{Goal, GoalWeights, Optimised, Previews};

use super::error::EngineError;
use super::lanes::Lane;
use super::rewrites::{Rewriter, Wish};
use super::service::Engine;
use super::task::Ask;

/// What is wanted of all rewrites.
#[derive(Debug, Clone)]
pub struct Aims {
    /// What suggestions are measured by.
    pub goal: Goal,
    /// What each goal means; it takes the place of the weights of the wish.
    pub weights: GoalWeights,
    /// Everything else.
    pub wish: Wish,
    /// How long a search for variants may take.
    pub budget: Duration,
}

impl Aims {
    fn wish(&self, goal: Goal) -> Wish {
        Wish {
            weights: self.weights.of(goal),
            ..self.wish.clone()
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The text has changed since, or something newer was asked for.
    Moot,
    /// The reason, for the writer.
    Failed(String),
}

/// What the threads have to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Rewritten {
    /// Single steps for a revision, with what each would be worth.
    Suggested {
        revision: Revision,
        result: Result<Box<Previews>, Failure>,
    },
    /// Whole variants of a revision for a goal.
    Varied {
        revision: Revision,
        goal: Goal,
        result: Result<Box<Optimised>, Failure>,
    },
}

/// The text of a revision, and what it shall become better at.
#[derive(Debug)]
struct Order {
    revision: Revision,
    text: String,
    goal: Goal,
}

/// A handle on the threads; dropping the last one ends them.
#[derive(Debug, Clone)]
pub struct Rewriting {
    goal: Goal,
    suggest: Sender<Order>,
    vary: Sender<Order>,
}

/// What the threads share.
struct Shop {
    rewriter: Rewriter,
    aims: Aims,
    document: u64,
}

impl Rewriting {
    /// Starts the threads for the posts of `document`, whose revisions grow from post to post.
    /// `reply` is called on them after each order and must not block.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        engine: &Engine,
        settings: &Settings,
        document: u64,
        aims: &Aims,
        reply: impl Fn(Rewritten) + Clone + Send + 'static,
    ) -> io::Result<Self> {
        let shop = || Shop {
            rewriter: Rewriter::new(settings.clone(), engine.clone()),
            aims: aims.clone(),
            document,
        };
        let (suggest, to_suggest) = unbounded();
        let (own, told) = (shop(), reply.clone());
        thread::Builder::new()
            .name("postwright-suggest".to_owned())
            .spawn(move || serve(&to_suggest, |order| told(own.suggest(order))))?;
        let (vary, to_vary) = unbounded();
        let own = shop();
        let newer: Receiver<Order> = to_vary.clone();
        thread::Builder::new()
            .name("postwright-vary".to_owned())
            .spawn(move || serve(&to_vary, |order| reply(own.vary(order, &newer))))?;
        Ok(Self {
            goal: aims.goal,
            suggest,
            vary,
        })
    }

    /// Asks for single suggestions, while nobody types; a newer revision gives them up.
    pub fn suggest(&self, revision: Revision, text: String) {
        let goal = self.goal;
        let order = Order {
            revision,
            text,
            goal,
        };
        if self.suggest.send(order).is_err() {
            tracing::error!("the thread of suggestions has ended; there will be none");
        }
    }

    /// Asks for variants that serve `goal`; a newer revision or order gives them up.
    pub fn vary(&self, revision: Revision, text: String, goal: Goal) {
        let order = Order {
            revision,
            text,
            goal,
        };
        if self.vary.send(order).is_err() {
            tracing::error!("the thread of variants has ended; there will be none");
        }
    }
}

fn serve(inbox: &Receiver<Order>, work: impl Fn(Order)) {
    while let Ok(mut order) = inbox.recv() {
        while let Ok(newer) = inbox.try_recv() {
            order = newer;
        }
        work(order);
    }
}

/// What reads a post is partly not ours; should it panic on a text, the writer is told.
fn caught<T>(work: impl FnOnce() -> Result<T, EngineError>) -> Result<Box<T>, Failure> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(found)) => Ok(Box::new(found)),
        Ok(Err(EngineError::Superseded | EngineError::Cancelled)) => Err(Failure::Moot),
        Ok(Err(error)) => Err(Failure::Failed(error.to_string())),
        Err(_) => Err(Failure::Failed(
            "the search failed on this text; the log says where".to_owned(),
        )),
    }
}

impl Shop {
    fn suggest(&self, order: Order) -> Rewritten {
        let revision = order.revision;
        let ask = Ask::about(Lane::Speculative, self.document, revision);
        let wish = self.aims.wish(order.goal);
        let result = caught(|| self.rewriter.suggestions(&ask, &order.text, &wish));
        // Without the original's measures the scorer stopped: the question became moot.
        let result = match result {
            Ok(found) if found.original.is_none() => Err(Failure::Moot),
            result => result,
        };
        Rewritten::Suggested { revision, result }
    }

    fn vary(&self, order: Order, newer: &Receiver<Order>) -> Rewritten {
        let Order {
            revision,
            text,
            goal,
        } = order;
        let ask = Ask::about(Lane::Interactive, self.document, revision);
        // What is loaded for the first text is no search.
        let end = OnceCell::new();
        let is_over = || {
            let end = *end.get_or_init(|| Instant::now() + self.aims.budget);
            !newer.is_empty() || Instant::now() >= end
        };
        let wish = self.aims.wish(goal);
        let result = caught(|| self.rewriter.variants(&ask, &text, &wish, &is_over));
        let result = match result {
            Ok(_) if !newer.is_empty() => Err(Failure::Moot),
            result => result,
        };
        Rewritten::Varied {
            revision,
            goal,
            result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Encoders;
    use crate::engine::lanes::Version;
    use crate::model;
    use crate::rewrite::search::Limits;

    const TEXT: &str = "In order to win, we utilize a plan. It is a good plan for all of us.\n";

    fn start(document: u64) -> (Engine, Rewriting, Receiver<Rewritten>) {
        let engine = Engine::in_memory(Encoders::new(model::Settings {
            backend: model::Backend::Off,
            ..model::Settings::default()
        }));
        let aims = Aims {
            goal: Goal::Overall,
            weights: GoalWeights::default(),
            wish: Wish {
                weights: GoalWeights::default().of(Goal::Length),
                limits: Limits::default(),
                keep: Vec::new(),
                tone: None,
                length: None,
                grade: 10.0,
                hashtags: 0,
                distinguished: Default::default(),
                seed: 0,
            },
            budget: Duration::from_secs(60),
        };
        let (sender, told) = unbounded();
        let reply = move |r| sender.send(r).unwrap();
        let rewriting =
            Rewriting::start(&engine, &Settings::default(), document, &aims, reply).unwrap();
        (engine, rewriting, told)
    }

    #[test]
    fn suggestions_and_variants_come_with_their_revision() {
        let (_, rewriting, told) = start(91);
        rewriting.suggest(Revision(1), TEXT.to_owned());
        let Rewritten::Suggested { revision, result } = told.recv().unwrap() else {
            panic!("no suggestions");
        };
        let found = result.unwrap();
        assert_eq!(revision, Revision(1));
        let best = &found.suggestions[0];
        assert!(best.gain.is_some_and(|g| g > 0.0), "{best:?}");
        rewriting.vary(Revision(1), TEXT.to_owned(), Goal::Clarity);
        let Rewritten::Varied { goal, result, .. } = told.recv().unwrap() else {
            panic!("no variants");
        };
        assert_eq!(goal, Goal::Clarity);
        assert!(result.is_ok());
    }

    #[test]
    fn a_newer_revision_makes_both_moot() {
        let (engine, rewriting, told) = start(92);
        engine.supersede(Version {
            document: 92,
            revision: 5,
        });
        rewriting.suggest(Revision(4), TEXT.to_owned());
        let moot = |told: Rewritten| match told {
            Rewritten::Suggested { result, .. } => result.unwrap_err() == Failure::Moot,
            Rewritten::Varied { result, .. } => result.unwrap_err() == Failure::Moot,
        };
        assert!(moot(told.recv().unwrap()));
        rewriting.vary(Revision(4), TEXT.to_owned(), Goal::Overall);
        assert!(moot(told.recv().unwrap()));
    }
}
