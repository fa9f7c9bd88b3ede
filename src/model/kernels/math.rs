//! Functions of vectors. None uses `mul_add`: each gives the same bits on every level.

use super::simd::Simd;

/// 1.5 * 2^23 + 127: adding it leaves the exponent field of 2^round(x) in the low bits.
const EXPONENT: f32 = 12_583_039.0;

/// 2^x on `[-1/2, 1/2]`, highest power first: the coefficients of `exp2f` in Cephes.
const EXP2: [f32; 7] = [
    1.535_336_2e-4,
    1.339_887_5e-3,
    9.618_437e-3,
    5.550_332_5e-2,
    2.402_264_7e-1,
    6.931_472e-1,
    1.0,
];

/// erf(x) on `[-4, 4]` is `x * P(x^2) / Q(x^2)`, highest power first: the single
/// precision coefficients of Eigen and XLA, within 3e-7.
const ERF_P: [f32; 7] = [
    -2.726_142_3e-10,
    2.770_681_4e-8,
    -2.101_024e-6,
    -5.692_506_4e-5,
    -7.349_906e-4,
    -2.954_6e-3,
    -1.609_603_3e-2,
];
const ERF_Q: [f32; 5] = [
    -1.456_607_2e-5,
    -2.133_740_5e-4,
    -1.682_827e-3,
    -7.373_329e-3,
    -1.426_473_9e-2,
];

/// 2^x for x of at most 127; below -126 it stays 2^-126.
#[inline(always)]
pub(super) fn exp2<S: Simd>(s: S, x: S::V) -> S::V {
    let x = s.max(x, s.splat(-126.0));
    let shifted = s.add(x, s.splat(EXPONENT));
    let rest = s.sub(x, s.sub(shifted, s.splat(EXPONENT)));
    s.mul(polynomial(s, &EXP2, rest), s.to_exponent(shifted))
}

/// GELU, `x / 2 * (1 + erf(x / sqrt(2)))` (Hendrycks and Gimpel, 2016).
#[inline(always)]
pub(super) fn gelu<S: Simd>(s: S, x: S::V) -> S::V {
    let half = s.mul(x, s.splat(0.5));
    let erf = erf(s, s.mul(x, s.splat(std::f32::consts::FRAC_1_SQRT_2)));
    s.add(half, s.mul(half, erf))
}

#[inline(always)]
fn erf<S: Simd>(s: S, x: S::V) -> S::V {
    let x = s.min(s.max(x, s.splat(-4.0)), s.splat(4.0));
    let square = s.mul(x, x);
    let p = polynomial(s, &ERF_P, square);
    s.div(s.mul(x, p), polynomial(s, &ERF_Q, square))
}

/// Horner's scheme.
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(s: S, coefficients: &[f32; N], x: S::V) -> S::V {
    let mut sum = s.splat(coefficients[0]);
    for &coefficient in &coefficients[1..] {
        sum = s.add(s.mul(sum, x), s.splat(coefficient));
    }
    sum
}
