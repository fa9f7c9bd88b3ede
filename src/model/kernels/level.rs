//! Which instructions the kernels may use.

use std::fmt;
use std::str::FromStr;

use super::simd::{Portable, Simd};
#[cfg(target_arch = "x86_64")]
use super::simd_x86::{Avx2, Avx512, Avx512Vnni};

/// A set of instructions that this CPU has been seen to have. Only the functions
/// here make one, so that holding it proves that the kernels may use the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
}

/// A name that is no level, or a level that this CPU lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoLevel {
    name: String,
}

/// A computation written once for every level.
pub(super) trait Kernel {
    /// Marked `#[inline(always)]` by each kernel: only inside the functions of
    /// [`Level::run`] do the operations of `S` become single instructions.
    fn run<S: Simd>(self, simd: S);
}

impl Level {
    /// Plain Rust, on every CPU.
    pub const PORTABLE: Self = Self(Kind::Portable);

    /// The fastest level of this CPU.
    pub fn detect() -> Self {
        Self::available().pop().unwrap_or(Self::PORTABLE)
    }

    /// Every level of this CPU, the fastest last.
    pub fn available() -> Vec<Self> {
        #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut))]
        let mut levels = vec![Self::PORTABLE];
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            let avx512 = avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            let vnni = avx512 && is_x86_feature_detected!("avx512vnni");
            levels.extend(avx2.then_some(Self(Kind::Avx2)));
            levels.extend(avx512.then_some(Self(Kind::Avx512)));
            levels.extend(vnni.then_some(Self(Kind::Avx512Vnni)));
        }
        levels
    }

    /// `portable`, `avx2`, `avx512` or `avx512-vnni`: the names that parse.
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Vnni => "avx512-vnni",
        }
    }

    pub(super) fn run<K: Kernel>(self, kernel: K) {
        match self.0 {
            Kind::Portable => kernel.run(Portable),
            // SAFETY: only `available` makes this kind, having detected the features.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { avx2(kernel) },
            // SAFETY: the same.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { avx512(kernel) },
            // SAFETY: the same.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Vnni => unsafe { avx512_vnni(kernel) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<K: Kernel>(kernel: K) {
    // SAFETY: this function enables the features, so its caller vouched for them.
    kernel.run(unsafe { Avx2::new() });
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512<K: Kernel>(kernel: K) {
    // SAFETY: as in `avx2`.
    kernel.run(unsafe { Avx512::new() });
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
fn avx512_vnni<K: Kernel>(kernel: K) {
    // SAFETY: as in `avx2`.
    kernel.run(unsafe { Avx512Vnni::new() });
}

impl FromStr for Level {
    type Err = NoLevel;

    fn from_str(name: &str) -> Result<Self, NoLevel> {
        Self::available()
            .into_iter()
            .find(|level| level.name() == name)
            .ok_or_else(|| NoLevel {
                name: name.to_owned(),
            })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for NoLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Level::available().into_iter().map(Level::name).collect();
        write!(
            f,
            "no kernels named `{}` on this CPU, which has {}",
            self.name,
            names.join(", ")
        )
    }
}

impl std::error::Error for NoLevel {}
