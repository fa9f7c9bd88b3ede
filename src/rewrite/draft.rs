//! A post as the operators read it.

use crate::analysis::readability::{Counts, Readability, SyllableSource, count_line};
use crate::analysis::rules::line::Line;
use crate::analysis::structure::lists;
use crate::post::token::TokenKind;
use crate::post::{ParsedLine, Post, Span};

/// A sentence with at least one word.
#[derive(Debug, Clone, Copy)]
pub struct Sentence {
    /// Bytes of the post's text.
    pub span: Span,
    /// Index of its line.
    pub line: usize,
    /// Number of its words.
    pub words: usize,
}

/// What a line is to the operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    Prose,
    /// An item of a list.
    Item,
    /// Source code, which no operator touches.
    Code,
    /// No word and no link: blank, emoji or hashtags alone.
    Wordless,
}

/// What the reading grade of a draft is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    pub words: u64,
    pub syllables: u64,
    pub sentences: u64,
}

impl Reading {
    /// The Flesch-Kincaid grade, as [`Readability`] computes it.
    pub fn grade(self) -> f64 {
        let counts = Counts {
            words: self.words,
            syllables: self.syllables,
            sentences: self.sentences,
            ..Counts::default()
        };
        Readability::from_counts(counts, SyllableSource::CmudictVowelGroups).flesch_kincaid_grade
    }
}

/// A post with its lines parsed and its sentences found.
#[derive(Debug)]
pub struct Draft<'a> {
    pub(super) post: &'a Post,
    pub(super) parsed: Vec<ParsedLine>,
    pub(super) kinds: Vec<LineKind>,
    sentences: Vec<Sentence>,
}

impl<'a> Draft<'a> {
    /// Parses `post`.
    #[must_use]
    pub fn new(post: &'a Post) -> Self {
        let lines = post.lines().iter().map(|l| l.span.of(post.text()));
        let parsed: Vec<_> = lines.clone().map(ParsedLine::parse).collect();
        let kinds = kinds(lines.zip(&parsed));
        let mut sentences = Vec::new();
        for (i, (line, parsed)) in post.lines().iter().zip(&parsed).enumerate() {
            sentences.extend(parsed.sentences.iter().map(|s| Sentence {
                span: s.shifted(line.span.start),
                line: i,
                words: parsed.words_in(*s).count(),
            }));
        }
        Self {
            post,
            parsed,
            kinds,
            sentences,
        }
    }

    /// The post's text; every span of an edit counts its bytes.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.post.text()
    }

    /// The sentences in order: what an importance score is given for.
    #[must_use]
    pub fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// The counts of the whole post.
    pub(super) fn reading(&self) -> Reading {
        let mut counts = Counts::default();
        for parsed in &self.parsed {
            counts.add(&count_line(&parsed.normal, parsed.sentences.len()));
        }
        Reading {
            words: counts.words,
            syllables: counts.syllables,
            sentences: counts.sentences,
        }
    }

    /// Bytes of line `i`, without its line break.
    pub(super) fn line_span(&self, i: usize) -> Span {
        self.post.lines()[i].span
    }

    /// The lines of prose and of lists, each with its first byte.
    pub(super) fn written(&self) -> impl Iterator<Item = (usize, Line<'_>)> {
        (0..self.parsed.len())
            .filter(|&i| matches!(self.kinds[i], LineKind::Prose | LineKind::Item))
            .map(|i| {
                let span = self.line_span(i);
                (span.start, Line::new(span.of(self.text()), &self.parsed[i]))
            })
    }

    /// The sentences of lines of prose.
    pub(super) fn prose(&self) -> impl Iterator<Item = &Sentence> {
        self.sentences
            .iter()
            .filter(|s| self.kinds[s.line] == LineKind::Prose)
    }

    /// Tokens of one kind on line `i`, as bytes of the text.
    pub(super) fn tokens(&self, i: usize, kind: TokenKind) -> impl Iterator<Item = Span> + '_ {
        let start = self.line_span(i).start;
        self.parsed[i].of_kind(kind).map(move |s| s.shifted(start))
    }

    /// Whether a link, address, tag or handle stands within `span` of line `i`.
    pub(super) fn is_masked(&self, i: usize, span: Span) -> bool {
        let start = self.line_span(i).start;
        self.parsed[i]
            .tokens
            .iter()
            .any(|t| t.kind.is_masked() && t.span.shifted(start).overlaps(span))
    }
}

fn kinds<'l>(lines: impl Iterator<Item = (&'l str, &'l ParsedLine)>) -> Vec<LineKind> {
    let mut fenced = false;
    let mut out = Vec::new();
    for (line, parsed) in lines {
        let fence = line.trim_start().starts_with("```");
        let code = fenced || fence || looks_like_code(line);
        fenced ^= fence;
        let speaks = parsed
            .tokens
            .iter()
            .any(|t| !matches!(t.kind, TokenKind::Hashtag | TokenKind::Emoji));
        out.push(match (code, speaks) {
            (true, _) => LineKind::Code,
            (false, false) => LineKind::Wordless,
            (false, true) if lists::marker(line).is_some() => LineKind::Item,
            (false, true) => LineKind::Prose,
        });
    }
    out
}

/// Ends and openings that prose does not have.
fn looks_like_code(line: &str) -> bool {
    let trimmed = line.trim();
    let ends = [";", "{", "}", "};", "})", "=>", "/>"];
    let starts = [
        "$ ", "fn ", "def ", "let ", "const ", "import ", "#!", "<?", "</", "//", "SELECT ",
    ];
    let signs = trimmed.contains(['(', '=', '{', '<', ';', '/']);
    let code = ends.iter().any(|e| trimmed.ends_with(e))
        || starts.iter().any(|s| trimmed.starts_with(s))
        || line.starts_with("    ");
    signs && code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_lines() {
        let post = Post::new(
            "Prose here\n- item one\nlet x = f(1);\n\n🚀 #tag\n```\nany text\n```\nhttps://x.io",
        );
        let draft = Draft::new(&post);
        use LineKind::{Code, Item, Prose, Wordless};
        assert_eq!(
            draft.kinds,
            [
                Prose, Item, Code, Wordless, Wordless, Code, Code, Code, Prose
            ]
        );
    }

    #[test]
    fn sentences_carry_spans_of_the_text() {
        let post = Post::new("One here.\n\nTwo is. Three is too.");
        let draft = Draft::new(&post);
        let found: Vec<_> = draft
            .sentences()
            .iter()
            .map(|s| (s.span.of(draft.text()), s.words))
            .collect();
        assert_eq!(
            found,
            [("One here.", 2), ("Two is.", 2), ("Three is too.", 3)]
        );
    }
}
