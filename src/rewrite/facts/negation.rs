//! Negations and what they govern, so that a "not" that goes, comes or moves is seen.

use super::lexicon::{self, List};
use super::reading::{Gap, Reading, Word};
use crate::post::Span;

/// How a negation denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Denial {
    Not,
    Never,
    No,
    Without,
    Hardly,
    Rarely,
    Fail,
}

/// A negation.
#[derive(Debug, Clone)]
pub(super) struct Negation {
    pub denial: Denial,
    /// The word it denies; the one before it where none follows.
    pub governs: String,
    /// Content words before it and behind what it governs.
    pub context: Vec<String>,
    /// Bytes of the negating word in the reading's text.
    pub span: Span,
}

impl Negation {
    /// One line that names it.
    pub fn key(&self) -> String {
        format!("{:?} {}", self.denial, self.governs)
    }
}

/// Words at most between a negation and what it governs.
const REACH: usize = 6;

/// Phrases that hold a negating word and deny nothing, or are read as a bound of a number.
const IDIOMS: [&str; 12] = [
    "no later than",
    "not later than",
    "no more than",
    "not more than",
    "no less than",
    "not less than",
    "no fewer than",
    "no matter",
    "no doubt",
    "not least",
    "not to mention",
    "last but not",
];

pub(super) fn find(reading: &Reading) -> Vec<Negation> {
    let words = &reading.words;
    let mut out = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let Some(denial) = denial(reading, i, word) else {
            continue;
        };
        if is_idiom(reading, i) {
            continue;
        }
        let before = content_before(reading, i);
        let behind = content_behind(reading, i);
        let governs = behind.map(|b| words[b].base().to_owned());
        let object = behind.and_then(|b| content_behind(reading, b));
        let context = before
            .into_iter()
            .chain(object)
            .map(|c| words[c].base().to_owned())
            .collect();
        let fallback = || {
            let subject = before.or_else(|| clause_start(reading, i));
            subject.map_or_else(String::new, |b| format!("< {}", words[b].base()))
        };
        out.push(Negation {
            denial,
            governs: governs.unwrap_or_else(fallback),
            context,
            span: word.span,
        });
    }
    out
}

fn denial(reading: &Reading, i: usize, word: &Word) -> Option<Denial> {
    let lower = word.lower.as_str();
    if lower.ends_with("n't") || lexicon::is(List::Not, lower) {
        return Some(Denial::Not);
    }
    let to_follows = || reading.next(i).is_some_and(|w| w.lower == "to");
    [
        (List::Never, Denial::Never),
        (List::No, Denial::No),
        (List::Without, Denial::Without),
        (List::Hardly, Denial::Hardly),
        (List::Rarely, Denial::Rarely),
    ]
    .into_iter()
    .find(|(list, _)| lexicon::is(*list, lower))
    .map(|(_, d)| d)
    .or_else(|| {
        let lacks = lower.starts_with("lack");
        let yet_to = lower == "yet" && to_follows();
        (yet_to || lexicon::is(List::Fail, lower) && (lacks || to_follows()))
            .then_some(Denial::Fail)
    })
}

fn is_idiom(reading: &Reading, i: usize) -> bool {
    let at = |from: usize, phrase: &str| {
        phrase.split(' ').enumerate().all(|(k, w)| {
            let same_run = k == 0
                || reading
                    .words
                    .get(from + k)
                    .is_some_and(|w| w.gap == Gap::Space);
            same_run && reading.words.get(from + k).is_some_and(|x| x.lower == w)
        })
    };
    IDIOMS.iter().any(|p| {
        let offset = p
            .split(' ')
            .position(|w| matches!(w, "no" | "not"))
            .unwrap_or(0);
        i >= offset && at(i - offset, p)
    })
}

fn is_content(word: &Word) -> bool {
    !lexicon::is(List::Skip, &word.lower)
        && !lexicon::is(List::Stop, &word.lower)
        && !is_auxiliary(&word.lower)
}

fn is_auxiliary(lower: &str) -> bool {
    lower.ends_with("n't")
        || [List::Not, List::Never, List::No]
            .iter()
            .any(|l| lexicon::is(*l, lower))
        || matches!(lower, "am" | "shall" | "ought" | "longer")
}

/// The next content word of the clause behind word `i`; else the next word that may be one.
fn content_behind(reading: &Reading, i: usize) -> Option<usize> {
    let run = |k: &usize| reading.words.get(*k).is_some_and(|w| w.gap == Gap::Space);
    let reach = || (i + 1..=i + REACH).take_while(run);
    reach()
        .find(|k| is_content(&reading.words[*k]))
        .or_else(|| reach().find(|k| !lexicon::is(List::Skip, &reading.words[*k].lower)))
}

/// The first word of the clause that word `i` stands in, unless that is word `i`.
fn clause_start(reading: &Reading, i: usize) -> Option<usize> {
    let run = |k: &usize| reading.words[*k].gap == Gap::Space;
    let back = (1..=i).rev().take(REACH).take_while(run).last();
    back.map(|k| k - 1)
}

/// The last content word of the clause before word `i`.
fn content_before(reading: &Reading, i: usize) -> Option<usize> {
    let mut at = i;
    while at > 0 && i - at < REACH && reading.words[at].gap == Gap::Space {
        at -= 1;
        if is_content(&reading.words[at]) {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        find(&Reading::new(text))
            .iter()
            .map(Negation::key)
            .collect()
    }

    #[test]
    fn what_is_denied() {
        assert_eq!(keys("We did not really sell the data."), ["Not sell"]);
        assert_eq!(
            keys("I can’t go, never will, and have no money."),
            ["Not go", "Never will", "No money"]
        );
        assert_eq!(
            keys("It is not able to scale; it cannot scale."),
            ["Not scale", "Not scale"]
        );
        assert_eq!(
            keys("We failed to ship. We failed. I lack time."),
            ["Fail ship", "Fail time"]
        );
        assert_eq!(keys("Did they? They did not."), ["Not < they"]);
    }

    #[test]
    fn idioms_deny_nothing() {
        assert_eq!(
            keys("No later than Friday, no matter what, no more than 5."),
            Vec::<String>::new()
        );
        assert_eq!(keys("Last but not least, Ann."), Vec::<String>::new());
    }
}
