//! Tensors of a safetensors file, checked as they are read.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::io;

use half::{bf16, f16};
use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use super::{Layer, Linear, Matrix, Norm};
use crate::model::ModelError;
use crate::model::weights::Source;

/// Most bytes of a file's header: that of a BERT has some 100 a tensor.
pub(in crate::model) const MOST_HEADER: u64 = 1 << 20;
/// Bytes before the header, which give its length.
const LENGTH: usize = 8;

/// Reads tensors and checks them.
pub(in crate::model) struct Reader<'a, 'f> {
    tensors: Metadata,
    source: Source<'a>,
    /// Where the tensors' bytes begin.
    start: u64,
    pub(super) prefix: &'static str,
    pub(super) file: &'f str,
    /// Names of the tensors that were asked for.
    read: RefCell<HashSet<String>>,
}

impl<'a, 'f> Reader<'a, 'f> {
    /// A reader of the tensors in the bytes of a safetensors file, named `file` in errors.
    pub fn new(bytes: &'a [u8], file: &'f str) -> Result<Self, ModelError> {
        Self::of(Source::Bytes(bytes), file)
    }

    /// The same of bytes that may be on disk still. The header is looked at as a whole, so that no
    /// tensor in it can reach beyond the file.
    pub fn of(source: Source<'a>, file: &'f str) -> Result<Self, ModelError> {
        let none = |reason: &str| ModelError::Invalid {
            file: file.to_owned(),
            reason: format!("no safetensors file: {reason}"),
        };
        let read = |at, length| source.read(at, length).map_err(|e| failed(file, length, e));
        let rest = source.len().checked_sub(LENGTH as u64);
        let rest = rest.ok_or_else(|| none("it is shorter than a header"))?;
        let length = read(0, LENGTH)?;
        // As many bytes were read.
        let length = length.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
        if length > rest.min(MOST_HEADER) {
            return Err(none(&format!("it has a header of {length} bytes")));
        }
        let start = LENGTH as u64 + length;
        let header = read(LENGTH as u64, length as usize)?;
        let tensors: Metadata =
            serde_json::from_slice(&header).map_err(|e| none(&e.to_string()))?;
        if tensors.data_len() as u64 != source.len() - start {
            let found = source.len() - start;
            let reason = format!("its tensors have {} bytes, it {found}", tensors.data_len());
            return Err(none(&reason));
        }
        Ok(Self {
            tensors,
            source,
            start,
            prefix: "",
            file,
            read: RefCell::default(),
        })
    }

    fn full(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Whether there is a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.tensors.info(&self.full(name)).is_some()
    }

    /// Names of the tensors that nobody has asked for, sorted.
    pub(super) fn unread(&self) -> Vec<String> {
        let read = self.read.borrow();
        let mut names = self.tensors.offset_keys();
        names.retain(|name| !read.contains(name));
        names.sort();
        names
    }

    /// Extents of a tensor.
    pub fn shape(&self, name: &str) -> Result<Vec<usize>, ModelError> {
        Ok(self.tensor(name)?.shape.clone())
    }

    /// A layer of width `h` whose feed-forward layer has width `i`.
    pub fn layer(&self, index: usize, h: usize, i: usize) -> Result<Layer<'a>, ModelError> {
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

    pub(super) fn norm(&self, name: &str, width: usize) -> Result<Norm, ModelError> {
        Ok(Norm {
            weight: self.vector(&format!("{name}.weight"), width)?,
            bias: self.vector(&format!("{name}.bias"), width)?,
        })
    }

    pub fn invalid(&self, name: &str, reason: impl Into<String>) -> ModelError {
        ModelError::Invalid {
            file: format!("{}: tensor `{}{name}`", self.file, self.prefix),
            reason: reason.into(),
        }
    }

    fn tensor(&self, name: &str) -> Result<&TensorInfo, ModelError> {
        let full = self.full(name);
        let info = self.tensors.info(&full);
        self.read.borrow_mut().insert(full);
        info.ok_or_else(|| self.invalid(name, "missing"))
    }

    fn of_shape(&self, name: &str, shape: &[usize]) -> Result<&TensorInfo, ModelError> {
        let info = self.tensor(name)?;
        if info.shape == shape {
            return Ok(info);
        }
        Err(self.invalid(
            name,
            format!("has shape {:?}, the model needs {shape:?}", info.shape),
        ))
    }

    fn bytes(&self, info: &TensorInfo) -> Result<Cow<'a, [u8]>, ModelError> {
        let (from, to) = info.data_offsets;
        self.source
            .read(self.start + from as u64, to - from)
            .map_err(|e| failed(self.file, to - from, e))
    }

    fn floats(&self, name: &str, info: &TensorInfo) -> Result<Vec<f32>, ModelError> {
        let number = info.shape.iter().product();
        let mut values: Vec<f32> = Vec::new();
        // A model may have more weights than there is memory.
        values
            .try_reserve_exact(number)
            .map_err(|e| failed(self.file, 4 * number, e.into()))?;
        match info.dtype {
            Dtype::F32 => {
                let bytes = self.bytes(info)?;
                values.extend(bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)));
            }
            Dtype::F16 => {
                let bytes = self.bytes(info)?;
                let halves = bytes.as_chunks().0.iter();
                values.extend(halves.map(|b| f16::from_le_bytes(*b).to_f32()));
            }
            Dtype::BF16 => {
                let bytes = self.bytes(info)?;
                let halves = bytes.as_chunks().0.iter();
                values.extend(halves.map(|b| bf16::from_le_bytes(*b).to_f32()));
            }
            other => {
                let reason = format!("is of type {other:?}, weights are F32, F16, BF16 or I8");
                return Err(self.invalid(name, reason));
            }
        }
        if values.iter().all(|v| v.is_finite()) {
            return Ok(values);
        }
        Err(self.invalid(name, "has a value that is not finite"))
    }

    pub fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, ModelError> {
        self.floats(name, self.of_shape(name, &[length])?)
    }

    pub fn matrix(
        &self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Matrix<'a>, ModelError> {
        let info = self.of_shape(name, &[rows, columns])?;
        if info.dtype != Dtype::I8 {
            return self.floats(name, info).map(Matrix::F32);
        }
        let scale_name = format!("{name}.scale");
        let scales = self.tensor(&scale_name)?;
        let blocks = match *scales.shape {
            [r, blocks] if r == rows && blocks > 0 && columns.is_multiple_of(blocks) => blocks,
            ref other => {
                let reason = format!(
                    "has shape {other:?}, needed are {rows} rows and a divisor of {columns}"
                );
                return Err(self.invalid(&scale_name, reason));
            }
        };
        Ok(Matrix::Int8 {
            codes: match self.bytes(info)? {
                Cow::Borrowed(bytes) => Cow::Borrowed(bytemuck::cast_slice(bytes)),
                Cow::Owned(bytes) => bytes.into_iter().map(u8::cast_signed).collect(),
            },
            scales: self.floats(&scale_name, scales)?,
            block: columns / blocks,
        })
    }
}

/// What reading `bytes` of `file` failed with.
fn failed(file: &str, bytes: usize, error: io::Error) -> ModelError {
    ModelError::reading(file.into(), bytes as u64, error)
}
