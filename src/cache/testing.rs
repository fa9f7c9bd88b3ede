//! What the tests of this room share.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::{CacheSettings, DiskSettings, Key, Kind, Object, Parts, Scope, TieredCache, Wall};
use crate::resilience::{Breaker, BreakerSettings, Clock, Faults, Hand};

/// A text under a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) kind: Kind,
    pub(super) text: Arc<str>,
}

impl Text {
    pub(super) fn of(key: &Key, text: &str) -> Self {
        Self {
            kind: key.kind(),
            text: text.into(),
        }
    }
}

impl Object for Text {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn weight(&self) -> usize {
        self.text.len()
    }

    /// Facts stay in memory.
    fn encode(&self) -> Option<Vec<u8>> {
        (self.kind != Kind::Facts).then(|| self.text.as_bytes().to_vec())
    }

    fn decode(kind: Kind, bytes: &[u8]) -> Option<Self> {
        let text = str::from_utf8(bytes).ok()?.into();
        Some(Self { kind, text })
    }
}

pub(super) fn key(kind: Kind, name: &str) -> Key {
    Scope::new(kind, 1, b"model", b"settings").key(name.as_bytes())
}

pub(super) fn sentence(name: &str) -> Key {
    key(Kind::Sentence, name)
}

/// A cache's surroundings, under the test's control.
pub(super) struct World {
    pub(super) parts: Parts,
    pub(super) hand: Hand,
    pub(super) settings: CacheSettings,
}

impl World {
    /// Memory only.
    pub(super) fn new() -> Self {
        let (clock, hand) = Clock::manual();
        let settings = BreakerSettings {
            open_for: Duration::from_secs(1),
            open_longest: Duration::from_secs(2),
            ..BreakerSettings::default()
        };
        let faults = Faults::parse("disk=io", &["disk"]).unwrap();
        faults.rest(true);
        let parts = Parts {
            breaker: Breaker::new("disk cache", settings, clock.clone()),
            wall: Wall::following(clock.clone(), Duration::from_secs(1_000_000)),
            clock,
            faults,
            remote: None,
        };
        Self {
            parts,
            hand,
            settings: CacheSettings::default(),
        }
    }

    /// With a file in `folder`.
    pub(super) fn on_disk(folder: &Path) -> Self {
        let mut world = Self::new();
        world.settings.disk = Some(DiskSettings::new(folder.join("cache.redb")));
        world
    }

    pub(super) fn open(&self) -> TieredCache<Text> {
        TieredCache::open(self.settings.clone(), self.parts.clone()).unwrap()
    }
}
