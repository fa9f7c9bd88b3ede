//! Lists: lines in a row that start with a bullet or a number.

use super::model::List;
use crate::post::emoji::is_emoji;
use crate::post::{ParsedLine, Span};
use unicode_segmentation::UnicodeSegmentation;

/// Bullets that are no emoji.
const BULLETS: [char; 20] = [
    '-', '*', '•', '–', '—', '→', '↳', '·', '▪', '‣', '►', '▶', '✓', '✔', '✗', '✘', '■', '◆', '○',
    '●',
];

/// Digits a list number has at most.
const MOST_DIGITS: usize = 3;

/// The bullet that starts a line, or `1.` for a number.
pub(crate) fn marker(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let first = line.graphemes(true).next()?;
    let rest = &line[first.len()..];
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=MOST_DIGITS).contains(&digits) && !is_emoji(first) {
        let behind = &line[digits..];
        let closed = behind
            .strip_prefix(['.', ')', ':'])
            .or(behind.strip_prefix("/ "))?;
        let spaced = closed.is_empty() || closed.starts_with(char::is_whitespace);
        return (spaced || behind.starts_with("/ ")).then_some("1.");
    }
    let bullet = first.chars().next().is_some_and(|c| BULLETS.contains(&c));
    let text_follows = rest.contains(char::is_alphanumeric);
    // "-5" and "—she said" are no items; an emoji needs no space.
    (text_follows && (is_emoji(first) || bullet && rest.starts_with(char::is_whitespace)))
        .then_some(first)
}

/// Whether two markers belong to one list: the same bullet, or any two emoji.
fn agree(a: &str, b: &str) -> bool {
    a == b || is_emoji(a) && is_emoji(b)
}

/// The lists of a post.
pub(super) fn find<'a>(lines: impl Iterator<Item = (usize, &'a str, &'a ParsedLine)>) -> Vec<List> {
    let mut out: Vec<List> = Vec::new();
    let mut open = false;
    for (start, text, _) in lines {
        if text.trim().is_empty() {
            continue;
        }
        let Some(found) = marker(text) else {
            open = false;
            continue;
        };
        let end = start + text.trim_end().len();
        match out.last_mut() {
            Some(list) if open && agree(&list.marker, found) => {
                list.items += 1;
                list.span.end = end;
            }
            _ => out.push(List {
                span: Span::new(start, end),
                items: 1,
                marker: found.to_owned(),
            }),
        }
        open = true;
    }
    out.retain(|l| l.items > 1);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers() {
        for (line, want) in [
            ("- a", Some("-")),
            ("  • b", Some("•")),
            ("12. c", Some("1.")),
            ("3) d", Some("1.")),
            ("2/ e", Some("1.")),
            ("✅ f", Some("✅")),
            ("✅f", Some("✅")),
            ("1️⃣ g", Some("1️⃣")),
            ("-5 degrees", None),
            ("—she said", None),
            ("2024 was", None),
            ("3.5 times", None),
            ("🚀🚀", None),
            ("", None),
            ("word", None),
        ] {
            assert_eq!(marker(line), want, "{line}");
        }
    }

    #[test]
    fn lists_bridge_blank_lines_and_mix_emoji() {
        let text = "Intro\n1. a\n\n2. b\nx\n✅ c\n❌ d\n- alone";
        let mut at = 0;
        let lines = text.split('\n').map(|l| {
            at += l.len() + 1;
            (at - l.len() - 1, l)
        });
        let parsed = ParsedLine::default();
        let found = find(lines.map(|(s, t)| (s, t, &parsed)));
        let got: Vec<_> = found
            .iter()
            .map(|l| (l.span.of(text), l.items, l.marker.as_str()))
            .collect();
        assert_eq!(got, [("1. a\n\n2. b", 2, "1."), ("✅ c\n❌ d", 2, "✅")]);
    }
}
