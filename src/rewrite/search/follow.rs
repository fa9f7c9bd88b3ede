//! The best text, read by the operators again until no step gains.

use super::beam::Search;
use super::candidate::{Judged, counted};
use super::change::{Change, applied, moved_by};
use super::lock::Lock;
use super::moves::{Moves, Placed};
use crate::post::Span;
use crate::rewrite::options::Options;

/// Times that the operators read the best text, for each change that it may have.
const MOST_ROUNDS: usize = 3;

impl Search<'_> {
    /// Drops changes of the best text that do nothing for it, and lets the operators read it, again
    /// and again, until no step gains enough.
    pub(super) fn follow(&mut self) {
        for _ in 0..self.request.limits.max_edits * MOST_ROUNDS {
            let Some(best) = self.best().filter(|_| !self.ledger.is_stopped()) else {
                return;
            };
            let leaner = self.left_out(&best.candidate);
            self.weigh(leaner);
            let is_best = |j: Option<Judged>| j.is_some_and(|j| j.rank(&best).is_eq());
            if !is_best(self.best()) {
                continue;
            }
            let options = self.options_after(&best);
            let moves = self.moves_from(&best, &options);
            self.expand(&moves, Some(&best));
            // Smaller gains than the least that counts are taken as well: what comes of them is the
            // best text now, and may allow a step that counts.
            if !is_best(self.best()) {
                continue;
            }
            if self.is_tone_alone(&best.candidate) || !self.drifts(&moves, &best, &options) {
                return;
            }
            self.found
                .retain(|j| j.candidate.text != best.candidate.text);
            self.set_aside.insert(best.candidate.text);
        }
    }

    /// Whether a step that the facts of the original forbid would be allowed by those of `from`, and
    /// gain: then the next search, which knows `from` alone, would go on to change what stands in
    /// the original.
    fn drifts(&mut self, moves: &Moves, from: &Judged, options: &Options) -> bool {
        let text = from.candidate.text.as_str();
        let mut open: Vec<(String, bool)> = Vec::new();
        for step in &moves.steps {
            if self.ledger.is_stopped() {
                return false;
            }
            let to = self.leading(moves, Some(from), step);
            if to.text == self.request.text || self.admitted.get(&to.text) != Some(&false) {
                continue;
            }
            let changes: Vec<&Change> = step.iter().map(|id| &moves.changes[*id]).collect();
            let after = applied(text, changes.iter().copied());
            let lock = Lock::new(text, &options.keep);
            if lock.breach(&after, changes.iter().copied()).is_none() {
                open.push((after, changes.iter().all(|c| c.distinguished)));
            }
        }
        self.ledger.measure(open.iter().map(|(t, _)| t.as_str()));
        open.into_iter().any(|(after, distinguished)| {
            let Some(after) = self.ledger.get(&after) else {
                return false;
            };
            let credited = if distinguished { after } else { &from.measured };
            let after = counted(after, credited);
            let gain = self.request.objective.gain(&from.measured, &after);
            self.counts(gain) && Lock::new_errors(&from.measured, &after).is_none()
        })
    }

    /// What the operators follow on the text of `from`.
    fn options_after(&self, from: &Judged) -> Options {
        let made = self.of(&from.candidate.ids);
        let keep = self.request.options.keep.iter();
        Options {
            keep: keep.map(|k| moved(&made, *k)).collect(),
            // Its importances are those of the original's sentences.
            trim: None,
            ..self.request.options.clone()
        }
    }

    /// What the text of `from` allows.
    fn moves_from(&self, from: &Judged, options: &Options) -> Moves {
        let request = self.request;
        let made = self.of(&from.candidate.ids);
        let fixes = self.fixes.iter().copied().filter_map(|f| {
            let touches = |c: &&&Change| c.span.start <= f.span.end && f.span.start <= c.span.end;
            // What a rule has changed, it does not change again.
            let is_done = |c: &&Change| c.answers.iter().any(|a| a.is_at(&f.rule, f.span));
            if made.iter().any(is_done) {
                return None;
            }
            let span = match made.iter().find(touches) {
                None => moved(&made, f.span),
                Some(c) => within(c, f.span)?.shifted(moved_by(&made, c.span.start)),
            };
            Some(Placed { fix: f, span })
        });
        let fixes: Vec<Placed<'_>> = fixes.collect();
        let room = self.room(Some(from));
        Moves::of(
            &from.candidate.text,
            options,
            &fixes,
            &request.distinguished,
            room,
            self.ledger.is_over(),
        )
    }
}

/// Where `span`, which no change overlaps, stands after `changes`.
fn moved(changes: &[&Change], span: Span) -> Span {
    let start = moved_by(changes, span.start);
    Span::new(start, moved_by(changes, span.end).max(start))
}

/// Where what stands at `span` of the original stands in the text that `change` puts there, as far
/// as there is one such place.
fn within(change: &Change, span: Span) -> Option<Span> {
    if !change.span.contains(span) {
        return None;
    }
    let start = span.start - change.span.start;
    let text = change.before.get(start..start + span.len())?;
    let mut places = change.after.match_indices(text);
    let (at, _) = places.next().filter(|_| !text.is_empty())?;
    let one = places.next().is_none() && change.before.matches(text).count() == 1;
    one.then(|| Span::new(at, at + text.len()))
}
