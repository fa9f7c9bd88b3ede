//! Training and measuring the heads: data, loops, metrics, export.
//!
//! Every figure that is printed comes with its 95 % interval and the baselines on the same
//! examples. What is random is drawn from one seed, epoch by epoch, so that a run that was
//! interrupted goes on as if it had not been.

pub mod data;
pub mod datasets;
mod error;
mod lists;
pub mod metrics;
mod module;
mod problem;
pub mod tasks;
mod trainer;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;

use crate::model::heads::{Figure, Task};
use crate::model::{Backend, Model, device};

pub use error::TrainError;
use tasks::Run;

/// What to train and where.
pub struct Order<'a> {
    /// What the head tells.
    pub task: Task,
    /// The folder with the data.
    pub data: &'a Path,
    /// The folder for the head and for what the run goes on from.
    pub out: &'a Path,
    /// Where it is trained.
    pub device: Backend,
    /// What everything random is drawn from.
    pub seed: u64,
    /// Passes over the data, where not the usual number.
    pub epochs: Option<usize>,
    /// Shows how far it is.
    pub bar: ProgressBar,
}

/// A head that was trained and written.
pub struct Trained {
    /// Its file.
    pub path: PathBuf,
    /// Bytes of the file.
    pub bytes: usize,
    /// What was measured.
    pub figures: BTreeMap<String, Figure>,
    /// Why it was not trained where it was asked to.
    pub note: Option<String>,
}

/// Trains a head on `model`'s vectors and writes it. A run that was interrupted goes on from its
/// last save, and is forgotten once its head is written.
///
/// # Errors
/// Where the data cannot be used, or the folder cannot be written.
pub fn train(model: &Model, order: Order<'_>) -> Result<Trained, TrainError> {
    let task = order.task;
    let (device, note) = device::for_training(order.device)?;
    let runs = order.out.join(format!("{task}.run"));
    let run = Run {
        model,
        data: order.data,
        device,
        seed: order.seed,
        epochs: order.epochs,
        keep: Some(runs.clone()),
        bar: order.bar,
    };
    let head = match task {
        Task::Sentiment => tasks::sentiment::train(&run)?,
        Task::Headline => tasks::headline::train(&run)?,
        Task::Hook => tasks::hook::train(&run)?,
        Task::Engagement => tasks::engagement::train(&run)?,
        Task::Keyphrase => tasks::keyphrase::train(&run)?,
    };
    let bytes = head.to_bytes()?;
    let path = order.out.join(task.file());
    let failed = |path: &Path, e: std::io::Error| TrainError::State {
        path: path.to_owned(),
        reason: e.to_string(),
    };
    fs::create_dir_all(order.out).map_err(|e| failed(order.out, e))?;
    fs::write(&path, &bytes).map_err(|e| failed(&path, e))?;
    // The head is there; what it was made from is of no use any more.
    if runs.exists() {
        fs::remove_dir_all(&runs).map_err(|e| failed(&runs, e))?;
    }
    Ok(Trained {
        path,
        bytes: bytes.len(),
        figures: head.card.figures,
        note,
    })
}
