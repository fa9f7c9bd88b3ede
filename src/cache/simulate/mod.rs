//! How good the memory tier's policy is: its hits on a block trace, against LRU and the optimum.

mod lru;
mod opt;
mod policies;
mod trace;

pub use policies::{AtCapacity, CAPACITIES, Policies, Report, simulate};
pub use trace::{BlockTrace, TraceError};
