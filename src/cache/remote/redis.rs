//! The tier that machines share, on a Valkey or Redis server (7.0 or newer) or a cluster of them.
//!
//! One thread owns the connection. A caller hands it a question and waits for at most the timeout,
//! whatever the server does; while there is no connection, or the breaker has a break, it does not
//! wait at all. Writes wait in a queue and are sent in batches.
//!
//! An entry is kept under `<namespace>:<key in hex>` and always expires. Generations of tags are
//! scores of one sorted set, `<namespace>:generations`, which expires later than any entry.
//!
//! What must not happen: a caller that connects, or waits for longer than the timeout; a password
//! in a name, a log or an error; a key without an expiry; a value of somebody else taken for ours
//! beyond what its checksum refutes.

mod address;
mod counts;
mod keeper;
mod keys;
mod link;
mod queue;
mod reader;
mod settings;
mod state;
#[cfg(test)]
mod tests;
mod writer;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use redis::{Cmd, RedisResult, Value};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{self, Sender, error::TrySendError};

use super::{RemoteError, RemoteTier};
use crate::cache::key::Key;
use crate::cache::tags::Tag;
use crate::resilience::{Breaker, Faults};

pub use address::AddressError;
pub use counts::RedisCounts;
pub use settings::{LONGEST_TTL, RedisSettings, RedisSettingsError};

use address::Address;
use keys::{Keys, LARGEST};
use queue::{Entry, Queue};
use reader::{Answers, Question, is_wrong_type};
use state::State;

/// Most questions that wait for the thread.
const QUESTIONS: usize = 1024;
/// Scores are doubles, which hold whole numbers below this exactly.
const FIRST_INEXACT: u64 = 1 << 53;
/// How long the end of the program waits for the last writes.
const FAREWELL: Duration = Duration::from_millis(100);

/// The remote tier on Valkey or Redis. Dropping it ends its thread, after the last writes where
/// they take no longer than 100 ms.
pub struct RedisTier {
    state: Arc<State>,
    questions: Sender<Question>,
    name: String,
    /// Closed when the thread has written what it could.
    ended: Receiver<()>,
}

impl RedisTier {
    /// Starts the thread, which connects by itself; until it has, every question is answered by
    /// [`RemoteError::Unavailable`]. `faults` may break it at the point `remote`.
    ///
    /// # Errors
    /// Where a setting is out of its range, or the system gives no thread.
    pub fn start(
        settings: &RedisSettings,
        breaker: Breaker,
        faults: &Faults,
    ) -> Result<Self, RedisSettingsError> {
        settings.check()?;
        let address = Address::parse(&settings.url)?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(RedisSettingsError::Thread)?;
        let state = Arc::new(State::new(
            breaker,
            faults.at("remote"),
            Keys::new(&settings.namespace),
            Queue::new(settings.queue),
            settings.timeout,
            settings.ttl,
        ));
        let (questions, asked) = mpsc::channel(QUESTIONS);
        let (end, ended) = bounded::<()>(0);
        let name = address.name();
        let shared = state.clone();
        thread::Builder::new()
            .name("postwright-remote".to_owned())
            .spawn(move || {
                serve(runtime, shared, address, asked);
                drop(end);
            })
            .map_err(RedisSettingsError::Thread)?;
        Ok(Self {
            state,
            questions,
            name,
            ended,
        })
    }

    /// What happened so far.
    #[must_use]
    pub fn counts(&self) -> RedisCounts {
        self.state.counters.read()
    }

    /// Whether there is a connection, so that questions are asked at all.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.state.is_up()
    }

    /// Answers to `commands`, or why there are none.
    fn ask(&self, commands: impl FnOnce(&Keys) -> Vec<Cmd>) -> Answers {
        let (state, counters) = (&self.state, &self.state.counters);
        if !state.is_up() {
            counters.unasked.add(1);
            return Err(state.reason());
        }
        let (answers, answered) = bounded(1);
        let until = Instant::now() + state.timeout;
        let question = Question {
            commands: commands(&state.keys),
            until,
            answers,
        };
        match self.questions.try_send(question) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                counters.unasked.add(1);
                return Err(format!("{QUESTIONS} questions wait already"));
            }
            Err(TrySendError::Closed(_)) => {
                counters.unasked.add(1);
                return Err("its thread has ended".to_owned());
            }
        }
        match answered.recv_deadline(until) {
            Ok(Ok(answers)) => Ok(answers),
            Ok(Err(reason)) => {
                counters.failed.add(1);
                Err(reason)
            }
            // The thread drops a question whose time is up.
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                counters.late.add(1);
                Err(format!("no answer within {:?}", state.timeout))
            }
        }
    }

    /// What one key's answer comes to.
    fn entry(&self, answer: RedisResult<Value>) -> Result<Vec<u8>, RemoteError> {
        let counters = &self.state.counters;
        match answer {
            Ok(Value::BulkString(bytes)) if bytes.len() > LARGEST => counters.oversized.add(1),
            Ok(Value::BulkString(mut bytes)) if !bytes.is_empty() => {
                counters.hits.add(1);
                if self.state.faults.corrupts() {
                    bytes[0] ^= 1;
                }
                return Ok(bytes);
            }
            Ok(Value::BulkString(_) | Value::Nil) => {}
            // The server answers `GETRANGE` by bytes, so anything else is nothing of ours.
            Ok(_) => counters.wrong_type.add(1),
            Err(error) if is_wrong_type(&error) => counters.wrong_type.add(1),
            Err(error) => {
                return Err(RemoteError::Unavailable(
                    self.state.note(&error.to_string()),
                ));
            }
        }
        counters.misses.add(1);
        Err(RemoteError::Miss)
    }
}

impl RemoteTier for RedisTier {
    fn get(&self, keys: &[Key]) -> Vec<Result<Vec<u8>, RemoteError>> {
        if keys.is_empty() {
            return Vec::new();
        }
        match self.ask(|names| keys.iter().map(|key| names.read(key)).collect()) {
            Ok(answers) => answers.into_iter().map(|a| self.entry(a)).collect(),
            Err(reason) => vec![Err(RemoteError::Unavailable(reason)); keys.len()],
        }
    }

    fn put(&self, entries: Vec<(Key, Vec<u8>, Duration)>) {
        let state = &self.state;
        let given = entries.len();
        let longest = state.ttl;
        let fit: Vec<Entry> = entries
            .into_iter()
            .filter(|(_, bytes, _)| bytes.len() <= LARGEST)
            .map(|(key, bytes, ttl)| Entry {
                key,
                bytes,
                // The server knows no shorter time, and refuses none at all.
                ttl: ttl.clamp(Duration::from_millis(1), longest),
            })
            .collect();
        state.counters.oversized.add(given - fit.len());
        state.counters.dropped.add(state.queue.put(fit));
    }

    fn invalidate(&self, tags: &[Tag], generation: u64) {
        let raised = tags.iter().map(|tag| (tag.name().to_owned(), generation));
        let dropped = self.state.queue.raise(raised);
        self.state.counters.dropped.add(dropped);
    }

    fn invalidated_since(&self, since: u64) -> Result<Vec<(Tag, u64)>, RemoteError> {
        let unavailable = |reason| Err(RemoteError::Unavailable(reason));
        let answers = match self.ask(|names| vec![names.raised_since(since)]) {
            Ok(answers) => answers,
            Err(reason) => return unavailable(reason),
        };
        let mut raised = Vec::new();
        for answer in answers {
            match answer.and_then(|a| Ok(redis::from_redis_value::<Vec<(Vec<u8>, String)>>(a)?)) {
                Ok(pairs) => raised.extend(pairs.into_iter().filter_map(generation)),
                Err(error) => {
                    self.state.counters.wrong_type.add(1);
                    return unavailable(self.state.note(&error.to_string()));
                }
            }
        }
        Ok(raised)
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}

impl Drop for RedisTier {
    fn drop(&mut self) {
        let was_up = self.state.is_up();
        self.state.queue.close();
        self.state.stopped.notify_one();
        if was_up && self.ended.recv_timeout(FAREWELL) == Err(RecvTimeoutError::Timeout) {
            tracing::debug!("the last writes to the remote cache {} are lost", self.name);
        }
    }
}

/// A tag and its generation; `None` where somebody else wrote them.
fn generation((tag, score): (Vec<u8>, String)) -> Option<(Tag, u64)> {
    let name = str::from_utf8(&tag).ok()?;
    let generation: u64 = score.parse().ok()?;
    let is_ours =
        generation < FIRST_INEXACT && !name.is_empty() && !name.contains(char::is_control);
    is_ours.then(|| (Tag::new(name), generation))
}

/// The thread.
fn serve(runtime: Runtime, state: Arc<State>, address: Address, asked: mpsc::Receiver<Question>) {
    runtime.block_on(async move {
        tokio::spawn(keeper::run(state.clone(), address));
        let writer = tokio::spawn(writer::run(state.clone()));
        reader::run(state, asked).await;
        if tokio::time::timeout(FAREWELL, writer).await.is_err() {
            tracing::debug!("the remote cache does not take the last writes");
        }
    });
    // A look-up of a name may still wait for its server.
    runtime.shutdown_background();
}
