//! The linear layer in f32.

use super::level::{Kernel, Level};
use super::linear::{
    Activation, Linear, Output, PANEL, ShapeError, by_rows, check, pack, rows, tiles,
};
use super::math::gelu;
use super::simd::{Line, Simd};

/// Weights of f32, packed for the kernels.
///
/// Levels differ in the last bits, since some fuse multiplication and addition; on
/// one level a row's result depends on that row alone.
#[derive(Debug)]
pub struct F32Linear {
    inputs: usize,
    outputs: usize,
    /// `[outputs / 16, inputs]`; each line holds one input's weight for 16 outputs.
    panels: Vec<Line<f32, PANEL>>,
    bias: Vec<f32>,
}

impl F32Linear {
    /// Packs `weight` `[outputs, inputs]`, `shape` being those two sizes; `bias` is
    /// `[outputs]`. Both sizes must be multiples of 32.
    pub fn new(shape: (usize, usize), weight: &[f32], bias: Vec<f32>) -> Result<Self, ShapeError> {
        check(shape, weight.len(), bias.len())?;
        let (outputs, inputs) = shape;
        let panels = pack(outputs, inputs, |first, k, i| {
            weight[(first + i) * inputs + k]
        });
        Ok(Self {
            inputs,
            outputs,
            panels,
            bias,
        })
    }
}

impl Linear for F32Linear {
    type Scratch = ();

    fn inputs(&self) -> usize {
        self.inputs
    }

    fn outputs(&self) -> usize {
        self.outputs
    }

    fn apply(&self, level: Level, x: &[f32], activation: Activation, out: Output<'_>, (): &mut ()) {
        level.run(Product {
            rows: rows(self, x, &out),
            linear: self,
            x,
            activation,
            out,
        });
    }
}

struct Product<'a> {
    linear: &'a F32Linear,
    x: &'a [f32],
    rows: usize,
    activation: Activation,
    out: Output<'a>,
}

impl Kernel for Product<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let (rows, columns) = S::F32_TILE;
        // Columns outside: a few panels stay in the cache while all rows pass.
        for panel in (0..self.linear.outputs / PANEL).step_by(columns) {
            for (row, count) in tiles(self.rows, rows) {
                by_rows!(count, S::F32_TILE.0, M => match columns {
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
        let n = self.linear.inputs;
        let x: [&[f32]; M] = std::array::from_fn(|m| &self.x[(row + m) * n..(row + m + 1) * n]);
        let weights: [&[Line<f32, PANEL>]; N] =
            std::array::from_fn(|j| &self.linear.panels[(panel + j) * n..(panel + j + 1) * n]);
        let mut sums = [[s.splat(0.0); N]; M];
        for k in 0..n {
            let mut weight = [s.splat(0.0); N];
            for (weight, from) in weight.iter_mut().zip(&weights) {
                *weight = s.load(&from[k].0);
            }
            for (sums, x) in sums.iter_mut().zip(&x) {
                let x = s.splat(x[k]);
                for (sum, weight) in sums.iter_mut().zip(weight) {
                    *sum = s.mul_add(x, weight, *sum);
                }
            }
        }
        for (m, sums) in sums.into_iter().enumerate() {
            for (j, sum) in sums.into_iter().enumerate() {
                let column = (panel + j) * PANEL;
                let bias = s.load(&self.linear.bias[column..].as_chunks().0[0]);
                let mut y = s.add(sum, bias);
                if self.activation == Activation::Gelu {
                    y = gelu(s, y);
                }
                let at = (row + m) * self.out.stride + column;
                s.store(y, &mut self.out.rows[at..].as_chunks_mut().0[0]);
            }
        }
    }
}
