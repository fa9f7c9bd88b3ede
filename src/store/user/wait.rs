//! How long to wait for a file that another instance holds.

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How long is waited unless told otherwise.
const LIMIT: Duration = Duration::from_secs(2);
/// The first pause; each is twice the one before.
const FIRST: Duration = Duration::from_millis(1);
/// The longest pause: about as long as a transaction holds the file.
const LONGEST: Duration = Duration::from_millis(16);

/// A bound on waiting, and a way to pause.
#[derive(Clone)]
pub struct Wait {
    limit: Duration,
    sleep: Arc<dyn Fn(Duration) + Send + Sync>,
}

impl Wait {
    /// Pauses by `sleep`, for `limit` in all.
    pub fn new(limit: Duration, sleep: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        Self {
            limit,
            sleep: Arc::new(sleep),
        }
    }

    /// How long is waited in all.
    pub(super) const fn limit(&self) -> Duration {
        self.limit
    }

    /// The pauses of one wait.
    pub(super) const fn pauses(&self) -> Pauses<'_> {
        Pauses {
            wait: self,
            next: FIRST,
            left: self.limit,
        }
    }
}

impl Default for Wait {
    /// Two seconds.
    fn default() -> Self {
        Self::new(LIMIT, thread::sleep)
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// The pauses of one wait.
#[derive(Debug)]
pub(super) struct Pauses<'w> {
    wait: &'w Wait,
    next: Duration,
    left: Duration,
}

impl Pauses<'_> {
    /// Pauses, or answers false where the limit is used up.
    pub(super) fn pause(&mut self) -> bool {
        let pause = self.next.min(self.left);
        if pause.is_zero() {
            return false;
        }
        (self.wait.sleep)(pause);
        self.left -= pause;
        self.next = (self.next * 2).min(LONGEST);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn pauses_grow_and_add_up_to_the_limit() {
        let slept = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&slept);
        let wait = Wait::new(Duration::from_millis(50), move |pause| {
            seen.lock().unwrap().push(pause.as_millis());
        });
        let mut pauses = wait.pauses();
        while pauses.pause() {}
        assert!(!pauses.pause());
        assert_eq!(*slept.lock().unwrap(), [1, 2, 4, 8, 16, 16, 3]);
    }
}
