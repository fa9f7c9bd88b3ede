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
/// Time after which the next piece of a frame goes out, as far as bytes go; so much is saved up at
/// most while nothing is sent.
const BREATH: Duration = Duration::from_millis(500);
/// Bytes of a piece on the slowest line: the rate and the budget in the status line.
const LEAST_PIECE: u64 = 80;
/// Bytes for which a frame waits that follows a whole one, as after a key.
const LEAST_FRAME: u64 = 48;
/// Over how long the rate is told, and how often it is told anew: that takes bytes too.
const WINDOW: Duration = Duration::from_secs(10);
const TELL_EVERY: Duration = Duration::from_secs(5);

/// The budget, where there is one.
#[derive(Debug)]
pub(super) struct Budget {
    /// Bytes a second.
    most: Option<u64>,
    /// Up to when the line's time is used.
    used: Instant,
    /// Whether the last frame went out as a whole.
    is_whole: bool,
    /// What was sent within the window.
    sent: VecDeque<(Instant, u64)>,
    /// The rate that was told last, and when.
    told: Option<(Instant, u64)>,
}

impl Budget {
    pub(super) fn new(most: Option<u64>, now: Instant) -> Self {
        Self {
            most: most.filter(|most| *most > 0),
            used: now,
            is_whole: false,
            sent: VecDeque::new(),
            told: None,
        }
    }

    /// When the next frame may go out.
    pub(super) fn next(&self) -> Instant {
        let Some(most) = self.most else {
            return self.used;
        };
        let breath = breath(most);
        self.used
            + match self.is_whole {
                true => time(LEAST_FRAME, most).min(breath),
                false => breath,
            }
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

    /// Bytes that a frame may send now.
    pub(super) fn bytes(&self, now: Instant) -> Option<u64> {
        let most = self.most?;
        let saved = now.duration_since(self.used).min(breath(most));
        // The cast saturates.
        Some((saved.as_secs_f64() * most as f64).round() as u64)
    }

    /// Takes note of a frame, or of a piece of one.
    pub(super) fn spend(&mut self, bytes: u64, is_whole: bool, now: Instant) {
        let Some(most) = self.most else { return };
        let saved = now.checked_sub(breath(most)).unwrap_or(self.used);
        self.used = self.used.max(saved) + time(bytes, most);
        self.is_whole = is_whole;
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
        let most = self.most?;
        self.forget(now);
        let rate = match self.told {
            Some((at, rate)) if now.duration_since(at) < TELL_EVERY => rate,
            _ => {
                let bytes: u64 = self.sent.iter().map(|(_, bytes)| bytes).sum();
                let rate = bytes / WINDOW.as_secs();
                self.told = Some((now, rate));
                rate
            }
        };
        Some((rate, most))
    }
}

/// How long a line of `most` bytes a second takes for so many.
fn time(bytes: u64, most: u64) -> Duration {
    Duration::from_secs_f64(bytes as f64 / most as f64)
}

/// Time between two pieces.
fn breath(most: u64) -> Duration {
    BREATH.max(time(LEAST_PIECE, most))
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
            budget.spend(1 << 20, true, now);
            assert_eq!((budget.next(), budget.bytes(now)), (now, None));
            assert_eq!((budget.detail(SCREEN), budget.told(now)), (None, None));
        }
    }

    #[test]
    fn frames_wait_until_the_line_has_carried_those_before() {
        let now = Instant::now();
        let mut budget = Budget::new(Some(1_000), now);
        assert_eq!(budget.next(), now + BREATH);
        budget.spend(500, false, now);
        budget.spend(500, false, now);
        assert_eq!(budget.next(), now + Duration::from_secs(1) + BREATH);
        assert_eq!(budget.told(now), Some((100, 1_000)));
        // A breath at most is saved up, and a frame behind a whole one waits for less.
        let later = now + Duration::from_secs(11);
        assert_eq!(budget.bytes(later), Some(500));
        budget.spend(500, true, later);
        assert_eq!(budget.bytes(later), Some(0));
        assert_eq!(budget.next(), later + Duration::from_millis(48));
        assert_eq!(budget.told(later), Some((50, 1_000)));
        // What is told changes seldom.
        budget.spend(500, true, later);
        assert_eq!(budget.told(later), Some((50, 1_000)));
    }

    #[test]
    fn the_first_seconds_take_no_more_than_any_others() {
        for most in [100, 150, 300, 800, 5_000, 100_000] {
            let start = Instant::now();
            let mut budget = Budget::new(Some(most), start);
            let mut now = start;
            let mut sent = 48;
            budget.spend(sent, false, now);
            while now < start + Duration::from_secs(20) {
                now = now.max(budget.next());
                let bytes = budget.bytes(now).unwrap();
                sent += bytes;
                budget.spend(bytes, false, now);
                let could = now.duration_since(start).as_secs_f64() * most as f64;
                assert!(sent as f64 <= could + 1.0, "{sent} of {could} at {most}");
            }
            assert!(sent > most * 19, "{sent} at {most}");
        }
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
