//! A head in two stages: a network over numbers, words and the encoder's own vectors, then the
//! encoder's top trained for the task, and the weighted sum of both.

use crate::engine::{Reader, inputs};
use crate::model::encoder::Lower;
use crate::model::heads::{Branch, Card, Dense, Network};
use crate::train::TrainError;
use crate::train::problem::{Lesson, Score, Texts, Unit, vector_scale};
use crate::train::trainer::Plan;

use super::{Fit, Run, TOP};

/// Weights of the first stage in the sum among which is chosen.
const WEIGHTS: [f32; 6] = [0.0, 0.25, 0.5, 0.75, 1.0, 1.5];

/// What is learned, and how.
pub struct Staged<'a> {
    /// Each unit with its tokens, the features of both stages, and the encoder's own vector behind
    /// the numbers.
    pub texts: Texts,
    /// What is learned of them in the first stage.
    pub lessons: Vec<Lesson>,
    /// In the second stage.
    pub tuned: Vec<Lesson>,
    /// Outputs.
    pub outputs: usize,
    /// Rows of the table.
    pub buckets: usize,
    /// Lessons of a batch.
    pub batch: usize,
    /// How to train the first stage.
    pub frozen_plan: Plan,
    /// How to train the second.
    pub tuned_plan: Plan,
    /// Texts that the epochs and the weight are chosen by.
    pub held_out: Vec<usize>,
    /// The score of their outputs.
    pub score: &'a Score<'a>,
    /// What the top's numbers are calibrated with.
    pub calibration: Vec<&'a str>,
}

/// The parts of a head.
pub struct Made {
    /// Reads numbers, the encoder's own vector and the branch's, in that order.
    pub network: Network,
    /// The trained top.
    pub branch: Branch,
    /// The sum of both stages for the texts held out, before the branch's numbers are rounded.
    pub held_out: Vec<f32>,
}

impl Staged<'_> {
    /// Trains both stages.
    ///
    /// # Errors
    /// Where the device fails, or the run cannot be kept.
    pub fn train(mut self, run: &Run<'_>, card: &Card) -> Result<Made, TrainError> {
        let tokens: Vec<Vec<u32>> = self
            .texts
            .units
            .iter_mut()
            .map(|u| std::mem::take(&mut u.tokens))
            .collect();
        let standard = self.texts.standard();
        let fit = |texts, lessons, standard, lower, plan: &Plan, stage| {
            let fit = Fit {
                texts,
                lessons,
                standard,
                lower,
                plan: plan.clone(),
                stage,
                batch: self.batch,
                outputs: self.outputs,
                buckets: self.buckets,
                held_out: self.held_out.clone(),
                score: self.score,
            };
            run.fit(card, fit)
        };
        let (outputs_first, learner) = fit(
            &self.texts,
            self.lessons,
            standard.clone(),
            None,
            &self.frozen_plan,
            "words",
        )?;
        let (_, net) = learner.into_parts();
        let frozen = net.to_network(standard.0, standard.1)?;
        let bare = Texts {
            units: tokens
                .into_iter()
                .map(|tokens| Unit {
                    tokens,
                    ..Unit::default()
                })
                .collect(),
            items: self.texts.items.clone(),
        };
        let lower = Lower::new(run.model, TOP)?;
        let hidden = lower.hidden();
        let (outputs_second, learner) = fit(
            &bare,
            self.tuned,
            (Vec::new(), Vec::new()),
            Some(lower),
            &self.tuned_plan,
            "top",
        )?;
        let sum = |weight: f32| -> Vec<f32> {
            let both = outputs_first.iter().zip(&outputs_second);
            both.map(|(a, b)| weight * a + b).collect()
        };
        let score = |weight: f32| (self.score)(&sum(weight));
        let weight = WEIGHTS
            .into_iter()
            .max_by(|a, b| score(*a).total_cmp(&score(*b)))
            .unwrap_or_default();
        run.tell(&format!(
            "words alone {:.4}, top alone {:.4}, with {weight} of the words {:.4}",
            (self.score)(&outputs_first),
            score(0.0),
            score(weight)
        ));
        let (upper, net) = learner.into_parts();
        let top = net.to_network(vec![0.0; hidden], vec![vector_scale(hidden); hidden])?;
        let upper =
            upper.ok_or_else(|| TrainError::Request("the top was not trained".to_owned()))?;
        Ok(Made {
            network: beside(frozen.scaled(weight), top),
            branch: upper.into_branch(run.model, &self.calibration)?,
            held_out: sum(weight),
        })
    }
}

/// Openings as texts of one unit, with tokens, and with the encoder's own vector behind the numbers.
///
/// # Errors
/// Where the encoder fails.
pub fn openings(reader: &Reader, lines: &[&str]) -> Result<Texts, TrainError> {
    let encoder = reader.encoder();
    let tokens = encoder.tokens(lines)?;
    let (vectors, _) = encoder.embed_tokens(&tokens)?;
    let mut out = Texts::default();
    for ((line, tokens), vector) in lines.iter().zip(tokens).zip(vectors) {
        let mut inputs = inputs::opening(line);
        inputs.dense.extend_from_slice(&vector);
        let unit = Unit {
            tokens,
            dense: inputs.dense,
            sparse: inputs.sparse,
        };
        out.push([(unit, 1.0)]);
    }
    Ok(out)
}

/// One network for the sum of two without hidden layers; the second's inputs come behind the first's.
fn beside(first: Network, second: Network) -> Network {
    let outputs = first.outputs();
    let mut weight = Vec::new();
    for row in 0..outputs {
        for part in [&first, &second] {
            let width = part.inputs();
            weight.extend_from_slice(&part.output.weight[row * width..][..width]);
        }
    }
    let biases = first.output.bias.iter().zip(&second.output.bias);
    Network {
        mean: [first.mean, second.mean].concat(),
        scale: [first.scale, second.scale].concat(),
        hidden: None,
        skip: Vec::new(),
        output: Dense {
            bias: biases.map(|(a, b)| a + b).collect(),
            weight,
        },
        table: first.table,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_gives_the_sum_of_two() {
        let network = |inputs: usize, from: f32, table: Vec<f32>| Network {
            mean: vec![0.5; inputs],
            scale: vec![2.0; inputs],
            hidden: None,
            skip: Vec::new(),
            output: Dense {
                weight: (0..2 * inputs).map(|i| from + i as f32).collect(),
                bias: vec![from, -from],
            },
            table,
        };
        let first = network(3, 0.1, vec![1.0, 2.0, 3.0, 4.0]);
        let second = network(2, 0.7, Vec::new());
        let (x, y, words) = ([1.0, 2.0, 3.0], [4.0, 5.0], [(1, 0.5)]);
        let sum: Vec<f32> = first
            .forward(&x, &words)
            .iter()
            .zip(second.forward(&y, &[]))
            .map(|(a, b)| a + b)
            .collect();
        let both = beside(first, second).forward(&[1.0, 2.0, 3.0, 4.0, 5.0], &words);
        for (a, b) in sum.iter().zip(both) {
            assert!((a - b).abs() < 1e-4, "{a} {b}");
        }
    }
}
