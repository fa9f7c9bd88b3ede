//! The table of rules. A rule's id is a promise: findings, configuration and comments name it.

use crate::analysis::finding::{Rule, Severity};

macro_rules! rules {
    ($($name:ident = $id:literal, $severity:ident, $summary:literal, $source:literal;)*) => {
        $(pub(in crate::analysis) const $name: Rule = Rule {
            id: $id, severity: Severity::$severity, summary: $summary, source: $source,
        };)*
        /// Every rule of this room, by id.
        pub const RULES: &[Rule] = &[$($name),*];
    };
}

rules! {
    EMOJI_DENSITY = "linkedin/emoji-density", Hint,
        "so many emoji that they stand in the way of the words",
        "NN/g, “Emojis in Email Subject Lines” (2020); screen readers say the name of each";
    ENGAGEMENT_BAIT = "linkedin/engagement-bait", Warning,
        "a request for likes, comments, tags or reposts for their own sake",
        "LinkedIn, “Keeping Your Feed Relevant and Productive” (May 2022): such posts are not promoted";
    EXTERNAL_LINK = "linkedin/external-link", Hint,
        "a link that leads away from the feed",
        "common practice of writers; LinkedIn publishes nothing on reach";
    HASHTAG_STUFFING = "linkedin/hashtag-stuffing", Warning,
        "more hashtags than help a reader",
        "common practice of writers; LinkedIn publishes no figure";
    OVER_LIMIT = "linkedin/over-limit", Error,
        "longer than LinkedIn accepts",
        "LinkedIn Posts API: commentary of at most 3,000 UTF-16 units";
    REDUNDANT_SENTENCE = "meaning/redundant-sentence", Hint,
        "a sentence that says nearly what an earlier one says",
        "cosine of sentence vectors, after Reimers and Gurevych, “Sentence-BERT” (2019); the threshold is ours";
    BURIED_LEAD = "structure/buried-lead", Hint,
        "the first concrete point comes after the fold",
        "NN/g, “Inverted Pyramid: Writing for Comprehension” (2018)";
    MONOTONOUS_RHYTHM = "structure/monotonous-rhythm", Hint,
        "a row of sentences of nearly the same length",
        "Provost, “100 Ways to Improve Your Writing” (1985)";
    NO_CALL_TO_ACTION = "structure/no-call-to-action", Hint,
        "a longer post whose end asks nothing of its readers",
        "common practice of writers";
    REPEATED_OPENING = "structure/repeated-opening", Hint,
        "sentences in a row that start with the same word",
        "Williams and Bizup, “Style: Lessons in Clarity and Grace”";
    UNKNOWN_DIRECTIVE = "structure/unknown-directive", Warning,
        "a comment for Postwright that it cannot read, or that names no rule",
        "Postwright's own comment syntax";
    WALL_OF_TEXT = "structure/wall-of-text", Warning,
        "a paragraph too long for a phone",
        "GOV.UK, “Writing for GOV.UK”: short paragraphs; the figure is ours";
    WEAK_HOOK = "structure/weak-hook", Warning,
        "an opening that spends the visible part of the post on a greeting, or runs past the fold",
        "NN/g, “First 2 Words: A Signal for the Scanning Eye” (2009)";
    CLICHE = "style/cliche", Hint,
        "a phrase that readers have seen too often",
        "Orwell, “Politics and the English Language” (1946); GOV.UK, words to avoid";
    HEDGE = "style/hedge", Hint,
        "a phrase that softens the claim",
        "Strunk and White, “The Elements of Style”; Hyland, “Hedging in Scientific Research Articles” (1998)";
    INTENSIFIER = "style/intensifier", Hint,
        "a word that adds weight but no information",
        "Strunk and White, “The Elements of Style”: avoid the use of qualifiers";
    LONG_SENTENCE = "style/long-sentence", Warning,
        "a sentence with too many words",
        "GOV.UK, “Sentence length: why 25 words is our limit” (2014)";
    PASSIVE_VOICE = "style/passive-voice", Hint,
        "a passive that hides who acts",
        "US Federal Plain Language Guidelines: use active voice";
    REPEATED_PUNCTUATION = "style/repeated-punctuation", Hint,
        "repeated exclamation or question marks",
        "The Chicago Manual of Style, on exclamation and question marks";
    SHOUTING = "style/shouting", Hint,
        "words in capitals that are no acronyms",
        "common accessibility guidance: capitals read slower, and some screen readers spell them";
    WORDINESS = "style/wordiness", Hint,
        "a phrase with a shorter or plainer form",
        "US Federal Plain Language Guidelines: use simple words, omit needless words";
    BIDI_CONTROL = "unicode/bidi-control", Warning,
        "an invisible character that reorders the text around it",
        "UAX #9; CVE-2021-42574";
    CONTROL_CHARACTERS = "unicode/control-characters", Warning,
        "control characters and escape sequences, taken out of the text",
        "ECMA-48; Unicode, section 23.1";
    HOMOGLYPH = "unicode/homoglyph", Warning,
        "a Latin word with a look-alike letter of another script",
        "UTS #39, mixed-script detection";
    STYLED_LETTERS = "unicode/styled-letters", Warning,
        "mathematical letters used as bold or italic",
        "Unicode, section 22.2: these symbols are for mathematics, not for styled text";
    ZERO_WIDTH = "unicode/zero-width", Warning,
        "an invisible character that takes no room",
        "Unicode, section 23.2; UTS #39";
}

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn ids_are_sorted_unique_and_well_formed() {
        assert!(RULES.windows(2).all(|w| w[0].id < w[1].id));
        for rule in RULES {
            let (group, name) = rule.id.split_once('/').unwrap();
            assert!(["linkedin", "meaning", "structure", "style", "unicode"].contains(&group));
            assert!(!name.is_empty());
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
            assert!(!rule.summary.is_empty() && !rule.source.is_empty());
        }
    }
}
