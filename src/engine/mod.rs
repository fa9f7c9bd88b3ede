//! The headless service: what every face of the program asks for an analysis.
//!
//! A batch runs one [`Analyst`] a worker. An open document has a [`Live`] analysis: the fast
//! stages at every edit, through the segment memo, and the slow ones on one [`Background`]
//! thread, with the vectors of its sentences on an [`Embedder`].

mod analyst;
mod background;
pub mod batch;
mod embedder;
mod encoders;
pub mod inputs;
pub mod keyphrases;
mod live;
pub mod memo;
mod reader;
mod scorers;

pub use analyst::Analyst;
pub use background::{Background, Job, Reply};
pub use embedder::{Embedded, Embedder};
pub use encoders::Encoders;
pub use keyphrases::Keyphrase;
pub use live::Live;
pub use reader::{Encoded, Reader};
