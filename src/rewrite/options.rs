//! What a writer asks of the operators.

use super::operators::Operator;
use crate::analysis::rules::RuleSettings;
use crate::post::{FoldLimits, Span};

/// A tone to shift towards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Contractions, "thanks", "help".
    Warmer,
    /// Everyday words.
    Plainer,
    /// No contractions, no slang.
    MoreFormal,
}

/// A length to trim to.
#[derive(Debug, Clone, PartialEq)]
pub struct Trim {
    /// UTF-16 units that may stay.
    pub limit: usize,
    /// How much each sentence of [`super::Draft::sentences`] matters; the least goes first.
    pub importance: Vec<f64>,
}

/// The grade asked for where a writer names none: plain to most readers; many newspapers read so.
const GRADE: f64 = 10.0;

/// Settings of one call of [`super::propose()`].
#[derive(Debug, Clone)]
pub struct Options {
    /// The operators to ask, in order.
    pub operators: Vec<Operator>,
    /// Whether the post is English; operators that know English only are silent elsewhere.
    pub english: bool,
    /// Bytes of the input that must stay as they are.
    pub keep: Vec<Span>,
    /// Where the feed cuts the post.
    pub fold: FoldLimits,
    /// Thresholds that operators share with the rules.
    pub rules: RuleSettings,
    /// Hashtags that the post should have; missing ones are made of its own words.
    pub hashtags: usize,
    /// Keyphrases for hashtags, best first; without any, the post's most frequent words serve.
    pub keywords: Vec<String>,
    /// The tone to shift towards; [`Operator::Tone`] is silent without one.
    pub tone: Option<Tone>,
    /// The length to trim to; [`Operator::Trim`] is silent without one.
    pub trim: Option<Trim>,
    /// The Flesch-Kincaid grade to read at, in US school years. While a post reads above it,
    /// [`Operator::Grade`] offers shorter words, [`Operator::SplitSentences`] cuts shorter
    /// sentences at more places, and [`Operator::List`] takes more enumerations apart; without one
    /// they work as for any post, and [`Operator::Grade`] is silent.
    pub grade: Option<f64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            operators: Operator::ALL.to_vec(),
            english: true,
            keep: Vec::new(),
            fold: FoldLimits::default(),
            rules: RuleSettings::default(),
            hashtags: 3,
            keywords: Vec::new(),
            tone: None,
            trim: None,
            grade: Some(GRADE),
        }
    }
}
