//! Each path of the kernels against burn's own operations, in f32.
//!
//! Inputs have zero mean and unit variance, as what follows a layer normalisation has; there both
//! agree within 1e-5 at every number. Larger numbers cannot: an f32 has 24 bits, so that its
//! neighbours are 6e-5 apart at 1,000, and two orders of adding differ by some of those steps.
//! There the difference is held against the largest number of the row.

use burn::module::Param;
use burn::nn::LayerNormConfig;
use burn::tensor::activation::{gelu, softmax};
use burn::tensor::{Device, Tensor, TensorData};
use postwright::model::encoder::values;
use postwright::model::kernels::{
    Activation, AttentionScratch, F32Linear, Level, Linear, Output, Packed, add_normalise, attend,
    pool,
};
use proptest::prelude::*;

/// Without optimisation the kernels are a hundred times slower.
const CASES: u32 = if cfg!(debug_assertions) { 4 } else { 64 };
const TOLERANCE: f32 = 1e-5;

/// Numbers of zero mean and unit variance, from a seed: sums of three evenly spread ones.
fn noise(seed: u64, n: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2) + 1;
    let mut even = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 40) as f32 / 8_388_608.0 - 1.0
    };
    (0..n).map(|_| even() + even() + even()).collect()
}

/// Weights that keep unit variance.
fn weights(seed: u64, outputs: usize, inputs: usize) -> Vec<f32> {
    let scale = (inputs as f32).sqrt();
    let noise = noise(seed, outputs * inputs);
    noise.iter().map(|w| w / scale).collect()
}

fn tensor<const D: usize>(values: &[f32], shape: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), &Device::flex())
}

/// `x * weight^T + bias` by burn.
fn product(x: &[f32], weight: &[f32], bias: &[f32]) -> Tensor<2> {
    let inputs = weight.len() / bias.len();
    let x = tensor(x, [x.len() / inputs, inputs]);
    let weight = tensor(weight, [bias.len(), inputs]);
    x.matmul(weight.transpose()) + tensor(bias, [1, bias.len()])
}

fn apply(level: Level, linear: &F32Linear, x: &[f32], activation: Activation) -> Vec<f32> {
    let mut rows = vec![0.0; x.len() / linear.inputs() * linear.outputs()];
    let out = Output {
        rows: &mut rows,
        stride: linear.outputs(),
    };
    linear.apply(level, x, activation, out, &mut ());
    rows
}

#[track_caller]
fn assert_near(level: Level, ours: &[f32], stock: &[f32], tolerance: f32) {
    assert_eq!(ours.len(), stock.len());
    for (i, (a, b)) in ours.iter().zip(stock).enumerate() {
        assert!((a - b).abs() <= tolerance, "{level}: {a} for {b} at {i}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(CASES)
    })]

    #[test]
    fn products_are_those_of_burn(
        seed: u64, rows in 1..40usize, o in 1..13usize, i in 1..49usize, activated: bool,
    ) {
        let (outputs, inputs) = (32 * o, 32 * i);
        let (x, bias) = (noise(seed, rows * inputs), noise(seed ^ 1, outputs));
        let weight = weights(seed ^ 2, outputs, inputs);
        let linear = F32Linear::new((outputs, inputs), &weight, bias.clone()).unwrap();
        let stock = product(&x, &weight, &bias);
        let (activation, stock) = if activated {
            (Activation::Gelu, gelu(stock))
        } else {
            (Activation::None, stock)
        };
        let stock = values(stock).unwrap();
        for level in Level::available() {
            assert_near(level, &apply(level, &linear, &x, activation), &stock, TOLERANCE);
        }
    }

    /// See the head of this file.
    #[test]
    fn products_of_large_numbers_are_those_of_burn_for_their_size(
        seed: u64, rows in 1..10usize, o in 1..5usize, i in 1..49usize, power in 1..30i32,
    ) {
        let (outputs, inputs) = (32 * o, 32 * i);
        let size = 10_f32.powi(power);
        let x: Vec<f32> = noise(seed, rows * inputs).iter().map(|x| x * size).collect();
        let weight = weights(seed ^ 2, outputs, inputs);
        let bias = noise(seed ^ 1, outputs);
        let linear = F32Linear::new((outputs, inputs), &weight, bias.clone()).unwrap();
        let stock = values(product(&x, &weight, &bias)).unwrap();
        for level in Level::available() {
            let ours = apply(level, &linear, &x, Activation::None);
            for (ours, stock) in ours.chunks(outputs).zip(stock.chunks(outputs)) {
                let largest = stock.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
                assert_near(level, ours, stock, TOLERANCE * largest);
            }
        }
    }

    /// GELU alone: the product with the identity is exact.
    #[test]
    fn gelu_is_that_of_burn(seed: u64, rows in 1..40usize, spread in 0.1..4_f32) {
        let x: Vec<f32> = noise(seed, rows * 32).iter().map(|x| x * spread).collect();
        let identity: Vec<f32> =
            (0..32 * 32).map(|i| f32::from(u8::from(i / 32 == i % 32))).collect();
        let linear = F32Linear::new((32, 32), &identity, vec![0.0; 32]).unwrap();
        let stock = values(gelu(tensor(&x, [rows, 32]))).unwrap();
        for level in Level::available() {
            assert_near(level, &apply(level, &linear, &x, Activation::Gelu), &stock, TOLERANCE);
        }
    }

    #[test]
    fn layer_normalisation_is_that_of_burn(
        seed: u64, rows in 1..20usize, n in 1..49usize, shifted in -2.0..2_f32,
    ) {
        let n = 32 * n;
        let x: Vec<f32> = noise(seed, rows * n).iter().map(|x| x + shifted).collect();
        let delta = noise(seed ^ 1, rows * n);
        let (gain, shift) = (noise(seed ^ 2, n), noise(seed ^ 3, n));
        let device = Device::flex();
        let mut norm = LayerNormConfig::new(n).with_epsilon(1e-12).init(&device);
        norm.gamma = Param::from_tensor(tensor(&gain, [n]));
        norm.beta = Some(Param::from_tensor(tensor(&shift, [n])));
        let stock = norm.forward(tensor(&x, [rows, n]) + tensor(&delta, [rows, n]));
        let stock = values(stock).unwrap();
        for level in Level::available() {
            let mut ours = x.clone();
            add_normalise(level, &mut ours, &delta, (&gain, &shift), 1e-12);
            assert_near(level, &ours, &stock, TOLERANCE);
        }
    }

    /// Over sequences that lie one after another, each by itself in burn.
    #[test]
    fn attention_is_that_of_burn(
        seed: u64, lengths in prop::collection::vec(1..80usize, 1..4), heads in 1..4usize,
        wide: bool,
    ) {
        let width = if wide { 64 } else { 32 };
        let (tokens, hidden) = (lengths.iter().sum::<usize>(), heads * width);
        let qkv = noise(seed, tokens * 3 * hidden);
        let mut stock = Vec::new();
        let mut rest = qkv.as_slice();
        for &length in &lengths {
            let (these, after) = rest.split_at(length * 3 * hidden);
            rest = after;
            // `[3, heads, length, width]`
            let all = tensor(these, [length, 3, heads, width]).permute([1, 2, 0, 3]);
            let part = |i: usize| all.clone().narrow(0, i, 1).squeeze_dim::<3>(0);
            let scores = part(0).matmul(part(1).transpose()) / (width as f32).sqrt();
            let seen = softmax(scores, 2).matmul(part(2));
            stock.extend(values(seen.swap_dims(0, 1)).unwrap());
        }
        let packed = Packed { rows: &qkv, stride: 3 * hidden, heads, width };
        for level in Level::available() {
            let mut ours = vec![f32::NAN; tokens * hidden];
            let mut scratch = AttentionScratch::default();
            attend(level, packed, &lengths, 0..tokens, &mut ours, &mut scratch);
            assert_near(level, &ours, &stock, TOLERANCE);
        }
    }

    #[test]
    fn pooled_rows_are_those_of_burn(
        seed: u64, lengths in prop::collection::vec(1..60usize, 1..5), n in 1..25usize,
    ) {
        let n = 16 * n;
        let tokens: usize = lengths.iter().sum();
        let hidden = noise(seed, tokens * n);
        let mut stock = Vec::new();
        let mut rest = hidden.as_slice();
        for &length in &lengths {
            let (these, after) = rest.split_at(length * n);
            rest = after;
            let mean = tensor(these, [length, n]).mean_dim(0);
            let norm = mean.clone().powi_scalar(2).sum_dim(1).sqrt();
            stock.extend(values(mean / norm).unwrap());
        }
        for level in Level::available() {
            assert_near(level, &pool(level, &hidden, &lengths, n), &stock, TOLERANCE);
        }
    }
}
