//! Tokens of one line: words, tags, handles, links and emoji.

use unicode_segmentation::UnicodeSegmentation;

use super::emoji::is_emoji;
use super::span::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A word after UAX #29 that holds a letter or digit.
    Word,
    /// `https://…`, `www.…` or a bare `domain.tld/…`.
    Url,
    /// `name@domain.tld`
    Email,
    /// `#tag`, with at least one letter.
    Hashtag,
    /// `@handle`
    Mention,
    /// One grapheme cluster that is shown as an emoji.
    Emoji,
}

impl TokenKind {
    /// Whether grammar, sentiment and readability should not read the token as prose.
    #[must_use]
    pub fn is_masked(self) -> bool {
        matches!(
            self,
            Self::Url | Self::Email | Self::Hashtag | Self::Mention
        )
    }
}

/// A token and its bytes within the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Bytes of the line.
    pub span: Span,
}

/// Domains that mark a bare `name.tld/path` or `name.tld` as a link. Short on purpose: `Node.js`
/// and `end.Next` are prose.
const BARE_TLDS: [&str; 14] = [
    "com", "org", "net", "io", "dev", "ai", "co", "in", "edu", "gov", "app", "me", "uk", "de",
];

/// Splits one line into tokens, in order. Linear in its length.
#[must_use]
pub fn tokens(line: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    for chunk in line.split_inclusive(char::is_whitespace) {
        chunk_tokens(chunk.trim_end(), at, &mut out);
        at += chunk.len();
    }
    out
}

fn chunk_tokens(chunk: &str, base: usize, out: &mut Vec<Token>) {
    let lead = chunk.len() - chunk.trim_start_matches(is_opening).len();
    let body = &chunk[lead..];
    if let Some((kind, len)) = link(body) {
        prose(&chunk[..lead], base, out);
        out.push(Token {
            kind,
            span: Span::new(base + lead, base + lead + len),
        });
        prose(&body[len..], base + lead + len, out);
        return;
    }
    let mut from = 0;
    let mut before = None;
    for (at, c) in chunk.char_indices() {
        if at >= from && matches!(c, '#' | '＃' | '@') && !before.is_some_and(joins_word) {
            let name = &chunk[at + c.len_utf8()..];
            if let Some((kind, len)) = tag(c, name) {
                prose(&chunk[from..at], base + from, out);
                let end = at + c.len_utf8() + len;
                out.push(Token {
                    kind,
                    span: Span::new(base + at, base + end),
                });
                from = end;
            }
        }
        before = Some(c);
    }
    prose(&chunk[from..], base + from, out);
}

fn is_opening(c: char) -> bool {
    matches!(
        c,
        '(' | '['
            | '{'
            | '<'
            | '"'
            | '\''
            | '“'
            | '‘'
            | '«'
            | '→'
            | '👉'
            | '-'
            | '–'
            | '—'
            | ':'
            | '*'
    )
}

fn joins_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '&' || c == '/'
}

/// The link that starts `body` and its length without trailing punctuation.
fn link(body: &str) -> Option<(TokenKind, usize)> {
    if !body.contains('.') {
        return None;
    }
    let len = trimmed_len(body);
    let body = &body[..len];
    let has_prefix = |p: &str| {
        body.get(..p.len())
            .is_some_and(|b| b.eq_ignore_ascii_case(p))
    };
    for scheme in ["https://", "http://", "www."] {
        if has_prefix(scheme) && body[scheme.len()..].starts_with(char::is_alphanumeric) {
            return Some((TokenKind::Url, len));
        }
    }
    if let Some((user, domain)) = body.split_once('@') {
        let user_ok = !user.is_empty()
            && user
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._%+-".contains(c));
        return (user_ok && is_domain(domain)).then_some((TokenKind::Email, len));
    }
    let host = body.split(['/', '?', '#']).next().unwrap_or_default();
    let tld = host.rsplit('.').next().unwrap_or_default();
    let known = BARE_TLDS.iter().any(|t| t.eq_ignore_ascii_case(tld));
    // A capital after the dot is a missing space: "done.In" is two words.
    let is_prose = tld.starts_with(char::is_uppercase) && !host.starts_with(char::is_uppercase);
    (known && !is_prose && is_domain(host)).then_some((TokenKind::Url, len))
}

fn is_domain(host: &str) -> bool {
    let mut labels = host.split('.');
    let tld = labels.next_back().unwrap_or_default();
    let mut labels = labels.peekable();
    labels.peek().is_some()
        && tld.len() >= 2
        && tld.bytes().all(|b| b.is_ascii_alphabetic())
        && labels
            .all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
}

/// Length of a link without the punctuation of the sentence around it; a closing bracket stays
/// where its opening one is inside the link.
fn trimmed_len(body: &str) -> usize {
    let mut end = body.len();
    let opens = body.matches('(').count();
    let mut closes = body.matches(')').count();
    while let Some(c) = body[..end].chars().next_back() {
        let trailing = match c {
            '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' | '”' | '’' | '»' | ']' | '}' | '>'
            | '…' => true,
            ')' => {
                let unbalanced = closes > opens;
                closes -= usize::from(unbalanced);
                unbalanced
            }
            _ => false,
        };
        if !trailing {
            break;
        }
        end -= c.len_utf8();
    }
    end
}

/// The hashtag or mention whose sign is `sign`, and the length of its name.
fn tag(sign: char, name: &str) -> Option<(TokenKind, usize)> {
    if sign == '@' {
        let len = run(name, |c| {
            c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
        });
        let len = name[..len].trim_end_matches(['.', '-']).len();
        return (len > 0).then_some((TokenKind::Mention, len));
    }
    let len = run(name, |c| c.is_alphanumeric() || c == '_');
    name[..len]
        .chars()
        .any(char::is_alphabetic)
        .then_some((TokenKind::Hashtag, len))
}

fn run(text: &str, accept: impl Fn(char) -> bool) -> usize {
    text.find(|c| !accept(c)).unwrap_or(text.len())
}

fn prose(text: &str, base: usize, out: &mut Vec<Token>) {
    if text.is_empty() {
        return;
    }
    for (at, piece) in text.split_word_bound_indices() {
        let kind = if piece.chars().any(char::is_alphanumeric) && !is_emoji(piece) {
            TokenKind::Word
        } else if !piece.is_ascii() && piece.graphemes(true).any(is_emoji) {
            // UAX #29 keeps no emoji runs together but for ZWJ sequences and flags.
            for (i, g) in piece.grapheme_indices(true).filter(|(_, g)| is_emoji(g)) {
                let start = base + at + i;
                out.push(Token {
                    kind: TokenKind::Emoji,
                    span: Span::new(start, start + g.len()),
                });
            }
            continue;
        } else {
            continue;
        };
        out.push(Token {
            kind,
            span: Span::new(base + at, base + at + piece.len()),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(line: &str, kind: TokenKind) -> Vec<&str> {
        tokens(line)
            .iter()
            .filter(|t| t.kind == kind)
            .map(|t| t.span.of(line))
            .collect()
    }

    #[test]
    fn links_lose_the_sentence_around_them() {
        let line =
            "See (https://a.io/x_(y)), www.b.com. or lnkd.in/abc! Node.js, v2.5, e.g. done.In";
        assert_eq!(
            of(line, TokenKind::Url),
            ["https://a.io/x_(y)", "www.b.com", "lnkd.in/abc"]
        );
        assert_eq!(of("Mail me@x.co, now", TokenKind::Email), ["me@x.co"]);
    }

    #[test]
    fn tags_and_handles() {
        let line = "#AI #2024 #web_3.0 C# a#b (#ok) @jane.doe. mail@ @ #日本語 #one#two";
        assert_eq!(
            of(line, TokenKind::Hashtag),
            ["#AI", "#web_3", "#ok", "#日本語", "#one"]
        );
        assert_eq!(of(line, TokenKind::Mention), ["@jane.doe"]);
    }

    #[test]
    fn words_and_emoji() {
        let line = "Don't stop 👩‍💻🔥 3.5% well-known 1️⃣ ❤️";
        assert_eq!(
            of(line, TokenKind::Word),
            ["Don't", "stop", "3.5", "well", "known"]
        );
        assert_eq!(of(line, TokenKind::Emoji), ["👩‍💻", "🔥", "1️⃣", "❤️"]);
    }

    proptest! {
        #[test]
        fn tokens_are_ordered_apart_and_on_boundaries(line in "[^\n]{0,80}") {
            let mut end = 0;
            for t in tokens(&line) {
                prop_assert!(t.span.start >= end && !t.span.is_empty());
                prop_assert!(line.get(t.span.start..t.span.end).is_some());
                end = t.span.end;
            }
        }

        #[test]
        fn link_like_lines_do_not_panic(line in r"[#@a.:/()wh?!, é👉]{0,40}") {
            for t in tokens(&line) {
                prop_assert!(line.get(t.span.start..t.span.end).is_some());
            }
        }
    }
}
