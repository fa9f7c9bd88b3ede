//! Tags and their generations.
//!
//! A hybrid logical clock (Kulkarni et al. 2014) numbers events in microseconds since 1970 that
//! never go back. An entry is stamped when its computation begins; invalidating a tag gives the tag
//! a generation above every stamp so far. An entry is current while none of its tags has a
//! generation above its stamp. So an invalidation costs the same however many entries it hits, and
//! a value that was computed from what has changed meanwhile is stale at once.

use std::borrow::Borrow;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use serde::Serialize;
use wildmatch::WildMatch;

use super::envelope::Names;
use super::wall::Wall;

/// How far ahead of this machine's time a stamp of another may be, in microseconds.
const LARGEST_LEAD: u64 = 10_000_000;

/// A name that entries share, such as `draft:7` or `kind:sentence`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Tag(#[serde(serialize_with = "write_name")] Arc<str>);

fn write_name<S: serde::Serializer>(name: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(name)
}

impl Tag {
    /// The tag of this name. An entry with a tag above 65 535 bytes stays in memory.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Tag {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({})", self.0)
    }
}

/// When a computation began, on the cache's logical clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub(super) u64);

/// A known tag and its generation.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) tag: Tag,
    generation: AtomicU64,
}

impl Mark {
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }
}

/// The tags of an entry.
pub(super) type Marks = Arc<[Arc<Mark>]>;

/// Every tag that an entry carries or that was invalidated.
#[derive(Debug)]
pub(super) struct Tags {
    known: RwLock<Known>,
    /// The last event.
    clock: AtomicU64,
    /// The generation of every tag is at least this.
    floor: AtomicU64,
    /// Tags up to which none is forgotten.
    capacity: usize,
    wall: Wall,
}

#[derive(Debug)]
struct Known {
    marks: FxHashMap<Tag, Arc<Mark>>,
    /// Where forgetting is tried next: not at each new tag while all are carried by entries.
    limit: usize,
}

impl Tags {
    pub(super) fn new(capacity: usize, wall: Wall) -> Self {
        let capacity = capacity.max(1);
        let marks = FxHashMap::default();
        let limit = capacity;
        Self {
            known: RwLock::new(Known { marks, limit }),
            clock: AtomicU64::new(0),
            floor: AtomicU64::new(0),
            capacity,
            wall,
        }
    }

    /// The stamp of a computation that begins now.
    pub(super) fn now(&self) -> Stamp {
        let wall = self.wall.micros();
        Stamp(self.clock.fetch_max(wall, Ordering::AcqRel).max(wall))
    }

    /// A number above all so far.
    pub(super) fn next(&self) -> u64 {
        let wall = self.wall.micros();
        let above = |last: u64| Some(last.max(wall).saturating_add(1));
        let last = self
            .clock
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, above);
        // The closure always answers, so both arms hold the number before.
        last.unwrap_or_else(|last| last).max(wall).saturating_add(1)
    }

    /// Keeps the clock at or above a number from a file. It only grows.
    pub(super) fn witness(&self, event: u64) {
        self.clock.fetch_max(event, Ordering::AcqRel);
    }

    /// Keeps the clock at or above a number from another machine; false where that one's time is
    /// too far ahead to be believed.
    pub(super) fn witness_remote(&self, event: u64) -> bool {
        let is_near = event <= self.wall.micros().saturating_add(LARGEST_LEAD);
        if is_near {
            self.witness(event);
        }
        is_near
    }

    /// The last event.
    pub(super) fn clock(&self) -> u64 {
        self.clock.load(Ordering::Acquire)
    }

    pub(super) fn floor(&self) -> u64 {
        self.floor.load(Ordering::Acquire)
    }

    /// The marks of `tags`, which are known from now on.
    pub(super) fn resolve(&self, tags: &[Tag]) -> Marks {
        let found = self.find(tags.iter().map(Tag::name));
        found.unwrap_or_else(|| tags.iter().map(|t| self.mark(t)).collect())
    }

    /// The marks of the tags of these names, which are known from now on.
    pub(super) fn resolve_names(&self, names: Names<'_>) -> Marks {
        let found = self.find(names.iter());
        let mark = |name| self.mark(&Tag::new(name));
        found.unwrap_or_else(|| names.iter().map(mark).collect())
    }

    /// The marks of tags that are all known.
    fn find<'n>(&self, names: impl Iterator<Item = &'n str>) -> Option<Marks> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let found: Option<Vec<_>> = names.map(|n| known.marks.get(n).cloned()).collect();
        found.map(Into::into)
    }

    fn mark(&self, tag: &Tag) -> Arc<Mark> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(mark) = known.marks.get(tag) {
            return mark.clone();
        }
        if known.marks.len() >= known.limit {
            self.forget(&mut known.marks);
            known.limit = self.capacity.max(2 * known.marks.len());
        }
        let mark = Arc::new(Mark {
            tag: tag.clone(),
            generation: AtomicU64::new(0),
        });
        known.marks.insert(tag.clone(), mark.clone());
        mark
    }

    /// Makes room: drops the tags that no entry carries and, of those with a generation, the older
    /// half, whose generations the floor then stands for. So entries that are older than the floor
    /// become stale, needlessly but never wrongly.
    fn forget(&self, known: &mut FxHashMap<Tag, Arc<Mark>>) {
        let floor = self.floor();
        known.retain(|_, m| Arc::strong_count(m) > 1 || m.generation() > floor);
        let mut generations: Vec<u64> = known.values().map(|m| m.generation()).collect();
        generations.retain(|&g| g > floor);
        if known.len() < self.capacity || generations.is_empty() {
            return;
        }
        let middle = generations.len() / 2;
        let (_, &mut floor, _) = generations.select_nth_unstable(middle);
        self.raise_floor(floor);
        known.retain(|_, m| Arc::strong_count(m) > 1 || m.generation() > floor);
    }

    /// Whether what was stamped `stamp` and carries `marks` is not stale.
    pub(super) fn is_current(&self, stamp: Stamp, marks: &[Arc<Mark>]) -> bool {
        stamp.0 >= self.floor() && marks.iter().all(|m| stamp.0 >= m.generation())
    }

    /// Makes every entry with one of `tags` stale; answers with the generation and the marks.
    pub(super) fn invalidate(&self, tags: &[Tag]) -> (u64, Marks) {
        let marks = self.resolve(tags);
        let generation = self.next();
        for mark in marks.iter() {
            mark.generation.fetch_max(generation, Ordering::AcqRel);
        }
        (generation, marks)
    }

    /// Makes every entry stale and answers with the generation.
    pub(super) fn invalidate_all(&self) -> u64 {
        let generation = self.next();
        self.raise_floor(generation);
        generation
    }

    /// Takes over a generation from a file or another machine.
    pub(super) fn raise(&self, tag: &Tag, generation: u64) -> Arc<Mark> {
        let mark = self.mark(tag);
        mark.generation.fetch_max(generation, Ordering::AcqRel);
        mark
    }

    /// Makes every entry older than `floor` stale.
    pub(super) fn raise_floor(&self, floor: u64) {
        self.witness(floor);
        self.floor.fetch_max(floor, Ordering::AcqRel);
    }

    /// The known tags that match `pattern`, in which `*` stands for any characters and `?` for one.
    pub(super) fn matching(&self, pattern: &str) -> Vec<Tag> {
        let pattern = WildMatch::new(pattern);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let matching = known.marks.keys().filter(|t| pattern.matches(t.name()));
        matching.cloned().collect()
    }

    /// How many are known.
    pub(super) fn len(&self) -> usize {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.marks.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resilience::{Clock, Hand};
    use std::time::Duration;

    fn tags(capacity: usize) -> (Tags, Hand) {
        let (clock, hand) = Clock::manual();
        let wall = Wall::following(clock, Duration::from_secs(1000));
        (Tags::new(capacity, wall), hand)
    }

    #[test]
    fn only_entries_that_began_before_are_stale() {
        let (tags, hand) = tags(10);
        let [a, b] = ["a", "b"].map(Tag::new);
        let marks = tags.resolve(&[a.clone(), b.clone()]);
        let other = tags.resolve(std::slice::from_ref(&a));
        let before = tags.now();
        assert!(tags.is_current(before, &marks));
        // The clock stands still, yet the invalidation is later.
        tags.invalidate(std::slice::from_ref(&b));
        assert!(!tags.is_current(before, &marks));
        assert!(tags.is_current(before, &other), "has not that tag");
        let after = tags.now();
        assert!(tags.is_current(after, &marks));
        hand.advance(Duration::from_secs(1));
        tags.invalidate_all();
        assert!(!tags.is_current(after, &other));
        assert!(!tags.is_current(after, &[]));
        assert!(tags.is_current(tags.now(), &marks));
    }

    #[test]
    fn patterns_match_what_is_known() {
        let (tags, _) = tags(10);
        let names = ["kind:sentence/1", "kind:sentence/2", "kind:post/1"];
        tags.resolve(&names.map(Tag::new));
        let matching = |pattern| {
            let mut found = tags.matching(pattern);
            found.sort();
            found
        };
        assert_eq!(
            matching("kind:sentence/*"),
            [names[0], names[1]].map(Tag::new)
        );
        assert_eq!(matching("kind:*/1"), [names[2], names[0]].map(Tag::new));
        assert_eq!(matching("kind:?ost/1").len(), 1);
        assert_eq!(matching("sentence"), []);
    }

    #[test]
    fn forgotten_generations_make_more_stale_never_less() {
        let (tags, hand) = tags(8);
        let first = Tag::new("first");
        let old = tags.now();
        tags.invalidate(std::slice::from_ref(&first));
        for i in 0..100 {
            hand.advance(Duration::from_secs(1));
            tags.invalidate(&[Tag::new(format!("tag {i}"))]);
        }
        assert!(tags.len() <= 8);
        let marks = tags.resolve(&[first]);
        assert!(!tags.is_current(old, &marks));
        assert!(tags.is_current(tags.now(), &marks));
    }

    #[test]
    fn tags_in_use_and_never_invalidated_stay_known() {
        let (tags, _) = tags(4);
        let held: Vec<_> = (0..6)
            .map(|i| tags.resolve(&[Tag::new(format!("held {i}"))]))
            .collect();
        for i in 0..50 {
            tags.resolve(&[Tag::new(format!("idle {i}"))]);
        }
        assert_eq!(tags.matching("held *").len(), held.len());
        assert!(tags.len() <= 2 * held.len());
        assert_eq!(tags.floor(), 0);
    }

    #[test]
    fn the_clock_follows_files_and_near_machines_only() {
        let (tags, _) = tags(4);
        let now = tags.now().0;
        tags.witness(now + 5);
        assert_eq!(tags.now().0, now + 5);
        assert!(tags.witness_remote(now + 20));
        assert_eq!(tags.invalidate(&[]).0, now + 21);
        assert!(!tags.witness_remote(now + LARGEST_LEAD + 1));
        assert_eq!(tags.clock(), now + 21);
    }
}
