//! Lexical sentiment: VADER 3.3.2 (Hutto and Gilbert, ICWSM 2014), rule for rule.
//!
//! The oddities of the original are kept, since they are part of the scores that
//! others compare with; only its quadratic searches are gone. [`trace()`] runs the
//! same code as [`polarity`] and keeps every step.

mod but;
mod lexicon;
mod rules;
mod tokens;
mod trace;

use serde::Serialize;

use rules::Rules;
use tokens::{Expanded, Token};
pub use trace::{Adjustment, Effect, Rule, Trace, TracedToken};
use trace::{Recorded, Recorder, Untraced};

/// VADER's four scores. The shares add up to 1, rounding apart, or are all 0 for a
/// text without tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Polarity {
    /// Share of negative sentiment, 0 to 1, three decimals.
    pub neg: f64,
    /// Share of tokens without sentiment, 0 to 1, three decimals.
    pub neu: f64,
    /// Share of positive sentiment, 0 to 1, three decimals.
    pub pos: f64,
    /// The normalised sum, -1 to 1, four decimals.
    pub compound: f64,
}

/// Scores a text. Linear in its length.
pub fn polarity(text: &str) -> Polarity {
    let expanded = tokens::expand(text);
    let tokens = tokens::tokens(&expanded.text);
    let valences = valences(&tokens, &mut Untraced);
    Score::of(&valences, &expanded.text).polarity
}

/// Scores a text and says how each token came by its part.
pub fn trace(text: &str) -> Trace {
    let expanded = tokens::expand(text);
    let tokens = tokens::tokens(&expanded.text);
    let mut recorded = Recorded::default();
    let valences = valences(&tokens, &mut recorded);
    let score = Score::of(&valences, &expanded.text);
    Trace {
        tokens: traced_tokens(&expanded, &tokens, &valences, recorded),
        sum: score.sum,
        exclamation: score.exclamation,
        question: score.question,
        emphasised: score.emphasised,
        compound: score.compound,
        polarity: score.polarity,
    }
}

fn valences<R: Recorder>(tokens: &[Token<'_>], recorder: &mut R) -> Vec<f64> {
    let mut rules = Rules {
        tokens,
        caps_differ: tokens::caps_differ(tokens),
        recorder,
    };
    let mut valences: Vec<f64> = (0..tokens.len()).map(|i| rules.valence(i)).collect();
    but::weigh_clauses(tokens, &mut valences, recorder);
    valences
}

fn traced_tokens(
    expanded: &Expanded<'_>,
    tokens: &[Token<'_>],
    valences: &[f64],
    recorded: Recorded,
) -> Vec<TracedToken> {
    let mut traced: Vec<TracedToken> = tokens
        .iter()
        .zip(valences)
        .map(|(token, &valence)| TracedToken {
            text: expanded.text[token.range.clone()].to_owned(),
            span: expanded.source(&token.range),
            listed: token.valence,
            adjustments: Vec::new(),
            valence,
        })
        .collect();
    for (token, adjustment) in recorded.0 {
        traced[token].adjustments.push(adjustment);
    }
    traced
}

/// The `!` beyond this many add nothing.
const MOST_EXCLAMATIONS: usize = 4;
/// Approximates the highest sum to be expected.
const ALPHA: f64 = 15.0;

#[derive(Default)]
struct Score {
    sum: f64,
    exclamation: f64,
    question: f64,
    emphasised: f64,
    compound: f64,
    polarity: Polarity,
}

impl Score {
    fn of(valences: &[f64], text: &str) -> Self {
        // `Iterator::sum` starts from -0.0, Python from 0.
        let sum = valences.iter().fold(0.0, |sum, valence| sum + valence);
        let exclamation = exclamation(text);
        let question = question(text);
        let emphasis = exclamation + question;
        let emphasised = match sum {
            s if s > 0.0 => s + emphasis,
            s if s < 0.0 => s - emphasis,
            s => s,
        };
        let compound = normalise(emphasised);
        let (neg, neu, pos) = shares(valences, emphasis);
        let polarity = Polarity {
            neg: round(neg, 3),
            neu: round(neu, 3),
            pos: round(pos, 3),
            compound: round(compound, 4),
        };
        Self {
            sum,
            exclamation,
            question,
            emphasised,
            compound,
            polarity,
        }
    }
}

fn exclamation(text: &str) -> f64 {
    text.matches('!').count().min(MOST_EXCLAMATIONS) as f64 * 0.292
}

fn question(text: &str) -> f64 {
    match text.matches('?').count() {
        0 | 1 => 0.0,
        few @ (2 | 3) => few as f64 * 0.18,
        _ => 0.96,
    }
}

fn normalise(sum: f64) -> f64 {
    (sum / (sum * sum + ALPHA).sqrt()).clamp(-1.0, 1.0)
}

/// Shares of negative, neutral and positive tokens, unrounded. Each sentiment counts
/// for one more than its valence, as a neutral token counts for one.
fn shares(valences: &[f64], emphasis: f64) -> (f64, f64, f64) {
    if valences.is_empty() {
        return (0.0, 0.0, 0.0);
    }
    let (mut negative, mut positive, mut neutral) = (0.0, 0.0, 0.0);
    for &valence in valences {
        if valence > 0.0 {
            positive += valence + 1.0;
        } else if valence < 0.0 {
            negative += valence - 1.0;
        } else {
            neutral += 1.0;
        }
    }
    let negative = f64::abs(negative);
    let (negative, positive) = match () {
        () if positive > negative => (negative, positive + emphasis),
        () if positive < negative => (negative + emphasis, positive),
        () => (negative, positive),
    };
    let total = positive + negative + neutral;
    (negative / total, neutral / total, positive / total)
}

/// Python's `round`: to the nearest decimal of the exact binary value, ties to even.
fn round(value: f64, places: usize) -> f64 {
    let text = format!("{value:.places$}");
    // A finite number printed with decimals is a number.
    text.parse().expect("formatted numbers parse")
}

#[cfg(test)]
mod tests;
