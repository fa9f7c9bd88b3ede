//! Writes what waits, batch by batch.

use std::sync::Arc;
use std::time::Duration;

use redis::{RedisResult, Value};
use tokio::time::{Instant, sleep};

use super::link::WRITE;
use super::queue::Batch;
use super::state::State;

/// The pause after a batch that failed.
const AGAIN: Duration = Duration::from_millis(100);

/// Writes until the queue is closed and everything is written that can be.
pub(super) async fn run(state: Arc<State>) {
    loop {
        state.queue.filled.notified().await;
        while let Some(batch) = next(&state) {
            if write(&state, batch).await.is_err() {
                sleep(AGAIN).await;
            }
        }
        if state.queue.is_closed() {
            return;
        }
    }
}

/// The next batch, if there is a connection to send it over.
fn next(state: &State) -> Option<Batch> {
    if state.is_up() {
        state.queue.take()
    } else {
        None
    }
}

/// Sends a batch. Entries that fail are lost: the next machine computes them again. Invalidations
/// wait for another batch.
async fn write(state: &State, batch: Batch) -> Result<(), GivenUp> {
    let Some(mut link) = state.link() else {
        return Err(give_up(state, batch));
    };
    let Ok(permit) = state.breaker.acquire() else {
        state.close(&link);
        return Err(give_up(state, batch));
    };
    let entries = batch.entries.iter();
    let mut commands: Vec<_> = entries
        .map(|e| state.keys.write(&e.key, &e.bytes, e.ttl))
        .collect();
    commands.extend(state.keys.raise(&batch.generations));
    let sent = link.link.send(commands);
    let failure = match state.attempt(Instant::now() + WRITE, WRITE, sent).await {
        Ok(answers) => {
            // A server that is full or read-only still answers questions.
            permit.succeed();
            count(state, &answers, &batch);
            return Ok(());
        }
        Err(failure) => failure,
    };
    state.fail(&link, permit, &failure);
    Err(give_up(state, batch))
}

/// The batch was not written.
struct GivenUp;

fn give_up(state: &State, batch: Batch) -> GivenUp {
    state.counters.lost.add(batch.entries.len());
    if !batch.generations.is_empty() {
        state
            .counters
            .dropped
            .add(state.queue.raise(batch.generations));
    }
    GivenUp
}

/// Counts what became of the entries, whose answers come first, and of the invalidations.
fn count(state: &State, answers: &[RedisResult<Value>], batch: &Batch) {
    let (entries, raised) = answers.split_at(batch.entries.len().min(answers.len()));
    let written = entries.iter().filter(|a| a.is_ok()).count();
    state.counters.written.add(written);
    state.counters.lost.add(batch.entries.len() - written);
    if let Some(error) = entries.iter().find_map(|a| a.as_ref().err()) {
        let reason = state.note(&error.to_string());
        tracing::debug!("the remote cache refuses entries: {reason}");
    }
    if let Some(error) = raised.iter().find_map(|a| a.as_ref().err()) {
        // It would refuse them again; entries of other machines stay until they expire.
        state.counters.dropped.add(batch.generations.len());
        let reason = state.note(&error.to_string());
        tracing::warn!("the remote cache refuses invalidations: {reason}");
    }
}
