//! Enumerations that open a sentence: "Care, time and good tools make it work." as "These make it
//! work:" and items.

use super::clause::{self, Token, count, tokens};
use super::lexis::{self, Form};
use super::{item, series, subject};
use crate::rewrite::draft::{Draft, Sentence};

/// Words of an item at most, and of what is said of them.
const LONGEST: (usize, usize) = (6, 22);

/// Words of what stands before a subject: connectives and times.
const FRONTS: &str = "additionally again anyway besides consequently finally first furthermore \
    hence however indeed last later meanwhile month moreover next now overall quarter recently second \
    second so spring summer autumn fall winter still then therefore third thus today together tomorrow \
    week year yesterday";

/// A sentence whose subject is an enumeration.
pub(super) struct Opening<'t> {
    /// What is said of the items, from its verb on, without a mark behind it.
    pub predicate: &'t str,
    pub items: Vec<&'t str>,
}

/// The enumeration that opens `sentence`; none where an item could be a name, or where it is not
/// clear that the verb belongs to them all.
pub(super) fn of<'t>(draft: &Draft<'t>, sentence: &Sentence) -> Option<Opening<'t>> {
    if draft.is_masked(sentence.line, sentence.span) {
        return None;
    }
    let text = series::plain(sentence.span.of(draft.text()))?;
    let mut parts = series::parted(text)?;
    let last = parts.pop()?;
    let words = tokens(last);
    let verb = (1..words.len().min(LONGEST.0 + 1)).find(|&i| is_verb_of_many(&words, i))?;
    // "Recovery now sits": the adverb goes with the verb.
    let adverbs = words[1..verb].iter().rev();
    let adverbs = adverbs.take_while(|t| lexis::is_adverb(&t.lower)).count();
    let at = series::place_of(last, verb - adverbs)?;
    let (item, predicate) = (last[..at].trim_end(), &last[at..]);
    parts.push(item);
    let said = count(predicate);
    // "Privacy, product and safety rules": what the last word belongs to cannot be told.
    let head = |p: &&str| tokens(p).last().is_some_and(|t| subject::is_many(&t.lower));
    let shared = head(&item) && count(item) > 1 && parts.iter().filter(|p| head(p)).count() == 1
        || count(item) > 1 && parts.iter().any(|p| count(p) == 1);
    let fits = parts.len() >= series::FEWEST
        && !shared
        && parts.iter().enumerate().all(|(i, p)| is_subject(p, i == 0))
        && (3..=LONGEST.1).contains(&said)
        && !clause::is_leaning(&words[0].lower)
        && clause::closed(predicate);
    fits.then_some(Opening {
        predicate,
        items: parts,
    })
}

/// Whether word `i` is the verb of several things.
fn is_verb_of_many(words: &[Token<'_>], i: usize) -> bool {
    let word = words[i].lower.as_str();
    let before = &words[i - 1];
    if before.closes || words[i].closes || before.lower == "to" {
        return false;
    }
    let past = lexis::plain_verb(word, Form::Past).is_some()
        && words
            .get(i + 1)
            .is_some_and(|n| lexis::is_determiner(&n.lower));
    matches!(
        word,
        "are" | "were" | "have" | "can" | "will" | "could" | "should" | "must" | "may" | "might"
    ) || lexis::plain_verb(word, Form::Base).is_some()
        || past
}

/// Whether `item` may be one of several subjects; the first stands where any word has a capital.
fn is_subject(item: &str, first: bool) -> bool {
    let words = tokens(item);
    // "However, the team and the board", "last year, the team and the board"
    let fronted = first
        && words.iter().any(|t| {
            lexis::is_adverb(&t.lower) || lexis::is_in(FRONTS, &t.lower) || t.lower.ends_with("day")
        });
    if fronted {
        return false;
    }
    let named = words.iter().skip(usize::from(first)).any(|t| {
        let mut chars = t.raw.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase)
    });
    let odd = words.iter().enumerate().any(|(i, t)| {
        clause::is_leaning(&t.lower)
            || lexis::is_nominative(&t.lower)
            || matches!(
                t.lower.as_str(),
                "and" | "or" | "but" | "to" | "not" | "you" | "it"
            )
            || clause::finite_at(&words, i)
    });
    !named && !odd && words.len() <= LONGEST.0 && item::is_thing(&words)
}

#[cfg(test)]
mod tests {
    use crate::rewrite::operators::Operator;
    use crate::rewrite::operators::tests_by_goal::at_grade;

    fn listed(text: &str) -> String {
        at_grade(Operator::List, -9.0, text)
    }

    #[test]
    fn a_subject_of_several_things_becomes_items() {
        for (text, want) in [
            (
                "Clear notes, short meetings and good tools make our work easier.",
                "These make our work easier:\n- Clear notes\n- Short meetings\n- Good tools",
            ),
            (
                "Clear notes, short talks, and plain tools now carry the work of the team.",
                "These now carry the work of the team:\n- Clear notes\n- Short talks\n- Plain tools",
            ),
            (
                "Deep work, early drafts and honest feedback have become our habit of choice.",
                "These have become our habit of choice:\n- Deep work\n- Early drafts\n- Honest feedback",
            ),
        ] {
            assert_eq!(listed(text), want);
            assert_eq!(listed(want), want);
        }
    }

    #[test]
    fn what_may_be_shared_or_named_stays() {
        for text in [
            "Privacy, product and safety rules have become our habit of choice.",
            "Ann Lee, Bob Ray and Cy Doe have become our habit of choice.",
            "Deep work, early drafts and honest feedback has become our habit of choice.",
        ] {
            assert_eq!(listed(text), text);
        }
    }
}
