//! What a search is after: weighted sums of measured quantities.

use serde::{Deserialize, Serialize};

use super::measured::Measured;
use crate::analysis::score::Facet;

/// What a post shall become better at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    /// All round: the overall score, with a little of the forecast.
    #[default]
    Overall,
    /// The percentile that the head forecasts.
    Engagement,
    /// The facet of clarity and the reading grade.
    Clarity,
    /// Within a length, with the first line above the fold.
    Length,
    /// A brighter mood.
    Sentiment,
}

impl Goal {
    /// Every goal, in the order in which they are told.
    pub const ALL: [Self; 5] = [
        Self::Overall,
        Self::Engagement,
        Self::Clarity,
        Self::Length,
        Self::Sentiment,
    ];

    /// The name used in every output format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Overall => "overall",
            Self::Engagement => "engagement",
            Self::Clarity => "clarity",
            Self::Length => "length",
            Self::Sentiment => "sentiment",
        }
    }
}

/// Points of an objective for each unit of a quantity. The figures are a judgement: they put the
/// goal's own quantity first and keep a share of the overall score, so that no goal is reached at
/// any price.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Weights {
    /// For each point of the overall score.
    pub overall: f64,
    /// For each point of the facet of clarity.
    pub clarity: f64,
    /// For each percentile of the forecast.
    pub engagement: f64,
    /// For each school year of the reading grade.
    pub grade: f64,
    /// For mean sentiment, from 0 to 1.
    pub sentiment: f64,
    /// For each UTF-16 unit above the limit.
    pub over_limit: f64,
    /// For a first line above the fold.
    pub first_line: f64,
}

impl Weights {
    const NONE: Self = Self {
        overall: 0.0,
        clarity: 0.0,
        engagement: 0.0,
        grade: 0.0,
        sentiment: 0.0,
        over_limit: 0.0,
        first_line: 0.0,
    };

    /// The weights that a goal has unless it is given others.
    #[must_use]
    pub fn of(goal: Goal) -> Self {
        let own = Self {
            overall: 0.2,
            ..Self::NONE
        };
        match goal {
            Goal::Overall => Self {
                overall: 1.0,
                engagement: 0.2,
                ..own
            },
            Goal::Engagement => Self {
                engagement: 1.0,
                ..own
            },
            Goal::Clarity => Self {
                clarity: 1.0,
                grade: -1.0,
                ..own
            },
            Goal::Length => Self {
                over_limit: -0.1,
                first_line: 10.0,
                ..own
            },
            Goal::Sentiment => Self {
                sentiment: 50.0,
                ..own
            },
        }
    }

    fn with(self, given: &Given) -> Self {
        Self {
            overall: given.overall.unwrap_or(self.overall),
            clarity: given.clarity.unwrap_or(self.clarity),
            engagement: given.engagement.unwrap_or(self.engagement),
            grade: given.grade.unwrap_or(self.grade),
            sentiment: given.sentiment.unwrap_or(self.sentiment),
            over_limit: given.over_limit.unwrap_or(self.over_limit),
            first_line: given.first_line.unwrap_or(self.first_line),
        }
    }
}

/// The weights of every goal, as settings. A weight that is not given is that of [`Weights::of`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "AllGiven")]
pub struct GoalWeights {
    /// Of [`Goal::Overall`].
    pub overall: Weights,
    /// Of [`Goal::Engagement`].
    pub engagement: Weights,
    /// Of [`Goal::Clarity`].
    pub clarity: Weights,
    /// Of [`Goal::Length`].
    pub length: Weights,
    /// Of [`Goal::Sentiment`].
    pub sentiment: Weights,
}

impl GoalWeights {
    /// The weights of one goal.
    #[must_use]
    pub fn of(&self, goal: Goal) -> Weights {
        match goal {
            Goal::Overall => self.overall,
            Goal::Engagement => self.engagement,
            Goal::Clarity => self.clarity,
            Goal::Length => self.length,
            Goal::Sentiment => self.sentiment,
        }
    }
}

impl Default for GoalWeights {
    fn default() -> Self {
        AllGiven::default().into()
    }
}

/// Weights as they are written, some of them.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Given {
    overall: Option<f64>,
    clarity: Option<f64>,
    engagement: Option<f64>,
    grade: Option<f64>,
    sentiment: Option<f64>,
    over_limit: Option<f64>,
    first_line: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct AllGiven {
    overall: Given,
    engagement: Given,
    clarity: Given,
    length: Given,
    sentiment: Given,
}

impl From<AllGiven> for GoalWeights {
    fn from(given: AllGiven) -> Self {
        Self {
            overall: Weights::of(Goal::Overall).with(&given.overall),
            engagement: Weights::of(Goal::Engagement).with(&given.engagement),
            clarity: Weights::of(Goal::Clarity).with(&given.clarity),
            length: Weights::of(Goal::Length).with(&given.length),
            sentiment: Weights::of(Goal::Sentiment).with(&given.sentiment),
        }
    }
}

/// One term of an objective.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Term {
    /// What is counted.
    pub label: &'static str,
    /// How much of it there is.
    pub value: f64,
    /// Points for each.
    pub weight: f64,
    /// `value × weight`.
    pub points: f64,
}

/// A goal with its figures: `Σ weight × quantity` over the quantities that could be measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Objective {
    /// Points for each unit.
    pub weights: Weights,
    /// UTF-16 units that count nothing in `over_limit`.
    pub limit: usize,
}

impl Objective {
    /// The terms of the sum for one text. Quantities without a weight or a value are left out.
    #[must_use]
    pub fn explain(&self, of: &Measured) -> Vec<Term> {
        let terms = self.quantities(of).into_iter();
        terms
            .filter_map(|(label, weight, value)| {
                let value = value.filter(|_| weight != 0.0)?;
                let points = value * weight;
                Some(Term {
                    label,
                    value,
                    weight,
                    points,
                })
            })
            .collect()
    }

    /// Points by which `to` is better than `from`, to a millionth: what is below that is noise of
    /// floating point. A quantity that one of them lacks counts for neither.
    #[must_use]
    pub fn gain(&self, from: &Measured, to: &Measured) -> f64 {
        let pairs = self.quantities(from).into_iter().zip(self.quantities(to));
        let points: f64 = pairs
            .filter_map(|((_, weight, from), (_, _, to))| Some(weight * (to? - from?)))
            .sum();
        (points * 1e6).round() / 1e6
    }

    fn quantities(&self, of: &Measured) -> [(&'static str, f64, Option<f64>); 7] {
        let w = self.weights;
        let over = of.utf16_units.saturating_sub(self.limit);
        let first_line = f64::from(u8::from(of.first_line_fits));
        [
            ("overall", w.overall, Some(of.overall)),
            ("clarity", w.clarity, of.facet(Facet::Clarity)),
            (
                "engagement",
                w.engagement,
                of.engagement.map(|e| e.percentile),
            ),
            ("grade", w.grade, of.grade),
            ("sentiment", w.sentiment, of.sentiment),
            ("over_limit", w.over_limit, Some(over as f64)),
            ("first_line", w.first_line, Some(first_line)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(overall: f64, grade: Option<f64>) -> Measured {
        Measured {
            overall,
            facets: [Some(70.0), None, None, None, None],
            grade,
            sentiment: Some(0.5),
            engagement: None,
            utf16_units: 120,
            first_line_fits: true,
            errors: 0,
            findings: [].into(),
            vector: None,
        }
    }

    #[test]
    fn an_objective_is_the_sum_of_its_terms() {
        let objective = Objective {
            weights: Weights::of(Goal::Clarity),
            limit: 100,
        };
        let terms = objective.explain(&measured(80.0, Some(9.0)));
        let told: Vec<_> = terms.iter().map(|t| (t.label, t.points)).collect();
        assert_eq!(
            told,
            [("overall", 16.0), ("clarity", 70.0), ("grade", -9.0)]
        );
        let length = Objective {
            weights: Weights::of(Goal::Length),
            ..objective
        };
        let told = length.explain(&measured(80.0, None));
        assert_eq!((told[1].value, told[1].points), (20.0, -2.0));
        assert_eq!(told[2].points, 10.0);
    }

    #[test]
    fn what_one_text_lacks_counts_for_neither() {
        let objective = Objective {
            weights: Weights::of(Goal::Clarity),
            limit: 100,
        };
        let (with, without) = (measured(80.0, Some(9.0)), measured(90.0, None));
        assert_eq!(objective.gain(&with, &without), 2.0);
        let better = measured(80.0, Some(7.0));
        assert_eq!(objective.gain(&with, &better), 2.0);
    }

    #[test]
    fn settings_change_what_they_name_and_refuse_the_rest() {
        let given: GoalWeights = toml::from_str("[clarity]\ngrade = -3\n").unwrap();
        let usual = GoalWeights::default();
        assert_eq!(given.of(Goal::Clarity).grade, -3.0);
        assert_eq!(given.of(Goal::Clarity).clarity, 1.0);
        for goal in Goal::ALL.into_iter().filter(|g| *g != Goal::Clarity) {
            assert_eq!(given.of(goal), usual.of(goal));
            assert_eq!(usual.of(goal), Weights::of(goal));
        }
        assert!(toml::from_str::<GoalWeights>("[clarity]\ngrades = 1").is_err());
        let back: GoalWeights = toml::from_str(&toml::to_string(&given).unwrap()).unwrap();
        assert_eq!(back, given);
    }
}
