//! The opening line, and what a stretch of text holds that could make a reader stop.

use super::model::Hook;
use crate::analysis::rules::line::words;
use crate::post::{FoldLimits, ParsedLine, Span};

/// What a stretch of text holds; each is a heuristic over words, none reads meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::analysis) struct Signals {
    pub question: bool,
    pub number: bool,
    pub contrast: bool,
    pub claim: bool,
}

impl Signals {
    pub fn any(self) -> bool {
        self.question || self.number || self.contrast || self.claim
    }
}

const NUMBER_WORDS: [&str; 20] = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "twenty", "thirty", "fifty", "hundred", "thousand", "million", "billion", "half", "double",
];

const CONTRASTS: [&str; 20] = [
    "although", "but", "despite", "except", "however", "instead", "isn't", "aren't", "wasn't",
    "nor", "not", "rather", "than", "though", "unless", "until", "versus", "vs", "without", "yet",
];

const CLAIMS: [&str; 32] = [
    "always",
    "best",
    "biggest",
    "broken",
    "cannot",
    "can't",
    "dead",
    "every",
    "everyone",
    "fail",
    "failed",
    "hardest",
    "lesson",
    "lie",
    "mistake",
    "most",
    "must",
    "myth",
    "never",
    "no",
    "nobody",
    "nothing",
    "only",
    "overrated",
    "secret",
    "should",
    "stop",
    "truth",
    "underrated",
    "worst",
    "wrong",
    "reason",
];

/// Words behind a number that make it a quantity.
const UNITS: [&str; 44] = [
    "billion",
    "bn",
    "clients",
    "companies",
    "countries",
    "customers",
    "day",
    "days",
    "degrees",
    "dollars",
    "employees",
    "euros",
    "hours",
    "jobs",
    "kg",
    "kilometers",
    "kilometres",
    "km",
    "leads",
    "meetings",
    "miles",
    "million",
    "minutes",
    "months",
    "offices",
    "orders",
    "people",
    "percent",
    "percentage",
    "points",
    "pounds",
    "reps",
    "seconds",
    "stores",
    "students",
    "teams",
    "thousand",
    "times",
    "tonnes",
    "users",
    "views",
    "weeks",
    "women",
    "years",
];

/// The signals of a normalised text.
pub(in crate::analysis) fn signals(normal: &str) -> Signals {
    let lower = normal.to_lowercase();
    let mut found = Signals {
        question: lower.contains('?'),
        number: lower.contains(['%', '$', '€', '£']),
        ..Signals::default()
    };
    for span in words(&lower) {
        let word = span.of(&lower);
        found.number |= NUMBER_WORDS.contains(&word) || is_figure(word);
        found.contrast |= CONTRASTS.contains(&word);
        found.claim |= CLAIMS.contains(&word);
    }
    found.claim &= !found.question;
    found
}

/// Whether a normalised sentence holds a measured figure: a percentage, an amount of money, a
/// multiple, or a number with a unit.
pub(in crate::analysis) fn has_quantity(normal: &str) -> bool {
    let lower = normal.to_lowercase();
    let mut figure_before = false;
    for span in words(&lower) {
        let word = span.of(&lower);
        if figure_before && UNITS.contains(&word) {
            return true;
        }
        figure_before = is_figure(word);
        let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let suffix = matches!(&word[digits..], "x" | "k" | "m" | "bn" | "mn");
        let money = lower[..span.start].ends_with(['$', '€', '£']);
        let percent = lower[span.end..].trim_start().starts_with('%');
        if figure_before && (money || percent) || digits > 0 && suffix {
            return true;
        }
    }
    false
}

/// Starts with a digit and is no year of our times.
fn is_figure(word: &str) -> bool {
    let year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    word.starts_with(|c: char| c.is_ascii_digit()) && !year
}

/// The hook: the first line that is not blank.
pub(super) fn find<'a>(
    lines: impl Iterator<Item = (usize, &'a str, &'a ParsedLine)>,
    fold: FoldLimits,
) -> Option<Hook> {
    let mut before = 0;
    for (start, text, parsed) in lines {
        let hook = text.trim();
        if hook.is_empty() {
            before += parsed.graphemes + 1;
            continue;
        }
        let at = start + text.len() - text.trim_start().len();
        let signals = signals(&parsed.normal);
        return Some(Hook {
            text: hook.to_owned(),
            span: Span::new(at, at + hook.len()),
            characters: parsed.graphemes - (text.chars().count() - hook.chars().count()),
            words: parsed.words,
            fits_mobile_fold: before + parsed.graphemes <= fold.mobile,
            question: signals.question,
            number: signals.number,
            contrast: signals.contrast,
            claim: signals.claim,
            clickbait: None,
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_of_openings() {
        let s = |t| signals(t);
        assert!(s("Why did we fail?").question && !s("Why we failed").question);
        assert!(s("We cut 40 roles").number && s("three lessons").number);
        assert!(!s("Back in 2019").number);
        assert!(s("I quit, but stayed").contrast && !s("A butler").contrast);
        assert!(s("Never hire fast").claim && !s("Is it never?").claim);
        assert!(!s("A cold morning at the office").any());
    }

    #[test]
    fn quantities() {
        for yes in [
            "by 40%",
            "$3 off",
            "12 people",
            "10x growth",
            "€1.5M in sales",
            "3 million",
        ] {
            assert!(has_quantity(yes), "{yes}");
        }
        for no in [
            "in 2019",
            "1. First",
            "on page 12",
            "COVID-19",
            "5G",
            "no figure",
        ] {
            assert!(!has_quantity(no), "{no}");
        }
    }

    #[test]
    fn the_hook_is_the_first_line_with_text() {
        let lines = ["", "  We fired 3 clients. ", "more"].map(|t| (t, ParsedLine::parse(t)));
        let mut at = 0;
        let lines = lines.iter().map(|(t, p)| {
            at += t.len() + 1;
            (at - t.len() - 1, *t, p)
        });
        let hook = find(lines, FoldLimits::default()).unwrap();
        assert_eq!(
            (hook.text.as_str(), hook.span),
            ("We fired 3 clients.", Span::new(3, 22))
        );
        assert_eq!((hook.characters, hook.words), (19, 4));
        assert!(hook.number && hook.fits_mobile_fold && !hook.question);
    }
}
