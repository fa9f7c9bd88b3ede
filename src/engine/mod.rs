//! The headless service: what every face of the program asks for an analysis.
//!
//! A batch runs one [`Analyst`] a worker. An open document has a [`Live`] analysis: the fast
//! stages at every edit, through the segment memo, and the slow ones on one [`Background`]
//! thread.

mod analyst;
mod background;
pub mod batch;
mod live;
pub mod memo;

pub use analyst::Analyst;
pub use background::{Background, Job, Reply};
pub use live::Live;
