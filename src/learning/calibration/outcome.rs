//! How a post did, as one number.

use serde::{Deserialize, Serialize};

/// What an [`Outcome`] measures. Outcomes of different measures cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Engagements per impression.
    PerImpression,
    /// Engagements per follower at the time of the post.
    PerFollower,
    /// Engagements.
    Count,
}

impl Measure {
    /// What the rate is for; for a count, in all.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::PerImpression => "an impression",
            Self::PerFollower => "a follower",
            Self::Count => "in all",
        }
    }

    /// A rate or count as it is told.
    #[must_use]
    pub fn figure(self, natural: f64) -> String {
        match self {
            Self::PerImpression | Self::PerFollower => format!("{natural:.4}"),
            Self::Count => format!("{natural:.1}"),
        }
    }

    /// The rate or count that a value of this measure stands for.
    #[must_use]
    pub fn natural(self, value: f64) -> f64 {
        match self {
            Self::PerImpression | Self::PerFollower => value.exp(),
            Self::Count => value.exp_m1(),
        }
    }
}

/// How a post did.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Natural logarithm of the rate or count: posts differ by factors, and a logarithm keeps one
    /// that went round from outweighing a year of others.
    pub value: f64,
    /// Of what.
    pub measure: Measure,
}

/// The outcome of a post with these counts; `followers` at the time of the post.
///
/// An engagement is a reaction, a comment or a share, each counted once. What a comment is worth
/// beside a reaction is not published, and any weight would be a guess in the measure itself.
/// With impressions the outcome is `ln((engagements + 1/2) / (impressions + 1))`, the half being
/// the usual correction of an empirical logit (Haldane 1956), so that no engagement is no infinity.
/// Without them it is the same per follower, which the writer's growth does not move; without
/// either it is `ln(1 + engagements)`. 0 impressions or followers count as unknown.
#[must_use]
pub fn outcome(
    impressions: Option<u64>,
    reactions: u64,
    comments: u64,
    shares: u64,
    followers: Option<u64>,
) -> Outcome {
    let engagements = reactions as f64 + comments as f64 + shares as f64;
    let per = |exposed: u64| ((engagements + 0.5) / (exposed as f64 + 1.0)).ln();
    let (value, measure) = match (known(impressions), known(followers)) {
        (Some(impressions), _) => (per(impressions), Measure::PerImpression),
        (None, Some(followers)) => (per(followers), Measure::PerFollower),
        (None, None) => (engagements.ln_1p(), Measure::Count),
    };
    Outcome { value, measure }
}

fn known(count: Option<u64>) -> Option<u64> {
    count.filter(|n| *n > 0)
}

/// The commonest of `measures`; of equally common ones the finest.
pub fn commonest(measures: impl Iterator<Item = Measure>) -> Option<Measure> {
    let mut counts = [
        (0, Measure::Count),
        (0, Measure::PerFollower),
        (0, Measure::PerImpression),
    ];
    for measure in measures {
        let at = match measure {
            Measure::Count => 0,
            Measure::PerFollower => 1,
            Measure::PerImpression => 2,
        };
        counts[at].0 += 1;
    }
    // The last of equal ones wins.
    let (count, measure) = counts.into_iter().max_by_key(|(count, _)| *count)?;
    (count > 0).then_some(measure)
}
