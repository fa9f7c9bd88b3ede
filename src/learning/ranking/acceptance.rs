//! What a writer's decisions say of each operator.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Priors;
use crate::learning::math::beta_quantile;

/// What an edit after an acceptance leaves of it. The writer wanted something done there, but not
/// this: half for, half against.
const KEPT_BY_EDIT: f64 = 0.5;
/// Decisions that a writer's level of 0 is worth.
const LEVEL_STRENGTH: f64 = 20.0;
/// Farthest that a level is from 0, so that no levelled prior is 0 or 1 or as great as another.
const FARTHEST_LEVEL: f64 = 0.98;

/// What a writer did with a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It was taken.
    Accepted,
    /// It was dismissed.
    Rejected,
    /// Text that an earlier acceptance had put in was edited. It amends that acceptance and is no
    /// decision of its own.
    EditedAfter,
    /// An earlier acceptance was undone, with what was edited of it: it is as if it had not been.
    TakenBack,
}

/// An event: a verdict on a suggestion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Name of the operator that made the suggestion.
    pub operator: String,
    /// What was done with it.
    pub verdict: Verdict,
}

/// Decisions on one operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Tally {
    accepted: u32,
    rejected: u32,
    edited: u32,
}

impl Tally {
    fn decisions(self) -> f64 {
        f64::from(self.accepted) + f64::from(self.rejected)
    }

    /// Acceptances that were edited; an edit beyond the last acceptance has nothing to amend.
    fn edited(self) -> u32 {
        self.edited.min(self.accepted)
    }

    /// Acceptances, with edited ones in part.
    fn taken(self) -> f64 {
        f64::from(self.accepted) - (1.0 - KEPT_BY_EDIT) * f64::from(self.edited())
    }
}

/// A suggestion to be ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate<'a> {
    /// Name of the operator that made it.
    pub operator: &'a str,
    /// Predicted change of the score, in points; no number counts as 0.
    pub gain: f64,
}

/// A suggestion in its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    /// Which candidate it is.
    pub index: usize,
    /// Gain times acceptance, in points.
    pub value: f64,
    /// Probability that the writer takes it.
    pub acceptance: f64,
    /// The arithmetic.
    pub explanation: String,
}

/// What is believed of a writer and an operator.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Belief {
    /// Name of the operator.
    pub operator: String,
    /// Shipped probability that a suggestion of it is taken.
    pub prior: f64,
    /// That probability at this writer's level.
    pub levelled: f64,
    /// Decisions that the levelled prior is worth.
    pub strength: f64,
    /// Suggestions taken, those edited later among them.
    pub accepted: u32,
    /// Suggestions dismissed.
    pub rejected: u32,
    /// Suggestions taken and edited later.
    pub edited: u32,
    /// Posterior mean of the probability.
    pub mean: f64,
    /// Ends of the central interval that holds it with probability 0.9.
    pub interval: [f64; 2],
    /// The arithmetic.
    pub explanation: String,
}

/// A writer's decisions and what follows from them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Acceptance {
    priors: Priors,
    tallies: BTreeMap<String, Tally>,
}

impl Acceptance {
    /// What `decisions` say beside `priors`; with none of them, the priors alone.
    pub fn replay<'a>(priors: Priors, decisions: impl IntoIterator<Item = &'a Decision>) -> Self {
        let mut all = Self {
            priors,
            tallies: BTreeMap::new(),
        };
        for decision in decisions {
            all.record(decision);
        }
        all
    }

    /// Adds one decision.
    pub fn record(&mut self, decision: &Decision) {
        let tally = self.tallies.entry(decision.operator.clone()).or_default();
        let count = match decision.verdict {
            Verdict::Accepted => &mut tally.accepted,
            Verdict::Rejected => &mut tally.rejected,
            Verdict::EditedAfter => &mut tally.edited,
            Verdict::TakenBack => {
                tally.accepted = tally.accepted.saturating_sub(1);
                tally.edited = tally.edited();
                return;
            }
        };
        *count = count.saturating_add(1);
    }

    /// How this writer differs from the priors over all operators, from -1 (takes nothing) to 1
    /// (takes everything); 0 where nothing is decided.
    ///
    /// The level at which as many are expected as were taken, were `LEVEL_STRENGTH` more
    /// decisions to go as the priors say.
    #[must_use]
    pub fn level(&self) -> f64 {
        let (mut decided, mut expected, mut taken) = (0.0, 0.0, 0.0);
        for (operator, tally) in &self.tallies {
            decided += tally.decisions();
            expected += tally.decisions() * self.priors.mean(operator);
            taken += tally.taken();
        }
        if decided == 0.0 {
            return 0.0;
        }
        let usual = LEVEL_STRENGTH * expected / decided;
        let level = if taken <= expected {
            (taken - expected) / (expected + usual)
        } else {
            (taken - expected) / (decided - expected + LEVEL_STRENGTH - usual)
        };
        level.clamp(-FARTHEST_LEVEL, FARTHEST_LEVEL)
    }

    /// What is believed of `operator`.
    #[must_use]
    pub fn belief(&self, operator: &str) -> Belief {
        self.at(operator, self.level())
    }

    /// What is believed of every operator that has a prior or a decision, by name.
    #[must_use]
    pub fn beliefs(&self) -> Vec<Belief> {
        let level = self.level();
        let names: BTreeSet<&str> = self
            .priors
            .operators()
            .chain(self.tallies.keys().map(String::as_str))
            .collect();
        names.into_iter().map(|name| self.at(name, level)).collect()
    }

    /// The tally of `operator`, its prior at `level`, and what that is worth in decisions.
    fn terms(&self, operator: &str, level: f64) -> (Tally, f64, f64) {
        let tally = self.tallies.get(operator).copied().unwrap_or_default();
        let levelled = levelled(self.priors.mean(operator), level);
        (tally, levelled, strength(self.priors.strength(), levelled))
    }

    fn mean(&self, operator: &str, level: f64) -> f64 {
        let (tally, levelled, strength) = self.terms(operator, level);
        (strength * levelled + tally.taken()) / (strength + tally.decisions())
    }

    fn at(&self, operator: &str, level: f64) -> Belief {
        let prior = self.priors.mean(operator);
        let (tally, levelled, strength) = self.terms(operator, level);
        let (decided, taken) = (tally.decisions(), tally.taken());
        let (a, b) = (
            strength * levelled + taken,
            strength * (1.0 - levelled) + decided - taken,
        );
        let mean = self.mean(operator, level);
        let interval = [0.05, 0.95].map(|p| beta_quantile(a, b, p));
        let edited = match tally.edited() {
            0 => String::new(),
            n => format!(", {n} of them edited and counted {KEPT_BY_EDIT}"),
        };
        Belief {
            operator: operator.to_owned(),
            prior,
            levelled,
            strength,
            accepted: tally.accepted,
            rejected: tally.rejected,
            edited: tally.edited(),
            mean,
            interval,
            explanation: format!(
                "prior {prior:.2}, your level {level:+.2} → {levelled:.2}, worth {strength:.1} \
                 decisions; {} of {decided} taken{edited} → ({:.2} + {taken}) / ({strength:.1} + \
                 {decided}) = {mean:.2}, with probability 0.9 from {:.2} to {:.2}",
                tally.accepted,
                strength * levelled,
                interval[0],
                interval[1],
            ),
        }
    }

    /// The candidates, the most valuable first; of equal ones the more acceptable, then the earlier.
    #[must_use]
    pub fn rank(&self, candidates: &[Candidate<'_>]) -> Vec<Ranked> {
        let level = self.level();
        let mut ranked: Vec<Ranked> = candidates
            .iter()
            .enumerate()
            .map(|(index, candidate)| {
                let acceptance = self.mean(candidate.operator, level);
                let gain = if candidate.gain.is_finite() {
                    candidate.gain
                } else {
                    0.0
                };
                // Adding 0 makes one zero of the two, so that they tie.
                let value = gain * acceptance + 0.0;
                Ranked {
                    index,
                    value,
                    acceptance,
                    explanation: format!(
                        "{gain:+.1} points × {acceptance:.2} acceptance = {value:+.2}"
                    ),
                }
            })
            .collect();
        ranked.sort_by(|a, b| {
            (b.value.total_cmp(&a.value)).then(b.acceptance.total_cmp(&a.acceptance))
        });
        ranked
    }
}

/// `prior` at a writer's `level`; see the module's documentation.
fn levelled(prior: f64, level: f64) -> f64 {
    if level < 0.0 {
        prior * (1.0 + level)
    } else {
        prior + (1.0 - prior) * level
    }
}

/// Decisions that a prior of this mean is worth. It holds at least half of `strength` in
/// acceptances: where few are taken a single one must not double the probability.
fn strength(strength: f64, mean: f64) -> f64 {
    strength * (0.5 / mean).max(1.0)
}
