//! Models made from others: with fewer layers, or with smaller numbers.

use std::collections::BTreeMap;

use super::checkpoint::Checkpoint;
use super::encoder;
use super::manifest::Storage;
use super::{Architecture, Encoder, Kernels, Model, ModelError, Precision, Settings};
use crate::model::Backend;

/// What a derived model costs: the cosine of its vectors with the original's, computed in f32.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Mean over the texts.
    pub mean: f64,
    /// Of the text that lost most.
    pub least: f64,
}

/// A model called `name` of the layers `keep` of `model`, in that order.
///
/// # Errors
/// Where there is no such layer.
pub fn prune(model: &Model, keep: &[usize], name: &str) -> Result<Model, ModelError> {
    let checkpoint = model.checkpoint()?;
    let layers = keep
        .iter()
        .map(|i| {
            checkpoint.layers.get(*i).cloned().ok_or_else(|| {
                let last = checkpoint.layers.len() - 1;
                ModelError::Request(format!(
                    "{} has no layer {i}\n  help: its layers are 0 to {last}",
                    model.manifest.name
                ))
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let architecture = Architecture {
        layers: layers.len(),
        ..model.manifest.architecture
    };
    architecture.check("--keep")?;
    let pruned = Checkpoint {
        layers,
        ..checkpoint
    };
    model.derive(name, architecture, &pruned, model.manifest.weights)
}

/// A model called `name` with the weights of `model` as 8-bit integers, smoothed for what its layers
/// read over `texts`.
///
/// # Errors
/// Where they are that already.
pub fn quantize(model: &Model, texts: &[&str], name: &str) -> Result<Model, ModelError> {
    if model.manifest.weights == Storage::Int8 {
        return Err(ModelError::Request(format!(
            "the weights of {} are 8-bit integers already\n  help: `postwright models list` shows \
             how each model's are stored",
            model.manifest.name
        )));
    }
    if texts.is_empty() {
        return Err(ModelError::Request(
            "the text to calibrate with has no line with text in it\n  help: give one with \
             sentences, one a line"
                .to_owned(),
        ));
    }
    let peaks = encoder::peaks(model, texts)?;
    let checkpoint = model.checkpoint()?.quantised(Some(&peaks))?;
    model.derive(
        name,
        model.manifest.architecture,
        &checkpoint,
        Storage::Int8,
    )
}

/// Whether `model` runs on the processor as it would be used, on one text.
///
/// # Errors
/// Where it does not.
pub fn check(model: &Model) -> Result<(), ModelError> {
    let settings = Settings {
        backend: Backend::Cpu,
        ..Settings::default()
    };
    let encoder = Encoder::of_model(model.clone(), Vec::new(), &settings)?;
    encoder.embed(&["One sentence."]).map(drop)
}

/// What `derived` costs against `original`, over `texts`.
///
/// # Errors
/// Where either cannot be loaded.
pub fn cost(original: Model, derived: Model, texts: &[&str]) -> Result<Cost, ModelError> {
    let settings = Settings {
        backend: Backend::Cpu,
        precision: Precision::F32,
        kernels: Kernels::Auto,
        ..Settings::default()
    };
    let before = Encoder::of_model(original, Vec::new(), &settings)?.embed(texts)?;
    let after = Encoder::of_model(derived, Vec::new(), &settings)?.embed(texts)?;
    let cosines: Vec<f64> = before
        .iter()
        .zip(&after)
        .map(|(a, b)| a.iter().zip(b.iter()).map(|(x, y)| f64::from(x * y)).sum())
        .collect();
    Ok(Cost {
        mean: cosines.iter().sum::<f64>() / cosines.len().max(1) as f64,
        least: cosines.iter().copied().fold(1.0, f64::min),
    })
}

impl Cost {
    /// As a manifest's metrics.
    #[must_use]
    pub fn metrics(self) -> BTreeMap<String, f64> {
        [
            ("cosine_to_original_mean".to_owned(), self.mean),
            ("cosine_to_original_least".to_owned(), self.least),
        ]
        .into()
    }
}
