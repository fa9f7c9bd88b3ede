//! The latest known revision of each document, shared between queues and whatever runs.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Version;
use super::sync::{Mutex, lock};

#[derive(Debug)]
struct Entry {
    revision: u64,
    /// Work of the document that waits or runs.
    live: usize,
    /// When a revision was last told, in calls.
    told: u64,
}

#[derive(Debug, Default)]
struct Table {
    entries: FxHashMap<u64, Entry>,
    /// Entries without live work.
    idle: usize,
    calls: u64,
}

/// The latest revision of each document. Queues that share it supersede each other's work: their
/// own at once, that of others when its turn comes.
///
/// A document with work that waits or runs is always remembered; of the others only the `most`
/// that were told of last, so that the table is bounded.
#[derive(Debug)]
pub struct Revisions {
    table: Mutex<Table>,
    most: usize,
}

/// What a revision is beside those known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Newer than all; `live` where work of an older one waits or runs.
    Newest { live: bool },
    /// As new as the latest.
    Current,
    /// Older than the latest, which is given.
    Superseded(u64),
}

impl Revisions {
    /// An empty table; a `most` of 0 counts as 1.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            table: Mutex::new(Table::default()),
            most: most.max(1),
        }
    }

    /// Takes note of `version`.
    pub(super) fn tell(&self, version: Version) -> Standing {
        let mut table = lock(&self.table);
        table.calls += 1;
        let told = table.calls;
        if let Some(entry) = table.entries.get_mut(&version.document) {
            if version.revision < entry.revision {
                return Standing::Superseded(entry.revision);
            }
            entry.told = told;
            if version.revision == entry.revision {
                return Standing::Current;
            }
            entry.revision = version.revision;
            let live = entry.live > 0;
            return Standing::Newest { live };
        }
        let entry = Entry {
            revision: version.revision,
            live: 0,
            told,
        };
        table.entries.insert(version.document, entry);
        table.idle += 1;
        table.trim(self.most);
        Standing::Newest { live: false }
    }

    /// Whether a newer revision is known.
    #[must_use]
    pub fn is_superseded(&self, version: Version) -> bool {
        let table = lock(&self.table);
        let entry = table.entries.get(&version.document);
        entry.is_some_and(|e| e.revision > version.revision)
    }

    /// Counts work of `version`, which was just told, as live until the ticket is dropped.
    pub(super) fn enter(self: &Arc<Self>, version: Version) -> Ticket {
        let mut table = lock(&self.table);
        if let Some(entry) = table.entries.get_mut(&version.document) {
            entry.live += 1;
            table.idle -= usize::from(entry.live == 1);
        }
        drop(table);
        Ticket {
            revisions: self.clone(),
            version,
        }
    }
}

impl Table {
    /// Forgets those told longest ago of more than `most` idle documents. The one told last stays,
    /// since `most` is at least 1: its work is about to enter.
    fn trim(&mut self, most: usize) {
        while self.idle > most {
            let idle = self.entries.iter().filter(|(_, e)| e.live == 0);
            let oldest = idle.min_by_key(|(_, e)| e.told).map(|(d, _)| *d);
            if let Some(document) = oldest {
                self.entries.remove(&document);
            }
            self.idle -= 1;
        }
    }
}

/// Work of a document that waits or runs.
#[derive(Debug)]
pub(super) struct Ticket {
    revisions: Arc<Revisions>,
    version: Version,
}

impl Ticket {
    pub(super) fn is_superseded(&self) -> bool {
        self.revisions.is_superseded(self.version)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut table = lock(&self.revisions.table);
        if let Some(entry) = table.entries.get_mut(&self.version.document) {
            entry.live -= 1;
            table.idle += usize::from(entry.live == 0);
        }
        table.trim(self.revisions.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn version(document: u64, revision: u64) -> Version {
        Version { document, revision }
    }

    #[test]
    fn the_newest_revision_supersedes_the_others() {
        let revisions = Arc::new(Revisions::new(8));
        assert_eq!(
            revisions.tell(version(1, 5)),
            Standing::Newest { live: false }
        );
        let ticket = revisions.enter(version(1, 5));
        assert!(!ticket.is_superseded());
        assert_eq!(revisions.tell(version(1, 5)), Standing::Current);
        assert_eq!(revisions.tell(version(1, 4)), Standing::Superseded(5));
        assert_eq!(
            revisions.tell(version(2, 9)),
            Standing::Newest { live: false }
        );
        assert!(!ticket.is_superseded(), "another document's revision");
        assert_eq!(
            revisions.tell(version(1, 6)),
            Standing::Newest { live: true }
        );
        assert!(ticket.is_superseded());
        drop(ticket);
        assert_eq!(
            revisions.tell(version(1, 7)),
            Standing::Newest { live: false }
        );
    }

    #[test]
    fn idle_documents_are_forgotten_and_busy_ones_kept() {
        let revisions = Arc::new(Revisions::new(2));
        revisions.tell(version(0, 1));
        let tickets = [(); 2].map(|()| revisions.enter(version(0, 1)));
        for document in 1..=50 {
            revisions.tell(version(document, 7));
        }
        let known = |document| revisions.is_superseded(version(document, 0));
        let kept: Vec<u64> = (0..=50).filter(|d| known(*d)).collect();
        assert_eq!(kept, [0, 49, 50]);
        drop(tickets);
        assert!(!known(0), "idle, and told of longest ago");
        assert_eq!(lock(&revisions.table).entries.len(), 2);
        assert_eq!(lock(&revisions.table).idle, 2);
    }

    #[test]
    fn a_burst_of_busy_documents_leaves_no_more_than_the_idle_ones() {
        let revisions = Arc::new(Revisions::new(3));
        let tickets: Vec<_> = (0..100)
            .map(|document| {
                revisions.tell(version(document, 1));
                revisions.enter(version(document, 1))
            })
            .collect();
        assert_eq!(lock(&revisions.table).entries.len(), 100);
        drop(tickets);
        assert_eq!(lock(&revisions.table).entries.len(), 3);
    }
}
