//! Lengths of sentences, lines and paragraphs.
#![expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]

use super::model::Rhythm;
use crate::post::{ParsedLine, Post};

pub(super) fn rhythm(post: &Post, parsed: &[&ParsedLine]) -> Rhythm {
    let words: Vec<usize> = parsed
        .iter()
        .flat_map(|p| p.sentences.iter().map(|s| p.words_in(*s).count()))
        .collect();
    let mean_words = mean(words.iter().sum(), words.len());
    let square = |w: &usize| (*w as f64 - mean_words).powi(2);
    let variance = words.iter().map(square).sum::<f64>() / words.len().max(1) as f64;
    let mut paragraphs = vec![0; post.paragraphs().len()];
    let (mut lines, mut characters) = (0, 0);
    for (line, parsed) in post.lines().iter().zip(parsed) {
        if let Some(p) = line.paragraph {
            // A line break stands between the lines of a paragraph.
            paragraphs[p] += parsed.graphemes + usize::from(paragraphs[p] > 0);
            lines += 1;
            characters += parsed.graphemes;
        }
    }
    Rhythm {
        sentences: words.len(),
        mean_words,
        sd_words: variance.sqrt(),
        shortest: words.iter().copied().min().unwrap_or(0),
        longest: words.iter().copied().max().unwrap_or(0),
        lines,
        mean_line_characters: mean(characters, lines),
        paragraphs: paragraphs.len(),
        longest_paragraph_characters: paragraphs.into_iter().max().unwrap_or(0),
        blank_line_share: mean(
            post.lines().len() - lines.min(post.lines().len()),
            post.lines().len(),
        ),
    }
}

/// `total / n`, 0 where there is nothing.
fn mean(total: usize, n: usize) -> f64 {
    if n == 0 { 0.0 } else { total as f64 / n as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        let post = Post::new("One two three. Four.\n\n12345\n67\n");
        let parsed: Vec<_> = post
            .lines()
            .iter()
            .map(|l| ParsedLine::parse(l.span.of(post.text())))
            .collect();
        let r = rhythm(&post, &parsed.iter().collect::<Vec<_>>());
        assert_eq!((r.sentences, r.shortest, r.longest), (4, 1, 3));
        assert!((r.mean_words - 1.5).abs() < 1e-12 && (r.sd_words - 0.75f64.sqrt()).abs() < 1e-12);
        assert_eq!(
            (r.lines, r.paragraphs, r.longest_paragraph_characters),
            (3, 2, 20)
        );
        assert!((r.mean_line_characters - 9.0).abs() < 1e-12);
        assert!((r.blank_line_share - 0.4).abs() < 1e-12);
    }

    #[test]
    fn nothing_gives_zeros() {
        let post = Post::new("");
        let parsed = ParsedLine::parse("");
        let r = rhythm(&post, &[&parsed]);
        let want = Rhythm {
            blank_line_share: 1.0,
            ..Rhythm::default()
        };
        assert_eq!(r, want);
    }
}
