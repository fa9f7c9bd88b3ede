//! The linear layer with int8 weights and activations.

use super::level::{Kernel, Level};
use super::linear::{
    Activation, Linear, Output, PANEL, ShapeError, by_rows, check, pack, rows, tiles,
};
use super::math::gelu;
use super::quantise::Quantised;
use super::rows::ByteRows;
use super::simd::{Line, Simd};

/// Codes of four consecutive inputs for each output of a panel.
type Codes = Line<i8, { 4 * PANEL }>;

/// int8 weights, packed for the kernels; activations become bytes row by row.
///
/// With activations `scale * (code - zero)` and a weight scale for each output and
/// block of inputs, an output is
/// `scale * (sum over blocks of weight_scale * (code . weight) - zero * offset) + bias`
/// where `code . weight` is exact and `offset` is the sum over blocks of
/// `weight_scale * sum(weight)`. Every level gives the same bits, and a row's result
/// depends on that row alone.
#[derive(Debug)]
pub struct Int8Linear {
    inputs: usize,
    outputs: usize,
    /// Inputs that share a scale.
    block: usize,
    /// `[outputs / 16, inputs / 4]`.
    panels: Vec<Codes>,
    /// `[outputs / 16, inputs / block]`.
    scales: Vec<Line<f32, PANEL>>,
    /// `[outputs]`.
    offsets: Vec<f32>,
    /// `[outputs]`.
    bias: Vec<f32>,
    /// `[inputs]`, the multipliers of activations.
    inverse: Vec<f32>,
}

impl Int8Linear {
    /// Packs `weight`, whose rows are outputs; its codes and scales are used as they
    /// are. `bias` is `[outputs]`.
    ///
    /// `smooth` `[inputs]` are the factors that were multiplied into the columns of the
    /// weight before it was quantised; activations are divided by them (SmoothQuant,
    /// Xiao et al., 2023).
    ///
    /// Both sizes and the block must be multiples of 32, inputs at most 65,536.
    pub fn new(
        weight: &Quantised,
        bias: Vec<f32>,
        smooth: Option<&[f32]>,
    ) -> Result<Self, ShapeError> {
        let (outputs, inputs) = (weight.rows(), weight.columns());
        check((outputs, inputs), weight.codes().len(), bias.len())?;
        let block = weight.block();
        // 65,536 products of at most 255 * 128 stay within an i32.
        if !block.is_multiple_of(32) || inputs > 1 << 16 {
            return Err(ShapeError(format!(
                "{inputs} inputs in blocks of {block}: at most 65536, in multiples of 32"
            )));
        }
        if let Some(smooth) = smooth
            && (smooth.len() != inputs || !smooth.iter().all(|&x| x.is_normal() && x > 0.0))
        {
            return Err(ShapeError(format!(
                "{} smoothing factors for {inputs} inputs, which must be positive",
                smooth.len()
            )));
        }
        let (codes, scales, blocks) = (weight.codes(), weight.scales(), inputs / block);
        Ok(Self {
            inputs,
            outputs,
            block,
            panels: pack(outputs, inputs / 4, |first, quad, i| {
                codes[(first + i / 4) * inputs + 4 * quad + i % 4]
            }),
            scales: pack(outputs, blocks, |first, block, i| {
                scales[(first + i) * blocks + block]
            }),
            offsets: offsets(weight),
            bias,
            inverse: smooth.map_or_else(
                || vec![1.0; inputs],
                |smooth| smooth.iter().map(|factor| 1.0 / factor).collect(),
            ),
        })
    }
}

/// For each row, the sum over its blocks of `scale * sum of codes`.
fn offsets(weight: &Quantised) -> Vec<f32> {
    let mut offsets = vec![0.0; weight.rows()];
    let blocks = weight.columns() / weight.block();
    let parts = weight.codes().chunks_exact(weight.block());
    for (index, (codes, scale)) in parts.zip(weight.scales()).enumerate() {
        let sum: i32 = codes.iter().map(|&code| i32::from(code)).sum();
        offsets[index / blocks] += scale * sum as f32;
    }
    offsets
}

impl Linear for Int8Linear {
    type Scratch = ByteRows;

    fn inputs(&self) -> usize {
        self.inputs
    }

    fn outputs(&self) -> usize {
        self.outputs
    }

    fn apply(
        &self,
        level: Level,
        x: &[f32],
        activation: Activation,
        out: Output<'_>,
        scratch: &mut ByteRows,
    ) {
        let rows = rows(self, x, &out);
        scratch.quantise(level, x, &self.inverse);
        level.run(Product {
            rows,
            linear: self,
            x: scratch,
            activation,
            out,
        });
    }
}

struct Product<'a> {
    linear: &'a Int8Linear,
    x: &'a ByteRows,
    rows: usize,
    activation: Activation,
    out: Output<'a>,
}

impl Kernel for Product<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let (rows, columns) = S::INT8_TILE;
        // Columns outside: a few panels stay in the cache while all rows pass.
        for panel in (0..self.linear.outputs / PANEL).step_by(columns) {
            for (row, count) in tiles(self.rows, rows) {
                by_rows!(count, S::INT8_TILE.0, M => match columns {
                    2 => self.tile::<S, M, 2>(s, row, panel),
                    _ => self.tile::<S, M, 1>(s, row, panel),
                });
            }
        }
    }
}

impl Product<'_> {
    /// M rows from `row` by N panels from `panel`.
    #[inline(always)]
    fn tile<S: Simd, const M: usize, const N: usize>(&mut self, s: S, row: usize, panel: usize) {
        let linear = self.linear;
        let n = linear.inputs;
        let quads = n / 4;
        let blocks = n / linear.block;
        let x: [&[[u8; 4]]; M] = std::array::from_fn(|m| {
            let x = &self.x.codes[(row + m) * n..(row + m + 1) * n];
            &x.as_chunks().0[..quads]
        });
        let codes: [&[Codes]; N] =
            std::array::from_fn(|j| &linear.panels[(panel + j) * quads..(panel + j + 1) * quads]);
        let mut totals = [[s.splat(0.0); N]; M];
        for block in 0..blocks {
            let mut sums = [[s.no_sums(); N]; M];
            let first = block * linear.block / 4;
            for k in first..first + linear.block / 4 {
                let mut weights = [s.codes(&[0; 64]); N];
                for (weights, from) in weights.iter_mut().zip(&codes) {
                    *weights = s.codes(&from[k].0);
                }
                for (sums, x) in sums.iter_mut().zip(&x) {
                    let x = s.quad(&x[k]);
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = s.dot(*sum, x, weights);
                    }
                }
            }
            let mut scales = [s.splat(0.0); N];
            for (j, scale) in scales.iter_mut().enumerate() {
                *scale = s.load(&linear.scales[(panel + j) * blocks + block].0);
            }
            for (totals, sums) in totals.iter_mut().zip(sums) {
                for ((total, sum), scale) in totals.iter_mut().zip(sums).zip(scales) {
                    *total = s.add(*total, s.mul(s.to_f32(sum), scale));
                }
            }
        }
        for (m, totals) in totals.into_iter().enumerate() {
            let (scale, zero) = self.x.ranges[row + m];
            for (j, total) in totals.into_iter().enumerate() {
                let column = (panel + j) * PANEL;
                let bias = s.load(&linear.bias[column..].as_chunks().0[0]);
                let offset = s.load(&linear.offsets[column..].as_chunks().0[0]);
                let y = s.sub(total, s.mul(s.splat(zero), offset));
                let mut y = s.add(s.mul(s.splat(scale), y), bias);
                if self.activation == Activation::Gelu {
                    y = gelu(s, y);
                }
                let at = (row + m) * self.out.stride + column;
                s.store(y, &mut self.out.rows[at..].as_chunks_mut().0[0]);
            }
        }
    }
}
