//! A tone that was asked for: all of its edits are part of every variant.

use super::beam::Search;
use super::candidate::Candidate;
use super::change::Source;
use super::moves::{Moves, Refused};
use crate::rewrite::operators::Operator;

const TONE: Source = Source::Operator(Operator::Tone);

impl Search<'_> {
    /// Takes as many edits of the tone as may be, and gives every step of `moves` those beside
    /// which it can stand. Steps that cannot are left to the rounds that read the result.
    pub(super) fn settle_tone(&mut self, moves: &mut Moves) {
        if self.request.options.tone.is_none() {
            return;
        }
        let changes = moves.changes.iter().enumerate();
        let all: Vec<usize> = changes
            .filter(|(_, c)| c.source == TONE)
            .map(|(i, _)| i)
            .collect();
        if all.is_empty() && self.refused.iter().all(|r| r.source != TONE) {
            self.refused.push(Refused {
                source: TONE,
                why: "No word of the post is known to be of another tone.".to_owned(),
            });
        }
        let mark = self.refused.len();
        if !all.is_empty() && !self.tries(all.clone()) {
            self.refused.truncate(mark);
            self.toned.clear();
            for id in all {
                let kept = self.toned.clone();
                let mark = self.refused.len();
                if self.tries([&kept[..], &[id]].concat()) {
                    continue;
                }
                self.toned = kept;
                let why = match self.refused.get(mark) {
                    Some(refused) => refused.why.clone(),
                    None => "a fact or the grammar would suffer, or the time was up.".to_owned(),
                };
                self.refused.truncate(mark);
                let before = &moves.changes[id].before;
                self.refused.push(Refused {
                    source: TONE,
                    why: format!("“{before}” stays: {why}"),
                });
            }
        }
        if !self.toned.is_empty() {
            let steps = std::mem::take(&mut moves.steps);
            let steps = steps.into_iter().filter_map(|s| self.with_tone(moves, &s));
            moves.steps = steps.collect();
        }
    }

    /// Whether the changes numbered `toned` may be; then they are what every candidate has.
    fn tries(&mut self, toned: Vec<usize>) -> bool {
        self.start = 0.0;
        self.toned.clone_from(&toned);
        let candidate = self.candidate(toned);
        let Some(judged) = self.weigh(vec![candidate]).pop().flatten() else {
            return false;
        };
        self.start = judged.gain;
        self.found = vec![judged];
        true
    }

    /// A step with the edits of the tone; a trim takes those along that it leaves no place for.
    fn with_tone(&self, moves: &Moves, step: &[usize]) -> Option<Vec<usize>> {
        let cuts = |id: &usize, span| {
            let change = &moves.changes[*id];
            change.source == Source::Operator(Operator::Trim) && change.span.contains(span)
        };
        let stays = |t: &usize| !step.iter().any(|id| cuts(id, moves.changes[*t].span));
        let toned: Vec<usize> = self.toned.iter().copied().filter(stays).collect();
        moves.joined(&toned, step, self.request.limits.max_edits)
    }

    /// `step` without the edits of the tone.
    pub(super) fn untoned(&self, step: &[usize]) -> Vec<usize> {
        let is_other = |id: &usize| !self.toned.contains(id);
        step.iter().copied().filter(is_other).collect()
    }

    /// Whether no word that the tone needs changed stands in a candidate as it was.
    pub(super) fn is_toned(&self, candidate: &Candidate) -> bool {
        let changes = self.of(&candidate.ids);
        self.toned.iter().all(|id| {
            let toned = &self.changes[*id];
            changes.iter().any(|c| {
                let is_there = c.after.contains(&toned.after) || !c.after.contains(&toned.before);
                c.span.contains(toned.span) && is_there
            })
        })
    }

    /// Whether `text` is the original with the edits of the tone alone.
    pub(super) fn is_tone_alone(&self, candidate: &Candidate) -> bool {
        !self.toned.is_empty() && candidate.ids == self.toned
    }
}
