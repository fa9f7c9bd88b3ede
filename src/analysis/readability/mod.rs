//! Readability: counts, twelve formulas, their consensus and the reading time.
//!
//! [`count_parity`] counts as textstat 0.7.13 does, and [`Readability::from_counts`]
//! turns its counts into the very same floating-point numbers. [`count_line`] keeps
//! the word rules but leaves sentences to the caller and uses a better syllable
//! count; the counts of the lines of a post are put together with [`Counts::add`].

pub(crate) mod chars;
mod counts;
mod explain;
mod formulas;
mod hyphen;
mod lexicon;
mod scan;
mod vowels;

use serde::Serialize;

pub use counts::{Counts, Linsear};
pub use explain::Formula;

/// Where the syllable counts came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum SyllableSource {
    /// CMUdict, and pyphen's hyphenation points for words it lacks: textstat's way.
    #[serde(rename = "cmudict+pyphen")]
    CmudictPyphen,
    /// CMUdict, and vowel groups for words it lacks.
    #[serde(rename = "cmudict+vowel-groups")]
    CmudictVowelGroups,
}

/// Counts the raw text exactly as textstat 0.7.13 does with CMUdict 1.1.3 and
/// pyphen 0.18.1. Linear in the length of the text.
pub fn count_parity(text: &str) -> Counts {
    scan::scan(text, |word| {
        lexicon::cmudict_syllables(word).unwrap_or_else(|| hyphen::hyphen_syllables(word))
    })
}

/// Counts one line that is already normalised (straight apostrophes, no styled
/// letters, URLs and tags masked) and that the caller has split into `sentences`.
pub fn count_line(line: &str, sentences: usize) -> Counts {
    let mut counts = scan::scan(line, |word| {
        lexicon::cmudict_syllables(word).unwrap_or_else(|| vowels::vowel_group_syllables(word))
    });
    counts.sentences = sentences as u64;
    counts.linsear.spread(counts.sentences, counts.words);
    counts
}

/// The scores of a text. Grades are US school grades; a score whose quotient is
/// undefined (no words, no sentences) is 0, as in textstat. Nothing is rounded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Readability {
    /// Not a grade: below 206.835, higher is easier.
    pub flesch_reading_ease: f64,
    pub flesch_kincaid_grade: f64,
    pub gunning_fog: f64,
    /// Without the minimum of thirty sentences that its author asked for.
    pub smog_index: f64,
    pub automated_readability_index: f64,
    pub coleman_liau_index: f64,
    pub dale_chall_readability_score: f64,
    /// Over the first hundred words.
    pub linsear_write_formula: f64,
    pub spache_readability: f64,
    /// Below 30 very easy, above 60 very hard.
    pub lix: f64,
    /// Long words for each sentence.
    pub rix: f64,
    /// 20 and below is easy for readers whose first language is not English.
    pub mcalpine_eflaw: f64,
    /// The grade most of the formulas agree on; none without words.
    pub text_standard: Option<f64>,
    /// Seconds.
    pub reading_time_s: f64,
    pub syllable_source: SyllableSource,
    pub counts: Counts,
}

impl Readability {
    /// Applies the formulas. On the counts of [`count_parity`] the numbers equal
    /// textstat's to the last bit.
    pub fn from_counts(counts: Counts, syllable_source: SyllableSource) -> Self {
        Self {
            flesch_reading_ease: formulas::flesch_reading_ease(&counts),
            flesch_kincaid_grade: formulas::flesch_kincaid_grade(&counts),
            gunning_fog: formulas::gunning_fog(&counts),
            smog_index: formulas::smog_index(&counts),
            automated_readability_index: formulas::automated_readability_index(&counts),
            coleman_liau_index: formulas::coleman_liau_index(&counts),
            dale_chall_readability_score: formulas::dale_chall_readability_score(&counts),
            linsear_write_formula: formulas::linsear_write_formula(&counts),
            spache_readability: formulas::spache_readability(&counts),
            lix: formulas::lix(&counts),
            rix: formulas::rix(&counts),
            mcalpine_eflaw: formulas::mcalpine_eflaw(&counts),
            text_standard: formulas::text_standard(&counts),
            reading_time_s: formulas::reading_time_s(&counts),
            syllable_source,
            counts,
        }
    }

    /// The arithmetic behind each score, in the order of the fields; a missing
    /// [`Readability::text_standard`] is left out.
    pub fn explain(&self) -> Vec<Formula> {
        explain::explain(self)
    }
}

#[cfg(test)]
mod tests;
