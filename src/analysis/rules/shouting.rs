//! `style/shouting`: runs of words in capitals, and single long ones, that are no acronyms.

use super::RuleSettings;
use super::edit::capitalise;
use super::line::Line;
use super::table::SHOUTING;
use super::word_sets::ACRONYMS;
use crate::analysis::finding::Finding;
use crate::post::Span;

/// Letters that the longest word of a run has at least; shorter ones may all be acronyms.
const LONGEST_WORD_LETTERS: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Caps {
    No,
    /// Capitals that say nothing: an acronym, "I", "A".
    Neutral,
    Shouted,
}

pub(super) fn find(line: &Line, settings: &RuleSettings, out: &mut Vec<Finding>) {
    let caps: Vec<Caps> = line
        .words
        .iter()
        .map(|w| caps(w.of(line.normal())))
        .collect();
    let mut i = 0;
    while i < caps.len() {
        let mut end = i + 1;
        if caps[i] != Caps::No {
            while end < caps.len() && caps[end] != Caps::No && line.follows(end) {
                end += 1;
            }
            report(line, &caps, i..end, settings, out);
        }
        i = end;
    }
}

fn report(
    line: &Line,
    caps: &[Caps],
    run: std::ops::Range<usize>,
    settings: &RuleSettings,
    out: &mut Vec<Finding>,
) {
    let shouted: Vec<usize> = run.clone().filter(|&i| caps[i] == Caps::Shouted).collect();
    let letters = |i: &usize| line.words[*i].of(line.normal()).chars().count();
    let longest = shouted.iter().map(letters).max().unwrap_or(0);
    let is_run = shouted.len() >= settings.shouting_words && longest >= LONGEST_WORD_LETTERS;
    let pieces: Vec<std::ops::Range<usize>> = if is_run {
        vec![run]
    } else {
        shouted
            .into_iter()
            .filter(|i| letters(i) >= settings.shouting_letters)
            .map(|i| i..i + 1)
            .collect()
    };
    for piece in pieces {
        let span = Span::new(line.words[piece.start].start, line.words[piece.end - 1].end);
        let text = calm(line, caps, piece, span);
        let message = if is_run {
            "A row of words in capitals reads as shouting, and slower. Use lower case."
        } else {
            "A long word in capitals reads as shouting. Use lower case."
        };
        let finding = line.finding(&SHOUTING, span, message);
        let masked = line.is_masked(finding.span);
        out.push(if masked {
            finding
        } else {
            finding.with([text])
        });
    }
}

fn caps(word: &str) -> Caps {
    let mut letters = 0;
    for c in word.chars() {
        if c.is_uppercase() {
            letters += 1;
        } else if !matches!(c, '\'' | '-') {
            return Caps::No;
        }
    }
    let base = word.split('\'').next().unwrap_or(word);
    if letters < 2
        || matches!(base, "I" | "A")
        || ACRONYMS.contains(base)
        || ACRONYMS.contains(word)
    {
        Caps::Neutral
    } else {
        Caps::Shouted
    }
}

/// The run in lower case; acronyms and "I" keep their capitals.
fn calm(line: &Line, caps: &[Caps], run: std::ops::Range<usize>, span: Span) -> String {
    let text = line.normal();
    let mut out = String::with_capacity(span.len());
    let mut at = span.start;
    for i in run {
        let word = line.words[i];
        out.push_str(&text[at..word.start]);
        at = word.end;
        let word = word.of(text);
        match (caps[i], word.strip_prefix("I'")) {
            (Caps::Neutral, Some(rest)) => {
                out.push_str("I'");
                out.push_str(&rest.to_lowercase());
            }
            (Caps::Neutral, None) if word == "A" => out.push('a'),
            (Caps::Neutral, None) => out.push_str(word),
            _ => out.push_str(&word.to_lowercase()),
        }
    }
    if line.starts_sentence(span.start) {
        capitalise(&out)
    } else {
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{clean, fixed, flags};

    const RULE: &str = "style/shouting";

    #[test]
    fn runs_and_long_words() {
        fixed(
            RULE,
            "THIS IS WHAT I’M LEARNING AT NASA.",
            "This is what I'm learning at NASA.",
        );
        fixed(RULE, "It was INCREDIBLE today", "It was incredible today");
        assert_eq!(
            flags(RULE, "Do STOP DOING THIS NOW, ok"),
            ["STOP DOING THIS NOW"]
        );
    }

    #[test]
    fn acronyms_and_emphasis_are_no_shouting() {
        for line in [
            "The CEO CFO CTO and COO met.",
            "You are NOT alone.",
            "COVID-19, ISO27001 and UNESCO",
            "I A B",
            "A SaaS for B2B",
            "THE GOAL",
        ] {
            clean(RULE, line);
        }
    }
}
