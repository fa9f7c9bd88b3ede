//! Rules that are a table of phrases: wordiness, hedges, intensifiers, clichés, engagement bait.

use std::sync::LazyLock;

use super::edit;
use super::line::Line;
use super::phrases::{Hit, PhraseTable};
use super::table::{CLICHE, ENGAGEMENT_BAIT, HEDGE, INTENSIFIER, WORDINESS};
use crate::analysis::finding::{Finding, Rule};

#[derive(Debug, Clone, Copy)]
enum Kind {
    Wordiness,
    Hedge,
    Intensifier,
    Cliche,
    Bait,
}

static TABLE: LazyLock<PhraseTable<Kind>> = LazyLock::new(|| {
    let tables = [
        (Kind::Wordiness, include_str!("data/wordiness.txt")),
        (Kind::Hedge, include_str!("data/hedge.txt")),
        (Kind::Intensifier, include_str!("data/intensifier.txt")),
        (Kind::Cliche, include_str!("data/cliche.txt")),
        (Kind::Bait, include_str!("data/bait.txt")),
    ];
    PhraseTable::new(
        tables
            .into_iter()
            .flat_map(|(k, t)| t.lines().map(move |l| (k, l))),
    )
});

pub(super) fn find(line: &Line, out: &mut Vec<Finding>) {
    for hit in TABLE.hits(&line.lower) {
        let edit = edit::replace(line, hit.span, &hit.phrase.replacements);
        let (rule, message) = message(line, &hit);
        out.push(
            line.finding(&rule, edit.span, message)
                .with(edit.replacements),
        );
    }
}

fn message(line: &Line, hit: &Hit<Kind>) -> (Rule, String) {
    let found = hit.span.of(line.normal());
    match hit.phrase.kind {
        Kind::Wordiness => {
            let advice = match hit.phrase.replacements.as_slice() {
                [] => "can be shorter".to_owned(),
                [""] => "can go: the sentence says the same without it".to_owned(),
                with => format!("can be “{}”", with.join("” or “")),
            };
            (WORDINESS, format!("“{found}” {advice}."))
        }
        Kind::Hedge => (
            HEDGE,
            format!("“{found}” softens the point. If you are sure, say it straight."),
        ),
        Kind::Intensifier => (
            INTENSIFIER,
            format!("“{found}” adds little here. Drop it, or pick a stronger word or a figure."),
        ),
        Kind::Cliche => (
            CLICHE,
            format!("“{found}” has been read too often. Say what happened in your own words."),
        ),
        Kind::Bait => (
            ENGAGEMENT_BAIT,
            format!(
                "“{found}” asks for a reaction for its own sake, and LinkedIn does not promote \
                 that. Ask a question you want answered."
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{clean, fixed, flags};

    #[test]
    fn wordiness() {
        fixed(
            "style/wordiness",
            "Due to the fact that it rained, we left.",
            "Because it rained, we left.",
        );
        fixed(
            "style/wordiness",
            "We met in order to plan.",
            "We met to plan.",
        );
        fixed(
            "style/wordiness",
            "It’s worth noting that costs fell.",
            "Costs fell.",
        );
        fixed(
            "style/wordiness",
            "The majority of the team agreed.",
            "Most of the team agreed.",
        );
        clean("style/wordiness", "The items are in order today.");
        clean(
            "style/wordiness",
            "He can fly, and he has a large number on his shirt.",
        );
        clean("style/wordiness", "A number of the teams left.");
        clean("style/wordiness", "You will have the ability to pause.");
    }

    #[test]
    fn hedges() {
        fixed("style/hedge", "I think we should go.", "We should go.");
        fixed("style/hedge", "It is sort of done.", "It is done.");
        flags("style/hedge", "In my humble opinion it works.");
        clean("style/hedge", "I think about it daily.");
        clean("style/hedge", "When I think we lost, I cry.");
        clean("style/hedge", "This kind of work is rare.");
        clean("style/hedge", "What do you think?");
    }

    #[test]
    fn intensifiers() {
        fixed("style/intensifier", "It was very cold.", "It was cold.");
        fixed("style/intensifier", "I really enjoyed it.", "I enjoyed it.");
        clean("style/intensifier", "The very first day was not very long.");
        clean(
            "style/intensifier",
            "What really matters? Thank you very much.",
        );
        clean("style/intensifier", "Watch the Super Bowl.");
        clean("style/intensifier", "Every reality shows.");
    }

    #[test]
    fn cliches() {
        flags("style/cliche", "I’m humbled to announce a new job.");
        flags("style/cliche", "This is a GAME CHANGER.");
        fixed(
            "style/cliche",
            "My learnings from ten years",
            "My lessons from ten years",
        );
        clean("style/cliche", "We changed the rules of the game.");
        clean("style/cliche", "The needle moved.");
        clean("style/cliche", "They announce it today.");
    }

    #[test]
    fn bait() {
        flags("linkedin/engagement-bait", "Like if you agree!");
        flags("linkedin/engagement-bait", "Please repost. ♻️");
        flags("linkedin/engagement-bait", "Tag a friend who needs this.");
        clean(
            "linkedin/engagement-bait",
            "I like it if you agree with me.",
        );
        clean("linkedin/engagement-bait", "We follow the tag on the box.");
        clean("linkedin/engagement-bait", "What would you do?");
    }

    #[test]
    fn tables_are_sound() {
        for table in [
            include_str!("data/wordiness.txt"),
            include_str!("data/hedge.txt"),
            include_str!("data/intensifier.txt"),
            include_str!("data/cliche.txt"),
            include_str!("data/bait.txt"),
            include_str!("data/openers.txt"),
        ] {
            let mut seen = std::collections::HashSet::new();
            for line in table.lines().filter(|l| !l.starts_with('#')) {
                let phrase = line
                    .split(" ; ")
                    .next()
                    .unwrap()
                    .split("->")
                    .next()
                    .unwrap()
                    .trim();
                assert_eq!(phrase, phrase.to_lowercase(), "{line}");
                assert!(
                    !phrase.is_empty() && seen.insert(phrase),
                    "twice or empty: {line}"
                );
                assert!(!phrase.contains(['’', '“']), "curly: {line}");
            }
        }
    }
}
