//! A condition that the reader may meet, asked: "If you want to learn more, join us." as "Want to
//! learn more? Join us."

use super::boundary::Place;
use super::clause::{self, Token, opens_clause, tokens};
use super::lexis::is_in;
use super::split::Cut;
use crate::analysis::rules::edit::capitalise;

/// What a reader may be doing or be, behind "if you're".
const BEING: &str = "building curious exploring hiring interested keen looking passionate planning \
    preparing ready struggling thinking trying wondering working";

/// What a reader may do, behind "if you".
const DOING: &str = "care have like love need plan struggle want wonder work";

/// Those that a question of posts has without "do you": "Want to learn more?"
const BARE: &str = "need want";

/// The cut behind the condition, for the sake of a grade.
pub(super) fn cut(place: &Place) -> Option<Cut> {
    let text = place.text;
    let (being, condition) = [
        ("If you're ", true),
        ("If you’re ", true),
        ("If you are ", true),
        ("If you ", false),
    ]
    .into_iter()
    .find_map(|(front, being)| Some((being, text.strip_prefix(front)?)))?;
    // The main clause stands behind the last comma that one can stand behind.
    let commas = condition.match_indices(", ");
    let (at, mark) = commas
        .filter(|(at, m)| is_main(&condition[at + m.len()..]))
        .last()?;
    let (asked, main) = (&condition[..at], &condition[at + mark.len()..]);
    let words = tokens(asked);
    let verb = words.first().filter(|t| !t.closes)?;
    let known = is_in(if being { BEING } else { DOING }, &verb.lower);
    // "If you have to go": nothing that one would ask.
    let forced = verb.lower == "have" && words.get(1).is_some_and(|t| t.lower == "to");
    let clear = words.iter().all(is_plain)
        && !asked.contains([':', ';', '—', '–', '?', '"', '“'])
        && clause::closed(asked)
        && !clause::denies(asked);
    if !known || forced || !clear || main.contains(['?', ':']) {
        return None;
    }
    let question = if being || is_in(BARE, &verb.lower) {
        capitalise(asked)
    } else {
        format!("Do you {asked}")
    };
    let with = format!("{question}? {}", capitalise(main));
    Some(place.replace(0, text.len(), with))
}

/// Whether `clause` is an offer to the reader who meets the condition: an order, or what a thing
/// at hand does.
fn is_main(clause: &str) -> bool {
    const AT_HAND: &str = "here here's i i'd i'm it it's our the there there's this we we'd we're";
    let first = tokens(clause).into_iter().next();
    let at_hand = first.is_some_and(|t| is_in(AT_HAND, &t.lower));
    clause::is_order(clause)
        || clause.starts_with("feel free")
        || opens_clause(clause) && (at_hand || clause.starts_with(char::is_uppercase))
}

/// Whether the condition may go on over `word`: no other clause opens there.
fn is_plain(word: &Token) -> bool {
    !clause::is_leaning(&word.lower)
        || matches!(word.lower.as_str(), "as" | "how" | "what" | "that" | "who")
}

#[cfg(test)]
mod tests {
    use crate::rewrite::operators::Operator;
    use crate::rewrite::operators::tests_by_goal::at_grade;

    fn cut(text: &str) -> String {
        at_grade(Operator::SplitSentences, -9.0, text)
    }

    #[test]
    fn conditions_of_the_reader_are_asked() {
        for (text, want) in [
            (
                "If you want to learn more about it, join us in the old town on Monday.",
                "Want to learn more about it? Join us in the old town on Monday.",
            ),
            (
                "If you're looking to save time, cut costs, and help the team, this guide is for you.",
                "Looking to save time, cut costs, and help the team? This guide is for you.",
            ),
            (
                "If you work in banks, shops or schools, this is the chance to shape the rules.",
                "Do you work in banks, shops or schools? This is the chance to shape the rules.",
            ),
        ] {
            assert_eq!(cut(text), want);
        }
    }

    #[test]
    fn other_conditions_stay() {
        for text in [
            "If you ignore the first signs of it, the whole team will have to pay.",
            "If you have to tell it all again, the story was not told well at all.",
            "If you want to win, and we do not know how, the price of it is high.",
            "If you don't want to pay for it, the door of the house is over there.",
        ] {
            assert_eq!(cut(text), text);
        }
    }
}
