//! What was computed, kept by what it was computed from.
//!
//! Three tiers are asked in turn: memory, disk, remote; a lower hit fills the tiers above. All calls
//! are synchronous, for threads that compute; a thread that draws uses
//! [`TieredCache::peek_memory`] only.
//!
//! - A key names one value between two invalidations of the value's tags.
//! - A wrong value is never served: bytes are checked against their key, kind and checksum, and what
//!   fails is removed and missed.
//! - An entry that was invalidated is never served again in this process, nor by the file once the
//!   invalidation's receipt says so.
//! - An error is not a value: it goes to those who wait, and is kept only when asked and shortly.

mod disk;
mod entangle;
mod envelope;
mod error;
mod flight;
mod histogram;
mod key;
mod memory;
mod object;
mod pins;
pub mod remote;
pub mod simulate;
mod stats;
mod tags;
#[cfg(test)]
mod testing;
mod tiered;
mod wall;

pub use disk::{DiskSettings, DiskState, DiskStats, Verified};
pub use entangle::{Entanglement, EntanglementStats, Level, Node, NotUpwards};
pub use error::CacheError;
pub use histogram::Latency;
pub use key::{Key, Scope};
pub use object::{Kind, Object};
#[cfg(feature = "redis")]
pub use remote::redis::{LONGEST_TTL, RedisSettings, RedisSettingsError, RedisTier};
pub use remote::{RemoteError, RemoteTier};
pub use stats::{Computed, Counts, Overall, Tier, TierStats};
pub use tags::{Stamp, Tag};
pub use tiered::{
    CacheSettings, Claim, Compacted, EntryInfo, Filter, Invalidation, Join, Lead, Lookup, Order,
    Outcome, Parts, Stats, TieredCache,
};
pub use wall::Wall;
