//! Weights in a safetensors file: 32-bit floats under the names of Hugging Face, or 8-bit
//! integers with a second tensor `NAME.scale` that holds one scale for each block of a row.
//!
//! `weight[r][c] = codes[r][c] · scale[r][c / block] / smooth[c]`, symmetric, codes from -127 to
//! 127; `smooth` stands in a third tensor, `NAME.smooth`, and is 1 where there is none
//! (SmoothQuant, Xiao et al. 2023).

mod quantise;
pub(super) mod write;

use std::borrow::Cow;

use half::{bf16, f16};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::manifest::Storage;
use super::{Architecture, ModelError};

/// Prefixes that exporters put before the names.
const PREFIXES: [&str; 3] = ["", "bert.", "0.auto_model."];

/// A matrix of weights, row by row.
#[derive(Debug, Clone, PartialEq)]
pub enum Matrix<'a> {
    /// 32-bit floats.
    F32(Vec<f32>),
    /// 8-bit integers in blocks.
    Int8 {
        /// One a weight.
        codes: Cow<'a, [i8]>,
        /// One a block of a row, row by row.
        scales: Vec<f32>,
        /// Weights of a block; divides the columns.
        block: usize,
    },
}

impl Matrix<'_> {
    /// The weights as 32-bit floats.
    #[must_use]
    pub fn to_f32(&self) -> Vec<f32> {
        match self {
            Self::F32(values) => values.clone(),
            Self::Int8 {
                codes,
                scales,
                block,
            } => codes
                .chunks_exact(*block)
                .zip(scales)
                .flat_map(|(codes, scale)| codes.iter().map(move |c| f32::from(*c) * scale))
                .collect(),
        }
    }

    /// Writes row `row`, of `out.len()` columns, to `out`.
    pub fn copy_row(&self, row: usize, out: &mut [f32]) {
        let columns = out.len();
        let at = row * columns;
        match self {
            Self::F32(values) => out.copy_from_slice(&values[at..at + columns]),
            Self::Int8 {
                codes,
                scales,
                block,
            } => {
                let codes = codes[at..at + columns].chunks_exact(*block);
                let scales = &scales[at / block..];
                for ((out, codes), scale) in out.chunks_exact_mut(*block).zip(codes).zip(scales) {
                    for (out, code) in out.iter_mut().zip(codes) {
                        *out = f32::from(*code) * scale;
                    }
                }
            }
        }
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> Matrix<'static> {
        match self {
            Self::F32(values) => Matrix::F32(values),
            Self::Int8 {
                codes,
                scales,
                block,
            } => Matrix::Int8 {
                codes: Cow::Owned(codes.into_owned()),
                scales,
                block,
            },
        }
    }
}

/// A linear layer, `y = x · weightᵀ + bias`.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear<'a> {
    /// `[out, in]`
    pub weight: Matrix<'a>,
    /// `[out]`
    pub bias: Vec<f32>,
    /// `[in]`: what the columns of 8-bit weights were multiplied by; inputs are divided by it.
    pub smooth: Option<Vec<f32>>,
}

impl Linear<'_> {
    /// The weights as they were before they were smoothed, `[out, in]`.
    #[must_use]
    pub fn to_f32(&self) -> Vec<f32> {
        let mut values = self.weight.to_f32();
        if let Some(smooth) = &self.smooth {
            for row in values.chunks_exact_mut(smooth.len()) {
                for (value, factor) in row.iter_mut().zip(smooth) {
                    *value /= factor;
                }
            }
        }
        values
    }
}

/// Layer normalisation; both `[hidden]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Norm {
    /// Factor.
    pub weight: Vec<f32>,
    /// Summand.
    pub bias: Vec<f32>,
}

/// One layer of the encoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer<'a> {
    /// Queries, `[hidden, hidden]`.
    pub query: Linear<'a>,
    /// Keys, `[hidden, hidden]`.
    pub key: Linear<'a>,
    /// Values, `[hidden, hidden]`.
    pub value: Linear<'a>,
    /// After attention, `[hidden, hidden]`.
    pub output: Linear<'a>,
    /// Normalises the sum of input and attention.
    pub attention_norm: Norm,
    /// `[intermediate, hidden]`
    pub up: Linear<'a>,
    /// `[hidden, intermediate]`
    pub down: Linear<'a>,
    /// Normalises the sum of that and the feed-forward layer.
    pub norm: Norm,
}

/// All weights of an encoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint<'a> {
    /// `[vocabulary, hidden]`
    pub words: Matrix<'a>,
    /// `[positions, hidden]`
    pub positions: Matrix<'a>,
    /// `[2, hidden]`; texts are of type 0.
    pub types: Matrix<'a>,
    /// Normalises the sum of the three.
    pub norm: Norm,
    /// From the first to the last.
    pub layers: Vec<Layer<'a>>,
}

impl Checkpoint<'_> {
    /// How most of the weights are stored.
    #[must_use]
    pub fn storage(&self) -> Storage {
        match self.layers.first().map(|l| &l.up.weight) {
            Some(Matrix::Int8 { .. }) => Storage::Int8,
            _ => Storage::F32,
        }
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> Checkpoint<'static> {
        Checkpoint {
            words: self.words.into_owned(),
            positions: self.positions.into_owned(),
            types: self.types.into_owned(),
            norm: self.norm,
            layers: self.layers.into_iter().map(Layer::into_owned).collect(),
        }
    }
}

impl Layer<'_> {
    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> Layer<'static> {
        let owned = |linear: Linear<'_>| Linear {
            weight: linear.weight.into_owned(),
            bias: linear.bias,
            smooth: linear.smooth,
        };
        Layer {
            query: owned(self.query),
            key: owned(self.key),
            value: owned(self.value),
            output: owned(self.output),
            attention_norm: self.attention_norm,
            up: owned(self.up),
            down: owned(self.down),
            norm: self.norm,
        }
    }
}

impl<'a> Checkpoint<'a> {
    /// Reads the weights of `architecture` from the bytes of a safetensors file, named `file` in
    /// errors. 8-bit codes are borrowed.
    ///
    /// # Errors
    /// Where the file is no safetensors file, lacks a tensor, or has one of another shape, of a
    /// type that is no weight, or with a value that is not finite.
    pub fn read(
        bytes: &'a [u8],
        architecture: &Architecture,
        file: &str,
    ) -> Result<Self, ModelError> {
        let mut read = Reader::new(bytes, file)?;
        let first = "embeddings.word_embeddings.weight";
        read.prefix = PREFIXES
            .into_iter()
            .find(|p| read.has(&format!("{p}{first}")))
            .unwrap_or_default();
        let h = architecture.hidden;
        Ok(Self {
            words: read.matrix(first, architecture.vocabulary, h)?,
            positions: read.matrix(
                "embeddings.position_embeddings.weight",
                architecture.positions,
                h,
            )?,
            types: read.matrix("embeddings.token_type_embeddings.weight", 2, h)?,
            norm: read.norm("embeddings.LayerNorm", h)?,
            layers: (0..architecture.layers)
                .map(|i| read.layer(i, h, architecture.intermediate))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Reads tensors and checks them.
pub(super) struct Reader<'a, 'f> {
    tensors: SafeTensors<'a>,
    prefix: &'static str,
    file: &'f str,
}

impl<'a, 'f> Reader<'a, 'f> {
    /// A reader of the tensors in the bytes of a safetensors file, named `file` in errors.
    pub(super) fn new(bytes: &'a [u8], file: &'f str) -> Result<Self, ModelError> {
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| ModelError::Invalid {
            file: file.to_owned(),
            reason: format!("no safetensors file: {e}"),
        })?;
        Ok(Self {
            tensors,
            prefix: "",
            file,
        })
    }

    /// Whether there is a tensor of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.tensors
            .tensor(&format!("{}{name}", self.prefix))
            .is_ok()
    }

    /// Extents of a tensor.
    pub(super) fn shape(&self, name: &str) -> Result<Vec<usize>, ModelError> {
        Ok(self.tensor(name)?.shape().to_vec())
    }

    /// A layer of width `h` whose feed-forward layer has width `i`.
    pub(super) fn layer(&self, index: usize, h: usize, i: usize) -> Result<Layer<'a>, ModelError> {
        let linear = |name: &str, rows, columns| {
            let name = format!("encoder.layer.{index}.{name}");
            self.linear(&name, rows, columns)
        };
        let norm = |name: &str| self.norm(&format!("encoder.layer.{index}.{name}"), h);
        Ok(Layer {
            query: linear("attention.self.query", h, h)?,
            key: linear("attention.self.key", h, h)?,
            value: linear("attention.self.value", h, h)?,
            output: linear("attention.output.dense", h, h)?,
            attention_norm: norm("attention.output.LayerNorm")?,
            up: linear("intermediate.dense", i, h)?,
            down: linear("output.dense", h, i)?,
            norm: norm("output.LayerNorm")?,
        })
    }

    fn linear(&self, name: &str, rows: usize, columns: usize) -> Result<Linear<'a>, ModelError> {
        let weight = self.matrix(&format!("{name}.weight"), rows, columns)?;
        let smooth_name = format!("{name}.weight.smooth");
        let is_smooth = matches!(weight, Matrix::Int8 { .. }) && self.has(&smooth_name);
        let smooth = if is_smooth {
            let smooth = self.vector(&smooth_name, columns)?;
            if smooth.iter().any(|s| *s < f32::MIN_POSITIVE) {
                return Err(self.invalid(&smooth_name, "has a factor that is not above 0"));
            }
            Some(smooth)
        } else {
            None
        };
        Ok(Linear {
            weight,
            bias: self.vector(&format!("{name}.bias"), rows)?,
            smooth,
        })
    }

    fn norm(&self, name: &str, width: usize) -> Result<Norm, ModelError> {
        Ok(Norm {
            weight: self.vector(&format!("{name}.weight"), width)?,
            bias: self.vector(&format!("{name}.bias"), width)?,
        })
    }

    pub(super) fn invalid(&self, name: &str, reason: impl Into<String>) -> ModelError {
        ModelError::Invalid {
            file: format!("{}: tensor `{}{name}`", self.file, self.prefix),
            reason: reason.into(),
        }
    }

    fn tensor(&self, name: &str) -> Result<TensorView<'a>, ModelError> {
        self.tensors
            .tensor(&format!("{}{name}", self.prefix))
            .map_err(|_| self.invalid(name, "missing"))
    }

    fn of_shape(&self, name: &str, shape: &[usize]) -> Result<TensorView<'a>, ModelError> {
        let view = self.tensor(name)?;
        if view.shape() == shape {
            return Ok(view);
        }
        Err(self.invalid(
            name,
            format!("has shape {:?}, the model needs {shape:?}", view.shape()),
        ))
    }

    fn floats(&self, name: &str, view: &TensorView<'_>) -> Result<Vec<f32>, ModelError> {
        let data = view.data();
        let values: Vec<f32> = match view.dtype() {
            Dtype::F32 => data
                .as_chunks()
                .0
                .iter()
                .map(|b| f32::from_le_bytes(*b))
                .collect(),
            Dtype::F16 => data
                .as_chunks()
                .0
                .iter()
                .map(|b| f16::from_le_bytes(*b).to_f32())
                .collect(),
            Dtype::BF16 => data
                .as_chunks()
                .0
                .iter()
                .map(|b| bf16::from_le_bytes(*b).to_f32())
                .collect(),
            other => {
                let reason = format!("is of type {other:?}, weights are F32, F16, BF16 or I8");
                return Err(self.invalid(name, reason));
            }
        };
        if values.iter().all(|v| v.is_finite()) {
            return Ok(values);
        }
        Err(self.invalid(name, "has a value that is not finite"))
    }

    pub(super) fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, ModelError> {
        self.floats(name, &self.of_shape(name, &[length])?)
    }

    pub(super) fn matrix(
        &self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Matrix<'a>, ModelError> {
        let view = self.of_shape(name, &[rows, columns])?;
        if view.dtype() != Dtype::I8 {
            return self.floats(name, &view).map(Matrix::F32);
        }
        let scale_name = format!("{name}.scale");
        let scales = self.tensor(&scale_name)?;
        let blocks = match *scales.shape() {
            [r, blocks] if r == rows && blocks > 0 && columns.is_multiple_of(blocks) => blocks,
            ref other => {
                let reason = format!(
                    "has shape {other:?}, needed are {rows} rows and a divisor of {columns}"
                );
                return Err(self.invalid(&scale_name, reason));
            }
        };
        Ok(Matrix::Int8 {
            codes: Cow::Borrowed(bytemuck::cast_slice(view.data())),
            scales: self.floats(&scale_name, &scales)?,
            block: columns / blocks,
        })
    }
}
