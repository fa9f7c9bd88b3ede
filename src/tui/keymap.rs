//! Key chords and the commands they stand for.

use std::collections::HashMap;
use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::command::{Command, Context, TABLE};

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
            if !modifiers.contains(KeyModifiers::CONTROL) {
                modifiers -= KeyModifiers::SHIFT;
            } else if c.is_uppercase() {
                modifiers |= KeyModifiers::SHIFT;
            }
            code = KeyCode::Char(if modifiers.contains(KeyModifiers::CONTROL) {
                c.to_ascii_lowercase()
            } else {
                c
            });
        }
        if code == KeyCode::BackTab {
            modifiers -= KeyModifiers::SHIFT;
        }
        Self { code, modifiers }
    }

    /// Parses a chord such as `ctrl-shift-left`.
    ///
    /// # Errors
    /// The part that is no key and no modifier.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text;
        while let Some((head, tail)) = rest.split_once('-').filter(|(_, tail)| !tail.is_empty()) {
            modifiers |= match head {
                "ctrl" => KeyModifiers::CONTROL,
                "alt" => KeyModifiers::ALT,
                "shift" => KeyModifiers::SHIFT,
                other => return Err(format!("`{other}` is no modifier (ctrl, alt, shift)")),
            };
            rest = tail;
        }
        let code = match rest {
            "tab" => KeyCode::Tab,
            "backtab" => KeyCode::BackTab,
            "enter" => KeyCode::Enter,
            "esc" => KeyCode::Esc,
            "backspace" => KeyCode::Backspace,
            "delete" => KeyCode::Delete,
            "left" => KeyCode::Left,
            "right" => KeyCode::Right,
            "up" => KeyCode::Up,
            "down" => KeyCode::Down,
            "home" => KeyCode::Home,
            "end" => KeyCode::End,
            "pageup" => KeyCode::PageUp,
            "pagedown" => KeyCode::PageDown,
            key => match (
                key.strip_prefix('f').and_then(|n| n.parse().ok()),
                single(key),
            ) {
                (Some(n @ 1..=24), _) => KeyCode::F(n),
                (_, Some(c)) => KeyCode::Char(c),
                _ => return Err(format!("`{key}` is no key")),
            },
        };
        Ok(Self { code, modifiers })
    }
}

fn single(key: &str) -> Option<char> {
    let mut chars = key.chars();
    chars.next().filter(|_| chars.next().is_none())
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

/// Commands by context and chord.
pub struct Keymap {
    bindings: HashMap<(Context, Chord), Command>,
}

impl Default for Keymap {
    fn default() -> Self {
        let bound = TABLE
            .iter()
            .flat_map(|e| e.keys.iter().map(move |k| (e, k)));
        let bindings = bound
            .filter_map(|(e, key)| Some(((e.context, Chord::parse(key).ok()?), e.command)))
            .collect();
        Self { bindings }
    }
}

impl Keymap {
    /// The command that `event` stands for where `context` has the focus.
    #[must_use]
    pub fn resolve(&self, context: Context, event: KeyEvent) -> Option<Command> {
        let chord = Chord::of(event);
        let here = self.bindings.get(&(context, chord));
        here.or_else(|| self.bindings.get(&(Context::Anywhere, chord)))
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_key_of_the_table_parses_and_is_bound_once() {
        let mut seen = HashSet::new();
        for entry in &TABLE {
            for key in entry.keys {
                let chord = Chord::parse(key).unwrap();
                assert!(seen.insert((entry.context, chord)), "{key} is bound twice");
            }
        }
        let names: HashSet<_> = TABLE.iter().map(|e| e.name).collect();
        assert_eq!(names.len(), TABLE.len());
    }

    #[test]
    fn events_find_their_command() {
        let map = Keymap::default();
        let press = |code, modifiers| KeyEvent::new(code, modifiers);
        let ctrl_shift_z = press(
            KeyCode::Char('Z'),
            KeyModifiers::CONTROL | KeyModifiers::SHIFT,
        );
        assert_eq!(
            map.resolve(Context::Editor, ctrl_shift_z),
            Some(Command::Redo)
        );
        let tab = press(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(map.resolve(Context::Results, tab), Some(Command::NextPane));
        assert_eq!(
            map.resolve(
                Context::Editor,
                press(KeyCode::Char('a'), KeyModifiers::NONE)
            ),
            None
        );
    }

    #[test]
    fn chords_are_told_as_people_write_them() {
        let tell = |k| Chord::parse(k).unwrap().to_string();
        assert_eq!(
            ["ctrl-s", "f1", "ctrl-shift-left", "pageup", "a"].map(tell),
            ["Ctrl-S", "F1", "Ctrl-Shift-Left", "PgUp", "a"]
        );
        assert!(Chord::parse("hyper-x").is_err());
    }
}
