//! What a search is asked, and its bounds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::change::Fix;
use super::goal::{Goal, Objective, Weights};
use super::measured::Measured;
use crate::post::LIMIT;
use crate::rewrite::operators::Operator;
use crate::rewrite::options::Options;

/// Bounds of a search, as settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Changes that a variant may have, besides those of a tone that was asked for and of a trim to a
    /// length.
    pub max_edits: usize,
    /// States that each round of the beam goes on from.
    pub beam: usize,
    /// Variants that are returned.
    pub variants: usize,
    /// Points that a step must gain to be taken, and a variant to be returned.
    pub min_gain: f64,
    /// How much variants shall differ, from 0 (the best ones) to 1 (the most different ones).
    pub diversity: f64,
    /// Suggestions that [`super::preview()`] scores.
    pub most: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_edits: 12,
            beam: 6,
            variants: 3,
            min_gain: 0.5,
            diversity: 0.3,
            most: 24,
        }
    }
}

/// What a search is asked.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The post as written, directives and all.
    pub text: &'a str,
    /// What was measured of it; where that is not known, it is measured with the others.
    pub original: Option<Measured>,
    /// What the operators follow; `keep` holds for fixes as well.
    pub options: Options,
    /// Replacements that findings suggest.
    pub fixes: Vec<Fix>,
    /// What better means.
    pub objective: Objective,
    /// Operators that the head of the forecast was shown to tell from no change. Of all others a
    /// change in the forecast is no evidence: it counts nothing and is told of none.
    pub distinguished: BTreeSet<Operator>,
    /// Bounds.
    pub limits: Limits,
    /// Breaks ties: one seed, one result.
    pub seed: u64,
}

impl<'a> Request<'a> {
    /// A request with the usual weights and bounds, without fixes.
    #[must_use]
    pub fn new(text: &'a str, goal: Goal, options: Options) -> Self {
        let limit = options.trim.as_ref().map_or(LIMIT, |t| t.limit);
        Self {
            text,
            original: None,
            options,
            fixes: Vec::new(),
            objective: Objective {
                weights: Weights::of(goal),
                limit,
            },
            distinguished: BTreeSet::new(),
            limits: Limits::default(),
            seed: 0,
        }
    }
}
