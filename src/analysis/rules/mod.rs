//! Rules of our own: style, structure, LinkedIn, Unicode.
//!
//! Line rules depend on one line only, so that their findings can be kept per line; post rules
//! see all of it. Rules of grammar and spelling live elsewhere.

mod characters;
mod document;
pub(crate) mod edit;
mod input;
pub(crate) mod line;
mod linkedin;
mod opening;
mod passive;
pub(crate) mod phrases;
mod sentences;
mod settings;
mod shape;
mod shouting;
mod table;
#[cfg(test)]
mod testing;
mod word_sets;
mod wording;

use document::Document;
pub use input::{directive_findings, ingress_findings};
use line::Line;
pub use settings::RuleSettings;
pub(in crate::analysis) use table::REDUNDANT_SENTENCE;
pub use table::RULES;

use super::finding::{Finding, Rule};
use crate::post::{FoldLimits, ParsedLine, Post, directive};

/// Every rule, sorted by id.
#[must_use]
pub fn rules() -> &'static [Rule] {
    RULES
}

/// Whether a selector (an id, a group, or `group/*`) names a rule of this room.
#[must_use]
pub fn selects_any(selector: &str) -> bool {
    RULES.iter().any(|r| directive::names(selector, r.id))
}

/// Rules that look for English words, and mean nothing in another language.
const ENGLISH: [&str; 9] = [
    "linkedin/engagement-bait",
    "structure/buried-lead",
    "structure/no-call-to-action",
    "structure/weak-hook",
    "style/cliche",
    "style/hedge",
    "style/intensifier",
    "style/passive-voice",
    "style/wordiness",
];

/// Whether `rule` speaks about any language.
#[must_use]
pub fn is_language_neutral(rule: &str) -> bool {
    !ENGLISH.contains(&rule)
}

/// What the rules say about one line; spans are bytes of the line, in order.
#[must_use]
pub fn line_findings(line: &str, parsed: &ParsedLine, settings: &RuleSettings) -> Vec<Finding> {
    let mut out = Vec::new();
    let l = Line::new(line, parsed);
    wording::find(&l, &mut out);
    passive::find(&l, &mut out);
    shouting::find(&l, settings, &mut out);
    sentences::find_long(&l, settings, &mut out);
    sentences::find_repeated_punctuation(&l, &mut out);
    linkedin::find_bait(&l, &mut out);
    linkedin::find_links(&l, &mut out);
    characters::find(line, parsed, &mut out);
    out.sort_by_key(|f| f.span);
    out
}

/// What the rules say about a post as a whole; spans are bytes of `post.text()`, in order.
/// `parsed` runs parallel to `post.lines()`.
#[must_use]
pub fn post_findings(
    post: &Post,
    parsed: &[&ParsedLine],
    settings: &RuleSettings,
    fold: FoldLimits,
) -> Vec<Finding> {
    debug_assert_eq!(post.lines().len(), parsed.len());
    let mut out = Vec::new();
    let doc = Document::new(post, parsed, fold);
    opening::find_weak_hook(&doc, fold, &mut out);
    opening::find_buried_lead(&doc, settings, &mut out);
    shape::find_walls(&doc, settings, &mut out);
    shape::find_missing_call(&doc, settings, &mut out);
    shape::find_monotony(&doc, settings, &mut out);
    shape::find_repeated_openings(&doc, settings, &mut out);
    linkedin::find_over_limit(&doc, &mut out);
    linkedin::find_hashtags(&doc, settings, &mut out);
    linkedin::find_emoji(&doc, settings, &mut out);
    out.sort_by_key(|f| f.span);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::structure;
    use super::*;

    fn all(input: &str) -> (Post, Vec<Finding>) {
        let settings = RuleSettings::default();
        let post = Post::new(input);
        let parsed: Vec<_> = post
            .lines()
            .iter()
            .map(|l| ParsedLine::parse(l.span.of(post.text())))
            .collect();
        let parsed: Vec<_> = parsed.iter().collect();
        let mut found = post_findings(&post, &parsed, &settings, FoldLimits::default());
        for (line, parsed) in post.lines().iter().zip(&parsed) {
            let text = line.span.of(post.text());
            let here = line_findings(text, parsed, &settings);
            assert!(here.is_sorted_by_key(|f| f.span));
            found.extend(here.into_iter().map(|f| f.shifted(line.span.start)));
        }
        let mut structure = structure::structure(&post, &parsed, FoldLimits::default());
        structure.map_spans(|s| {
            assert!(post.text().get(s.start..s.end).is_some(), "{s:?}");
            s
        });
        (post, found)
    }

    fn check(input: &str) {
        let (post, found) = all(input);
        for f in &found {
            assert!(post.text().get(f.span.start..f.span.end).is_some(), "{f:?}");
            assert!(!f.message.is_empty());
            let rule = RULES.iter().find(|r| r.id == f.rule).expect("in the table");
            assert_eq!(rule.severity, f.severity);
        }
        let found = ingress_findings(&post)
            .into_iter()
            .chain(directive_findings(&post, selects_any));
        for f in found {
            assert!(input.get(f.span.start..f.span.end).is_some(), "{f:?}");
            assert!(RULES.iter().any(|r| r.id == f.rule));
        }
    }

    #[test]
    fn english_rules_are_in_the_table() {
        assert!(ENGLISH.iter().all(|id| RULES.iter().any(|r| r.id == *id)));
        assert!(is_language_neutral("style/long-sentence"));
    }

    proptest! {
        #[test]
        fn arbitrary_text_is_survived(input in any::<String>()) {
            check(&input);
        }

        #[test]
        fn text_full_of_triggers_is_survived(
            input in "(very |Really|, |\\. |a |an |@bob |#tag |https://x.io |I think |in order to |was |written |NASA |STOP |𝗕𝗼 |’|“|é|🚀|\u{200b}|\u{202e}|!!|\\?|\n|\n\n|- |1\\. |comment YES |agree\\?|So, |40% |\r|\x1b\\[0m|<!-- postwright: off x -->|а|sаle ){0,40}",
        ) {
            check(&input);
        }
    }

    #[test]
    fn megabytes_are_checked() {
        // A quadratic scan would not come to an end here.
        let line =
            "It was very much written in order to STOP THIS NOISE, really? 𝗕𝗼𝗹𝗱 a\u{200b}b #x "
                .repeat(12_000);
        check(&line);
        check(&"We went.\n".repeat(100_000));
        for piece in [
            "!",
            "-",
            "a",
            "\u{200d}",
            "very ",
            "- x\n",
            "\n",
            "#a ",
            "🚀",
            "'",
            "𝗕",
            "A ",
            "1\u{200d}",
        ] {
            check(&piece.repeat(1_000_000 / piece.len()));
        }
    }
}
