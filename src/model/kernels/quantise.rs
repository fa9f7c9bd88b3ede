//! Weights and tables as int8.

use rayon::prelude::*;

use super::linear::ShapeError;

/// Scales that are tried for each block, from `LEAST` of the one that just reaches
/// the block's largest magnitude up to that one.
const TRIALS: usize = 31;
const LEAST: f32 = 0.7;

/// A matrix of int8 codes with a scale for each block of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantised {
    codes: Vec<i8>,
    scales: Vec<f32>,
    columns: usize,
    block: usize,
}

impl Quantised {
    /// Takes `codes` `[rows, columns]` and `scales` `[rows, columns / block]`.
    pub fn new(
        codes: Vec<i8>,
        scales: Vec<f32>,
        columns: usize,
        block: usize,
    ) -> Result<Self, ShapeError> {
        if block == 0
            || columns == 0
            || !columns.is_multiple_of(block)
            || !codes.len().is_multiple_of(columns)
            || codes.len() / block != scales.len()
        {
            return Err(ShapeError(format!(
                "{} codes and {} scales in rows of {columns} and blocks of {block}",
                codes.len(),
                scales.len()
            )));
        }
        Ok(Self {
            codes,
            scales,
            columns,
            block,
        })
    }

    /// `[rows, columns]`.
    pub fn codes(&self) -> &[i8] {
        &self.codes
    }

    /// `[rows, columns / block]`.
    pub fn scales(&self) -> &[f32] {
        &self.scales
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.codes.len() / self.columns
    }

    /// Length of a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Codes that share a scale.
    pub fn block(&self) -> usize {
        self.block
    }
}

/// Quantises `values`, rows of `columns`, in blocks that divide a row: codes of
/// -127 to 127, and for each block the scale of the least squared error among those
/// tried.
pub fn quantise(values: &[f32], columns: usize, block: usize) -> Result<Quantised, ShapeError> {
    if block == 0 || !columns.is_multiple_of(block) || !values.len().is_multiple_of(columns.max(1))
    {
        return Err(ShapeError(format!(
            "{} values in rows of {columns} and blocks of {block}",
            values.len()
        )));
    }
    let mut codes = vec![0; values.len()];
    let scales = codes
        .par_chunks_exact_mut(block)
        .zip(values.par_chunks_exact(block))
        .map(|(codes, values)| quantise_block(values, codes))
        .collect();
    Quantised::new(codes, scales, columns, block)
}

/// Multiplies each column of `weight` `[rows, columns]` by its factor of `smooth`.
pub fn smooth_columns(weight: &mut [f32], smooth: &[f32]) {
    for row in weight.chunks_exact_mut(smooth.len()) {
        for (x, factor) in row.iter_mut().zip(smooth) {
            *x *= factor;
        }
    }
}

/// SmoothQuant's factor for each input (Xiao et al., 2023, equation 4), scaled to a
/// geometric mean of 1: `activation^alpha / weight^(1 - alpha)`, of the largest
/// magnitudes that the input takes in a sample of activations and in the weights.
pub fn smoothing(activations: &[f32], weights: &[f32], alpha: f32) -> Vec<f32> {
    let floor = 1e-4;
    let logs: Vec<f32> = activations
        .iter()
        .zip(weights)
        .map(|(a, w)| alpha * a.max(floor).ln() - (1.0 - alpha) * w.max(floor).ln())
        .collect();
    let mean = logs.iter().sum::<f32>() / logs.len() as f32;
    logs.iter().map(|log| (log - mean).exp()).collect()
}

fn quantise_block(values: &[f32], codes: &mut [i8]) -> f32 {
    let largest = values.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let mut best = (f64::INFINITY, 1.0);
    for trial in 0..TRIALS {
        let part = LEAST + (1.0 - LEAST) * trial as f32 / (TRIALS - 1) as f32;
        let scale = largest * part / 127.0;
        if scale < f32::MIN_POSITIVE {
            continue;
        }
        let error = values
            .iter()
            .map(|x| f64::from(f32::from(code(*x, scale)) * scale - x).powi(2))
            .sum();
        if error < best.0 {
            best = (error, scale);
        }
    }
    let (_, scale) = best;
    for (x, to) in values.iter().zip(codes) {
        *to = code(*x, scale);
    }
    scale
}

fn code(x: f32, scale: f32) -> i8 {
    (x / scale).round_ties_even().clamp(-127.0, 127.0) as i8
}
