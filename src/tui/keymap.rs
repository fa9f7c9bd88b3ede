//! Key chords and the commands they stand for.

use std::collections::{BTreeMap, HashMap};

use crossterm::event::KeyEvent;

use crate::mistake;

use super::command::{Command, Context, Entry, TABLE};

mod chord;

pub use chord::{Chord, ChordError};

/// Keys that cannot be used; `command` is the one whose keys are to blame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeymapError {
    /// No command has this name.
    #[error("unknown command: `{command}`\n  help: {remedy}")]
    Command {
        /// The name.
        command: String,
        /// What to do.
        remedy: String,
    },
    /// A key that there is not, or that cannot be pressed.
    #[error("`{command}`: {error}")]
    Chord {
        /// The command that it was meant for.
        command: String,
        /// What is wrong with it.
        error: ChordError,
    },
    /// A key that writes text where text is written.
    #[error(
        "`{command}`: `{chord}` writes text\n  help: hold ctrl or alt with it, or take an F key"
    )]
    Text {
        /// The command that it was meant for.
        command: String,
        /// The key.
        chord: Chord,
    },
    /// One key for two commands.
    #[error(
        "`{command}`: `{chord}` is `{other}` already\n  help: give `{other}` another key, or none: `{other} = []`"
    )]
    Clash {
        /// The command that was given the key.
        command: String,
        /// The key.
        chord: Chord,
        /// The command that has it.
        other: &'static str,
    },
    /// A place that the program could not be left from.
    #[error(
        "no key is left for `quit` in the {place}\n  help: give it one that nothing else has there, as in `quit = [\"ctrl-q\"]`"
    )]
    NoQuit {
        /// The command that left it none.
        command: String,
        /// Where.
        place: String,
    },
}

impl KeymapError {
    /// The command whose keys are to blame.
    #[must_use]
    pub fn command(&self) -> &str {
        match self {
            Self::Command { command, .. }
            | Self::Chord { command, .. }
            | Self::Text { command, .. }
            | Self::Clash { command, .. }
            | Self::NoQuit { command, .. } => command,
        }
    }
}

/// Commands by context and chord.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: HashMap<(Context, Chord), &'static Entry>,
    /// Of each row of the table.
    chords: Vec<Vec<Chord>>,
}

impl Default for Keymap {
    fn default() -> Self {
        // The keys of the table parse, do not clash and reach `quit`: by test.
        Self::new(&BTreeMap::new()).expect("the table is sound")
    }
}

impl Keymap {
    /// The keys of the table, but for the commands that `overrides` names: those have the keys
    /// given there.
    ///
    /// # Errors
    /// Where a name or a key is unknown, one key would stand for two commands, or `quit` is left
    /// without one.
    pub fn new(overrides: &BTreeMap<String, Vec<String>>) -> Result<Self, KeymapError> {
        let names = || TABLE.iter().map(|e| e.name);
        if let Some(unknown) = overrides.keys().find(|o| !names().any(|n| n == *o)) {
            return Err(KeymapError::Command {
                command: unknown.clone(),
                remedy: mistake::nearest_or_all(unknown, names()),
            });
        }
        let mut map = Self {
            bindings: HashMap::new(),
            chords: Vec::new(),
        };
        for entry in TABLE {
            let given = overrides.get(entry.name);
            let chords = match given {
                Some(given) => parse(entry, given.iter().map(String::as_str))?,
                None => parse(entry, entry.keys.iter().copied())?,
            };
            if let Some(chord) = chords.iter().find(|c| given.is_some() && is_text(entry, c)) {
                return Err(KeymapError::Text {
                    command: entry.name.to_owned(),
                    chord: *chord,
                });
            }
            for chord in &chords {
                if let Some(old) = map.bindings.insert((entry.context, *chord), entry) {
                    // Of the two, the one that was given the key is to blame.
                    let (new, old) = if given.is_some() {
                        (entry, old)
                    } else {
                        (old, entry)
                    };
                    return Err(clash(new, *chord, old));
                }
            }
            map.chords.push(chords);
        }
        map.refuse_shadows(overrides)?;
        map.refuse_no_exit(overrides)?;
        Ok(map)
    }

    /// A narrower context wins, which must be meant: a key given to a command of every context
    /// must not stand for one of the table's in some of them.
    fn refuse_shadows(&self, overrides: &BTreeMap<String, Vec<String>>) -> Result<(), KeymapError> {
        let is_given = |entry: &Entry| overrides.contains_key(entry.name);
        for (entry, chords) in TABLE.iter().zip(&self.chords) {
            if entry.context != Context::Anywhere || !is_given(entry) {
                continue;
            }
            for chord in chords {
                let narrower = TABLE.iter().map(|e| e.context);
                let mut others = narrower
                    .filter(|c| *c != Context::Anywhere)
                    .filter_map(|c| self.bindings.get(&(c, *chord)));
                if let Some(other) = others.find(|o| !is_given(o)) {
                    return Err(clash(entry, *chord, other));
                }
            }
        }
        Ok(())
    }

    fn refuse_no_exit(&self, overrides: &BTreeMap<String, Vec<String>>) -> Result<(), KeymapError> {
        let exits = self.chords(Command::Quit, Context::Anywhere);
        for context in TABLE.iter().map(|e| e.context) {
            let in_the_way = |c: &Chord| self.bindings.get(&(context, *c)).copied();
            if exits
                .iter()
                .all(|c| in_the_way(c).is_some_and(|e| e.command != Command::Quit))
            {
                let takers = exits.iter().filter_map(in_the_way);
                let taker = takers.map(|e| e.name).find(|n| overrides.contains_key(*n));
                let place = match context {
                    Context::Anywhere => "whole program".to_owned(),
                    context => context.title().to_lowercase(),
                };
                return Err(KeymapError::NoQuit {
                    command: taker.unwrap_or("quit").to_owned(),
                    place,
                });
            }
        }
        Ok(())
    }

    /// The command that `event` stands for where `context` has the focus.
    #[must_use]
    pub fn resolve(&self, context: Context, event: KeyEvent) -> Option<Command> {
        let chord = Chord::of(event);
        std::iter::successors(Some(context), |c| c.outer())
            .find_map(|c| self.bindings.get(&(c, chord)))
            .map(|entry| entry.command)
    }

    /// The key to tell of a command, wherever it can be given.
    #[must_use]
    pub fn first(&self, command: Command) -> Option<Chord> {
        let mut rows = TABLE.iter().zip(&self.chords);
        rows.find(|(e, _)| e.command == command)
            .and_then(|(_, chords)| chords.first().copied())
    }

    /// How a command is given, in words.
    #[must_use]
    pub fn told(&self, command: Command) -> String {
        self.first(command)
            .map_or("the palette".to_owned(), |chord| chord.to_string())
    }

    /// The keys of a command, the one to tell first.
    #[must_use]
    pub fn chords(&self, command: Command, context: Context) -> &[Chord] {
        let mut rows = TABLE.iter().zip(&self.chords);
        rows.find(|(e, _)| e.command == command && e.context == context)
            .map_or(&[], |(_, chords)| chords)
    }
}

/// The chords of a row, each once.
fn parse<'a>(
    entry: &Entry,
    keys: impl Iterator<Item = &'a str>,
) -> Result<Vec<Chord>, KeymapError> {
    let mut out = Vec::new();
    for key in keys {
        let chord = Chord::parse(key).map_err(|error| KeymapError::Chord {
            command: entry.name.to_owned(),
            error,
        })?;
        if !out.contains(&chord) {
            out.push(chord);
        }
    }
    Ok(out)
}

fn is_text(entry: &Entry, chord: &Chord) -> bool {
    matches!(entry.context, Context::Anywhere | Context::Editor) && chord.is_text()
}

fn clash(new: &Entry, chord: Chord, old: &'static Entry) -> KeymapError {
    KeymapError::Clash {
        command: new.name.to_owned(),
        chord,
        other: old.name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyModifiers};
    use std::collections::HashSet;

    #[test]
    fn every_key_of_the_table_parses_and_is_bound_once() {
        let mut seen = HashSet::new();
        for entry in TABLE {
            for key in entry.keys {
                let chord = Chord::parse(key).unwrap();
                assert!(seen.insert((entry.context, chord)), "{key} is bound twice");
                assert!(!is_text(entry, &chord), "{key} writes text");
            }
        }
        let names: HashSet<_> = TABLE.iter().map(|e| e.name).collect();
        assert_eq!(names.len(), TABLE.len());
        Keymap::new(&BTreeMap::new()).unwrap();
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
        assert_eq!(
            map.resolve(Context::Results, tab),
            Some(Command::PreviousPane)
        );
        assert_eq!(
            map.resolve(
                Context::Editor,
                press(KeyCode::Char('a'), KeyModifiers::NONE)
            ),
            None
        );
    }

    fn keymap(overrides: &[(&str, &[&str])]) -> Result<Keymap, KeymapError> {
        let own = |keys: &[&str]| keys.iter().map(|k| (*k).to_owned()).collect();
        let given = overrides
            .iter()
            .map(|(c, keys)| ((*c).to_owned(), own(keys)));
        Keymap::new(&given.collect())
    }

    fn told(map: &Keymap, command: Command, context: Context) -> Vec<String> {
        let chords = map.chords(command, context).iter();
        chords.map(ToString::to_string).collect()
    }

    fn resolve(map: &Keymap, context: Context, key: &str) -> Option<Command> {
        map.resolve(context, Chord::parse(key).unwrap().event())
    }

    #[test]
    fn a_command_has_the_keys_it_was_given_and_no_others() {
        let map = keymap(&[("save", &["f12", "ctrl-s", "F12"]), ("cut", &[])]).unwrap();
        let save = told(&map, Command::Save, Context::Anywhere);
        assert_eq!(save, ["F12", "Ctrl-S"], "each once, in their order");
        assert_eq!(resolve(&map, Context::Editor, "f12"), Some(Command::Save));
        assert_eq!(resolve(&map, Context::Editor, "ctrl-x"), None);
        assert!(map.chords(Command::Cut, Context::Editor).is_empty());
        let redo = told(&map, Command::Redo, Context::Anywhere);
        assert_eq!(redo, ["Ctrl-Y", "Ctrl-Shift-Z"], "as in the table");
        let swapped = keymap(&[("undo", &["ctrl-y"]), ("redo", &["ctrl-z"])]).unwrap();
        assert_eq!(
            resolve(&swapped, Context::Editor, "ctrl-z"),
            Some(Command::Redo)
        );
    }

    #[test]
    fn a_narrower_context_wins_where_that_was_meant() {
        let map = keymap(&[("cut", &["ctrl-s"])]).unwrap();
        assert_eq!(resolve(&map, Context::Editor, "ctrl-s"), Some(Command::Cut));
        assert_eq!(
            resolve(&map, Context::Results, "ctrl-s"),
            Some(Command::Save)
        );
        assert!(keymap(&[("save", &["f9"]), ("cut", &["f9"])]).is_ok());
        let clash = keymap(&[("save", &["ctrl-x"])]).unwrap_err();
        assert!(
            clash.to_string().contains("`Ctrl-X` is `cut` already"),
            "{clash}"
        );
        assert_eq!(clash.command(), "save");
        assert!(
            keymap(&[("apply-fix", &["x"])]).is_ok(),
            "no text is written there"
        );
    }

    #[test]
    fn what_cannot_work_is_refused() {
        for (overrides, blamed, wants) in [
            (&[("sav", &["f9"][..])][..], "sav", "did you mean `save`?"),
            (&[("save", &["hyper-s"])], "save", "`hyper` is no modifier"),
            (
                &[("save", &["f9", "ctrl+s"])],
                "save",
                "join them with `-`: `ctrl-s`",
            ),
            (&[("save", &["s"])], "save", "`s` writes text"),
            (&[("undo", &["space"])], "undo", "`Space` writes text"),
            (
                &[("undo", &["ctrl-y"])],
                "undo",
                "`Ctrl-Y` is `redo` already",
            ),
            (
                &[("redo", &["ctrl-z"])],
                "redo",
                "`Ctrl-Z` is `undo` already",
            ),
            (
                &[("undo", &["f9"]), ("redo", &["f9"])],
                "redo",
                "`F9` is `undo` already",
            ),
            (
                &[("quit", &[])],
                "quit",
                "no key is left for `quit` in the whole program",
            ),
            (
                &[("cut", &["ctrl-q"])],
                "cut",
                "no key is left for `quit` in the editor",
            ),
        ] {
            let error = keymap(overrides).unwrap_err();
            assert!(error.to_string().contains(wants), "{error}");
            assert!(error.to_string().contains("\n  help: "), "{error}");
            assert_eq!(error.command(), blamed, "{error}");
        }
    }
}
