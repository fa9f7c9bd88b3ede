//! Which language a post is in. The lexicons and formulas here are made for English; a post in
//! another language gets a reason instead of a number.

use std::sync::LazyLock;

use lingua::{Language as Lingua, LanguageDetector, LanguageDetectorBuilder};
use serde::Serialize;

use super::part::Part;

/// A detected language.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Language {
    /// ISO 639-1 code.
    pub code: &'static str,
    /// Share of the probability among the languages known, 0 to 1, to four decimals.
    pub confidence: f64,
}

impl Language {
    /// One that was told before, by its code; `None` where it is none of those known here.
    #[must_use]
    pub fn told(told: &str, confidence: f64) -> Option<Self> {
        let language = Lingua::all().into_iter().find(|l| code(*l) == told)?;
        Some(Self {
            code: code(language),
            confidence,
        })
    }
}

/// Below this many letters any answer would be a guess.
const LEAST_LETTERS: usize = 12;
/// How sure the detector must be before a post counts as not English.
const FOREIGN_FROM: f64 = 0.85;
/// More than this says hardly more about the language, and the time it takes grows with it.
const SAMPLE_BYTES: usize = 240;

static DETECTOR: LazyLock<LanguageDetector> =
    LazyLock::new(|| LanguageDetectorBuilder::from_all_languages().build());

/// Detects the language of `prose`, which holds no links or tags.
#[must_use]
pub fn detect(prose: &str) -> Part<Language> {
    let letters = prose
        .chars()
        .filter(|c| c.is_alphabetic())
        .take(LEAST_LETTERS)
        .count();
    if letters < LEAST_LETTERS {
        return Part::Unavailable(format!("fewer than {LEAST_LETTERS} letters"));
    }
    let sample = &prose[..prose.floor_char_boundary(SAMPLE_BYTES)];
    let values = DETECTOR.compute_language_confidence_values(sample);
    match values.first() {
        Some(&(language, confidence)) if confidence > 0.0 => Part::Ready(Language {
            code: code(language),
            // The detector adds up in the order of a hash map: the last digits are noise.
            confidence: (confidence * 1e4).round() / 1e4,
        }),
        _ => Part::Unavailable(format!("none of the languages known here ({})", known())),
    }
}

/// Why figures for English would mislead, if they would.
#[must_use]
pub fn not_english(language: &Part<Language>) -> Option<String> {
    match language {
        Part::Ready(l) if l.code != "en" && l.confidence >= FOREIGN_FROM => Some(format!(
            "made for English; this reads as `{}` (confidence {:.2})",
            l.code, l.confidence
        )),
        Part::Unavailable(reason) if reason.starts_with("none") => {
            Some(format!("made for English; this is {reason}"))
        }
        _ => None,
    }
}

fn code(language: Lingua) -> &'static str {
    match language {
        Lingua::Dutch => "nl",
        Lingua::English => "en",
        Lingua::French => "fr",
        Lingua::German => "de",
        Lingua::Italian => "it",
        Lingua::Portuguese => "pt",
        Lingua::Spanish => "es",
    }
}

fn known() -> String {
    let mut codes: Vec<_> = Lingua::all().into_iter().map(code).collect();
    codes.sort_unstable();
    codes.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_posts_in_several_languages() {
        for (text, code) in [
            (
                "We shipped the new release today and the team is proud.",
                "en",
            ),
            ("Heute haben wir die neue Version veröffentlicht.", "de"),
            (
                "Hoy lanzamos la nueva versión y el equipo está feliz.",
                "es",
            ),
            ("Aujourd'hui nous avons publié la nouvelle version.", "fr"),
        ] {
            assert_eq!(detect(text).ready().map(|l| l.code), Some(code), "{text}");
        }
    }

    #[test]
    fn says_why_it_does_not_know() {
        assert!(
            detect("Wow!")
                .reason()
                .is_some_and(|r| r.contains("letters"))
        );
        let cjk = detect("私たちは今日新しいバージョンを公開しました");
        assert!(not_english(&cjk).is_some_and(|r| r.contains("none of the languages")));
        assert!(not_english(&detect("Wow!")).is_none());
    }
}
