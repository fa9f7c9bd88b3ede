//! What a text is worth, as those who hold the models tell it.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::analysis::score::Facet;
use crate::post::Span;

/// Why texts were not scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Stopped {
    /// Nobody waits for the result any more.
    #[error("the search was called off; ask again for a result")]
    CalledOff,
    /// The time that it was given is up.
    #[error("the time for the search is up; give it more for better variants")]
    TimeUp,
}

/// What a text is worth, told by whoever holds the models.
pub trait Scorer {
    /// Measures `texts`, one result for each in their order; all at once, so that what they share is
    /// computed once.
    ///
    /// # Errors
    /// Where the work was called off or the time is up; nothing is kept of this call then.
    fn score(&mut self, texts: &[&str]) -> Result<Vec<Measured>, Stopped>;
}

/// How a post is likely to do; see [`crate::analysis::engagement::Engagement`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EngagementForecast {
    /// Expected share of the author's posts, in percent, that do worse.
    pub percentile: f64,
    /// Percentiles between which four of five posts of such a lift have ended.
    pub interval: [f64; 2],
    /// The head's own number: only differences mean something.
    pub lift: f64,
    /// How much better than chance the head ranks two posts of one author, 0 to 1.
    pub skill: f64,
}

/// A place of which a rule has something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Id of the rule.
    pub rule: String,
    /// Bytes of the text.
    pub span: Span,
}

impl Found {
    /// Whether it is of `rule` and overlaps or touches `span`.
    pub(super) fn is_at(&self, rule: &str, span: Span) -> bool {
        self.rule == rule && self.span.start <= span.end && span.start <= self.span.end
    }
}

/// The quantities of one text that an objective may count.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// Weighted mean of the facets, 0 to 100.
    pub overall: f64,
    /// The facets in the order of [`Facet::ALL`], 0 to 100; `None` where one cannot be computed.
    #[serde(serialize_with = "by_name")]
    pub facets: [Option<f64>; Facet::ALL.len()],
    /// Flesch-Kincaid grade, in school years.
    pub grade: Option<f64>,
    /// Mean sentiment of the sentences, -1 to 1.
    pub sentiment: Option<f64>,
    /// The forecast, where a head with skill exists.
    pub engagement: Option<EngagementForecast>,
    /// Length in UTF-16 code units.
    pub utf16_units: usize,
    /// Whether the first line ends above the fold.
    pub first_line_fits: bool,
    /// Findings of grammar and spelling.
    pub errors: usize,
    /// Where each rule finds something.
    #[serde(skip)]
    pub findings: Arc<[Found]>,
    /// Mean of the sentence vectors, of length 1.
    #[serde(skip)]
    pub vector: Option<Arc<[f32]>>,
}

impl Measured {
    /// The score of one facet, 0 to 100.
    #[must_use]
    pub fn facet(&self, facet: Facet) -> Option<f64> {
        self.facets[facet as usize]
    }
}

fn by_name<S: Serializer>(facets: &[Option<f64>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(Facet::ALL.iter().map(|f| f.name()).zip(facets))
}
