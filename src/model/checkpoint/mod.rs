//! Weights in a safetensors file: 32-bit floats under the names of Hugging Face, or 8-bit
//! integers with a second tensor `NAME.scale` that holds one scale for each block of a row.
//!
//! `weight[r][c] = codes[r][c] · scale[r][c / block] / smooth[c]`, symmetric, codes from -127 to
//! 127; `smooth` stands in a third tensor, `NAME.smooth`, and is 1 where there is none
//! (SmoothQuant, Xiao et al. 2023).

mod quantise;
pub(super) mod reader;
pub(super) mod write;

use std::borrow::Cow;

use self::reader::Reader;
use super::manifest::Storage;
use super::weights::Source;
use super::{Architecture, ModelError};

/// Prefixes that exporters put before the names.
const PREFIXES: [&str; 3] = ["", "bert.", "0.auto_model."];
/// Rows of the embeddings of types.
pub(super) const TYPES: usize = 2;
/// What the names of tensors begin with that are no part of the encoder: the pooler, the heads of
/// pre-training, and the numbers of the positions.
const BESIDE: [&str; 3] = ["pooler.", "cls.", "embeddings.position_ids"];

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
        Self::read_from(Source::Bytes(bytes), architecture, file)
    }

    /// The same from bytes that may be on disk still, a tensor at a time.
    pub(super) fn read_from(
        source: Source<'a>,
        architecture: &Architecture,
        file: &str,
    ) -> Result<Self, ModelError> {
        Self::of(&mut Reader::of(source, file)?, architecture)
    }

    /// The same from a file that is not this program's own: one that has more than the encoder is
    /// of another model than `architecture` says.
    pub(super) fn read_foreign(
        source: Source<'a>,
        architecture: &Architecture,
        file: &str,
    ) -> Result<Self, ModelError> {
        let mut read = Reader::of(source, file)?;
        let checkpoint = Self::of(&mut read, architecture)?;
        check_beside(&read, architecture)?;
        Ok(checkpoint)
    }

    fn of(read: &mut Reader<'a, '_>, architecture: &Architecture) -> Result<Self, ModelError> {
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
            types: read.matrix("embeddings.token_type_embeddings.weight", TYPES, h)?,
            norm: read.norm("embeddings.LayerNorm", h)?,
            layers: (0..architecture.layers)
                .map(|i| read.layer(i, h, architecture.intermediate))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Refuses tensors that are read by nobody and change what a model computes.
fn check_beside(read: &Reader<'_, '_>, architecture: &Architecture) -> Result<(), ModelError> {
    let beside: Vec<String> = read.unread();
    let layer = |name: &String| -> Option<usize> {
        let rest = name.split_once("encoder.layer.")?.1;
        rest.split('.').next()?.parse().ok()
    };
    let last = beside.iter().filter_map(layer).max();
    if let Some(last) = last.filter(|last| *last >= architecture.layers) {
        return Err(ModelError::Unsupported {
            file: read.file.to_owned(),
            reason: format!(
                "has weights of {} layers, `num_hidden_layers` is {}",
                last.saturating_add(1),
                architecture.layers
            ),
        });
    }
    let is_known = |name: &&String| {
        let bare = name.strip_prefix(read.prefix).unwrap_or(name);
        BESIDE
            .iter()
            .any(|known| bare.starts_with(known) || name.starts_with(known))
    };
    match beside.iter().find(|name| !is_known(name)) {
        None => Ok(()),
        Some(name) => Err(ModelError::Unsupported {
            file: format!("{}: tensor `{name}`", read.file),
            reason: "is no part of a BERT encoder, and would be left out".to_owned(),
        }),
    }
}
