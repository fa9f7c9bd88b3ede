//! Invalidations of other machines.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};

use super::invalidate::EVERYTHING;
use crate::cache::disk::Disk;
use crate::cache::error::CacheError;
use crate::cache::remote::RemoteTier;
use crate::cache::tags::Tags;

/// Reads invalidations now and then. Until that works, what the remote tier holds may be stale.
pub(super) struct Sync {
    reader: Arc<Reader>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Reader {
    remote: Arc<dyn RemoteTier>,
    tags: Arc<Tags>,
    disk: Option<Arc<Disk>>,
    /// The highest generation read.
    since: AtomicU64,
    obstacle: Mutex<Option<String>>,
}

impl Sync {
    /// Reads once, and then every so often on a thread.
    pub(super) fn start(
        remote: Arc<dyn RemoteTier>,
        tags: Arc<Tags>,
        disk: Option<Arc<Disk>>,
        every: Duration,
    ) -> Result<Self, CacheError> {
        let reader = Arc::new(Reader {
            remote,
            tags,
            disk,
            since: AtomicU64::new(0),
            obstacle: Mutex::new(None),
        });
        reader.read();
        let (stop, stopped) = bounded(0);
        let thread = {
            let reader = reader.clone();
            let name = thread::Builder::new().name("cache-sync".into());
            name.spawn(move || {
                while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(every) {
                    reader.read();
                }
            })
        };
        let thread = thread.map_err(|e| CacheError::Thread {
            name: "sync",
            reason: e.to_string(),
        })?;
        Ok(Self {
            reader,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Why the remote tier's entries cannot be trusted now.
    pub(super) fn obstacle(&self) -> Option<String> {
        let obstacle = self.reader.obstacle.lock();
        obstacle.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Sync {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that reads invalidations had ended with a panic");
        }
    }
}

impl Reader {
    fn read(&self) {
        let since = self.since.load(Ordering::Relaxed);
        let read = self.remote.invalidated_since(since);
        let mut obstacle = self.obstacle.lock().unwrap_or_else(PoisonError::into_inner);
        *obstacle = match read {
            Ok(generations) => {
                for (tag, generation) in generations {
                    self.since.fetch_max(generation, Ordering::Relaxed);
                    if tag.name() == EVERYTHING {
                        self.everything(generation);
                        continue;
                    }
                    let marks = self.tags.resolve(std::slice::from_ref(&tag));
                    let is_new = marks.iter().any(|m| m.generation() < generation);
                    if !is_new {
                        continue;
                    }
                    self.tags.witness_remote(generation);
                    self.tags.raise(&tag, generation);
                    if let Some(disk) = &self.disk {
                        disk.invalidate(marks, generation);
                    }
                }
                None
            }
            Err(e) => Some(format!("its invalidations cannot be read: {e}")),
        };
    }

    fn everything(&self, floor: u64) {
        if floor > self.tags.floor() {
            self.tags.raise_floor(floor);
            if let Some(disk) = &self.disk {
                drop(disk.clear(floor));
            }
        }
    }
}
