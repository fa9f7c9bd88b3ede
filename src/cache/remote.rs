//! What the tier that several machines share has to offer.

#[cfg(feature = "redis")]
pub mod redis;

use std::time::Duration;

use super::key::Key;
use super::tags::Tag;

/// Why the remote tier gave no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteError {
    /// It was asked and holds none.
    #[error("the remote cache has no entry under this key")]
    Miss,
    /// It could not be asked, and why: no connection, a timeout, an open breaker.
    #[error("the remote cache cannot be asked: {0}")]
    Unavailable(String),
}

/// What several machines share. Synchronous; an implementation keeps its own timeout.
///
/// The bytes are sealed: they carry their checksum, expiry, tags and stamp, which the caller checks.
/// An implementation stores them as they are. A key is asked for by [`Key::as_bytes`].
pub trait RemoteTier: Send + Sync {
    /// One answer a key, in the order of `keys`, in one round trip.
    fn get(&self, keys: &[Key]) -> Vec<Result<Vec<u8>, RemoteError>>;

    /// Stores entries, each for a time to live. Best effort; never blocks.
    fn put(&self, entries: Vec<(Key, Vec<u8>, Duration)>);

    /// Tells other machines that entries under `tags` that are older than `generation`
    /// (microseconds since 1970, below 2^53) are stale; a tag's generation only grows. Best effort;
    /// never blocks. A tier that shares no invalidations ignores it.
    fn invalidate(&self, tags: &[Tag], generation: u64) {
        let _ = (tags, generation);
    }

    /// The tags with a generation above `since`, as [`Self::invalidate`] was told on any machine.
    /// A tier that shares no invalidations has none.
    ///
    /// # Errors
    ///
    /// When it cannot be asked.
    fn invalidated_since(&self, since: u64) -> Result<Vec<(Tag, u64)>, RemoteError> {
        let _ = since;
        Ok(Vec::new())
    }

    /// Where it is, for people, such as `redis://10.0.0.5:6379/0`, without a password.
    fn name(&self) -> String;
}
