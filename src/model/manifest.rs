//! The manifest beside a model's files: what it is, where it comes from, what its files hash to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Architecture, ModelError};

/// Version of the manifest's layout.
pub const FORMAT: u32 = 1;
/// The manifest's file name.
pub const MANIFEST: &str = "manifest.toml";
/// The weights' file name.
pub const WEIGHTS: &str = "model.safetensors";
/// The tokenizer's file name.
pub const TOKENIZER: &str = "tokenizer.json";

/// What a model is; `manifest.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`]
    pub format: u32,
    /// Its name, which is its folder's too.
    pub name: String,
    /// Version of these weights.
    pub version: String,
    /// SPDX expression, or what the source says.
    pub licence: String,
    /// Where the weights come from.
    pub source: String,
    /// How the weights are stored.
    pub weights: Storage,
    /// Its extents.
    pub architecture: Architecture,
    /// sha256 of each file, in hexadecimal.
    pub sha256: BTreeMap<String, String>,
    /// What it was trained on, as far as the source says.
    #[serde(default)]
    pub training_data: Vec<String>,
    /// What was measured of it, by name.
    #[serde(default)]
    pub metrics: BTreeMap<String, f64>,
}

/// How weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Storage {
    /// 32-bit floats.
    F32,
    /// 8-bit integers in blocks with a scale each.
    Int8,
}

impl Storage {
    /// The name used in files and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Int8 => "int8",
        }
    }
}

impl Manifest {
    /// Reads a manifest; `file` names it in errors.
    ///
    /// # Errors
    /// Where it is no manifest of this format, or its extents are impossible.
    pub fn parse(text: &str, file: &str) -> Result<Self, ModelError> {
        let invalid = |reason: String| ModelError::Invalid {
            file: file.to_owned(),
            reason,
        };
        let manifest: Self = toml::from_str(text).map_err(|e| invalid(e.to_string()))?;
        if manifest.format != FORMAT {
            return Err(invalid(format!(
                "format {} of the manifest; this program reads format {FORMAT}",
                manifest.format
            )));
        }
        for needed in [WEIGHTS, TOKENIZER] {
            if !manifest.sha256.contains_key(needed) {
                return Err(invalid(format!("[sha256] does not name {needed}")));
            }
        }
        manifest.architecture.check(file)?;
        Ok(manifest)
    }

    /// The manifest as TOML.
    ///
    /// # Errors
    /// Never for one made here.
    pub fn to_toml(&self) -> Result<String, ModelError> {
        toml::to_string_pretty(self).map_err(|e| ModelError::Invalid {
            file: MANIFEST.to_owned(),
            reason: e.to_string(),
        })
    }

    /// Checks `found`, the sum of the file `name`, against the one given; `place` names the file in
    /// errors.
    ///
    /// # Errors
    /// Where they differ.
    pub fn check(&self, name: &str, found: String, place: &str) -> Result<(), ModelError> {
        let wanted = self.sha256.get(name).cloned().unwrap_or_default();
        if found == wanted {
            return Ok(());
        }
        Err(ModelError::Checksum {
            file: place.to_owned(),
            found,
            wanted,
        })
    }

    /// sha256 over the sums of weights and tokenizer and the extents: what stands for the model in
    /// receipts and cache keys, since each of them changes its vectors.
    #[must_use]
    pub fn hash(&self) -> String {
        sha256(format!("{:?}{:?}", self.sha256, self.architecture).as_bytes())
    }
}

/// sha256 in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    let mut sum = Summer::default();
    sum.add(bytes);
    sum.finish()
}

/// A sha256 of bytes that come one after another.
#[derive(Default)]
pub(super) struct Summer(Sha256);

impl Summer {
    /// Takes the next bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The sum in hexadecimal.
    pub fn finish(self) -> String {
        use std::fmt::Write;
        let mut out = String::with_capacity(64);
        for byte in self.0.finalize() {
            // Writing to a string cannot fail.
            let _ = write!(out, "{byte:02x}");
        }
        out
    }
}
