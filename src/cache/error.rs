//! What can go wrong with the cache. Lookups have no errors: see [`super::Lookup`].

/// Why the cache could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// The disk tier does not work now.
    #[error("the cache on disk is unavailable: {reason}; lookups go on without it")]
    DiskUnavailable {
        /// What is wrong with it.
        reason: String,
    },
    /// An invalidation holds in this process, but is lost when it ends.
    #[error(
        "the invalidation is not saved: {reason}; it holds until Postwright ends, invalidate again \
         when the disk works"
    )]
    NotSaved {
        /// What is wrong with the disk tier.
        reason: String,
    },
    /// A thread could not be started.
    #[error("the cache's {name} thread cannot be started: {reason}")]
    Thread {
        /// What the thread is for.
        name: &'static str,
        /// What the system said.
        reason: String,
    },
}
