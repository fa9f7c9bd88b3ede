//! Enumerations without a colon: "They must plan, act and learn." as a line that leads in, and
//! items. GOV.UK's style: the lead-in and each item read on as one sentence.

use super::clause::{self, Token, count, finite_at, tokens};
use super::item::{has_object, is_initial, is_odd, is_thing, may_be_adjective, opens_act};
use super::lexis::{self, Form};
use super::subject::is_many;
use crate::rewrite::draft::{Draft, Sentence};

/// Items from which a list pays.
pub(super) const FEWEST: usize = 3;
/// Words of an item at most: of a thing, of an act, and of a question.
const LONGEST: (usize, usize, usize) = (7, 11, 16);

/// Nouns behind which "on" or "about" leads to what they are about.
const TOPICS: &str = "advice chapters discussion discussions guidance insights lessons modules \
    panels questions sessions talk talks tips updates workshops";

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
    /// "how it works", behind a verb.
    Question,
}

/// Prepositions behind which a list starts, whatever stands before them.
const CLEAR: [&str; 5] = ["across", "among", "between", "spanning", "via"];

/// The series that ends `sentence`; none where it is not clear where the first item starts.
pub(super) fn of<'t>(draft: &Draft<'t>, sentence: &Sentence) -> Option<Series<'t>> {
    if draft.is_masked(sentence.line, sentence.span) {
        return None;
    }
    let text = plain(sentence.span.of(draft.text()))?;
    let parts = parted(text)?;
    let commas = text.matches(", ").count();
    // The last two stand in one part where no comma stands before "and".
    let (head, items) = parts.split_at(commas.min(parts.len() - 1));
    let items: Vec<&str> = items.iter().rev().copied().collect();
    let shape = shape_of(items.first()?)?;
    // "Change" may be a noun or a verb.
    let verb = tokens(items.first()?)
        .first()
        .is_some_and(|t| lexis::verb(&t.lower, Form::Base).is_some());
    let acts = (shape == Shape::Thing && verb)
        .then(|| of_shape(text, head, items.clone(), Shape::Act))
        .flatten();
    acts.or_else(|| of_shape(text, head, items, shape))
}

/// The series of `shape` that ends in `items`, last first, behind the parts `head`.
fn of_shape<'t>(
    text: &'t str,
    head: &[&'t str],
    mut items: Vec<&'t str>,
    shape: Shape,
) -> Option<Series<'t>> {
    let mut rest = head;
    // "A, b and c, and d": a comma before the last "and" parts the items.
    let paired = text.contains(", and ");
    // A first item may share its part with the verb: then the part leads in.
    loop {
        let (part, before) = rest.split_last()?;
        if let Some(at) = first_item(part, shape, &items) {
            let first = &part[at..];
            items.push(first);
            let start = before.iter().map(|p| p.len() + 2).sum::<usize>() + at;
            let lead = text[..start].trim_end();
            items.reverse();
            // Three words in a row are read faster in a row.
            let long = items.iter().any(|i| count(i) > 1);
            let fits = items.len() >= FEWEST
                && long
                && items.iter().all(|i| is_item(i, shape, paired))
                && !shares_last(&items, shape)
                && !is_initial(items.last()?)
                && !items.iter().any(|i| is_odd(i))
                && (paired || shape != Shape::Doing || !lead.ends_with(" in"))
                && count(lead) >= 2
                && !lead.starts_with("To ")
                && !clause::leans(lead)
                && clause::closed(lead)
                && items.iter().all(|i| clause::closed(i));
            return fits.then_some(Series { lead, items });
        }
        if !is_item(part, shape, paired) {
            return None;
        }
        items.push(part);
        rest = before;
    }
}

/// The parts of "a, b, and c" or "a, b and c".
pub(super) fn parted(text: &str) -> Option<Vec<&str>> {
    let mut parts: Vec<&str> = text.split(", ").collect();
    let last = parts.pop()?;
    match last.strip_prefix("and ") {
        Some(last) => parts.push(last),
        None => {
            let (a, b) = last.split_once(" and ")?;
            parts.extend([a, b]);
        }
    }
    Some(parts)
}

/// `sentence` without its last mark; none where another mark than a comma stands in it.
pub(super) fn plain(sentence: &str) -> Option<&str> {
    let text = sentence.strip_suffix(['.', '!'])?;
    let odd = |c: char| {
        matches!(
            c,
            '"' | '“' | '”' | ';' | ':' | '?' | '!' | '—' | '–' | '\n' | '/'
        )
    };
    (!text.contains(odd) && !text.contains(" - ")).then_some(text)
}

fn shape_of(item: &str) -> Option<Shape> {
    let first = tokens(item).into_iter().next()?;
    let word = first.lower.as_str();
    if is_question(word) {
        Some(Shape::Question)
    } else if lexis::verb(word, Form::Ing).is_some() {
        Some(Shape::Doing)
    } else if lexis::plain_verb(word, Form::Base).is_some() || has_object(&tokens(item)) {
        Some(Shape::Act)
    } else {
        Some(Shape::Thing)
    }
}

/// Whether `word` opens an indirect question.
fn is_question(word: &str) -> bool {
    matches!(
        word,
        "whether" | "how" | "why" | "what" | "where" | "which" | "who"
    )
}

/// Whether `item` may be one of a series of `shape`; with `paired`, "b and c" may be one.
fn is_item(item: &str, shape: Shape, paired: bool) -> bool {
    let words = tokens(item);
    let Some(first) = words.first() else {
        return false;
    };
    let word = first.lower.as_str();
    let opens = match shape {
        Shape::Act => opens_act(&words),
        Shape::Doing => lexis::verb(word, Form::Ing).is_some(),
        Shape::Thing => is_thing(&words),
        Shape::Question => is_question(word) && words.len() > 2,
    };
    let most = match shape {
        Shape::Thing => LONGEST.0,
        Shape::Act | Shape::Doing => LONGEST.1,
        Shape::Question => LONGEST.2,
    };
    let joined = words.iter().any(|t| {
        let pair = t.lower == "and" && paired;
        !pair && matches!(t.lower.as_str(), "and" | "or" | "but" | "nor" | "then")
    });
    let clausal = (0..words.len()).any(|i| {
        finite_at(&words, i) && i > 0 && shape == Shape::Thing
            || shape == Shape::Thing && clause::is_leaning(&words[i].lower)
            || shape != Shape::Question && lexis::is_nominative(&words[i].lower)
    });
    let joined = joined && shape != Shape::Question;
    opens && words.len() <= most && !joined && !clausal && item.trim().len() == item.len()
}

/// Whether the last of `items`, found behind a mark, may hold what belongs to them all.
pub(super) fn is_shared(items: &[&str]) -> bool {
    let shape = items.last().and_then(|i| shape_of(i));
    let adverb = items.iter().any(|i| {
        tokens(i)
            .first()
            .is_some_and(|t| lexis::is_adverb(&t.lower) || t.lower == "most")
    });
    adverb || shape.is_none_or(|s| shares_last(items, s))
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
    // "Contracts and taxes for small firms": what stands behind "for" may be said of all.
    let behind = |i: &str| {
        tokens(i)
            .iter()
            .any(|t| lexis::is_preposition(&t.lower) && t.lower != "of")
    };
    // "Current privacy, consumer and competition rules"
    let plural = |i: &str| tokens(i).last().is_some_and(|t| is_many(&t.lower));
    let headed = shape == Shape::Thing
        && count(last) > 1
        && plural(last)
        && !others.iter().any(|i| plural(i))
        && others.iter().any(|i| count(i) == 1);
    let trailing = shape == Shape::Thing && behind(last) && !others.iter().any(|i| behind(i));
    trailing
        || headed
        || shape == Shape::Thing && others.first().is_some_and(compound)
        || count(last) > 1
            && match shape {
                Shape::Thing => others.iter().any(adjective),
                Shape::Act | Shape::Doing => others.iter().any(bare_verb),
                Shape::Question => false,
            }
}

/// Whether `items`, found behind a colon, are of one shape: all acts, all doings, or all things.
pub(super) fn are_alike(items: &[&str]) -> bool {
    let Some(shape) = items.last().and_then(|i| shape_of(i)) else {
        return false;
    };
    // "A process led by rules, tools, and people": all three may lead it.
    let behind = |i: &&str| {
        let words = tokens(i);
        words
            .iter()
            .any(|t| lexis::is_preposition(&t.lower) && t.lower != "of")
    };
    let shared = items.first().is_some_and(behind) && !items[1..].iter().any(behind);
    if shared || items.iter().any(|i| is_odd(i)) {
        return false;
    }
    items.iter().all(|i| {
        let words = tokens(i);
        let leads = words
            .first()
            .is_none_or(|t| clause::is_leaning(&t.lower) || lexis::is_preposition(&t.lower));
        !leads && shape_of(i) == Some(shape) && !(0..words.len()).any(|k| finite_at(&words, k))
    })
}

/// Byte of `part` at which the first item starts, where `part` leads in to it.
fn first_item(part: &str, shape: Shape, others: &[&str]) -> Option<usize> {
    let words = tokens(part);
    let starts: Vec<usize> = (1..words.len())
        .filter(|&i| match shape {
            Shape::Thing => leads_to_thing(&words, i) || behind_noun(&words, i, others),
            Shape::Act => {
                opens_act(&words[i..])
                    && (is_auxiliary_of_base(&words[..i]) || is_behind_cause(&words[..i]))
            }
            Shape::Doing => {
                lexis::verb(&words[i].lower, Form::Ing).is_some()
                    && lexis::is_preposition(&words[i - 1].lower)
            }
            Shape::Question => is_question(&words[i].lower) && leads_to_question(&words[i - 1]),
        })
        .collect();
    let start = match shape {
        Shape::Thing => *starts.last()?,
        Shape::Question => *starts.first()?,
        Shape::Act | Shape::Doing => {
            // With two candidates it is not clear which of them the later items share.
            let [start] = starts[..] else { return None };
            start
        }
    };
    let item = &words[start..];
    // "Help teams plan, build and test": what the later verbs belong to cannot be told.
    let causes = shape == Shape::Act
        && matches!(
            item[0].lower.as_str(),
            "help" | "let" | "make" | "have" | "see"
        )
        && item[1..]
            .iter()
            .any(|t| lexis::plain_verb(&t.lower, Form::Base).is_some());
    if causes {
        return None;
    }
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
pub(super) fn place_of(text: &str, n: usize) -> Option<usize> {
    let mut at = 0;
    let starts = text.split(' ').filter_map(|piece| {
        let start = at;
        at += piece.len() + 1;
        piece.contains(char::is_alphanumeric).then_some(start)
    });
    starts.into_iter().nth(n)
}

/// Whether an indirect question may follow `word`.
fn leads_to_question(word: &Token<'_>) -> bool {
    let w = word.lower.as_str();
    let verb = [Form::Base, Form::Third, Form::Past, Form::Ing]
        .into_iter()
        .any(|f| lexis::verb(w, f).is_some());
    !word.closes
        && (verb
            || matches!(
                w,
                "about" | "on" | "into" | "of" | "understand" | "understanding"
            ))
}

/// Whether a list of things may start at word `i` behind a preposition that belongs to a noun:
/// behind "trends like" and "teams across", and behind "a plan for" where no later item has an
/// article that would put it beside the plan.
fn behind_noun(words: &[Token<'_>], i: usize, others: &[&str]) -> bool {
    let before = &words[i - 1];
    let Some(noun) = i.checked_sub(2).map(|k| &words[k]) else {
        return false;
    };
    if before.closes || noun.closes || lexis::is_determiner(&words[i].lower) {
        return false;
    }
    let word = before.lower.as_str();
    if CLEAR.contains(&word) {
        return true;
    }
    if word == "like" {
        return is_many(&noun.lower);
    }
    let open = others.iter().any(|o| {
        tokens(o)
            .first()
            .is_some_and(|t| lexis::is_determiner(&t.lower))
    });
    if !lexis::is_preposition(word) || open {
        return false;
    }
    let phrase = words[..i - 1].iter().rev().take(4);
    let mut phrase = phrase.take_while(|t| {
        !t.closes && !lexis::is_preposition(&t.lower) && !clause::is_leaning(&t.lower)
    });
    phrase.any(|t| {
        matches!(
            t.lower.as_str(),
            "a" | "an" | "the" | "our" | "my" | "your" | "their" | "its" | "this" | "these"
        )
    })
}

/// Whether `before` ends in who is made to do what follows: "it lets the teams". Its "-s" tells that
/// no later verb is its subject's.
fn is_behind_cause(before: &[Token<'_>]) -> bool {
    const LONGEST: usize = 4;
    let cause = before
        .iter()
        .rposition(|t| matches!(t.lower.as_str(), "lets" | "helps"));
    cause.is_some_and(|at| {
        let who = &before[at + 1..];
        let many = who.last().is_some_and(|t| {
            is_many(&t.lower) || matches!(t.lower.as_str(), "you" | "us" | "them" | "me")
        });
        let plain = who.iter().all(|t| {
            !t.closes
                && !lexis::is_preposition(&t.lower)
                && !matches!(t.lower.as_str(), "and" | "to")
        });
        many && plain && who.len() <= LONGEST
    })
}

/// Whether `before` ends in what a verb in its base form stands behind. Behind "that will" the verbs
/// of a series may be of two clauses.
fn is_auxiliary_of_base(before: &[Token<'_>]) -> bool {
    let relative = before
        .len()
        .checked_sub(2)
        .is_some_and(|i| matches!(before[i].lower.as_str(), "that" | "which" | "who"));
    let auxiliary = before.last().is_some_and(|t| {
        matches!(
            t.lower.as_str(),
            "to" | "will" | "can" | "must" | "should" | "could" | "would" | "may" | "might"
        )
    });
    auxiliary && !relative
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
            && is_auxiliary_of_base(&words[..i - 1]);
    let phrasal = lexis::is_preposition(before)
        && second.is_some_and(|w| {
            lexis::verb(w, Form::Participle).is_some()
                || lexis::verb(w, Form::Third).is_some() && !matches!(before, "of" | "for")
                || lexis::verb(w, Form::Ing).is_some()
                || lexis::plain_verb(w, Form::Base).is_some()
                || matches!(w, "filled" | "focused" | "based" | "focusing" | "built")
        });
    let topic = matches!(before, "on" | "about") && second.is_some_and(|w| lexis::is_in(TOPICS, w));
    such || before == "including" || verb || phrasal || topic
}
