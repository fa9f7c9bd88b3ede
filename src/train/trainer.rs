//! The loop: AdamW over shuffled batches, with early stopping, that goes on where it was
//! interrupted.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use burn::lr_scheduler::module_lr_scheduler::{ModuleLearningRate, ModuleLrScheduler};
use burn::module::{Module, ParamGroup};
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;
use indicatif::{ProgressBar, ProgressStyle};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::TrainError;

/// Between two saves of a run; tests save after every step.
const SAVE_EVERY: Duration = Duration::from_secs(if cfg!(test) { 0 } else { 60 });
/// The folders that saves go to by turns, so that one is always whole.
const SLOTS: [&str; 2] = ["a", "b"];
const STATE: &str = "state.json";
// burn puts this extension behind other names.
const MODULE: &str = "module.bpk";
const BEST: &str = "best.bpk";
const OPTIMIZER: &str = "optimizer.bpk";
/// Share of the last loss in the mean that is shown.
const SHOWN_SHARE: f64 = 0.02;

/// How to train.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Passes over the data at most; the rate falls to 0 over all of them.
    pub epochs: usize,
    /// Passes without a better score after which it stops.
    pub patience: usize,
    /// Learning rate at its highest.
    pub rate: f64,
    /// That of parameters whose path begins with `upper`: an encoder's layers.
    pub upper_rate: f64,
    /// Share of all steps over which the rate rises.
    pub warm_up: f64,
    /// Decoupled weight decay (Loshchilov and Hutter 2019).
    pub decay: f32,
    /// What order and weights are drawn from.
    pub seed: u64,
}

/// What is learned.
pub trait Objective {
    /// The module that learns it.
    type Module: Module;

    /// The batches of one epoch, in an order drawn from `rng`.
    fn batches(&self, rng: &mut ChaCha8Rng) -> Vec<Vec<usize>>;

    /// The mean loss over a batch.
    ///
    /// # Errors
    /// Where the device or the encoder fails.
    fn loss(&mut self, module: &Self::Module, batch: &[usize]) -> Result<Tensor<1>, TrainError>;

    /// How good the module is on examples that it does not learn from; higher is better.
    ///
    /// # Errors
    /// Where the device or the encoder fails.
    fn score(&mut self, module: &Self::Module) -> Result<f64, TrainError>;
}

/// How a run went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Log {
    /// Mean loss of each epoch.
    pub losses: Vec<f64>,
    /// Score after each epoch.
    pub scores: Vec<f64>,
}

/// Where a run stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct State {
    plan: Plan,
    /// What else the run depends on, such as sums of the data.
    subject: String,
    saves: u64,
    epoch: usize,
    /// Batches done in the epoch.
    batch: usize,
    /// Sum of their losses.
    sum: f64,
    /// The epoch whose module is kept as the best.
    best: Option<usize>,
    log: Log,
}

/// Where a run keeps what it goes on from.
#[derive(Debug, Clone)]
pub struct Keep {
    /// A folder of the run's own.
    pub folder: PathBuf,
    /// What else the run depends on; another one is refused.
    pub subject: String,
}

/// Trains `module` and returns the best one.
///
/// # Errors
/// Where the objective fails, or what `keep` names cannot be written or is of another run.
pub fn run<O: Objective>(
    mut module: O::Module,
    objective: &mut O,
    plan: &Plan,
    keep: Option<&Keep>,
    bar: &ProgressBar,
) -> Result<(O::Module, Log), TrainError> {
    let mut optimizer = AdamWConfig::new()
        .with_weight_decay(plan.decay)
        .with_epsilon(1e-8)
        .init();
    let mut best = module.clone();
    let mut state = State {
        plan: plan.clone(),
        subject: keep.map_or_else(String::new, |k| k.subject.clone()),
        saves: 0,
        epoch: 0,
        batch: 0,
        sum: 0.0,
        best: None,
        log: Log {
            losses: Vec::new(),
            scores: Vec::new(),
        },
    };
    if let Some(keep) = keep
        && let Some((slot, found)) = latest(keep)?
    {
        found.check(&state, &keep.folder)?;
        state = found;
        let load = |name: &str, module: O::Module| {
            let path = slot.join(name);
            module.try_load_file(&path).map_err(|e| broken(&path, e))
        };
        module = load(MODULE, module)?;
        best = load(BEST, best)?;
        let path = slot.join(OPTIMIZER);
        optimizer = optimizer.load(&path).map_err(|e| broken(&path, e))?;
    }
    let mut saved = Instant::now();
    while state.epoch < plan.epochs && !state.is_over() {
        let batches = objective.batches(&mut epoch_rng(plan.seed, state.epoch));
        let steps = batches.len() * plan.epochs;
        show(bar, steps);
        let mut shown = None;
        while let Some(batch) = batches.get(state.batch) {
            let step = state.epoch * batches.len() + state.batch;
            let loss = objective.loss(&module, batch)?;
            let value = f64::from(loss.clone().into_scalar::<f32>());
            if !value.is_finite() {
                return Err(TrainError::Request(format!(
                    "the loss is {value} at step {step}\n  help: train with a lower rate"
                )));
            }
            let grads = GradientsParams::from_grads(loss.backward(), &module);
            module = optimizer.step(plan.rates(step, steps), module, grads);
            state.sum += value;
            state.batch += 1;
            let mean = shown.map_or(value, |s: f64| s + SHOWN_SHARE * (value - s));
            shown = Some(mean);
            bar.set_position(step as u64 + 1);
            bar.set_message(format!("epoch {}, loss {mean:.4}", state.epoch + 1));
            if let Some(keep) = keep
                && saved.elapsed() > SAVE_EVERY
            {
                state.save(keep, &module, &best, &optimizer)?;
                saved = Instant::now();
            }
        }
        let score = objective.score(&module)?;
        state.end_epoch(score);
        if state.best == Some(state.epoch - 1) {
            best = module.clone();
        }
        // A bar that is not seen would swallow the line.
        bar.suspend(|| {
            let loss = state.log.losses.last().unwrap_or(&0.0);
            eprintln!("epoch {}: loss {loss:.4}, score {score:.4}", state.epoch);
        });
        if let Some(keep) = keep {
            state.save(keep, &module, &best, &optimizer)?;
            saved = Instant::now();
        }
    }
    bar.finish_and_clear();
    Ok((best, state.log))
}

/// What is random in an epoch: nothing of what was drawn before it counts, so that a run can go on
/// in the midst of it.
fn epoch_rng(seed: u64, epoch: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(epoch as u64);
    rng
}

fn show(bar: &ProgressBar, steps: usize) {
    // The template is ours.
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}, {eta} left") {
        bar.set_style(style);
    }
    bar.set_length(steps as u64);
}

impl Plan {
    /// Rates at a step: rising over the warm-up, then falling to 0, both in a line.
    fn rates(&self, step: usize, steps: usize) -> ModuleLearningRate {
        let at = (step as f64 + 1.0) / steps.max(1) as f64;
        let factor = if at < self.warm_up {
            at / self.warm_up
        } else {
            (1.0 - at) / (1.0 - self.warm_up).max(1e-9)
        };
        // The last step would learn nothing.
        let factor = factor.max(1e-3);
        ModuleLrScheduler::new(self.rate * factor)
            .with_group(
                ParamGroup::from_predicate("upper"),
                self.upper_rate * factor,
            )
            .step()
    }
}

impl State {
    fn end_epoch(&mut self, score: f64) {
        let is_best = self.log.scores.iter().all(|s| score > *s);
        if is_best {
            self.best = Some(self.epoch);
        }
        self.log.losses.push(self.sum / self.batch.max(1) as f64);
        self.log.scores.push(score);
        (self.epoch, self.batch, self.sum) = (self.epoch + 1, 0, 0.0);
    }

    /// Whether no epoch has been better for as long as the plan is patient.
    fn is_over(&self) -> bool {
        self.best
            .is_some_and(|best| self.epoch > best + self.plan.patience)
    }

    fn check(&self, wanted: &Self, folder: &Path) -> Result<(), TrainError> {
        if self.plan == wanted.plan && self.subject == wanted.subject {
            return Ok(());
        }
        Err(TrainError::State {
            path: folder.to_owned(),
            reason: "is of a run with another plan, data or encoder".to_owned(),
        })
    }

    /// Writes everything to the slot that is not the latest.
    fn save<M: Module>(
        &mut self,
        keep: &Keep,
        module: &M,
        best: &M,
        optimizer: &ModuleOptimizer,
    ) -> Result<(), TrainError> {
        self.saves += 1;
        let slot = keep.folder.join(SLOTS[(self.saves % 2) as usize]);
        let failed = |e: &dyn std::fmt::Display| broken(&slot, e);
        let state = slot.join(STATE);
        // Without its state a slot is none.
        match fs::remove_file(&state) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(&e)),
            _ => {}
        }
        fs::create_dir_all(&slot).map_err(|e| failed(&e))?;
        let write = |name: &str, module: &M| {
            let path = slot.join(name);
            module.clone().save_file(path).map_err(|e| failed(&e))
        };
        write(MODULE, module)?;
        write(BEST, best)?;
        optimizer
            .save(slot.join(OPTIMIZER))
            .map_err(|e| failed(&e))?;
        let text = serde_json::to_string(self).map_err(|e| failed(&e))?;
        fs::write(&state, text).map_err(|e| failed(&e))
    }
}

fn broken(path: &Path, reason: impl std::fmt::Display) -> TrainError {
    TrainError::State {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

/// The slot saved last, with its state; `None` where there is none.
fn latest(keep: &Keep) -> Result<Option<(PathBuf, State)>, TrainError> {
    let mut found: Option<(PathBuf, State)> = None;
    for slot in SLOTS.map(|s| keep.folder.join(s)) {
        let path = slot.join(STATE);
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let state: State = serde_json::from_str(&text).map_err(|e| broken(&path, e))?;
        if found.as_ref().is_none_or(|(_, f)| f.saves < state.saves) {
            found = Some((slot, state));
        }
    }
    Ok(found)
}
