//! A line as the rules read it: normalised, in lower case, split into words.

use crate::analysis::finding::{Finding, Rule};
use crate::post::{ParsedLine, Span};

/// One line under examination. Unless a name says otherwise, spans are bytes of its normalised
/// text, which [`Line::lower`] and `parsed.normal` share.
pub(crate) struct Line<'a> {
    /// The line as written.
    pub text: &'a str,
    /// What the parser made of it.
    pub parsed: &'a ParsedLine,
    /// `parsed.normal` with ASCII letters in lower case.
    pub lower: String,
    /// Its words; an apostrophe or hyphen between letters joins.
    pub words: Vec<Span>,
}

impl<'a> Line<'a> {
    pub fn new(text: &'a str, parsed: &'a ParsedLine) -> Self {
        let lower = parsed.normal.to_ascii_lowercase();
        let words = words(&lower).collect();
        Self {
            text,
            parsed,
            lower,
            words,
        }
    }

    /// The normalised text, in its own case.
    pub fn normal(&self) -> &'a str {
        &self.parsed.normal
    }

    /// Word `i` in lower case, `""` past the end.
    pub fn word(&self, i: usize) -> &str {
        self.words.get(i).map_or("", |s| s.of(&self.lower))
    }

    /// Whether a single white space parts word `i` from the word before it.
    pub fn follows(&self, i: usize) -> bool {
        i > 0
            && self.words.get(i).is_some_and(|next| {
                let gap = &self.lower[self.words[i - 1].end..next.start];
                let mut chars = gap.chars();
                chars.next().is_some_and(char::is_whitespace) && chars.next().is_none()
            })
    }

    /// The bytes of the line under a span of the normalised text.
    pub fn to_line(&self, span: Span) -> Span {
        self.parsed.normal_map.span(span)
    }

    /// Whether a sentence starts at `at`, marks and emoji before its first word aside.
    pub fn starts_sentence(&self, at: usize) -> bool {
        let at = self.parsed.normal_map.start(at);
        let sentences = &self.parsed.sentences;
        let n = sentences.partition_point(|s| s.start <= at);
        n.checked_sub(1)
            .is_some_and(|i| !self.text[sentences[i].start..at].contains(char::is_alphanumeric))
    }

    /// A finding at a span of the normalised text.
    pub fn finding(&self, rule: &Rule, span: Span, message: impl Into<String>) -> Finding {
        rule.finding(self.to_line(span), message)
    }

    /// Whether a link, address, tag or handle stands within `span` of the line.
    pub fn is_masked(&self, span: Span) -> bool {
        let tokens = &self.parsed.tokens;
        let from = tokens.partition_point(|t| t.span.end <= span.start);
        tokens[from..]
            .iter()
            .take_while(|t| t.span.start < span.end)
            .any(|t| t.kind.is_masked())
    }
}

/// The words of `text`: letters and digits, with single apostrophes and hyphens between them.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = chars.find(|(_, c)| c.is_alphanumeric())?;
        let mut end = start + first.len_utf8();
        while let Some(&(at, c)) = chars.peek() {
            if c.is_alphanumeric() {
                end = at + c.len_utf8();
            } else if !matches!(c, '\'' | '-') || at > end || !joins(&text[at + 1..]) {
                break;
            }
            chars.next();
        }
        Some(Span::new(start, end))
    })
}

fn joins(rest: &str) -> bool {
    rest.starts_with(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_inner_apostrophes_and_hyphens() {
        let text = "It's a well-known 'trick' -- co-op's 3.5 rock'n'roll-";
        let got: Vec<_> = words(text).map(|s| s.of(text)).collect();
        let want = [
            "It's",
            "a",
            "well-known",
            "trick",
            "co-op's",
            "3",
            "5",
            "rock'n'roll",
        ];
        assert_eq!(got, want);
    }

    #[test]
    fn sentence_starts_look_past_bullets() {
        let text = "👉 Basically done. Really, it is";
        let parsed = ParsedLine::parse(text);
        let line = Line::new(text, &parsed);
        let at = |w: &str| line.starts_sentence(line.lower.find(w).unwrap());
        assert!(at("basically") && at("really") && !at("done") && !at("it is"));
    }
}
