//! What may be an item of a list, and what may not.

use super::clause::{self, Token, tokens};
use super::lexis::{self, Form};

/// Whether `item` is none by itself: "both on-", "regulators alike", "followed by two", "plus a
/// plan", or two sentences without a space between.
pub(super) fn is_odd(item: &str) -> bool {
    let words = tokens(item);
    let first = words.first().map_or("", |t| t.lower.as_str());
    let done = words
        .get(1)
        .is_some_and(|t| lexis::is_preposition(&t.lower))
        && (lexis::verb(first, Form::Participle).is_some()
            || first.len() > 4 && first.ends_with("ed"));
    let last = item.rsplit(' ').next().unwrap_or_default();
    let two = item.match_indices('.').any(|(i, _)| {
        item[..i].ends_with(char::is_lowercase)
            && item[i + 1..].trim_start().starts_with(char::is_uppercase)
    });
    matches!(first, "both" | "plus" | "either" | "neither" | "and" | "or")
        || words.len() < 3 && matches!(first, "more" | "others" | "etc")
        || matches!(last, "alike" | "together" | "combined")
        || last.ends_with('-')
        || done
        || two
}

/// Whether `item` ends in one letter: a name that the end of the sentence cuts.
pub(super) fn is_initial(item: &str) -> bool {
    let last = item.rsplit(' ').next().unwrap_or_default();
    last.chars().count() == 1 && last.chars().all(char::is_uppercase)
}

/// Whether a single word is no noun as far as its ending tells: "clear", "practical".
pub(super) fn may_be_adjective(word: &str) -> bool {
    const NOUNS: [&str; 18] = [
        "ty", "ion", "ment", "ness", "nce", "ncy", "ism", "ship", "s", "ing", "th", "gy", "er",
        "or", "acy", "ure", "age", "ust",
    ];
    let noun = NOUNS.iter().any(|e| word.ends_with(e))
        && !word.ends_with("ous")
        && !word.ends_with("less");
    !noun
}

/// Whether `words` may be a thing: they open with no verb and no word that leads elsewhere.
pub(super) fn is_thing(words: &[Token<'_>]) -> bool {
    let Some(first) = words.first() else {
        return false;
    };
    let word = first.lower.as_str();
    let leads = lexis::is_preposition(word)
        || clause::is_leaning(word)
        || lexis::is_nominative(word)
        || matches!(
            word,
            "to" | "not" | "then" | "but" | "or" | "so" | "also" | "even"
        );
    let acts = lexis::plain_verb(word, Form::Base).is_some()
        || lexis::plain_verb(word, Form::Third).is_some()
        || lexis::verb(word, Form::Ing).is_some() && !clause::is_ing_noun(word)
        || lexis::verb(word, Form::Third).is_some()
            && words
                .get(1)
                .is_some_and(|t| matches!(t.lower.as_str(), "at" | "into" | "to" | "the"));
    let rest = words.len() == 1 && matches!(word, "more" | "others");
    let purpose = words
        .windows(2)
        .any(|w| w[0].lower == "to" && lexis::verb(&w[1].lower, Form::Base).is_some());
    !(leads || acts || rest || purpose || has_object(words))
}

/// Whether `words` open with a verb and its object, though the verb may be a noun elsewhere:
/// "scale our plans", "speed up growth".
pub(super) fn has_object(words: &[Token<'_>]) -> bool {
    let [verb, object, ..] = words else {
        return false;
    };
    !verb.closes
        && [Form::Base, Form::Past]
            .into_iter()
            .any(|f| lexis::verb(&verb.lower, f).is_some())
        && (lexis::is_determiner(&object.lower)
            || matches!(
                object.lower.as_str(),
                "up" | "out" | "down" | "us" | "them" | "it"
            ))
}

/// Whether `words` open with a verb in its base form: "plan ahead", "better understand it".
pub(super) fn opens_act(words: &[Token<'_>]) -> bool {
    let adverb = words
        .first()
        .is_some_and(|t| matches!(t.lower.as_str(), "better" | "easily" | "quickly"));
    words
        .get(usize::from(adverb))
        .is_some_and(|t| lexis::verb(&t.lower, Form::Base).is_some())
}

#[cfg(test)]
mod tests {
    use super::is_odd;

    #[test]
    fn parts_that_need_others_are_no_items() {
        for odd in [
            "both on-",
            "and more",
            "more",
            "regulators alike",
            "followed by two",
            "plus a plan",
            "hosted with the firm",
            "a loyal audience.Read it",
            "Esq. Ann Lee",
        ] {
            assert!(is_odd(odd), "{odd}");
        }
        for item in [
            "a plan",
            "need for change",
            "4.5 of them",
            "meetings in Oslo",
            "A.I. tools",
        ] {
            assert!(!is_odd(item), "{item}");
        }
    }
}
