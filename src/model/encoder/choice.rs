//! In which numbers and with which instructions, as far as a device has them.

#[cfg(feature = "cuda")]
use burn::tensor::{Device as BurnDevice, FloatDType};

use super::{Identity, native};
use crate::model::device::{self, Device};
use crate::model::kernels::Level;
use crate::model::manifest::Storage;
use crate::model::{Architecture, Backend, Kernels, Manifest, ModelError, Precision, Settings};

/// The device of `settings`, and why it is not a GPU where one was looked for; the processor where
/// the backend is off.
pub(super) fn device(settings: &Settings) -> (Device, Option<String>) {
    // 8-bit integers are computed on the processor alone.
    let backend = match (settings.backend, settings.precision) {
        (Backend::Auto, Precision::Int8) => Backend::Cpu,
        (backend, _) => backend,
    };
    match device::probe(backend) {
        Some(found) => (found.device, found.note),
        None => (Device::Cpu, None),
    }
}

/// Whether somebody asked for CUDA, or for what it alone computes, and so misses it.
pub(super) fn is_asked(settings: &Settings) -> bool {
    settings.backend == Backend::Cuda || settings.precision == Precision::Bf16
}

/// Whether the processor's own kernels compute, rather than burn's operations, which take every
/// width but are slower.
pub(super) fn is_native(architecture: &Architecture, settings: &Settings) -> bool {
    match settings.kernels {
        Kernels::Stock => false,
        Kernels::Auto => native::fits(architecture),
        Kernels::Avx512Vnni | Kernels::Avx512 | Kernels::Avx2 | Kernels::Portable => true,
    }
}

/// In which numbers `device` computes; `fell` where a GPU was looked for and is not to be had.
pub(super) fn precision(
    device: &Device,
    manifest: &Manifest,
    settings: &Settings,
    fell: bool,
) -> Result<Precision, ModelError> {
    match device {
        Device::Cpu if is_native(&manifest.architecture, settings) => {
            on_cpu(settings.precision, manifest.weights, fell)
        }
        Device::Cpu => on_stock(settings.precision),
        #[cfg(feature = "cuda")]
        Device::Cuda(device) => on_cuda(settings.precision, device),
    }
}

/// What will compute vectors with the model of `manifest` under `settings` as long as no device
/// fails, and why that is not where it was asked to; nothing is loaded for it.
///
/// # Errors
/// Where the settings ask for what the device does not have.
pub fn foretold(
    manifest: &Manifest,
    settings: &Settings,
) -> Result<(Identity, Option<String>), ModelError> {
    let (device, note) = device(settings);
    let fell = note.is_some() && settings.backend != Backend::Cpu;
    let precision = precision(&device, manifest, settings, fell)?;
    let identity = Identity::of(manifest.clone(), device.name(), precision);
    Ok((identity, note.filter(|_| is_asked(settings))))
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

/// The precision of the kernels for weights that are `stored` so; `fell` where a GPU was looked for
/// and is not to be had.
fn on_cpu(asked: Precision, stored: Storage, fell: bool) -> Result<Precision, ModelError> {
    match asked {
        // To quantise at every start takes longer than most runs save by it.
        Precision::Auto if stored == Storage::F32 => Ok(Precision::F32),
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
fn on_cuda(asked: Precision, device: &BurnDevice) -> Result<Precision, ModelError> {
    let has_bf16 = device.supports_dtype(FloatDType::BF16);
    match asked {
        Precision::Auto | Precision::Bf16 if has_bf16 => Ok(Precision::Bf16),
        Precision::Auto | Precision::F32 => Ok(Precision::F32),
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

/// The numbers of a GPU for a precision that it has.
#[cfg(feature = "cuda")]
pub(super) fn dtype(precision: Precision) -> FloatDType {
    match precision {
        Precision::Bf16 => FloatDType::BF16,
        Precision::Auto | Precision::F32 | Precision::Int8 => FloatDType::F32,
    }
}

/// The instructions that the setting names.
pub(super) fn level(kernels: Kernels) -> Result<Level, ModelError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_computed_as_they_are_stored_unless_asked_otherwise() {
        for (asked, stored, wanted) in [
            (Precision::Auto, Storage::F32, Precision::F32),
            (Precision::Auto, Storage::Int8, Precision::Int8),
            (Precision::Int8, Storage::F32, Precision::Int8),
            (Precision::F32, Storage::Int8, Precision::F32),
        ] {
            assert_eq!(on_cpu(asked, stored, false).unwrap(), wanted);
        }
    }
}
