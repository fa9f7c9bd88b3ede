//! Histories cut into the parts of a window, kept from one sample to the next.

use crate::monitor::{History, Point, Series};

use super::axis::Window;

/// A history in the parts of a window.
#[derive(Debug, Clone)]
struct Strip {
    series: Series,
    window: Window,
    points: Vec<Option<Point>>,
    /// Time of the newest sample when it was read.
    newest: u64,
    /// Whether it was asked for since the last sweep.
    is_used: bool,
}

/// The strips that were asked for lately.
#[derive(Debug, Clone, Default)]
pub(super) struct Strips {
    held: Vec<Strip>,
}

impl Strips {
    /// What `series` did in the parts of `window`. Only the parts that can have changed since the
    /// last call are asked for.
    pub(super) fn points(
        &mut self,
        history: Option<&History>,
        series: Series,
        window: Window,
        newest: u64,
    ) -> &[Option<Point>] {
        let Some(history) = history else {
            return &[];
        };
        let held = self
            .held
            .iter()
            .position(|s| s.series == series && s.window == window);
        let at = held.unwrap_or_else(|| {
            self.held.push(Strip {
                series,
                window,
                points: vec![None; window.count],
                newest: window.from,
                is_used: true,
            });
            self.held.len() - 1
        });
        let strip = &mut self.held[at];
        strip.is_used = true;
        if held.is_none() || strip.newest != newest {
            // A sample may end anywhere in the part of the one before.
            let from = window.part_of(strip.newest).unwrap_or(0);
            let to = window.part_of(newest).map_or(window.count, |part| part + 1);
            let from = if newest < strip.newest {
                0
            } else {
                from.min(to)
            };
            let fresh = history.range(series, window.start(from), window.start(to), to - from);
            strip.points[from..to].clone_from_slice(&fresh);
            strip.newest = newest;
        }
        &strip.points
    }

    /// Drops what was not asked for since the last sweep.
    pub(super) fn sweep(&mut self) {
        self.held.retain(|strip| strip.is_used);
        self.held.iter_mut().for_each(|strip| strip.is_used = false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::{Process, Snapshot};
    use proptest::prelude::*;
    use std::sync::Arc;
    use std::time::Duration;

    fn pushed(history: &History, at: u64, every: u64, cpu: f64) {
        let snapshot = Snapshot {
            process: Process {
                cpu: Some(cpu),
                ..Process::default()
            },
            ..Snapshot::default()
        };
        history.push(at, Duration::from_millis(every), &Arc::new(snapshot));
    }

    proptest! {
        /// Reading on from sample to sample gives what reading all of it at once gives.
        #[test]
        fn what_is_kept_equals_what_is_read_anew(
            steps in prop::collection::vec((200u64..3000, 0.0f64..4.0), 1..40),
            part in 100u64..5000,
        ) {
            let history = History::detached();
            let window = Window { from: 1_000_000, part, count: 24 };
            let mut kept = Strips::default();
            let mut at = window.from - 500;
            for (step, cpu) in steps {
                at += step;
                pushed(&history, at, step, cpu);
                let got = kept.points(Some(&history), Series::OwnCpu, window, at).to_vec();
                let end = window.start(window.count);
                let anew = history.range(Series::OwnCpu, window.from, end, window.count);
                prop_assert_eq!(got.len(), anew.len());
                for (got, anew) in got.iter().zip(&anew) {
                    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
                    prop_assert_eq!(got.is_some(), anew.is_some());
                    if let Some((a, b)) = got.zip(*anew) {
                        prop_assert!(near(a.mean, b.mean) && near(a.min, b.min) && near(a.max, b.max));
                    }
                }
                kept.sweep();
            }
        }
    }

    #[test]
    fn what_nobody_asks_for_is_dropped() {
        let history = History::detached();
        pushed(&history, 1000, 1000, 1.0);
        let window = Window {
            from: 0,
            part: 500,
            count: 4,
        };
        let mut strips = Strips::default();
        let points = strips.points(Some(&history), Series::OwnCpu, window, 1000);
        assert!(points[0].is_some() && points[1].is_some() && points[2].is_none());
        strips.sweep();
        assert_eq!(strips.held.len(), 1);
        strips.sweep();
        assert!(strips.held.is_empty());
        assert!(strips.points(None, Series::Cpu, window, 0).is_empty());
    }
}
