//! What a post is, so that the question at its end fits.

use super::clause::{is_order, tokens};
use super::lexis::{self, Form};
use crate::rewrite::draft::{Draft, LineKind, Sentence};

/// What a post is, as far as its question depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Genre {
    /// An event to come.
    Event,
    /// News, a vacancy, praise, an event that is over: no question of experience fits.
    News,
    /// Things to do, one below the other.
    List,
    /// Advice in prose.
    Advice,
    /// Figures of a study.
    Findings,
    /// What happened to the writer.
    Story,
    /// What the writer thinks.
    View,
    /// None of these, as far as words tell.
    Other,
}

impl Genre {
    /// What the post is, as far as its words tell.
    pub(super) fn of(draft: &Draft) -> Self {
        genre(draft)
    }

    /// The question that closes a post of this kind.
    pub(super) fn question(self) -> Option<&'static str> {
        match self {
            Self::Event => Some("Will you be there?"),
            Self::News | Self::Other => None,
            Self::List => Some("What would you add?"),
            Self::Advice => Some("What has worked for you?"),
            Self::Findings => Some("Does this match what you see?"),
            Self::Story => Some("Has something like this happened to you?"),
            Self::View => Some("How do you see it?"),
        }
    }
}

/// Phrases that tell news, in the first sentences.
const NEWS: [&str; 37] = [
    "announce",
    "announced",
    "announcing",
    "appointed",
    "award",
    "awarded",
    "awards",
    "apply",
    "congrats",
    "congratulations",
    "delighted",
    "excited",
    "glad",
    "grateful",
    "happy",
    "hiring",
    "honored",
    "honoured",
    "in this paper",
    "introducing",
    "joined",
    "joining",
    "joins",
    "launch",
    "launched",
    "launches",
    "launching",
    "looking for",
    "partner",
    "partnered",
    "partnership",
    "pleased",
    "proud",
    "seeking",
    "thank",
    "thanks",
    "thrilled",
];
const EVENTS: [&str; 16] = [
    "conference",
    "congress",
    "convention",
    "event",
    "exhibition",
    "expo",
    "forum",
    "keynote",
    "meetup",
    "panel",
    "roundtable",
    "session",
    "summit",
    "symposium",
    "webinar",
    "workshop",
];
const TO_COME: [&str; 7] = [
    "join us",
    "next week",
    "next month",
    "register",
    "tomorrow",
    "upcoming",
    "will be held",
];
const ADVICE: [&str; 13] = [
    "advice",
    "checklist",
    "habit",
    "habits",
    "how to",
    "mistakes",
    "playbook",
    "rules",
    "steps to",
    "tip",
    "tips",
    "ways to",
    "what works",
];
const FINDINGS: [&str; 6] = [
    "report",
    "survey",
    "study",
    "studies",
    "research",
    "benchmark",
];
const SETBACKS: [&str; 14] = [
    "afraid",
    "alone",
    "burned out",
    "failed",
    "failure",
    "fired",
    "mistake",
    "nervous",
    "quit",
    "rejected",
    "rejection",
    "scared",
    "struggled",
    "wrong",
];
const OPINIONS: [&str; 18] = [
    "always",
    "argue",
    "believe",
    "cannot",
    "can't",
    "matters",
    "must",
    "myth",
    "never",
    "opinion",
    "overrated",
    "question",
    "should",
    "shouldn't",
    "think",
    "truth",
    "underrated",
    "wrong",
];
/// Greetings, tributes and the like, which ask nothing.
const WISHES: [&str; 20] = [
    "anniversary",
    "appreciation",
    "birthday",
    "christmas",
    "dad",
    "diwali",
    "eid",
    "farewell",
    "father",
    "gratitude",
    "greetings",
    "holiday",
    "holidays",
    "mom",
    "mother",
    "mum",
    "new year",
    "thanksgiving",
    "tribute",
    "wishes",
];

/// Sentences at the start that tell whether a post is news.
const OPENING: usize = 3;
/// Items from which a post is a list.
const ITEMS: usize = 3;
/// Sentences at least in which the writer acts, in a story.
const ACTS: usize = 3;

fn genre(draft: &Draft) -> Genre {
    let text = draft.text().to_lowercase().replace('’', "'");
    let all = draft.sentences();
    let opening = all.get(OPENING.min(all.len()).wrapping_sub(1));
    let opening = opening.map_or(draft.text(), |s| &draft.text()[..s.span.end]);
    let opening = opening.to_lowercase().replace('’', "'");
    let holds = |text: &str, any: &[&str]| {
        let words = tokens(text);
        any.iter().any(|a| match a.contains(' ') {
            true => text.contains(a),
            false => words.iter().any(|t| t.lower == *a),
        })
    };
    let items: Vec<&Sentence> = all
        .iter()
        .filter(|s| draft.kinds[s.line] == LineKind::Item)
        .collect();
    // "1. Ask." has its order behind the marker.
    let orders = items.iter().filter(|s| {
        let words = s.span.of(draft.text());
        is_order(words.trim_start_matches(|c: char| !c.is_alphabetic()))
    });
    let asks = items.len() >= ITEMS && orders.count() * 2 > items.len();
    let acts = |s: &&Sentence| {
        let words = tokens(s.span.of(draft.text()));
        words.windows(2).any(|w| {
            w[0].lower == "i"
                && (lexis::verb(&w[1].lower, Form::Past).is_some()
                    || matches!(
                        w[1].lower.as_str(),
                        "was" | "had" | "did" | "couldn't" | "didn't"
                    ))
        })
    };
    if holds(&text, &WISHES) {
        Genre::Other
    } else if holds(&opening, &EVENTS) {
        if holds(&opening, &TO_COME) {
            Genre::Event
        } else {
            Genre::News
        }
    } else if holds(&opening, &NEWS) {
        Genre::News
    } else if asks || items.len() >= ITEMS && holds(&opening, &ADVICE) {
        Genre::List
    } else if holds(&opening, &ADVICE) {
        Genre::Advice
    } else if draft.prose().filter(acts).count() >= ACTS && holds(&text, &SETBACKS) {
        Genre::Story
    } else if holds(&opening, &FINDINGS) && text.contains('%') {
        Genre::Findings
    } else if holds(&text, &OPINIONS) {
        Genre::View
    } else {
        Genre::Other
    }
}
