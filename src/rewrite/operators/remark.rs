//! Remarks and orders that a sentence strings together: ", including the price" as "This includes
//! the price.", "Join us on Monday to see it" as "Join us on Monday. See it."

use super::boundary::Place;
use super::clause::{self, Tense, count, has_verb, opens_clause, tokens};
use super::lexis::{self, Form, is_in};
use super::series::parted;
use super::split::Cut;
use super::subject::{behind_front, is_many};
use super::tail::runs_to_end;
use crate::analysis::rules::edit::capitalise;

/// Orders behind which "to" says what the reader gets of it.
const INVITING: &str = "apply book browse check click come connect contact download explore follow \
    join listen meet message open read register scan stop subscribe swing tune visit watch";

/// Nouns, adverbs and pronouns that end such an order.
const INVITED: &str = "below blog booth call case chat conversation copy course demo discussion \
    ebook episode event form forum guide here inbox interview keynote link live newsletter now \
    online page panel paper piece podcast post report seat series session site slides spot story \
    study summit talk team today toolkit tomorrow us video webinar website whitepaper workshop \
    am pm et pt est cet cest gmt bst monday tuesday wednesday thursday friday january february \
    march april may june july august september october november december";

/// The cuts at remarks and orders for the sake of a grade.
pub(super) fn cuts(place: &Place) -> Vec<Cut> {
    let mut out = Vec::new();
    for (at, _) in place.text.match_indices(", ") {
        let (before, rest) = (&place.text[..at], &place.text[at + 2..]);
        out.extend(member(place, at, before, rest));
        out.extend(especially(place, at, before, rest));
        out.extend(concession(place, at, before, rest));
        out.extend(focus(place, at, before, rest));
        out.extend(done_by(place, at, before, rest));
        out.extend(plus(place, at, before, rest));
        out.extend(range(place, at, before, rest));
    }
    out.extend(such_as(place));
    out.extend(invitation(place));
    out.extend(orders(place));
    out.extend(clauses(place));
    out
}

/// Whether `before` says something by itself that a remark may follow.
fn says(before: &str) -> bool {
    let words = tokens(before);
    let scoped = words
        .iter()
        .any(|t| clause::is_leaning(&t.lower) && t.lower != "as");
    has_verb(before)
        && !scoped
        && !clause::is_order(before)
        && !clause::denies(before)
        && !before.contains([':', ';', '—', '–', '"', '“'])
}

/// ", including the price" as "This includes the price": "These include" behind a plural.
fn member(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let members = rest.strip_prefix("including ")?;
    let noun = tokens(before).into_iter().next_back()?;
    let named = tokens(members).first().is_some_and(|t| {
        matches!(
            t.lower.as_str(),
            "how" | "when" | "where" | "those" | "me" | "us" | "that"
        )
    });
    let commas = members.contains(", ") && !members.contains(" and ") && !members.contains(" or ");
    let goes_on = members.contains(" because ")
        || members.split(", ").any(|p| {
            opens_clause(p) || clause::leans(p) || p.starts_with("but ") || p.starts_with("to ")
        });
    let last = [" and ", " or "]
        .iter()
        .filter_map(|j| members.rfind(j))
        .max();
    let goes_on = goes_on || last.is_some_and(|at| members[at..].contains(", "));
    let order = clause::is_order(before);
    let opening = match (order, is_many(&noun.lower)) {
        (true, _) => "Include",
        (false, true) => "These include",
        (false, false) => "This includes",
    };
    let whole =
        says(before) || order && !clause::denies(before) && !before.contains([':', '—', '–']);
    let fits =
        !named && !commas && !goes_on && runs_to_end(members) && whole && !before.contains(", ");
    fits.then(|| place.cut(at, members, opening))
}

/// " such as a and b" as "They include a and b": behind a plural at the end of the clause.
fn such_as(place: &Place) -> Option<Cut> {
    let (at, mark) = place.text.match_indices(" such as ").last()?;
    let (before, members) = (&place.text[..at], &place.text[at + mark.len()..]);
    let bare = before.trim_end_matches(',');
    let noun = tokens(bare).into_iter().next_back()?;
    let several = members.contains(" and ") || members.contains(" or ");
    let goes_on = members.split(", ").any(|p| {
        opens_clause(p) || clause::leans(p) || p.starts_with("but ") || p.starts_with("to ")
    });
    let verbal = (0..tokens(members).len()).any(|i| clause::finite_at(&tokens(members), i));
    // "People with skills such as": only of those is it true.
    let open = tokens(bare).iter().any(|t| {
        matches!(
            t.lower.as_str(),
            "many" | "several" | "all" | "these" | "other" | "various" | "new"
        )
    });
    let fits = is_many(&noun.lower)
        && open
        && several
        && !goes_on
        && !verbal
        && runs_to_end(members)
        && says(bare)
        && !bare.contains(", ");
    fits.then(|| place.cut(bare.len(), members, "They include"))
}

/// ", especially in the north" as "This is especially true in the north".
fn especially(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let (opening, tail) = ["especially", "particularly"].into_iter().find_map(|w| {
        let tail = rest.strip_prefix(w)?.strip_prefix(' ')?;
        Some((format!("This is {w} true"), tail))
    })?;
    let first = tail.split(' ').next().unwrap_or_default();
    let placed = matches!(
        first,
        "in" | "for" | "when" | "if" | "among" | "across" | "during" | "at"
    );
    let goes_on = matches!(first, "when" | "if") && tail.contains(", ");
    let fits = placed
        && !goes_on
        && runs_to_end(tail)
        && says(before)
        && !before.contains(", ")
        && matches!(clause::tense(before), Some(Tense::Present));
    fits.then(|| place.cut(at, tail, &opening))
}

/// ", although it is new" as "Yet it is new".
fn concession(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let clause = ["even though ", "although ", "though "]
        .into_iter()
        .find_map(|w| rest.strip_prefix(w))?;
    let fits = opens_clause(clause)
        && runs_to_end(clause)
        && has_verb(before)
        && !clause::leans(before)
        && !clause::is_order(before)
        && !clause.contains(", ");
    fits.then(|| place.cut(at, clause, "Yet"))
}

/// "Although it is new, it works" as "It is new. Still, it works".
pub(super) fn fronted_concession(place: &Place) -> Option<Cut> {
    let text = place.text;
    let front = ["Although ", "Even though ", "Though ", "While "]
        .into_iter()
        .find(|w| text.starts_with(w))?;
    let (first, main) = text[front.len()..].split_once(", ")?;
    // "While it rains, we stay" is about a time.
    if front == "While " && !concedes(first) {
        return None;
    }
    let fits = opens_clause(first)
        && opens_clause(main)
        && runs_to_end(main)
        && count(first) >= 3
        && !first.contains([':', '—', '–']);
    let with = format!("{}. Still, ", capitalise(first));
    fits.then(|| place.replace(0, text.len() - main.len(), with))
}

/// Whether `clause` grants something: "this may work", "I think so", "there is a way".
fn concedes(clause: &str) -> bool {
    const GRANTED: &str = "acknowledge agree appreciate believe believed expected hoped knew know planned \
        predicted recognise recognize think thought understand wanted";
    let words = tokens(clause);
    let granted = words.windows(2).take(2).any(|w| {
        matches!(w[0].lower.as_str(), "i" | "we" | "many") && is_in(GRANTED, &w[1].lower)
            || w[0].lower == "there" && matches!(w[1].lower.as_str(), "is" | "are")
    });
    granted
        || words
            .iter()
            .any(|t| matches!(t.lower.as_str(), "may" | "might"))
}

/// ", with a focus on the north" as "The focus is on the north".
fn focus(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let tail = [
        "with a focus on ",
        "with a special focus on ",
        "with a particular focus on ",
        "with a strong focus on ",
    ]
    .into_iter()
    .find_map(|w| rest.strip_prefix(w))?;
    let tense = match clause::tense(before)? {
        Tense::Past => "The focus was on",
        Tense::Present | Tense::Modal(_) => "The focus is on",
    };
    (runs_to_end(tail) && says(before)).then(|| place.cut(at, tail, tense))
}

/// ", plus a guide" as "There is also a guide".
fn plus(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let more = rest.strip_prefix("plus ")?;
    let words = tokens(more);
    let (first, last) = (words.first()?, words.get(1)?);
    let many = is_many(&first.lower) || is_many(&last.lower);
    let opening = match (first.lower.as_str(), many) {
        ("a" | "an", _) => "There is also",
        (_, true) => "There are also",
        _ => return None,
    };
    let verbal = (0..words.len()).any(|i| clause::finite_at(&words, i));
    let fits = says(before)
        && runs_to_end(more)
        && !verbal
        && !more.contains([',', '@', '#'])
        && words.iter().take(3).all(|t| !t.opens)
        && count(more) >= 3
        && before.contains(", ") == before.contains(" and ");
    fits.then(|| place.cut(at, more, opening))
}

/// ", from the budget to the hiring" as "These range from the budget to the hiring".
fn range(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let from = rest.strip_prefix("from ")?;
    let noun = tokens(before).into_iter().next_back()?;
    let opening = match clause::tense(before)? {
        Tense::Past => "These ranged",
        Tense::Present | Tense::Modal(_) => "These range",
    };
    let fits = is_many(&noun.lower)
        && says(before)
        && from.matches(" to ").count() == 1
        && !from.contains(", ")
        && runs_to_end(from)
        && !before.contains(", ");
    fits.then(|| place.cut(at, rest, opening))
}

/// ", led by Ann" as "It was led by Ann": of the thing that stands in front.
fn done_by(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    const DONE: &str = "authored built created designed developed founded funded hosted led \
        moderated organised organized presented produced published sponsored written";
    let (verb, tail) = rest.split_once(" by ")?;
    let words = tokens(before);
    let noun = words.last()?;
    let many = is_many(&noun.lower);
    let be = match (clause::tense(before)?, many) {
        (Tense::Past, false) => "It was",
        (Tense::Past, true) => "They were",
        (Tense::Present | Tense::Modal(_), false) => "It is",
        (Tense::Present | Tense::Modal(_), true) => "They are",
    };
    let thing = noun.raw.starts_with(char::is_lowercase) && words.len() > 3;
    let fits = is_in(DONE, verb)
        && thing
        && runs_to_end(tail)
        && says(before)
        && !before.contains(", ")
        && !tail.contains(", ");
    fits.then(|| place.cut(at, rest, be))
}

/// "Join us on Monday to see it" as "Join us on Monday. See it".
fn invitation(place: &Place) -> Option<Cut> {
    let text = place.text;
    let order = match behind_front(text) {
        Some(order) if order.len() < text.len() => order,
        _ => text,
    };
    let inviting = tokens(order)
        .first()
        .is_some_and(|t| !t.closes && (is_in(INVITING, &t.lower) || t.lower == "sign"));
    if !inviting || clause::denies(text) {
        return None;
    }
    let (at, mark) = text.match_indices(" to ").find(|(at, m)| {
        let next = tokens(&text[at + m.len()..]).into_iter().next();
        next.is_some_and(|t| {
            !t.closes && t.lower != "be" && lexis::verb(&t.lower, Form::Base).is_some()
        })
    })?;
    let (before, rest) = (&text[..at], &text[at + mark.len()..]);
    let last = tokens(before).into_iter().next_back()?;
    let timed = last.lower.starts_with(|c: char| c.is_ascii_digit());
    let named = last.raw.starts_with(char::is_uppercase);
    let whole = !before.contains([':', ';', '—', '–'])
        && !before.ends_with(',')
        && tokens(before)
            .iter()
            .all(|t| !clause::is_leaning(&t.lower) || t.lower == "as");
    (whole && (timed || named || is_in(INVITED, &last.lower))).then(|| place.cut(at, rest, ""))
}

/// "Plan the work, do it in time, and tell the others" as three orders.
fn orders(place: &Place) -> Option<Cut> {
    let (first, middle, last) = series(place.text)?;
    let order = |part: &&str| {
        let words = tokens(part);
        let opens = words
            .first()
            .is_some_and(|t| !t.closes && lexis::verb(&t.lower, Form::Base).is_some());
        opens && words.len() >= 2 && words.iter().all(|t| t.lower != "and" && t.lower != "or")
    };
    let causes = tokens(first)
        .first()
        .is_some_and(|t| clause::causes(&t.lower));
    let sure = !causes
        && clause::is_order(first)
        && order(&first)
        && tokens(first)
            .iter()
            .all(|t| t.lower != "to" && !clause::is_leaning(&t.lower));
    (sure && middle.iter().all(&order) && order(&last))
        .then(|| as_sentences(place, first, &middle, last))
}

/// Whether a verb of saying or thinking stands in `text`: what follows is what somebody says.
pub(super) fn reports(text: &str) -> bool {
    const SAYING: &str = "add agree argue believe claim declare expect explain fear feel find guess hear \
        hope imagine know learn mean note predict realise realize report say see show suggest suspect \
        tell think understand warn wish write";
    tokens(text).iter().any(|t| {
        [Form::Base, Form::Third, Form::Past]
            .into_iter()
            .filter_map(|f| lexis::verb(&t.lower, f))
            .any(|v| is_in(SAYING, v.base))
            || matches!(
                t.lower.as_str(),
                "said" | "says" | "told" | "thinks" | "thought" | "believes"
            )
    })
}

/// "The plan is old, the team is new, and time is short" as three sentences.
fn clauses(place: &Place) -> Option<Cut> {
    let (first, middle, last) = series(place.text)?;
    let stands = |part: &&str| opens_clause(part) && count(part) >= 3;
    let lead = tokens(first);
    let clear = !reports(first)
        && lead
            .iter()
            .all(|t| !clause::is_leaning(&t.lower) && t.lower != "to");
    (clear && stands(&first) && middle.iter().all(&stands) && stands(&last))
        .then(|| as_sentences(place, first, &middle, last))
}

/// The first, middle and last part of a sentence "a, b, and c" without other marks.
pub(super) fn series(text: &str) -> Option<(&str, Vec<&str>, &str)> {
    if text.contains([':', ';', '—', '–', '(', '?', '"', '“']) || text.contains(" - ") {
        return None;
    }
    let parts = parted(text)?;
    let [first, middle @ .., last] = &parts[..] else {
        return None;
    };
    (!middle.is_empty()).then(|| (*first, middle.to_vec(), *last))
}

/// The parts as sentences: everything from the end of `first` to the first word of `last` changes.
fn as_sentences(place: &Place, first: &str, middle: &[&str], last: &str) -> Cut {
    let mut with = String::new();
    for part in middle {
        with.push_str(". ");
        with.push_str(&capitalise(part));
    }
    let word = last.split(' ').next().unwrap_or_default();
    with.push_str(". ");
    with.push_str(&capitalise(word));
    let end = place.text.len() - last.len() + word.len();
    place.replace(first.len(), end, with)
}

#[cfg(test)]
mod tests {
    use crate::rewrite::operators::Operator;
    use crate::rewrite::operators::tests_by_goal::at_grade;

    fn cut(text: &str) -> String {
        at_grade(Operator::SplitSentences, -9.0, text)
    }

    #[test]
    fn remarks_become_sentences() {
        for (text, want) in [
            (
                "The guide covers all our steps of the year, including the budget and the hiring.",
                "The guide covers all our steps of the year. This includes the budget and the hiring.",
            ),
            (
                "The guide covers all the early risks, including the budget and the hiring.",
                "The guide covers all the early risks. These include the budget and the hiring.",
            ),
            (
                "The team knows of many early risks such as the budget and the hiring.",
                "The team knows of many early risks. They include the budget and the hiring.",
            ),
            (
                "It links to the old guides of the firm, plus a new map of the whole north.",
                "It links to the old guides of the firm. There is also a new map of the whole north.",
            ),
            (
                "We looked at many plans for the new firms, from a small shop to a big mill.",
                "We looked at many plans for the new firms. These ranged from a small shop to a big mill.",
            ),
            (
                "Good notes matter more than any tool, especially in a team of ten.",
                "Good notes matter more than any tool. This is especially true in a team of ten.",
            ),
            (
                "The plan has worked for ten years, although the budget is small.",
                "The plan has worked for ten years. Yet the budget is small.",
            ),
            (
                "Although the budget is small, the plan has worked for ten years.",
                "The budget is small. Still, the plan has worked for ten years.",
            ),
            (
                "The second half is a workshop for all, with a focus on good notes.",
                "The second half is a workshop for all. The focus is on good notes.",
            ),
            (
                "We closed the day with a long panel, moderated by the two founders.",
                "We closed the day with a long panel. It was moderated by the two founders.",
            ),
            (
                "Join us in Oslo on the last Monday to learn how we plan it.",
                "Join us in Oslo on the last Monday. Learn how we plan it.",
            ),
            (
                "Write down the plan, share it with the team, and keep it in sight.",
                "Write down the plan. Share it with the team. Keep it in sight.",
            ),
            (
                "The budget is small, the team is new, and the clock is ticking.",
                "The budget is small. The team is new. The clock is ticking.",
            ),
        ] {
            assert_eq!(cut(text), want);
            assert_eq!(cut(want), want);
        }
    }

    #[test]
    fn what_is_no_remark_stays() {
        for text in [
            "If the guide covers all of the steps, including the budget, we use it.",
            "The guide does not cover the early risks, including the budget and the hiring.",
            "We know the risks such as the budget and the hiring, though not at once.",
            "While we wait for the others, the budget is gone.",
            "Join us for the chance to learn how we plan it.",
            "Join us and ask how to plan the next year with us.",
            "The day closed with Ann, moderated by the two founders of the place.",
        ] {
            assert_eq!(cut(text), text);
        }
    }
}
