//! Keeps a connection. Whoever waits for an answer never pays for one that is gone: this task
//! alone connects, and alone asks for a sign of life after the breaker's break.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::resilience::BreakerState;

use super::address::Address;
use super::link::{CONNECT, Link};
use super::state::{Failure, State};

/// The first pause before another attempt; each is twice the one before.
const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(10);
/// How often it looks whether the breaker's break is over.
const LOOK: Duration = Duration::from_millis(100);
/// A connection that lasts so long was a good one.
const STEADY: Duration = Duration::from_secs(5);

/// Connects, and connects again, for as long as the thread runs.
pub(super) async fn run(state: Arc<State>, address: Address) {
    let name = address.name();
    let mut pause = SHORTEST;
    let mut is_told = false;
    loop {
        match attempt(&state, &address).await {
            Attempt::Connected(link) => {
                state.open(link);
                state.queue.filled.notify_one();
                tracing::info!("the remote cache {name} is connected");
                let start = Instant::now();
                state.lost.notified().await;
                tracing::warn!("the remote cache {name} is lost: {}", state.reason());
                is_told = true;
                if start.elapsed() >= STEADY {
                    pause = SHORTEST;
                }
            }
            Attempt::Failed(reason) if !is_told => {
                tracing::warn!("the remote cache {name} cannot be used: {reason}");
                is_told = true;
            }
            Attempt::Failed(_) => {}
            Attempt::Refused => {
                sleep(jittered(LOOK)).await;
                continue;
            }
        }
        sleep(jittered(pause)).await;
        pause = LONGEST.min(pause * 2);
    }
}

/// What became of an attempt to connect.
enum Attempt {
    /// The breaker is closed and the server alive.
    Connected(Link),
    /// Something went wrong, and what.
    Failed(String),
    /// The breaker has a break.
    Refused,
}

/// Connects and asks for signs of life until the breaker is convinced.
async fn attempt(state: &State, address: &Address) -> Attempt {
    let mut made = None;
    loop {
        // Asked first, so that the break is not counted as so many refused calls.
        let rest = state.breaker.snapshot().retry_in;
        if rest.is_some_and(|rest| !rest.is_zero()) {
            return Attempt::Refused;
        }
        let Ok(permit) = state.breaker.acquire() else {
            return Attempt::Refused;
        };
        let link = match probe(state, address, made).await {
            Ok(link) => link,
            Err(failure) => {
                let reason = state.note(&failure.to_string());
                permit.fail(reason.clone());
                return Attempt::Failed(reason);
            }
        };
        permit.succeed();
        match state.breaker.snapshot().state {
            BreakerState::Closed | BreakerState::Disabled => return Attempt::Connected(link),
            BreakerState::HalfOpen => made = Some(link),
            BreakerState::Open | BreakerState::ForcedOpen => return Attempt::Refused,
        }
    }
}

/// A sign of life over `link`, or over a new one, within the time that a caller would wait: a
/// server that is alive but slower is of no use.
async fn probe(state: &State, address: &Address, link: Option<Link>) -> Result<Link, Failure> {
    let mut link = if let Some(link) = link {
        link
    } else {
        let until = Instant::now() + CONNECT;
        let connect = Link::connect(address);
        state.attempt(until, CONNECT, connect).await?
    };
    let within = state.timeout;
    state
        .attempt(Instant::now() + within, within, link.ping())
        .await?;
    Ok(link)
}

/// Between half of `pause` and the whole, so that machines do not come back all at once.
fn jittered(pause: Duration) -> Duration {
    // The standard library seeds each of these anew from the system.
    let luck = RandomState::new().hash_one(0_u8) % 1024;
    // Below 1024, so the conversion keeps it.
    pause / 2 + pause * u32::try_from(luck).unwrap_or(0) / 2048
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_differ_within_their_bounds() {
        let pauses: Vec<Duration> = (0..64).map(|_| jittered(LONGEST)).collect();
        assert!(pauses.iter().all(|p| (LONGEST / 2..LONGEST).contains(p)));
        assert!(pauses.iter().any(|p| *p != pauses[0]));
    }
}
