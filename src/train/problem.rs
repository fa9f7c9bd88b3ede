//! What the heads have in common: texts of one or more units (sentences, candidates), each with
//! numbers, words and, where layers are trained, tokens, whose outputs are summed to the text's.

use burn::module::Module;
use burn::tensor::activation::{log_sigmoid, log_softmax};
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::TrainError;
use super::module::{Extents, Net, Rows, SparseRows};
use super::trainer::Objective;
use crate::model::encoder::{Lower, Upper, values};
use crate::model::heads::Sparse;

/// Batches among which texts are sorted by length, so that little is filled up.
const SORTED_BATCHES: usize = 40;
/// Texts scored at once.
const SCORED: usize = 64;

/// A part of a text that is read by itself.
#[derive(Debug, Clone, Default)]
pub struct Unit {
    /// Token ids, where the encoder's top is trained.
    pub tokens: Vec<u32>,
    /// Inputs of the network that come before the top's vector.
    pub dense: Vec<f32>,
    /// Words.
    pub sparse: Vec<Sparse>,
}

/// Texts.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// Parts of all texts.
    pub units: Vec<Unit>,
    /// The parts of each text with their weights in the sum.
    pub items: Vec<Vec<(usize, f32)>>,
}

impl Texts {
    /// Adds a text of weighted parts, and returns its index.
    pub fn push(&mut self, units: impl IntoIterator<Item = (Unit, f32)>) -> usize {
        let mut item = Vec::new();
        for (unit, weight) in units {
            item.push((self.units.len(), weight));
            self.units.push(unit);
        }
        self.items.push(item);
        self.items.len() - 1
    }

    /// Mean and reciprocal deviation of each dense input.
    #[must_use]
    pub fn standard(&self) -> (Vec<f32>, Vec<f32>) {
        let inputs = self.units.first().map_or(0, |u| u.dense.len());
        let n = self.units.len().max(1) as f64;
        let (mut sum, mut squares) = (vec![0.0f64; inputs], vec![0.0f64; inputs]);
        for unit in &self.units {
            for (i, x) in unit.dense.iter().enumerate() {
                sum[i] += f64::from(*x);
                squares[i] += f64::from(*x) * f64::from(*x);
            }
        }
        let mean: Vec<f64> = sum.iter().map(|s| s / n).collect();
        let scale = squares.iter().zip(&mean).map(|(s, m)| {
            let deviation = (s / n - m * m).max(0.0).sqrt();
            // What never changes says nothing.
            if deviation < 1e-6 {
                0.0
            } else {
                (1.0 / deviation) as f32
            }
        });
        (mean.iter().map(|m| *m as f32).collect(), scale.collect())
    }
}

/// One thing to learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lesson {
    /// A text is of a class.
    Class {
        /// The text.
        item: usize,
        /// Its class.
        class: usize,
        /// A class that was no choice.
        excluded: Option<usize>,
        /// How much it counts.
        weight: f32,
    },
    /// One text is above another.
    Pair {
        /// The one.
        first: usize,
        /// The other.
        second: usize,
        /// Probability that the first is above.
        target: f32,
        /// How much it counts.
        weight: f32,
    },
    /// Yes or no.
    Truth {
        /// The text.
        item: usize,
        /// Whether it is so.
        yes: bool,
        /// How much it counts.
        weight: f32,
    },
}

impl Lesson {
    /// The texts that it is about.
    fn items(self) -> impl Iterator<Item = usize> {
        let (first, second) = match self {
            Self::Class { item, .. } | Self::Truth { item, .. } => (item, None),
            Self::Pair { first, second, .. } => (first, Some(second)),
        };
        std::iter::once(first).chain(second)
    }
}

/// A network, with the top of an encoder where that is trained too.
#[derive(Module, Debug)]
pub struct Learner {
    upper: Option<Upper>,
    net: Net,
}

impl Learner {
    /// A learner with random weights for its network, whose inputs are the dense ones and, behind
    /// them, `hidden` of the top where there is one.
    #[must_use]
    pub fn new(upper: Option<Upper>, extents: Extents, device: &Device) -> Self {
        Self {
            upper,
            net: Net::new(extents, device),
        }
    }

    /// The parts.
    #[must_use]
    pub fn into_parts(self) -> (Option<Upper>, Net) {
        (self.upper, self.net)
    }
}

/// The score of outputs, text after text; higher is better.
pub type Score<'a> = dyn Fn(&[f32]) -> f64 + 'a;

/// A problem: texts and what to learn of them.
pub struct Problem<'a> {
    /// Those learned from and those scored.
    pub texts: &'a Texts,
    /// What is learned.
    pub lessons: Vec<Lesson>,
    /// Lessons of a batch.
    pub batch: usize,
    /// What standardises the dense inputs.
    pub standard: (Vec<f32>, Vec<f32>),
    /// Rows of the table.
    pub buckets: usize,
    /// Outputs of the network.
    pub outputs: usize,
    /// The layers below the top, where that is trained.
    pub lower: Option<Lower>,
    /// Where it is trained.
    pub device: Device,
    /// Texts that are scored after each epoch, and how: higher is better.
    pub held_out: Vec<usize>,
    /// The score of the outputs of the texts held out, `[held out, outputs]`.
    pub score: &'a Score<'a>,
}

/// Factor of the top's unit vectors, so that their numbers are about as large as standardised ones.
#[must_use]
pub fn vector_scale(hidden: usize) -> f32 {
    (hidden as f32).sqrt()
}

impl Problem<'_> {
    /// The outputs of texts, `[texts, outputs]`.
    fn forward(
        &mut self,
        module: &Learner,
        items: &[usize],
        device: &Device,
    ) -> Result<Tensor<2>, TrainError> {
        let parts: Vec<(usize, usize, f32)> = items
            .iter()
            .enumerate()
            .flat_map(|(row, item)| {
                let parts = &self.texts.items[*item];
                parts
                    .iter()
                    .map(move |(unit, weight)| (row, *unit, *weight))
            })
            .collect();
        let units: Vec<&Unit> = parts
            .iter()
            .map(|(_, u, _)| &self.texts.units[*u])
            .collect();
        let (mean, scale) = &self.standard;
        let mut dense = Vec::with_capacity(units.len() * mean.len());
        for unit in &units {
            let standard = unit.dense.iter().zip(mean).zip(scale);
            dense.extend(standard.map(|((x, m), s)| (x - m) * s));
        }
        let dense = tensor(dense, [units.len(), mean.len()], device);
        let dense = match (&module.upper, &mut self.lower) {
            (Some(upper), Some(lower)) => {
                let tokens: Vec<&[u32]> = units.iter().map(|u| u.tokens.as_slice()).collect();
                let (x, mask) = hidden(lower, &tokens, device);
                let vectors = upper.forward(x, mask) * vector_scale(lower.hidden());
                if mean.is_empty() {
                    vectors
                } else {
                    Tensor::cat(vec![dense, vectors], 1)
                }
            }
            _ => dense,
        };
        let sparse: Vec<&[Sparse]> = units.iter().map(|u| u.sparse.as_slice()).collect();
        let sparse = SparseRows::new(&sparse, self.buckets, device);
        let outputs = module.net.forward(Rows { dense, sparse });
        // A text's outputs are the weighted sum of its parts'.
        let mut sum = vec![0.0f32; items.len() * parts.len()];
        for (column, (row, _, weight)) in parts.iter().enumerate() {
            sum[row * parts.len() + column] = *weight;
        }
        Ok(tensor(sum, [items.len(), parts.len()], device).matmul(outputs))
    }

    /// The outputs of texts, row by row, computed without gradients.
    ///
    /// # Errors
    /// Where the device does not give them back.
    pub fn outputs(&mut self, module: &Learner, items: &[usize]) -> Result<Vec<f32>, TrainError> {
        let module = module.valid();
        let device = self.device.clone().inner();
        let mut out = Vec::with_capacity(items.len() * self.outputs);
        for some in items.chunks(SCORED) {
            out.extend(values(self.forward(&module, some, &device)?)?);
        }
        Ok(out)
    }

    fn tokens_of(&self, lesson: usize) -> usize {
        let units = self.lessons[lesson]
            .items()
            .flat_map(|i| &self.texts.items[i]);
        units
            .map(|(u, _)| self.texts.units[*u].tokens.len())
            .max()
            .unwrap_or_default()
    }
}

impl Objective for Problem<'_> {
    type Module = Learner;

    fn batches(&self, rng: &mut ChaCha8Rng) -> Vec<Vec<usize>> {
        let mut order: Vec<usize> = (0..self.lessons.len()).collect();
        order.shuffle(rng);
        let mut batches: Vec<Vec<usize>> = Vec::new();
        for some in order.chunks_mut(self.batch * SORTED_BATCHES) {
            some.sort_by_key(|l| self.tokens_of(*l));
            batches.extend(some.chunks(self.batch).map(<[usize]>::to_vec));
        }
        batches.shuffle(rng);
        batches
    }

    fn loss(&mut self, module: &Learner, batch: &[usize]) -> Result<Tensor<1>, TrainError> {
        let lessons: Vec<Lesson> = batch.iter().map(|i| self.lessons[*i]).collect();
        let items: Vec<usize> = lessons.iter().flat_map(|l| l.items()).collect();
        let device = self.device.clone();
        let outputs = self.forward(module, &items, &device)?;
        Ok(loss(outputs, &lessons, &device))
    }

    fn score(&mut self, module: &Learner) -> Result<f64, TrainError> {
        let items = self.held_out.clone();
        let outputs = self.outputs(module, &items)?;
        Ok((self.score)(&outputs))
    }
}

/// What the top reads, `[texts, longest, hidden]`, and which of it are tokens, `[texts, longest]`.
fn hidden(lower: &mut Lower, tokens: &[&[u32]], device: &Device) -> (Tensor<3>, Tensor<2>) {
    let width = lower.hidden();
    let longest = tokens.iter().map(|t| t.len()).max().unwrap_or_default();
    let states = lower.forward(tokens);
    let mut padded = vec![0.0f32; tokens.len() * longest * width];
    let mut mask = vec![0.0f32; tokens.len() * longest];
    let mut rest = states.as_slice();
    for (i, text) in tokens.iter().enumerate() {
        let (here, after) = rest.split_at(text.len() * width);
        rest = after;
        padded[i * longest * width..][..here.len()].copy_from_slice(here);
        mask[i * longest..][..text.len()].fill(1.0);
    }
    (
        tensor(padded, [tokens.len(), longest, width], device),
        tensor(mask, [tokens.len(), longest], device),
    )
}

/// The weighted mean of the losses. `outputs` has a row for each text of each lesson in order, two
/// for a pair; lessons of a batch are of one kind.
fn loss(outputs: Tensor<2>, lessons: &[Lesson], device: &Device) -> Tensor<1> {
    let [rows, classes] = outputs.dims();
    let n = lessons.len();
    let mut weights = Vec::with_capacity(n);
    let (mut targets, mut labels, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
    for lesson in lessons {
        match *lesson {
            Lesson::Class {
                class,
                excluded: none,
                weight,
                ..
            } => {
                weights.push(weight);
                labels.push(class as i64);
                excluded.extend((0..classes).map(|c| if Some(c) == none { -1e9f32 } else { 0.0 }));
            }
            Lesson::Pair { target, weight, .. } => {
                weights.push(weight);
                targets.push(target);
            }
            Lesson::Truth { yes, weight, .. } => {
                weights.push(weight);
                targets.push(f32::from(u8::from(yes)));
            }
        }
    }
    let total: f32 = weights.iter().sum();
    let weights = tensor(weights, [n, 1], device);
    let losses = if !labels.is_empty() {
        let labels = Tensor::<2, Int>::from_data(TensorData::new(labels, [n, 1]), device);
        let logits = outputs + tensor(excluded, [n, classes], device);
        log_softmax(logits, 1).gather(1, labels).neg()
    } else {
        let logits = if rows == 2 * n {
            let both = outputs.reshape([n, 2]);
            both.clone().slice([0..n, 0..1]) - both.slice([0..n, 1..2])
        } else {
            outputs
        };
        let targets = tensor(targets, [n, 1], device);
        let opposite = targets.clone().neg() + 1.0;
        (targets * log_sigmoid(logits.clone()) + opposite * log_sigmoid(logits.neg())).neg()
    };
    (losses * weights).sum() / total.max(1e-9)
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

#[cfg(test)]
mod tests;
