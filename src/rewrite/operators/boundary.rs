//! Boundaries within a sentence at which it is cut only to reach a reading grade: clauses with a
//! noun for a subject, dashes, colons, reasons, and clauses whose subject is carried over.

use super::carry::carried;
use super::clause::{self, Tense, closed, count, has_verb, opens_clause, tokens};
use super::lexis::{self, Form};
use super::split::Cut;
use crate::analysis::rules::edit::capitalise;
use crate::post::Span;
use crate::rewrite::draft::{Draft, Sentence};

/// Words at least before and behind a cut.
const SHORTEST: (usize, usize) = (3, 3);

/// Verbs whose participle, behind a comma, says what came of the clause before: "…, making it
/// easy". "This makes it easy" says the same.
const RESULTS: [&str; 55] = [
    "accelerating",
    "adding",
    "allowing",
    "boosting",
    "bringing",
    "causing",
    "contributing",
    "creating",
    "demonstrating",
    "disrupting",
    "driving",
    "eliminating",
    "empowering",
    "enabling",
    "encouraging",
    "enhancing",
    "ensuring",
    "exposing",
    "forcing",
    "fostering",
    "fueling",
    "generating",
    "giving",
    "helping",
    "highlighting",
    "improving",
    "increasing",
    "indicating",
    "inspiring",
    "leaving",
    "letting",
    "limiting",
    "making",
    "marking",
    "opening",
    "paving",
    "preventing",
    "prompting",
    "proving",
    "providing",
    "putting",
    "raising",
    "reducing",
    "reflecting",
    "reinforcing",
    "saving",
    "setting",
    "shaping",
    "showing",
    "simplifying",
    "sparking",
    "strengthening",
    "transforming",
    "turning",
    "underscoring",
];

/// Adverbs that may stand before such a participle.
const BEFORE_RESULT: [&str; 7] = [
    "further",
    "also",
    "ultimately",
    "effectively",
    "thereby",
    "thus",
    "even",
];

/// Words before "because" that belong to it.
const BEFORE_BECAUSE: [&str; 14] = [
    "just",
    "only",
    "partly",
    "simply",
    "not",
    "mainly",
    "mostly",
    "largely",
    "is",
    "was",
    "it's",
    "that's",
    "precisely",
    "especially",
];

/// Pairs of which a cut would take one half away.
const PAIRED: [&str; 7] = [
    "not only", "both", "either", "neither", "whether", "the more", "so much",
];

/// A sentence under the knife.
struct Place<'t> {
    text: &'t str,
    start: usize,
}

impl<'t> Place<'t> {
    /// Cuts at byte `at`: the mark and the words up to `tail` go, `opening` comes, and with an
    /// empty one the first letter of `tail` becomes a capital.
    fn cut(&self, at: usize, tail: &'t str, opening: &str) -> Cut {
        let tail_at = self.text.len() - tail.len();
        let first = tail.split(' ').next().unwrap_or_default();
        let (end, with) = if opening.is_empty() {
            (tail_at + first.len(), format!(". {}", capitalise(first)))
        } else {
            (tail_at, format!(". {opening} "))
        };
        Cut {
            span: Span::new(self.start + at, self.start + end),
            with,
        }
    }
}

/// The places where `sentence` may be cut for the sake of a grade.
pub(super) fn cuts(draft: &Draft, sentence: &Sentence) -> Vec<Cut> {
    let text = sentence.span.of(draft.text());
    if text.contains("://") || text.trim_end_matches(['"', '”', ')']).ends_with('?') {
        return Vec::new();
    }
    let place = Place {
        text,
        start: sentence.span.start,
    };
    let mut out = Vec::new();
    out.extend(commas(&place));
    out.extend(marks(&place));
    out.extend(reasons(&place));
    out.extend(joined(&place));
    out.retain(|c| {
        let before = &text[..c.span.start - place.start];
        let tail = &text[c.span.end - place.start..];
        closed(before)
            && closed(tail)
            && count(before) >= SHORTEST.0
            && count(tail) + 1 >= SHORTEST.1
    });
    out.extend(bracket(&place));
    out
}

/// The stretch of `before` behind its last comma or semicolon.
fn last_part(before: &str) -> &str {
    before
        .rsplit([',', ';', ':', '—', '–'])
        .next()
        .unwrap_or(before)
        .trim()
}

/// Whether `before` ends in a clause that stands by itself, on which nothing behind it leans.
fn stands(before: &str) -> bool {
    let last = last_part(before);
    let whole = last.len() == before.trim().len();
    let scoped = tokens(last)
        .iter()
        .any(|t| clause::is_leaning(&t.lower) && t.lower != "as");
    let lower = before.to_lowercase();
    let paired = PAIRED
        .iter()
        .any(|p| lower.starts_with(&format!("{p} ")) || lower.contains(&format!(" {p} ")));
    has_verb(last) && !scoped && !paired && (whole || opens_clause(last) || clause::is_order(last))
}

/// Parts of `before`, comma by comma, that are clauses: with two, "and" ends a series of them.
fn clauses(before: &str) -> usize {
    before.split(", ").filter(|p| opens_clause(p)).count()
}

/// Behind a comma: ", and the team is", ", which is", ", making it", ", while it is".
fn commas(place: &Place) -> Vec<Cut> {
    let mut out = Vec::new();
    for (at, _) in place.text.match_indices(", ") {
        let (before, rest) = (&place.text[..at], &place.text[at + 2..]);
        let first = rest.split(' ').next().unwrap_or_default();
        let clause = rest[first.len()..].trim_start();
        match first {
            "and"
                if opens_clause(clause)
                    && stands(before)
                    && !clause::is_order(before)
                    && clauses(before) < 2 =>
            {
                out.push(place.cut(at, clause, ""));
            }
            "but" | "so" | "yet" if opens_clause(clause) && stands(before) => {
                out.push(place.cut(at, rest, ""));
            }
            "because" if gives_reason(before, clause) && has_verb(last_part(before)) => {
                out.push(place.cut(at, clause, "That is because"));
            }
            "while" if opens_clause(clause) && stands(before) => {
                out.push(place.cut(at, clause, "Meanwhile,"));
            }
            "whereas" if opens_clause(clause) && stands(before) => {
                out.push(place.cut(at, clause, "In contrast,"));
            }
            "where" if stands(before) && starts_with_pronoun(clause) => {
                out.push(place.cut(at, clause, "There,"));
            }
            "then" if opens_clause(clause) && stands(before) && !clause::is_order(before) => {
                out.push(place.cut(at, rest, ""));
            }
            "which" => out.extend(relative(place, at, before, clause)),
            _ => out.extend(result(place, at, before, rest)),
        }
    }
    out
}

fn starts_with_pronoun(clause: &str) -> bool {
    tokens(clause)
        .first()
        .is_some_and(|t| lexis::is_nominative(&t.lower) || t.lower == "you")
}

/// ", which is new" as "This is new": only at the end of the sentence, where a verb follows.
fn relative(place: &Place, at: usize, before: &str, clause: &str) -> Option<Cut> {
    let verb = tokens(clause).into_iter().next()?;
    let word = verb.lower.as_str();
    let plural = matches!(word, "are" | "were" | "have" | "do")
        || lexis::plain_verb(word, Form::Base).is_some();
    let singular =
        matches!(word, "is" | "was" | "has" | "does") || lexis::verb(word, Form::Third).is_some();
    let either = lexis::is_auxiliary(word) || lexis::plain_verb(word, Form::Past).is_some();
    if verb.closes || !(plural || singular || either) {
        return None;
    }
    // Behind ", and" the main clause may go on.
    let goes_on = [", and ", ", but ", ", or "]
        .iter()
        .any(|m| clause.contains(m));
    let ends = !clause.contains([';', ':', '—', '–']) && !clause.contains(" - ") && !goes_on;
    let noun = last_part(before).rsplit(' ').next().unwrap_or_default();
    let many = noun.ends_with('s') && !noun.ends_with("ss");
    let opening = if plural || !singular && many {
        "These"
    } else {
        "This"
    };
    (ends && has_verb(before) && !clause::leans(before)).then(|| place.cut(at, clause, opening))
}

/// ", making it easy" as "This makes it easy", in the tense of the clause before.
fn result(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let mut words = tokens(rest).into_iter();
    let mut verb = words.next()?;
    let mut adverb = String::new();
    if BEFORE_RESULT.contains(&verb.lower.as_str()) {
        if !matches!(verb.lower.as_str(), "thereby" | "thus") {
            adverb = format!("{} ", verb.lower);
        }
        verb = words.next()?;
    }
    let came_of_it = RESULTS.contains(&verb.lower.as_str());
    if verb.closes || !came_of_it {
        return None;
    }
    let known = lexis::verb(&verb.lower, Form::Ing)?;
    let main = if clause::leans(before) {
        before.split_once(", ")?.1
    } else {
        before
    };
    // A second participle would be left behind, or the first is one of several.
    let is_ing = |w: &str| w.len() > 5 && w.ends_with("ing");
    let behind = tokens(rest);
    let more = behind.iter().enumerate().any(|(i, t)| {
        let joins = matches!(t.lower.as_str(), "and" | "or") || t.closes;
        joins && behind[i + 1..].iter().take(2).any(|n| is_ing(&n.lower))
    });
    // "Ray is an adviser, helping firms": no event of which anything came.
    let states = tokens(main).windows(2).any(|w| {
        matches!(w[0].lower.as_str(), "is" | "was" | "are" | "were")
            && matches!(w[1].lower.as_str(), "a" | "an" | "the")
    });
    let one_of_many = tokens(main).windows(2).any(|w| {
        is_ing(&w[1].lower)
            && (w[0].closes || lexis::is_preposition(&w[0].lower) || w[0].lower == "and")
    });
    let shared = rest.contains([';', ':', '—']) || rest.contains(" – ");
    if more || states || one_of_many || shared || !has_verb(main) || clause::is_order(main) {
        return None;
    }
    let form = match clause::tense(main)? {
        Tense::Present => known.third.to_owned(),
        Tense::Past => known.past.to_owned(),
        Tense::Modal(modal) => format!("{modal} {}", known.base),
    };
    let at_verb = place.text.len() - rest.len() + rest.find(verb.raw)?;
    let tail = place.text[at_verb + verb.raw.len()..].trim_start();
    Some(place.cut(at, tail, &format!("This {adverb}{form}")))
}

/// Behind a dash, colon or semicolon that stands once, where a clause follows.
fn marks(place: &Place) -> Vec<Cut> {
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
        let condition = clause::leans(clause)
            && clause
                .split_once(", ")
                .is_some_and(|(_, main)| opens_clause(main))
            && !matches!(
                clause.split(' ').next(),
                Some("that" | "who" | "which" | "how" | "what" | "why" | "as")
            );
        let turn = ["but ", "so ", "yet "]
            .iter()
            .any(|t| rest.strip_prefix(t).is_some_and(opens_clause));
        let fits = opens_clause(clause) || condition || turn;
        let introduces = mark != ": " || has_verb(before) && !before.ends_with("following");
        if fits && introduces && !leaning {
            out.push(place.cut(at, if turn { rest } else { clause }, ""));
        }
    }
    out
}

/// Dashes that part, hyphens within words aside.
fn dashes(text: &str) -> usize {
    text.matches(['—', '–']).count() + text.matches(" - ").count() + text.matches(" -- ").count()
}

/// " because we were late" as "That is because we were late".
fn reasons(place: &Place) -> Vec<Cut> {
    let mut out = Vec::new();
    for (at, mark) in place.text.match_indices(" because ") {
        let (before, clause) = (&place.text[..at], &place.text[at + mark.len()..]);
        if !before.ends_with(',') && gives_reason(before, clause) && stands(before) {
            out.push(place.cut(at, clause, "That is because"));
        }
    }
    out
}

fn gives_reason(before: &str, clause: &str) -> bool {
    let words = tokens(before);
    let qualified = words
        .last()
        .is_some_and(|t| BEFORE_BECAUSE.contains(&t.lower.as_str()));
    let once = words.iter().all(|t| t.lower != "because");
    opens_clause(clause)
        && !qualified
        && once
        && !clause::denies(before)
        && !clause::is_order(before)
        && !clause::leans(before)
}

/// " and " between two clauses without a comma: with a pronoun of its own, or the one that opens
/// the sentence carried over.
fn joined(place: &Place) -> Vec<Cut> {
    let mut out = Vec::new();
    for (at, mark) in place.text.match_indices(" and ") {
        let (before, rest) = (&place.text[..at], &place.text[at + mark.len()..]);
        let comma = before.ends_with(',');
        let bare = before.trim_end_matches(',');
        let first = tokens(rest).into_iter().next();
        let Some(first) = first.filter(|t| !t.closes) else {
            continue;
        };
        if !comma && lexis::is_nominative(&first.lower) && stands(before) {
            out.push(place.cut(at, rest, ""));
        } else if let Some(subject) = carried(bare, rest) {
            out.push(place.cut(bare.len(), rest, subject));
        }
    }
    for (at, _) in place.text.match_indices(" but ") {
        let (before, rest) = (&place.text[..at], &place.text[at + 1..]);
        let clause = &rest["but ".len()..];
        let nominative = tokens(clause)
            .first()
            .is_some_and(|t| lexis::is_nominative(&t.lower));
        if !before.ends_with(',') && nominative && stands(before) {
            out.push(place.cut(at, rest, ""));
        }
    }
    out
}

/// A clause in brackets at the end as a sentence of its own.
fn bracket(place: &Place) -> Option<Cut> {
    let body = place.text.strip_suffix(['.', '!'])?.strip_suffix(')')?;
    let at = body.rfind(" (")?;
    let inner = &body[at + 2..];
    (opens_clause(inner) && count(inner) > SHORTEST.1 && stands(&body[..at])).then(|| Cut {
        span: Span::new(place.start + at, place.start + body.len() + 1),
        with: format!(". {}", capitalise(inner)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_result_is_a_verb_that_is_known() {
        for word in RESULTS {
            assert!(lexis::verb(word, Form::Ing).is_some(), "{word}");
        }
    }
}
