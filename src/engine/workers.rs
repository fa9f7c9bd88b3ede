//! The threads that own what computes: grammar checkers, and the model.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::analysis::facts::LineFacts;
use crate::analysis::grammar::{Checker, Dialect, Words};
use crate::analysis::meaning::ModelUse;
use crate::cache::{Tag, TieredCache};
use crate::telemetry::Counters;

use super::error::EngineError;
use super::ladder::{Computed, Ladder, Runner};
use super::lanes::{Batch, Part, Queue};
use super::object::Object;
use super::scopes::sentences;
use super::task::Task;

/// A line to check.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) facts: Arc<LineFacts>,
}

/// A text to encode.
pub(super) struct Text {
    pub(super) text: String,
    /// What is to compute it.
    pub(super) model: Arc<ModelUse>,
}

/// What the model was asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Batches {
    /// Batches, how many failed, and how long they took.
    pub(super) counters: Counters,
    /// Texts of them.
    pub(super) texts: Arc<AtomicU64>,
}

/// Whose words a checker knows; replaced as a whole.
#[derive(Clone)]
pub(super) struct Dictionary {
    pub(super) words: Words,
    pub(super) dialect: Dialect,
    /// Grows with each replacement.
    pub(super) number: u64,
}

/// Runs checks until the queue is closed, or `stays` says no after a batch. The checker is made when it is first needed, and anew
/// where `dictionary` has changed.
pub(super) fn check(
    queue: &Queue<Task<Line>>,
    dictionary: impl Fn() -> Dictionary,
    busy: &AtomicUsize,
    stays: impl Fn() -> bool,
) {
    let mut held: Option<(u64, Checker)> = None;
    while let Some(batch) = queue.pop_batch() {
        busy.fetch_add(1, Ordering::AcqRel);
        let current = dictionary();
        for part in batch.parts {
            let checker = match &mut held {
                Some((number, checker)) if *number == current.number => checker,
                slot => {
                    let checker = Checker::new(current.words.clone(), current.dialect);
                    &mut slot.insert((current.number, checker)).1
                }
            };
            // The checker is not ours; should it panic on a text, the writer is told and it is
            // made anew, since what it holds may be half changed.
            match catch_unwind(AssertUnwindSafe(|| check_part(&part, checker))) {
                Ok(Some(values)) => finish(part, values),
                // Dropping the part tells the task why.
                Ok(None) => {}
                Err(_) => {
                    held = None;
                    let reason = "the grammar checker failed on this text; the log says where";
                    give_up(&part, reason);
                }
            }
        }
        busy.fetch_sub(1, Ordering::AcqRel);
        if !stays() {
            return;
        }
    }
}

/// Checks the lines of a part; `None` once nobody wants them.
fn check_part(part: &Part<Task<Line>>, checker: &mut Checker) -> Option<Vec<Object>> {
    let task = part.item();
    let mut values = Vec::with_capacity(part.rows());
    for index in part.texts() {
        if !part.is_wanted() {
            return None;
        }
        let line = task.input(index);
        let began = Instant::now();
        let found = checker.check(&line.text, &line.facts.parsed);
        let value = Object::Grammar(Arc::new(found));
        if let Some(lead) = task.lead(index) {
            lead.fulfil(value.clone(), began.elapsed(), &[]);
        }
        values.push(value);
    }
    Some(values)
}

/// Runs the model until the queue is closed. `head` is the sum of the head for sentiment.
pub(super) fn encode<R: Runner>(
    queue: &Queue<Task<Text>>,
    ladder: &Ladder<R>,
    (cache, head): (&TieredCache<Object>, &str),
    (busy, batches): (&AtomicUsize, &Batches),
) {
    while let Some(batch) = queue.pop_batch() {
        busy.fetch_add(1, Ordering::AcqRel);
        let texts: Vec<&str> = batch
            .parts
            .iter()
            .flat_map(|part| part.texts().map(|i| part.item().input(i).text.as_str()))
            .collect();
        let began = Instant::now();
        let computed = ladder.run(&texts);
        let took = began.elapsed();
        batches.counters.count(took, computed.is_err());
        batches
            .texts
            .fetch_add(texts.len() as u64, Ordering::Relaxed);
        match computed {
            Ok(computed) => hand_out(batch, computed, took, cache, head),
            Err(reason) => batch.parts.iter().for_each(|p| give_up(p, &reason)),
        }
        busy.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Keeps what was computed for a batch, and answers those whose texts are all there.
fn hand_out(
    batch: Batch<Task<Text>>,
    computed: Computed,
    took: Duration,
    cache: &TieredCache<Object>,
    head: &str,
) {
    let scope = sentences(&computed.model, head);
    let model = [Tag::new(format!("model:{}", computed.model.name))];
    let tokens =
        |part: &Part<Task<Text>>| -> usize { part.texts().map(|i| part.item().estimate(i)).sum() };
    let all = batch.parts.iter().map(tokens).sum::<usize>().max(1) as f64;
    let mut encoded = computed.encoded.into_iter();
    for part in batch.parts {
        let task = part.item();
        let (mut values, mut is_moved) = (Vec::with_capacity(part.rows()), false);
        for (index, encoded) in part.texts().zip(encoded.by_ref()) {
            let input = task.input(index);
            // Each text's share of the time, by its length.
            let cost = took.mul_f64(task.estimate(index) as f64 / all);
            let value = Object::Sentence(Arc::new(encoded));
            if *input.model == computed.model {
                if let Some(lead) = task.lead(index) {
                    lead.fulfil(value.clone(), cost, &model);
                }
                values.push(value);
            } else {
                // Another step computed it: it is kept under that one's key.
                cache.put(scope.key(input.text.as_bytes()), value, cost, &model);
                is_moved = true;
            }
        }
        if is_moved {
            task.answer(Err(EngineError::Moved));
        } else {
            finish(part, values);
        }
    }
}

/// Ends a part; the last part of a task answers.
fn finish<I>(part: Part<Task<I>>, values: Vec<Object>) {
    if let Some(whole) = part.finish(values) {
        whole.item.answer(Ok(whole.outputs));
    }
}

/// Tells everybody who waits for a segment of the part why it fails.
fn give_up<I>(part: &Part<Task<I>>, reason: &str) {
    for index in part.texts() {
        if let Some(lead) = part.item().lead(index) {
            lead.fail(reason);
        }
    }
    part.item()
        .answer(Err(EngineError::Failed(reason.to_owned())));
}
