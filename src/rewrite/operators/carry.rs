//! The subject of a clause carried over to the verb behind "and": "It shows why and explains how."

use super::clause::{self, Token, finite_at, tokens};
use super::lexis::{self, Form};

/// The pronoun that is the subject of what `rest` opens with as well as of `before`: the one that
/// opens `before`, "It" for a thing that does, or none where both are orders. `None` where the
/// second verb may belong elsewhere.
pub(super) fn carried(before: &str, rest: &str) -> Option<&'static str> {
    let words = tokens(before);
    let first = words.first()?;
    let (subject, main_at) = match first.lower.as_str() {
        "i" => ("I", 1),
        "we" => ("We", 1),
        "they" => ("They", 1),
        "you" => ("You", 1),
        "it" => ("It", 1),
        "he" => ("He", 1),
        "she" => ("She", 1),
        "the" | "our" | "this" => ("It", thing(&words)?),
        _ if clause::is_order(before) => ("", 0),
        _ => return None,
    };
    let main = words.get(main_at).filter(|t| !t.closes)?;
    let form = [Form::Base, Form::Third, Form::Past]
        .into_iter()
        .find(|&f| lexis::verb(&main.lower, f).is_some() && is_verb_here(rest, f))?;
    let singular = matches!(subject, "It" | "He" | "She");
    if form == Form::Past && first.lower != subject.to_lowercase()
        || form != Form::Past && (form == Form::Third) != singular
    {
        return None;
    }
    let between = &words[main_at + 1..];
    let clear = between.iter().all(|t| {
        let verbal = lexis::verb(&t.lower, form).is_some() && form != Form::Base
            || lexis::plain_verb(&t.lower, Form::Base).is_some();
        !t.closes && !clause::is_leaning(&t.lower) && t.lower != "to" && !verbal && t.lower != "and"
    });
    (between.len() >= 3 && clear).then_some(subject)
}

/// Whether `rest` opens with a verb of `form`: one that is hardly ever a noun, or one with an
/// object behind it.
fn is_verb_here(rest: &str, form: Form) -> bool {
    let words = tokens(rest);
    let Some(first) = words.first().filter(|t| !t.closes) else {
        return false;
    };
    let object = words.get(1).is_some_and(|n| {
        lexis::is_determiner(&n.lower)
            || matches!(
                n.lower.as_str(),
                "us" | "me" | "them" | "you" | "how" | "why" | "what"
            )
    });
    lexis::plain_verb(&first.lower, form).is_some()
        || object && lexis::verb(&first.lower, form).is_some()
}

/// Index of the verb behind a short subject that is a thing, not a person.
fn thing(words: &[Token<'_>]) -> Option<usize> {
    const THINGS: [&str; 14] = [
        "paper",
        "newsletter",
        "center",
        "chapter",
        "number",
        "power",
        "letter",
        "order",
        "layer",
        "sector",
        "server",
        "career",
        "offer",
        "behaviour",
    ];
    const PERSONS: [&str; 12] = [
        "ceo",
        "cto",
        "cfo",
        "head",
        "lead",
        "chair",
        "president",
        "boss",
        "staff",
        "people",
        "expert",
        "guest",
    ];
    let at =
        (2..words.len().min(5)).find(|&i| lexis::verb(&words[i].lower, Form::Third).is_some())?;
    let head = &words[at - 1];
    let word = head.lower.as_str();
    let person = PERSONS.contains(&word)
        || ["er", "or", "ist", "ee", "ian", "man"]
            .iter()
            .any(|e| word.ends_with(e))
            && !THINGS.contains(&word);
    let plain = words[1..at].iter().all(|t| {
        !t.closes && !lexis::is_preposition(&t.lower) && t.raw.starts_with(char::is_lowercase)
    });
    (plain && !person && finite_at(words, at)).then_some(at)
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
            ("Join us in Oslo this spring", "learn more", Some("")),
            ("We want to write down it all", "discuss the answers", None),
            ("We write books of great length", "stories for all", None),
            ("The author builds on old work", "shows how it helps", None),
            (
                "We will write down every question",
                "discuss the answers",
                None,
            ),
            ("We use tools that improve all", "reduce the cost", None),
        ] {
            assert_eq!(carried(before, rest), want, "{before} and {rest}");
        }
    }
}
