//! Claims: one computation a key, however many need its value.

use std::sync::Arc;
use std::time::Duration;

use super::{Lookup, TieredCache};
use crate::cache::flight::{Joiner, Landing, Leader, Seat};
use crate::cache::key::Key;
use crate::cache::object::Object;
use crate::cache::stats::Tier;
use crate::cache::tags::{Marks, Stamp, Tag};

/// A value in flight, with what tells whether it is stale by the time it is taken.
#[derive(Debug, Clone)]
pub(super) struct Fresh<V> {
    value: V,
    stamp: Stamp,
    marks: Marks,
}

/// A failure that is kept.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    reason: Arc<str>,
    stamp: Stamp,
    marks: Marks,
    /// On the cache's clock.
    until: Duration,
}

/// The part of one who needs the value of a key.
///
/// Who holds leads and joins ends the leads before waiting for a join: two who wait for each
/// other's leads, or one who asks for a key twice, would wait for ever.
#[derive(Debug)]
pub enum Claim<V: Object> {
    /// The value is there, in this tier.
    Hit(V, Tier),
    /// The claimant computes it, from what it reads after claiming.
    Lead(Lead<V>),
    /// Another computes it.
    Join(Join<V>),
    /// It could not be computed a short time ago, and cannot be now.
    Failed(Arc<str>),
}

/// What came of a join.
#[derive(Debug)]
pub enum Outcome<V: Object> {
    /// The other's value.
    Value(V),
    /// The other gave up, or its value was invalidated: it is this one's to compute.
    Lead(Lead<V>),
    /// The other failed, and why.
    Failed(Arc<str>),
}

/// The duty to compute a value. Dropping it hands over to one who joined.
#[derive(Debug)]
pub struct Lead<V: Object> {
    cache: TieredCache<V>,
    /// `None` once it has ended.
    leader: Option<Leader<Fresh<V>>>,
    key: Key,
    stamp: Stamp,
}

/// The right to a value that another computes. Dropping it gives it up.
#[derive(Debug)]
pub struct Join<V: Object> {
    cache: TieredCache<V>,
    joiner: Joiner<Fresh<V>>,
}

impl<V: Object> TieredCache<V> {
    /// The part of the caller for each of `keys`, in their order. Blocks on the disk and the remote
    /// tier for keys that no other computes, never on another's computation.
    #[must_use]
    pub fn claim_many(&self, keys: &[Key]) -> Vec<Claim<V>> {
        let mut claims: Vec<Claim<V>> = keys.iter().map(|k| self.claim_in_memory(*k)).collect();
        let is_led = |claim: &Claim<V>| matches!(claim, Claim::Lead(_));
        let led = keys.iter().zip(&claims).filter(|(_, c)| is_led(c));
        let led: Vec<Key> = led.map(|(k, _)| *k).collect();
        let found = self.look_below(&led);
        for (claim, found) in claims.iter_mut().filter(|c| is_led(c)).zip(found) {
            let Lookup::Hit { value, tier, .. } = found else {
                continue;
            };
            if let Claim::Lead(lead) = std::mem::replace(claim, Claim::Hit(value, tier)) {
                // Where memory had no room for it, one who joined leads.
                drop(lead.found());
            }
        }
        claims
    }

    fn claim_in_memory(&self, key: Key) -> Claim<V> {
        let inner = &*self.0;
        if let Some(value) = self.memory_hit(&key).and_then(Lookup::hit) {
            return Claim::Hit(value, Tier::Memory);
        }
        if let Some(reason) = self.failure(&key) {
            return Claim::Failed(reason);
        }
        match inner.flights.board(key) {
            Seat::Join(joiner) => {
                inner.recorder.joined(key.kind());
                let cache = self.clone();
                Claim::Join(Join { cache, joiner })
            }
            Seat::Lead(leader) => {
                let lead = self.lead(leader);
                // The last leader may have put its value between the lookup and the boarding.
                match lead.found() {
                    Ok(value) => Claim::Hit(value, Tier::Memory),
                    Err(lead) => Claim::Lead(lead),
                }
            }
        }
    }

    fn lead(&self, leader: Leader<Fresh<V>>) -> Lead<V> {
        Lead {
            cache: self.clone(),
            key: *leader.key(),
            leader: Some(leader),
            stamp: self.0.tags.now(),
        }
    }

    fn failure(&self, key: &Key) -> Option<Arc<str>> {
        let inner = &*self.0;
        let failure = inner.failures.get(key)?;
        let is_kept = inner.parts.clock.now() < failure.until
            && inner.tags.is_current(failure.stamp, &failure.marks);
        if is_kept {
            return Some(failure.reason);
        }
        inner.failures.remove(key);
        None
    }
}

impl<V: Object> Lead<V> {
    /// What is to be computed.
    #[must_use]
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// Keeps the value, which took `cost` to compute, under `tags`, and gives it to those who
    /// joined. False where a tag was invalidated since the claim: then the value is not kept, and
    /// one who joined computes anew.
    pub fn fulfil(mut self, value: V, cost: Duration, tags: &[Tag]) -> bool {
        let (stamp, key) = (self.stamp, self.key);
        let kept = self.cache.store(stamp, key, value.clone(), cost, tags);
        let Some(marks) = kept else {
            return false;
        };
        self.finish(Fresh {
            value,
            stamp,
            marks,
        });
        true
    }

    fn finish(&mut self, fresh: Fresh<V>) {
        if let Some(leader) = self.leader.take() {
            leader.finish(Ok(fresh));
        }
    }

    /// Gives the error to those who joined. It is not kept.
    pub fn fail(mut self, reason: impl Into<Arc<str>>) {
        self.end_with_failure(reason.into());
    }

    /// Gives the error to those who joined and to those who claim the key within `lifetime`, unless
    /// one of `tags` is invalidated: for what would fail again.
    pub fn fail_for(mut self, reason: impl Into<Arc<str>>, lifetime: Duration, tags: &[Tag]) {
        let reason: Arc<str> = reason.into();
        let inner = &*self.cache.0;
        let failure = Failure {
            reason: reason.clone(),
            stamp: self.stamp,
            marks: inner.tags.resolve(tags),
            until: inner.parts.clock.now().saturating_add(lifetime),
        };
        inner.failures.insert(self.key, failure);
        self.end_with_failure(reason);
    }

    fn end_with_failure(&mut self, reason: Arc<str>) {
        self.cache.0.recorder.failed(self.key.kind());
        if let Some(leader) = self.leader.take() {
            leader.finish(Err(reason));
        }
    }

    /// Ends the lead with the value that memory has after all; gives it back where it has none.
    fn found(mut self) -> Result<V, Self> {
        let inner = &*self.cache.0;
        let now = inner.parts.wall.seconds();
        let Ok(held) = inner.memory.get(&self.key, now) else {
            return Err(self);
        };
        self.finish(Fresh {
            value: held.value.clone(),
            stamp: held.label.stamp,
            marks: held.marks.clone(),
        });
        Ok(held.value.clone())
    }
}

impl<V: Object> Drop for Lead<V> {
    fn drop(&mut self) {
        if let Some(leader) = self.leader.take()
            && leader.hand_over()
        {
            self.cache.0.recorder.handed_over(self.key.kind());
        }
    }
}

impl<V: Object> Join<V> {
    /// What is waited for.
    #[must_use]
    pub const fn key(&self) -> &Key {
        self.joiner.key()
    }

    /// Waits until the other has ended.
    #[must_use]
    pub fn wait(self) -> Outcome<V> {
        let mut join = self;
        loop {
            match join.wait_for(None) {
                Ok(outcome) => return outcome,
                // Without a time to wait it comes back only to wait for the next leader.
                Err(again) => join = again,
            }
        }
    }

    /// Waits at most so long; gives the join back where nothing came of it yet. A caller that can
    /// be cancelled waits in short steps and drops the join to give up.
    ///
    /// # Errors
    ///
    /// With the join, to be waited for again.
    pub fn wait_timeout(self, timeout: Duration) -> Result<Outcome<V>, Self> {
        self.wait_for(Some(timeout))
    }

    fn wait_for(self, timeout: Option<Duration>) -> Result<Outcome<V>, Self> {
        let Self { cache, joiner } = self;
        let key = *joiner.key();
        let landing = match joiner.wait(timeout) {
            Ok(landing) => landing,
            Err(joiner) => return Err(Self { cache, joiner }),
        };
        match landing {
            Landing::Value(fresh) if cache.0.tags.is_current(fresh.stamp, &fresh.marks) => {
                Ok(Outcome::Value(fresh.value))
            }
            // It landed a while ago and was invalidated since.
            Landing::Value(_) => match cache.claim_in_memory(key) {
                Claim::Hit(value, _) => Ok(Outcome::Value(value)),
                Claim::Lead(lead) => Ok(Outcome::Lead(lead)),
                Claim::Join(join) => Err(join),
                Claim::Failed(reason) => Ok(Outcome::Failed(reason)),
            },
            Landing::Lead(leader) => Ok(Outcome::Lead(cache.lead(leader))),
            Landing::Failed(reason) => Ok(Outcome::Failed(reason)),
        }
    }
}
