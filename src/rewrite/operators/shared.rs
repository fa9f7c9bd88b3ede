//! Verbs that share one subject, each in a sentence of its own: "It links the teams, and even plans
//! their week." as "It links the teams. It even plans their week."

use super::boundary::Place;
use super::carry::carried;
use super::clause::{self, Tense, Token, count, finite_at, has_verb, tokens};
use super::lexis::{self, Form};
use super::split::Cut;
use super::subject::{self, Subject, behind_front};
use super::tail::runs_to_end;
use crate::analysis::rules::edit::capitalise;

/// Words at least between the first verb and the second.
const SHORTEST: usize = 3;

/// The cuts between verbs of one subject for the sake of a grade.
pub(super) fn cuts(place: &Place) -> Vec<Cut> {
    let mut out = Vec::new();
    for (at, mark) in place.text.match_indices(" and ") {
        let (before, rest) = (&place.text[..at], &place.text[at + mark.len()..]);
        let bare = before.trim_end_matches(',');
        if let Some(subject) = shared(bare, rest) {
            out.push(place.cut(bare.len(), rest, subject));
        }
    }
    for (at, mark) in place.text.match_indices(" but ") {
        let (before, rest) = (&place.text[..at], &place.text[at + mark.len()..]);
        let bare = before.trim_end_matches(',');
        let subject = shared(bare, rest).map(str::to_owned);
        let subject = subject.or_else(|| carried(bare, rest));
        if let Some(subject) = subject.and_then(|s| subject::inside(&s)) {
            out.push(place.cut(bare.len(), rest, &format!("But {subject}")));
        }
    }
    for (at, mark) in place.text.match_indices(", then ") {
        let (before, rest) = (&place.text[..at], &place.text[at + mark.len()..]);
        if let Some(subject) = shared(before, rest).and_then(subject::inside) {
            out.push(place.cut(at, rest, &format!("Then {subject}")));
        }
    }
    for (at, _) in place.text.match_indices(", ") {
        let (before, rest) = (&place.text[..at], &place.text[at + 2..]);
        out.extend(thanks(place, at, before, rest));
    }
    out.extend(several(place));
    out
}

/// The subject of `before` where the verb that opens `rest` can have no other: "-s" and "is" have
/// a subject in the singular, "are" has none, "will" goes with both.
fn shared<'t>(before: &'t str, rest: &str) -> Option<&'t str> {
    let main = behind_front(before)?;
    let words = tokens(main);
    let subject = Subject::of(main, &words)?;
    let second = tokens(rest);
    let adverbs = second.iter().take_while(|t| is_plain_adverb(&t.lower));
    let at = adverbs.count();
    let fits = at < 2
        && second.get(at).is_some_and(|t| !t.closes)
        && agrees(subject, &second[at..])
        && is_clear(&words[subject.verb..])
        && !is_denied(&words[subject.verb..])
        && !is_paired(before)
        && !opens_other(main, subject.is_singular());
    fits.then_some(subject.pronoun)
}

/// Adverbs that may stand between a subject and its verb, and deny nothing.
fn is_plain_adverb(word: &str) -> bool {
    lexis::is_adverb(word) && !matches!(word, "not" | "never" | "all" | "both" | "too" | "once")
}

/// Whether the verb that opens `second` has the form that goes with `subject`, and is no noun.
fn agrees(subject: Subject, second: &[Token]) -> bool {
    let word = second[0].lower.as_str();
    let many = matches!(subject.pronoun, "We" | "You" | "They");
    match word {
        "is" | "was" | "has" | "does" => subject.is_singular(),
        "are" | "were" => many,
        "have" => !subject.is_singular(),
        "am" => subject.pronoun == "I",
        "will" | "can" | "could" | "should" | "must" => true,
        _ => subject.is_singular() && is_third(second),
    }
}

/// Whether the verb that opens `words` is denied.
fn is_denied(words: &[Token]) -> bool {
    words.iter().take(3).any(|t| clause::denies(t.raw))
}

/// Whether `words` open with a verb in the third person: one that is hardly ever a noun, or one
/// with an object behind it.
fn is_third(words: &[Token]) -> bool {
    let [verb, rest @ ..] = words else {
        return false;
    };
    let object = rest.first().is_some_and(|n| {
        lexis::is_determiner(&n.lower)
            || n.raw.starts_with(char::is_uppercase)
            || matches!(
                n.lower.as_str(),
                "us" | "me" | "them" | "you" | "how" | "why" | "what" | "everything"
            )
    });
    !verb.closes
        && (lexis::plain_verb(&verb.lower, Form::Third).is_some()
            || object && lexis::verb(&verb.lower, Form::Third).is_some())
}

/// Whether `words`, behind a comma, go on with a verb in the third person: nouns in the plural have
/// a preposition, "and" or a mark behind them, hardly ever another noun.
fn goes_on(words: &[Token]) -> bool {
    let [verb, next, ..] = words else {
        return false;
    };
    let object = !lexis::is_preposition(&next.lower)
        && !lexis::is_auxiliary(&next.lower)
        && !clause::is_leaning(&next.lower)
        && !matches!(next.lower.as_str(), "and" | "or" | "to");
    is_third(words) || object && !verb.closes && lexis::verb(&verb.lower, Form::Third).is_some()
}

/// Whether no other clause stands behind the verb that opens `words`, so that what follows can only
/// go with that verb's subject.
fn is_clear(words: &[Token]) -> bool {
    words.len() > SHORTEST
        && (1..words.len()).all(|i| {
            let word = words[i].lower.as_str();
            !finite_at(words, i)
                && lexis::plain_verb(word, Form::Third).is_none()
                && (!clause::is_leaning(word) || word == "as")
                && !lexis::is_nominative(word)
        })
}

/// Whether a pair of words is open in `text`, or a mark stands in it that may bind what follows.
pub(super) fn is_paired(text: &str) -> bool {
    const PAIRS: [&str; 6] = [
        "not only", "both", "either", "neither", "whether", "so much",
    ];
    let lower = format!(" {} ", text.to_lowercase());
    PAIRS.iter().any(|p| lower.contains(&format!(" {p} ")))
        || text.contains([':', ';', '—', '–', '"', '“', '?'])
        || text.contains(" - ")
        || !clause::closed(text)
}

/// Whether a part of `main` behind a comma opens with a verb of the subject's already: then "and"
/// ends a series of them.
fn opens_other(main: &str, singular: bool) -> bool {
    main.split(", ").skip(1).any(|part| {
        let words = tokens(part);
        let adverbs = words.iter().take_while(|t| lexis::is_adverb(&t.lower));
        let verb = words.get(adverbs.count());
        let form = |f| verb.is_some_and(|t| lexis::verb(&t.lower, f).is_some());
        let present = if singular { Form::Third } else { Form::Base };
        form(present) || form(Form::Past) || verb.is_some_and(|t| lexis::is_auxiliary(&t.lower))
    })
}

/// "It plans the year, tracks the week, and tells the team" as "It plans the year. It also tracks
/// the week and tells the team".
fn several(place: &Place) -> Option<Cut> {
    let text = place.text;
    let main = behind_front(text)?;
    let words = tokens(main);
    let subject = Subject::of(main, &words).filter(|s| s.is_singular())?;
    let starts: Vec<usize> = main
        .match_indices(", ")
        .filter(|(at, mark)| {
            let part = &main[at + mark.len()..];
            goes_on(&tokens(part.strip_prefix("and ").unwrap_or(part)))
        })
        .map(|(at, _)| at)
        .collect();
    let [first, .., last] = starts[..] else {
        return None;
    };
    let ends = main[last..].strip_prefix(", and ")?;
    let before = &main[..first];
    let middle = &main[first + ", ".len()..last];
    let told = words.get(subject.verb)?;
    let whole = starts.len() == 2
        && goes_on(&words[subject.verb..])
        && told.raw.starts_with(char::is_lowercase)
        && tokens(before).get(subject.verb..).is_some_and(is_clear)
        && is_clear(&tokens(middle))
        && !clause::denies(text)
        && !is_paired(before)
        && !is_paired(middle)
        && count(ends) > SHORTEST;
    let offset = text.len() - main.len();
    let word = ends.split(' ').next().unwrap_or_default();
    let end = text.len() - ends.len() + word.len();
    let with = format!(". {} also {middle} and {word}", capitalise(subject.pronoun));
    whole.then(|| place.replace(offset + first, end, with))
}

/// ", thanks to the team" as "This is thanks to the team".
fn thanks(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let to = rest.strip_prefix("thanks to ")?;
    let be = match clause::tense(before)? {
        Tense::Present => "This is",
        Tense::Past => "This was",
        Tense::Modal(_) => return None,
    };
    let scoped = tokens(before)
        .iter()
        .any(|t| clause::is_leaning(&t.lower) && t.lower != "as");
    let fits = runs_to_end(to)
        && has_verb(before)
        && !scoped
        && !clause::is_order(before)
        && !before.contains([':', ';', '—', '–', '"', '“']);
    fits.then(|| place.cut(at, rest, be))
}

#[cfg(test)]
mod tests {
    use crate::rewrite::operators::Operator;
    use crate::rewrite::operators::tests_by_goal::at_grade;

    fn cut(text: &str) -> String {
        at_grade(Operator::SplitSentences, -9.0, text)
    }

    #[test]
    fn verbs_of_one_subject_become_sentences() {
        for (text, want) in [
            (
                "It treats trust, care and time as core work, and even helps the small teams.",
                "It treats trust, care and time as core work. It even helps the small teams.",
            ),
            (
                "The tool keeps letters, pages and papers of the year, then tracks how they end.",
                "The tool keeps letters, pages and papers of the year. Then it tracks how they end.",
            ),
            (
                "The guide covers all our plans to help the north, and is free for all.",
                "The guide covers all our plans to help the north. It is free for all.",
            ),
            (
                "It connects the plan of the year, maps new ideas for us, and keeps the house: rent, heat and light.",
                "It connects the plan of the year. It also maps new ideas for us. It keeps the house: rent, heat and light.",
            ),
            (
                "The towns of the north are at the top of the list, thanks to work by their people.",
                "The towns of the north are at the top of the list. This is thanks to work by their people.",
            ),
        ] {
            assert_eq!(cut(text), want);
        }
    }

    #[test]
    fn a_verb_with_another_subject_stays() {
        for text in [
            "It shows a plan that helps the small teams of the north and keeps the house.",
            "The tool helps both the small teams of the north and is free for all of them.",
            "It does not help the small teams of the north and keeps the house.",
        ] {
            assert_eq!(cut(text), text);
        }
    }
}
