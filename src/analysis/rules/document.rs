//! A post as the rules over several lines read it.

use crate::analysis::structure::lists;
use crate::post::token::TokenKind;
use crate::post::{FoldLimits, ParsedLine, Post, Span, fold};

/// A line and where it starts.
pub(super) struct DocumentLine<'a> {
    /// First byte in the post.
    pub start: usize,
    pub text: &'a str,
    pub parsed: &'a ParsedLine,
    /// Whether it is an item of a list.
    pub item: bool,
}

/// A sentence with at least one word.
pub(super) struct Sentence {
    /// Bytes of the post.
    pub span: Span,
    /// Index into [`Document::lines`].
    pub line: usize,
    pub words: usize,
}

/// Lines and sentences; spans are bytes of [`Document::text`].
pub(super) struct Document<'a> {
    pub text: &'a str,
    pub paragraphs: &'a [Span],
    pub lines: Vec<DocumentLine<'a>>,
    pub sentences: Vec<Sentence>,
    /// Grapheme clusters, line breaks counted.
    pub characters: usize,
    /// Bytes at which the feed cuts the post on a desktop and on a phone.
    pub cut_desktop: usize,
    pub cut_mobile: usize,
}

impl<'a> Document<'a> {
    pub fn new(post: &'a Post, parsed: &[&'a ParsedLine], fold: FoldLimits) -> Self {
        let text = post.text();
        let lines: Vec<_> = post
            .lines()
            .iter()
            .zip(parsed)
            .map(|(l, &parsed)| {
                let line = l.span.of(text);
                DocumentLine {
                    start: l.span.start,
                    text: line,
                    parsed,
                    item: lists::marker(line).is_some(),
                }
            })
            .collect();
        let mut sentences = Vec::new();
        for (i, line) in lines.iter().enumerate() {
            sentences.extend(line.parsed.sentences.iter().map(|s| Sentence {
                span: s.shifted(line.start),
                line: i,
                words: line.parsed.words_in(*s).count(),
            }));
        }
        Self {
            text,
            paragraphs: post.paragraphs(),
            characters: lines
                .iter()
                .map(|l| l.parsed.graphemes + 1)
                .sum::<usize>()
                .saturating_sub(1),
            lines,
            sentences,
            cut_desktop: fold::cut_at(text, fold.desktop),
            cut_mobile: fold::cut_at(text, fold.mobile),
        }
    }

    /// Tokens of one kind, in order.
    pub fn tokens(&self, kind: TokenKind) -> impl Iterator<Item = Span> + '_ {
        self.lines
            .iter()
            .flat_map(move |l| l.parsed.of_kind(kind).map(|s| s.shifted(l.start)))
    }

    /// The normalised text of a sentence.
    pub fn normal(&self, sentence: &Sentence) -> &'a str {
        let line = &self.lines[sentence.line];
        let span = Span::new(
            sentence.span.start - line.start,
            sentence.span.end - line.start,
        );
        line.parsed.normal_of(span)
    }
}
