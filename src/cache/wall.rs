//! The time of day, which files and other machines understand.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::resilience::Clock;

/// A source of the time since 1970.
#[derive(Debug, Clone)]
pub struct Wall(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Following { clock: Clock, start: Duration },
}

impl Wall {
    /// The system's, which goes on while the machine sleeps and may be set.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// `start` after 1970 where `clock` began.
    #[must_use]
    pub const fn following(clock: Clock, start: Duration) -> Self {
        Self(Source::Following { clock, start })
    }

    /// Time since 1970; zero where the system's clock is set before it.
    #[must_use]
    pub fn now(&self) -> Duration {
        match &self.0 {
            Source::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default(),
            Source::Following { clock, start } => *start + clock.now(),
        }
    }

    /// Microseconds since 1970.
    #[must_use]
    pub fn micros(&self) -> u64 {
        u64::try_from(self.now().as_micros()).unwrap_or(u64::MAX)
    }

    /// Whole seconds since 1970.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        self.now().as_secs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_its_clock_from_its_start() {
        let (clock, hand) = Clock::manual();
        let wall = Wall::following(clock, Duration::from_secs(100));
        hand.advance(Duration::from_millis(1500));
        assert_eq!(wall.seconds(), 101);
        assert_eq!(wall.micros(), 101_500_000);
        assert!(Wall::system().seconds() > 1_600_000_000);
    }
}
