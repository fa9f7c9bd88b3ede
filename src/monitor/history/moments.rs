//! Whole snapshots of the last minutes, packed.

use std::collections::VecDeque;

use super::rings::{RAW, RAW_AGE};
use crate::monitor::snapshot::Snapshot;

/// Most bytes of packed snapshots. Where they are large, fewer minutes are held.
pub(super) const MOST_BYTES: usize = 8 << 20;

/// The last snapshots, of ten minutes at most.
#[derive(Debug, Default)]
pub(super) struct Moments {
    /// When each was taken, and its length.
    index: VecDeque<(u64, usize)>,
    packed: VecDeque<u8>,
    /// The one that is being packed.
    fresh: Vec<u8>,
}

impl Moments {
    /// Adds the snapshot of `at`, and drops what is too old for it.
    pub(super) fn push(&mut self, at: u64, snapshot: &Snapshot) {
        let room = std::mem::take(&mut self.fresh);
        self.fresh = match postcard::to_extend(snapshot, cleared(room)) {
            Ok(packed) => packed,
            Err(error) => {
                tracing::error!("a snapshot cannot be packed and is not held: {error}");
                return;
            }
        };
        if self.fresh.len() > MOST_BYTES {
            return;
        }
        while let Some((oldest, length)) = self.index.front().copied() {
            let fits = self.packed.len() + self.fresh.len() <= MOST_BYTES;
            let is_young = oldest.saturating_add(RAW_AGE) >= at;
            if fits && self.index.len() < RAW && is_young {
                break;
            }
            self.index.pop_front();
            self.packed.drain(..length);
        }
        self.index.push_back((at, self.fresh.len()));
        self.packed.extend(&self.fresh);
    }

    /// The last one taken at `time` or before, and when it was.
    pub(super) fn at(&self, time: u64) -> Option<(u64, Snapshot)> {
        let place = self.index.partition_point(|(at, _)| *at <= time);
        let place = place.checked_sub(1)?;
        let start: usize = self.index.range(..place).map(|(_, length)| length).sum();
        let (at, length) = self.index[place];
        Some((at, self.unpack(start, length)?))
    }

    /// The oldest first; of more than `most`, every second, third and so on.
    pub(super) fn every(&self, most: usize) -> impl Iterator<Item = Snapshot> {
        let step = self.index.len().div_ceil(most.max(1)).max(1);
        let starts = self.index.iter().scan(0, |end, (_, length)| {
            let start = *end;
            *end += length;
            Some((start, *length))
        });
        starts
            .step_by(step)
            .filter_map(|(start, length)| self.unpack(start, length))
    }

    fn unpack(&self, start: usize, length: usize) -> Option<Snapshot> {
        let bytes: Vec<u8> = self.packed.range(start..start + length).copied().collect();
        let unpacked = postcard::from_bytes(&bytes);
        unpacked
            .inspect_err(|e| tracing::error!("a snapshot that was held cannot be unpacked: {e}"))
            .ok()
    }

    /// When the oldest and the newest were taken.
    pub(super) fn span(&self) -> Option<(u64, u64)> {
        Some((self.index.front()?.0, self.index.back()?.0))
    }

    /// Bytes taken.
    pub(super) fn bytes(&self) -> usize {
        self.index.capacity() * size_of::<(u64, usize)>()
            + self.packed.capacity()
            + self.fresh.capacity()
    }
}

fn cleared(mut buffer: Vec<u8>) -> Vec<u8> {
    buffer.clear();
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::testing::full_snapshot;

    #[test]
    fn a_moment_comes_back_whole_and_the_last_before_a_time_is_found() {
        let mut moments = Moments::default();
        let mut snapshot = full_snapshot();
        for number in 1..=2_000 {
            snapshot.number = number;
            moments.push(1_000_000 + number * 1_000, &snapshot);
        }
        assert_eq!(moments.span(), Some((2_400_000, 3_000_000)), "ten minutes");
        let (at, found) = moments.at(2_500_999).unwrap();
        assert_eq!((at, found.number), (2_500_000, 1_500));
        snapshot.number = 1_500;
        assert_eq!(found, snapshot);
        assert_eq!(moments.at(2_399_999), None);
        let some: Vec<u64> = moments.every(300).map(|s| s.number).collect();
        assert_eq!(some.len(), 201, "every third of 601");
        assert_eq!((some[0], some[1]), (1_400, 1_403));
        assert_eq!(moments.every(1_000).count(), 601);
        assert_eq!(moments.at(u64::MAX).unwrap().1.number, 2_000);
    }

    #[test]
    fn bytes_are_bounded_whatever_the_size() {
        let mut moments = Moments::default();
        let mut snapshot = full_snapshot();
        snapshot.process.threads = Some(7);
        for at in 0..60 {
            // From small ones to such as do not fit at all.
            snapshot.processes[0].name = "x".repeat(at * at * 2_500);
            moments.push(at as u64 * 250, &snapshot);
            assert!(moments.packed.len() <= MOST_BYTES);
        }
        assert!(moments.bytes() <= 4 * MOST_BYTES, "{}", moments.bytes());
        let (first, last) = moments.span().unwrap();
        assert!(first > 0 && last < 59 * 250, "the largest is not held");
        assert!(moments.at(last).is_some());
    }
}
