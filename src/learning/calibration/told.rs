//! What a history says of one post: for programs, in a line, and as arithmetic.

use serde::Serialize;

use super::{Calibration, Forecast, Measure, Verdict};

/// The forecast of a post as rates or counts, not as their logarithms.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rates {
    /// The median of the writer's last posts, which the forecast starts from.
    pub usual: f64,
    /// The middle forecast.
    pub median: f64,
    /// Below it lies one such post of ten.
    pub low: f64,
    /// Above it lies one such post of ten.
    pub high: f64,
}

/// What a history says of one post.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told<'a> {
    /// None without skill, or where the head has no number for the post.
    pub forecast: Option<Forecast>,
    /// The same as rates or counts.
    pub rates: Option<Rates>,
    /// What is forecast.
    pub measure: Option<Measure>,
    /// What it rests on.
    pub basis: &'a Calibration,
}

impl Told<'_> {
    /// The forecast in a line, or why there is none.
    #[must_use]
    pub fn line(&self) -> String {
        let Some((rates, measure)) = self.rates.zip(self.measure) else {
            return format!("no forecast: {}", self.basis.reason());
        };
        format!(
            "{} engagements {}; 8 of 10 such posts from {} to {} (of {} of yours)",
            measure.figure(rates.median),
            measure.unit(),
            measure.figure(rates.low),
            measure.figure(rates.high),
            self.basis.tested
        )
    }
}

impl Calibration {
    /// What the history says of a post with `score`; none is for a post without one.
    #[must_use]
    pub fn told(&self, score: Option<f64>) -> Told<'_> {
        let forecast = score.and_then(|score| self.forecast(score));
        let rates = forecast.zip(self.measure).map(|(f, measure)| Rates {
            usual: measure.natural(self.fitted.usual),
            median: measure.natural(f.median),
            low: measure.natural(f.low),
            high: measure.natural(f.high),
        });
        Told {
            forecast,
            rates,
            measure: self.measure,
            basis: self,
        }
    }

    /// Why there is no forecast, in a few words; where there may be one, that this post has no
    /// number.
    #[must_use]
    pub fn reason(&self) -> String {
        match (self.verdict, self.skill) {
            (Verdict::TooFew { have, need }, _) => format!("{have} of {need} posts needed"),
            (Verdict::NoSkill, Some(skill)) => format!(
                "no skill ({:.2}, 95 % from {:.2} to {:.2})",
                skill.value, skill.low, skill.high
            ),
            (Verdict::NoSkill, None) => "no skill".to_owned(),
            (Verdict::Skill, _) => "the head has no number for this post".to_owned(),
        }
    }

    /// The arithmetic behind what is told of a post with `score`, a line each.
    #[must_use]
    pub fn arithmetic(&self, score: Option<f64>) -> Vec<String> {
        let mut out = Vec::new();
        let fitted = &self.fitted;
        if let Some(measure) = self.measure {
            out.push(format!(
                "{} engagements {}: the median of the last {} of your {} posts with an outcome",
                measure.figure(measure.natural(fitted.usual)),
                measure.unit(),
                fitted.recent,
                self.posts
            ));
        }
        out.push(self.explanation.clone());
        let told = self.told(score);
        if let (Some(score), Some(f), Some(rates), Some(measure)) =
            (score, told.forecast, told.rates, self.measure)
        {
            let less = match measure {
                Measure::PerImpression | Measure::PerFollower => "",
                Measure::Count => " - 1",
            };
            out.push(format!(
                "this post: lift {score:+.3}, the mean of those {:+.3} → e^({:.3} + {:.3} × \
                 {:+.3}){less} = {}",
                fitted.centre,
                fitted.usual,
                fitted.slope,
                score - fitted.centre,
                measure.figure(rates.median)
            ));
            out.push(format!(
                "8 of 10 from e^({:.3} {:+.3}){less} = {} to e^({:.3} {:+.3}){less} = {}: the \
                 errors of the {} forecasts, 10th and 90th percentile",
                f.median,
                self.errors[0],
                measure.figure(rates.low),
                f.median,
                self.errors[1],
                measure.figure(rates.high),
                f.n
            ));
        }
        out
    }
}
