//! The names that `cubecl-cuda` takes from `cubecl-llvm`, without LLVM.
//!
//! The build script of the real crate downloads an LLVM bundle of some hundred megabytes from a
//! place that many build machines do not reach. With cubecl's feature `cuda-cpp`, kernels are
//! written as C++ and compiled by NVRTC when the program runs, so nothing here is ever asked to
//! compile; if it is, it says so.

use cubecl_core::Compiler;
use cubecl_core::ir::DeviceProperties;
use cubecl_core::ir::nvidia::SmArch;
use cubecl_core::prelude::KernelDefinition;
use cubecl_environment::backtrace::BackTrace;
use cubecl_runtime::compiler::CompilationError;
use cubecl_runtime::kernel::BufferIOAttr;
use nvptx::ptx_version::PtxVersion;

/// What the NVPTX target says of itself.
pub mod nvptx {
    /// Versions of PTX.
    pub mod ptx_version {
        use std::fmt;

        /// A version of PTX; none is ever made.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum PtxVersion {}

        impl PtxVersion {
            /// The version for a driver: none, which leaves the C++ path.
            #[must_use]
            pub fn for_driver(_driver: i32) -> Option<Self> {
                None
            }
        }

        impl fmt::Display for PtxVersion {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                match *self {}
            }
        }
    }
}

/// What the real crate's targets share.
pub mod shared {
    /// Features that a target lacks.
    pub mod lowered_features {
        use super::super::DeviceProperties;

        /// A target of LLVM.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum GpuTarget {
            /// NVIDIA's.
            Nvptx,
        }

        /// Takes nothing away: C++ has all that the device has.
        pub fn restrict_features(_: &mut DeviceProperties, _: GpuTarget) {}
    }
}

/// What LLVM would compile for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LlvmTarget {
    /// The processor.
    #[default]
    Cpu,
    /// NVIDIA's GPUs.
    Nvptx,
}

/// The compiler that is not there.
#[derive(Clone, Debug, Default)]
pub struct PlironCompiler {
    /// What it would compile for.
    pub target: LlvmTarget,
}

/// Its options.
#[derive(Clone, Debug, Default)]
pub struct PlironOptions {
    /// Alignment of buffers on the processor.
    pub cpu_buffer_alignment: Option<u32>,
    /// An architecture of the processor.
    pub arch: Option<()>,
    /// An architecture of NVIDIA.
    pub sm_arch: Option<SmArch>,
    /// A version of PTX.
    pub ptx_version: Option<PtxVersion>,
    /// Whether kernels take their arguments as grid constants.
    pub grid_constants: bool,
}

/// A module for NVIDIA's driver.
#[derive(Clone, Debug)]
pub struct NvptxModule {
    /// The code.
    pub ptx: Vec<core::ffi::c_char>,
    /// The kernel's name.
    pub entrypoint: String,
    /// The code before it was lowered.
    pub ir: String,
    /// Bytes.
    pub shared_memory_size: usize,
    /// How each buffer is used.
    pub io: Vec<BufferIOAttr>,
}

/// What the compiler would give.
#[derive(Clone)]
pub enum PlironArtifact {
    /// Nothing.
    Unavailable,
    /// A module.
    NvptxCode(NvptxModule),
}

impl core::fmt::Display for PlironArtifact {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Unavailable => f.write_str("unavailable"),
            Self::NvptxCode(module) => f.write_str(&module.ir),
        }
    }
}

impl Compiler for PlironCompiler {
    type Representation = PlironArtifact;
    type CompilationOptions = PlironOptions;

    fn compile(
        &mut self,
        _: KernelDefinition,
        _: &PlironOptions,
    ) -> Result<PlironArtifact, CompilationError> {
        Err(CompilationError::Generic {
            reason: "this build has no LLVM; it compiles through C++ (cubecl's `cuda-cpp`)".into(),
            backtrace: BackTrace::capture(),
        })
    }

    fn extension(&self) -> &'static str {
        "ll"
    }

    fn lang_tag(&self) -> &'static str {
        "llvm-ir"
    }
}
