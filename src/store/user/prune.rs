//! Which versions of a document go where there are too many.

use std::collections::{BTreeMap, BTreeSet};

use super::{Limits, VersionInfo};

/// What changes in a tree that was too large.
#[derive(Debug, Default)]
pub(super) struct Pruned {
    /// The versions that go.
    pub(super) gone: Vec<u64>,
    /// Kept versions that have another parent now.
    pub(super) moved: Vec<VersionInfo>,
}

/// Lets the oldest of `infos` (which are oldest first) go until the limit is kept, save those with
/// a name, the head and its nearest ancestors. Children of what goes are its parent's then.
pub(super) fn prune(infos: Vec<VersionInfo>, head: u64, limits: Limits) -> Pruned {
    let parents: BTreeMap<u64, Option<u64>> = infos.iter().map(|i| (i.id, i.parent)).collect();
    let parent_of = |id: &u64| parents.get(id).copied().flatten();
    let line = std::iter::successors(Some(head), parent_of);
    let line: BTreeSet<u64> = line.take(limits.line.saturating_add(1)).collect();
    let most = usize::try_from(limits.versions).unwrap_or(usize::MAX);
    let excess = infos.len().saturating_sub(most);
    let may_go = infos
        .iter()
        .filter(|i| i.name.is_none() && !line.contains(&i.id));
    let gone: BTreeSet<u64> = may_go.take(excess).map(|i| i.id).collect();
    // The nearest ancestor that stays.
    let kept_above = |id: u64| {
        let mut above = std::iter::successors(parent_of(&id), parent_of);
        above.find(|id| !gone.contains(id))
    };
    let moved = infos
        .into_iter()
        .filter(|i| !gone.contains(&i.id))
        .filter(|i| i.parent.is_some_and(|p| gone.contains(&p)))
        .map(|info| VersionInfo {
            parent: kept_above(info.id),
            ..info
        })
        .collect();
    Pruned {
        gone: gone.into_iter().collect(),
        moved,
    }
}
