//! A text that is edited by code points.

use super::{Patch, Transaction};

/// Why a transaction cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("patch {patch} deletes {deleted} characters at {position}, where the text has {length}")]
pub struct PatchError {
    /// Which patch of the transaction, from 0.
    pub patch: usize,
    /// Where it begins, in code points.
    pub position: usize,
    /// Code points that it deletes.
    pub deleted: usize,
    /// Code points of the text.
    pub length: usize,
}

/// A place between two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Place {
    chars: usize,
    bytes: usize,
}

/// A text, and the place of the last edit, from which the next one is sought: edits are mostly
/// neighbours. A patch costs the way to it, and moves the bytes behind it; that is about a
/// microsecond for posts and articles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    text: String,
    chars: usize,
    last: Place,
}

impl Document {
    /// A document with this text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            chars: text.chars().count(),
            last: Place::default(),
        }
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its length in code points.
    #[must_use]
    pub const fn chars(&self) -> usize {
        self.chars
    }

    /// Applies the patches of a transaction, each to the text that the one before it left.
    /// Returns the text.
    ///
    /// # Errors
    /// Where a patch goes beyond the text. Those before it are applied.
    pub fn apply(&mut self, transaction: &Transaction) -> Result<&str, PatchError> {
        for (n, patch) in transaction.patches.iter().enumerate() {
            self.patch(patch).ok_or(PatchError {
                patch: n,
                position: patch.position,
                deleted: patch.deleted,
                length: self.chars,
            })?;
        }
        Ok(&self.text)
    }

    fn patch(&mut self, patch: &Patch) -> Option<()> {
        let end = patch.position.checked_add(patch.deleted)?;
        if end > self.chars {
            return None;
        }
        let start = self.seek(self.last, patch.position);
        let end = self.seek(start, end);
        self.text
            .replace_range(start.bytes..end.bytes, &patch.inserted);
        let inserted = patch.inserted.chars().count();
        self.chars = self.chars - patch.deleted + inserted;
        self.last = Place {
            chars: start.chars + inserted,
            bytes: start.bytes + patch.inserted.len(),
        };
        Some(())
    }

    /// The place after `chars` characters, of which there are as many, from `near` or from either
    /// end, whichever is nearest.
    fn seek(&self, near: Place, chars: usize) -> Place {
        let start = Place::default();
        let end = Place {
            chars: self.chars,
            bytes: self.text.len(),
        };
        let from = [near, start, end]
            .into_iter()
            .min_by_key(|place| place.chars.abs_diff(chars))
            .unwrap_or_default();
        let (before, after) = self.text.split_at(from.bytes);
        let way = from.chars.abs_diff(chars);
        let bytes = if chars >= from.chars {
            from.bytes + after.chars().take(way).map(char::len_utf8).sum::<usize>()
        } else {
            from.bytes
                - before
                    .chars()
                    .rev()
                    .take(way)
                    .map(char::len_utf8)
                    .sum::<usize>()
        };
        Place { chars, bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn patch(position: usize, deleted: usize, inserted: &str) -> Patch {
        Patch {
            position,
            deleted,
            inserted: inserted.to_owned(),
        }
    }

    fn transaction(patches: Vec<Patch>) -> Transaction {
        let time = None;
        Transaction { time, patches }
    }

    #[test]
    fn positions_are_code_points() {
        let mut document = Document::new("naïve 🙂!");
        let edits = [patch(6, 1, "👩🏽"), patch(2, 1, "i"), patch(9, 0, "é")];
        assert_eq!(document.apply(&transaction(edits.into())), Ok("naive 👩🏽!é"));
        assert_eq!(document.chars(), 10);
    }

    #[test]
    fn a_patch_beyond_the_text_is_named() {
        for (position, deleted) in [(4, 0), (2, 2), (usize::MAX, 2)] {
            let mut document = Document::new("äb");
            let edits = vec![patch(2, 0, "c"), patch(position, deleted, "x")];
            let error = document.apply(&transaction(edits)).unwrap_err();
            let expected = PatchError {
                patch: 1,
                position,
                deleted,
                length: 3,
            };
            assert_eq!(error, expected);
            assert_eq!(document.text(), "äbc", "the first one is applied");
        }
    }

    proptest! {
        #[test]
        fn equals_a_vector_of_characters(
            start in "[aé🙂]{0,12}",
            edits in prop::collection::vec((0usize..20, 0usize..6, "[bü👍]{0,4}"), 0..40),
        ) {
            let mut document = Document::new(&start);
            let mut naive: Vec<char> = start.chars().collect();
            for (position, deleted, inserted) in edits {
                let edit = transaction(vec![patch(position, deleted, &inserted)]);
                let fits = position + deleted <= naive.len();
                prop_assert_eq!(document.apply(&edit).is_ok(), fits);
                if fits {
                    naive.splice(position..position + deleted, inserted.chars());
                }
                prop_assert_eq!(document.text(), naive.iter().collect::<String>());
                prop_assert_eq!(document.chars(), naive.len());
            }
        }
    }
}
