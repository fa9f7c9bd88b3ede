//! A text as the fact lock reads it: words and figures with their gaps, links and tags apart.

use crate::analysis::structure::lists;
use crate::post::emoji::is_emoji;
use crate::post::span::{OffsetMap, Rewriter};
use crate::post::token::{self, TokenKind};
use crate::post::{Span, plain, sentence, styled};

/// What parts a word from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// White space within a line.
    Space,
    /// A mark, a link or a tag.
    Mark,
    /// A line break, or the start of the text.
    Line,
}

/// A word or a figure.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Bytes of [`Reading::text`].
    pub span: Span,
    /// In lower case, apostrophes straight.
    pub lower: String,
    /// Whether it starts with a digit.
    pub number: bool,
    /// Whether it starts with a capital.
    pub capital: bool,
    /// Whether a sentence or a piece behind a mark such as a colon or a quote starts with it.
    pub opens: bool,
    /// What stands before it.
    pub gap: Gap,
}

impl Word {
    /// The word without a possessive ending.
    pub fn base(&self) -> &str {
        self.lower.strip_suffix("'s").unwrap_or(&self.lower)
    }
}

/// The text with styled letters plain and hidden characters gone, and what stands in it.
pub(super) struct Reading {
    pub text: String,
    pub words: Vec<Word>,
    /// Links, addresses, tags and handles.
    pub masked: Vec<(TokenKind, Span)>,
    /// Number of sentences, at least one.
    pub sentences: usize,
    starts: Vec<usize>,
    maps: [OffsetMap; 2],
}

impl Reading {
    pub fn new(text: &str) -> Self {
        let (folded, first) = styled::fold(text);
        let (text, second) = unhide(&folded);
        let mut reading = Self {
            text,
            words: Vec::new(),
            masked: Vec::new(),
            sentences: 1,
            starts: Vec::new(),
            maps: [first, second],
        };
        let text = std::mem::take(&mut reading.text);
        let mut at = 0;
        for line in text.split('\n') {
            reading.line(line, at);
            at += line.len() + 1;
        }
        reading.sentences = reading.starts.len().max(1);
        reading.text = text;
        reading
    }

    /// The bytes of the original text under a span of [`Self::text`].
    pub fn original(&self, span: Span) -> Span {
        self.maps[0].span(self.maps[1].span(span))
    }

    /// Index of the sentence that holds byte `at`.
    pub fn sentence_at(&self, at: usize) -> usize {
        self.starts.partition_point(|s| *s <= at).saturating_sub(1)
    }

    /// The word behind `i` where only white space parts them.
    pub fn next(&self, i: usize) -> Option<&Word> {
        self.words.get(i + 1).filter(|w| w.gap == Gap::Space)
    }

    /// The word before `i` where only white space parts them.
    pub fn previous(&self, i: usize) -> Option<&Word> {
        let word = self.words.get(i)?;
        (word.gap == Gap::Space && i > 0).then(|| &self.words[i - 1])
    }

    fn line(&mut self, line: &str, base: usize) {
        let sentences = sentence::sentences(line);
        if sentences.is_empty() {
            self.starts.push(base);
        }
        // What stands before the first sentence belongs to it.
        let starts = sentences.iter().enumerate();
        self.starts
            .extend(starts.map(|(i, s)| base + if i == 0 { 0 } else { s.start }));
        let tokens = token::tokens(line);
        let mut masked = tokens.iter().filter(|t| t.kind.is_masked()).peekable();
        let mut at = marker_len(line);
        let (mut from, mut first) = (0, true);
        let mut sentence = 0;
        while let Some(c) = line[at..].chars().next() {
            if let Some(t) = masked.next_if(|t| t.span.start <= at) {
                self.masked.push((t.kind, t.span.shifted(base)));
                at = t.span.end.max(at);
                continue;
            }
            let end = masked.peek().map_or(line.len(), |t| t.span.start);
            let len = word_len(&line[at..end]);
            if len == 0 || is_keycap(&line[at..]) {
                at += c.len_utf8();
                continue;
            }
            let span = Span::new(at, at + len);
            let mut starts = first;
            while sentences.get(sentence).is_some_and(|s| s.start <= at) {
                sentence += 1;
                starts = true;
            }
            let between = &line[from..at];
            let marked = between.contains(|c: char| !c.is_whitespace() && !is_light(c));
            self.words.push(Word {
                span: span.shifted(base),
                lower: span.of(line).replace(['’', '‘', 'ʼ'], "'").to_lowercase(),
                number: c.is_numeric() || c == '.',
                capital: c.is_uppercase(),
                opens: starts || marked && !between.trim().starts_with([',', '/', '&', '-']),
                gap: match (first, marked) {
                    (true, _) => Gap::Line,
                    (false, true) => Gap::Mark,
                    (false, false) => Gap::Space,
                },
            });
            first = false;
            at = span.end;
            from = at;
        }
    }
}

/// Marks that part no words: signs and currencies belong to the number behind them.
fn is_light(c: char) -> bool {
    matches!(
        c,
        '$' | '€' | '£' | '¥' | '₹' | '%' | '+' | '-' | '−' | '~' | '*' | '_' | '#'
    )
}

/// Bytes of a list number and its white space at the start of a line.
fn marker_len(line: &str) -> usize {
    if lists::marker(line) != Some("1.") {
        return 0;
    }
    let digits = line.len()
        - line
            .trim_start()
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .len();
    (digits + 1).min(line.len())
}

fn is_keycap(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    let second = chars.next();
    second == Some('\u{20e3}')
        || second == Some('\u{fe0f}') && chars.next() == Some('\u{20e3}')
        || rest
            .chars()
            .next()
            .is_some_and(|c| !c.is_ascii() && !c.is_alphanumeric())
            && is_emoji(&rest[..rest.chars().next().map_or(0, char::len_utf8)])
}

/// Bytes of the word or figure that starts `text`, 0 where none does.
fn word_len(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let Some((_, first)) = chars.next() else {
        return 0;
    };
    let digits = first.is_numeric();
    let point = first == '.' && text[1..].starts_with(|c: char| c.is_ascii_digit());
    if !first.is_alphanumeric() && !point {
        return 0;
    }
    let mut before = first;
    let mut end = first.len_utf8();
    while let Some(&(at, c)) = chars.peek() {
        let next = text[at + c.len_utf8()..].chars().next();
        let joins = match c {
            _ if c.is_alphanumeric() || is_mark(c) => true,
            '\'' | '’' | 'ʼ' => next.is_some_and(char::is_alphabetic),
            '-' => next.is_some_and(char::is_alphanumeric),
            '–' | '−' | ',' | ':' | '/' => {
                before.is_numeric() && next.is_some_and(char::is_numeric)
            }
            '.' => {
                before.is_numeric() && next.is_some_and(char::is_numeric)
                    || !digits && is_initial(&text[..at]) && next.is_some_and(char::is_alphabetic)
            }
            _ => false,
        };
        if !joins {
            break;
        }
        before = c;
        end = at + c.len_utf8();
        chars.next();
    }
    end
}

/// Whether the last run of letters is a single one, as in "a.m." and "U.S.".
fn is_initial(text: &str) -> bool {
    let mut last = text.chars().rev();
    last.next().is_some_and(char::is_alphabetic) && last.next().is_none_or(|c| c == '.')
}

/// Combining marks, which belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}')
}

fn unhide(text: &str) -> (String, OffsetMap) {
    let mut out = Rewriter::with_capacity(text.len());
    let mut kept = 0;
    for (at, c, _) in plain::hidden_in(text) {
        out.keep(&text[kept..at]);
        out.skip(c.len_utf8());
        kept = at + c.len_utf8();
    }
    out.keep(&text[kept..]);
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let r = Reading::new(text);
        r.words
            .iter()
            .map(|w| w.span.of(&r.text).to_owned())
            .collect()
    }

    #[test]
    fn words_and_figures() {
        assert_eq!(
            words("It’s 1,000.5% of B2B, 9:30 a.m., 5–10 U.S. well-known .5 x."),
            [
                "It’s",
                "1,000.5",
                "of",
                "B2B",
                "9:30",
                "a.m",
                "5–10",
                "U.S",
                "well-known",
                ".5",
                "x"
            ]
        );
        assert_eq!(
            words("1. Go\n12) on\n1️⃣ up #tag https://x.io/9 @me 4"),
            ["Go", "on", "up", "4"]
        );
    }

    #[test]
    fn gaps_and_openings() {
        let r = Reading::new("We met: Ann, Bob\nGo “Now” $5 up");
        let got: Vec<_> = r
            .words
            .iter()
            .map(|w| (w.lower.as_str(), w.opens, w.gap))
            .collect();
        assert_eq!(
            got,
            [
                ("we", true, Gap::Line),
                ("met", false, Gap::Space),
                ("ann", true, Gap::Mark),
                ("bob", false, Gap::Mark),
                ("go", true, Gap::Line),
                ("now", true, Gap::Mark),
                ("5", true, Gap::Mark),
                ("up", false, Gap::Space),
            ]
        );
    }

    #[test]
    fn spans_lead_back_to_styled_letters() {
        let text = "a\u{200b} 𝗕𝗼𝗹𝗱 x";
        let r = Reading::new(text);
        assert_eq!(r.original(r.words[1].span).of(text), "𝗕𝗼𝗹𝗱");
    }
}
