//! How an opening is made: its length, marks, and what kinds of words it has.

use std::collections::BTreeSet;

use super::lists::{ASKING, DENYING, FIRST, FIRST_PLURAL, POINTING, SECOND, THIRD};
use super::words::{plain, tokens};

/// Names of [`surface`]'s numbers.
pub const NAMES: [&str; 34] = [
    "log of characters",
    "hundreds of characters",
    "the same, squared",
    "log of words",
    "characters per word",
    "sentences",
    "question mark",
    "exclamation mark",
    "quotes",
    "digit",
    "digit at the start",
    "colon",
    "ellipsis",
    "comma",
    "bracket",
    "dash",
    "asterisk",
    "full stop at the end",
    "I and me",
    "you",
    "we",
    "they",
    "this, that, what, how",
    "question words",
    "negations",
    "words in capitals",
    "share of words with a capital",
    "starts with a question word",
    "starts with they",
    "starts with this or what",
    "starts with you",
    "starts with I",
    "share of later words with a capital",
    "different words",
];

/// The numbers of an opening.
#[must_use]
pub fn surface(text: &str) -> [f32; NAMES.len()] {
    let tokens = tokens(text);
    let words: Vec<&str> = tokens
        .iter()
        .map(String::as_str)
        .filter(|t| t.starts_with(char::is_alphanumeric))
        .collect();
    let plain = plain(text);
    let written: Vec<&str> = text.split_whitespace().collect();
    let share = |part: usize, of: usize| part as f32 / of.max(1) as f32;
    let has = |mark: &str| f32::from(u8::from(plain.contains(mark)));
    let any = |marks: &[&str]| f32::from(u8::from(marks.iter().any(|m| plain.contains(m))));
    let of = |list: &[&str], most: usize| {
        words.iter().filter(|w| list.contains(*w)).count().min(most) as f32
    };
    let starts =
        |list: &[&str]| f32::from(u8::from(words.first().is_some_and(|w| list.contains(w))));
    let is_digit = |c: char| c.is_ascii_digit();
    let capital = |w: &&&str| w.starts_with(char::is_uppercase);
    let shouted = |w: &&&str| {
        w.chars().count() > 1
            && w.chars().any(char::is_alphabetic)
            && !w.chars().any(char::is_lowercase)
    };
    let characters = text.chars().count() as f32;
    let hundreds = characters / 100.0;
    let letters: usize = words.iter().map(|w| w.chars().count()).sum();
    let later = written.get(1..).unwrap_or_default();
    [
        characters.ln_1p(),
        hundreds,
        hundreds * hundreds,
        (words.len() as f32).ln_1p(),
        share(letters, words.len()),
        sentence_ends(text).max(1) as f32,
        has("?"),
        has("!"),
        has("\""),
        f32::from(u8::from(text.contains(is_digit))),
        f32::from(u8::from(text.chars().take(2).any(is_digit))),
        has(":"),
        has("..."),
        has(","),
        has("("),
        any(&["-", "—", "–"]),
        has("*"),
        f32::from(u8::from(text.trim_end().ends_with('.'))),
        of(FIRST, 3),
        of(SECOND, 3),
        of(FIRST_PLURAL, 3),
        of(THIRD, 4),
        of(POINTING, 4),
        of(ASKING, 3),
        of(DENYING, 3),
        written.iter().filter(shouted).count().min(4) as f32,
        share(written.iter().filter(capital).count(), written.len()),
        starts(ASKING),
        starts(THIRD),
        starts(POINTING),
        starts(SECOND),
        starts(FIRST),
        share(later.iter().filter(capital).count(), later.len()),
        share(words.iter().collect::<BTreeSet<_>>().len(), words.len()),
    ]
}

/// Runs of marks that end a sentence, with quotes or brackets behind them, before a space or the
/// end.
fn sentence_ends(text: &str) -> usize {
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '…');
    let closes = |c: char| matches!(c, '"' | '”' | '\'' | ')');
    text.split_whitespace()
        .filter(|w| w.trim_end_matches(closes).ends_with(ends))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, name: &str) -> f32 {
        let at = NAMES.iter().position(|n| *n == name).unwrap();
        surface(text)[at]
    }

    #[test]
    fn the_numbers_of_a_headline() {
        let text = "Why I Never Read \"Top 10\" Lists… And WHAT you should do!";
        for (name, value) in [
            ("starts with a question word", 1.0),
            ("question words", 2.0),
            ("I and me", 1.0),
            ("you", 1.0),
            ("negations", 1.0),
            ("quotes", 1.0),
            ("digit", 1.0),
            ("digit at the start", 0.0),
            ("ellipsis", 1.0),
            ("exclamation mark", 1.0),
            ("words in capitals", 1.0),
            ("sentences", 2.0),
            ("different words", 1.0),
        ] {
            assert_eq!(told(text, name), value, "{name}");
        }
    }

    #[test]
    fn a_blank_opening_has_finite_numbers() {
        for text in ["", "  ", "🙂", "..."] {
            assert!(surface(text).iter().all(|x| x.is_finite()), "{text}");
        }
    }
}
