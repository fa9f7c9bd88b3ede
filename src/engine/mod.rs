//! The headless service: what every face of the program asks for an analysis.
//!
//! One cloneable [`Engine`] holds the tiered cache, the lanes, and the threads that own grammar
//! checkers and models. A batch runs one [`Analyst`] a worker. An open document has a [`Live`]
//! analysis: the fast stages at every edit, and the slow ones on a [`Background`] thread, with the
//! vectors of its sentences on an [`Embedder`] and its rewrites on the threads of [`Rewriting`].

mod analyst;
mod background;
pub mod batch;
pub mod batcher;
mod embedder;
mod encoders;
mod entangled;
mod error;
pub mod inputs;
mod judge;
pub mod keyphrases;
mod ladder;
pub mod lanes;
mod live;
mod models;
mod object;
mod outlooks;
pub mod owner;
mod pool;
mod reader;
mod reading;
pub mod replay;
mod rewrites;
mod rewriting;
mod scopes;
mod scorers;
mod service;
pub mod superposition;
mod task;
mod unfinished;
mod workers;

pub use analyst::Analyst;
pub use background::{Background, Job, Reply};
pub use embedder::{Embedded, Embedder};
pub use encoders::Encoders;
pub use error::EngineError;
pub use keyphrases::Keyphrase;
pub use lanes::Lane;
pub use live::Live;
pub use object::Object;
pub use outlooks::{Tried, outlooks, tried};
pub use reader::{Encoded, Reader};
pub use rewrites::{Rewriter, Wish};
pub use rewriting::{Aims, Failure, Rewriting, Rewritten};
pub use service::{Encodings, Engine, EngineSettings, EngineSnapshot, Fittings};
pub use superposition::Superposition;
pub use task::{Ask, Cancel};
