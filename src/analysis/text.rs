//! What a post amounts to, and where the feed folds it.

use serde::Serialize;

use crate::post::{FoldLimits, LIMIT, ParsedLine, Post, Span, fold};

/// Counts of the published text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextStats {
    /// UTF-16 code units, LinkedIn's measure.
    pub utf16_units: usize,
    /// Grapheme clusters: what a reader calls characters.
    pub graphemes: usize,
    /// Words, tags and handles; links are none.
    pub words: usize,
    /// Sentences that hold a word.
    pub sentences: usize,
    /// Runs of lines between blank ones.
    pub paragraphs: usize,
    /// LinkedIn's limit, in UTF-16 units.
    pub limit: usize,
    /// UTF-16 units above the limit.
    pub over_by: usize,
    /// The "… see more" fold.
    pub fold: Folds,
}

/// The fold on both kinds of screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Folds {
    /// In a browser.
    pub desktop: Fold,
    /// On a phone.
    pub mobile: Fold,
}

/// One fold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fold {
    /// Byte of the input at which the post is cut; its end where it is not.
    pub cut_at: usize,
    /// What is seen before a reader asks for more.
    pub visible: String,
}

impl TextStats {
    /// Counts a post, given its parsed lines.
    #[must_use]
    pub fn new(post: &Post, lines: &[&ParsedLine], limits: FoldLimits) -> Self {
        let breaks = lines.len().saturating_sub(1);
        let total = |f: fn(&ParsedLine) -> usize| lines.iter().map(|l| f(l)).sum::<usize>();
        let utf16_units = total(|l| l.utf16_units) + breaks;
        let fold = |limit| {
            let cut = fold::cut_at(post.text(), limit);
            let cut_at = if cut == post.text().len() {
                post.input_len()
            } else {
                post.input_span(Span::new(cut, cut)).start
            };
            Fold {
                cut_at,
                visible: post.text()[..cut].to_owned(),
            }
        };
        Self {
            utf16_units,
            graphemes: total(|l| l.graphemes) + breaks,
            words: total(|l| l.words),
            sentences: total(|l| l.sentences.len()),
            paragraphs: post.paragraphs().len(),
            limit: LIMIT,
            over_by: utf16_units.saturating_sub(LIMIT),
            fold: Folds {
                desktop: fold(limits.desktop),
                mobile: fold(limits.mobile),
            },
        }
    }
}
