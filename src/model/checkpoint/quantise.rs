//! From 32-bit floats to 8-bit integers.

use std::borrow::Cow;

use super::{Checkpoint, Layer, Linear, Matrix, Norm};
use crate::model::ModelError;
use crate::model::encoder::Peaks;
use crate::model::kernels::{quantise, smooth_columns, smoothing};
use crate::model::manifest::Storage;

/// Weights that share a scale.
const BLOCK: usize = 64;
/// The block where a row has no whole number of those; the kernels take no smaller one.
const SMALL_BLOCK: usize = 32;
/// The block of embeddings, which no kernel multiplies: a text of one token repeated has that
/// token's error in full.
const EMBEDDING_BLOCK: usize = 16;

impl<'a> Matrix<'a> {
    /// As 8-bit integers, which they may be already, in blocks of rows of `columns`.
    fn quantised(self, columns: usize, block: usize) -> Result<Self, ModelError> {
        let Self::F32(values) = self else {
            return Ok(self);
        };
        let made = quantise(&values, columns, block).map_err(|e| ModelError::Unsupported {
            file: "weights to be stored as 8-bit integers".to_owned(),
            reason: e.to_string(),
        })?;
        Ok(Matrix::Int8 {
            codes: Cow::Owned(made.codes().to_vec()),
            scales: made.scales().to_vec(),
            block,
        })
    }
}

/// How much of the differences between inputs the weights take over; the α of SmoothQuant. Chosen
/// on 1,000 sentences: 0.5 to 0.75 differ little.
const ALPHA: f32 = 0.6;

impl Checkpoint<'_> {
    /// With all matrices as 8-bit integers; those that are so already stay as they are. Where
    /// `peaks` are given, for each layer those of the inputs of attention and of the feed-forward
    /// layer, columns are smoothed for them, else for what the norms before them let expect.
    ///
    /// # Errors
    /// Where rows are no multiples of 32.
    pub fn quantised(self, peaks: Option<&[Peaks]>) -> Result<Self, ModelError> {
        if self.storage() == Storage::Int8 {
            return Ok(self);
        }
        let hidden = self.norm.weight.len();
        let ends = self.layers.iter().map(|l| l.norm.clone());
        let inputs: Vec<Norm> = std::iter::once(self.norm.clone()).chain(ends).collect();
        Ok(Self {
            words: self.words.quantised(hidden, EMBEDDING_BLOCK)?,
            positions: self.positions.quantised(hidden, EMBEDDING_BLOCK)?,
            types: self.types.quantised(hidden, EMBEDDING_BLOCK)?,
            norm: self.norm,
            layers: self
                .layers
                .into_iter()
                .zip(inputs)
                .enumerate()
                .map(|(i, (layer, input))| {
                    let peaks = match peaks.and_then(|p| p.get(i)) {
                        Some(measured) => measured.clone(),
                        None => Peaks {
                            attention: expected_peaks(&input),
                            up: expected_peaks(&layer.attention_norm),
                        },
                    };
                    layer.quantised(&peaks)
                })
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Layer<'_> {
    /// With all matrices as 8-bit integers, columns smoothed for the `peaks` of what they read.
    pub(in crate::model) fn quantised(self, peaks: &Peaks) -> Result<Self, ModelError> {
        // Queries, keys and values read the same inputs.
        let readers = [&self.query, &self.key, &self.value];
        let attention = factors(&peaks.attention, &readers);
        let up = factors(&peaks.up, &[&self.up]);
        Ok(Self {
            query: self.query.quantised(Some(&attention))?,
            key: self.key.quantised(Some(&attention))?,
            value: self.value.quantised(Some(&attention))?,
            output: self.output.quantised(None)?,
            attention_norm: self.attention_norm,
            up: self.up.quantised(Some(&up))?,
            down: self.down.quantised(None)?,
            norm: self.norm,
        })
    }
}

/// Where an input of zero mean and unit variance, after `norm`, peaks: four deviations out.
fn expected_peaks(norm: &Norm) -> Vec<f32> {
    let both = norm.weight.iter().zip(&norm.bias);
    both.map(|(gain, shift)| 4.0 * gain.abs() + shift.abs())
        .collect()
}

/// SmoothQuant's factors for layers that read the same inputs, whose `peaks` are given.
fn factors(peaks: &[f32], layers: &[&Linear<'_>]) -> Vec<f32> {
    let mut largest = vec![0.0f32; peaks.len()];
    for layer in layers {
        for row in layer.weight.to_f32().chunks_exact(peaks.len()) {
            for (most, weight) in largest.iter_mut().zip(row) {
                *most = most.max(weight.abs());
            }
        }
    }
    smoothing(peaks, &largest, ALPHA)
}

impl Linear<'_> {
    fn quantised(self, smooth: Option<&[f32]>) -> Result<Self, ModelError> {
        let Matrix::F32(mut values) = self.weight else {
            return Ok(self);
        };
        let columns = values.len() / self.bias.len();
        let block = if columns.is_multiple_of(BLOCK) {
            BLOCK
        } else {
            SMALL_BLOCK
        };
        if let Some(smooth) = smooth {
            smooth_columns(&mut values, smooth);
        }
        Ok(Self {
            weight: Matrix::F32(values).quantised(columns, block)?,
            smooth: smooth.map(<[f32]>::to_vec),
            bias: self.bias,
        })
    }
}
