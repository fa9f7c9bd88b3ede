//! Word-level difference of two texts, as spans for a view.

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use crate::post::Span;

/// What a piece of a difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PieceKind {
    /// In both texts.
    Same,
    /// In the first text only.
    Removed,
    /// In the second text only.
    Added,
}

/// A run of words. Concatenating the `before` spans of all pieces gives the first text, the
/// `after` spans the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Whether it stays, goes or comes.
    pub kind: PieceKind,
    /// Bytes of the first text; empty where the piece is added.
    pub before: Span,
    /// Bytes of the second text; empty where the piece is removed.
    pub after: Span,
}

/// The difference between `before` and `after`, word by word (UAX #29, Myers' algorithm). Runs of
/// one kind are one piece.
#[must_use]
pub fn diff(before: &str, after: &str) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let (mut old, mut new) = (0, 0);
    for change in TextDiff::from_unicode_words(before, after).iter_all_changes() {
        let len = change.value().len();
        let (kind, in_old, in_new) = match change.tag() {
            ChangeTag::Equal => (PieceKind::Same, len, len),
            ChangeTag::Delete => (PieceKind::Removed, len, 0),
            ChangeTag::Insert => (PieceKind::Added, 0, len),
        };
        match out.last_mut().filter(|p| p.kind == kind) {
            Some(piece) => {
                piece.before.end += in_old;
                piece.after.end += in_new;
            }
            None => out.push(Piece {
                kind,
                before: Span::new(old, old + in_old),
                after: Span::new(new, new + in_new),
            }),
        }
        old += in_old;
        new += in_new;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_that_change() {
        let (a, b) = ("We utilise it daily.", "We use it daily, yes.");
        let got: Vec<_> = diff(a, b)
            .iter()
            .map(|p| match p.kind {
                PieceKind::Same => ('=', p.before.of(a)),
                PieceKind::Removed => ('-', p.before.of(a)),
                PieceKind::Added => ('+', p.after.of(b)),
            })
            .collect();
        let want = [
            ('=', "We "),
            ('-', "utilise"),
            ('+', "use"),
            ('=', " it daily"),
            ('+', ", yes"),
            ('=', "."),
        ];
        assert_eq!(got, want);
        assert_eq!(diff("", ""), []);
    }

    proptest! {
        #[test]
        fn pieces_make_both_texts(a in "[a-c é🚀.\n]{0,40}", b in "[a-c é🚀.\n]{0,40}") {
            let pieces = diff(&a, &b);
            let old: String = pieces.iter().map(|p| p.before.of(&a)).collect();
            let new: String = pieces.iter().map(|p| p.after.of(&b)).collect();
            prop_assert_eq!((old, new), (a.clone(), b.clone()));
            for p in pieces.iter().filter(|p| p.kind == PieceKind::Same) {
                prop_assert_eq!(p.before.of(&a), p.after.of(&b));
            }
        }
    }
}
