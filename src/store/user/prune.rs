//! Which versions go where there are too many.

use std::collections::{BTreeMap, BTreeSet};

use super::{Limits, VersionInfo};

/// The oldest of `infos` (which are oldest first) that are beyond the limit of a document, save those
/// with a name, the head and its nearest ancestors.
pub(super) fn beyond(infos: &[VersionInfo], head: u64, limits: Limits) -> BTreeSet<u64> {
    let parents = parents(infos);
    let parent_of = |id: &u64| parents.get(id).copied().flatten();
    let line = std::iter::successors(Some(head), parent_of);
    let line: BTreeSet<u64> = line.take(limits.line.saturating_add(1)).collect();
    let most = usize::try_from(limits.versions).unwrap_or(usize::MAX);
    let excess = infos.len().saturating_sub(most);
    let may_go = infos
        .iter()
        .filter(|i| i.name.is_none() && !line.contains(&i.id));
    may_go.take(excess).map(|i| i.id).collect()
}

/// Those of `infos` that may go where all documents together are too large, oldest first: none with a
/// name, neither the newest nor the head, and neither what `optimize --apply` replaced nor what it
/// wrote there.
pub(super) fn spare(infos: &[VersionInfo], head: u64) -> impl Iterator<Item = u64> {
    let newest = infos.last().map(|i| i.id);
    let applied = infos.iter().filter(|i| i.cause.is_applied());
    let of_applied = applied.flat_map(|i| i.parent.into_iter().chain([i.id]));
    let kept: BTreeSet<u64> = of_applied.chain(newest).chain([head]).collect();
    let unnamed = infos.iter().filter(|i| i.name.is_none()).map(|i| i.id);
    unnamed.filter(move |id| !kept.contains(id))
}

/// Those of `infos` that stay and have another parent once `gone` are gone: children of what goes are
/// its parent's then.
pub(super) fn moved(infos: Vec<VersionInfo>, gone: &BTreeSet<u64>) -> Vec<VersionInfo> {
    let parents = parents(&infos);
    let parent_of = |id: &u64| parents.get(id).copied().flatten();
    // The nearest ancestor that stays.
    let kept_above = |id: u64| {
        let mut above = std::iter::successors(parent_of(&id), parent_of);
        above.find(|id| !gone.contains(id))
    };
    infos
        .into_iter()
        .filter(|i| !gone.contains(&i.id))
        .filter(|i| i.parent.is_some_and(|p| gone.contains(&p)))
        .map(|info| VersionInfo {
            parent: kept_above(info.id),
            ..info
        })
        .collect()
}

fn parents(infos: &[VersionInfo]) -> BTreeMap<u64, Option<u64>> {
    infos.iter().map(|i| (i.id, i.parent)).collect()
}
