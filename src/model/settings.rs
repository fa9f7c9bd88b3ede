//! What a user chooses about models.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Where models run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// On a GPU where this build and the machine have one, else on the processor.
    #[default]
    Auto,
    /// On the processor.
    Cpu,
    /// On an NVIDIA GPU.
    Cuda,
    /// Nowhere: what needs a model is left out.
    Off,
}

impl Backend {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Cpu, Self::Cuda, Self::Off];

    /// The name used everywhere.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::Off => "off",
        }
    }
}

/// In which numbers a model computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// bf16 on CUDA; on the processor int8, or f32 where the weights are stored so.
    #[default]
    Auto,
    /// 32-bit floats.
    F32,
    /// 8-bit integers; on the processor only.
    Int8,
    /// 16-bit brain floats; on CUDA only.
    Bf16,
}

impl Precision {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Auto, Self::F32, Self::Int8, Self::Bf16];

    /// The name used everywhere.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::F32 => "f32",
            Self::Int8 => "int8",
            Self::Bf16 => "bf16",
        }
    }
}

/// Which instructions the processor's path uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kernels {
    /// The best that the processor has.
    #[default]
    Auto,
    /// AVX-512 with VNNI.
    #[serde(rename = "avx512-vnni")]
    Avx512Vnni,
    /// AVX-512.
    Avx512,
    /// AVX2 and FMA.
    Avx2,
    /// Those that every processor has.
    Portable,
    /// burn's own operations, in f32; slow, to compare with.
    Stock,
}

/// What the room follows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Where models run.
    pub backend: Backend,
    /// In which numbers.
    pub precision: Precision,
    /// With which instructions.
    pub kernels: Kernels,
    /// The models folder; `None` where no home folder is known.
    pub folder: Option<PathBuf>,
    /// A folder with heads that come before those inside the program.
    pub heads: Option<PathBuf>,
    /// Whether the smallest pruned model is taken in place of the one in use.
    pub pruned: bool,
    /// How long an encoder that nobody asks stays in memory.
    pub idle: Duration,
}
