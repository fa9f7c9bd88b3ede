//! The memory tier's policy on a trace, beside LRU and the optimum.

use std::num::NonZero;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{OptionsBuilder, UnitWeighter};
use rustc_hash::FxBuildHasher;
use serde::Serialize;

use super::lru::Distances;
use super::opt::Future;
use super::trace::BlockTrace;

/// Capacities, in blocks, that span the usual ones of block traces: each twice the one before.
pub const CAPACITIES: [usize; 10] = [
    1 << 10,
    1 << 11,
    1 << 12,
    1 << 13,
    1 << 14,
    1 << 15,
    1 << 16,
    1 << 17,
    1 << 18,
    1 << 19,
];

/// A figure for each policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Policies<T> {
    /// That of the memory tier.
    pub memory: T,
    /// Least recently used.
    pub lru: T,
    /// The most that any policy could have, knowing the future.
    pub opt: T,
}

/// The policies at one capacity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AtCapacity {
    /// Blocks that each cache holds: those asked for, rounded up to what the memory tier's shards
    /// hold together.
    pub capacity: usize,
    /// Shards of the memory tier, each of which goes by its own part of the capacity.
    pub shards: usize,
    /// Requests for a block.
    pub requests: u64,
    /// How many of them found it.
    pub hits: Policies<u64>,
    /// Which share of them found it, from 0 to 1.
    pub hit_rate: Policies<f64>,
    /// (memory - LRU) / (OPT - LRU): 0 is as good as LRU, 1 the optimum. None where LRU is
    /// already the optimum.
    pub gap_closed: Option<f64>,
}

/// The policies on one trace.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Requests for a block.
    pub requests: u64,
    /// Different blocks.
    pub distinct: u64,
    /// The figures at each capacity, in the order asked for.
    pub capacities: Vec<AtCapacity>,
}

/// Runs `trace` through caches of `capacities` blocks. `shards` are those of the memory tier's
/// cache; None for as many as it takes by itself, which depends on the machine.
#[must_use]
pub fn simulate(
    trace: &BlockTrace,
    capacities: &[NonZero<usize>],
    shards: Option<NonZero<usize>>,
) -> Report {
    let distances = Distances::new(trace.requests(), trace.distinct());
    let future = Future::new(trace.requests(), trace.distinct());
    let requests = trace.requests().len() as u64;
    let at = |asked: &NonZero<usize>| {
        let cache = cache(*asked, shards);
        // A number of blocks that a machine can hold.
        let capacity = cache.capacity() as usize;
        let hits = Policies {
            memory: memory_hits(&cache, trace.requests()),
            lru: distances.hits(capacity),
            opt: future.hits(capacity),
        };
        let rate = |hits: u64| hits as f64 / requests.max(1) as f64;
        let gap = hits.opt - hits.lru;
        let gain = hits.memory as f64 - hits.lru as f64;
        AtCapacity {
            capacity,
            shards: cache.num_shards(),
            requests,
            hits,
            hit_rate: Policies {
                memory: rate(hits.memory),
                lru: rate(hits.lru),
                opt: rate(hits.opt),
            },
            gap_closed: (gap > 0).then(|| gain / gap as f64),
        }
    };
    Report {
        requests,
        distinct: trace.distinct() as u64,
        capacities: capacities.iter().map(at).collect(),
    }
}

type Blocks = Cache<u64, (), UnitWeighter, FxBuildHasher>;

/// A cache as the memory tier makes it for this many values of equal weight.
fn cache(capacity: NonZero<usize>, shards: Option<NonZero<usize>>) -> Blocks {
    let mut options = OptionsBuilder::new();
    options
        .estimated_items_capacity(capacity.get())
        .weight_capacity(capacity.get() as u64);
    if let Some(shards) = shards {
        options.shards(shards.get());
    }
    // It fails only where one of the two capacities is missing.
    let options = options.build().expect("both capacities are given");
    Cache::with_options(
        options,
        UnitWeighter,
        FxBuildHasher,
        DefaultLifecycle::default(),
    )
}

fn memory_hits(cache: &Blocks, requests: &[u32]) -> u64 {
    let mut hits = 0;
    for block in requests {
        let key = scattered(*block);
        if cache.get(&key).is_some() {
            hits += 1;
        } else {
            cache.insert(key, ());
        }
    }
    hits
}

/// A key for a block, as evenly scattered over the shards as the memory tier's hashes are, and
/// the same in each run: the output function of `SplitMix64` (Steele, Lea & Flood, OOPSLA 2014),
/// which maps no two numbers to the same one.
const fn scattered(block: u32) -> u64 {
    let mut z = (block as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(blocks: &[u32], capacities: &[usize], shards: usize) -> Report {
        let capacities: Vec<_> = capacities.iter().filter_map(|c| NonZero::new(*c)).collect();
        simulate(&BlockTrace::of(blocks), &capacities, NonZero::new(shards))
    }

    #[test]
    fn figures_by_hand() {
        // Four blocks again and again, and a cache for two.
        let blocks: Vec<u32> = (0..4).cycle().take(40).collect();
        let report = run(&blocks, &[2, 4], 1);
        assert_eq!((report.requests, report.distinct), (40, 4));
        let [two, four] = &report.capacities[..] else {
            panic!("two capacities were asked for");
        };
        assert_eq!((two.hits.lru, two.hits.opt), (0, 18));
        let gap = two.hits.memory as f64 / 18.0;
        assert_eq!(two.gap_closed, Some(gap));
        let rates = Policies {
            memory: two.hits.memory as f64 / 40.0,
            lru: 0.0,
            opt: 0.45,
        };
        assert_eq!(two.hit_rate, rates);
        let all = Policies {
            memory: 36,
            lru: 36,
            opt: 36,
        };
        assert_eq!((four.hits, four.gap_closed), (all, None));
    }

    #[test]
    fn scans_do_not_drive_out_what_is_asked_for_often() {
        // A third of the requests is for 50 blocks, the rest for blocks never seen again.
        let blocks: Vec<u32> = (0..30_000)
            .map(|i| if i % 3 == 0 { i / 3 % 50 } else { 50 + i })
            .collect();
        let at = &run(&blocks, &[100], 1).capacities[0];
        assert_eq!(at.hits.lru, 0);
        assert_eq!(at.hits.opt, 9_950);
        assert!(at.gap_closed > Some(0.5), "{at:?}");
    }

    #[test]
    fn a_capacity_that_the_shards_cannot_share_evenly_is_rounded_up_for_all() {
        let blocks: Vec<u32> = (0..300).chain(0..300).collect();
        let at = &run(&blocks, &[257], 4).capacities[0];
        assert_eq!((at.capacity, at.shards), (260, 4));
        assert_eq!(at.hits.opt, 260);
    }

    #[test]
    fn a_report_names_its_figures() {
        let report = run(&[1, 1, 2], &[1], 1);
        let json = serde_json::to_value(&report).unwrap();
        let expected = serde_json::json!({
            "requests": 3,
            "distinct": 2,
            "capacities": [{
                "capacity": 1,
                "shards": 1,
                "requests": 3,
                "hits": {"memory": 1, "lru": 1, "opt": 1},
                "hit_rate": {"memory": 1.0 / 3.0, "lru": 1.0 / 3.0, "opt": 1.0 / 3.0},
                "gap_closed": null,
            }],
        });
        assert_eq!(json, expected);
    }

    proptest! {
        #[test]
        fn nothing_beats_the_optimum(
            blocks in prop::collection::vec(0u32..60, 1..600),
            capacities in prop::collection::vec(1usize..70, 1..4),
            shards in 1usize..5,
        ) {
            for at in run(&blocks, &capacities, shards).capacities {
                prop_assert!(at.hits.opt >= at.hits.memory, "{:?}", at);
                prop_assert!(at.hits.opt >= at.hits.lru, "{:?}", at);
                prop_assert!(at.gap_closed <= Some(1.0), "{:?}", at);
            }
        }

        #[test]
        fn keys_are_all_different(a in any::<u32>(), b in any::<u32>()) {
            prop_assert_eq!(scattered(a) == scattered(b), a == b);
        }
    }
}
