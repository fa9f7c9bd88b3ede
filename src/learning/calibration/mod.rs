//! Does the engagement head's number hold for this writer's posts?
//!
//! The head was trained on other people's posts. [`Calibration::new`] tries it on the writer's own,
//! in order of date: each post is forecast from those before it alone, and the forecast is held
//! against the plain guess that a post does as the writer's posts usually do. Where the number does
//! not win by more than luck, no forecast is given.

mod bootstrap;
mod forward;
mod outcome;
#[cfg(test)]
mod tests;
mod told;

use serde::{Deserialize, Serialize};

use bootstrap::Pairs;
use forward::{Fitted, Tested};

pub use bootstrap::Estimate;
pub use outcome::{Measure, Outcome, outcome};
pub use told::{Rates, Told};

use super::LearningError;
use super::math::quantile;

/// A post whose outcome is known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PastPost {
    /// The head's number for its text; only differences mean something.
    pub score: f64,
    /// How it did.
    pub outcome: Outcome,
}

/// How a history is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Posts before the first that is forecast; at least 2.
    pub min_posts: usize,
    /// Posts that must have been forecast before there is a verdict; at least 10.
    pub min_tested: usize,
    /// Resamples of the bootstrap; at least 100.
    pub resamples: usize,
    /// What the resamples are drawn from.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            min_posts: 20,
            min_tested: 20,
            resamples: 500,
            seed: 0x5eed,
        }
    }
}

/// What a history says of the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// Too few posts to tell.
    TooFew {
        /// Posts with an outcome of the commonest measure.
        have: usize,
        /// Posts needed.
        need: usize,
    },
    /// The number is no better than the writer's usual post, or not by more than luck.
    NoSkill,
    /// It is better.
    Skill,
}

/// How a post with some score is likely to do. Outcomes are as [`Outcome::value`] has them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Forecast {
    /// The middle forecast.
    pub median: f64,
    /// Below it lies the outcome of one such post of ten.
    pub low: f64,
    /// Above it lies the outcome of one such post of ten.
    pub high: f64,
    /// Posts that were forecast and set the interval.
    pub n: usize,
}

/// The head's number tried on one writer's posts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// What is known.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// What the outcomes measure; others are left out. None without posts.
    pub measure: Option<Measure>,
    /// Posts with an outcome of that measure.
    pub posts: usize,
    /// Posts that were forecast from those before them.
    pub tested: usize,
    /// One less the ratio of the mean absolute errors with the number and without: 0 is no better,
    /// 1 is always right. With the central 95 % of the bootstrap; none where too few are tested.
    pub skill: Option<Estimate>,
    /// Share of pairs of near posts of which the one with the higher score did better; 0.5 is
    /// chance. None where too few are tested.
    pub ranking: Option<Estimate>,
    /// The arithmetic.
    pub explanation: String,
    #[serde(skip)]
    fitted: Fitted,
    /// Outcome less forecast, 10th and 90th percentile.
    #[serde(skip)]
    errors: [f64; 2],
}

impl Calibration {
    /// Tries the number on `posts`, the oldest first. Those with another measure than most, or with
    /// a score or outcome that is no number, are left out.
    ///
    /// # Errors
    /// Where a setting is below its least.
    pub fn new(posts: &[PastPost], settings: &Settings) -> Result<Self, LearningError> {
        check(settings)?;
        let measure = outcome::commonest(posts.iter().map(|p| p.outcome.measure));
        let usable: Vec<(f64, f64)> = posts
            .iter()
            .filter(|p| Some(p.outcome.measure) == measure)
            .map(|p| (p.score, p.outcome.value))
            .filter(|(score, value)| score.is_finite() && value.is_finite())
            .collect();
        let (tested, fitted) = forward::chain(&usable, settings.min_posts);
        let (have, need) = (usable.len(), settings.min_posts + settings.min_tested);
        let mut all = Self {
            verdict: Verdict::TooFew { have, need },
            measure,
            posts: have,
            tested: tested.len(),
            skill: None,
            ranking: None,
            explanation: format!(
                "{have} posts with an outcome; {need} are needed: {} to learn from and {} to be \
                 tried on",
                settings.min_posts, settings.min_tested
            ),
            fitted,
            errors: [0.0; 2],
        };
        if have >= need {
            all.judge(&tested, settings);
        }
        Ok(all)
    }

    fn judge(&mut self, tested: &[Tested], settings: &Settings) {
        let pairs = Pairs::of(tested);
        let (skill, ranking) = bootstrap::estimates(tested, &pairs, settings);
        let mut errors: Vec<f64> = tested.iter().map(|t| t.outcome - t.forecast).collect();
        // The forecast itself stays inside, whichever way the errors lean.
        self.errors = [
            quantile(&mut errors, 0.1).min(0.0),
            quantile(&mut errors, 0.9).max(0.0),
        ];
        self.verdict = if skill.low > 0.0 {
            Verdict::Skill
        } else {
            Verdict::NoSkill
        };
        let n = tested.len() as f64;
        let with = tested.iter().map(Tested::error).sum::<f64>() / n;
        let without = tested.iter().map(Tested::plain_error).sum::<f64>() / n;
        let judgement = match self.verdict {
            Verdict::Skill => "the number helps",
            Verdict::NoSkill | Verdict::TooFew { .. } => {
                "no better than your usual post, or by luck"
            }
        };
        self.explanation = format!(
            "{} posts forecast, each from those before it: mean error {with:.3} with the number, \
             {without:.3} with your running median → skill {:.2}, 95 % from {:.2} to {:.2}; of {} \
             pairs of near posts the higher number did better in {:.0} %, 95 % from {:.0} to {:.0} \
             → {judgement}",
            tested.len(),
            skill.value,
            skill.low,
            skill.high,
            pairs.len(),
            100.0 * ranking.value,
            100.0 * ranking.low,
            100.0 * ranking.high,
        );
        self.skill = Some(skill);
        self.ranking = Some(ranking);
    }

    /// How a post with `score` is likely to do; none unless the number has skill and `score` is one.
    ///
    /// The interval comes from the errors of the tried forecasts, not from an assumed distribution.
    #[must_use]
    pub fn forecast(&self, score: f64) -> Option<Forecast> {
        match self.verdict {
            Verdict::Skill if score.is_finite() => {
                let median = self.fitted.forecast(score);
                Some(Forecast {
                    median,
                    low: median + self.errors[0],
                    high: median + self.errors[1],
                    n: self.tested,
                })
            }
            Verdict::Skill | Verdict::NoSkill | Verdict::TooFew { .. } => None,
        }
    }
}

fn check(settings: &Settings) -> Result<(), LearningError> {
    let least = [
        ("min_posts", settings.min_posts, 2, "2 or more"),
        ("min_tested", settings.min_tested, 10, "10 or more"),
        ("resamples", settings.resamples, 100, "100 or more"),
    ];
    for (name, value, least, range) in least {
        if value < least {
            return Err(LearningError::Setting {
                name,
                value: value as f64,
                range,
            });
        }
    }
    Ok(())
}
