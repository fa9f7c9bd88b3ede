//! What each head reads of a text: the same in training and in use.

use std::ops::Range;

use crate::analysis::facts::LineFacts;
use crate::analysis::features;
use crate::analysis::features::surface::surface;
use crate::analysis::features::tone::tone;
use crate::analysis::features::words::{Grams, grams};
use crate::analysis::sentiment::polarity;
use crate::post::Post;

/// Numbers and words, before the encoder's vector is put behind the numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Inputs {
    /// Numbers of known meaning.
    pub dense: Vec<f32>,
    /// Hashed words and their weights.
    pub sparse: Vec<(u32, f32)>,
}

/// What the head for sentiment reads of a sentence.
#[must_use]
pub fn sentence(text: &str) -> Inputs {
    let which = Grams {
        longest: 2,
        negation: true,
    };
    Inputs {
        dense: tone(text, &polarity(text)).to_vec(),
        sparse: grams(text, which),
    }
}

/// What the heads for headlines and hooks read of an opening.
#[must_use]
pub fn opening(text: &str) -> Inputs {
    let which = Grams {
        longest: 2,
        negation: false,
    };
    Inputs {
        dense: surface(text).to_vec(),
        sparse: grams(text, which),
    }
}

/// What the head for engagement reads of a post besides the vectors of its sentences.
#[must_use]
pub fn post(text: &str, sentences: &[String], media: Option<&str>) -> Vec<f32> {
    let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
    features::post::post(text, &sentences, &polarity(text), media).to_vec()
}

/// The sentences of a text as the encoder reads them, in order.
#[must_use]
pub fn sentences(text: &str) -> Vec<String> {
    let post = Post::new(text);
    let mut out = Vec::new();
    for line in post.lines() {
        let parsed = LineFacts::of(line.span.of(post.text()), None).parsed;
        let normal = parsed.sentences.iter().map(|s| parsed.normal_of(*s).trim());
        out.extend(normal.map(str::to_owned));
    }
    out
}

/// The sentences of texts, one after another, and which are whose; a text without one is read as
/// one.
#[must_use]
pub fn parts<T: AsRef<str>>(texts: &[T]) -> (Vec<String>, Vec<Range<usize>>) {
    let (mut parts, mut ranges) = (Vec::new(), Vec::new());
    for text in texts {
        let start = parts.len();
        parts.extend(sentences(text.as_ref()));
        if parts.len() == start {
            parts.push(text.as_ref().trim().to_owned());
        }
        ranges.push(start..parts.len());
    }
    (parts, ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_those_of_all_lines() {
        assert_eq!(
            sentences("One. Two!\n\n#tag\nThree?"),
            ["One.", "Two!", "Three?"]
        );
    }
}
