//! What could be made better, in the order in which the writer sees it, and what became of it.

mod steps;

use crate::learning::ranking::{Acceptance, Candidate, Decision, Priors, Verdict};
use crate::post::{Revision, Span};
use crate::rewrite::Operator;
use crate::rewrite::search::{Change, Claim, Source, Suggestion, carried, together};
use crate::store::journal;
use crate::store::user::{Feedback, FeedbackKind};

pub use steps::{Brought, Took};
use steps::{Step, Steps};

/// Suggestions shown.
pub const MOST: usize = 12;
/// Points below which a gain would be shown as none.
const LEAST_GAIN: f64 = 0.05;

/// What identifies a change while the lines around it stay: they, the place in them, what comes.
type Place = (String, usize, String);

/// A suggestion that was turned down.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    source: Source,
    places: Vec<Place>,
}

/// A suggestion in its place.
#[derive(Debug, Clone, PartialEq)]
struct Ranked {
    index: usize,
    /// The arithmetic of the place.
    explanation: String,
}

/// Text that a suggestion brought, as long as the writer leaves it.
#[derive(Debug, Clone, PartialEq)]
struct Taken {
    span: Span,
    text: String,
    told: Feedback,
    /// Whether the edit that brought it is still to be followed.
    is_fresh: bool,
}

/// What is suggested of the open post.
#[derive(Debug, Default)]
pub struct Suggestions {
    /// Of which revision they are; or why there are none.
    found: Option<(Revision, Result<Vec<Suggestion>, String>)>,
    ranked: Vec<Ranked>,
    /// What the writer took and refused before; without it gain alone ranks.
    acceptance: Option<Acceptance>,
    asked: Option<Revision>,
    refused: Vec<Refusal>,
    taken: Vec<Taken>,
    /// What undo would take back, and redo bring again.
    steps: Steps,
    /// Whether it was told that feedback cannot be kept.
    pub has_failed: bool,
}

/// What the results pane shows of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Offers<'a> {
    /// Each with its index, the first one first; or why there are none.
    pub all: Result<Vec<(usize, &'a Suggestion)>, &'a str>,
    /// Whether they are of an older text.
    pub is_stale: bool,
    /// Whether the writer's choices rank them.
    pub is_learned: bool,
}

impl Suggestions {
    /// No suggestions yet; `learns` says whether the writer's choices rank them.
    #[must_use]
    pub fn new(learns: bool) -> Self {
        Self {
            acceptance: learns.then(Acceptance::default),
            ..Self::default()
        }
    }

    /// Whether the writer's choices rank them.
    #[must_use]
    pub fn is_learning(&self) -> bool {
        self.acceptance.is_some()
    }

    /// What the writer took and refused before; nothing where gain alone ranks.
    #[must_use]
    pub fn acceptance(&self) -> Option<&Acceptance> {
        self.acceptance.as_ref()
    }

    /// Takes what the writer's choices say.
    pub fn learn(&mut self, acceptance: Acceptance) {
        if let Some(own) = &mut self.acceptance {
            *own = acceptance;
            self.rank();
        }
    }

    /// Forgets what is of the post before.
    pub fn begin_anew(&mut self) {
        *self = Self {
            acceptance: self.acceptance.take(),
            has_failed: self.has_failed,
            ..Self::default()
        };
    }

    /// Whether there is still to be asked about `revision`; once.
    pub fn ask(&mut self, revision: Revision) -> bool {
        self.asked.replace(revision) != Some(revision)
    }

    /// Takes what was found of a revision.
    pub fn set(&mut self, revision: Revision, found: Result<Vec<Suggestion>, String>) {
        self.found = Some((revision, found));
        self.rank();
    }

    fn all(&self) -> &[Suggestion] {
        match &self.found {
            Some((_, Ok(all))) => all,
            Some((_, Err(_))) | None => &[],
        }
    }

    /// The one at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Suggestion> {
        self.all().get(index)
    }

    /// Whether they are of `revision`.
    #[must_use]
    pub fn is_of(&self, revision: Revision) -> bool {
        self.found.as_ref().is_some_and(|(of, _)| *of == revision)
    }

    /// What to show beside the text of `revision`, once something is known.
    #[must_use]
    pub fn offers(&self, revision: Revision) -> Option<Offers<'_>> {
        let (of, found) = self.found.as_ref()?;
        let shown = self.ranked.iter().take(MOST);
        Some(Offers {
            all: match found {
                Ok(all) => Ok(shown.map(|r| (r.index, &all[r.index])).collect()),
                Err(reason) => Err(reason),
            },
            is_stale: *of != revision,
            is_learned: self.is_learning(),
        })
    }

    /// The arithmetic of the place of the one at `index`.
    #[must_use]
    pub fn explanation(&self, index: usize) -> Option<&str> {
        let ranked = self.ranked.iter().find(|r| r.index == index)?;
        Some(&ranked.explanation)
    }

    /// Orders those that gain and were not turned down.
    fn rank(&mut self) {
        let all = self.all();
        let offered: Vec<(usize, f64)> = all
            .iter()
            .enumerate()
            .filter(|(_, s)| !self.is_refused(s))
            .filter_map(|(i, s)| Some((i, s.gain.filter(|g| *g >= LEAST_GAIN)?)))
            .collect();
        let names: Vec<String> = offered
            .iter()
            .map(|(i, _)| operator_of(&all[*i].source.to_string()).to_owned())
            .collect();
        let ranked = match &self.acceptance {
            Some(acceptance) => {
                let candidates: Vec<Candidate<'_>> = offered
                    .iter()
                    .zip(&names)
                    .map(|((_, gain), operator)| Candidate {
                        operator,
                        gain: *gain,
                    })
                    .collect();
                let ranked = acceptance.rank(&candidates).into_iter();
                ranked
                    .map(|r| Ranked {
                        index: offered[r.index].0,
                        explanation: r.explanation,
                    })
                    .collect()
            }
            // They come in the order of their gains.
            None => offered
                .into_iter()
                .map(|(index, gain)| Ranked {
                    index,
                    explanation: format!("{gain:+.1} points"),
                })
                .collect(),
        };
        self.ranked = ranked;
    }

    /// Whether it, or a part of it, was turned down.
    fn is_refused(&self, suggestion: &Suggestion) -> bool {
        let places = places(suggestion);
        self.refused.iter().any(|refusal| {
            refusal.source == suggestion.source && refusal.places.iter().all(|p| places.contains(p))
        })
    }

    /// Keeps the one at `index` away until the lines that it changes differ.
    pub fn refuse(&mut self, index: usize) {
        let Some(suggestion) = self.get(index) else {
            return;
        };
        let refusal = Refusal {
            source: suggestion.source.clone(),
            places: places(suggestion),
        };
        self.refused.push(refusal);
        self.rank();
    }

    /// All changes that `source` has on offer, those of a larger step first, and what they gain.
    #[must_use]
    pub fn of_kind(&self, source: &Source) -> (Vec<Change>, f64) {
        let all = self.all();
        let mut offered: Vec<&Suggestion> = self
            .ranked
            .iter()
            .map(|r| &all[r.index])
            .filter(|s| s.source == *source)
            .collect();
        offered.sort_by_key(|s| std::cmp::Reverse(s.changes.len()));
        let changes = together(offered.iter().flat_map(|s| &s.changes));
        let whole = offered.iter().find(|s| s.changes == changes);
        let single = |s: &&&Suggestion| s.changes.iter().all(|c| changes.contains(c));
        let gain = match whole {
            Some(whole) => whole.gain.unwrap_or_default(),
            None => offered.iter().filter(single).filter_map(|s| s.gain).sum(),
        };
        (changes, gain)
    }

    /// What a step that does just this would gain.
    #[must_use]
    pub fn gain_of(&self, span: Span, after: &str) -> Option<f64> {
        let is_it = |s: &&Suggestion| match s.changes.as_slice() {
            [one] => one.span == span && one.after == after,
            _ => false,
        };
        self.all().iter().find(is_it)?.gain
    }

    /// Follows what a step that turns `before` into `after` brings, until the writer edits it.
    /// Nothing is followed where nothing is learnt.
    pub fn follow_taken(&mut self, before: &str, after: &str, took: Took) {
        if !self.is_learning() {
            return;
        }
        self.follow_brought(&took.brought);
        self.steps.push(Step::new(before, after, took));
    }

    /// Takes note that undo, or else redo, turned `from` into `to`. Returns what that means.
    pub fn went_over(&mut self, is_undo: bool, from: &str, to: &str) -> Vec<Feedback> {
        let Some(took) = self.steps.go_over(is_undo, from, to) else {
            return Vec::new();
        };
        if is_undo {
            self.carry_taken(&took.swaps_back());
        } else {
            self.follow_brought(&took.brought);
        }
        let kind = match is_undo {
            true => FeedbackKind::TakenBack,
            false => FeedbackKind::Accepted,
        };
        let told = took.told.into_iter();
        told.map(|told| Feedback {
            kind: kind.clone(),
            ..told
        })
        .collect()
    }

    /// Carries what was taken over a step that may span it. What the step touches goes.
    fn carry_taken(&mut self, swaps: &[(Span, usize)]) {
        let carry = |at| carried(swaps.iter().copied(), at);
        // The edit may span all of the changes; what was taken before lies between them.
        self.taken.retain_mut(|taken| {
            let span = taken.span;
            taken.span = Span::new(carry(span.start), carry(span.end));
            taken.is_fresh = true;
            !swaps.iter().any(|(s, _)| s.overlaps(span))
        });
    }

    fn follow_brought(&mut self, brought: &[Brought]) {
        let swaps: Vec<_> = brought.iter().map(|b| (b.span, b.text.len())).collect();
        self.carry_taken(&swaps);
        for (nth, Brought { span, text, told }) in brought.iter().enumerate() {
            if text.is_empty() {
                continue;
            }
            let start = carried(swaps[..nth].iter().copied(), span.start);
            self.taken.push(Taken {
                span: Span::new(start, start + text.len()),
                text: text.clone(),
                told: told.clone(),
                is_fresh: true,
            });
        }
    }

    /// Carries what was taken along with edits of the text.
    pub fn follow(&mut self, edits: &[journal::Change]) {
        for taken in &mut self.taken {
            if !std::mem::take(&mut taken.is_fresh) {
                edits.iter().for_each(|edit| taken.follow(edit));
            }
        }
    }

    /// What was taken and then edited by hand, as of `text`; each is told once.
    pub fn edited(&mut self, text: &str) -> Vec<Feedback> {
        let is_edited = |t: &mut Taken| text.get(t.span.start..t.span.end) != Some(t.text.as_str());
        let edited = self.taken.extract_if(.., is_edited);
        edited
            .map(|t| Feedback {
                kind: FeedbackKind::EditedAfter,
                ..t.told
            })
            .collect()
    }
}

impl Taken {
    fn follow(&mut self, edit: &journal::Change) {
        let end = edit.at + edit.removed;
        let come = edit.inserted.len();
        let span = &mut self.span;
        if end <= span.start {
            span.start = span.start - edit.removed + come;
            span.end = span.end - edit.removed + come;
        } else if edit.at < span.end {
            // What is left of it, with what was put inside.
            let rest = span.end.saturating_sub(end);
            span.start = span.start.min(edit.at);
            span.end = edit.at + come + rest;
        }
    }
}

/// The operator that a source counts as: all fixes of findings are one.
#[must_use]
pub fn operator_of(source: &str) -> &str {
    match source.split_once(':') {
        Some((kind, _)) => kind,
        None => source,
    }
}

/// What `feedback` says of a writer.
#[must_use]
pub fn replayed(feedback: &[Feedback]) -> Acceptance {
    let decisions: Vec<Decision> = feedback
        .iter()
        .map(|f| Decision {
            operator: operator_of(&f.operator).to_owned(),
            verdict: match f.kind {
                FeedbackKind::Accepted => Verdict::Accepted,
                FeedbackKind::Rejected { .. } => Verdict::Rejected,
                FeedbackKind::EditedAfter => Verdict::EditedAfter,
                FeedbackKind::TakenBack => Verdict::TakenBack,
            },
        })
        .collect();
    Acceptance::replay(Priors::default(), &decisions)
}

/// What may be said of changes of these sources, in a word. Hashtags and what is asked of the
/// readers score, but make no text clearer.
#[must_use]
pub fn claimed<'a>(claim: Claim, sources: impl IntoIterator<Item = &'a Source>) -> &'static str {
    let adds = |source: &Source| match source {
        Source::Operator(operator) => {
            matches!(operator, Operator::Hashtags | Operator::CallToAction)
        }
        Source::Fix { .. } => false,
    };
    match claim {
        Claim::Engagement => "likes",
        Claim::Clearer if sources.into_iter().all(adds) => "scores",
        Claim::Clearer => "clearer",
    }
}

/// What it changes, on one line.
#[must_use]
pub fn brief(suggestion: &Suggestion) -> String {
    let of = |change: &Change| {
        let [before, after] = [&change.before, &change.after].map(|text| shown(text));
        match (before.as_str(), after.as_str()) {
            ("", "") => "a new line".to_owned(),
            ("", after) => format!("+ {after}"),
            (before, "") => format!("{before} → delete"),
            (before, after) => format!("{before} → {after}"),
        }
    };
    match suggestion.changes.as_slice() {
        [one] => of(one),
        all => {
            let told: Vec<String> = all.iter().map(of).collect();
            format!("{} changes: {}", all.len(), told.join("; "))
        }
    }
}

/// A text on one line, without what would steer a terminal.
#[must_use]
pub fn shown(text: &str) -> String {
    let scrubbed = crate::post::scrub::scrub(text).text;
    scrubbed.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn places(suggestion: &Suggestion) -> Vec<Place> {
    let changes = &suggestion.changes;
    // The text before is the text after with the changes taken back.
    let mut before = String::new();
    let (mut at, mut old) = (0, 0);
    for change in changes {
        let kept = change.span.start - old;
        before.push_str(&suggestion.text[at..at + kept]);
        before.push_str(&change.before);
        at += kept + change.after.len();
        old = change.span.end;
    }
    before.push_str(&suggestion.text[at..]);
    let place = |change: &Change| {
        let start = before[..change.span.start].rfind('\n').map_or(0, |i| i + 1);
        let rest = &before[change.span.end..];
        let end = change.span.end + rest.find('\n').unwrap_or(rest.len());
        let lines = before[start..end].to_owned();
        (lines, change.span.start - start, change.after.clone())
    };
    changes.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_adds_to_a_text_is_not_said_to_make_it_clearer() {
        let of = |operator| Source::Operator(operator);
        let added = [of(Operator::Hashtags), of(Operator::CallToAction)];
        assert_eq!(claimed(Claim::Clearer, &added), "scores");
        assert_eq!(claimed(Claim::Engagement, &added), "likes");
        let tightened = [of(Operator::Hashtags), of(Operator::Tighten)];
        assert_eq!(claimed(Claim::Clearer, &tightened), "clearer");
        let rule = "style/wordiness".to_owned();
        assert_eq!(claimed(Claim::Clearer, [&Source::Fix { rule }]), "clearer");
    }
}
