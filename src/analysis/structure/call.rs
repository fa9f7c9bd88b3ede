//! The call to action: what the closing sentences ask of the readers.

use std::sync::LazyLock;

use super::model::{CallKind, CallToAction};
use crate::analysis::rules::line::words;
use crate::analysis::rules::phrases::PhraseTable;
use crate::post::token::TokenKind;
use crate::post::{ParsedLine, Span};

/// Sentences from the end that are read for a phrase.
const CLOSING: usize = 6;
/// Sentences from the end in which a question counts.
const CLOSING_QUESTIONS: usize = 4;

static TABLE: LazyLock<PhraseTable<CallKind>> = LazyLock::new(|| {
    let lines = include_str!("data/calls.txt")
        .lines()
        .filter(|l| !l.starts_with('#'));
    PhraseTable::new(lines.filter_map(|l| {
        let (kind, phrase) = l.split_once(": ")?;
        Some((kind_of(kind), phrase))
    }))
});

fn kind_of(name: &str) -> CallKind {
    match name {
        "question" => CallKind::Question,
        "comment" => CallKind::Comment,
        "share" => CallKind::Share,
        "follow" => CallKind::Follow,
        "link" => CallKind::Link,
        _ => CallKind::Other,
    }
}

/// First words that make a closing sentence a request.
const IMPERATIVES: [(&str, CallKind); 23] = [
    ("apply", CallKind::Link),
    ("book", CallKind::Link),
    ("check", CallKind::Link),
    ("comment", CallKind::Comment),
    ("discover", CallKind::Link),
    ("enjoy", CallKind::Link),
    ("explore", CallKind::Link),
    ("follow", CallKind::Follow),
    ("get", CallKind::Other),
    ("grab", CallKind::Link),
    ("join", CallKind::Other),
    ("listen", CallKind::Link),
    ("meet", CallKind::Other),
    ("read", CallKind::Link),
    ("save", CallKind::Other),
    ("see", CallKind::Link),
    ("send", CallKind::Other),
    ("share", CallKind::Share),
    ("subscribe", CallKind::Follow),
    ("tag", CallKind::Share),
    ("try", CallKind::Other),
    ("visit", CallKind::Link),
    ("watch", CallKind::Link),
];

/// A sentence, or a line that is nothing but a link.
struct Unit<'a> {
    start: usize,
    text: &'a str,
    normal: &'a str,
    link: bool,
}

/// The last sentence near the end that asks for something.
pub(in crate::analysis) fn find<'a>(
    lines: impl DoubleEndedIterator<Item = (usize, &'a str, &'a ParsedLine)>,
) -> Option<CallToAction> {
    let closing = lines.rev().flat_map(units).take(CLOSING);
    for (i, unit) in closing.enumerate() {
        let Some(kind) = kind(&unit, i) else { continue };
        return Some(CallToAction {
            text: unit.text.to_owned(),
            span: Span::new(unit.start, unit.start + unit.text.len()),
            kind,
        });
    }
    None
}

fn kind(unit: &Unit, from_end: usize) -> Option<CallKind> {
    let lower = unit.normal.to_ascii_lowercase();
    if let Some(hit) = TABLE.hits(&lower).first() {
        return Some(hit.phrase.kind);
    }
    let first = words(&lower).next().map(|w| w.of(&lower));
    if let Some((_, kind)) = IMPERATIVES.iter().find(|(verb, _)| Some(*verb) == first) {
        return Some(*kind);
    }
    if from_end < CLOSING_QUESTIONS && lower.contains('?') {
        return Some(CallKind::Question);
    }
    unit.link.then_some(CallKind::Link)
}

/// The units of a line, last first.
fn units<'a>((start, text, parsed): (usize, &'a str, &'a ParsedLine)) -> Vec<Unit<'a>> {
    // A bare domain is as often a name.
    let is_explicit = |s: &Span| s.of(text).contains('/');
    let links: Vec<Span> = parsed.of_kind(TokenKind::Url).filter(is_explicit).collect();
    let unit = |span: Span, link: bool| Unit {
        start: start + span.start,
        text: span.of(text),
        normal: parsed.normal_of(span),
        link,
    };
    // Only the end of a long line is asked for.
    let sentences = parsed.sentences.iter().rev().take(CLOSING);
    if parsed.sentences.is_empty() {
        return links.last().map(|l| unit(*l, true)).into_iter().collect();
    }
    sentences
        .map(|s| {
            let from = links.partition_point(|l| l.start < s.start);
            unit(*s, links.get(from).is_some_and(|l| s.contains(*l)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(text: &str) -> Option<(String, CallKind)> {
        let mut at = 0;
        let lines: Vec<_> = text
            .split('\n')
            .map(|l| {
                at += l.len() + 1;
                (at - l.len() - 1, l, ParsedLine::parse(l))
            })
            .collect();
        let found = find(lines.iter().map(|(s, t, p)| (*s, *t, p)))?;
        assert_eq!(found.span.of(text), found.text);
        Some((found.text, found.kind))
    }

    #[test]
    fn kinds() {
        for (text, want, kind) in [
            (
                "We won. What would you do?",
                "What would you do?",
                CallKind::Question,
            ),
            (
                "Let me know below.\n\n#a #b",
                "Let me know below.",
                CallKind::Comment,
            ),
            ("x\n♻️ Repost this", "♻️ Repost this", CallKind::Share),
            (
                "Follow me for more.",
                "Follow me for more.",
                CallKind::Follow,
            ),
            ("Here it is\nhttps://x.io", "https://x.io", CallKind::Link),
            (
                "All here: https://x.io",
                "All here: https://x.io",
                CallKind::Link,
            ),
            ("Watch Ann’s talk.", "Watch Ann’s talk.", CallKind::Link),
            ("DM me.", "DM me.", CallKind::Other),
        ] {
            assert_eq!(call(text), Some((want.to_owned(), kind)), "{text}");
        }
    }

    #[test]
    fn no_call() {
        for text in [
            "",
            "We won.",
            "Why? So. And. Then. We. Left.",
            "The admin devoted time.",
            "From all of us at Placer.ai",
        ] {
            assert_eq!(call(text), None, "{text}");
        }
    }
}
