//! Vectors of sixteen lanes, written once for every instruction set.
//!
//! Every operation but [`Simd::mul_add`] rounds alike on every level, and the order
//! of operations is that of the generic code, so code without `mul_add` gives the
//! same bits everywhere.

/// Lanes of a vector.
pub(super) const LANES: usize = 16;

/// What one vector takes, aligned as a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Line<T, const N: usize>(pub [T; N]);

/// The operations of one level. A value proves that the CPU has its instructions.
pub(super) trait Simd: Copy {
    /// Sixteen f32.
    type V: Copy;
    /// Sums of integer products for sixteen outputs, in a layout of the level's own.
    type Sums: Copy;
    /// Four activations, repeated as `dot` reads them.
    type Quad: Copy;
    /// Four weights for each of sixteen outputs, as `dot` reads them.
    type Codes: Copy;

    /// Rows and vectors of columns of a tile of the f32 product, by registers.
    const F32_TILE: (usize, usize);
    /// The same of the int8 product.
    const INT8_TILE: (usize, usize);
    /// Keys whose scores are taken together.
    const KEYS: usize;
    /// Queries whose context is taken together, each over two vectors.
    const QUERIES: usize;

    fn splat(self, x: f32) -> Self::V;
    fn load(self, from: &[f32; LANES]) -> Self::V;
    fn store(self, v: Self::V, to: &mut [f32; LANES]);
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    fn div(self, a: Self::V, b: Self::V) -> Self::V;
    /// The larger of each two lanes; `b` where one is NaN.
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    /// The smaller of each two lanes; `b` where one is NaN.
    fn min(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a * b + c`, rounded once where the level has the instruction.
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// The low nine bits of each lane, moved to where an f32 has sign and exponent.
    fn to_exponent(self, v: Self::V) -> Self::V;
    /// Each lane, of 0.0 to 255.0, to the nearest integer, ties to even.
    fn store_u8(self, v: Self::V, to: &mut [u8; LANES]);

    fn no_sums(self) -> Self::Sums;
    fn quad(self, x: &[u8; 4]) -> Self::Quad;
    /// Four consecutive codes for each of sixteen outputs.
    fn codes(self, from: &[i8; 64]) -> Self::Codes;
    /// Adds to each output the exact sum of its four products.
    fn dot(self, sums: Self::Sums, x: Self::Quad, codes: Self::Codes) -> Self::Sums;
    /// The sums, rounded to f32.
    fn to_f32(self, sums: Self::Sums) -> Self::V;

    /// The lanes folded in halves: with itself plus eight, plus four, and so on.
    #[inline(always)]
    fn fold(self, v: Self::V, f: impl Fn(f32, f32) -> f32) -> f32 {
        let mut lanes = [0.0; LANES];
        self.store(v, &mut lanes);
        let mut width = LANES;
        while width > 1 {
            width /= 2;
            for i in 0..width {
                lanes[i] = f(lanes[i], lanes[i + width]);
            }
        }
        lanes[0]
    }
}

/// Plain Rust. Tiles are small, for the registers of the smallest x86-64.
#[derive(Clone, Copy)]
pub(super) struct Portable;

#[inline(always)]
fn zip(a: [f32; LANES], b: [f32; LANES], f: impl Fn(f32, f32) -> f32) -> [f32; LANES] {
    std::array::from_fn(|i| f(a[i], b[i]))
}

/// Adding this rounds an f32 of small magnitude to an integer in its low bits.
const ROUND: f32 = 12_582_912.0;

impl Simd for Portable {
    type V = [f32; LANES];
    type Sums = [i32; LANES];
    type Quad = [u8; 4];
    type Codes = [i8; 64];

    const F32_TILE: (usize, usize) = (2, 1);
    const INT8_TILE: (usize, usize) = (2, 1);
    const KEYS: usize = 2;
    const QUERIES: usize = 1;

    #[inline(always)]
    fn splat(self, x: f32) -> Self::V {
        [x; LANES]
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> Self::V {
        *from
    }

    #[inline(always)]
    fn store(self, v: Self::V, to: &mut [f32; LANES]) {
        *to = v;
    }

    #[inline(always)]
    fn add(self, a: Self::V, b: Self::V) -> Self::V {
        zip(a, b, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, a: Self::V, b: Self::V) -> Self::V {
        zip(a, b, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, a: Self::V, b: Self::V) -> Self::V {
        zip(a, b, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, a: Self::V, b: Self::V) -> Self::V {
        zip(a, b, |a, b| a / b)
    }

    // Comparisons rather than `f32::max`: the instructions of x86 treat NaN so.
    #[inline(always)]
    fn max(self, a: Self::V, b: Self::V) -> Self::V {
        zip(a, b, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn min(self, a: Self::V, b: Self::V) -> Self::V {
        zip(a, b, |a, b| if a < b { a } else { b })
    }

    // Two roundings: without the instruction, one would cost a call per lane.
    #[inline(always)]
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        self.add(self.mul(a, b), c)
    }

    #[inline(always)]
    fn to_exponent(self, v: Self::V) -> Self::V {
        v.map(|x| f32::from_bits(x.to_bits() << 23))
    }

    #[inline(always)]
    fn store_u8(self, v: Self::V, to: &mut [u8; LANES]) {
        *to = v.map(|x| (x + ROUND).to_bits() as u8);
    }

    #[inline(always)]
    fn no_sums(self) -> Self::Sums {
        [0; LANES]
    }

    #[inline(always)]
    fn quad(self, x: &[u8; 4]) -> Self::Quad {
        *x
    }

    #[inline(always)]
    fn codes(self, from: &[i8; 64]) -> Self::Codes {
        *from
    }

    #[inline(always)]
    fn dot(self, sums: Self::Sums, x: Self::Quad, codes: Self::Codes) -> Self::Sums {
        let (codes, _) = codes.as_chunks::<4>();
        std::array::from_fn(|i| {
            let products: i32 = (0..4)
                .map(|k| i32::from(x[k]) * i32::from(codes[i][k]))
                .sum();
            sums[i] + products
        })
    }

    #[inline(always)]
    fn to_f32(self, sums: Self::Sums) -> Self::V {
        sums.map(|sum| sum as f32)
    }
}
