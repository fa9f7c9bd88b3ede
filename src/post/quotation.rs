//! Texts in quotation marks.

use super::Span;

/// Opening marks and those that close them.
const PAIRS: [(char, &[char]); 6] = [
    ('“', &['”', '“']),
    ('„', &['“', '”']),
    ('«', &['»']),
    ('»', &['«']),
    ('"', &['"']),
    ('‘', &['’']),
];

/// Lines with text below the one where a quotation opens that may hold its end.
const MOST_LINES: usize = 4;

/// A quotation that its line does not close.
#[derive(Clone, Copy)]
struct Unclosed {
    start: usize,
    mark: char,
    /// Lines with text since.
    lines: usize,
}

/// The quotations of `text` in order, each with its marks, in bytes. One may go on for a few lines.
#[must_use]
pub fn quotations(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut unclosed: Option<Unclosed> = None;
    for line in text.split('\n') {
        if !line.trim().is_empty() {
            unclosed = unclosed.filter(|u| u.lines < MOST_LINES);
            let end = unclosed.and_then(|u| Some((u.start, closing_below(line, u.mark)?)));
            let from = end.map_or(0, |(_, end)| end);
            out.extend(end.map(|(start, end)| Span::new(start, at + end)));
            let waits = unclosed
                .filter(|_| end.is_none() && !has_opening(line))
                .map(|u| Unclosed {
                    lines: u.lines + 1,
                    ..u
                });
            unclosed = of_line(line, at, from, &mut out).or(waits);
        }
        at += line.len() + 1;
    }
    out
}

/// Adds the quotations of `line`, which starts at byte `base` of the text, from byte `from` of it
/// on. The one that opens last is returned where nothing closes it.
fn of_line(line: &str, base: usize, mut from: usize, out: &mut Vec<Span>) -> Option<Unclosed> {
    let mut unclosed = None;
    while let Some((start, mark)) = line[from..]
        .char_indices()
        .map(|(i, c)| (from + i, c))
        .find(|&(i, c)| opens(line, i, c))
    {
        let body = start + mark.len_utf8();
        if let Some(end) = closing(line, body, mark) {
            out.push(Span::new(base + start, base + end));
            from = end;
            unclosed = None;
        } else {
            from = body;
            unclosed = Some(Unclosed {
                start: base + start,
                mark,
                lines: 0,
            });
        }
    }
    unclosed
}

fn opens(line: &str, at: usize, c: char) -> bool {
    let before = line[..at].chars().next_back();
    let outside = before.is_none_or(|b| !b.is_alphanumeric());
    match c {
        '“' | '„' | '«' => true,
        '»' | '"' | '‘' | '\'' => {
            outside && line[at + c.len_utf8()..].starts_with(|n: char| !n.is_whitespace())
        }
        _ => false,
    }
}

fn has_opening(line: &str) -> bool {
    line.char_indices().any(|(i, c)| opens(line, i, c))
}

/// The end of the mark that closes, on the same line, what opened with `open` before byte `body`.
fn closing(line: &str, body: usize, open: char) -> Option<usize> {
    let single = matches!(open, '\'' | '‘');
    let marks = PAIRS
        .iter()
        .find(|(o, _)| *o == open)
        .map_or(&['\''][..], |(_, c)| c);
    line[body..]
        .char_indices()
        .map(|(i, c)| (body + i, c))
        .find_map(|(i, c)| {
            let end = i + c.len_utf8();
            // An apostrophe between letters closes nothing.
            let inner = single && line[end..].starts_with(char::is_alphanumeric);
            (marks.contains(&c) && !inner).then_some(end)
        })
}

/// The end of the mark that closes what opened on a line above with `mark`, if nothing opens
/// before it.
fn closing_below(line: &str, mark: char) -> Option<usize> {
    let closes = |at: usize, c: char| match mark {
        '“' => c == '”',
        '„' => matches!(c, '“' | '”'),
        '«' => c == '»',
        '"' => c == '"' && !opens(line, at, c),
        // Of an apostrophe and the end of a quotation only the latter stands behind a mark.
        '‘' | '\'' => {
            matches!(c, '’' | '\'')
                && line[..at].ends_with(['.', ',', '!', '?', '…'])
                && !line[at + c.len_utf8()..].starts_with(char::is_alphanumeric)
        }
        _ => false,
    };
    let (at, c) = line
        .char_indices()
        .find(|&(i, c)| closes(i, c) || opens(line, i, c))?;
    closes(at, c).then(|| at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quoted(text: &str) -> Vec<&str> {
        quotations(text).into_iter().map(|s| s.of(text)).collect()
    }

    #[test]
    fn marks_of_every_kind() {
        assert_eq!(
            quoted("“One,” \"two\" «three» „four“ ‘it’s five’ 'six seven'"),
            [
                "“One,”",
                "\"two\"",
                "«three»",
                "„four“",
                "‘it’s five’",
                "'six seven'"
            ]
        );
    }

    #[test]
    fn apostrophes_and_inches_quote_nothing() {
        assert!(quoted("It's a 5\" screen, the teams' room, “open").is_empty());
    }

    #[test]
    fn a_quotation_may_go_on_below() {
        let text = "“One two.\n\nThree,” she said.";
        assert_eq!(quoted(text), ["“One two.\n\nThree,”"]);
        let text = "\"One two.\nThree\" and \"four\"";
        assert_eq!(quoted(text), ["\"One two.\nThree\"", "\"four\""]);
        let text = "'It's one.\n\nAnd the teams' two.' Yes";
        assert_eq!(quoted(text), ["'It's one.\n\nAnd the teams' two.'"]);
    }

    #[test]
    fn one_that_does_not_close_is_none() {
        // Another opens first, it closes too far below, or never.
        assert_eq!(quoted("A “one\n“Two” b"), ["“Two”"]);
        assert!(quoted("“a\nb\nc\nd\ne\nf”").is_empty());
        assert!(quoted("A \"one\nin the teams' room").is_empty());
    }

    proptest! {
        #[test]
        fn spans_are_in_order_and_of_the_text(text in "([a-c]|[“”„«»\"‘’'.\n ]|é){0,40}") {
            let found = quotations(&text);
            prop_assert!(found.iter().all(|s| s.end <= text.len() && text.is_char_boundary(s.start)));
            prop_assert!(found.windows(2).all(|w| w[0].end <= w[1].start));
        }
    }
}
