//! Sentences of one line: segtok, with spans, and what it gets wrong at abbreviations put right.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use segtok::segmenter::{SegmentConfig, split_single};

use super::abbreviation::{Stop, stop};
use super::span::Span;

/// Longest stretch handed to segtok, in bytes. Its patterns backtrack, and its joins copy what
/// came before; a line beyond this is cut at white space first.
const STRETCH: usize = 4_000;

/// Bytes of lines that a thread remembers the sentences of.
const REMEMBERED: usize = 256 << 10;

thread_local! {
    /// The sentences of lines split lately. Candidates of a rewrite differ from each other in a line
    /// or two, and segtok takes longer than all that is done with the sentences.
    static KNOWN: RefCell<Known> = RefCell::default();
}

#[derive(Default)]
struct Known {
    lines: FxHashMap<Box<str>, Vec<Span>>,
    bytes: usize,
}

/// Splits one line into sentences, without the white space around them. Pieces that hold no
/// letter or digit (a row of emoji, a rule of dashes) are dropped.
#[must_use]
pub fn sentences(line: &str) -> Vec<Span> {
    if line.len() > STRETCH || !needs_splitting(line) {
        return split(line);
    }
    KNOWN.with_borrow_mut(|known| {
        if let Some(spans) = known.lines.get(line) {
            return spans.clone();
        }
        let spans = split(line);
        if known.bytes + line.len() > REMEMBERED {
            *known = Known::default();
        }
        known.bytes += line.len();
        known.lines.insert(line.into(), spans.clone());
        spans
    })
}

fn split(line: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut base = 0;
    for stretch in stretches(line, STRETCH) {
        stretch_sentences(stretch, base, &mut out);
        base += stretch.len();
    }
    out
}

fn stretch_sentences(text: &str, base: usize, out: &mut Vec<Span>) {
    let mut push = |span: Span| {
        let piece = span.of(text).trim();
        if piece.chars().any(char::is_alphanumeric) {
            let blank = span.of(text).len() - span.of(text).trim_start().len();
            let start = base + span.start + blank;
            out.push(Span::new(start, start + piece.len()));
        }
    };
    if !needs_splitting(text) {
        return push(Span::new(0, text.len()));
    }
    // A piece waits until it is known whether the next one goes on with it.
    let mut open: Option<Span> = None;
    for piece in pieces(text) {
        open = Some(match open {
            Some(before) if stop(before.of(text), piece.of(text)) == Stop::GoesOn => {
                Span::new(before.start, piece.end)
            }
            Some(before) => {
                parts(text, before).for_each(&mut push);
                piece
            }
            None => piece,
        });
    }
    if let Some(last) = open {
        parts(text, last).for_each(&mut push);
    }
}

/// The sentences of `text` as segtok sees them, in order.
fn pieces(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut at = 0;
    for sentence in split_single(text, SegmentConfig::default()) {
        let sentence = sentence.trim();
        if sentence.is_empty() {
            continue;
        }
        // segtok returns pieces of the text in order; should it ever rewrite one, the rest of the
        // stretch stays one sentence rather than getting a wrong span.
        let Some(found) = text[at..].find(sentence) else {
            break;
        };
        out.push(Span::new(at + found, at + found + sentence.len()));
        at += found + sentence.len();
    }
    out.push(Span::new(at, text.len()));
    out.retain(|s| !s.of(text).trim().is_empty());
    out
}

/// `piece`, cut where an abbreviation ends a sentence: segtok goes on behind "U.S." in any case.
fn parts(text: &str, piece: Span) -> impl Iterator<Item = Span> {
    let mut at = piece.start;
    let inner = piece.of(text);
    let ends = inner.match_indices(". ").filter_map(move |(i, _)| {
        (stop(&inner[..=i], &inner[i + 2..]) == Stop::Ends).then_some(piece.start + i + 1)
    });
    ends.chain([piece.end]).map(move |end| {
        let part = Span::new(at, end);
        at = end;
        part
    })
}

/// segtok splits only behind a terminal that white space follows.
fn needs_splitting(text: &str) -> bool {
    const ASCII: [char; 3] = ['.', '!', '?'];
    let text = text.trim_end();
    text.char_indices().any(|(i, c)| {
        (ASCII.contains(&c) || !c.is_ascii() && is_other_terminal(c))
            && i + c.len_utf8() < text.len()
    })
}

fn is_other_terminal(c: char) -> bool {
    matches!(
        c,
        '\u{203c}' | '\u{203d}' | '\u{2047}'
            ..='\u{2049}'
                | '\u{3002}'
                | '\u{fe52}'
                | '\u{fe57}'
                | '\u{ff01}'
                | '\u{ff0e}'
                | '\u{ff1f}'
                | '\u{ff61}'
    )
}

/// Pieces of `text` of at most `longest` bytes, which together are all of it; cut behind a sentence
/// where there is one, else at white space, else where the limit is.
pub(crate) fn stretches(text: &str, longest: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (head, tail) = rest.split_at(stretch_len(rest, longest));
        rest = tail;
        Some(head)
    })
}

fn stretch_len(text: &str, longest: usize) -> usize {
    if text.len() <= longest {
        return text.len();
    }
    let limit = text.floor_char_boundary(longest);
    let head = &text[..limit];
    let after = |i: usize| i + head[i..].chars().next().map_or(0, char::len_utf8);
    head.rmatch_indices(['.', '!', '?'])
        .map(|(i, _)| i + 1)
        .find(|&i| head[i..].starts_with(char::is_whitespace))
        .or_else(|| head.rfind(char::is_whitespace).map(after))
        .unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(line: &str) -> Vec<&str> {
        assert_eq!(sentences(line), super::split(line));
        sentences(line).into_iter().map(|s| s.of(line)).collect()
    }

    #[test]
    fn abbreviations_and_numbers_stay_whole() {
        assert_eq!(
            split("Dr. Lee shipped v2.5 today. It works, e.g. on a Mac. Really? Yes!"),
            [
                "Dr. Lee shipped v2.5 today.",
                "It works, e.g. on a Mac.",
                "Really?",
                "Yes!"
            ]
        );
    }

    #[test]
    fn names_with_abbreviations_stay_whole() {
        for whole in [
            "I would like to share that Ms. Lee can't be reached on 5/6.",
            "Thanks to Sen. Ann Lee, Gov. Roe and Lt. Col. Poe of the Univ. of Oslo.",
            "She joined Acme Inc. Europe, not Acme Co. Ltd. or Kin & Co. in Rome.",
            "Led by J. Smith, Ph.D. and R. T. Roe Jr. at the U.S. Department of Labor.",
            "It is No. 5 on the list, see Fig. 2 and approx. 40 others, e.g. Acme.",
            "The Dept. of Health met Martin King Jr. Fellows on St. Ann Street.",
        ] {
            let text = format!("{whole} Do not call.");
            assert_eq!(split(&text), [whole, "Do not call."]);
        }
    }

    #[test]
    fn a_sentence_may_end_in_an_abbreviation() {
        for first in [
            "We met Acme Inc.",
            "Hire the best in the U.S.",
            "It is by Martin King Jr.",
            "Bring pens, paper, etc.",
            "We start at 9 a.m.",
        ] {
            assert_eq!(split(&format!("{first} They left.")), [first, "They left."]);
        }
    }

    #[test]
    fn emoji_only_pieces_are_dropped() {
        assert_eq!(split("🚀🚀🚀"), Vec::<&str>::new());
        assert_eq!(split("  Go now. 🚀 "), ["Go now."]);
        assert_eq!(split("---"), Vec::<&str>::new());
    }

    #[test]
    fn a_megabyte_on_one_line_is_cut_at_sentences() {
        let line = "One short sentence here. ".repeat(40_000);
        assert_eq!(sentences(&line).len(), 40_000);
    }

    proptest! {
        #[test]
        fn spans_are_ordered_and_cover_every_letter(line in "[a-zA-Z0-9 .!?()\"'é🚀。-]{0,120}") {
            let spans = sentences(&line);
            let mut end = 0;
            for s in &spans {
                prop_assert!(s.start >= end);
                prop_assert_eq!(s.of(&line), s.of(&line).trim());
                end = s.end;
            }
            for (i, c) in line.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
                prop_assert!(spans.iter().any(|s| s.start <= i && i < s.end), "{c} at {i}");
            }
        }
    }
}
