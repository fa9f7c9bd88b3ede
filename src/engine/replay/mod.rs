//! Typing histories, real texts one edit at a time, typed again through the engine.

mod document;
mod run;
mod script;
mod trace;
mod typist;

pub use document::{Document, PatchError};
pub use run::{Figures, Freshness, Plan, Quantiles, Replayed, run};
pub use script::{Scripted, script};
pub use trace::{Patch, Trace, TraceError, Transaction};
