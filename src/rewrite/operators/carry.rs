//! The subject of a clause carried over to the verb behind "and": "It shows why and explains how."

use super::clause::{self, Token, tokens};
use super::lexis::{self, Form};
use super::subject::{Subject, behind_front};

/// Words at least of the first clause behind its verb.
const SHORTEST: usize = 3;

/// What opens a sentence of its own made of `rest`: the subject of `before` as a pronoun, with the
/// auxiliary that both share, or nothing where both are orders. `None` where the second verb may
/// belong elsewhere.
pub(super) fn carried(before: &str, rest: &str) -> Option<String> {
    if clause::is_order(before) {
        let between = &tokens(before)[1..];
        let fits = is_verb_here(rest, Form::Base) && is_clear(between, Form::Base);
        return fits.then(String::new);
    }
    let before = behind_front(before)?;
    let words = tokens(before);
    let subject = Subject::of(before, &words)?;
    let verb = &words[subject.verb];
    if verb.closes {
        return None;
    }
    let pronoun = subject.pronoun;
    if let Some(auxiliary) = auxiliary(&verb.lower) {
        let form = match auxiliary {
            "have" | "has" => Form::Participle,
            "am" | "is" | "are" => Form::Ing,
            _ => Form::Base,
        };
        let adverbs = words[subject.verb + 1..]
            .iter()
            .take_while(|t| lexis::is_adverb(&t.lower))
            .count();
        let at = subject.verb + 1 + adverbs;
        // "We are glad to be here and look forward to it": two acts of one subject.
        let state = form == Form::Ing
            && words.get(at).is_some_and(|t| {
                t.lower.ends_with("ed")
                    || matches!(
                        t.lower.as_str(),
                        "glad" | "proud" | "happy" | "grateful" | "thankful" | "keen"
                    )
            });
        if state && rest.starts_with("look forward") && !clause::denies(before) {
            let clear = words[at..]
                .iter()
                .all(|t| !clause::is_leaning(&t.lower) && !t.closes);
            return (clear && pronoun == "We").then(|| pronoun.to_owned());
        }
        let fits = !clause::denies(before)
            && words
                .get(at)
                .is_some_and(|t| !t.closes && lexis::verb(&t.lower, form).is_some())
            && is_verb_here(rest, form)
            && is_clear(&words[at + 1..], form);
        return fits.then(|| format!("{pronoun} {auxiliary}"));
    }
    let form = [Form::Base, Form::Third, Form::Past]
        .into_iter()
        .find(|&f| lexis::verb(&verb.lower, f).is_some() && is_verb_here(rest, f))?;
    let agrees = form == Form::Past || (form == Form::Third) == subject.is_singular();
    // A past tense behind a noun may be a participle: "the plans agreed and signed by all".
    let sure = form != Form::Past || subject.verb == 1 || has_object(rest);
    (agrees && sure && is_clear(&words[subject.verb + 1..], form)).then(|| pronoun.to_owned())
}

/// The auxiliary in `word`, written in full, that a second verb can share.
fn auxiliary(word: &str) -> Option<&'static str> {
    let tail = word.split_once('\'').map(|(_, tail)| tail);
    Some(match (word, tail) {
        (_, Some("ll")) | ("will", _) => "will",
        (_, Some("ve")) | ("have", _) => "have",
        (_, Some("re")) | ("are", _) => "are",
        (_, Some("m")) | ("am", _) => "am",
        ("has", _) => "has",
        ("is", _) => "is",
        ("can", _) => "can",
        ("could", _) => "could",
        ("should", _) => "should",
        ("must", _) => "must",
        ("may", _) => "may",
        _ => return None,
    })
}

/// Whether nothing between the two verbs could be what the second goes with.
fn is_clear(between: &[Token<'_>], form: Form) -> bool {
    let clear = between.iter().all(|t| {
        let verbal = lexis::verb(&t.lower, form).is_some() && form != Form::Base
            || lexis::plain_verb(&t.lower, Form::Base).is_some();
        !t.closes
            && !clause::is_leaning(&t.lower)
            && !verbal
            && !matches!(t.lower.as_str(), "to" | "and" | "or" | "by" | "not")
    });
    between.len() >= SHORTEST && clear
}

/// Whether `rest` opens with a verb of `form`, an adverb before it allowed: one that is hardly ever
/// a noun, or one with an object behind it.
fn is_verb_here(rest: &str, form: Form) -> bool {
    let adverb = rest
        .split_once(' ')
        .filter(|(word, _)| matches!(*word, "also" | "then" | "now") || word.ends_with("ly"));
    let rest = adverb.map_or(rest, |(_, rest)| rest);
    let words = tokens(rest);
    let Some(first) = words.first().filter(|t| !t.closes) else {
        return false;
    };
    let bare = matches!(form, Form::Base | Form::Third | Form::Past);
    bare && lexis::plain_verb(&first.lower, form).is_some()
        || has_object(rest) && lexis::verb(&first.lower, form).is_some()
}

/// Whether the second word of `rest` starts an object.
fn has_object(rest: &str) -> bool {
    tokens(rest).get(1).is_some_and(|n| {
        lexis::is_determiner(&n.lower)
            || matches!(
                n.lower.as_str(),
                "us" | "me" | "them" | "you" | "how" | "why" | "what" | "new" | "real" | "better"
            )
    })
}

#[cfg(test)]
mod tests {
    use super::carried;

    #[test]
    fn subjects_that_are_carried() {
        for (before, rest, want) in [
            (
                "We wrote down every question",
                "discussed the answers",
                Some("We"),
            ),
            ("I love my new job", "want to keep it", Some("I")),
            (
                "The report builds on old work",
                "shows how it helps",
                Some("It"),
            ),
            (
                "The author builds on old work",
                "shows how it helps",
                Some("The author"),
            ),
            (
                "These rules protect the small firms",
                "also help the big ones",
                Some("They"),
            ),
            (
                "We will write down every question",
                "discuss the answers",
                Some("We will"),
            ),
            (
                "In 2024, we've built a new team",
                "opened our second office",
                Some("We have"),
            ),
            (
                "They're writing a much longer book",
                "planning the next one",
                Some("They are"),
            ),
            ("Join us in Oslo this spring", "learn more", Some("")),
            ("We want to write down it all", "discuss the answers", None),
            ("We write books of great length", "stories for all", None),
            ("An author builds on old work", "shows how it helps", None),
            ("We use tools that improve all", "reduce the cost", None),
            ("We will not go to the north", "keep the house", None),
            (
                "We are proud of our big team",
                "building the next one",
                None,
            ),
            ("We have a plan for the year", "opened our office", None),
        ] {
            assert_eq!(
                carried(before, rest).as_deref(),
                want,
                "{before} and {rest}"
            );
        }
    }
}
