//! The sentence encoder: the only room that names burn.
//!
//! A model is a folder of files with a manifest ([`Library`]); one is inside the program. Its
//! weights ([`Checkpoint`]) run as a burn module out of stock operations, on CUDA, or through the
//! kernels of this room on a processor. One vector a sentence, whatever is in the batch with it,
//! so that vectors can be kept by content.

pub mod architecture;
pub mod checkpoint;
pub mod derive;
pub mod device;
pub mod encoder;
mod error;
pub mod heads;
pub mod import;
pub mod kernels;
pub mod library;
pub mod manifest;
pub mod settings;
pub mod tokenizer;
mod weights;

pub use architecture::Architecture;
pub use checkpoint::Checkpoint;
pub use encoder::{Encoder, Identity, Vector};
pub use error::ModelError;
pub use heads::{Head, Heads, Task};
pub use library::{Library, Model};
pub use manifest::Manifest;
pub use settings::{Backend, Kernels, Precision, Settings};
pub use tokenizer::Tokenizer;
