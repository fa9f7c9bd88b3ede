//! JSON sent by POST, again where that may help, behind a breaker.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use ureq::Agent;
use ureq::http::Uri;

use crate::resilience::breaker::Breaker;
use crate::resilience::retry::{Delays, RetryBudget, RetrySettings};

use super::runner::Outcome;

/// Sends webhooks.
pub(super) struct Sender {
    agent: Agent,
    breaker: Breaker,
    budget: RetryBudget,
    retry: RetrySettings,
}

/// How one try went.
enum Try {
    Done,
    /// Sending the same again would not help.
    Refused(String),
    /// The other side is to blame; it may do better later.
    Failed(String),
}

impl Sender {
    /// Each try may take `timeout`. A redirect is not followed: it could lead inside.
    pub(super) fn new(timeout: Duration, retry: RetrySettings, breaker: Breaker) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("postwright/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.new_agent(),
            breaker,
            // A fifth more than there are messages, and ten at once.
            budget: RetryBudget::new(0.2, 10.0),
            retry,
        }
    }

    /// Sends `body`. Between two tries it calls `wait`, which returns false to give up. Returns how
    /// that went, and whether it is done with: what failed for the other side's sake may arrive
    /// later.
    pub(super) fn send(
        &self,
        url: &str,
        body: &str,
        wait: impl Fn(Duration) -> bool,
    ) -> (Outcome, bool) {
        // The keys of a `RandomState` differ from one to the next.
        let seed = RandomState::new().hash_one(url);
        let mut delays = Delays::new(self.retry, &self.budget, ChaCha8Rng::seed_from_u64(seed));
        loop {
            let permit = match self.breaker.acquire() {
                Ok(permit) => permit,
                Err(refused) => return (Outcome::Refused(refused.to_string()), false),
            };
            let why = match self.attempt(url, body) {
                Try::Done => {
                    permit.succeed();
                    return (Outcome::Done, true);
                }
                Try::Refused(why) => {
                    permit.ignore();
                    return (Outcome::Failed(why), true);
                }
                Try::Failed(why) => why,
            };
            permit.fail(why.clone());
            match delays.next() {
                Some(delay) if wait(delay) => {}
                Some(_) | None => return (Outcome::Failed(why), false),
            }
        }
    }

    fn attempt(&self, url: &str, body: &str) -> Try {
        let request = self.agent.post(url).content_type("application/json");
        match request.send(body) {
            Ok(response) => match response.status().as_u16() {
                200..=299 => Try::Done,
                status @ (408 | 429 | 500..=599) => Try::Failed(format!("status {status}")),
                status => Try::Refused(format!("status {status}")),
            },
            // The text may hold the address, whose path is often a secret.
            Err(ureq::Error::BadUri(_)) => Try::Refused("the address cannot be used".to_owned()),
            Err(error) => Try::Failed(error.to_string()),
        }
    }
}

/// The address without what may be secret: user, path and query.
pub(super) fn shown(url: &str) -> String {
    let parts = url.parse::<Uri>().ok();
    let parts = parts
        .as_ref()
        .and_then(|uri| Some((uri.scheme_str()?, uri.host()?)));
    parts.map_or_else(
        || "webhook".to_owned(),
        |(scheme, host)| format!("{scheme}://{host}"),
    )
}
