//! The call to action: one that stands in the middle moves to the end, and a post without one gets
//! a plain question that fits what it is.

use super::clause::{closed, tokens};
use super::genre::Genre;
use super::lexis;
use super::{Operator, lead};
use crate::analysis::rules;
use crate::analysis::structure::{CallKind, CallToAction, structure};
use crate::post::{ParsedLine, Post, Span};
use crate::rewrite::draft::{Draft, LineKind, Sentence};
use crate::rewrite::edit::Edit;
use crate::rewrite::options::Options;

use super::links;

/// Openings of a question that asks readers about themselves, not the writer about the matter.
const ASKS_READERS: [&str; 10] = [
    "what would you",
    "what do you",
    "what's your",
    "what is your",
    "what are your",
    "how do you",
    "how would you",
    "which one would you",
    "where do you",
    "what about you",
];

/// Words of posts that a cheerful question would hurt.
const SOMBRE: [&str; 19] = [
    "died",
    "death",
    "passed away",
    "funeral",
    "condolences",
    "cancer",
    "grief",
    "mourn",
    "killed",
    "laid off",
    "layoff",
    "layoffs",
    "victims",
    "suicide",
    "war",
    "violence",
    "abuse",
    "harassment",
    "tragedy",
];

/// Practices that somebody may be asked about: what works "with" them is a fair question.
const PRACTICES: [&str; 44] = [
    "accountability",
    "analytics",
    "automation",
    "budgeting",
    "burnout",
    "coaching",
    "collaboration",
    "communication",
    "compliance",
    "copywriting",
    "cybersecurity",
    "delegation",
    "documentation",
    "ethics",
    "facilitation",
    "feedback",
    "forecasting",
    "fundraising",
    "governance",
    "inclusion",
    "integration",
    "leadership",
    "logistics",
    "management",
    "marketing",
    "mentoring",
    "mentorship",
    "moderation",
    "negotiation",
    "networking",
    "onboarding",
    "outsourcing",
    "personalisation",
    "personalization",
    "planning",
    "pricing",
    "procurement",
    "productivity",
    "prospecting",
    "recruiting",
    "recruitment",
    "research",
    "retention",
    "storytelling",
];

/// Words of a keyphrase at most.
const LONGEST: usize = 3;

/// One edit: from the call that moves to the end of the text, or a question at the end.
pub(super) fn apply(draft: &Draft, options: &Options) -> Vec<Edit> {
    let parsed: Vec<&ParsedLine> = draft.parsed.iter().collect();
    let found = structure(draft.post, &parsed, options.fold).call_to_action;
    // A link at the end asks for a click; what asks for an answer stands before it.
    if found.is_some_and(|c| c.kind != CallKind::Link) {
        return Vec::new();
    }
    let Some(end) = links::body_end(draft) else {
        return Vec::new();
    };
    let call = draft.prose().find(|s| may_move(draft, s, options));
    let edit = match call {
        Some(call) => lower(draft, call, end),
        None => ask(draft, &parsed, end, options),
    };
    edit.into_iter().collect()
}

/// Whether `sentence` is a call that nothing behind it leans on. It is not: the first line, which
/// hooks; bait; a question that the text goes on to answer.
fn may_move(draft: &Draft, sentence: &Sentence, options: &Options) -> bool {
    let text = sentence.span.of(draft.text());
    let all = draft.sentences();
    let Some(i) = all.iter().position(|s| s.span == sentence.span) else {
        return false;
    };
    let closes = all.get(i + 1).is_none_or(|n| n.line != sentence.line);
    let opens = all.first().is_some_and(|f| f.line == sentence.line);
    let bait = rules::line_findings(text, &ParsedLine::parse(text), &options.rules)
        .iter()
        .any(|f| f.rule == "linkedin/engagement-bait");
    let lower = text.to_lowercase().replace('’', "'");
    let asks = call_of(text).is_some_and(|c| match c.kind {
        CallKind::Question | CallKind::Comment => {
            ASKS_READERS.iter().any(|a| lower.starts_with(a)) || !text.ends_with('?')
        }
        CallKind::Follow => true,
        CallKind::Share | CallKind::Link | CallKind::Other => false,
    });
    asks && closes
        && !opens
        && !bait
        && text.ends_with(['.', '!', '?'])
        && lead::may_open(draft, sentence)
        && !draft.is_masked(sentence.line, sentence.span)
}

/// What `text` would ask for at the end of a post.
fn call_of(text: &str) -> Option<CallToAction> {
    let post = Post::new(text);
    let parsed = ParsedLine::parse(post.text());
    (post.lines().len() == 1)
        .then(|| structure(&post, &[&parsed], crate::post::FoldLimits::default()).call_to_action)?
}

/// `call` as a paragraph of its own at byte `end`; none where it stands there already, whatever
/// blanks its line ends in.
fn lower(draft: &Draft, call: &Sentence, end: usize) -> Option<Edit> {
    let text = draft.text();
    let gone = lead::taken(draft, call);
    let between = text.get(gone.end..end).filter(|b| !b.trim().is_empty())?;
    let after = format!("{between}\n\n{}", call.span.of(text));
    Some(Operator::CallToAction.edit(draft, Span::new(gone.start, end), after))
}

/// A question that fits the post, where the rules miss a call: about its own practice in a post of
/// advice, else without a topic.
fn ask(draft: &Draft, parsed: &[&ParsedLine], end: usize, options: &Options) -> Option<Edit> {
    let findings = rules::post_findings(draft.post, parsed, &options.rules, options.fold);
    let missed = findings
        .iter()
        .any(|f| f.rule == "structure/no-call-to-action");
    let lower = draft.text().to_lowercase();
    let words = tokens(&lower);
    let sombre = SOMBRE
        .iter()
        .any(|s| words.iter().any(|t| t.lower == *s) || s.contains(' ') && lower.contains(s));
    if !missed || sombre {
        return None;
    }
    // Behind a row of names, or in the words of somebody else, nothing is asked.
    let closes = draft.text()[..end]
        .trim_end_matches(|c: char| !c.is_alphanumeric() && !c.is_ascii_punctuation())
        .ends_with(['.', '!', '?']);
    if !closes || !closed(&draft.text()[..end]) {
        return None;
    }
    let genre = Genre::of(draft);
    let plain = genre.question()?;
    let topic = options
        .keywords
        .iter()
        .filter(|_| genre == Genre::Advice)
        .filter(|k| {
            let head = k.rsplit(' ').next().unwrap_or_default().to_lowercase();
            PRACTICES.contains(&head.as_str())
        })
        .find_map(|k| as_noun_phrase(draft, k));
    let question = match topic {
        Some(topic) => format!("\n\nWhat has worked for you with {topic}?"),
        None => format!("\n\n{plain}"),
    };
    Some(Operator::CallToAction.edit(draft, Span::new(end, end), question))
}

/// `keyword` as the post writes it, where it stands there as a noun phrase without an article:
/// behind a preposition, and before a mark, a preposition or an auxiliary.
fn as_noun_phrase(draft: &Draft, keyword: &str) -> Option<String> {
    let count = keyword.split_whitespace().count();
    let plain = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-');
    if count == 0 || count > LONGEST || !keyword.chars().all(plain) {
        return None;
    }
    let wanted: Vec<String> = keyword
        .to_lowercase()
        .split(' ')
        .map(str::to_owned)
        .collect();
    draft.prose().find_map(|s| {
        let words = tokens(s.span.of(draft.text()));
        let at = (1..words.len()).find(|&i| {
            let run = words.get(i..i + count);
            let same = run.is_some_and(|run| {
                run.iter()
                    .zip(&wanted)
                    .all(|(t, w)| t.lower == *w && !t.opens)
                    && run[..count - 1].iter().all(|t| !t.closes)
            });
            let before = &words[i - 1];
            let leads = matches!(
                before.lower.as_str(),
                "of" | "in" | "with" | "about" | "for" | "on" | "through"
            ) && !before.closes;
            let ends = words.get(i + count - 1).is_some_and(|t| t.closes)
                || words.get(i + count).is_none_or(|t| {
                    lexis::is_preposition(&t.lower) || lexis::is_auxiliary(&t.lower)
                });
            same && leads && ends
        })?;
        let bare = |raw: &str| raw.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        let raw: Vec<String> = words[at..at + count].iter().map(|t| bare(t.raw)).collect();
        // A name is not worked "with", and a capital may be one.
        let named = raw
            .iter()
            .any(|w| w.contains(['\'', '’']) || w.contains(char::is_uppercase));
        (!named && draft.kinds[s.line] == LineKind::Prose).then(|| raw.join(" "))
    })
}
