//! Cuts at dashes, colons, semicolons and brackets.

use super::boundary::{Place, SHORTEST, stands};
use super::clause::{self, Tense, closed, count, has_verb, opens_clause, tokens};
use super::joining;
use super::lexis;
use super::remark;
use super::result::result;
use super::split::Cut;
use super::subject::is_many;
use crate::analysis::rules::edit::capitalise;
use crate::post::Span;

/// Behind a dash, colon or semicolon that stands once, where a clause follows.
pub(super) fn cuts(place: &Place) -> Vec<Cut> {
    let mut out = Vec::new();
    for mark in [" — ", "—", " – ", " - ", " -- ", "; ", ": "] {
        let mut found = place.text.match_indices(mark);
        let (Some((at, _)), None) = (found.next(), found.next()) else {
            continue;
        };
        if mark == "—" && place.text.contains(" —")
            || mark != ": " && mark != "; " && dashes(place.text) > 1
        {
            continue;
        }
        let (before, rest) = (&place.text[..at], &place.text[at + mark.len()..]);
        let first = tokens(before).into_iter().next();
        let fronted = first.is_some_and(|t| {
            lexis::is_preposition(&t.lower)
                || clause::is_leaning(&t.lower)
                || t.lower.ends_with("ing")
        });
        let leaning = fronted && !stands(before);
        let clause = rest.strip_prefix("and ").unwrap_or(rest);
        let condition = joining::is_behind_front(clause);
        let turn = ["but ", "so ", "yet "]
            .iter()
            .any(|t| rest.strip_prefix(t).is_some_and(opens_clause));
        let fits = opens_clause(clause) || condition || turn;
        let told = mark == ": " && remark::reports(before);
        let introduces =
            mark != ": " || !told && has_verb(before) && !before.ends_with("following");
        let dash = mark != ": " && mark != "; ";
        if fits && introduces && !leaning {
            out.push(place.cut(at, if turn { rest } else { clause }, ""));
        } else if dash {
            let came = (!leaning)
                .then(|| result(place, at, before, rest))
                .flatten();
            out.extend(came.or_else(|| afterthought(place, at, before, rest)));
        }
    }
    out
}

/// " — a first for us" as a sentence without a verb, as posts have them; " — from one to ten" and
/// " — with a map" with one.
fn afterthought(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let first = rest.split(' ').next()?;
    let many = tokens(before).last().is_some_and(|t| is_many(&t.lower));
    let past = clause::tense(before) == Some(Tense::Past);
    let opening = match (first, many, past) {
        ("a" | "an" | "especially" | "even" | "plus" | "great", ..) => "",
        ("from", ..) if !rest.contains(" to ") => return None,
        ("from", true, false) => "These range",
        ("from", true, true) => "These ranged",
        ("from", false, false) => "This goes",
        ("from", false, true) => "This went",
        ("with", _, false) => "This comes",
        ("with", _, true) => "This came",
        _ => return None,
    };
    let whole = !rest.contains([';', ':', '?']) && closed(rest) && closed(before);
    let said = has_verb(before) && !clause::leans(before) && count(before) > SHORTEST.0;
    (whole && said && count(rest) > SHORTEST.1).then(|| place.cut(at, rest, opening))
}

/// Dashes that part, hyphens within words aside.
fn dashes(text: &str) -> usize {
    text.matches(['—', '–']).count() + text.matches(" - ").count() + text.matches(" -- ").count()
}

/// A clause in brackets at the end as a sentence of its own.
pub(super) fn bracket(place: &Place) -> Option<Cut> {
    let body = place.text.strip_suffix(['.', '!'])?.strip_suffix(')')?;
    let at = body.rfind(" (")?;
    let inner = &body[at + 2..];
    (opens_clause(inner) && count(inner) > SHORTEST.1 && stands(&body[..at])).then(|| Cut {
        span: Span::new(place.start + at, place.start + body.len() + 1),
        with: format!(". {}", capitalise(inner)),
    })
}
