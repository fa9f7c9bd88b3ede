//! Thanks and feelings that a sentence strings together: "Thanks to Ann for making it work." as
//! "Thanks to Ann. You made it work.", "Proud to win and to lead" as "Proud to win. Proud to lead".

use super::boundary::Place;
use super::clause::{self, count, tokens};
use super::doings::more_doings;
use super::lexis::{self, Form, is_in};
use super::split::Cut;
use super::tail::runs_to_end;

/// Words of which one, or two in a row, open thanks.
const THANKS: &str = "big congratulations congrats huge kudos many props shout shoutout special thank \
    thanks";

/// Words at most before such a word: "A big thank you", "And a huge thanks".
const LATEST: usize = 4;

/// Adjectives that open a sentence without subject and verb.
const FEELINGS: &str = "delighted excited glad grateful happy honored honoured humbled pleased proud \
    thankful thrilled";

/// Words at least on either side of a cut.
const SHORTEST: usize = 4;

/// The cuts for the sake of a grade.
pub(super) fn cuts(place: &Place) -> Vec<Cut> {
    thanked(place).into_iter().chain(felt(place)).collect()
}

/// " for making it work" as "You made it work" behind those who are thanked.
fn thanked(place: &Place) -> Option<Cut> {
    let text = place.text;
    let opening = tokens(text);
    let thanks = opening.iter().take(LATEST).any(|t| {
        is_in(THANKS, &t.lower) && !matches!(t.lower.as_str(), "big" | "huge" | "many" | "special")
    });
    let spoken = opening.first().is_some_and(|t| {
        is_in(THANKS, &t.lower) || matches!(t.lower.as_str(), "a" | "and" | "my" | "our")
    });
    let (at, mark) = text.match_indices(" for ").find(|(at, m)| {
        let next = tokens(&text[at + m.len()..]).into_iter().next();
        next.is_some_and(|t| !t.closes && lexis::verb(&t.lower, Form::Ing).is_some())
    })?;
    let (before, rest) = (&text[..at], &text[at + mark.len()..]);
    let doing = tokens(rest).into_iter().next()?;
    let verb = lexis::verb(&doing.lower, Form::Ing)?;
    let behind = rest.strip_prefix(doing.raw)?.trim_start();
    let theirs = behind.strip_prefix("their ");
    let left = theirs.unwrap_or(behind);
    let others = tokens(left)
        .iter()
        .any(|t| matches!(t.lower.as_str(), "their" | "they" | "them" | "his" | "her"));
    // "Thanks to it, we sold it for making" thanks nobody.
    let told = before.split(", ").skip(1).any(clause::opens_clause);
    let whole = thanks
        && !told
        && spoken
        // "And sharing it" would be left behind.
        && !more_doings(behind)
        && !others
        && !clause::denies(text)
        && !before.contains([':', ';', '—', '–', '"', '“'])
        && runs_to_end(rest)
        && clause::closed(before)
        && count(before) > SHORTEST
        && count(left) >= SHORTEST - 1;
    let start = text.len() - left.len();
    let your = if theirs.is_some() { "your " } else { "" };
    let bare = before
        .strip_suffix(" and")
        .unwrap_or(before)
        .trim_end_matches(',');
    let with = format!(". You {} {your}", verb.past);
    whole.then(|| place.replace(bare.len(), start, with))
}

/// " and to lead" as "Proud to lead" behind "Proud to win".
fn felt(place: &Place) -> Option<Cut> {
    let text = place.text;
    let words = tokens(text);
    let (first, to) = (words.first()?, words.get(1)?);
    let feeling = is_in(FEELINGS, &first.lower) && to.lower == "to" && !first.closes;
    let mut found = text.match_indices(" and to ");
    let (at, mark) = found.next()?;
    let (before, rest) = (&text[..at], &text[at + mark.len()..]);
    let verb = tokens(rest).into_iter().next()?;
    let fits = feeling
        && found.next().is_none()
        && before.matches(" to ").count() < 3
        && lexis::verb(&verb.lower, Form::Base).is_some()
        && !before.contains([':', ';', '—', '–', '"', '“'])
        && runs_to_end(rest)
        && count(before) > SHORTEST
        && count(rest) >= SHORTEST;
    let bare = before.trim_end_matches(',');
    let opening = format!("{} to", first.lower);
    fits.then(|| place.cut(bare.len(), rest, &opening))
}

#[cfg(test)]
mod tests {
    use crate::rewrite::operators::Operator;
    use crate::rewrite::operators::tests_by_goal::at_grade;

    fn cut(text: &str) -> String {
        at_grade(Operator::SplitSentences, -9.0, text)
    }

    #[test]
    fn thanks_and_feelings_become_sentences() {
        for (text, want) in [
            (
                "Kudos to the whole team and all of the judges for making it such a great day!",
                "Kudos to the whole team and all of the judges. You made it such a great day!",
            ),
            (
                "A big thank you to Ann Lee, Bo, and the firm, for sharing their view of the law.",
                "A big thank you to Ann Lee, Bo, and the firm. You shared your view of the law.",
            ),
            (
                "Thanks to Ann Lee and the team for all of it and for making it such a great day.",
                "Thanks to Ann Lee and the team for all of it. You made it such a great day.",
            ),
            (
                "Proud to be one of the ten first firms and to support the work of the teams.",
                "Proud to be one of the ten first firms. Proud to support the work of the teams.",
            ),
        ] {
            assert_eq!(cut(text), want);
        }
    }

    #[test]
    fn other_thanks_stay() {
        for text in [
            "Thanks to Ann Lee and the whole team for coming by and sharing the news with us.",
            "Thanks to Ann Lee and the whole team for the warm words of the last year.",
            "Thanks to Ann Lee and the whole team for helping us tell them about it.",
            "Thanks to the new tool of the firm, we left the old way for building it anew.",
            "We look for the people of the north for making it such a great day.",
        ] {
            assert_eq!(cut(text), text);
        }
    }
}
