//! What the callers and the tasks of the thread share.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use redis::{RedisError, RedisResult};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::resilience::{Breaker, BreakerState, Permit, Point};

use super::counts::Counters;
use super::keys::Keys;
use super::link::Link;
use super::queue::Queue;

/// Longest reason that is kept, in characters: a server may send anything.
const LONGEST_REASON: usize = 200;

/// Shared by the callers and the thread.
pub(super) struct State {
    pub breaker: Breaker,
    pub faults: Point,
    pub counters: Counters,
    pub keys: Keys,
    pub queue: Queue,
    pub timeout: Duration,
    pub ttl: Duration,
    /// Whether there is a link. Read by callers, who ask nothing while there is none.
    is_up: AtomicBool,
    link: Mutex<Up>,
    /// Why there is no link, or what last went wrong.
    reason: Mutex<String>,
    /// Told when the link is given up.
    pub lost: Notify,
    /// Told when the tier is dropped.
    pub stopped: Notify,
}

#[derive(Default)]
struct Up {
    link: Option<Link>,
    /// Number of the connection, so that a late failure of one does not end the next.
    number: u64,
}

/// A link and the number of its connection.
#[derive(Clone)]
pub(super) struct Numbered {
    pub link: Link,
    number: u64,
}

impl State {
    pub fn new(
        breaker: Breaker,
        faults: Point,
        keys: Keys,
        queue: Queue,
        timeout: Duration,
        ttl: Duration,
    ) -> Self {
        Self {
            breaker,
            faults,
            counters: Counters::default(),
            keys,
            queue,
            timeout,
            ttl,
            is_up: AtomicBool::new(false),
            link: Mutex::default(),
            reason: Mutex::new("not connected yet".to_owned()),
            lost: Notify::new(),
            stopped: Notify::new(),
        }
    }

    pub fn is_up(&self) -> bool {
        self.is_up.load(Ordering::Acquire)
    }

    pub fn link(&self) -> Option<Numbered> {
        let up = alone(&self.link);
        let link = up.link.clone()?;
        Some(Numbered {
            link,
            number: up.number,
        })
    }

    /// Lets callers ask over `link`.
    pub fn open(&self, link: Link) {
        let mut up = alone(&self.link);
        up.number += 1;
        up.link = Some(link);
        self.is_up.store(true, Ordering::Release);
        self.counters.connections.add(1);
    }

    /// Gives up the connection of `link`, unless that has been done already.
    pub fn close(&self, link: &Numbered) {
        let mut up = alone(&self.link);
        if up.number == link.number && up.link.take().is_some() {
            self.is_up.store(false, Ordering::Release);
            self.lost.notify_one();
        }
    }

    pub fn reason(&self) -> String {
        alone(&self.reason).clone()
    }

    /// Keeps what went wrong, for people.
    pub fn note(&self, reason: &str) -> String {
        let shown = reason.chars().filter(|c| !c.is_control());
        let shown: String = shown.take(LONGEST_REASON).collect();
        alone(&self.reason).clone_from(&shown);
        shown
    }

    /// Does `work`, or what goes wrong on purpose in place of it, `until` time is up, which `limit`
    /// says for people. A panic fails the work alone: the tasks go on.
    pub async fn attempt<T>(
        &self,
        until: Instant,
        limit: Duration,
        work: impl Future<Output = RedisResult<T>>,
    ) -> Result<T, Failure> {
        let work = async {
            self.faults.trip()?;
            work.await
        };
        // What the work holds is dropped with it, and the rest is whole at any time.
        match timeout_at(until, AssertUnwindSafe(work).catch_unwind()).await {
            Ok(Ok(done)) => Ok(done?),
            Ok(Err(panic)) => Err(Failure::Panic(said(panic.as_ref()).to_owned())),
            Err(_) => Err(Failure::Late(limit)),
        }
    }

    /// Tells the breaker of a failure over `link`, which is given up where it is broken or the
    /// breaker has had enough. Returns the reason as it may be shown.
    pub fn fail(&self, link: &Numbered, permit: Permit, failure: &Failure) -> String {
        let reason = self.note(&failure.to_string());
        permit.fail(reason.clone());
        let is_broken = match failure {
            Failure::Redis(error) => error.is_unrecoverable_error(),
            Failure::Late(_) => false,
            // The connection may have stopped in the middle of something.
            Failure::Panic(_) => true,
        };
        let is_resting = match self.breaker.snapshot().state {
            BreakerState::Closed | BreakerState::Disabled => false,
            BreakerState::Open | BreakerState::HalfOpen | BreakerState::ForcedOpen => true,
        };
        if is_broken || is_resting {
            self.close(link);
        }
        reason
    }
}

/// Why the server was of no help.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("no answer within {0:?}")]
    Late(Duration),
    #[error(transparent)]
    Redis(#[from] RedisError),
    #[error("it panicked: {0}")]
    Panic(String),
}

/// The message of a panic.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message")
}

/// What `mutex` guards. Every value behind one is whole at any time, so a panic elsewhere leaves
/// it usable.
pub(super) fn alone<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
