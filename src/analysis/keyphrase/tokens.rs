//! Sentences of tokens: words, which hold their hyphens and apostrophes, and single marks.

use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use crate::post::Span;
use crate::post::span::{OffsetMap, Rewriter};

use super::words::{self, Class, ENDS, QUOTES};

/// Characters from which a line is so long that its end may be where it was wrapped.
const WRAPPED: usize = 40;
/// Marks that hold the parts of a word together.
const JOINERS: [char; 6] = ['-', '\'', '’', '.', '&', '+'];

static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// A word or a mark.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    /// Where it stands in the unwrapped text.
    pub span: Span,
    /// What it is to a phrase beside it.
    pub class: Class,
    /// `None` for a mark.
    pub word: Option<Word>,
}

/// What is known of a word.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    /// In lower case with straight apostrophes.
    pub lower: String,
    /// Its Snowball stem.
    pub stem: String,
    /// Characters of `lower`.
    pub length: usize,
    /// Whether neither end of a candidate may be one.
    pub is_function: bool,
    /// Whether it begins with a capital.
    pub is_capital: bool,
    /// Whether it is longer than one character and its letters are all capitals.
    pub is_acronym: bool,
    /// Whether capitals stand among its small letters.
    pub is_mixed: bool,
    /// Whether no letter is in it.
    pub is_number: bool,
}

impl Word {
    fn new(text: &str) -> Self {
        let lower = text.to_lowercase().replace('’', "'");
        let mut after_first = text.chars();
        after_first.next();
        let tail = after_first.as_str();
        let is_upper = text.contains(char::is_uppercase) && !text.contains(char::is_lowercase);
        Self {
            stem: STEMMER.stem(&lower).into_owned(),
            length: lower.chars().count(),
            is_function: words::function_word(&lower).is_some(),
            is_capital: text.starts_with(char::is_uppercase),
            is_acronym: !tail.is_empty() && is_upper,
            is_mixed: !is_upper && tail.to_lowercase() != tail,
            is_number: words::is_number(text),
            lower,
        }
    }
}

/// The stems of a phrase's words, parted by blanks: equal for phrases that count as the same.
#[must_use]
pub fn stem_key(phrase: &str) -> String {
    let lower = phrase.to_lowercase().replace('’', "'");
    let stems: Vec<_> = lower.split_whitespace().map(|w| STEMMER.stem(w)).collect();
    stems.join(" ")
}

/// Joins lines that were wrapped: the next one is indented, or goes on in lower case behind a long
/// one.
pub(super) fn unwrap(text: &str) -> (String, OffsetMap) {
    let mut out = Rewriter::with_capacity(text.len());
    let (mut start, mut kept) = (0, 0);
    for (at, _) in text.match_indices('\n') {
        let before = text[start..at].trim_end();
        let line = text[at + 1..].split('\n').next().unwrap_or_default();
        let after = line.trim_start();
        let indented = line.starts_with([' ', '\t']) && !after.is_empty() && !before.is_empty();
        let goes_on = after.starts_with(char::is_lowercase)
            && before.chars().count() >= WRAPPED
            && !before.ends_with(['.', '!', '?', ':', ';']);
        if indented || goes_on {
            let end = start + before.len();
            let next = at + 1 + line.len() - after.len();
            out.keep(&text[kept..end]);
            out.replace(next - end, " ");
            kept = next;
        }
        start = at + 1;
    }
    out.keep(&text[kept..]);
    out.finish()
}

/// The sentences of an unwrapped text. One ends at a line break, and at `.`, `!`, `?` or `…` before
/// anything but a small letter, where it is no dot behind an initial.
pub(super) fn sentences(text: &str) -> Vec<Vec<Token>> {
    let mut out = Vec::new();
    let mut current: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let length = match word_length(&text[at..]) {
            0 => c.len_utf8(),
            length => length,
        };
        let span = Span::new(at, at + length);
        at += length;
        if c == '\n' {
            if !current.is_empty() {
                out.push(std::mem::take(&mut current));
            }
            continue;
        }
        if c.is_whitespace() {
            continue;
        }
        let is_end = ENDS.contains(&c) && {
            let behind_initial =
                c == '.' && current.last().is_some_and(|t| is_initial(t.span.of(text)));
            ends_before(&text[at..]) && !behind_initial
        };
        current.push(token(span, c, text));
        if is_end {
            out.push(std::mem::take(&mut current));
        }
    }
    if !current.is_empty() {
        out.push(current);
    }
    out
}

fn token(span: Span, first: char, text: &str) -> Token {
    if !first.is_alphanumeric() {
        return Token {
            span,
            class: words::mark(first),
            word: None,
        };
    }
    let text = span.of(text);
    let word = Word::new(text);
    Token {
        span,
        class: words::function_word(&word.lower)
            .unwrap_or_else(|| words::content(text, &word.lower)),
        word: Some(word),
    }
}

fn is_initial(token: &str) -> bool {
    let mut chars = token.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.next().is_none()
}

/// Whether a sentence can end before `rest`.
fn ends_before(rest: &str) -> bool {
    let mut chars = rest.chars();
    let Some(next) = chars.next() else {
        return true;
    };
    let small_follows = chars.next().is_some_and(char::is_lowercase);
    next.is_whitespace() && !small_follows || QUOTES.contains(&next)
}

/// Bytes of the word that `text` begins with; 0 where it begins with none.
fn word_length(text: &str) -> usize {
    let run = |text: &str| {
        let end = text.find(|c: char| !c.is_alphanumeric());
        end.unwrap_or(text.len())
    };
    let mut end = run(text);
    if end == 0 {
        return 0;
    }
    loop {
        let mut rest = text[end..].chars();
        let Some(joiner) = rest.next().filter(|c| JOINERS.contains(c)) else {
            break;
        };
        let part = run(rest.as_str());
        if part == 0 {
            break;
        }
        end += joiner.len_utf8() + part;
    }
    // Names of programming languages.
    let rest = &text[end..];
    if rest.starts_with("++") {
        end + 2
    } else if rest.starts_with('#') {
        end + 1
    } else {
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<Vec<&str>> {
        let of = |s: &Vec<Token>| s.iter().map(|t| t.span.of(text)).collect();
        sentences(text).iter().map(of).collect()
    }

    #[test]
    fn words_hold_their_joints() {
        assert_eq!(
            split("C++ and C#, state-of-the-art isn’t U.S.-built - A/B."),
            [vec![
                "C++",
                "and",
                "C#",
                ",",
                "state-of-the-art",
                "isn’t",
                "U.S",
                ".",
                "-",
                "built",
                "-",
                "A",
                "/",
                "B",
                "."
            ]]
        );
    }

    #[test]
    fn a_sentence_ends_where_no_small_letter_follows() {
        assert_eq!(
            split("One. two. Three!\nfour"),
            [
                vec!["One", ".", "two", "."],
                vec!["Three", "!"],
                vec!["four"]
            ]
        );
        assert_eq!(
            split("J. Smith left."),
            [vec!["J", ".", "Smith", "left", "."]]
        );
        assert_eq!(split(""), Vec::<Vec<&str>>::new());
    }

    #[test]
    fn wrapped_lines_are_joined_and_found_again() {
        let text =
            "A title\r\nSkewed access patterns in large stores of\r\n  columns\n\nmake it slow";
        let (joined, map) = unwrap(text);
        assert_eq!(
            joined,
            "A title\r\nSkewed access patterns in large stores of columns\n\nmake it slow"
        );
        let at = joined.find("columns").unwrap();
        let span = map.span(Span::new(at, at + 7));
        assert_eq!(span.of(text), "columns");
        assert_eq!(unwrap("short\nlines stay").0, "short\nlines stay");
    }

    #[test]
    fn keys_are_stems() {
        assert_eq!(stem_key("Release  Checklists"), "releas checklist");
        assert_eq!(stem_key("team’s"), stem_key("team's"));
    }
}
