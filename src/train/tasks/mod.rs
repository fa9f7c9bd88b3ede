//! The tasks: their data, what is learned from it, and what a head is worth.

pub mod engagement;
pub mod headline;
pub mod hook;
pub mod keyphrase;
mod patterns;
pub mod sentiment;
mod staged;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use indicatif::ProgressBar;
use serde::Serialize;

use super::TrainError;
use super::data::Source;
use super::module::Extents;
use super::problem::{Learner, Lesson, Problem, Score, Texts};
use super::trainer::{self, Keep, Plan};
use crate::engine::Reader;
use crate::model::encoder::{Lower, Upper};
use crate::model::heads::{Card, Figure};
use crate::model::manifest::sha256;
use crate::model::{Backend, Head, Heads, Model, Settings, Task};

/// What a run of training needs.
pub struct Run<'a> {
    /// The encoder below the head.
    pub model: &'a Model,
    /// The folder with the data.
    pub data: &'a Path,
    /// Where it is trained; with gradients.
    pub device: Device,
    /// What everything random is drawn from.
    pub seed: u64,
    /// Passes over the data, where not the usual number.
    pub epochs: Option<usize>,
    /// Where the run is kept, to go on from.
    pub keep: Option<PathBuf>,
    /// Shows how far it is.
    pub bar: ProgressBar,
}

/// Layers at the encoder's top that are trained.
const TOP: usize = 2;

/// A network to be trained.
struct Fit<'a> {
    texts: &'a Texts,
    lessons: Vec<Lesson>,
    /// What standardises the dense inputs.
    standard: (Vec<f32>, Vec<f32>),
    /// The layers below the encoder's top, where that is trained.
    lower: Option<Lower>,
    plan: Plan,
    /// Name of what the run keeps.
    stage: &'a str,
    /// Lessons of a batch.
    batch: usize,
    outputs: usize,
    /// Rows of the table.
    buckets: usize,
    /// Texts that the epoch is chosen by.
    held_out: Vec<usize>,
    /// The score of their outputs.
    score: &'a Score<'a>,
}

/// What was measured on some data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// The task.
    pub task: &'static str,
    /// Examples.
    pub n: usize,
    /// Figures of the head, by metric.
    pub figures: BTreeMap<String, Figure>,
    /// The same figures of something simpler, by its name.
    pub baselines: BTreeMap<String, BTreeMap<String, Figure>>,
    /// Worst mistakes first; empty where nobody asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Mistake>,
}

/// An example that the head gets wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mistake {
    /// The example.
    pub text: String,
    /// What people say.
    pub truth: String,
    /// What the head says.
    pub told: String,
    /// How sure it was of it, 0 to 1.
    pub confidence: f64,
}

/// Mistakes that are told.
const MOST_MISTAKES: usize = 20;

impl Evaluation {
    /// An evaluation without figures.
    #[must_use]
    pub fn new(task: Task, n: usize) -> Self {
        Self {
            task: task.name(),
            n,
            figures: BTreeMap::new(),
            baselines: BTreeMap::new(),
            errors: Vec::new(),
        }
    }

    fn figure(&mut self, metric: &str, figure: Figure) {
        self.figures.insert(metric.to_owned(), figure);
    }

    fn baseline(&mut self, name: &str, metric: &str, figure: Figure) {
        let of = self.baselines.entry(name.to_owned()).or_default();
        of.insert(metric.to_owned(), figure);
    }

    fn keep_worst(&mut self, mut mistakes: Vec<Mistake>) {
        mistakes.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        mistakes.truncate(MOST_MISTAKES);
        self.errors = mistakes;
    }

    /// All figures, those of baselines under their names, for a card.
    #[must_use]
    pub fn all_figures(&self, of: &str) -> BTreeMap<String, Figure> {
        let own = self.figures.iter().map(|(m, f)| (format!("{of}: {m}"), *f));
        let others = self.baselines.iter().flat_map(|(name, figures)| {
            figures
                .iter()
                .map(move |(m, f)| (format!("{of}: {m} of {name}"), *f))
        });
        own.chain(others).collect()
    }
}

impl Run<'_> {
    /// The encoder with `head` alone, as it would be used.
    fn reader(&self, head: &Head) -> Result<Reader, TrainError> {
        self.encoder(Heads::of_one(head.clone()))
    }

    /// The encoder with `heads`, on the processor.
    fn encoder(&self, heads: Heads) -> Result<Reader, TrainError> {
        let settings = Settings {
            backend: Backend::Cpu,
            ..Settings::default()
        };
        Ok(Reader::with_heads(self.model.clone(), heads, &settings)?)
    }

    fn card(&self, task: Task, data: &[&Source]) -> Card {
        let name = |s: &Source| {
            s.path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        };
        Card {
            format: 1,
            task: task.name().to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            features: crate::analysis::features::VERSION,
            encoder: self.model.manifest.hash(),
            seed: self.seed,
            data: data.iter().map(|s| (name(s), s.sha256.clone())).collect(),
            figures: BTreeMap::new(),
        }
    }

    /// Says how far it is, above the bar.
    fn tell(&self, what: &str) {
        self.bar.suspend(|| eprintln!("{what}"));
    }

    /// Trains a network, over the encoder's top where the layers below it are given; its outputs
    /// for the texts held out, row by row, and the best of it.
    fn fit(&self, card: &Card, fit: Fit<'_>) -> Result<(Vec<f32>, Learner), TrainError> {
        let device = self.device.clone();
        device.seed(self.seed);
        let top = fit.lower.as_ref().map(Lower::hidden);
        let extents = Extents {
            inputs: fit.standard.0.len() + top.unwrap_or_default(),
            hidden: 0,
            outputs: fit.outputs,
            // Words are learned beside the encoder's own vectors.
            buckets: if top.is_some() { 0 } else { fit.buckets },
        };
        let upper = top
            .map(|_| Upper::new(self.model, TOP, &device))
            .transpose()?;
        let module = Learner::new(upper, extents, &device);
        let mut problem = Problem {
            texts: fit.texts,
            lessons: fit.lessons,
            batch: fit.batch,
            standard: fit.standard,
            buckets: extents.buckets,
            outputs: fit.outputs,
            lower: fit.lower,
            device,
            held_out: fit.held_out,
            score: fit.score,
        };
        let keep = self.keep(card, fit.stage);
        let plan = self.plan(fit.plan);
        let (best, _) = trainer::run(module, &mut problem, &plan, keep.as_ref(), &self.bar)?;
        let held_out = std::mem::take(&mut problem.held_out);
        let outputs = problem.outputs(&best, &held_out)?;
        Ok((outputs, best))
    }

    fn plan(&self, plan: Plan) -> Plan {
        Plan {
            seed: self.seed,
            epochs: self.epochs.unwrap_or(plan.epochs),
            ..plan
        }
    }

    /// Where a stage of the run is kept.
    fn keep(&self, card: &Card, stage: &str) -> Option<Keep> {
        self.keep.as_ref().map(|folder| Keep {
            folder: folder.join(stage),
            subject: format!("{:?} {} {}", card.data, card.encoder, card.features),
        })
    }
}

/// Whether a text belongs to the share that is kept apart, by its content alone, so that equal texts
/// are on one side and no order of lines matters.
#[must_use]
pub fn is_apart(text: &str, percent: u32) -> bool {
    let sum = sha256(text.trim().to_lowercase().as_bytes());
    // Eight hexadecimal digits.
    u32::from_str_radix(&sum[..8], 16).is_ok_and(|n| n % 100 < percent)
}
