//! Single suggestions with what each would be worth, from one batch of scores.

use serde::Serialize;

use super::change::{Change, Claim, Source, applied};
use super::lock::Lock;
use super::measured::{Measured, Scorer};
use super::moves::{Moves, Placed, Refused};
use super::request::Request;

/// A step that a writer may take.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// Who proposes it.
    pub source: Source,
    /// What would change: one change, or all of one source together.
    pub changes: Vec<Change>,
    /// The whole text afterwards.
    pub text: String,
    /// Points of the objective above the original; `None` where it was not scored.
    pub gain: Option<f64>,
    /// The overall score afterwards, 0 to 100.
    pub overall_after: Option<f64>,
    /// What may be said of it.
    pub claim: Claim,
}

/// What could be done to a post, step by step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Previews {
    /// Those that were scored, the best first, then the others, operator by operator.
    pub suggestions: Vec<Suggestion>,
    /// What was measured of the original; `None` where the scorer stopped.
    pub original: Option<Measured>,
    /// What is not suggested, and why.
    pub refused: Vec<Refused>,
}

/// Scores single steps: of each source its changes together, and every change alone. The scorer is
/// asked once, for at most [`super::Limits::most`] steps, and for the original where the request does
/// not tell of it; one of each source comes before the second of any.
#[must_use]
pub fn preview(request: &Request<'_>, scorer: &mut dyn Scorer) -> Previews {
    let most = request.limits.max_edits;
    let moves = Moves::of(
        request.text,
        &request.options,
        &Placed::here(&request.fixes),
        &request.distinguished,
        most,
        &|| false,
    );
    let lock = Lock::new(request.text, &request.options.keep);
    let mut refused = moves.refused;
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for step in moves.steps {
        let changes: Vec<Change> = step.iter().map(|id| moves.changes[*id].clone()).collect();
        let text = applied(request.text, &changes);
        // A fix may do what an operator does.
        if suggestions.iter().any(|s| s.text == text) {
            continue;
        }
        // A step holds at least one change, and all of one source.
        let source = changes[0].source.clone();
        match lock.breach(&text, &changes) {
            None => suggestions.push(Suggestion {
                source,
                changes,
                text,
                gain: None,
                overall_after: None,
                claim: Claim::Clearer,
            }),
            Some(why) => refused.push(Refused { source, why }),
        }
    }
    let mut order: Vec<usize> = (0..suggestions.len()).collect();
    let is_second = |i: usize| i > 0 && suggestions[i - 1].source == suggestions[i].source;
    order.sort_by_key(|i| is_second(*i));
    order.truncate(request.limits.most);
    let steps = order.iter().map(|i| suggestions[*i].text.as_str());
    let unknown = request.original.is_none().then_some(request.text);
    let texts: Vec<&str> = unknown.into_iter().chain(steps).collect();
    let scored = scorer.score(&texts);
    let known = request.original.clone().filter(|_| scored.is_ok());
    let mut measured = scored.unwrap_or_default().into_iter();
    let original = known.or_else(|| measured.next());
    let mut bad = Vec::new();
    if let Some(original) = &original {
        for (i, measured) in order.into_iter().zip(measured) {
            let suggestion = &mut suggestions[i];
            let changes: Vec<&Change> = suggestion.changes.iter().collect();
            let why = Lock::new_errors(original, &measured)
                .or_else(|| Lock::unanswered(original, &measured, &changes));
            if let Some(why) = why {
                bad.push((i, why));
                continue;
            }
            suggestion.tell(request, original, measured);
        }
    }
    bad.sort_by_key(|(i, _)| std::cmp::Reverse(*i));
    for (i, why) in bad {
        let source = suggestions.remove(i).source;
        refused.push(Refused { source, why });
    }
    suggestions.sort_by(|a, b| match (a.gain, b.gain) {
        (Some(a), Some(b)) => b.total_cmp(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    refused.dedup();
    Previews {
        suggestions,
        original,
        refused,
    }
}

impl Suggestion {
    fn tell(&mut self, request: &Request<'_>, original: &Measured, mut measured: Measured) {
        let distinguished = self.changes.iter().all(|c| c.distinguished);
        self.overall_after = Some(measured.overall);
        if !distinguished {
            measured.engagement = original.engagement;
        }
        self.gain = Some(request.objective.gain(original, &measured));
        self.claim = Claim::of(distinguished, original, &measured);
    }
}
