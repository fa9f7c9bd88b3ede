//! Segments that wait for a worker, each with the claim on its key.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, bounded};
use rustc_hash::FxHashMap;

use crate::analysis::report::CacheUse;
use crate::cache::{Claim, Join, Key, Lead, Outcome, Tag, Tier, TieredCache};
use crate::post::Revision;

use super::error::EngineError;
use super::lanes::{Ending, Lane, Queue, Version, Work};
use super::object::Object;

/// Told by whoever does not wait any more.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Nobody waits any more.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether nobody waits any more.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Who asks, and how urgently.
#[derive(Debug, Clone)]
pub struct Ask {
    /// How urgent it is.
    pub lane: Lane,
    /// The document's state; a newer one makes the question moot.
    pub version: Option<Version>,
    /// Whether somebody still waits.
    pub cancel: Cancel,
    /// The tag of what is told of the post as a whole.
    pub post: Option<Tag>,
}

impl Ask {
    /// A question in `lane` that no document makes moot.
    #[must_use]
    pub fn new(lane: Lane) -> Self {
        Self {
            lane,
            version: None,
            cancel: Cancel::default(),
            post: None,
        }
    }

    /// A question in `lane` about a revision of a document.
    #[must_use]
    pub fn about(lane: Lane, document: u64, revision: Revision) -> Self {
        Self {
            version: Some(Version {
                document,
                revision: revision.0,
            }),
            ..Self::new(lane)
        }
    }
}

/// What one caller waits for: its answers, one a segment.
type Answers = Result<Vec<Object>, EngineError>;

/// Segments of one caller.
pub(super) struct Task<I> {
    inputs: Vec<I>,
    leads: Vec<Mutex<Option<Lead<Object>>>>,
    tokens: Vec<usize>,
    ask: Ask,
    reply: Sender<Answers>,
}

impl<I> Task<I> {
    /// A task, and where its answers come.
    fn new(segments: Vec<Segment<I>>, ask: &Ask) -> (Self, Receiver<Answers>) {
        // The first message counts; a second one, as of a part that is dropped, is lost.
        let (reply, answers) = bounded(1);
        let tokens = segments.iter().map(|s| s.tokens).collect();
        let (inputs, leads) = segments
            .into_iter()
            .map(|s| (s.input, Mutex::new(Some(s.lead))))
            .unzip();
        let task = Self {
            inputs,
            leads,
            tokens,
            ask: ask.clone(),
            reply,
        };
        (task, answers)
    }

    /// One of its segments.
    pub(super) fn input(&self, index: usize) -> &I {
        &self.inputs[index]
    }

    /// The claim on the key of one of its segments; once.
    pub(super) fn lead(&self, index: usize) -> Option<Lead<Object>> {
        let mut lead = self.leads[index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        lead.take()
    }

    /// Estimated tokens of one of its segments.
    pub(super) fn estimate(&self, index: usize) -> usize {
        self.tokens[index].max(1)
    }

    /// Answers whoever waits. Who has been answered gets no second answer.
    pub(super) fn answer(&self, answers: Answers) {
        // Full where it was answered, closed where nobody waits.
        let _ = self.reply.try_send(answers);
    }
}

impl<I> Work for Task<I> {
    type Output = Object;

    fn tokens(&self) -> &[usize] {
        &self.tokens
    }

    fn version(&self) -> Option<Version> {
        self.ask.version
    }

    fn is_closed(&self) -> bool {
        self.ask.cancel.is_cancelled()
    }

    fn ended(self, why: Ending) {
        self.answer(Err(why.into()));
    }
}

struct Segment<I> {
    input: I,
    tokens: usize,
    lead: Lead<Object>,
}

/// Where a value of a tier came from, for a receipt.
pub(super) fn use_of(tier: Tier) -> CacheUse {
    match tier {
        Tier::Memory => CacheUse::Memory,
        Tier::Disk => CacheUse::Disk,
        Tier::Remote => CacheUse::Remote,
    }
}

/// The values of `keys`, and where they came from: those that a tier has, those that somebody computes already, and the rest
/// through `queue`; `segment` gives what is computed from, and its estimated tokens, by its index.
pub(super) fn through<I>(
    cache: &TieredCache<Object>,
    queue: &Queue<Task<I>>,
    ask: &Ask,
    keys: &[Key],
    segment: impl Fn(usize) -> (I, usize),
) -> Result<(Vec<Object>, CacheUse), EngineError> {
    let mut found: Vec<Option<Object>> = vec![None; keys.len()];
    // Who asks for a key twice would wait for himself.
    let mut first: FxHashMap<Key, usize> = FxHashMap::default();
    let mut asked = Vec::with_capacity(keys.len());
    for (index, key) in keys.iter().enumerate() {
        first.entry(*key).or_insert_with(|| {
            asked.push(index);
            index
        });
    }
    let own: Vec<Key> = asked.iter().map(|index| keys[*index]).collect();
    let mut led = Vec::new();
    let mut joined: Vec<(usize, Join<Object>)> = Vec::new();
    let mut lowest = Tier::Memory;
    for (index, claim) in asked.into_iter().zip(cache.claim_many(&own)) {
        match claim {
            Claim::Hit(value, tier) => {
                lowest = lowest.max(tier);
                found[index] = Some(value);
            }
            Claim::Lead(lead) => led.push((index, lead)),
            Claim::Join(join) => joined.push((index, join)),
            Claim::Failed(reason) => return Err(EngineError::Failed(reason.to_string())),
        }
    }
    let from = if led.is_empty() && joined.is_empty() {
        use_of(lowest)
    } else {
        CacheUse::Miss
    };
    loop {
        if !led.is_empty() {
            let (indices, leads): (Vec<usize>, Vec<Lead<Object>>) = led.drain(..).unzip();
            let segments = indices.iter().zip(leads).map(|(index, lead)| {
                let (input, tokens) = segment(*index);
                Segment {
                    input,
                    tokens,
                    lead,
                }
            });
            let (task, answers) = Task::new(segments.collect(), ask);
            queue.push(ask.lane, task).map_err(|r| r.reason)?;
            // A task that is dropped has answered before.
            let answers = answers.recv().map_err(|_| EngineError::ShutDown)??;
            for (index, answer) in indices.into_iter().zip(answers) {
                found[index] = Some(answer);
            }
        }
        // A lead that is handed over is seen to before the next join is waited for: two who hold
        // leads and wait for each other's would wait for ever.
        while let (true, Some((index, join))) = (led.is_empty(), joined.pop()) {
            match join.wait() {
                Outcome::Value(value) => found[index] = Some(value),
                Outcome::Lead(lead) => led.push((index, lead)),
                Outcome::Failed(reason) => return Err(EngineError::Failed(reason.to_string())),
            }
        }
        if led.is_empty() {
            // Every key was a hit, led, or joined, or is that of one before it.
            let all = keys.iter().map(|key| found[first[key]].clone());
            return Ok((all.flatten().collect(), from));
        }
    }
}
