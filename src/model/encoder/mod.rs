//! Texts to vectors.

mod burn;
mod native;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::burn::tensor::{Device as BurnDevice, FloatDType};
use rayon::prelude::*;
use serde::Serialize;

use self::burn::Bert;
pub use self::burn::Peaks;
use self::native::Native;
use super::device::{self, Device};
use super::kernels::Level;
use super::library::Library;
use super::{Architecture, Backend, Kernels, Model, ModelError, Precision, Settings, Tokenizer};

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

/// A loaded encoder.
pub struct Encoder {
    tokenizer: Tokenizer,
    architecture: Architecture,
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
    /// Vectors of texts of like length, one after another.
    fn embed(&mut self, texts: &[&[u32]]) -> Result<Vec<f32>, ModelError> {
        match self {
            Self::Native(native) => Ok(native.embed(texts)),
            Self::Burn(bert, device) => bert.embed(texts, device),
        }
    }
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
        Self::of_model(library.open(&name)?, settings).map(Some)
    }

    /// Loads `model`; on the processor where the backend is off, or CUDA fails.
    ///
    /// # Errors
    /// As for [`Self::load`].
    pub fn of_model(model: Model, settings: &Settings) -> Result<Self, ModelError> {
        let tokenizer = model.tokenizer()?;
        let architecture = model.manifest.architecture;
        // 8-bit integers are computed on the processor alone.
        let backend = match (settings.backend, settings.precision) {
            (Backend::Auto, Precision::Int8) => Backend::Cpu,
            (backend, _) => backend,
        };
        let (device, note) = match device::probe(backend) {
            Some(found) => (found.device, found.note),
            None => (Device::Cpu, None),
        };
        let mut state = State::load_or_fall(model, settings, device, note)?;
        // Only who asked for CUDA, or for what it alone computes, misses it.
        let asked = settings.backend == Backend::Cuda || settings.precision == Precision::Bf16;
        state.note = state.note.filter(|_| asked);
        Ok(Self {
            tokenizer,
            architecture,
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
        let tokens: Vec<Vec<u32>> = texts
            .par_iter()
            .map(|t| self.tokenizer.encode(t.as_ref()))
            .collect::<Result<_, _>>()?;
        self.embed_tokens(&tokens)
    }

    /// A unit vector for each sequence of token ids, in order, and what computed them.
    ///
    /// # Errors
    /// As for [`Self::embed`], and where a sequence is none for this model.
    pub fn embed_tokens(&self, tokens: &[Vec<u32>]) -> Result<(Vec<Vector>, Identity), ModelError> {
        let (vocabulary, longest) = (self.architecture.vocabulary, self.architecture.longest);
        let fits = |ids: &Vec<u32>| {
            (1..=longest).contains(&ids.len()) && ids.iter().all(|id| (*id as usize) < vocabulary)
        };
        if !tokens.iter().all(fits) {
            return Err(ModelError::Request(format!(
                "a text has 1 to {longest} tokens below {vocabulary} in this model"
            )));
        }
        let mut state = self.state();
        let reason = match state.embed_guarded(tokens, self.architecture.hidden) {
            Ok(vectors) => return Ok((vectors, state.identity.clone())),
            Err(failure) => failure?,
        };
        tracing::error!("CUDA failed, the processor goes on: {reason}");
        let library = Library::new(self.settings.folder.clone());
        let model = library.open(&state.identity.name)?;
        let note = Some(format!("CUDA failed: {reason}"));
        *state = State::load(model, &self.settings, Device::Cpu, note)?;
        // All of them anew, so that one answer has one maker.
        let vectors = state.embed(tokens, self.architecture.hidden)?;
        Ok((vectors, state.identity.clone()))
    }
}

/// How many of the texts at the front of `order` make a batch.
fn batch_size(order: &[usize], tokens: &[Vec<u32>]) -> usize {
    let fits = |n: &usize| n * tokens[order[n - 1]].len() <= BATCH_TOKENS;
    (1..=order.len()).take_while(fits).last().unwrap_or(1)
}

impl State {
    /// Vectors of token sequences, in order, in batches of like length.
    fn embed(&mut self, tokens: &[Vec<u32>], width: usize) -> Result<Vec<Vector>, ModelError> {
        let mut order: Vec<usize> = (0..tokens.len()).collect();
        // Texts of like length stand together, so that little is filled up.
        order.sort_by_key(|i| tokens[*i].len());
        let mut placed: Vec<(usize, Vector)> = Vec::with_capacity(tokens.len());
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(batch_size(rest, tokens));
            rest = later;
            let texts: Vec<&[u32]> = batch.iter().map(|i| tokens[*i].as_slice()).collect();
            let vectors = self.body.embed(&texts)?;
            if vectors.len() != batch.len() * width {
                return Err(ModelError::Device {
                    device: self.identity.backend,
                    reason: format!("gave {} numbers for {} texts", vectors.len(), batch.len()),
                });
            }
            // Finite weights may still overflow on the way.
            let is_unit = |v: &[f32]| (v.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-2;
            if !vectors.chunks_exact(width).all(is_unit) {
                return Err(ModelError::Device {
                    device: self.identity.backend,
                    reason: format!("{} gave a vector of no length", self.identity.name),
                });
            }
            let vectors = vectors.chunks_exact(width).map(Vector::from);
            placed.extend(batch.iter().copied().zip(vectors));
        }
        placed.sort_unstable_by_key(|(i, _)| *i);
        Ok(placed.into_iter().map(|(_, vector)| vector).collect())
    }

    /// The same; where CUDA failed, the reason as `Err(Ok(reason))`.
    fn embed_guarded(
        &mut self,
        tokens: &[Vec<u32>],
        width: usize,
    ) -> Result<Vec<Vector>, Result<String, ModelError>> {
        if self.identity.backend == Device::Cpu.name() {
            return self.embed(tokens, width).map_err(Err);
        }
        // The driver's bindings panic as well as fail.
        match catch_unwind(AssertUnwindSafe(|| self.embed(tokens, width))) {
            Ok(Ok(vectors)) => Ok(vectors),
            Ok(Err(error)) => Err(Ok(error.to_string())),
            Err(_) => Err(Ok("its driver panicked; the log says where".to_owned())),
        }
    }

    /// Loads on `device`, or on the processor where CUDA fails to.
    fn load_or_fall(
        model: Model,
        settings: &Settings,
        device: Device,
        note: Option<String>,
    ) -> Result<Self, ModelError> {
        if device.name() == Device::Cpu.name() {
            return Self::load(model, settings, device, note);
        }
        let spare = model.clone();
        let loaded = catch_unwind(AssertUnwindSafe(|| {
            Self::load(model, settings, device, note)
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
            settings,
            Device::Cpu,
            Some(format!("CUDA failed: {reason}")),
        )
    }

    fn load(
        model: Model,
        settings: &Settings,
        device: Device,
        note: Option<String>,
    ) -> Result<Self, ModelError> {
        let manifest = model.manifest.clone();
        let backend = device.name();
        let (body, precision, kernels) = match device {
            Device::Cpu if settings.kernels == Kernels::Stock => {
                let device = BurnDevice::flex();
                let body = stock(&model, &device, FloatDType::F32)?;
                (body, on_stock(settings.precision)?, "stock")
            }
            Device::Cpu => {
                let fell = note.is_some() && settings.backend != Backend::Cpu;
                let precision = on_cpu(settings.precision, fell)?;
                let level = level(settings.kernels)?;
                let architecture = manifest.architecture;
                if native::fits(&architecture) || settings.kernels != Kernels::Auto {
                    let checkpoint = model.into_checkpoint()?;
                    let native = Native::new(checkpoint, &architecture, precision, level)?;
                    (Body::Native(Box::new(native)), precision, level.name())
                } else {
                    // Slower, but they take every width.
                    let device = BurnDevice::flex();
                    let body = stock(&model, &device, FloatDType::F32)?;
                    (body, on_stock(settings.precision)?, "stock")
                }
            }
            #[cfg(feature = "cuda")]
            Device::Cuda(device) => {
                let (dtype, precision) = on_cuda(settings.precision, &device)?;
                (stock(&model, &device, dtype)?, precision, "stock")
            }
        };
        Ok(Self {
            body,
            identity: Identity {
                sha256: manifest.hash(),
                name: manifest.name,
                version: manifest.version,
                backend,
                precision: precision.name(),
            },
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
    let tokenizer = model.tokenizer()?;
    let tokens: Vec<Vec<u32>> = texts
        .iter()
        .map(|t| tokenizer.encode(t))
        .collect::<Result<_, _>>()?;
    let tokens: Vec<&[u32]> = tokens.iter().map(Vec::as_slice).collect();
    let device = BurnDevice::flex();
    let architecture = &model.manifest.architecture;
    let bert = Bert::new(&model.checkpoint()?, architecture, &device, FloatDType::F32);
    bert.peaks(&tokens, &device)
}

fn stock(model: &Model, device: &BurnDevice, dtype: FloatDType) -> Result<Body, ModelError> {
    let checkpoint = model.checkpoint()?;
    let architecture = &model.manifest.architecture;
    let bert = Bert::new(&checkpoint, architecture, device, dtype);
    Ok(Body::Burn(Box::new(bert), device.clone()))
}

/// The precision of burn's own operations on the processor.
fn on_stock(asked: Precision) -> Result<Precision, ModelError> {
    match asked {
        Precision::Auto | Precision::F32 => Ok(Precision::F32),
        Precision::Int8 | Precision::Bf16 => Err(ModelError::Request(format!(
            "the stock kernels compute in f32, not in {}\n  help: give --precision f32, or set \
             `model.kernels` to \"auto\"",
            asked.name()
        ))),
    }
}

/// The precision of the kernels; `fell` where a GPU was looked for and is not to be had.
fn on_cpu(asked: Precision, fell: bool) -> Result<Precision, ModelError> {
    match asked {
        Precision::Auto | Precision::Int8 => Ok(Precision::Int8),
        Precision::F32 => Ok(Precision::F32),
        // The nearest that there is.
        Precision::Bf16 if fell => Ok(Precision::F32),
        Precision::Bf16 => Err(ModelError::Request(
            "bf16 is computed on CUDA only\n  help: give --precision f32 or int8".to_owned(),
        )),
    }
}

#[cfg(feature = "cuda")]
fn on_cuda(asked: Precision, device: &BurnDevice) -> Result<(FloatDType, Precision), ModelError> {
    let has_bf16 = device.supports_dtype(FloatDType::BF16);
    match asked {
        Precision::Auto if has_bf16 => Ok((FloatDType::BF16, Precision::Bf16)),
        Precision::Auto | Precision::F32 => Ok((FloatDType::F32, Precision::F32)),
        Precision::Bf16 if has_bf16 => Ok((FloatDType::BF16, Precision::Bf16)),
        Precision::Bf16 => Err(ModelError::Request(
            "this GPU has no bf16\n  help: give --precision f32".to_owned(),
        )),
        Precision::Int8 => Err(ModelError::Request(
            "int8 is computed on the processor only\n  help: give --backend cpu, or --precision \
             bf16"
                .to_owned(),
        )),
    }
}

/// The instructions that the setting names.
fn level(kernels: Kernels) -> Result<Level, ModelError> {
    let name = match kernels {
        Kernels::Auto | Kernels::Stock => return Ok(Level::detect()),
        Kernels::Avx512Vnni => "avx512-vnni",
        Kernels::Avx512 => "avx512",
        Kernels::Avx2 => "avx2",
        Kernels::Portable => "portable",
    };
    name.parse().map_err(|error| {
        ModelError::Request(format!(
            "`model.kernels`: {error}\n  help: \"auto\" takes the best that this processor has"
        ))
    })
}
