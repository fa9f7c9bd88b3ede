//! Entanglement of open documents: a paragraph is part of its post, so that what was told of the
//! post as a whole goes at once when a paragraph changes, and what was told of others stays.
//!
//! Values have the content they were computed from in their keys, so none is ever served for
//! another text; what was superseded would only take room until it is the oldest.

use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::cache::{Entanglement, EntanglementStats, Level, Node, Tag, TieredCache};
use crate::post::Post;

use super::object::Object;

/// The open documents of one engine.
pub(super) struct Documents {
    edges: Entanglement<Object>,
    /// Tells this engine's documents from those of others.
    session: String,
    /// The paragraphs of each document as last seen.
    seen: Mutex<FxHashMap<u64, FxHashSet<Node>>>,
}

impl Documents {
    pub(super) fn new(cache: TieredCache<Object>, is_on: bool) -> Self {
        let edges = Entanglement::new(cache);
        edges.switch(is_on);
        let started = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let started = started.map_or(0, |t| t.as_micros());
        Self {
            edges,
            session: format!("{:x}-{started:x}", std::process::id()),
            seen: Mutex::default(),
        }
    }

    fn node(&self, document: u64) -> Node {
        Node::new(Level::Post, format!("{}/{document}", self.session))
    }

    /// The tag of what is told of a document as a whole.
    pub(super) fn tag(&self, document: u64) -> Tag {
        self.node(document).tag().clone()
    }

    /// Takes note of a document's text: what was told of it as a whole goes where it has changed.
    pub(super) fn see(&self, document: u64, post: &Post) {
        let node = self.node(document);
        let paragraph = |text: &str| {
            let hash = blake3::hash(text.as_bytes()).to_hex();
            Node::new(
                Level::Paragraph,
                format!("{}/{document}/{}", self.session, &hash[..16]),
            )
        };
        let lines = post.lines().iter().map(|l| l.span.of(post.text()));
        let now: FxHashSet<Node> = lines.map(paragraph).collect();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = seen.insert(document, now.clone()).unwrap_or_default();
        drop(seen);
        if before == now {
            return;
        }
        // A kill may undo it: then what was superseded stays until it is the oldest.
        let gone: Vec<&Node> = before.difference(&now).collect();
        for paragraph in &gone {
            self.edges.changed(paragraph).detach();
        }
        if gone.is_empty() && !before.is_empty() {
            self.edges.changed(&node).detach();
        }
        let now: Vec<Node> = now.into_iter().collect();
        if let Err(error) = self.edges.declare(&node, &now) {
            tracing::error!("entanglement: {error}");
        }
    }

    /// What it did.
    pub(super) fn stats(&self) -> EntanglementStats {
        self.edges.stats()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::analysis::Part;
    use crate::cache::{CacheSettings, Kind, Parts, Scope};
    use crate::engine::object::PostReading;

    #[test]
    fn a_change_drops_what_was_told_of_its_post_and_spares_others() {
        let cache = TieredCache::open(CacheSettings::default(), Parts::system()).unwrap();
        let documents = Documents::new(cache.clone(), true);
        let scope = Scope::new(Kind::Post, 1, b"", b"");
        let put = |document: u64, text: &str| {
            documents.see(document, &Post::new(text));
            let reading = PostReading {
                language: Part::Omitted,
                keywords: Part::Omitted,
            };
            let value = Object::Post(Arc::new(reading));
            let key = scope.key(text.as_bytes());
            cache.put(key, value, Duration::ZERO, &[documents.tag(document)]);
            key
        };
        let first = put(1, "One.\nTwo.");
        let other = put(2, "One.\nTwo.\nThree.");
        documents.see(1, &Post::new("One.\nTwo."));
        assert!(cache.peek_memory(&first).is_some(), "nothing has changed");
        let second = put(1, "One.\nTwo changed.");
        assert!(cache.peek_memory(&first).is_none());
        assert!(cache.peek_memory(&second).is_some());
        // A paragraph more changes the post, too.
        documents.see(1, &Post::new("One.\nTwo changed.\nMore."));
        assert!(cache.peek_memory(&second).is_none());
        assert!(cache.peek_memory(&other).is_some());
        assert!(documents.stats().changes >= 2 && documents.stats().is_on);
    }
}
