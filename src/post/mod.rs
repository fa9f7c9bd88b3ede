//! The pure domain: what a post is, and LinkedIn's rules for one. No I/O, no other room.

mod abbreviation;
pub mod directive;
pub mod emoji;
pub mod fold;
pub mod line;
pub mod little_text;
pub mod normalise;
pub mod plain;
pub mod quotation;
pub mod scrub;
pub mod sentence;
pub mod span;
pub mod styled;
pub mod token;

pub use directive::Directive;
pub use fold::FoldLimits;
pub use line::ParsedLine;
pub use scrub::{LineEnding, Removed};
pub use span::{OffsetMap, Span};

/// LinkedIn's limit for one post, in UTF-16 code units.
///
/// Source: the API's own error, "ShareCommentary text length (8694 characters) exceeded … 3000".
pub const LIMIT: usize = 3_000;

/// Counts the edits of a document; results carry the revision they were computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(pub u64);

impl Revision {
    /// The revision behind this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A line of the published text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineSpan {
    /// Its bytes, without the line break.
    pub span: Span,
    /// Index of the paragraph it stands in; `None` for a blank line.
    pub paragraph: Option<usize>,
    /// Index into [`Post::directives`] of the directives that reach this line alone.
    pub ignores: Vec<usize>,
}

/// A comment line that Postwright could not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadDirective {
    /// Its bytes in the input.
    pub input_span: Span,
    /// What was wrong.
    pub reason: String,
}

/// A post as its readers will see it, with the way back to the input.
#[derive(Debug, Clone, Default)]
pub struct Post {
    text: String,
    input_len: usize,
    to_scrubbed: OffsetMap,
    to_input: OffsetMap,
    lines: Vec<LineSpan>,
    paragraphs: Vec<Span>,
    directives: Vec<Directive>,
    directive_spans: Vec<Span>,
    bad_directives: Vec<BadDirective>,
    removed: Vec<Removed>,
    line_ending: LineEnding,
}

impl Post {
    /// Reads a post: scrubs it, takes the directives out, finds lines and paragraphs.
    #[must_use]
    pub fn new(input: &str) -> Self {
        let scrubbed = scrub::scrub(input);
        let mut post = Self {
            input_len: input.len(),
            to_input: scrubbed.map,
            removed: scrubbed.removed,
            line_ending: scrubbed.line_ending,
            ..Self::default()
        };
        post.take_directives(&scrubbed.text);
        post.find_paragraphs();
        post
    }

    fn take_directives(&mut self, text: &str) {
        let mut out = span::Rewriter::with_capacity(text.len());
        let mut ignores: Vec<(usize, usize)> = Vec::new();
        let (mut at, mut line_number) = (0, 0);
        for line in text.split_inclusive('\n') {
            let body = line.strip_suffix('\n').unwrap_or(line);
            match directive::parse(body) {
                None => {
                    out.keep(line);
                    line_number += 1;
                }
                Some(parsed) => {
                    out.skip(line.len());
                    let input_span = self.to_input.span(Span::new(at, at + body.len()));
                    match parsed {
                        Ok(d) => {
                            if d.scope == directive::Scope::NextLine {
                                ignores.push((line_number, self.directives.len()));
                            }
                            self.directives.push(d);
                            self.directive_spans.push(input_span);
                        }
                        Err(reason) => self
                            .bad_directives
                            .push(BadDirective { input_span, reason }),
                    }
                }
            }
            at += line.len();
        }
        (self.text, self.to_scrubbed) = out.finish();
        let mut start = 0;
        for line in self.text.split('\n') {
            let span = Span::new(start, start + line.len());
            self.lines.push(LineSpan {
                span,
                paragraph: None,
                ignores: Vec::new(),
            });
            start = span.end + 1;
        }
        for (line, directive) in ignores {
            if let Some(line) = self.lines.get_mut(line) {
                line.ignores.push(directive);
            }
        }
    }

    fn find_paragraphs(&mut self) {
        let mut open = false;
        for line in &mut self.lines {
            if line.span.of(&self.text).trim().is_empty() {
                open = false;
                continue;
            }
            if open {
                // `open` is only set once a paragraph was pushed.
                if let Some(last) = self.paragraphs.last_mut() {
                    last.end = line.span.end;
                }
            } else {
                self.paragraphs.push(line.span);
                open = true;
            }
            line.paragraph = Some(self.paragraphs.len() - 1);
        }
    }

    /// The text as it would be published.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Lines of [`Self::text`], at least one.
    #[must_use]
    pub fn lines(&self) -> &[LineSpan] {
        &self.lines
    }

    /// Runs of lines that are not blank.
    #[must_use]
    pub fn paragraphs(&self) -> &[Span] {
        &self.paragraphs
    }

    /// Directives, in order.
    #[must_use]
    pub fn directives(&self) -> &[Directive] {
        &self.directives
    }

    /// Bytes of the input that hold each of [`Self::directives`].
    #[must_use]
    pub fn directive_spans(&self) -> &[Span] {
        &self.directive_spans
    }

    /// Comment lines that could not be read.
    #[must_use]
    pub fn bad_directives(&self) -> &[BadDirective] {
        &self.bad_directives
    }

    /// What scrubbing took out of the input.
    #[must_use]
    pub fn removed(&self) -> &[Removed] {
        &self.removed
    }

    /// The line ending to write the post with.
    #[must_use]
    pub fn line_ending(&self) -> LineEnding {
        self.line_ending
    }

    /// Length of the input in bytes.
    #[must_use]
    pub fn input_len(&self) -> usize {
        self.input_len
    }

    /// The bytes of the input under a span of [`Self::text`].
    #[must_use]
    pub fn input_span(&self, span: Span) -> Span {
        self.to_input.span(self.to_scrubbed.span(span))
    }

    /// Index of the line that holds byte `at` of [`Self::text`].
    #[must_use]
    pub fn line_at(&self, at: usize) -> usize {
        self.lines
            .partition_point(|l| l.span.start <= at)
            .saturating_sub(1)
    }

    /// Whether a directive switches `rule` off for what stands at `span` of [`Self::text`].
    #[must_use]
    pub fn is_ignored(&self, rule: &str, span: Span) -> bool {
        if self.directives.is_empty() {
            return false;
        }
        let everywhere = self
            .directives
            .iter()
            .filter(|d| d.scope == directive::Scope::Post);
        let here = self.lines[self.line_at(span.start)]
            .ignores
            .iter()
            .map(|&i| &self.directives[i]);
        let found = self.text().get(span.start..span.end);
        everywhere
            .chain(here)
            .any(|d| d.names(rule) && d.text.as_deref().is_none_or(|t| Some(t) == found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_and_paragraphs() {
        let post = Post::new("One\ntwo\n\n \nthree\n");
        let lines: Vec<_> = post
            .lines()
            .iter()
            .map(|l| (l.span.of(post.text()), l.paragraph))
            .collect();
        assert_eq!(
            lines,
            [
                ("One", Some(0)),
                ("two", Some(0)),
                ("", None),
                (" ", None),
                ("three", Some(1)),
                ("", None)
            ]
        );
        assert_eq!(post.paragraphs()[0].of(post.text()), "One\ntwo");
        assert_eq!(Post::new("").lines().len(), 1);
    }

    #[test]
    fn directives_leave_the_text_and_offsets_survive() {
        let input = "Hi\r\n<!-- postwright: ignore style/hedge -->\r\nMaybe so\r\n<!-- postwright: off spelling -->";
        let post = Post::new(input);
        assert_eq!(post.text(), "Hi\nMaybe so\n");
        let at = post.text().find("Maybe").unwrap();
        assert_eq!(post.input_span(Span::new(at, at + 8)).of(input), "Maybe so");
        let span = |at| Span::new(at, at);
        assert!(
            post.is_ignored("style/hedge", span(at)) && !post.is_ignored("style/hedge", span(0))
        );
        assert!(post.is_ignored("spelling/typo", span(0)));
        assert_eq!(
            post.directive_spans()[0].of(input),
            "<!-- postwright: ignore style/hedge -->"
        );
        assert_eq!(post.line_ending(), LineEnding::CrLf);
    }

    #[test]
    fn a_bad_directive_is_kept_for_a_finding() {
        let input = "a\n<!-- postwright: offf x -->\nb";
        let post = Post::new(input);
        assert_eq!(post.text(), "a\nb");
        assert!(
            post.bad_directives()[0]
                .input_span
                .of(input)
                .starts_with("<!--")
        );
    }

    proptest! {
        #[test]
        fn every_line_is_text_and_maps_back(input in "([a-zé🚀 \r\n\x1b\\[]|<!-- postwright: off x -->){0,40}") {
            let post = Post::new(&input);
            let joined: Vec<_> = post.lines().iter().map(|l| l.span.of(post.text())).collect();
            prop_assert_eq!(joined.join("\n"), post.text().to_owned());
            for (i, c) in post.text().char_indices().filter(|(_, c)| *c != '\n') {
                prop_assert_eq!(post.input_span(Span::new(i, i + c.len_utf8())).of(&input), c.to_string());
            }
        }
    }
}
