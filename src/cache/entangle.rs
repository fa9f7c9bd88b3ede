//! Entanglement: what depends on what, declared, so that a change invalidates all of it at once.
//!
//! A sentence is part of paragraphs, a paragraph of posts, a post of reports. Each is a node with a
//! tag; a change of a node invalidates its tag and those of all it is part of, and spares its
//! siblings. Switched off, a change invalidates all that is connected to the node.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::object::Object;
use super::tags::Tag;
use super::tiered::{Invalidation, TieredCache};

/// How large a part of a document a node is, from small to large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A sentence.
    Sentence,
    /// A paragraph.
    Paragraph,
    /// A post.
    Post,
    /// A report.
    Report,
}

impl Level {
    const fn name(self) -> &'static str {
        match self {
            Self::Sentence => "sentence",
            Self::Paragraph => "paragraph",
            Self::Post => "post",
            Self::Report => "report",
        }
    }
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Node {
    level: Level,
    tag: Tag,
}

impl Node {
    /// The part of this name, such as `7/2` for the second paragraph of draft 7.
    #[must_use]
    pub fn new(level: Level, name: impl fmt::Display) -> Self {
        let tag = Tag::new(format!("{}:{name}", level.name()));
        Self { level, tag }
    }

    /// How large it is.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.level
    }

    /// The tag that entries which depend on it carry.
    #[must_use]
    pub const fn tag(&self) -> &Tag {
        &self.tag
    }
}

/// An edge that does not lead from a part to a larger one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{child} cannot be part of {parent}: a part is smaller than what it is part of")]
pub struct NotUpwards {
    /// The part.
    pub child: Tag,
    /// What it was to be part of.
    pub parent: Tag,
}

/// What entanglement did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct EntanglementStats {
    /// Whether it is on.
    pub is_on: bool,
    /// Nodes that are known.
    pub nodes: usize,
    /// Changes of nodes.
    pub changes: u64,
    /// Tags that changes invalidated.
    pub invalidated: u64,
    /// Tags that are connected to changed nodes and were not invalidated.
    pub spared: u64,
}

#[derive(Debug, Default)]
struct Edges {
    parents: FxHashSet<Node>,
    children: FxHashSet<Node>,
}

#[derive(Debug, Default)]
struct Graph {
    nodes: FxHashMap<Node, Edges>,
    stats: EntanglementStats,
}

/// The declared edges over a cache.
#[derive(Debug)]
pub struct Entanglement<V: Object> {
    cache: TieredCache<V>,
    graph: Mutex<Graph>,
}

impl<V: Object> Entanglement<V> {
    /// No edges yet, switched on.
    #[must_use]
    pub fn new(cache: TieredCache<V>) -> Self {
        let mut graph = Graph::default();
        graph.stats.is_on = true;
        let graph = Mutex::new(graph);
        Self { cache, graph }
    }

    /// Switches it on or off.
    pub fn switch(&self, on: bool) {
        self.with(|graph| graph.stats.is_on = on);
    }

    /// Declares all parts of `parent`, in the place of those declared before.
    ///
    /// # Errors
    ///
    /// When a part is not smaller than `parent`; then nothing is declared.
    pub fn declare(&self, parent: &Node, children: &[Node]) -> Result<(), NotUpwards> {
        if let Some(child) = children.iter().find(|c| c.level >= parent.level) {
            let (child, parent) = (child.tag.clone(), parent.tag.clone());
            return Err(NotUpwards { child, parent });
        }
        self.with(|graph| graph.declare(parent, children));
        Ok(())
    }

    /// Forgets `node` and the parts that are part of nothing else.
    pub fn forget(&self, node: &Node) {
        self.with(|graph| graph.forget(node));
    }

    /// Invalidates all that depends on `node`, which has changed. It holds in this process at
    /// once; wait for it so that it survives a kill.
    pub fn changed(&self, node: &Node) -> Invalidation {
        let tags = self.with(|graph| graph.changed(node));
        self.cache.invalidate_many(&tags)
    }

    /// What it did.
    #[must_use]
    pub fn stats(&self) -> EntanglementStats {
        self.with(|graph| EntanglementStats {
            nodes: graph.nodes.len(),
            ..graph.stats
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Graph) -> T) -> T {
        work(&mut self.graph.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Graph {
    fn declare(&mut self, parent: &Node, children: &[Node]) {
        let new: FxHashSet<Node> = children.iter().cloned().collect();
        for child in &new {
            let edges = self.nodes.entry(child.clone()).or_default();
            edges.parents.insert(parent.clone());
        }
        let edges = self.nodes.entry(parent.clone()).or_default();
        let old = std::mem::replace(&mut edges.children, new.clone());
        for child in old.difference(&new) {
            self.leave(child, parent);
        }
    }

    /// Takes `child` out of `parent`, and forgets it where it is part of nothing else.
    fn leave(&mut self, child: &Node, parent: &Node) {
        let Some(edges) = self.nodes.get_mut(child) else {
            return;
        };
        edges.parents.remove(parent);
        if edges.parents.is_empty() {
            self.forget(child);
        }
    }

    fn forget(&mut self, node: &Node) {
        let Some(edges) = self.nodes.remove(node) else {
            return;
        };
        for parent in &edges.parents {
            if let Some(edges) = self.nodes.get_mut(parent) {
                edges.children.remove(node);
            }
        }
        for child in &edges.children {
            self.leave(child, node);
        }
    }

    fn changed(&mut self, node: &Node) -> Vec<Tag> {
        let ancestors = self.reach(node, |edges| edges.parents.iter().collect());
        let connected = self.reach(node, |edges| {
            edges.parents.iter().chain(&edges.children).collect()
        });
        let hit = if self.stats.is_on {
            &ancestors
        } else {
            &connected
        };
        self.stats.changes += 1;
        self.stats.invalidated += hit.len() as u64;
        self.stats.spared += (connected.len() - hit.len()) as u64;
        hit.iter().map(|n| n.tag.clone()).collect()
    }

    /// `node` and all that is reached from it by `next`.
    fn reach<'g>(
        &'g self,
        node: &Node,
        next: impl Fn(&'g Edges) -> Vec<&'g Node>,
    ) -> FxHashSet<Node> {
        let mut reached = FxHashSet::from_iter([node.clone()]);
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            let Some(edges) = self.nodes.get(node) else {
                continue;
            };
            for node in next(edges) {
                if reached.insert(node.clone()) {
                    open.push(node);
                }
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests;
