//! What a post is made of, as far as it tells which of an author's posts does better.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use unicode_segmentation::UnicodeSegmentation;

use crate::analysis::sentiment::Polarity;
use crate::post::emoji::is_emoji;

use super::lists::{FIRST, FIRST_PLURAL, SECOND};
use super::words::{plain, tokens};

// The pattern is a constant that a test compiles.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"https?://\S+|www\.\S+|lnkd\.in\S*|bit\.ly\S*").expect("a constant")
});

/// Names of [`post`]'s numbers: first those of the text, then those of the media.
pub const NAMES: [&str; 33] = [
    "length",
    "words",
    "sentences",
    "spread of sentence lengths",
    "a link",
    "links",
    "a link at the end",
    "hashtags",
    "no hashtag",
    "mentions",
    "emoji",
    "question marks",
    "exclamation marks",
    "a question at the start",
    "an exclamation at the start",
    "quotes",
    "brackets",
    "I and me",
    "share of I and me",
    "I or me at the start",
    "share of you",
    "share of we",
    "different words",
    "VADER compound",
    "strength of VADER",
    "words in capitals",
    "an image",
    "several images",
    "a document",
    "an article",
    "a video",
    "text alone",
    "a repost",
];

/// Media as they are called in files and on the command line, with the number they set.
const MEDIA: [(&str, usize); 12] = [
    ("image", 26),
    ("images", 27),
    ("carousel", 27),
    ("document", 28),
    ("article", 29),
    ("link", 29),
    ("video", 30),
    ("linkedinvideo", 30),
    ("video (native)", 30),
    ("text", 31),
    ("none", 31),
    ("repost", 32),
];

/// Whether `media` is a word for what can stand beside a post.
#[must_use]
pub fn is_media(media: &str) -> bool {
    let media = media.to_lowercase();
    MEDIA.iter().any(|(name, _)| *name == media)
}

/// The numbers of a post with these sentences and this polarity; what stands beside it is unknown
/// without `media`.
#[must_use]
pub fn post(
    text: &str,
    sentences: &[&str],
    polarity: &Polarity,
    media: Option<&str>,
) -> [f32; NAMES.len()] {
    let all = tokens(text);
    let words: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|t| t.starts_with(char::is_alphanumeric) && *t != "urltok")
        .collect();
    let number = words.len().max(1) as f32;
    let of = |list: &[&str]| words.iter().filter(|w| list.contains(*w)).count() as f32;
    let yes = |b: bool| f32::from(u8::from(b));
    let count = |mark: char| text.chars().filter(|c| *c == mark).count() as f32;
    let first = sentences.first().copied().unwrap_or_default();
    let links: Vec<_> = LINK.find_iter(text).collect();
    let ends_in_link = links
        .last()
        .is_some_and(|l| text[l.end()..].trim().is_empty());
    let lengths: Vec<f32> = sentences.iter().map(|s| tokens(s).len() as f32).collect();
    let tags = text
        .split('#')
        .skip(1)
        .filter(|t| t.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        .count() as f32;
    let emoji = text.graphemes(true).filter(|g| is_emoji(g)).count() as f32;
    let shouted = |w: &&str| {
        w.chars().count() > 2
            && w.chars().any(char::is_alphabetic)
            && !w.chars().any(char::is_lowercase)
    };
    let compound = polarity.compound as f32;
    let mut out = [0.0; NAMES.len()];
    let numbers = [
        (text.chars().count() as f32).ln_1p(),
        number.ln_1p(),
        (sentences.len().max(1) as f32).ln_1p(),
        deviation(&lengths).ln_1p(),
        yes(!links.is_empty()),
        links.len().min(4) as f32,
        yes(ends_in_link),
        tags.ln_1p(),
        yes(tags == 0.0),
        count('@').ln_1p(),
        emoji.ln_1p(),
        count('?').ln_1p(),
        count('!').ln_1p(),
        yes(first.contains('?')),
        yes(first.contains('!')),
        yes(plain(text).contains('"')),
        count('(').ln_1p(),
        of(FIRST).ln_1p(),
        10.0 * of(FIRST) / number,
        yes(tokens(first).iter().any(|w| FIRST.contains(&w.as_str()))),
        10.0 * of(SECOND) / number,
        10.0 * of(FIRST_PLURAL) / number,
        words.iter().collect::<BTreeSet<_>>().len() as f32 / number,
        compound,
        compound.abs(),
        text.split_whitespace().filter(shouted).count().min(8) as f32 / 4.0,
    ];
    out[..numbers.len()].copy_from_slice(&numbers);
    let media = media.map(str::to_lowercase);
    let known = MEDIA
        .iter()
        .find(|(name, _)| Some(*name) == media.as_deref());
    if let Some((_, at)) = known {
        out[*at] = 1.0;
    }
    out
}

/// The population standard deviation; 0 of nothing.
fn deviation(values: &[f32]) -> f32 {
    let n = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / n;
    (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n).sqrt()
}

/// The unit vector of the mean of sentence vectors; zeros where there is none.
#[must_use]
pub fn mean_vector(vectors: &[&[f32]], width: usize) -> Vec<f32> {
    unit(sum(vectors, width))
}

/// The sum of vectors of `width`.
#[must_use]
pub fn sum(vectors: &[&[f32]], width: usize) -> Vec<f32> {
    let mut sum = vec![0.0f32; width];
    for vector in vectors {
        sum.iter_mut().zip(*vector).for_each(|(s, v)| *s += v);
    }
    sum
}

/// A vector divided by its length; as it is where it has next to none.
#[must_use]
pub fn unit(mut sum: Vec<f32>) -> Vec<f32> {
    let length = sum.iter().map(|s| s * s).sum::<f32>().sqrt();
    if length > 1e-6 {
        sum.iter_mut().for_each(|s| *s /= length);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sentiment::polarity;

    fn told(text: &str, name: &str) -> f32 {
        let sentences: Vec<&str> = text.split_inclusive(['.', '!', '?']).collect();
        let at = NAMES.iter().position(|n| *n == name).unwrap();
        post(text, &sentences, &polarity(text), Some("Image"))[at]
    }

    #[test]
    fn the_numbers_of_a_post() {
        let text = "I did it! 🚀 We asked you why (NASA knew). #one #two @x https://a.b/c";
        for (name, value) in [
            ("a link", 1.0),
            ("links", 1.0),
            ("a link at the end", 1.0),
            ("hashtags", 2f32.ln_1p()),
            ("no hashtag", 0.0),
            ("mentions", 1f32.ln_1p()),
            ("emoji", 1f32.ln_1p()),
            ("exclamation marks", 1f32.ln_1p()),
            ("an exclamation at the start", 1.0),
            ("brackets", 1f32.ln_1p()),
            ("I or me at the start", 1.0),
            ("words in capitals", 0.25),
            ("an image", 1.0),
            ("a video", 0.0),
        ] {
            assert!(
                (told(text, name) - value).abs() < 1e-6,
                "{name}: {}",
                told(text, name)
            );
        }
        assert!(is_media("linkedinVideo") && !is_media("song"));
    }

    #[test]
    fn a_blank_post_has_finite_numbers() {
        let told = post("", &[], &polarity(""), None);
        assert!(told.iter().all(|x| x.is_finite()));
        assert_eq!(mean_vector(&[], 2), [0.0, 0.0]);
        assert_eq!(mean_vector(&[&[3.0, 0.0], &[0.0, 4.0]], 2), [0.6, 0.8]);
    }
}
