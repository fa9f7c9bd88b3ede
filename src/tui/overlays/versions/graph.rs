//! The tree of versions in characters: a row a version, a column a branch.

use std::collections::BTreeSet;

use crate::store::user::VersionInfo;

/// What stands beside each of `versions`, newest first. Where branches part, the newer ones bend
/// into the row of the version that all were made from.
pub(super) fn graph(versions: &[VersionInfo], head: u64) -> Vec<String> {
    let known: BTreeSet<u64> = versions.iter().map(|v| v.id).collect();
    // The version that each column leads down to.
    let mut columns: Vec<Option<u64>> = Vec::new();
    let mut rows = Vec::new();
    for version in versions {
        let leads_here = |to: &Option<u64>| *to == Some(version.id);
        let own = columns.iter().position(leads_here);
        let own = own.or_else(|| columns.iter().position(Option::is_none));
        let own = own.unwrap_or_else(|| {
            columns.push(None);
            columns.len() - 1
        });
        let last = columns.iter().rposition(leads_here).unwrap_or(own);
        let mut row = String::new();
        for (at, to) in columns.iter().enumerate() {
            let is_crossed = own < at && at < last;
            row.push(match to {
                _ if at == own && version.id == head => '●',
                _ if at == own => '○',
                to if leads_here(to) && at == last => '╯',
                to if leads_here(to) => '┴',
                Some(_) if is_crossed => '┼',
                Some(_) => '│',
                None if is_crossed => '─',
                None => ' ',
            });
            row.push(if own <= at && at < last { '─' } else { ' ' });
        }
        rows.push(row.trim_end().to_owned());
        for to in columns.iter_mut().filter(|to| leads_here(to)) {
            *to = None;
        }
        // One that is kept no more leads nowhere.
        columns[own] = version.parent.filter(|parent| known.contains(parent));
        while columns.last() == Some(&None) {
            columns.pop();
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::user::Cause;
    use proptest::prelude::*;

    /// Of pairs of a version and its parent, newest first.
    fn drawn(pairs: &[(u64, Option<u64>)], head: u64) -> Vec<String> {
        let versions = pairs.iter().map(|(id, parent)| VersionInfo {
            id: *id,
            parent: *parent,
            at: 0,
            cause: Cause::Saved,
            name: None,
            scores: Default::default(),
            bytes: 0,
        });
        graph(&versions.collect::<Vec<_>>(), head)
    }

    #[test]
    fn a_line_is_a_column() {
        let line = [(3, Some(2)), (2, Some(1)), (1, None)];
        assert_eq!(drawn(&line, 3), ["●", "○", "○"]);
        assert!(drawn(&[], 0).is_empty());
    }

    #[test]
    fn branches_bend_into_what_they_were_made_from() {
        let tree = [
            (6, Some(4)),
            (5, Some(2)),
            (4, Some(2)),
            (3, Some(1)),
            (2, Some(1)),
            (1, None),
        ];
        assert_eq!(
            drawn(&tree, 5),
            ["○", "│ ●", "○ │", "│ │ ○", "○─╯ │", "○───╯"]
        );
    }

    #[test]
    fn several_branches_meet_in_one_row_and_cross_others() {
        let tree = [
            (6, Some(1)),
            (5, Some(2)),
            (4, Some(1)),
            (3, Some(1)),
            (2, None),
            (1, None),
        ];
        let wanted = ["○", "│ ○", "│ │ ○", "│ │ │ ○", "│ ○ │ │", "●───┴─╯"];
        assert_eq!(drawn(&tree, 1), wanted);
        let crossed = [
            (5, Some(2)),
            (4, Some(1)),
            (3, Some(2)),
            (2, None),
            (1, None),
        ];
        assert_eq!(drawn(&crossed, 0), ["○", "│ ○", "│ │ ○", "○─┼─╯", "  ○"]);
    }

    #[test]
    fn a_parent_that_is_gone_ends_its_column() {
        assert_eq!(drawn(&[(9, Some(8)), (7, Some(3))], 9), ["●", "○"]);
    }

    proptest! {
        #[test]
        fn every_version_has_one_mark(parents in prop::collection::vec(any::<prop::sample::Index>(), 0..20)) {
            let mut pairs: Vec<(u64, Option<u64>)> = vec![(0, None)];
            for (n, parent) in parents.iter().enumerate() {
                let id = n as u64 + 1;
                pairs.push((id, Some(parent.index(n + 1) as u64)));
            }
            pairs.reverse();
            let rows = drawn(&pairs, 0);
            prop_assert_eq!(rows.len(), pairs.len());
            for row in &rows {
                prop_assert_eq!(row.chars().filter(|c| "●○".contains(*c)).count(), 1, "{}", row);
            }
            // All columns have come together in the root.
            let root = rows.last().unwrap();
            prop_assert!(root.starts_with('●') && !root.contains('│'), "{}", root);
        }
    }
}
