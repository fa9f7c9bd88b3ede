//! What came of a clause, told by a participle: ", making it easy".

use super::boundary::{Place, last_part};
use super::clause::{self, Tense, has_verb, tokens};
use super::doings::Doings;
use super::lexis::{self, Form};
use super::split::Cut;

/// Verbs whose participle, behind a comma, says what came of the clause before: "…, making it
/// easy". "This makes it easy" says the same.
const RESULTS: &str = "accelerating adding addressing advancing affirming allowing amplifying attracting avoiding \
    balancing boosting bridging bringing broadening building causing cementing closing \
    complicating confirming connecting contributing creating cutting deepening delivering \
    demanding demonstrating disrupting driving earning easing elevating eliminating empowering \
    enabling encouraging ending enhancing ensuring equipping eroding expanding exposing \
    extending forcing fostering freeing fueling generating giving heightening helping \
    highlighting hindering improving increasing indicating inspiring intensifying inviting \
    keeping leaving letting lifting limiting lowering magnifying making marking maximizing \
    meaning minimizing necessitating negating offsetting opening optimizing outpacing paving \
    posing preserving preventing promoting prompting propelling protecting providing proving \
    pulling pushing putting raising reaching redefining redirecting reducing reshaping reflecting \
    reinforcing removing replacing restoring revealing saving securing setting shaping showing \
    signaling simplifying slowing solidifying sparking speeding streamlining strengthening \
    supporting sustaining threatening tightening transforming triggering turning underlining \
    undermining underscoring unifying uniting unleashing unlocking validating widening worsening";

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

/// ", making it easy" as "This makes it easy", in the tense of the clause before.
pub(super) fn result(place: &Place, at: usize, before: &str, rest: &str) -> Option<Cut> {
    let mut words = tokens(rest).into_iter();
    let mut verb = words.next()?;
    let mut adverb = String::new();
    if BEFORE_RESULT.contains(&verb.lower.as_str()) {
        if !matches!(verb.lower.as_str(), "thereby" | "thus") {
            adverb = format!("{} ", verb.lower);
        }
        verb = words.next()?;
    }
    // "Making up a third of them" tells of them.
    let up = tokens(rest).get(1).is_some_and(|t| t.lower == "up");
    let came_of_it = lexis::is_in(RESULTS, &verb.lower) && !up;
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
    let behind = tokens(rest);
    let more = behind.iter().enumerate().any(|(i, t)| {
        let joins = matches!(t.lower.as_str(), "and" | "or") || t.closes;
        joins
            && behind[i + 1..]
                .iter()
                .take(2)
                .any(|n| clause::is_doing(&n.lower))
    });
    // "Ray is an adviser, helping firms": no event of which anything came.
    // "The day was a success, giving us time" is about no person.
    let event = tokens(main)
        .first()
        .is_some_and(|t| matches!(t.lower.as_str(), "the" | "this" | "it" | "our"));
    let states = !event
        && tokens(main).windows(2).any(|w| {
            matches!(w[0].lower.as_str(), "is" | "was" | "are" | "were")
                && matches!(w[1].lower.as_str(), "a" | "an" | "the")
        });
    let one_of_many = tokens(main).windows(2).any(|w| {
        clause::is_doing(&w[1].lower)
            && (w[0].closes || lexis::is_preposition(&w[0].lower) || w[0].lower == "and")
    });
    let shared = rest.contains([';', ':', '—']) || rest.contains(" – ");
    // "She leads Acme, the largest of all, making tools": it is Acme that makes them.
    let last = last_part(main);
    let apposed = last.len() < main.len()
        && ["a ", "an ", "the ", "our ", "one "]
            .iter()
            .any(|w| last.starts_with(w))
        && !has_verb(last);
    if apposed || states || one_of_many || shared || !has_verb(main) || clause::is_order(main) {
        return None;
    }
    let (form, second): (_, fn(&lexis::Verb) -> &'static str) = match clause::tense(main)? {
        Tense::Present => (known.third.to_owned(), |v| v.third),
        Tense::Past => (known.past.to_owned(), |v| v.past),
        Tense::Modal(modal) => (format!("{modal} {}", known.base), |v| v.base),
    };
    if more {
        let two = Doings::of(rest).filter(|_| adverb.is_empty())?;
        let opening = format!("This {form}");
        return Some(two.cut(place, at, rest, &opening, second(two.second)));
    }
    let at_verb = place.text.len() - rest.len() + rest.find(verb.raw)?;
    let tail = place.text[at_verb + verb.raw.len()..].trim_start();
    Some(place.cut(at, tail, &format!("This {adverb}{form}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_result_is_a_verb_that_is_known() {
        for word in RESULTS.split_whitespace() {
            assert!(lexis::verb(word, Form::Ing).is_some(), "{word}");
        }
    }
}
