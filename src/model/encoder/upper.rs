//! The top of an encoder, to be trained for a task, over what the layers below it give.

use burn::module::{Module, Param};
use burn::nn;
use burn::tensor::{Device, FloatDType, Tensor};

use super::burn::{Layer, Loader, values};
use super::native::{Native, fits};
use crate::model::checkpoint::{self, Linear, Matrix, Norm};
use crate::model::heads::Branch;
use crate::model::kernels::Level;
use crate::model::{Architecture, Model, ModelError, Precision, Tokenizer};

/// The last layers of an encoder as a burn module.
#[derive(Module, Debug)]
pub struct Upper {
    layers: Vec<Layer>,
    heads: usize,
}

impl Upper {
    /// The last `top` layers of `model` on `device`.
    ///
    /// # Errors
    /// Where the model's files are not sound.
    pub fn new(model: &Model, top: usize, device: &Device) -> Result<Self, ModelError> {
        let checkpoint = model.checkpoint()?;
        let architecture = &model.manifest.architecture;
        let load = Loader {
            device,
            dtype: FloatDType::F32,
            epsilon: architecture.epsilon,
        };
        let first = checkpoint.layers.len().saturating_sub(top);
        let layers = &checkpoint.layers[first..];
        Ok(Self {
            layers: layers.iter().map(|l| load.layer(l)).collect(),
            heads: architecture.heads,
        })
    }

    /// The mean over each text's tokens of what the last layer gives, divided by its length:
    /// `[texts, hidden]` for `x` `[texts, length, hidden]`; `mask`, `[texts, length]`, is 1 where
    /// there is a token, else 0.
    pub fn forward(&self, x: Tensor<3>, mask: Tensor<2>) -> Tensor<2> {
        let [texts, length, _] = x.dims();
        let masked = mask
            .clone()
            .equal_elem(0.0)
            .reshape([texts, 1, 1, length])
            .expand([texts, self.heads, length, length]);
        let step = |x, layer: &Layer| layer.forward(x, Some(masked.clone()), self.heads);
        let x = self.layers.iter().fold(x, step);
        let tokens = mask.clone().sum_dim(1);
        let sum = (x * mask.unsqueeze_dim::<3>(2)).sum_dim(1);
        let mean = sum.squeeze_dim::<2>(1) / tokens;
        let norm = mean.clone().powi_scalar(2).sum_dim(1).sqrt();
        mean / norm.clamp_min(1e-12)
    }

    /// The weights, which a branch of `model` is made of: 8-bit integers, smoothed for what the
    /// layers read over `texts`.
    ///
    /// # Errors
    /// Where the device does not give the weights back, or the model's files are not sound.
    pub fn into_branch(self, model: &Model, texts: &[&str]) -> Result<Branch, ModelError> {
        let mut checkpoint = model.checkpoint()?;
        let own = checkpoint.layers.len() - self.layers.len();
        checkpoint.layers.truncate(own);
        for layer in &self.layers {
            checkpoint.layers.push(layer.to_checkpoint()?);
        }
        let architecture = &model.manifest.architecture;
        let peaks = super::peaks_of(&checkpoint, &model.tokenizer()?, architecture, texts)?;
        let layers = checkpoint.layers.split_off(own).into_iter();
        let quantised = layers.zip(&peaks[own..]).map(|(l, p)| l.quantised(p));
        Ok(Branch {
            layers: quantised
                .map(|l| l.map(checkpoint::Layer::into_owned))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Layer {
    fn to_checkpoint(&self) -> Result<checkpoint::Layer<'static>, ModelError> {
        let norm = |n: &nn::LayerNorm| {
            let shift = n.beta.as_ref().map(|b| values(b.val())).transpose()?;
            Ok::<_, ModelError>(Norm {
                weight: values(n.gamma.val())?,
                bias: shift.unwrap_or_default(),
            })
        };
        Ok(checkpoint::Layer {
            query: linear(&self.query)?,
            key: linear(&self.key)?,
            value: linear(&self.value)?,
            output: linear(&self.output)?,
            attention_norm: norm(&self.attention_norm)?,
            up: linear(&self.up)?,
            down: linear(&self.down)?,
            norm: norm(&self.norm)?,
        })
    }
}

fn linear(from: &nn::Linear) -> Result<Linear<'static>, ModelError> {
    let bias = from.bias.as_ref().map(|b| values(Param::val(b)));
    Ok(Linear {
        // burn keeps `[in, out]`.
        weight: Matrix::F32(values(from.weight.val().transpose())?),
        bias: bias.transpose()?.unwrap_or_default(),
        smooth: None,
    })
}

/// The layers below, as they compute on the processor.
pub struct Lower {
    tokenizer: Tokenizer,
    native: Native,
    hidden: usize,
}

impl Lower {
    /// All but the last `top` layers of `model`.
    ///
    /// # Errors
    /// Where the model's files are not sound, or its widths are none for the kernels.
    pub fn new(model: &Model, top: usize) -> Result<Self, ModelError> {
        let architecture: Architecture = model.manifest.architecture;
        if !fits(&architecture) {
            return Err(ModelError::Request(format!(
                "{} has widths that the kernels do not take, so its top cannot be trained",
                model.manifest.name
            )));
        }
        let checkpoint = model.checkpoint()?.into_owned();
        let first = checkpoint.layers.len().saturating_sub(top);
        // The model's own top as a branch says where one may leave.
        let own = Branch {
            layers: checkpoint.layers[first..].to_vec(),
        };
        let (int8, level) = (Precision::Int8, Level::detect());
        Ok(Self {
            tokenizer: model.tokenizer()?,
            native: Native::new(checkpoint, &[own], &architecture, int8, level)?,
            hidden: architecture.hidden,
        })
    }

    /// Width of a token's vector.
    #[must_use]
    pub fn hidden(&self) -> usize {
        self.hidden
    }

    /// The token ids of a text, marks included.
    ///
    /// # Errors
    /// Where the tokenizer fails.
    pub fn tokens(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        self.tokenizer.encode(text)
    }

    /// What the layers above read: a vector for each token, text after text, `[tokens, hidden]`.
    pub fn forward(&mut self, texts: &[&[u32]]) -> Vec<f32> {
        self.native.shared(texts)
    }
}
