//! What the score is made of, collected while it is computed.

use std::ops::Range;

use serde::Serialize;

use super::Polarity;

/// A rule of VADER that changes a token's valence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Rule {
    /// "no" before a sentiment word has no valence of its own.
    NoBeforeSentiment,
    /// "no" shortly before a sentiment word negates it.
    AfterNo,
    /// A sentiment word in capitals among others that are not.
    Capitals,
    /// An adverb of degree up to three words before.
    Degree,
    /// "just enough", "kind of", "sort of" two or three words before.
    DegreePair,
    /// A negation up to three words before.
    Negation,
    /// "never so" or "never this", and by a quirk "so" or "this" alone.
    NeverSo,
    /// A phrase with a valence of its own.
    Idiom,
    /// "least" just before, but not "at least" or "very least".
    Least,
    /// Halved before the first "but".
    BeforeBut,
    /// Raised by half after the first "but".
    AfterBut,
}

impl Rule {
    /// The name used in every output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoBeforeSentiment => "no-before-sentiment",
            Self::AfterNo => "after-no",
            Self::Capitals => "capitals",
            Self::Degree => "degree",
            Self::DegreePair => "degree-pair",
            Self::Negation => "negation",
            Self::NeverSo => "never-so",
            Self::Idiom => "idiom",
            Self::Least => "least",
            Self::BeforeBut => "before-but",
            Self::AfterBut => "after-but",
        }
    }
}

/// What a rule does to a valence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    Add(f64),
    Multiply(f64),
    Replace(f64),
}

impl Effect {
    pub(super) fn apply(self, valence: f64) -> f64 {
        match self {
            Self::Add(delta) => valence + delta,
            Self::Multiply(factor) => valence * factor,
            Self::Replace(value) => value,
        }
    }
}

/// One step from a token's listed valence to its final one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Adjustment {
    pub rule: Rule,
    pub effect: Effect,
    /// Index of the token that set the rule off, where it is a single one.
    pub cause: Option<usize>,
    /// The valence after this step.
    pub after: f64,
}

/// A token and how it came by its valence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TracedToken {
    /// As VADER reads it: a word of an emoji's description is a token.
    pub text: String,
    /// Bytes of the text given; for a word of a description, those of the emoji.
    pub span: Range<usize>,
    /// The mean rating in VADER's lexicon, -4 to 4.
    pub listed: Option<f64>,
    pub adjustments: Vec<Adjustment>,
    /// What the token adds to the sum.
    pub valence: f64,
}

/// A score taken apart: tokens, then the sum, the emphasis and the normalisation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trace {
    pub tokens: Vec<TracedToken>,
    /// The valences added up.
    pub sum: f64,
    /// 0.292 for each `!`, at most four.
    pub exclamation: f64,
    /// 0.18 for each of two or three `?`, 0.96 for more.
    pub question: f64,
    /// The sum moved away from zero by both kinds of emphasis.
    pub emphasised: f64,
    /// `emphasised / √(emphasised² + 15)`, unrounded.
    pub compound: f64,
    pub polarity: Polarity,
}

/// Is told about each adjustment; the untraced run is told nothing at no cost.
pub(super) trait Recorder {
    fn adjusted(
        &mut self,
        token: usize,
        rule: Rule,
        effect: Effect,
        cause: Option<usize>,
        after: f64,
    );
}

pub(super) struct Untraced;

impl Recorder for Untraced {
    fn adjusted(&mut self, _: usize, _: Rule, _: Effect, _: Option<usize>, _: f64) {}
}

/// Adjustments with the token they belong to, in the order they were made.
#[derive(Default)]
pub(super) struct Recorded(pub(super) Vec<(usize, Adjustment)>);

impl Recorder for Recorded {
    fn adjusted(
        &mut self,
        token: usize,
        rule: Rule,
        effect: Effect,
        cause: Option<usize>,
        after: f64,
    ) {
        self.0.push((
            token,
            Adjustment {
                rule,
                effect,
                cause,
                after,
            },
        ));
    }
}
