//! Emoji written out as words, then tokens with their place in the given text.

use std::borrow::Cow;
use std::ops::Range;

use super::lexicon;
use crate::analysis::readability::chars::is_space;

/// The text that VADER scores: each emoji of its table is replaced by a description,
/// with a blank before it unless there is one, and none after it.
pub(super) struct Expanded<'t> {
    pub(super) text: Cow<'t, str>,
    emoji: Vec<Replaced>,
}

/// Byte ranges of a description and of the emoji it stands for.
struct Replaced {
    here: Range<usize>,
    there: Range<usize>,
}

pub(super) fn expand(text: &str) -> Expanded<'_> {
    let mut out = String::new();
    let mut emoji = Vec::new();
    let mut copied = 0;
    let mut after_blank = true;
    for (at, c) in text.char_indices() {
        let Some(description) = lexicon::emoji_description(c) else {
            after_blank = c == ' ';
            continue;
        };
        out.push_str(&text[copied..at]);
        if !after_blank {
            out.push(' ');
        }
        let start = out.len();
        out.push_str(description);
        copied = at + c.len_utf8();
        emoji.push(Replaced {
            here: start..out.len(),
            there: at..copied,
        });
        after_blank = false;
    }
    if emoji.is_empty() {
        return Expanded {
            text: Cow::Borrowed(text),
            emoji,
        };
    }
    out.push_str(&text[copied..]);
    Expanded {
        text: Cow::Owned(out),
        emoji,
    }
}

impl Expanded<'_> {
    /// The bytes of the given text that a token comes from: all of an emoji as soon
    /// as the token holds a part of its description.
    pub(super) fn source(&self, token: &Range<usize>) -> Range<usize> {
        self.source_of(token.start).start..self.source_of(token.end - 1).end
    }

    /// Where the byte `at` comes from.
    fn source_of(&self, at: usize) -> Range<usize> {
        let before = self.emoji.partition_point(|e| e.here.start <= at);
        match before.checked_sub(1).map(|last| &self.emoji[last]) {
            Some(emoji) if at < emoji.here.end => emoji.there.clone(),
            Some(emoji) => {
                let at = emoji.there.end + (at - emoji.here.end);
                at..at + 1
            }
            None => at..at + 1,
        }
    }
}

/// A token between white space, without the ASCII punctuation around it unless that
/// leaves two characters or fewer.
pub(super) struct Token<'e> {
    /// Byte range in [`Expanded::text`].
    pub(super) range: Range<usize>,
    pub(super) lower: Cow<'e, str>,
    pub(super) is_upper: bool,
    pub(super) valence: Option<f64>,
}

pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let start_of = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    text.split(is_space)
        .filter(|part| !part.is_empty())
        .map(|part| {
            let word = strip(part);
            let start = start_of(word);
            let lower = lower(word);
            Token {
                range: start..start + word.len(),
                is_upper: is_upper(word),
                valence: lexicon::valence(&lower),
                lower,
            }
        })
        .collect()
}

fn strip(part: &str) -> &str {
    let word = part.trim_matches(|c: char| c.is_ascii_punctuation());
    if word.chars().nth(2).is_some() {
        word
    } else {
        part
    }
}

fn lower(word: &str) -> Cow<'_, str> {
    let is_lower = word
        .bytes()
        .all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    if is_lower {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(word.to_lowercase())
    }
}

/// Python's `isupper`: a capital and no small or title-case letter.
fn is_upper(word: &str) -> bool {
    word.chars().any(char::is_uppercase) && !word.chars().any(|c| c.is_lowercase() || is_title(c))
}

/// Unicode's category Lt, which Rust's two case tests leave out.
fn is_title(c: char) -> bool {
    matches!(
        c,
        'ǅ' | 'ǈ' | 'ǋ' | 'ǲ' | 'ᾈ'..='ᾏ' | 'ᾘ'..='ᾟ' | 'ᾨ'..='ᾯ' | 'ᾼ' | 'ῌ' | 'ῼ'
    )
}

/// Whether some but not all tokens are in capitals, so that capitals mean emphasis.
pub(super) fn caps_differ(tokens: &[Token<'_>]) -> bool {
    let upper = tokens.iter().filter(|token| token.is_upper).count();
    0 < upper && upper < tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(text).into_iter().map(|t| &text[t.range]).collect()
    }

    #[test]
    fn short_tokens_keep_their_punctuation() {
        assert_eq!(
            words("(great!) :) ok. 'no' a\u{1c}b"),
            ["great", ":)", "ok.", "'no'", "a", "b"]
        );
    }

    #[test]
    fn an_emoji_gets_a_blank_before_it_and_none_after() {
        assert_eq!(
            expand("ok😂! 😂😂go").text,
            "ok face with tears of joy! face with tears of joy face with tears of joygo"
        );
        assert!(matches!(expand("plain — text").text, Cow::Borrowed(_)));
    }

    #[test]
    fn tokens_map_back_to_the_given_text() {
        let text = "é ok😂! 😀go";
        let expanded = expand(text);
        let sources: Vec<&str> = tokens(&expanded.text)
            .iter()
            .map(|t| &text[expanded.source(&t.range)])
            .collect();
        assert_eq!(
            sources,
            ["é", "ok", "😂", "😂", "😂", "😂", "😂", "😀", "😀go"]
        );
    }

    #[test]
    fn upper_case_is_pythons() {
        for word in ["I", "A1", "ÉCOLE", "🚀GO", "Ⓐ", "𝐀𝐁", "NO!"] {
            assert!(is_upper(word), "{word}");
        }
        for word in ["", "1", "aB", "ǅ", "Aǅ", "中", "ᾼ", "ß", "A\u{345}"] {
            assert!(!is_upper(word), "{word}");
        }
    }
}
