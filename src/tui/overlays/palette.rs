//! The command palette: every command of the panes by its name.

use crossterm::event::KeyEvent;

use super::super::command::{Command, Entry, TABLE};
use super::{Answer, LineInput, moved, moved_by};

/// What was typed, and what of the table fits it.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    input: LineInput,
    /// Indices into the table, the best first.
    found: Vec<usize>,
    selected: usize,
}

impl Default for Palette {
    fn default() -> Self {
        let mut palette = Self {
            input: LineInput::default(),
            found: Vec::new(),
            selected: 0,
        };
        palette.look();
        palette
    }
}

impl Palette {
    /// What was typed.
    #[must_use]
    pub fn input(&self) -> &LineInput {
        &self.input
    }

    /// The commands that fit, the best first, and the index of the selected one.
    pub fn found(&self) -> (impl ExactSizeIterator<Item = &'static Entry> + '_, usize) {
        (self.found.iter().map(|i| &TABLE[*i]), self.selected)
    }

    pub(super) fn update(&mut self, command: Command) -> Answer {
        match command {
            Command::Close => return Answer::Close,
            Command::Choose => {
                let chosen = self.found.get(self.selected);
                return chosen.map_or(Answer::Stay, |i| Answer::Run(TABLE[*i].command));
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
        let mut found: Vec<(usize, usize)> = TABLE
            .iter()
            .enumerate()
            // The others are of no use without the overlay that they belong to.
            .filter(|(_, e)| e.context.is_of_panes())
            .filter_map(|(i, e)| Some((rank(&wanted, e)?, i)))
            .collect();
        found.sort_unstable();
        self.found = found.into_iter().map(|(_, i)| i).collect();
        self.selected = 0;
    }
}

/// How well an entry fits, lower is better: at the start of its name, within it, within its help,
/// or with its letters scattered over the name in order.
fn rank(wanted: &str, entry: &Entry) -> Option<usize> {
    let name = entry.name;
    if name.starts_with(wanted) {
        Some(0)
    } else if name.contains(wanted) {
        Some(1)
    } else if entry.help.contains(wanted) {
        Some(2)
    } else {
        let mut rest = name.chars();
        let scattered = wanted
            .chars()
            .filter(|c| !c.is_whitespace())
            .all(|c| rest.any(|r| r == c));
        scattered.then_some(3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(typed: &str) -> Option<&'static str> {
        let mut palette = Palette::default();
        palette.insert(typed);
        let (mut found, _) = palette.found();
        found.next().map(|e| e.name)
    }

    #[test]
    fn finds_by_name_help_and_letters() {
        assert_eq!(first("save-as"), Some("save-as"));
        assert_eq!(first("screen reader"), Some("spoken-preview"));
        assert_eq!(first("prvw"), Some("preview"));
        assert_eq!(first("no such thing"), None);
        assert_eq!(
            first("quitting-discard"),
            None,
            "an answer without its question"
        );
        let of_panes = TABLE.iter().filter(|e| e.context.is_of_panes()).count();
        assert_eq!(Palette::default().found().0.len(), of_panes);
    }

    #[test]
    fn enter_runs_what_is_selected() {
        let mut palette = Palette::default();
        palette.insert("zoom");
        assert_eq!(palette.update(Command::Choose), Answer::Run(Command::Zoom));
        palette.insert("zzzz");
        assert_eq!(palette.update(Command::Choose), Answer::Stay);
    }
}
