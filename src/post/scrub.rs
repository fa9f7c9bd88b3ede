//! Scrubbing at ingress: what a terminal could act on never enters the buffer.
//!
//! Tab and newline stay, CRLF and lone CR become LF, escape sequences and every other C0 or C1
//! control (and DEL) go. Bidirectional and zero-width characters are text and stay.

use super::span::{OffsetMap, Rewriter, Span};

/// How lines end in the file a text came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineEnding {
    /// `\n`
    #[default]
    Lf,
    /// `\r\n`
    CrLf,
}

impl LineEnding {
    /// Writes `text` (which holds LF only) with this line ending.
    #[must_use]
    pub fn restore(self, text: &str) -> String {
        match self {
            Self::Lf => text.to_owned(),
            Self::CrLf => text.replace('\n', "\r\n"),
        }
    }
}

/// What was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovedKind {
    /// An ECMA-48 control sequence or string.
    EscapeSequence,
    /// A single control character.
    Control(char),
}

/// A piece that scrubbing removed, with its span in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// Bytes of the input.
    pub span: Span,
    /// What stood there.
    pub kind: RemovedKind,
}

/// A scrubbed text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// Free of controls but tab and newline.
    pub text: String,
    /// Offsets of `text` to offsets of the input.
    pub map: OffsetMap,
    /// What went, in order.
    pub removed: Vec<Removed>,
    /// The line ending of most lines of the input.
    pub line_ending: LineEnding,
}

/// Scrubs `input`. Linear in its length.
#[must_use]
pub fn scrub(input: &str) -> Scrubbed {
    if !input.chars().any(is_unwanted) {
        return Scrubbed {
            text: input.to_owned(),
            ..Scrubbed::default()
        };
    }
    let mut out = Rewriter::with_capacity(input.len());
    let mut removed = Vec::new();
    let (mut crlf, mut lf) = (0usize, 0usize);
    let (mut at, mut kept) = (0, 0);
    while let Some(c) = input[at..].chars().next() {
        if c == '\n' {
            lf += 1;
        }
        if !is_unwanted(c) {
            at += c.len_utf8();
            continue;
        }
        out.keep(&input[kept..at]);
        let rest = &input[at..];
        if rest.starts_with("\r\n") {
            out.skip(1);
            crlf += 1;
            at += 1;
        } else if c == '\r' {
            out.replace(1, "\n");
            at += 1;
        } else {
            let len = sequence_len(rest).unwrap_or(c.len_utf8());
            let kind = if len > c.len_utf8() {
                RemovedKind::EscapeSequence
            } else {
                RemovedKind::Control(c)
            };
            removed.push(Removed {
                span: Span::new(at, at + len),
                kind,
            });
            out.skip(len);
            at += len;
        }
        kept = at;
    }
    out.keep(&input[kept..]);
    let (text, map) = out.finish();
    let line_ending = if crlf * 2 > lf {
        LineEnding::CrLf
    } else {
        LineEnding::Lf
    };
    Scrubbed {
        text,
        map,
        removed,
        line_ending,
    }
}

fn is_unwanted(c: char) -> bool {
    c.is_control() && c != '\t' && c != '\n'
}

/// Length of the ECMA-48 sequence that starts `rest`, or `None` where there is only a control.
///
/// A control string that nothing terminates loses its introducer only: the text behind it is the
/// writer's.
fn sequence_len(rest: &str) -> Option<usize> {
    let (kind, intro) = match rest.chars().next()? {
        '\x1b' => match rest[1..].chars().next() {
            Some(c @ ('[' | ']' | 'P' | 'X' | '^' | '_')) => (c, 2),
            Some(' '..='~') => return Some(escape_len(rest)),
            _ => return None,
        },
        '\u{9b}' => ('[', 2),
        '\u{9d}' => (']', 2),
        '\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}' => ('P', 2),
        _ => return None,
    };
    let body = &rest[intro..];
    if kind == '[' {
        let params = body
            .bytes()
            .take_while(|b| (0x20..=0x3f).contains(b))
            .count();
        let closed = body
            .as_bytes()
            .get(params)
            .is_some_and(|b| (0x40..=0x7e).contains(b));
        return Some(intro + if closed { params + 1 } else { 0 });
    }
    Some(intro + string_len(body, kind == ']').unwrap_or(0))
}

/// Bytes up to and with the string terminator. Any other control ends the search, so that a torn
/// string costs the writer nothing and a file full of openers stays linear.
fn string_len(body: &str, bell_ends: bool) -> Option<usize> {
    let (at, c) = body
        .char_indices()
        .find(|&(_, c)| c != '\t' && c.is_control())?;
    match c {
        '\x07' if bell_ends => Some(at + 1),
        '\u{9c}' => Some(at + 2),
        '\x1b' if body[at + 1..].starts_with('\\') => Some(at + 2),
        _ => None,
    }
}

/// Length of `ESC`, intermediates (0x20 to 0x2f) and the final byte, where there is one.
fn escape_len(rest: &str) -> usize {
    let body = &rest.as_bytes()[1..];
    let inter = body
        .iter()
        .take_while(|b| (0x20..=0x2f).contains(*b))
        .count();
    match body.get(inter) {
        Some(0x30..=0x7e) => 1 + inter + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(input: &str) -> String {
        scrub(input).text
    }

    #[test]
    fn clean_text_is_untouched() {
        let s = scrub("tab\tand\nnewline é 👩‍💻 \u{200b}\u{202e}");
        assert_eq!(s.text, "tab\tand\nnewline é 👩‍💻 \u{200b}\u{202e}");
        assert!(s.map.is_identity() && s.removed.is_empty());
    }

    #[test]
    fn escape_sequences_go_and_are_reported() {
        let s = scrub("a\x1b[31mred\x1b[0m b\x1b]0;title\x07c\x1b(Bd\x1b]8;;x\x1b\\e");
        assert_eq!(s.text, "ared bcde");
        assert_eq!(s.removed.len(), 5);
        assert_eq!(s.removed[0].span, Span::new(1, 6));
        assert!(
            s.removed
                .iter()
                .all(|r| r.kind == RemovedKind::EscapeSequence)
        );
        assert_eq!(s.map.span(Span::new(1, 4)), Span::new(6, 9));
    }

    #[test]
    fn an_unterminated_string_spares_the_text_behind_it() {
        assert_eq!(text("a\x1b]0;no end here\nnext"), "a0;no end here\nnext");
        assert_eq!(text("\x1bPhello"), "hello");
        assert_eq!(text("a\x1b[12"), "a12");
        assert_eq!(text("ends \x1b"), "ends ");
    }

    #[test]
    fn c1_and_nul_go() {
        assert_eq!(text("a\u{9b}31mb\0c\u{85}d\x7fe"), "abcde");
    }

    #[test]
    fn line_endings_are_normalised_and_restored() {
        let s = scrub("one\r\ntwo\r\nthree\n");
        assert_eq!(s.text, "one\ntwo\nthree\n");
        assert_eq!(s.line_ending, LineEnding::CrLf);
        assert_eq!(s.map.span(Span::new(4, 7)), Span::new(5, 8));
        assert!(s.removed.is_empty());
        assert_eq!(LineEnding::CrLf.restore("a\nb"), "a\r\nb");
        assert_eq!(text("old\rmac"), "old\nmac");
    }

    proptest! {
        #[test]
        fn nothing_unwanted_survives_and_every_kept_byte_maps_back(input in any::<String>()) {
            let s = scrub(&input);
            prop_assert!(!s.text.chars().any(is_unwanted));
            for (i, c) in s.text.char_indices().filter(|(_, c)| *c != '\n') {
                let span = s.map.span(Span::new(i, i + c.len_utf8()));
                prop_assert_eq!(span.of(&input), c.to_string());
            }
            prop_assert_eq!(scrub(&s.text).text, s.text);
        }

        #[test]
        fn controls_are_survived(input in "[\x1b\\[\\]\\\\;a0m\r\n\x07\u{9b}\u{9c}\u{9d} ]{0,60}") {
            prop_assert!(!scrub(&input).text.chars().any(is_unwanted));
        }
    }
}
