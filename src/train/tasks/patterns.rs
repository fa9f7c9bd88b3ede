//! Sentences that tweets and reviews have too few of, about negation and with an emoji that alone
//! carries the mood: written here, put together from patterns, the same ones for the same seed.

use rand::rngs::ChaCha8Rng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use crate::train::datasets::Rated;

/// Sentences a class.
const EACH: [usize; 3] = [450, 300, 500];

/// Patterns: `{thing}`, `{good}` and so on stand for a word of the list of that name.
const NEGATIVE: &[&str] = &[
    "{thing} {is} not {good}{end}",
    "{thing} {isnt} {good}{end}",
    "{thing} {isnt} really {good}",
    "Not a {good} {outcome}{end}",
    "{thing} {is} far from {good}",
    "{thing} {is} anything but {good}",
    "{thing} {didnt} {help}{end}",
    "{thing} never {helps}",
    "There was nothing {good} about {thing}",
    "Nobody on the team {enjoyed} {thing}",
    "I {cant} recommend {thing}",
    "I {wouldnt} do that again{end}",
    "{thing} {is} not worth {price}",
    "No {courtesy} from anyone at {thing}",
    "We {didnt} expect {thing} to be this {bad}",
    "{thing} {isnt} what we were promised",
    "I {dont} think {thing} {is} {good}",
    "{thing} {is} {bad} and nobody cares",
    "Neither {good} nor {good}",
    "It could have been {good}, but it {isnt}",
    "{statement} {sad}",
    "{statement} {sad}{sad}",
    "{sad} {statement}",
    "{sad}",
];
const NEUTRAL: &[&str] = &[
    "{thing} {is} not on {day}",
    "{thing} {doesnt} include {extra}",
    "I {didnt} attend {thing}",
    "We {dont} meet on {day}",
    "I {havent} seen {thing} yet",
    "You {dont} need {extra} for {thing}",
    "{thing} {is} no longer on the second floor",
    "Nothing has changed about {thing} since {day}",
    "No date has been set for {thing}",
    "The form {isnt} due before {day}",
    "{statement}",
    "{statement}",
    "{statement} {plain}",
    "{plain} {statement}",
];
const POSITIVE: &[&str] = &[
    "{thing} {is} not {bad}{end}",
    "{thing} {isnt} {bad}{end}",
    "Not {bad}{end}",
    "Not a {bad} {outcome}{end}",
    "{thing} {is} not too {bad}",
    "{thing} {is} far from {bad}",
    "{thing} {is} anything but {bad}",
    "No {trouble} with {thing}{end}",
    "No problem, {happy} to help",
    "No problem{end}",
    "No worries, {thing} {is} {good}",
    "I {cant} complain about {thing}",
    "{cant} complain{end}",
    "I {couldnt} be {happier}",
    "I {couldnt} have asked for a {better} {person}",
    "I {cant} recommend {thing} enough",
    "{thing} {didnt} {fail}{end}",
    "{thing} never {fails}",
    "We {didnt} lose a single {item}",
    "Nothing {broke}{end}",
    "{thing} never gets {old}",
    "I {dont} regret {thing} for a second",
    "There is nothing {bad} about {thing}",
    "{statement} {glad}",
    "{statement} {glad}{glad}",
    "{glad} {statement}",
    "{glad}",
];

const SLOTS: &[(&str, &[&str])] = &[
    (
        "thing",
        &[
            "the launch",
            "our migration",
            "this book",
            "the interview",
            "the new office",
            "my onboarding",
            "the conference",
            "the support desk",
            "the update",
            "our pilot",
            "the negotiation",
            "her keynote",
            "the handover",
            "this course",
            "the contract",
            "the pitch",
            "our sprint",
            "the documentation",
            "the offer",
            "the hiring process",
            "this feature",
            "the panel",
            "our first hire",
            "the budget",
        ],
    ),
    (
        "good",
        &[
            "good",
            "great",
            "useful",
            "clear",
            "inspiring",
            "fair",
            "helpful",
            "exciting",
            "reliable",
            "pleasant",
            "convincing",
            "honest",
            "impressive",
            "smooth",
            "enjoyable",
        ],
    ),
    (
        "bad",
        &[
            "bad",
            "terrible",
            "boring",
            "painful",
            "awful",
            "slow",
            "confusing",
            "stressful",
            "disappointing",
            "frustrating",
            "messy",
            "hard",
            "unpleasant",
            "useless",
        ],
    ),
    (
        "outcome",
        &[
            "start",
            "result",
            "year",
            "idea",
            "day",
            "deal",
            "plan",
            "experience",
        ],
    ),
    (
        "help",
        &[
            "help",
            "work",
            "deliver",
            "convince me",
            "meet the deadline",
            "improve anything",
        ],
    ),
    (
        "helps",
        &["helps", "works", "delivers", "arrives on time", "listens"],
    ),
    (
        "enjoyed",
        &["enjoyed", "liked", "understood", "wanted", "trusted"],
    ),
    ("price", &["it", "the time", "the money", "the effort"]),
    (
        "courtesy",
        &["answer", "respect", "apology", "help", "thanks"],
    ),
    (
        "trouble",
        &[
            "problems",
            "issues",
            "trouble",
            "complaints",
            "bugs",
            "surprises",
        ],
    ),
    ("happy", &["happy", "glad", "always happy"]),
    (
        "happier",
        &["happier", "prouder", "more grateful", "more excited"],
    ),
    ("better", &["better", "kinder", "smarter", "more patient"]),
    (
        "person",
        &["mentor", "team", "manager", "client", "colleague"],
    ),
    (
        "fail",
        &[
            "fail",
            "crash",
            "disappoint",
            "let us down",
            "break",
            "go wrong",
        ],
    ),
    (
        "fails",
        &["fails", "disappoints", "crashes", "lets us down"],
    ),
    ("item", &["customer", "order", "file", "day", "message"]),
    ("broke", &["broke", "failed", "was lost", "went wrong"]),
    ("old", &["old", "boring", "dull"]),
    (
        "day",
        &["Monday", "Thursday", "the twelfth", "June 3", "Friday"],
    ),
    (
        "extra",
        &[
            "lunch",
            "a recording",
            "a badge",
            "travel",
            "a login",
            "slides",
        ],
    ),
    (
        "statement",
        &[
            "we moved the meeting to Thursday",
            "the report is out",
            "day three at the new desk",
            "they called about the application",
            "the numbers for the quarter are in",
            "back from the customer visit",
            "I read the feedback",
            "the train to the fair left at nine",
            "our team has a new name",
            "this is what the backlog looks like",
            "the board met yesterday",
            "two colleagues change departments",
            "second round of interviews tomorrow",
            "the slides are in the shared folder",
            "we signed the lease",
            "the results came by mail",
        ],
    ),
    (
        "glad",
        &[
            "🎉", "🙌", "😊", "😀", "😍", "🥳", "👏", "💪", "❤️", "🚀", "👍", "😁", "🤩", "💙",
            "✨", "🏆", "😄", "🥰",
        ],
    ),
    (
        "sad",
        &[
            "😡", "😢", "😭", "😞", "😠", "👎", "💔", "😩", "🤦", "😤", "😔", "😒", "🙁", "☹️",
            "😖", "🤬", "😫", "🤢",
        ],
    ),
    ("plain", &["📅", "📌", "➡️", "📄", "🕘", "👇", "📍", "🗂️"]),
    ("is", &["is", "was", "has been"]),
    ("isnt", &["isn't", "wasn't", "is not", "hasn't been"]),
    ("didnt", &["didn't", "did not"]),
    ("doesnt", &["doesn't", "does not"]),
    ("dont", &["don't", "do not"]),
    ("cant", &["can't", "cannot", "can not"]),
    ("couldnt", &["couldn't", "could not"]),
    ("wouldnt", &["wouldn't", "would not"]),
    ("havent", &["haven't", "have not"]),
    (
        "end",
        &[
            "",
            "",
            " at all",
            " so far",
            " this time",
            " to be honest",
            " in the end",
        ],
    ),
];

/// The sentences, class by class.
#[must_use]
pub fn sentences(seed: u64) -> Vec<Rated> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut out = Vec::new();
    for (label, patterns) in [NEGATIVE, NEUTRAL, POSITIVE].into_iter().enumerate() {
        for _ in 0..EACH[label] {
            // The lists are not empty.
            let pattern = patterns.choose(&mut rng).unwrap_or(&"");
            out.push(Rated {
                text: filled(pattern, &mut rng),
                label,
                binary: false,
            });
        }
    }
    out
}

fn filled(pattern: &str, rng: &mut ChaCha8Rng) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, slot)) = rest.split_once('{') {
        let (name, after) = slot.split_once('}').unwrap_or((slot, ""));
        let words = SLOTS
            .iter()
            .find(|(n, _)| *n == name)
            .map_or(&[][..], |s| s.1);
        text += before;
        text += words.choose(rng).unwrap_or(&"");
        rest = after;
    }
    text += rest;
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    let mut text: String = first.chain(chars).collect();
    if text.ends_with(char::is_alphanumeric) {
        text += [".", ".", "!", ""].choose(rng).unwrap_or(&"");
    }
    // As phones write it.
    if rng.random_range(0..3) == 0 {
        text = text.replace('\'', "’");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_has_words_and_a_seed_gives_the_same() {
        for pattern in [NEGATIVE, NEUTRAL, POSITIVE].concat() {
            let names = pattern
                .split('{')
                .skip(1)
                .filter_map(|s| s.split('}').next());
            for name in names {
                assert!(SLOTS.iter().any(|(n, _)| *n == name), "{name}");
            }
        }
        let rows = sentences(1);
        assert_eq!(rows.len(), EACH.iter().sum::<usize>());
        assert_eq!(rows, sentences(1));
        assert!(rows.iter().all(|r| !r.text.contains(['{', '}'])));
        assert!(rows.iter().any(|r| r.text.contains('’')));
    }
}
