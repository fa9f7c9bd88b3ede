//! The clocks that samples go by: one that only moves on, for rates and axes, and the wall's, for
//! people.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use rustix::time::{ClockId, clock_gettime};

use crate::resilience::{Clock, Hand};

/// The first clock of Linux goes on while the machine sleeps, so that a sleep shows as a gap.
#[cfg(target_os = "linux")]
const STEADY: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const STEADY: ClockId = ClockId::Monotonic;

/// Tells both times. Clones tell the same.
#[derive(Debug, Clone)]
pub struct Time(Source);

#[derive(Debug, Clone)]
enum Source {
    System { start: Duration },
    Manual { clock: Clock, wall: Arc<AtomicU64> },
}

/// A moment by both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Time since the start, sleep of the machine included; never less than it was before.
    pub steady: Duration,
    /// Milliseconds since 1970, which may go back.
    pub wall: u64,
}

/// Moves the time that was made with it.
#[derive(Debug, Clone)]
pub struct TimeHand {
    clock: Hand,
    wall: Arc<AtomicU64>,
}

impl Time {
    /// The system's time; its steady clock starts now.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System {
            start: read(STEADY),
        })
    }

    /// A time that stands, at `wall` milliseconds since 1970, until its hand is moved.
    #[must_use]
    pub fn manual(wall: u64) -> (Self, TimeHand) {
        let (clock, hand) = Clock::manual();
        let wall = Arc::new(AtomicU64::new(wall));
        let hand = TimeHand {
            clock: hand,
            wall: wall.clone(),
        };
        (Self(Source::Manual { clock, wall }), hand)
    }

    /// Both clocks now.
    #[must_use]
    pub fn now(&self) -> Now {
        match &self.0 {
            Source::System { start } => Now {
                steady: read(STEADY).saturating_sub(*start),
                wall: SystemTime::now()
                    .duration_since(SystemTime::UNIX_EPOCH)
                    .map_or(0, milliseconds),
            },
            Source::Manual { clock, wall } => Now {
                steady: clock.now(),
                wall: wall.load(Ordering::Acquire),
            },
        }
    }
}

impl TimeHand {
    /// Moves both clocks on.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.wall.fetch_add(milliseconds(by), Ordering::AcqRel);
    }

    /// Sets the wall's clock alone, as an administrator may do.
    pub fn set_wall(&self, wall: u64) {
        self.wall.store(wall, Ordering::Release);
    }
}

/// CPU time that this process has used.
pub(super) fn process_cpu() -> Duration {
    read(ClockId::ProcessCPUTime)
}

/// CPU time that this thread has used.
pub(super) fn thread_cpu() -> Duration {
    read(ClockId::ThreadCPUTime)
}

/// Whole milliseconds of `time`; stops at 584 million years.
pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn read(clock: ClockId) -> Duration {
    // Those clocks count from a start, and are never negative.
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_wall_may_be_set_back_and_the_steady_clock_goes_on() {
        let (time, hand) = Time::manual(5_000);
        hand.advance(Duration::from_millis(1_500));
        hand.set_wall(100);
        hand.advance(Duration::from_millis(1));
        let now = time.now();
        assert_eq!(now.steady, Duration::from_millis(1_501));
        assert_eq!(now.wall, 101);
    }

    #[test]
    fn the_systems_clocks_go_on() {
        let time = Time::system();
        let (before, cpu) = (time.now(), thread_cpu());
        while thread_cpu() < cpu + Duration::from_millis(1) {
            std::hint::spin_loop();
        }
        assert!(process_cpu() >= Duration::from_millis(1));
        assert!(time.now().steady > before.steady);
        assert!(before.wall > 1_600_000_000_000, "{}", before.wall);
    }
}
