//! Thresholds of the rules.

use serde::{Deserialize, Serialize};

/// Where each rule starts to speak. Lengths are grapheme clusters unless a name says otherwise.
///
/// Figures without a source are judgement, set so that a rule speaks about the outliers in a
/// sample of 2,000 public posts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleSettings {
    /// `style/long-sentence`: most words in a sentence. 25 is GOV.UK's limit.
    pub max_sentence_words: usize,
    /// `style/shouting`: words in capitals in a row, acronyms not counted.
    pub shouting_words: usize,
    /// `style/shouting`: letters from which one word in capitals is shouting by itself.
    pub shouting_letters: usize,
    /// `structure/wall-of-text`: most characters in a paragraph.
    pub wall_characters: usize,
    /// `structure/wall-of-text`: most full lines in a row without a blank one; lists are exempt.
    pub wall_lines: usize,
    /// `structure/buried-lead`: characters behind which the first figure counts as buried.
    pub buried_lead_characters: usize,
    /// `structure/no-call-to-action`: posts up to this many characters need none.
    pub call_to_action_characters: usize,
    /// `structure/monotonous-rhythm`: sentences in a row with nearly the same length.
    pub rhythm_sentences: usize,
    /// `structure/monotonous-rhythm`: words by which those lengths may differ.
    pub rhythm_tolerance_words: usize,
    /// `structure/repeated-opening`: sentences in a row with the same first word.
    pub repeated_openings: usize,
    /// `linkedin/hashtag-stuffing`: most hashtags.
    pub max_hashtags: usize,
    /// `linkedin/emoji-density`: most emoji per 100 words.
    pub max_emoji_per_100_words: usize,
    /// `linkedin/emoji-density`: emoji that any post may have.
    pub free_emoji: usize,
    /// `meaning/redundant-sentence`: cosine of two sentences from which they say the same.
    pub redundant_cosine: f64,
}

impl Default for RuleSettings {
    fn default() -> Self {
        Self {
            max_sentence_words: 25,
            shouting_words: 3,
            shouting_letters: 10,
            wall_characters: 500,
            wall_lines: 7,
            buried_lead_characters: 400,
            call_to_action_characters: 300,
            rhythm_sentences: 5,
            rhythm_tolerance_words: 1,
            repeated_openings: 3,
            max_hashtags: 5,
            max_emoji_per_100_words: 10,
            free_emoji: 5,
            redundant_cosine: 0.8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RuleSettings;

    #[test]
    fn unknown_keys_are_refused_and_missing_ones_default() {
        let s: RuleSettings = toml::from_str("max_hashtags = 3").unwrap();
        assert_eq!(s.max_hashtags, 3);
        assert_eq!(s.max_sentence_words, 25);
        assert!(toml::from_str::<RuleSettings>("max_hashtag = 3").is_err());
    }
}
