//! A small network over numbers of known meaning and hashed words.
//!
//! `y = W · a(z) + b + S · z + Σ value · table[bucket]` of `z = (x - mean) · scale`, where `a` is the
//! identity or one hidden layer `max(0, V · z + c)`, and `S`, where there is one, leads past it.

use crate::model::ModelError;
use crate::model::checkpoint::reader::Reader;
use crate::model::checkpoint::write::Tensors;

/// A feature that most texts lack: its row of the table and its weight.
pub type Sparse = (u32, f32);

/// `y = weight · x + bias`
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    /// `[outputs, inputs]`, row by row.
    pub weight: Vec<f32>,
    /// `[outputs]`
    pub bias: Vec<f32>,
}

/// The network.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// `[inputs]`: subtracted from the inputs.
    pub mean: Vec<f32>,
    /// `[inputs]`: what the difference is multiplied by.
    pub scale: Vec<f32>,
    /// The layer between, where there is one.
    pub hidden: Option<Dense>,
    /// `[outputs, inputs]`, row by row: what leads past the layer between; empty where nothing does.
    pub skip: Vec<f32>,
    /// The last layer.
    pub output: Dense,
    /// `[buckets, outputs]`, row by row; empty where words do not count.
    pub table: Vec<f32>,
}

impl Dense {
    fn apply(&self, x: &[f32]) -> Vec<f32> {
        let mut out = self.bias.clone();
        add_products(&mut out, &self.weight, x);
        out
    }
}

/// Numbers that are multiplied side by side.
const LANES: usize = 8;

/// Adds `weight · x` to `y`; `weight` is `[y, x]`, row by row.
fn add_products(y: &mut [f32], weight: &[f32], x: &[f32]) {
    // Without inputs there are no rows.
    for (y, row) in y.iter_mut().zip(weight.chunks_exact(x.len().max(1))) {
        let (rows, last_row) = row.as_chunks::<LANES>();
        let (xs, last_x) = x.as_chunks::<LANES>();
        let mut sums = [0.0f32; LANES];
        for (row, x) in rows.iter().zip(xs) {
            for ((sum, w), x) in sums.iter_mut().zip(row).zip(x) {
                *sum += w * x;
            }
        }
        let last: f32 = last_row.iter().zip(last_x).map(|(w, x)| w * x).sum();
        *y += sums.iter().sum::<f32>() + last;
    }
}

impl Network {
    /// Number of dense inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.mean.len()
    }

    /// Number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.output.bias.len()
    }

    /// Rows of the table.
    #[must_use]
    pub fn buckets(&self) -> usize {
        self.table.len() / self.outputs().max(1)
    }

    /// The outputs for `dense`, `[inputs]`, and `sparse`, whose buckets wrap around.
    #[must_use]
    pub fn forward(&self, dense: &[f32], sparse: &[Sparse]) -> Vec<f32> {
        debug_assert_eq!(dense.len(), self.inputs());
        let standard = dense.iter().zip(&self.mean).zip(&self.scale);
        let mut x: Vec<f32> = standard
            .map(|((x, mean), scale)| (x - mean) * scale)
            .collect();
        let mut past = vec![0.0; self.outputs()];
        add_products(&mut past, &self.skip, &x);
        if let Some(hidden) = &self.hidden {
            x = hidden.apply(&x);
            x.iter_mut().for_each(|x| *x = x.max(0.0));
        }
        let mut y = self.output.apply(&x);
        y.iter_mut().zip(past).for_each(|(y, past)| *y += past);
        let buckets = self.buckets();
        for (bucket, value) in sparse.iter().filter(|_| buckets > 0) {
            let at = *bucket as usize % buckets * y.len();
            for (y, weight) in y.iter_mut().zip(&self.table[at..]) {
                *y += value * weight;
            }
        }
        y
    }

    /// The outputs multiplied by `factor`, as a calibration asks for.
    #[must_use]
    pub fn scaled(mut self, factor: f32) -> Self {
        let Dense { weight, bias } = &mut self.output;
        let own = weight.iter_mut().chain(bias);
        for value in own.chain(&mut self.skip).chain(&mut self.table) {
            *value *= factor;
        }
        self
    }

    /// Reads the tensors of a network whose names begin with `at`.
    pub(super) fn read(read: &Reader<'_, '_>, at: &str) -> Result<Self, ModelError> {
        let length = |name: &str| Ok::<_, ModelError>(read.shape(name)?.iter().product());
        let inputs = length(&format!("{at}mean"))?;
        let dense = |name: &str, inputs: usize| {
            let outputs = length(&format!("{at}{name}.bias"))?;
            let weight = read.matrix(&format!("{at}{name}.weight"), outputs, inputs)?;
            Ok::<_, ModelError>(Dense {
                weight: weight.to_f32(),
                bias: read.vector(&format!("{at}{name}.bias"), outputs)?,
            })
        };
        let hidden = if read.has(&format!("{at}hidden.bias")) {
            Some(dense("hidden", inputs)?)
        } else {
            None
        };
        let width = hidden.as_ref().map_or(inputs, |h| h.bias.len());
        let output = dense("output", width)?;
        let skip = if read.has(&format!("{at}skip")) {
            let outputs = output.bias.len();
            read.matrix(&format!("{at}skip"), outputs, inputs)?.to_f32()
        } else {
            Vec::new()
        };
        let table = if read.has(&format!("{at}table")) {
            let name = format!("{at}table");
            let outputs = output.bias.len();
            let buckets = read.shape(&name)?.first().copied().unwrap_or_default();
            read.matrix(&name, buckets, outputs)?.to_f32()
        } else {
            Vec::new()
        };
        Ok(Self {
            mean: read.vector(&format!("{at}mean"), inputs)?,
            scale: read.vector(&format!("{at}scale"), inputs)?,
            hidden,
            skip,
            output,
            table,
        })
    }

    /// Adds the tensors to a file under names that begin with `at`; the table in 16 bits.
    pub(super) fn write(&self, out: &mut Tensors, at: &str) {
        let vector = |out: &mut Tensors, name: &str, values: &[f32]| {
            out.floats(format!("{at}{name}"), vec![values.len()], values);
        };
        vector(out, "mean", &self.mean);
        vector(out, "scale", &self.scale);
        let layers = [
            ("hidden", self.hidden.as_ref()),
            ("output", Some(&self.output)),
        ];
        for (name, layer) in layers {
            let Some(layer) = layer else { continue };
            let rows = layer.bias.len();
            let shape = vec![rows, layer.weight.len() / rows.max(1)];
            out.floats(format!("{at}{name}.weight"), shape, &layer.weight);
            vector(out, &format!("{name}.bias"), &layer.bias);
        }
        if !self.skip.is_empty() {
            let shape = vec![self.outputs(), self.inputs()];
            out.floats(format!("{at}skip"), shape, &self.skip);
        }
        if !self.table.is_empty() {
            let shape = vec![self.buckets(), self.outputs()];
            out.halves(format!("{at}table"), shape, &self.table);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(hidden: Option<Dense>) -> Network {
        Network {
            mean: vec![1.0, 2.0],
            scale: vec![2.0, 0.5],
            hidden,
            skip: Vec::new(),
            output: Dense {
                weight: vec![1.0, 0.0, 0.5, -1.0],
                bias: vec![0.1, 0.2],
            },
            table: vec![1.0, -1.0, 10.0, -10.0],
        }
    }

    #[test]
    fn the_arithmetic_of_a_linear_one() {
        // z = (2, 1)
        let y = network(None).forward(&[2.0, 4.0], &[(3, 0.5)]);
        assert_eq!(y, [2.1 + 5.0, 0.2 + 1.0 - 1.0 - 5.0]);
    }

    #[test]
    fn a_hidden_layer_lets_nothing_negative_through() {
        let hidden = Dense {
            weight: vec![1.0, 0.0, 0.0, -1.0],
            bias: vec![0.0, 0.0],
        };
        let y = network(Some(hidden)).forward(&[2.0, 4.0], &[]);
        assert_eq!(y, [2.1, 1.2]);
    }

    #[test]
    fn a_skip_leads_past_the_hidden_layer() {
        let hidden = Dense {
            weight: vec![1.0, 0.0, 0.0, -1.0],
            bias: vec![0.0, 0.0],
        };
        let mut network = network(Some(hidden));
        network.skip = vec![0.0, 3.0, 0.25, 0.0];
        // z = (2, 1)
        let y = network.forward(&[2.0, 4.0], &[]);
        assert_eq!(y, [2.1 + 3.0, 1.2 + 0.5]);
        let twice = network.scaled(2.0).forward(&[2.0, 4.0], &[]);
        assert_eq!(twice, [2.0 * y[0], 2.0 * y[1]]);
    }

    #[test]
    fn long_rows_are_multiplied_to_their_end() {
        let x: Vec<f32> = (0..19).map(|i| i as f32).collect();
        let mut y = [1.0, 0.0];
        add_products(&mut y, &[x.clone(), vec![1.0; 19]].concat(), &x);
        assert_eq!(y, [1.0 + 2109.0, 171.0]);
    }

    #[test]
    fn without_inputs_the_table_alone_counts() {
        let only = Network {
            mean: Vec::new(),
            scale: Vec::new(),
            hidden: None,
            skip: Vec::new(),
            output: Dense {
                weight: Vec::new(),
                bias: vec![0.5],
            },
            table: vec![2.0],
        };
        assert_eq!(only.forward(&[], &[(7, 1.0)]), [2.5]);
    }

    #[test]
    fn a_factor_multiplies_the_outputs() {
        let (x, words) = ([2.0, 4.0], [(0, 1.0)]);
        let once = network(None).forward(&x, &words);
        let twice = network(None).scaled(2.0).forward(&x, &words);
        for (a, b) in once.iter().zip(twice) {
            assert!((2.0 * a - b).abs() < 1e-6);
        }
    }
}
