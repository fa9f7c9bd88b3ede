//! What is done beside something else: " while keeping it" as "We also keep it."

use super::boundary::Place;
use super::clause::{self, tokens};
use super::doings::more_doings;
use super::lexis::{self, Form, is_in};
use super::split::Cut;
use super::tail::{runs_to_end, said_of};

/// " while keeping it" as "We also keep it".
pub(super) fn cut(place: &Place) -> Option<Cut> {
    let (at, mark) = place.text.match_indices(" while ").last()?;
    let (before, rest) = (&place.text[..at], &place.text[at + mark.len()..]);
    let before = before.strip_suffix(", all").unwrap_or(before);
    let apart = before.ends_with(',');
    let before = before.trim_end_matches(',');
    let mut words = tokens(rest).into_iter();
    let mut first = words.next()?;
    let mut adverb = String::from("also ");
    if lexis::is_adverb(&first.lower) && first.lower.ends_with("ly") {
        adverb = format!("also {} ", first.lower);
        first = words.next()?;
    }
    // "While waiting" is a time, "while keeping" an aim.
    const AIMED: &str = "addressing advancing avoiding boosting building creating cutting delivering \
        driving ensuring fostering giving growing helping improving keeping lowering maintaining \
        minimising minimizing offering preserving preventing prioritising prioritizing promoting \
        protecting raising reducing removing respecting safeguarding saving strengthening supporting \
        tightening";
    let verb = lexis::verb(&first.lower, Form::Ing).filter(|_| is_in(AIMED, &first.lower))?;
    if first.closes || !runs_to_end(rest) || more_doings(rest) {
        return None;
    }
    let scoped = tokens(before).iter().any(|t| clause::is_leaning(&t.lower));
    // "She tells of the need of keeping it while using it": that is what she tells of.
    let told = tokens(before).windows(3).any(|w| {
        let verb = [Form::Base, Form::Third, Form::Past, Form::Participle]
            .into_iter()
            .any(|f| lexis::verb(&w[0].lower, f).is_some());
        let governs = lexis::is_preposition(&w[1].lower) && w[1].lower != "by" && !verb;
        governs && clause::is_doing(&w[2].lower)
    });
    let series = (told || more_doings(before)) && !apart;
    if scoped || before.contains([':', ';', '—', '–', '(']) || series {
        return None;
    }
    let opening = if clause::is_order(before) && !clause::denies(before) {
        format!("{adverb}{}", verb.base)
    } else {
        said_of(before, verb, &adverb)?
    };
    let (_, tail) = rest.split_once(first.raw)?;
    let tail = tail.trim_start();
    Some(place.cut(before.len(), tail, &opening))
}
