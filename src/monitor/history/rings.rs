//! Fixed rings of figures: each sample of the last ten minutes, each minute of the last day.

use super::Series;
use super::range::{Parts, Point};

/// Most samples held: ten minutes of the shortest interval.
pub(super) const RAW: usize = 2_400;
/// Age of the oldest sample, in milliseconds.
pub(super) const RAW_AGE: u64 = 600_000;
/// Minutes held.
pub(super) const MINUTES: usize = 1_440;
/// Milliseconds of one.
pub(super) const MINUTE: u64 = 60_000;

/// When a sample was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Row {
    /// Milliseconds of the axis.
    pub(super) at: u64,
    /// Milliseconds before it that it stands for.
    pub(super) every: u32,
}

impl Row {
    fn start(self) -> u64 {
        self.at.saturating_sub(u64::from(self.every))
    }
}

/// A minute of one figure.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Minute {
    pub(super) min: f32,
    pub(super) mean: f32,
    pub(super) max: f32,
    /// Samples in it; 0 where there are none.
    pub(super) count: u32,
}

impl Minute {
    fn add(&mut self, value: f32) {
        let is_first = self.count == 0;
        self.min = if is_first { value } else { self.min.min(value) };
        self.max = if is_first { value } else { self.max.max(value) };
        self.count = self.count.saturating_add(1);
        self.mean += (value - self.mean) / self.count as f32;
    }

    fn point(self) -> Point {
        Point {
            min: self.min.into(),
            mean: self.mean.into(),
            max: self.max.into(),
        }
    }
}

/// One figure. A value that is not known is no number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub(super) series: Series,
    raw: Box<[f32]>,
    minutes: Box<[Minute]>,
}

impl Column {
    fn new(series: Series) -> Self {
        Self {
            series,
            raw: vec![f32::NAN; RAW].into(),
            minutes: vec![Minute::default(); MINUTES].into(),
        }
    }
}

/// All figures, so that the same place in two of them is the same moment. Room for a figure is
/// taken in full when it is first known; nothing grows after that.
#[derive(Debug, Clone)]
pub(super) struct Rings {
    rows: Box<[Row]>,
    first: usize,
    length: usize,
    /// Number of the newest minute since 1970, by the axis.
    minute: u64,
    /// Milliseconds of each minute for which there are samples, from the first to the last.
    extents: Box<[Extent]>,
    /// Sorted by series.
    columns: Vec<Column>,
}

/// Milliseconds of a minute, from and to; none where it begins behind its end.
pub(super) type Extent = (u16, u16);

/// No time at all.
const NOTHING: Extent = (MINUTE as u16, 0);

impl Default for Rings {
    fn default() -> Self {
        Self {
            rows: vec![Row::default(); RAW].into(),
            first: 0,
            length: 0,
            minute: 0,
            extents: vec![NOTHING; MINUTES].into(),
            columns: Vec::new(),
        }
    }
}

impl Rings {
    /// Adds a sample. One that is not newer than the last counts as just after that.
    pub(super) fn push(&mut self, row: Row, values: impl IntoIterator<Item = (Series, f64)>) {
        let newest = self.newest().map_or(0, |row| row.at);
        let row = Row {
            at: row.at.max(newest.saturating_add(1)),
            every: row.every,
        };
        while self.length > 0
            && (self.length == RAW || self.rows[self.first].at.saturating_add(RAW_AGE) < row.at)
        {
            self.first = (self.first + 1) % RAW;
            self.length -= 1;
        }
        let slot = (self.first + self.length) % RAW;
        self.rows[slot] = row;
        self.length += 1;
        self.turn_to(row.at / MINUTE);
        self.extend_to(row);
        let minute = place(self.minute);
        for column in &mut self.columns {
            column.raw[slot] = f32::NAN;
        }
        for (series, value) in values {
            // Seven digits do for a graph, at half the room.
            let value = value as f32;
            if value.is_finite() {
                let column = self.column_mut(series);
                column.raw[slot] = value;
                column.minutes[minute].add(value);
            }
        }
    }

    /// Makes `minute` the newest, and empties those that were skipped.
    pub(super) fn turn_to(&mut self, minute: u64) {
        let skipped = minute.saturating_sub(self.minute).min(MINUTES as u64);
        for behind in 0..skipped {
            let place = place(minute - behind);
            self.extents[place] = NOTHING;
            for column in &mut self.columns {
                column.minutes[place] = Minute::default();
            }
        }
        self.minute = self.minute.max(minute);
    }

    /// Takes note of the time that a sample of the newest minute stands for.
    fn extend_to(&mut self, row: Row) {
        let start = self.minute * MINUTE;
        // Both are within the minute, so they fit.
        let to = (row.at - start) as u16;
        let from = row.start().saturating_sub(start).min(u64::from(to)) as u16;
        let extent = &mut self.extents[place(self.minute)];
        *extent = (extent.0.min(from), extent.1.max(to));
        if row.start() < start {
            // The rest of the minute before was like the sample before, within an interval.
            let before = &mut self.extents[place(self.minute - 1)];
            if *before != NOTHING {
                before.1 = MINUTE as u16;
            }
        }
    }

    pub(super) fn newest_minute(&self) -> u64 {
        self.minute
    }

    /// Samples, oldest first: their places and when they were taken.
    pub(super) fn rows(&self) -> impl DoubleEndedIterator<Item = (usize, Row)> {
        (0..self.length).map(|nth| {
            let slot = (self.first + nth) % RAW;
            (slot, self.rows[slot])
        })
    }

    pub(super) fn newest(&self) -> Option<Row> {
        self.rows().next_back().map(|(_, row)| row)
    }

    /// Start of what is held.
    pub(super) fn oldest(&self) -> Option<u64> {
        let minutes = self.minutes();
        let known = |(_, place): &(u64, usize)| self.extents[*place] != NOTHING;
        let minute = minutes
            .into_iter()
            .find(known)
            .map(|(minute, place)| (minute * MINUTE).saturating_add(self.extents[place].0.into()));
        let row = self.rows().next().map(|(_, row)| row.start());
        minute.into_iter().chain(row).min()
    }

    /// Time of a minute for which there are samples, by its place.
    pub(super) fn extent(&self, place: usize) -> Extent {
        self.extents[place]
    }

    /// See [`Self::extent`]. One beyond the minute counts as all of it.
    pub(super) fn set_extent(&mut self, place: usize, (from, to): Extent) {
        self.extents[place] = (from, to.min(MINUTE as u16));
    }

    /// Minutes of the ring, oldest first: their numbers and places.
    pub(super) fn minutes(&self) -> impl IntoIterator<Item = (u64, usize)> + use<> {
        let newest = self.minute;
        let oldest = newest.saturating_sub(MINUTES as u64 - 1);
        (oldest..=newest).map(|minute| (minute, place(minute)))
    }

    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(super) fn column(&self, series: Series) -> Option<&Column> {
        let place = self.columns.binary_search_by_key(&series, |c| c.series);
        place.ok().map(|place| &self.columns[place])
    }

    /// The column of `series`, made where it is missing.
    pub(super) fn column_mut(&mut self, series: Series) -> &mut Column {
        let place = match self.columns.binary_search_by_key(&series, |c| c.series) {
            Ok(place) => place,
            Err(place) => {
                self.columns.insert(place, Column::new(series));
                place
            }
        };
        &mut self.columns[place]
    }

    /// See [`super::History::range`].
    pub(super) fn range(&self, series: Series, mut parts: Parts) -> Vec<Option<Point>> {
        if let Some(column) = self.column(series) {
            let fine = self.rows().next().map_or(u64::MAX, |(_, row)| row.start());
            for (minute, place) in self.minutes() {
                let (from, to) = self.extents[place];
                let at = |ms: u16| (minute * MINUTE).saturating_add(ms.into());
                if column.minutes[place].count > 0 {
                    parts.add(at(from), at(to).min(fine), column.minutes[place].point());
                }
            }
            for (slot, row) in self.rows() {
                if let Some(value) = column.value(slot) {
                    parts.add(row.start(), row.at, Point::of(value));
                }
            }
        }
        parts.points()
    }

    /// Growth a minute of the straight line that fits the samples since `since` best (ordinary
    /// least squares); `None` for less than a minute or ten of them.
    pub(super) fn trend(&self, series: Series, since: u64) -> Option<f64> {
        let column = self.column(series)?;
        let recent = self.rows().filter(|(_, row)| row.at >= since);
        let known = recent.filter_map(|(slot, row)| Some((row.at, column.value(slot)?)));
        let (mut count, mut last, mut origin) = (0.0_f64, 0, None);
        let (mut x_sum, mut y_sum, mut xx, mut xy) = (0.0, 0.0, 0.0, 0.0);
        for (at, value) in known {
            // Against the first sample, so that the sums stay exact.
            let (start, base) = *origin.get_or_insert((at, value));
            let (x, y) = ((at - start) as f64 / MINUTE as f64, value - base);
            count += 1.0;
            x_sum += x;
            y_sum += y;
            xx += x * x;
            xy += x * y;
            last = at - start;
        }
        let spread = xx - x_sum * x_sum / count;
        let is_enough = count >= 10.0 && last >= MINUTE && spread > 0.0;
        is_enough.then(|| (xy - x_sum * y_sum / count) / spread)
    }

    /// Bytes taken.
    pub(super) fn bytes(&self) -> usize {
        let column = RAW * size_of::<f32>() + MINUTES * size_of::<Minute>();
        self.rows.len() * size_of::<Row>()
            + self.extents.len() * size_of::<Extent>()
            + self.columns.capacity() * size_of::<Column>()
            + self.columns.len() * column
    }
}

impl Column {
    /// The value of a sample, by its place.
    pub(super) fn value(&self, slot: usize) -> Option<f64> {
        Some(self.raw[slot]).filter(|v| !v.is_nan()).map(f64::from)
    }

    pub(super) fn minute(&self, place: usize) -> Minute {
        self.minutes[place]
    }

    pub(super) fn set_minute(&mut self, place: usize, minute: Minute) {
        self.minutes[place] = minute;
    }
}

fn place(minute: u64) -> usize {
    // Less than MINUTES, whatever the width of a pointer.
    (minute % MINUTES as u64) as usize
}
