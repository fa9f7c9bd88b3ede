//! Which pane has the focus.

use super::command::{Command, Place};

/// The four panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    #[default]
    Editor,
    Results,
    Cache,
    Monitor,
}

impl Focus {
    /// All panes, in the order of Tab.
    pub const ALL: [Self; 4] = [Self::Editor, Self::Results, Self::Cache, Self::Monitor];

    /// The pane that a command asks for.
    #[must_use]
    pub fn asked_for(command: Command) -> Option<Self> {
        match command {
            Command::FocusEditor => Some(Self::Editor),
            Command::FocusResults => Some(Self::Results),
            Command::FocusCache => Some(Self::Cache),
            Command::FocusMonitor => Some(Self::Monitor),
            _ => None,
        }
    }

    /// The pane `by` steps on, round and round.
    #[must_use]
    pub fn step(self, by: isize) -> Self {
        let count = Self::ALL.len() as isize;
        let to = (self as isize + by).rem_euclid(count);
        // Within bounds: the remainder is below the count.
        Self::ALL[to as usize]
    }

    /// Where its keys are looked up.
    #[must_use]
    pub fn place(self) -> Place {
        match self {
            Self::Editor => Place::Editor,
            Self::Results => Place::Results,
            Self::Cache => Place::Cache,
            Self::Monitor => Place::Monitor,
        }
    }

    /// The title of the pane.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Editor => "Editor",
            Self::Results => "Results",
            Self::Cache => "Cache",
            Self::Monitor => "Monitor",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tab_goes_round() {
        assert_eq!(Focus::Monitor.step(1), Focus::Editor);
        assert_eq!(Focus::Editor.step(-1), Focus::Monitor);
        assert_eq!(Focus::asked_for(Command::FocusCache), Some(Focus::Cache));
    }
}
