//! What is believed of a writer before the first decision.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::learning::LearningError;

/// The name under which [`LearningError`] tells of the prior of operators without one of their own.
const OTHER: &str = "other";
/// Prior acceptance of each operator, set by judgement: mechanical changes that keep the writer's
/// words are taken more often than those that speak for the writer. They only set the first order;
/// at [`STRENGTH`] a writer's own decisions soon outweigh them.
const SHIPPED: [(&str, f64); 17] = [
    ("fix", 0.70),
    ("plain-letters", 0.60),
    ("tighten", 0.60),
    ("paragraphs", 0.60),
    ("drop-hedges", 0.50),
    ("verbs", 0.55),
    ("active-voice", 0.50),
    ("split-sentences", 0.50),
    ("list", 0.45),
    ("links-last", 0.50),
    ("hashtags", 0.45),
    ("first-line", 0.45),
    ("trim", 0.40),
    ("move-lead", 0.35),
    ("hook", 0.35),
    ("call-to-action", 0.35),
    ("tone", 0.30),
];
/// Prior acceptance of any other operator.
const SHIPPED_OTHER: f64 = 0.45;
/// Decisions that a prior is worth. Of a hundred simulated writers without a taste the unluckiest lost
/// 2.5 % of the value after 50 decisions with it, and 5.4 % at 4; fewer learn a taste faster.
const STRENGTH: f64 = 12.0;

/// A Beta prior for each operator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Priors {
    acceptance: BTreeMap<String, f64>,
    other: f64,
    strength: f64,
}

/// [`Priors`] as read, before they are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    acceptance: BTreeMap<String, f64>,
    other: f64,
    strength: f64,
}

impl TryFrom<Raw> for Priors {
    type Error = LearningError;

    fn try_from(raw: Raw) -> Result<Self, LearningError> {
        Self::new(raw.acceptance, raw.other, raw.strength)
    }
}

impl Default for Priors {
    /// The shipped ones.
    fn default() -> Self {
        Self {
            acceptance: SHIPPED.map(|(name, m)| (name.to_owned(), m)).into(),
            other: SHIPPED_OTHER,
            strength: STRENGTH,
        }
    }
}

impl Priors {
    /// Priors with these means, `other` for operators without one, each worth `strength` decisions.
    ///
    /// # Errors
    /// Where a mean is not strictly between 0 and 1, or the strength is not positive.
    pub fn new(
        acceptance: BTreeMap<String, f64>,
        other: f64,
        strength: f64,
    ) -> Result<Self, LearningError> {
        let all = acceptance.iter().map(|(name, m)| (name.as_str(), *m));
        for (operator, value) in all.chain([(OTHER, other)]) {
            if !(value > 0.0 && value < 1.0) {
                return Err(LearningError::Acceptance {
                    operator: operator.to_owned(),
                    value,
                });
            }
        }
        if !(strength > 0.0 && strength.is_finite()) {
            return Err(LearningError::Strength { value: strength });
        }
        Ok(Self {
            acceptance,
            other,
            strength,
        })
    }

    /// Prior probability that a suggestion of `operator` is taken.
    #[must_use]
    pub fn mean(&self, operator: &str) -> f64 {
        self.acceptance.get(operator).copied().unwrap_or(self.other)
    }

    /// Decisions that a prior is worth.
    #[must_use]
    pub fn strength(&self) -> f64 {
        self.strength
    }

    /// The operators that have a prior of their own, by name.
    pub fn operators(&self) -> impl Iterator<Item = &str> {
        self.acceptance.keys().map(String::as_str)
    }
}
