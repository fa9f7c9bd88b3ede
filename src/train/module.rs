//! A head's network as a burn module.

use burn::module::{Module, Param};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::model::ModelError;
use crate::model::encoder::values;
use crate::model::heads::{Dense, Network, Sparse};

/// See [`Network`]; inputs are standardised before they come here.
#[derive(Module, Debug)]
pub struct Net {
    hidden: Option<Linear>,
    /// Without a bias.
    skip: Option<Linear>,
    output: Linear,
    /// `[buckets, outputs]`
    table: Option<Param<Tensor<2>>>,
}

/// The extents of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extents {
    /// Dense inputs.
    pub inputs: usize,
    /// Width of the hidden layer; 0 where there is none.
    pub hidden: usize,
    /// Outputs.
    pub outputs: usize,
    /// Rows of the table; 0 where words do not count.
    pub buckets: usize,
}

/// What a network reads, for some examples.
#[derive(Debug, Clone)]
pub struct Rows {
    /// `[rows, inputs]`, standardised.
    pub dense: Tensor<2>,
    /// Sparse features, filled up to as many as the row that has most.
    pub sparse: Option<SparseRows>,
}

/// Sparse features of some examples.
#[derive(Debug, Clone)]
pub struct SparseRows {
    /// `[rows · most]`
    buckets: Tensor<1, Int>,
    /// `[rows · most, 1]`; 0 where a row was filled up.
    values: Tensor<2>,
    /// Most features of a row.
    most: usize,
}

impl SparseRows {
    /// The features of `rows` in a table of `buckets`; `None` where no row has one.
    #[must_use]
    pub fn new(rows: &[&[Sparse]], buckets: usize, device: &Device) -> Option<Self> {
        let most = rows.iter().map(|r| r.len()).max().unwrap_or_default();
        if most == 0 || buckets == 0 {
            return None;
        }
        let size = rows.len() * most;
        let (mut at, mut values) = (vec![0i64; size], vec![0.0f32; size]);
        for (i, row) in rows.iter().enumerate() {
            for (j, (bucket, value)) in row.iter().enumerate() {
                at[i * most + j] = (*bucket as usize % buckets) as i64;
                values[i * most + j] = *value;
            }
        }
        Some(Self {
            buckets: Tensor::from_data(TensorData::new(at, [size]), device),
            values: Tensor::from_data(TensorData::new(values, [size, 1]), device),
            most,
        })
    }
}

impl Net {
    /// A network with a last layer and a table of zeros; a hidden layer is drawn from the device's
    /// seed.
    #[must_use]
    pub fn new(extents: Extents, device: &Device) -> Self {
        let Extents {
            inputs,
            hidden,
            outputs,
            buckets,
        } = extents;
        let width = if hidden > 0 { hidden } else { inputs };
        Self {
            hidden: (hidden > 0).then(|| LinearConfig::new(inputs, hidden).init(device)),
            skip: None,
            output: LinearConfig::new(width, outputs)
                .with_initializer(Initializer::Zeros)
                .init(device),
            table: (buckets > 0).then(|| {
                let zeros = Tensor::zeros([buckets, outputs], device);
                Param::from_tensor(zeros)
            }),
        }
    }

    /// The network with a way past its hidden layer, of zeros.
    #[must_use]
    pub fn with_skip(mut self, device: &Device) -> Self {
        self.skip = self.hidden.as_ref().map(|hidden| {
            let [inputs, _] = hidden.weight.dims();
            let [_, outputs] = self.output.weight.dims();
            LinearConfig::new(inputs, outputs)
                .with_bias(false)
                .with_initializer(Initializer::Zeros)
                .init(device)
        });
        self
    }

    /// Width of the hidden layer; 0 where there is none.
    #[must_use]
    pub fn hidden(&self) -> usize {
        self.hidden.as_ref().map_or(0, |h| h.weight.dims()[1])
    }

    /// The outputs, `[rows, outputs]`.
    #[must_use]
    pub fn forward(&self, rows: Rows) -> Tensor<2> {
        self.forward_masked(rows, None)
    }

    /// The same with the hidden layer, `[rows, hidden]`, multiplied by `mask`.
    #[must_use]
    pub fn forward_masked(&self, rows: Rows, mask: Option<Tensor<2>>) -> Tensor<2> {
        let past = self.skip.as_ref().map(|s| s.forward(rows.dense.clone()));
        let x = match (&self.hidden, mask) {
            (Some(hidden), Some(mask)) => relu(hidden.forward(rows.dense)) * mask,
            (Some(hidden), None) => relu(hidden.forward(rows.dense)),
            (None, _) => rows.dense,
        };
        let [n, _] = x.dims();
        let mut y = self.output.forward(x);
        if let Some(past) = past {
            y = y + past;
        }
        let (Some(table), Some(sparse)) = (&self.table, rows.sparse) else {
            return y;
        };
        let [_, outputs] = y.dims();
        let found = table.val().select(0, sparse.buckets) * sparse.values;
        let sum = found.reshape([n, sparse.most, outputs]).sum_dim(1);
        y + sum.squeeze_dim::<2>(1)
    }

    /// The network as it is used, with what standardises its inputs.
    ///
    /// # Errors
    /// Where the device does not give the weights back.
    pub fn to_network(&self, mean: Vec<f32>, scale: Vec<f32>) -> Result<Network, ModelError> {
        Ok(Network {
            mean,
            scale,
            hidden: self.hidden.as_ref().map(dense).transpose()?,
            skip: match &self.skip {
                Some(skip) => dense(skip)?.weight,
                None => Vec::new(),
            },
            output: dense(&self.output)?,
            table: match &self.table {
                Some(table) => values(table.val())?,
                None => Vec::new(),
            },
        })
    }
}

fn dense(linear: &Linear) -> Result<Dense, ModelError> {
    let bias = linear.bias.as_ref().map(|b| values(b.val()));
    Ok(Dense {
        // burn keeps `[in, out]`.
        weight: values(linear.weight.val().transpose())?,
        bias: bias.transpose()?.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_and_the_network_agree() {
        let device = Device::flex();
        device.seed(3);
        for (hidden, with_skip) in [(0, false), (5, false), (5, true)] {
            let extents = Extents {
                inputs: 4,
                hidden,
                outputs: 3,
                buckets: 8,
            };
            let mut net = Net::new(extents, &device);
            let width = if hidden > 0 { hidden } else { 4 };
            net.output = LinearConfig::new(width, 3).init(&device);
            if with_skip {
                net = net.with_skip(&device);
                let weight = Tensor::<2>::ones([4, 3], &device);
                net.skip.as_mut().unwrap().weight = Param::from_tensor(weight * 0.5);
            }
            let table: Vec<f32> = (0..24).map(|i| i as f32 / 10.0).collect();
            let table = Tensor::<2>::from_data(TensorData::new(table, [8, 3]), &device);
            net.table = Some(Param::from_tensor(table));
            let x = [0.5f32, -1.0, 2.0, 0.25];
            let words: [&[Sparse]; 2] = [&[(9, 0.5), (3, 2.0)], &[]];
            let rows = Rows {
                dense: Tensor::from_data(TensorData::new([x, x].concat(), [2, 4]), &device),
                sparse: SparseRows::new(&words, 8, &device),
            };
            let told = values(net.forward(rows)).unwrap();
            let network = net.to_network(vec![0.0; 4], vec![1.0; 4]).unwrap();
            for (told, words) in told.chunks_exact(3).zip(words) {
                for (a, b) in told.iter().zip(network.forward(&x, words)) {
                    assert!((a - b).abs() < 1e-5, "{a} {b}");
                }
            }
        }
    }
}
