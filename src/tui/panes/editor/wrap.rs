//! Soft wrap: the rows of one line, and what each grapheme looks like.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::post::Span;
use crate::post::plain::hidden_in;

/// Columns between tab stops.
const TAB: usize = 4;

/// A grapheme as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell<'a> {
    /// Its bytes, counted from the start of the line.
    pub span: Span,
    /// What is drawn: the grapheme, blanks for a tab, or the code point of a hidden character.
    pub shown: Cow<'a, str>,
    /// Columns it takes.
    pub width: usize,
    /// Whether it stands for a character that hides.
    pub hidden: bool,
}

/// The graphemes of a line as they are drawn, when the line starts at column 0.
pub fn cells(line: &str) -> Vec<Cell<'_>> {
    let mut hidden = hidden_in(line).into_iter().peekable();
    let mut column = 0;
    let mut out = Vec::new();
    for (at, cluster) in line.grapheme_indices(true) {
        let span = Span::new(at, at + cluster.len());
        let mut revealed = String::new();
        let mut from = at;
        while let Some((i, c, _)) = hidden.next_if(|(i, ..)| *i < span.end) {
            revealed.push_str(&line[from..i]);
            revealed.push_str(&format!("⟨{:04X}⟩", c as u32));
            from = i + c.len_utf8();
        }
        let is_hidden = from > at;
        let shown = if is_hidden {
            revealed.push_str(&line[from..span.end]);
            Cow::Owned(revealed)
        } else if cluster == "\t" {
            Cow::Owned(" ".repeat(TAB - column % TAB))
        } else {
            Cow::Borrowed(cluster)
        };
        let width = shown.width();
        column += width;
        out.push(Cell {
            span,
            shown,
            width,
            hidden: is_hidden,
        });
    }
    out
}

/// Splits a line's cells into rows of at most `width` columns, between words where that can be
/// done. Returns the index of the first cell of each row; blanks that do not fit hang over.
pub fn rows(cells: &[Cell<'_>], width: usize) -> Vec<usize> {
    let width = width.max(1);
    let mut starts = vec![0];
    let (mut used, mut last_break) = (0, None);
    let mut i = 0;
    while i < cells.len() {
        let cell = &cells[i];
        let blank = cell.shown.trim().is_empty();
        if used + cell.width > width && !blank && used > 0 {
            let start = last_break
                .filter(|b| *b > starts[starts.len() - 1])
                .unwrap_or(i);
            starts.push(start);
            used = cells[start..i].iter().map(|c| c.width).sum();
            last_break = None;
            continue;
        }
        used += cell.width;
        i += 1;
        if blank || cell.shown == "—" || is_hyphen(cells, i - 1) {
            last_break = Some(i);
        }
    }
    starts
}

/// Whether the cell at `at` is a hyphen within a word: a dash before a number or an option is not.
fn is_hyphen(cells: &[Cell<'_>], at: usize) -> bool {
    let is_of_word = |cell: Option<&Cell<'_>>| {
        cell.is_some_and(|c| !c.hidden && c.shown.contains(char::is_alphanumeric))
    };
    let before = at.checked_sub(1).and_then(|i| cells.get(i));
    cells[at].shown == "-" && is_of_word(before) && is_of_word(cells.get(at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrapped(line: &str, width: usize) -> Vec<String> {
        let cells = cells(line);
        let starts = rows(&cells, width);
        let ends = starts.iter().skip(1).copied().chain([cells.len()]);
        starts
            .iter()
            .zip(ends)
            .map(|(&s, e)| cells[s..e].iter().map(|c| c.shown.as_ref()).collect())
            .collect()
    }

    #[test]
    fn wraps_between_words() {
        assert_eq!(wrapped("one two three", 8), ["one two ", "three"]);
        assert_eq!(wrapped("unbreakable", 4), ["unbr", "eaka", "ble"]);
        assert_eq!(wrapped("", 4), [""]);
        assert_eq!(wrapped("abc      d", 4), ["abc      ", "d"]);
    }

    #[test]
    fn wraps_behind_a_hyphen_within_a_word_alone() {
        assert_eq!(wrapped("a well-known", 9), ["a well-", "known"]);
        assert_eq!(wrapped("e\u{301}-e\u{301}e", 3), ["e\u{301}-", "e\u{301}e"]);
        assert_eq!(wrapped("at -5 degrees", 4), ["at ", "-5 ", "degr", "ees"]);
        assert_eq!(wrapped("use --x", 6), ["use ", "--x"]);
        assert_eq!(wrapped("a--b", 3), ["a--", "b"], "cut where it is");
        assert_eq!(wrapped("so a--b", 6), ["so ", "a--b"]);
        assert_eq!(wrapped("go -->", 5), ["go ", "-->"]);
    }

    #[test]
    fn wide_and_hidden_characters() {
        assert_eq!(wrapped("字字字", 4), ["字字", "字"]);
        assert_eq!(wrapped("a👩‍💻👩‍💻", 3), ["a👩‍💻", "👩‍💻"]);
        assert_eq!(wrapped("a\u{200b}b", 20), ["a⟨200B⟩b"]);
        assert_eq!(wrapped("\ta\tb", 20), ["    a   b"]);
    }

    proptest! {
        #[test]
        fn no_row_is_too_wide_and_nothing_is_lost(line in "[a-z 字👩‍💻\u{200b}-]{0,60}", width in 1usize..20) {
            let cells = cells(&line);
            let starts = rows(&cells, width);
            prop_assert!(starts.windows(2).all(|w| w[0] < w[1]));
            let ends = starts.iter().skip(1).copied().chain([cells.len()]);
            for (&s, e) in starts.iter().zip(ends) {
                let row = &cells[s..e];
                let shown = row.iter().rposition(|c| !c.shown.trim().is_empty()).map_or(0, |i| i + 1);
                let used: usize = row[..shown].iter().map(|c| c.width).sum();
                prop_assert!(used <= width || shown == 1, "{used} > {width}");
            }
        }
    }
}
