//! The prose of a post: what keyword extraction and language detection read.

use std::sync::Arc;

use crate::post::token::TokenKind;
use crate::post::{Post, Span};

use super::facts::LineFacts;

/// Normalised lines, parted by blank ones, with blanks in place of emoji.
#[derive(Debug, Clone, Default)]
pub struct Prose {
    /// The text.
    pub text: String,
    /// For each line that has text: its first byte here, and its index.
    starts: Vec<(usize, usize)>,
}

impl Prose {
    /// The prose of `lines`.
    #[must_use]
    pub fn new(lines: &[Arc<LineFacts>]) -> Self {
        let mut prose = Self::default();
        for (index, line) in lines.iter().enumerate() {
            let parsed = &line.parsed;
            if parsed.sentences.is_empty() {
                continue;
            }
            if !prose.text.is_empty() {
                prose.text.push_str("\n\n");
            }
            prose.starts.push((prose.text.len(), index));
            let mut at = 0;
            for emoji in parsed
                .of_kind(TokenKind::Emoji)
                .map(|s| parsed.normal_span(s))
            {
                prose.text.push_str(&parsed.normal[at..emoji.start]);
                prose.text.extend(std::iter::repeat_n(' ', emoji.len()));
                at = emoji.end;
            }
            prose.text.push_str(&parsed.normal[at..]);
        }
        prose
    }

    /// First byte in the prose of line `index`, where that line has text.
    #[must_use]
    pub fn line_start(&self, index: usize) -> Option<usize> {
        let found = self
            .starts
            .binary_search_by_key(&index, |(_, line)| *line)
            .ok()?;
        Some(self.starts[found].0)
    }

    /// The sentences of `lines`, which the prose was made from.
    #[must_use]
    pub fn sentences(&self, lines: &[Arc<LineFacts>]) -> Vec<&str> {
        let of_line = |(start, index): &(usize, usize)| {
            let parsed = &lines[*index].parsed;
            let spans = parsed.sentences.iter().map(|s| parsed.normal_span(*s));
            let spans: Vec<Span> = spans.map(|s| s.shifted(*start)).collect();
            spans
        };
        self.starts
            .iter()
            .flat_map(of_line)
            .map(|span| span.of(&self.text).trim())
            .collect()
    }

    /// The bytes of the published text under a span of the prose, which lies within one line.
    #[must_use]
    pub fn post_span(&self, span: Span, post: &Post, lines: &[Arc<LineFacts>]) -> Option<Span> {
        let n = self
            .starts
            .partition_point(|(start, _)| *start <= span.start)
            .checked_sub(1)?;
        let (start, index) = self.starts[n];
        let parsed = &lines[index].parsed;
        if span.end - start > parsed.normal.len() {
            return None;
        }
        let within = Span::new(span.start - start, span.end - start);
        Some(
            parsed
                .normal_map
                .span(within)
                .shifted(post.lines()[index].span.start),
        )
    }
}
