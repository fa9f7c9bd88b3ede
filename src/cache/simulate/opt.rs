//! The optimum: no policy that knows the future has more hits.
//!
//! Belady's rule (IBM Systems Journal 1966) gives up the block that is asked for again last. Here
//! the block that was just asked for may be the one, that is, it may pass the cache by, since the
//! memory tier may give up a new block, too; the classic rule, which must take every block in, is
//! no upper bound for that.

use std::collections::BinaryHeap;

/// A block that is never asked for again.
const NEVER: u32 = u32::MAX;

/// For each request, when the same block is asked for next.
pub(super) struct Future(Vec<u32>);

impl Future {
    /// Of fewer than 2^32 - 1 `requests` for `distinct` blocks, numbered from 0.
    pub(super) fn new(requests: &[u32], distinct: usize) -> Self {
        let mut seen = vec![NEVER; distinct];
        let mut next = vec![NEVER; requests.len()];
        for (at, block) in requests.iter().enumerate().rev() {
            next[at] = std::mem::replace(&mut seen[*block as usize], at as u32);
        }
        Self(next)
    }

    /// Hits of a cache of `capacity` blocks. O(n log n).
    pub(super) fn hits(&self, capacity: usize) -> u64 {
        // The blocks held, as the requests that they will answer. No two share one; those already
        // answered stay in the heap, and being before all others are never on its top while a
        // block is held.
        let mut heap: BinaryHeap<u32> = BinaryHeap::new();
        let mut answers = vec![false; self.0.len()];
        let (mut held, mut hits) = (0, 0);
        for (at, next) in self.0.iter().enumerate() {
            if answers[at] {
                hits += 1;
                held -= 1;
            }
            if *next == NEVER {
                continue;
            }
            if held == capacity {
                match heap.peek() {
                    Some(last) if *next < *last => {
                        answers[*last as usize] = false;
                        heap.pop();
                        held -= 1;
                    }
                    Some(_) | None => continue,
                }
            }
            answers[*next as usize] = true;
            heap.push(*next);
            held += 1;
        }
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::simulate::lru::Distances;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The most hits over all that a cache may hold after each request: any `capacity` of the
    /// blocks held before and the one asked for.
    fn brute_force(requests: &[u32], capacity: u32) -> u64 {
        let mut states = vec![(0u32, 0u64)];
        for block in requests {
            let mut after: Vec<(u32, u64)> = Vec::new();
            for (held, hits) in states {
                let hits = hits + u64::from(held >> block & 1);
                let offered = held | 1 << block;
                for kept in 0..64u32 {
                    if kept & !offered != 0 || kept.count_ones() > capacity {
                        continue;
                    }
                    match after.iter_mut().find(|(state, _)| *state == kept) {
                        Some((_, most)) => *most = hits.max(*most),
                        None => after.push((kept, hits)),
                    }
                }
            }
            states = after;
        }
        states.into_iter().map(|(_, hits)| hits).max().unwrap_or(0)
    }

    #[test]
    fn hits_by_hand() {
        // One place: `a` is kept over `b`, then over `c`.
        let future = Future::new(&[0, 1, 0, 2, 1, 0, 0], 3);
        assert_eq!(future.hits(1), 3);
        // Two places keep `a` and `b`.
        assert_eq!(future.hits(2), 4);
        assert_eq!(future.hits(0), 0);
        // A scan again and again is LRU's worst case.
        let scans: Vec<u32> = (0..4).cycle().take(16).collect();
        assert_eq!(Distances::new(&scans, 4).hits(3), 0);
        assert_eq!(Future::new(&scans, 4).hits(3), 9);
    }

    proptest! {
        #[test]
        fn equals_the_best_of_all_ways(
            requests in prop::collection::vec(0u32..6, 0..14),
            capacity in 1u32..6,
        ) {
            let future = Future::new(&requests, 6);
            prop_assert_eq!(future.hits(capacity as usize), brute_force(&requests, capacity));
        }

        #[test]
        fn is_at_least_lru_and_grows_with_the_capacity(
            requests in prop::collection::vec(0u32..40, 0..400),
        ) {
            let (future, distances) = (Future::new(&requests, 40), Distances::new(&requests, 40));
            let hits: Vec<u64> = (0..42).map(|capacity| future.hits(capacity)).collect();
            prop_assert!(hits.is_sorted());
            for (capacity, hits) in hits.iter().enumerate() {
                prop_assert!(*hits >= distances.hits(capacity));
            }
            let distinct: BTreeSet<_> = requests.iter().collect();
            prop_assert_eq!(hits[41], (requests.len() - distinct.len()) as u64);
        }
    }
}
