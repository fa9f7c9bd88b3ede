//! A line of text to type: names, searches.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

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

    /// Takes a key. Returns whether the text has changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let before = self.text.clone();
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        // AltGr arrives as Ctrl-Alt on some terminals.
        let altgr = control && key.modifiers.contains(KeyModifiers::ALT);
        match key.code {
            KeyCode::Char('u') if control && !altgr => self.text.clear(),
            KeyCode::Char('w') if control && !altgr => {
                let words = self.text.trim_end().rfind([' ', '/']);
                let kept = words.map_or(0, |i| i + 1);
                self.text.truncate(kept);
            }
            KeyCode::Backspace => {
                let last = self.text.grapheme_indices(true).next_back();
                self.text.truncate(last.map_or(0, |(i, _)| i));
            }
            KeyCode::Char(c) if !control || altgr => {
                self.replace_suggestion();
                self.text.push(c);
            }
            _ => {}
        }
        let changed = self.text != before;
        self.is_suggested &= !changed;
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_by_clusters_and_words() {
        let mut input = LineInput::new("a/path/né👩‍💻".into());
        let press =
            |input: &mut LineInput, code, modifiers| input.key(KeyEvent::new(code, modifiers));
        assert!(press(&mut input, KeyCode::Backspace, KeyModifiers::NONE));
        assert_eq!(input.text(), "a/path/né");
        press(&mut input, KeyCode::Char('w'), KeyModifiers::CONTROL);
        assert_eq!(input.text(), "a/path/");
        input.insert("x\n\x1by");
        assert_eq!(input.text(), "a/path/xy");
        let mut suggested = LineInput::suggesting("seed".into());
        press(&mut suggested, KeyCode::Char('n'), KeyModifiers::NONE);
        press(&mut suggested, KeyCode::Char('o'), KeyModifiers::NONE);
        assert_eq!(suggested.text(), "no");
        press(&mut input, KeyCode::Char('u'), KeyModifiers::CONTROL);
        assert!(!press(&mut input, KeyCode::Backspace, KeyModifiers::NONE));
    }
}
