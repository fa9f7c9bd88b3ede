//! The time axis of graphs.
//!
//! A graph that scrolls sends all of its cells at each step. So the newest value moves to the
//! right until it has reached the end, and then the whole graph makes room by an eighth at once:
//! in between only the column of the newest value changes.

/// Milliseconds of a minute.
const MINUTE: u64 = 60_000;

/// How much time a graph shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Zoom {
    Minute,
    #[default]
    FiveMinutes,
    TenMinutes,
    Hour,
    SixHours,
    Day,
}

impl Zoom {
    const ALL: [Self; 6] = [
        Self::Minute,
        Self::FiveMinutes,
        Self::TenMinutes,
        Self::Hour,
        Self::SixHours,
        Self::Day,
    ];

    /// The next shorter one, or the shortest.
    pub(super) fn shorter(self) -> Self {
        Self::ALL[(self as usize).saturating_sub(1)]
    }

    /// The next longer one, or the longest.
    pub(super) fn longer(self) -> Self {
        Self::ALL[(self as usize + 1).min(Self::ALL.len() - 1)]
    }

    /// In milliseconds.
    pub(super) fn span(self) -> u64 {
        MINUTE
            * match self {
                Self::Minute => 1,
                Self::FiveMinutes => 5,
                Self::TenMinutes => 10,
                Self::Hour => 60,
                Self::SixHours => 360,
                Self::Day => 1440,
            }
    }

    /// How far a step through the past goes, in milliseconds.
    pub(super) fn step(self) -> u64 {
        self.span() / 60
    }

    /// In words.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::Minute => "1 min",
            Self::FiveMinutes => "5 min",
            Self::TenMinutes => "10 min",
            Self::Hour => "1 h",
            Self::SixHours => "6 h",
            Self::Day => "24 h",
        }
    }
}

/// A stretch of the axis in equal parts, two a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Its start, in milliseconds of the axis.
    pub(super) from: u64,
    /// Milliseconds of a part.
    pub(super) part: u64,
    /// Parts.
    pub(super) count: usize,
}

impl Window {
    /// The stretch of `zoom` that holds `now`, for so many columns.
    pub(super) fn around(now: u64, zoom: Zoom, columns: u16) -> Self {
        let columns = u64::from(columns.max(1));
        let count = columns * 2;
        let part = zoom.span().div_ceil(count);
        let jump = part * 2 * (columns / 8).max(1);
        let end = (now / jump).saturating_add(1).saturating_mul(jump);
        Self {
            from: end.saturating_sub(part * count),
            part,
            // It comes from a u16.
            count: count as usize,
        }
    }

    /// The part that `time` lies in, as far as it lies inside.
    pub(super) fn part_of(self, time: u64) -> Option<usize> {
        let part = time.checked_sub(self.from)? / self.part;
        let part = usize::try_from(part).ok()?;
        (part < self.count).then_some(part)
    }

    /// The start of a part.
    pub(super) fn start(self, part: usize) -> u64 {
        self.from + self.part * part as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn zooms_end_at_the_shortest_and_the_longest() {
        assert_eq!(Zoom::default().shorter().shorter(), Zoom::Minute);
        assert_eq!(Zoom::Hour.longer().longer().longer(), Zoom::Day);
        assert_eq!(Zoom::Minute.step(), 1000);
    }

    #[test]
    fn the_window_stands_while_time_runs_through_its_last_eighth() {
        let at = |now| Window::around(now, Zoom::Minute, 80);
        let start = at(1_000_000_000);
        let stood = (1..).find(|s| at(1_000_000_000 + s * 100) != start);
        // 80 columns of 750 ms move ten at once.
        assert!(stood.is_some_and(|s| s <= 75), "{stood:?}");
        let moved = at(1_000_000_000 + stood.unwrap() * 100);
        assert_eq!(moved.from - start.from, 7_500);
    }

    proptest! {
        #[test]
        fn now_lies_in_the_last_eighth(now in 100_000_000u64..1 << 45, columns in 0u16..400) {
            for zoom in Zoom::ALL {
                let window = Window::around(now, zoom, columns);
                let part = window.part_of(now).unwrap();
                prop_assert!(part >= window.count - window.count / 8 - 2);
                prop_assert!(window.start(part) <= now);
                prop_assert!(window.part * window.count as u64 >= zoom.span());
                prop_assert_eq!(window.part_of(window.start(window.count)), None);
            }
        }
    }
}
