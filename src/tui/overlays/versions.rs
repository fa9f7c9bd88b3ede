//! The versions of the post as a tree, newest first.

mod clock;
mod compare;
mod graph;

use std::collections::BTreeMap;

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::store::user::{Cause, VersionInfo};

use super::super::command::Command;
use super::super::theme::Theme;
use super::super::units::counted;
use super::super::widgets::fit;
use super::{Answer, Ask, moved, moved_by};

pub use clock::Clock;
pub use compare::comparison_lines;

/// Columns of the widest tree that is drawn.
const MOST_TREE: usize = 17;
/// The score that rows tell.
const OVERALL: &str = "overall";

/// What is known of the versions of a post.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Versions {
    /// Oldest first.
    pub versions: Vec<VersionInfo>,
    /// The version that the next one will be made from.
    pub head: u64,
    /// How their times are told.
    pub clock: Clock,
    /// Versions that went, of all posts, since the writer was told.
    pub dropped: u64,
}

/// What the list asks for and stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionAsk {
    GoBack(u64),
    Compare(u64, u64),
    Export,
}

/// The tree, with a selection.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VersionList {
    /// Newest first; `None` until the store was read.
    rows: Option<Vec<Row>>,
    /// Why the store could not be read, the last time it was asked.
    failure: Option<String>,
    selected: usize,
    /// The version that another one is to be compared with.
    marked: Option<u64>,
    clock: Clock,
    head: u64,
}

#[derive(Debug, Clone, PartialEq)]
struct Row {
    tree: String,
    version: VersionInfo,
    /// By how much its overall score is above that of the version it was made from.
    gain: Option<f64>,
}

impl VersionList {
    /// Shows what there is now. The same version stays chosen; in the beginning it is the head.
    pub fn show(&mut self, shown: Versions) {
        let is_first = self.rows.is_none();
        let chosen = match is_first {
            true => Some(shown.head),
            false => self.chosen().map(|version| version.id),
        };
        let mut versions = shown.versions;
        versions.reverse();
        let overall: BTreeMap<u64, f64> = versions
            .iter()
            .filter_map(|v| Some((v.id, *v.scores.get(OVERALL)?)))
            .collect();
        let gain = |v: &VersionInfo| Some(overall.get(&v.id)? - overall.get(&v.parent?)?);
        let trees = graph::graph(&versions, shown.head);
        let rows = trees.into_iter().zip(versions).map(|(tree, version)| Row {
            gain: gain(&version),
            tree,
            version,
        });
        let rows: Vec<Row> = rows.collect();
        let at = rows.iter().position(|row| Some(row.version.id) == chosen);
        self.selected = at
            .unwrap_or(self.selected)
            .min(rows.len().saturating_sub(1));
        self.marked = self.marked.filter(|id| is_among(&rows, *id));
        self.rows = Some(rows);
        self.failure = None;
        self.clock = shown.clock;
        self.head = shown.head;
    }

    /// Says why there is nothing to show; what was read before stays.
    pub fn fail(&mut self, reason: String) {
        self.failure = Some(reason);
    }

    /// Why there is nothing to show, where that is known.
    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.as_deref().filter(|_| self.rows.is_none())
    }

    /// How times are told.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    fn chosen(&self) -> Option<&VersionInfo> {
        let row = self.rows.as_ref()?.get(self.selected)?;
        Some(&row.version)
    }

    /// Carries out a command.
    pub(super) fn update(&mut self, command: Command) -> Answer {
        if command == Command::Close {
            return Answer::Close;
        }
        let Some(chosen) = self.chosen() else {
            return Answer::Stay;
        };
        let id = chosen.id;
        match command {
            Command::Choose => return Answer::Version(VersionAsk::GoBack(id)),
            Command::NameVersion => {
                let name = chosen.name.clone().unwrap_or_default();
                return Answer::Ask(Ask::VersionName(id), name);
            }
            Command::CompareVersions => match self.marked.take() {
                None => self.marked = Some(id),
                Some(marked) if marked == id => {}
                // The older one comes first, whichever was marked.
                Some(marked) => {
                    let ask = VersionAsk::Compare(marked.min(id), marked.max(id));
                    return Answer::Version(ask);
                }
            },
            Command::ExportVersions => return Answer::Version(VersionAsk::Export),
            _ => {
                let count = self.rows.as_ref().map_or(0, Vec::len);
                self.selected = moved(self.selected, command, count);
            }
        }
        Answer::Stay
    }

    pub(super) fn select_by(&mut self, by: isize) {
        let count = self.rows.as_ref().map_or(0, Vec::len);
        self.selected = moved_by(self.selected, by, count);
    }

    /// The index of the chosen row.
    pub(super) fn selected(&self) -> usize {
        self.selected
    }

    /// The version that is marked, for the frame.
    pub(super) fn marked(&self) -> Option<u64> {
        self.marked
    }

    /// How many there are, for the frame.
    pub(super) fn count(&self) -> String {
        match self.rows.as_ref().map(Vec::len) {
            None if self.failure.is_some() => "not read".to_owned(),
            None => "reading".to_owned(),
            Some(1) => "1 version".to_owned(),
            Some(n) => format!("{n} versions"),
        }
    }

    /// Whether it is known that there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.as_ref().is_some_and(Vec::is_empty)
    }

    /// A row a version: the tree, when, its score and by how much that rose, why, its name.
    pub(super) fn lines(&self, theme: &Theme) -> Vec<Line<'static>> {
        let rows = self.rows.iter().flatten();
        let wide = rows.clone().map(|row| row.tree.width()).max();
        let wide = wide.unwrap_or(0).min(MOST_TREE);
        let line = |row: &Row| {
            let version = &row.version;
            let tree = fit(&row.tree, wide);
            let fill = wide - tree.width();
            let mark = match self.marked == Some(version.id) {
                true => "*",
                false => " ",
            };
            let score = version.scores.get(OVERALL);
            let style = score.map_or(theme.faint, |s| theme.score(*s));
            let score = score.map_or("·".to_owned(), |s| format!("{s:.0}"));
            let (gain, gain_style) = match row.gain.map(f64::round) {
                Some(gain) if gain > 0.0 => (format!("{gain:+.0}"), theme.good),
                Some(gain) if gain < 0.0 => (format!("{gain:+.0}"), theme.error),
                Some(_) => ("=".to_owned(), theme.faint),
                None => (String::new(), theme.faint),
            };
            let name = version.name.as_ref();
            Line::from(vec![
                Span::styled(mark, theme.key),
                Span::raw(format!("{tree}{:fill$} ", "")),
                Span::styled(format!("{:<10} ", self.clock.told(version.at)), theme.faint),
                Span::raw(format!("{:>4}  {:<20}", version.id, cause(&version.cause))),
                Span::styled(format!("{score:>4}"), style),
                Span::styled(format!("{gain:>4}"), gain_style),
                Span::raw(name.map_or(String::new(), |name| format!("  “{name}”"))),
            ])
        };
        rows.map(line).collect()
    }
}

fn is_among(rows: &[Row], id: u64) -> bool {
    rows.iter().any(|row| row.version.id == id)
}

/// What the writer is told of so many versions that went because all texts together took too much.
#[must_use]
pub fn versions_dropped(count: u64) -> String {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    format!(
        "{} went: all took more than optimize.versions_bytes",
        counted(count, "old version")
    )
}

/// Why a version was kept, in a word or two.
#[must_use]
pub fn cause(cause: &Cause) -> String {
    match cause {
        Cause::Opened => "opened".to_owned(),
        Cause::Saved => "saved".to_owned(),
        Cause::Kept => "kept".to_owned(),
        Cause::Accepted { operator, edits: 1 } => format!("accepted {operator}"),
        Cause::Accepted { operator, edits } => format!("accepted {operator} ×{edits}"),
        Cause::Restored { from } => format!("back at {from}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(id: u64, parent: Option<u64>, overall: Option<f64>) -> VersionInfo {
        VersionInfo {
            id,
            parent,
            at: 0,
            cause: Cause::Saved,
            name: None,
            scores: overall
                .map(|o| (OVERALL.to_owned(), o))
                .into_iter()
                .collect(),
            bytes: 1,
        }
    }

    fn list() -> VersionList {
        let mut list = VersionList::default();
        list.show(Versions {
            versions: vec![
                version(1, None, Some(80.0)),
                version(2, Some(1), Some(84.6)),
                version(3, Some(1), None),
                version(4, Some(2), Some(83.9)),
            ],
            head: 3,
            ..Versions::default()
        });
        list
    }

    #[test]
    fn the_head_is_chosen_first_and_what_is_chosen_stays_so() {
        let mut list = list();
        assert_eq!(list.chosen().unwrap().id, 3);
        list.update(Command::ItemDown);
        assert_eq!(list.chosen().unwrap().id, 2);
        let mut versions = vec![version(2, None, None), version(3, Some(2), None)];
        versions.extend((5..9).map(|id| version(id, Some(3), None)));
        list.show(Versions {
            versions,
            ..Versions::default()
        });
        assert_eq!(list.chosen().unwrap().id, 2, "though others came");
        list.show(Versions::default());
        assert_eq!(list.update(Command::Choose), Answer::Stay);
        assert_eq!(list.update(Command::Close), Answer::Close);
    }

    #[test]
    fn gains_are_against_the_parent() {
        let list = list();
        let gains = list.rows.iter().flatten().map(|r| r.gain.map(f64::round));
        assert_eq!(
            gains.collect::<Vec<_>>(),
            [Some(-1.0), None, Some(5.0), None]
        );
    }

    #[test]
    fn two_marks_compare_the_older_with_the_newer() {
        let mut list = list();
        assert_eq!(list.update(Command::CompareVersions), Answer::Stay);
        assert_eq!(list.marked(), Some(3));
        assert_eq!(list.update(Command::CompareVersions), Answer::Stay);
        assert_eq!(list.marked(), None, "the same one again");
        list.update(Command::CompareVersions);
        list.update(Command::ItemDown);
        let asked = list.update(Command::CompareVersions);
        assert_eq!(asked, Answer::Version(VersionAsk::Compare(2, 3)));
    }
}
