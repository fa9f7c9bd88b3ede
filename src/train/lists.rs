//! Learning to rank lists: the candidates of a document, some of which people have chosen.

use burn::module::Module;
use burn::tensor::activation::{log_sigmoid, log_softmax};
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::TrainError;
use super::metrics::{f1_at, mean};
use super::module::{Net, Rows, SparseRows};
use super::trainer::Objective;
use crate::model::encoder::values;
use crate::model::heads::{Network, Sparse};

/// Weight of the whole list's loss beside that of its members.
const LIST_SHARE: f32 = 0.5;
/// Members at the top by which a ranking is measured.
pub const TOP: usize = 10;
/// Most standard deviations that an input may be away from its mean in the lists learned from.
const FARTHEST: f32 = 5.0;
/// Least standard deviation that an input is divided by.
const LEAST_DEVIATION: f32 = 0.05;
/// Lists scored at once.
const SCORED: usize = 48;

/// A list.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Inputs of its members, `[members, inputs]`.
    pub dense: Vec<f32>,
    /// Hashed names of each member.
    pub sparse: Vec<Vec<Sparse>>,
    /// Which members people have chosen.
    pub chosen: Vec<bool>,
    /// How many things people have chosen, those included that are no members.
    pub golds: usize,
    /// How much it counts.
    pub weight: f32,
}

impl List {
    /// F1 of the [`TOP`] members with the highest scores.
    #[must_use]
    pub fn f1(&self, scores: &[f32]) -> f64 {
        let top = ranking(scores);
        let top = &top[..top.len().min(TOP)];
        let hits = top.iter().filter(|i| self.chosen[**i]).count();
        f1_at(hits, top.len(), self.golds)
    }

    /// The scores that `network` gives its members.
    #[must_use]
    pub fn scores(&self, network: &Network) -> Vec<f32> {
        let rows = self.dense.chunks_exact(network.inputs().max(1));
        let none: &[Sparse] = &[];
        let sparse = self.sparse.iter().map(Vec::as_slice);
        let sparse = sparse.chain(std::iter::repeat(none));
        rows.zip(sparse)
            .map(|(row, sparse)| network.forward(row, sparse)[0])
            .collect()
    }
}

/// Indices of scores from the highest to the lowest; equal ones in order.
#[must_use]
pub fn ranking(scores: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    order
}

/// Mean and factor of each of `inputs` inputs over the lists `of`: the reciprocal deviation, or less
/// where that would put a value farther than [`FARTHEST`] away, as a rare kind of word would be.
#[must_use]
pub fn standard(lists: &[List], of: &[usize], inputs: usize) -> (Vec<f32>, Vec<f32>) {
    let rows = || of.iter().flat_map(|i| lists[*i].dense.chunks_exact(inputs));
    let n = rows().count().max(1) as f64;
    let mut sum = vec![0.0f64; inputs];
    for row in rows() {
        sum.iter_mut()
            .zip(row)
            .for_each(|(s, x)| *s += f64::from(*x));
    }
    let mean: Vec<f32> = sum.iter().map(|s| (s / n) as f32).collect();
    let (mut squares, mut farthest) = (vec![0.0f64; inputs], vec![0.0f32; inputs]);
    for row in rows() {
        for (i, (x, mean)) in row.iter().zip(&mean).enumerate() {
            let difference = (x - mean).abs();
            squares[i] += f64::from(difference * difference);
            farthest[i] = farthest[i].max(difference);
        }
    }
    let factor = squares.iter().zip(farthest).map(|(s, farthest)| {
        let deviation = ((s / n).sqrt() as f32).max(LEAST_DEVIATION);
        1.0 / deviation.max(farthest / FARTHEST)
    });
    (mean, factor.collect())
}

/// Lists and what to learn of them.
pub struct Lists<'a> {
    /// Those learned from and those scored.
    pub lists: &'a [List],
    /// Indices of those learned from; each has a member.
    pub learned: Vec<usize>,
    /// Those scored after each epoch.
    pub held_out: Vec<usize>,
    /// Lists of a batch.
    pub batch: usize,
    /// What standardises the inputs.
    pub standard: (Vec<f32>, Vec<f32>),
    /// Rows of the table.
    pub buckets: usize,
    /// Share of the hidden layer that is left out at each step (Srivastava et al. 2014).
    pub dropout: f32,
    /// What it is drawn from.
    pub seed: u64,
    /// Where it is trained.
    pub device: Device,
}

impl Lists<'_> {
    fn forward(
        &self,
        module: &Net,
        batch: &[&List],
        drop: Option<u64>,
        device: &Device,
    ) -> Tensor<2> {
        let (mean, scale) = &self.standard;
        let members: usize = batch.iter().map(|l| l.chosen.len()).sum();
        let mut dense = Vec::with_capacity(members * mean.len());
        for row in batch.iter().flat_map(|l| l.dense.chunks_exact(mean.len())) {
            let standard = row.iter().zip(mean).zip(scale);
            dense.extend(standard.map(|((x, m), s)| (x - m) * s));
        }
        let sparse: Vec<&[Sparse]> = batch
            .iter()
            .flat_map(|l| l.sparse.iter().map(Vec::as_slice))
            .collect();
        let rows = Rows {
            dense: tensor(dense, [members, mean.len()], device),
            sparse: SparseRows::new(&sparse, self.buckets, device),
        };
        let extent = [members, module.hidden()];
        let mask = drop.map(|seed| tensor(mask(extent, self.dropout, seed), extent, device));
        module.forward_masked(rows, mask)
    }
}

/// A mask over `[rows, width]`: 0 for a share of `dropout`, and so much for the rest that the mean
/// is 1.
fn mask(extent: [usize; 2], dropout: f32, seed: u64) -> Vec<f32> {
    let mut drawn = vec![0u8; extent[0] * extent[1]];
    ChaCha8Rng::seed_from_u64(seed).fill(&mut drawn[..]);
    let dropped = (dropout * 256.0).round();
    let kept = 256.0 / (256.0 - dropped);
    let value = |byte: u8| if f32::from(byte) < dropped { 0.0 } else { kept };
    drawn.into_iter().map(value).collect()
}

impl Objective for Lists<'_> {
    type Module = Net;

    fn batches(&self, rng: &mut ChaCha8Rng) -> Vec<Vec<usize>> {
        let mut order = self.learned.clone();
        order.shuffle(rng);
        order.chunks(self.batch).map(<[usize]>::to_vec).collect()
    }

    fn loss(&mut self, module: &Net, batch: &[usize]) -> Result<Tensor<1>, TrainError> {
        let lists: Vec<&List> = batch.iter().map(|i| &self.lists[*i]).collect();
        // Drawn from the batch itself, so that a run that goes on amidst an epoch draws the same.
        let seed = batch.iter().fold(self.seed, |h, i| {
            (h ^ *i as u64).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let drop = (self.dropout > 0.0).then_some(seed);
        let device = self.device.clone();
        let outputs = self.forward(module, &lists, drop, &device);
        Ok(loss(outputs, &lists, &device))
    }

    fn score(&mut self, module: &Net) -> Result<f64, TrainError> {
        let module = module.valid();
        let device = self.device.clone().inner();
        let mut found = Vec::with_capacity(self.held_out.len());
        for some in self.held_out.chunks(SCORED) {
            let lists: Vec<&List> = some.iter().map(|i| &self.lists[*i]).collect();
            let scores = values(self.forward(&module, &lists, None, &device))?;
            let mut rest = scores.as_slice();
            for list in lists {
                let (here, after) = rest.split_at(list.chosen.len());
                found.push(list.f1(here));
                rest = after;
            }
        }
        Ok(mean(found.into_iter()))
    }
}

/// The mean over the lists, by weight, of two losses: that of each member by itself, summed and
/// divided by the root of their number, and that of the chosen ones against all, which sees the
/// scores as log-odds of one choice (Cao et al. 2007).
fn loss(outputs: Tensor<2>, lists: &[&List], device: &Device) -> Tensor<1> {
    let [members, _] = outputs.dims();
    let longest = lists
        .iter()
        .map(|l| l.chosen.len())
        .max()
        .unwrap_or_default();
    let (mut targets, mut weights) = (Vec::new(), Vec::new());
    let padded = lists.len() * longest;
    let (mut at, mut shares) = (vec![0i64; padded], vec![0.0f32; padded]);
    let mut filled = vec![-1e9f32; padded];
    for (row, list) in lists.iter().enumerate() {
        let n = list.chosen.len() as f32;
        let chosen = list.chosen.iter().filter(|c| **c).count().max(1) as f32;
        for (column, is_chosen) in list.chosen.iter().enumerate() {
            let place = row * longest + column;
            at[place] = targets.len() as i64;
            filled[place] = 0.0;
            let target = f32::from(u8::from(*is_chosen));
            shares[place] = list.weight * target / chosen;
            targets.push(target);
            weights.push(list.weight / n.sqrt());
        }
    }
    let targets = tensor(targets, [members, 1], device);
    let opposite = targets.clone().neg() + 1.0;
    let each =
        targets * log_sigmoid(outputs.clone()) + opposite * log_sigmoid(outputs.clone().neg());
    let each = (each * tensor(weights, [members, 1], device)).sum();
    let at = Tensor::<1, Int>::from_data(TensorData::new(at, [padded]), device);
    let extent = [lists.len(), longest];
    let rows = outputs.select(0, at).reshape(extent) + tensor(filled, extent, device);
    let whole = (log_softmax(rows, 1) * tensor(shares, extent, device)).sum();
    (each + whole * LIST_SHARE).neg() / lists.len() as f32
}

fn tensor(values: Vec<f32>, shape: [usize; 2], device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(chosen: &[bool], weight: f32) -> List {
        List {
            chosen: chosen.to_vec(),
            weight,
            ..List::default()
        }
    }

    #[test]
    fn the_loss_by_hand() {
        let device = Device::flex();
        let lists = [list(&[true, false, false], 1.0), list(&[false], 2.0)];
        let scores = [1.0f32, 0.0, -1.0, 0.5];
        let told = loss(
            tensor(scores.to_vec(), [4, 1], &device),
            &lists.iter().collect::<Vec<_>>(),
            &device,
        );
        let plus = |x: f32| x.exp().ln_1p();
        let each = (plus(-1.0) + plus(0.0) + plus(-1.0)) / 3.0f32.sqrt() + 2.0 * plus(0.5);
        let whole = (1.0f32.exp() + 1.0 + (-1.0f32).exp()).ln() - 1.0;
        let wanted = (each + LIST_SHARE * whole) / 2.0;
        let told: f32 = told.into_scalar();
        assert!((told - wanted).abs() < 1e-5, "{told} {wanted}");
    }

    #[test]
    fn a_mask_has_the_mean_of_one_and_is_drawn_again() {
        let extent = [200, 50];
        let once = mask(extent, 0.25, 7);
        let mean = once.iter().sum::<f32>() / once.len() as f32;
        assert!((mean - 1.0).abs() < 0.03, "{mean}");
        assert_eq!(once, mask(extent, 0.25, 7));
        assert_ne!(once, mask(extent, 0.25, 8));
    }

    #[test]
    fn rare_inputs_stay_near() {
        let mut dense = vec![0.0f32; 400];
        (0..200).for_each(|i| dense[2 * i] = (i % 2) as f32);
        dense[1] = 1.0;
        let lists = [List {
            dense,
            ..List::default()
        }];
        let (mean, factor) = standard(&lists, &[0], 2);
        assert_eq!((mean[0], factor[0]), (0.5, 2.0));
        assert!(((1.0 - mean[1]) * factor[1] - FARTHEST).abs() < 1e-4);
    }

    #[test]
    fn the_top_is_measured_against_all_that_was_chosen() {
        let mut list = list(&[true, false, true], 1.0);
        list.golds = 4;
        // Three of the top, two of which are right, of four.
        assert_eq!(list.f1(&[0.1, 0.2, 0.3]), 4.0 / 7.0);
        list.chosen = vec![false; 3];
        assert_eq!(list.f1(&[0.1, 0.2, 0.3]), 0.0);
    }
}
