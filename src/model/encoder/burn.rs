//! The encoder as a burn module, out of stock operations: it runs on every device that burn has.
//! On a processor the kernels of this room are several times faster; see `super::native`.

use burn::module::{Module, Param};
use burn::nn::{Embedding, EmbeddingConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::tensor::activation::gelu;
use burn::tensor::module::attention;
use burn::tensor::{Bool, DType, Device, FloatDType, Int, Tensor, TensorData};

use crate::model::checkpoint::{self, Checkpoint, Matrix};
use crate::model::heads::Branch;
use crate::model::{Architecture, ModelError};

/// Fills up the rows of a batch; no token of a text that counts has it by chance, since the mask
/// decides.
const PADDING: i64 = 0;

/// A BERT encoder (Devlin et al. 2019) without its pooler.
#[derive(Module, Debug)]
pub struct Bert {
    words: Embedding,
    positions: Embedding,
    /// The embedding of the first type, `[1, 1, hidden]`; every text is of that type.
    kind: Param<Tensor<3>>,
    norm: LayerNorm,
    layers: Vec<Layer>,
    /// Layers in place of the last ones.
    branches: Vec<Vec<Layer>>,
    heads: usize,
}

/// A layer as a module.
#[derive(Module, Debug)]
pub struct Layer {
    pub(super) query: Linear,
    pub(super) key: Linear,
    pub(super) value: Linear,
    pub(super) output: Linear,
    pub(super) attention_norm: LayerNorm,
    pub(super) up: Linear,
    pub(super) down: Linear,
    pub(super) norm: LayerNorm,
}

/// Puts weights on a device.
pub(super) struct Loader<'a> {
    pub device: &'a Device,
    pub dtype: FloatDType,
    pub epsilon: f64,
}

impl Loader<'_> {
    fn tensor<const D: usize>(&self, values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
        Tensor::<D>::from_data(TensorData::new(values, shape), self.device).cast(self.dtype)
    }

    fn embedding(&self, matrix: &Matrix<'_>, width: usize) -> Embedding {
        let values = matrix.to_f32();
        let rows = values.len() / width;
        let mut out = EmbeddingConfig::new(rows, width).init(self.device);
        out.weight = Param::from_tensor(self.tensor(values, [rows, width]));
        out
    }

    fn linear(&self, from: &checkpoint::Linear<'_>) -> Linear {
        let rows = from.bias.len();
        let values = from.to_f32();
        let columns = values.len() / rows;
        let mut out = LinearConfig::new(columns, rows).init(self.device);
        // burn keeps `[in, out]`.
        let weight = self.tensor(values, [rows, columns]).transpose();
        out.weight = Param::from_tensor(weight);
        out.bias = Some(Param::from_tensor(self.tensor(from.bias.clone(), [rows])));
        out
    }

    fn norm(&self, from: &checkpoint::Norm) -> LayerNorm {
        let width = from.weight.len();
        let config = LayerNormConfig::new(width).with_epsilon(self.epsilon);
        let mut out = config.init(self.device);
        out.gamma = Param::from_tensor(self.tensor(from.weight.clone(), [width]));
        out.beta = Some(Param::from_tensor(self.tensor(from.bias.clone(), [width])));
        out
    }

    pub fn layer(&self, from: &checkpoint::Layer<'_>) -> Layer {
        Layer {
            query: self.linear(&from.query),
            key: self.linear(&from.key),
            value: self.linear(&from.value),
            output: self.linear(&from.output),
            attention_norm: self.norm(&from.attention_norm),
            up: self.linear(&from.up),
            down: self.linear(&from.down),
            norm: self.norm(&from.norm),
        }
    }
}

impl Layer {
    /// `x`: `[batch, length, hidden]`; `masked`: `[batch, heads, length, length]`, true where a
    /// token must not be looked at.
    pub(super) fn forward(
        &self,
        x: Tensor<3>,
        masked: Option<Tensor<4, Bool>>,
        heads: usize,
    ) -> Tensor<3> {
        let x = self.attend(x, masked, heads);
        let inner = self.down.forward(gelu(self.up.forward(x.clone())));
        self.norm.forward(inner + x)
    }

    /// The first half of a layer.
    fn attend(&self, x: Tensor<3>, masked: Option<Tensor<4, Bool>>, heads: usize) -> Tensor<3> {
        let [batch, length, hidden] = x.dims();
        let split = |t: Tensor<3>| {
            t.reshape([batch, length, heads, hidden / heads])
                .swap_dims(1, 2)
        };
        let query = split(self.query.forward(x.clone()));
        let key = split(self.key.forward(x.clone()));
        let value = split(self.value.forward(x.clone()));
        let seen = attention(query, key, value, masked, None, Default::default());
        let seen = seen.swap_dims(1, 2).reshape([batch, length, hidden]);
        self.attention_norm.forward(self.output.forward(seen) + x)
    }
}

/// The largest magnitudes, over all tokens of some texts, of what a layer's linear parts read.
#[derive(Debug, Clone, PartialEq)]
pub struct Peaks {
    /// `[hidden]`, read by queries, keys and values.
    pub attention: Vec<f32>,
    /// `[hidden]`, read by the feed-forward layer.
    pub up: Vec<f32>,
}

impl Bert {
    /// The encoder on `device`, with weights of `dtype`.
    #[must_use]
    pub fn new(
        checkpoint: &Checkpoint<'_>,
        branches: &[Branch],
        architecture: &Architecture,
        device: &Device,
        dtype: FloatDType,
    ) -> Self {
        let load = Loader {
            device,
            dtype,
            epsilon: architecture.epsilon,
        };
        let hidden = architecture.hidden;
        let mut kind = vec![0.0; hidden];
        checkpoint.types.copy_row(0, &mut kind);
        Self {
            words: load.embedding(&checkpoint.words, hidden),
            positions: load.embedding(&checkpoint.positions, hidden),
            kind: Param::from_tensor(load.tensor(kind, [1, 1, hidden])),
            norm: load.norm(&checkpoint.norm),
            layers: checkpoint.layers.iter().map(|l| load.layer(l)).collect(),
            branches: branches
                .iter()
                .map(|b| b.layers.iter().map(|l| load.layer(l)).collect())
                .collect(),
            heads: architecture.heads,
        }
    }

    /// The peaks of each layer over `texts`.
    ///
    /// # Errors
    /// Where the device does not give them back.
    pub fn peaks(&self, texts: &[&[u32]], device: &Device) -> Result<Vec<Peaks>, ModelError> {
        let highest = |x: Tensor<3>, into: &mut Vec<f32>| -> Result<(), ModelError> {
            let [_, length, hidden] = x.dims();
            let peaks = x.abs().reshape([length, hidden]).max_dim(0);
            let peaks = values(peaks)?;
            into.resize(hidden, 0.0);
            for (into, peak) in into.iter_mut().zip(peaks) {
                *into = into.max(peak);
            }
            Ok(())
        };
        let none = Peaks {
            attention: Vec::new(),
            up: Vec::new(),
        };
        let mut all = vec![none; self.layers.len()];
        // One by one, so that no filling counts.
        for text in texts.iter().filter(|t| !t.is_empty()) {
            let ids = text.iter().map(|id| i64::from(*id)).collect();
            let mut x = self.start(ids, [1, text.len()], device);
            for (layer, peaks) in self.layers.iter().zip(&mut all) {
                highest(x.clone(), &mut peaks.attention)?;
                let half = layer.attend(x.clone(), None, self.heads);
                highest(half, &mut peaks.up)?;
                x = layer.forward(x, None, self.heads);
            }
        }
        Ok(all)
    }

    /// What the first layer reads, `[batch, length, hidden]`.
    fn start(&self, ids: Vec<i64>, shape: [usize; 2], device: &Device) -> Tensor<3> {
        let ids = Tensor::<2, Int>::from_data(TensorData::new(ids, shape), device);
        let at = Tensor::<1, Int>::arange(0..shape[1] as i64, device).unsqueeze::<2>();
        let sum = self.words.forward(ids) + self.positions.forward(at) + self.kind.val();
        self.norm.forward(sum)
    }

    /// Unit vectors of texts, one after another: the mean over a text's tokens, divided by its
    /// Euclidean length; first those of the model, then those of each branch `wanted`. Texts are
    /// filled up to the longest of them.
    ///
    /// # Errors
    /// Where the device does not give the result back.
    pub fn embed(
        &self,
        texts: &[&[u32]],
        wanted: &[usize],
        device: &Device,
    ) -> Result<Vec<Vec<f32>>, ModelError> {
        let batch = texts.len();
        let length = texts.iter().map(|t| t.len()).max().unwrap_or_default();
        if length == 0 {
            return Ok(vec![Vec::new(); 1 + wanted.len()]);
        }
        let mut ids = vec![PADDING; batch * length];
        let mut mask = vec![0.0f32; batch * length];
        for (i, text) in texts.iter().enumerate() {
            for (j, id) in text.iter().enumerate() {
                ids[i * length + j] = i64::from(*id);
                mask[i * length + j] = 1.0;
            }
        }
        let padded = mask.contains(&0.0);
        let mask = Tensor::<2>::from_data(TensorData::new(mask, [batch, length]), device);
        let masked = padded.then(|| {
            let masked = mask.clone().equal_elem(0.0);
            masked
                .reshape([batch, 1, 1, length])
                .expand([batch, self.heads, length, length])
        });
        let run = |x: Tensor<3>, layers: &[Layer]| {
            let step = |x, layer: &Layer| layer.forward(x, masked.clone(), self.heads);
            layers.iter().fold(x, step)
        };
        let pooled = |x: Tensor<3>| {
            let mask = mask.clone().unsqueeze_dim::<3>(2);
            let sum = (x.cast(FloatDType::F32) * mask.clone()).sum_dim(1);
            let mean = (sum / mask.sum_dim(1)).squeeze_dim::<2>(1);
            let norm = mean.clone().powi_scalar(2).sum_dim(1).sqrt();
            values(mean / norm.clamp_min(1e-12))
        };
        let top = self.branches.first().map_or(0, Vec::len);
        let (shared, own) = self.layers.split_at(self.layers.len() - top);
        let x = run(self.start(ids, [batch, length], device), shared);
        let wanted = wanted.iter().map(|i| self.branches[*i].as_slice());
        let stacks = std::iter::once(own).chain(wanted);
        stacks
            .map(|layers| pooled(run(x.clone(), layers)))
            .collect()
    }
}

/// The numbers of a tensor, row by row.
///
/// # Errors
/// Where the device does not give them back.
pub fn values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, ModelError> {
    let data = tensor.into_data().convert_dtype(DType::F32);
    data.try_into_vec().map_err(|e| ModelError::Device {
        device: "burn",
        reason: format!("{e:?}"),
    })
}
