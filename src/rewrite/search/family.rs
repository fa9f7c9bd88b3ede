//! Texts that have little in common with the best: the best of each family of steps.

use super::beam::{Search, Taken};
use super::change::Source;
use super::moves::Moves;
use crate::rewrite::operators::Operator;

/// What a step works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// The first lines.
    Opening,
    /// The order of sentences and paragraphs, and what stands at the end.
    Structure,
    /// Words within a sentence.
    Words,
}

impl Family {
    const ALL: [Self; 3] = [Self::Opening, Self::Structure, Self::Words];

    fn of(source: &Source) -> Self {
        let Source::Operator(operator) = source else {
            return Self::Words;
        };
        match operator {
            Operator::MoveLead | Operator::Hook | Operator::FirstLine => Self::Opening,
            Operator::SplitSentences
            | Operator::List
            | Operator::Paragraphs
            | Operator::LinksLast
            | Operator::CallToAction
            | Operator::Hashtags
            | Operator::Trim => Self::Structure,
            Operator::PlainLetters
            | Operator::Tighten
            | Operator::DropHedges
            | Operator::Verbs
            | Operator::Grade
            | Operator::ActiveVoice
            | Operator::Tone => Self::Words,
        }
    }
}

impl Search<'_> {
    /// Scores, for each family, all of its steps that gain, and those that gain and are not in the
    /// best text, its own first: the rounds of the beam end in much the same text each.
    pub(super) fn alternatives(&mut self, moves: &Moves, steps: &[Taken]) {
        let Some(best) = self.best() else {
            return;
        };
        let mut gaining: Vec<&Taken> = steps.iter().filter(|t| t.to.gain > self.start).collect();
        gaining.sort_by(|a, b| a.to.rank(&b.to));
        let family = |t: &Taken| {
            let first = self.untoned(&t.step).first().copied();
            first.map(|id| Family::of(&moves.changes[id].source))
        };
        let is_in_best = |t: &Taken| {
            let own = self.untoned(&t.step);
            own.iter().any(|id| best.candidate.ids.contains(id))
        };
        let most = self.request.limits.max_edits;
        let mut sets: Vec<Vec<usize>> = Vec::new();
        for of in Family::ALL {
            let (own, others): (Vec<&Taken>, Vec<&Taken>) =
                gaining.iter().copied().partition(|t| family(t) == Some(of));
            let fresh = own.iter().chain(&others).filter(|t| !is_in_best(t));
            let pack = |steps: Vec<&Taken>| self.packed(moves, &steps, most, &self.toned);
            for set in [pack(own.clone()), pack(fresh.copied().collect())] {
                if !set.is_empty() && !sets.contains(&set) {
                    sets.push(set);
                }
            }
        }
        self.take(moves, None, sets);
    }

    /// As many of `steps` as fit together, the first ones first, with at most `most` changes that
    /// count. All of them have the changes numbered `toned`.
    pub(super) fn packed(
        &self,
        moves: &Moves,
        steps: &[&Taken],
        most: usize,
        toned: &[usize],
    ) -> Vec<usize> {
        let mut pack: Vec<usize> = Vec::new();
        for t in steps {
            if pack.is_empty() {
                pack.clone_from(&t.step);
                continue;
            }
            let is_own = |id: &usize| !toned.contains(id);
            let own: Vec<usize> = t.step.iter().copied().filter(is_own).collect();
            pack = moves.joined(&pack, &own, most).unwrap_or(pack);
        }
        pack
    }
}
