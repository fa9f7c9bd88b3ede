//! Writing a checkpoint.

use std::borrow::Cow;
use std::collections::HashMap;

use safetensors::View;
use safetensors::tensor::Dtype;

use super::{Checkpoint, Layer, Linear, Matrix, Norm};
use crate::model::ModelError;

/// A tensor on its way to a file.
struct Tensor {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl View for &Tensor {
    fn dtype(&self) -> Dtype {
        self.dtype
    }
    fn shape(&self) -> &[usize] {
        &self.shape
    }
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }
    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

/// The tensors of a file by name.
#[derive(Default)]
pub(in crate::model) struct Tensors(Vec<(String, Tensor)>);

impl Tensors {
    /// 32-bit floats.
    pub fn floats(&mut self, name: String, shape: Vec<usize>, values: &[f32]) {
        let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let dtype = Dtype::F32;
        self.0.push((
            name,
            Tensor {
                dtype,
                shape,
                bytes,
            },
        ));
    }

    /// The same in 16 bits.
    pub fn halves(&mut self, name: String, shape: Vec<usize>, values: &[f32]) {
        let half = |v: &f32| half::f16::from_f32(*v).to_le_bytes();
        let tensor = Tensor {
            dtype: Dtype::F16,
            shape,
            bytes: values.iter().flat_map(half).collect(),
        };
        self.0.push((name, tensor));
    }

    /// A matrix with rows of `columns`, and its scales where it has some.
    pub fn matrix(&mut self, name: String, matrix: &Matrix<'_>, columns: usize) {
        match matrix {
            Matrix::F32(values) => {
                let shape = vec![values.len() / columns, columns];
                self.floats(name, shape, values);
            }
            Matrix::Int8 {
                codes,
                scales,
                block,
            } => {
                let rows = codes.len() / columns;
                self.floats(format!("{name}.scale"), vec![rows, columns / block], scales);
                let tensor = Tensor {
                    dtype: Dtype::I8,
                    shape: vec![rows, columns],
                    bytes: bytemuck::cast_slice(codes).to_vec(),
                };
                self.0.push((name, tensor));
            }
        }
    }

    fn linear(&mut self, name: &str, linear: &Linear<'_>, columns: usize) {
        self.matrix(format!("{name}.weight"), &linear.weight, columns);
        if let Some(smooth) = &linear.smooth {
            self.floats(format!("{name}.weight.smooth"), vec![smooth.len()], smooth);
        }
        let bias = &linear.bias;
        self.floats(format!("{name}.bias"), vec![bias.len()], bias);
    }

    fn norm(&mut self, name: &str, norm: &Norm) {
        for (part, values) in [("weight", &norm.weight), ("bias", &norm.bias)] {
            self.floats(format!("{name}.{part}"), vec![values.len()], values);
        }
    }
}

impl Tensors {
    /// A layer of the encoder under its index.
    pub fn layer(&mut self, index: usize, layer: &Layer<'_>) {
        let (hidden, intermediate) = (layer.output.bias.len(), layer.up.bias.len());
        let at = format!("encoder.layer.{index}");
        let attention = format!("{at}.attention");
        self.linear(&format!("{attention}.self.query"), &layer.query, hidden);
        self.linear(&format!("{attention}.self.key"), &layer.key, hidden);
        self.linear(&format!("{attention}.self.value"), &layer.value, hidden);
        self.linear(&format!("{attention}.output.dense"), &layer.output, hidden);
        self.norm(
            &format!("{attention}.output.LayerNorm"),
            &layer.attention_norm,
        );
        self.linear(&format!("{at}.intermediate.dense"), &layer.up, hidden);
        self.linear(&format!("{at}.output.dense"), &layer.down, intermediate);
        self.norm(&format!("{at}.output.LayerNorm"), &layer.norm);
    }

    /// The bytes of a safetensors file, with `notes` beside the tensors.
    pub fn serialise(self, notes: Option<HashMap<String, String>>) -> Result<Vec<u8>, ModelError> {
        let tensors = self.0.iter().map(|(name, tensor)| (name, tensor));
        safetensors::serialize(tensors, notes).map_err(|e| ModelError::Invalid {
            file: "weights to be written".to_owned(),
            reason: e.to_string(),
        })
    }
}

impl Checkpoint<'_> {
    /// The bytes of a safetensors file that holds the weights.
    ///
    /// # Errors
    /// Where the extents contradict each other, which those of a checkpoint that was read do not.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, ModelError> {
        let mut out = Tensors::default();
        let hidden = self.norm.weight.len();
        for (name, matrix) in [
            ("word", &self.words),
            ("position", &self.positions),
            ("token_type", &self.types),
        ] {
            out.matrix(
                format!("embeddings.{name}_embeddings.weight"),
                matrix,
                hidden,
            );
        }
        out.norm("embeddings.LayerNorm", &self.norm);
        for (i, layer) in self.layers.iter().enumerate() {
            out.layer(i, layer);
        }
        out.serialise(None)
    }
}
