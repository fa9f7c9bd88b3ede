//! Templates, hooks and calls to action, to be put into the post.

use std::collections::BTreeMap;

use crossterm::event::KeyEvent;

use crate::templates::{Library, Problem, Text};

use super::super::command::Command;
use super::{Answer, LineInput, moved, moved_by};

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shelf {
    items: Vec<Item>,
}

impl Shelf {
    /// What a library holds, and what of the writer's folder could not be used.
    #[must_use]
    pub fn new(library: &Library, problems: &[Problem]) -> Self {
        let problems = problems.iter().map(|problem| Item {
            group: Group::Problems,
            name: in_short(problem),
            about: String::new(),
            text: problem.to_string(),
        });
        let templates = library.templates.values().map(|t| {
            let title = Some(&t.title).filter(|title| **title != t.name);
            let about = title.into_iter().chain(Some(&t.description));
            let about: Vec<&str> = about
                .map(String::as_str)
                .filter(|a| !a.is_empty())
                .collect();
            let about = about.join(" · ");
            item(Group::Templates, &t.name, about, &t.text)
        });
        let hooks = library.hooks.values();
        let hooks = hooks.map(|h| item(Group::Hooks, &h.name, h.kind.to_string(), &h.text));
        let calls = library.calls.values();
        let calls = calls.map(|c| item(Group::Calls, &c.name, c.kind.to_string(), &c.text));
        Self {
            items: problems
                .chain(templates)
                .chain(hooks)
                .chain(calls)
                .collect(),
        }
    }
}

/// What an item is, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Problems,
    Templates,
    Hooks,
    Calls,
}

impl Group {
    /// What stands over its rows.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Problems => "Not read",
            Self::Templates => "Templates",
            Self::Hooks => "Hooks",
            Self::Calls => "Calls to action",
        }
    }
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub group: Group,
    pub name: String,
    /// What it is for.
    pub about: String,
    /// What is put in, with its blanks; of a problem, all that is known.
    pub text: String,
}

fn item(group: Group, name: &str, about: String, text: &Text) -> Item {
    Item {
        group,
        name: name.to_owned(),
        about,
        text: text.draft(&BTreeMap::new()).text,
    }
}

/// A problem on one line: the file without its folder, the line, what is wrong, what to do.
fn in_short(problem: &Problem) -> String {
    let (path, rest) = match problem {
        Problem::Read { path, source } => (path, format!("cannot read it: {source}")),
        Problem::Refused {
            path,
            message,
            remedy,
        } => (path, format!("{message}: {remedy}")),
        Problem::Invalid {
            path,
            line,
            message,
            remedy,
            ..
        } => (path, format!("line {line}: {message}: {remedy}")),
    };
    let name = path.file_name().unwrap_or(path.as_os_str());
    format!("✗ {}: {rest}", name.to_string_lossy())
}

/// What is to be put into the post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Insert {
    /// A whole post.
    Post(String),
    /// An opening.
    Hook(String),
    /// A call to action.
    Call(String),
}

/// What there is, what was typed, and what fits that.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TemplateList {
    /// `None` until the files were read.
    shelf: Option<Shelf>,
    input: LineInput,
    /// Indices of items, by group and the best first.
    found: Vec<usize>,
    selected: usize,
}

impl TemplateList {
    /// Shows what was read. The first of what can be put in is chosen.
    pub fn show(&mut self, shelf: Shelf) {
        self.shelf = Some(shelf);
        self.look();
    }

    /// What was typed.
    #[must_use]
    pub fn input(&self) -> &LineInput {
        &self.input
    }

    /// Whether the files are still being read.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.shelf.is_none()
    }

    /// The items that fit, and the index of the chosen one.
    pub fn found(&self) -> (impl ExactSizeIterator<Item = &Item> + '_, usize) {
        let items = self.shelf.as_ref().map_or(&[][..], |s| s.items.as_slice());
        (self.found.iter().map(|i| &items[*i]), self.selected)
    }

    /// The chosen item.
    #[must_use]
    pub fn chosen(&self) -> Option<&Item> {
        let (mut found, selected) = self.found();
        found.nth(selected)
    }

    pub(super) fn update(&mut self, command: Command) -> Answer {
        match command {
            Command::Close => return Answer::Close,
            Command::Choose => {
                let Some(item) = self.chosen() else {
                    return Answer::Stay;
                };
                let text = item.text.clone();
                return match item.group {
                    Group::Problems => Answer::ShowProblem(text),
                    Group::Templates => Answer::Insert(Insert::Post(text)),
                    Group::Hooks => Answer::Insert(Insert::Hook(text)),
                    Group::Calls => Answer::Insert(Insert::Call(text)),
                };
            }
            command if self.input.update(command) => self.look(),
            command => self.selected = moved(self.selected, command, self.found.len()),
        }
        Answer::Stay
    }

    pub(super) fn key(&mut self, key: KeyEvent) -> Answer {
        if self.input.key(key) {
            self.look();
        }
        Answer::Stay
    }

    pub(super) fn insert(&mut self, text: &str) {
        self.input.insert(text);
        self.look();
    }

    pub(super) fn select_by(&mut self, by: isize) {
        self.selected = moved_by(self.selected, by, self.found.len());
    }

    fn look(&mut self) {
        let wanted = self.input.text().to_lowercase();
        let items = self.shelf.as_ref().map_or(&[][..], |s| s.items.as_slice());
        let ranked = items.iter().enumerate();
        let ranked = ranked.filter_map(|(i, item)| Some((item.group, rank(&wanted, item)?, i)));
        let mut ranked: Vec<(Group, usize, usize)> = ranked.collect();
        ranked.sort_unstable();
        // What fits best is chosen, in whichever group it stands.
        let rows = ranked.iter().enumerate();
        let best = rows.min_by_key(|(_, (group, rank, _))| (*group == Group::Problems, *rank));
        self.selected = best.map_or(0, |(row, _)| row);
        self.found = ranked.into_iter().map(|(_, _, i)| i).collect();
    }
}

/// How well an item fits, lower is better: at the start of its name, within it, in what it is for,
/// or in its text.
fn rank(wanted: &str, item: &Item) -> Option<usize> {
    let name = item.name.to_lowercase();
    if name.starts_with(wanted) {
        Some(0)
    } else if name.contains(wanted) {
        Some(1)
    } else if item.about.to_lowercase().contains(wanted) {
        Some(2)
    } else {
        let is_there = item.text.to_lowercase().contains(wanted);
        is_there.then_some(3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(files: &[(&str, &str)]) -> (tempfile::TempDir, TemplateList) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let (library, problems) = Library::read(Some(folder.path()));
        let mut list = TemplateList::default();
        list.show(Shelf::new(&library, &problems));
        (folder, list)
    }

    #[test]
    fn groups_stand_together_and_typing_filters() {
        let (_folder, mut list) = list(&[("mine.md", "Hello {{who}}, zebra.\n")]);
        let groups: Vec<Group> = list.found().0.map(|i| i.group).collect();
        assert!(groups.is_sorted(), "{groups:?}");
        for group in [Group::Templates, Group::Hooks, Group::Calls] {
            assert!(groups.contains(&group), "{group:?}");
        }
        list.insert("zebra");
        assert_eq!(list.found().0.len(), 1, "found by its text");
        let post = Insert::Post("Hello [who], zebra.\n".into());
        assert_eq!(list.update(Command::Choose), Answer::Insert(post));
        list.update(Command::EraseAll);
        list.insert("the bill");
        assert!(matches!(
            list.update(Command::Choose),
            Answer::Insert(Insert::Hook(_))
        ));
        list.insert("no such thing");
        assert_eq!(list.update(Command::Choose), Answer::Stay);
        list.update(Command::EraseAll);
        assert!(list.found().0.len() > 20);
    }

    #[test]
    fn problems_are_rows_with_file_line_and_remedy() {
        let (_folder, mut list) = list(&[("bad.md", "One\n{{two\n")]);
        let (mut found, selected) = list.found();
        let first = found.next().unwrap();
        assert_eq!(first.group, Group::Problems);
        let told = "✗ bad.md: line 2: `{{` is not closed: write `}}`";
        assert!(first.name.starts_with(told), "{}", first.name);
        assert_eq!(selected, 1, "what can be put in is chosen first");
        drop(found);
        list.select_by(-1);
        let Answer::ShowProblem(text) = list.update(Command::Choose) else {
            panic!("no page");
        };
        assert!(
            text.contains("bad.md:2:1") && text.contains("help: "),
            "{text}"
        );
    }
}
