//! Closed word lists of the fact lock.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

/// A list of `data/words.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum List {
    /// Words that name nothing: no unit, no object of a negation.
    Stop,
    /// Words passed over between a negation or a number and what it governs.
    Skip,
    Month,
    Weekday,
    Relative,
    Period,
    Up,
    Down,
    /// Verbs behind which the first word of a sentence is a name.
    Said,
    Not,
    Never,
    No,
    Without,
    Hardly,
    Rarely,
    Fail,
    /// Words that often open a sentence and that the Dale-Chall list lacks.
    Plain,
}

const NAMES: [(&str, List); 17] = [
    ("stop", List::Stop),
    ("skip", List::Skip),
    ("month", List::Month),
    ("weekday", List::Weekday),
    ("relative", List::Relative),
    ("period", List::Period),
    ("up", List::Up),
    ("down", List::Down),
    ("said", List::Said),
    ("not", List::Not),
    ("never", List::Never),
    ("no", List::No),
    ("without", List::Without),
    ("hardly", List::Hardly),
    ("rarely", List::Rarely),
    ("fail", List::Fail),
    ("plain", List::Plain),
];

static LISTS: LazyLock<FxHashMap<List, FxHashSet<&'static str>>> = LazyLock::new(|| {
    let lines = include_str!("data/words.txt").lines();
    lines
        .filter_map(|l| {
            let (name, words) = l.split_once(": ")?;
            let (_, list) = NAMES.iter().find(|(n, _)| *n == name)?;
            Some((*list, words.split_whitespace().collect()))
        })
        .collect()
});

/// The Dale-Chall list of words that any reader knows.
static EASY: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../../models/lexicon/easy_words.txt")
        .lines()
        .collect()
});

/// Endings of ordinary words; few names of this length have them.
const ENDINGS: [&str; 26] = [
    "ly", "ing", "tion", "sion", "ment", "ness", "ity", "ed", "ers", "ies", "ism", "ance", "ence",
    "able", "ible", "ful", "less", "ous", "ive", "ics", "ship", "ize", "ise", "ures", "als",
    "ings",
];
/// Letters from which an ending tells an ordinary word: "Emily" and "Alfred" are names.
const TOLD_BY_ENDING: usize = 7;

/// Whether `word`, in lower case, is on `list`.
pub(super) fn is(list: List, word: &str) -> bool {
    LISTS.get(&list).is_some_and(|l| l.contains(word))
}

/// Whether `word`, in lower case, is an ordinary one that no one is called by.
pub(super) fn is_ordinary(word: &str) -> bool {
    let plain = word.split(['\'', '-']).next().unwrap_or(word);
    is_everyday(word)
        || is_everyday(plain)
        || plain.chars().count() >= TOLD_BY_ENDING && ENDINGS.iter().any(|e| plain.ends_with(e))
}

/// Whether `word`, in lower case, or the word that it is a form of, is known to every reader.
pub(super) fn is_everyday(word: &str) -> bool {
    let known =
        |w: &str| is(List::Stop, w) || is(List::Skip, w) || is(List::Plain, w) || EASY.contains(w);
    let forms = ["s", "ed", "d", "ing"];
    known(word)
        || forms
            .iter()
            .any(|e| word.strip_suffix(e).is_some_and(known))
}

/// The value of a number word up to ninety-nine, a multiple, or a fraction. "One", "first" and
/// "once" count as words: they seldom count things.
pub(super) fn number_word(word: &str) -> Option<String> {
    const UNITS: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = [
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ];
    const OTHERS: [(&str, &str); 39] = [
        ("dozen", "12"),
        ("dozens", "dozens"),
        ("hundred", "100"),
        ("hundreds", "hundreds"),
        ("thousand", "1000"),
        ("thousands", "thousands"),
        ("million", "million"),
        ("millions", "millions"),
        ("billion", "billion"),
        ("billions", "billions"),
        ("trillion", "trillion"),
        ("half", "1/2"),
        ("halves", "1/2"),
        ("third", "3rd"),
        ("thirds", "3rd"),
        ("quarter", "1/4"),
        ("quarters", "1/4"),
        ("double", "2x"),
        ("doubled", "2x"),
        ("doubles", "2x"),
        ("doubling", "2x"),
        ("triple", "3x"),
        ("tripled", "3x"),
        ("triples", "3x"),
        ("tripling", "3x"),
        ("quadrupled", "4x"),
        ("twice", "2x"),
        ("halved", "1/2"),
        ("second", "2nd"),
        ("fourth", "4th"),
        ("fifth", "5th"),
        ("sixth", "6th"),
        ("seventh", "7th"),
        ("eighth", "8th"),
        ("ninth", "9th"),
        ("tenth", "10th"),
        ("eleventh", "11th"),
        ("twelfth", "12th"),
        ("twentieth", "20th"),
    ];
    if let Some((_, value)) = OTHERS.iter().find(|(w, _)| *w == word) {
        return Some((*value).to_owned());
    }
    let index = |list: &[&str], w: &str| list.iter().position(|x| *x == w);
    if let Some(n) = index(&UNITS, word) {
        return (n != 1).then(|| n.to_string());
    }
    let (tens, units) = match word.split_once('-') {
        Some((tens, units)) => (tens, index(&UNITS[..10], units).filter(|n| *n > 0)?),
        None => (word, 0),
    };
    let tens = index(&TENS, tens)?;
    Some(((tens + 2) * 10 + units).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_read() {
        for (name, list) in NAMES {
            assert!(LISTS.get(&list).is_some_and(|l| !l.is_empty()), "{name}");
        }
        assert!(is(List::Not, "cannot") && !is(List::Not, "can"));
    }

    #[test]
    fn ordinary_words_and_names() {
        for word in [
            "the",
            "business",
            "leadership",
            "unfortunately",
            "shipping",
            "teams",
        ] {
            assert!(is_ordinary(word), "{word}");
        }
        for name in ["maria", "emily", "alfred", "oslo", "acme", "kubernetes"] {
            assert!(!is_ordinary(name), "{name}");
        }
    }

    #[test]
    fn number_words() {
        let n = |w| number_word(w);
        assert_eq!(n("twenty-five").as_deref(), Some("25"));
        assert_eq!(n("nineteen").as_deref(), Some("19"));
        assert_eq!(n("ninety").as_deref(), Some("90"));
        assert_eq!(n("twice").as_deref(), Some("2x"));
        assert_eq!(
            (n("one"), n("first"), n("ten-x"), n("")),
            (None, None, None, None)
        );
    }
}
