//! Characters that hide: bidirectional controls and zero-width characters, and the safe form of a
//! text without them.

use std::cell::LazyCell;

use unicode_segmentation::UnicodeSegmentation;

use super::emoji::is_emoji;
use super::styled;

/// A character that is kept in the buffer but cannot be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// U+202A to U+202E, U+2066 to U+2069, U+200E, U+200F, U+061C: reorders what is shown.
    Bidi,
    /// U+200B, U+200C, U+200D, U+2060, U+FEFF: takes no room.
    ZeroWidth,
}

/// Whether `c` hides, and how. A joiner inside an emoji or a script that needs it does not hide;
/// ask [`hidden_in`].
#[must_use]
pub fn hidden(c: char) -> Option<Hidden> {
    match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {
            Some(Hidden::Bidi)
        }
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => Some(Hidden::ZeroWidth),
        _ => None,
    }
}

/// The hidden characters of `text` with their byte offsets, but for joiners that join: those
/// inside an emoji and those between letters of a script other than Latin.
#[must_use]
pub fn hidden_in(text: &str) -> Vec<(usize, char, Hidden)> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (start, cluster) in text.grapheme_indices(true) {
        // Asked once per cluster: a cluster may hold a million joiners.
        let emoji = LazyCell::new(|| is_emoji(cluster));
        for (i, c) in cluster.char_indices() {
            let Some(kind) = hidden(c) else { continue };
            let joiner = matches!(c, '\u{200c}' | '\u{200d}');
            let rest = &text[start + i + c.len_utf8()..];
            let needed = joiner
                && (*emoji && i > 0 && !cluster[i + c.len_utf8()..].is_empty()
                    || needs_joiner(text[..start + i].chars().next_back())
                        && needs_joiner(rest.chars().next()));
            if !needed {
                out.push((start + i, c, kind));
            }
        }
    }
    out
}

/// Letters of Arabic, Indic and South-East Asian scripts, where joiners shape words.
fn needs_joiner(c: Option<char>) -> bool {
    c.is_some_and(|c| {
        c.is_alphabetic() && ('\u{600}'..='\u{1cff}').contains(&c) || is_indic_mark(c)
    })
}

fn is_indic_mark(c: char) -> bool {
    ('\u{900}'..='\u{dff}').contains(&c)
}

/// `text` with styled letters plain and hidden characters gone.
#[must_use]
pub fn unicode_safe(text: &str) -> String {
    let (folded, _) = styled::fold(text);
    let mut out = String::with_capacity(folded.len());
    let mut kept = 0;
    for (at, c, _) in hidden_in(&folded) {
        out.push_str(&folded[kept..at]);
        kept = at + c.len_utf8();
    }
    out.push_str(&folded[kept..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joiners_that_join_stay() {
        assert_eq!(unicode_safe("👩‍💻 क्‍ष می‌خواهم"), "👩‍💻 क्‍ष می‌خواهم");
    }

    #[test]
    fn hidden_characters_go() {
        assert_eq!(
            unicode_safe("\u{feff}a\u{200b}b\u{202e}c\u{2066}d\u{200d}e"),
            "abcde"
        );
        assert_eq!(unicode_safe("𝗕𝗼𝗹𝗱 ½"), "Bold ½");
        let found = hidden_in("a\u{200b}b\u{202e}");
        assert_eq!(found.len(), 2);
        assert_eq!(found[1], (5, '\u{202e}', Hidden::Bidi));
    }
}
