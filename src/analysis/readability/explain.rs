//! Each score with its numbers put in.

use serde::Serialize;

use super::counts::Counts;
use super::{Readability, formulas};

/// A score, the arithmetic that gives it and where the formula was published.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Formula {
    /// The name of the field of [`Readability`].
    pub metric: &'static str,
    /// For example `206.835 - 1.015 × 120/8 - 84.6 × 170/120`; `0` where a quotient
    /// is undefined.
    pub expression: String,
    pub value: f64,
    pub source: &'static str,
}

pub(super) fn explain(r: &Readability) -> Vec<Formula> {
    let c = &r.counts;
    let mut list = vec![
        Formula {
            metric: "flesch_reading_ease",
            expression: reading_ease(c),
            value: r.flesch_reading_ease,
            source: "Flesch, A new readability yardstick, Journal of Applied Psychology 32(3), 1948",
        },
        Formula {
            metric: "flesch_kincaid_grade",
            expression: kincaid(c),
            value: r.flesch_kincaid_grade,
            source: "Kincaid, Fishburne, Rogers and Chissom, Naval Training Command Research Branch Report 8-75, 1975",
        },
        Formula {
            metric: "gunning_fog",
            expression: fog(c),
            value: r.gunning_fog,
            source: "Gunning, The Technique of Clear Writing, 1952",
        },
        Formula {
            metric: "smog_index",
            expression: smog(c),
            value: r.smog_index,
            source: "McLaughlin, SMOG grading: a new readability formula, Journal of Reading 12(8), 1969",
        },
        Formula {
            metric: "automated_readability_index",
            expression: ari(c),
            value: r.automated_readability_index,
            source: "Smith and Senter, Automated Readability Index, AMRL-TR-66-220, 1967",
        },
        Formula {
            metric: "coleman_liau_index",
            expression: coleman_liau(c),
            value: r.coleman_liau_index,
            source: "Coleman and Liau, A computer readability formula designed for machine scoring, Journal of Applied Psychology 60(2), 1975",
        },
        Formula {
            metric: "dale_chall_readability_score",
            expression: dale_chall(c),
            value: r.dale_chall_readability_score,
            source: "Dale and Chall, A formula for predicting readability, Educational Research Bulletin 27, 1948",
        },
        Formula {
            metric: "linsear_write_formula",
            expression: linsear(c),
            value: r.linsear_write_formula,
            source: "O'Hayre, Gobbledygook Has Gotta Go, US Bureau of Land Management, 1966",
        },
        Formula {
            metric: "spache_readability",
            expression: spache(c),
            value: r.spache_readability,
            source: "Spache, A new readability formula for primary-grade reading materials, The Elementary School Journal 53(7), 1953",
        },
        Formula {
            metric: "lix",
            expression: lix(c),
            value: r.lix,
            source: "Björnsson, Läsbarhet, 1968",
        },
        Formula {
            metric: "rix",
            expression: rix(c),
            value: r.rix,
            source: "Anderson, Lix and Rix: variations on a little-known readability index, Journal of Reading 26(6), 1983",
        },
        Formula {
            metric: "mcalpine_eflaw",
            expression: eflaw(c),
            value: r.mcalpine_eflaw,
            source: "McAlpine, From Plain English to Global English, 2006",
        },
    ];
    list.extend(r.text_standard.map(|value| Formula {
        metric: "text_standard",
        expression: consensus(c),
        value,
        source: "textstat 0.7.13, text_standard",
    }));
    list.push(Formula {
        metric: "reading_time_s",
        expression: format!("14.69 × {} / 1000", c.chars),
        value: r.reading_time_s,
        source: "Demberg and Keller, Cognition 109(2), 2008: 14.69 ms for each character",
    });
    list
}

const UNDEFINED: &str = "0";

/// `text` unless one of `divisors` is zero.
fn unless_zero<const N: usize>(divisors: [u64; N], text: String) -> String {
    if divisors.contains(&0) {
        UNDEFINED.to_owned()
    } else {
        text
    }
}

fn reading_ease(c: &Counts) -> String {
    let (w, s, y) = (c.words, c.sentences, c.syllables);
    unless_zero(
        [w, s, y],
        format!("206.835 - 1.015 × {w}/{s} - 84.6 × {y}/{w}"),
    )
}

fn kincaid(c: &Counts) -> String {
    let (w, s, y) = (c.words, c.sentences, c.syllables);
    unless_zero(
        [w, s, y],
        format!("0.39 × {w}/{s} + 11.8 × {y}/{w} - 15.59"),
    )
}

/// Words for each sentence, which is 0 without sentences.
fn sentence_length(c: &Counts) -> String {
    unless_zero([c.sentences], format!("{}/{}", c.words, c.sentences))
}

fn fog(c: &Counts) -> String {
    let text = format!(
        "0.4 × ({} + 100 × {}/{})",
        sentence_length(c),
        c.difficult3,
        c.words
    );
    unless_zero([c.words], text)
}

fn smog(c: &Counts) -> String {
    let text = format!("1.043 × √(30 × {}/{}) + 3.1291", c.poly, c.sentences);
    unless_zero([c.sentences], text)
}

fn ari(c: &Counts) -> String {
    let (w, s) = (c.words, c.sentences);
    let text = format!("4.71 × {}/{} + 0.5 × {w}/{s} - 21.43", c.chars, c.tokens);
    unless_zero([c.tokens, w, s], text)
}

fn coleman_liau(c: &Counts) -> String {
    let (w, s, l) = (c.words, c.sentences, c.letters);
    let text = format!("0.058 × 100 × {l}/{w} - 0.296 × 100 × {s}/{w} - 15.8");
    unless_zero([w, s, l], text)
}

fn dale_chall(c: &Counts) -> String {
    let step = if formulas::dale_chall_percent(c) > formulas::DALE_CHALL_STEP {
        " + 3.6365"
    } else {
        ""
    };
    let (difficult, w) = (c.difficult0, c.words);
    let length = sentence_length(c);
    unless_zero(
        [w],
        format!("0.1579 × 100 × {difficult}/{w} + 0.0496 × {length}{step}"),
    )
}

fn linsear(c: &Counts) -> String {
    let (easy, hard, s) = (c.linsear.easy, c.linsear.hard, c.linsear.sentences);
    let step = if formulas::linsear_quotient(c) <= formulas::LINSEAR_STEP {
        " - 2"
    } else {
        ""
    };
    unless_zero([s], format!("(({easy} + 3 × {hard})/{s}{step})/2"))
}

fn spache(c: &Counts) -> String {
    let (difficult, w) = (c.difficult2, c.words);
    let length = sentence_length(c);
    unless_zero(
        [w],
        format!("0.141 × {length} + 0.086 × 100 × {difficult}/{w} + 0.839"),
    )
}

fn lix(c: &Counts) -> String {
    let length = sentence_length(c);
    unless_zero(
        [c.words],
        format!("{length} + 100 × {}/{}", c.long7, c.words),
    )
}

fn rix(c: &Counts) -> String {
    unless_zero([c.sentences], format!("{}/{}", c.long7, c.sentences))
}

fn eflaw(c: &Counts) -> String {
    unless_zero(
        [c.sentences],
        format!("({} + {})/{}", c.words, c.mini3, c.sentences),
    )
}

/// The votes in order of first mention, "grade 7 (8 of 25 votes), …".
fn consensus(c: &Counts) -> String {
    let grades = formulas::grades(c);
    let mut votes: Vec<(i64, usize)> = Vec::new();
    for &grade in &grades {
        match votes.iter_mut().find(|(seen, _)| *seen == grade) {
            Some((_, count)) => *count += 1,
            None => votes.push((grade, 1)),
        }
    }
    let list: Vec<String> = votes
        .iter()
        .map(|(grade, count)| format!("{grade} ({count}×)"))
        .collect();
    format!("most votes, between 1 and 18: {}", list.join(", "))
}
