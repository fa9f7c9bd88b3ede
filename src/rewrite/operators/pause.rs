//! Where a reader pauses within a sentence, so that a line may end there.
//!
//! A pause is never between the items of a series, within a phrase, or between a verb and what it
//! acts on; where words do not tell, there is none.

use unicode_segmentation::UnicodeSegmentation;

use super::clause::{self, closed, count, has_verb, opens_clause, tokens};
use super::lexis::{self, Form};
use crate::post::emoji::is_emoji;

/// Words at least before and behind a pause.
pub(super) const SHORTEST: (usize, usize) = (3, 3);

/// Words of a subject at most, its first aside.
const LONGEST_SUBJECT: usize = 8;

/// Words from which on a stretch counts as said, though no verb is found in it.
const LONG: usize = 8;

/// Adjectives and participles that open a sentence without subject and verb: "Proud to share …".
const FEELINGS: [&str; 22] = [
    "amazing",
    "delighted",
    "excited",
    "glad",
    "grateful",
    "great",
    "happy",
    "honored",
    "honoured",
    "humbled",
    "incredible",
    "interesting",
    "join",
    "looking",
    "meet",
    "pleased",
    "privileged",
    "proud",
    "super",
    "thrilled",
    "very",
    "wonderful",
];

/// Nouns and adverbs of time in a phrase that may stand before a sentence: "Last week, …".
const TIMES: [&str; 24] = [
    "afternoon",
    "day",
    "days",
    "decade",
    "evening",
    "friday",
    "fall",
    "monday",
    "month",
    "months",
    "morning",
    "quarter",
    "recently",
    "saturday",
    "spring",
    "summer",
    "sunday",
    "thursday",
    "today",
    "tuesday",
    "wednesday",
    "week",
    "year",
    "years",
];

/// Words behind a comma that start an afterthought, whatever follows them.
const AFTERTHOUGHTS: [&str; 17] = [
    "according",
    "along",
    "alongside",
    "as",
    "aka",
    "despite",
    "due",
    "especially",
    "even",
    "including",
    "instead",
    "not",
    "particularly",
    "rather",
    "regardless",
    "thanks",
    "whether",
];

/// Words in front of a clause without a comma before them.
const JOINTS: [&str; 11] = [
    "because", "but", "so", "while", "although", "though", "whereas", "and", "when", "if", "as",
];

/// Words that a clause behind "when", "if" or "as" belongs to.
const HELD: [&str; 28] = [
    "as",
    "so",
    "such",
    "even",
    "only",
    "just",
    "exactly",
    "especially",
    "know",
    "knows",
    "see",
    "ask",
    "wonder",
    "remember",
    "imagine",
    "learn",
    "of",
    "about",
    "on",
    "for",
    "from",
    "to",
    "at",
    "same",
    "and",
    "or",
    "but",
    "than",
];

/// How good a pause is, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// A colon, semicolon, dash or ellipsis, an emoji before a capital, the end of a quotation.
    Mark,
    /// A comma before a clause, or behind a phrase that stands before one.
    Clause,
    /// A comma before a participle, an apposition or an afterthought.
    Trailing,
    /// A clause without a comma before it.
    Joint,
    /// The comma that ends what was put in behind the subject.
    Aside,
}

/// The white space within `sentence` at which a line may end, by bytes: the best first, and of
/// those as good as each other the last. Of a sentence in another language only the marks tell.
pub(super) fn places(sentence: &str, english: bool) -> Vec<usize> {
    let mut out: Vec<(Rank, usize)> = sentence
        .match_indices(' ')
        .filter_map(|(at, _)| {
            let (before, rest) = (&sentence[..at], &sentence[at + 1..]);
            let enough = count(before) >= SHORTEST.0 && count(rest) >= SHORTEST.1;
            (enough && closed(before)).then_some(())?;
            // Behind a quotation, but not between two of a series.
            let said = (before.ends_with(",\"") || before.ends_with(",”"))
                && !rest.starts_with(['"', '“'])
                && !rest.starts_with("and ");
            let rank = if is_mark(before, rest) || said {
                Rank::Mark
            } else if !english {
                return None;
            } else if let Some(bare) = before.strip_suffix(',') {
                behind_comma(bare, rest)?
            } else {
                (is_joint(before, rest) || is_fronted(before, rest)).then_some(Rank::Joint)?
            };
            Some((rank, at))
        })
        .collect();
    out.sort_by_key(|(rank, at)| (*rank, std::cmp::Reverse(*at)));
    out.into_iter().map(|(_, at)| at).collect()
}

/// Whether a mark parts `before` from `rest`.
fn is_mark(before: &str, rest: &str) -> bool {
    let capital = rest.starts_with(char::is_uppercase);
    let last = before.rsplit(' ').next().unwrap_or_default();
    let figure = rest.starts_with(|c: char| c.is_ascii_digit());
    match before.chars().next_back() {
        // A title has a capital on both sides of its colon.
        Some(':') => {
            let title = capital && last.starts_with(char::is_uppercase);
            !title && !rest.starts_with("http")
        }
        Some(';' | '…') => true,
        Some('—' | '–' | '-') => {
            let bare = before.trim_end_matches(['—', '–', '-']);
            let dash = last.chars().all(|c| matches!(c, '—' | '–' | '-')) || last.ends_with('—');
            let more = [bare, rest]
                .iter()
                .any(|t| t.contains(['—', '–']) || t.contains(" - "));
            dash && !figure && (!more || states(bare))
        }
        _ if before.ends_with("...") => true,
        _ => {
            let pictured = before.graphemes(true).next_back().is_some_and(is_emoji);
            let lead = tokens(before);
            let holds = lead
                .last()
                .is_some_and(|t| lexis::is_preposition(&t.lower) || lexis::is_determiner(&t.lower));
            pictured && capital && !holds && states(before)
        }
    }
}

/// Whether a subject and its verb open `text`: as [`opens_clause`] finds them, or an auxiliary
/// behind a longer subject, what stands in brackets aside.
fn has_clause(text: &str) -> bool {
    let words = tokens(text);
    if opens_clause(text) {
        return true;
    }
    let starts = words.first().is_some_and(|t| {
        !t.closes
            && !lexis::is_preposition(&t.lower)
            && !lexis::is_auxiliary(&t.lower)
            && !clause::is_leaning(&t.lower)
            && !lexis::is_adverb(&t.lower)
            && !t.lower.ends_with("ing")
            && lexis::plain_verb(&t.lower, Form::Base).is_none()
    });
    let finite = |i: usize| clause::finite_at(&words, i);
    let mut subject = (1..words.len()).take(LONGEST_SUBJECT);
    let ends = subject.find(|&i| {
        let t = &words[i];
        finite(i)
            || t.closes && !t.opens
            || clause::is_leaning(&t.lower)
            || matches!(t.lower.as_str(), "to" | "and" | "or")
    });
    starts && ends.is_some_and(finite)
}

/// Whether a pronoun that is a subject opens `text`.
fn has_pronoun(text: &str) -> bool {
    tokens(text).first().is_some_and(|t| {
        lexis::is_nominative(&t.lower) || matches!(t.lower.as_str(), "it" | "you" | "there")
    })
}

/// What the comma between `before` and `rest` parts; none where it may be one of a series.
fn behind_comma(before: &str, rest: &str) -> Option<Rank> {
    let words = tokens(rest);
    let first = words.first()?;
    let clause = rest[rest.find(' ').unwrap_or(rest.len())..].trim_start();
    let told = match first.lower.as_str() {
        "and" | "or" => has_clause(clause) && states(before),
        "but" | "so" | "yet" | "because" | "while" | "whereas" | "although" | "though" => {
            has_clause(clause) || first.lower == "but" && states(before)
        }
        "which" | "who" | "whose" | "where" => says(before),
        "when" | "if" | "since" | "until" | "unless" | "before" | "after" => has_clause(clause),
        _ => stands_before(before, rest),
    };
    if told {
        return Some(Rank::Clause);
    }
    let participle = is_participle(&first.lower, &words) && !words[0].closes;
    let adverb = lexis::is_adverb(&first.lower)
        && words
            .get(1)
            .is_some_and(|t| lexis::verb(&t.lower, Form::Ing).is_some());
    let apposed = matches!(
        first.lower.as_str(),
        "a" | "an" | "the" | "our" | "its" | "one"
    ) && !opens_clause(rest);
    let after = AFTERTHOUGHTS.contains(&first.lower.as_str())
        || first.lower == "such" && words.get(1).is_some_and(|t| t.lower == "as");
    let purpose = first.lower == "to"
        && words
            .get(1)
            .is_some_and(|t| lexis::verb(&t.lower, Form::Base).is_some());
    // "Ann Lee, PhD, during the day": the comma closes what is put in.
    let last = before.rsplit(", ").next().unwrap_or(before);
    let titled = last.starts_with(char::is_uppercase) && count(last) < 4;
    let closes = last.len() < before.len() && titled && !has_verb(last);
    let phrase = lexis::is_preposition(&first.lower) && first.lower != "of" && !closes;
    let loose = participle || adverb || after || purpose || phrase;
    if (loose && says(before) || apposed && states(before)) && !in_series(before, rest) {
        return Some(Rank::Trailing);
    }
    ends_aside(before, &words).then_some(Rank::Aside)
}

/// Whether `before` is a subject with something put in behind it, and its verb opens `rest`: "Ann,
/// our head of sales, spoke", "In May, Ann, our head of sales, spoke".
fn ends_aside(before: &str, rest: &[clause::Token]) -> bool {
    let main = before
        .split_once(", ")
        .filter(|(first, _)| is_fronting(first) && !has_verb(first));
    let before = main.map_or(before, |(_, main)| main);
    let Some((subject, inner)) = before.split_once(", ") else {
        return false;
    };
    let verb = rest.iter().find(|t| !lexis::is_adverb(&t.lower));
    let finite = verb.is_some_and(|t| {
        lexis::is_auxiliary(&t.lower)
            || lexis::plain_verb(&t.lower, Form::Past).is_some()
            || lexis::plain_verb(&t.lower, Form::Third).is_some()
    });
    let first = tokens(subject).into_iter().next();
    let plain = first.is_some_and(|t| {
        !lexis::is_preposition(&t.lower) && !clause::is_leaning(&t.lower) && t.lower != "to"
    });
    let series = inner.contains(", and ") || inner.starts_with("and ");
    finite && plain && !series && !has_verb(subject) && !has_verb(inner)
}

/// Whether `before` is a phrase that stands before the clause which a pronoun opens, though no
/// comma parts them: "This past week we met".
fn is_fronted(before: &str, rest: &str) -> bool {
    let words = tokens(before);
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return false;
    };
    let time = TIMES.contains(&last.lower.as_str());
    let subject = tokens(rest)
        .first()
        .is_some_and(|t| lexis::is_nominative(&t.lower) || t.lower == "it" && opens_clause(rest));
    let opens = lexis::is_preposition(&first.lower) || time;
    let loose = words
        .iter()
        .any(|t| clause::is_leaning(&t.lower) || t.lower == "to");
    let held = HELD.contains(&last.lower.as_str()) || lexis::is_preposition(&last.lower);
    opens && subject && !loose && !held && !last.closes && !has_verb(before)
}

/// Whether a participle opens `words`: "helping teams", "proclaimed by".
fn is_participle(first: &str, words: &[clause::Token]) -> bool {
    let by = words.get(1).is_some_and(|t| {
        matches!(
            t.lower.as_str(),
            "by" | "in" | "at" | "on" | "with" | "for" | "from" | "to"
        )
    });
    let ing = lexis::verb(first, Form::Ing).is_some() || first.len() > 6 && first.ends_with("ing");
    let joined = words
        .get(1)
        .is_some_and(|t| matches!(t.lower.as_str(), "and" | "or" | "&"));
    ing && !joined
        || by && (lexis::verb(first, Form::Participle).is_some() || first.ends_with("ed"))
}

/// Whether `before` says something by itself: it has a verb, or one may be thought: "Proud to …".
pub(super) fn states(before: &str) -> bool {
    let words = tokens(before);
    let Some(first) = words.first() else {
        return false;
    };
    let leans = clause::is_leaning(&first.lower) && !words.iter().any(|t| t.closes);
    FEELINGS.contains(&first.lower.as_str()) || has_verb(before) && !leans
}

/// Whether `before` says something, or is so long that its verb is only not known.
fn says(before: &str) -> bool {
    states(before) || count(before) >= LONG && !is_fronting(before)
}

/// Whether `before` opens with what stands before a clause: a preposition, "when", "to".
fn is_fronting(before: &str) -> bool {
    tokens(before).first().is_some_and(|t| {
        lexis::is_preposition(&t.lower) || clause::is_leaning(&t.lower) || t.lower == "to"
    })
}

/// Whether `before` is a phrase or clause that stands before the main clause `rest`.
fn stands_before(before: &str, rest: &str) -> bool {
    let words = tokens(before);
    let Some(first) = words.first() else {
        return false;
    };
    let fronting = lexis::is_preposition(&first.lower)
        || clause::is_leaning(&first.lower)
        || first.lower == "to"
        || first.lower.ends_with("ing")
        || FEELINGS.contains(&first.lower.as_str())
        || words.iter().any(|t| TIMES.contains(&t.lower.as_str())) && !has_verb(before);
    let asks = tokens(rest).first().is_some_and(|t| {
        matches!(
            t.lower.as_str(),
            "how" | "what" | "why" | "who" | "do" | "are" | "can" | "have"
        )
    });
    let leaning = clause::is_leaning(&first.lower);
    let whole = leaning && !rest.contains(',') && has_verb(before) && has_verb(rest);
    fronting
        && (has_clause(rest)
            || has_pronoun(rest)
            || clause::is_order(rest)
            || asks && leaning
            || whole)
}

/// Whether the comma between the two may be one of a series: a short item, and a later one that
/// "and" or "or" leads.
pub(super) fn in_series(before: &str, rest: &str) -> bool {
    let mut parts = rest.split(", ");
    let item = parts.next().unwrap_or_default();
    let joins = |p: &str| {
        ["and ", "or ", "& "]
            .iter()
            .any(|j| p.strip_prefix(j).is_some_and(|p| !opens_clause(p)))
    };
    let closed_by = parts.any(joins);
    let first = |t: &str| tokens(t).first().map(|t| t.lower.clone());
    let alike = |a: &str, b: &str| {
        let both = (first(a), first(b));
        matches!(both, (Some(a), Some(b)) if a == b || a.ends_with("ing") && b.ends_with("ing"))
    };
    let last = before.rsplit(", ").next().unwrap_or_default();
    let several = last.len() < before.len();
    let joined = item.split_once(" and ").or_else(|| item.split_once(" or "));
    let pair = joined.is_some_and(|(a, b)| first(a).is_some() && first(a) == first(b));
    let ing = last.split(' ').any(|w| w.len() > 5 && w.ends_with("ing"));
    let acts = first(rest).is_some_and(|f| f.ends_with("ing")) && ing && closed_by;
    closed_by && count(item) <= 5 || pair || several && alike(last, item) || acts
}

/// Whether a clause starts `rest` though no comma stands before it.
fn is_joint(before: &str, rest: &str) -> bool {
    let (Some((word, clause)), Some(last)) =
        (rest.split_once(' '), tokens(before).into_iter().last())
    else {
        return false;
    };
    if !JOINTS.contains(&word) || last.closes || !before.ends_with(last.raw) {
        return false;
    }
    let nominative = tokens(clause)
        .first()
        .is_some_and(|t| lexis::is_nominative(&t.lower) || t.lower == "you");
    let points = tokens(clause)
        .first()
        .is_some_and(|t| matches!(t.lower.as_str(), "it" | "this" | "that" | "there"));
    let held = HELD.contains(&last.lower.as_str());
    let paired = word == "as"
        && tokens(before)
            .iter()
            .any(|t| matches!(t.lower.as_str(), "as" | "same"));
    let fits = match word {
        "when" | "if" | "as" | "and" | "so" => nominative || points && opens_clause(clause),
        _ => opens_clause(clause),
    };
    fits && !held && !paired && states(before)
}
