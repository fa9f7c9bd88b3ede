//! VADER's word lists.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

static VALENCES: LazyLock<FxHashMap<&'static str, f64>> = LazyLock::new(|| {
    include_str!("../../../models/lexicon/vader.tsv")
        .lines()
        .filter_map(|line| {
            let (word, valence) = line.split_once('\t')?;
            Some((word, valence.parse().ok()?))
        })
        .collect()
});

static EMOJI: LazyLock<FxHashMap<char, &'static str>> = LazyLock::new(|| {
    include_str!("../../../models/lexicon/vader_emoji.tsv")
        .lines()
        .filter_map(|line| {
            let (emoji, description) = line.split_once('\t')?;
            Some((emoji.chars().next()?, description))
        })
        .collect()
});

/// The mean rating of a lower-case word or emoticon, -4 to 4.
pub(super) fn valence(word: &str) -> Option<f64> {
    VALENCES.get(word).copied()
}

/// The words that stand for an emoji of one code point.
pub(super) fn emoji_description(c: char) -> Option<&'static str> {
    // No entry is ASCII.
    if c.is_ascii() {
        return None;
    }
    EMOJI.get(&c).copied()
}

/// What a word of degree adds to the next sentiment.
const BOOST: f64 = 0.293;

/// The pairs of words that dampen; single words are in [`booster`].
pub(super) const BOOSTER_PAIRS: [([&str; 2], f64); 3] = [
    (["just", "enough"], -BOOST),
    (["kind", "of"], -BOOST),
    (["sort", "of"], -BOOST),
];

/// The effect of a lower-case adverb of degree.
pub(super) fn booster(word: &str) -> Option<f64> {
    match word {
        "absolutely" | "amazingly" | "awfully" | "completely" | "considerable" | "considerably"
        | "decidedly" | "deeply" | "effing" | "enormous" | "enormously" | "entirely"
        | "especially" | "exceptional" | "exceptionally" | "extreme" | "extremely"
        | "fabulously" | "flipping" | "flippin" | "frackin" | "fracking" | "fricking"
        | "frickin" | "frigging" | "friggin" | "fully" | "fuckin" | "fucking" | "fuggin"
        | "fugging" | "greatly" | "hella" | "highly" | "hugely" | "incredible" | "incredibly"
        | "intensely" | "major" | "majorly" | "more" | "most" | "particularly" | "purely"
        | "quite" | "really" | "remarkably" | "so" | "substantially" | "thoroughly" | "total"
        | "totally" | "tremendous" | "tremendously" | "uber" | "unbelievably" | "unusually"
        | "utter" | "utterly" | "very" => Some(BOOST),
        "almost" | "barely" | "hardly" | "kinda" | "kindof" | "kind-of" | "less" | "little"
        | "marginal" | "marginally" | "occasional" | "occasionally" | "partly" | "scarce"
        | "scarcely" | "slight" | "slightly" | "somewhat" | "sorta" | "sortof" | "sort-of" => {
            Some(-BOOST)
        }
        _ => None,
    }
}

/// Whether a lower-case word negates. Only the ASCII apostrophe counts.
pub(super) fn negates(word: &str) -> bool {
    matches!(
        word,
        "aint"
            | "arent"
            | "cannot"
            | "cant"
            | "couldnt"
            | "darent"
            | "didnt"
            | "doesnt"
            | "dont"
            | "hadnt"
            | "hasnt"
            | "havent"
            | "isnt"
            | "mightnt"
            | "mustnt"
            | "neednt"
            | "neither"
            | "never"
            | "none"
            | "nope"
            | "nor"
            | "not"
            | "nothing"
            | "nowhere"
            | "oughtnt"
            | "shant"
            | "shouldnt"
            | "uhuh"
            | "uh-uh"
            | "wasnt"
            | "werent"
            | "without"
            | "wont"
            | "wouldnt"
            | "rarely"
            | "seldom"
            | "despite"
    ) || word.contains("n't")
}

/// Phrases whose valence is not that of their words. VADER also lists "badass",
/// which it looks for among pairs and triples of words only, hence never finds.
const IDIOMS: [(&[&str], f64); 8] = [
    (&["the", "shit"], 3.0),
    (&["the", "bomb"], 3.0),
    (&["bad", "ass"], 1.5),
    (&["bus", "stop"], 0.0),
    (&["yeah", "right"], -2.0),
    (&["kiss", "of", "death"], -1.5),
    (&["to", "die", "for"], 3.0),
    (&["beating", "heart"], 3.5),
];

/// The valence of a phrase of two or three lower-case words.
pub(super) fn idiom<'w>(words: impl ExactSizeIterator<Item = &'w str> + Clone) -> Option<f64> {
    IDIOMS
        .iter()
        .find(|(idiom, _)| idiom.len() == words.len() && words.clone().eq(idiom.iter().copied()))
        .map(|(_, valence)| *valence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_whole() {
        assert_eq!(VALENCES.len(), 7506);
        assert_eq!(EMOJI.len(), 1212);
        assert!(EMOJI.keys().all(|c| !c.is_ascii()));
        assert_eq!(valence("love"), Some(3.2));
        assert_eq!(valence(":d"), Some(2.3));
        assert_eq!(emoji_description('😂'), Some("face with tears of joy"));
    }

    #[test]
    fn negations_have_both_spellings() {
        for word in ["can't", "cant", "uh-uh", "never", "despite", "y'allain't"] {
            assert!(negates(word), "{word}");
        }
        assert!(!negates("can’t") && !negates("no") && !negates("least"));
    }

    #[test]
    fn idioms_need_all_their_words() {
        assert_eq!(idiom(["yeah", "right"].into_iter()), Some(-2.0));
        assert_eq!(idiom(["to", "die"].into_iter()), None);
    }
}
