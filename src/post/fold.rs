//! The "… see more" fold of LinkedIn's feed.

use unicode_segmentation::UnicodeSegmentation;

/// Where a feed cuts a post, in grapheme clusters, line breaks counted.
///
/// LinkedIn publishes no figure; see `config.example.toml` for source and date of the defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoldLimits {
    /// Characters shown on a desktop.
    pub desktop: usize,
    /// Characters shown on a phone.
    pub mobile: usize,
}

impl Default for FoldLimits {
    fn default() -> Self {
        Self {
            desktop: 210,
            mobile: 140,
        }
    }
}

/// Byte offset at which `text` is cut after `limit` grapheme clusters; its length where all of it
/// is shown.
#[must_use]
pub fn cut_at(text: &str, limit: usize) -> usize {
    text.grapheme_indices(true)
        .nth(limit)
        .map_or(text.len(), |(at, _)| at)
}

/// Whether the first line that holds anything ends before `text` is cut after `limit` grapheme
/// clusters; line breaks above it count as well.
#[must_use]
pub fn first_line_fits(text: &str, limit: usize) -> bool {
    let start = text.len() - text.trim_start().len();
    let end = text[start..].find('\n').map_or(text.len(), |i| start + i);
    text[..end].trim_end().len() <= cut_at(text, limit)
}

#[cfg(test)]
mod tests {
    use super::{cut_at, first_line_fits};

    #[test]
    fn a_first_line_fits_where_it_ends_above_the_fold() {
        assert!(first_line_fits("abc\ndefgh", 3));
        assert!(first_line_fits("abc  \ndefgh", 3), "blanks do not count");
        assert!(!first_line_fits("abcd\n", 3));
        assert!(!first_line_fits("\n\nab\n", 3), "line breaks above it do");
        assert!(first_line_fits("", 3));
    }

    #[test]
    fn cuts_between_grapheme_clusters() {
        assert_eq!(cut_at("abc", 3), 3);
        assert_eq!(cut_at("abcd", 3), 3);
        assert_eq!(cut_at("a\nb👩‍💻c", 3), 3);
        assert_eq!(cut_at("👩‍💻c", 1), "👩‍💻".len());
        assert_eq!(cut_at("", 3), 0);
    }
}
