//! How often frames are drawn.

use std::time::Duration;

use tokio::time::Instant;

/// Mean time between two frames: 60 a second.
pub(super) const FRAME: Duration = Duration::from_micros(16_667);
/// The same on a slow line: 4 a second.
pub(super) const SLOW_FRAME: Duration = Duration::from_millis(250);

/// When frames may be drawn: two in any two intervals. So a key that comes right behind a frame of
/// the monitor's is seen at once, and a flood of either is still held to the rate.
pub(super) struct Frames {
    interval: Duration,
    before_last: Instant,
    last: Instant,
}

impl Frames {
    pub(super) fn new(interval: Duration, now: Instant) -> Self {
        Self {
            interval,
            before_last: now,
            last: now,
        }
    }

    pub(super) fn next(&self) -> Instant {
        self.before_last + 2 * self.interval
    }

    pub(super) fn drawn(&mut self, now: Instant) {
        self.before_last = self.last;
        self.last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames drawn in a second, each as soon as it may be.
    fn in_a_second(interval: Duration) -> usize {
        let start = Instant::now();
        let mut frames = Frames::new(interval, start);
        let mut now = start;
        let mut count = 0;
        loop {
            now = now.max(frames.next());
            if now >= start + Duration::from_secs(1) {
                return count;
            }
            frames.drawn(now);
            count += 1;
        }
    }

    #[test]
    fn a_flood_is_held_to_the_rate() {
        assert!(in_a_second(FRAME) <= 60, "{}", in_a_second(FRAME));
        assert!(in_a_second(SLOW_FRAME) <= 4, "{}", in_a_second(SLOW_FRAME));
    }

    #[test]
    fn the_second_of_two_is_drawn_at_once() {
        let start = Instant::now();
        let mut frames = Frames::new(FRAME, start);
        let rested = start + Duration::from_secs(1);
        frames.drawn(rested);
        assert!(frames.next() <= rested);
        frames.drawn(rested);
        assert!(frames.next() > rested);
    }
}
