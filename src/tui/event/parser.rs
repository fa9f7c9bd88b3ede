//! From bytes to inputs. A sequence is cut out here, by the shape that ECMA-48 gives it; what it
//! means is for terminput to say.

use std::collections::VecDeque;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use terminput_crossterm::to_crossterm;

use super::super::app::Input;

const ESC: u8 = 0x1b;
const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";
/// More bytes at once than a key sends.
const MORE_THAN_KEYS: usize = 64;

/// What waits for its rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfinished {
    /// Esc alone: the key, or the start of a sequence.
    Escape,
    Sequence,
    /// A letter of several bytes, maybe with Alt.
    Letter,
    Paste,
}

/// How far a sequence has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Unfinished,
    Whole,
    /// Its last byte is none of it.
    Broken,
}

/// Takes bytes, gives inputs.
#[derive(Default)]
pub(super) struct Parser {
    /// A paste or a sequence as far as it has come.
    held: Vec<u8>,
    in_paste: bool,
    /// Whether the last paste was given up, and may go on.
    is_cut: bool,
    /// What stood at its end and may be the start of a letter or of its end marker.
    torn: Vec<u8>,
    inputs: VecDeque<Input>,
}

impl Parser {
    /// The next input that is whole.
    pub(super) fn next(&mut self) -> Option<Input> {
        self.inputs.pop_front()
    }

    pub(super) fn unfinished(&self) -> Option<Unfinished> {
        match self.held.as_slice() {
            _ if self.in_paste => Some(Unfinished::Paste),
            [] => None,
            [ESC] => Some(Unfinished::Escape),
            [ESC, b'[' | b'O', ..] => Some(Unfinished::Sequence),
            _ => Some(Unfinished::Letter),
        }
    }

    /// Takes what has come at once.
    pub(super) fn advance(&mut self, mut bytes: &[u8]) {
        if self.is_cut && self.held.is_empty() && self.goes_on(bytes) {
            self.in_paste = true;
            self.held = std::mem::take(&mut self.torn);
        }
        while !bytes.is_empty() {
            bytes = match self.in_paste {
                true => self.advance_paste(bytes),
                false => self.advance_sequence(bytes),
            };
        }
    }

    /// Makes of what is held what can be made of it, as its rest does not come.
    pub(super) fn give_up(&mut self) {
        if std::mem::take(&mut self.in_paste) {
            self.is_cut = true;
            let whole = whole_text(&self.held);
            self.torn = self.held.split_off(whole);
            let text = self.take_text();
            self.inputs.push_back(Input::CutPaste(text));
            return;
        }
        match std::mem::take(&mut self.held).as_slice() {
            [ESC] => self.key(KeyCode::Esc, KeyModifiers::NONE),
            // Alt holds these two back, which begin sequences.
            [ESC, c @ (b'[' | b'O')] => self.key(KeyCode::Char((*c).into()), KeyModifiers::ALT),
            _ => {}
        }
    }

    /// Whether `bytes` are more of a paste that was given up: as keys, they could be commands.
    fn goes_on(&self, bytes: &[u8]) -> bool {
        let is_long = bytes.len() > MORE_THAN_KEYS && bytes[0] != ESC;
        is_long || find(&[&self.torn, bytes].concat(), PASTE_ENDS).is_some()
    }

    /// Adds to the paste and returns what comes after its end.
    fn advance_paste<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let before = self.held.len();
        // The end may have begun in what came before.
        let from = before.saturating_sub(PASTE_ENDS.len() - 1);
        self.held.extend_from_slice(bytes);
        let Some(end) = find(&self.held[from..], PASTE_ENDS) else {
            return &[];
        };
        self.held.truncate(from + end);
        let text = self.take_text();
        // Of one that went on late nothing may be left but its end.
        if !text.is_empty() {
            self.inputs.push_back(Input::Paste(text));
        }
        (self.in_paste, self.is_cut) = (false, false);
        &bytes[from + end + PASTE_ENDS.len() - before..]
    }

    fn take_text(&mut self) -> String {
        let bytes = std::mem::take(&mut self.held);
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// Takes the first byte and returns the others.
    fn advance_sequence<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some((byte, rest)) = bytes.split_first() else {
            return &[];
        };
        self.held.push(*byte);
        match shape(&self.held) {
            Shape::Unfinished => rest,
            Shape::Whole => {
                self.take_sequence();
                rest
            }
            Shape::Broken => {
                self.held.pop();
                self.give_up();
                bytes
            }
        }
    }

    fn take_sequence(&mut self) {
        let sequence = std::mem::take(&mut self.held);
        if sequence == PASTE_BEGINS {
            (self.in_paste, self.is_cut) = (true, false);
            self.torn.clear();
        } else if sequence == PASTE_ENDS {
            self.is_cut = false;
        } else if !is_nowhere(&sequence)
            && let Ok(Some(event)) = terminput::Event::parse_from(&sequence)
            && let Ok(event) = to_crossterm(event)
        {
            self.inputs.extend(input_of(event));
        }
    }

    fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        let key = KeyEvent::new(code, modifiers);
        self.inputs.push_back(Input::Key(key));
    }
}

fn input_of(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) => Some(Input::Key(key)),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Mouse(mouse) => Some(Input::Mouse(mouse)),
        Event::Resize(width, height) => Some(Input::Resize(width, height)),
        Event::FocusGained => Some(Input::Focused),
        Event::FocusLost => None,
    }
}

/// How many bytes of a paste stand before a letter or an end marker that has only begun.
fn whole_text(paste: &[u8]) -> usize {
    let ends = (1..PASTE_ENDS.len()).rev().map(|n| &PASTE_ENDS[..n]);
    if let Some(begun) = ends.into_iter().find(|begun| paste.ends_with(begun)) {
        return paste.len() - begun.len();
    }
    match std::str::from_utf8(paste) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => paste.len(),
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|w| w == wanted)
}

/// Whether it is a report of the mouse at column or row 0, which there is none of: terminput counts
/// down from it.
fn is_nowhere(sequence: &[u8]) -> bool {
    let [ESC, b'[', numbers @ .., b'M' | b'm'] = sequence else {
        return false;
    };
    let mut places = numbers.split(|b| *b == b';').skip(1);
    places.any(|n| n.iter().all(|b| *b == b'0'))
}

/// `bytes` are not empty, and were unfinished before the last of them.
fn shape(bytes: &[u8]) -> Shape {
    match bytes {
        [ESC] => Shape::Unfinished,
        [ESC, ESC] => Shape::Broken,
        [ESC, b'[', rest @ ..] => control_sequence(rest),
        [ESC, b'O', rest @ ..] => match rest.last() {
            None | Some(b'0'..=b'9') => Shape::Unfinished,
            Some(0x20..=0x7e) => Shape::Whole,
            Some(_) => Shape::Broken,
        },
        [ESC, letter @ ..] => of_letter(letter),
        letter => of_letter(letter),
    }
}

/// What comes after ESC [.
fn control_sequence(rest: &[u8]) -> Shape {
    match rest {
        // The mouse in the old way: three bytes of any kind.
        [b'M', place @ ..] if place.len() < 3 => Shape::Unfinished,
        [b'M', ..] => Shape::Whole,
        // The function keys of the Linux console.
        [b'['] => Shape::Unfinished,
        [b'[', b' '..=b'~'] => Shape::Whole,
        [.., last] => match last {
            0x40..=0x7e => Shape::Whole,
            0x20..=0x3f => Shape::Unfinished,
            _ => Shape::Broken,
        },
        [] => Shape::Unfinished,
    }
}

fn of_letter(letter: &[u8]) -> Shape {
    let length = match letter.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => 1,
    };
    match letter {
        [_, .., last] if !(0x80..=0xbf).contains(last) => Shape::Broken,
        _ if letter.len() < length => Shape::Unfinished,
        _ => Shape::Whole,
    }
}

#[cfg(test)]
mod tests;
