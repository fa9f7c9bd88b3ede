//! Monotonic time, from the system or moved by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Tells the time since its start. Clones tell the same time.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System(Instant),
    /// Nanoseconds.
    Manual(Arc<AtomicU64>),
}

/// Moves the clock that was made with it. Clones move the same clock.
#[derive(Debug, Clone)]
pub struct Hand(Arc<AtomicU64>);

impl Clock {
    /// A clock that starts now and follows the system's monotonic clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System(Instant::now()))
    }

    /// A clock that stands at zero until its hand is moved.
    #[must_use]
    pub fn manual() -> (Self, Hand) {
        let nanoseconds = Arc::new(AtomicU64::new(0));
        let hand = Hand(nanoseconds.clone());
        (Self(Source::Manual(nanoseconds)), hand)
    }

    /// Time since the start; never less than it was before.
    #[must_use]
    pub fn now(&self) -> Duration {
        match &self.0 {
            Source::System(start) => start.elapsed(),
            Source::Manual(nanoseconds) => {
                Duration::from_nanos(nanoseconds.load(Ordering::Acquire))
            }
        }
    }
}

impl Hand {
    /// Moves the clock on. It stops at 584 years.
    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.0.update(Ordering::AcqRel, Ordering::Acquire, |now| {
            now.saturating_add(by)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_stands_until_moved_and_clones_agree() {
        let (clock, hand) = Clock::manual();
        let other = clock.clone();
        assert_eq!(clock.now(), Duration::ZERO);
        hand.advance(Duration::from_millis(3));
        hand.clone().advance(Duration::from_nanos(1));
        assert_eq!(clock.now(), Duration::from_nanos(3_000_001));
        assert_eq!(other.now(), clock.now());
        hand.advance(Duration::MAX);
        assert_eq!(clock.now(), Duration::from_nanos(u64::MAX));
    }

    #[test]
    fn a_system_clock_does_not_run_back() {
        let clock = Clock::system();
        let mut last = clock.now();
        for _ in 0..1000 {
            let now = clock.now();
            assert!(now >= last);
            last = now;
        }
    }
}
