//! LRU at every capacity in one pass.
//!
//! LRU is a stack algorithm (Mattson et al., IBM Systems Journal 1970): a request hits at every
//! capacity above its stack distance, the number of different blocks asked for since the block
//! itself. A Fenwick tree over the last request of each block counts them in O(log n).

/// Prefix sums that can be changed.
struct Fenwick(Vec<i32>);

impl Fenwick {
    fn add(&mut self, at: usize, value: i32) {
        let mut node = at + 1;
        while let Some(sum) = self.0.get_mut(node) {
            *sum += value;
            node += node & node.wrapping_neg();
        }
    }

    /// The sum before `end`.
    fn before(&self, end: usize) -> i32 {
        let (mut node, mut sum) = (end, 0);
        while node > 0 {
            sum += self.0[node];
            node &= node - 1;
        }
        sum
    }
}

/// Requests by stack distance; those for a block never asked for before are left out.
pub(super) struct Distances(Vec<u64>);

impl Distances {
    /// Of `requests` for `distinct` blocks, numbered from 0. O(n log n).
    pub(super) fn new(requests: &[u32], distinct: usize) -> Self {
        let mut tree = Fenwick(vec![0; requests.len() + 1]);
        let mut last: Vec<Option<usize>> = vec![None; distinct];
        let mut distances = vec![0; distinct];
        for (at, block) in requests.iter().enumerate() {
            let last = &mut last[*block as usize];
            if let Some(before) = last.replace(at) {
                let since = tree.before(at) - tree.before(before + 1);
                // One mark a block: it is neither negative nor above `distinct`.
                distances[since as usize] += 1;
                tree.add(before, -1);
            }
            tree.add(at, 1);
        }
        Self(distances)
    }

    /// Hits of a cache of `capacity` blocks.
    pub(super) fn hits(&self, capacity: usize) -> u64 {
        self.0.iter().take(capacity).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Hits of a list whose front is the block asked for longest ago.
    fn naive(requests: &[u32], capacity: usize) -> u64 {
        let mut list: Vec<u32> = Vec::new();
        let mut hits = 0;
        for block in requests {
            if let Some(at) = list.iter().position(|b| b == block) {
                list.remove(at);
                hits += 1;
            } else if list.len() == capacity {
                list.remove(0);
            }
            list.push(*block);
        }
        hits
    }

    #[test]
    fn hits_by_hand() {
        // Distances: a and b new, a 1, c new, b 2, a 2, a 0.
        let distances = Distances::new(&[0, 1, 0, 2, 1, 0, 0], 3);
        assert_eq!(distances.0, [1, 1, 2]);
        let hits = [0, 1, 2, 3, 9].map(|capacity| distances.hits(capacity));
        assert_eq!(hits, [0, 1, 2, 4, 4]);
    }

    proptest! {
        #[test]
        fn equals_a_list(
            requests in prop::collection::vec(0u32..20, 0..200),
            capacity in 1usize..22,
        ) {
            let distances = Distances::new(&requests, 20);
            prop_assert_eq!(distances.hits(capacity), naive(&requests, capacity));
        }
    }
}
