//! Boundaries within a sentence at which it is cut only to reach a reading grade: clauses with a
//! noun for a subject, dashes, colons, reasons, and clauses whose subject is carried over.

use super::carry::carried;
use super::clause::{self, Token, closed, count, has_verb, opens_clause, tokens};
use super::lexis::{self, Form};
use super::split::Cut;
use super::subject::{inside, is_many};
use super::{asked, joining, marks, meanwhile, put_in, remark, result, shared, tail, thanked};
use crate::analysis::rules::edit::capitalise;
use crate::post::Span;
use crate::rewrite::draft::{Draft, Sentence};

/// Words at least before and behind a cut.
pub(super) const SHORTEST: (usize, usize) = (3, 3);

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
pub(super) struct Place<'t> {
    pub text: &'t str,
    pub start: usize,
}

impl<'t> Place<'t> {
    /// Cuts at byte `at`: the mark and the words up to `tail` go, `opening` comes, and with an
    /// empty one the first letter of `tail` becomes a capital.
    pub fn cut(&self, at: usize, tail: &'t str, opening: &str) -> Cut {
        let tail_at = self.text.len() - tail.len();
        let first = tail.split(' ').next().unwrap_or_default();
        let (end, with) = if opening.is_empty() {
            (tail_at + first.len(), format!(". {}", capitalise(first)))
        } else {
            (tail_at, format!(". {} ", capitalise(opening)))
        };
        Cut {
            span: Span::new(self.start + at, self.start + end),
            with,
        }
    }

    /// Bytes `at..end` of the sentence exchanged for `with`.
    pub fn replace(&self, at: usize, end: usize, with: String) -> Cut {
        Cut {
            span: Span::new(self.start + at, self.start + end),
            with,
        }
    }
}

/// The places where `sentence` may be cut for the sake of a grade.
pub(super) fn cuts(draft: &Draft, sentence: &Sentence) -> Vec<Cut> {
    let text = sentence.span.of(draft.text());
    // What a colon leads to may belong to the whole sentence.
    let open = text.trim_end_matches(['"', '”', ')']).ends_with(['?', ':']);
    if open || text.contains("://") {
        return Vec::new();
    }
    let place = Place {
        text,
        start: sentence.span.start,
    };
    let mut out = Vec::new();
    out.extend(commas(&place));
    out.extend(marks::cuts(&place));
    out.extend(reasons(&place));
    out.extend(joined(&place));
    out.extend(tail::cuts(&place));
    out.extend(meanwhile::cut(&place));
    out.extend(remark::cuts(&place));
    out.extend(shared::cuts(&place));
    out.extend(joining::cuts(&place));
    out.retain(|c| {
        let before = &text[..c.span.start - place.start];
        let tail = &text[c.span.end - place.start..];
        closed(before)
            && closed(tail)
            && count(before) >= SHORTEST.0
            && count(tail) + 1 >= SHORTEST.1
    });
    out.extend(marks::bracket(&place));
    out.extend(remark::fronted_concession(&place));
    out.extend(put_in::cuts(&place));
    out.extend(asked::cut(&place));
    out.extend(thanked::cuts(&place));
    out
}

/// The stretch of `before` behind its last comma or semicolon.
pub(super) fn last_part(before: &str) -> &str {
    before
        .rsplit([',', ';', ':', '—', '–'])
        .next()
        .unwrap_or(before)
        .trim()
}

/// Whether `before` ends in a clause that stands by itself, on which nothing behind it leans.
pub(super) fn stands(before: &str) -> bool {
    let last = last_part(before);
    let whole = last.len() == before.trim().len();
    let open = tokens(last)
        .last()
        .is_some_and(|t| clause::is_leaning(&t.lower));
    let scoped = is_scoped(&tokens(last));
    let lower = before.to_lowercase();
    let paired = PAIRED
        .iter()
        .any(|p| lower.starts_with(&format!("{p} ")) || lower.contains(&format!(" {p} ")));
    has_verb(last)
        && !open
        && !scoped
        && !paired
        && (whole || opens_clause(last) || clause::is_order(last))
}

/// Whether a clause behind `words` may belong under one of them: "we think that". Behind a noun,
/// "that" and "who" open what is said of it alone.
fn is_scoped(words: &[Token<'_>]) -> bool {
    words.iter().enumerate().any(|(i, t)| {
        let relative = matches!(t.lower.as_str(), "that" | "who" | "which")
            && i.checked_sub(1).is_some_and(|k| {
                let noun = words[k].lower.as_str();
                let verb = [
                    Form::Base,
                    Form::Third,
                    Form::Past,
                    Form::Ing,
                    Form::Participle,
                ];
                !words[k].closes
                    && words[k].raw.starts_with(char::is_lowercase)
                    && noun.len() > 3
                    && verb.into_iter().all(|f| lexis::verb(noun, f).is_none())
                    && !lexis::is_preposition(noun)
                    && !lexis::is_adverb(noun)
                    && !lexis::is_auxiliary(noun)
                    && !ABSTRACT.contains(&noun)
            });
        clause::is_leaning(&t.lower) && t.lower != "as" && !relative
    })
}

/// Nouns and adjectives behind which "that" says what they are about.
const ABSTRACT: [&str; 24] = [
    "fact",
    "idea",
    "belief",
    "view",
    "news",
    "glad",
    "proud",
    "sure",
    "clear",
    "confident",
    "aware",
    "happy",
    "excited",
    "thrilled",
    "evidence",
    "proof",
    "reminder",
    "sign",
    "hope",
    "promise",
    "certain",
    "likely",
    "true",
    "important",
];

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
            "but" | "so" | "yet"
                if opens_clause(clause)
                    && stands(before)
                    && !(first == "so" && joining::is_purpose(clause)) =>
            {
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
            "where"
                if stands(before)
                    && !tokens(before).last().is_some_and(|t| {
                        lexis::is_preposition(&t.lower)
                            || matches!(t.lower.as_str(), "period" | "time" | "moment" | "phase")
                    })
                    && (starts_with_pronoun(clause) || opens_clause(clause))
                    && !clause.contains(", and ") =>
            {
                out.push(place.cut(at, clause, "There,"));
            }
            "we" | "they" | "it's" | "it’s" | "we're" | "we’re" | "I" | "I'm" | "I’m"
                if opens_clause(rest) && splices(before) =>
            {
                out.push(place.cut(at, rest, ""));
            }
            "then" if opens_clause(clause) && stands(before) && !clause::is_order(before) => {
                out.push(place.cut(at, rest, ""));
            }
            "then" => out.extend(carried_on(place, at, before, clause)),
            "which" => out.extend(relative(place, at, before, clause)),
            _ => out.extend(result::result(place, at, before, rest)),
        }
    }
    out
}

/// Whether a comma behind `before` stands where a full stop should: "it is late, we go".
fn splices(before: &str) -> bool {
    let words = tokens(before);
    let fronted = words.first().is_none_or(|t| {
        lexis::is_preposition(&t.lower)
            || lexis::is_adverb(&t.lower)
            || clause::is_leaning(&t.lower)
            || t.lower.ends_with("ing")
            || t.lower.ends_with("ed")
            || t.lower == "to"
    });
    !fronted
        && !before.contains([',', ':', ';', '—', '–', '"', '“'])
        && words.len() > SHORTEST.0
        && opens_clause(before)
        && stands(before)
        && !clause::denies(before)
}

fn starts_with_pronoun(clause: &str) -> bool {
    tokens(clause)
        .first()
        .is_some_and(|t| lexis::is_nominative(&t.lower) || t.lower == "you")
}

/// ", then tracks it" as "Then it tracks it".
fn carried_on(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let bare = before.replace(", ", " ");
    let subject = carried(&bare, rest)?;
    let opening = match subject.as_str() {
        "" => "Then".to_owned(),
        subject => format!("Then {}", inside(subject)?),
    };
    clause::is_plain_series(before).then(|| place.cut(at, rest, &opening))
}

/// ", which is new" as "This is new": only at the end of the sentence, where a verb follows.
fn relative(place: &Place, at: usize, before: &str, clause: &str) -> Option<Cut> {
    let verb = tokens(clause).into_iter().next()?;
    let word = verb.lower.as_str();
    let plural =
        matches!(word, "are" | "were" | "have" | "do") || lexis::verb(word, Form::Base).is_some();
    let singular =
        matches!(word, "is" | "was" | "has" | "does") || lexis::verb(word, Form::Third).is_some();
    let either = lexis::is_auxiliary(word) || lexis::verb(word, Form::Past).is_some();
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
        let it = first.lower == "it" && opens_clause(rest);
        if !comma && (it || lexis::is_nominative(&first.lower)) && stands(before) {
            out.push(place.cut(at, rest, ""));
        } else if let Some(subject) = carried(bare, rest) {
            out.push(place.cut(bare.len(), rest, &subject));
        }
    }
    for (at, _) in place.text.match_indices(" so ") {
        let (before, rest) = (&place.text[..at], &place.text[at + 1..]);
        let clause = &rest["so ".len()..];
        let subject = tokens(clause).first().is_some_and(|t| {
            lexis::is_nominative(&t.lower) || t.lower == "you" || is_many(&t.lower)
        });
        let alone = !before.ends_with([',', ';']) && !clause.contains(", ");
        let fits = alone && subject && !joining::is_purpose(clause);
        if fits && opens_clause(clause) && stands(before) && !clause::denies(before) {
            out.push(place.cut(at, rest, ""));
        }
    }
    for (at, mark) in place.text.match_indices(" so that ") {
        let (before, clause) = (&place.text[..at], &place.text[at + mark.len()..]);
        let alone = !before.ends_with([',', ';']) && !clause.contains(", ");
        if alone && opens_clause(clause) && stands(before) && !clause::denies(before) {
            out.push(place.cut(at, clause, "That way,"));
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
