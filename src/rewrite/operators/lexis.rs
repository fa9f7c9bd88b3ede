//! Verbs and function words, as the operators that cut, turn and shorten sentences read them.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// A form of a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    Base,
    /// "makes"
    Third,
    Past,
    Participle,
    /// "making"
    Ing,
}

/// A verb of `data/verbs.txt`.
#[derive(Debug)]
pub(super) struct Verb {
    pub base: &'static str,
    pub third: &'static str,
    pub past: &'static str,
    participle: &'static str,
    pub ing: &'static str,
    /// Whether "a show" or "the shows" stands as often as "to show".
    pub noun: bool,
}

static VERBS: LazyLock<Vec<Verb>> = LazyLock::new(|| {
    let lines = include_str!("data/verbs.txt").lines();
    lines
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| {
            let mut cells = l.split(' ');
            Some(Verb {
                base: cells.next()?,
                third: cells.next()?,
                past: cells.next()?,
                participle: cells.next()?,
                ing: cells.next()?,
                noun: cells.next().is_some(),
            })
        })
        .collect()
});

static FORMS: LazyLock<FxHashMap<(&'static str, Form), usize>> = LazyLock::new(|| {
    let forms = |v: &Verb| {
        [
            (v.base, Form::Base),
            (v.third, Form::Third),
            (v.past, Form::Past),
            (v.participle, Form::Participle),
            (v.ing, Form::Ing),
        ]
    };
    let all = VERBS.iter().enumerate();
    all.flat_map(|(i, v)| forms(v).map(|f| (f, i))).collect()
});

/// Every verb that is known.
pub(super) fn verbs() -> &'static [Verb] {
    &VERBS
}

/// The verb whose `form` is `word`, in lower case.
pub(super) fn verb(word: &str, form: Form) -> Option<&'static Verb> {
    let forms: &FxHashMap<(&str, Form), usize> = &FORMS;
    VERBS.get(*forms.get(&(word, form))?)
}

/// The verb whose `form` is `word`, where the word is hardly ever a noun.
pub(super) fn plain_verb(word: &str, form: Form) -> Option<&'static Verb> {
    verb(word, form).filter(|v| !v.noun)
}

/// Whether `word` is one of the words of `list`.
pub(super) fn is_in(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|w| w == word)
}

/// Pronouns that are subjects and nothing else, with and without a verb.
pub(super) fn is_nominative(word: &str) -> bool {
    matches!(word, "i" | "we" | "he" | "she" | "they") || is_clitic(word)
}

/// A pronoun and its verb in one: "we're", "it'll".
fn is_clitic(word: &str) -> bool {
    let Some((subject, verb)) = word.split_once('\'') else {
        return false;
    };
    let subjects = [
        "i", "we", "you", "he", "she", "it", "they", "there", "that", "here",
    ];
    subjects.contains(&subject) && matches!(verb, "m" | "re" | "s" | "ll" | "ve" | "d")
}

/// Auxiliaries that are finite wherever they stand.
pub(super) fn is_auxiliary(word: &str) -> bool {
    const WORDS: [&str; 23] = [
        "am", "is", "are", "was", "were", "has", "have", "had", "does", "do", "did", "will",
        "would", "can", "could", "should", "may", "might", "must", "cannot", "ain't", "shall",
        "won't",
    ];
    WORDS.contains(&word)
        || word
            .strip_suffix("n't")
            .is_some_and(|w| w == "ca" || WORDS.contains(&w))
}

/// Words that may open a noun phrase.
pub(super) fn is_determiner(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "a"
            | "an"
            | "my"
            | "our"
            | "your"
            | "his"
            | "her"
            | "its"
            | "their"
            | "this"
            | "that"
            | "these"
            | "those"
            | "each"
            | "every"
            | "some"
            | "any"
            | "no"
            | "both"
            | "many"
            | "most"
            | "more"
            | "several"
            | "all"
            | "another"
    )
}

/// Prepositions that may stand within a subject: "the future of work is".
pub(super) fn is_preposition(word: &str) -> bool {
    matches!(
        word,
        "of" | "in"
            | "on"
            | "for"
            | "from"
            | "with"
            | "at"
            | "by"
            | "about"
            | "into"
            | "across"
            | "through"
            | "between"
            | "behind"
            | "within"
            | "against"
            | "among"
            | "around"
            | "during"
            | "over"
            | "under"
            | "without"
            | "toward"
            | "towards"
            | "via"
    )
}

/// Adverbs that may stand between a subject and its verb.
pub(super) fn is_adverb(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ly")
        || matches!(
            word,
            "also"
                | "just"
                | "now"
                | "still"
                | "never"
                | "always"
                | "even"
                | "often"
                | "then"
                | "soon"
                | "not"
                | "already"
                | "all"
                | "both"
                | "too"
                | "once"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_five_forms_and_every_form_is_found() {
        let rows = include_str!("data/verbs.txt").lines();
        let rows: Vec<&str> = rows.filter(|l| !l.starts_with('#')).collect();
        assert_eq!(rows.len(), VERBS.len());
        for row in rows {
            let cells = row.split(' ').count();
            assert!(cells == 5 || cells == 6 && row.ends_with(" n"), "{row}");
        }
        assert_eq!(verb("wrote", Form::Past).map(|v| v.base), Some("write"));
        assert_eq!(verb("making", Form::Ing).map(|v| v.third), Some("makes"));
        assert!(verb("shows", Form::Third).is_some() && plain_verb("shows", Form::Third).is_none());
        assert!(verb("making", Form::Base).is_none());
    }

    #[test]
    fn classes_of_function_words() {
        assert!(is_nominative("we're") && is_nominative("they") && !is_nominative("you"));
        assert!(is_auxiliary("can't") && is_auxiliary("isn't") && !is_auxiliary("be"));
        assert!(is_adverb("quickly") && !is_adverb("fly"));
    }
}
