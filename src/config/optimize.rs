//! What rewrites are to serve.

use serde::{Deserialize, Serialize};

use crate::rewrite::search::{Goal, GoalWeights, Limits};

/// `[optimize]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OptimizeConfig {
    /// What better means where nobody says.
    pub goal: Goal,
    /// Milliseconds that a search may take.
    pub time_budget_ms: u64,
    /// Flesch-Kincaid grade to come down to.
    pub grade: f64,
    /// Hashtags that a post should have.
    pub hashtags: usize,
    /// Changes that a variant may have, besides those of a tone and a length that were asked for.
    pub max_edits: usize,
    /// States that each round of a search goes on from.
    pub beam: usize,
    /// Variants that are told.
    pub variants: usize,
    /// Points that a change must gain, and a variant.
    pub min_gain: f64,
    /// How much variants shall differ, from 0 to 1.
    pub diversity: f64,
    /// Single suggestions whose gain is computed.
    pub suggestions: usize,
    /// Bytes of the texts of all versions together, as they stand on the disk.
    pub versions_bytes: u64,
    /// Weights of the goals.
    pub weights: GoalWeights,
}

impl Default for OptimizeConfig {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            goal: Goal::default(),
            time_budget_ms: 2_000,
            grade: 10.0,
            hashtags: 3,
            max_edits: limits.max_edits,
            beam: limits.beam,
            variants: limits.variants,
            min_gain: limits.min_gain,
            diversity: limits.diversity,
            suggestions: limits.most,
            versions_bytes: 256 << 20,
            weights: GoalWeights::default(),
        }
    }
}

impl OptimizeConfig {
    /// Bounds of a search.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            max_edits: self.max_edits,
            beam: self.beam,
            variants: self.variants,
            min_gain: self.min_gain,
            diversity: self.diversity,
            most: self.suggestions,
        }
    }
}
