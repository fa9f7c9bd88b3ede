//! A line of text to type: names, searches.

use crossterm::event::KeyEvent;
use unicode_segmentation::UnicodeSegmentation;

use super::super::command::Command;
use super::super::keymap::typed;

/// A line that is typed at its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineInput {
    text: String,
    /// Whether the text is only suggested: typing takes its place.
    is_suggested: bool,
}

impl LineInput {
    /// An input that holds `text` to begin with.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self {
            text,
            is_suggested: false,
        }
    }

    /// An input that suggests `text`, which the first key typed replaces.
    #[must_use]
    pub fn suggesting(text: String) -> Self {
        Self {
            is_suggested: !text.is_empty(),
            text,
        }
    }

    fn replace_suggestion(&mut self) {
        if std::mem::take(&mut self.is_suggested) {
            self.text.clear();
        }
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Takes text, without control characters.
    pub fn insert(&mut self, text: &str) {
        self.replace_suggestion();
        self.text.extend(text.chars().filter(|c| !c.is_control()));
    }

    /// Carries out a command. Returns whether the text has changed.
    pub(super) fn update(&mut self, command: Command) -> bool {
        let before = self.text.len();
        match command {
            Command::EraseAll => self.text.clear(),
            Command::EraseWord => {
                let words = self.text.trim_end().rfind([' ', '/']);
                let kept = words.map_or(0, |i| i + 1);
                self.text.truncate(kept);
            }
            Command::Erase => {
                let last = self.text.grapheme_indices(true).next_back();
                self.text.truncate(last.map_or(0, |(i, _)| i));
            }
            _ => {}
        }
        let changed = self.text.len() != before;
        self.is_suggested &= !changed;
        changed
    }

    /// Takes a key that stands for no command. Returns whether the text has changed.
    pub(super) fn key(&mut self, key: KeyEvent) -> bool {
        let typed = typed(key);
        if let Some(c) = typed {
            self.replace_suggestion();
            self.text.push(c);
        }
        typed.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyModifiers};

    #[test]
    fn edits_by_clusters_and_words() {
        let mut input = LineInput::new("a/path/né👩‍💻".into());
        assert!(input.update(Command::Erase));
        assert_eq!(input.text(), "a/path/né");
        input.update(Command::EraseWord);
        assert_eq!(input.text(), "a/path/");
        input.insert("x\n\x1by");
        assert_eq!(input.text(), "a/path/xy");
        let mut suggested = LineInput::suggesting("seed".into());
        for c in "no".chars() {
            let key = KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
            assert!(suggested.key(key));
        }
        assert_eq!(suggested.text(), "no");
        let altgr = KeyModifiers::CONTROL | KeyModifiers::ALT;
        suggested.key(KeyEvent::new(KeyCode::Char('@'), altgr));
        assert!(!suggested.key(KeyEvent::new(KeyCode::Char('x'), KeyModifiers::CONTROL)));
        assert_eq!(suggested.text(), "no@");
        input.update(Command::EraseAll);
        assert!(!input.update(Command::Erase));
    }
}
