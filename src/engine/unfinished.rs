//! The word that is being typed.
//!
//! A sentence in the middle of a word changes with every key, and what a model says of "We hired
//! the bes" is of no use. So it is read without that word, as it was when the word before ended,
//! until the word ends or the writer pauses.

use std::sync::Arc;

use crate::analysis::facts::LineFacts;
use crate::post::{ParsedLine, Post, Span};

/// Most bytes that one key puts in or takes out; a paste or a fix is no typing.
const ONE_KEY: usize = 16;

/// A sentence with an unfinished word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfinished {
    /// The sentence as it is.
    pub(super) whole: String,
    /// Without the word; empty where nothing else is left.
    pub(super) read: String,
}

/// The word that was typed or shortened last, where an edit from `before` to `after` left the caret
/// at its end: its bytes in `after`.
fn word(before: &str, after: &str) -> Option<Span> {
    let same = |(a, b): &(char, char)| a == b;
    let prefix: usize = before
        .chars()
        .zip(after.chars())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let (rest_before, rest_after) = (&before[prefix..], &after[prefix..]);
    let suffix: usize = rest_before
        .chars()
        .rev()
        .zip(rest_after.chars().rev())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let inserted = rest_after.len() - suffix;
    let removed = rest_before.len() - suffix;
    if inserted > ONE_KEY || removed > ONE_KEY || inserted + removed == 0 {
        return None;
    }
    let caret = prefix + inserted;
    let of_word = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-');
    if after[caret..].starts_with(char::is_alphanumeric) {
        return None;
    }
    let head = after[..caret].trim_end_matches(of_word).len();
    (head < caret).then(|| Span::new(head, caret))
}

/// The sentence in the middle of a word, where an edit from `before` led to `post`, whose lines are
/// `lines`.
pub(super) fn unfinished(
    before: &str,
    (input, post): (&str, &Post),
    lines: &[Arc<LineFacts>],
) -> Option<Unfinished> {
    // Where a comment is taken out the places differ; nothing is left out then.
    if post.text() != input {
        return None;
    }
    let word = word(before, input)?;
    let at = post
        .lines()
        .iter()
        .position(|l| l.span.start <= word.start && word.end <= l.span.end)?;
    let start = post.lines()[at].span.start;
    let word = Span::new(word.start - start, word.end - start);
    let parsed: &ParsedLine = &lines[at].parsed;
    let holds = |s: &&Span| s.start <= word.start && word.end <= s.end;
    let sentence = *parsed.sentences.iter().find(holds)?;
    let (whole, word) = (parsed.normal_span(sentence), parsed.normal_span(word));
    let normal = &parsed.normal;
    let (left, right) = (
        normal.get(whole.start..word.start)?,
        normal.get(word.end..whole.end)?,
    );
    let left = left.trim_end();
    let read = format!("{left}{right}").trim().to_owned();
    Some(Unfinished {
        whole: parsed.normal_of(sentence).trim().to_owned(),
        read: if read.contains(char::is_alphanumeric) {
            read
        } else {
            String::new()
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(before: &str, after: &str) -> Option<(String, String)> {
        let post = Post::new(after);
        let lines = LineFacts::of_post(&post, |l| Arc::new(LineFacts::of(l, None)));
        unfinished(before, (after, &post), &lines).map(|u| (u.whole, u.read))
    }

    #[test]
    fn a_word_that_is_typed_is_left_out_until_it_ends() {
        let both = |whole: &str, read: &str| Some((whole.to_owned(), read.to_owned()));
        assert_eq!(
            read("We hired the be", "We hired the bes"),
            both("We hired the bes", "We hired the")
        );
        // Shortened again, and within a sentence.
        assert_eq!(
            read("We hired the bes", "We hired the be"),
            both("We hired the be", "We hired the")
        );
        assert_eq!(
            read("Two new  people.", "Two new a people."),
            both("Two new a people.", "Two new people.")
        );
        assert_eq!(read("One.\nDon’", "One.\nDon’t"), both("Don't", ""));
        assert_eq!(read("Done. N", "Done. No"), both("No", ""));
    }

    #[test]
    fn what_ends_a_word_leaves_nothing_out() {
        for (before, after) in [
            ("We hired", "We hired "),
            ("We hired", "We hired."),
            ("We hird", "We hired"),
            ("", "A whole text at once, as of a paste."),
            ("We hired them.", "We hired them."),
            ("We hired\n", "We hired\n\n"),
        ] {
            assert_eq!(read(before, after), None, "{after}");
        }
        let comment = "<!-- postwright: off style -->\nWe hir";
        assert_eq!(read(&comment[..comment.len() - 1], comment), None);
    }
}
