//! Passive sentences of the plainest kind turned round: "The plan was written by Ann."

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::Operator;
use super::lexis::{self, Form};
use crate::analysis::rules::edit::capitalise;
use crate::rewrite::draft::{Draft, Sentence};
use crate::rewrite::edit::Edit;

/// Participles and their past tense, where they differ from -ed.
static PAST: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("data/irregular.txt").lines();
    lines
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_once(' '))
        .collect()
});

/// Words at most in a subject and in an agent.
const LONGEST: (usize, usize) = (6, 6);
/// Words of an agent from which on "of" alone may join them: "the court in May" tells when.
const LONG_AGENT: usize = 4;

/// Words that may start a subject or an agent of several words.
const DETERMINERS: [&str; 11] = [
    "the", "a", "an", "my", "our", "your", "his", "her", "their", "this", "that",
];

/// Heads of "by the …" that say when, where or how, and act in nothing.
const NO_AGENTS: [&str; 29] = [
    "accident",
    "afternoon",
    "book",
    "choice",
    "day",
    "deadline",
    "decade",
    "default",
    "email",
    "end",
    "evening",
    "hand",
    "hour",
    "law",
    "lot",
    "margin",
    "means",
    "minute",
    "mistake",
    "month",
    "morning",
    "name",
    "night",
    "river",
    "sea",
    "side",
    "time",
    "way",
    "year",
];

/// People, who act without a determiner: "is written by students".
const PEOPLE: [&str; 29] = [
    "analysts",
    "artists",
    "attendees",
    "children",
    "clients",
    "customers",
    "designers",
    "developers",
    "doctors",
    "employees",
    "engineers",
    "experts",
    "founders",
    "hackers",
    "journalists",
    "judges",
    "lawyers",
    "leaders",
    "managers",
    "marketers",
    "members",
    "people",
    "readers",
    "researchers",
    "students",
    "teachers",
    "users",
    "volunteers",
    "women",
];

/// Participles that tell how somebody feels: no cause is an agent.
const FELT: [&str; 20] = [
    "amazed",
    "blessed",
    "captivated",
    "confused",
    "delighted",
    "encouraged",
    "energised",
    "energized",
    "excited",
    "fascinated",
    "honored",
    "honoured",
    "humbled",
    "impressed",
    "inspired",
    "moved",
    "overwhelmed",
    "shocked",
    "surprised",
    "touched",
];

/// Words that no plain noun phrase holds: with one, the phrase is a clause.
const CLAUSE_WORDS: [&str; 22] = [
    "that", "which", "who", "whom", "where", "when", "because", "if", "and", "or", "but", "to",
    "not", "never", "was", "were", "is", "are", "has", "had", "by", "while",
];

pub(super) fn apply(draft: &Draft) -> Vec<Edit> {
    draft
        .prose()
        .filter_map(|s| Some(Operator::ActiveVoice.edit(draft, s.span, active(draft, s)?)))
        .collect()
}

/// The whole sentence turned round, where that is safe: one clause, a tense that the agent's number
/// allows, an agent that is a person or thing, nothing behind it.
fn active(draft: &Draft, sentence: &Sentence) -> Option<String> {
    if draft.is_masked(sentence.line, sentence.span) {
        return None;
    }
    let text = sentence.span.of(draft.text());
    let end = text.len() - text.trim_end_matches(['.', '!']).len();
    let (body, mark) = text.split_at(text.len() - end);
    if mark.is_empty()
        || !body.chars().all(|c| {
            c.is_alphanumeric() || matches!(c, ' ' | ',' | '-' | '\'' | '’' | '%' | '$' | '€')
        })
    {
        return None;
    }
    let words: Vec<&str> = body.split(' ').collect();
    let be = words.iter().position(|w| {
        matches!(*w, "was" | "were" | "is" | "are" | "has" | "have") || modal(w).is_some()
    })?;
    let (subject, rest) = words.split_at(be);
    let (tense, rest) = Tense::of(rest)?;
    let (adverb, rest) = match *rest.first()? {
        w if w.ends_with("ly") && w.len() > 4 => (format!("{w} "), &rest[1..]),
        _ => (String::new(), rest),
    };
    let (participle, by, agent) = (*rest.first()?, *rest.get(1)?, rest.get(2..)?);
    let listed = is_list_of_names(agent);
    if by != "by"
        || FELT.contains(&participle)
        || !is_phrase(subject, LONGEST.0)
        || !(listed || is_agent(agent))
        || subject.iter().any(|w| w.contains(','))
    {
        return None;
    }
    let verb = tense.verb(participle, agent)?;
    Some(format!(
        "{} {adverb}{verb} {}{mark}",
        agent_as_subject(agent)?,
        subject_as_object(subject)?
    ))
}

/// When a passive happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tense {
    /// "was written"
    Past,
    /// "is written"
    Present,
    /// "is being written"
    Progressive,
    /// "has been written"
    Perfect,
    /// "will be written"
    Modal(&'static str),
}

impl Tense {
    /// The tense of the auxiliaries that `words` open with, and the words behind them.
    fn of<'w, 't>(words: &'w [&'t str]) -> Option<(Self, &'w [&'t str])> {
        Some(match words {
            ["was" | "were", rest @ ..] if rest.first() != Some(&"being") => (Self::Past, rest),
            ["is" | "are", "being", rest @ ..] => (Self::Progressive, rest),
            ["is" | "are", rest @ ..] => (Self::Present, rest),
            ["has" | "have", "been", rest @ ..] => (Self::Perfect, rest),
            [first, "be", rest @ ..] => (Self::Modal(modal(first)?), rest),
            _ => return None,
        })
    }

    /// The verb of `agent` in this tense.
    fn verb(self, participle: &str, agent: &[&str]) -> Option<String> {
        if self == Self::Past {
            return past_of(participle).map(str::to_owned);
        }
        let verb = lexis::verb(participle, Form::Participle)?;
        if let Self::Modal(modal) = self {
            return Some(format!("{modal} {}", verb.base));
        }
        let many = is_list_of_names(agent) || is_plural(agent)?;
        Some(match (self, many) {
            (Self::Past | Self::Modal(_), _) => verb.past.to_owned(),
            (Self::Present, true) => verb.base.to_owned(),
            (Self::Present, false) => verb.third.to_owned(),
            (Self::Progressive, true) => format!("are {}", verb.ing),
            (Self::Progressive, false) => format!("is {}", verb.ing),
            (Self::Perfect, true) => format!("have {participle}"),
            (Self::Perfect, false) => format!("has {participle}"),
        })
    }
}

/// The modal verb that `word` is, or denies.
fn modal(word: &str) -> Option<&'static str> {
    const MODALS: [&str; 11] = [
        "will", "would", "can", "could", "should", "must", "may", "might", "cannot", "can't",
        "won't",
    ];
    MODALS.into_iter().find(|m| *m == word.replace('’', "'"))
}

/// Whether `agent` is several names: "Ann and Bo", "Acme, Beta, and Kin".
fn is_list_of_names(agent: &[&str]) -> bool {
    let Some(and) = agent.iter().rposition(|w| *w == "and") else {
        return false;
    };
    let named = |w: &&str| w.starts_with(char::is_uppercase);
    let (before, last) = (&agent[..and], &agent[and + 1..]);
    let closed = last.iter().all(|w| !w.contains(','));
    !before.is_empty()
        && !last.is_empty()
        && closed
        && before.iter().chain(last).all(named)
        && (before.len() <= 2 || before.iter().any(|w| w.ends_with(',')))
}

/// Whether `agent` is one plain phrase.
fn is_agent(agent: &[&str]) -> bool {
    let of_only =
        agent.len() <= LONG_AGENT || !agent.iter().any(|w| lexis::is_preposition(w) && *w != "of");
    is_phrase(agent, LONGEST.1) && of_only && !agent.iter().any(|w| w.contains(','))
}

/// Whether `agent` is more than one; none where its form does not tell.
fn is_plural(agent: &[&str]) -> Option<bool> {
    match *agent {
        ["us" | "them" | "you"] => return Some(true),
        ["him" | "her"] => return Some(false),
        // "By me" would need "am".
        ["me"] => return None,
        _ => {}
    }
    let first = agent.first()?;
    let head = agent
        .iter()
        .position(|w| *w == "of")
        .and_then(|i| agent.get(i.wrapping_sub(1)));
    let last = head.or(agent.last())?;
    let named = last.starts_with(char::is_uppercase);
    let collective = matches!(
        *last,
        "people" | "men" | "women" | "children" | "staff" | "police"
    );
    let ends = last.ends_with('s') && !last.ends_with("ss");
    match (named, ends, *first) {
        _ if collective => Some(true),
        (true, true, _) => None,
        (_, true, "a" | "an" | "this" | "that") | (_, false, _) => Some(false),
        (false, true, _) => Some(!last.ends_with("us") && !last.ends_with("is")),
    }
}

fn is_phrase(words: &[&str], longest: usize) -> bool {
    !words.is_empty()
        && words.len() <= longest
        && words.iter().enumerate().all(|(i, w)| {
            let lower = w.to_lowercase();
            !w.is_empty()
                && (!CLAUSE_WORDS.contains(&lower.as_str())
                    || i == 0 && DETERMINERS.contains(&lower.as_str()))
        })
}

fn past_of(participle: &str) -> Option<&str> {
    let regular = participle.len() > 4
        && participle.ends_with("ed")
        && !participle.ends_with("eed")
        && participle.chars().all(|c| c.is_ascii_lowercase());
    PAST.get(participle)
        .copied()
        .or(regular.then_some(participle))
}

/// The agent at the head of a sentence, where it can act.
fn agent_as_subject(agent: &[&str]) -> Option<String> {
    let subject = match *agent {
        ["me"] => "I",
        ["us"] => "We",
        ["him"] => "He",
        ["them"] => "They",
        ["her"] => "She",
        ["you"] => "You",
        _ => "",
    };
    if !subject.is_empty() {
        return Some(subject.to_owned());
    }
    if is_list_of_names(agent) {
        return Some(agent.join(" "));
    }
    let (first, last) = (agent.first()?, agent.last()?);
    let people = PEOPLE.contains(last)
        && agent[..agent.len() - 1]
            .iter()
            .all(|w| !lexis::is_preposition(w) && !w.ends_with("ed"));
    let named = agent.iter().all(|w| w.starts_with(char::is_uppercase));
    let determined = DETERMINERS.contains(first) && agent.len() > 1;
    let figure = agent
        .iter()
        .any(|w| w.contains(|c: char| c.is_ascii_digit()));
    let head = agent
        .iter()
        .position(|w| *w == "of")
        .and_then(|i| agent.get(i.wrapping_sub(1)));
    let head = head.unwrap_or(last).to_lowercase();
    let acts = !NO_AGENTS.contains(&head.as_str()) && !head.ends_with("ing") && !is_time(&head);
    ((named || determined || people) && acts && !figure).then(|| capitalise(&agent.join(" ")))
}

fn is_time(word: &str) -> bool {
    const TIMES: [&str; 20] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "noon",
    ];
    TIMES.contains(&word)
}

/// The subject behind a verb: pronouns change their case, a determiner its capital.
fn subject_as_object(subject: &[&str]) -> Option<String> {
    let lower = subject.first()?.to_lowercase();
    if let [_] = subject {
        let object = match lower.as_str() {
            "i" => "me",
            "we" => "us",
            "he" => "him",
            "she" => "her",
            "they" => "them",
            "it" | "you" => lower.as_str(),
            // One bare word may be a name or a noun: "Customers were told by Ann."
            _ => return None,
        };
        return Some(object.to_owned());
    }
    if !DETERMINERS.contains(&lower.as_str()) {
        return None;
    }
    let rest = subject[1..].join(" ");
    Some(format!("{lower} {rest}"))
}

/// Bytes of the sentences that [`apply`] would turn round; for tests of its caution.
#[cfg(test)]
pub(super) fn spans(draft: &Draft) -> Vec<crate::post::Span> {
    apply(draft).into_iter().map(|e| e.span).collect()
}
