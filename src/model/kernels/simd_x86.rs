//! [`Simd`] by the intrinsics of x86-64.

use std::arch::x86_64::*;

use super::simd::{LANES, Simd};

/// An intrinsic of a level that a value of the level's type stands for.
macro_rules! cpu {
    ($call:expr) => {
        // SAFETY: `self` exists, and its `new` requires a CPU with every feature
        // that these intrinsics need. Pointers come from references to arrays of
        // exactly the bytes that the unaligned loads and stores touch.
        unsafe { $call }
    };
}

/// AVX2 and FMA; a vector is two registers of eight lanes.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

/// AVX-512 F, BW, DQ and VL.
#[derive(Clone, Copy)]
pub(super) struct Avx512(());

/// [`Avx512`] and VNNI, whose `vpdpbusd` adds four products of bytes at once.
#[derive(Clone, Copy)]
pub(super) struct Avx512Vnni(());

impl Avx2 {
    /// # Safety
    /// The CPU must have AVX2 and FMA.
    pub(super) unsafe fn new() -> Self {
        Self(())
    }
}

impl Avx512 {
    /// # Safety
    /// The CPU must have AVX2, FMA and AVX-512 F, BW, DQ and VL.
    pub(super) unsafe fn new() -> Self {
        Self(())
    }
}

impl Avx512Vnni {
    /// # Safety
    /// The CPU must have what [`Avx512::new`] asks, and AVX-512 VNNI.
    pub(super) unsafe fn new() -> Self {
        Self(())
    }
}

impl Simd for Avx2 {
    type V = [__m256; 2];
    /// Two sums for each of sixteen outputs, of the even and the odd pairs.
    type Sums = [__m256i; 4];
    /// Four activations as i16, four times.
    type Quad = __m256i;
    /// Four outputs to a register, four codes of each as i16.
    type Codes = [__m256i; 4];

    const F32_TILE: (usize, usize) = (6, 1);
    const INT8_TILE: (usize, usize) = (2, 1);
    const KEYS: usize = 6;
    const QUERIES: usize = 3;

    #[inline(always)]
    fn splat(self, x: f32) -> Self::V {
        cpu!([_mm256_set1_ps(x); 2])
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> Self::V {
        let from = from.as_ptr();
        cpu!([_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(8))])
    }

    #[inline(always)]
    fn store(self, v: Self::V, to: &mut [f32; LANES]) {
        let to = to.as_mut_ptr();
        cpu!(_mm256_storeu_ps(to, v[0]));
        cpu!(_mm256_storeu_ps(to.add(8), v[1]));
    }

    #[inline(always)]
    fn add(self, a: Self::V, b: Self::V) -> Self::V {
        cpu!([_mm256_add_ps(a[0], b[0]), _mm256_add_ps(a[1], b[1])])
    }

    #[inline(always)]
    fn sub(self, a: Self::V, b: Self::V) -> Self::V {
        cpu!([_mm256_sub_ps(a[0], b[0]), _mm256_sub_ps(a[1], b[1])])
    }

    #[inline(always)]
    fn mul(self, a: Self::V, b: Self::V) -> Self::V {
        cpu!([_mm256_mul_ps(a[0], b[0]), _mm256_mul_ps(a[1], b[1])])
    }

    #[inline(always)]
    fn div(self, a: Self::V, b: Self::V) -> Self::V {
        cpu!([_mm256_div_ps(a[0], b[0]), _mm256_div_ps(a[1], b[1])])
    }

    #[inline(always)]
    fn max(self, a: Self::V, b: Self::V) -> Self::V {
        cpu!([_mm256_max_ps(a[0], b[0]), _mm256_max_ps(a[1], b[1])])
    }

    #[inline(always)]
    fn min(self, a: Self::V, b: Self::V) -> Self::V {
        cpu!([_mm256_min_ps(a[0], b[0]), _mm256_min_ps(a[1], b[1])])
    }

    #[inline(always)]
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        cpu!([
            _mm256_fmadd_ps(a[0], b[0], c[0]),
            _mm256_fmadd_ps(a[1], b[1], c[1])
        ])
    }

    #[inline(always)]
    fn to_exponent(self, v: Self::V) -> Self::V {
        let [a, b] = v;
        cpu!([
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(a))),
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(b))),
        ])
    }

    #[inline(always)]
    fn store_u8(self, v: Self::V, to: &mut [u8; LANES]) {
        // Packing works within halves of a register: the permutation mends that.
        let words = cpu!(_mm256_permute4x64_epi64::<0b11_01_10_00>(
            _mm256_packs_epi32(_mm256_cvtps_epi32(v[0]), _mm256_cvtps_epi32(v[1]))
        ));
        let bytes = cpu!(_mm_packus_epi16(
            _mm256_castsi256_si128(words),
            _mm256_extracti128_si256::<1>(words)
        ));
        cpu!(_mm_storeu_si128(to.as_mut_ptr().cast(), bytes));
    }

    #[inline(always)]
    fn no_sums(self) -> Self::Sums {
        cpu!([_mm256_setzero_si256(); 4])
    }

    #[inline(always)]
    fn quad(self, x: &[u8; 4]) -> Self::Quad {
        cpu!(_mm256_cvtepu8_epi16(_mm_set1_epi32(i32::from_le_bytes(*x))))
    }

    #[inline(always)]
    fn codes(self, from: &[i8; 64]) -> Self::Codes {
        let from: *const __m128i = from.as_ptr().cast();
        cpu!([
            _mm256_cvtepi8_epi16(_mm_loadu_si128(from)),
            _mm256_cvtepi8_epi16(_mm_loadu_si128(from.add(1))),
            _mm256_cvtepi8_epi16(_mm_loadu_si128(from.add(2))),
            _mm256_cvtepi8_epi16(_mm_loadu_si128(from.add(3))),
        ])
    }

    // `vpmaddwd` on i16: exact, where `vpmaddubsw` would saturate.
    #[inline(always)]
    fn dot(self, sums: Self::Sums, x: Self::Quad, codes: Self::Codes) -> Self::Sums {
        let [a, b, c, d] = sums;
        cpu!([
            _mm256_add_epi32(a, _mm256_madd_epi16(codes[0], x)),
            _mm256_add_epi32(b, _mm256_madd_epi16(codes[1], x)),
            _mm256_add_epi32(c, _mm256_madd_epi16(codes[2], x)),
            _mm256_add_epi32(d, _mm256_madd_epi16(codes[3], x)),
        ])
    }

    #[inline(always)]
    fn to_f32(self, s: Self::Sums) -> Self::V {
        // `vphaddd` works within halves too: outputs come as 0 1 4 5 2 3 6 7.
        let a = cpu!(_mm256_permute4x64_epi64::<0b11_01_10_00>(
            _mm256_hadd_epi32(s[0], s[1])
        ));
        let b = cpu!(_mm256_permute4x64_epi64::<0b11_01_10_00>(
            _mm256_hadd_epi32(s[2], s[3])
        ));
        cpu!([_mm256_cvtepi32_ps(a), _mm256_cvtepi32_ps(b)])
    }
}

/// What the two levels of AVX-512 share: f32 in one register.
macro_rules! f32_by_avx512 {
    () => {
        type V = __m512;

        const F32_TILE: (usize, usize) = (12, 2);
        const KEYS: usize = 12;
        const QUERIES: usize = 8;

        #[inline(always)]
        fn splat(self, x: f32) -> Self::V {
            cpu!(_mm512_set1_ps(x))
        }

        #[inline(always)]
        fn load(self, from: &[f32; LANES]) -> Self::V {
            cpu!(_mm512_loadu_ps(from.as_ptr()))
        }

        #[inline(always)]
        fn store(self, v: Self::V, to: &mut [f32; LANES]) {
            cpu!(_mm512_storeu_ps(to.as_mut_ptr(), v))
        }

        #[inline(always)]
        fn add(self, a: Self::V, b: Self::V) -> Self::V {
            cpu!(_mm512_add_ps(a, b))
        }

        #[inline(always)]
        fn sub(self, a: Self::V, b: Self::V) -> Self::V {
            cpu!(_mm512_sub_ps(a, b))
        }

        #[inline(always)]
        fn mul(self, a: Self::V, b: Self::V) -> Self::V {
            cpu!(_mm512_mul_ps(a, b))
        }

        #[inline(always)]
        fn div(self, a: Self::V, b: Self::V) -> Self::V {
            cpu!(_mm512_div_ps(a, b))
        }

        #[inline(always)]
        fn max(self, a: Self::V, b: Self::V) -> Self::V {
            cpu!(_mm512_max_ps(a, b))
        }

        #[inline(always)]
        fn min(self, a: Self::V, b: Self::V) -> Self::V {
            cpu!(_mm512_min_ps(a, b))
        }

        #[inline(always)]
        fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
            cpu!(_mm512_fmadd_ps(a, b, c))
        }

        #[inline(always)]
        fn to_exponent(self, v: Self::V) -> Self::V {
            cpu!(_mm512_castsi512_ps(_mm512_slli_epi32::<23>(
                _mm512_castps_si512(v)
            )))
        }

        #[inline(always)]
        fn store_u8(self, v: Self::V, to: &mut [u8; LANES]) {
            cpu!(_mm_storeu_si128(
                to.as_mut_ptr().cast(),
                _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(v))
            ))
        }
    };
}

impl Simd for Avx512 {
    /// Two sums for each of sixteen outputs, of the even and the odd pairs.
    type Sums = [__m512i; 2];
    /// Four activations as i16, eight times.
    type Quad = __m512i;
    /// Eight outputs to a register, four codes of each as i16.
    type Codes = [__m512i; 2];

    const INT8_TILE: (usize, usize) = (8, 1);

    f32_by_avx512!();

    #[inline(always)]
    fn no_sums(self) -> Self::Sums {
        cpu!([_mm512_setzero_si512(); 2])
    }

    #[inline(always)]
    fn quad(self, x: &[u8; 4]) -> Self::Quad {
        cpu!(_mm512_cvtepu8_epi16(_mm256_set1_epi32(i32::from_le_bytes(
            *x
        ))))
    }

    #[inline(always)]
    fn codes(self, from: &[i8; 64]) -> Self::Codes {
        let from: *const __m256i = from.as_ptr().cast();
        cpu!([
            _mm512_cvtepi8_epi16(_mm256_loadu_si256(from)),
            _mm512_cvtepi8_epi16(_mm256_loadu_si256(from.add(1))),
        ])
    }

    #[inline(always)]
    fn dot(self, sums: Self::Sums, x: Self::Quad, codes: Self::Codes) -> Self::Sums {
        let [a, b] = sums;
        cpu!([
            _mm512_add_epi32(a, _mm512_madd_epi16(codes[0], x)),
            _mm512_add_epi32(b, _mm512_madd_epi16(codes[1], x)),
        ])
    }

    #[inline(always)]
    fn to_f32(self, s: Self::Sums) -> Self::V {
        // The even sums of both registers, then the odd ones, in order of output.
        let even = cpu!(_mm512_setr_epi32(
            0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
        ));
        let odd = cpu!(_mm512_add_epi32(even, _mm512_set1_epi32(1)));
        cpu!(_mm512_cvtepi32_ps(_mm512_add_epi32(
            _mm512_permutex2var_epi32(s[0], even, s[1]),
            _mm512_permutex2var_epi32(s[0], odd, s[1])
        )))
    }
}

impl Simd for Avx512Vnni {
    type Sums = __m512i;
    /// Four activations as u8, sixteen times.
    type Quad = __m512i;
    type Codes = __m512i;

    const INT8_TILE: (usize, usize) = (6, 2);

    f32_by_avx512!();

    #[inline(always)]
    fn no_sums(self) -> Self::Sums {
        cpu!(_mm512_setzero_si512())
    }

    #[inline(always)]
    fn quad(self, x: &[u8; 4]) -> Self::Quad {
        cpu!(_mm512_set1_epi32(i32::from_le_bytes(*x)))
    }

    #[inline(always)]
    fn codes(self, from: &[i8; 64]) -> Self::Codes {
        cpu!(_mm512_loadu_si512(from.as_ptr().cast()))
    }

    #[inline(always)]
    fn dot(self, sums: Self::Sums, x: Self::Quad, codes: Self::Codes) -> Self::Sums {
        cpu!(_mm512_dpbusd_epi32(sums, x, codes))
    }

    #[inline(always)]
    fn to_f32(self, sums: Self::Sums) -> Self::V {
        cpu!(_mm512_cvtepi32_ps(sums))
    }
}
