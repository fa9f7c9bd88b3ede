//! The last lines of the log, in memory.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::line::{Filter, Level, Line};

/// What a line costs besides itself: two counts of references and a pointer.
const OVERHEAD: usize = 3 * size_of::<usize>();

/// The last lines, and how many there were of each level. Clones share them. It is a layer of a
/// `tracing` subscriber.
#[derive(Debug, Clone)]
pub struct Ring(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    most_lines: usize,
    most_bytes: usize,
    held: Mutex<Held>,
    counts: [AtomicU64; 5],
    newest: AtomicU64,
}

#[derive(Debug, Default)]
struct Held {
    lines: VecDeque<Arc<Line>>,
    bytes: usize,
    last: u64,
}

impl Ring {
    /// A ring of at most `lines` lines, which take at most about `bytes` bytes.
    #[must_use]
    pub fn new(lines: usize, bytes: usize) -> Self {
        Self(Arc::new(Shared {
            most_lines: lines,
            most_bytes: bytes,
            held: Mutex::default(),
            counts: Default::default(),
            newest: AtomicU64::new(0),
        }))
    }

    /// Adds a line, whose number becomes the next one.
    pub(super) fn push(&self, mut line: Line) {
        let shared = &*self.0;
        let level = line.level;
        let mut held = shared.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.last += 1;
        line.number = held.last;
        held.bytes += line.bytes() + OVERHEAD;
        held.lines.push_back(Arc::new(line));
        while held.lines.len() > shared.most_lines || held.bytes > shared.most_bytes {
            let Some(oldest) = held.lines.pop_front() else {
                break;
            };
            held.bytes -= oldest.bytes() + OVERHEAD;
        }
        shared.counts[level.index()].fetch_add(1, Ordering::Relaxed);
        shared.newest.store(held.last, Ordering::Release);
    }

    /// The newest `most` lines that `filter` admits, the oldest of them first.
    #[must_use]
    pub fn tail(&self, filter: &Filter, most: usize) -> Vec<Arc<Line>> {
        // The filter may take its time; whoever logs must not wait for it.
        let held = self.lines();
        let wanted = held.into_iter().rev().filter(|line| filter.admits(line));
        let mut tail: Vec<_> = wanted.take(most).collect();
        tail.reverse();
        tail
    }

    /// The oldest `most` of the lines with a number above `number` that are still held.
    #[must_use]
    pub fn since(&self, number: u64, most: usize) -> Vec<Arc<Line>> {
        if self.newest() <= number {
            return Vec::new();
        }
        let held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        let first = held.lines.partition_point(|line| line.number <= number);
        held.lines.iter().skip(first).take(most).cloned().collect()
    }

    /// Number of the newest line; 0 where there was none.
    #[must_use]
    pub fn newest(&self) -> u64 {
        self.0.newest.load(Ordering::Acquire)
    }

    /// Lines logged so far, by level, the most urgent first.
    #[must_use]
    pub fn counts(&self) -> [u64; 5] {
        self.0.counts.each_ref().map(|c| c.load(Ordering::Relaxed))
    }

    /// Bytes that the held lines take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.bytes
    }

    fn lines(&self) -> Vec<Arc<Line>> {
        let held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.lines.iter().cloned().collect()
    }
}

impl Level {
    /// Its place among [`Self::ALL`], and in [`Ring::counts`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn line(level: Level, text: &str) -> Line {
        Line {
            number: 0,
            at_ms: 0,
            level,
            room: Cow::Borrowed("engine"),
            text: text.into(),
        }
    }

    fn numbers(lines: &[Arc<Line>]) -> Vec<u64> {
        lines.iter().map(|line| line.number).collect()
    }

    #[test]
    fn ten_thousand_lines_stay_and_the_memory_is_flat() {
        let ring = Ring::new(10_000, usize::MAX);
        for n in 0..10_000 {
            ring.push(line(Level::Info, &format!("{n:06}")));
        }
        let (bytes, capacity) = (ring.bytes(), ring.0.held.lock().unwrap().lines.capacity());
        for n in 10_000..100_000 {
            ring.push(line(Level::Info, &format!("{n:06}")));
        }
        assert_eq!(ring.bytes(), bytes);
        assert_eq!(ring.0.held.lock().unwrap().lines.capacity(), capacity);
        let held = ring.tail(&Filter::default(), usize::MAX);
        assert_eq!(held.len(), 10_000);
        assert_eq!(&*held[0].text, "090000");
        assert_eq!(ring.newest(), 100_000);
        // Nobody else holds a line that fell out.
        assert!(held.iter().all(|line| Arc::strong_count(line) == 2));
    }

    #[test]
    fn bytes_are_bounded_whatever_the_lines() {
        let ring = Ring::new(usize::MAX, 64 << 10);
        for n in 0..1000 {
            ring.push(line(Level::Info, &"x".repeat(n * 2)));
            assert!(ring.bytes() <= 64 << 10);
        }
        let held = ring.tail(&Filter::default(), usize::MAX);
        let sum: usize = held.iter().map(|line| line.bytes() + OVERHEAD).sum();
        assert_eq!(sum, ring.bytes());
        assert!(held.len() > 20, "{}", held.len());
        // One that is larger than all of it leaves nothing behind.
        ring.push(line(Level::Info, &"x".repeat(65 << 10)));
        assert_eq!((ring.bytes(), ring.newest()), (0, 1001));
    }

    #[test]
    fn the_tail_is_filtered_and_in_order() {
        let ring = Ring::new(100, usize::MAX);
        for n in 1..=20 {
            let level = if n % 5 == 0 {
                Level::Error
            } else {
                Level::Debug
            };
            ring.push(line(level, &format!("line {n}")));
        }
        let errors = Filter::new(Level::Error, "");
        assert_eq!(numbers(&ring.tail(&errors, 3)), [10, 15, 20]);
        let ones = Filter::new(Level::Trace, "LINE 1");
        assert_eq!(numbers(&ring.tail(&ones, 2)), [18, 19]);
        assert_eq!(ring.counts(), [4, 0, 0, 16, 0]);
    }

    #[test]
    fn what_came_since_is_told_without_gaps_or_doubles() {
        let ring = Ring::new(5, usize::MAX);
        assert!(ring.since(0, 9).is_empty());
        for n in 1..=8 {
            ring.push(line(Level::Info, &n.to_string()));
        }
        assert_eq!(
            numbers(&ring.since(0, 2)),
            [4, 5],
            "the first three are gone"
        );
        assert_eq!(numbers(&ring.since(5, 9)), [6, 7, 8]);
        assert!(ring.since(8, 9).is_empty());
        assert!(ring.since(u64::MAX, 9).is_empty());
    }

    #[test]
    fn many_threads_lose_nothing() {
        let ring = Ring::new(10_000, usize::MAX);
        std::thread::scope(|scope| {
            for level in Level::ALL {
                let ring = ring.clone();
                scope.spawn(move || (0..1000).for_each(|_| ring.push(line(level, "x"))));
            }
        });
        assert_eq!(ring.counts(), [1000; 5]);
        let expected: Vec<u64> = (1..=5000).collect();
        assert_eq!(numbers(&ring.since(0, usize::MAX)), expected);
    }
}
