//! Participles of one series behind a comma: ", using the data and keeping it".

use super::boundary::Place;
use super::clause::{self, count, tokens};
use super::lexis::{self, Form};
use super::split::Cut;
use crate::analysis::rules::edit::capitalise;

/// Whether `text` holds a participle beside the one that is looked at, so that both may be items
/// of one series.
pub(super) fn more_doings(text: &str) -> bool {
    let words = tokens(text);
    let doing = |i: usize| words.get(i).is_some_and(|n| clause::is_doing(&n.lower));
    words.iter().enumerate().any(|(i, t)| {
        let joins = matches!(t.lower.as_str(), "and" | "or") || t.closes;
        let adverb = words.get(i + 1).is_some_and(|n| lexis::is_adverb(&n.lower));
        let conjoined = words.get(i + 1).is_some_and(|n| n.lower == "and");
        joins && (doing(i + 1) || (adverb || conjoined) && doing(i + 2))
    })
}

/// Two participles, ", using the data and keeping it".
pub(super) struct Doings<'t> {
    /// What stands between them.
    between: &'t str,
    pub second: &'static lexis::Verb,
    /// Byte behind the second.
    end: usize,
}

impl<'t> Doings<'t> {
    /// Those of `rest`, which opens with the first; none where there are more.
    pub fn of(rest: &'t str) -> Option<Self> {
        let (first, _) = rest.split_once(' ')?;
        let mut found = rest.match_indices(" and ").filter_map(|(at, mark)| {
            let next = &rest[at + mark.len()..];
            let word = tokens(next).into_iter().next()?;
            next.strip_prefix(word.raw)?;
            let second = lexis::verb(&word.lower, Form::Ing).filter(|_| !word.closes)?;
            let between = rest.get(first.len() + 1..at)?;
            let end = at + mark.len() + word.raw.len();
            Some(Self {
                between,
                second,
                end,
            })
        });
        let two = found.next().filter(|_| found.next().is_none())?;
        let scoped = tokens(two.between)
            .iter()
            .any(|t| clause::is_leaning(&t.lower) || t.lower.len() > 5 && t.lower.ends_with("ing"));
        // "Focusing on data and reporting" has two things to focus on.
        let objects = tokens(two.between)
            .first()
            .is_some_and(|t| lexis::is_preposition(&t.lower))
            && count(two.between) < 5;
        let alone = !objects
            && !two.between.is_empty()
            && !two.between.ends_with(',')
            && !scoped
            && !more_doings(&rest[two.end..]);
        alone.then_some(two)
    }

    /// Both as verbs of a sentence that starts at byte `at`: "It uses the data and keeps it".
    pub fn cut(&self, place: &Place, at: usize, rest: &str, opening: &str, second: &str) -> Cut {
        let end = place.text.len() - rest.len() + self.end;
        let with = format!(". {} {} and {second}", capitalise(opening), self.between);
        place.replace(at, end, with)
    }
}

#[cfg(test)]
mod tests {
    use crate::rewrite::operators::Operator;
    use crate::rewrite::operators::tests_by_goal::at_grade;

    fn cut(text: &str) -> String {
        at_grade(Operator::SplitSentences, -9.0, text)
    }

    #[test]
    fn two_participles_become_one_sentence() {
        assert_eq!(
            cut("We ran the tests of the north, using our own tool and keeping the notes."),
            "We ran the tests of the north. We used our own tool and kept the notes."
        );
        assert_eq!(
            cut("The tool reads all of our notes, saving a whole day and making it fun."),
            "The tool reads all of our notes. This saves a whole day and makes it fun."
        );
    }

    #[test]
    fn three_participles_stay() {
        for text in [
            "We ran the tests of the north, using our tool, keeping the notes and asking why.",
            "The tool reads all of our notes, saving a day and making it fun and keeping all.",
            "The tool reads all of our notes, helping those who plan and saving a whole day.",
        ] {
            assert_eq!(cut(text), text);
        }
    }
}
