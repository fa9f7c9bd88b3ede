//! Bytes a second to the terminal, kept below what a line can carry: frames come less often, and
//! where that is not enough they show less.

use std::time::Duration;

use tokio::time::Instant;

/// How much is shown, in columns and rows; each pane says by its own rules what matters most on so
/// little room.
const DETAILS: [Option<(u16, u16)>; 3] = [None, Some((80, 24)), Some((40, 12))];
/// A frame that takes longer to send than this is too large.
const LONGEST: Duration = Duration::from_secs(2);
/// Large frames in a row after which less is shown.
const LARGE: u32 = 2;
/// Small frames in a row after which more is shown again.
const SMALL: u32 = 60;

/// The budget, where there is one.
#[derive(Debug)]
pub(super) struct Budget {
    /// Bytes a second.
    most: Option<u64>,
    /// When what was sent has gone out.
    clear: Instant,
    /// Of [`DETAILS`].
    detail: usize,
    large: u32,
    small: u32,
}

impl Budget {
    pub(super) fn new(most: Option<u64>, now: Instant) -> Self {
        Self {
            most: most.filter(|most| *most > 0),
            clear: now,
            detail: 0,
            large: 0,
            small: 0,
        }
    }

    /// When the next frame may go out.
    pub(super) fn next(&self) -> Instant {
        self.clear
    }

    /// Columns and rows that may be used at most.
    pub(super) fn most_cells(&self) -> Option<(u16, u16)> {
        DETAILS[self.detail]
    }

    /// Takes note of a frame. Returns whether another amount is to be shown.
    pub(super) fn spend(&mut self, bytes: u64, now: Instant) -> bool {
        let Some(most) = self.most else {
            return false;
        };
        let takes = Duration::from_secs_f64(bytes as f64 / most as f64);
        self.clear = self.clear.max(now) + takes;
        if takes > LONGEST {
            (self.large, self.small) = (self.large + 1, 0);
        } else if takes < LONGEST / 8 {
            (self.large, self.small) = (0, self.small + 1);
        } else {
            (self.large, self.small) = (0, 0);
        }
        let before = self.detail;
        if self.large >= LARGE && self.detail + 1 < DETAILS.len() {
            self.detail += 1;
            self.large = 0;
        } else if self.small >= SMALL && self.detail > 0 {
            self.detail -= 1;
            self.small = 0;
        }
        self.detail != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_budget_frames_go_out_at_once() {
        let now = Instant::now();
        for most in [None, Some(0)] {
            let mut budget = Budget::new(most, now);
            assert!(!budget.spend(1 << 20, now));
            assert_eq!((budget.next(), budget.most_cells()), (now, None));
        }
    }

    #[test]
    fn frames_wait_until_the_line_has_carried_those_before() {
        let now = Instant::now();
        let mut budget = Budget::new(Some(1_000), now);
        budget.spend(500, now);
        budget.spend(500, now);
        assert_eq!(budget.next(), now + Duration::from_secs(1));
        // What was not used is not saved up.
        let later = now + Duration::from_secs(10);
        budget.spend(100, later);
        assert_eq!(budget.next(), later + Duration::from_millis(100));
    }

    #[test]
    fn large_frames_show_less_and_small_ones_more_again() {
        let mut now = Instant::now();
        let mut budget = Budget::new(Some(1_000), now);
        let mut told = Vec::new();
        for bytes in [8_000, 8_000, 1_000, 3_000, 3_000, 3_000] {
            now = budget.next();
            told.push((budget.spend(bytes, now), budget.most_cells()));
        }
        let (most, less) = (Some((80, 24)), Some((40, 12)));
        assert_eq!(told[0], (false, None));
        assert_eq!(told[1], (true, most));
        assert_eq!(told[3], (false, most));
        assert_eq!(told[4], (true, less));
        assert_eq!(told[5], (false, less));
        let frames = (1..).find(|_| {
            now = budget.next();
            budget.spend(50, now)
        });
        assert_eq!((frames, budget.most_cells()), (Some(60), most));
    }
}
