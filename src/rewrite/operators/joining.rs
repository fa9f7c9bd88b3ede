//! Clauses that a comma joins though a phrase stands before their subject, or a reason leads them:
//! ", and in May we won", ", as they are new".

use super::boundary::{Place, stands};
use super::clause::{self, Tense, finite_at, has_verb, opens_clause, tokens};
use super::lexis::{self, Form};
use super::remark::reports;
use super::split::Cut;
use super::subject::behind_front;
use super::tail::runs_to_end;

/// Words at most of a phrase before a subject.
const LONGEST: usize = 6;

/// The cuts before such clauses for the sake of a grade.
pub(super) fn cuts(place: &Place) -> Vec<Cut> {
    let mut out = Vec::new();
    for (at, _) in place.text.match_indices(", ") {
        let (before, rest) = (&place.text[..at], &place.text[at + 2..]);
        let (word, clause) = rest.split_once(' ').unwrap_or((rest, ""));
        match word {
            "and" if (is_fronted(clause) || is_behind_front(clause)) && joins(before) => {
                out.push(place.cut(at, clause, ""));
            }
            "so" if clause::is_order(clause) && joins(before) => {
                out.push(place.cut(at, rest, ""));
            }
            "but" if clause::is_order(clause) && is_order(before) => {
                out.push(place.cut(at, rest, ""));
            }
            "but" | "so" | "yet"
                if (is_fronted(clause) || is_behind_front(clause)) && turns(before) =>
            {
                out.push(place.cut(at, rest, ""));
            }
            "as" if is_reason(before, clause) => {
                out.push(place.cut(at, clause, "That is because"));
            }
            _ => {}
        }
    }
    out
}

/// Whether `text` is an order, to do or not to do: "Don't wait".
fn is_order(text: &str) -> bool {
    let denied = ["Don't ", "Don’t ", "Do not "]
        .iter()
        .find_map(|w| text.strip_prefix(w));
    let words = tokens(denied.unwrap_or(text));
    let clear = words.iter().all(|t| !clause::is_leaning(&t.lower));
    let first = words.first();
    let bare = first.is_some_and(|t| lexis::verb(&t.lower, Form::Base).is_some());
    let order = clause::is_order(text) || denied.is_some() && bare;
    clear && order && !text.contains([':', ';', '—', '–'])
}

/// Whether `clause` behind "so" says what for: "so you can", "so they don't have to".
pub(super) fn is_purpose(clause: &str) -> bool {
    let words = tokens(clause);
    let pronoun = words.first().is_some_and(|t| {
        lexis::is_nominative(&t.lower) || matches!(t.lower.as_str(), "you" | "it")
    });
    let able = words.get(1).is_some_and(|t| {
        matches!(
            t.lower.as_str(),
            "can" | "could" | "may" | "might" | "don't" | "doesn't" | "won't" | "never"
        )
    });
    pronoun && able || words.first().is_some_and(|t| t.lower == "you'll")
}

/// Whether a turn may follow `before`, though it tells what somebody says or knows.
fn turns(before: &str) -> bool {
    let told = tokens(before).iter().all(|t| {
        !clause::is_leaning(&t.lower)
            || matches!(
                t.lower.as_str(),
                "that" | "how" | "what" | "why" | "who" | "which" | "where" | "as"
            )
    });
    joins(before) || told && has_verb(before) && !clause::is_order(before)
}

fn joins(before: &str) -> bool {
    stands(before) && !clause::is_order(before) && !reports(before)
}

/// Whether a phrase or a condition with a comma behind it opens `clause`, and then a subject with
/// its verb: "if it rains, we stay", "with more time, the team will".
pub(super) fn is_behind_front(clause: &str) -> bool {
    let Some((front, main)) = clause.split_once(", ") else {
        return false;
    };
    let first = front.split(' ').next().unwrap_or_default().to_lowercase();
    let condition = clause::leans(clause)
        && !matches!(
            first.as_str(),
            "that" | "who" | "which" | "how" | "what" | "why" | "as" | "where" | "whose"
        );
    let phrase = behind_front(clause).is_some_and(|main| main.len() < clause.len());
    (condition || phrase) && opens_clause(main)
}

/// Whether a phrase of time or place opens `clause`, and then a pronoun with its verb.
fn is_fronted(clause: &str) -> bool {
    let words = tokens(clause);
    let opens = words.first().is_some_and(|t| {
        lexis::is_preposition(&t.lower) && t.lower != "of"
            || matches!(t.lower.as_str(), "here" | "now" | "today" | "then" | "over")
    });
    let pronoun = words
        .iter()
        .take(LONGEST + 1)
        .position(|t| matches!(t.lower.as_str(), "i" | "we" | "they" | "he" | "she"));
    let Some(at) = pronoun.filter(|&at| opens && at > 0) else {
        return false;
    };
    let phrase = words[..at]
        .iter()
        .enumerate()
        .all(|(i, t)| !finite_at(&words, i) && !clause::is_leaning(&t.lower) && t.lower != "to");
    let adverbs = words[at + 1..]
        .iter()
        .take_while(|t| lexis::is_adverb(&t.lower));
    let verb = at + 1 + adverbs.count();
    phrase && !words[at].closes && verb < words.len() && finite_at(&words, verb)
}

/// Whether `clause` behind ", as" says why: of something named before, in the present.
fn is_reason(before: &str, clause: &str) -> bool {
    let words = tokens(clause);
    let (Some(subject), Some(verb)) = (words.first(), words.get(1)) else {
        return false;
    };
    let pronoun = matches!(subject.lower.as_str(), "it" | "they") && !subject.closes;
    let likened = matches!(
        verb.lower.as_str(),
        "should" | "was" | "were" | "did" | "do" | "does" | "always" | "would" | "once"
    );
    pronoun
        && !likened
        && !verb.closes
        && finite_at(&words, 1)
        && clause::tense(before) == Some(Tense::Present)
        && has_verb(before)
        && stands(before)
        && !clause::denies(before)
        && !clause::is_order(before)
        && !before.contains(" as ")
        && !reports(clause)
        && runs_to_end(clause)
}

#[cfg(test)]
mod tests {
    use crate::rewrite::operators::Operator;
    use crate::rewrite::operators::tests_by_goal::at_grade;

    fn cut(text: &str) -> String {
        at_grade(Operator::SplitSentences, -9.0, text)
    }

    #[test]
    fn clauses_with_a_phrase_before_them_are_cut_off() {
        for (text, want) in [
            (
                "The tool gets better each day, and here at the firm we are glad to see it.",
                "The tool gets better each day. Here at the firm we are glad to see it.",
            ),
            (
                "The law was new to all of us, so over two years I have read each case.",
                "The law was new to all of us. So over two years I have read each case.",
            ),
            (
                "The law is new to all of us, and with more time, the team will read it.",
                "The law is new to all of us. With more time, the team will read it.",
            ),
            (
                "It is a talk for all of us, so bring your own questions on the law.",
                "It is a talk for all of us. So bring your own questions on the law.",
            ),
            (
                "Don't try to do it all in a day, but keep the one that helps most.",
                "Don't try to do it all in a day. But keep the one that helps most.",
            ),
            (
                "These tools help us fill a gap in the market, as they save us two whole days.",
                "These tools help us fill a gap in the market. That is because they save us two whole days.",
            ),
        ] {
            assert_eq!(cut(text), want);
        }
    }

    #[test]
    fn a_phrase_without_a_clause_stays() {
        for text in [
            "The tool gets better each day, and in the end better than all of us.",
            "The price of the tool is high, as it should be for the work in it.",
            "We do not know the price of it, as they say in the north.",
        ] {
            assert_eq!(cut(text), text);
        }
    }
}
