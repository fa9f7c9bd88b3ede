//! Layer normalisation, pooling, and the quantising of rows of activations.

use super::level::{Kernel, Level};
use super::simd::{LANES, Simd};

/// Adds `delta` to `hidden`, then normalises each row (Ba et al., 2016, as in BERT
/// after each residual): `(x - mean) / sqrt(variance + epsilon) * gain + shift`.
///
/// `hidden` and `delta` are `[rows, n]`, `gain` and `shift` `[n]`, n a multiple of 16.
///
/// # Panics
/// Where lengths disagree.
pub fn add_normalise(
    level: Level,
    hidden: &mut [f32],
    delta: &[f32],
    (gain, shift): (&[f32], &[f32]),
    epsilon: f32,
) {
    assert_eq!(hidden.len(), delta.len());
    assert!(gain.len() == shift.len() && gain.len().is_multiple_of(LANES));
    level.run(AddNormalise {
        hidden,
        delta,
        gain,
        shift,
        epsilon,
    });
}

struct AddNormalise<'a> {
    hidden: &'a mut [f32],
    delta: &'a [f32],
    gain: &'a [f32],
    shift: &'a [f32],
    epsilon: f32,
}

impl Kernel for AddNormalise<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let n = self.gain.len();
        let gain = self.gain.as_chunks().0;
        let shift = self.shift.as_chunks().0;
        for (row, delta) in self
            .hidden
            .chunks_exact_mut(n)
            .zip(self.delta.chunks_exact(n))
        {
            let row = row.as_chunks_mut().0;
            let mut sum = s.splat(0.0);
            for (x, delta) in row.iter_mut().zip(delta.as_chunks().0) {
                let y = s.add(s.load(x), s.load(delta));
                s.store(y, x);
                sum = s.add(sum, y);
            }
            let mean = s.splat(s.fold(sum, |a, b| a + b) / n as f32);
            let mut squares = s.splat(0.0);
            for x in row.iter() {
                let y = s.sub(s.load(x), mean);
                squares = s.add(squares, s.mul(y, y));
            }
            let variance = s.fold(squares, |a, b| a + b) / n as f32;
            let scale = s.splat(1.0 / (variance + self.epsilon).sqrt());
            for ((x, gain), shift) in row.iter_mut().zip(gain).zip(shift) {
                let y = s.mul(s.sub(s.load(x), mean), scale);
                s.store(s.add(s.mul(y, s.load(gain)), s.load(shift)), x);
            }
        }
    }
}

/// The mean of each sequence's rows, scaled to length 1 (a zero mean stays zero).
///
/// `hidden` is `[tokens, n]`, the sequences one after another; the result is
/// `[sequences, n]`, n a multiple of 16.
///
/// # Panics
/// Where `lengths` do not add up to the tokens.
pub fn pool(level: Level, hidden: &[f32], lengths: &[usize], n: usize) -> Vec<f32> {
    assert!(n.is_multiple_of(LANES));
    assert_eq!(hidden.len(), lengths.iter().sum::<usize>() * n);
    let mut means = vec![0.0; lengths.len() * n];
    level.run(Pool {
        hidden,
        lengths,
        means: &mut means,
        n,
    });
    means
}

struct Pool<'a> {
    hidden: &'a [f32],
    lengths: &'a [usize],
    means: &'a mut [f32],
    n: usize,
}

impl Kernel for Pool<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut rest = self.hidden;
        for (&length, mean) in self.lengths.iter().zip(self.means.chunks_exact_mut(self.n)) {
            let (rows, after) = rest.split_at(length * self.n);
            rest = after;
            let mean = mean.as_chunks_mut().0;
            for row in rows.chunks_exact(self.n) {
                for (sum, x) in mean.iter_mut().zip(row.as_chunks().0) {
                    s.store(s.add(s.load(sum), s.load(x)), sum);
                }
            }
            // The scale makes dividing by the number of rows unnecessary.
            let mut squares = s.splat(0.0);
            for x in mean.iter() {
                squares = s.add(squares, s.mul(s.load(x), s.load(x)));
            }
            let norm = s.fold(squares, |a, b| a + b).sqrt();
            let scale = s.splat(if norm > 0.0 { 1.0 / norm } else { 0.0 });
            for x in mean.iter_mut() {
                s.store(s.mul(s.load(x), scale), x);
            }
        }
    }
}

/// Rows of activations as bytes: `x * inverse = scale * (code - zero)`, with a scale
/// and a zero point for each row, so that no row depends on another.
#[derive(Debug, Default)]
pub struct ByteRows {
    /// `[rows, n]`.
    pub(super) codes: Vec<u8>,
    /// Scale and zero point of each row.
    pub(super) ranges: Vec<(f32, f32)>,
}

impl ByteRows {
    /// Quantises `x` `[rows, n]` after multiplying each row by `inverse` `[n]`, n a
    /// multiple of 16. The range of a row spans its values and zero, and is cut into
    /// 255 steps.
    ///
    /// # Panics
    /// Where lengths disagree.
    pub fn quantise(&mut self, level: Level, x: &[f32], inverse: &[f32]) {
        let n = inverse.len();
        assert!(n.is_multiple_of(LANES) && x.len().is_multiple_of(n));
        // Old codes may stay: every one is overwritten.
        self.codes.resize(x.len(), 0);
        self.ranges.resize(x.len() / n, (0.0, 0.0));
        level.run(Quantise {
            x,
            inverse,
            codes: &mut self.codes,
            ranges: &mut self.ranges,
        });
    }
}

struct Quantise<'a> {
    x: &'a [f32],
    inverse: &'a [f32],
    codes: &'a mut [u8],
    ranges: &'a mut [(f32, f32)],
}

impl Kernel for Quantise<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let n = self.inverse.len();
        let inverse = self.inverse.as_chunks().0;
        let rows = self.x.chunks_exact(n).zip(self.codes.chunks_exact_mut(n));
        for ((row, codes), range) in rows.zip(self.ranges) {
            let row = row.as_chunks().0;
            let mut low = s.splat(0.0);
            let mut high = s.splat(0.0);
            for (x, inverse) in row.iter().zip(inverse) {
                let y = s.mul(s.load(x), s.load(inverse));
                low = s.min(low, y);
                high = s.max(high, y);
            }
            let low = s.fold(low, |a, b| if a < b { a } else { b });
            let high = s.fold(high, |a, b| if a > b { a } else { b });
            // Divided before subtracting: the difference itself may overflow.
            let mut scale = high / 255.0 - low / 255.0;
            if scale < f32::MIN_POSITIVE {
                // All zero, or so small that 1 / scale would overflow.
                scale = 1.0;
            }
            let zero = (-low / scale).round_ties_even();
            *range = (scale, zero);
            let steps = s.splat(1.0 / scale);
            let zero = s.splat(zero);
            let codes = codes.as_chunks_mut().0;
            for ((x, inverse), codes) in row.iter().zip(inverse).zip(codes) {
                let y = s.mul(s.mul(s.load(x), s.load(inverse)), steps);
                let code = s.min(s.max(s.add(y, zero), s.splat(0.0)), s.splat(255.0));
                s.store_u8(code, codes);
            }
        }
    }
}
