//! The formulas, with textstat's constants, order of operations and zero rules.
//!
//! A quotient by zero makes the score 0, as there. Every count is far below 2^53,
//! so turning it into an `f64` loses nothing.

use super::counts::Counts;

/// `a / b`, or 0 where `b` is 0.
fn ratio(a: u64, b: u64) -> f64 {
    if b == 0 { 0.0 } else { a as f64 / b as f64 }
}

fn words_per_sentence(c: &Counts) -> f64 {
    ratio(c.words, c.sentences)
}

fn syllables_per_word(c: &Counts) -> f64 {
    ratio(c.syllables, c.words)
}

fn percent_of_words(part: u64, c: &Counts) -> f64 {
    ratio(100 * part, c.words)
}

pub(super) fn flesch_reading_ease(c: &Counts) -> f64 {
    let (sentence, syllables) = (words_per_sentence(c), syllables_per_word(c));
    if sentence == 0.0 || syllables == 0.0 {
        return 0.0;
    }
    206.835 - 1.015 * sentence - 84.6 * syllables
}

pub(super) fn flesch_kincaid_grade(c: &Counts) -> f64 {
    let (sentence, syllables) = (words_per_sentence(c), syllables_per_word(c));
    if sentence == 0.0 || syllables == 0.0 {
        return 0.0;
    }
    0.39 * sentence + 11.8 * syllables - 15.59
}

pub(super) fn gunning_fog(c: &Counts) -> f64 {
    if c.words == 0 {
        return 0.0;
    }
    0.4 * (words_per_sentence(c) + percent_of_words(c.difficult3, c))
}

pub(super) fn smog_index(c: &Counts) -> f64 {
    if c.sentences == 0 {
        return 0.0;
    }
    let per_thirty = 30.0 * ratio(c.poly, c.sentences);
    // Python calls `pow`, which differs from `sqrt` in the last bit for about one
    // value in a thousand; the black box keeps the compiler from writing `sqrt`.
    1.043 * per_thirty.powf(std::hint::black_box(0.5)) + 3.1291
}

pub(super) fn automated_readability_index(c: &Counts) -> f64 {
    let (chars, sentence) = (ratio(c.chars, c.tokens), words_per_sentence(c));
    if chars == 0.0 || sentence == 0.0 {
        return 0.0;
    }
    4.71 * chars + 0.5 * sentence - 21.43
}

pub(super) fn coleman_liau_index(c: &Counts) -> f64 {
    let letters = ratio(c.letters, c.words) * 100.0;
    let sentences = ratio(c.sentences, c.words) * 100.0;
    if letters == 0.0 || sentences == 0.0 {
        return 0.0;
    }
    0.058 * letters - 0.296 * sentences - 15.8
}

/// The share of difficult words, in percent, above which Dale-Chall adds a constant.
pub(super) const DALE_CHALL_STEP: f64 = 5.0;

pub(super) fn dale_chall_percent(c: &Counts) -> f64 {
    percent_of_words(c.difficult0, c)
}

pub(super) fn dale_chall_readability_score(c: &Counts) -> f64 {
    if c.words == 0 {
        return 0.0;
    }
    let difficult = dale_chall_percent(c);
    let score = 0.1579 * difficult + 0.0496 * words_per_sentence(c);
    if difficult > DALE_CHALL_STEP {
        score + 3.6365
    } else {
        score
    }
}

/// Linsear's quotient up to which 2 is taken off before halving.
pub(super) const LINSEAR_STEP: f64 = 20.0;

pub(super) fn linsear_quotient(c: &Counts) -> f64 {
    let weight = c.linsear.easy + 3 * c.linsear.hard;
    ratio(u64::from(weight), c.linsear.sentences)
}

pub(super) fn linsear_write_formula(c: &Counts) -> f64 {
    if c.linsear.sentences == 0 {
        return 0.0;
    }
    let number = linsear_quotient(c);
    (if number <= LINSEAR_STEP {
        number - 2.0
    } else {
        number
    }) / 2.0
}

pub(super) fn spache_readability(c: &Counts) -> f64 {
    if c.words == 0 {
        return 0.0;
    }
    0.141 * words_per_sentence(c) + 0.086 * percent_of_words(c.difficult2, c) + 0.839
}

pub(super) fn lix(c: &Counts) -> f64 {
    if c.words == 0 {
        return 0.0;
    }
    words_per_sentence(c) + percent_of_words(c.long7, c)
}

pub(super) fn rix(c: &Counts) -> f64 {
    ratio(c.long7, c.sentences)
}

pub(super) fn mcalpine_eflaw(c: &Counts) -> f64 {
    ratio(c.words + c.mini3, c.sentences)
}

/// Seconds, at 14.69 ms for each character that is not white space.
pub(super) fn reading_time_s(c: &Counts) -> f64 {
    14.69 * c.chars as f64 / 1000.0
}

/// The grades among which `text_standard` takes a vote, in textstat's order.
pub(super) fn grades(c: &Counts) -> Vec<i64> {
    let mut grades = Vec::new();
    vote(&mut grades, flesch_kincaid_grade(c));
    grades.extend_from_slice(reading_ease_grades(flesch_reading_ease(c)));
    for score in [
        smog_index(c),
        coleman_liau_index(c),
        automated_readability_index(c),
        dale_chall_readability_score(c),
        linsear_write_formula(c),
        gunning_fog(c),
    ] {
        vote(&mut grades, score);
    }
    grades
}

fn vote(grades: &mut Vec<i64>, score: f64) {
    grades.extend([score.floor(), score.ceil(), score.round_ties_even()].map(|g| g as i64));
}

fn reading_ease_grades(score: f64) -> &'static [i64] {
    match score {
        s if s >= 100.0 => &[13],
        s if s >= 90.0 => &[5],
        s if s >= 80.0 => &[6],
        s if s >= 70.0 => &[7],
        s if s >= 60.0 => &[8, 9],
        s if s >= 50.0 => &[10],
        s if s >= 40.0 => &[11],
        s if s >= 30.0 => &[12],
        _ => &[13],
    }
}

/// The grade named most often, the first of them on a tie, between 1 and 18.
/// A text without words has none.
pub(super) fn text_standard(c: &Counts) -> Option<f64> {
    if c.words == 0 {
        return None;
    }
    let grades = grades(c);
    let votes = |grade: &i64| grades.iter().filter(|&g| g == grade).count();
    // `max_by_key` keeps the last of equals, hence from the back.
    let grade = grades.iter().rev().max_by_key(|&g| votes(g))?;
    Some((*grade).clamp(1, 18) as f64)
}
