//! Moments that leave the process: to viewers elsewhere, into recordings and into bundles.
//!
//! - [`server`] offers them on a Unix socket that only its user can open; [`client`] watches.
//! - [`record`] writes them into a file, [`recording`] reads it back at any place.
//! - [`bundle`] puts one moment and what led to it into a folder, for a report.
//!
//! The protocol: a client sends one line of JSON, such as `{"want":"snapshots","version":1}`, and
//! reads. `snapshots` is answered until one side ends it, `once`, `hello` and `log` with what there
//! is; each line of the answer is one JSON object. `prometheus` is answered with plain text.

pub mod bundle;
pub mod client;
mod error;
mod finite;
pub mod record;
pub mod recording;
pub mod server;
mod viewer;
mod wire;

pub use client::{Attached, Instance, Update, attach, instances, resolve};
pub use error::{RecordError, ShareError};
pub use record::{Recorder, RecorderSettings};
pub use recording::Recording;
pub use server::{Offer, Server};
pub use wire::{Hello, VERSION};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
