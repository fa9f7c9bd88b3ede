//! Weights for the kernels, calibrated where they are to be 8-bit integers and are none yet.

use super::peaks_of;
use crate::model::manifest::Storage;
use crate::model::{Checkpoint, Model, ModelError, Precision};

/// A post: what its lines make of the layers stands for what texts make of them. Guessed from the
/// norms alone, the cosine of `!!!` with its f32 vector falls below 0.994.
const SENTENCES: &str = include_str!("../../../tests/data/post.md");

/// The weights of `model` for `precision`.
///
/// # Errors
/// Where the model's files are not sound, or its widths are none for 8-bit integers.
pub(super) fn checkpoint(
    model: Model,
    precision: Precision,
) -> Result<Checkpoint<'static>, ModelError> {
    let tokenizer = model.tokenizer()?;
    let architecture = model.manifest.architecture;
    let checkpoint = model.into_checkpoint()?;
    if precision != Precision::Int8 || checkpoint.storage() == Storage::Int8 {
        return Ok(checkpoint);
    }
    let lines: Vec<&str> = SENTENCES.lines().filter(|l| !l.trim().is_empty()).collect();
    let peaks = peaks_of(&checkpoint, &tokenizer, &architecture, &lines)?;
    checkpoint.quantised(Some(&peaks))
}
