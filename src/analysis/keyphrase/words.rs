//! Closed lists of words and endings, and what a token is to its neighbours.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What a token is to a phrase beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// None: the sentence ends there.
    Edge,
    Comma,
    Stop,
    Colon,
    Open,
    Close,
    Quote,
    Mark,
    Determiner,
    Preposition,
    Conjunction,
    Auxiliary,
    Pronoun,
    Adverb,
    Number,
    Ing,
    Ed,
    Ly,
    Capital,
    Word,
}

/// Number of classes.
pub(super) const CLASSES: usize = Class::Word as usize + 1;

// A word of several lists is of the first one.
const FUNCTION: [(Class, &str); 6] = [
    (
        Class::Determiner,
        "a an the this that these those each every some any no all both either neither another \
         such its his her their our your my",
    ),
    (
        Class::Preposition,
        "of in on at by for with from to into onto upon about above below under over between among \
         through during before after against within without across along around behind beyond \
         despite except inside near off out outside per since than toward towards until via vs \
         while as like up down",
    ),
    (
        Class::Conjunction,
        "and or but nor so yet because if although though whereas unless when where whether how why",
    ),
    (
        Class::Auxiliary,
        "is are was were be been being am has have had having do does did doing done can could may \
         might must shall should will would cannot can't don't doesn't didn't isn't aren't wasn't \
         weren't won't wouldn't shouldn't couldn't hasn't haven't hadn't",
    ),
    (
        Class::Pronoun,
        "i you he she it we they me him them us who whom whose which what there here myself \
         yourself himself herself itself ourselves themselves it's i'm i've i'd i'll you're you've \
         you'll he's she's we're we've we'll they're they've they'll that's there's what's let's \
         something anything nothing everything someone anyone everyone",
    ),
    (
        Class::Adverb,
        "not also only very more most less least then thus hence however moreover furthermore \
         therefore often always never just even still already again now too rather quite well much \
         many few several other others same own further etc e.g i.e eg ie et al",
    ),
];

static FUNCTION_WORDS: LazyLock<FxHashMap<&str, Class>> = LazyLock::new(|| {
    let mut out = FxHashMap::default();
    for (class, words) in FUNCTION {
        for word in words.split_whitespace() {
            out.entry(word).or_insert(class);
        }
    }
    out
});

/// The class of a function word, which neither begins nor ends a candidate; `lower` has straight
/// quotes.
pub(super) fn function_word(lower: &str) -> Option<Class> {
    FUNCTION_WORDS.get(lower).copied()
}

/// Function words that may stand within a candidate.
pub(super) const INNER: [&str; 8] = ["of", "for", "and", "in", "the", "to", "on", "with"];

/// Marks that can end a sentence.
pub(super) const ENDS: [char; 4] = ['.', '!', '?', '…'];
/// Quotation marks.
pub(super) const QUOTES: [char; 6] = ['"', '“', '”', '‘', '’', '\''];
/// Brackets that open.
pub(super) const OPENERS: [char; 3] = ['(', '[', '{'];
/// Brackets that close.
pub(super) const CLOSERS: [char; 3] = [')', ']', '}'];

/// The class of a mark.
pub(super) fn mark(c: char) -> Class {
    match c {
        ',' => Class::Comma,
        ':' | ';' | '–' | '—' | '-' => Class::Colon,
        _ if ENDS.contains(&c) => Class::Stop,
        _ if OPENERS.contains(&c) => Class::Open,
        _ if CLOSERS.contains(&c) => Class::Close,
        _ if QUOTES.contains(&c) => Class::Quote,
        _ => Class::Mark,
    }
}

/// The class of a word that is no function word.
pub(super) fn content(word: &str, lower: &str) -> Class {
    if is_number(word) {
        Class::Number
    } else if word.starts_with(char::is_uppercase) {
        Class::Capital
    } else if lower.ends_with("ing") {
        Class::Ing
    } else if lower.ends_with("ed") {
        Class::Ed
    } else if lower.ends_with("ly") {
        Class::Ly
    } else {
        Class::Word
    }
}

/// Whether no letter is in it.
pub(super) fn is_number(word: &str) -> bool {
    !word.contains(char::is_alphabetic)
}

const SUFFIXES: [&str; 44] = [
    "ation", "tion", "sion", "ment", "ness", "ity", "ing", "ings", "ed", "ly", "er", "or", "ers",
    "ors", "ist", "ism", "ics", "ic", "al", "ive", "ous", "ble", "ful", "ance", "ence", "age",
    "est", "ize", "ise", "ure", "sis", "phy", "ogy", "ary", "ory", "ant", "ent", "ate", "ify",
    "less", "ies", "es", "ss", "s",
];

/// Number of endings that are told apart, none being one.
pub(super) const ENDINGS: usize = SUFFIXES.len() + 1;

/// Index of the longest ending of a lower-case word that leaves two characters or more before it;
/// the last one where there is none.
pub(super) fn ending(lower: &str) -> usize {
    let known = |suffix: &str| {
        let stem = lower.strip_suffix(suffix)?;
        (stem.chars().count() >= 2).then_some(suffix.len())
    };
    let found = SUFFIXES.iter().enumerate();
    found
        .filter_map(|(i, suffix)| Some((known(suffix)?, i)))
        .max()
        .map_or(SUFFIXES.len(), |(_, i)| i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_the_longest_that_leave_a_stem() {
        let name = |word: &str| SUFFIXES.get(ending(word)).copied().unwrap_or("none");
        assert_eq!(name("station"), "ation");
        assert_eq!(name("nation"), "tion");
        assert_eq!(name("meetings"), "ings");
        assert_eq!(name("glasses"), "es");
        assert_eq!(name("bed"), "none");
        assert_eq!(name("rust"), "none");
    }

    #[test]
    fn a_word_of_two_lists_is_of_the_first() {
        assert_eq!(function_word("that"), Some(Class::Determiner));
        assert_eq!(function_word("as"), Some(Class::Preposition));
        assert_eq!(function_word("checklist"), None);
        assert_eq!(content("2009", "2009"), Class::Number);
        assert_eq!(content("Okafor", "okafor"), Class::Capital);
        assert_eq!(content("skewed", "skewed"), Class::Ed);
    }
}
