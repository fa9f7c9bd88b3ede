//! Softmax attention, straight from the packed projection of queries, keys and values.

use std::ops::Range;

use super::level::{Kernel, Level};
use super::linear::{by_rows, tiles};
use super::math::exp2;
use super::simd::{LANES, Line, Simd};

/// The packed projection of a batch whose sequences lie one after another.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a> {
    /// `[tokens, stride]`; a row starts with queries, keys and values, each
    /// `[heads, width]`.
    pub rows: &'a [f32],
    /// f32 from one row to the next.
    pub stride: usize,
    pub heads: usize,
    /// f32 of a head; a multiple of 32.
    pub width: usize,
}

/// Memory kept from one call to the next.
#[derive(Debug, Default)]
pub struct AttentionScratch {
    /// Sixteen queries of a head, `[width, queries]`.
    queries: Vec<Line<f32, LANES>>,
    /// Their scores, `[keys, queries]`.
    scores: Vec<Line<f32, LANES>>,
}

/// `softmax(q . k / sqrt(width)) . v` (Vaswani et al., 2017) for the tokens `queries`,
/// each over its own sequence and head.
///
/// `lengths` are the tokens of each sequence; `context` is `[queries, heads * width]`.
/// A token's result depends on its own sequence alone, and is the same on every level.
///
/// # Panics
/// Where the sizes do not fit each other.
pub fn attend(
    level: Level,
    packed: Packed<'_>,
    lengths: &[usize],
    queries: Range<usize>,
    context: &mut [f32],
    scratch: &mut AttentionScratch,
) {
    let hidden = packed.heads * packed.width;
    assert!(packed.width.is_multiple_of(2 * LANES) && 3 * hidden <= packed.stride);
    assert_eq!(context.len(), queries.len() * hidden);
    assert!(queries.end <= lengths.iter().sum());
    level.run(Attend {
        packed,
        lengths,
        queries,
        context,
        scratch,
    });
}

struct Attend<'a> {
    packed: Packed<'a>,
    lengths: &'a [usize],
    queries: Range<usize>,
    context: &'a mut [f32],
    scratch: &'a mut AttentionScratch,
}

impl Kernel for Attend<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let mut start = 0;
        for length in self.lengths {
            let keys = start..start + length;
            start = keys.end;
            let queries = keys.start.max(self.queries.start)..keys.end.min(self.queries.end);
            for head in 0..self.packed.heads {
                for first in queries.clone().step_by(LANES) {
                    let group = first..queries.end.min(first + LANES);
                    self.group(s, head, group, keys.clone());
                }
            }
        }
    }
}

impl Attend<'_> {
    /// At most sixteen queries of one head and sequence, a lane for each.
    #[inline(always)]
    fn group<S: Simd>(&mut self, s: S, head: usize, queries: Range<usize>, keys: Range<usize>) {
        self.transpose(head, queries.clone());
        // Scores are rewritten before they are read.
        self.scratch.scores.resize(keys.len(), Line([0.0; LANES]));
        for (key, count) in tiles(keys.len(), S::KEYS) {
            by_rows!(count, S::KEYS, M => self.scores::<S, M>(s, head, keys.start, key));
        }
        let shares = self.softmax(s);
        for (lane, count) in tiles(queries.len(), S::QUERIES) {
            by_rows!(count, S::QUERIES, M => {
                self.context::<S, M>(s, head, queries.start, lane, keys.start, &shares);
            });
        }
    }

    /// Queries as columns, scaled for scores that are powers of two.
    #[inline(always)]
    fn transpose(&mut self, head: usize, queries: Range<usize>) {
        let Packed { width, stride, .. } = self.packed;
        let scale = std::f32::consts::LOG2_E / (width as f32).sqrt();
        // Lanes without a query keep old finite numbers; nobody reads their results.
        self.scratch.queries.resize(width, Line([0.0; LANES]));
        for (lane, query) in queries.enumerate() {
            let row = &self.packed.rows[query * stride + head * width..][..width];
            for (line, x) in self.scratch.queries.iter_mut().zip(row) {
                line.0[lane] = x * scale;
            }
        }
    }

    /// M keys from `key`, against all queries.
    #[inline(always)]
    fn scores<S: Simd, const M: usize>(&mut self, s: S, head: usize, start: usize, key: usize) {
        let Packed {
            rows,
            stride,
            heads,
            width,
        } = self.packed;
        let keys: [&[f32]; M] = std::array::from_fn(|m| {
            &rows[(start + key + m) * stride + (heads + head) * width..][..width]
        });
        let mut sums = [s.splat(0.0); M];
        for (d, query) in self.scratch.queries[..width].iter().enumerate() {
            let query = s.load(&query.0);
            for (sum, key) in sums.iter_mut().zip(&keys) {
                *sum = s.add(*sum, s.mul(query, s.splat(key[d])));
            }
        }
        for (sum, scores) in sums.into_iter().zip(&mut self.scratch.scores[key..]) {
            s.store(sum, &mut scores.0);
        }
    }

    /// Scores to powers of two; the inverse of each query's sum.
    #[inline(always)]
    fn softmax<S: Simd>(&mut self, s: S) -> [f32; LANES] {
        let scores = &mut self.scratch.scores;
        let mut largest = s.splat(f32::MIN);
        for score in scores.iter() {
            largest = s.max(s.load(&score.0), largest);
        }
        let mut sum = s.splat(0.0);
        for score in scores.iter_mut() {
            let power = exp2(s, s.sub(s.load(&score.0), largest));
            s.store(power, &mut score.0);
            sum = s.add(sum, power);
        }
        let mut shares = [0.0; LANES];
        s.store(s.div(s.splat(1.0), sum), &mut shares);
        shares
    }

    /// M queries from `lane`, over all keys.
    #[inline(always)]
    fn context<S: Simd, const M: usize>(
        &mut self,
        s: S,
        head: usize,
        first: usize,
        lane: usize,
        start: usize,
        shares: &[f32; LANES],
    ) {
        let Packed {
            rows,
            stride,
            heads,
            width,
        } = self.packed;
        for d in (0..width).step_by(2 * LANES) {
            let column = head * width + d;
            let mut sums = [[s.splat(0.0); 2]; M];
            for (key, scores) in self.scratch.scores.iter().enumerate() {
                let value = rows[(start + key) * stride + 2 * heads * width + column..]
                    .as_chunks()
                    .0;
                let value = [s.load(&value[0]), s.load(&value[1])];
                for (sums, &score) in sums.iter_mut().zip(&scores.0[lane..lane + M]) {
                    let score = s.splat(score);
                    for (sum, value) in sums.iter_mut().zip(value) {
                        *sum = s.add(*sum, s.mul(score, value));
                    }
                }
            }
            for (m, sums) in sums.into_iter().enumerate() {
                let row = first + lane + m - self.queries.start;
                let out = self.context[row * heads * width + column..].as_chunks_mut();
                let share = s.splat(shares[lane + m]);
                for (sum, out) in sums.into_iter().zip(out.0) {
                    s.store(s.mul(sum, share), out);
                }
            }
        }
    }
}
