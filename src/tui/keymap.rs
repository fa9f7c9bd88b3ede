//! Key chords and the commands they stand for.

use std::collections::{BTreeMap, HashMap};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::mistake;

use super::command::{Command, Context, Entry, Place, TABLE};

mod chord;
mod error;

pub use chord::{Chord, ChordError};
pub use error::KeymapError;

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

    /// A narrower context wins, which must be meant: a key given to a command must not stand for
    /// one of the table's where both can be active.
    fn refuse_shadows(&self, overrides: &BTreeMap<String, Vec<String>>) -> Result<(), KeymapError> {
        let is_given = |entry: &Entry| overrides.contains_key(entry.name);
        for (entry, chords) in TABLE.iter().zip(&self.chords).filter(|(e, _)| is_given(e)) {
            // Those that the table itself gives to both are meant.
            let usual = parse(entry, entry.keys.iter().copied())?;
            let places = Place::ALL.iter().map(|place| place.layers());
            for layers in places.filter(|layers| layers.contains(&entry.context)) {
                let narrower = layers.iter().take_while(|c| **c != entry.context);
                for (context, chord) in narrower.flat_map(|c| chords.iter().map(move |k| (*c, *k)))
                {
                    let other = self.bindings.get(&(context, chord));
                    let other = other.filter(|o| !is_given(o) && !usual.contains(&chord));
                    if let Some(other) = other {
                        return Err(clash(entry, chord, other));
                    }
                }
            }
        }
        Ok(())
    }

    /// Every place can be left, and every question answered, by some key.
    fn refuse_no_exit(&self, overrides: &BTreeMap<String, Vec<String>>) -> Result<(), KeymapError> {
        let exits = Place::ALL.iter().filter_map(|p| Some((*p, p.exit()?)));
        for (place, exit) in exits {
            let leads_out = |chord: &&Chord| self.bound(place, **chord) == Some(exit);
            let rows = || {
                TABLE
                    .iter()
                    .zip(&self.chords)
                    .filter(|(e, _)| e.command == exit)
            };
            let mut chords = rows().flat_map(|(_, chords)| chords);
            if chords.any(|chord| leads_out(&chord)) {
                continue;
            }
            let takers = rows().flat_map(|(_, chords)| chords);
            let taker = takers
                .filter_map(|chord| self.entry(place, *chord))
                .find(|taker| overrides.contains_key(taker.name));
            let is_gone = rows().all(|(_, chords)| chords.is_empty());
            if let Some((entry, _)) = rows().next() {
                return Err(no_exit(
                    taker.unwrap_or(entry),
                    entry,
                    if is_gone {
                        "whole program"
                    } else {
                        place.title()
                    },
                ));
            }
        }
        let unanswered = TABLE.iter().zip(&self.chords).find(|(entry, chords)| {
            matches!(entry.command, Command::Answer(_)) && chords.is_empty()
        });
        match unanswered {
            Some((entry, _)) => Err(no_exit(entry, entry, "question")),
            None => Ok(()),
        }
    }

    fn entry(&self, place: Place, chord: Chord) -> Option<&'static Entry> {
        let mut layers = place.layers().iter();
        layers.find_map(|context| self.bindings.get(&(*context, chord)).copied())
    }

    fn bound(&self, place: Place, chord: Chord) -> Option<Command> {
        self.entry(place, chord).map(|entry| entry.command)
    }

    /// The command that `event` stands for at `place`.
    #[must_use]
    pub fn resolve(&self, place: Place, event: KeyEvent) -> Option<Command> {
        let found = self.bound(place, Chord::of(event));
        match event.code {
            KeyCode::Char(c) if found.is_none() && place.asks() && c.is_uppercase() => {
                let small = KeyCode::Char(c.to_ascii_lowercase());
                self.bound(place, Chord::of(KeyEvent::new(small, event.modifiers)))
            }
            _ => found,
        }
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

    /// The key of a command of one context, in words.
    #[must_use]
    pub fn told_in(&self, context: Context, command: Command) -> String {
        let first = self.chords(command, context).first();
        first.map_or("(no key)".to_owned(), ToString::to_string)
    }

    /// The keys of a command, the one to tell first.
    #[must_use]
    pub fn chords(&self, command: Command, context: Context) -> &[Chord] {
        let mut rows = TABLE.iter().zip(&self.chords);
        rows.find(|(e, _)| e.command == command && e.context == context)
            .map_or(&[], |(_, chords)| chords)
    }
}

/// The character that a key writes where it stands for no command.
#[must_use]
pub fn typed(key: KeyEvent) -> Option<char> {
    let held = key.modifiers - KeyModifiers::SHIFT;
    // AltGr arrives as Ctrl-Alt on some terminals, and its letters are text.
    let altgr = KeyModifiers::CONTROL | KeyModifiers::ALT;
    match key.code {
        KeyCode::Char(c) if held.is_empty() || held == altgr => Some(c),
        _ => None,
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
    entry.context.takes_text() && chord.is_text()
}

fn no_exit(to_blame: &Entry, exit: &'static Entry, place: &'static str) -> KeymapError {
    KeymapError::NoExit {
        command: to_blame.name.to_owned(),
        exit: exit.name,
        usual: exit.keys.first().copied().unwrap_or_default(),
        place,
    }
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
            map.resolve(Place::Editor, ctrl_shift_z),
            Some(Command::Redo)
        );
        let tab = press(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(
            map.resolve(Place::Results, tab),
            Some(Command::PreviousPane)
        );
        assert_eq!(
            map.resolve(Place::Editor, press(KeyCode::Char('a'), KeyModifiers::NONE)),
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

    fn resolve(map: &Keymap, place: Place, key: &str) -> Option<Command> {
        map.resolve(place, Chord::parse(key).unwrap().event())
    }

    #[test]
    fn a_command_has_the_keys_it_was_given_and_no_others() {
        let map = keymap(&[("save", &["f12", "ctrl-s", "F12"]), ("cut", &[])]).unwrap();
        let save = told(&map, Command::Save, Context::Anywhere);
        assert_eq!(save, ["F12", "Ctrl-S"], "each once, in their order");
        assert_eq!(resolve(&map, Place::Editor, "f12"), Some(Command::Save));
        assert_eq!(resolve(&map, Place::Editor, "ctrl-x"), None);
        assert!(map.chords(Command::Cut, Context::Editor).is_empty());
        let redo = told(&map, Command::Redo, Context::Anywhere);
        assert_eq!(redo, ["Ctrl-Y", "Ctrl-Shift-Z"], "as in the table");
        let swapped = keymap(&[("undo", &["ctrl-y"]), ("redo", &["ctrl-z"])]).unwrap();
        assert_eq!(
            resolve(&swapped, Place::Editor, "ctrl-z"),
            Some(Command::Redo)
        );
    }

    #[test]
    fn a_narrower_context_wins_where_that_was_meant() {
        let map = keymap(&[("cut", &["ctrl-s"])]).unwrap();
        assert_eq!(resolve(&map, Place::Editor, "ctrl-s"), Some(Command::Cut));
        assert_eq!(resolve(&map, Place::Results, "ctrl-s"), Some(Command::Save));
        assert!(keymap(&[("save", &["f12"]), ("cut", &["f12"])]).is_ok());
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
    fn every_pair_of_contexts_that_meet_is_looked_at() {
        for (command, key, other) in [
            ("item-up", "a", "apply-fix"),
            ("item-down", "enter", "open"),
            ("next-pane", "k", "item-up"),
            ("read-last", "left", "preview-screen"),
            ("close", "up", "read-up"),
            ("choice-up", "delete", "delete-draft"),
            ("erase-all", "enter", "choose"),
            ("close", "s", "quitting-save"),
        ] {
            let error = keymap(&[(command, &[key])]).unwrap_err();
            let told = error.to_string();
            assert!(
                told.contains(other) || told.contains("writes text"),
                "{command}: {told}"
            );
            assert_eq!(error.command(), command);
        }
        let both = [("item-up", &["a"][..]), ("apply-fix", &["x"])];
        assert!(keymap(&both).is_ok(), "it has another key now");
        let usual = [("read-page-down", &["space"][..])];
        assert!(keymap(&usual).is_ok(), "the table means it so");
        assert!(
            keymap(&[("quitting-save", &["r"])]).is_ok(),
            "another question's key"
        );
    }

    #[test]
    fn keys_of_overlays_can_be_changed_and_capitals_answer_too() {
        let map = keymap(&[("hit-next", &["f8"]), ("quitting-save", &["w"])]).unwrap();
        assert_eq!(
            resolve(&map, Place::Search, "f8"),
            Some(Command::SearchNext)
        );
        assert_eq!(resolve(&map, Place::Search, "enter"), None);
        let save = Some(Command::Answer(super::super::command::Verdict::Save));
        assert_eq!(resolve(&map, Place::Quitting, "w"), save);
        assert_eq!(resolve(&map, Place::Quitting, "W"), save);
        assert_eq!(resolve(&map, Place::Quitting, "s"), None);
        assert_eq!(resolve(&map, Place::Results, "K"), None, "no question");
    }

    #[test]
    fn what_cannot_work_is_refused() {
        for (overrides, blamed, wants) in [
            (&[("sav", &["f12"][..])][..], "sav", "did you mean `save`?"),
            (&[("save", &["hyper-s"])], "save", "`hyper` is no modifier"),
            (
                &[("save", &["f12", "ctrl+s"])],
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
                &[("undo", &["f12"]), ("redo", &["f12"])],
                "redo",
                "`F12` is `undo` already",
            ),
            (
                &[("quit", &[])],
                "quit",
                "no key is left for `quit` in the whole program",
            ),
            (
                &[("close", &[])],
                "close",
                "no key is left for `close` in the whole program",
            ),
            (
                &[("read-up", &["esc"])],
                "read-up",
                "no key is left for `close` in the pages",
            ),
            (
                &[("recovered-take", &[])],
                "recovered-take",
                "no key is left for `recovered-take`",
            ),
            (&[("erase", &["x"])], "erase", "`x` writes text"),
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
