//! Kernels of the sentence encoder on the CPU.
//!
//! Sequences of a batch lie one after another, without padding, so that nothing is
//! computed for tokens that are not there. All `unsafe` is in `simd_x86` and `level`:
//! the rest is generic over the trait `Simd`, and compiled once for each [`Level`].
//! What is computed with [`Int8Linear`] has the same bits on every level.

mod attention;
mod encoder;
mod level;
mod linear;
mod linear_f32;
mod linear_int8;
mod math;
mod quantise;
mod rows;
mod simd;
#[cfg(target_arch = "x86_64")]
mod simd_x86;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_edges;

pub use attention::{AttentionScratch, Packed, attend};
pub use encoder::{Encoder, Layer, Norm, Scratch};
pub use level::{Level, NoLevel};
pub use linear::{Activation, Linear, Output, ShapeError};
pub use linear_f32::F32Linear;
pub use linear_int8::Int8Linear;
pub use quantise::{Quantised, quantise, smooth_columns, smoothing};
pub use rows::{ByteRows, add_normalise, pool};
