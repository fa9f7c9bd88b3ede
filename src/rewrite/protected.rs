//! What no edit may change: code, links, addresses, handles, tags, mentions, and words with
//! combining marks.

use super::draft::{Draft, LineKind};
use super::operators::Operator;
use crate::post::token::TokenKind;
use crate::post::{Post, Span};

/// What a protected stretch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Link,
    Hashtag,
    Mention,
    Marked,
}

impl Kind {
    fn why(self) -> &'static str {
        match self {
            Self::Code => "Code stays as it is.",
            Self::Link => "A link or an address stays as it is.",
            Self::Hashtag => "A hashtag stays as it is.",
            Self::Mention => "A mention stays as it is.",
            Self::Marked => "A word with combining marks stays as it is.",
        }
    }
}

/// The protected stretches of one text, in order; they may overlap.
#[derive(Debug, Default)]
pub(super) struct Protected {
    stretches: Vec<(Kind, Span)>,
}

impl Protected {
    /// Those of a draft, in bytes of its text.
    pub fn of(draft: &Draft<'_>) -> Self {
        let mut stretches: Vec<(Kind, Span)> = Vec::new();
        for (i, kind) in draft.kinds.iter().enumerate() {
            let line = draft.line_span(i);
            if *kind == LineKind::Code {
                match stretches.last_mut() {
                    // The line break between two lines of code is code as well.
                    Some((Kind::Code, last)) if last.end + 1 == line.start => last.end = line.end,
                    _ => stretches.push((Kind::Code, line)),
                }
                continue;
            }
            let mut here = inside(line.of(draft.text()));
            here.extend(draft.parsed[i].tokens.iter().filter_map(|t| {
                let kind = match t.kind {
                    TokenKind::Url | TokenKind::Email => Kind::Link,
                    TokenKind::Hashtag => Kind::Hashtag,
                    TokenKind::Mention => Kind::Mention,
                    TokenKind::Word | TokenKind::Emoji => return None,
                };
                Some((kind, t.span))
            }));
            let shifted = here.into_iter().map(|(k, s)| (k, s.shifted(line.start)));
            stretches.extend(shifted);
        }
        Self { stretches }
    }

    /// Those of the post read from an input, in bytes of the input.
    pub fn of_input(input: &str) -> Self {
        let post = Post::new(input);
        let mut out = Self::of(&Draft::new(&post));
        for (_, span) in &mut out.stretches {
            *span = post.input_span(*span);
        }
        out
    }

    /// Why `text` may not have `after` at `span`, for the writer. A stretch that `after` holds
    /// unchanged may move, and [`Operator::Hashtags`] may change hashtags.
    pub fn breach(
        &self,
        text: &str,
        operator: Option<Operator>,
        span: Span,
        after: &str,
    ) -> Option<&'static str> {
        let touched = |s: Span| {
            s.overlaps(span) || span.is_empty() && s.start < span.start && span.start < s.end
        };
        // To a checker a masked word is a gap, and the blank before it one too many.
        let is_blank = operator.is_none() && !span.is_empty() && span.of(text).trim().is_empty();
        if is_blank && span.of(text).contains('\t') {
            return Some("A tab lays its line out and stays as it is.");
        }
        let meets = |s: Span| s.start == span.end || s.end == span.start;
        if let Some((kind, _)) = self.stretches.iter().find(|(_, s)| is_blank && meets(*s)) {
            return Some(kind.why());
        }
        let (first, last) = (span.start, span.end);
        let here: Vec<&(Kind, Span)> = self.stretches.iter().filter(|(_, s)| touched(*s)).collect();
        let breach = here.iter().find(|(kind, stretch)| {
            if *kind == Kind::Hashtag && operator == Some(Operator::Hashtags) {
                return false;
            }
            if stretch.start < first || last < stretch.end {
                return true;
            }
            let held = stretch.of(text);
            let all = here.iter().filter(|(_, s)| s.of(text) == held).count();
            after.matches(held).count() < all
        });
        breach.map(|(kind, _)| kind.why())
    }
}

/// The stretches of a line of prose that are no tokens.
fn inside(line: &str) -> Vec<(Kind, Span)> {
    let mut out = Vec::new();
    let ticks: Vec<usize> = line.match_indices('`').map(|(at, _)| at).collect();
    let pairs = ticks.chunks_exact(2);
    out.extend(pairs.map(|p| (Kind::Code, Span::new(p[0], p[1] + 1))));
    let mut at = 0;
    while let Some(start) = line[at..].find("@[").map(|i| at + i) {
        let Some(len) = mention(&line[start..]) else {
            at = start + 2;
            continue;
        };
        out.push((Kind::Mention, Span::new(start, start + len)));
        at = start + len;
    }
    let mut at = 0;
    for piece in line.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if word.chars().any(is_combining) {
            out.push((Kind::Marked, Span::new(at, at + word.len())));
        }
        at += piece.len();
    }
    out
}

/// Bytes of LinkedIn's `@[Name](urn:li:…)` at the start of `text`.
fn mention(text: &str) -> Option<usize> {
    let name = text.find("](urn:li:")?;
    let close = text[name..].find(')')?;
    (!text[2..name].contains('[')).then_some(name + close + 1)
}

/// Marks that stand on a letter of any script, but for the one of keycap emoji.
fn is_combining(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20e2}'
            | '\u{20e4}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breach(text: &str, before: &str, after: &str, by: Option<Operator>) -> Option<&'static str> {
        let start = text.find(before).unwrap();
        let span = Span::new(start, start + before.len());
        Protected::of_input(text).breach(text, by, span, after)
    }

    #[test]
    fn what_is_no_prose_is_protected() {
        let text = "We utilize `utilize` a lot.\r\n```\r\nutilize it\r\n```\r\nAsk @[Utilize Ann](urn:li:person:abc) \
                    or @bob, #team, a@b.co, https://a.io/very. z\u{300}a\u{316}lgo! Step 1\u{fe0f}\u{20e3} is very easy.";
        for (before, kind) in [
            ("`utilize`", Kind::Code),
            ("lize` a", Kind::Code),
            ("utilize it", Kind::Code),
            ("Utilize Ann", Kind::Mention),
            ("person", Kind::Mention),
            ("bob", Kind::Mention),
            ("team", Kind::Hashtag),
            ("a@b.co", Kind::Link),
            ("io/very", Kind::Link),
            ("lgo", Kind::Marked),
        ] {
            assert_eq!(
                breach(text, before, "x", None),
                Some(kind.why()),
                "{before}"
            );
        }
        for before in ["We utilize ", "lot", "Ask ", "Step 1", "very easy"] {
            assert_eq!(breach(text, before, "x", None), None, "{before}");
        }
    }

    #[test]
    fn no_fix_takes_the_blank_beside_a_handle() {
        let text = "With Ann and @bob, and #team , too.";
        let of =
            |at: usize| Protected::of_input(text).breach(text, None, Span::new(at, at + 1), "");
        assert_eq!(of(text.find(" @").unwrap()), Some(Kind::Mention.why()));
        assert_eq!(of(text.find(" ,").unwrap()), Some(Kind::Hashtag.why()));
        assert_eq!(of(text.find(" and").unwrap()), None);
        let listed = Protected::of_input("•\tOne");
        assert!(
            listed
                .breach("•\tOne", None, Span::new(3, 4), " ")
                .is_some()
        );
    }

    #[test]
    fn what_is_protected_may_move_unchanged() {
        let text = "See https://a.io now. #a";
        let after = "See now: https://a.io";
        assert_eq!(breach(text, "See https://a.io now.", after, None), None);
        assert!(breach(text, "See https://a.io now.", "See now.", None).is_some());
        assert_eq!(breach(text, " #a", "", Some(Operator::Hashtags)), None);
        assert!(breach(text, " #a", "", Some(Operator::Tighten)).is_some());
        let inside = Protected::of_input(text);
        assert!(inside.breach(text, None, Span::new(8, 8), " ").is_some());
        assert_eq!(inside.breach(text, None, Span::new(4, 4), " "), None);
    }
}
