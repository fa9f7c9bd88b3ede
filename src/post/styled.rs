//! Styled letters: the mathematical alphabets that writers use for bold and italic.
//!
//! Screen readers spell them out or skip them, and search does not find them. Only those ranges
//! are folded: NFKC as a whole would also rewrite ½, … and ™.

use unicode_normalization::UnicodeNormalization;

use super::span::{OffsetMap, Rewriter};

/// Whether `c` is of the block Mathematical Alphanumeric Symbols.
#[must_use]
pub fn is_styled(c: char) -> bool {
    ('\u{1d400}'..='\u{1d7ff}').contains(&c)
}

/// Letters of the block Letterlike Symbols that fill the holes of the mathematical alphabets.
fn fills_hole(c: char) -> bool {
    "ℂℊℋℌℍℎℐℑℒℕℙℚℛℜℝℤℨℬℭℯℰℱℳℴ".contains(c)
}

/// The plain letter or digit for a styled one.
#[must_use]
pub fn plain(c: char) -> Option<char> {
    if is_styled(c) || fills_hole(c) {
        std::iter::once(c).nfkc().next().filter(|p| *p != c)
    } else {
        None
    }
}

/// Folds styled letters to plain ones. A letterlike symbol counts as styled only beside a styled
/// letter, so that a lone ℝ or ℂ stays what it is.
#[must_use]
pub fn fold(text: &str) -> (String, OffsetMap) {
    let mut out = Rewriter::with_capacity(text.len());
    let mut kept = 0;
    for (at, c) in styled_letters(text) {
        if let Some(p) = plain(c) {
            out.keep(&text[kept..at]);
            out.replace(c.len_utf8(), p.encode_utf8(&mut [0; 4]));
            kept = at + c.len_utf8();
        }
    }
    out.keep(&text[kept..]);
    out.finish()
}

/// The styled letters of `text`, with their byte offsets.
pub fn styled_letters(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut before = ' ';
    text.char_indices().filter(move |&(at, c)| {
        let previous = std::mem::replace(&mut before, c);
        is_styled(c)
            || fills_hole(c)
                && (is_styled(previous)
                    || text[at + c.len_utf8()..]
                        .chars()
                        .next()
                        .is_some_and(is_styled))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_mathematical_ranges_fold() {
        let (text, map) = fold("𝗕𝗼𝗹𝗱 ½ … ™ ℝ 𝑡ℎ𝑒 𝟙𝟮");
        assert_eq!(text, "Bold ½ … ™ ℝ the 12");
        assert_eq!(map.start(1), 4);
    }

    #[test]
    fn every_code_point_of_the_block_has_a_plain_form_or_is_unassigned() {
        let lost: Vec<_> = ('\u{1d400}'..='\u{1d7ff}')
            .filter(|c| plain(*c).is_none())
            .collect();
        assert_eq!(lost.len(), 27, "holes and unassigned: {lost:?}");
    }
}
