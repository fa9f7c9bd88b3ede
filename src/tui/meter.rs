//! How many bytes a second are sent to the terminal.
//!
//! Telling the rate sends bytes too. Those are left out, so that an idle program says 0 once and
//! then nothing.

use std::time::Duration;

use tokio::time::Instant;

/// How long a rate is measured.
const WINDOW: Duration = Duration::from_secs(1);

/// Bytes over the last window.
#[derive(Debug)]
pub(super) struct Meter {
    since: Instant,
    counted: u64,
    due: Option<Instant>,
}

impl Meter {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            since: now,
            counted: 0,
            due: None,
        }
    }

    /// Takes note of bytes that were sent for another reason than the rate itself.
    pub(super) fn count(&mut self, bytes: u64, now: Instant) {
        if bytes == 0 {
            return;
        }
        if self.due.is_none() {
            self.since = now;
            self.counted = 0;
            self.due = Some(now + WINDOW);
        }
        self.counted += bytes;
    }

    /// When the rate is to be told next.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// The rate since the last call, in bytes a second; 0 is told once.
    pub(super) fn rate(&mut self, now: Instant) -> u64 {
        let seconds = now.duration_since(self.since).as_secs_f64().max(1e-3);
        let rate = self.counted as f64 / seconds;
        self.due = (self.counted > 0).then(|| now + WINDOW);
        self.since = now;
        self.counted = 0;
        // The cast saturates.
        rate.round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_zero_once_and_rests() {
        let start = Instant::now();
        let mut meter = Meter::new(start);
        assert_eq!(meter.due(), None);
        meter.count(500, start);
        let first = meter.due().unwrap();
        assert_eq!(meter.rate(first), 500);
        let second = meter.due().unwrap();
        assert_eq!(meter.rate(second), 0);
        assert_eq!(meter.due(), None);
    }
}
