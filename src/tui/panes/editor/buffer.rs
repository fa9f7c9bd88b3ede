//! The text under edit: cursor and selection on grapheme boundaries, undo by words.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use crate::post::{Revision, Span};
use crate::store::journal::Change;

/// One change and what it takes to undo it.
#[derive(Debug, Clone)]
struct Edit {
    at: usize,
    removed: String,
    inserted: String,
    cursor_before: usize,
}

/// A text with a cursor.
#[derive(Debug, Clone, Default)]
pub struct TextBuffer {
    text: String,
    cursor: usize,
    anchor: Option<usize>,
    undo: Vec<Edit>,
    redo: Vec<Edit>,
    /// Undo depth at the last save; `None` once that state cannot be reached.
    saved_at: Option<usize>,
    /// Whether the next insertion may join the last edit.
    joinable: bool,
    revision: Revision,
    /// What was done since it was last asked for.
    changes: Vec<Change>,
}

impl TextBuffer {
    /// A buffer of `text`, unchanged, with the cursor at its start.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self {
            text,
            saved_at: Some(0),
            ..Self::default()
        }
    }

    /// The same buffer, counting its changes from `revision` on, so that two texts never share one.
    #[must_use]
    pub fn counting_from(mut self, revision: Revision) -> Self {
        self.revision = revision;
        self
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Byte offset of the cursor, on a grapheme boundary.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// What was done to the text since the last call, for the journal.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Puts `new` in place of `range` and takes note of it.
    fn splice(&mut self, range: Span, new: &str) {
        self.text.replace_range(range.start..range.end, new);
        self.changes.push(Change {
            at: range.start,
            removed: range.len(),
            inserted: new.to_owned(),
        });
        self.revision = self.revision.next();
    }

    /// Counts changes.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Whether the text differs from what was last saved.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.saved_at != Some(self.undo.len())
    }

    /// Takes note that the text as of now is on no disk.
    pub fn mark_unsaved(&mut self) {
        self.saved_at = None;
    }

    /// Takes note that the text as of now is on disk.
    pub fn mark_saved(&mut self) {
        self.saved_at = Some(self.undo.len());
        self.joinable = false;
    }

    /// The selected bytes, where there are any.
    #[must_use]
    pub fn selection(&self) -> Option<Span> {
        let anchor = self.anchor?;
        let (start, end) = (anchor.min(self.cursor), anchor.max(self.cursor));
        (start < end).then(|| Span::new(start, end))
    }

    /// The selected text.
    #[must_use]
    pub fn selected_text(&self) -> Option<&str> {
        self.selection().map(|s| s.of(&self.text))
    }

    /// Moves the cursor to the grapheme boundary at or before byte `to`.
    pub fn move_to(&mut self, to: usize, select: bool) {
        self.joinable = false;
        self.anchor = if select {
            self.anchor.or(Some(self.cursor))
        } else {
            None
        };
        self.cursor = self.boundary_at(to);
    }

    /// Selects everything.
    pub fn select_all(&mut self) {
        self.joinable = false;
        self.anchor = Some(0);
        self.cursor = self.text.len();
    }

    /// Puts `new` in place of the selection, or at the cursor.
    pub fn insert(&mut self, new: &str) {
        let range = self
            .selection()
            .unwrap_or_else(|| Span::new(self.cursor, self.cursor));
        if range.is_empty() && self.join(new) {
            return;
        }
        self.replace(range, new);
        // A word and the white space behind it are undone together.
        self.joinable = range.is_empty() && is_single(new) && new != "\n";
    }

    /// Puts `new` in place of `range`, whose ends lie on character boundaries.
    pub fn replace(&mut self, range: Span, new: &str) {
        self.anchor = None;
        self.joinable = false;
        if range.is_empty() && new.is_empty() {
            return;
        }
        let edit = Edit {
            at: range.start,
            removed: range.of(&self.text).to_owned(),
            inserted: new.to_owned(),
            cursor_before: self.cursor,
        };
        self.splice(range, new);
        self.cursor = self.boundary_at(range.start + new.len());
        if self.saved_at.is_some_and(|s| s > self.undo.len()) {
            self.saved_at = None;
        }
        self.undo.push(edit);
        self.redo.clear();
    }

    /// Adds a typed character to the last edit where both belong to one word.
    fn join(&mut self, new: &str) -> bool {
        let at_end = self.cursor;
        let Some(last) = self
            .undo
            .last_mut()
            .filter(|_| self.joinable && is_single(new))
        else {
            return false;
        };
        let ends_in_space = last.inserted.ends_with(char::is_whitespace);
        let starts_word = ends_in_space && !new.starts_with(char::is_whitespace);
        if last.at + last.inserted.len() != at_end || starts_word || new == "\n" {
            return false;
        }
        last.inserted.push_str(new);
        self.splice(Span::new(at_end, at_end), new);
        self.cursor = self.boundary_at(at_end + new.len());
        self.anchor = None;
        true
    }

    /// Deletes the selection, or from the cursor to `to`.
    fn delete_to(&mut self, to: usize) {
        let range = self
            .selection()
            .unwrap_or_else(|| Span::new(self.cursor.min(to), self.cursor.max(to)));
        self.replace(range, "");
    }

    /// Deletes the selection or the grapheme before the cursor.
    pub fn backspace(&mut self) {
        self.delete_to(self.left());
    }

    /// Deletes the selection or the grapheme behind the cursor.
    pub fn delete(&mut self) {
        self.delete_to(self.right());
    }

    /// Deletes the selection or back to the start of the word.
    pub fn delete_word(&mut self) {
        self.delete_to(self.word_left());
    }

    /// Takes the last edit back. Returns whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(edit) = self.undo.pop() else {
            return false;
        };
        let range = Span::new(edit.at, edit.at + edit.inserted.len());
        self.splice(range, &edit.removed);
        self.after_history(edit.cursor_before);
        self.redo.push(edit);
        true
    }

    /// Makes the last edit taken back again. Returns whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(edit) = self.redo.pop() else {
            return false;
        };
        let range = Span::new(edit.at, edit.at + edit.removed.len());
        self.splice(range, &edit.inserted);
        self.after_history(edit.at + edit.inserted.len());
        self.undo.push(edit);
        true
    }

    fn after_history(&mut self, cursor: usize) {
        self.cursor = self.boundary_at(cursor);
        self.anchor = None;
        self.joinable = false;
    }

    /// The grapheme boundary left of the cursor.
    #[must_use]
    pub fn left(&self) -> usize {
        let mut cursor = GraphemeCursor::new(self.cursor, self.text.len(), true);
        // The whole text is one chunk, so the cursor never asks for context.
        cursor
            .prev_boundary(&self.text, 0)
            .ok()
            .flatten()
            .unwrap_or(0)
    }

    /// The grapheme boundary right of the cursor.
    #[must_use]
    pub fn right(&self) -> usize {
        let mut cursor = GraphemeCursor::new(self.cursor, self.text.len(), true);
        cursor
            .next_boundary(&self.text, 0)
            .ok()
            .flatten()
            .unwrap_or(self.text.len())
    }

    /// Start of the word left of the cursor.
    #[must_use]
    pub fn word_left(&self) -> usize {
        let line = self.line_start(self.cursor);
        if line == self.cursor {
            return self.left();
        }
        let mut words = self.text[line..self.cursor].unicode_word_indices();
        words.next_back().map_or(line, |(i, _)| line + i)
    }

    /// End of the word right of the cursor.
    #[must_use]
    pub fn word_right(&self) -> usize {
        let line_end = self.line_end(self.cursor);
        if line_end == self.cursor {
            return self.right();
        }
        let mut words = self.text[self.cursor..line_end].unicode_word_indices();
        words
            .next()
            .map_or(line_end, |(i, w)| self.cursor + i + w.len())
    }

    /// Start of the line that holds byte `at`.
    #[must_use]
    pub fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |i| i + 1)
    }

    /// End of the line that holds byte `at`, before its line break.
    #[must_use]
    pub fn line_end(&self, at: usize) -> usize {
        self.text[at..]
            .find('\n')
            .map_or(self.text.len(), |i| at + i)
    }

    /// The grapheme boundary at or before `at`.
    fn boundary_at(&self, at: usize) -> usize {
        let at = self.text.floor_char_boundary(at);
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        match cursor.is_boundary(&self.text, 0) {
            Ok(true) => at,
            _ => cursor
                .prev_boundary(&self.text, 0)
                .ok()
                .flatten()
                .unwrap_or(0),
        }
    }
}

fn is_single(text: &str) -> bool {
    text.graphemes(true).nth(1).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(buffer: &mut TextBuffer, text: &str) {
        for c in text.chars() {
            buffer.insert(c.encode_utf8(&mut [0; 4]));
        }
    }

    #[test]
    fn an_emoji_is_one_step_and_one_delete() {
        let mut b = TextBuffer::new("a👩‍💻b".into());
        b.move_to("a👩‍💻".len(), false);
        assert_eq!(b.left(), 1);
        b.backspace();
        assert_eq!(b.text(), "ab");
        b.undo();
        assert_eq!(b.text(), "a👩‍💻b");
    }

    #[test]
    fn undo_takes_words_back() {
        let mut b = TextBuffer::new(String::new());
        typed(&mut b, "one two\nthree");
        b.undo();
        assert_eq!(b.text(), "one two\n");
        b.undo();
        assert_eq!(b.text(), "one two");
        b.undo();
        assert_eq!(b.text(), "one ");
        b.redo();
        assert_eq!(b.text(), "one two");
    }

    #[test]
    fn modified_follows_undo_across_a_save() {
        let mut b = TextBuffer::new("x".into());
        assert!(!b.is_modified());
        typed(&mut b, "ab");
        assert!(b.is_modified());
        b.mark_saved();
        typed(&mut b, "c");
        assert!(b.is_modified());
        b.undo();
        assert!(!b.is_modified());
        b.undo();
        assert!(b.is_modified());
        typed(&mut b, "z");
        assert!(b.is_modified(), "the saved state is out of reach");
    }

    #[test]
    fn a_selection_is_replaced() {
        let mut b = TextBuffer::new("hello world".into());
        b.move_to(6, false);
        b.move_to(11, true);
        assert_eq!(b.selected_text(), Some("world"));
        b.insert("you");
        assert_eq!(b.text(), "hello you");
    }

    #[derive(Debug, Clone)]
    enum Step {
        Insert(String),
        Move(usize, bool),
        Backspace,
        Delete,
        DeleteWord,
        Undo,
        Redo,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => "[a-z é👩‍💻\u{301}\n]{1,3}".prop_map(Step::Insert),
            2 => (0..60usize, any::<bool>()).prop_map(|(at, select)| Step::Move(at, select)),
            1 => Just(Step::Backspace),
            1 => Just(Step::Delete),
            1 => Just(Step::DeleteWord),
            2 => Just(Step::Undo),
            1 => Just(Step::Redo),
        ]
    }

    proptest! {
        #[test]
        fn equals_a_plain_string_with_a_list_of_states(steps in prop::collection::vec(step(), 1..60)) {
            let mut b = TextBuffer::new("start 🚀 text".into());
            let mut states = vec![b.text().to_owned()];
            for step in steps {
                let before = b.text().to_owned();
                let (cursor, selection) = (b.cursor(), b.selection());
                let range = selection.unwrap_or(Span::new(cursor, cursor));
                match step {
                    Step::Insert(s) => {
                        b.insert(&s);
                        let model = format!("{}{s}{}", &before[..range.start], &before[range.end..]);
                        prop_assert_eq!(b.text(), model);
                    }
                    Step::Move(at, select) => b.move_to(at.min(before.len()), select),
                    Step::Backspace => b.backspace(),
                    Step::Delete => b.delete(),
                    Step::DeleteWord => b.delete_word(),
                    Step::Undo => {
                        if b.undo() {
                            prop_assert!(states.contains(&b.text().to_owned()));
                        }
                    }
                    Step::Redo => {
                        if b.redo() {
                            prop_assert!(states.contains(&b.text().to_owned()));
                        }
                    }
                }
                states.push(b.text().to_owned());
                let boundary = b.text().grapheme_indices(true).any(|(i, _)| i == b.cursor())
                    || b.cursor() == b.text().len();
                prop_assert!(boundary, "cursor inside a cluster");
            }
            while b.undo() {}
            prop_assert_eq!(b.text(), "start 🚀 text");
            prop_assert!(!b.is_modified());
        }

        #[test]
        fn the_changes_told_lead_to_the_text(steps in prop::collection::vec(step(), 1..60)) {
            let mut b = TextBuffer::new("start 🚀 text".into());
            let mut mirror = b.text().to_owned();
            for step in steps {
                match step {
                    Step::Insert(s) => b.insert(&s),
                    Step::Move(at, select) => b.move_to(at.min(b.text().len()), select),
                    Step::Backspace => b.backspace(),
                    Step::Delete => b.delete(),
                    Step::DeleteWord => b.delete_word(),
                    Step::Undo => drop(b.undo()),
                    Step::Redo => drop(b.redo()),
                }
                for change in b.take_changes() {
                    mirror.replace_range(change.at..change.at + change.removed, &change.inserted);
                }
                prop_assert_eq!(b.text(), &mirror);
            }
        }
    }
}
