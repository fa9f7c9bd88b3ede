//! The text that post mode analyses in place of the raw one.
//!
//! Curly apostrophes and quotes become straight, styled letters plain, and links, addresses, tags
//! and handles go. Offsets map back to the line.

use super::span::{OffsetMap, Rewriter};
use super::styled;
use super::token::Token;

/// Version of these rules; a part of every cache key for what is computed from their result.
pub const VERSION: u32 = 1;

/// Normalises one line, given its tokens.
#[must_use]
pub fn normalise(line: &str, tokens: &[Token]) -> (String, OffsetMap) {
    let mut masked = tokens
        .iter()
        .filter(|t| t.kind.is_masked())
        .map(|t| t.span)
        .peekable();
    if line.is_ascii() && masked.peek().is_none() {
        return (line.to_owned(), OffsetMap::default());
    }
    let mut out = Rewriter::with_capacity(line.len());
    let mut styled = styled::styled_letters(line).peekable();
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        if let Some(span) = masked.next_if(|s| s.start == at) {
            out.skip(span.len());
            at = span.end;
            continue;
        }
        let letter = &line[at..at + c.len_utf8()];
        while styled.next_if(|(i, _)| *i < at).is_some() {}
        let plain = match c {
            '‘' | '’' | 'ʼ' => Some('\''),
            '“' | '”' => Some('"'),
            _ => styled
                .next_if(|(i, _)| *i == at)
                .and_then(|_| styled::plain(c)),
        };
        match plain {
            Some(p) => out.replace(c.len_utf8(), p.encode_utf8(&mut [0; 4])),
            None => out.keep(letter),
        }
        at += c.len_utf8();
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::super::span::Span;
    use super::super::token::tokens;
    use super::*;

    #[test]
    fn quotes_styles_and_masks() {
        let line = "I don’t “like” 𝗯𝗼𝗹𝗱 #tags at https://x.io ok";
        let (text, map) = normalise(line, &tokens(line));
        assert_eq!(text, "I don't \"like\" bold  at  ok");
        let bold = text.find("bold").unwrap();
        assert_eq!(map.span(Span::new(bold, bold + 4)).of(line), "𝗯𝗼𝗹𝗱");
        let ok = text.find("ok").unwrap();
        assert_eq!(map.span(Span::new(ok, ok + 2)).of(line), "ok");
    }
}
