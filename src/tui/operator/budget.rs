//! Bytes a second to the terminal, kept below what a line can carry: frames come less often and
//! are sent from the top on, and where a screen would take too long to paint less of it is used.

use std::collections::VecDeque;
use std::time::Duration;

use ratatui::layout::Rect;
use tokio::time::Instant;

/// How much is used, in columns and rows, the most first; the pane says by its own rules what
/// matters most on so little room.
const DETAILS: [(u16, u16); 4] = [(u16::MAX, u16::MAX), (80, 24), (40, 12), (24, 8)];
/// A whole screen is to be painted within this.
const PAINT: Duration = Duration::from_secs(8);
/// Bytes that a cell takes, colours and moves included; what is sent is counted.
const BYTES_A_CELL: u64 = 5;
/// The longest time between two frames, as far as bytes go.
const BREATH: Duration = Duration::from_millis(500);
/// Over how long the rate is told.
const WINDOW: Duration = Duration::from_secs(10);

/// The budget, where there is one.
#[derive(Debug)]
pub(super) struct Budget {
    /// Bytes a second.
    most: Option<u64>,
    /// When what was sent has gone out.
    clear: Instant,
    /// What was sent within the window.
    sent: VecDeque<(Instant, u64)>,
}

impl Budget {
    pub(super) fn new(most: Option<u64>, now: Instant) -> Self {
        Self {
            most: most.filter(|most| *most > 0),
            clear: now,
            sent: VecDeque::new(),
        }
    }

    /// When the next frame may go out.
    pub(super) fn next(&self) -> Instant {
        self.clear
    }

    /// Columns and rows that are used of `screen`, where that is not all.
    pub(super) fn detail(&self, screen: Rect) -> Option<(u16, u16)> {
        let room = self.most? * PAINT.as_secs() / BYTES_A_CELL;
        let cells = |(width, height): (u16, u16)| {
            u64::from(width.min(screen.width)) * u64::from(height.min(screen.height))
        };
        let [.., least] = DETAILS;
        let fits = DETAILS.into_iter().find(|detail| cells(*detail) <= room);
        Some(fits.unwrap_or(least)).filter(|(w, h)| *w < screen.width || *h < screen.height)
    }

    /// Cells that a frame may send.
    pub(super) fn cells(&self) -> usize {
        let cells = |most: u64| most as f64 * BREATH.as_secs_f64() / BYTES_A_CELL as f64;
        // The cast saturates.
        self.most
            .map_or(usize::MAX, |most| (cells(most) as usize).max(1))
    }

    /// Takes note of a frame.
    pub(super) fn spend(&mut self, bytes: u64, now: Instant) {
        let Some(most) = self.most else { return };
        let takes = Duration::from_secs_f64(bytes as f64 / most as f64);
        self.clear = self.clear.max(now) + takes;
        self.sent.push_back((now, bytes));
        self.forget(now);
    }

    fn forget(&mut self, now: Instant) {
        let is_old = |(at, _): &(Instant, u64)| now.duration_since(*at) > WINDOW;
        while self.sent.front().is_some_and(is_old) {
            self.sent.pop_front();
        }
    }

    /// Bytes a second over the last seconds, and at most; `None` without a budget.
    pub(super) fn told(&mut self, now: Instant) -> Option<(u64, u64)> {
        self.forget(now);
        let bytes: u64 = self.sent.iter().map(|(_, bytes)| bytes).sum();
        Some((bytes / WINDOW.as_secs(), self.most?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Rect = Rect::new(0, 0, 200, 50);

    #[test]
    fn without_a_budget_frames_go_out_at_once_and_whole() {
        let now = Instant::now();
        for most in [None, Some(0)] {
            let mut budget = Budget::new(most, now);
            budget.spend(1 << 20, now);
            assert_eq!((budget.next(), budget.cells()), (now, usize::MAX));
            assert_eq!((budget.detail(SCREEN), budget.told(now)), (None, None));
        }
    }

    #[test]
    fn frames_wait_until_the_line_has_carried_those_before() {
        let now = Instant::now();
        let mut budget = Budget::new(Some(1_000), now);
        assert_eq!(budget.cells(), 100);
        budget.spend(500, now);
        budget.spend(500, now);
        assert_eq!(budget.next(), now + Duration::from_secs(1));
        assert_eq!(budget.told(now), Some((100, 1_000)));
        // What was not used is not saved up.
        let later = now + Duration::from_secs(11);
        budget.spend(100, later);
        assert_eq!(budget.next(), later + Duration::from_millis(100));
        assert_eq!(budget.told(later), Some((10, 1_000)));
    }

    #[test]
    fn as_much_of_the_screen_is_used_as_can_be_painted_soon() {
        let of = |most, screen| Budget::new(Some(most), Instant::now()).detail(screen);
        assert_eq!(of(10_000, SCREEN), None);
        assert_eq!(of(1_500, SCREEN), Some((80, 24)));
        assert_eq!(of(500, SCREEN), Some((40, 12)));
        assert_eq!(of(100, SCREEN), Some((24, 8)));
        // A small screen has no less to show.
        assert_eq!(of(500, Rect::new(0, 0, 30, 8)), None);
    }
}
