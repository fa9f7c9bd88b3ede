//! Months, weekdays and words such as "tomorrow"; the figures of a date are numbers.

use super::lexicon::{self, List};
use super::numbers::bound;
use super::reading::Reading;
use super::{Found, Kind};

/// Adds the dates and returns the indices of their words, which are no names.
pub(super) fn find(reading: &Reading, out: &mut Vec<Found>) -> Vec<usize> {
    let mut taken = Vec::new();
    for (i, word) in reading.words.iter().enumerate() {
        let beside_number = reading.next(i).is_some_and(|w| w.number)
            || reading.previous(i).is_some_and(|w| w.number);
        let base = word.base();
        let is_date = if lexicon::is(List::Month, base) {
            word.capital && (beside_number || !is_word_too(base) || !word.opens)
        } else {
            lexicon::is(List::Weekday, base) || lexicon::is(List::Relative, base)
        };
        let before = reading.previous(i).map(|w| w.lower.as_str());
        let relative = before.filter(|w| {
            matches!(
                *w,
                "last" | "next" | "this" | "past" | "coming" | "previous"
            ) && lexicon::is(List::Period, base)
        });
        if !is_date && relative.is_none() {
            continue;
        }
        let bound = bound(reading, i);
        let key = format!("{bound} {} {base}", relative.unwrap_or_default());
        out.push(Found::new(Kind::Date, key, word.span));
        taken.push(i);
    }
    taken
}

/// Months that are words as well.
fn is_word_too(month: &str) -> bool {
    matches!(
        month,
        "may" | "march" | "august" | "mar" | "jan" | "sep" | "dec"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        find(&Reading::new(text), &mut out);
        out.into_iter().map(|f| f.key.trim().to_owned()).collect()
    }

    #[test]
    fn dates_and_words_that_are_none() {
        assert_eq!(
            keys("We may march on in May, before Friday."),
            ["may", "before  friday"]
        );
        assert_eq!(keys("May 3 or March 9"), ["may", "march"]);
        assert_eq!(
            keys("Last year, next week, tomorrow"),
            ["last year", "next week", "tomorrow"]
        );
        assert_eq!(keys("May we? March!"), Vec::<String>::new());
    }
}
