//! Whose turn it is: the order of the lanes, and the bound on being passed over.

use std::cmp::Reverse;
use std::time::Duration;

use super::{Lane, Patience, PerLane};

#[derive(Debug, Clone, Copy, Default)]
struct Wait {
    /// Since when it waits for a batch: since its last one, or since it was last empty.
    since: Option<Duration>,
    /// Batches of other lanes since then.
    passed: u32,
}

/// A lane whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) lane: Lane,
    /// Whether it goes before a more urgent lane, because it is overdue.
    pub(super) out_of_turn: bool,
}

/// Chooses among the lanes that have work.
#[derive(Debug)]
pub(super) struct Turns {
    patience: Patience,
    waits: PerLane<Wait>,
    /// Whether the last batch went out of turn.
    out_of_turn: bool,
}

impl Turns {
    pub(super) fn new(patience: Patience) -> Self {
        Self {
            patience,
            waits: PerLane::default(),
            out_of_turn: false,
        }
    }

    /// Takes note that a lane has work.
    pub(super) fn filled(&mut self, lane: Lane, now: Duration) {
        self.waits[lane].since.get_or_insert(now);
    }

    /// Takes note that a lane has no work.
    pub(super) fn emptied(&mut self, lane: Lane) {
        self.waits[lane] = Wait::default();
    }

    /// Whose turn it is; `None` where no lane has work.
    pub(super) fn next(&self, now: Duration) -> Option<Turn> {
        let waiting = |lane: &Lane| self.waits[*lane].since.is_some();
        let urgent = Lane::ALL.into_iter().find(waiting)?;
        // Where the most urgent lane that waits is itself the one that waited most, it is not
        // passed over yet again.
        let overdue = [Lane::Speculative, Lane::Batch]
            .into_iter()
            .filter(|lane| *lane >= urgent && self.is_overdue(*lane, now))
            .min_by_key(|lane| self.rank(*lane));
        let lane = overdue.filter(|_| !self.out_of_turn).unwrap_or(urgent);
        Some(Turn {
            lane,
            out_of_turn: lane != urgent,
        })
    }

    fn is_impatient(&self, lane: Lane) -> bool {
        self.waits[lane].passed >= self.patience.batches.max(1)
    }

    fn is_overdue(&self, lane: Lane, now: Duration) -> bool {
        let since = self.waits[lane].since;
        let waited = since.map(|since| now.saturating_sub(since));
        waited.is_some_and(|w| self.is_impatient(lane) || w >= self.patience.time)
    }

    /// Orders overdue lanes: those that were passed over too often by how often, then those that
    /// only waited too long by how long.
    fn rank(&self, lane: Lane) -> (Reverse<u32>, Option<Duration>) {
        let Wait { since, passed } = self.waits[lane];
        if self.is_impatient(lane) {
            (Reverse(passed), None)
        } else {
            (Reverse(0), since)
        }
    }

    /// Takes note that a batch was handed out at this turn.
    pub(super) fn served(&mut self, turn: Turn, now: Duration) {
        self.out_of_turn = turn.out_of_turn;
        for lane in Lane::ALL {
            let wait = &mut self.waits[lane];
            if lane == turn.lane {
                *wait = Wait {
                    since: Some(now),
                    passed: 0,
                };
            } else if wait.since.is_some() {
                wait.passed = wait.passed.saturating_add(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Lane::{Batch, Interactive, Speculative};

    const SECOND: Duration = Duration::from_secs(1);

    fn turns(batches: u32, time: Duration) -> Turns {
        Turns::new(Patience { batches, time })
    }

    /// The lanes of the next `n` batches, while all of `busy` have work, one every `step`.
    fn served(turns: &mut Turns, busy: &[Lane], n: usize, step: Duration) -> String {
        let mut now = Duration::ZERO;
        let mut order = String::new();
        for _ in 0..n {
            for lane in busy {
                turns.filled(*lane, now);
            }
            let turn = turns.next(now).expect("a lane has work");
            turns.served(turn, now);
            order.push_str(&turn.lane.name()[..1]);
            now += step;
        }
        order
    }

    #[test]
    fn the_most_urgent_lane_goes_first() {
        let mut turns = turns(9, SECOND);
        assert_eq!(turns.next(SECOND), None);
        for lane in [Batch, Speculative, Interactive] {
            turns.filled(lane, Duration::ZERO);
            assert_eq!(turns.next(Duration::ZERO).map(|t| t.lane), Some(lane));
        }
        turns.emptied(Interactive);
        assert_eq!(
            turns.next(Duration::ZERO).map(|t| t.lane),
            Some(Speculative)
        );
    }

    #[test]
    fn a_lane_passed_over_often_enough_gets_a_batch() {
        let still = Duration::ZERO;
        let cases: [(u32, &[Lane], &str); 5] = [
            (3, &[Interactive, Batch], "iiibiiib"),
            (3, &[Speculative, Batch], "sssbsssb"),
            (3, &Lane::ALL, "iiisibisibis"),
            (1, &[Interactive, Batch], "ibibib"),
            (0, &Lane::ALL, "isibisib"),
        ];
        for (batches, busy, order) in cases {
            let mut turns = turns(batches, SECOND);
            assert_eq!(served(&mut turns, busy, order.len(), still), order);
        }
    }

    #[test]
    fn a_lane_that_waits_long_enough_gets_a_batch_and_interactive_work_every_second_one() {
        let cases = [(SECOND / 4, "iiiisibisibis"), (SECOND * 5, "isibisib")];
        for (step, order) in cases {
            let mut turns = turns(100, SECOND);
            assert_eq!(served(&mut turns, &Lane::ALL, order.len(), step), order);
        }
    }

    #[test]
    fn an_overdue_lane_is_not_passed_over_for_one_that_waited_less() {
        let mut turns = turns(1, SECOND);
        for lane in Lane::ALL {
            turns.filled(lane, Duration::ZERO);
        }
        let order: [_; 6] = std::array::from_fn(|_| {
            let turn = turns.next(Duration::ZERO).expect("a lane has work");
            turns.served(turn, Duration::ZERO);
            turn.lane
        });
        let expected = [Interactive, Speculative, Interactive, Batch, Interactive];
        assert_eq!((&order[..5], order[5]), (&expected[..], Speculative));
        for _ in 0..3 {
            let turn = turns.next(Duration::ZERO).expect("a lane has work");
            turns.served(turn, Duration::ZERO);
        }
        turns.emptied(Interactive);
        // Passed over 3 times and once.
        let turn = turns.next(Duration::ZERO);
        assert_eq!(turn.map(|t| t.lane), Some(Speculative));
    }

    #[test]
    fn an_empty_lane_does_not_wait() {
        let mut turns = turns(3, SECOND);
        served(&mut turns, &[Interactive, Batch], 2, Duration::ZERO);
        turns.emptied(Batch);
        assert_eq!(served(&mut turns, &[Interactive], 5, SECOND), "iiiii");
        assert_eq!(
            served(&mut turns, &[Interactive, Batch], 4, SECOND / 9),
            "iiib"
        );
    }
}
