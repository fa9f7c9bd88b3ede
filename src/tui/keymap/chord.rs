//! A key with its modifiers, and how it is written.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::mistake;

/// The keys with names.
const NAMED: [(&str, KeyCode); 16] = [
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("space", KeyCode::Char(' ')),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
];
const MODIFIERS: [(&str, KeyModifiers); 3] = [
    ("ctrl", KeyModifiers::CONTROL),
    ("alt", KeyModifiers::ALT),
    ("shift", KeyModifiers::SHIFT),
];
/// The function keys, as one of the names that are known.
const FUNCTION_KEYS: &str = "f1 to f24";
/// Chords that a terminal sends as another key.
const SAME: [(char, &str); 3] = [('i', "tab"), ('m', "enter"), ('[', "esc")];

/// A text that is no chord.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}\n  help: {remedy}")]
pub struct ChordError {
    /// What was wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

impl Chord {
    /// The chord of an event, with shift left out where the character says it.
    #[must_use]
    pub fn of(event: KeyEvent) -> Self {
        let held = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        let mut modifiers = event.modifiers & held;
        let mut code = event.code;
        if let KeyCode::Char(c) = code {
            let control = modifiers.contains(KeyModifiers::CONTROL);
            if control || modifiers.contains(KeyModifiers::ALT) {
                if c.is_uppercase() {
                    modifiers |= KeyModifiers::SHIFT;
                } else if !control {
                    modifiers -= KeyModifiers::SHIFT;
                }
                code = KeyCode::Char(lower(c));
            } else {
                modifiers -= KeyModifiers::SHIFT;
            }
        }
        if code == KeyCode::BackTab {
            modifiers -= KeyModifiers::SHIFT;
        }
        Self { code, modifiers }
    }

    /// Parses a chord such as `ctrl-shift-left`, in capitals or not.
    ///
    /// # Errors
    /// Names the part that is no key and no modifier, and chords that no terminal sends.
    pub fn parse(text: &str) -> Result<Self, ChordError> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text;
        while let Some((head, tail)) = rest.split_once('-').filter(|(_, tail)| !tail.is_empty()) {
            let name = head.to_lowercase();
            let Some((_, modifier)) = MODIFIERS.iter().find(|(n, _)| *n == name) else {
                return Err(ChordError {
                    message: format!("`{head}` is no modifier, in `{text}`"),
                    remedy: mistake::nearest_or_all(&name, MODIFIERS.map(|(n, _)| n)),
                });
            };
            modifiers |= *modifier;
            rest = tail;
        }
        let code = key(rest).ok_or_else(|| no_key(rest, text))?;
        if let KeyCode::Char(c) = code {
            return Self::of_character(c, modifiers, text);
        }
        Ok(match (code, modifiers.contains(KeyModifiers::SHIFT)) {
            (KeyCode::Tab | KeyCode::BackTab, true) => Self {
                code: KeyCode::BackTab,
                modifiers: modifiers - KeyModifiers::SHIFT,
            },
            _ => Self { code, modifiers },
        })
    }

    fn of_character(c: char, modifiers: KeyModifiers, text: &str) -> Result<Self, ChordError> {
        let wrong = |message: String, remedy: String| Err(ChordError { message, remedy });
        let shift = modifiers.contains(KeyModifiers::SHIFT);
        let others = modifiers - KeyModifiers::SHIFT;
        if shift && !others.contains(KeyModifiers::CONTROL) && !c.is_alphabetic() {
            return wrong(
                format!("`{text}`: shift makes another character of `{c}`"),
                "write that character, without `shift-`".to_owned(),
            );
        }
        let same = SAME.iter().find(|(other, _)| lower(c) == *other);
        if let Some((_, other)) = same.filter(|_| others == KeyModifiers::CONTROL && !shift) {
            return wrong(
                format!("`{text}` arrives as `{other}`"),
                format!("write `{other}`, or take another key"),
            );
        }
        // The help tells ctrl-s as `Ctrl-S`: behind a modifier a capital says nothing of shift.
        let (c, modifiers) = match (others.is_empty(), shift) {
            (true, true) => (upper(c), others),
            (true, false) => (c, others),
            (false, _) => (lower(c), modifiers),
        };
        Ok(Self {
            code: KeyCode::Char(c),
            modifiers,
        })
    }

    /// Whether the key writes a character.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.modifiers.is_empty()
    }

    /// The event of pressing it.
    #[cfg(test)]
    pub(super) fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }
}

fn key(name: &str) -> Option<KeyCode> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control()).then_some(KeyCode::Char(c));
    }
    let name = name.to_lowercase();
    let function = name.strip_prefix('f').and_then(|n| n.parse().ok());
    if let Some(n @ 1..=24) = function {
        return Some(KeyCode::F(n));
    }
    let named = NAMED.iter().find(|(n, _)| *n == name);
    named.map(|(_, code)| *code)
}

fn no_key(name: &str, text: &str) -> ChordError {
    let remedy = if name.contains('+') {
        let joined = text.replace('+', "-");
        format!("several keys at once? join them with `-`: `{joined}`")
    } else {
        let known = NAMED.iter().map(|(n, _)| *n).chain([FUNCTION_KEYS]);
        mistake::nearest_or_all(&name.to_lowercase(), known)
    };
    ChordError {
        message: format!("`{name}` is no key"),
        remedy,
    }
}

/// The small letter, where there is exactly one.
fn lower(c: char) -> char {
    let mut all = c.to_lowercase();
    all.next().filter(|_| all.next().is_none()).unwrap_or(c)
}

fn upper(c: char) -> char {
    let mut all = c.to_uppercase();
    all.next().filter(|_| all.next().is_none()).unwrap_or(c)
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in [
            (KeyModifiers::CONTROL, "Ctrl-"),
            (KeyModifiers::ALT, "Alt-"),
            (KeyModifiers::SHIFT, "Shift-"),
        ] {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) if self.modifiers.is_empty() => write!(f, "{c}"),
            KeyCode::Char(c) => write!(f, "{}", c.to_uppercase()),
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            other => write!(f, "{other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tell(key: &str) -> String {
        Chord::parse(key).unwrap().to_string()
    }

    #[test]
    fn chords_are_told_as_people_write_them() {
        assert_eq!(
            [
                "ctrl-s",
                "f1",
                "ctrl-shift-left",
                "pageup",
                "a",
                "ctrl--",
                "alt-space"
            ]
            .map(tell),
            [
                "Ctrl-S",
                "F1",
                "Ctrl-Shift-Left",
                "PgUp",
                "a",
                "Ctrl--",
                "Alt-Space"
            ]
        );
        assert_eq!(
            [
                "Ctrl-S",
                "F1",
                "Shift-Tab",
                "shift-a",
                "A",
                "alt-B",
                "DELETE"
            ]
            .map(tell),
            ["Ctrl-S", "F1", "Shift-Tab", "A", "A", "Alt-B", "Delete"]
        );
    }

    #[test]
    fn what_is_parsed_is_what_arrives() {
        use KeyModifiers as M;
        for (key, code, modifiers) in [
            ("ctrl-s", KeyCode::Char('s'), M::CONTROL),
            ("ctrl-shift-s", KeyCode::Char('S'), M::CONTROL | M::SHIFT),
            ("ctrl-shift-s", KeyCode::Char('S'), M::CONTROL),
            ("alt-b", KeyCode::Char('b'), M::ALT),
            ("alt-shift-b", KeyCode::Char('B'), M::ALT | M::SHIFT),
            ("alt-!", KeyCode::Char('!'), M::ALT | M::SHIFT),
            ("shift-a", KeyCode::Char('A'), M::SHIFT),
            ("A", KeyCode::Char('A'), M::NONE),
            ("space", KeyCode::Char(' '), M::NONE),
            ("ctrl-space", KeyCode::Char(' '), M::CONTROL),
            ("shift-tab", KeyCode::BackTab, M::SHIFT),
            ("backtab", KeyCode::BackTab, M::NONE),
            ("shift-left", KeyCode::Left, M::SHIFT),
            ("f12", KeyCode::F(12), M::NONE),
        ] {
            let event = KeyEvent::new(code, modifiers);
            assert_eq!(Chord::parse(key).unwrap(), Chord::of(event), "{key}");
        }
    }

    #[test]
    fn what_is_no_chord_is_told_with_a_remedy() {
        for (key, wants) in [
            ("hyper-x", "`hyper` is no modifier, in `hyper-x`"),
            ("crtl-x", "did you mean `ctrl`?"),
            ("ctrl-pgup", "did you mean `pageup`?"),
            ("", "`` is no key"),
            ("f25", "`f25` is no key"),
            ("f99", "pageup, pagedown, f1 to f24"),
            ("ctrl+shift+s", "`ctrl-shift-s`"),
            ("ctrl-i", "arrives as `tab`"),
            ("shift-1", "shift makes another character"),
            ("\u{1b}", "is no key"),
        ] {
            let told = Chord::parse(key).unwrap_err().to_string();
            assert!(told.contains(wants), "{told}");
            assert!(told.contains("\n  help: "), "{told}");
        }
    }
}
