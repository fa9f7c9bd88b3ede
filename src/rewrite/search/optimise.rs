//! One search from its request to its variants.

use serde::Serialize;

use super::beam::Search;
use super::change::Source;
use super::diverse;
use super::ledger::Ledger;
use super::measured::{Measured, Scorer};
use super::moves::Refused;
use super::request::Request;
use super::variant::Variant;
use crate::rewrite::operators::Operator;
use crate::rewrite::propose::too_long;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Optimised {
    /// Better texts, the best first; each beats the original by more than the least gain. Where a
    /// tone was asked for, the original with its edits alone is one, whatever it gains.
    pub variants: Vec<Variant>,
    /// What was measured of the original; `None` where there was no time for it.
    pub original: Option<Measured>,
    /// Why there is no variant.
    pub nothing_to_improve: Option<String>,
    /// Why there are fewer variants than were asked for, where there are some.
    pub fewer: Option<String>,
    /// Whether the search came to its end. If not, these are the best so far.
    pub is_complete: bool,
    /// What was not done, and why.
    pub refused: Vec<Refused>,
    /// Texts that were measured.
    pub scored: usize,
}

impl Optimised {
    /// Where a text is too long to be read at all, that; nothing is measured.
    #[must_use]
    pub fn too_long(text: &str) -> Option<Self> {
        too_long(text).map(|why| Self {
            variants: Vec::new(),
            original: None,
            nothing_to_improve: Some(why),
            fewer: None,
            is_complete: true,
            refused: Vec::new(),
            scored: 0,
        })
    }
}

/// Looks for variants of a post that serve the objective better. `is_over` is asked between moves
/// and batches of texts; once it holds, the best so far is returned, as it is where the scorer stops.
///
/// Every variant keeps the facts, the passages to keep and the directives, has no more findings of
/// grammar and spelling, and does not outgrow LinkedIn's limit. The best is closed: the same search
/// on its text finds nothing better, unless the bound on changes or the time ended this one, or its
/// text has findings with fixes that the original's did not have.
#[must_use]
pub fn optimise(
    request: &Request<'_>,
    scorer: &mut dyn Scorer,
    is_over: &dyn Fn() -> bool,
) -> Optimised {
    if let Some(refused) = Optimised::too_long(request.text) {
        return refused;
    }
    let mut ledger = Ledger::new(scorer, is_over);
    if let Some(original) = &request.original {
        ledger.know(request.text, original.clone());
    }
    let mut search = Search::new(request, ledger);
    search.run();
    let found = diverse::without_idle(std::mem::take(&mut search.found));
    let good = found.len();
    let picked = diverse::pick(found, &request.limits, search.start, &search.changes);
    let variants = search.variants(picked);
    let is_complete = !search.ledger.is_stopped();
    search.refused.extend(over(&search, &variants, is_complete));
    let nothing_to_improve = variants
        .is_empty()
        .then(|| why_nothing(&search, is_complete));
    let fewer = (!variants.is_empty() && variants.len() < request.limits.variants).then(|| {
        let why = match good - variants.len() {
            0 => "no other text found is better".to_owned(),
            others => format!(
                "of better texts, {others} more differ too little from {}",
                if variants.len() == 1 { "it" } else { "these" }
            ),
        };
        format!(
            "{} of {} variants: {why}.",
            variants.len(),
            request.limits.variants
        )
    });
    Optimised {
        fewer,
        variants,
        original: search.original().map(|m| (*m).clone()),
        nothing_to_improve,
        is_complete,
        scored: search.ledger.len(),
        refused: search.refused,
    }
}

/// Says so where the best text, the original without a variant, is too long still.
fn over(search: &Search<'_>, variants: &[Variant], is_complete: bool) -> Option<Refused> {
    let limit = search.request.objective.limit;
    let original = search.original()?;
    let units = variants
        .first()
        .map_or(original.utf16_units, |v| v.measured.utf16_units);
    let missing = units.checked_sub(limit).filter(|m| *m > 0)?;
    let what = match is_complete {
        false => "give the search more time, or shorten it yourself",
        true => "shorten or drop sentences yourself, those with facts as well",
    };
    let whose = match variants {
        [] => "The post",
        _ => "The best variant",
    };
    Some(Refused {
        source: Source::Operator(Operator::Trim),
        why: format!("{whose} has {units} UTF-16 units, {missing} more than {limit}: {what}."),
    })
}

fn why_nothing(search: &Search<'_>, is_complete: bool) -> String {
    let limits = &search.request.limits;
    match (search.best_step, search.refused.first()) {
        _ if !is_complete => {
            "Nothing better was found before the search ended; give it more time.".to_owned()
        }
        (Some(gain), _) => format!(
            "The best step changes the score by {gain:+.1}; {:.1} is the least that counts.",
            limits.min_gain
        ),
        (None, Some(refused)) => format!("Nothing could be changed: {}", refused.why),
        (None, None) if limits.max_edits == 0 => {
            "No change is allowed; raise max_edits.".to_owned()
        }
        (None, None) => "No operator and no fix has anything to change.".to_owned(),
    }
}
