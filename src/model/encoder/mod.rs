//! Texts to vectors.

mod burn;
mod calibrate;
mod choice;
mod native;
mod upper;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::burn::tensor::{Device as BurnDevice, FloatDType};
use rayon::prelude::*;
use serde::Serialize;

use self::burn::Bert;
pub use self::burn::{Peaks, values};
pub use self::choice::foretold;
use self::choice::level;
use self::native::Native;
pub use self::upper::{Lower, Upper};
use super::device::Device;
use super::heads::Branch;
use super::library::Library;
use super::{
    Architecture, Backend, Checkpoint, Manifest, Model, ModelError, Precision, Settings, Tokenizer,
};

/// A unit vector.
pub type Vector = Arc<[f32]>;

/// Tokens of a batch, padding counted where the device needs it: enough to keep two cores busy,
/// few enough that what a layer writes stays small.
const BATCH_TOKENS: usize = 4_096;

/// What computed a vector; part of receipts and of cache keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Identity {
    /// The model's name.
    pub name: String,
    /// Version of its weights.
    pub version: String,
    /// [`Manifest::hash`](super::Manifest::hash)
    pub sha256: String,
    /// `cpu` or `cuda`.
    pub backend: &'static str,
    /// `f32`, `int8` or `bf16`.
    pub precision: &'static str,
}

impl Identity {
    fn of(manifest: Manifest, backend: &'static str, precision: Precision) -> Self {
        Self {
            sha256: manifest.hash(),
            name: manifest.name,
            version: manifest.version,
            backend,
            precision: precision.name(),
        }
    }
}

/// A loaded encoder.
pub struct Encoder {
    tokenizer: Tokenizer,
    architecture: Architecture,
    branches: Vec<Branch>,
    settings: Settings,
    state: Mutex<State>,
}

struct State {
    body: Body,
    identity: Identity,
    kernels: &'static str,
    /// Why it does not run where it was asked to.
    note: Option<String>,
}

enum Body {
    Native(Box<Native>),
    Burn(Box<Bert>, BurnDevice),
}

impl Body {
    /// Vectors of texts of like length, one after another: the model's, then those of each branch
    /// `wanted`.
    fn embed(&mut self, texts: &[&[u32]], wanted: &[usize]) -> Result<Vec<Vec<f32>>, ModelError> {
        match self {
            Self::Native(native) => Ok(native.embed(texts, wanted)),
            Self::Burn(bert, device) => bert.embed(texts, wanted, device),
        }
    }
}

/// How many layers at the top every one of `branches` replaces in an encoder of `layers`.
///
/// # Errors
/// Where they differ in that, or leave nothing to share.
fn branch_layers(branches: &[Branch], layers: usize) -> Result<usize, ModelError> {
    let top = branches.first().map_or(0, |b| b.layers.len());
    if top < layers && branches.iter().all(|b| b.layers.len() == top) {
        return Ok(top);
    }
    Err(ModelError::Unsupported {
        file: "branches of the heads".to_owned(),
        reason: format!("they replace different numbers of layers, or all of {layers}"),
    })
}

impl Encoder {
    /// Loads the model in use, or the one called `name`. `None` where the backend is off.
    ///
    /// # Errors
    /// Where the model's files are not sound, or the settings ask for numbers that the device
    /// does not have.
    pub fn load(settings: &Settings, name: Option<&str>) -> Result<Option<Self>, ModelError> {
        if settings.backend == Backend::Off {
            return Ok(None);
        }
        let library = Library::new(settings.folder.clone());
        let name = match name {
            Some(name) => name.to_owned(),
            None => library.active()?,
        };
        Self::of_model(library.open(&name)?, Vec::new(), settings).map(Some)
    }

    /// Loads `model` with `branches`; on the processor where the backend is off, or CUDA fails.
    ///
    /// # Errors
    /// As for [`Self::load`], and where the branches do not fit the model.
    pub fn of_model(
        model: Model,
        branches: Vec<Branch>,
        settings: &Settings,
    ) -> Result<Self, ModelError> {
        let tokenizer = model.tokenizer()?;
        let architecture = model.manifest.architecture;
        let (device, note) = choice::device(settings);
        let mut state = State::load_or_fall(model, &branches, settings, device, note)?;
        state.note = state.note.filter(|_| choice::is_asked(settings));
        Ok(Self {
            tokenizer,
            architecture,
            branches,
            settings: settings.clone(),
            state: Mutex::new(state),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What a panicking holder leaves is overwritten before it is read.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What computes the vectors now.
    #[must_use]
    pub fn identity(&self) -> Identity {
        self.state().identity.clone()
    }

    /// Name of the instructions that are used.
    #[must_use]
    pub fn kernels(&self) -> &'static str {
        self.state().kernels
    }

    /// Number of tokens known.
    #[must_use]
    pub fn vocabulary(&self) -> usize {
        self.architecture.vocabulary
    }

    /// Numbers of a vector.
    #[must_use]
    pub fn width(&self) -> usize {
        self.architecture.hidden
    }

    /// Most tokens of a text.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.architecture.longest
    }

    /// Why it does not run where it was asked to.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        self.state().note.clone()
    }

    /// A unit vector for each text, in order. Should CUDA fail, the processor goes on, and
    /// [`Self::note`] says so.
    ///
    /// # Errors
    /// Where the processor's path cannot be loaded then.
    pub fn embed<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vector>, ModelError> {
        Ok(self.embed_identified(texts)?.0)
    }

    /// The same with what computed the vectors.
    ///
    /// # Errors
    /// As for [`Self::embed`].
    pub fn embed_identified<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
    ) -> Result<(Vec<Vector>, Identity), ModelError> {
        self.embed_tokens(&self.tokens(texts)?)
    }

    /// A unit vector for each text from the model and from each branch `wanted`, by its index, and
    /// what computed them: first all of the model's, then all of each branch's.
    ///
    /// # Errors
    /// As for [`Self::embed`], and where there is no such branch.
    pub fn embed_branches<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        wanted: &[usize],
    ) -> Result<(Vec<Vec<Vector>>, Identity), ModelError> {
        if let Some(none) = wanted.iter().find(|w| **w >= self.branches.len()) {
            return Err(ModelError::Request(format!(
                "the encoder has no branch {none}"
            )));
        }
        let tokens = self.tokens(texts)?;
        self.run(&tokens, wanted)
    }

    /// The token ids of each text.
    ///
    /// # Errors
    /// Where the tokenizer fails.
    pub fn tokens<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<u32>>, ModelError> {
        texts
            .par_iter()
            .map(|t| self.tokenizer.encode(t.as_ref()))
            .collect()
    }

    /// A unit vector for each sequence of token ids, in order, and what computed them.
    ///
    /// # Errors
    /// As for [`Self::embed`], and where a sequence is none for this model.
    pub fn embed_tokens(&self, tokens: &[Vec<u32>]) -> Result<(Vec<Vector>, Identity), ModelError> {
        let (vectors, identity) = self.run(tokens, &[])?;
        Ok((vectors.into_iter().next().unwrap_or_default(), identity))
    }

    fn run(
        &self,
        tokens: &[Vec<u32>],
        wanted: &[usize],
    ) -> Result<(Vec<Vec<Vector>>, Identity), ModelError> {
        let (vocabulary, longest) = (self.architecture.vocabulary, self.architecture.longest);
        let fits = |ids: &Vec<u32>| {
            (1..=longest).contains(&ids.len()) && ids.iter().all(|id| (*id as usize) < vocabulary)
        };
        if !tokens.iter().all(fits) {
            return Err(ModelError::Request(format!(
                "a text has 1 to {longest} tokens below {vocabulary} in this model"
            )));
        }
        let hidden = self.architecture.hidden;
        let mut state = self.state();
        let reason = match state.embed_guarded(tokens, wanted, hidden) {
            Ok(vectors) => return Ok((vectors, state.identity.clone())),
            Err(failure) => failure?,
        };
        tracing::error!("CUDA failed, the processor goes on: {reason}");
        let library = Library::new(self.settings.folder.clone());
        let model = library.open(&state.identity.name)?;
        let note = Some(format!("CUDA failed: {reason}"));
        *state = State::load(model, &self.branches, &self.settings, Device::Cpu, note)?;
        // All of them anew, so that one answer has one maker.
        let vectors = state.embed(tokens, wanted, hidden)?;
        Ok((vectors, state.identity.clone()))
    }
}

/// How many of the texts at the front of `order` make a batch.
fn batch_size(order: &[usize], tokens: &[Vec<u32>]) -> usize {
    let fits = |n: &usize| n * tokens[order[n - 1]].len() <= BATCH_TOKENS;
    (1..=order.len()).take_while(fits).last().unwrap_or(1)
}

impl State {
    /// Vectors of token sequences, in order, in batches of like length: the model's, then those of
    /// each branch `wanted`.
    fn embed(
        &mut self,
        tokens: &[Vec<u32>],
        wanted: &[usize],
        width: usize,
    ) -> Result<Vec<Vec<Vector>>, ModelError> {
        let mut order: Vec<usize> = (0..tokens.len()).collect();
        // Texts of like length stand together, so that little is filled up.
        order.sort_by_key(|i| tokens[*i].len());
        let kinds = 1 + wanted.len();
        let mut placed: Vec<Vec<(usize, Vector)>> = vec![Vec::with_capacity(tokens.len()); kinds];
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(batch_size(rest, tokens));
            rest = later;
            let texts: Vec<&[u32]> = batch.iter().map(|i| tokens[*i].as_slice()).collect();
            let all = self.body.embed(&texts, wanted)?;
            for (vectors, placed) in all.iter().zip(&mut placed) {
                self.check(vectors, batch.len(), width)?;
                let vectors = vectors.chunks_exact(width).map(Vector::from);
                placed.extend(batch.iter().copied().zip(vectors));
            }
        }
        let in_order = |mut placed: Vec<(usize, Vector)>| {
            placed.sort_unstable_by_key(|(i, _)| *i);
            placed.into_iter().map(|(_, vector)| vector).collect()
        };
        Ok(placed.into_iter().map(in_order).collect())
    }

    /// Whether a device gave `number` unit vectors.
    fn check(&self, vectors: &[f32], number: usize, width: usize) -> Result<(), ModelError> {
        let failed = |reason| ModelError::Device {
            device: self.identity.backend,
            reason,
        };
        if vectors.len() != number * width {
            let found = vectors.len();
            return Err(failed(format!("gave {found} numbers for {number} texts")));
        }
        // Finite weights may still overflow on the way.
        let is_unit = |v: &[f32]| (v.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-2;
        if !vectors.chunks_exact(width).all(is_unit) {
            let name = &self.identity.name;
            return Err(failed(format!("{name} gave a vector of no length")));
        }
        Ok(())
    }

    /// The same; where CUDA failed, the reason as `Err(Ok(reason))`.
    fn embed_guarded(
        &mut self,
        tokens: &[Vec<u32>],
        wanted: &[usize],
        width: usize,
    ) -> Result<Vec<Vec<Vector>>, Result<String, ModelError>> {
        if self.identity.backend == Device::Cpu.name() {
            return self.embed(tokens, wanted, width).map_err(Err);
        }
        // The driver's bindings panic as well as fail.
        match catch_unwind(AssertUnwindSafe(|| self.embed(tokens, wanted, width))) {
            Ok(Ok(vectors)) => Ok(vectors),
            Ok(Err(error)) => Err(Ok(error.to_string())),
            Err(_) => Err(Ok("its driver panicked; the log says where".to_owned())),
        }
    }

    /// Loads on `device`, or on the processor where CUDA fails to.
    fn load_or_fall(
        model: Model,
        branches: &[Branch],
        settings: &Settings,
        device: Device,
        note: Option<String>,
    ) -> Result<Self, ModelError> {
        if device.name() == Device::Cpu.name() {
            return Self::load(model, branches, settings, device, note);
        }
        let spare = model.clone();
        let loaded = catch_unwind(AssertUnwindSafe(|| {
            Self::load(model, branches, settings, device, note)
        }));
        let reason = match loaded {
            Ok(Ok(state)) => return Ok(state),
            // What was asked for is impossible, on whatever device.
            Ok(Err(error @ ModelError::Request(_))) => return Err(error),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "its driver panicked; the log says where".to_owned(),
        };
        tracing::error!("CUDA cannot be used, the processor goes on: {reason}");
        Self::load(
            spare,
            branches,
            settings,
            Device::Cpu,
            Some(format!("CUDA failed: {reason}")),
        )
    }

    fn load(
        model: Model,
        branches: &[Branch],
        settings: &Settings,
        device: Device,
        note: Option<String>,
    ) -> Result<Self, ModelError> {
        let manifest = model.manifest.clone();
        let backend = device.name();
        let architecture = manifest.architecture;
        let fell = note.is_some() && settings.backend != Backend::Cpu;
        let precision = choice::precision(&device, &manifest, settings, fell)?;
        let (body, kernels) = match device {
            Device::Cpu if choice::is_native(&architecture, settings) => {
                let level = level(settings.kernels)?;
                let checkpoint = calibrate::checkpoint(model, precision)?;
                let native = Native::new(checkpoint, branches, &architecture, precision, level)?;
                (Body::Native(Box::new(native)), level.name())
            }
            Device::Cpu => {
                let device = BurnDevice::flex();
                let body = stock(&model, branches, &device, FloatDType::F32)?;
                (body, "stock")
            }
            #[cfg(feature = "cuda")]
            Device::Cuda(device) => {
                let dtype = choice::dtype(precision);
                (stock(&model, branches, &device, dtype)?, "stock")
            }
        };
        Ok(Self {
            body,
            identity: Identity::of(manifest, backend, precision),
            kernels,
            note,
        })
    }
}

/// The peaks of what `model`'s layers read over `texts`, in f32 on the processor; see [`Peaks`].
///
/// # Errors
/// Where the model's files are not sound.
pub fn peaks(model: &Model, texts: &[&str]) -> Result<Vec<Peaks>, ModelError> {
    peaks_of(
        &model.checkpoint()?,
        &model.tokenizer()?,
        &model.manifest.architecture,
        texts,
    )
}

/// The same of `checkpoint`, which has these extents and this tokenizer.
fn peaks_of(
    checkpoint: &Checkpoint<'_>,
    tokenizer: &Tokenizer,
    architecture: &Architecture,
    texts: &[&str],
) -> Result<Vec<Peaks>, ModelError> {
    let tokens: Vec<Vec<u32>> = texts
        .iter()
        .map(|t| tokenizer.encode(t))
        .collect::<Result<_, _>>()?;
    let tokens: Vec<&[u32]> = tokens.iter().map(Vec::as_slice).collect();
    let device = BurnDevice::flex();
    let bert = Bert::new(checkpoint, &[], architecture, &device, FloatDType::F32);
    bert.peaks(&tokens, &device)
}

fn stock(
    model: &Model,
    branches: &[Branch],
    device: &BurnDevice,
    dtype: FloatDType,
) -> Result<Body, ModelError> {
    let checkpoint = model.checkpoint()?;
    let architecture = &model.manifest.architecture;
    branch_layers(branches, architecture.layers)?;
    let bert = Bert::new(&checkpoint, branches, architecture, device, dtype);
    Ok(Body::Burn(Box::new(bert), device.clone()))
}
