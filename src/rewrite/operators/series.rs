//! Enumerations without a colon: "They must plan, act and learn." as a line that leads in, and
//! items. GOV.UK's style: the lead-in and each item read on as one sentence.

use super::clause::{self, Token, count, finite_at, tokens};
use super::lexis::{self, Form};
use crate::rewrite::draft::{Draft, Sentence};

/// Items from which a list pays.
const FEWEST: usize = 3;
/// Words of an item at most: of a thing, and of an act.
const LONGEST: (usize, usize) = (7, 11);

/// A sentence taken apart.
pub(super) struct Series<'t> {
    /// What leads in, without a mark behind it.
    pub lead: &'t str,
    pub items: Vec<&'t str>,
}

/// What the items are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// "data centres"
    Thing,
    /// "plan ahead", behind "to" or "must".
    Act,
    /// "planning ahead", behind a preposition.
    Doing,
}

/// The series that ends `sentence`; none where it is not clear where the first item starts.
pub(super) fn of<'t>(draft: &Draft<'t>, sentence: &Sentence) -> Option<Series<'t>> {
    if draft.is_masked(sentence.line, sentence.span) {
        return None;
    }
    let text = sentence.span.of(draft.text()).strip_suffix('.')?;
    let odd = |c: char| {
        matches!(
            c,
            '"' | '“' | '”' | '(' | ')' | ';' | ':' | '?' | '!' | '—' | '–' | '\n' | '/'
        )
    };
    if text.contains(odd) || text.contains(" - ") {
        return None;
    }
    let parts: Vec<&str> = text.split(", ").collect();
    let (last, head) = parts.split_last()?;
    let mut items: Vec<&str> = match last.strip_prefix("and ") {
        Some(last) => vec![last],
        None => {
            let (a, b) = last.split_once(" and ")?;
            vec![b, a]
        }
    };
    let shape = shape_of(items.first()?)?;
    let mut rest = head;
    // A first item may share its part with the verb: then the part leads in.
    loop {
        let (part, before) = rest.split_last()?;
        if let Some(at) = first_item(part, shape) {
            let first = &part[at..];
            items.push(first);
            let start = before.iter().map(|p| p.len() + 2).sum::<usize>() + at;
            let lead = text[..start].trim_end();
            items.reverse();
            let fits = items.len() >= FEWEST
                && items.iter().all(|i| is_item(i, shape))
                && !shares_last(&items, shape)
                && !is_initial(items.last()?)
                && count(lead) >= 2
                && !lead.starts_with("To ")
                && !clause::leans(lead)
                && clause::closed(lead);
            return fits.then_some(Series { lead, items });
        }
        if !is_item(part, shape) {
            return None;
        }
        items.push(part);
        rest = before;
    }
}

fn shape_of(item: &str) -> Option<Shape> {
    let first = tokens(item).into_iter().next()?;
    let word = first.lower.as_str();
    if lexis::verb(word, Form::Ing).is_some() {
        Some(Shape::Doing)
    } else if lexis::plain_verb(word, Form::Base).is_some() {
        Some(Shape::Act)
    } else {
        Some(Shape::Thing)
    }
}

fn is_item(item: &str, shape: Shape) -> bool {
    let words = tokens(item);
    let Some(first) = words.first() else {
        return false;
    };
    let word = first.lower.as_str();
    let opens = match shape {
        Shape::Act => lexis::verb(word, Form::Base).is_some(),
        Shape::Doing => lexis::verb(word, Form::Ing).is_some(),
        Shape::Thing => opens_thing(&words),
    };
    let most = if shape == Shape::Thing {
        LONGEST.0
    } else {
        LONGEST.1
    };
    let joined = words
        .iter()
        .any(|t| matches!(t.lower.as_str(), "and" | "or" | "but" | "nor" | "then"));
    let clausal = (0..words.len()).any(|i| {
        finite_at(&words, i) && i > 0 && shape == Shape::Thing
            || shape == Shape::Thing && clause::is_leaning(&words[i].lower)
            || lexis::is_nominative(&words[i].lower)
    });
    opens && words.len() <= most && !joined && !clausal && item.trim().len() == item.len()
}

/// Whether the last item may hold what belongs to them all: "clear, practical, and good paths",
/// "to find, train and keep staff".
fn shares_last(items: &[&str], shape: Shape) -> bool {
    let Some((last, others)) = items.split_last() else {
        return false;
    };
    let adjective = |i: &&str| {
        let words = tokens(i);
        let one = matches!(&words[..], [one] if may_be_adjective(&one.lower));
        one || words.last().is_some_and(|w| {
            ["ed", "al", "ive", "led", "able", "ful", "ous"]
                .iter()
                .any(|e| w.lower.ends_with(e))
        })
    };
    // "Account-based" has its noun further on.
    let compound = |i: &&str| tokens(i).last().is_some_and(|w| w.lower.contains('-'));
    let bare_verb = |i: &&str| {
        tokens(i)
            .last()
            .is_none_or(|w| lexis::plain_verb(&w.lower, Form::Base).is_some())
            || count(i) == 1
    };
    shape == Shape::Thing && others.first().is_some_and(compound)
        || count(last) > 1
            && match shape {
                Shape::Thing => others.iter().any(adjective),
                Shape::Act | Shape::Doing => others.iter().any(bare_verb),
            }
}

/// Whether `item` ends in one letter: a name that the end of the sentence cuts.
pub(super) fn is_initial(item: &str) -> bool {
    let last = item.rsplit(' ').next().unwrap_or_default();
    last.chars().count() == 1 && last.chars().all(char::is_uppercase)
}

/// Whether `items`, found behind a colon, are of one shape: all acts, all doings, or all things.
pub(super) fn are_alike(items: &[&str]) -> bool {
    let Some(shape) = items.last().and_then(|i| shape_of(i)) else {
        return false;
    };
    items.iter().all(|i| {
        let words = tokens(i);
        let leads = words
            .first()
            .is_none_or(|t| clause::is_leaning(&t.lower) || lexis::is_preposition(&t.lower));
        !leads && shape_of(i) == Some(shape) && !(0..words.len()).any(|k| finite_at(&words, k))
    })
}

/// Whether a single word is no noun as far as its ending tells: "clear", "practical".
fn may_be_adjective(word: &str) -> bool {
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
fn opens_thing(words: &[Token<'_>]) -> bool {
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
        || lexis::verb(word, Form::Ing).is_some();
    let rest = words.len() == 1 && matches!(word, "more" | "others");
    let purpose = words
        .windows(2)
        .any(|w| w[0].lower == "to" && lexis::verb(&w[1].lower, Form::Base).is_some());
    !(leads || acts || rest || purpose)
}

/// Byte of `part` at which the first item starts, where `part` leads in to it.
fn first_item(part: &str, shape: Shape) -> Option<usize> {
    let words = tokens(part);
    let starts: Vec<usize> = (1..words.len())
        .filter(|&i| match shape {
            Shape::Thing => leads_to_thing(&words, i),
            Shape::Act => {
                lexis::verb(&words[i].lower, Form::Base).is_some()
                    && is_auxiliary_of_base(&words[i - 1].lower)
            }
            Shape::Doing => {
                lexis::verb(&words[i].lower, Form::Ing).is_some()
                    && lexis::is_preposition(&words[i - 1].lower)
            }
        })
        .collect();
    let start = match shape {
        Shape::Thing => *starts.last()?,
        Shape::Act | Shape::Doing => {
            // With two candidates it is not clear which of them the later items share.
            let [start] = starts[..] else { return None };
            start
        }
    };
    let item = &words[start..];
    let nested = shape == Shape::Thing
        && item.iter().any(|t| {
            lexis::is_preposition(&t.lower)
                || matches!(t.lower.as_str(), "to" | "like" | "as" | "than")
        });
    if nested {
        return None;
    }
    place_of(part, start)
}

/// Byte of `text` at which its word `n` starts.
fn place_of(text: &str, n: usize) -> Option<usize> {
    let mut at = 0;
    let starts = text.split(' ').filter_map(|piece| {
        let start = at;
        at += piece.len() + 1;
        piece.contains(char::is_alphanumeric).then_some(start)
    });
    starts.into_iter().nth(n)
}

fn is_auxiliary_of_base(word: &str) -> bool {
    matches!(
        word,
        "to" | "will" | "can" | "must" | "should" | "could" | "would" | "may" | "might"
    )
}

/// Whether a list of things may start at word `i`: behind "such as", "including", the verb of the
/// clause, or a preposition that belongs to a verb.
fn leads_to_thing(words: &[Token<'_>], i: usize) -> bool {
    let before = words[i - 1].lower.as_str();
    if words[i - 1].closes {
        return false;
    }
    let second = i.checked_sub(2).map(|k| words[k].lower.as_str());
    let such = before == "as" && second == Some("such");
    // Behind these a second object may follow: "makes it simple, fast and safe".
    let two_objects = [Form::Base, Form::Third, Form::Past].into_iter().any(|f| {
        lexis::verb(before, f).is_some_and(|v| {
            matches!(
                v.base,
                "make"
                    | "keep"
                    | "find"
                    | "consider"
                    | "call"
                    | "let"
                    | "give"
                    | "help"
                    | "see"
                    | "get"
                    | "feel"
                    | "seem"
                    | "stay"
                    | "remain"
                    | "become"
                    | "play"
                    | "tell"
                    | "ask"
            )
        })
    });
    let verb = i >= 2
        && !two_objects
        && finite_at(words, i - 1)
        && !lexis::is_auxiliary(before)
        && !matches!(
            words[i].lower.as_str(),
            "to" | "that" | "how" | "what" | "us" | "me" | "you"
        )
        || i >= 2
            && lexis::verb(before, Form::Base).is_some()
            && !two_objects
            && second.is_some_and(is_auxiliary_of_base);
    let phrasal = lexis::is_preposition(before)
        && second.is_some_and(|w| {
            lexis::verb(w, Form::Participle).is_some()
                || lexis::verb(w, Form::Ing).is_some()
                || lexis::plain_verb(w, Form::Base).is_some()
                || matches!(w, "filled" | "focused" | "based" | "focusing" | "built")
        });
    such || before == "including" || verb || phrasal
}
