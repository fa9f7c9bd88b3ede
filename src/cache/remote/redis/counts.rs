//! What happened, in numbers.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Numbers since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RedisCounts {
    /// Keys that the server had.
    pub hits: u64,
    /// Keys that the server had not, the next two included.
    pub misses: u64,
    /// Keys under which something else than bytes was kept.
    pub wrong_type: u64,
    /// Values too long to take or to store.
    pub oversized: u64,
    /// Questions that were answered at once because there was no connection.
    pub unasked: u64,
    /// Questions given up after the whole timeout.
    pub late: u64,
    /// Questions that the connection, the server or the breaker failed within that time.
    pub failed: u64,
    /// Entries that the server confirmed.
    pub written: u64,
    /// Entries and invalidations that gave way to younger ones before they were sent, and
    /// invalidations that the server refused.
    pub dropped: u64,
    /// Entries that were sent, or about to be, and not confirmed.
    pub lost: u64,
    /// Connections made.
    pub connections: u64,
}

/// The counters behind [`RedisCounts`].
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub hits: Counter,
    pub misses: Counter,
    pub wrong_type: Counter,
    pub oversized: Counter,
    pub unasked: Counter,
    pub late: Counter,
    pub failed: Counter,
    pub written: Counter,
    pub dropped: Counter,
    pub lost: Counter,
    pub connections: Counter,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, count: usize) {
        self.0.fetch_add(count as u64, Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

impl Counters {
    pub fn read(&self) -> RedisCounts {
        RedisCounts {
            hits: self.hits.get(),
            misses: self.misses.get(),
            wrong_type: self.wrong_type.get(),
            oversized: self.oversized.get(),
            unasked: self.unasked.get(),
            late: self.late.get(),
            failed: self.failed.get(),
            written: self.written.get(),
            dropped: self.dropped.get(),
            lost: self.lost.get(),
            connections: self.connections.get(),
        }
    }
}
