//! One line, parsed on its own: the unit that the segment memo keeps.

use unicode_segmentation::UnicodeSegmentation;

use super::normalise;
use super::sentence;
use super::span::{OffsetMap, Span};
use super::token::{self, Token, TokenKind};

/// What a line holds. Every span counts from the start of the line.
#[derive(Debug, Clone, Default)]
pub struct ParsedLine {
    /// Words, tags, links, emoji, in order.
    pub tokens: Vec<Token>,
    /// Sentences that hold at least one word.
    pub sentences: Vec<Span>,
    /// The line as post mode analyses it.
    pub normal: String,
    /// Offsets of `normal` to offsets of the line.
    pub normal_map: OffsetMap,
    /// UTF-16 code units.
    pub utf16_units: usize,
    /// Grapheme clusters.
    pub graphemes: usize,
    /// Words, tags and handles.
    pub words: usize,
}

impl ParsedLine {
    /// Parses `line`, which holds no line break.
    #[must_use]
    pub fn parse(line: &str) -> Self {
        let tokens = token::tokens(line);
        let mut sentences = sentence::sentences(line);
        sentences.retain(|s| words_in(&tokens, *s).next().is_some());
        let (normal, normal_map) = normalise::normalise(line, &tokens);
        let counts = |k| matches!(k, TokenKind::Word | TokenKind::Hashtag | TokenKind::Mention);
        Self {
            words: tokens.iter().filter(|t| counts(t.kind)).count(),
            tokens,
            sentences,
            normal,
            normal_map,
            utf16_units: utf16_units(line),
            graphemes: if line.is_ascii() {
                line.len()
            } else {
                line.graphemes(true).count()
            },
        }
    }

    /// The words within `span`, in order.
    pub fn words_in(&self, span: Span) -> impl Iterator<Item = Span> + '_ {
        words_in(&self.tokens, span)
    }

    /// Tokens of one kind, in order.
    pub fn of_kind(&self, kind: TokenKind) -> impl Iterator<Item = Span> + '_ {
        self.tokens
            .iter()
            .filter(move |t| t.kind == kind)
            .map(|t| t.span)
    }

    /// The part of [`Self::normal`] that a span of the line became.
    #[must_use]
    pub fn normal_span(&self, span: Span) -> Span {
        let start = self.normal_map.to_output(span.start);
        Span::new(start, self.normal_map.to_output(span.end).max(start))
    }

    /// The normalised text of a span of the line.
    #[must_use]
    pub fn normal_of(&self, span: Span) -> &str {
        self.normal_span(span).of(&self.normal)
    }
}

fn words_in(tokens: &[Token], span: Span) -> impl Iterator<Item = Span> + '_ {
    let from = tokens.partition_point(|t| t.span.start < span.start);
    tokens[from..]
        .iter()
        .take_while(move |t| t.span.end <= span.end)
        .filter(|t| t.kind == TokenKind::Word)
        .map(|t| t.span)
}

/// Length in UTF-16 code units, LinkedIn's measure.
#[must_use]
pub fn utf16_units(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().map(char::len_utf16).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_normal_spans() {
        let text = "𝗕𝗶𝗴 news, it’s out! #launch 🚀 https://x.io";
        let line = ParsedLine::parse(text);
        assert_eq!(line.normal, "Big news, it's out!  🚀 ");
        assert_eq!(line.words, 5);
        assert_eq!(line.sentences.len(), 1);
        let out = text.find("out").unwrap();
        assert_eq!(line.normal_of(Span::new(out, out + 3)), "out");
        assert_eq!(line.utf16_units, text.encode_utf16().count());
    }

    #[test]
    fn a_line_of_tags_is_no_sentence() {
        assert!(ParsedLine::parse("#one #two 🚀").sentences.is_empty());
    }
}
