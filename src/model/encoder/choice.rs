//! In which numbers and with which instructions, as far as a device has them.

#[cfg(feature = "cuda")]
use burn::tensor::{Device as BurnDevice, FloatDType};

use crate::model::kernels::Level;
use crate::model::manifest::Storage;
use crate::model::{Kernels, ModelError, Precision};

/// The precision of burn's own operations on the processor.
pub(super) fn on_stock(asked: Precision) -> Result<Precision, ModelError> {
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
pub(super) fn on_cpu(
    asked: Precision,
    stored: Storage,
    fell: bool,
) -> Result<Precision, ModelError> {
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
pub(super) fn on_cuda(
    asked: Precision,
    device: &BurnDevice,
) -> Result<(FloatDType, Precision), ModelError> {
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
