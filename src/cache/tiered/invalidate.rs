//! Invalidations.

use std::sync::Arc;

use super::TieredCache;
use crate::cache::disk::Disk;
use crate::cache::error::CacheError;
use crate::cache::object::Object;
use crate::cache::tags::{Stamp, Tag};

/// The name under which other machines are told that everything is invalid.
pub(super) const EVERYTHING: &str = "*";

/// An invalidation, which holds in this process already.
#[derive(Debug)]
#[must_use = "an invalidation survives a kill only once it was waited for"]
pub struct Invalidation(Option<Arc<Disk>>);

impl Invalidation {
    /// Waits until it is on disk, so that it survives a kill. Without a disk tier there is nothing
    /// to wait for.
    ///
    /// # Errors
    ///
    /// When it cannot be written now. It is written once the disk works again.
    pub fn wait(self) -> Result<(), CacheError> {
        let waited = self.0.map_or(Ok(()), |disk| disk.flush().wait());
        waited.map_err(|reason| CacheError::NotSaved { reason })
    }

    /// Does not wait: a kill before the next durable commit may undo it.
    pub fn detach(self) {}
}

impl<V: Object> TieredCache<V> {
    /// When a computation that begins now begins: an entry is stale once one of its tags was
    /// invalidated after its stamp.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        self.0.tags.now()
    }

    /// Makes every entry with `tag` stale at once, and waits until that is on disk.
    ///
    /// # Errors
    ///
    /// When it cannot be written now; it holds in this process all the same.
    pub fn invalidate(&self, tag: &Tag) -> Result<(), CacheError> {
        self.invalidate_many(std::slice::from_ref(tag)).wait()
    }

    /// Makes every entry with any of `tags` stale at once.
    pub fn invalidate_many(&self, tags: &[Tag]) -> Invalidation {
        let inner = &*self.0;
        let (generation, marks) = inner.tags.invalidate(tags);
        if let Some(remote) = &inner.parts.remote {
            remote.invalidate(tags, generation);
        }
        if let Some(disk) = &inner.disk {
            disk.invalidate(marks, generation);
        }
        Invalidation(inner.disk.clone())
    }

    /// Makes every entry stale that has a tag which matches `pattern`, in which `*` stands for any
    /// characters and `?` for one; answers with those tags.
    ///
    /// # Errors
    ///
    /// When it cannot be written now; it holds in this process all the same.
    pub fn invalidate_pattern(&self, pattern: &str) -> Result<Vec<Tag>, CacheError> {
        let seen = self.0.tags.now();
        let tags = self.0.tags.matching(pattern);
        let saved = self.invalidate_many(&tags);
        if let Some(disk) = &self.0.disk {
            disk.pattern(seen, self.0.tags.clock());
        }
        saved.wait()?;
        Ok(tags)
    }

    /// Makes every entry stale, and removes those in memory and on disk.
    ///
    /// # Errors
    ///
    /// When it cannot be written now; it holds in this process all the same.
    pub fn invalidate_all(&self) -> Result<(), CacheError> {
        let inner = &*self.0;
        let floor = inner.tags.invalidate_all();
        inner.memory.clear();
        inner.failures.clear();
        if let Some(remote) = &inner.parts.remote {
            remote.invalidate(&[Tag::new(EVERYTHING)], floor);
        }
        let cleared = inner
            .disk
            .as_ref()
            .map_or(Ok(()), |d| d.clear(floor).wait());
        cleared.map_err(|reason| CacheError::NotSaved { reason })
    }
}
