//! Proper names, word by word: capitals within a sentence, acronyms, and first words that look
//! like a name.

use super::lexicon::{self, List};
use super::reading::{Gap, Reading, Word};
use super::{Found, Kind};

/// Words in capitals from which a sentence shouts, so that capitals say nothing.
const SHOUTING: usize = 3;

pub(super) fn find(reading: &Reading, dates: &[usize], out: &mut Vec<Found>) {
    let shouts = shouting(reading);
    for (i, word) in reading.words.iter().enumerate() {
        if dates.binary_search(&i).is_ok() {
            continue;
        }
        let shout = shouts[reading.sentence_at(word.span.start)];
        let Some(weak) = strength(reading, i, word, shout) else {
            continue;
        };
        let mut found = Found::new(Kind::Name, word.base().to_owned(), word.span);
        found.weak = weak;
        out.push(found);
    }
}

/// Whether word `i` is a name, and then whether only its place says so.
fn strength(reading: &Reading, i: usize, word: &Word, shout: bool) -> Option<bool> {
    let raw = word.span.of(&reading.text);
    let letters = raw.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = raw.chars().filter(|c| c.is_uppercase()).count();
    if letters == 0 || word.number || is_pronoun(&word.lower) {
        return None;
    }
    let inner = raw.chars().skip(1).any(char::is_uppercase);
    let coded = raw.contains(|c: char| c.is_ascii_digit()) && letters > 0;
    if inner && !shout || coded {
        return Some(false);
    }
    if capitals == 0 || !word.capital {
        return None;
    }
    if shout {
        return (!lexicon::is_ordinary(word.base())).then_some(true);
    }
    let stop = lexicon::is(List::Stop, &word.lower) || lexicon::is(List::Skip, &word.lower);
    if !word.opens {
        // "Then" or "The" in mid-sentence names nothing by itself.
        return (!stop).then_some(false);
    }
    let runs_on = reading
        .next(i)
        .is_some_and(|w| w.capital && !is_pronoun(&w.lower));
    let speaks = reading
        .next(i)
        .is_some_and(|w| lexicon::is(List::Said, &w.lower));
    let possessive = word.base().len() < word.lower.len();
    let told = (runs_on || speaks || possessive) && !stop;
    (told || !lexicon::is_ordinary(word.base()) && !is_contraction(&word.lower)).then_some(true)
}

fn is_pronoun(lower: &str) -> bool {
    lower == "i" || lower.starts_with("i'")
}

fn is_contraction(lower: &str) -> bool {
    lower.contains('\'') && !lower.ends_with("'s")
}

/// Which sentences are mostly in capitals.
fn shouting(reading: &Reading) -> Vec<bool> {
    let mut counts = vec![(0usize, 0usize); reading.sentences];
    for word in reading.words.iter().filter(|w| !w.number) {
        let raw = word.span.of(&reading.text);
        let (loud, all) = &mut counts[reading.sentence_at(word.span.start)];
        *all += 1;
        let cased = raw.chars().filter(|c| c.is_alphabetic()).count() > 1;
        *loud += usize::from(
            cased && !raw.contains(char::is_lowercase) && raw.contains(char::is_uppercase),
        );
    }
    let mut shouts: Vec<_> = counts
        .iter()
        .map(|(loud, all)| *loud >= SHOUTING && loud * 2 > *all)
        .collect();
    // One word in capitals on a line of its own is no acronym for certain, yet is locked.
    if reading.words.len() == 1 && reading.words[0].gap == Gap::Line {
        shouts.fill(false);
    }
    shouts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(String, bool)> {
        let mut out = Vec::new();
        find(&Reading::new(text), &[], &mut out);
        out.into_iter().map(|f| (f.key, f.weak)).collect()
    }

    fn keys(text: &str) -> Vec<String> {
        names(text).into_iter().map(|(k, _)| k).collect()
    }

    #[test]
    fn names_within_and_at_the_start_of_sentences() {
        assert_eq!(
            keys("Work is hard, said Tom Baker of Acme's board."),
            ["tom", "baker", "acme"]
        );
        assert_eq!(names("Maria left. The end."), [("maria".to_owned(), true)]);
        assert_eq!(
            keys("Mark Cuban said so. Bill said no. I’m in."),
            ["mark", "cuban", "bill"]
        );
        assert_eq!(
            keys("NASA, iOS, B2B and GitHub"),
            ["nasa", "ios", "b2b", "github"]
        );
    }

    #[test]
    fn capitals_of_a_shouted_line_say_little() {
        assert_eq!(keys("WE ARE SO HAPPY NOW"), Vec::<String>::new());
        assert_eq!(names("WE WON ACME TODAY"), [("acme".to_owned(), true)]);
    }
}
