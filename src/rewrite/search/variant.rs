//! A result: a text, what was changed, and what each change is worth.

use std::sync::Arc;

use serde::Serialize;

use super::beam::Search;
use super::candidate::{Candidate, Judged};
use super::change::{Change, Claim};
use super::goal::Term;
use super::measured::Measured;
use crate::analysis::score::Facet;
use crate::rewrite::diff::{Piece, diff};

/// One change of a variant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The change of the original.
    #[serde(flatten)]
    pub change: Change,
    /// What may be said of it.
    pub claim: Claim,
    /// Points of the objective that go where only this change is left out; `None` where there was no
    /// time to measure it. Where changes help each other, these do not add up to the gain.
    pub delta: Option<f64>,
}

/// A quantity before and after.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Delta {
    /// What is measured.
    pub label: &'static str,
    /// Of the original.
    pub before: f64,
    /// Of the variant.
    pub after: f64,
    /// Of the variant, where four of five such posts have ended; of a forecast only. Where there is
    /// none, nothing is estimated of how far off the number may be: scores and counts are exact.
    pub interval: Option<[f64; 2]>,
}

/// A better text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variant {
    /// The whole text, directives and all.
    pub text: String,
    /// What was changed, in the order of places.
    pub edits: Vec<Step>,
    /// Points of the objective above the original.
    pub gain: f64,
    /// The sum behind the objective. The forecast in it is that of the original with those changes
    /// alone whose effect on readers the head can tell.
    pub terms: Vec<Term>,
    /// What the scorer measured of the text.
    pub measured: Measured,
    /// Each quantity before and after; the forecast as in [`Self::terms`].
    pub deltas: Vec<Delta>,
    /// What may be said of the whole.
    pub claim: Claim,
    /// The difference to the original, word by word.
    pub diff: Vec<Piece>,
    /// Places of the original where a fact stands, all of them kept.
    pub facts: usize,
}

impl Search<'_> {
    /// Makes variants of `picked`; what each change is worth is measured for all of them at once.
    pub(super) fn variants(&mut self, picked: Vec<Judged>) -> Vec<Variant> {
        let Some(original) = self.original() else {
            return Vec::new();
        };
        let left_out: Vec<Vec<Candidate>> =
            picked.iter().map(|j| self.left_out(&j.candidate)).collect();
        let texts = left_out.iter().flatten();
        let texts = texts.flat_map(|c| [c.text.as_str(), c.credited.as_str()]);
        self.ledger.measure(texts);
        let made = picked.into_iter().zip(left_out);
        made.map(|(judged, left_out)| self.variant(&original, judged, &left_out))
            .collect()
    }

    fn variant(&self, original: &Arc<Measured>, judged: Judged, left_out: &[Candidate]) -> Variant {
        let objective = &self.request.objective;
        let edits = judged.candidate.ids.iter().zip(left_out).map(|(id, rest)| {
            let change = self.changes[*id].clone();
            let rest = self.counted(rest);
            let claim = rest.as_ref().map_or(Claim::Clearer, |rest| {
                Claim::of(change.distinguished, rest, &judged.counted)
            });
            Step {
                change,
                claim,
                delta: rest.map(|rest| objective.gain(&rest, &judged.counted)),
            }
        });
        Variant {
            edits: edits.collect(),
            gain: judged.gain,
            terms: objective.explain(&judged.counted),
            deltas: deltas(original, &judged.counted),
            claim: Claim::of(true, original, &judged.counted),
            diff: diff(self.request.text, &judged.candidate.text),
            facts: self.lock.facts(),
            measured: (*judged.measured).clone(),
            text: judged.candidate.text,
        }
    }
}

impl Claim {
    /// What may be said of a step from `before` to `after`, measures with the forecast that may be
    /// counted.
    pub(super) fn of(distinguished: bool, before: &Measured, after: &Measured) -> Self {
        let rises = match (before.engagement, after.engagement) {
            (Some(before), Some(after)) => after.percentile > before.percentile,
            (None, _) | (_, None) => false,
        };
        if distinguished && rises {
            Self::Engagement
        } else {
            Self::Clearer
        }
    }
}

/// The quantities that both texts have.
fn deltas(before: &Measured, after: &Measured) -> Vec<Delta> {
    let facets = Facet::ALL.map(|f| (f.name(), before.facet(f), after.facet(f)));
    let units = |m: &Measured| Some(m.utf16_units as f64);
    let others = [
        ("overall", Some(before.overall), Some(after.overall)),
        ("grade", before.grade, after.grade),
        ("sentiment", before.sentiment, after.sentiment),
        ("utf16_units", units(before), units(after)),
    ];
    let all = facets.into_iter().chain(others);
    let mut out: Vec<Delta> = all
        .filter_map(|(label, before, after)| {
            Some(Delta {
                label,
                before: before?,
                after: after?,
                interval: None,
            })
        })
        .collect();
    let forecasts = before.engagement.zip(after.engagement);
    out.extend(forecasts.map(|(before, after)| Delta {
        label: "engagement",
        before: before.percentile,
        after: after.percentile,
        interval: Some(after.interval),
    }));
    out
}
