//! The arithmetic behind the numbers of a report.

use serde::Serialize;

use super::engagement::EngagementTrace;
use super::meaning::MeaningTrace;
use super::neural::NeuralTrace;
use super::readability::Formula;
use super::score::FacetScore;
use super::sentiment::Trace;

/// How the numbers came about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The weighted mean behind the overall score.
    pub overall: Option<String>,
    /// Each facet's terms.
    pub facets: Vec<FacetScore>,
    /// VADER's tokens, valences and rules over the whole post.
    pub sentiment: Option<Trace>,
    /// The same over each sentence, in the order of the report.
    pub sentences: Vec<Trace>,
    /// What the trained head says of each sentence and how the post's sum comes about.
    pub neural: Option<NeuralTrace>,
    /// Each metric with its numbers put in.
    pub readability: Vec<Formula>,
    /// What the forecast is worth and where its percentile comes from.
    pub engagement: Option<EngagementTrace>,
    /// The cosines behind the meaning.
    pub meaning: Option<MeaningTrace>,
}
