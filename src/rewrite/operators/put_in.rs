//! What is put in between a subject and its verb, before a subject, or behind a name, told in a
//! sentence of its own.

use super::boundary::Place;
use super::clause::{self, Token, count, finite_at, tokens};
use super::lexis::{self, Form, is_in};
use super::series::place_of;
use super::shared::is_paired;
use super::split::Cut;
use super::subject::{self, Subject};
use super::tail::runs_to_end;
use crate::analysis::rules::edit::capitalise;

/// Words at least of what is put in.
const SHORTEST: usize = 3;

/// Participles behind which a thing is told from where it comes.
const COME_FROM: &str = "authored built conducted created designed developed founded funded hosted \
    launched organised organized produced published written";

/// Words of a name at most.
const LONGEST_NAME: usize = 4;

/// The cuts at what is put in for the sake of a grade.
pub(super) fn cuts(place: &Place) -> Vec<Cut> {
    let mut out = Vec::new();
    out.extend(put_in(place));
    out.extend(fronted(place));
    out.extend(who(place));
    out
}

/// "This guide, written by Ann, shows it" as "This guide was written by Ann. It shows it", "The
/// tool, which is new, helps" as "The tool is new. It helps", and "Ann Lee, a founder, helps" as
/// "Ann Lee is a founder. Ann Lee helps".
fn put_in(place: &Place) -> Option<Cut> {
    let mut parts = place.text.splitn(3, ", ");
    let (head, inner, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let words = tokens(head);
    let (first, noun) = (words.first()?, words.last()?);
    let opens = matches!(first.lower.as_str(), "the" | "this" | "our" | "my" | "its");
    let clear = words.iter().skip(1).all(|t| {
        !t.closes
            && !t.opens
            && !clause::is_leaning(&t.lower)
            && !lexis::is_preposition(&t.lower)
            && !matches!(t.lower.as_str(), "and" | "or" | "to")
    });
    let thing = (2..=5).contains(&words.len()) && clear && subject::is_thing(&noun.lower);
    let goes_on = tokens(rest);
    let verb = goes_on.first()?;
    let finite = matches!(verb.lower.as_str(), "is" | "was" | "has" | "will" | "can")
        || lexis::verb(&verb.lower, Form::Third).is_some();
    if !finite || verb.closes || is_paired(place.text) {
        return None;
    }
    let end = place.text.len() - rest.len();
    if is_name(&words) && says_who(inner) {
        let with = format!(" is {inner}. {head} ");
        return Some(place.replace(head.len(), end, with));
    }
    if !opens || !thing {
        return None;
    }
    let told = tokens(inner);
    let (lead, next) = (told.first()?, told.get(1)?);
    let alone = told
        .iter()
        .skip(2)
        .all(|t| !clause::is_leaning(&t.lower) || t.lower == "as");
    let said = if lead.lower == "which" {
        let be = matches!(next.lower.as_str(), "is" | "was" | "has" | "will" | "can")
            || lexis::plain_verb(&next.lower, Form::Third).is_some();
        let said = inner.strip_prefix(lead.raw)?.trim_start();
        (be && !next.closes).then(|| said.to_owned())
    } else {
        let from = matches!(
            next.lower.as_str(),
            "by" | "with" | "in" | "at" | "for" | "from"
        );
        (from && is_in(COME_FROM, &lead.lower)).then(|| format!("was {inner}"))
    }?;
    let with = format!(" {said}. It ");
    (alone && count(inner) > SHORTEST).then(|| place.replace(head.len(), end, with))
}

/// Whether `words` are a name, the whole of a head.
fn is_name(words: &[Token]) -> bool {
    (2..=LONGEST_NAME).contains(&words.len())
        && words.iter().all(|t| {
            t.raw.starts_with(char::is_uppercase) && !t.closes && !lexis::is_determiner(&t.lower)
        })
}

/// Whether `inner` says who somebody is: "a founder of three firms".
fn says_who(inner: &str) -> bool {
    let words = tokens(inner);
    let article = words
        .first()
        .is_some_and(|t| matches!(t.lower.as_str(), "a" | "an" | "the" | "our"));
    let plain =
        (0..words.len()).all(|i| !finite_at(&words, i) && (!clause::is_leaning(&words[i].lower)));
    article && plain && words.len() > SHORTEST
}

/// "Hosted by Ann, this series shows it" as "This series is hosted by Ann. It shows it".
fn fronted(place: &Place) -> Option<Cut> {
    let (front, main) = place.text.split_once(", ")?;
    let told = tokens(front);
    let (done, next) = (told.first()?, told.get(1)?);
    let from = matches!(next.lower.as_str(), "by" | "with" | "in" | "at" | "for");
    let words = tokens(main);
    let subject = Subject::of(main, &words).filter(|s| s.pronoun == "It")?;
    let named = !main.starts_with("It ") && !main.starts_with("it ");
    let fits = named
        && from
        && !done.closes
        && is_in(COME_FROM, &done.lower)
        && told.len() > SHORTEST
        && told.iter().all(|t| !clause::is_leaning(&t.lower))
        && !is_paired(front)
        && matches!(clause::tense(main), Some(clause::Tense::Present));
    let end = place_of(main, subject.verb)?;
    let thing = main[..end].trim();
    let lower = [&done.lower, front.strip_prefix(done.raw)?].concat();
    let with = format!("{} is {lower}. It ", capitalise(thing));
    fits.then(|| place.replace(0, front.len() + ", ".len() + end, with))
}

/// ", who has led it" as "Ann Lee has led it" behind that name.
fn who(place: &Place) -> Option<Cut> {
    let (at, mark) = place.text.match_indices(", who ").last()?;
    let (before, rest) = (&place.text[..at], &place.text[at + mark.len()..]);
    let told = tokens(rest);
    let verb = told.first()?;
    let finite = matches!(verb.lower.as_str(), "is" | "was" | "has" | "will" | "can")
        || [Form::Third, Form::Past]
            .into_iter()
            .any(|f| lexis::verb(&verb.lower, f).is_some());
    let words = tokens(before);
    let many = words
        .iter()
        .rev()
        .take_while(|t| t.raw.starts_with(char::is_uppercase) && !t.closes && !t.opens)
        .take_while(|t| !t.lower.ends_with("'s"))
        .count();
    let start = place_of(before, words.len().checked_sub(many)?)?;
    let name = &before[start..];
    // "With Ann and Bo Lee, who": both may be meant.
    let alone = words
        .len()
        .checked_sub(many + 1)
        .is_none_or(|i| !matches!(words[i].lower.as_str(), "and" | "or" | "&"));
    let plain = name
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’'));
    let fits = (2..=3).contains(&many)
        && many < words.len()
        && finite
        && !verb.closes
        && alone
        && plain
        && clause::has_verb(before)
        && runs_to_end(rest)
        && !rest.contains(", and ")
        && !is_paired(before)
        && count(rest) > SHORTEST;
    fits.then(|| place.cut(at, rest, name))
}

#[cfg(test)]
mod tests {
    use crate::rewrite::operators::Operator;
    use crate::rewrite::operators::tests_by_goal::at_grade;

    fn cut(text: &str) -> String {
        at_grade(Operator::SplitSentences, -9.0, text)
    }

    #[test]
    fn what_is_put_in_becomes_a_sentence() {
        for (text, want) in [
            (
                "This guide, written by Ann and her two friends, shows how we plan the year.",
                "This guide was written by Ann and her two friends. It shows how we plan the year.",
            ),
            (
                "Ann Lee, a founder of three firms, helps the small teams of the north.",
                "Ann Lee is a founder of three firms. Ann Lee helps the small teams of the north.",
            ),
            (
                "The new tool, which was seen as the best of its year, helps all the teams.",
                "The new tool was seen as the best of its year. It helps all the teams.",
            ),
            (
                "Hosted by Ann Lee in the old town, this series shows how we plan the year.",
                "This series is hosted by Ann Lee in the old town. It shows how we plan the year.",
            ),
            (
                "I want to thank my old friend Ann Lee, who has led the firm for ten years.",
                "I want to thank my old friend Ann Lee. Ann Lee has led the firm for ten years.",
            ),
        ] {
            assert_eq!(cut(text), want);
        }
    }

    #[test]
    fn what_may_be_of_another_stays() {
        for text in [
            "The author, who is known for her books of old, helps all the teams.",
            "Our team, founded in the old town of Oslo, helps all the firms.",
            "I want to thank Bo and Ann Lee, who have led the firm for ten years.",
        ] {
            assert_eq!(cut(text), text);
        }
    }
}
