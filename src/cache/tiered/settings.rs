//! How the cache is kept, and what it is given.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::cache::disk::DiskSettings;
use crate::cache::object::Kind;
use crate::cache::remote::RemoteTier;
use crate::cache::wall::Wall;
use crate::resilience::{Breaker, BreakerSettings, Clock, Faults};

/// How the cache is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheSettings {
    /// Most bytes of values in memory, with what is kept beside them.
    pub memory_bytes: u64,
    /// Most values in memory.
    pub memory_entries: u64,
    /// The disk tier; `None` for none.
    pub disk: Option<DiskSettings>,
    /// How long a value may be served, in whole seconds.
    pub lifetime: Duration,
    /// Other lifetimes, by kind.
    pub lifetimes: Vec<(Kind, Duration)>,
    /// Tags beyond which old invalidations are forgotten, and what they hit with them: then
    /// everything that is as old counts as invalidated.
    pub most_tags: usize,
    /// How often the invalidations of other machines are read.
    pub sync_every: Duration,
}

impl Default for CacheSettings {
    /// 64 MiB in memory, nothing on disk, a month.
    fn default() -> Self {
        Self {
            memory_bytes: 64 << 20,
            memory_entries: 65_536,
            disk: None,
            lifetime: Duration::from_hours(30 * 24),
            lifetimes: Vec::new(),
            most_tags: 65_536,
            sync_every: Duration::from_secs(1),
        }
    }
}

impl CacheSettings {
    /// How long a value of `kind` may be served.
    #[must_use]
    pub fn lifetime(&self, kind: Kind) -> Duration {
        let own = self.lifetimes.iter().rev().find(|(k, _)| *k == kind);
        own.map_or(self.lifetime, |(_, lifetime)| *lifetime)
    }
}

/// What the cache is given.
#[derive(Clone)]
pub struct Parts {
    /// Measures latencies.
    pub clock: Clock,
    /// The time of day.
    pub wall: Wall,
    /// Rests the disk tier when it fails.
    pub breaker: Breaker,
    /// Makes the disk tier fail at the point `disk`.
    pub faults: Faults,
    /// The remote tier; `None` for none.
    pub remote: Option<Arc<dyn RemoteTier>>,
}

impl Parts {
    /// The system's clocks, no faults and no remote tier.
    #[must_use]
    pub fn system() -> Self {
        let clock = Clock::system();
        Self {
            breaker: Breaker::new("disk cache", BreakerSettings::default(), clock.clone()),
            clock,
            wall: Wall::system(),
            faults: Faults::none(),
            remote: None,
        }
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("wall", &self.wall)
            .field("remote", &self.remote.as_ref().map(|r| r.name()))
            .finish_non_exhaustive()
    }
}
