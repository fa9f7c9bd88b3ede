use proptest::prelude::*;

use super::level::Kernel;
use super::math::{exp2, gelu};
use super::simd::Simd;
use super::*;

/// Without optimisation the kernels are a hundred times slower.
const CASES: u32 = if cfg!(debug_assertions) { 2 } else { 32 };

/// Numbers of -1 to 1, from a seed: proptest shrinks the seed, not a million floats.
fn noise(seed: u64, n: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2) + 1;
    (0..n)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 40) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|x| x.to_bits()).collect()
}

#[track_caller]
fn assert_close(level: Level, got: &[f32], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    for (i, (&got, want)) in got.iter().zip(want).enumerate() {
        let error = (f64::from(got) - want).abs();
        assert!(
            error <= tolerance * want.abs().max(1.0),
            "{level}: {got} for {want} at {i}"
        );
    }
}

fn apply<L: Linear>(level: Level, linear: &L, x: &[f32], activation: Activation) -> Vec<f32> {
    let mut rows = vec![0.0; x.len() / linear.inputs() * linear.outputs()];
    let out = Output {
        rows: &mut rows,
        stride: linear.outputs(),
    };
    linear.apply(level, x, activation, out, &mut L::Scratch::default());
    rows
}

/// `x * weight^T + bias`, in f64.
fn product(x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f64> {
    let inputs = weight.len() / bias.len();
    x.chunks_exact(inputs)
        .flat_map(|x| {
            weight
                .chunks_exact(inputs)
                .zip(bias)
                .map(move |(w, &bias)| {
                    let products = x.iter().zip(w).map(|(&x, &w)| f64::from(x) * f64::from(w));
                    products.sum::<f64>() + f64::from(bias)
                })
        })
        .collect()
}

/// Codes of any value, for a layer with some scale and block.
fn int8(seed: u64, (outputs, inputs): (usize, usize), block: usize) -> (Quantised, Vec<f32>) {
    let codes = noise(seed, outputs * inputs)
        .iter()
        .map(|x| (x * 128.0).floor() as i8)
        .collect();
    let scales = noise(seed + 1, outputs * inputs / block)
        .iter()
        .map(|x| x.abs() / 100.0)
        .collect();
    let weight = Quantised::new(codes, scales, inputs, block).unwrap();
    (weight, noise(seed + 2, outputs))
}

/// What [`Int8Linear`] promises, in the same order of operations and with plain loops.
fn int8_reference(x: &[f32], weight: &Quantised, bias: &[f32]) -> Vec<f32> {
    let (n, block) = (weight.columns(), weight.block());
    let mut out = Vec::new();
    for x in x.chunks_exact(n) {
        let low = x.iter().fold(0.0_f32, |a, &b| a.min(b));
        let high = x.iter().fold(0.0_f32, |a, &b| a.max(b));
        let scale = match high / 255.0 - low / 255.0 {
            scale if scale < f32::MIN_POSITIVE => 1.0,
            scale => scale,
        };
        let zero = (-low / scale).round_ties_even();
        let codes: Vec<i32> = x
            .iter()
            .map(|x| {
                (x * (1.0 / scale) + zero)
                    .clamp(0.0, 255.0)
                    .round_ties_even() as i32
            })
            .collect();
        for (row, bias) in bias.iter().enumerate() {
            let (mut total, mut offset) = (0.0, 0.0);
            for first in (0..n).step_by(block) {
                let weights = &weight.codes()[row * n + first..][..block];
                let codes = &codes[first..][..block];
                let dot: i32 = codes
                    .iter()
                    .zip(weights)
                    .map(|(x, &w)| x * i32::from(w))
                    .sum();
                let sum: i32 = weights.iter().map(|&w| i32::from(w)).sum();
                let factor = weight.scales()[(row * n + first) / block];
                total += dot as f32 * factor;
                offset += factor * sum as f32;
            }
            out.push(scale * (total - zero * offset) + bias);
        }
    }
    out
}

fn attention(qkv: &[f32], lengths: &[usize], heads: usize, width: usize) -> Vec<f64> {
    let hidden = heads * width;
    let at = |row: usize, column: usize| f64::from(qkv[row * 3 * hidden + column]);
    let mut out = vec![0.0; qkv.len() / 3];
    let mut start = 0;
    for &length in lengths {
        for query in start..start + length {
            for head in (0..hidden).step_by(width) {
                let scores: Vec<f64> = (start..start + length)
                    .map(|key| {
                        let products =
                            (head..head + width).map(|d| at(query, d) * at(key, hidden + d));
                        products.sum::<f64>() / (width as f64).sqrt()
                    })
                    .collect();
                let most = scores.iter().copied().fold(f64::MIN, f64::max);
                let sum: f64 = scores.iter().map(|score| (score - most).exp()).sum();
                for d in head..head + width {
                    for (key, score) in scores.iter().enumerate() {
                        let share = (score - most).exp() / sum;
                        out[query * hidden + d] += share * at(start + key, 2 * hidden + d);
                    }
                }
            }
        }
        start += length;
    }
    out
}

struct Map<'a> {
    x: &'a mut [f32],
    gelu: bool,
}

impl Kernel for Map<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for x in self.x.as_chunks_mut().0 {
            let y = s.load(x);
            s.store(if self.gelu { gelu(s, y) } else { exp2(s, y) }, x);
        }
    }
}

/// erf by its Taylor series, good to 1e-9 up to 4, beyond which it is 1 to 2e-8.
fn erf(x: f64) -> f64 {
    if x.abs() > 4.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, x);
    for n in 1..120 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    sum * std::f64::consts::FRAC_2_SQRT_PI
}

#[test]
fn gelu_and_exp2_are_exact_enough_and_alike() {
    let x: Vec<f32> = (-16_000..16_000).map(|i| i as f32 / 1000.0).collect();
    let mut seen: Option<Vec<u32>> = None;
    for level in Level::available() {
        let mut y = x.clone();
        level.run(Map {
            x: &mut y,
            gelu: true,
        });
        let want: Vec<f64> = x
            .iter()
            .map(|&x| f64::from(x) * 0.5 * (1.0 + erf(f64::from(x) / 2_f64.sqrt())))
            .collect();
        assert_close(level, &y, &want, 1e-6);
        let mut z: Vec<f32> = x.iter().map(|x| x * 7.0).collect();
        let want: Vec<f64> = z.iter().map(|&x| f64::from(x).exp2()).collect();
        level.run(Map {
            x: &mut z,
            gelu: false,
        });
        for (got, want) in z.iter().zip(want) {
            assert!(
                (f64::from(*got) / want - 1.0).abs() < 3e-7,
                "{level}: {got} for {want}"
            );
        }
        let all = [bits(&y), bits(&z)].concat();
        assert_eq!(seen.get_or_insert(all.clone()), &all, "{level}");
    }
}

fn encoder<L: Linear>(level: Level, linear: impl Fn(u64, usize, usize) -> L) -> Encoder<L> {
    let norm = |seed| Norm {
        gain: noise(seed, 64).iter().map(|x| 1.0 + x / 4.0).collect(),
        shift: noise(seed + 1, 64),
    };
    let layers = (0..2)
        .map(|i| Layer {
            attention: linear(10 * i, 192, 64),
            output: linear(10 * i + 1, 64, 64),
            output_norm: norm(10 * i + 2),
            up: linear(10 * i + 4, 96, 64),
            down: linear(10 * i + 5, 64, 96),
            down_norm: norm(10 * i + 6),
        })
        .collect();
    Encoder::new(layers, 2, 1e-12, level).unwrap()
}

fn f32_linear(seed: u64, outputs: usize, inputs: usize) -> F32Linear {
    let weight: Vec<f32> = noise(seed, outputs * inputs)
        .iter()
        .map(|x| x / 4.0)
        .collect();
    F32Linear::new((outputs, inputs), &weight, noise(seed + 1, outputs)).unwrap()
}

fn int8_linear(seed: u64, outputs: usize, inputs: usize) -> Int8Linear {
    let (weight, bias) = int8(seed, (outputs, inputs), 32);
    let smooth: Vec<f32> = noise(seed + 3, inputs).iter().map(|x| x + 1.5).collect();
    Int8Linear::new(&weight, bias, Some(&smooth)).unwrap()
}

fn in_pool<T: Send>(threads: usize, f: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(f)
}

/// Runs a batch on several numbers of threads, and each sequence alone.
fn batch_equals_single<L: Linear>(encoder: &Encoder<L>, lengths: &[usize]) -> Vec<f32> {
    let input = noise(99, lengths.iter().sum::<usize>() * 64);
    let run = |threads, input: &[f32], lengths: &[usize]| {
        let mut hidden = input.to_vec();
        in_pool(threads, || {
            let mut scratch = Scratch::default();
            // The second run finds the memory as the first left it.
            encoder.forward(&mut hidden, lengths, &mut scratch);
            hidden.copy_from_slice(input);
            encoder.forward(&mut hidden, lengths, &mut scratch);
        });
        hidden
    };
    let batch = run(1, &input, lengths);
    assert!(batch.iter().all(|x| x.is_finite()));
    for threads in [2, 3] {
        assert_eq!(bits(&run(threads, &input, lengths)), bits(&batch));
    }
    let mut start = 0;
    for &length in lengths {
        let rows = start * 64..(start + length) * 64;
        let single = run(2, &input[rows.clone()], &[length]);
        assert_eq!(bits(&single), bits(&batch[rows]));
        start += length;
    }
    batch
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn f32_product_is_right(seed: u64, rows in 0..40usize, o in 1..5usize, i in 1..5usize) {
        let (outputs, inputs) = (32 * o, 32 * i);
        let (x, weight) = (noise(seed, rows * inputs), noise(seed ^ 1, outputs * inputs));
        let bias = noise(seed ^ 2, outputs);
        let linear = F32Linear::new((outputs, inputs), &weight, bias.clone()).unwrap();
        for level in Level::available() {
            let got = apply(level, &linear, &x, Activation::None);
            assert_close(level, &got, &product(&x, &weight, &bias), 1e-5);
        }
    }

    #[test]
    fn int8_product_is_exact(
        seed in 0..u64::MAX / 2, rows in 0..20usize, o in 1..5usize, i in 1..5usize,
        power in -30..30i32, split: bool,
    ) {
        let (outputs, inputs) = (32 * o, 64 * i);
        let x: Vec<f32> =
            noise(seed, rows * inputs).iter().map(|x| x * 10_f32.powi(power)).collect();
        let block = if split { 32 } else { inputs };
        let (weight, bias) = int8(seed + 5, (outputs, inputs), block);
        let linear = Int8Linear::new(&weight, bias.clone(), None).unwrap();
        let want = int8_reference(&x, &weight, &bias);
        for level in Level::available() {
            let got = apply(level, &linear, &x, Activation::None);
            prop_assert_eq!(bits(&got), bits(&want), "{}", level);
        }
    }

    #[test]
    fn attention_is_right_and_alike(
        seed: u64, lengths in prop::collection::vec(1..50usize, 1..4), heads in 1..3usize,
        size in 0.1..30_f32,
    ) {
        let tokens: usize = lengths.iter().sum();
        let hidden = heads * 32;
        let qkv: Vec<f32> =
            noise(seed, tokens * 3 * hidden).iter().map(|x| x * size.sqrt()).collect();
        let packed = Packed { rows: &qkv, stride: 3 * hidden, heads, width: 32 };
        let want = attention(&qkv, &lengths, heads, 32);
        let mut seen: Option<Vec<u32>> = None;
        for level in Level::available() {
            let mut out = vec![f32::NAN; tokens * hidden];
            let mut scratch = AttentionScratch::default();
            // In two parts, as two threads would.
            let (a, b) = out.split_at_mut(tokens / 2 * hidden);
            attend(level, packed, &lengths, tokens / 2..tokens, b, &mut scratch);
            attend(level, packed, &lengths, 0..tokens / 2, a, &mut scratch);
            assert_close(level, &out, &want, 3e-5);
            let all = bits(&out);
            prop_assert_eq!(seen.get_or_insert(all.clone()), &all, "{}", level);
        }
    }

    #[test]
    fn normalised_rows_are_right_and_alike(seed: u64, rows in 0..9usize, n in 1..9usize) {
        let n = 16 * n;
        let (x, delta) = (noise(seed, rows * n), noise(seed ^ 1, rows * n));
        let (gain, shift) = (noise(seed ^ 2, n), noise(seed ^ 3, n));
        let mut want = Vec::new();
        for (x, delta) in x.chunks_exact(n).zip(delta.chunks_exact(n)) {
            let x: Vec<f64> =
                x.iter().zip(delta).map(|(&x, &d)| f64::from(x) + f64::from(d)).collect();
            let mean = x.iter().sum::<f64>() / n as f64;
            let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64;
            want.extend(x.iter().zip(&gain).zip(&shift).map(|((x, &gain), &shift)| {
                (x - mean) / variance.sqrt() * f64::from(gain) + f64::from(shift)
            }));
        }
        let mut seen: Option<Vec<u32>> = None;
        for level in Level::available() {
            let mut got = x.clone();
            add_normalise(level, &mut got, &delta, (&gain, &shift), 1e-12);
            assert_close(level, &got, &want, 1e-5);
            let all = bits(&got);
            prop_assert_eq!(seen.get_or_insert(all.clone()), &all, "{}", level);
        }
    }

    #[test]
    fn quantised_values_are_near(seed: u64, size in 1e-20..1e20_f32) {
        let values: Vec<f32> = noise(seed, 256).iter().map(|x| x * size).collect();
        let table = quantise(&values, 128, 64).unwrap();
        let codes = table.codes().chunks(64).zip(table.scales());
        let near: Vec<f32> =
            codes.flat_map(|(c, scale)| c.iter().map(move |c| f32::from(*c) * scale)).collect();
        for (block, near) in values.chunks(64).zip(near.chunks(64)) {
            let most = block.iter().fold(0.0_f32, |a, b| a.max(b.abs()));
            let error: f32 = block.iter().zip(near).map(|(a, b)| ((a - b) / most).powi(2)).sum();
            prop_assert!(error <= 64.0 / (4.0 * 127.0 * 127.0));
        }
    }

    #[test]
    fn a_batch_equals_its_sequences(lengths in prop::collection::vec(1..20usize, 1..16)) {
        let mut seen: Option<Vec<u32>> = None;
        for level in Level::available() {
            batch_equals_single(&encoder(level, f32_linear), &lengths);
            let all = bits(&batch_equals_single(&encoder(level, int8_linear), &lengths));
            prop_assert_eq!(seen.get_or_insert(all.clone()), &all, "{}", level);
        }
    }
}
