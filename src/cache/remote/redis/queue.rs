//! What waits to be written.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::Notify;

use crate::cache::key::Key;

use super::state::alone;

/// Most bytes that wait.
const MOST_BYTES: usize = 16 << 20;
/// Most of a batch. A batch that is on its way delays the reads behind it, so it is small.
const BATCH: usize = 64;
const BATCH_BYTES: usize = 128 << 10;

/// An entry to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub key: Key,
    pub bytes: Vec<u8>,
    pub ttl: Duration,
}

/// What is written in one round trip.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    pub entries: Vec<Entry>,
    /// Tags and the generations to raise them to.
    pub generations: Vec<(String, u64)>,
}

/// Entries and invalidations that wait, the oldest first to go where there are too many.
#[derive(Debug)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    capacity: usize,
    /// Told when there is something to do.
    pub filled: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    entries: VecDeque<Entry>,
    bytes: usize,
    /// Only the highest generation of a tag counts.
    generations: BTreeMap<String, u64>,
    is_closed: bool,
}

impl Queue {
    /// An empty queue of at most `capacity` entries and as many tags.
    pub fn new(capacity: usize) -> Self {
        Self {
            waiting: Mutex::default(),
            capacity,
            filled: Notify::new(),
        }
    }

    /// Appends entries. Returns how many gave way.
    pub fn put(&self, entries: impl IntoIterator<Item = Entry>) -> usize {
        let mut waiting = alone(&self.waiting);
        let mut dropped = 0;
        for entry in entries {
            waiting.bytes += entry.bytes.len();
            waiting.entries.push_back(entry);
            while waiting.entries.len() > self.capacity || waiting.bytes > MOST_BYTES {
                waiting.take_oldest();
                dropped += 1;
            }
        }
        drop(waiting);
        self.filled.notify_one();
        dropped
    }

    /// Raises the generations of tags. Returns how many gave way.
    pub fn raise(&self, generations: impl IntoIterator<Item = (String, u64)>) -> usize {
        let mut waiting = alone(&self.waiting);
        for (tag, generation) in generations {
            let held = waiting.generations.entry(tag).or_default();
            *held = generation.max(*held);
        }
        let mut dropped = 0;
        while waiting.generations.len() > self.capacity {
            let by_age = waiting.generations.iter().min_by_key(|(_, at)| **at);
            let Some(oldest) = by_age.map(|(tag, _)| tag.clone()) else {
                break;
            };
            waiting.generations.remove(&oldest);
            dropped += 1;
        }
        drop(waiting);
        self.filled.notify_one();
        dropped
    }

    /// Takes the oldest entries that fit one batch, and all invalidations; `None` where nothing
    /// waits.
    pub fn take(&self) -> Option<Batch> {
        let mut waiting = alone(&self.waiting);
        let mut batch = Batch {
            entries: Vec::new(),
            generations: std::mem::take(&mut waiting.generations)
                .into_iter()
                .collect(),
        };
        let mut bytes = 0;
        while batch.entries.len() < BATCH
            && let Some(next) = waiting.entries.front()
        {
            bytes += next.bytes.len();
            if bytes > BATCH_BYTES && !batch.entries.is_empty() {
                break;
            }
            batch.entries.extend(waiting.take_oldest());
        }
        (batch != Batch::default()).then_some(batch)
    }

    /// Tells the writer that nothing more comes.
    pub fn close(&self) {
        alone(&self.waiting).is_closed = true;
        self.filled.notify_one();
    }

    pub fn is_closed(&self) -> bool {
        alone(&self.waiting).is_closed
    }
}

impl Waiting {
    fn take_oldest(&mut self) -> Option<Entry> {
        let entry = self.entries.pop_front()?;
        self.bytes -= entry.bytes.len();
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::key;
    use super::*;
    use proptest::prelude::*;

    fn entry(number: usize, length: usize) -> Entry {
        Entry {
            key: key(number),
            bytes: vec![0; length],
            ttl: Duration::from_secs(1),
        }
    }

    fn numbers(batch: &Batch) -> Vec<Key> {
        batch.entries.iter().map(|e| e.key).collect()
    }

    #[test]
    fn the_oldest_gives_way_and_the_rest_keeps_its_order() {
        let queue = Queue::new(3);
        assert_eq!(queue.put((0..5).map(|n| entry(n, 1))), 2);
        let batch = queue.take().unwrap();
        assert_eq!(numbers(&batch), [2, 3, 4].map(key));
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn many_bytes_give_way_too() {
        let queue = Queue::new(1000);
        let dropped = queue.put((0..20).map(|n| entry(n, 1 << 20)));
        assert_eq!(dropped, 4, "16 of a mebibyte fit");
        assert_eq!(numbers(&queue.take().unwrap()), [key(4)]);
    }

    #[test]
    fn the_highest_generation_of_a_tag_counts_and_the_oldest_tag_gives_way() {
        let queue = Queue::new(2);
        let raise = |tag: &str, generation| queue.raise([(tag.to_owned(), generation)]);
        assert_eq!(raise("a", 5) + raise("a", 3) + raise("b", 9), 0);
        assert_eq!(raise("c", 7), 1);
        let expected = [("b".to_owned(), 9), ("c".to_owned(), 7)];
        assert_eq!(queue.take().unwrap().generations, expected);
    }

    proptest! {
        #[test]
        fn batches_are_bounded_and_hold_everything_once(
            lengths in prop::collection::vec(0usize..(BATCH_BYTES + BATCH_BYTES / 2), 0..80),
        ) {
            let queue = Queue::new(1000);
            queue.put(lengths.iter().enumerate().map(|(n, l)| entry(n, *l)));
            let mut seen = Vec::new();
            while let Some(batch) = queue.take() {
                let bytes: usize = batch.entries.iter().map(|e| e.bytes.len()).sum();
                prop_assert!(batch.entries.len() <= BATCH);
                prop_assert!(bytes <= BATCH_BYTES || batch.entries.len() == 1);
                seen.extend(numbers(&batch));
            }
            let all: Vec<Key> = (0..lengths.len()).map(key).collect();
            prop_assert_eq!(seen, all);
            prop_assert_eq!(alone(&queue.waiting).bytes, 0);
        }
    }
}
