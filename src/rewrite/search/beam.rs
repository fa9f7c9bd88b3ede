//! The search itself: what a post allows, scored and combined.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::allowed::parted;
use super::candidate::{Candidate, Judged, counted};
use super::change::{Change, Fix, Source, applied, composed};
use super::ledger::Ledger;
use super::lock::Lock;
use super::measured::Measured;
use super::moves::{Moves, Placed, Refused};
use super::request::Request;
use crate::post::LIMIT;
use crate::post::line::utf16_units;
use crate::rewrite::operators::Operator;

/// Steps that the beam combines, the best ones.
const BRANCHES: usize = 16;
/// Combinations scored in each round of the beam, for each state that goes on.
const SCORED_FOR_EACH: usize = 2;

/// Times LinkedIn's limit above which a post is not searched.
const FAR: usize = 4;

/// A step from a text, with the text that it leads to.
pub(super) struct Taken {
    /// Numbers of changes of the text that it starts from.
    pub step: Vec<usize>,
    /// Where it leads.
    pub to: Judged,
}

/// A search under way.
pub(super) struct Search<'a> {
    pub request: &'a Request<'a>,
    /// Those fixes that are made without asking.
    pub fixes: Vec<&'a Fix>,
    pub lock: Lock<'a>,
    pub ledger: Ledger<'a>,
    /// Numbers of the changes that a tone which was asked for needs: every candidate has them.
    pub toned: Vec<usize>,
    /// What these alone gain: the others are measured against it.
    pub start: f64,
    /// Every change that a candidate may have, of the original.
    pub changes: Vec<Change>,
    /// What was not done, and why.
    pub refused: Vec<Refused>,
    /// Candidates better than the original by more than the least gain.
    pub found: Vec<Judged>,
    /// The gain of the best single step, where one was measured.
    pub best_step: Option<f64>,
    /// Texts that are no variants, whatever they gain.
    pub set_aside: FxHashSet<String>,
    /// Whether each text that was looked at may be.
    pub admitted: FxHashMap<String, bool>,
}

impl<'a> Search<'a> {
    pub fn new(request: &'a Request<'a>, ledger: Ledger<'a>) -> Self {
        let (fixes, refused) = parted(&request.fixes);
        Self {
            request,
            fixes,
            lock: Lock::new(request.text, &request.options.keep),
            ledger,
            toned: Vec::new(),
            start: 0.0,
            changes: Vec::new(),
            refused,
            found: Vec::new(),
            best_step: None,
            set_aside: FxHashSet::default(),
            admitted: FxHashMap::default(),
        }
    }

    /// Looks for better texts until nothing gains or the time is up.
    pub fn run(&mut self) {
        let request = self.request;
        let is_far = self.is_far();
        let mut options = request.options.clone();
        if is_far {
            options.operators.retain(|o| *o == Operator::Trim);
            self.fixes.clear();
        }
        let mut moves = Moves::of(
            request.text,
            &options,
            &Placed::here(self.fixes.iter().copied()),
            &request.distinguished,
            request.limits.max_edits,
            self.ledger.is_over(),
        );
        self.refused.append(&mut moves.refused);
        self.changes.clone_from(&moves.changes);
        if is_far {
            moves.steps.truncate(1);
            self.expand(&moves, None);
            return;
        }
        self.settle_tone(&mut moves);
        let steps = self.expand(&moves, None);
        self.best_step = steps.iter().map(|s| s.to.gain).max_by(f64::total_cmp);
        self.combine(&moves, &steps);
        self.alternatives(&moves, &steps);
        self.follow();
    }

    /// Whether the post is so long that a search would take minutes, and no edits but the trim bring
    /// it anywhere near what LinkedIn accepts.
    fn is_far(&mut self) -> bool {
        let units = utf16_units(self.request.text);
        let is_far = units > FAR * LIMIT;
        if is_far {
            self.refused.push(Refused {
                source: Source::Operator(Operator::Trim),
                why: format!(
                    "The post has {units} UTF-16 units, more than {FAR} times the {LIMIT} that LinkedIn \
                     accepts: it is trimmed where that is possible, and nothing else is tried. Cut it \
                     into posts first."
                ),
            });
        }
        is_far
    }

    pub(super) fn counts(&self, gain: f64) -> bool {
        gain > self.start + self.request.limits.min_gain
    }

    /// Every step of `moves` from `from`, the original without one, and as many of those that gain
    /// as fit together; what leads somewhere forbidden is left out.
    pub(super) fn expand(&mut self, moves: &Moves, from: Option<&Judged>) -> Vec<Taken> {
        // Where the time is short, those of many changes gain more.
        let mut steps = moves.steps.clone();
        steps.sort_by_key(|s| s.len() < 2);
        let mut taken = self.take(moves, from, steps);
        let start = from.map_or(self.start, |f| f.gain);
        let mut gaining: Vec<&Taken> = taken.iter().filter(|t| t.to.gain > start).collect();
        gaining.sort_by(|a, b| a.to.rank(&b.to));
        let room = self.room(from);
        // What the tone needs has these numbers among the changes of the original alone.
        let toned = if from.is_none() { &self.toned[..] } else { &[] };
        let pack = self.packed(moves, &gaining, room, toned);
        if !pack.is_empty() && taken.iter().all(|t| t.step != pack) {
            let packed = self.take(moves, from, vec![pack]);
            taken.extend(packed);
        }
        taken
    }

    /// Changes that may still be added.
    pub(super) fn room(&self, from: Option<&Judged>) -> usize {
        let made = from.map_or(0, |f| self.edits(&f.candidate));
        self.request.limits.max_edits.saturating_sub(made)
    }

    /// Changes of a candidate that count.
    fn edits(&self, candidate: &Candidate) -> usize {
        let changes = candidate.ids.iter().map(|id| &self.changes[*id]);
        changes.filter(|c| !c.asked).count()
    }

    /// Combines steps of the original that gain, a few in each round, and goes on from the best.
    fn combine(&mut self, moves: &Moves, steps: &[Taken]) {
        let limits = &self.request.limits;
        let (beam, most) = (limits.beam.max(1), limits.max_edits);
        let mut branches: Vec<&Taken> = steps.iter().filter(|t| t.to.gain > self.start).collect();
        branches.sort_by(|a, b| a.to.rank(&b.to));
        branches.truncate(BRANCHES);
        let good = steps.iter().filter(|t| self.counts(t.to.gain));
        let mut states: Vec<Judged> = good.map(|t| t.to.clone()).collect();
        let mut seen: FxHashSet<Vec<usize>> = steps.iter().map(|t| t.step.clone()).collect();
        while !states.is_empty() && !self.ledger.is_stopped() {
            states.sort_by(Judged::rank);
            states.truncate(beam);
            // Gains mostly add up: what they promise says which combinations are worth a look.
            let mut next: Vec<(f64, f64, Vec<usize>)> = Vec::new();
            for state in &states {
                let ids = &state.candidate.ids;
                for branch in &branches {
                    let step = self.untoned(&branch.step);
                    let Some(joined) = moves.joined(ids, &step, most) else {
                        continue;
                    };
                    if seen.insert(joined.clone()) {
                        let new = (joined.len() - ids.len()) as f64;
                        let share = new / step.len() as f64;
                        let gain = state.gain + share * (branch.to.gain - self.start);
                        next.push((gain, state.gain, joined));
                    }
                }
            }
            next.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
            next.truncate(beam * SCORED_FOR_EACH);
            let before: FxHashMap<Vec<usize>, f64> =
                next.iter().map(|n| (n.2.clone(), n.1)).collect();
            let sets = next.into_iter().map(|n| n.2).collect();
            let least = self.request.limits.min_gain;
            states = self
                .take(moves, None, sets)
                .into_iter()
                .filter(|t| t.to.gain > before.get(&t.step).copied().unwrap_or(0.0) + least)
                .map(|t| t.to)
                .collect();
        }
    }

    /// The best candidate so far.
    pub(super) fn best(&self) -> Option<Judged> {
        self.found.iter().min_by(|a, b| a.rank(b)).cloned()
    }

    /// A candidate without each of its changes.
    pub fn left_out(&self, candidate: &Candidate) -> Vec<Candidate> {
        let ids = &candidate.ids;
        let without = |i: usize| [&ids[..i], &ids[i + 1..]].concat();
        (0..ids.len()).map(|i| self.candidate(without(i))).collect()
    }

    /// The changes with these numbers.
    pub fn of(&self, ids: &[usize]) -> Vec<&Change> {
        ids.iter().map(|id| &self.changes[*id]).collect()
    }

    /// The candidate that has these changes.
    pub fn candidate(&self, ids: Vec<usize>) -> Candidate {
        let changes = self.of(&ids);
        let credited = changes.iter().copied().filter(|c| c.distinguished);
        Candidate {
            text: applied(self.request.text, changes.iter().copied()),
            credited: applied(self.request.text, credited),
            ids,
        }
    }

    /// Takes each of `steps`, numbers of changes in `moves`, from `from`; those that lead nowhere
    /// are left out.
    pub(super) fn take(
        &mut self,
        moves: &Moves,
        from: Option<&Judged>,
        steps: Vec<Vec<usize>>,
    ) -> Vec<Taken> {
        let to: Vec<Candidate> = steps
            .iter()
            .map(|step| self.leading(moves, from, step))
            .collect();
        let judged = self.weigh(to);
        let taken = steps.into_iter().zip(judged);
        taken
            .filter_map(|(step, to)| Some(Taken { step, to: to? }))
            .collect()
    }

    /// What each candidate is worth; `None` where it may not be or was not measured. Those that
    /// count are kept.
    pub(super) fn weigh(&mut self, candidates: Vec<Candidate>) -> Vec<Option<Judged>> {
        let admitted: Vec<Option<Candidate>> = candidates
            .into_iter()
            .map(|c| (!self.ledger.is_stopped() && self.admits(&c)).then_some(c))
            .collect();
        let texts = admitted
            .iter()
            .flatten()
            .flat_map(|c| [c.text.as_str(), c.credited.as_str()]);
        self.ledger
            .measure(std::iter::once(self.request.text).chain(texts));
        let mut judged = Vec::with_capacity(admitted.len());
        for candidate in admitted {
            let to = candidate.and_then(|c| self.judge(c));
            if let Some(to) = to.as_ref().filter(|to| self.counts(to.gain)) {
                let known = |j: &Judged| j.candidate.text == to.candidate.text;
                let is_aside = self.set_aside.contains(&to.candidate.text);
                if !is_aside && !self.found.iter().any(known) {
                    self.found.push(to.clone());
                }
            }
            judged.push(to);
        }
        judged
    }

    /// The candidate that a step from `from` leads to.
    pub(super) fn leading(
        &mut self,
        moves: &Moves,
        from: Option<&Judged>,
        step: &[usize],
    ) -> Candidate {
        let Some(from) = from else {
            return self.candidate(step.to_vec());
        };
        let more: Vec<&Change> = step.iter().map(|id| &moves.changes[*id]).collect();
        let made = self.of(&from.candidate.ids);
        let all = composed(self.request.text, &made, &from.candidate.text, &more);
        let ids = all.into_iter().map(|c| self.number(c)).collect();
        self.candidate(ids)
    }

    fn number(&mut self, change: Change) -> usize {
        let known = |c: &Change| c.span == change.span && c.after == change.after;
        self.changes.iter().position(known).unwrap_or_else(|| {
            self.changes.push(change);
            self.changes.len() - 1
        })
    }

    /// Whether a candidate keeps what must stay. Where all of its changes are of one source, a
    /// refusal is told.
    fn admits(&mut self, candidate: &Candidate) -> bool {
        if let Some(known) = self.admitted.get(&candidate.text) {
            return *known;
        }
        if self.edits(candidate) > self.request.limits.max_edits || !self.is_toned(candidate) {
            return false;
        }
        let changes = self.of(&candidate.ids);
        let breach = self.lock.breach(&candidate.text, changes.iter().copied());
        let is_admitted = breach.is_none() && candidate.text != self.request.text;
        if let Some(why) = breach {
            self.refuse(&candidate.ids, why);
        }
        self.admitted.insert(candidate.text.clone(), is_admitted);
        is_admitted
    }

    pub(super) fn refuse(&mut self, ids: &[usize], why: String) {
        let sources: Vec<_> = ids.iter().map(|id| &self.changes[*id].source).collect();
        let Some(first) = sources.first().filter(|f| sources.iter().all(|s| s == *f)) else {
            return;
        };
        let refused = Refused {
            source: (*first).clone(),
            why,
        };
        if !self.refused.contains(&refused) {
            self.refused.push(refused);
        }
    }

    /// What was measured of the original.
    pub fn original(&self) -> Option<Arc<Measured>> {
        self.ledger.get(self.request.text).cloned()
    }

    /// The measures of a candidate with the forecast that may be counted, where all is known.
    pub fn counted(&self, candidate: &Candidate) -> Option<Measured> {
        let measured = self.ledger.get(&candidate.text)?;
        let credited = self.ledger.get(&candidate.credited)?;
        Some(counted(measured, credited))
    }

    /// What a candidate is worth; `None` where it is not measured, or has new errors.
    fn judge(&mut self, candidate: Candidate) -> Option<Judged> {
        let original = self.original()?;
        let counted = self.counted(&candidate)?;
        if let Some(why) = Lock::new_errors(&original, &counted) {
            self.refuse(&candidate.ids, why);
            return None;
        }
        if let Some(why) = Lock::unanswered(&original, &counted, &self.of(&candidate.ids)) {
            self.refuse(&candidate.ids, why);
            return None;
        }
        let measured = self.ledger.get(&candidate.text)?.clone();
        let gain = self.request.objective.gain(&original, &counted);
        let seed = self.request.seed;
        Some(Judged::new(candidate, measured, counted, gain, seed))
    }
}
