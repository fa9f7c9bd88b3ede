//! What counters tell between two samples.

use std::cmp::Ordering;
use std::time::Duration;

/// The shortest time over which a rate is told: the kernel counts CPU time in hundredths of a
/// second. A sample that comes earlier repeats the rate before.
pub(super) const LEAST: Duration = Duration::from_millis(200);

/// Growth of a counter a second.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rate {
    last: Option<(Duration, u64)>,
    value: Option<f64>,
}

impl Rate {
    /// Takes the counter at `at` and returns its growth a second since the sample before; `None`
    /// at first, and where the counter went back.
    pub(super) fn note(&mut self, at: Duration, total: u64) -> Option<f64> {
        let Some((then, before)) = self.last else {
            self.last = Some((at, total));
            return None;
        };
        let elapsed = at.saturating_sub(then);
        if elapsed < LEAST {
            return self.value;
        }
        // Exact up to 8 PiB or 104 days of nanoseconds in one interval.
        let growth = total.checked_sub(before).map(|g| g as f64);
        self.value = growth.map(|g| g / elapsed.as_secs_f64());
        self.last = Some((at, total));
        self.value
    }

    /// As [`Self::note`], for CPU time: cores kept busy.
    pub(super) fn note_cpu(&mut self, at: Duration, total: Duration) -> Option<f64> {
        let nanoseconds = u64::try_from(total.as_nanos()).unwrap_or(u64::MAX);
        self.note(at, nanoseconds).map(|rate| rate / 1e9)
    }
}

/// Orders rows by how busy they are; those of which that is not known come last.
pub(super) fn busiest_first(a: Option<f64>, b: Option<f64>) -> Ordering {
    b.unwrap_or(-1.0).total_cmp(&a.unwrap_or(-1.0))
}

/// Share of the time in which something was busy, by counters of both.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Share {
    last: Option<(u64, u64)>,
    value: Option<f64>,
}

impl Share {
    /// Ticks under which no share is told, as one of them would be too much of it.
    const LEAST: u64 = 10;

    /// Takes idle and all ticks so far and returns the share that was busy since the sample
    /// before, 0 to 1; `None` at first and where the counters went back.
    pub(super) fn note(&mut self, idle: u64, all: u64) -> Option<f64> {
        // A kernel that counts nothing, as in some containers, tells zeros.
        if all == 0 {
            *self = Self::default();
            return None;
        }
        let Some((idle_before, all_before)) = self.last else {
            self.last = Some((idle, all));
            return None;
        };
        let Some(passed) = all.checked_sub(all_before) else {
            *self = Self {
                last: Some((idle, all)),
                value: None,
            };
            return None;
        };
        if passed < Self::LEAST {
            return self.value;
        }
        // The time spent waiting for disks, which counts as idle, is known to go back by a tick.
        let idle_passed = idle.saturating_sub(idle_before).min(passed);
        self.value = Some((passed - idle_passed) as f64 / passed as f64);
        self.last = Some((idle, all));
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_rate_needs_two_samples_some_time_and_a_counter_that_grows() {
        let mut rate = Rate::default();
        assert_eq!(rate.note(ms(0), 100), None);
        assert_eq!(rate.note(ms(199), 500), None);
        assert_eq!(rate.note(ms(2_000), 700), Some(300.0));
        assert_eq!(rate.note(ms(2_100), 900), Some(300.0), "too early");
        assert_eq!(rate.note(ms(3_000), 700), Some(0.0));
        assert_eq!(rate.note(ms(4_000), 5), None, "went back");
        assert_eq!(rate.note(ms(5_000), 6), Some(1.0));
        let mut cpu = Rate::default();
        cpu.note_cpu(ms(0), ms(0));
        assert_eq!(cpu.note_cpu(ms(500), ms(250)), Some(0.5));
    }

    #[test]
    fn a_share_stands_between_0_and_1() {
        let mut share = Share::default();
        assert_eq!(share.note(100, 200), None);
        assert_eq!(share.note(150, 300), Some(0.5));
        assert_eq!(share.note(151, 305), Some(0.5), "too few ticks");
        assert_eq!(share.note(149, 400), Some(1.0), "idle went back");
        assert_eq!(share.note(900, 500), Some(0.0));
        assert_eq!(share.note(0, 20), None, "went back");
        assert_eq!(share.note(10, 40), Some(0.5));
        assert_eq!(share.note(0, 0), None);
        assert_eq!(share.note(0, 0), None, "nothing is counted");
    }
}
