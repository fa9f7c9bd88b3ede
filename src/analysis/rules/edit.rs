//! Turns "this phrase can be that" into an edit that leaves good text: capitals, `a`/`an` and the
//! spaces around a deleted phrase.

use super::line::Line;
use super::phrases::{word_after, word_before};
use crate::post::Span;

/// A stretch of the normalised text and what can stand in its place.
pub(crate) struct Edit {
    pub span: Span,
    pub replacements: Vec<String>,
}

/// The edit that puts one of `with` in place of `span`. Where no edit is safe the span comes back
/// as it was, without replacements.
pub(crate) fn replace(line: &Line, span: Span, with: &[&str]) -> Edit {
    let none = Edit {
        span,
        replacements: Vec::new(),
    };
    let edit = match with {
        [] => None,
        _ if holds_name(line, span) => None,
        [""] if is_capital_within(line, span) => None,
        [""] => delete(line, span),
        _ => Some(substitute(line, span, with)),
    };
    // A masked piece inside the span is in no replacement and would be lost.
    edit.filter(|e| !line.is_masked(line.to_line(e.span)))
        .unwrap_or(none)
}

/// Whether a word behind the first has a capital, as of "new Innovation Awards": a name may start
/// there.
fn holds_name(line: &Line, span: Span) -> bool {
    let words = span.of(line.normal()).split(' ').skip(1);
    let name = |w: &str| {
        w.starts_with(char::is_uppercase) && w.contains(char::is_lowercase) && !w.starts_with("I'")
    };
    words.into_iter().any(name)
}

/// Whether a capital starts the word within a sentence: the writer may have left a full stop out.
fn is_capital_within(line: &Line, span: Span) -> bool {
    let found = span.of(line.normal());
    let first = found.split(' ').next().unwrap_or_default();
    first.starts_with(char::is_uppercase)
        && first.contains(char::is_lowercase)
        && !first.starts_with("I'")
        && !line.starts_sentence(span.start)
}

fn substitute(line: &Line, span: Span, with: &[&str]) -> Edit {
    let found = span.of(line.normal());
    let cased = with.iter().map(|w| match_case(found, w));
    match article_before(line, span.start) {
        Some(article) => Edit {
            span: Span::new(article.start, span.end),
            replacements: with
                .iter()
                .zip(cased)
                .map(|(w, text)| format!("{} {text}", article_for(article.of(line.normal()), w)))
                .collect(),
        },
        None => Edit {
            span,
            replacements: cased.collect(),
        },
    }
}

fn delete(line: &Line, span: Span) -> Option<Edit> {
    let text = line.normal();
    let (before, after) = (&text[..span.start], &text[span.end..]);
    let gone = |span| {
        Some(Edit {
            span,
            replacements: vec![String::new()],
        })
    };
    let next_at = |at: usize| {
        let next = word_after(text, at);
        (!next.is_empty()).then(|| Span::new(at + 1, at + 1 + next.len()))
    };
    if line.starts_sentence(span.start) {
        let next = next_at(span.end + usize::from(after.starts_with(',')))?;
        let word = line.to_line(next).of(line.text);
        if !span.of(text).starts_with(char::is_uppercase) {
            return gone(Span::new(span.start, next.start));
        }
        return Some(Edit {
            span: Span::new(span.start, next.end),
            replacements: vec![capitalise(word)],
        });
    }
    if before.ends_with(", ") && after.starts_with(',') {
        return gone(Span::new(span.start - 2, span.end + 1));
    }
    if !before.ends_with(' ') {
        return None;
    }
    // Of "a very, very good day" the second goes, with its comma; the first would leave the comma
    // behind the article.
    let word = span.of(&line.lower);
    let comma_then = after
        .strip_prefix(", ")
        .map_or("", |_| word_after(&line.lower, span.end + 1));
    if comma_then == word {
        return None;
    }
    if let Some(earlier) = before.strip_suffix(", ")
        && ends_with_word(&earlier.to_ascii_lowercase(), word)
    {
        return gone(Span::new(span.start - 2, span.end));
    }
    if let Some(next) = next_at(span.end) {
        let word = next.of(&line.lower);
        if word == span.of(&line.lower) {
            return None;
        }
        if let Some(article) = article_before(line, span.start) {
            let with = article_for(article.of(text), word);
            return Some(Edit {
                span: Span::new(article.start, span.end),
                replacements: vec![with.to_owned()],
            });
        }
        return gone(Span::new(span.start, next.start));
    }
    let closes = after.is_empty() || after.starts_with(['.', ',', ';', ':', '!', '?', ')']);
    if after.starts_with(',') && OPEN.contains(&word_before(&line.lower, span.start)) {
        return None;
    }
    let lead = if before.ends_with(", ") { 2 } else { 1 };
    let has_word = before
        .trim_end_matches([',', ' '])
        .ends_with(char::is_alphanumeric);
    (closes && has_word).then(|| Edit {
        span: Span::new(span.start - lead, span.end),
        replacements: vec![String::new()],
    })
}

/// Words behind which no comma may come to stand.
const OPEN: [&str; 17] = [
    "a", "an", "the", "my", "our", "your", "is", "was", "are", "were", "be", "been", "so", "too",
    "not", "it's", "and",
];

/// Whether `word` is the last word of `text`.
fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|rest| {
        !rest.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '\'' | '-'))
    })
}

fn article_before(line: &Line, at: usize) -> Option<Span> {
    let word = word_before(&line.lower, at);
    matches!(word, "a" | "an").then(|| Span::new(at - 1 - word.len(), at - 1))
}

/// The article that `next` takes, in the case of the one that stands there. Judged by letters, so
/// it errs on a few words such as "hour".
fn article_for(article: &str, next: &str) -> &'static str {
    let vowel = next.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U'])
        && !["uni", "use", "usu", "one", "eu"]
            .iter()
            .any(|p| next.starts_with(p));
    match (
        vowel || next.starts_with("hon") || next.starts_with("hour"),
        article.starts_with('A'),
    ) {
        (true, true) => "An",
        (true, false) => "an",
        (false, true) => "A",
        (false, false) => "a",
    }
}

/// `with` in capitals as `found` is: all of it, the first letter, or none.
fn match_case(found: &str, with: &str) -> String {
    let capitals = found.chars().filter(|c| c.is_uppercase()).count();
    if capitals > 1 && !found.contains(char::is_lowercase) {
        with.to_uppercase()
    } else if found.starts_with(char::is_uppercase) {
        capitalise(with)
    } else {
        with.to_owned()
    }
}

/// `text` with its first letter as a capital.
pub(crate) fn capitalise(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::ParsedLine;

    fn applied(text: &str, phrase: &str, with: &[&str]) -> Option<String> {
        let parsed = ParsedLine::parse(text);
        let line = Line::new(text, &parsed);
        let at = line.lower.find(&phrase.to_lowercase()).unwrap();
        let edit = replace(&line, Span::new(at, at + phrase.len()), with);
        let span = line.to_line(edit.span);
        let with = edit.replacements.first()?;
        Some(format!(
            "{}{with}{}",
            &text[..span.start],
            &text[span.end..]
        ))
    }

    #[test]
    fn deletions_leave_good_text() {
        let ok = |text, phrase, want: &str| {
            assert_eq!(
                applied(text, phrase, &[""]).as_deref(),
                Some(want),
                "{text}"
            );
        };
        ok("Basically, we’re done.", "basically", "We’re done.");
        ok("basically we won", "basically", "we won");
        ok("It is, basically, done.", "basically", "It is done.");
        ok("It is very good.", "very", "It is good.");
        ok("A very easy win", "very", "An easy win");
        ok(
            "It was an extremely big win",
            "extremely",
            "It was a big win",
        );
        ok(
            "It was good really, but late",
            "really",
            "It was good, but late",
        );
        ok("It was good, really.", "really", "It was good.");
        ok("👉 “Basically we won”", "basically", "👉 “We won”");
    }

    #[test]
    fn of_a_word_said_twice_the_second_goes_with_its_comma() {
        let second = |text: &str, word: &str| {
            let parsed = ParsedLine::parse(text);
            let line = Line::new(text, &parsed);
            let at = line.lower.rfind(word).unwrap();
            let edit = replace(&line, Span::new(at, at + word.len()), &[""]);
            let span = line.to_line(edit.span);
            assert_eq!(edit.replacements, [""], "{text}");
            format!("{}{}", &text[..span.start], &text[span.end..])
        };
        for (text, word, want) in [
            (
                "It was a very, very good day.",
                "very",
                "It was a very good day.",
            ),
            (
                "It was a Very, very easy day.",
                "very",
                "It was a Very easy day.",
            ),
            ("I really, really like it", "really", "I really like it"),
            ("It is very very good", "very", "It is very good"),
        ] {
            assert_eq!(second(text, word), want);
            assert_eq!(applied(text, word, &[""]), None, "{text}");
        }
        assert_eq!(
            applied("It was a really, honest day", "really", &[""]),
            None
        );
    }

    #[test]
    fn no_deletion_where_nothing_good_is_left() {
        for (text, phrase) in [
            ("Really?", "really"),
            ("We meet on free calls Very good times", "very"),
            ("It was very very good", "very"),
            ("Is it (really) so", "really"),
            ("Very @bob thing", "very"),
        ] {
            assert_eq!(applied(text, phrase, &[""]), None, "{text}");
        }
    }

    #[test]
    fn replacements_keep_case_and_fix_the_article() {
        assert_eq!(
            applied("In order to", "in order to", &["to"]).unwrap(),
            "To"
        );
        assert_eq!(
            applied("IN ORDER TO", "in order to", &["to"]).unwrap(),
            "TO"
        );
        assert_eq!(
            applied(
                "our new Innovation Awards",
                "new innovation",
                &["innovation"]
            ),
            None
        );
        assert_eq!(
            applied("An end result", "end result", &["result"]).unwrap(),
            "A result"
        );
        assert_eq!(
            applied("a final outcome", "final outcome", &["outcome"]).unwrap(),
            "an outcome"
        );
    }
}
